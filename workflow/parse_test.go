package workflow

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/workflow/definitions"
)

func TestParseReadsEveryPart(t *testing.T) {
	def := parsed(t, toy)
	sum := sha256.Sum256([]byte(toy))
	if want := hex.EncodeToString(sum[:]); def.Hash != want {
		t.Errorf("got hash %s, want %s", def.Hash, want)
	}
	if def.Kind != "toy" || def.Version != 1 || def.Initial != "open" {
		t.Errorf("got %s %d from %s, want toy 1 from open", def.Kind, def.Version, def.Initial)
	}
	at := func(text string) Position { return where(t, toy, text) }
	begins := &Beginning{
		About: []Kind{"toy"}, By: []By{{Role: Applicant}, {Role: Administrator, OnBehalfOf: Ministry}}, Forms: []string{"SMALL", "LARGE"},
		Guards: []string{"not late"}, Data: []Datum{{Name: "dueOn", Type: "instant", Position: at("dueOn: instant")}}, Position: at("about: toy"),
	}
	if !def.Confidential || !reflect.DeepEqual(def.Begins, begins) {
		t.Errorf("got confidential %t and begins %+v, want true and %+v", def.Confidential, def.Begins, begins)
	}
	states := []State{
		{
			Name: "open", Phase: PhaseCall, Responsible: Administrator, Outcome: OutcomeNone,
			Staff: Text{"Atverta", "Open"}, Applicant: Text{"Atverta", "Open"}, Public: Text{"Atverta", "Open"},
			Deadline: &Deadline{Event: "settle", Days: 3, Unit: WorkingDays, From: "toy.dueOn", Source: "design", Position: at("{event: settle, days")},
			Position: at("open:\n"),
		},
		{
			Name: "refused", Phase: PhaseClosure, Responsible: Applicant, Final: true, Outcome: OutcomeNegative,
			Staff: Text{"Atmesta", "Refused"}, Applicant: Text{"Galite skųsti", "You may appeal"}, Public: Text{"Baigta", "Over"},
			Position: at("refused:\n"),
		},
		{
			Name: "done", Phase: PhaseClosure, Terminal: true, Outcome: OutcomeNone,
			Staff: Text{"Baigta", "Done"}, Applicant: Text{"Baigta", "Done"}, Public: Text{"Baigta", "Done"},
			Position: at("done:\n"),
		},
	}
	if !reflect.DeepEqual(def.States, states) {
		t.Errorf("got states\n%+v, want\n%+v", def.States, states)
	}
	transitions := []Transition{
		{
			Event: "note", From: []StateName{"open"}, To: []StateName{"open"}, Label: Text{"Pastaba", "Note"},
			By: []By{{Role: Administrator}}, Requires: Requires{Reason: true},
			Data:  []Datum{{Name: "openedOn", Type: "date", Required: true, Position: at("openedOn")}},
			Joins: []Joined{{Kind: "toy", Event: "settle"}}, Position: at("event: note"),
		},
		{
			Event: "refuse", From: []StateName{"open"}, To: []StateName{"refused"}, Label: Text{"Atmesti", "Refuse"},
			By:     []By{{Role: Applicant}, {Role: Administrator, OnBehalfOf: Applicant, SecondPerson: true}},
			Guards: []string{"fair", "not late"}, Position: at("event: refuse"),
		},
		{
			Event: "rule", From: []StateName{"refused"}, To: []StateName{"open", "done"}, Label: Text{"Nuspręsti", "Rule"},
			By: []By{{Role: Administrator, OnBehalfOf: Court}}, Requires: Requires{Document: true, SecondPerson: true}, Reopens: true, Position: at("event: rule"),
		},
		{
			Event: "settle", From: []StateName{"open"}, To: []StateName{"done"}, Label: Text{"Baigti", "Settle"},
			By: []By{{Role: Clock}, {Role: Join}}, Effects: []string{"ring"}, Position: at("event: settle\n"),
		},
	}
	if !reflect.DeepEqual(def.Transitions, transitions) {
		t.Errorf("got transitions\n%+v, want\n%+v", def.Transitions, transitions)
	}
}

func TestParseReadsTextOverSeveralLines(t *testing.T) {
	src := edit(t, toy, "label: {lt: Pastaba, en: Note}", "label:\n      lt: |\n        Ilga\n        pastaba\n      en: >\n        A long\n        note")
	if got, want := parsed(t, src).Transitions[0].Label, (Text{"Ilga\npastaba", "A long note"}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseRefusesWithPosition(t *testing.T) {
	for _, tt := range []struct{ name, src, want string }{
		{"empty", "", "toy.yaml:1:1: the file has to hold one document, it holds 0"},
		{"two documents", "kind: a\n---\nkind: b\n", "toy.yaml:1:1: the file has to hold one document, it holds 2"},
		{"a list", "- a\n", "toy.yaml:1:1: a definition has to be a mapping"},
		{"not YAML", "kind: [a\n", "not YAML"},
		{"not UTF-8", "kind: \xff\n", "toy.yaml:1:1: the file is not UTF-8"},
		{"unknown key", "kind: a\nowner: b\n", `toy.yaml:2:1: a definition has no key "owner"`},
		{"unknown nested key", "states:\n  a:\n    colour: red\n", `toy.yaml:3:5: a state has no key "colour"`},
		{"key is a number", "1: a\n", "toy.yaml:1:1: this has to be a text"},
		{"key is a list", "? [a]\n: b\n", "not YAML: found an invalid key"},
		{"word is a list", "states:\n  a:\n    traits: [[listed]]\n", "toy.yaml:3:14: this has to be a text"},
		{"key twice", "kind: a\nversion: 1\nkind: b\n", `toy.yaml:3:1: key "kind" of a definition stands on line 1 already`},
		{"state twice", "states:\n  a: {phase: CALL}\n  a: {phase: CALL}\n", `toy.yaml:3:3: key "a" of states stands on line 2 already`},
		{"anchor", "kind: &k a\n", "toy.yaml:1:7: an anchor is not allowed in a definition"},
		{"alias", "kind: *k\n", "an alias is not allowed in a definition"},
		{"merge key", "states:\n  a:\n    <<: {phase: CALL}\n", "toy.yaml:3:5: a merge key is not allowed in a definition"},
		{"tag", "kind: !!binary a\n", "toy.yaml:1:7: a tag is not allowed in a definition"},
		{"directive", "%YAML 1.2\n---\nkind: a\n", "a directive is not allowed in a definition"},
		{"version as text", "version: one\n", "toy.yaml:1:10: this has to be a whole number"},
		{"version beyond int", "version: 99999999999999999999\n", "toy.yaml:1:10: this has to be a whole number"},
		{"kind as list", "kind: [a]\n", "toy.yaml:1:7: this has to be a text"},
		{"kind absent", "kind:\n", "this has to be a text"},
		{"flag as text", "transitions:\n  - reopens: perhaps\n", "toy.yaml:2:14: this has to be true or false"},
		{"trait unknown", "states:\n  a:\n    traits: [listed, endless]\n", `toy.yaml:3:22: traits has no word "endless"`},
		{"trait twice", "states:\n  a:\n    traits: [listed, listed]\n", `toy.yaml:3:22: traits names "listed" twice`},
		{"outcome unknown", "states:\n  a:\n    outcome: GOOD\n", `toy.yaml:3:14: an outcome is POSITIVE or NEGATIVE, not "GOOD"`},
		{"label mixed", "states:\n  a:\n    label: {lt: A, en: B, staff: {lt: A, en: B}}\n", "toy.yaml:3:12: a label is one for all readers or one for each, not both"},
		{"join without kind", "transitions:\n  - joins: [settle]\n", `toy.yaml:2:13: a join is written kind.event, not "settle"`},
		{"flow too deep", "kind: " + strings.Repeat("[", 40) + strings.Repeat("]", 40), "collections nest deeper than 16"},
		{"blocks too deep", strings.Repeat("- ", 40) + "a\n", "collections nest deeper than 16"},
		{"keys too deep", nestedKeys(40), "collections nest deeper than 16"},
		{"too many keys", strings.Repeat("a: b\n", MaxDefinitionTokens/2), "tokens, the limit is 20000"},
		{"too long", "# " + strings.Repeat("x", MaxDefinitionBytes), "larger than 262144 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			def, err := Parse("toy.yaml", []byte(tt.src))
			var got *ParseError
			if !errors.As(err, &got) || def != nil {
				t.Fatalf("got %v and %v, want a ParseError alone", def, err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, want %q in it", err, tt.want)
			}
		})
	}
}

func nestedKeys(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestParseReportsAllProblemsTogetherInFileOrder(t *testing.T) {
	_, err := Parse("toy.yaml", []byte("owner: x\nversion: y\nstates:\n  a: {colour: red, phase: [CALL]}\n"))
	var got *ParseError
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want a ParseError", err)
	}
	var at []Position
	for _, p := range got.Problems {
		at = append(at, p.Position)
	}
	if want := []Position{{1, 1}, {2, 10}, {4, 7}, {4, 27}}; !slices.Equal(at, want) {
		t.Errorf("got problems at %v, want at %v:\n%v", at, want, err)
	}
}

// Columns count characters, as editors do, not bytes.
func TestParsePositionsCountCharacters(t *testing.T) {
	_, err := Parse("toy.yaml", []byte("states:\n  a: {label: {lt: ąčęėį, fr: x}}\n"))
	if want := "toy.yaml:2:26: "; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want it at %s", err, want)
	}
}

func FuzzParse(f *testing.F) {
	names, err := fs.Glob(definitions.Files(), "*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		src, err := fs.ReadFile(definitions.Files(), name)
		if err != nil {
			f.Fatal(err)
		}
		// The whole files are long; their heads make better seeds to mutate.
		f.Add(src[:2000])
	}
	f.Add([]byte(toy))
	f.Add([]byte("kind: [a\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		def, err := Parse("fuzz.yaml", src)
		if err == nil {
			// Whatever can be read can be judged.
			Compile(def, toyNames())
			return
		}
		var parse *ParseError
		if !errors.As(err, &parse) || len(parse.Problems) == 0 {
			t.Fatalf("got %v, want a ParseError with problems", err)
		}
		for _, p := range parse.Problems {
			if p.Line < 1 || p.Column < 1 || p.Message == "" {
				t.Errorf("got problem %+v, want a position and a message", p)
			}
		}
	})
}
