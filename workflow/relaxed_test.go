package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestWhatAnEventIsLessStrictBy, and by which code it is refused.
func TestWhatAnEventIsLessStrictBy(t *testing.T) {
	office, second := []By{{Role: Administrator}}, []By{{Role: Administrator, SecondPerson: true}}
	join := func(e EventName, optional bool) []Joined {
		return []Joined{{Kind: "toy", Event: e, Optional: optional}}
	}
	sets := func(field string, on bool) []Setting { return []Setting{{Field: field, On: on}} }
	for _, tt := range []struct {
		name     string
		is, than Transition
		code     ProblemCode
		why      string
	}{
		{name: "the same", is: Transition{By: office}, than: Transition{By: office}},
		{name: "stricter", is: Transition{By: second, Requires: Requires{Document: true, Reason: true}, Guards: []string{"fair"}}, than: Transition{By: office}},
		{"another role", Transition{By: []By{{Role: Chair}}}, Transition{By: office}, OnePerson, "CHAIR may not"},
		{"for another", Transition{By: []By{{Role: Administrator, OnBehalfOf: Court}}}, Transition{By: office}, OnePerson, "ADMINISTRATOR may not"},
		{"alone", Transition{By: office}, Transition{By: second}, OnePerson, "ADMINISTRATOR needs a second person"},
		{name: "a second person in another place", is: Transition{By: office, Requires: Requires{SecondPerson: true}}, than: Transition{By: second}},
		{name: "a second person by role", is: Transition{By: second}, than: Transition{By: office, Requires: Requires{SecondPerson: true}}},
		{"by one", Transition{By: office}, Transition{By: office, Requires: Requires{SecondPerson: true}}, OnePerson, "it takes a second person"},
		{"undecided", Transition{By: office}, Transition{By: office, Requires: Requires{Decision: true}}, OnePerson, "it takes a decision of the board"},
		{"without a vote", Transition{By: office}, Transition{By: office, Requires: Requires{LostVote: true}}, OnePerson, "it takes a vote of the board"},
		{"without a document", Transition{By: office}, Transition{By: office, Requires: Requires{Document: true}}, Relaxed, "it takes a document"},
		{"without a reason", Transition{By: office}, Transition{By: office, Requires: Requires{Reason: true}}, Relaxed, "it takes a reason"},
		{"without a guard", Transition{Guards: []string{"fair"}}, Transition{Guards: []string{"fair", "not late"}}, Relaxed, "it asks for not late"},
		{"with money", Transition{Data: []Datum{{Name: "amount", Type: "money"}}}, Transition{}, OnePerson, "it sets no amount"},
		{"with a date", Transition{Data: []Datum{{Name: "dueOn", Type: "date"}}}, Transition{Data: []Datum{{Name: "amount", Type: "money"}}}, Relaxed, "it carries no dueOn"},
		{"without what has to be carried", Transition{Data: []Datum{{Name: "amount", Type: "money"}}}, Transition{Data: []Datum{{Name: "amount", Type: "money", Required: true}}}, Relaxed, "it has to carry amount"},
		{name: "with less", is: Transition{}, than: Transition{Data: []Datum{{Name: "amount", Type: "money"}}}},
		{name: "with the same join", is: Transition{Joins: join("go", true)}, than: Transition{Joins: join("go", true)}},
		{"with another join", Transition{Joins: join("go", true)}, Transition{Joins: join("stay", true)}, Relaxed, "it joins otherwise: toy.go"},
		{"with a join that need not be", Transition{Joins: join("go", true)}, Transition{Joins: join("go", false)}, Relaxed, "it joins otherwise: toy.go"},
		{"without a join", Transition{}, Transition{Joins: join("go", false)}, Relaxed, "it joins otherwise: toy.go"},
		{name: "setting the same", is: Transition{Sets: sets("known", true)}, than: Transition{Sets: sets("known", true)}},
		{"setting the opposite", Transition{Sets: sets("known", true)}, Transition{Sets: sets("known", false)}, Relaxed, "it sets known otherwise"},
		{"setting another", Transition{Sets: sets("known", true)}, Transition{Sets: sets("seen", true)}, Relaxed, "it sets known otherwise"},
		{"with an effect", Transition{Effects: []string{"ring"}}, Transition{}, Relaxed, "it has another effect: ring"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, why := laxerThan(&tt.is, &tt.than)
			if why != tt.why || why != "" && code != tt.code {
				t.Errorf("got %s %q, want %s %q", code, why, tt.code, tt.why)
			}
		})
	}
}

// TestWhatBeginsMoreFreely: cases of a kind that others begin and of one that begins by
// itself are not compared.
func TestWhatBeginsMoreFreely(t *testing.T) {
	about := func(kinds ...Kind) *Beginning { return &Beginning{About: kinds, By: []By{{Role: Applicant}}} }
	formed := func(forms ...string) *Beginning { return &Beginning{Forms: forms, By: []By{{Role: Applicant}}} }
	guarded := about("contract")
	guarded.Guards = []string{"contractRuns"}
	for _, tt := range []struct {
		name     string
		is, than *Beginning
		want     string
	}{
		{"neither", nil, nil, ""},
		{"one begins", about("call"), nil, ""},
		{"one began", nil, about("call"), "one can begin"},
		{"in another form", formed("MINOR", "MAJOR"), formed("MINOR", "SUBSTANTIAL"), "the forms are [MINOR SUBSTANTIAL]"},
		{"in one form less", formed("MINOR"), formed("MINOR", "SUBSTANTIAL"), "the forms are [MINOR SUBSTANTIAL]"},
		{"in forms in another order", formed("SUBSTANTIAL", "MINOR"), formed("MINOR", "SUBSTANTIAL"), ""},
		{"about less", about("call"), about("contract", "call"), ""},
		{"about another first", about("call", "contract"), about("contract"), "none is about a call"},
		{"about another last", about("contract", "call"), about("contract"), "none is about a call"},
		{"without a guard", about("contract"), guarded, "it asks for contractRuns"},
	} {
		if _, got := beganLaxer(tt.is, tt.than); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// sketch is a machine of steps that one of the office takes, between states that weigh the
// same, but those in capitals, which are final: "a go b, b stop C". What an event is called
// is nothing to go by, so each asks for a guard of its name; one that begins with board
// takes a decision, with join is another machine's, with clock, score, court and ask is the
// clock's, an evaluator's, the court's and the applicant's, with also joins a case, and with
// money carries an amount.
func sketch(steps string) *Machine {
	m := &Machine{def: &Definition{}, states: map[StateName]State{}, from: map[StateName][]Concrete{}, step: map[stepKey]Concrete{}}
	for text := range strings.SplitSeq(steps, ", ") {
		part := strings.Fields(text)
		for _, i := range []int{0, 2} {
			s := State{Name: StateName(part[i]), Outcome: OutcomeNone, Final: strings.ToLower(part[i]) != part[i]}
			if _, there := m.states[s.Name]; !there {
				m.states[s.Name], m.def.States = s, append(m.def.States, s)
			}
		}
		event := part[1]
		t := &Transition{Event: EventName(event), By: []By{{Role: Administrator}}, Guards: []string{event}}
		switch {
		case strings.HasPrefix(event, "board"):
			t.Requires.Decision = true
		case strings.HasPrefix(event, "join"):
			t.By = []By{{Role: Join}}
		case strings.HasPrefix(event, "clock"):
			t.By = []By{{Role: Clock}}
		case strings.HasPrefix(event, "score"):
			t.By = []By{{Role: Evaluator}}
		case strings.HasPrefix(event, "court"):
			t.By = []By{{Role: Administrator, OnBehalfOf: Court}}
		case strings.HasPrefix(event, "ask"):
			t.By = []By{{Role: Administrator, OnBehalfOf: Applicant}}
		case strings.HasPrefix(event, "also"):
			t.Joins = []Joined{{Kind: "toy", Event: "go"}}
		case strings.HasPrefix(event, "money"):
			t.Data = []Datum{{Name: "amount", Type: "money"}}
		}
		x := Concrete{From: StateName(part[0]), To: StateName(part[2]), Event: t.Event, Transition: t}
		m.steps = append(m.steps, x)
		m.from[x.From], m.step[stepKey{x.From, x.Event}] = append(m.from[x.From], x), x
	}
	m.def.Initial = m.def.States[0].Name
	m.proof = &compiler{def: m.def, steps: m.steps}
	return m
}

// TestWhatNewStatesStandFor: for what they were come to as, as long as what one does from
// there can be done from what they stand for.
func TestWhatNewStatesStandFor(t *testing.T) {
	const ships = "a go b, a stop C, b rest b, b stop C, b wait d, d end C"
	for _, tt := range []struct {
		name, is string
		want     map[StateName][]StateName // of the new ones alone
		faults   int
	}{
		{name: "none is new", is: ships},
		{"another name", "a go x, a stop C, x rest x, x stop C, x wait d, d end C", map[StateName][]StateName{"x": {"b"}}, 0},
		{"one in between", "a go b, a stop C, b look x, x back b, b rest b, b stop C", map[StateName][]StateName{"x": {"b"}}, 0},
		{"two in between", "a go b, b look x, x on y, y back b, y stop C, b stop C", map[StateName][]StateName{"x": {"b"}, "y": {"b"}}, 0},
		{"one for two", "a look x, x go b, b look x, b stop C", map[StateName][]StateName{"x": {"a", "b"}}, 0},
		{"on from where it is not", "a look x, x wait d, x back a, a stop C, d end C", map[StateName][]StateName{"x": nil}, 1},
		{"on over another", "a look x, x on y, y wait d, a stop C, d end C", map[StateName][]StateName{"x": nil, "y": nil}, 1},
		{"of another weight", "a look X, X go b, a stop C, b stop C", map[StateName][]StateName{"X": nil}, 1},
		{"another end", "a go b, b stop X", map[StateName][]StateName{"X": {"C"}}, 0},
		{"another end by another event", "a go b, b leave X", map[StateName][]StateName{"X": nil}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, shipped := sketch(tt.is), sketch(ships)
			r := refine(m, shipped)
			got, reached := map[StateName][]StateName{}, r.reached()
			for name := range m.states {
				if _, ships := shipped.states[name]; !ships {
					got[name] = reached[name]
				}
			}
			if !maps.EqualFunc(got, tt.want, slices.Equal) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if faults := r.all(); len(faults) != tt.faults {
				t.Errorf("got faults %v, want %d", faults, tt.faults)
			}
		})
	}
}

// TestWhereAVersionIsLessStrict, told at the step that is, each once.
func TestWhereAVersionIsLessStrict(t *testing.T) {
	const ships = "a go b, a stop C, b rest b, b stop C, b wait d, d end C"
	for _, tt := range []struct {
		name, is string
		want     []string
	}{
		{"as it ships", ships, nil},
		{"one event from two states", "a go b, a leap C, b leap C", []string{"a leap: it asks for stop", "b leap: it asks for stop"}},
		{"two events from one state", "a go b, a leap C, a jump b", []string{"a leap: it asks for stop", "a jump: it asks for go"}},
		{"further on, by two ways", "a go b, a look x, b look x, x leap C", []string{"x leap: it asks for stop; x is taken for a, of the same phase, outcome and traits"}},
		{"into a new state", "a go b, b money x, x end C", []string{"b money: it asks for rest; x is taken for b, of the same phase, outcome and traits"}},
		{"into a new state by an event that ships", "a go b, b wait x, x end C", []string{"b wait: it asks for wait; x is taken for d, of the same phase, outcome and traits"}},
		{"from the end", "a stop C, C rise b, b stop C", []string{"C rise: no step leads from C to b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := sketch(tt.is)
			for _, x := range m.steps {
				if x.Event == "wait" && x.To == "x" {
					x.Transition.Guards, x.Transition.Data = nil, []Datum{{Name: "note", Type: "text"}}
				}
			}
			var got []string
			for _, f := range refine(m, sketch(ships)).all() {
				got = append(got, fmt.Sprintf("%s %s: %s", f.at.From, f.at.Event, f.why))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if all := refine(sketch("a go b, b end C"), sketch("a go b, b back a")).all(); len(all) != 1 || all[0].why != "no state has the phase, outcome and traits of C" {
		t.Errorf("into none that weighs as much: got %v", all)
	}
}

// TestWhyAStepIsLessStrict: by the step of its name, if there is one, and in words of its
// own where it is the term that would begin anew.
func TestWhyAStepIsLessStrict(t *testing.T) {
	shipped, amendment := shippedMachines().Versions("proposal")[0], shippedMachines().Versions("amendment")[0]
	r := refine(shipped, shipped)
	approves := &Transition{By: []By{{Role: Administrator, OnBehalfOf: ImplementingBody}}, Requires: Requires{Document: true}}
	for event, want := range map[EventName]string{"approve": "it takes a second person", "acknowledge": "ADMINISTRATOR may not", "agree": "ADMINISTRATOR may not"} {
		if _, why := refine(amendment, amendment).laxer(Concrete{Event: event, Transition: approves}, "checking", "approved"); why != want {
			t.Errorf("%s: got %q, want %q", event, why, want)
		}
	}
	for _, tt := range []struct {
		name string
		x    Concrete
		p, q StateName
		code ProblemCode
		why  string
	}{
		{"a term of the law", Concrete{From: "listed_funding", Event: "aside", Transition: &Transition{By: []By{{Role: Administrator}}}}, "listed_funding", "listed_funding", OnePerson, "the term of listed_funding would begin anew, and is the law's or one in which a refusal is contested"},
		{"none that stays", Concrete{Event: "note", Transition: &Transition{By: []By{{Role: Administrator}}, Data: []Datum{{Name: "grantAwarded", Type: "money"}}}}, "board_agenda", "registered", OnePerson, "no step leads from board_agenda to registered"},
		{"none from where the law has a term", Concrete{Event: "hurry", Transition: &Transition{By: []By{{Role: Administrator}}}}, "listed_funding", "contract_offered", OnePerson, "no step leads from listed_funding to contract_offered"},
		{"less from where the law has a term", Concrete{Event: "apply", Transition: &Transition{By: []By{{Role: Applicant}}, Guards: []string{"not modeV"}}}, "listed_funding", "application_submitted", Relaxed, "it asks for amountWithinAward"},
		{"another that stays", Concrete{Event: "note", Transition: &Transition{By: []By{{Role: Administrator}}, Effects: []string{"finalScore"}}}, "registered", "registered", OnePerson, "a step in between carries and sets off nothing"},
	} {
		if code, why := r.laxer(tt.x, tt.p, tt.q); code != tt.code || why != tt.why {
			t.Errorf("%s: got %s %q, want %s %q", tt.name, code, why, tt.code, tt.why)
		}
	}
}

// TestWhereTwoMayLeadBack: to where every case was, past what the office, the applicant
// and the clock did.
func TestWhereTwoMayLeadBack(t *testing.T) {
	two := Transition{By: []By{{Role: Administrator}}, Requires: Requires{SecondPerson: true}}
	with := func(change func(*Transition)) Transition {
		out := two
		change(&out)
		return out
	}
	for _, tt := range []struct {
		name, ships string
		p, q        StateName
		t           Transition
		want        bool
	}{
		{"to the beginning", "a go b, b go c, c end D", "c", "a", two, true},
		{"a step", "a go b, b go c, c end D", "c", "b", two, true},
		{"to itself", "a go b", "b", "b", two, false},
		{"ahead", "a go b, b go c", "b", "c", two, false},
		{"to where some were", "a go b, a skip c, b go c", "c", "b", two, false},
		{"past the board", "a go b, b board c", "c", "b", two, false},
		{"past another machine", "a go b, b join c", "c", "b", two, false},
		{"past the clock", "a go b, b clock c", "c", "b", two, true},
		{"past the applicant", "a go b, b ask c", "c", "b", two, true},
		{"past an evaluator", "a go b, b score c", "c", "b", two, false},
		{"past the court", "a go b, b court c", "c", "b", two, false},
		{"past what moved another case", "a go b, b also c", "c", "b", two, false},
		{"past the board further back", "a go b, b board c, c go d", "d", "a", two, false},
		{"past what the board did before", "a board b, b go c", "c", "b", two, true},
		{"past a round of the board from there", "a go b, b go c, c board x, x go b", "c", "b", two, true},
		{"past a round of the board to there", "a go b, b go e, e board b, b go c", "c", "b", two, true},
		{"beside the board", "a go b, b go c, b board e, e end D", "c", "b", two, true},
		{"from an end", "a go b, b go C", "C", "b", two, false},
		{"to an end", "a go B, B go c", "c", "B", two, false},
		{"by one", "a go b", "b", "a", Transition{By: two.By}, false},
		{"by the board", "a go b", "b", "a", Transition{By: two.By, Requires: Requires{Decision: true}}, true},
		{"for another", "a go b", "b", "a", with(func(t *Transition) { t.By = []By{{Role: Administrator, OnBehalfOf: Court}} }), false},
		{"by the applicant and another", "a go b", "b", "a", with(func(t *Transition) { t.By = []By{{Role: Applicant}} }), false},
		{"reopened", "a go b", "b", "a", with(func(t *Transition) { t.Reopens = true }), false},
		{"with an amount", "a go b", "b", "a", with(func(t *Transition) { t.Data = []Datum{{Name: "amount", Type: "money"}} }), false},
	} {
		shipped := sketch(tt.ships)
		if got := refine(shipped, shipped).back(tt.p, tt.q) && leadsBack(&tt.t); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
	proposal := shippedMachines().Versions("proposal")[0]
	if refine(proposal, proposal).back("quality_evaluation", "registered") {
		t.Error("money that is kept: got it released, want it refused")
	}
}

// TestWhatIsDecided is what has an outcome, an end, or is before another body.
func TestWhatIsDecided(t *testing.T) {
	if (State{Outcome: OutcomeNone, HoldsMoney: true, Listed: true}).decided() {
		t.Error("nothing of it: got decided")
	}
	for _, s := range []State{
		{Outcome: OutcomeNone, Final: true},
		{Outcome: OutcomeNone, Contested: true},
		{Outcome: OutcomeNone, Terminal: true},
		{Outcome: OutcomeNone, Pays: true},
		{Outcome: OutcomePositive},
		{Outcome: OutcomeNegative},
	} {
		if !s.decided() {
			t.Errorf("%+v: got undecided", s)
		}
	}
}

// TestWhatOthersCountOnIsKept: by the event of its name to the same, or by another that
// reopens to the same, and without more than is asked for.
func TestWhatOthersCountOnIsKept(t *testing.T) {
	r := refine(sketch("a go b"), sketch("a go b"))
	r.m.def.Attestations = map[string]Attestation{"stated": {}}
	office := []By{{Role: Administrator}}
	for _, tt := range []struct {
		name     string
		event    EventName
		is, than Transition
		each     bool
		want     bool
	}{
		{"the same", "go", Transition{By: office}, Transition{By: office}, true, true},
		{"another", "leave", Transition{By: office}, Transition{By: office}, true, false},
		{"another that reopens", "leave", Transition{By: office, Reopens: true}, Transition{By: office, Reopens: true}, true, true},
		{"another that does not reopen", "leave", Transition{By: office}, Transition{By: office, Reopens: true}, true, false},
		{"another that reopens for one that does not", "leave", Transition{By: office, Reopens: true}, Transition{By: office}, true, false},
		{"with a document", "go", Transition{By: office, Requires: Requires{Document: true}}, Transition{By: office}, true, false},
		{"with a reason", "go", Transition{By: office, Requires: Requires{Reason: true}}, Transition{By: office}, true, false},
		{"with a second person", "go", Transition{By: office, Requires: Requires{SecondPerson: true}}, Transition{By: office}, true, false},
		{"with all that is asked for", "go", Transition{By: office, Requires: Requires{Document: true, Reason: true, SecondPerson: true}}, Transition{By: office, Requires: Requires{Document: true, Reason: true, SecondPerson: true}}, true, true},
		{"with a decision", "go", Transition{By: office, Requires: Requires{Decision: true}}, Transition{By: office}, false, false},
		{"with a vote", "go", Transition{By: office, Requires: Requires{LostVote: true}}, Transition{By: office}, false, false},
		{"with a decision that is asked for", "go", Transition{By: office, Requires: Requires{Decision: true, LostVote: true}}, Transition{By: office, Requires: Requires{Decision: true, LostVote: true}}, false, true},
		{"one may, with a reason", "go", Transition{By: office, Requires: Requires{Reason: true}}, Transition{By: office}, false, true},
		{"one may, with what is stated", "go", Transition{By: office, Guards: []string{"stated"}}, Transition{By: office}, false, true},
		{"one may, with what is computed", "go", Transition{By: office, Guards: []string{"late"}}, Transition{By: office}, false, false},
		{"each may, with what is stated", "go", Transition{By: office, Guards: []string{"stated"}}, Transition{By: office}, true, false},
		{"each may, with a guard that is asked for", "go", Transition{By: office, Guards: []string{"late"}}, Transition{By: office, Guards: []string{"late"}}, true, true},
		{"without the applicant", "go", Transition{By: office}, Transition{By: []By{{Role: Administrator}, {Role: Applicant}}}, true, false},
		{"in a term", "go", Transition{By: office, Within: &Deadline{Days: 5}}, Transition{By: office}, true, false},
		{"in a shorter term", "go", Transition{By: office, Within: &Deadline{Days: 5}}, Transition{By: office, Within: &Deadline{Days: 6}}, true, false},
		{"in a longer term", "go", Transition{By: office, Within: &Deadline{Days: 6}}, Transition{By: office, Within: &Deadline{Days: 5}}, true, true},
		{"in no term", "go", Transition{By: office}, Transition{By: office, Within: &Deadline{Days: 5}}, true, true},
	} {
		x := Concrete{From: "a", To: "b", Event: tt.event, Transition: &tt.is}
		y := Concrete{From: "a", To: "b", Event: "go", Transition: &tt.than}
		if got := r.keeps(x, y, tt.each, []StateName{"b"}); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
		if r.keeps(x, y, tt.each, []StateName{"a"}) {
			t.Errorf("%s, elsewhere: got it kept", tt.name)
		}
	}
}

// TestWhatAVeilHidesNoNewStateTells: the case before the board and the one that is
// proposed for rejection are both shown as scored.
func TestWhatAVeilHidesNoNewStateTells(t *testing.T) {
	const ships = "scored go agenda, scored drop reject, reject put agenda, agenda fund done, reject back open"
	for _, tt := range []struct {
		name, is string
		veiled   StateName
		want     int
	}{
		{"as it ships", ships, "", 0},
		{"from where all come", ships + ", agenda hear x, x on agenda", "", 0},
		{"from one of them", ships + ", reject tell x, x on agenda", "", 1},
		{"from one of them by two ways", ships + ", reject tell x, reject write x, x on agenda", "", 1},
		{"from one of them, shown alike", ships + ", reject tell x, x on agenda", "x", 0},
		{"from one that the first does not lead to", "scored go open, open drop reject, reject tell x, x on agenda, reject put agenda", "", 1},
		{"from where none gets", ships + ", y tell x, x on agenda", "y", 0},
		{"from one that is open", ships + ", open ask x, x on open", "", 0},
	} {
		m, shipped := sketch(tt.is), sketch(ships)
		for _, name := range []StateName{"agenda", "reject", tt.veiled} {
			if s, there := m.states[name]; there {
				s.ShownAs = "scored"
				m.states[name] = s
				m.def.States[slices.IndexFunc(m.def.States, func(s State) bool { return s.Name == name })] = s
			}
		}
		if got := unveiling(m, shipped); len(got) != tt.want {
			t.Errorf("%s: got %v, want %d", tt.name, got, tt.want)
		}
	}
}

// TestStatesThatOthersAskFor by name stay.
func TestStatesThatOthersAskFor(t *testing.T) {
	m, shipped := sketch("a go c"), sketch("a go b")
	m.def.Kind, shipped.def.Kind = "toy", "toy"
	for when, want := range map[string]int{
		`toy.state == "b"`:                          1,
		`toy.state == "a"`:                          0,
		`ball.state == "b"`:                         0,
		`toy.state in ["a", "b"] && ball.size == 3`: 1,
	} {
		other := &Machine{def: &Definition{Kind: "ball", Version: 1, Conditions: map[string]Condition{"fit": {When: when}}}}
		if got := unasked(m, shipped, []*Machine{m, other}); len(got) != want {
			t.Errorf("%s: got %v, want %d", when, got, want)
		}
		own := &Machine{def: &Definition{Kind: "toy", Version: 2, Conditions: other.def.Conditions}}
		if got := unasked(m, shipped, []*Machine{own}); len(got) > 0 {
			t.Errorf("%s, of its own: got %v", when, got)
		}
	}
}

// TestAskingForAGuard is shown by a walk that ends where it is asked for.
func TestAskingForAGuard(t *testing.T) {
	m := shippedMachines().Versions("payment_claim")[0]
	if got, want := m.asking("cutsReasoned"), []StateName{"draft", "submitted", "checking", "approved"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := m.asking("unasked"); got != nil {
		t.Errorf("got %v, want none", got)
	}
}
