package model

import (
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/ranking"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// Ranking is the order of a call's proposals, frozen or as it would be now.
type Ranking struct {
	Snapshot   ranking.Snapshot
	Frozen     *ent.FrozenRanking
	Hash, Text string
}

// Budget is the call's.
func (r *Ranking) Budget() money.Amount { return r.Snapshot.Input.Budget }

// Remaining is what the list for funding leaves of it.
func (r *Ranking) Remaining() money.Amount { return r.Snapshot.Remaining }

// CutPoints are the points between the last that is funded and the first that is not.
func (r *Ranking) CutPoints() *string {
	if r.Snapshot.CutPoints == "" {
		return nil
	}
	return &r.Snapshot.CutPoints
}

// Order is R-17.
func (r *Ranking) Order() *RuleOutcome { return &RuleOutcome{r.Snapshot.Order} }

// Filling is R-18.
func (r *Ranking) Filling() *RuleOutcome { return &RuleOutcome{r.Snapshot.Filling} }

// Lacks is what is not there for the first that the money does not reach, nil where there is none.
func (r *Ranking) Lacks() *money.Amount {
	if _, lacks, ok := r.Snapshot.Next(); ok {
		return &lacks
	}
	return nil
}

// Count is how many lines there are.
func (r *Ranking) Count() int { return len(r.Snapshot.Lines) }

// RuleOutcome is what a rule came to.
type RuleOutcome struct{ result ranking.Result }

// Rule is the rule's number.
func (o *RuleOutcome) Rule() string { return o.result.Rule }

// Verdict is the rule's verdict.
func (o *RuleOutcome) Verdict() string { return string(o.result.Verdict) }

// Facts are what it rests on.
func (o *RuleOutcome) Facts() []rules.Fact {
	out := make([]rules.Fact, len(o.result.Facts))
	for i, f := range o.result.Facts {
		out[i] = rules.Fact(f)
	}
	return out
}

// RankedLine is a proposal in its place.
type RankedLine struct {
	Line             ranking.Line
	Title, Applicant string
	Grant            money.Amount
	Cumulative       *money.Amount // of what is on the list for funding
	Place            int           // among the lots, 0 for none
}

// ProposalID names the proposal.
func (l *RankedLine) ProposalID() ident.ID { return ident.ID(l.Line.Proposal) }

// Rank is nil below the threshold.
func (l *RankedLine) Rank() *int { return positive(l.Line.Rank) }

// Lot is nil where none was needed.
func (l *RankedLine) Lot() *int { return positive(l.Place) }

// List is where the proposal comes to stand.
func (l *RankedLine) List() RankedList { return RankedList(l.Line.List) }

// Score is the final one.
func (l *RankedLine) Score() string { return l.Line.Final.String() }

// Totals are each evaluator's.
func (l *RankedLine) Totals() []string { return scores(l.Line.Totals) }

// Aggregation is how the totals became the score.
func (l *RankedLine) Aggregation() string { return string(l.Line.Aggregation) }

// TieBreaks are the aggregates that tell equals apart.
func (l *RankedLine) TieBreaks() []string { return scores(l.Line.TieBreaks) }

// ByCriterion are the aggregates of each criterion.
func (l *RankedLine) ByCriterion() []*CriterionScore {
	out := make([]*CriterionScore, len(l.Line.ByCriterion))
	for i, m := range l.Line.ByCriterion {
		out[i] = &CriterionScore{Code: m.Code, Score: m.Score.String()}
	}
	return out
}

// Divergence is R-16.
func (l *RankedLine) Divergence() *RuleOutcome { return &RuleOutcome{l.Line.Divergence} }

// Threshold is R-15.
func (l *RankedLine) Threshold() *RuleOutcome { return &RuleOutcome{l.Line.Threshold} }

// SelectionSimulation is a ranking as it stands and under a scenario.
type SelectionSimulation struct {
	Before, After *Ranking
	All           []ranking.Move
	Departed      ranking.Result
	Tested        []workflow.Tested // of the item that the scenario names
}

// Departure is R-27.
func (s *SelectionSimulation) Departure() *RuleOutcome { return &RuleOutcome{s.Departed} }

// Moved is how many proposals come to stand elsewhere.
func (s *SelectionSimulation) Moved() int { return len(s.All) }

// SelectionMove is a proposal that comes to stand elsewhere.
type SelectionMove struct{ Move ranking.Move }

// ProposalID names the proposal.
func (m *SelectionMove) ProposalID() ident.ID { return ident.ID(m.Move.Proposal) }

// Was is where it stands.
func (m *SelectionMove) Was() *RankedPlace { return &RankedPlace{m.Move.Was} }

// Is is where it would stand, nil for one that is left out.
func (m *SelectionMove) Is() *RankedPlace {
	if m.Move.Is == nil {
		return nil
	}
	return &RankedPlace{*m.Move.Is}
}

// RankedPlace is where a proposal stands.
type RankedPlace struct{ place ranking.Place }

// Rank is nil below the threshold.
func (p *RankedPlace) Rank() *int { return positive(p.place.Rank) }

// List is where it stands.
func (p *RankedPlace) List() RankedList { return RankedList(p.place.List) }

func positive(n int) *int {
	if n <= 0 {
		return nil
	}
	return &n
}

func scores(all []rules.Score) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = s.String()
	}
	return out
}
