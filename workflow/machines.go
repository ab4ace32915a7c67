package workflow

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/atranka/atranka/ident"
)

// kinds says which machine a type of identifier runs on.
var kinds = map[ident.Prefix]Kind{
	ident.Strategy: "strategy", ident.Call: "call", ident.Proposal: "proposal", ident.Evaluation: "evaluation", ident.Contract: "contract",
	ident.Amendment: "amendment", ident.PaymentClaim: "payment_claim", ident.ProgressReport: "progress_report",
	ident.Recovery: "recovery", ident.Appeal: "appeal", ident.Irregularity: "irregularity", ident.Minutes: "minutes", ident.Meeting: "meeting", ident.AgendaItem: "agenda_item",
}

// matter is the type of what runs beside a case.
const matter = "Matter"

// types names the schema's type behind each kind of subject.
var types = map[Kind]string{
	"strategy": "Strategy", "call": "Call", "proposal": "Proposal", "evaluation": "Evaluation", "contract": "Contract",
	"amendment": matter, "payment_claim": matter, "progress_report": matter,
	"recovery": matter, "appeal": matter, "irregularity": matter, "minutes": matter, "meeting": "Meeting", "agenda_item": "AgendaItem",
}

// Kinds are the kinds of subjects that have a row with a state, ascending.
func Kinds() []Kind { return slices.Sorted(maps.Keys(types)) }

// TypeOf is the schema's type behind the kind, "" for a kind without rows.
func TypeOf(k Kind) string { return types[k] }

// Matter says whether subjects of the kind run beside a case, in its dossier.
func (k Kind) Matter() bool { return types[k] == matter }

// OfMeeting says whether subjects of the kind are in the dossier of a meeting, as its items
// and its minutes are.
func (k Kind) OfMeeting() bool { return k == "agenda_item" || k == "minutes" }

// Inner says whether subjects of the kind are in the dossier of a proposal, as a contract,
// an evaluation and any matter but the minutes of a meeting are.
func (k Kind) Inner() bool {
	return k == "contract" || k == "evaluation" || (k.Matter() && !k.OfMeeting())
}

// Over is the kind whose dates terms of a case of the kind may run from beside its own,
// "" for none.
func (k Kind) Over() Kind {
	if k == "proposal" {
		return "call"
	}
	return ""
}

// Matters are the types of identifiers of what runs beside a case, ascending.
func Matters() []ident.Prefix {
	all := slices.Sorted(maps.Keys(kinds))
	return slices.DeleteFunc(all, func(p ident.Prefix) bool { return !kinds[p].Matter() })
}

// KindOf is the kind of subject that the id names; ok is false for types
// without a state.
func KindOf(id ident.ID) (k Kind, ok bool) {
	k, ok = kinds[id.Prefix()]
	return k, ok
}

// Machines are all machines that cases are pinned to: those that ship with the
// program, and those published since. It only grows; it is safe for concurrent use.
type Machines struct {
	known Known
	// adding is held while a version is added.
	adding sync.Mutex
	shelf  atomic.Pointer[shelf]
}

// shelf is the machines of a moment, with what is asked of all of them. It is
// never changed.
type shelf struct {
	pinned map[string]*Machine
	latest map[Kind]*Machine // shared by all groups
	own    map[owned]*Machine
	// wide, ranked and decided are the events that, in any version, take the
	// wide lock, read the call's ranking, or carry out a decision of the board.
	wide, ranked, decided map[Kind]map[EventName]bool
	terms                 []placed
	secret                map[Kind]bool // confidential in some version
	// carried are the fields that the shipped process lets events carry.
	carried map[Kind]map[string]bool
	// versions are all machines of a kind, the shared one that new cases are pinned
	// to first, then the highest; states are theirs, each once, in that order.
	versions map[Kind][]*Machine
	states   map[Kind][]State
	// lacking are the published versions that are none, with what is wrong.
	lacking map[string]error
}

// owned is a process that a group has for itself.
type owned struct {
	lag  ident.ID
	kind Kind
}

// placed is a state that has a term, in its machine.
type placed struct {
	machine *Machine
	state   State
}

// NewMachines collects the machines that ship with the program; of one kind, the
// highest version is the one that new cases are pinned to. What is published
// later is proved against known.
func NewMachines(known Known, shipped ...*Machine) *Machines {
	ms := &Machines{known: known}
	first := shelved(shipped, nil)
	for _, m := range shipped {
		m.carries(first.carried)
	}
	ms.shelf.Store(first)
	return ms
}

// Add takes published machines in. Each was proved beside those that are there.
func (ms *Machines) Add(published ...*Machine) {
	ms.adding.Lock()
	defer ms.adding.Unlock()
	now := ms.shelf.Load()
	all := slices.Collect(maps.Values(now.pinned))
	lacking := maps.Clone(now.lacking)
	for _, m := range published {
		if now.pinned[m.Name()] == nil {
			all = append(all, m)
		}
		delete(lacking, m.Name())
	}
	next := shelved(all, now.carried)
	next.lacking = lacking
	ms.shelf.Store(next)
}

// Lack notes that a published version cannot be worked by, and why: cases that are
// pinned to it stand still, and all others go on.
func (ms *Machines) Lack(name string, why error) {
	ms.adding.Lock()
	defer ms.adding.Unlock()
	next := *ms.shelf.Load()
	next.lacking = maps.Clone(next.lacking)
	if next.lacking == nil {
		next.lacking = map[string]error{}
	}
	next.lacking[name] = why
	ms.shelf.Store(&next)
}

// Lacking are the published versions that cannot be worked by, with what is wrong.
// The answer is not to be changed.
func (ms *Machines) Lacking() map[string]error { return ms.shelf.Load().lacking }

// shelved orders the machines.
func shelved(all []*Machine, carried map[Kind]map[string]bool) *shelf {
	s := &shelf{
		pinned: map[string]*Machine{}, latest: map[Kind]*Machine{}, own: map[owned]*Machine{},
		wide: map[Kind]map[EventName]bool{}, ranked: map[Kind]map[EventName]bool{}, decided: map[Kind]map[EventName]bool{},
		secret: map[Kind]bool{}, carried: carried, versions: map[Kind][]*Machine{}, states: map[Kind][]State{},
	}
	if carried == nil {
		s.carried = map[Kind]map[string]bool{}
	}
	for _, m := range all {
		s.put(m)
	}
	for _, name := range slices.Sorted(maps.Keys(s.pinned)) {
		m := s.pinned[name]
		s.versions[m.Kind()] = append(s.versions[m.Kind()], m)
		for _, state := range m.def.States {
			if state.Deadline != nil {
				s.terms = append(s.terms, placed{m, state})
			}
		}
	}
	for k, versions := range s.versions {
		slices.SortFunc(versions, func(a, b *Machine) int {
			return cmp.Or(s.compareLatest(a, b), cmp.Compare(b.Version(), a.Version()))
		})
		s.states[k] = statesOf(versions)
	}
	return s
}

// compareLatest puts the shared machine of the latest version first.
func (s *shelf) compareLatest(a, b *Machine) int {
	switch s.latest[a.Kind()] {
	case a:
		return -1
	case b:
		return 1
	default:
		return 0
	}
}

func statesOf(versions []*Machine) []State {
	var out []State
	seen := map[StateName]bool{}
	for _, m := range versions {
		for _, s := range m.def.States {
			if !seen[s.Name] {
				seen[s.Name] = true
				out = append(out, s)
			}
		}
	}
	return out
}

func (s *shelf) put(m *Machine) {
	k := m.Kind()
	s.pinned[m.Name()] = m
	if lag := m.def.LAG; lag == "" {
		s.latest[k] = later(s.latest[k], m)
	} else {
		s.own[owned{lag, k}] = later(s.own[owned{lag, k}], m)
	}
	s.secret[k] = s.secret[k] || m.def.Confidential
	if s.wide[k] == nil {
		s.wide[k], s.ranked[k], s.decided[k] = map[EventName]bool{}, map[EventName]bool{}, map[EventName]bool{}
	}
	for _, c := range m.steps {
		if m.movesMoney(c) {
			s.wide[k][c.Event] = true
		}
		if slices.ContainsFunc(c.Transition.Guards, readsRanking) {
			s.ranked[k][c.Event] = true
		}
		if c.Transition.Requires.Decision {
			s.decided[k][c.Event] = true
		}
	}
}

// later is the machine of the higher version.
func later(a, b *Machine) *Machine {
	if a != nil && a.Version() > b.Version() {
		return a
	}
	return b
}

// Name is the pin of a case, such as "proposal@1".
func (m *Machine) Name() string { return Pin(m.Kind(), m.Version()) }

// Pin names a version of a kind's definition, such as "proposal@1".
func Pin(k Kind, version int) string { return fmt.Sprintf("%s@%d", k, version) }

// KindIn is the kind in such a name.
func KindIn(pin string) Kind {
	kind, _, _ := strings.Cut(pin, "@")
	return Kind(kind)
}

// Latest is the machine that a new case of the kind is pinned to in a group that
// has no process of its own.
func (ms *Machines) Latest(k Kind) *Machine { return ms.shelf.Load().latest[k] }

// For is the machine that a new case of the group is pinned to: of the latest
// version of its own, or of those that all share.
func (ms *Machines) For(lag ident.ID, k Kind) *Machine {
	now := ms.shelf.Load()
	if own := now.own[owned{lag, k}]; own != nil {
		return own
	}
	return now.latest[k]
}

// Pinned is the machine of a case, nil if no such version is loaded.
func (ms *Machines) Pinned(definition string) *Machine { return ms.shelf.Load().pinned[definition] }

// Versions lists every version of the kind, the shared one that new cases are
// pinned to first, then the highest.
func (ms *Machines) Versions(k Kind) []*Machine { return ms.shelf.Load().versions[k] }

// States lists the states of every version of the kind, each once. Their traits are
// the same in all: a version that gives them others is refused as RECLASSIFIED.
func (ms *Machines) States(k Kind) []State { return ms.shelf.Load().states[k] }

// timed are the states that have a term.
func (ms *Machines) timed() []placed { return ms.shelf.Load().terms }

// All lists the latest machine of each kind, by kind.
func (ms *Machines) All() []*Machine {
	latest := ms.shelf.Load().latest
	out := make([]*Machine, 0, len(latest))
	for _, k := range slices.Sorted(maps.Keys(latest)) {
		out = append(out, latest[k])
	}
	return out
}

// confidential says whether in any version, or in the absence of all, the
// existence of such a case is for the office alone.
func (ms *Machines) confidential(k Kind) bool {
	now := ms.shelf.Load()
	return now.latest[k] == nil || now.secret[k]
}

// Open are the kinds of matters that an applicant may know of, ascending.
func (ms *Machines) Open() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !k.Matter() || ms.confidential(k) })
}

// HasState says whether any version of the kind's machine has the state.
func (ms *Machines) HasState(k Kind, name StateName) bool {
	return slices.ContainsFunc(ms.Versions(k), func(m *Machine) bool {
		_, ok := m.State(name)
		return ok
	})
}

// State is a state under its definition, as the API shows it: where that cannot be
// worked by, as another version of the kind has it, and where none does, by its bare
// name.
func (ms *Machines) State(definition string, name StateName) *State {
	if m := ms.Pinned(definition); m != nil {
		if s, ok := m.State(name); ok {
			return &s
		}
	}
	for _, s := range ms.States(KindIn(definition)) {
		if s.Name == name {
			return &s
		}
	}
	bare := Text{LT: string(name), EN: string(name)}
	return &State{Name: name, Staff: bare, Applicant: bare, Public: bare, Outcome: OutcomeNone}
}

// EventLabel is what an event of the kind is called, in the version that new cases go by
// where it has it; empty where no version does.
func (ms *Machines) EventLabel(k Kind, event EventName) Text {
	for _, m := range ms.Versions(k) {
		for _, c := range m.steps {
			if c.Event == event {
				return c.Transition.Label
			}
		}
	}
	return Text{}
}

// Told is the state by which whoever is not of the office knows a case that is in
// the state.
func (ms *Machines) Told(definition string, name StateName) StateName {
	return cmp.Or(ms.State(definition, name).ShownAs, name)
}

// Veiled says whether those outside are told another state than the one.
func (ms *Machines) Veiled(k Kind, name StateName) bool {
	return slices.ContainsFunc(ms.States(k), func(s State) bool { return s.Name == name && s.ShownAs != "" })
}

// ShownAs are the states of a kind that are shown as the one, in any version.
func (ms *Machines) ShownAs(k Kind, name StateName) []StateName {
	var out []StateName
	for _, s := range ms.States(k) {
		if s.ShownAs == name {
			out = append(out, s.Name)
		}
	}
	slices.Sort(out)
	return out
}

// TakenFor are the states of a kind that those outside take for the one, itself
// included.
func (ms *Machines) TakenFor(k Kind, name StateName) []StateName {
	return append(ms.ShownAs(k, name), name)
}

// Veils are the states of a kind that others are shown as, in any version.
func (ms *Machines) Veils(k Kind) []StateName {
	var out []StateName
	for _, s := range ms.States(k) {
		if s.ShownAs != "" && !slices.Contains(out, s.ShownAs) {
			out = append(out, s.ShownAs)
		}
	}
	return out
}

// movesMoney says whether the step can touch an envelope or depends on what
// other cases of the call do; such steps take the wide lock.
func (m *Machine) movesMoney(c Concrete) bool {
	from, _ := m.State(c.From)
	to, _ := m.State(c.To)
	t := c.Transition
	return from.HoldsMoney || to.HoldsMoney || (from.KeepsMoney && !to.KeepsMoney) || from.Commits != to.Commits || t.Requires.Decision || t.Requires.LostVote || len(t.Joins) > 0
}

// widens says whether any version's event needs the wide lock.
func (ms *Machines) widens(k Kind, e EventName) bool { return ms.shelf.Load().wide[k][e] }

// ranks says whether any version's event is decided on the call's ranking.
func (ms *Machines) ranks(k Kind, e EventName) bool { return ms.shelf.Load().ranked[k][e] }

// decides says whether in any version the event carries out a decision of the
// board.
func (ms *Machines) decides(k Kind, e EventName) bool { return ms.shelf.Load().decided[k][e] }

// decidable are the events of the kind that carry out a decision of the board,
// ascending.
func (ms *Machines) decidable(k Kind) []EventName {
	return slices.Sorted(maps.Keys(ms.shelf.Load().decided[k]))
}

func readsRanking(guard string) bool {
	plain := strings.TrimPrefix(guard, negation)
	return plain == "R-17" || plain == "R-18" || plain == departs || plain == queueing
}
