package workflow

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

// toy is a small sound definition that uses every part of the format. Tests
// break it in one place at a time.
const toy = `kind: toy
version: 1
initial: open
confidential: true
begins:
  about: toy
  by: [APPLICANT, {role: ADMINISTRATOR, onBehalfOf: MINISTRY}]
  forms: [SMALL, LARGE]
  guards: [not late]
  data: {dueOn: instant}
attestations:
  fair:
    label: {lt: Sąžininga, en: It is fair}
    message: {lt: Nepatvirtinta, en: Nobody says that it is fair}
states:
  open:
    phase: CALL
    responsible: ADMINISTRATOR
    deadline: {event: settle, days: 3, unit: WORKING_DAYS, from: toy.dueOn, source: design}
    label: {lt: Atverta, en: Open}
  refused:
    phase: CLOSURE
    responsible: APPLICANT
    traits: [final]
    outcome: NEGATIVE
    label:
      staff: {lt: Atmesta, en: Refused}
      applicant: {lt: Galite skųsti, en: You may appeal}
      public: {lt: Baigta, en: Over}
  done:
    phase: CLOSURE
    traits: [terminal]
    label: {lt: Baigta, en: Done}
transitions:
  - event: note
    from: open
    to: open
    label: {lt: Pastaba, en: Note}
    by: ADMINISTRATOR
    requires: [reason]
    data: {openedOn: date!}
    joins: [toy.settle]
  - event: refuse
    from: open
    to: refused
    label: {lt: Atmesti, en: Refuse}
    by: [APPLICANT, {role: ADMINISTRATOR, onBehalfOf: APPLICANT, secondPerson: true}]
    guards: [fair, not late]
  - event: rule
    from: refused
    to: [open, done]
    label: {lt: Nuspręsti, en: Rule}
    by: {role: ADMINISTRATOR, onBehalfOf: COURT}
    requires: [document, secondPerson]
    reopens: true
  - event: settle
    from: open
    to: done
    label: {lt: Baigti, en: Settle}
    by: [CLOCK, JOIN]
    effects: [ring]
`

func toyNames() Known {
	return Known{
		Veiled:  map[Kind]bool{"toy": true},
		Guards:  map[string]bool{"late": true},
		Fields:  map[Kind]map[string]string{"toy": {"openedOn": "date", "dueOn": "instant", "title": "text", "form": "text"}},
		Given:   map[Kind]map[string]bool{"toy": {"dueOn": true}},
		Effects: map[string]bool{"ring": true},
	}
}

// edit replaces the one place where old stands.
func edit(t testing.TB, src, old, new string) string {
	t.Helper()
	if n := strings.Count(src, old); n != 1 {
		t.Fatalf("the definition has %d places %q, want 1", n, old)
	}
	return strings.Replace(src, old, new, 1)
}

// where is the place of text, which has to stand in src once.
func where(t testing.TB, src, text string) Position {
	t.Helper()
	if n := strings.Count(src, text); n != 1 {
		t.Fatalf("the definition has %d places %q, want 1", n, text)
	}
	before, _, _ := strings.Cut(src, text)
	line := before[strings.LastIndex(before, "\n")+1:]
	return Position{Line: 1 + strings.Count(before, "\n"), Column: 1 + utf8.RuneCountInString(line)}
}

func parsed(t testing.TB, src string) *Definition {
	t.Helper()
	def, err := Parse("toy.yaml", []byte(src))
	if err != nil {
		t.Fatalf("got a definition that cannot be read, want one that can:\n%v", err)
	}
	return def
}

func TestCompileAcceptsSoundDefinition(t *testing.T) {
	m, problems := Compile(parsed(t, toy), toyNames())
	if len(problems) > 0 || m == nil {
		t.Fatalf("got problems %v, want none", problems)
	}
}

func TestCompileNamesEachDefect(t *testing.T) {
	const deadEnd = "\n  stuck:\n    phase: CALL\n    responsible: ADMINISTRATOR\n    label: {lt: Įstrigo, en: Stuck}\n  done:"
	into := func(to string) string {
		return "\n  - event: drift\n    from: open\n    to: " + to + "\n    label: {lt: Tolti, en: Drift}\n    by: ADMINISTRATOR\n  - event: rule"
	}
	type change struct{ old, new string }
	for _, tt := range []struct {
		name    string
		changes []change
		code    ProblemCode
		at      string // stands once in the changed definition, where the problem is
		path    []StateName
	}{
		{"no version", []change{{"version: 1\n", ""}}, MissingPart, "kind: toy", nil},
		{"kind is no name", []change{{"kind: toy", "kind: Toy Kind"}}, BadName, "kind: Toy", nil},
		{"state is no name", []change{{"  done:", "  done:\n    phase: CALL\n    traits: [terminal]\n    label: {lt: A, en: B}\n  a-b:"}}, BadName, "a-b:", nil},
		{"event is no name", []change{{"event: refuse", "event: re_fuse"}}, BadName, "event: re_fuse", nil},
		{"event is what reminders are called", []change{{"event: refuse", "event: remind"}}, BadName, "event: remind", nil},
		{"unknown initial state", []change{{"initial: open", "initial: begin"}}, UnknownState, "kind: toy", nil},
		{"shown as an unknown state", []change{{"    outcome: NEGATIVE\n", "    outcome: NEGATIVE\n    shownAs: nowhere\n"}}, UnknownState, "refused:\n", nil},
		{"unknown target", []change{{"to: refused", "to: nowhere"}}, UnknownState, "event: refuse", nil},
		{"unknown source", []change{{"from: refused", "from: [refused, nowhere]"}}, UnknownState, "event: rule", nil},
		{"no source", []change{{"    from: refused\n", ""}}, MissingPart, "event: rule", nil},
		{"nobody may fire", []change{{"    by: [CLOCK, JOIN]\n", ""}}, MissingPart, "event: settle\n", nil},
		{"unknown guard", []change{{"guards: [fair, not late]", "guards: [fair, not early]"}}, UnknownGuard, "event: refuse", nil},
		{"guard twice", []change{{"guards: [fair, not late]", "guards: [fair, not late, fair]"}}, Duplicate, "event: refuse", nil},
		{"attestation negated", []change{{"guards: [fair, not late]", "guards: [not fair]"}}, BadAttestation, "event: refuse", nil},
		{"attestation unused", []change{{"guards: [fair, not late]", "guards: [late]"}}, BadAttestation, "fair:", nil},
		{"attestation of a computed guard", []change{{"  fair:", "  late:"}, {"guards: [fair, not late]", "guards: [late]"}}, BadAttestation, "late:\n", nil},
		{"attestation waived by what nothing computes", []change{{"en: Nobody says that it is fair}\n", "en: Nobody says that it is fair}\n    unless: fair\n"}}, BadAttestation, "fair:\n", nil},
		{"attestation without message", []change{{"    message: {lt: Nepatvirtinta, en: Nobody says that it is fair}\n", ""}}, MissingLabel, "fair:\n", nil},
		{"unknown role", []change{{"by: ADMINISTRATOR\n    requires", "by: MAYOR\n    requires"}}, UnknownRole, "event: note", nil},
		{"auditor acts", []change{{"by: ADMINISTRATOR\n    requires", "by: AUDITOR\n    requires"}}, UnknownRole, "event: note", nil},
		{"unknown body", []change{{"onBehalfOf: COURT", "onBehalfOf: MAYOR"}}, UnknownRole, "event: rule", nil},
		{"unknown responsible", []change{{"responsible: APPLICANT", "responsible: CLOCK"}}, UnknownRole, "refused:\n", nil},
		{"nobody responsible", []change{{"    responsible: APPLICANT\n", ""}}, NoResponsible, "refused:\n", nil},
		{"on behalf without document", []change{{"    requires: [document, secondPerson]\n", "    requires: [secondPerson]\n"}}, NoDocument, "event: rule", nil},
		{"unknown phase", []change{{"phase: CALL", "phase: LATER"}}, UnknownWord, "open:\n", nil},
		{"unknown commitment", []change{{"phase: CALL", "phase: CALL\n    commits: LIFE"}}, UnknownWord, "open:\n", nil},
		{"label without Lithuanian", []change{{"{lt: Atverta, en: Open}", "{en: Open}"}}, MissingLabel, "open:\n", nil},
		{"label without English", []change{{"{lt: Baigta, en: Over}", "{lt: Baigta}"}}, MissingLabel, "refused:\n", nil},
		{"transition without label", []change{{"    label: {lt: Baigti, en: Settle}\n", ""}}, MissingLabel, "event: settle\n", nil},
		{"final without outcome", []change{{"    outcome: NEGATIVE\n", ""}}, MissingPart, "refused:\n", nil},
		{"unknown type of datum", []change{{"{openedOn: date!}", "{openedOn: day}"}}, UnknownWord, "openedOn:", nil},
		{"unknown field", []change{{"{openedOn: date!}", "{shutOn: date}"}}, UnknownField, "shutOn:", nil},
		{"field of another type", []change{{"{openedOn: date!}", "{openedOn: text}"}}, UnknownField, "openedOn:", nil},
		{"setting of no flag", []change{{"effects: [ring]", "sets: {title: true}"}}, UnknownField, "title:", nil},
		{"unknown effect", []change{{"effects: [ring]", "effects: [sing]"}}, UnknownEffect, "event: settle\n", nil},
		{"deadline counts from a text", []change{{"from: toy.dueOn", "from: toy.title"}}, BadDeadline, "deadline:", nil},
		{"deadline counts backwards", []change{{"days: 3", "days: -3"}}, BadDeadline, "deadline:", nil},
		{"deadline in an unknown unit", []change{{"unit: WORKING_DAYS", "unit: WEEKS"}}, BadDeadline, "deadline:", nil},
		{"deadline fires what the clock may not", []change{{"event: settle, days", "event: refuse, days"}}, BadDeadline, "deadline:", nil},
		{"clock attests", []change{{"effects: [ring]", "guards: [fair]"}}, Unattended, "event: settle\n", nil},
		{"clock gives a reason", []change{{"effects: [ring]", "requires: [reason]"}}, Unattended, "event: settle\n", nil},
		{"clock gives a datum", []change{{"effects: [ring]", "data: {title: text!}"}}, Unattended, "title: text!", nil},
		{"reopens what is open", []change{{"effects: [ring]", "reopens: true"}}, BadReopening, "event: settle\n", nil},
		{"final state left silently", []change{{"    reopens: true\n", ""}}, BadReopening, "event: rule", nil},
		{"two steps on one event", []change{{"event: settle\n    from", "event: refuse\n    from"}, {"event: settle, days", "days"}}, AmbiguousEvent, "event: refuse\n    from: open\n    to: done", nil},
		{"ruling set meets an event", []change{{"event: rule", "event: ruleToOpen\n    from: refused\n    to: open\n    label: {lt: A, en: B}\n    by: COURT\n  - event: rule"}}, AmbiguousEvent, "event: rule\n", nil},
		{"unreachable", []change{{"to: refused", "to: done"}}, Unreachable, "refused:\n", nil},
		{"dead end", []change{{"\n  done:", deadEnd}, {"\n  - event: rule", into("stuck")}}, DeadEnd, "stuck:", []StateName{"open", "stuck"}},
		{
			"no way out",
			[]change{{"\n  done:", deadEnd}, {"\n  - event: rule", into("stuck") + "x\n    from: stuck\n    to: stuck\n    label: {lt: A, en: B}\n    by: ADMINISTRATOR\n  - event: rule"}},
			NoWayOut, "stuck:",
			[]StateName{"open", "stuck"},
		},
		{"begun about nothing", []change{{"  about: toy\n", ""}}, BadBeginning, "by: [APPLICANT, {role: ADMINISTRATOR, onBehalfOf: MINISTRY}]", nil},
		{"begun about an unknown kind", []change{{"about: toy", "about: [toy, moon]"}}, BadBeginning, "about:", nil},
		{"begun by nobody", []change{{"  by: [APPLICANT, {role: ADMINISTRATOR, onBehalfOf: MINISTRY}]\n", ""}}, MissingPart, "about: toy", nil},
		{"begun by the clock", []change{{"by: [APPLICANT, {role: ADMINISTRATOR, onBehalfOf: MINISTRY}]", "by: [APPLICANT, CLOCK]"}}, BadBeginning, "about: toy", nil},
		{"begun by two", []change{{"onBehalfOf: MINISTRY}", "onBehalfOf: MINISTRY, secondPerson: true}"}}, BadBeginning, "about: toy", nil},
		{"begun by an unknown role", []change{{"by: [APPLICANT, {role: ADMINISTRATOR, onBehalfOf: MINISTRY}]", "by: MAYOR"}}, UnknownRole, "about: toy", nil},
		{"begun on an attestation", []change{{"guards: [not late]", "guards: [fair]"}}, BadBeginning, "about: toy", nil},
		{"begun on an unknown guard", []change{{"guards: [not late]", "guards: [early]"}}, UnknownGuard, "about: toy", nil},
		{"begun with an unknown field", []change{{"{dueOn: instant}", "{doneOn: instant}"}}, UnknownField, "doneOn:", nil},
		{"begun in a form without a name", []change{{"[SMALL, LARGE]", "[SMALL, large]"}}, BadBeginning, "about: toy", nil},
		{"begun in one form twice", []change{{"[SMALL, LARGE]", "[SMALL, SMALL]"}}, BadBeginning, "about: toy", nil},
		{"terminal with exit", []change{{"from: open\n    to: done", "from: [open, done]\n    to: done"}}, TerminalWithExit, "event: settle\n", []StateName{"done", "done"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := toy
			for _, c := range tt.changes {
				src = edit(t, src, c.old, c.new)
			}
			m, problems := Compile(parsed(t, src), toyNames())
			if m != nil {
				t.Error("got a machine, want none")
			}
			line := where(t, src, tt.at).Line
			i := slices.IndexFunc(problems, func(p Problem) bool { return p.Code == tt.code && p.Line == line })
			if i < 0 {
				t.Fatalf("got %v, want %s on line %d", problems, tt.code, line)
			}
			switch got := problems[i].Path; {
			case tt.path != nil && !slices.Equal(got, tt.path):
				t.Errorf("got the path %v, want %v", got, tt.path)
			case tt.path == nil && line > where(t, src, "\nstates:").Line+1 && !slices.Contains([]ProblemCode{Unreachable, BadName, MissingPart}, tt.code) && (len(got) == 0 || got[0] != "open"):
				t.Errorf("got the path %v, want a walk from open to what line %d declares", got, line)
			}
		})
	}
}

// TestStateIsShownAsOneThatLooksTheSame: by no difference that they are told
// could those outside tell the two apart.
func TestStateIsShownAsOneThatLooksTheSame(t *testing.T) {
	src := edit(t, toy, "\n  done:", `
  mulled:
    phase: CALL
    responsible: ADMINISTRATOR
    shownAs: open
    label:
      staff: {lt: Svarstoma, en: Mulled over}
      applicant: {lt: Atverta, en: Open}
      public: {lt: Atverta, en: Open}
  done:`)
	src = edit(t, src, "    from: open\n    to: refused", "    from: [open, mulled]\n    to: refused")
	src = edit(t, src, "\n  - event: rule", `
  - event: mull
    from: open
    to: mulled
    label: {lt: Svarstyti, en: Mull over}
    by: ADMINISTRATOR
  - event: forget
    from: mulled
    to: open
    label: {lt: Pamiršti, en: Forget}
    by: ADMINISTRATOR
  - event: rule`)
	if m, problems := Compile(parsed(t, src), toyNames()); m == nil {
		t.Fatalf("got %v, want a machine", problems)
	}
	open := toyNames()
	open.Veiled = nil
	if _, problems := Compile(parsed(t, src), open); len(problems) != 1 || problems[0].Code != BadVeil {
		t.Errorf("of a kind that is shown as it is: got %v, want %s alone", problems, BadVeil)
	}
	for _, tt := range []struct{ old, new, says string }{
		{"shownAs: open", "shownAs: open\n    outcome: POSITIVE", "decided"},
		{"shownAs: open", "shownAs: open\n    traits: [listed]", "listed"},
		{"shownAs: open", "shownAs: mulled", "itself"},
		{"applicant: {lt: Atverta, en: Open}", "applicant: {lt: Atverta, en: Ajar}", "labels"},
		{"public: {lt: Atverta, en: Open}", "public: {lt: Atvira, en: Open}", "labels"},
		{"from: [open, mulled]", "from: open", "events"},
	} {
		broken := edit(t, src, tt.old, tt.new)
		m, problems := Compile(parsed(t, broken), toyNames())
		line := where(t, broken, "mulled:").Line
		if m != nil || !slices.ContainsFunc(problems, func(p Problem) bool {
			return p.Code == BadVeil && p.Line == line && strings.Contains(p.Message, tt.says)
		}) {
			t.Errorf("%s: got %v, want %s", tt.new, problems, BadVeil)
		}
	}
}

func TestCompileRefusesStateDeclaredTwice(t *testing.T) {
	def := parsed(t, toy)
	def.States = append(def.States, def.States[0])
	_, problems := Compile(def, toyNames())
	if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == Duplicate }) {
		t.Errorf("got %v, want %s", problems, Duplicate)
	}
}

func TestCompileReportsAllProblemsInFileOrder(t *testing.T) {
	src := edit(t, toy, "phase: CALL", "phase: LATER")
	src = edit(t, src, "onBehalfOf: COURT", "onBehalfOf: MAYOR")
	src = edit(t, src, "effects: [ring]", "effects: [sing]")
	_, problems := Compile(parsed(t, src), toyNames())
	var got []ProblemCode
	for _, p := range problems {
		got = append(got, p.Code)
	}
	if want := []ProblemCode{UnknownWord, UnknownRole, UnknownEffect}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestFieldsAreDeclaredWhereNoRowHasThem: a machine is proved before its
// subjects have rows, and says itself what they will have.
func TestFieldsAreDeclaredWhereNoRowHasThem(t *testing.T) {
	const fields = "fields: {openedOn: date, dueOn: instant, title: text, form: text}\nattestations:"
	src := edit(t, toy, "attestations:", fields)
	elsewhere := toyNames()
	elsewhere.Fields = map[Kind]map[string]string{"moon": {"dueOn": "date"}}
	about := edit(t, src, "about: toy", "about: moon")
	if m, problems := Compile(parsed(t, about), elsewhere); m == nil || len(elsewhere.Fields) != 1 {
		t.Errorf("got %v and the fields %v, want the machine, and what the engine has as it was", problems, elsewhere.Fields)
	}
	if m, problems := Compile(parsed(t, about), Known{Guards: elsewhere.Guards, Effects: elsewhere.Effects}); m != nil || problems[0].Code != BadBeginning {
		t.Errorf("got %v where the engine has no rows at all, want %s alone", problems, BadBeginning)
	}
	for _, tt := range []struct {
		name, src string
		known     Known
		code      ProblemCode
	}{
		{"beside rows", src, toyNames(), Duplicate},
		{"of an unknown type", edit(t, about, "openedOn: date,", "openedOn: day,"), elsewhere, UnknownWord},
		{"mandatory", edit(t, about, "form: text}", "form: text!}"), elsewhere, UnknownWord},
		{"not at all", edit(t, about, "openedOn: date, ", ""), elsewhere, UnknownField},
		{"of another type than the term's", edit(t, about, "dueOn: instant, title", "dueOn: text, title"), elsewhere, BadDeadline},
	} {
		m, problems := Compile(parsed(t, tt.src), tt.known)
		if m != nil || !slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == tt.code }) {
			t.Errorf("%s: got %v, want %s", tt.name, problems, tt.code)
		}
	}
}

func TestCompileAllProvesJoins(t *testing.T) {
	other := strings.NewReplacer("kind: toy", "kind: other", "toy.dueOn", "ENTERED").Replace(toy)
	for _, tt := range []struct {
		name       string
		toy, other string // the joins of each one's first transition
		code       ProblemCode
	}{
		{"sound", "other.settle", "toy.settle", ""},
		{"unknown kind", "third.settle", "toy.settle", UnknownJoin},
		{"unknown event", "other.melt", "toy.settle", UnknownJoin},
		{"ruling set without its target", "other.rule", "toy.settle", UnknownJoin},
		{"event not open to joins", "other.refuse", "toy.settle", JoinRefused},
		{"cycle of two kinds", "other.note", "toy.note", JoinCycle},
		{"cycle past what may be passed over", "other.note?", "toy.note?", JoinCycle},
		{"sound, and may be passed over", "other.settle?", "toy.settle", ""},
		{"cycle of one event", "toy.note", "toy.settle", JoinCycle},
	} {
		t.Run(tt.name, func(t *testing.T) {
			known := toyNames()
			known.Fields["other"] = known.Fields["toy"]
			machines, problems := CompileAll([]*Definition{
				parsed(t, edit(t, toy, "joins: [toy.settle]", "joins: ["+tt.toy+"]")),
				parsed(t, edit(t, other, "joins: [toy.settle]", "joins: ["+tt.other+"]")),
			}, known)
			if tt.code == "" {
				if len(problems) > 0 || len(machines) != 2 {
					t.Errorf("got %d machines and problems %v, want 2 and none", len(machines), problems)
				}
				return
			}
			if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == tt.code }) || machines != nil {
				t.Errorf("got machines %v and problems %v, want %s", machines, problems, tt.code)
			}
		})
	}
}

func TestCompileAllRefusesVersionTwice(t *testing.T) {
	def := parsed(t, toy)
	if _, problems := CompileAll([]*Definition{def, def}, toyNames()); len(problems) != 1 || problems[0].Code != Duplicate {
		t.Errorf("got %v, want one %s", problems, Duplicate)
	}
	second := parsed(t, edit(t, toy, "version: 1", "version: 2"))
	if machines, problems := CompileAll([]*Definition{def, second}, toyNames()); len(machines) != 2 {
		t.Errorf("got %v, want two versions side by side", problems)
	}
}

func TestParseAllHoldsFilesToTheirNames(t *testing.T) {
	file := func(src string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(src)} }
	if defs, err := parseAll(fstest.MapFS{"toy.yaml": file(toy), "notes.txt": file("x")}); err != nil || len(defs) != 1 {
		t.Errorf("got %d definitions and %v, want 1", len(defs), err)
	}
	_, err := parseAll(fstest.MapFS{"call.yaml": file(toy), "odd.yaml": file("kind: [")})
	for _, want := range []string{`call.yaml:1:1: the kind is "toy", the file is named after "call"`, "odd.yaml:1:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

func TestLoadEmbeddedSaysWhatTheEngineLacks(t *testing.T) {
	known := shippedNames()
	delete(known.Guards, "R-15")
	_, err := LoadEmbedded(known)
	var got *CompileError
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want a CompileError", err)
	}
	if !strings.Contains(err.Error(), `guard "R-15" of decideFund`) {
		t.Errorf("got %v, want it to name the guard and the event", err)
	}
	for _, p := range got.Problems {
		if p.Code != UnknownGuard || p.Kind != "proposal" || p.Line < 2 {
			t.Errorf("got %v, want %s in the proposal with its line", p, UnknownGuard)
		}
	}
}
