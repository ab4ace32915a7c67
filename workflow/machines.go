package workflow

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/atranka/atranka/ident"
)

// kinds says which machine a type of identifier runs on.
var kinds = map[ident.Prefix]Kind{
	ident.Strategy: "strategy", ident.Call: "call", ident.Proposal: "proposal", ident.Contract: "contract",
	ident.Amendment: "amendment", ident.PaymentClaim: "payment_claim", ident.ProgressReport: "progress_report",
	ident.Recovery: "recovery", ident.Appeal: "appeal", ident.Irregularity: "irregularity",
}

// matter is the type of what runs beside a case.
const matter = "Matter"

// types names the schema's type behind each kind of subject.
var types = map[Kind]string{
	"strategy": "Strategy", "call": "Call", "proposal": "Proposal", "contract": "Contract",
	"amendment": matter, "payment_claim": matter, "progress_report": matter,
	"recovery": matter, "appeal": matter, "irregularity": matter,
}

// Kinds are the kinds of subjects that have a row with a state, ascending.
func Kinds() []Kind { return slices.Sorted(maps.Keys(types)) }

// TypeOf is the schema's type behind the kind, "" for a kind without rows.
func TypeOf(k Kind) string { return types[k] }

// Matter says whether subjects of the kind run beside a case, in its dossier.
func (k Kind) Matter() bool { return types[k] == matter }

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

// Machines are all machines that running cases are pinned to. It is read-only
// once made and safe for concurrent use.
type Machines struct {
	pinned map[string]*Machine
	latest map[Kind]*Machine
	// wide, ranked and decided are the events that, in any version, take the
	// wide lock, read the call's ranking, or carry out a decision of the board.
	wide, ranked, decided map[Kind]map[EventName]bool
	terms                 []placed
	secret                map[Kind]bool // confidential in some version
}

// placed is a state that has a term, in its machine.
type placed struct {
	machine *Machine
	state   State
}

// NewMachines collects machines; of one kind, the highest version is the one
// that new cases are pinned to.
func NewMachines(all ...*Machine) *Machines {
	ms := &Machines{
		pinned: map[string]*Machine{}, latest: map[Kind]*Machine{},
		wide: map[Kind]map[EventName]bool{}, ranked: map[Kind]map[EventName]bool{}, decided: map[Kind]map[EventName]bool{},
		secret: map[Kind]bool{},
	}
	for _, m := range all {
		ms.pinned[m.Name()] = m
		if l := ms.latest[m.Kind()]; l == nil || l.Version() < m.Version() {
			ms.latest[m.Kind()] = m
		}
		ms.secret[m.Kind()] = ms.secret[m.Kind()] || m.def.Confidential
		if ms.wide[m.Kind()] == nil {
			ms.wide[m.Kind()], ms.ranked[m.Kind()], ms.decided[m.Kind()] = map[EventName]bool{}, map[EventName]bool{}, map[EventName]bool{}
		}
		for _, s := range m.States() {
			for _, c := range m.EventsFrom(s.Name) {
				if m.movesMoney(c) {
					ms.wide[m.Kind()][c.Event] = true
				}
				if slices.ContainsFunc(c.Transition.Guards, readsRanking) {
					ms.ranked[m.Kind()][c.Event] = true
				}
				if c.Transition.Requires.Decision {
					ms.decided[m.Kind()][c.Event] = true
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ms.pinned)) {
		m := ms.pinned[name]
		for _, s := range m.def.States {
			if s.Deadline != nil {
				ms.terms = append(ms.terms, placed{m, s})
			}
		}
	}
	return ms
}

// Name is the pin of a case, such as "proposal@1".
func (m *Machine) Name() string { return fmt.Sprintf("%s@%d", m.Kind(), m.Version()) }

// Latest is the machine that a new case of the kind is pinned to.
func (ms *Machines) Latest(k Kind) *Machine { return ms.latest[k] }

// Pinned is the machine of a case, nil if no such version is loaded.
func (ms *Machines) Pinned(definition string) *Machine { return ms.pinned[definition] }

// All lists the latest machine of each kind, by kind.
func (ms *Machines) All() []*Machine {
	out := make([]*Machine, 0, len(ms.latest))
	for _, k := range slices.Sorted(maps.Keys(ms.latest)) {
		out = append(out, ms.latest[k])
	}
	return out
}

// confidential says whether in any version, or in the absence of all, the
// existence of such a case is for the office alone.
func (ms *Machines) confidential(k Kind) bool {
	return ms.latest[k] == nil || ms.secret[k]
}

// Open are the kinds of matters that an applicant may know of, ascending.
func (ms *Machines) Open() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !k.Matter() || ms.confidential(k) })
}

// HasState says whether any version of the kind's machine has the state.
func (ms *Machines) HasState(k Kind, name StateName) bool {
	for _, m := range ms.pinned {
		if _, ok := m.State(name); ok && m.Kind() == k {
			return true
		}
	}
	return false
}

// State is a state under its definition, as the API shows it. A state that the
// definition lost shows its bare name.
func (ms *Machines) State(definition string, name StateName) *State {
	if m := ms.pinned[definition]; m != nil {
		if s, ok := m.State(name); ok {
			return &s
		}
	}
	bare := Text{LT: string(name), EN: string(name)}
	return &State{Name: name, Staff: bare, Applicant: bare, Public: bare, Outcome: OutcomeNone}
}

// Told is the state by which whoever is not of the office knows a case that is in
// the state.
func (ms *Machines) Told(definition string, name StateName) StateName {
	return cmp.Or(ms.State(definition, name).ShownAs, name)
}

// ShownAs are the states of a kind that are shown as the one, in any version.
func (ms *Machines) ShownAs(k Kind, name StateName) []StateName {
	var out []StateName
	for _, m := range ms.pinned {
		for _, s := range m.def.States {
			if m.Kind() == k && s.ShownAs == name && !slices.Contains(out, s.Name) {
				out = append(out, s.Name)
			}
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
	for _, s := range ms.everyState(k) {
		if s.ShownAs != "" && !slices.Contains(out, s.ShownAs) {
			out = append(out, s.ShownAs)
		}
	}
	return out
}

// told is the state of the case as the actor is told it.
func (m *Machine) told(a Actor, s Subject) StateName {
	state, _ := m.State(s.State)
	if state.ShownAs == "" || !a.Outside(s) {
		return s.State
	}
	return state.ShownAs
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
func (ms *Machines) widens(k Kind, e EventName) bool { return ms.wide[k][e] }

// ranks says whether any version's event is decided on the call's ranking.
func (ms *Machines) ranks(k Kind, e EventName) bool { return ms.ranked[k][e] }

func readsRanking(guard string) bool {
	plain := strings.TrimPrefix(guard, negation)
	return plain == "R-17" || plain == "R-18"
}
