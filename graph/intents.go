package graph

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/organisation"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
)

// This file makes the engine's records of what the API is sent: it checks what
// is referred to and gives fresh ids. Whether an act may be done is the
// engine's to say.

func (r *Resolver) id(p ident.Prefix) ident.ID { return r.engine.IDs.New(p) }

// sourced marks what a simulated store is sent: it is a fact about nobody.
func (r *Resolver) sourced() workflow.Sourced { return workflow.Sourced{Synthetic: r.engine.Simulated} }

// registerOrganisation points to whom a code belongs already; that it belongs
// to one alone is the database's to hold.
func (r *Resolver) registerOrganisation(ctx context.Context, in model.RegisterOrganisationInput) (workflow.Record, error) {
	if code := orZero(in.LegalCode); code != "" {
		there, err := r.all.Organisation.Query().Where(organisation.LegalCode(code)).FirstID(ctx)
		switch {
		case err == nil:
			return workflow.Record{}, workflow.Refuse(workflow.Conflict, "legalCode", workflow.Text{
				LT: fmt.Sprintf("Organizacija, kurios kodas %s, jau įregistruota: %s.", code, there),
				EN: fmt.Sprintf("The organisation with the code %s is registered already: %s.", code, there),
			})
		case !ent.IsNotFound(err):
			return workflow.Record{}, fmt.Errorf("read the organisation with code %s: %w", code, err)
		}
	}
	return workflow.RegisterOrganisation{
		ID: r.id(ident.Organisation), Name: in.Name, LegalCode: orZero(in.LegalCode), LegalForm: in.LegalForm,
		LegalFormAsPrinted: orZero(in.LegalFormAsPrinted), Address: orZero(in.Address), College: orZero(in.IsCollege),
		Sourced: r.sourced(),
	}.Record()
}

func (r *Resolver) registerPerson(ctx context.Context, in model.RegisterPersonInput) (workflow.Record, error) {
	if in.OrganisationID != nil {
		if _, err := r.refer(ctx, "organisationId", ident.Organisation, *in.OrganisationID); err != nil {
			return workflow.Record{}, err
		}
	}
	return workflow.RegisterPerson{
		ID: r.id(ident.Person), Name: in.Name, Email: orZero(in.Email), Organisation: orZero(in.OrganisationID),
		Sourced: r.sourced(),
	}.Record(), nil
}

// signIn are the roles that a token can carry; the others are never granted.
var signIn = []workflow.Role{
	workflow.Applicant, workflow.Administrator, workflow.Evaluator, workflow.BoardMember,
	workflow.Chair, workflow.Secretary, workflow.AuditCommission, workflow.Auditor,
}

// grantRole stays within the group: the registry itself would take a grant
// from an administrator of any.
func (r *Resolver) grantRole(ctx context.Context, in model.GrantRoleInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "lagId", ident.LAG, in.LagID)
	if err != nil {
		return workflow.Record{}, err
	}
	if _, err := r.refer(ctx, "personId", ident.Person, in.PersonID); err != nil {
		return workflow.Record{}, err
	}
	switch {
	case !slices.Contains(signIn, in.Role):
		return workflow.Record{}, malformed("role", workflow.Text{
			LT: fmt.Sprintf("Vaidmuo %s nesuteikiamas: jo veiksmus įrašo darbuotojai.", in.Role),
			EN: fmt.Sprintf("The role %s is not granted: staff record its acts.", in.Role),
		})
	case !actorOf(ctx).HoldsAny(lag, workflow.Administrator):
		return workflow.Record{}, workflow.Refuse(workflow.RoleRefused, "lagId", workflow.Text{
			LT: "Vaidmenis suteikia tos pačios vietos veiklos grupės administratorius.",
			EN: "Roles are granted by an administrator of the same local action group.",
		})
	}
	return workflow.GrantRole{
		ID: r.id(ident.RoleGrant), Person: in.PersonID, LAG: lag, Role: in.Role, Since: in.Since, Until: orZero(in.Until),
		Synthetic: r.engine.Simulated,
	}.Record(), nil
}

func (r *Resolver) draftCall(ctx context.Context, in model.DraftCallInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "strategyId", ident.Strategy, in.StrategyID)
	if err != nil {
		return workflow.Record{}, err
	}
	refs := []reference{{"measureId", ident.Measure, in.MeasureID}}
	a := workflow.DraftCall{
		ID: r.id(ident.Call), Envelope: r.id(ident.Envelope), LAG: lag, Strategy: in.StrategyID, Measure: in.MeasureID,
		Number: in.Number, Title: in.Title, MinGrant: in.MinGrant, MaxGrant: in.MaxGrant,
		IntensityCap: rules.BasisPoints(in.IntensityCap), MinScore: rules.Score(in.MinScore),
		OpensAt: in.OpensAt, ClosesAt: in.ClosesAt, EligibleForms: in.EligibleForms, TieBreakers: in.TieBreakers,
		Aggregation: rules.Aggregation(orZero(in.Aggregation)), SkipAndFit: orZero(in.SkipAndFit),
		Blindness: workflow.Blindness{EvaluatorsHidden: orZero(in.EvaluatorsHidden), ScoresShown: string(orZero(in.ScoresShown))},
		Criteria:  r.criteria(in.Criteria), Checklist: checklist(in.Checklist), Sourced: r.sourced(),
	}
	for _, u := range in.UnitCosts {
		a.UnitCosts = append(a.UnitCosts, terms.UnitCost{Code: u.Code, Title: u.Title, Unit: u.Unit, Rate: u.Rate})
	}
	if in.ReannouncesID != nil {
		a.Reannounces = *in.ReannouncesID
		refs = append(refs, reference{"reannouncesId", ident.Call, a.Reannounces})
	}
	for i, x := range in.Allocations {
		refs = append(refs, reference{fmt.Sprintf("allocations.%d.actionId", i), ident.Action, x.ActionID})
		a.Allocations = append(a.Allocations, workflow.CallAllocation{ID: r.id(ident.Call), Action: x.ActionID, Amount: x.Amount})
	}
	if err := r.referAll(ctx, lag, refs...); err != nil {
		return workflow.Record{}, err
	}
	return r.engine.DraftCall(a)
}

func (r *Resolver) criteria(all []*model.CriterionInput) []workflow.CallCriterion {
	out := make([]workflow.CallCriterion, len(all))
	for i, c := range all {
		out[i] = workflow.CallCriterion{
			ID: r.id(ident.Criterion), Code: c.Code, Title: c.Title, Guidance: orZero(c.Guidance), PassFail: orZero(c.PassFail),
			Max: rules.Score(c.MaxPoints), Min: rules.Score(orZero(c.MinPoints)), Weight: int64(orZero(c.Weight)),
		}
	}
	return out
}

func (r *Resolver) draftProposal(ctx context.Context, in model.DraftProposalInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "callId", ident.Call, in.CallID)
	if err != nil {
		return workflow.Record{}, err
	}
	if err := r.referAll(ctx, lag, reference{"actionId", ident.Action, in.ActionID},
		reference{"applicantId", ident.Organisation, in.ApplicantID}); err != nil {
		return workflow.Record{}, err
	}
	return r.engine.DraftProposal(workflow.DraftProposal{
		ID: r.id(ident.Proposal), LAG: lag, Call: in.CallID, Action: in.ActionID, Applicant: in.ApplicantID,
		Sourced: r.sourced(),
	}), nil
}

func (r *Resolver) editProposal(ctx context.Context, in model.EditProposalInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "id", ident.Proposal, in.ID)
	if err != nil {
		return workflow.Record{}, err
	}
	c := workflow.Content{
		Title: in.Title, GrantRequested: in.GrantRequested, EligibleTotal: in.EligibleTotal, ActivityKinds: in.ActivityKinds,
		Place: orZero(in.Place), Territory: rules.Territory(orZero(in.PlaceTerritory)),
		Seat: rules.Territory(orZero(in.SeatTerritory)), OwnProject: orZero(in.OwnProject),
		Participants: in.Participants, ParticipantsBasis: orZero(in.ParticipantsBasis), Synthetic: r.engine.Simulated,
	}
	for _, b := range in.Budget {
		part := workflow.BudgetPart{
			ID: r.id(ident.BudgetLine), Category: b.Category, CostMethod: b.CostMethod, Amount: b.Amount, UnitCost: orZero(b.UnitCost), Rate: b.Rate,
		}
		if b.Quantity != nil {
			n := int64(*b.Quantity)
			part.Quantity = &n
		}
		c.Budget = append(c.Budget, part)
	}
	for _, f := range in.Funding {
		c.Funding = append(c.Funding, workflow.FundingPart{ID: r.id(ident.BudgetLine), Source: f.SourceKind, Amount: f.Amount})
	}
	return r.engine.EditProposal(lag, in.ID, c), nil
}

func (r *Resolver) assignEvaluator(ctx context.Context, in model.AssignEvaluatorInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "proposalId", ident.Proposal, in.ProposalID)
	if err != nil {
		return workflow.Record{}, err
	}
	if _, err := r.refer(ctx, "evaluatorId", ident.Person, in.EvaluatorID); err != nil {
		return workflow.Record{}, err
	}
	return r.engine.AssignEvaluator(workflow.AssignEvaluator{
		ID: r.id(ident.Evaluation), LAG: lag, Proposal: in.ProposalID, Evaluator: in.EvaluatorID,
		DueOn: orZero(in.DueOn), Synthetic: r.engine.Simulated,
	}), nil
}

func (r *Resolver) submitEvaluation(ctx context.Context, in model.SubmitEvaluationInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "evaluationId", ident.Evaluation, in.EvaluationID)
	if err != nil {
		return workflow.Record{}, err
	}
	row, err := sessionOf(ctx).seen.Evaluation.Get(ctx, in.EvaluationID)
	if err != nil {
		return workflow.Record{}, fmt.Errorf("read %s: %w", in.EvaluationID, err)
	}
	a := workflow.SubmitEvaluation{ID: row.ID, LAG: lag, Proposal: row.ProposalID, Comment: orZero(in.Comment), Document: orZero(in.DocumentID)}
	var refs []reference
	for i, s := range in.Scores {
		refs = append(refs, reference{fmt.Sprintf("scores.%d.criterionId", i), ident.Criterion, s.CriterionID})
		a.Scores = append(a.Scores, workflow.GivenScore{
			ID: r.id(ident.Score), Criterion: s.CriterionID, Points: rules.Score(s.Points), Reason: orZero(s.Reason),
		})
	}
	if err := r.referAll(ctx, lag, refs...); err != nil {
		return workflow.Record{}, err
	}
	return r.engine.SubmitEvaluation(a), nil
}

func (r *Resolver) freezeRanking(ctx context.Context, in model.FreezeRankingInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "callId", ident.Call, in.CallID)
	if err != nil {
		return workflow.Record{}, err
	}
	var refs []reference
	for i, lot := range in.Lots {
		refs = append(refs, reference{fmt.Sprintf("lots.%d", i), ident.Proposal, lot})
	}
	if in.DocumentID != nil {
		refs = append(refs, reference{"documentId", ident.Document, *in.DocumentID})
	}
	if err := r.referAll(ctx, lag, refs...); err != nil {
		return workflow.Record{}, err
	}
	return r.engine.FreezeRanking(workflow.FreezeRanking{
		ID: r.id(ident.FrozenRanking), LAG: lag, Call: in.CallID, Lots: in.Lots, Reason: orZero(in.Reason),
		Document: orZero(in.DocumentID), Synthetic: r.engine.Simulated,
	}), nil
}

func (r *Resolver) holdMeeting(ctx context.Context, in model.HoldMeetingInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "lagId", ident.LAG, in.LagID)
	return r.engine.HoldMeeting(workflow.HoldMeeting{
		ID: r.id(ident.Meeting), LAG: lag, Number: in.Number, Mode: in.Mode, General: in.General, HeldOn: in.HeldOn,
		Synthetic: r.engine.Simulated,
	}), err
}

func (r *Resolver) planMeeting(ctx context.Context, in model.PlanMeetingInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "lagId", ident.LAG, in.LagID)
	return r.engine.PlanMeeting(workflow.PlanMeeting{
		ID: r.id(ident.Meeting), LAG: lag, Number: in.Number, Mode: in.Mode, PlannedFor: in.PlannedFor, PapersDue: orZero(in.PapersDue),
		Synthetic: r.engine.Simulated,
	}), err
}

func (r *Resolver) nameObservers(ctx context.Context, in model.NameObserversInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "meetingId", ident.Meeting, in.MeetingID)
	if err == nil && len(in.Persons) > workflow.MaxObservers {
		err = workflow.TooManyObservers()
	}
	for i, person := range in.Persons {
		if err == nil {
			_, err = r.refer(ctx, fmt.Sprintf("persons.%d", i), ident.Person, person)
		}
	}
	return r.engine.NameObservers(workflow.NameObservers{LAG: lag, Meeting: in.MeetingID, Persons: in.Persons}), err
}

func (r *Resolver) tableItem(ctx context.Context, in model.TableItemInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "meetingId", ident.Meeting, in.MeetingID)
	if err != nil {
		return workflow.Record{}, err
	}
	if err := r.referCase(ctx, lag, in.SubjectID); err != nil {
		return workflow.Record{}, err
	}
	return r.engine.TableItem(workflow.TableItem{
		ID: r.id(ident.AgendaItem), LAG: lag, Meeting: in.MeetingID, Subject: in.SubjectID,
		Event: workflow.EventName(model.Brief(in.Event)), Synthetic: r.engine.Simulated,
	})
}

func (r *Resolver) recordAttendance(ctx context.Context, in model.RecordAttendanceInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "meetingId", ident.Meeting, in.MeetingID)
	if err != nil {
		return workflow.Record{}, err
	}
	if err := r.referAll(ctx, lag, reference{"seatId", ident.BoardSeat, in.SeatID}); err != nil {
		return workflow.Record{}, err
	}
	if in.InPlaceID != nil {
		if err := r.referAll(ctx, lag, reference{"inPlaceId", ident.Person, *in.InPlaceID}); err != nil {
			return workflow.Record{}, err
		}
	}
	return r.engine.Attend(workflow.Attend{
		LAG: lag, Meeting: in.MeetingID, Seat: in.SeatID, What: workflow.Attended(in.What), InPlace: orZero(in.InPlaceID),
		Document: orZero(in.DocumentID), Synthetic: r.engine.Simulated,
	}), nil
}

func (r *Resolver) castBallot(ctx context.Context, in model.CastBallotInput) (workflow.Record, error) {
	a, err := r.ballot(ctx, in.ItemID, in.SeatID)
	a.Vote, a.Document = workflow.BallotVote(in.Vote), orZero(in.DocumentID)
	return r.engine.CastBallot(a), err
}

func (r *Resolver) recuse(ctx context.Context, in model.RecuseInput) (workflow.Record, error) {
	a, err := r.ballot(ctx, in.ItemID, in.SeatID)
	a.Vote, a.Ground = workflow.Recused, workflow.Ground(in.Ground)
	return r.engine.CastBallot(a), err
}

// ballot is the seat's on the item, empty.
func (r *Resolver) ballot(ctx context.Context, item, seat ident.ID) (workflow.CastBallot, error) {
	lag, err := r.refer(ctx, "itemId", ident.AgendaItem, item)
	if err != nil {
		return workflow.CastBallot{}, err
	}
	if err := r.referAll(ctx, lag, reference{"seatId", ident.BoardSeat, seat}); err != nil {
		return workflow.CastBallot{}, err
	}
	row, err := sessionOf(ctx).seen.AgendaItem.Get(ctx, item)
	if err != nil {
		return workflow.CastBallot{}, fmt.Errorf("read %s: %w", item, err)
	}
	return workflow.CastBallot{
		ID: r.id(ident.Ballot), LAG: lag, Meeting: row.MeetingID, Item: item, Seat: seat, Synthetic: r.engine.Simulated,
	}, nil
}

// referCase checks that subjectId names a case of the group.
func (r *Resolver) referCase(ctx context.Context, lag, id ident.ID) error {
	if err := fits("subjectId", id, withStates...); err != nil {
		return err
	}
	return r.referAll(ctx, lag, reference{"subjectId", id.Prefix(), id})
}

func (r *Resolver) recordDecision(ctx context.Context, in model.RecordDecisionInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "meetingId", ident.Meeting, in.MeetingID)
	if err != nil {
		return workflow.Record{}, err
	}
	if err := r.referCase(ctx, lag, in.SubjectID); err != nil {
		return workflow.Record{}, err
	}
	return r.engine.RecordDecision(workflow.RecordDecision{
		ID: r.id(ident.Decision), LAG: lag, Meeting: in.MeetingID, Subject: in.SubjectID, Event: workflow.EventName(model.Brief(in.Event)),
		Adopted: in.Adopted, For: in.VotesFor, Against: in.VotesAgainst, Abstained: in.VotesAbstained,
		Reasons: orZero(in.Reasons), Departs: in.Departs, AdoptedOn: in.AdoptedOn, Document: in.DocumentID, Synthetic: r.engine.Simulated,
	})
}

// recordDocument puts the paper into the dossier that its subject is in.
func (r *Resolver) recordDocument(ctx context.Context, in model.RecordDocumentInput) (workflow.Record, error) {
	if err := fits("subjectId", in.SubjectID, withPapers...); err != nil {
		return workflow.Record{}, err
	}
	lag, err := r.refer(ctx, "subjectId", in.SubjectID.Prefix(), in.SubjectID)
	if err != nil {
		return workflow.Record{}, err
	}
	dossier, err := r.dossierOf(ctx, in.SubjectID)
	if err != nil {
		return workflow.Record{}, err
	}
	return workflow.RecordDocument{
		ID: r.id(ident.Document), LAG: lag, Dossier: dossier, Subject: in.SubjectID, Kind: in.Kind, Title: in.Title,
		Number: orZero(in.Number), Hash: in.Hash, DatedOn: orZero(in.DatedOn), Synthetic: r.engine.Simulated,
	}.Record(), nil
}

// recordLetter puts the letter into the dossier that its subject is in.
func (r *Resolver) recordLetter(ctx context.Context, in model.RecordLetterInput) (workflow.Record, error) {
	if err := fits("subjectId", in.SubjectID, withPapers...); err != nil {
		return workflow.Record{}, err
	}
	lag, err := r.refer(ctx, "subjectId", in.SubjectID.Prefix(), in.SubjectID)
	if err != nil {
		return workflow.Record{}, err
	}
	if in.DocumentID != nil {
		if err := r.referAll(ctx, lag, reference{"documentId", ident.Document, *in.DocumentID}); err != nil {
			return workflow.Record{}, err
		}
	}
	dossier, err := r.dossierOf(ctx, in.SubjectID)
	if err != nil {
		return workflow.Record{}, err
	}
	return workflow.RecordLetter{
		ID: r.id(ident.Correspondence), LAG: lag, Dossier: dossier, Subject: in.SubjectID, Direction: in.Direction,
		Number: in.Number, Channel: in.Channel, DatedOn: in.DatedOn, DeliveredAt: orZero(in.DeliveredAt),
		Document: orZero(in.DocumentID), Synthetic: r.engine.Simulated,
	}.Record(), nil
}

func (r *Resolver) recordDelivery(ctx context.Context, in model.RecordDeliveryInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "letterId", ident.Correspondence, in.LetterID)
	if err != nil {
		return workflow.Record{}, err
	}
	if in.ReceiptID != nil {
		if err := r.referAll(ctx, lag, reference{"receiptId", ident.Document, *in.ReceiptID}); err != nil {
			return workflow.Record{}, err
		}
	}
	letter, err := sessionOf(ctx).seen.Correspondence.Get(ctx, in.LetterID)
	if err != nil {
		return workflow.Record{}, fmt.Errorf("read %s: %w", in.LetterID, err)
	}
	dossier, err := r.dossierOf(ctx, letter.SubjectID)
	if err != nil {
		return workflow.Record{}, err
	}
	return workflow.RecordDelivery{
		Letter: in.LetterID, LAG: lag, Dossier: dossier, DeliveredAt: in.DeliveredAt, Receipt: orZero(in.ReceiptID),
	}.Record(), nil
}

// dossierOf is where a subject's papers go: to its own dossier where it has
// one, a contract's, a matter's and a project's to their proposal's, those of minutes and of
// an item to their meeting's, and a project's without a proposal to its group's.
func (r *Resolver) dossierOf(ctx context.Context, id ident.ID) (ident.ID, error) {
	seen := sessionOf(ctx).seen
	switch id.Prefix() {
	case ident.LAG, ident.Strategy, ident.Call, ident.Meeting, ident.Proposal:
		return id, nil
	case ident.Contract:
		row, err := seen.Contract.Get(ctx, id)
		if err != nil {
			return "", fmt.Errorf("read %s: %w", id, err)
		}
		return row.ProposalID, nil
	case ident.AgendaItem:
		row, err := seen.AgendaItem.Get(ctx, id)
		if err != nil {
			return "", fmt.Errorf("read %s: %w", id, err)
		}
		return row.MeetingID, nil
	case ident.Project:
		row, err := seen.Project.Get(ctx, id)
		if err != nil {
			return "", fmt.Errorf("read %s: %w", id, err)
		}
		return cmp.Or(row.ProposalID, row.LagID), nil
	default:
		if !slices.Contains(matters, id.Prefix()) {
			return "", wrongType("subjectId", id, withPapers...)
		}
		row, err := seen.Matter.Get(ctx, id)
		if err != nil {
			return "", fmt.Errorf("read %s: %w", id, err)
		}
		return cmp.Or(row.ProposalID, row.MeetingID), nil
	}
}

// openMatter puts the matter into the dossier that its subject is in.
func (r *Resolver) openMatter(ctx context.Context, in model.OpenMatterInput) (workflow.Record, error) {
	if err := fits("subjectId", in.SubjectID, append([]ident.Prefix{ident.Proposal, ident.Contract, ident.Meeting}, matters...)...); err != nil {
		return workflow.Record{}, err
	}
	lag, err := r.refer(ctx, "subjectId", in.SubjectID.Prefix(), in.SubjectID)
	if err != nil {
		return workflow.Record{}, err
	}
	dossier, err := r.dossierOf(ctx, in.SubjectID)
	if err != nil {
		return workflow.Record{}, err
	}
	return r.engine.OpenMatter(workflow.OpenMatter{
		Kind: workflow.Kind(model.Brief(in.Kind)), LAG: lag, Dossier: dossier, Subject: in.SubjectID, Form: orZero(in.Form),
		Given: givenFacts(in.Facts), OnBehalfOf: orZero(in.OnBehalfOf), Document: orZero(in.DocumentID), EffectiveOn: orZero(in.EffectiveOn),
		Synthetic: r.engine.Simulated,
	})
}

func (r *Resolver) prepareContract(ctx context.Context, in model.PrepareContractInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "proposalId", ident.Proposal, in.ProposalID)
	if err != nil {
		return workflow.Record{}, err
	}
	return r.engine.PrepareContract(workflow.PrepareContract{
		ID: r.id(ident.Contract), LAG: lag, Proposal: in.ProposalID, Grant: in.Grant, Synthetic: r.engine.Simulated,
	}), nil
}

func (r *Resolver) extendTerm(ctx context.Context, in model.ExtendTermInput) (workflow.Record, error) {
	if err := fits("id", in.ID, withStates...); err != nil {
		return workflow.Record{}, err
	}
	lag, err := r.refer(ctx, "id", in.ID.Prefix(), in.ID)
	if err != nil {
		return workflow.Record{}, err
	}
	if err := r.referAll(ctx, lag, reference{"documentId", ident.Document, in.DocumentID}); err != nil {
		return workflow.Record{}, err
	}
	dossier, err := r.dossierOf(ctx, in.ID)
	if err != nil {
		return workflow.Record{}, err
	}
	return workflow.ExtendTerm{
		Subject: in.ID, LAG: lag, Dossier: dossier, Until: in.Until, Reason: in.Reason, Evidence: in.DocumentID,
		ExpectedVersion: in.ExpectedVersion,
	}.Record(), nil
}

// setAside puts the act into the dossier of the incident's case.
func (r *Resolver) setAside(ctx context.Context, in model.SetAsideIncidentInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "id", ident.Incident, in.ID)
	if err != nil {
		return workflow.Record{}, err
	}
	row, err := sessionOf(ctx).seen.Incident.Get(ctx, in.ID)
	if err != nil {
		return workflow.Record{}, fmt.Errorf("read %s: %w", in.ID, err)
	}
	dossier, err := r.dossierOf(ctx, row.SubjectID)
	if err != nil {
		return workflow.Record{}, err
	}
	return workflow.SetAside{Incident: in.ID, LAG: lag, Dossier: dossier, Reason: in.Reason}.Record(), nil
}
