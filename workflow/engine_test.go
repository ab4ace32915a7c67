package workflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow/definitions"
)

// paperStore holds one case in memory, in whatever state a test wants it. It
// serves the decisions of the engine; what a store owes beyond that is the
// suite's of workflowtest, which runs on real ones.
type paperStore struct {
	filed   []Change
	Tx      // methods that deciding one case does not need
	subject Subject
	facts   Facts

	applied     []Change
	entries     []history.Header
	papersAbout ident.ID
	suspect     int
	pending     *Pending
	published   []string
	decided     clock.Date // when the meeting took its first decision
	undecided   error
	assigned    []Assigned
	taken       map[ident.ID][]ident.ID
	untaken     error // by Taken
	sitting     Sitting
	evaluators  []Holder // who hold what is asked for, where that is not one for each role
	related     RelationFacts
	compared    int // how often it was asked who is related
	unrelated   error
	left        []ident.ID // who left for an item about the case
	absent      error
	budget      rules.Money // of the call of what an item is about, where it is not enough for all
	steps       []StepFacts
	parts       []PartFacts
	forgotten   error // by Steps
	untold      error // by BoardParts
	letter      LetterFacts
	unwritten   error // by Letter
}

func (p *paperStore) InTx(_ context.Context, f func(Tx) error) error { return f(p) }
func (p *paperStore) View(_ context.Context, f func(Tx) error) error { return f(p) }

func (p *paperStore) Lock(id ident.ID, _ bool) (Subject, error) {
	if i := p.facts.Item; i != nil && id == i.Subject { // what an item is about
		return Subject{ID: id, Kind: "proposal", LAG: oneLAG, Dossier: id, State: i.SubjectState, Version: 7, Definition: i.SubjectDefinition}, nil
	}
	if id != p.subject.ID {
		return Subject{}, Missing("id", string(id))
	}
	return p.subject, nil
}

func (p *paperStore) Facts(s Subject) (*Facts, error) {
	facts := p.facts
	if i := facts.Item; i != nil && s.ID == i.Subject {
		facts = *soundCase().Facts
		facts.Item, facts.Meeting = nil, nil
		facts.Call.Budget = cmp.Or(p.budget, facts.Call.Budget)
	}
	facts.Subject = s
	return &facts, nil
}

func (p *paperStore) Competition(ident.ID) (Competition, error) {
	if p.facts.Call == nil {
		return soundCase().Call.Competition, nil
	}
	return p.facts.Call.Competition, nil
}

func (p *paperStore) Sitting(ident.ID) (Sitting, error) { return p.sitting, nil }

func (p *paperStore) Taken(ident.ID) (map[ident.ID][]ident.ID, error) { return p.taken, p.untaken }

func (p *paperStore) Assigned(ident.ID) ([]Assigned, error) { return p.assigned, nil }

func (p *paperStore) Relations(lag ident.ID, _, _ []ident.ID, on clock.Date) (RelationFacts, error) {
	p.compared++
	f := p.related
	f.LAG, f.On = lag, on
	return f, p.unrelated
}

func (p *paperStore) Left(_, person ident.ID) (bool, error) {
	return slices.Contains(p.left, person), p.absent
}

func (p *paperStore) Steps(ident.ID) ([]StepFacts, error) { return p.steps, p.forgotten }

func (p *paperStore) Letter(ident.ID, StepFacts, []EvaluationFacts) (LetterFacts, error) {
	return p.letter, p.unwritten
}

func (p *paperStore) BoardParts([]ident.ID) ([]PartFacts, error) { return p.parts, p.untold }

func (p *paperStore) Told(s Subject, state StateName) (Subject, error) {
	s.State = state
	return s, nil
}

func (p *paperStore) Joined(Subject, Kind) ([]ident.ID, error)            { return nil, nil }
func (p *paperStore) LastAct(ident.ID) (clock.Date, clock.Instant, error) { return "", 0, nil }
func (p *paperStore) NextEntry(ident.ID) (int64, error)                   { return int64(len(p.entries)) + 1, nil }
func (p *paperStore) Confirmed(ident.ID) error                            { return nil }
func (p *paperStore) Awaited(ident.ID) (Pending, error)                   { return *p.pending, nil }

// Holders holds each role by the one person that the tests name after it.
func (p *paperStore) Holders(_ Subject, roles []Role, _ clock.Date) ([]Holder, error) {
	if p.evaluators != nil {
		return p.evaluators, nil
	}
	holders := make([]Holder, len(roles))
	for i, r := range roles {
		holders[i] = Holder{Person: ident.ID("per_" + r), Role: r}
	}
	return holders, nil
}

func (p *paperStore) Terms(TermsOf) ([]Due, error)     { return nil, nil }
func (p *paperStore) Schedule(ident.ID, []Timer) error { return nil }

func (p *paperStore) Await(pending Pending) error { p.pending = &pending; return nil }

func (p *paperStore) Suspect(ident.ID, string, string, clock.Instant) error { p.suspect++; return nil }

func (p *paperStore) Published() ([]string, error) { return p.published, nil }

func (p *paperStore) Filed(ident.ID) ([]Change, error) { return p.filed, nil }

func (p *paperStore) FirstDecision(ident.ID) (clock.Date, error) { return p.decided, p.undecided }

func (p *paperStore) Documents(_ ident.ID, ids []ident.ID) (map[ident.ID]ident.ID, error) {
	return p.papers(ids), nil
}

// papers are about the case itself, unless the test says otherwise.
func (p *paperStore) papers(ids []ident.ID) map[ident.ID]ident.ID {
	about := map[ident.ID]ident.ID{}
	for _, id := range ids {
		about[id] = cmp.Or(p.papersAbout, p.subject.ID)
	}
	return about
}

func (p *paperStore) Apply(changes []Change) error {
	p.applied = append(p.applied, changes...)
	return nil
}

func (p *paperStore) Append(h history.Header, _ []byte, _ []Opening) (history.Entry, error) {
	h.N = int64(len(p.entries)) + 1
	p.entries = append(p.entries, h)
	return history.Entry{Header: h}, nil
}

const (
	oneLAG = ident.ID("lag_00000000000000000000000001")
	oneOrg = ident.ID("org_00000000000000000000000001")
)

var subjectIDs = map[Kind]ident.ID{
	"proposal": ours, "evaluation": ourEvaluation, "call": ourCall, "strategy": "stg_00000000000000000000000001", "contract": "con_00000000000000000000000001",
	"amendment": "amd_00000000000000000000000001", "payment_claim": ourClaim, "progress_report": "prg_00000000000000000000000001",
	"recovery": "rcv_00000000000000000000000001", "appeal": "apl_00000000000000000000000001", "irregularity": "irr_00000000000000000000000001", "minutes": "mnt_00000000000000000000000001",
	"meeting": ourMeeting, "agenda_item": ourItem,
}

// someone holds one role; an applicant speaks for the organisation whose case
// it is.
func someone(r Role) Actor {
	a := Actor{Person: ident.ID("per_" + r), Grants: []Grant{{Role: r, LAG: oneLAG}}}
	if r == Applicant {
		a.Organisation = oneOrg
	}
	return a
}

var grantedRoles = []Role{Applicant, Administrator, Evaluator, BoardMember, Chair, Secretary, AuditCommission, Auditor}

// actors are everybody who can send a command, with the roles they act in.
func actors() map[string]Actor {
	all := map[string]Actor{"the engine": SystemActor()}
	for _, r := range grantedRoles {
		all[string(r)] = someone(r)
	}
	return all
}

// making guards hold that have an opposite.
var arrangements = map[string]func(*sight){
	"late":                 func(s *sight) { s.Call.ClosesAt = s.Now - 1 },
	"officeDraft":          func(s *sight) { s.Proposal.OfficeDraft = true },
	"modeV":                func(s *sight) { s.Call.SelectionMode = "V" },
	"inWriting":            func(s *sight) { s.Meeting.Written = true },
	"not R-21":             func(s *sight) { s.Meeting.Seats[0].LeftAt, s.Meeting.Seats[1].LeftAt = &s.Now, &s.Now },
	"not R-26":             func(s *sight) { s.Item.Ballots = votes(rules.Against, rules.For, rules.Abstain) },
	"not R-15":             func(s *sight) { s.Call.MinScore = 90_00 },
	"not R-16":             points("K1", 10_00),
	"not R-18":             func(s *sight) { s.Call.Budget = 1 },
	"not callHasProposals": func(s *sight) { s.Call.Proposals = 0 },
	"somethingDecided":     func(s *sight) { s.Meeting.FirstDecision = noon.Day() },
	"not acceptedInFull":   func(s *sight) { s.Matter.Amount = 200_00 },
	"substantial":          func(s *sight) { s.Matter.Form = "SUBSTANTIAL" },
	"caseContested":        contested,
	"upheldWithoutMoney":   as(ruledFor, holding(1000_00)),
	"nextInRank":           waiting(0),
}

// caseIn is a case of the kind in the state, with facts under which the guards
// hold and a decision adopted on the event.
func caseIn(kind Kind, state State, guards []string, event EventName) *paperStore {
	s := soundCase()
	s.Subject = Subject{
		ID: subjectIDs[kind], Kind: kind, LAG: oneLAG, Dossier: subjectIDs[kind], State: state.Name, Version: 3,
		Definition: string(kind) + "@1", Owner: oneOrg,
	}
	if state.HoldsMoney && kind == "proposal" {
		s.Held = s.Proposal.award()
	}
	if s.Subject.Dossier, s.Matter.Kind = ours, kind; !kind.Matter() {
		s.Subject.Dossier, s.Matter = subjectIDs[kind], nil
	}
	if kind == "evaluation" {
		s.Subject.Dossier, s.Subject.Assigned, s.Proposal.Evaluations[0].State = ours, "per_EVALUATOR", state
		s.Proposal.State, s.Proposal.Definition, s.Proposal.FinalScore = "quality_evaluation", "proposal@1", nil
	}
	if kind == "strategy" || kind == "call" {
		s.Proposal, s.Subject.Owner = nil, ""
	}
	if kind == "strategy" {
		s.Call = nil
	}
	switch kind {
	case "agenda_item":
		s.Subject.Dossier = ourMeeting
		s.Proposal, s.Call, s.Contract, s.Subject.Owner = nil, nil, nil, ""
	case "meeting":
		s.Meeting.State = state
		s.Proposal, s.Call, s.Contract, s.Item, s.Subject.Owner = nil, nil, nil, nil, ""
	case "minutes":
		s.Subject.Dossier, s.Meeting.State = ourMeeting, State{Name: "held", Terminal: true, Outcome: OutcomePositive}
		s.Proposal, s.Call, s.Contract, s.Item, s.Subject.Owner = nil, nil, nil, nil, ""
	default:
		s.Meeting, s.Item = nil, nil
	}
	s.Decisions = []DecisionFacts{
		{ID: "dec_00000000000000000000000001", Event: event, Adopted: true, RecordedBy: "per_third"}, {ID: "dec_00000000000000000000000002", Event: "decideFund", RecordedBy: "per_third"},
	}
	for _, g := range guards {
		if arrange := arrangements[g]; arrange != nil {
			arrange(&s)
		}
	}
	return &paperStore{subject: s.Subject, facts: *s.Facts, related: RelationFacts{Persons: onRecord}}
}

// onRecord are whoever holds a role in the tests, and who reviews.
var onRecord = func() map[ident.ID]PersonFacts {
	all := map[ident.ID]PersonFacts{reviewer: {}}
	for _, r := range grantedRoles {
		all[someone(r).Person] = PersonFacts{}
	}
	return all
}()

// shippedMachines are compiled once: tests fire tens of thousands of events.
var shippedMachines = sync.OnceValue(func() *Machines {
	all, err := LoadEmbedded(shippedNames())
	if err != nil {
		panic(err)
	}
	maps.DeleteFunc(all, func(k Kind, _ *Machine) bool { return TypeOf(k) == "" })
	return NewMachines(shippedNames(), slices.Collect(maps.Values(all))...)
})

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func paperEngine(p *paperStore) *Engine {
	c := clock.NewManual(noon)
	return &Engine{Machines: shippedMachines(), Store: p, Clock: c, IDs: ident.NewSource(c, zeros{}), Random: zeros{}}
}

// careful is the event with all that it can be asked for.
func careful(id ident.ID, t *Transition, event EventName, onBehalfOf Role) Fire {
	f := Fire{Subject: id, Event: event, ExpectedVersion: 3, OnBehalfOf: onBehalfOf, Reason: "why", Document: "doc_00000000000000000000000001"}
	if t == nil {
		return f
	}
	for _, g := range t.Guards {
		if _, judged := computed[strings.TrimPrefix(g, negation)]; !judged {
			f.Given = append(f.Given, Given{Name: g, Value: "true", Document: "doc_00000000000000000000000001", Reason: "why"})
		}
	}
	for _, d := range t.Data {
		value := map[string]string{"money": "90.00", "instant": noon.String(), "date": string(noon.Day()), "flag": "false"}[d.Type]
		switch {
		case d.Name == "channel":
			value = "POST"
		case d.Name == "reviewers":
			value = string(reviewer)
		case d.Name == "failedRules":
			value = "R-12"
		case d.Name == "closesAt":
			value = noon.Add(60 * 24 * time.Hour).String()
		case slices.Contains(t.Guards, "awardReduced"), d.Type == "money" && slices.Contains(t.Guards, "awardReducedOrConditional"):
			value = "89.99"
		case value == "":
			value = "X-1"
		}
		f.Given = append(f.Given, Given{Name: d.Name, Value: value})
	}
	return f
}

// line is a line of a definition's table as its author wrote it: read from the
// file and not from the machine that is made of it.
type line struct {
	to StateName
	*Transition
}

// tableOf gives each state's events.
func tableOf(def *Definition) (rows map[StateName]map[EventName]line, events []EventName) {
	rows = map[StateName]map[EventName]line{}
	known := map[EventName]bool{}
	for i := range def.Transitions {
		t := &def.Transitions[i]
		for _, from := range t.From {
			for _, to := range t.To {
				name := t.Event
				if len(t.To) > 1 {
					name += EventName("To" + camel(string(to)))
				}
				if rows[from] == nil {
					rows[from] = map[EventName]line{}
				}
				rows[from][name] = line{to: to, Transition: t}
				known[name] = true
			}
		}
	}
	return rows, slices.Sorted(maps.Keys(known))
}

// camel is board_agenda as BoardAgenda.
func camel(s string) string {
	var sb strings.Builder
	for _, part := range strings.Split(s, "_") {
		sb.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return sb.String()
}

// written are the shipped definitions as their files say them, of the kinds
// that cases run on.
func written(t testing.TB) []*Definition {
	t.Helper()
	defs, err := parseAll(definitions.Files())
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(defs, func(d *Definition) bool { return TypeOf(d.Kind) == "" })
}

// capacities are the bodies on whose behalf the actor may fire the line; "" is
// the actor's own act.
func (r line) capacities(a Actor) []Role {
	var out []Role
	for _, by := range r.By {
		system := by.Role == Clock || by.Role == Join
		if (a.System() && system) || (!a.System() && a.Grants[0].Role == by.Role) {
			out = append(out, by.OnBehalfOf)
		}
	}
	return slices.Compact(out) // the engine is both clock and join
}

// fired sends the command and confirms it where a second person has to.
func fired(e *Engine, a Actor, f Fire) (Done, error) {
	done, err := e.Do(context.Background(), a, f)
	if err != nil || done.Pending == nil {
		return done, err
	}
	second := someone(Administrator)
	second.Person = "per_second"
	second.Grants = append(second.Grants, Grant{Role: Secretary, LAG: oneLAG})
	if a.Person == "per_"+ident.ID(Secretary) { // beside whom whoever presided signs
		second = someone(Chair)
	}
	return e.Do(context.Background(), second, Confirm{ID: done.Pending.ID})
}

// TestEveryStateEventAndRole holds the engine against the files: in every
// state, every event of the kind is sent by everybody, in every capacity.
func TestEveryStateEventAndRole(t *testing.T) {
	for _, def := range written(t) {
		table, events := tableOf(def)
		events = append(events, "meltDown")
		t.Run(string(def.Kind), func(t *testing.T) {
			t.Parallel()
			allowed := 0
			for _, state := range def.States {
				t.Run(string(state.Name), func(t *testing.T) {
					for _, event := range events {
						for name, actor := range actors() {
							r, legal := table[told(state, actor)][event]
							allowed += tryAll(t, def.Kind, state, event, r, legal, name, actor)
						}
					}
				})
			}
			// Who may not know of a case that nobody has published is told nothing,
			// which alone does not lower the number of those who may act.
			want := 0
			for _, rows := range table {
				for _, r := range rows {
					for _, actor := range actors() {
						want += len(r.capacities(actor))
					}
				}
			}
			if allowed != want {
				t.Errorf("got %d allowed combinations, want %d", allowed, want)
			}
		})
	}
}

// told is the state that the file has the actor told.
func told(s State, a Actor) StateName {
	if s.ShownAs != "" && !a.System() && a.Grants[0].Role == Applicant {
		return s.ShownAs
	}
	return s.Name
}

// tryAll fires the event as one actor in each capacity of the line and, where
// the line has none for them, in all. It gives the number of those that passed.
func tryAll(t *testing.T, kind Kind, state State, event EventName, r line, legal bool, name string, a Actor) (allowed int) {
	mine := []Role(nil)
	if legal {
		mine = r.capacities(a)
	}
	for _, behalf := range []Role{"", Applicant, Ministry, ImplementingBody, Court, AppealBody} {
		p := caseIn(kind, state, guardsOf(r), event)
		e := paperEngine(p)
		done, err := fired(e, a, careful(p.subject.ID, r.Transition, event, behalf))
		at := fmt.Sprintf("%s in %s by %s for %q", event, state.Name, name, behalf)
		switch want := expected(kind, state, event, legal, slices.Contains(mine, behalf), a); {
		case want != "":
			if !onlyCode(err, want) || len(p.applied) > 0 {
				t.Errorf("%s: got %v and %d changes, want %s and none", at, err, len(p.applied), want)
			}
		case err != nil:
			t.Errorf("%s: got %v, want it to fire", at, err)
		case done.Subject.State != r.to || p.applied[0].Set["state"] != string(r.to) || p.applied[0].Set["version"] != 4:
			t.Errorf("%s: got %s and %v, want state %s and version 4", at, done.Subject.State, p.applied[0].Set, r.to)
		default:
			allowed++
		}
	}
	return allowed
}

func guardsOf(r line) []string {
	if r.Transition == nil {
		return nil
	}
	return r.Guards
}

// expected is the code that the table asks for, "" where the event fires.
func expected(kind Kind, state State, event EventName, legal, capable bool, a Actor) Code {
	// An applicant learns of calls and strategies when they are public.
	role := Clock
	if !a.System() {
		role = a.Grants[0].Role
	}
	unseen := (kind == "call" || kind == "strategy") && role == Applicant && !state.Listed
	unseen = unseen || (kind == "meeting" && role == Applicant && !state.Listed)
	unseen = unseen || (kind == "agenda_item" && (role == Applicant || role == Evaluator))
	// An evaluation is for the office, and for whoever it is given to.
	unseen = unseen || (kind == "evaluation" && (role == Applicant || role == BoardMember))
	// Of what is claimed and paid the board and the evaluators learn nothing, and
	// of suspicions and recoveries the applicant does not either.
	if kind.Matter() {
		unseen = role == BoardMember || role == Evaluator || (role == Applicant && (kind == "recovery" || kind == "irregularity"))
	}
	if kind == "minutes" { // which are everybody's once they are published
		unseen = !state.Listed && (role == Applicant || role == Evaluator || role == BoardMember)
	}
	switch {
	case unseen:
		return NotFound
	case event == "meltDown":
		return UnknownEvent
	case !legal:
		return NotAllowedHere
	case !capable:
		return RoleRefused
	}
	return ""
}

func onlyCode(err error, want Code) bool {
	var refused *Error
	if !errors.As(err, &refused) || len(refused.Refusals) == 0 {
		return false
	}
	for _, r := range refused.Refusals {
		if r.Code != want || r.Message.LT == "" || r.Message.EN == "" {
			return false
		}
	}
	return true
}

// everyStep calls f for each step of each machine, with somebody who may fire it.
func everyStep(t *testing.T, f func(t *testing.T, at string, p *paperStore, e *Engine, by By, x line, event EventName)) {
	for _, def := range written(t) {
		table, _ := tableOf(def)
		for _, state := range def.States {
			for _, event := range slices.Sorted(maps.Keys(table[state.Name])) {
				x := table[state.Name][event]
				p := caseIn(def.Kind, state, x.Guards, event)
				f(t, fmt.Sprintf("%s in %s", event, state.Name), p, paperEngine(p), x.By[0], x, event)
			}
		}
	}
}

func in(by By) Actor {
	if by.Role == Clock || by.Role == Join {
		return SystemActor()
	}
	return someone(by.Role)
}

// refusals are the codes with the rule or field that each speaks of.
func refusals(err error) []string {
	var refused *Error
	if !errors.As(err, &refused) {
		if err != nil {
			return []string{err.Error()}
		}
		return nil
	}
	out := make([]string, len(refused.Refusals))
	for i, r := range refused.Refusals {
		out[i] = strings.TrimSpace(string(r.Code) + " " + r.Rule)
	}
	slices.Sort(out)
	return out
}

// TestEveryNeedIsAskedForAndAllTogether sends each event empty-handed.
func TestEveryNeedIsAskedForAndAllTogether(t *testing.T) {
	everyStep(t, func(t *testing.T, at string, p *paperStore, e *Engine, by By, x line, event EventName) {
		p.facts.Decisions = nil
		m := e.Machines.Pinned(p.subject.Definition)
		var want []string
		need := func(on bool, code Code) {
			if on {
				want = append(want, string(code))
			}
		}
		need(x.Requires.Reason, ReasonRequired)
		need(x.Requires.Document || (by.OnBehalfOf != "" && by.Role != Join), DocumentRequired)
		need(x.Requires.Decision || x.Requires.LostVote, DecisionRequired)
		misfit := false
		for _, d := range x.Data {
			need(d.Required, MalformedInput)
			misfit = misfit || d.Required
		}
		for _, g := range x.Guards {
			if _, attested := m.Attestation(g); attested && !misfit {
				want = append(want, string(AttestationMissing)+" "+g)
			}
		}
		slices.Sort(want)
		done, err := e.Do(t.Context(), in(by), Fire{Subject: p.subject.ID, Event: event, OnBehalfOf: by.OnBehalfOf})
		if got := refusals(err); !slices.Equal(got, want) {
			t.Errorf("%s with nothing: got %v, want %v", at, got, want)
		}
		if len(want) == 0 && (done.Pending != nil) != takesTwo(x, by) {
			t.Errorf("%s: pending is %v, want %t", at, done.Pending, takesTwo(x, by))
		}
	})
}

// takesTwo says whether another person has to confirm: of what a join carries on, one did
// where it began.
func takesTwo(x line, by By) bool {
	return by.SecondPerson || (x.Requires.SecondPerson && (by.Role != Join || by.OnBehalfOf == ""))
}

// TestEachNeedIsAskedForAlone leaves one thing out of an act that is complete.
func TestEachNeedIsAskedForAlone(t *testing.T) {
	everyStep(t, func(t *testing.T, at string, p *paperStore, e *Engine, by By, x line, event EventName) {
		m := e.Machines.Pinned(p.subject.Definition)
		try := func(what string, want []string, spoil func(*Fire)) {
			t.Helper()
			f := careful(p.subject.ID, x.Transition, event, by.OnBehalfOf)
			spoil(&f)
			if _, err := e.Do(t.Context(), in(by), f); !slices.Equal(refusals(err), want) {
				t.Errorf("%s without %s: got %v, want %v", at, what, refusals(err), want)
			}
		}
		if x.Requires.Reason {
			try("a reason", []string{string(ReasonRequired)}, func(f *Fire) { f.Reason = " \n" })
		}
		if x.Requires.Document || (by.OnBehalfOf != "" && by.Role != Join) {
			try("a document", []string{string(DocumentRequired)}, func(f *Fire) { f.Document = "" })
		}
		for _, d := range x.Data {
			if d.Required {
				try(d.Name, []string{string(MalformedInput)}, func(f *Fire) { find(f.Given, d.Name).Value = "" })
			}
			if d.Type == "money" {
				for _, bad := range []string{"1.493200,00", "-5.00", "0.00", "12"} {
					try(bad+" as "+d.Name, []string{string(MalformedMoney)}, func(f *Fire) { find(f.Given, d.Name).Value = bad })
				}
			}
		}
		try("a name that is right", []string{string(MalformedInput)}, func(f *Fire) {
			f.Given = append(f.Given, Given{Name: "granted", Value: "true"})
		})
		for _, g := range x.Guards {
			att, attested := m.Attestation(g)
			if !attested {
				continue
			}
			missing := []string{string(AttestationMissing) + " " + g}
			try(g, missing, func(f *Fire) {
				f.Given = slices.DeleteFunc(f.Given, func(given Given) bool { return given.Name == g })
			})
			try(g+" affirmed", missing, func(f *Fire) { find(f.Given, g).Value = "yes" })
			if by.Role != Applicant || !att.Applicant {
				try(g+" documented", missing, func(f *Fire) { find(f.Given, g).Document = "" })
				try(g+" reasoned", missing, func(f *Fire) { find(f.Given, g).Reason = " " })
			}
		}
		if x.Requires.Decision {
			for what, decisions := range map[string][]DecisionFacts{
				"a decision":                    nil,
				"an adopted decision":           {{ID: "dec_00000000000000000000000001", Event: event, RecordedBy: "per_third"}},
				"a decision on this very event": {{ID: "dec_00000000000000000000000001", Event: "other", Adopted: true, RecordedBy: "per_third"}},
				"a decision that still stands":  {{ID: "dec_00000000000000000000000001", Event: event, Adopted: true, Overtaken: true, RecordedBy: "per_third"}},
			} {
				p.facts.Decisions = decisions
				try(what, []string{string(DecisionRequired)}, func(*Fire) {})
			}
			p.facts.Decisions = []DecisionFacts{{ID: "dec_00000000000000000000000001", Event: event, Adopted: true, RecordedBy: "per_third"}}
			try("the decision that it names", []string{string(DecisionRequired)}, func(f *Fire) { f.Decision = "dec_00000000000000000000000002" })
		}
		if x.Requires.LostVote {
			p.facts.Decisions = nil
			if _, err := e.Do(t.Context(), in(by), careful(p.subject.ID, x.Transition, event, by.OnBehalfOf)); !strings.Contains(fmt.Sprint(err), "nothing was adopted") {
				t.Errorf("%s: got %v, want it to ask for a vote by which nothing was adopted", at, err)
			}
			for what, decisions := range map[string][]DecisionFacts{
				"a vote":                      nil,
				"a vote that was lost":        {{ID: "dec_00000000000000000000000001", Event: event, Adopted: true, RecordedBy: "per_third"}},
				"a lost vote not told before": {{ID: "dec_00000000000000000000000001", Event: event, Spent: true, RecordedBy: "per_third"}},
			} {
				p.facts.Decisions = decisions
				try(what, []string{string(DecisionRequired)}, func(*Fire) {})
			}
		}
		if len(p.applied) > 0 {
			t.Errorf("%s: got %d changes of refused acts, want none", at, len(p.applied))
		}
	})
}

// TestSecondPersonIsWaitedForExactlyWhereTheDefinitionSays: and the second one
// must be another, and stands in the entry.
func TestSecondPersonIsWaitedForExactlyWhereTheDefinitionSays(t *testing.T) {
	everyStep(t, func(t *testing.T, at string, p *paperStore, e *Engine, by By, x line, event EventName) {
		done, err := e.Do(t.Context(), in(by), careful(p.subject.ID, x.Transition, event, by.OnBehalfOf))
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		if (done.Pending != nil) != (x.Requires.SecondPerson || by.SecondPerson) {
			t.Fatalf("%s: pending is %v, want %t", at, done.Pending, x.Requires.SecondPerson || by.SecondPerson)
		}
		if done.Pending == nil {
			return
		}
		if len(p.applied) > 0 {
			t.Errorf("%s: got %d changes before the second person, want none", at, len(p.applied))
		}
		if _, err := e.Do(t.Context(), in(by), Confirm{ID: done.Pending.ID}); !onlyCode(err, SecondPersonRequired) {
			t.Errorf("%s confirmed by the sender: got %v, want %s", at, err, SecondPersonRequired)
		}
		second := someone(map[bool]Role{false: Chair, true: Administrator}[in(by).Person == "per_CHAIR"])
		if _, err := e.Do(t.Context(), second, Confirm{ID: done.Pending.ID}); err != nil {
			t.Errorf("%s confirmed by another: got %v, want it to fire", at, err)
		}
		last := p.entries[len(p.entries)-1]
		if last.Actor != in(by).Person || last.SecondActor != second.Person {
			t.Errorf("%s: got %q and %q in the entry, want both persons", at, last.Actor, last.SecondActor)
		}
	})
}

// TestExplainedAnswersComeTrue fires every explained event as the explanation
// supposes it, on sound facts, on facts against most guards, and without any
// decision, and for everybody.
func TestExplainedAnswersComeTrue(t *testing.T) {
	spoilt := func(p *paperStore) {
		if p.facts.Proposal != nil {
			p.facts.Proposal.LegalCode, p.facts.Proposal.PlaceTerritory = "1", "OUTSIDE"
			p.facts.Proposal.GrantRequested, p.facts.Proposal.ActivityKinds = 5000_00, []string{"K9"}
			p.facts.Proposal.Evaluations[1].Submitted = false
		}
		if p.facts.Call != nil {
			p.facts.Call.ClosesAt, p.facts.Call.SignedContracts, p.facts.Call.StrategyTotal = noon-1, 1, 1
		}
	}
	for name, change := range map[string]func(*paperStore){
		"sound":            func(*paperStore) {},
		"spoilt":           spoilt,
		"nothing decided":  func(p *paperStore) { p.facts.Decisions = nil },
		"decided on other": func(p *paperStore) { p.facts.Decisions[0].Event = "other" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, def := range written(t) {
				table, _ := tableOf(def)
				for _, state := range def.States {
					for who, actor := range actors() {
						explained(t, def.Kind, state, table[told(state, actor)], who, actor, change)
					}
				}
			}
		})
	}
}

func explained(t *testing.T, kind Kind, state State, rows map[EventName]line, who string, actor Actor, change func(*paperStore)) {
	p := caseIn(kind, state, nil, "decideFund")
	change(p)
	e := paperEngine(p)
	answers, err := e.Explain(t.Context(), actor, p.subject.ID)
	if expected(kind, state, "", true, true, actor) == NotFound {
		if !onlyCode(err, NotFound) {
			t.Errorf("%s by %s: got %v, want %s", state.Name, who, err, NotFound)
		}
		return
	}
	if err != nil || len(answers) != len(rows) {
		t.Fatalf("%s by %s: got %d answers and %v, want %d", state.Name, who, len(answers), err, len(rows))
	}
	m := e.Machines.Pinned(p.subject.Definition)
	for _, x := range answers {
		r := rows[x.Event]
		step, _ := m.Lookup(told(state, actor), x.Event)
		at := fmt.Sprintf("%s in %s by %s", x.Event, state.Name, who)
		var behalf Role
		if mine := r.capacities(actor); len(mine) > 0 {
			behalf = mine[0]
		}
		f := careful(p.subject.ID, step.Transition, x.Event, behalf)
		f.ExpectedVersion, f.DryRun = 0, true
		for i := range f.Given {
			if f.Given[i].Value == "90.00" && p.facts.Proposal != nil {
				f.Given[i].Value = likely(p.facts, step.Transition).String()
			}
			if f.Given[i].Value == "89.99" && slices.Contains(step.Transition.Guards, "awardReducedOrConditional") {
				f.Given[i].Value = (p.facts.Proposal.award() - 1).String()
			}
		}
		f.Given = slices.DeleteFunc(f.Given, func(g Given) bool { return optional(r.Transition, g.Name) })
		done, err := e.Do(t.Context(), actor, f)
		want := refusals(&Error{Refusals: x.BlockedBy})
		if got := refusals(err); x.Allowed != (err == nil) || !slices.Equal(got, want) {
			t.Errorf("%s: explained %v, fired %v", at, want, got)
		}
		if len(done.Warnings) != len(x.Warnings) {
			t.Errorf("%s: explained warnings %v, fired %v", at, x.Warnings, done.Warnings)
		}
		if x.To != r.to || len(x.By) != len(r.By) || x.Label.LT == "" || x.Label.EN == "" {
			t.Errorf("%s: got %+v, want the row of the definition", at, x)
		}
		if got, want := kindsOf(x.Needs), needed(m, r.Transition); !slices.Equal(got, want) {
			t.Errorf("%s: got needs %v, want %v", at, got, want)
		}
	}
}

// likely is the amount that an explanation supposes.
func likely(f Facts, t *Transition) rules.Money {
	switch {
	case f.Matter == nil:
		return f.Proposal.award()
	case slices.Contains(t.Guards, "not acceptedInFull"):
		return f.Matter.Amount - 1
	default:
		return f.Matter.Amount
	}
}

// optional says whether the name is a datum that need not be given.
func optional(t *Transition, name string) bool {
	return slices.ContainsFunc(t.Data, func(d Datum) bool { return d.Name == name && !d.Required })
}

func kindsOf(all []Need) []string {
	out := make([]string, len(all))
	for i, n := range all {
		out[i] = n.Kind + " " + n.Name
	}
	return out
}

func needed(m *Machine, t *Transition) []string {
	var out []string
	for _, n := range []struct {
		on   bool
		kind string
	}{
		{t.Requires.Reason, "REASON"},
		{t.Requires.Document, "DOCUMENT"},
		{t.Requires.Decision || t.Requires.LostVote, "DECISION"},
		{t.Requires.SecondPerson, "SECOND_PERSON"},
	} {
		if n.on {
			out = append(out, n.kind+" "+n.kind)
		}
	}
	for _, d := range t.Data {
		out = append(out, "DATUM "+d.Name)
	}
	for _, g := range t.Guards {
		if _, attested := m.Attestation(g); attested {
			out = append(out, "ATTESTATION "+g)
		}
	}
	return out
}

func TestOverrulingTakesAReasonAndASecondPerson(t *testing.T) {
	for _, tt := range []struct {
		rule        string
		state       StateName
		event       EventName
		overrulable bool
		spoil       func(*Facts)
	}{
		{"R-01", "eligibility_check", "passEligibility", true, func(f *Facts) { late := f.Call.ClosesAt + 1; f.Proposal.SubmittedAt = &late }},
		{"R-02", "eligibility_check", "passEligibility", true, func(f *Facts) { f.Proposal.LegalCode = "1" }},
		{"R-03", "eligibility_check", "passEligibility", true, func(f *Facts) { f.Proposal.LegalForm = "UAB" }},
		{"R-04", "eligibility_check", "passEligibility", true, func(f *Facts) { f.Proposal.PlaceTerritory = "OUTSIDE" }},
		{"R-06", "eligibility_check", "passEligibility", true, func(f *Facts) { f.Call.MaxGrant = 89_99 }},
		{"R-07", "eligibility_check", "passEligibility", true, func(f *Facts) { f.Proposal.GrantRequested = 92_51 }},
		{"R-08", "eligibility_check", "passEligibility", true, func(f *Facts) { f.Proposal.Funding[1].Source = "MUNICIPAL" }},
		{"R-09", "eligibility_check", "passEligibility", true, func(f *Facts) { f.Proposal.Funding[1].Amount-- }},
		{"R-15", "board_agenda", "decideFund", false, func(f *Facts) { f.Call.MinScore = 90_00 }},
		{"R-17", "board_agenda", "decideReserve", false, func(f *Facts) { f.Call.Budget, f.Call.Ranking[1].Score = 1, 80_00 }},
		{"R-18", "board_agenda", "decideFund", false, func(f *Facts) { f.Call.Budget, f.Call.Ranking[1].Holds = 150_00, true }},
		{"R-19", "board_agenda", "decideFund", false, func(f *Facts) { f.Call.StrategyTotal = 1 }},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			m := shippedMachines().Latest("proposal")
			state, _ := m.State(tt.state)
			x, _ := m.Lookup(tt.state, tt.event)
			p := caseIn("proposal", state, nil, tt.event)
			tt.spoil(&p.facts)
			e := paperEngine(p)
			send := func(value, reason string) (Done, error) {
				f := careful(ours, x.Transition, tt.event, "")
				f.Given = append(f.Given, Given{Name: tt.rule, Value: value, Document: "doc_00000000000000000000000001", Reason: reason})
				return e.Do(t.Context(), someone(Administrator), f)
			}
			code := string(guardCode(tt.rule)) + " " + tt.rule
			for _, half := range [][2]string{{"true", "why"}, {"overrule", " "}} {
				if _, err := send(half[0], half[1]); !slices.Equal(refusals(err), []string{code}) {
					t.Errorf("%s given %q for %q: got %v, want %s", tt.rule, half[0], half[1], refusals(err), code)
				}
			}
			done, err := send("overrule", "why")
			if !tt.overrulable {
				if !slices.Equal(refusals(err), []string{code}) {
					t.Errorf("%s overruled: got %v, want %s", tt.rule, refusals(err), code)
				}
				return
			}
			if err != nil || done.Pending == nil || len(p.applied) > 0 {
				t.Fatalf("%s overruled: got %v and pending %v, want it to wait for a second person", tt.rule, err, done.Pending)
			}
			done, err = e.Do(t.Context(), someone(Chair), Confirm{ID: done.Pending.ID})
			if err != nil || done.Subject.State != x.To {
				t.Fatalf("%s overruled and confirmed: got %s and %v, want %s", tt.rule, done.Subject.State, err, x.To)
			}
			for _, g := range done.Guards {
				want := rules.Overruled
				if g.Guard != tt.rule {
					continue
				}
				if g.Verdict != want || g.Reason == nil {
					t.Errorf("%s: got %s for %v in the history, want %s with the reason", tt.rule, g.Verdict, g.Reason, want)
				}
			}
		})
	}
}

func TestEveryComputedRuleIsOverruledOrNot(t *testing.T) {
	for guard := range computed {
		rule, known := rules.ByID(guard)
		failed := Given{Name: guard, Value: "overrule", Reason: "why"}
		if got, want := overrules(guard, &failed), known && rule.Overrulable; got != want {
			t.Errorf("%s: got overrulable %t, want %t", guard, got, want)
		}
	}
}

// TestPaperCountsFromItsReceipt: the office may register on the day after the
// call closed what came in on the last one.
func TestPaperCountsFromItsReceipt(t *testing.T) {
	m := shippedMachines().Latest("proposal")
	state, _ := m.State("draft")
	x, _ := m.Lookup("draft", "registerPaper")
	p := caseIn("proposal", state, []string{"officeDraft"}, "")
	p.facts.Proposal.SubmittedAt, p.facts.Call.ClosesAt = nil, noon.Add(-1)
	f := careful(ours, x.Transition, "registerPaper", "")
	receipt := p.facts.Call.ClosesAt
	for i := range f.Given {
		if f.Given[i].Name == "receivedAt" {
			f.Given[i].Value = receipt.String()
		}
	}
	if _, err := paperEngine(p).Do(t.Context(), someone(Administrator), f); err != nil {
		t.Fatal(err)
	}
	if got := p.applied[0].Set["submittedAt"]; got != receipt {
		t.Errorf("got submitted at %v, want %v, when it was received", got, receipt)
	}
}

func TestForeignReferencesAreNotedWithinBounds(t *testing.T) {
	p := caseIn("proposal", State{Name: "draft"}, nil, "submit")
	e := paperEngine(p)
	for range 15 {
		if err := e.Foreign(t.Context(), someone(Administrator), theirs, "refer proposalId"); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Foreign(t.Context(), Actor{}, theirs, "refer proposalId"); err != nil || p.suspect != refusalsPerMinute {
		t.Errorf("got %d notes and %v, want %d of 15 by one person and none by nobody", p.suspect, err, refusalsPerMinute)
	}
}
