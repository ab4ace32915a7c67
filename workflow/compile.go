package workflow

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/atranka/atranka/workflow/definitions"
)

// ProblemCode names a sort of defect in a definition. Codes are stable.
type ProblemCode string

// The sorts of defects.
const (
	BadForm          ProblemCode = "BAD_FORM"        // not the format of a definition
	MissingPart      ProblemCode = "MISSING_PART"    // a mandatory part is absent
	MissingLabel     ProblemCode = "MISSING_LABEL"   // a text lacks a language or a reader
	BadName          ProblemCode = "BAD_NAME"        // not a name
	Duplicate        ProblemCode = "DUPLICATE"       // stated twice
	UnknownWord      ProblemCode = "UNKNOWN_WORD"    // phase, unit, tag or commitment
	UnknownRole      ProblemCode = "UNKNOWN_ROLE"    // nobody can act, or be represented, so
	UnknownState     ProblemCode = "UNKNOWN_STATE"   // not declared under states
	UnknownGuard     ProblemCode = "UNKNOWN_GUARD"   // neither computed nor attested
	BadAttestation   ProblemCode = "BAD_ATTESTATION" // unused, negated, or shadows a computed guard
	BadCondition     ProblemCode = "BAD_CONDITION"   // does not read, is too dear, is unused, or shadows another guard
	UnknownField     ProblemCode = "UNKNOWN_FIELD"   // the subject has no such field of that type
	UnknownEffect    ProblemCode = "UNKNOWN_EFFECT"  // the engine has no such effect
	UnknownJoin      ProblemCode = "UNKNOWN_JOIN"    // no such kind, or no such event there
	JoinRefused      ProblemCode = "JOIN_REFUSED"    // the joined event is not open to JOIN
	JoinCycle        ProblemCode = "JOIN_CYCLE"      // joins that come back to where they began
	BadDeadline      ProblemCode = "BAD_DEADLINE"    // counts from nowhere, or fires what the clock may not
	Unreachable      ProblemCode = "UNREACHABLE"     // no path from the initial state
	DeadEnd          ProblemCode = "DEAD_END"        // not terminal and no exit
	NoWayOut         ProblemCode = "NO_WAY_OUT"      // no path to a terminal state
	TerminalWithExit ProblemCode = "TERMINAL_WITH_EXIT"
	AmbiguousEvent   ProblemCode = "AMBIGUOUS_EVENT" // two transitions on one event from one state
	NoDocument       ProblemCode = "NO_DOCUMENT"     // another body's act without a document
	NoResponsible    ProblemCode = "NO_RESPONSIBLE"  // nobody has to act
	Unattended       ProblemCode = "UNATTENDED"      // the engine would have to vouch for something
	BadReopening     ProblemCode = "BAD_REOPENING"   // a final state left silently, or "reopens" elsewhere
	Stranded         ProblemCode = "STRANDED"        // waits for what neither clock nor owner can bring about
	Resurrection     ProblemCode = "RESURRECTION"    // from a refusal to money, and no other body reopened it
	OnePerson        ProblemCode = "ONE_PERSON"      // one person alone moves money, refuses, awards, or does what takes two where it ships
	BadVeil          ProblemCode = "BAD_VEIL"        // shown as a state from which outsiders could tell it apart
	BadBeginning     ProblemCode = "BAD_BEGINNING"   // no person can begin such a case, or it is about nothing
	UnknownKind      ProblemCode = "UNKNOWN_KIND"    // no cases of the kind run here
	TakenVersion     ProblemCode = "TAKEN_VERSION"   // there is such a version, or a later one, or it is the program's own
	Reclassified     ProblemCode = "RECLASSIFIED"    // a state that means something else in another version
	Contradiction    ProblemCode = "CONTRADICTION"   // an event that asks for a guard and its opposite
	Relaxed          ProblemCode = "RELAXED"         // asks for less than the shipped process, or sets off something else
	TooLarge         ProblemCode = "TOO_LARGE"       // more states, steps, ways or items than are proved in time
)

// Problem is one defect of a definition.
type Problem struct {
	Code ProblemCode
	// Kind and File are the definition that it is in; empty while a file is
	// being read.
	Kind Kind
	File string
	Position
	// Message says in English what is wrong and with what.
	Message string
	// Path is a counter-example: how a case gets there. A defect of what no walk comes
	// by, such as the head, an unused guard or an unreachable state, has none.
	Path []StateName
}

// String is the problem on one line.
func (p Problem) String() string {
	s := fmt.Sprintf("%s:%d:%d: %s: %s [%s]", p.File, p.Line, p.Column, p.Kind, p.Message, p.Code)
	if len(p.Path) == 0 {
		return s
	}
	return s + " by " + strings.Join(texts(p.Path), " → ")
}

// CompileError is a set of definitions that does not hold together.
type CompileError struct{ Problems []Problem }

// Error lists the problems, one a line.
func (e *CompileError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Known is what the engine brings along: the names that definitions may use
// without declaring them.
type Known struct {
	// Guards are the rules and facts that are computed.
	Guards map[string]bool
	// Fields gives each kind's fields by name, with the type of a [Datum]. A kind
	// that is not here has no rows, and its definition declares them.
	Fields map[Kind]map[string]string
	// Given are the fields that every case of a kind has from its beginning.
	Given map[Kind]map[string]bool
	// Effects are the effects that the engine can carry out.
	Effects map[string]bool
	// Veiled are the kinds whose cases are shown to those outside as their definition
	// has it. A definition of any other may not say so: it would not be kept.
	Veiled map[Kind]bool
}

// Compile proves one definition and makes a machine of it; with problems the
// machine is nil. Joins to other kinds need the set: see [CompileAll].
func Compile(def *Definition, known Known) (*Machine, []Problem) {
	if problems := oversized(def); len(problems) > 0 {
		return nil, problems
	}
	c := &compiler{def: def, known: known, states: map[StateName]*State{}, steps: concrete(def)}
	for _, check := range []func(){
		c.head, c.declareFields, c.declareStates, c.beginning, c.attestations, c.conditions, c.stateTraits, c.transitions,
		c.ambiguity, c.exits, c.reachability, c.deadlines, c.waiting, c.resurrection, c.twoPersons,
	} {
		check()
	}
	if len(c.problems) > 0 {
		c.show()
		slices.SortStableFunc(c.problems, byPosition)
		return nil, c.problems
	}
	m := newMachine(def, c.expressions)
	m.proof = c
	return m, nil
}

// CompileAll proves definitions one by one and then their joins. Several
// versions of a kind may be in the set; a join has to be possible in each.
// With problems it returns no machine.
func CompileAll(defs []*Definition, known Known) ([]*Machine, []Problem) {
	var machines []*Machine
	var problems []Problem
	for _, def := range defs {
		m, found := Compile(def, known)
		problems = append(problems, found...)
		if m != nil {
			machines = append(machines, m)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	problems = append(sameVersion(defs), joins(machines, machines)...)
	if len(problems) > 0 {
		return nil, problems
	}
	return machines, nil
}

// LoadEmbedded reads and proves the definitions that ship with the binary. The
// error wraps a [*ParseError] for each file that cannot be read, or is a
// [*CompileError]; either is a defect of the build.
func LoadEmbedded(known Known) (map[Kind]*Machine, error) {
	defs, err := parseAll(definitions.Files())
	if err != nil {
		return nil, err
	}
	machines, problems := CompileAll(defs, known)
	if len(problems) > 0 {
		return nil, &CompileError{Problems: problems}
	}
	byKind := make(map[Kind]*Machine, len(machines))
	for _, m := range machines {
		byKind[m.Kind()] = m
	}
	return byKind, nil
}

func parseAll(files fs.FS) ([]*Definition, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list definitions: %w", err)
	}
	defs, errs := make([]*Definition, len(names)), make([]error, len(names))
	var reading sync.WaitGroup // most of a start's reading is these
	for i, name := range names {
		reading.Go(func() { defs[i], errs[i] = parseFile(files, name) })
	}
	reading.Wait()
	return defs, errors.Join(errs...)
}

// parseFile reads one definition, which has to be of the kind that its file is
// named after.
func parseFile(files fs.FS, name string) (*Definition, error) {
	src, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("read definition: %w", err)
	}
	def, err := Parse(name, src)
	if err != nil {
		return nil, err
	}
	if want := strings.TrimSuffix(path.Base(name), ".yaml"); string(def.Kind) != want {
		at := Position{Line: 1, Column: 1}
		p := Problem{Code: BadForm, Position: at, Message: fmt.Sprintf("the kind is %q, the file is named after %q", def.Kind, want)}
		return nil, &ParseError{Name: name, Problems: []Problem{p}}
	}
	return def, nil
}

// compiler collects the problems of one definition.
type compiler struct {
	def      *Definition
	known    Known
	states   map[StateName]*State
	steps    []Concrete
	problems []Problem
	// expressions are the conditions that were proved.
	expressions map[string]*expression
	// set are the fields that each state's cases have, see assigned.
	set map[StateName]map[string]bool
}

func (c *compiler) problem(code ProblemCode, at Position, format string, args ...any) Problem {
	return Problem{Code: code, Kind: c.def.Kind, File: c.def.File, Position: at, Message: fmt.Sprintf(format, args...)}
}

func (c *compiler) fail(code ProblemCode, at Position, format string, args ...any) {
	c.problems = append(c.problems, c.problem(code, at, format, args...))
}

// show gives each problem that has no counter-example of its own a walk to the state or
// the transition that it is in, or to one that asks for the guard.
func (c *compiler) show() {
	ways := c.ways()
	type declared struct {
		line int
		way  []StateName
	}
	var all []declared
	for _, s := range c.def.States {
		all = append(all, declared{s.Line, ways[s.Name]})
	}
	for i := range c.def.Transitions {
		all = append(all, declared{c.def.Transitions[i].Line, walkOver(ways, &c.def.Transitions[i])})
	}
	asked := func(name string, at Position) {
		for i := range c.def.Transitions {
			if slices.ContainsFunc(c.def.Transitions[i].Guards, func(g string) bool { return guardOf(g) == name }) {
				all = append(all, declared{at.Line, walkOver(ways, &c.def.Transitions[i])})
				return
			}
		}
		all = append(all, declared{at.Line, nil})
	}
	for name, x := range c.def.Conditions {
		asked(name, x.Position)
	}
	for name, a := range c.def.Attestations {
		asked(name, a.Position)
	}
	slices.SortFunc(all, func(a, b declared) int { return a.line - b.line })
	for i := range c.problems {
		p := &c.problems[i]
		after := slices.IndexFunc(all, func(d declared) bool { return d.line > p.Line })
		if after < 0 {
			after = len(all)
		}
		if p.Path == nil && after > 0 {
			p.Path = all[after-1].way
		}
	}
}

// walkOver is a walk that ends with the transition, or as near to it as one comes; nil
// where none comes near.
func walkOver(ways map[StateName][]StateName, t *Transition) []StateName {
	for _, from := range t.From {
		if way := ways[from]; way != nil && len(t.To) > 0 {
			return append(slices.Clone(way), t.To[0])
		}
	}
	return nil
}

// failBy is fail with a counter-example.
func (c *compiler) failBy(way []StateName, code ProblemCode, at Position, format string, args ...any) {
	c.fail(code, at, format, args...)
	c.problems[len(c.problems)-1].Path = way
}

// Names go into diagrams, URLs and SQL as they are, so their alphabet is small.
var (
	stateName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	eventName = regexp.MustCompile(`^[a-z][A-Za-z0-9]{0,63}$`)
	guardName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)
	formName  = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,63}$`)
)

func (c *compiler) named(pattern *regexp.Regexp, name string, at Position) {
	if !pattern.MatchString(name) {
		c.fail(BadName, at, "%q is not a name of the form %s", name, pattern)
	}
}

// The closed vocabularies of a definition.
var (
	phases      = []Phase{PhaseCall, PhaseSubmission, PhaseEvaluation, PhaseSelection, PhaseContract, PhaseImplementation, PhaseClosure}
	signedIn    = []Role{Applicant, Administrator, Evaluator, BoardMember, Chair, Secretary, AuditCommission}
	engineOwn   = []Role{Clock, Join}
	recorders   = []Role{Administrator, Chair, Secretary} // the acts of others
	represented = []Role{Applicant, Ministry, ImplementingBody, Court, AppealBody}
	units       = []DayUnit{WorkingDays, CalendarDays}
	commitments = []Commitment{CommitsNothing, CommitsBudget, CommitsGrants}
	sources     = []string{theLaw, "design", notCompared}
	dataTypes   = []string{"money", "date", "instant", "text", "code", "id", "integer", "flag", "list"}
)

func (c *compiler) head() {
	top := Position{Line: 1, Column: 1}
	c.named(stateName, string(c.def.Kind), top)
	if c.def.Version < 1 {
		c.fail(MissingPart, top, "the version is %d, it has to be 1 or more", c.def.Version)
	}
}

// declareFields takes the fields of a kind that the engine has no rows of from
// its definition: such a machine is proved and drawn, and no case runs on it.
func (c *compiler) declareFields() {
	if len(c.def.Fields) == 0 {
		return
	}
	if c.known.Fields[c.def.Kind] != nil {
		c.fail(Duplicate, c.def.Fields[0].Position, "the fields of a %s are those of its rows", c.def.Kind)
		return
	}
	own := map[string]string{}
	for _, f := range c.def.Fields {
		if f.Required || !slices.Contains(dataTypes, f.Type) {
			c.fail(UnknownWord, f.Position, "field %s cannot be of the type %q", f.Name, f.Type)
		}
		own[f.Name] = f.Type
	}
	c.known.Fields = maps.Clone(c.known.Fields)
	if c.known.Fields == nil {
		c.known.Fields = map[Kind]map[string]string{}
	}
	c.known.Fields[c.def.Kind] = own
}

func (c *compiler) declareStates() {
	for i := range c.def.States {
		s := &c.def.States[i]
		c.named(stateName, string(s.Name), s.Position)
		if _, twice := c.states[s.Name]; twice {
			c.fail(Duplicate, s.Position, "state %s is declared twice", s.Name)
			continue
		}
		c.states[s.Name] = s
	}
	if _, ok := c.states[c.def.Initial]; !ok {
		c.fail(UnknownState, Position{Line: 1, Column: 1}, "the initial state %q is not declared", c.def.Initial)
	}
}

// beginning checks how a case begins beside another, as the act that it is: by
// persons, on facts that the case beside it has, in forms that have names.
func (c *compiler) beginning() {
	o := c.def.Begins
	if o == nil {
		return
	}
	t := o.transition()
	c.capacities(t)
	c.guards(t)
	c.carried(t)
	if len(o.About) == 0 {
		c.fail(BadBeginning, o.Position, "a %s is about nothing", c.def.Kind)
	}
	for _, k := range o.About {
		if c.known.Fields[k] == nil {
			c.fail(BadBeginning, o.Position, "a %s is about the unknown kind %q", c.def.Kind, k)
		}
	}
	for _, by := range o.By {
		if slices.Contains(engineOwn, by.Role) || by.SecondPerson {
			c.fail(BadBeginning, o.Position, "a %s is begun by a person, and by one", c.def.Kind)
		}
	}
	for _, g := range o.Guards {
		if !c.known.Guards[guardOf(g)] {
			c.fail(BadBeginning, o.Position, "guard %q of beginning a %s is not computed", g, c.def.Kind)
		}
	}
	for i, form := range o.Forms {
		if !formName.MatchString(form) || slices.Contains(o.Forms[:i], form) || c.known.Fields[c.def.Kind]["form"] == "" {
			c.fail(BadBeginning, o.Position, "a %s cannot have the form %q", c.def.Kind, form)
		}
	}
}

// used are the names of the guards that transitions and terms ask for.
func (c *compiler) used() map[string]bool {
	used := map[string]bool{}
	for _, t := range c.def.Transitions {
		for _, g := range t.Guards {
			used[guardOf(g)] = true
		}
	}
	for _, s := range c.def.States {
		if s.Deadline == nil {
			continue
		}
		for _, g := range s.Deadline.Unless {
			used[guardOf(g)] = true
		}
	}
	return used
}

// computes says whether the guard is decided on data, by Go or by a condition.
func (c *compiler) computes(guard string) bool {
	_, condition := c.def.Conditions[guard]
	return condition || c.known.Guards[guard]
}

func (c *compiler) conditions() {
	used := c.used()
	c.expressions = map[string]*expression{}
	for _, name := range slices.Sorted(maps.Keys(c.def.Conditions)) {
		x := c.def.Conditions[name]
		c.named(guardName, name, x.Position)
		c.bilingual(x.Label, x.Position, "the label of condition "+name)
		c.bilingual(x.Message, x.Position, "the message of condition "+name)
		_, attested := c.def.Attestations[name]
		if attested || c.known.Guards[name] {
			c.fail(BadCondition, x.Position, "%s is a guard already", name)
		}
		if !used[name] {
			c.fail(BadCondition, x.Position, "no transition asks for condition %s", name)
		}
		proved, err := express(c.def.Kind, x.When)
		if err != nil {
			c.fail(BadCondition, x.Position, "condition %s: %v", name, err)
			continue
		}
		c.expressions[name] = proved
	}
}

func (c *compiler) attestations() {
	used := c.used()
	for _, name := range slices.Sorted(maps.Keys(c.def.Attestations)) {
		a := c.def.Attestations[name]
		c.named(guardName, name, a.Position)
		c.bilingual(a.Label, a.Position, "the label of attestation "+name)
		c.bilingual(a.Message, a.Position, "the message of attestation "+name)
		if !used[name] {
			c.fail(BadAttestation, a.Position, "no transition asks for attestation %s", name)
		}
		if c.known.Guards[name] {
			c.fail(BadAttestation, a.Position, "%s is computed and cannot be attested", name)
		}
		if a.Unless != "" && !c.computes(guardOf(a.Unless)) {
			c.fail(BadAttestation, a.Position, "attestation %s is waived by %q, which nothing computes", name, a.Unless)
		}
	}
}

func (c *compiler) bilingual(t Text, at Position, what string) {
	for _, lang := range []string{"lt", "en"} {
		switch text := t.In(lang); {
		case !strings.ContainsFunc(text, legible):
			c.fail(MissingLabel, at, "%s has no text in %s", what, lang)
		case len(text) > MaxText:
			c.fail(TooLarge, at, "%s has %d bytes in %s, the limit is %d", what, len(text), lang, MaxText)
		}
	}
}

func legible(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

func (c *compiler) stateTraits() {
	for _, s := range c.def.States {
		c.bilingual(s.Staff, s.Position, fmt.Sprintf("the staff label of %s", s.Name))
		c.bilingual(s.Applicant, s.Position, fmt.Sprintf("the applicant label of %s", s.Name))
		c.bilingual(s.Public, s.Position, fmt.Sprintf("the public label of %s", s.Name))
		if !slices.Contains(phases, s.Phase) {
			c.fail(UnknownWord, s.Position, "state %s is in the unknown phase %q", s.Name, s.Phase)
		}
		if !slices.Contains(commitments, s.Commits) {
			c.fail(UnknownWord, s.Position, "state %s commits %q, which is unknown", s.Name, s.Commits)
		}
		c.responsible(s)
		c.veil(s)
		if s.Final && s.Outcome == OutcomeNone {
			c.fail(MissingPart, s.Position, "state %s is final and has no outcome", s.Name)
		}
	}
}

func (c *compiler) responsible(s State) {
	switch {
	case s.Responsible == "" && !s.Terminal:
		c.fail(NoResponsible, s.Position, "nobody is responsible in state %s", s.Name)
	case s.Responsible != "" && !slices.Contains(signedIn, s.Responsible):
		c.fail(UnknownRole, s.Position, "role %q cannot be responsible for state %s", s.Responsible, s.Name)
	}
}

// veil holds a state that is shown as another to what those outside could tell
// the two apart by.
func (c *compiler) veil(s State) {
	if s.ShownAs == "" {
		return
	}
	if !c.known.Veiled[c.def.Kind] {
		c.fail(BadVeil, s.Position, "state %s is shown as another, and cases of a %s are shown as they are", s.Name, c.def.Kind)
	}
	i := slices.IndexFunc(c.def.States, func(x State) bool { return x.Name == s.ShownAs })
	if i < 0 {
		c.fail(UnknownState, s.Position, "state %s is shown as the unknown state %q", s.Name, s.ShownAs)
		return
	}
	as := c.def.States[i]
	open := func(from StateName) []EventName {
		var events []EventName
		for _, t := range c.def.Transitions {
			if slices.Contains(t.From, from) && slices.ContainsFunc(t.By, func(by By) bool { return by.Role == Applicant }) {
				events = append(events, t.Event)
			}
		}
		slices.Sort(events)
		return events
	}
	for _, d := range []struct {
		differs bool
		what    string
	}{
		{as.ShownAs != "", "is itself shown as another"},
		{as.Outcome != OutcomeNone || s.Outcome != OutcomeNone, "is decided where the other is not, or both are"},
		{as.Listed != s.Listed, "is listed where the other is not, or the other way round"},
		{as.Applicant != s.Applicant || as.Public != s.Public, "has other labels for applicant and public"},
		{!slices.Equal(open(as.Name), open(s.Name)), "opens other events to applicants"},
	} {
		if d.differs {
			c.fail(BadVeil, s.Position, "state %s is shown as %s, which %s", s.Name, as.Name, d.what)
		}
	}
}

func (c *compiler) transitions() {
	for i := range c.def.Transitions {
		t := &c.def.Transitions[i]
		c.named(eventName, string(t.Event), t.Position)
		if t.Event == reminding || t.Event == correcting {
			c.fail(BadName, t.Position, "%q is what reminders or corrections are called, and no event", t.Event)
		}
		c.bilingual(t.Label, t.Position, fmt.Sprintf("the label of %s", t.Event))
		c.ends(t)
		c.capacities(t)
		c.guards(t)
		c.carried(t)
		c.unattended(t)
		c.reopening(t)
		c.within(t)
	}
}

// ends checks that a transition begins and ends somewhere.
func (c *compiler) ends(t *Transition) {
	if len(t.From) == 0 || len(t.To) == 0 {
		c.fail(MissingPart, t.Position, "event %s has to name from and to", t.Event)
	}
	for _, name := range slices.Concat(t.From, t.To) {
		if _, ok := c.states[name]; !ok {
			c.fail(UnknownState, t.Position, "event %s names the undeclared state %q", t.Event, name)
		}
	}
}

func (c *compiler) capacities(t *Transition) {
	if len(t.By) == 0 {
		c.fail(MissingPart, t.Position, "nobody may fire %s", t.Event)
	}
	others := 0
	for i, by := range t.By {
		if by.SecondPerson && slices.Contains(engineOwn, by.Role) {
			c.fail(Unattended, t.Position, "%s fires %s, and nobody confirms what the engine does", by.Role, t.Event)
		}
		if slices.ContainsFunc(t.By[:i], func(other By) bool { return other.Role == by.Role && other.OnBehalfOf == by.OnBehalfOf }) {
			c.fail(Duplicate, t.Position, "event %s names %s twice", t.Event, by.Role)
		}
		if !slices.Contains(signedIn, by.Role) && !slices.Contains(engineOwn, by.Role) {
			c.fail(UnknownRole, t.Position, "role %q cannot fire %s", by.Role, t.Event)
		}
		if by.OnBehalfOf == "" {
			continue
		}
		if by.Role != Join {
			others++
		}
		if by.Role != Join && !slices.Contains(recorders, by.Role) {
			c.fail(UnknownRole, t.Position, "%s does not record acts of others, such as %s of %s", by.Role, t.Event, by.OnBehalfOf)
		}
		if !slices.Contains(represented, by.OnBehalfOf) {
			c.fail(UnknownRole, t.Position, "nobody acts on behalf of %q in %s", by.OnBehalfOf, t.Event)
		}
	}
	if t.Requires.Presider && (!c.def.Kind.OfMeeting() || !t.Requires.SecondPerson) {
		c.fail(OnePerson, t.Position, "event %s asks for whoever presided over a meeting, and is of none or of one person", t.Event)
	}
	// Where somebody may also act for themselves, the document is asked of the
	// representative alone, and the engine knows that from the capacity.
	if others > 0 && others == len(t.By) && !t.Requires.Document {
		c.fail(NoDocument, t.Position, "event %s is always another body's act and requires no document", t.Event)
	}
}

// guardOf is the guard's name without its negation.
func guardOf(g string) string { return strings.TrimPrefix(g, "not ") }

func (c *compiler) guards(t *Transition) {
	for i, g := range t.Guards {
		name := guardOf(g)
		_, attested := c.def.Attestations[name]
		if slices.Contains(t.Guards[:i], g) {
			c.fail(Duplicate, t.Position, "event %s names guard %q twice", t.Event, g)
		}
		if slices.Contains(t.Guards[:i], opposite(g)) {
			c.fail(Contradiction, t.Position, "event %s asks for guard %q and for its opposite, so nobody ever fires it", t.Event, name)
		}
		if !c.computes(name) && !attested {
			c.fail(UnknownGuard, t.Position, "guard %q of %s is neither computed nor declared as an attestation or a condition", name, t.Event)
		}
		// Silence would satisfy it: nobody can attest that nothing was attested.
		if attested && name != g {
			c.fail(BadAttestation, t.Position, "event %s negates attestation %s", t.Event, name)
		}
	}
}

// carried checks what an event brings along and sets off, once each.
func (c *compiler) carried(t *Transition) {
	for _, d := range t.Data {
		if !slices.Contains(dataTypes, d.Type) {
			c.fail(UnknownWord, d.Position, "datum %s of %s has the unknown type %q", d.Name, t.Event, d.Type)
			continue
		}
		// A code is kept in a text field.
		if have := c.known.Fields[c.def.Kind][d.Name]; have != d.Type && (have != "text" || d.Type != "code") {
			c.fail(UnknownField, d.Position, "datum %s of %s is of type %s; as a field of a %s that is %q", d.Name, t.Event, d.Type, c.def.Kind, have)
		}
	}
	for _, x := range t.Sets {
		if have := c.known.Fields[c.def.Kind][x.Field]; have != "flag" {
			c.fail(UnknownField, x.Position, "event %s sets %s, which is no flag of a %s", t.Event, x.Field, c.def.Kind)
		}
	}
	for i, j := range t.Joins {
		if slices.ContainsFunc(t.Joins[:i], func(other Joined) bool { return other.firing() == j.firing() }) {
			c.fail(Duplicate, t.Position, "event %s joins %s.%s twice", t.Event, j.Kind, j.Event)
		}
	}
	for i, e := range t.Effects {
		if slices.Contains(t.Effects[:i], e) {
			c.fail(Duplicate, t.Position, "event %s has effect %q twice", t.Event, e)
		}
		if !c.known.Effects[e] {
			c.fail(UnknownEffect, t.Position, "event %s has the unknown effect %q", t.Event, e)
		}
	}
}

// unattended checks that what only the engine fires needs no person.
func (c *compiler) unattended(t *Transition) {
	person := func(by By) bool { return !slices.Contains(engineOwn, by.Role) }
	if len(t.By) == 0 || slices.ContainsFunc(t.By, person) {
		return
	}
	for _, wants := range c.wants(t) {
		c.fail(Unattended, wants.Position, "only the engine fires %s, %s", t.Event, wants.what)
	}
}

// wanting is what a person has to give, and where it is asked for.
type wanting struct {
	Position
	what string
}

// wants is what the event asks for and only a person gives.
func (c *compiler) wants(t *Transition) []wanting {
	var out []wanting
	if t.Requires != (Requires{}) {
		out = append(out, wanting{t.Position, "which requires what a person gives"})
	}
	for _, g := range t.Guards {
		if _, attested := c.def.Attestations[guardOf(g)]; attested {
			out = append(out, wanting{t.Position, "and cannot attest " + g})
		}
	}
	for _, d := range t.Data {
		if d.Required {
			out = append(out, wanting{d.Position, "and cannot give " + d.Name})
		}
	}
	return out
}

// ambiguity refuses two steps under one name from one state; looplab/fsm would
// take the last and say nothing.
func (c *compiler) ambiguity() {
	type step struct {
		from  StateName
		event EventName
	}
	seen := map[step]bool{}
	for _, x := range c.steps {
		k := step{x.From, x.Event}
		if seen[k] {
			c.fail(AmbiguousEvent, x.Transition.Position, "event %s leaves %s more than once", x.Event, x.From)
		}
		seen[k] = true
	}
}

// within checks the terms of events themselves.
func (c *compiler) within(t *Transition) {
	d := t.Within
	if d == nil {
		return
	}
	if d.Days < 1 || d.Days > MaxDays || !slices.Contains(units, d.Unit) || !slices.Contains(sources, d.Source) || !c.countsFrom(d.From) {
		c.fail(BadDeadline, d.Position, "%s is open for %d days in unit %q from %q by source %q", t.Event, d.Days, d.Unit, d.From, d.Source)
	}
	if d.Event != "" || d.Pauses || len(d.Unless)+len(d.Remind) > 0 {
		c.fail(BadDeadline, d.Position, "the term of %s fires, pauses, waives and reminds of nothing", t.Event)
	}
	if !slices.Contains(t.Guards, termGuard) {
		c.fail(BadDeadline, d.Position, "%s has a term and does not ask for %s", t.Event, termGuard)
	}
}

func (c *compiler) deadlines() {
	for _, s := range c.def.States {
		if s.Deadline == nil {
			continue
		}
		d := *s.Deadline
		if d.Days < 0 || !slices.Contains(units, d.Unit) || !slices.Contains(sources, d.Source) {
			c.fail(BadDeadline, d.Position, "the deadline of %s has %d days in unit %q from source %q", s.Name, d.Days, d.Unit, d.Source)
		}
		if !c.countsFrom(d.From) {
			c.fail(BadDeadline, d.Position, "the deadline of %s counts from %q, which is no date or instant", s.Name, d.From)
		}
		if d.Event != "" && !c.clockFires(s.Name, d.Event) {
			c.fail(BadDeadline, d.Position, "the clock may not fire %q from %s", d.Event, s.Name)
		}
		if d.Days > MaxDays {
			c.fail(TooLarge, d.Position, "the deadline of %s has %d days, the limit is %d", s.Name, d.Days, MaxDays)
		}
		if d.Pauses && d.Unit == WorkingDays {
			c.fail(BadDeadline, d.Position, "the deadline of %s pauses and counts working days; how long the clock stood is counted in calendar days", s.Name)
		}
		if d.Pauses && d.From == Entered {
			c.fail(BadDeadline, d.Position, "the deadline of %s pauses, and it begins anew whenever the state is entered", s.Name)
		}
		if d.Pauses && !slices.ContainsFunc(c.def.States, func(s State) bool { return s.StopsClock }) {
			c.fail(BadDeadline, d.Position, "the deadline of %s pauses, and no state stops the clock", s.Name)
		}
		for _, g := range d.Unless {
			if !c.computes(guardOf(g)) || d.Event == "" {
				c.fail(BadDeadline, d.Position, "the deadline of %s is waived by %q, which nothing computes, or fires nothing that could be", s.Name, g)
			}
		}
		for i, n := range d.Remind {
			if n < 1 || n > MaxDays || slices.Contains(d.Remind[:i], n) || (d.Days > 0 && n >= d.Days) {
				c.fail(BadDeadline, d.Position, "the deadline of %s reminds %d days ahead: want different numbers from 1 to less than the term", s.Name, n)
			}
		}
	}
}

// countsFrom says whether a term can begin at from.
func (c *compiler) countsFrom(from string) bool {
	if from == Entered || from == Delivered {
		return true
	}
	kind, field := dated(from)
	typ := c.known.Fields[kind][field]
	return (typ == "date" || typ == "instant") && (kind == c.def.Kind || kind != "" && kind == c.def.Kind.Over())
}

// dated are the kind and its field that a term runs from.
func dated(from string) (Kind, string) {
	kind, field, _ := strings.Cut(from, ".")
	return Kind(kind), field
}

func (c *compiler) clockFires(from StateName, event EventName) bool {
	return slices.ContainsFunc(c.steps, func(x Concrete) bool {
		return x.From == from && x.Event == event && slices.Contains(x.Transition.By, By{Role: Clock})
	})
}

// concrete lists the steps of a definition in file order, a ruling set as one
// event per target.
func concrete(def *Definition) []Concrete {
	var steps []Concrete
	for i := range def.Transitions {
		t := &def.Transitions[i]
		for _, from := range t.From {
			for _, to := range t.To {
				event := t.Event
				if len(t.To) > 1 {
					event += EventName("To" + camelCase(string(to)))
				}
				steps = append(steps, Concrete{Event: event, From: from, To: to, Transition: t})
			}
		}
	}
	return steps
}

// camelCase turns board_agenda into BoardAgenda.
func camelCase(name string) string {
	var b strings.Builder
	upper := true
	for _, r := range name {
		if r == '_' {
			upper = true
			continue
		}
		if upper {
			r = unicode.ToUpper(r)
		}
		upper = false
		b.WriteRune(r)
	}
	return b.String()
}

func sameVersion(defs []*Definition) []Problem {
	type version struct {
		kind Kind
		n    int
	}
	seen := map[version]bool{}
	var problems []Problem
	for _, d := range defs {
		v := version{d.Kind, d.Version}
		if seen[v] {
			problems = append(problems, Problem{
				Code: Duplicate, Kind: d.Kind, File: d.File, Position: Position{Line: 1, Column: 1},
				Message: fmt.Sprintf("version %d of %s is in the set twice", d.Version, d.Kind),
			})
		}
		seen[v] = true
	}
	return problems
}

// joins proves the joins of a set: they lead somewhere, are taken there, never come
// back, and let nobody do alone what takes two. What is fresh in the set may wait for a
// join only where one comes; the others were proved, and joins are not taken away.
func joins(machines, fresh []*Machine) []Problem {
	byKind := map[Kind][]*Machine{}
	for _, m := range machines {
		byKind[m.Kind()] = append(byKind[m.Kind()], m)
	}
	follows, fired := map[Joined][]Joined{}, map[Joined]bool{}
	var problems []Problem
	for _, m := range machines {
		for _, x := range m.causes() {
			cause := Joined{Kind: m.Kind(), Event: x.Event}
			for _, j := range x.Transition.Joins {
				fired[j.firing()] = true
				if !slices.Contains(follows[cause], j.firing()) {
					follows[cause] = append(follows[cause], j.firing())
					problems = append(problems, joinTaken(m, x, byKind[j.Kind], j)...)
				}
				problems = append(problems, joinBorne(m, x, byKind[j.Kind], j)...)
			}
		}
	}
	for _, m := range machines {
		problems = append(problems, joinCycles(m, follows)...)
	}
	if len(problems) > 0 {
		return problems
	}
	for _, m := range machines {
		problems = append(problems, loneCauses(m, follows, byKind)...)
	}
	for _, m := range fresh {
		problems = append(problems, m.proof.strandedIn(func(x Concrete) bool { return fired[Joined{Kind: m.Kind(), Event: x.Event}] })...)
	}
	return problems
}

// joinTaken checks that every version of the joined kind has the event, open
// to [Join] wherever it is.
func joinTaken(from *Machine, x Concrete, targets []*Machine, j Joined) []Problem {
	problem := func(code ProblemCode, format string, args ...any) []Problem {
		return []Problem{{
			Code: code, Kind: from.Kind(), File: from.def.File, Position: x.Transition.Position, Path: walkOver(from.proof.ways(), x.Transition),
			Message: fmt.Sprintf(format, args...),
		}}
	}
	if len(targets) == 0 {
		return problem(UnknownJoin, "event %s joins the unknown kind %q", x.Event, j.Kind)
	}
	for _, m := range targets {
		if !m.events[j.Event] {
			return problem(UnknownJoin, "event %s joins %q, which %s does not have", x.Event, j.Event, j.Kind)
		}
		for _, step := range m.steps {
			if step.Event == j.Event && !slices.ContainsFunc(step.Transition.By, func(by By) bool { return by.Role == Join }) {
				return problem(JoinRefused, "event %s joins %s.%s, which is not open to JOIN from %s", x.Event, j.Kind, j.Event, step.From)
			}
		}
	}
	return nil
}

// causes are the steps by which other cases may be taken along, the beginning among
// them, under no event.
func (m *Machine) causes() []Concrete {
	if m.def.Begins == nil {
		return m.steps
	}
	return append(slices.Clone(m.steps), Concrete{Transition: m.def.Begins.transition()})
}

// joinBorne checks that a join which carries on what a body did is set off by nothing but
// that body's act, of two persons where a decided case is reopened by it or the event by
// itself takes two.
func joinBorne(from *Machine, x Concrete, targets []*Machine, j Joined) []Problem {
	for _, m := range targets {
		for _, step := range m.steps {
			if step.Event != j.Event {
				continue
			}
			i := slices.IndexFunc(step.Transition.By, func(by By) bool { return by.Role == Join })
			if i < 0 || step.Transition.By[i].OnBehalfOf == "" {
				continue
			}
			body, t := step.Transition.By[i].OnBehalfOf, x.Transition
			what := ""
			switch {
			case slices.ContainsFunc(bodies(t), func(b Role) bool { return b != body }):
				what = "is not the act of the body alone"
			case (step.Transition.Reopens || step.Transition.Requires.SecondPerson) && !t.Requires.SecondPerson && !t.Requires.Decision:
				what = "takes one person"
			default:
				continue
			}
			return []Problem{{
				Code: JoinRefused, Kind: from.Kind(), File: from.def.File, Position: t.Position, Path: walkOver(from.proof.ways(), t),
				Message: fmt.Sprintf("event %s joins %s.%s, which carries on from %[5]s what %[4]s did; it %[6]s", x.Event, j.Kind, j.Event, body, step.From, what),
			}}
		}
	}
	return nil
}

// joinCycles finds events of m that set themselves off again.
func joinCycles(m *Machine, follows map[Joined][]Joined) []Problem {
	var problems []Problem
	reported := map[EventName]bool{}
	for _, x := range m.steps {
		start := Joined{Kind: m.Kind(), Event: x.Event}
		if reported[x.Event] {
			continue
		}
		reported[x.Event] = true
		if round := roundTrip(start, follows); round != nil {
			problems = append(problems, Problem{
				Code: JoinCycle, Kind: m.Kind(), File: m.def.File, Position: x.Transition.Position,
				Path: walkOver(m.proof.ways(), x.Transition), Message: "joins come back: " + strings.Join(round, " → "),
			})
		}
	}
	return problems
}

// roundTrip is a shortest way of joins from start back to it, or nil.
func roundTrip(start Joined, follows map[Joined][]Joined) []string {
	name := func(j Joined) string { return string(j.Kind) + "." + string(j.Event) }
	ways := map[Joined][]string{start: {name(start)}}
	for queue := []Joined{start}; len(queue) > 0; queue = queue[1:] {
		for _, j := range follows[queue[0]] {
			way := append(slices.Clone(ways[queue[0]]), name(j))
			if j == start {
				return way
			}
			if _, seen := ways[j]; !seen {
				ways[j] = way
				queue = append(queue, j)
			}
		}
	}
	return nil
}

// texts turns names into plain strings.
func texts[T ~string](names []T) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = string(n)
	}
	return out
}
