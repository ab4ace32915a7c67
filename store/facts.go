package store

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/action"
	"github.com/atranka/atranka/ent/agendaitem"
	"github.com/atranka/atranka/ent/ballot"
	"github.com/atranka/atranka/ent/call"
	"github.com/atranka/atranka/ent/contract"
	"github.com/atranka/atranka/ent/criterion"
	"github.com/atranka/atranka/ent/decision"
	"github.com/atranka/atranka/ent/document"
	"github.com/atranka/atranka/ent/envelope"
	"github.com/atranka/atranka/ent/evaluation"
	"github.com/atranka/atranka/ent/frozenranking"
	"github.com/atranka/atranka/ent/fundingsource"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ent/incident"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/ent/movement"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/proposalversion"
	"github.com/atranka/atranka/ent/ruleset"
	"github.com/atranka/atranka/ent/score"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// Facts loads what the guards decide on.
func (t *tx) Facts(s workflow.Subject) (*workflow.Facts, error) {
	f := &workflow.Facts{Subject: s}
	a := t.anchors
	if t.found != s.ID {
		var err error
		if _, a, err = t.locate(s.ID); err != nil {
			return nil, err
		}
	}
	if s.Dossier.Prefix() == ident.Proposal {
		for _, load := range []func(*workflow.Facts, ident.ID) error{t.proposalFacts, t.contractFacts, t.mattersOfProposal} {
			if err := load(f, s.Dossier); err != nil {
				return nil, err
			}
		}
	}
	if a.call != "" {
		if err := t.callFacts(f, a.call); err != nil {
			return nil, fmt.Errorf("facts of call: %w", err)
		}
	}
	if s.Dossier.Prefix() == ident.Meeting {
		if err := t.meetingFacts(f, s.Dossier); err != nil {
			return nil, err
		}
		if s.Kind != "agenda_item" { // which has nothing to do with the minutes
			if err := t.matterFacts(f, matter.MeetingID(s.Dossier)); err != nil {
				return nil, err
			}
		}
	}
	if s.Kind == "agenda_item" {
		if err := t.itemFacts(f, s.ID); err != nil {
			return nil, err
		}
	}
	if err := t.incidentFacts(f, s.ID); err != nil {
		return nil, err
	}
	return f, t.decisionFacts(f, s)
}

// incidentFacts are the incidents that stand open on the case.
func (t *tx) incidentFacts(f *workflow.Facts, id ident.ID) error {
	rows, err := t.ent.Incident.Query().Where(incident.SubjectID(id), incident.ResolvedAtIsNil()).Order(ent.Asc(incident.FieldID)).All(t.ctx)
	for _, r := range rows {
		f.Incidents = append(f.Incidents, workflow.IncidentFacts{ID: r.ID, Event: workflow.EventName(r.Event)})
	}
	return err
}

// Row reads a row in the form in which a body holds it.
func (t *tx) Row(typeName string, id ident.ID) (map[string]any, error) {
	spec, ok := ent.Columns[typeName]
	if !ok {
		return nil, fmt.Errorf("the schema has no type %q", typeName)
	}
	names, values, into := make([]string, len(spec.Columns)), make([]any, len(spec.Columns)), make([]any, len(spec.Columns))
	for i, c := range spec.Columns {
		names[i], into[i] = c.Name, &values[i]
	}
	err := t.row(t.build().Select(names...).From(entsql.Table(spec.Table)).Where(entsql.EQ("id", string(id)))).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, missing(id)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", id, err)
	}
	row := make(map[string]any, len(values))
	for i, c := range spec.Columns {
		if row[field(c.Name)], err = t.stored(c.Type, values[i]); err != nil {
			return nil, fmt.Errorf("read %s of %s: %w", c.Name, id, err)
		}
	}
	return row, nil
}

func (t *tx) decisionFacts(f *workflow.Facts, s workflow.Subject) error {
	rows, err := t.ent.Decision.Query().Where(decision.SubjectID(s.ID)).WithMeeting().Order(ent.Asc(decision.FieldID)).All(t.ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	// What made the decision: its record, or the last step of the item that was voted on.
	madeBy := func(d *ent.Decision) ident.ID { return cmp.Or(d.ItemID, d.ID) }
	ids := make([]ident.ID, len(rows))
	for i, d := range rows {
		ids[i] = madeBy(d)
	}
	entries, err := t.ent.HistoryEntry.Query().
		Where(historyentry.SubjectIDIn(ids...), historyentry.KindIn("decision.record", "transition")).Order(ent.Asc(historyentry.FieldDossierID, historyentry.FieldN)).All(t.ctx)
	if err != nil {
		return err
	}
	by := map[ident.ID]ident.ID{}
	for _, e := range entries {
		by[e.SubjectID] = e.ActorID
	}
	spent, err := t.spent(s.Dossier)
	if err != nil {
		return err
	}
	moved := 0 // the version to which a decision last took the case
	for _, d := range rows {
		moved = max(moved, spent[d.ID])
	}
	for _, d := range rows {
		f.Decisions = append(f.Decisions, workflow.DecisionFacts{
			ID: d.ID, Event: workflow.EventName(d.Event), Adopted: d.Outcome == "ADOPTED", AdoptedOn: d.AdoptedOn,
			General: d.Edges.Meeting.Body == workflow.General,
			Departs: d.Departs && strings.TrimSpace(d.Reasons) != "", RecordedBy: by[madeBy(d)], Spent: spent[d.ID] > 0, Overtaken: d.SubjectVersion != nil && *d.SubjectVersion < moved,
		})
	}
	return nil
}

// spent are the decisions that entries of the dossier carry out already, each
// with the version that the case then came to.
func (t *tx) spent(dossier ident.ID) (map[ident.ID]int, error) {
	e, b := entsql.Table("history_entries").As("e"), entsql.Table("history_bodies").As("b")
	query, args := t.build().Select(b.C("body")).From(e).Join(b).On(e.C("id"), b.C("id")).Where(entsql.And(
		entsql.EQ(e.C("dossier_id"), string(dossier)), entsql.EQ(e.C("kind"), "transition"),
		entsql.Contains(b.C("body"), `"decision":"dec_`))).Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	spent := map[ident.ID]int{}
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		body, err := workflow.DecodeBody([]byte(text))
		if err != nil {
			return nil, err
		}
		spent[body.Decision] = body.VersionAfter()
	}
	return spent, rows.Err()
}

// Told is the subject as the last step into one of the states that are taken for
// the one left it.
func (t *tx) Told(s workflow.Subject, as workflow.StateName) (workflow.Subject, error) {
	e, b := entsql.Table("history_entries").As("e"), entsql.Table("history_bodies").As("b")
	into, within := workflow.Arriving(t.machines.TakenFor(s.Kind, as))
	var text string
	err := t.row(t.build().Select(b.C("body"), e.C("recorded_at")).From(e).Join(b).On(e.C("id"), b.C("id")).Where(entsql.And(
		entsql.EQ(e.C("dossier_id"), string(s.Dossier)), entsql.EQ(e.C("subject_id"), string(s.ID)), entsql.EQ(e.C("kind"), "transition"),
		saying(b.C("body"), into), entsql.Not(saying(b.C("body"), within)))).OrderBy(entsql.Desc(e.C("n"))).Limit(1)).Scan(&text, &s.Since)
	if err != nil {
		return s, fmt.Errorf("when %s came to be known as %s: %w", s.ID, as, err)
	}
	body, err := workflow.DecodeBody([]byte(text))
	s.State, s.Version = as, body.VersionAfter()
	return s, err
}

// Left says whether the person has left for an item about the subject.
func (t *tx) Left(subject, person ident.ID) (bool, error) {
	return t.ent.Ballot.Query().Where(
		ballot.PersonID(person), ballot.Vote(string(workflow.Recused)), ballot.HasItemWith(agendaitem.SubjectID(subject)),
	).Exist(t.ctx)
}

// saying holds for bodies, in the column, that hold one of the texts.
func saying(column string, texts []string) *entsql.Predicate {
	all := make([]*entsql.Predicate, len(texts))
	for i, x := range texts {
		all[i] = entsql.Contains(column, x)
	}
	return entsql.Or(all...)
}

func (t *tx) proposalFacts(f *workflow.Facts, id ident.ID) error {
	p, err := t.ent.Proposal.Query().Where(proposal.ID(id)).
		WithAction().WithApplicant().WithBudgetLines().WithFunding().WithVersions().
		WithEvaluations(func(q *ent.EvaluationQuery) {
			q.Order(ent.Asc(evaluation.FieldID)).WithScores(func(q *ent.ScoreQuery) { q.Order(ent.Asc(score.FieldID)).WithCriterion() })
		}).Only(t.ctx)
	if err != nil {
		return fmt.Errorf("facts of proposal: %w", err)
	}
	if f.Held, err = t.held(p); err != nil {
		return fmt.Errorf("money held for proposal: %w", err)
	}
	began, err := t.ent.HistoryEntry.Query().Where(historyentry.DossierID(id), historyentry.N(1)).Only(t.ctx)
	if err != nil {
		return fmt.Errorf("who began proposal: %w", err)
	}
	f.Proposal = &workflow.ProposalFacts{
		State: workflow.StateName(p.State), Definition: p.Definition,
		ID: p.ID, ActionID: p.ActionID, Applicant: p.ApplicantID, Title: p.Title,
		ActionCode: p.Edges.Action.Code, ActionKinds: p.Edges.Action.ActivityKinds,
		LegalCode: p.Edges.Applicant.LegalCode, LegalForm: p.Edges.Applicant.LegalForm,
		GrantRequested: p.GrantRequested, EligibleTotal: p.EligibleTotal,
		GrantAwarded: p.GrantAwarded, GrantApplied: p.GrantApplied,
		ReceivedAt: p.ReceivedAt, SubmittedAt: p.SubmittedAt,
		ActivityKinds: p.ActivityKinds, PlaceTerritory: p.PlaceTerritory, SeatTerritory: p.SeatTerritory, FinalScore: p.FinalScore,
		NotAdopted: orNothing(p.NotAdopted), OfficeDraft: began.Role == string(workflow.Administrator),
		Participants: p.Participants, ParticipantsBasis: p.ParticipantsBasis,
		ContentHash: p.ContentHash, Versions: len(p.Edges.Versions), Content: contentOf(p), Checks: p.Checks,
	}
	for _, b := range p.Edges.BudgetLines {
		f.Proposal.Budget = append(f.Proposal.Budget, b.Amount)
	}
	for _, part := range p.Edges.Funding {
		f.Proposal.Funding = append(f.Proposal.Funding, workflow.FundingFacts{Source: part.SourceKind, Amount: part.Amount})
	}
	f.Proposal.Evaluations, f.Proposal.Round = t.evaluationsOf(p), roundOf(p)
	return nil
}

// roundOf is the round of evaluation that the proposal is in, from 1.
func roundOf(p *ent.Proposal) int { return max(orNothing(p.EvaluationRound), 1) }

// contractFacts leave the contract out where there is none.
func (t *tx) contractFacts(f *workflow.Facts, proposal ident.ID) error {
	row, err := t.ent.Contract.Query().Where(contract.ProposalID(proposal)).Only(t.ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("facts of contract: %w", err)
	}
	f.Contract = &workflow.ContractFacts{Grant: row.Grant, State: *t.machines.State(row.Definition, workflow.StateName(row.State))}
	return nil
}

func (t *tx) mattersOfProposal(f *workflow.Facts, id ident.ID) error {
	return t.matterFacts(f, matter.ProposalID(id))
}

// matterFacts are of all that runs beside the case.
func (t *tx) matterFacts(f *workflow.Facts, of predicate.Matter) error {
	rows, err := t.ent.Matter.Query().Where(of).Order(ent.Asc(matter.FieldID)).All(t.ctx)
	if err != nil {
		return fmt.Errorf("facts of matters: %w", err)
	}
	for _, m := range rows {
		facts := workflow.MatterFacts{
			ID: m.ID, Subject: m.SubjectID, Kind: workflow.Kind(m.Kind), Form: m.Form, Amount: orNothing(m.Amount), Accepted: orNothing(m.Accepted),
			DueOn: orNothing(m.DueOn), State: *t.machines.State(m.Definition, workflow.StateName(m.State)),
			Content: m.Content, Hash: m.Hash,
		}
		f.Synthetic = f.Synthetic || (m.ID == f.Subject.ID && m.Synthetic)
		if m.ID == f.Subject.ID {
			f.Matter = &facts
			continue
		}
		f.Matters = append(f.Matters, facts)
	}
	return nil
}

// orNothing is the value, or the zero of its type where there is none.
func orNothing[T any](v *T) (value T) {
	if v != nil {
		value = *v
	}
	return value
}

func (t *tx) evaluationsOf(p *ent.Proposal) []workflow.EvaluationFacts {
	out := make([]workflow.EvaluationFacts, len(p.Edges.Evaluations))
	for i, e := range p.Edges.Evaluations {
		out[i] = t.evaluationOf(e)
		for _, sc := range e.Edges.Scores {
			out[i].Scores = append(out[i].Scores, sc.ID)
			out[i].Points[sc.Edges.Criterion.Code] = sc.Points
		}
	}
	return out
}

// evaluationOf is the evaluation without its scores.
func (t *tx) evaluationOf(e *ent.Evaluation) workflow.EvaluationFacts {
	return workflow.EvaluationFacts{
		ID: e.ID, Evaluator: e.EvaluatorID, State: *t.machines.State(e.Definition, workflow.StateName(e.State)), Definition: e.Definition, Round: e.Round,
		Declared: e.DeclaredAt != nil, Submitted: e.SubmittedAt != nil, Points: map[string]int64{},
	}
}

// contentOf is the draft's content as changes that would make it, in a fixed
// order, so that one content has one hash.
// Filed is the content of the proposal's last version, each value as [contentOf] gives it.
func (t *tx) Filed(proposal ident.ID) ([]workflow.Change, error) {
	v, err := t.ent.ProposalVersion.Query().Where(proposalversion.ProposalID(proposal)).Order(ent.Desc(proposalversion.FieldOrdinal)).First(t.ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var records []workflow.ChangeRecord
	if err := json.Unmarshal([]byte(v.Content), &records); err != nil {
		return nil, fmt.Errorf("version %d of %s: %w", v.Ordinal, proposal, err)
	}
	out := make([]workflow.Change, len(records))
	for i, r := range records {
		out[i] = workflow.Change{Type: r.Type, ID: r.ID, Create: r.Create, Set: make(workflow.Values, len(r.Set))}
		for field, value := range r.Set {
			if out[i].Set[field], err = recorded(r.Type, column(field), value); err != nil {
				return nil, fmt.Errorf("version %d of %s: %s.%s: %w", v.Ordinal, proposal, r.Type, field, err)
			}
		}
	}
	return out, nil
}

func contentOf(p *ent.Proposal) []workflow.Change {
	out := []workflow.Change{{
		Type: "Proposal", ID: p.ID, Kept: true,
		Set: workflow.Values{
			"title": p.Title, "grantRequested": p.GrantRequested, "eligibleTotal": p.EligibleTotal,
			"ownProject": p.OwnProject, "activityKinds": orEmpty(p.ActivityKinds),
			"place": nullable(p.Place), "placeTerritory": nullable(p.PlaceTerritory), "seatTerritory": nullable(p.SeatTerritory),
			"participants": orNull(p.Participants), "participantsBasis": nullable(p.ParticipantsBasis),
		},
	}}
	lines := slices.Clone(p.Edges.BudgetLines)
	slices.SortFunc(lines, func(a, b *ent.BudgetLine) int { return a.Ordinal - b.Ordinal })
	for _, b := range lines {
		out = append(out, workflow.Change{
			Type: "BudgetLine", ID: b.ID, Create: true, Kept: true,
			Set: workflow.Values{
				"lagId": b.LagID, "proposalId": b.ProposalID, "ordinal": b.Ordinal, "category": b.Category,
				"costMethod": b.CostMethod, "amount": b.Amount, "unitCost": nullable(b.UnitCost), "quantity": orNull(b.Quantity),
				"rate": orNull(b.Rate), "synthetic": b.Synthetic,
			},
		})
	}
	funding := slices.Clone(p.Edges.Funding)
	slices.SortFunc(funding, func(a, b *ent.ProposalFunding) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	for _, x := range funding {
		out = append(out, workflow.Change{
			Type: "ProposalFunding", ID: x.ID, Create: true, Kept: true,
			Set: workflow.Values{
				"lagId": x.LagID, "proposalId": x.ProposalID, "sourceKind": x.SourceKind, "amount": x.Amount,
				"synthetic": x.Synthetic,
			},
		})
	}
	return out
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// orNull is the value, or null where there is none.
func orNull[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (t *tx) callFacts(f *workflow.Facts, id ident.ID) error {
	c, err := t.ent.Call.Query().Where(call.ID(id)).WithMeasure().
		WithCriteria(func(q *ent.CriterionQuery) { q.Order(ent.Asc(criterion.FieldOrdinal)) }).
		WithAllocations(func(q *ent.CallAllocationQuery) { q.WithAction() }).Only(t.ctx)
	if err != nil {
		return err
	}
	state := t.machines.State(c.Definition, workflow.StateName(c.State))
	f.Call = &workflow.CallFacts{
		ID: c.ID, Commits: state.Commits, Phase: state.Phase, ReceivedListPublished: c.ReceivedListPublished,
		Budget: c.Budget, MinGrant: c.MinGrant, MaxGrant: c.MaxGrant,
		IntensityCap: rules.BasisPoints(c.IntensityCap), MinScore: c.MinScore,
		OpensAt: c.OpensAt, ClosesAt: c.ClosesAt, EligibleForms: c.EligibleForms, TieBreakers: c.TieBreakers,
		Aggregation: rules.Aggregation(c.Aggregation),
		SkipAndFit:  c.SkipAndFit, SelectionMode: c.Edges.Measure.SelectionMode, UnitCosts: c.UnitCosts,
		Checklist: c.Checklist, Pool: c.Pool,
	}
	for _, k := range c.Edges.Criteria {
		f.Call.Criteria = append(f.Call.Criteria, workflow.CriterionFacts{
			ID: k.ID, Code: k.Code, PassFail: k.Kind == "PASS_FAIL", Max: k.MaxPoints, Min: k.MinPoints, Weight: k.Weight,
		})
	}
	for _, load := range []func(*workflow.Facts, *ent.Call) error{t.envelopeFacts, t.ownFacts, t.strategyFacts, t.parameterFacts} {
		if err := load(f, c); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) actionsOf(call ident.ID) ([]ident.ID, error) {
	return t.ids(`SELECT action_id FROM call_allocations WHERE call_id = `+t.placeholder(1), []any{string(call)})
}

// envelopeFacts reads the call's envelope and those of its actions in one
// statement.
func (t *tx) envelopeFacts(f *workflow.Facts, c *ent.Call) error {
	ids := []ident.ID{c.ID}
	for _, a := range c.Edges.Allocations {
		ids = append(ids, a.ActionID)
	}
	rows, err := t.ent.Envelope.Query().Where(envelope.SubjectIDIn(ids...)).All(t.ctx)
	if err != nil {
		return err
	}
	bySubject := map[ident.ID]*ent.Envelope{}
	for _, e := range rows {
		bySubject[e.SubjectID] = e
	}
	if own := bySubject[c.ID]; own != nil {
		f.Call.Envelope, f.Call.Reserved = own.ID, own.Reserved
	}
	for _, a := range c.Edges.Allocations {
		af := workflow.AllocationFacts{Action: a.ActionID, ActionCode: a.Edges.Action.Code, Amount: a.Amount}
		if e := bySubject[a.ActionID]; e != nil {
			af.Envelope, af.Allocation, af.Reserved = e.ID, e.Amount, e.Reserved
		}
		f.Call.Allocations = append(f.Call.Allocations, af)
	}
	slices.SortFunc(f.Call.Allocations, func(a, b workflow.AllocationFacts) int {
		if a.Action < b.Action {
			return -1
		}
		return 1
	})
	return nil
}

// ownFacts are what a call's own events ask of its proposals, counted by the
// database.
func (t *tx) ownFacts(f *workflow.Facts, c *ent.Call) error {
	if f.Subject.Kind != "call" {
		return nil
	}
	initial := t.machines.Latest("proposal").Initial() // of every version
	p := entsql.Table(proposal.Table)
	counted := t.build().Select(entsql.Count("*")).From(p).Where(entsql.And(
		entsql.EQ("call_id", string(c.ID)), entsql.NotIn("state", t.states("proposal", func(s workflow.State) bool {
			return s.Name == initial || (s.Terminal && !s.HoldsMoney)
		})...)))
	if err := t.row(counted).Scan(&f.Call.Proposals); err != nil {
		return err
	}
	k := entsql.Table(contract.Table).As("k")
	q := entsql.Table(proposal.Table).As("q")
	signed := t.build().Select(entsql.Count("*")).From(k).Join(q).On(k.C("proposal_id"), q.C("id")).
		Where(entsql.And(entsql.EQ(q.C("call_id"), string(c.ID)), entsql.In(k.C("state"), t.states("contract", concluded)...)))
	if err := t.row(signed).Scan(&f.Call.SignedContracts); err != nil {
		return err
	}
	return t.liveGrants(f, c)
}

// held is what the ledger of the call's envelope reserves for the proposal.
func (t *tx) held(p *ent.Proposal) (rules.Money, error) {
	m, e := entsql.Table(movement.Table).As("m"), entsql.Table(envelope.Table).As("e")
	var sum sql.NullInt64
	err := t.row(t.build().Select(entsql.Sum(m.C("amount"))).From(m).Join(e).On(e.C("id"), m.C("envelope_id")).
		Where(entsql.And(entsql.EQ(m.C("for_id"), string(p.ID)), entsql.EQ(e.C("subject_id"), string(p.CallID))))).Scan(&sum)
	return rules.Money(sum.Int64), err
}

// liveGrants are what the call's envelope holds for proposals, by action.
func (t *tx) liveGrants(f *workflow.Facts, c *ent.Call) error {
	m, e, p := entsql.Table(movement.Table).As("m"), entsql.Table(envelope.Table).As("e"), entsql.Table(proposal.Table).As("p")
	query, args := t.build().Select(p.C("action_id"), entsql.Sum(m.C("amount"))).
		From(m).Join(e).On(e.C("id"), m.C("envelope_id")).Join(p).On(p.C("id"), m.C("for_id")).
		Where(entsql.EQ(e.C("subject_id"), string(c.ID))).GroupBy(p.C("action_id")).Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	live := map[ident.ID]rules.Money{}
	for rows.Next() {
		var action ident.ID
		var sum int64
		if err := rows.Scan(&action, &sum); err != nil {
			return err
		}
		live[action] = rules.Money(sum)
	}
	for i := range f.Call.Allocations {
		f.Call.Allocations[i].LiveGrants = live[f.Call.Allocations[i].Action]
	}
	return rows.Err()
}

// concluded holds for a contract that was signed, whatever became of it since.
// The day of signature may not be on record.
func concluded(s workflow.State) bool {
	return s.Phase != workflow.PhaseContract || s.Outcome == workflow.OutcomePositive
}

// states are the names of the kind's states that have a trait.
func (t *tx) states(k workflow.Kind, has func(workflow.State) bool) []any {
	var out []any
	for _, s := range t.machines.States(k) {
		if has(s) {
			out = append(out, string(s.Name))
		}
	}
	return out
}

// Competition is what the call's ranking is made of.
func (t *tx) Competition(id ident.ID) (out workflow.Competition, err error) {
	frozen, err := t.ent.FrozenRanking.Query().Where(frozenranking.CallID(id)).
		Order(ent.Desc(frozenranking.FieldOrdinal)).Select(frozenranking.FieldOrdinal, frozenranking.FieldLots).Limit(1).All(t.ctx)
	if err != nil {
		return out, err
	}
	var lots []string
	for _, last := range frozen {
		out.Frozen, lots = last.Ordinal, last.Lots
	}
	rows, err := t.ent.Proposal.Query().
		Where(proposal.CallID(id), proposal.FinalScoreNotNil(), proposal.SubmittedAtNotNil()).Order(ent.Asc(proposal.FieldID)).
		WithEvaluations(func(q *ent.EvaluationQuery) {
			q.Order(ent.Asc(evaluation.FieldID)).WithScores(func(q *ent.ScoreQuery) { q.Order(ent.Asc(score.FieldID)).WithCriterion() })
		}).
		All(t.ctx)
	if err != nil {
		return out, err
	}
	for _, p := range rows {
		s := t.machines.State(p.Definition, workflow.StateName(p.State))
		if competes := ranked(s); competes || assessed(*s) {
			facts := t.rankedFacts(p)
			facts.Holds, facts.NotYet, facts.Lot = s.HoldsMoney, !competes, slices.Index(lots, string(p.ID))+1
			facts.Waits, facts.Ahead = t.machines.AwaitsMoney(p.Definition, workflow.StateName(p.State))
			out.Ranking = append(out.Ranking, facts)
		}
	}
	counted := t.build().Select(entsql.Count("*")).From(entsql.Table(proposal.Table)).Where(entsql.And(
		entsql.EQ(proposal.FieldCallID, string(id)), entsql.IsNull(proposal.FieldFinalScore), entsql.NotNull(proposal.FieldSubmittedAt),
		entsql.In(proposal.FieldState, t.states("proposal", assessed)...)))
	return out, t.row(counted).Scan(&out.Unscored)
}

// Assigned are the call's proposals that evaluators are assigned to.
func (t *tx) Assigned(call ident.ID) ([]workflow.Assigned, error) {
	under := t.states("proposal", workflow.State.UnderEvaluation)
	rows, err := t.ent.Proposal.Query().
		Where(proposal.CallID(call), proposal.FinalScoreIsNil(), func(s *entsql.Selector) { s.Where(entsql.In(s.C(proposal.FieldState), under...)) }).
		Select(proposal.FieldID, proposal.FieldActionID, proposal.FieldApplicantID, proposal.FieldEvaluationRound).Order(ent.Asc(proposal.FieldID)).
		WithEvaluations(func(q *ent.EvaluationQuery) { q.Order(ent.Asc(evaluation.FieldEvaluatorID, evaluation.FieldID)) }).
		All(t.ctx)
	out := make([]workflow.Assigned, len(rows))
	for i, p := range rows {
		out[i] = workflow.Assigned{Proposal: p.ID, Action: p.ActionID, Applicant: p.ApplicantID, Gone: map[ident.ID]workflow.StateName{}}
		for _, e := range p.Edges.Evaluations {
			switch facts := t.evaluationOf(e); {
			case facts.State.Withheld || (facts.Gone() && e.Round == roundOf(p)):
				out[i].Gone[e.EvaluatorID] = facts.State.Name
			case e.Round == roundOf(p):
				out[i].Evaluators = append(out[i].Evaluators, e.EvaluatorID)
			}
		}
	}
	return out, err
}

// Taken are the proposals of the call that each evaluator has been given and that were not
// taken from them since. What its applicant took back takes no room.
func (t *tx) Taken(call ident.ID) (map[ident.ID][]ident.ID, error) {
	back := t.states("proposal", func(s workflow.State) bool { return s.Phase == workflow.PhaseSubmission && s.Terminal })
	stands := func(s *entsql.Selector) { s.Where(entsql.NotIn(s.C(proposal.FieldState), back...)) }
	rows, err := t.ent.Evaluation.Query().Where(evaluation.HasProposalWith(proposal.CallID(call), stands)).Order(ent.Asc(evaluation.FieldProposalID)).All(t.ctx)
	out := map[ident.ID][]ident.ID{}
	for _, e := range rows {
		if !t.evaluationOf(e).Gone() && !slices.Contains(out[e.EvaluatorID], e.ProposalID) {
			out[e.EvaluatorID] = append(out[e.EvaluatorID], e.ProposalID)
		}
	}
	return out, err
}

// assessed holds for proposals whose score is still to come.
func assessed(s workflow.State) bool {
	return (s.Phase == workflow.PhaseSubmission || s.Phase == workflow.PhaseEvaluation) && !s.Settled()
}

// ranked holds for proposals that compete for the call's money: those that
// hold some of it and those that the board has yet to decide on.
func ranked(s *workflow.State) bool {
	return s.HoldsMoney || (s.Phase == workflow.PhaseSelection && s.Outcome == workflow.OutcomeNone && !s.Final && !s.Terminal)
}

func grantOf(p *ent.Proposal) rules.Money {
	if p.GrantAwarded != nil {
		return *p.GrantAwarded
	}
	return p.GrantRequested
}

func (t *tx) rankedFacts(p *ent.Proposal) workflow.RankedFacts {
	return workflow.RankedFacts{
		Proposal: p.ID, Score: *p.FinalScore, SubmittedAt: *p.SubmittedAt, Grant: grantOf(p),
		Evaluations: (&workflow.ProposalFacts{Evaluations: t.evaluationsOf(p), Round: roundOf(p)}).Counting(),
	}
}

// strategyFacts are the third level of R-19.
func (t *tx) strategyFacts(f *workflow.Facts, c *ent.Call) error {
	var total, allocated struct{ Sum *int64 }
	sum := func(query *entsql.Selector, into *struct{ Sum *int64 }) error { return t.row(query).Scan(&into.Sum) }
	err := errors.Join(
		sum(t.build().Select(entsql.Sum("amount")).From(entsql.Table(fundingsource.Table)).
			Where(entsql.EQ("strategy_id", string(c.StrategyID))), &total),
		sum(t.build().Select(entsql.Sum("allocation")).From(entsql.Table(action.Table)).
			Where(entsql.EQ("strategy_id", string(c.StrategyID))), &allocated),
	)
	if total.Sum != nil {
		f.Call.StrategyTotal = rules.Money(*total.Sum)
	}
	if allocated.Sum != nil {
		f.Call.StrategyAllocated = rules.Money(*allocated.Sum)
	}
	return err
}

// RuleSets are those of the group and those that all share.
func (t *tx) RuleSets(lag ident.ID) ([]workflow.RuleSetFacts, error) {
	return t.ruleSets(ruleset.Or(ruleset.LagIDIsNil(), ruleset.LagID(lag)))
}

func (t *tx) ruleSets(of predicate.RuleSet) ([]workflow.RuleSetFacts, error) {
	rows, err := t.ent.RuleSet.Query().Where(of).Order(ent.Asc(ruleset.FieldID)).All(t.ctx)
	if err != nil {
		return nil, err
	}
	out := make([]workflow.RuleSetFacts, len(rows))
	for i, r := range rows {
		out[i] = workflow.RuleSetFacts{LAG: r.LagID, Layer: rules.Layer(r.Layer), Version: r.Version}
		if err := json.Unmarshal([]byte(r.Parameters), &out[i].Parameters); err != nil {
			return nil, fmt.Errorf("rule set %s: %w", r.ID, err)
		}
	}
	return out, nil
}

// parameterFacts resolve the call's parameters by the day that governs each.
func (t *tx) parameterFacts(f *workflow.Facts, c *ent.Call) error {
	opens := c.OpensAt.Day()
	set, err := t.parameters(f, c.LagID, opens)
	if err != nil {
		return err
	}
	f.Call.ExtensionDays, f.Call.LostVotes = workflow.DefaultExtensionDays, workflow.DefaultLostVotes
	for name, take := range map[string]func(rules.Resolved) error{
		rules.DivergenceLimit: func(p rules.Resolved) (err error) { f.Call.DivergenceLimit, err = p.Rate(); return err },
		rules.LostVotes:       func(p rules.Resolved) (err error) { f.Call.LostVotes, err = p.Count(); return err },
		rules.ExtensionDays:   func(p rules.Resolved) (err error) { f.Call.ExtensionDays, err = p.Count(); return err },
	} {
		unverified, err := resolved(set, name, governing(name, opens), take)
		if err != nil {
			return err
		}
		f.Call.Unverified = append(f.Call.Unverified, unverified...)
	}
	return nil
}

// parameters are those of the rule sets of the group, and of those that all share, that
// began by the day; the facts name them.
func (t *tx) parameters(f *workflow.Facts, lag ident.ID, on clock.Date) (rules.RuleSet, error) {
	sets, err := t.ruleSets(ruleset.And(ruleset.Or(ruleset.LagIDIsNil(), ruleset.LagID(lag)), ruleset.EffectiveFromLTE(on)))
	if err != nil {
		return rules.RuleSet{}, err
	}
	var all []rules.Parameter
	for _, s := range sets {
		all = append(all, s.Parameters...)
		f.RuleSets = append(f.RuleSets, string(s.Layer)+"@"+s.Version)
	}
	slices.Sort(f.RuleSets)
	f.RuleSets = slices.Compact(f.RuleSets)
	return rules.NewRuleSet(all...)
}

// governing is the day by which the parameter is chosen, of the days that a call
// has; those that go by the act come with it.
func governing(name string, opens clock.Date) clock.Date {
	if n, _ := rules.ParameterNamed(name); n.By == rules.ByCall {
		return opens
	}
	return ""
}

// FirstDecision is the earliest day on which the meeting adopted a decision.
func (t *tx) FirstDecision(meeting ident.ID) (clock.Date, error) {
	d, err := t.ent.Decision.Query().Where(decision.MeetingID(meeting)).Order(ent.Asc(decision.FieldAdoptedOn)).First(t.ctx)
	if ent.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return d.AdoptedOn, nil
}

// Documents are those of ids that are on record in the group, each with the
// record that it is about.
func (t *tx) Documents(lag ident.ID, ids []ident.ID) (map[ident.ID]ident.ID, error) {
	rows, err := t.ent.Document.Query().Where(document.LagID(lag), document.IDIn(ids...)).All(t.ctx)
	about := make(map[ident.ID]ident.ID, len(rows))
	for _, d := range rows {
		about[d.ID] = d.SubjectID
	}
	return about, err
}

// Joined are the subjects that a joined event reaches, ids ascending.
func (t *tx) Joined(s workflow.Subject, kind workflow.Kind) ([]ident.ID, error) {
	switch {
	case s.Kind == "call" && kind == "proposal":
		return t.ent.Proposal.Query().Where(proposal.CallID(s.ID)).Order(ent.Asc(proposal.FieldID)).IDs(t.ctx)
	case s.Kind == "minutes" && kind == "minutes":
		return t.ent.Matter.Query().Where(matter.MeetingID(s.Dossier), matter.Kind(string(kind)), matter.IDNEQ(s.ID)).Order(ent.Asc(matter.FieldID)).IDs(t.ctx)
	case s.Kind.Matter():
		return t.concerned(s.ID, kind)
	case s.Kind.Inner() && kind == "proposal":
		return []ident.ID{s.Dossier}, nil
	case s.Kind == "evaluation" && kind == "evaluation":
		return t.ofTheRound(s)
	case s.Kind == "proposal" && kind == "contract":
		return t.ent.Contract.Query().Where(contract.ProposalID(s.ID)).Order(ent.Asc(contract.FieldID)).IDs(t.ctx)
	case s.Kind == "meeting" && kind == "agenda_item":
		return t.ent.AgendaItem.Query().Where(agendaitem.MeetingID(s.ID)).Order(ent.Asc(agendaitem.FieldID)).IDs(t.ctx)
	default:
		return nil, fmt.Errorf("no join from %s to %s", s.Kind, kind)
	}
}

// ofTheRound are the evaluations of the round that the case is in.
func (t *tx) ofTheRound(s workflow.Subject) ([]ident.ID, error) {
	p, err := t.ent.Proposal.Get(t.ctx, s.Dossier)
	if err != nil {
		return nil, err
	}
	return t.ent.Evaluation.Query().Where(evaluation.ProposalID(p.ID), evaluation.Round(roundOf(p))).Order(ent.Asc(evaluation.FieldID)).IDs(t.ctx)
}

// concerned is what the matter is about, where that is of the kind: an
// irregularity may be about a claim or about the contract, an appeal about the proposal or
// about what is beside it, and takes along only what it is about.
func (t *tx) concerned(id ident.ID, kind workflow.Kind) ([]ident.ID, error) {
	row, err := t.ent.Matter.Get(t.ctx, id)
	if err != nil {
		return nil, err
	}
	if about, _ := workflow.KindOf(row.SubjectID); about != kind {
		return nil, nil
	}
	return []ident.ID{row.SubjectID}, nil
}

// Holders are the persons who hold one of the roles towards the subject.
func (t *tx) Holders(s workflow.Subject, roles []workflow.Role, on clock.Date) ([]workflow.Holder, error) {
	names := make([]any, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	g, p := entsql.Table("role_grants").As("g"), entsql.Table("persons").As("p")
	q := t.build().Select(g.C("person_id"), g.C("role")).Distinct().From(g).
		Join(p).On(p.C("id"), g.C("person_id")).
		Where(entsql.And(
			entsql.In(g.C("role"), names...),
			entsql.Or(entsql.IsNull(g.C("lag_id")), entsql.EQ(g.C("lag_id"), string(s.LAG))),
			entsql.LTE(g.C("since"), string(on)),
			entsql.Or(entsql.IsNull(g.C("until")), entsql.GTE(g.C("until"), string(on))),
			entsql.Or(entsql.NEQ(g.C("role"), string(workflow.Applicant)), entsql.EQ(p.C("organisation_id"), string(s.Owner))),
		)).OrderBy(g.C("role"), g.C("person_id"))
	if s.Assigned != "" {
		q.Where(entsql.Or(entsql.NEQ(g.C("role"), string(workflow.Evaluator)), entsql.EQ(g.C("person_id"), string(s.Assigned))))
	}
	query, args := q.Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []workflow.Holder
	for rows.Next() {
		var h workflow.Holder
		if err := rows.Scan(&h.Person, &h.Role); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
}
