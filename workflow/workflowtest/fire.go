package workflowtest

import (
	"context"
	"slices"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
)

// Prepared is an event as a careful sender would send it from the subject's
// present state: reason, document, adopted decision, statements and data are
// all there. Data given here win over the prepared ones.
func (w *World) Prepared(subject ident.ID, event workflow.EventName, data map[string]string) (workflow.Actor, workflow.Fire) {
	w.T.Helper()
	return w.PreparedFrom(w.Subject(subject).State, subject, event, data)
}

// PreparedFrom is Prepared as if the subject were in the state, such as the one
// that outsiders are told.
func (w *World) PreparedFrom(state workflow.StateName, subject ident.ID, event workflow.EventName, data map[string]string) (workflow.Actor, workflow.Fire) {
	w.T.Helper()
	s := w.Subject(subject)
	m := w.Engine.Machines.Pinned(s.Definition)
	c, ok := m.Lookup(state, event)
	if !ok {
		w.T.Fatalf("%s does not leave %s", event, state)
	}
	t := c.Transition
	by := t.By[0]
	f := workflow.Fire{
		Subject: subject, Event: event, ExpectedVersion: s.Version, OnBehalfOf: by.OnBehalfOf,
		Reason: "priežastis", Document: w.paper(s),
	}
	for _, g := range t.Guards {
		if _, attested := m.Attestation(g); attested {
			f.Given = append(f.Given, workflow.Given{Name: g, Value: "true", Document: f.Document, Reason: "patikrinta"})
		}
	}
	for _, d := range t.Data {
		value, ok := data[d.Name]
		if !ok {
			value = w.plausible(s, event, d)
		}
		f.Given = append(f.Given, workflow.Given{Name: d.Name, Value: value})
	}
	if t.Requires.Decision {
		f.Decision = w.Decide(subject, event)
	}
	if t.Requires.LostVote {
		f.Decision = w.lose(subject)
	}
	actor := w.ActorFor(by.Role, s)
	f.ExpectedVersion = w.Told(actor, s).Version
	return actor, f
}

// Told is the subject as the actor is told it.
func (w *World) Told(actor workflow.Actor, s workflow.Subject) (told workflow.Subject) {
	w.T.Helper()
	as := w.Engine.Machines.Told(s.Definition, s.State)
	if as == s.State || !actor.Outside(s) {
		return s
	}
	err := w.Engine.Store.View(context.Background(), func(tx workflow.Tx) (err error) {
		told, err = tx.Told(s, as)
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return told
}

// paper is one document about the subject, which all its acts rest on.
func (w *World) paper(s workflow.Subject) ident.ID {
	if w.papers == nil {
		w.papers = map[ident.ID]ident.ID{}
	}
	if w.papers[s.ID] == "" {
		w.papers[s.ID] = w.Document(s.Dossier, s.ID)
	}
	return w.papers[s.ID]
}

func (w *World) plausible(s workflow.Subject, event workflow.EventName, d workflow.Datum) string {
	if d.Name == "regNo" && s.Kind == "proposal" && !w.facts(s).Call.ReceivedListPublished {
		return "" // a number of a sealed call would tell how many have filed
	}
	switch d.Type {
	case "money":
		return w.award(s, event).String()
	case "instant":
		if d.Name == "closesAt" {
			return w.facts(s).Call.ClosesAt.Add(8 * 24 * time.Hour).String()
		}
		return w.Clock.Now().String()
	case "date":
		return string(w.Clock.Now().Day())
	case "integer":
		return "1"
	case "flag":
		return "false"
	case "list":
		return string(w.People[workflow.AuditCommission].Person) // who took no part in a case
	case "code":
		if example, ok := map[string]string{"channel": "POST", "failedRules": "R-12"}[d.Name]; ok {
			return example
		}
		return "X-1"
	default:
		return "X-1"
	}
}

// award is what a proposal has or asks for, a cent less where the event lowers
// it; for other subjects it is an amount that fits everywhere.
func (w *World) award(s workflow.Subject, event workflow.EventName) rules.Money {
	w.T.Helper()
	if s.Kind.Matter() {
		return w.due(s, event)
	}
	facts := w.facts(s)
	if facts.Proposal == nil {
		return 10_000_00
	}
	award := facts.Proposal.GrantRequested
	if a := facts.Proposal.GrantAwarded; a != nil {
		award = *a
	}
	if applied := facts.Proposal.GrantApplied; applied != nil && s.Kind == "contract" {
		award = min(award, *applied)
	}
	if event == "reduceCosts" {
		award--
	}
	return award
}

// due is what a matter is about, or the grant where nothing is said of it yet; a
// cent less where the event leaves a rest.
func (w *World) due(s workflow.Subject, event workflow.EventName) rules.Money {
	w.T.Helper()
	facts := w.facts(s)
	due := facts.Matter.Amount
	if due == 0 && facts.Contract != nil {
		due = facts.Contract.Grant
	}
	if event == "payPart" {
		due--
	}
	return max(due, 1)
}

// InForce is a case whose contract is in force.
func (w *World) InForce() (call, proposal, contract ident.ID) {
	w.T.Helper()
	call, proposal = w.OnAgenda()
	return call, proposal, w.Contracted(proposal)
}

// Contracted takes a case that the board has before it to a contract in force.
func (w *World) Contracted(proposal ident.ID) (contract ident.ID) {
	w.T.Helper()
	w.Walk(proposal, "decideFund", "apply", "impApprove")
	contract = w.ID(ident.Contract)
	w.Must(w.People[workflow.Administrator], w.Engine.PrepareContract(workflow.PrepareContract{
		ID: contract, LAG: w.LAG, Proposal: proposal, Grant: 10_000_00, Synthetic: true,
	}))
	w.Walk(contract, "offer", "sign", "start")
	return contract
}

// Beside begins a matter about the subject, as the first of those would who may
// begin it. Data given here win over the prepared ones.
func (w *World) Beside(kind workflow.Kind, subject ident.ID, form string, data map[string]string) ident.ID {
	w.T.Helper()
	actor, a := w.Opening(kind, subject, form, data)
	r, err := w.Engine.OpenMatter(a)
	return w.MustMade(actor, r, err).Subject.ID
}

// Opening is the act of [World.Beside], with who would send it.
func (w *World) Opening(kind workflow.Kind, subject ident.ID, form string, data map[string]string) (workflow.Actor, workflow.OpenMatter) {
	w.T.Helper()
	s := w.Subject(subject)
	begins := w.Engine.Machines.Latest(kind).Begins()
	by := begins.By[0]
	a := workflow.OpenMatter{
		Kind: kind, LAG: w.LAG, Dossier: s.Dossier, Subject: subject, Form: form, OnBehalfOf: by.OnBehalfOf, Document: w.paper(s), Synthetic: true,
	}
	for _, d := range begins.Data {
		value, ok := data[d.Name]
		if !ok {
			value = map[string]string{"money": "4000.00", "date": string(w.Clock.Now().Day()), "text": "Nr. 1"}[d.Type]
		}
		a.Given = append(a.Given, workflow.Given{Name: d.Name, Value: value})
	}
	return w.ActorFor(by.Role, s), a
}

// facts are what guards would decide on now.
func (w *World) facts(s workflow.Subject) (facts *workflow.Facts) {
	w.T.Helper()
	err := w.Engine.Store.View(context.Background(), func(tx workflow.Tx) (err error) {
		facts, err = tx.Facts(s)
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return facts
}

// Decide adopts a decision of the board that lets the event be fired.
func (w *World) Decide(subject ident.ID, event workflow.EventName) ident.ID {
	id := w.ID(ident.Decision)
	r, err := w.Engine.RecordDecision(workflow.RecordDecision{
		ID: id, LAG: w.LAG, Meeting: w.Meeting, Subject: subject, Event: event, Adopted: true, For: 7,
		Reasons: "nutarta", Departs: w.Departs, AdoptedOn: w.Clock.Now().Day(), Document: w.Tally, Synthetic: true,
	})
	w.MustMade(w.People[workflow.Secretary], r, err)
	return id
}

// lose records a vote on the proposal by which nothing was adopted.
func (w *World) lose(subject ident.ID) ident.ID {
	id := w.ID(ident.Decision)
	r, err := w.Engine.RecordDecision(workflow.RecordDecision{
		ID: id, LAG: w.LAG, Meeting: w.Meeting, Subject: subject, Event: "decideFund", For: 2, Against: 5,
		Reasons: "nenutarta", AdoptedOn: w.Clock.Now().Day(), Document: w.Tally, Synthetic: true,
	})
	w.MustMade(w.People[workflow.Secretary], r, err)
	return id
}

// ActorFor is somebody who holds the role towards the subject.
func (w *World) ActorFor(r workflow.Role, s workflow.Subject) workflow.Actor {
	switch r {
	case workflow.Clock, workflow.Join:
		return workflow.SystemActor()
	case workflow.Evaluator:
		for _, a := range w.Evaluators {
			if a.Person == s.Assigned {
				return a
			}
		}
		if s.Assigned != "" { // somebody who came later
			return workflow.Actor{Person: s.Assigned, Grants: []workflow.Grant{{Role: r, LAG: s.LAG}}}
		}
		return w.Evaluators[0]
	case workflow.Applicant:
		for _, a := range w.ApplicantActors {
			if a.Organisation == s.Owner {
				return a
			}
		}
	default:
	}
	return w.People[r]
}

// Fire prepares and fires the event, confirming it where a second person is
// needed, and ends the test when it is refused.
func (w *World) Fire(subject ident.ID, event workflow.EventName, data map[string]string) workflow.Done {
	w.T.Helper()
	done, err := w.TryFire(subject, event, data)
	if err != nil {
		w.T.Fatalf("%s on %s: %v", event, subject, err)
	}
	return done
}

// TryFire is [World.Fire] that gives the refusal back.
func (w *World) TryFire(subject ident.ID, event workflow.EventName, data map[string]string) (workflow.Done, error) {
	w.T.Helper()
	actor, f := w.Prepared(subject, event, data)
	return w.Send(actor, f)
}

// Send fires and, where a second person is needed, confirms.
func (w *World) Send(actor workflow.Actor, f workflow.Fire) (workflow.Done, error) {
	done, err := w.Engine.Do(context.Background(), actor, f)
	if err != nil || done.Pending == nil {
		return done, err
	}
	return w.Engine.Do(context.Background(), w.Second(actor, f), workflow.Confirm{ID: done.Pending.ID})
}

// Second is who confirms what the actor sent: of what whoever presided signs the other of
// the two.
func (w *World) Second(actor workflow.Actor, f workflow.Fire) workflow.Actor {
	w.T.Helper()
	s := w.Subject(f.Subject)
	c, ok := w.Engine.Machines.Pinned(s.Definition).Lookup(s.State, f.Event)
	switch {
	case !ok || !c.Transition.Requires.Presider:
		return w.SecondAdministrator
	case actor.Person == w.People[workflow.Secretary].Person:
		return w.People[workflow.Chair]
	default:
		return w.People[workflow.Secretary]
	}
}

// Subject reads a subject as it stands.
func (w *World) Subject(id ident.ID) workflow.Subject {
	w.T.Helper()
	var s workflow.Subject
	err := w.Engine.Store.View(context.Background(), func(tx workflow.Tx) (err error) {
		s, err = tx.Lock(id, false)
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return s
}

// Walk fires the events one after the other.
func (w *World) Walk(subject ident.ID, events ...workflow.EventName) {
	w.T.Helper()
	for _, e := range events {
		w.Fire(subject, e, nil)
	}
}

// Check answers every item of the checklist of the proposal's call alike, for the reason; of a
// call without one it does nothing.
func (w *World) Check(proposal ident.ID, result terms.Result, reason string) {
	w.T.Helper()
	a := workflow.CheckProposal{LAG: w.LAG, Proposal: proposal}
	for _, item := range w.facts(w.Subject(proposal)).Call.Checklist {
		a.Answers = append(a.Answers, terms.Answer{Item: item.Code, Result: result, Reason: reason})
	}
	if len(a.Answers) > 0 {
		w.Must(w.People[workflow.Administrator], a.Record())
	}
}

// Eligible takes a submitted proposal through the checks before its quality is assessed.
func (w *World) Eligible(proposal ident.ID) {
	w.T.Helper()
	w.Walk(proposal, "register", "startAdminCheck")
	w.Check(proposal, terms.Met, "matyti iš bylos")
	w.Walk(proposal, "passAdmin", "passEligibility")
}

// Evaluate has both evaluators score the proposal alike, by which its scores are final.
func (w *World) Evaluate(proposal, call ident.ID, points rules.Score) {
	w.T.Helper()
	for _, ev := range w.Evaluators {
		w.Score(proposal, call, ev, points)
	}
}

// Score has the evaluator assigned and give the proposal the points by each criterion, or as many as
// it has.
func (w *World) Score(proposal, call ident.ID, evaluator workflow.Actor, points rules.Score) ident.ID {
	w.T.Helper()
	id := w.Assign(proposal, evaluator)
	w.Walk(id, "declareNoConflict")
	a := workflow.SubmitEvaluation{ID: id, LAG: w.LAG, Proposal: proposal, Comment: "įvertinta"}
	for _, c := range w.facts(w.Subject(call)).Call.Criteria {
		a.Scores = append(a.Scores, workflow.GivenScore{
			ID: w.ID(ident.Score), Criterion: c.ID, Points: min(points, rules.Score(c.Max)), Reason: "pagrįsta",
		})
	}
	w.Must(evaluator, w.Engine.SubmitEvaluation(a))
	return id
}

// Assign gives the proposal to the evaluator, who has not declared yet.
func (w *World) Assign(proposal ident.ID, evaluator workflow.Actor) ident.ID {
	w.T.Helper()
	id := w.ID(ident.Evaluation)
	w.Must(w.People[workflow.Administrator], w.Engine.AssignEvaluator(workflow.AssignEvaluator{
		ID: id, LAG: w.LAG, Proposal: proposal, Evaluator: evaluator.Person, Synthetic: true,
	}))
	return id
}

// OpenCall drafts a call and takes it to where it receives proposals.
func (w *World) OpenCall(budget rules.Money) ident.ID {
	call := w.Call(budget)
	w.Walk(call, "approve", "publish")
	w.Clock.Advance(2 * time.Hour)
	w.Fire(call, "open", nil)
	return call
}

// CloseCall lets the call's time run out and begins its evaluation.
func (w *World) CloseCall(call ident.ID) {
	w.T.Helper()
	w.Clock.Advance(31 * 24 * time.Hour)
	for _, e := range []workflow.EventName{"close", "startEvaluation"} {
		if slices.Contains(w.Events(call), e) {
			w.Fire(call, e, nil)
		}
	}
}

// ToBoard takes a submitted proposal to the board's agenda, once the list of
// received proposals is published.
func (w *World) ToBoard(proposal, call ident.ID, points rules.Score) {
	w.T.Helper()
	if !w.facts(w.Subject(call)).Call.ReceivedListPublished {
		w.Fire(call, "publishReceivedList", nil)
	}
	w.Eligible(proposal)
	w.Evaluate(proposal, call, points)
	w.Fire(proposal, "putToBoard", nil)
}

// OnAgenda is a call under evaluation with one proposal on the board's agenda.
func (w *World) OnAgenda() (call, proposal ident.ID) {
	call = w.OpenCall(50_000_00)
	proposal = w.Proposal(call, 0, 10_000_00)
	w.Fire(proposal, "submit", nil)
	w.CloseCall(call)
	w.ToBoard(proposal, call, 50_00)
	return call, proposal
}

// InQuality is a call under evaluation with one proposal whose quality is assessed.
func (w *World) InQuality(budget, grant rules.Money) (call, proposal ident.ID) {
	w.T.Helper()
	call = w.OpenCall(budget)
	proposal = w.Proposal(call, 0, grant)
	w.Fire(proposal, "submit", nil)
	w.CloseCall(call)
	w.Eligible(proposal)
	return call, proposal
}

// Events lists the events of the subject's present state.
func (w *World) Events(id ident.ID) []workflow.EventName {
	s := w.Subject(id)
	var out []workflow.EventName
	for _, c := range w.Engine.Machines.Pinned(s.Definition).EventsFrom(s.State) {
		out = append(out, c.Event)
	}
	return slices.Compact(out)
}
