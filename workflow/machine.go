package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/looplab/fsm"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// The reasons why [Machine.Decide] refuses an event before any guard is asked.
var (
	// ErrNotAllowedHere: the event exists but does not leave this state.
	ErrNotAllowedHere = errors.New("the event is not allowed in this state")
	// ErrUnknownEvent: no state of the machine knows the event.
	ErrUnknownEvent = errors.New("the machine has no such event")
)

// Concrete is one step: an event, where it leaves and where it arrives. An
// event with a ruling set becomes one concrete event per target, named event +
// "To" + target, such as appealUpheldToBoardAgenda.
type Concrete struct {
	Event      EventName
	From, To   StateName
	Transition *Transition // as its author wrote it; read only
}

// Machine is one version of a definition, proved by [Compile]. It is immutable
// and safe for concurrent use; what its methods return is not to be changed.
type Machine struct {
	def    *Definition
	states map[StateName]State
	steps  []Concrete
	from   map[StateName][]Concrete
	step   map[stepKey]Concrete
	events map[EventName]bool
	// expressions are the conditions of the definition.
	expressions map[string]*expression
	// proof is what proved the definition, for what can be proved beside others alone.
	proof *compiler
	// pool keeps looplab machines: making one costs a map of all events, and
	// one must not be shared while it fires.
	pool sync.Pool
}

type stepKey struct {
	from  StateName
	event EventName
}

// newMachine indexes a definition that [Compile] has proved.
func newMachine(def *Definition, expressions map[string]*expression) *Machine {
	m := &Machine{
		def:    def,
		states: make(map[StateName]State, len(def.States)),
		steps:  concrete(def),
		from:   map[StateName][]Concrete{},
		step:   map[stepKey]Concrete{},
		events: map[EventName]bool{},

		expressions: expressions,
	}
	for _, s := range def.States {
		m.states[s.Name] = s
	}
	descs := make([]fsm.EventDesc, len(m.steps))
	for i, x := range m.steps {
		m.from[x.From] = append(m.from[x.From], x)
		m.step[stepKey{x.From, x.Event}] = x
		m.events[x.Event] = true
		descs[i] = fsm.EventDesc{Name: string(x.Event), Src: []string{string(x.From)}, Dst: string(x.To)}
	}
	m.pool.New = func() any {
		return fsm.NewFSM(string(def.Initial), descs, fsm.Callbacks{"before_event": m.askGuard})
	}
	return m
}

// Kind is the sort of subject that the machine is for.
func (m *Machine) Kind() Kind { return m.def.Kind }

// Version counts the definitions of a kind from 1.
func (m *Machine) Version() int { return m.def.Version }

// Hash is the SHA-256 of the definition file in hexadecimal.
func (m *Machine) Hash() string { return m.def.Hash }

// Text is the definition as its author wrote it.
func (m *Machine) Text() string { return m.def.Text }

// LAG is the group whose own process it is; empty where all share it.
func (m *Machine) LAG() ident.ID { return m.def.LAG }

// Initial is the state that a new subject is in.
func (m *Machine) Initial() StateName { return m.def.Initial }

// Begins says how a case begins beside another, nil where it does not.
func (m *Machine) Begins() *Beginning { return m.def.Begins }

// State is the state of that name; ok is false if the machine has none.
func (m *Machine) State(name StateName) (s State, ok bool) {
	s, ok = m.states[name]
	return s, ok
}

// countsDeliveries says whether the term of some state runs from a letter.
func (m *Machine) countsDeliveries() bool {
	return slices.ContainsFunc(m.def.States, func(s State) bool { return s.Deadline != nil && s.Deadline.From == Delivered })
}

// States lists the states in file order.
func (m *Machine) States() []State { return slices.Clone(m.def.States) }

// weigh decides one guard on the facts: a condition of the definition, or one
// that Go computes.
func (m *Machine) weigh(guard string, s sight) rules.Result {
	plain, negated := strings.CutPrefix(guard, negation)
	x, own := m.expressions[plain]
	if !own {
		return weighGuard(guard, s)
	}
	r := x.judge(plain, s)
	if negated {
		return turned(guard, r)
	}
	return r
}

// waives says whether the statement is not asked for on these facts.
func (m *Machine) waives(a Attestation, s sight) bool {
	return a.Unless != "" && m.weigh(a.Unless, s).OK()
}

// message is what the guard's result says in both languages.
func (m *Machine) message(r rules.Result) Text {
	plain, negated := strings.CutPrefix(r.Rule, negation)
	c, own := m.def.Conditions[plain]
	switch {
	case own && negated:
		return Text{
			LT: fmt.Sprintf("Galioja sąlyga „%s“, todėl šis žingsnis negalimas.", c.Label.LT),
			EN: fmt.Sprintf("The condition “%s” holds, so this step is not open.", c.Label.EN),
		}
	case own:
		return c.Message
	}
	return message(r)
}

// Steps is how many ways lead from one state to another.
func (m *Machine) Steps() int { return len(m.steps) }

// Attestation is the statement of that guard name; ok is false for a guard
// that is computed, or that the machine does not have.
func (m *Machine) Attestation(guard string) (a Attestation, ok bool) {
	a, ok = m.def.Attestations[guard]
	return a, ok
}

// EventsFrom lists the steps that leave a state, in file order.
func (m *Machine) EventsFrom(state StateName) []Concrete { return slices.Clone(m.from[state]) }

// TakesChecks says whether the administrative check is made in the state.
func (m *Machine) TakesChecks(state StateName) bool { return m.asksFrom(state, allMet) }

// asksFrom says whether some step out of the state asks for the guard.
func (m *Machine) asksFrom(state StateName, guard string) bool {
	return slices.ContainsFunc(m.from[state], func(x Concrete) bool { return slices.Contains(x.Transition.Guards, guard) })
}

// within is the term within which some step out of the state may be taken: the
// step's own, else that of a final state; nil where there is none.
func (m *Machine) within(state State) *Deadline {
	for _, x := range m.from[state.Name] {
		if x.Transition.Within != nil {
			return x.Transition.Within
		}
	}
	if state.Final {
		return state.Deadline
	}
	return nil
}

// Lookup is the step that event takes from state; ok is false if there is none.
func (m *Machine) Lookup(state StateName, event EventName) (x Concrete, ok bool) {
	x, ok = m.step[stepKey{state, event}]
	return x, ok
}

// Decide says where event leads from state, or why not. The guard is asked
// once, for the step that is about to be taken; its error comes back as it is
// and nothing is decided. A nil guard holds. An event that is not legal gives
// [ErrUnknownEvent] or [ErrNotAllowedHere] and no guard is asked.
func (m *Machine) Decide(ctx context.Context, from StateName, event EventName, guard func(Concrete) error) (StateName, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("decide %s from %s: %w", event, from, err)
	}
	f := m.pool.Get().(*fsm.FSM)
	f.SetState(string(from))
	err := f.Event(ctx, string(event), guard)
	to := StateName(f.Current())

	var (
		loop     fsm.NoTransitionError
		canceled fsm.CanceledError
		illegal  fsm.InvalidEventError
		unknown  fsm.UnknownEventError
	)
	switch {
	case errors.As(err, &canceled): // first: it wraps whatever the guard said
		m.pool.Put(f)
		return "", canceled.Err
	case err == nil, errors.As(err, &loop):
		m.pool.Put(f)
		return to, nil
	case errors.As(err, &illegal):
		m.pool.Put(f)
		return "", fmt.Errorf("%s from %s: %w", event, from, ErrNotAllowedHere)
	case errors.As(err, &unknown):
		m.pool.Put(f)
		return "", fmt.Errorf("%s: %w", event, ErrUnknownEvent)
	}
	// The context ended while the guard ran: looplab keeps the half-made step,
	// so this machine is not used again.
	return "", fmt.Errorf("decide %s from %s: %w", event, from, err)
}

// askGuard is the one callback: it runs before any event and may cancel it.
func (m *Machine) askGuard(_ context.Context, e *fsm.Event) {
	guard, _ := e.Args[0].(func(Concrete) error)
	if guard == nil {
		return
	}
	x, _ := m.Lookup(StateName(e.Src), EventName(e.Event))
	if err := guard(x); err != nil {
		e.Cancel(err)
	}
}
