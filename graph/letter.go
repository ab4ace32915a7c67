package graph

import (
	"context"
	"fmt"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/letter"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/report"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

func (r *Resolver) sendDecisionLetter(ctx context.Context, in model.SendDecisionLetterInput) (workflow.Record, error) {
	lag, err := r.refer(ctx, "proposalId", ident.Proposal, in.ProposalID)
	return workflow.SendDecisionLetter{
		ID: r.id(ident.Correspondence), Document: r.id(ident.Document), LAG: lag, Proposal: in.ProposalID, Number: in.Number, Channel: in.Channel,
		DatedOn: orZero(in.DatedOn), DeliveredAt: orZero(in.DeliveredAt), Synthetic: r.engine.Simulated,
	}.Record(), err
}

// letterTo is the letter about the last decision on the proposal, for the office and the
// board, and for its applicant once it is sent; ok is false for others, and where there is
// nothing to tell.
func (r *Resolver) letterTo(ctx context.Context, p *ent.Proposal) (l workflow.DecisionLetter, ok bool, err error) {
	v := sessionOf(ctx).sight
	inside, err := v.inside(p)
	if err != nil || !inside || v.assesses(p) {
		return l, false, err
	}
	outside, err := v.isOutside(p)
	if err != nil {
		return l, false, err
	}
	l, err = r.engine.DecisionLetter(ctx, p.ID)
	if workflow.Refused(err, workflow.NotAllowedHere) {
		return l, false, nil
	}
	return l, err == nil && (!outside || l.Sent != nil), err
}

// decisionLetter is nil for whoever may not read it.
func (r *Resolver) decisionLetter(ctx context.Context, p *ent.Proposal, lang *model.Lang) (*model.DecisionLetter, error) {
	l, ok, err := r.letterTo(ctx, p)
	if err != nil || !ok {
		return nil, err
	}
	say := func(t workflow.Text) string { return model.Say(ctx, t, lang) }
	paper, err := letter.Of(l, inLanguage(ctx, lang))
	if err != nil {
		return nil, fmt.Errorf("write the letter of %s: %w", p.ID, err)
	}
	sent, err := toldBy(l)
	return &model.DecisionLetter{
		Number: textOrNil(l.Number), Dated: l.Dated, Heading: say(l.Heading()), Office: l.Office, OfficeEmail: textOrNil(l.OfficeEmail),
		Addressee: l.Addressee, AddresseeCode: textOrNil(l.AddresseeCode), CallNumber: l.Call, RegNo: textOrNil(l.RegNo),
		Decision: toldDecision(l.Decision, say), Rules: toldRules(l.Rules, say), Criteria: toldCriteria(l.Criteria), Score: toldScore(l.Score),
		AppealTerm: toldTerm(l.Appeal, l.Until), CourtTerm: toldTerm(l.Court, 0), Text: paper.Text(), Hash: paper.Hash, Sent: sent,
	}, err
}

// inLanguage is the language asked for, else the request's.
func inLanguage(ctx context.Context, asked *model.Lang) rules.Lang {
	if model.Say(ctx, workflow.Text{LT: string(rules.LT), EN: string(rules.EN)}, asked) == string(rules.LT) {
		return rules.LT
	}
	return rules.EN
}

func toldBy(l workflow.DecisionLetter) (*model.ToldBy, error) {
	if l.Sent == nil {
		return nil, nil
	}
	unchanged, err := l.Unchanged()
	return &model.ToldBy{
		LetterID: l.Sent.Letter, DocumentID: l.Sent.Document, Number: l.Sent.Number, DatedOn: l.Sent.DatedOn, Channel: l.Sent.Channel,
		DeliveredAt: unlessZero(l.Sent.DeliveredAt), Hash: l.Sent.Hash, Unchanged: unchanged,
	}, err
}

// unlessZero is a pointer to what is not its type's zero.
func unlessZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func toldDecision(d workflow.LetterDecision, say func(workflow.Text) string) *model.ToldDecision {
	out := &model.ToldDecision{
		Event: string(d.Event), Label: say(d.Act), Outcome: say(d.Outcome), DecidedOn: d.On, OnBehalfOf: unlessZero(d.Body),
		MeetingNumber: textOrNil(d.Meeting), MeetingHeldOn: unlessZero(d.HeldOn), Reasons: textOrNil(d.Reasons), Reason: textOrNil(d.Reason),
		Requested: d.Requested, Awarded: unlessZero(d.Awarded), Condition: textOrNil(d.Condition), ValidUntil: unlessZero(d.Until),
	}
	if d.Votes != nil {
		out.VotesFor, out.VotesAgainst, out.VotesAbstained = &d.Votes.For, &d.Votes.Against, &d.Votes.Abstained
	}
	return out
}

func toldRules(all []workflow.LetterRule, say func(workflow.Text) string) []*model.ToldRule {
	out := make([]*model.ToldRule, len(all))
	for i, r := range all {
		out[i] = &model.ToldRule{Rule: r.Rule, Message: say(r.Message), Facts: model.Facts(recorded(r.Facts)), Unverified: append([]string{}, r.Unverified...)}
	}
	return out
}

func toldCriteria(all []workflow.LetterMark) []*model.ToldCriterion {
	out := make([]*model.ToldCriterion, len(all))
	for i, c := range all {
		out[i] = &model.ToldCriterion{
			Code: c.Code, Title: c.Title, PassFail: c.PassFail, Met: c.Met, Points: money.Hundredths(c.Points), Most: money.Hundredths(c.Max),
			Least: money.Hundredths(c.Min), Weight: int(c.Weight), Reasons: append([]string{}, c.Reasons...),
		}
	}
	return out
}

func toldScore(s *workflow.LetterScore) *model.ToldScore {
	if s == nil {
		return nil
	}
	return &model.ToldScore{
		Total: money.Hundredths(s.Total), Threshold: money.Hundredths(s.Threshold), Evaluators: s.Evaluators,
		Aggregation: string(s.Aggregation), Rank: unlessZero(s.Rank),
	}
}

func toldTerm(t *workflow.LetterTerm, until clock.Instant) *model.ToldTerm {
	if t == nil {
		return nil
	}
	return &model.ToldTerm{Days: t.Days, Unit: string(t.Unit), Unverified: t.Unverified, Until: unlessZero(until)}
}

// Letter is the paper of the letter about the last decision on the proposal, for the actor of
// ctx ([WithActor]). NOT_FOUND where there is none that they may read, and CONFLICT for whoever
// is not of the office and the board where it would be no more what was sent.
func (p *Papers) Letter(ctx context.Context, id ident.ID, lang rules.Lang) (report.Document, error) {
	by := p.r.sessionFor(ctx, actorOf(ctx), asked{})
	ctx = withSession(ctx, by)
	row, err := by.seen.Proposal.Get(ctx, id)
	if ent.IsNotFound(err) {
		return report.Document{}, workflow.Missing("id", string(id))
	}
	if err != nil {
		return report.Document{}, fmt.Errorf("read %s: %w", id, err)
	}
	l, ok, err := p.r.letterTo(ctx, row)
	if err != nil {
		return report.Document{}, err
	}
	if !ok {
		return report.Document{}, workflow.Missing("id", string(id))
	}
	outside, err := by.sight.isOutside(row)
	if err != nil {
		return report.Document{}, err
	}
	unchanged, err := l.Unchanged()
	if err != nil {
		return report.Document{}, err
	}
	if outside && !unchanged {
		return report.Document{}, workflow.Refuse(workflow.Conflict, "id", workflow.Text{
			LT: "Bylos duomenys pasikeitė po to, kai raštas išsiųstas; jo kopijos prašykite biure.",
			EN: "The case has changed since the letter went out; ask the office for a copy.",
		})
	}
	return letter.Of(l, lang)
}
