package workflow

import (
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
// same, but those in capitals, which are final: "a go b, b stop C".
func sketch(steps string) *Machine {
	m := &Machine{def: &Definition{}, states: map[StateName]State{}, from: map[StateName][]Concrete{}, step: map[stepKey]Concrete{}}
	for text := range strings.SplitSeq(steps, ", ") {
		part := strings.Fields(text)
		for _, i := range []int{0, 2} {
			s := State{Name: StateName(part[i]), Final: strings.ToLower(part[i]) != part[i]}
			if _, there := m.states[s.Name]; !there {
				m.states[s.Name], m.def.States = s, append(m.def.States, s)
			}
		}
		x := Concrete{
			From: StateName(part[0]), To: StateName(part[2]), Event: EventName(part[1]),
			// What an event is called is nothing to go by: the reason that it takes is.
			Transition: &Transition{Event: EventName(part[1]), By: []By{{Role: Administrator}}, Guards: []string{part[1]}},
		}
		m.steps = append(m.steps, x)
		m.from[x.From], m.step[stepKey{x.From, x.Event}] = append(m.from[x.From], x), x
	}
	m.def.Initial = m.def.States[0].Name
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
