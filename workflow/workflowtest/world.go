// Package workflowtest owns what tests of the engine share: a small world of
// one local action group with its people, money, a call and proposals, made
// through the engine's own commands; the suite that every store must pass; and
// definitions made to stop whoever reads them.
package workflowtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// Begin is where a world's clock starts: a Monday morning in Vilnius.
const Begin = clock.Instant(1_551_682_800_000_000) // 2019-03-04T07:00:00Z

// World is a local action group at work.
type World struct {
	T      testing.TB
	Engine *workflow.Engine
	Clock  *clock.Manual

	LAG, Strategy, Measure ident.ID
	Actions                []ident.ID
	Applicants             []ident.ID // organisations
	People                 map[workflow.Role]workflow.Actor
	SecondAdministrator    workflow.Actor
	Outsider               workflow.Actor   // an administrator of another group
	ApplicantActors        []workflow.Actor // one for each organisation
	Evaluators             []workflow.Actor
	Meeting                ident.ID
	// Tally is what the meeting voted, on paper.
	Tally ident.ID

	// Departs has the board's decisions say that they depart from the ranking.
	Departs bool
	// Drafting changes the calls that are drafted, where it is not nil.
	Drafting func(*workflow.DraftCall)

	papers map[ident.ID]ident.ID // by the subject that they are about
	board  []Member
}

// Deterministic is randomness that is the same in every run of one seed. It
// serves tests and the demo and nothing that has to stay secret. It is safe
// for concurrent use.
func Deterministic(seed string) io.Reader {
	return &seeded{random: rand.NewChaCha8(sha256.Sum256([]byte(seed)))}
}

type seeded struct {
	mu     sync.Mutex
	random *rand.ChaCha8
}

func (s *seeded) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.random.Read(b)
}

// NewWorld builds the world in an empty, migrated store.
func NewWorld(t testing.TB, store workflow.Store, machines *workflow.Machines) *World {
	t.Helper()
	c := clock.NewManual(Begin)
	return Found(t, c, &workflow.Engine{
		Machines: machines, Store: store, Clock: c, IDs: ident.NewSource(c, Deterministic("ids")),
		Random: Deterministic("salts"), Simulated: true,
	})
}

// Found is [NewWorld] through an engine of one's own, whose clock c is.
func Found(t testing.TB, c *clock.Manual, eng *workflow.Engine) *World {
	t.Helper()
	w := &World{T: t, Clock: c, People: map[workflow.Role]workflow.Actor{}, Engine: eng}
	w.found()
	w.people()
	w.money()
	return w
}

// ID is a fresh identifier.
func (w *World) ID(p ident.Prefix) ident.ID { return w.Engine.IDs.New(p) }

// Must carries a command out or ends the test.
func (w *World) Must(a workflow.Actor, cmd workflow.Command) workflow.Done {
	w.T.Helper()
	done, err := w.Engine.Do(context.Background(), a, cmd)
	if err != nil {
		w.T.Fatalf("%+v: %v", cmd, err)
	}
	return done
}

// MustMade is [World.Must] for an intent that may refuse to be made.
func (w *World) MustMade(a workflow.Actor, r workflow.Record, err error) workflow.Done {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
	return w.Must(a, r)
}

func (w *World) found() {
	w.LAG, w.Strategy = w.ID(ident.LAG), w.ID(ident.Strategy)
	made := workflow.Sourced{Synthetic: true}
	system := workflow.SystemActor()
	w.Must(system, workflow.FoundLAG{ID: w.LAG, Name: "Bandomoji vietos veiklos grupė", ShortName: "BVVG", Sourced: made}.Record())
	w.Must(system, w.Engine.DraftStrategy(workflow.DraftStrategy{ID: w.Strategy, LAG: w.LAG, Title: "Bandomoji strategija", Sourced: made}))
	w.Must(system, workflow.AdoptRuleSet{
		LAG: w.LAG, Layer: rules.Local, Version: "1", From: "2016-01-01", Sourced: made,
		Parameters: []rules.Parameter{{Name: rules.DivergenceLimit, Value: "20.00", Source: "board", Verified: true}},
	})
	w.Measure = w.ID(ident.Measure)
	w.Must(system, workflow.RegisterMeasure{ID: w.Measure, Code: "08.6.1-ESFA-T-927", Mode: "T", Sourced: made}.Record())
}

// legalCodes hold by their check digit and are nobody's in the data.
var legalCodes = []string{"192050725", "188710823"}

func (w *World) people() {
	system := workflow.SystemActor()
	for i, code := range legalCodes {
		org := w.ID(ident.Organisation)
		r, err := workflow.RegisterOrganisation{
			ID: org, Name: fmt.Sprintf("Pareiškėjas %d", i+1), LegalCode: code, LegalForm: "VSI", Sourced: workflow.Sourced{Synthetic: true},
		}.Record()
		w.MustMade(system, r, err)
		w.Applicants = append(w.Applicants, org)
		w.ApplicantActors = append(w.ApplicantActors, w.Person(workflow.Applicant, w.LAG, org))
	}
	for _, r := range []workflow.Role{
		workflow.Administrator, workflow.Chair, workflow.Secretary, workflow.BoardMember,
		workflow.AuditCommission, workflow.Auditor,
	} {
		w.People[r] = w.Person(r, w.LAG, "")
	}
	w.SecondAdministrator = w.Person(workflow.Administrator, w.LAG, "")
	w.Outsider = w.Person(workflow.Administrator, w.ID(ident.LAG), "")
	for range 2 {
		w.Evaluators = append(w.Evaluators, w.Person(workflow.Evaluator, w.LAG, ""))
	}
}

// Person registers somebody with one role.
func (w *World) Person(r workflow.Role, lag, org ident.ID) workflow.Actor {
	system := workflow.SystemActor()
	id := w.ID(ident.Person)
	w.Must(system, workflow.RegisterPerson{
		ID: id, Name: "Asmuo " + string(id), Organisation: org, Sourced: workflow.Sourced{Synthetic: true},
	}.Record())
	w.Must(system, workflow.GrantRole{
		ID: w.ID(ident.RoleGrant), Person: id, LAG: lag, Role: r, Since: "2016-01-01", Synthetic: true,
	}.Record())
	return workflow.Actor{Person: id, Organisation: org, Grants: []workflow.Grant{{Role: r, LAG: lag}}}
}

// ActionMoney is what each action of a world has.
const ActionMoney rules.Money = 100_000_00

func (w *World) money() {
	system := workflow.SystemActor()
	goal, objective := w.ID(ident.Goal), w.ID(ident.Objective)
	rows := []workflow.Row{
		{Type: "FundingSource", ID: w.ID(ident.FundingSource), Set: workflow.Values{
			"lagId": w.LAG, "strategyId": w.Strategy, "sourceKind": "EU_AND_STATE", "amount": 10 * ActionMoney,
		}},
		{Type: "Goal", ID: goal, Set: workflow.Values{"lagId": w.LAG, "strategyId": w.Strategy, "ordinal": 1, "title": "Tikslas"}},
		{Type: "Objective", ID: objective, Set: workflow.Values{"lagId": w.LAG, "goalId": goal, "ordinal": 1, "title": "Uždavinys"}},
	}
	for i := range 2 {
		id := w.ID(ident.Action)
		w.Actions = append(w.Actions, id)
		rows = append(rows, workflow.Row{Type: "Action", ID: id, Set: workflow.Values{
			"lagId": w.LAG, "strategyId": w.Strategy, "objectiveId": objective, "ordinal": i + 1,
			"code": fmt.Sprintf("1.1.%d", i+1), "title": "Veiksmas", "activityKinds": []string{"K1"},
		}})
	}
	w.Must(system, workflow.In{
		Kind: "strategy.describe", LAG: w.LAG, Dossier: w.Strategy, Subject: w.Strategy, SubjectType: "Strategy", Rows: rows,
	}.Record())
	for _, a := range w.Actions {
		w.Must(system, workflow.AllocateAction{
			Envelope: w.ID(ident.Envelope), LAG: w.LAG, Strategy: w.Strategy, Action: a, Amount: ActionMoney,
		}.Record())
	}
	w.Meeting = w.ID(ident.Meeting)
	w.Must(system, w.Engine.HoldMeeting(workflow.HoldMeeting{ID: w.Meeting, LAG: w.LAG, Number: "1", Mode: "IN_PERSON", HeldOn: Begin.Day(), Synthetic: true}))
	w.Tally = w.Document(w.Meeting, w.Meeting)
}

// Call drafts a call under the first action with the budget; it opens an hour
// from now and closes thirty days later.
func (w *World) Call(budget rules.Money) ident.ID {
	id := w.ID(ident.Call)
	a := workflow.DraftCall{
		ID: id, Envelope: w.ID(ident.Envelope), LAG: w.LAG, Strategy: w.Strategy, Measure: w.Measure,
		Number: "K-1", Title: "Kvietimas", MinGrant: 1, MaxGrant: budget, IntensityCap: 9250, MinScore: 60_00,
		OpensAt: w.Clock.Now().Add(time.Hour), ClosesAt: w.Clock.Now().Add(30 * 24 * time.Hour),
		EligibleForms: []string{"VSI"}, TieBreakers: []string{"K1"},
		Allocations: []workflow.CallAllocation{{ID: w.ID(ident.Call), Action: w.Actions[0], Amount: budget}},
		Criteria: []workflow.CallCriterion{
			{ID: w.ID(ident.Criterion), Code: "K1", Title: "Poreikis", Max: 60_00, Min: 20_00, Weight: 100},
			{ID: w.ID(ident.Criterion), Code: "K2", Title: "Kokybė", Max: 40_00, Weight: 100},
		},
		Sourced: workflow.Sourced{Synthetic: true},
	}
	if w.Drafting != nil {
		w.Drafting(&a)
	}
	r, err := w.Engine.DraftCall(a)
	w.MustMade(w.People[workflow.Administrator], r, err)
	return id
}

// Planned is how many unique persons each proposal plans to reach.
const Planned = 40

// Proposal drafts a proposal of the applicant with the grant, content and all.
func (w *World) Proposal(call ident.ID, applicant int, grant rules.Money) ident.ID {
	id := w.ID(ident.Proposal)
	a := w.ApplicantActors[applicant]
	w.Must(a, w.Engine.DraftProposal(workflow.DraftProposal{
		ID: id, LAG: w.LAG, Call: call, Action: w.Actions[0], Applicant: a.Organisation, Sourced: workflow.Sourced{Synthetic: true},
	}))
	eligible, planned := grant*10000/9000, Planned
	w.Must(a, w.Engine.EditProposal(w.LAG, id, workflow.Content{
		Title: "Projektas " + string(id), GrantRequested: grant, EligibleTotal: eligible, ActivityKinds: []string{"K1"},
		Place: "Turgaus a. 1", Territory: rules.Target, Participants: &planned, ParticipantsBasis: workflow.UniquePersons,
		Budget: []workflow.BudgetPart{{ID: w.ID(ident.BudgetLine), Category: "STAFF", CostMethod: "REAL", Amount: eligible}},
		Funding: []workflow.FundingPart{
			{ID: w.ID(ident.BudgetLine), Source: "EU_AND_STATE", Amount: grant},
			{ID: w.ID(ident.BudgetLine), Source: "PRIVATE", Amount: eligible - grant},
		},
	}))
	return id
}

// Tie puts on file that the two are tied since the world began, as the office of the group.
func (w *World) Tie(kind workflow.Ground, one, other ident.ID) ident.ID {
	id := w.ID(ident.Tie)
	r, err := workflow.RecordTie{ID: id, LAG: w.LAG, One: one, Other: other, Kind: kind, Since: Begin.Day(), Synthetic: true}.Record()
	w.MustMade(workflow.SystemActor(), r, err)
	return id
}

// Document records a paper about the subject and returns its id.
func (w *World) Document(dossier, subject ident.ID) ident.ID {
	id := w.ID(ident.Document)
	sum := sha256.Sum256([]byte(id))
	w.Must(workflow.SystemActor(), workflow.RecordDocument{
		ID: id, LAG: w.LAG, Dossier: dossier, Subject: subject, Kind: "LETTER", Title: "Raštas", Number: "S-1",
		Hash: hex.EncodeToString(sum[:]), DatedOn: w.Clock.Now().Day(), Synthetic: true,
	}.Record())
	return id
}

// Sweep rings what the clock has to ring by now, as a server's queue does, and
// says how many events that fired.
func (w *World) Sweep() int {
	w.T.Helper()
	fired, err := w.Engine.RingDue(context.Background())
	if err != nil {
		w.T.Fatal(err)
	}
	return fired
}
