package workflow

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// MaxDefinitionBytes is the size above which [Parse] refuses a file. The
	// longest definition that ships has a fifth of it.
	MaxDefinitionBytes = 256 << 10
	// MaxDefinitionTokens is how many YAML tokens [Parse] reads, three times
	// what the longest shipped definition has: the YAML parser takes time in
	// the square of a mapping's entries, half a minute for a file of 256 KiB.
	MaxDefinitionTokens = 20_000
	// MaxDefinitionDepth is how deep collections may nest. The format needs
	// six levels; the limit keeps the YAML parser's recursion short.
	MaxDefinitionDepth = 16
)

// ParseError is a definition file that cannot be read, with all its problems
// in the order of the file.
type ParseError struct {
	Name     string
	Problems []Problem
}

// Error lists the problems, one a line, as "name:line:column: message".
func (e *ParseError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s", e.Name, p.Line, p.Column, p.Message)
	}
	return strings.Join(lines, "\n")
}

// Parse reads a definition file; name stands in its errors. It checks the form
// alone: known keys, right types, no key twice, no anchors, aliases, tags or
// directives, one document within [MaxDefinitionBytes], [MaxDefinitionTokens]
// and [MaxDefinitionDepth]. Whether the process makes sense is for [Compile]. The
// error is a [*ParseError] with every problem found.
func Parse(name string, src []byte) (*Definition, error) {
	r := &reader{}
	def := r.file(src)
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, byPosition)
		return nil, &ParseError{Name: name, Problems: r.problems}
	}
	sum := sha256.Sum256(src)
	def.Text, def.Hash, def.File = string(src), hex.EncodeToString(sum[:]), name
	return def, nil
}

func byPosition(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// reader walks the syntax tree and collects problems.
type reader struct{ problems []Problem }

func (r *reader) fail(at Position, format string, args ...any) {
	r.problems = append(r.problems, Problem{Code: BadForm, Position: at, Message: fmt.Sprintf(format, args...)})
}

// file reads the one document of src, or nothing once a problem makes the rest
// unreadable.
func (r *reader) file(src []byte) *Definition {
	start := Position{Line: 1, Column: 1}
	if len(src) > MaxDefinitionBytes {
		r.fail(start, "the file is larger than %d bytes", MaxDefinitionBytes)
		return nil
	}
	if !utf8.Valid(src) {
		r.fail(start, "the file is not UTF-8")
		return nil
	}
	if n := collected(src); n > MaxDefinitionTokens {
		r.fail(start, "the file has %d brackets, braces and commas, the limit of tokens is %d", n, MaxDefinitionTokens)
		return nil
	}
	tokens := lexer.Tokenize(string(src))
	if r.tokens(tokens); len(r.problems) > 0 {
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		r.fail(start, "the file has to hold one document, it holds %d", documents(file))
		return nil
	}
	return r.definition(file.Docs[0].Body)
}

// collected counts what would each be a token where it stands in no text. The lexer
// gives all tokens at once, at three hundred bytes each.
func collected(src []byte) int {
	n := 0
	for _, b := range src {
		if strings.IndexByte("[]{},", b) >= 0 {
			n++
		}
	}
	return n
}

func documents(f *ast.File) int {
	n := 0
	for _, d := range f.Docs {
		if d.Body != nil {
			n++
		}
	}
	return n
}

func (r *reader) syntax(err error) {
	at := Position{Line: 1, Column: 1}
	message := err.Error()
	var known yaml.Error
	if errors.As(err, &known) {
		at, message = positionOf(known.GetToken()), known.GetMessage()
	}
	r.fail(at, "not YAML: %s", message)
}

// refused are the parts of YAML that a definition may not use: what a reader
// sees at a place has to be all that is there.
var refused = map[token.Type]string{
	token.AnchorType:    "an anchor",
	token.AliasType:     "an alias",
	token.TagType:       "a tag",
	token.MergeKeyType:  "a merge key",
	token.DirectiveType: "a directive",
}

// tokens refuses what must not reach the parser: constructs that hide content,
// and depth.
func (r *reader) tokens(tokens token.Tokens) {
	if len(tokens) > MaxDefinitionTokens {
		r.fail(positionOf(tokens[MaxDefinitionTokens]), "the file has %d tokens, the limit is %d", len(tokens), MaxDefinitionTokens)
		return
	}
	depth := nesting{}
	for _, t := range tokens {
		if what, bad := refused[t.Type]; bad {
			r.fail(positionOf(t), "%s is not allowed in a definition", what)
		}
		if depth.after(t) > MaxDefinitionDepth {
			r.fail(positionOf(t), "collections nest deeper than %d", MaxDefinitionDepth)
			return
		}
	}
}

// nesting follows the depth of collections over a stream of tokens. Block
// collections are told by the columns of their entries.
type nesting struct {
	flow    int
	columns []int
}

func (n *nesting) after(t *token.Token) int {
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.flow++
	case token.SequenceEndType, token.MappingEndType:
		n.flow = max(0, n.flow-1)
	case token.SequenceEntryType, token.MappingKeyType:
		n.entry(t.Position.Column)
	case token.MappingValueType:
		if n.flow == 0 && t.Prev != nil {
			n.entry(t.Prev.Position.Column)
		}
	default: // no other token begins or ends a collection
	}
	return n.flow + len(n.columns)
}

func (n *nesting) entry(column int) {
	for len(n.columns) > 0 && n.columns[len(n.columns)-1] > column {
		n.columns = n.columns[:len(n.columns)-1]
	}
	if len(n.columns) == 0 || n.columns[len(n.columns)-1] < column {
		n.columns = append(n.columns, column)
	}
}

func positionOf(t *token.Token) Position {
	if t == nil || t.Position == nil {
		return Position{Line: 1, Column: 1}
	}
	return Position{Line: t.Position.Line, Column: t.Position.Column}
}

// at is where a node begins; a block mapping begins at its first key, for its
// own token is the colon behind it.
func at(n ast.Node) Position {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return at(m.Values[0].Key)
	}
	return positionOf(n.GetToken())
}

// fields says how to read each key of a mapping.
type fields map[string]func(ast.Node)

// fields reads a mapping with known keys.
func (r *reader) fields(n ast.Node, what string, known fields) {
	r.entries(n, what, func(key string, pos Position, value ast.Node) {
		read, ok := known[key]
		if !ok {
			r.fail(pos, "%s has no key %q", what, key)
			return
		}
		read(value)
	})
}

// entries reads a mapping whose keys are names, in file order.
func (r *reader) entries(n ast.Node, what string, each func(key string, pos Position, value ast.Node)) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		r.fail(at(n), "%s has to be a mapping", what)
		return
	}
	seen := map[string]Position{}
	for _, v := range m.Values {
		pos := at(v.Key)
		key, ok := r.scalar(v.Key)
		if !ok {
			continue
		}
		if first, twice := seen[key]; twice {
			r.fail(pos, "key %q of %s stands on line %d already", key, what, first.Line)
			continue
		}
		seen[key] = pos
		each(key, pos, v.Value)
	}
}

// items reads a list; a single value stands for a list of one.
func (r *reader) items(n ast.Node, each func(ast.Node)) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		each(n)
		return
	}
	for _, v := range list.Values {
		each(v)
	}
}

// scalar reads a text.
func (r *reader) scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSuffix(n.Value.Value, "\n"), true
	}
	r.fail(at(n), "this has to be a text")
	return "", false
}

func (r *reader) text(n ast.Node) string {
	s, _ := r.scalar(n)
	return s
}

func (r *reader) number(n ast.Node) int {
	if i, ok := n.(*ast.IntegerNode); ok {
		if v, err := strconv.Atoi(i.Token.Value); err == nil {
			return v
		}
	}
	r.fail(at(n), "this has to be a whole number")
	return 0
}

func (r *reader) flag(n ast.Node) bool {
	if b, ok := n.(*ast.BoolNode); ok {
		return b.Value
	}
	r.fail(at(n), "this has to be true or false")
	return false
}

// switches turns on what a list of words names.
func (r *reader) switches(n ast.Node, what string, known map[string]*bool) {
	r.items(n, func(n ast.Node) {
		word, ok := r.scalar(n)
		if !ok {
			return
		}
		on, ok := known[word]
		switch {
		case !ok:
			r.fail(at(n), "%s has no word %q", what, word)
		case *on:
			r.fail(at(n), "%s names %q twice", what, word)
		default:
			*on = true
		}
	})
}

// words reads a list of names into dst.
func words[T ~string](r *reader, n ast.Node, dst *[]T) {
	r.items(n, func(n ast.Node) {
		if s, ok := r.scalar(n); ok {
			*dst = append(*dst, T(s))
		}
	})
}

func (r *reader) definition(n ast.Node) *Definition {
	d := &Definition{Attestations: map[string]Attestation{}, Conditions: map[string]Condition{}}
	r.fields(n, "a definition", fields{
		"kind":         func(n ast.Node) { d.Kind = Kind(r.text(n)) },
		"version":      func(n ast.Node) { d.Version = r.number(n) },
		"initial":      func(n ast.Node) { d.Initial = StateName(r.text(n)) },
		"confidential": func(n ast.Node) { d.Confidential = r.flag(n) },
		"fields":       func(n ast.Node) { d.Fields = r.data(n) },
		"begins":       func(n ast.Node) { d.Begins = r.beginning(n) },
		"attestations": func(n ast.Node) {
			r.entries(n, "attestations", func(name string, pos Position, n ast.Node) {
				d.Attestations[name] = r.attestation(n, pos)
			})
		},
		"conditions": func(n ast.Node) {
			r.entries(n, "conditions", func(name string, pos Position, n ast.Node) {
				d.Conditions[name] = r.condition(n, pos)
			})
		},
		"states": func(n ast.Node) {
			r.entries(n, "states", func(name string, pos Position, n ast.Node) {
				d.States = append(d.States, r.state(n, StateName(name), pos))
			})
		},
		"transitions": func(n ast.Node) {
			r.items(n, func(n ast.Node) { d.Transitions = append(d.Transitions, r.transition(n)) })
		},
	})
	return d
}

func (r *reader) beginning(n ast.Node) *Beginning {
	o := &Beginning{Position: at(n)}
	r.fields(n, "begins", fields{
		"about":  func(n ast.Node) { words(r, n, &o.About) },
		"by":     func(n ast.Node) { r.items(n, func(n ast.Node) { o.By = append(o.By, r.by(n)) }) },
		"forms":  func(n ast.Node) { words(r, n, &o.Forms) },
		"guards": func(n ast.Node) { words(r, n, &o.Guards) },
		"data":   func(n ast.Node) { o.Data = r.data(n) },
		"joins":  func(n ast.Node) { r.items(n, func(n ast.Node) { o.Joins = append(o.Joins, r.join(n)) }) },
	})
	return o
}

func (r *reader) data(n ast.Node) []Datum {
	var data []Datum
	r.entries(n, "data", func(name string, pos Position, n ast.Node) {
		typ, required := strings.CutSuffix(r.text(n), "!")
		data = append(data, Datum{Name: name, Type: typ, Required: required, Position: pos})
	})
	return data
}

func (r *reader) attestation(n ast.Node, pos Position) Attestation {
	a := Attestation{Position: pos}
	r.fields(n, "an attestation", fields{
		"label":     func(n ast.Node) { a.Label = r.bilingual(n) },
		"message":   func(n ast.Node) { a.Message = r.bilingual(n) },
		"applicant": func(n ast.Node) { a.Applicant = r.flag(n) },
		"unless":    func(n ast.Node) { a.Unless = r.text(n) },
	})
	return a
}

func (r *reader) condition(n ast.Node, pos Position) Condition {
	c := Condition{Position: pos}
	r.fields(n, "a condition", fields{
		"when":    func(n ast.Node) { c.When = r.text(n) },
		"label":   func(n ast.Node) { c.Label = r.bilingual(n) },
		"message": func(n ast.Node) { c.Message = r.bilingual(n) },
	})
	return c
}

func (r *reader) bilingual(n ast.Node) Text {
	var t Text
	r.fields(n, "a text", fields{
		"lt": func(n ast.Node) { t.LT = r.text(n) },
		"en": func(n ast.Node) { t.EN = r.text(n) },
	})
	return t
}

func (r *reader) state(n ast.Node, name StateName, pos Position) State {
	s := State{Name: name, Position: pos, Outcome: OutcomeNone}
	r.fields(n, "a state", fields{
		"phase":       func(n ast.Node) { s.Phase = Phase(r.text(n)) },
		"responsible": func(n ast.Node) { s.Responsible = Role(r.text(n)) },
		"label":       func(n ast.Node) { r.names(n, &s) },
		"shownAs":     func(n ast.Node) { s.ShownAs = StateName(r.text(n)) },
		"commits":     func(n ast.Node) { s.Commits = Commitment(r.text(n)) },
		"deadline":    func(n ast.Node) { s.Deadline = r.deadline(n) },
		"outcome": func(n ast.Node) {
			switch word := r.text(n); word {
			case string(OutcomePositive):
				s.Outcome = OutcomePositive
			case string(OutcomeNegative):
				s.Outcome = OutcomeNegative
			default:
				r.fail(at(n), "an outcome is %s or %s, not %q", OutcomePositive, OutcomeNegative, word)
			}
		},
		"traits": func(n ast.Node) {
			r.switches(n, "traits", map[string]*bool{
				"holdsMoney": &s.HoldsMoney, "keepsMoney": &s.KeepsMoney, "pays": &s.Pays, "running": &s.Running, "listed": &s.Listed,
				"editable": &s.Editable, "final": &s.Final, "contested": &s.Contested, "withheld": &s.Withheld, "stopsClock": &s.StopsClock, "terminal": &s.Terminal,
			})
		},
	})
	return s
}

// names reads a state's label: one for all readers, or one for each.
func (r *reader) names(n ast.Node, s *State) {
	one := Text{}
	forAll := false
	r.fields(n, "a label", fields{
		"lt":        func(n ast.Node) { one.LT, forAll = r.text(n), true },
		"en":        func(n ast.Node) { one.EN, forAll = r.text(n), true },
		"staff":     func(n ast.Node) { s.Staff = r.bilingual(n) },
		"applicant": func(n ast.Node) { s.Applicant = r.bilingual(n) },
		"public":    func(n ast.Node) { s.Public = r.bilingual(n) },
	})
	if !forAll {
		return
	}
	if s.Staff != (Text{}) || s.Applicant != (Text{}) || s.Public != (Text{}) {
		r.fail(at(n), "a label is one for all readers or one for each, not both")
		return
	}
	s.Staff, s.Applicant, s.Public = one, one, one
}

func (r *reader) deadline(n ast.Node) *Deadline {
	d := &Deadline{Position: at(n)}
	r.fields(n, "a deadline", fields{
		"event":  func(n ast.Node) { d.Event = EventName(r.text(n)) },
		"days":   func(n ast.Node) { d.Days = r.number(n) },
		"unit":   func(n ast.Node) { d.Unit = DayUnit(r.text(n)) },
		"from":   func(n ast.Node) { d.From = r.text(n) },
		"source": func(n ast.Node) { d.Source = r.text(n) },
		"pauses": func(n ast.Node) { d.Pauses = r.flag(n) },
		"unless": func(n ast.Node) { words(r, n, &d.Unless) },
		"remind": func(n ast.Node) { r.items(n, func(n ast.Node) { d.Remind = append(d.Remind, r.number(n)) }) },
	})
	return d
}

func (r *reader) transition(n ast.Node) Transition {
	t := Transition{Position: at(n)}
	r.fields(n, "a transition", fields{
		"event":   func(n ast.Node) { t.Event = EventName(r.text(n)) },
		"from":    func(n ast.Node) { words(r, n, &t.From) },
		"to":      func(n ast.Node) { words(r, n, &t.To) },
		"label":   func(n ast.Node) { t.Label = r.bilingual(n) },
		"by":      func(n ast.Node) { r.items(n, func(n ast.Node) { t.By = append(t.By, r.by(n)) }) },
		"guards":  func(n ast.Node) { words(r, n, &t.Guards) },
		"effects": func(n ast.Node) { words(r, n, &t.Effects) },
		"sets": func(n ast.Node) {
			r.entries(n, "sets", func(name string, pos Position, n ast.Node) {
				t.Sets = append(t.Sets, Setting{Field: name, On: r.flag(n), Position: pos})
			})
		},
		"joins":   func(n ast.Node) { r.items(n, func(n ast.Node) { t.Joins = append(t.Joins, r.join(n)) }) },
		"reopens": func(n ast.Node) { t.Reopens = r.flag(n) },
		"within":  func(n ast.Node) { t.Within = r.deadline(n) },
		"requires": func(n ast.Node) {
			q := &t.Requires
			r.switches(n, "requires", map[string]*bool{
				"reason": &q.Reason, "document": &q.Document, "secondPerson": &q.SecondPerson, "decision": &q.Decision, "lostVote": &q.LostVote, "presider": &q.Presider,
			})
		},
		"data": func(n ast.Node) { t.Data = r.data(n) },
	})
	return t
}

// by reads a capacity: a role, or a role on behalf of a body.
func (r *reader) by(n ast.Node) By {
	var b By
	if _, mapping := n.(*ast.MappingNode); !mapping {
		b.Role = Role(r.text(n))
		return b
	}
	r.fields(n, "a capacity", fields{
		"role":         func(n ast.Node) { b.Role = Role(r.text(n)) },
		"onBehalfOf":   func(n ast.Node) { b.OnBehalfOf = Role(r.text(n)) },
		"secondPerson": func(n ast.Node) { b.SecondPerson = r.flag(n) },
	})
	return b
}

func (r *reader) join(n ast.Node) Joined {
	s, ok := r.scalar(n)
	name, optional := strings.CutSuffix(s, "?")
	kind, event, dotted := strings.Cut(name, ".")
	if ok && !dotted {
		r.fail(at(n), "a join is written kind.event, not %q", s)
	}
	return Joined{Kind: Kind(kind), Event: EventName(event), Optional: optional}
}
