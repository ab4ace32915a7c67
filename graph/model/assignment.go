package model

import (
	"github.com/atranka/atranka/assignment"
	"github.com/atranka/atranka/ident"
)

// AssignmentSuggestion is who could evaluate what.
type AssignmentSuggestion struct {
	Suggestion assignment.Suggestion
	// Loads are the evaluators with what they would have in all.
	Loads []*EvaluatorLoad
}

// Count is how many pairs there are to assign.
func (s *AssignmentSuggestion) Count() int { return len(s.Suggestion.Pairs) }

// Unfilled is how many places stay empty.
func (s *AssignmentSuggestion) Unfilled() int { return s.Suggestion.Cost.Unfilled }

// Lacking is how many pairs are of an evaluator who does not know the action.
func (s *AssignmentSuggestion) Lacking() int { return s.Suggestion.Cost.Lacking }

// Full are the evaluators without room whom those in deficit could have.
func (s *AssignmentSuggestion) Full() []ident.ID {
	out := make([]ident.ID, len(s.Suggestion.Full))
	for i, id := range s.Suggestion.Full {
		out[i] = ident.ID(id)
	}
	return out
}

// EvaluatorLoad is how many proposals an evaluator would have.
type EvaluatorLoad struct {
	Evaluator *PersonName
	Load      int
}

// SuggestedPair is a proposal and who could evaluate it.
type SuggestedPair struct{ Reason assignment.Reason }

// ProposalID names the proposal.
func (p *SuggestedPair) ProposalID() ident.ID { return ident.ID(p.Reason.Proposal) }

// EvaluatorID names the evaluator.
func (p *SuggestedPair) EvaluatorID() ident.ID { return ident.ID(p.Reason.Evaluator) }

// Load is how many proposals the evaluator would have in all.
func (p *SuggestedPair) Load() int { return p.Reason.Load }

// Lacks is the action that the evaluator does not know, where that is so.
func (p *SuggestedPair) Lacks() []ident.ID {
	out := make([]ident.ID, len(p.Reason.Lacks))
	for i, id := range p.Reason.Lacks {
		out[i] = ident.ID(id)
	}
	return out
}

// EvaluationDeficit is a proposal that would have too few evaluators.
type EvaluationDeficit struct{ Deficit assignment.Deficit }

// ProposalID names the proposal.
func (d *EvaluationDeficit) ProposalID() ident.ID { return ident.ID(d.Deficit.Proposal) }

// Missing is how many evaluators it lacks.
func (d *EvaluationDeficit) Missing() int { return d.Deficit.Missing }

// BlockedPair is a pair that must not be, without which one more place would be filled.
type BlockedPair struct{ Blocked assignment.Blocked }

// ProposalID names the proposal.
func (b *BlockedPair) ProposalID() ident.ID { return ident.ID(b.Blocked.Proposal) }

// EvaluatorID names the evaluator.
func (b *BlockedPair) EvaluatorID() ident.ID { return ident.ID(b.Blocked.Evaluator) }

// Rule is the rule that forbids it, or the state that the evaluation ended in.
func (b *BlockedPair) Rule() string {
	if b.Ground() != nil {
		return "R-24"
	}
	return b.Blocked.Ground
}

// Ground is what data show, where that forbids it.
func (b *BlockedPair) Ground() *RecusalGround {
	ground := RecusalGround(b.Blocked.Ground)
	if !ground.IsValid() {
		return nil
	}
	return &ground
}
