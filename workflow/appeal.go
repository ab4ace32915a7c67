package workflow

import (
	"math"
	"slices"
	"strconv"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// This file says what an appeal rests on and leads to: which decision it is against, who may
// review it, when its ruling is carried out, and what waits for money because of one.

// The kind of an appeal, and the events of a proposal that this file asks its machine for.
const (
	appealKind           = "appeal"
	appealing  EventName = "appeal"
	promoting  EventName = "promote"
)

// The grounds on which somebody took part in what is appealed, beside those of a conflict.
const (
	VotedOnIt      Ground = "VOTE"      // cast a ballot, or was recused from one
	PresidedOverIt Ground = "PRESIDING" // over the meeting that voted
	DecidedIt      Ground = "DECISION"  // prepared, confirmed or recorded the decision
	// UnknownPerson is none: nobody is on record under the id.
	UnknownPerson Ground = "UNKNOWN"
)

// StepFacts is one step that a case took, as its entry has it.
type StepFacts struct {
	N          int64 // of the entry in its dossier
	Event      EventName
	From, To   State
	By, Second ident.ID // who took it and who confirmed, "" for the engine and for nobody
	Role       Role
	OnBehalfOf Role
	On         clock.Date
	At         clock.Instant
	Decision   ident.ID // of the board, that it carried out
	Document   ident.ID
	Filed      ident.ID // the matter whose beginning led to it, "" for none
	Guards     []GuardRecord
}

// PartFacts say how a person took part in what the board decided on a case.
type PartFacts struct {
	Person ident.ID
	Ground Ground
}

// ReviewFacts are what is known of those who are to review an appeal.
type ReviewFacts struct {
	Named []ident.ID
	// Bars are why persons may not review, by person: of those named and of all who could.
	Bars map[ident.ID][]Ground
	// Could are those of the group whom nothing bars, ascending.
	Could []ident.ID
	// Unverified are the parameters that a bar rests on and nobody has compared with the law.
	Unverified []string
}

// AppealedStep is the decision that an appeal filed under the entry before is against: the
// last step of the case that people took, and not one into or out of a contest. ok is false
// where the case took none.
func AppealedStep(steps []StepFacts, before int64) (step StepFacts, ok bool) {
	for _, x := range slices.Backward(steps) {
		if x.N < before && x.By != "" && !x.From.Contested && !x.To.Contested {
			return x, true
		}
	}
	return StepFacts{}, false
}

// Ruling is the last step by which another body sent the case on from where it was
// contested; ok is false where none did, or where the decision was left as it is.
func Ruling(steps []StepFacts) (step StepFacts, ok bool) {
	var whence StateName
	for _, x := range steps {
		switch {
		case !x.From.Contested && x.To.Contested:
			whence = x.From.Name
		case !x.From.Contested || x.To.Contested || x.To.Settled() || x.To.Name == whence:
		case x.OnBehalfOf == AppealBody || x.OnBehalfOf == Court:
			step, ok = x, true
		}
	}
	return step, ok
}

// remembering are the guards that look at the steps which the case took.
var remembering = map[string]bool{
	"rulingCarriedOut": true, "upheldWithoutMoney": true, reviewing: true, ruling: true, "appealable": true, "appealInTime": true, "appealLate": true,
}

// recall has the facts say which steps the case took, where a guard of the step looks at them.
func (s *step) recall(f *Facts, t *Transition) error {
	if f.Steps != nil || f.Proposal == nil || !slices.ContainsFunc(t.Guards, func(g string) bool { return remembering[guardOf(g)] }) {
		return nil
	}
	of := f.Proposal.ID
	if f.Matter != nil {
		of = f.Matter.Subject
	}
	steps, err := s.tx.Steps(of)
	f.Steps = append([]StepFacts{}, steps...)
	return err
}

// reviewing is the guard of the step that names who reviews.
const reviewing = "reviewersIndependent"

// reviewRoles are of whom a group has somebody review where those named may not.
var reviewRoles = []Role{Administrator, Chair, Secretary, AuditCommission, BoardMember, Evaluator}

// review has the facts say what bars those named from reviewing, and who else could: what
// all of them did in the case and share with the applicant is read at once.
func (s *step) review(d *decision) error {
	f := d.facts
	if f.Proposal == nil || f.Call == nil || f.Matter == nil || !slices.Contains(d.step.Transition.Guards, reviewing) {
		return nil
	}
	r := &ReviewFacts{Bars: map[ident.ID][]Ground{}}
	list, _ := d.data["reviewers"].([]string)
	for _, id := range list {
		r.Named = append(r.Named, ident.ID(id))
	}
	holders, err := s.tx.Holders(f.Subject, reviewRoles, s.now.Day())
	if err != nil {
		return err
	}
	var candidates []ident.ID
	for _, h := range holders {
		candidates = append(candidates, h.Person)
	}
	candidates = distinct(candidates)
	asked := distinct(slices.Concat(r.Named, candidates))
	known, err := s.tx.Relations(f.Subject.LAG, asked, []ident.ID{f.Subject.Owner}, s.now.Day())
	if err != nil {
		return err
	}
	parts, err := s.tx.BoardParts([]ident.ID{f.Proposal.ID, f.Call.ID})
	if err != nil {
		return err
	}
	took := append(f.tookPart(), parts...)
	related := Relate(known)
	for _, id := range asked {
		if _, there := known.Persons[id]; !there {
			r.Bars[id] = []Ground{UnknownPerson}
			continue
		}
		for _, p := range took {
			if p.Person == id && !slices.Contains(r.Bars[id], p.Ground) {
				r.Bars[id] = append(r.Bars[id], p.Ground)
			}
		}
		for _, m := range related.Matches(id, f.Subject.Owner) {
			if !slices.Contains(r.Bars[id], m.Ground) {
				r.Bars[id] = append(r.Bars[id], m.Ground)
			}
			if m.Rests != "" && !slices.Contains(r.Unverified, m.Rests) {
				r.Unverified = append(r.Unverified, m.Rests)
			}
		}
	}
	r.Could = slices.DeleteFunc(candidates, func(id ident.ID) bool { return len(r.Bars[id]) > 0 })
	if s.explaining && len(r.Could) > 0 {
		r.Named = r.Could[:1] // whom a careful sender would name
	}
	f.Review = r
	return nil
}

// tookPart are those who evaluated the proposal in whichever round, and those who took or
// confirmed any step with what its applicant had handed in, contests of it apart.
func (f *Facts) tookPart() []PartFacts {
	var out []PartFacts
	for _, e := range f.Proposal.Evaluations {
		out = append(out, PartFacts{e.Evaluator, EvaluatedIt})
	}
	for _, x := range f.Steps {
		if x.From.Editable || x.From.Contested || x.To.Contested || x.Role == Applicant || x.OnBehalfOf == Applicant {
			continue
		}
		out = append(out, PartFacts{x.By, DecidedIt}, PartFacts{x.Second, DecidedIt})
	}
	return out
}

// ruling is the guard of the steps by which an appeal is turned away or ruled on.
const ruling = "ruledByOthers"

// judges has the facts say whether who records and who confirms the ruling decided what is
// appealed, and who else could. Whoever only recorded another body's decision did not.
func (s *step) judges(d *decision) error {
	f, t := d.facts, d.step.Transition
	if f.Proposal == nil || f.Matter == nil || f.Matter.Subject != f.Proposal.ID || !slices.Contains(t.Guards, ruling) {
		return nil
	}
	r := &ReviewFacts{Bars: map[ident.ID][]Ground{}}
	f.Review = r
	decided, ok := f.appealed()
	if !ok || decided.OnBehalfOf != "" {
		return nil
	}
	decides := func(id ident.ID) bool { return id == decided.By || id == decided.Second }
	for _, id := range []ident.ID{s.actor.Person, s.second.Person} {
		if id != "" && decides(id) {
			r.Named, r.Bars[id] = append(r.Named, id), []Ground{DecidedIt}
		}
	}
	if len(r.Named) == 0 {
		return nil
	}
	roles := slices.Clone(secondRoles)
	for _, by := range t.By {
		if !slices.Contains(roles, by.Role) {
			roles = append(roles, by.Role)
		}
	}
	holders, err := s.tx.Holders(f.Subject, roles, s.now.Day())
	for _, h := range holders {
		if !decides(h.Person) {
			r.Could = append(r.Could, h.Person)
		}
	}
	r.Could = distinct(r.Could)
	return err
}

// appealed is the decision that the appeal is against.
func (f *Facts) appealed() (StepFacts, bool) {
	before := int64(math.MaxInt64)
	if x, moved := f.moved(); moved {
		before = x.N
	}
	return AppealedStep(f.Steps, before)
}

// moved is the step that the case took as the appeal was filed; ok is false for one that was
// late.
func (f *Facts) moved() (step StepFacts, ok bool) {
	i := slices.IndexFunc(f.Steps, func(x StepFacts) bool { return f.Matter != nil && x.Filed == f.Matter.ID })
	if i < 0 {
		return StepFacts{}, false
	}
	return f.Steps[i], true
}

// mostNamed is how many who could review a refusal names: a screen's worth.
const mostNamed = 20

func reviewersIndependent(s sight) rules.Result {
	if s.Review == nil {
		return fact(reviewing, false)
	}
	barred := s.Review.barred()
	if len(barred) == 0 {
		// Not who: the appellant reads the guards of their own appeal.
		return fact(reviewing, len(s.Review.Named) > 0, counted("reviewers", len(s.Review.Named)))
	}
	r := fact(reviewing, false, barred...)
	r.Unverified = s.Review.Unverified
	return r
}

// barred are those named with what bars each, and who could instead; nil where nothing bars.
func (r *ReviewFacts) barred() []rules.Fact {
	var out []rules.Fact
	for _, id := range r.Named {
		for _, g := range r.Bars[id] {
			out = append(out, rules.Fact{Name: string(id), Value: string(g)})
		}
	}
	if len(out) == 0 {
		return nil
	}
	for _, id := range r.Could[:min(len(r.Could), mostNamed)] {
		out = append(out, rules.Fact{Name: "could", Value: string(id)})
	}
	return out
}

// ruledByOthers holds where neither who records the ruling nor who confirms it prepared or
// confirmed the decision on the proposal that is appealed.
func ruledByOthers(s sight) rules.Result {
	if !s.ofProposal() || s.Review == nil {
		return fact(ruling, true)
	}
	barred := s.Review.barred()
	return fact(ruling, len(barred) == 0, barred...)
}

// ofProposal says whether the matter is about the proposal itself.
func (s sight) ofProposal() bool { return s.Proposal != nil && s.matter().Subject == s.Proposal.ID }

// beginsAbout says whether what is begun is about the proposal itself.
func (s sight) beginsAbout() bool {
	subject, _ := s.data["subjectId"].(ident.ID)
	return s.Proposal != nil && subject == s.Proposal.ID
}

// appealable holds for a decision on the proposal that was not appealed yet, be it that the
// term to appeal has run out.
func appealable(s sight) rules.Result {
	if !s.beginsAbout() {
		return fact("appealable", true)
	}
	var filed []rules.Fact
	decided, _ := AppealedStep(s.Steps, math.MaxInt64)
	for _, x := range s.Steps {
		if x.N > decided.N && x.Filed.Prefix() == ident.Appeal {
			filed = append(filed, rules.Fact{Name: "filed", Value: string(x.Filed)})
		}
	}
	return fact("appealable", len(filed) == 0 && (s.Proposal.Appealable || s.Proposal.Stands.Final), filed...)
}

// noOtherAppeal holds while no other appeal about the proposal waits for a ruling.
func noOtherAppeal(s sight) rules.Result {
	var open []rules.Fact
	for _, m := range s.Matters {
		if s.beginsAbout() && m.Kind == appealKind && m.Subject == s.Proposal.ID && !m.State.Settled() && m.State.Outcome == OutcomeNone {
			open = append(open, rules.Fact{Name: "open", Value: string(m.ID)})
		}
	}
	return fact("noOtherAppeal", len(open) == 0, open...)
}

// appealInTime holds where the appeal moved the case as it was filed: late, it did not. Of
// what is no proposal a document says which.
func appealInTime(s sight) rules.Result {
	_, moved := s.moved()
	return fact("appealInTime", !s.ofProposal() || moved)
}

// appealLate holds where the appeal moved no case as it was filed. Of what is no proposal a
// document says which.
func appealLate(s sight) rules.Result {
	_, moved := s.moved()
	return fact("appealLate", !s.ofProposal() || !moved)
}

// caseContested holds where a ruling on the matter has a case to send on.
func caseContested(s sight) rules.Result {
	return fact("caseContested", s.ofProposal() && s.Proposal.Stands.Contested)
}

// rulingCarriedOut holds once the case has gone on from where the ruling sent it, other than
// to ask, or is over. What is no proposal goes on by itself: of it a document tells.
func rulingCarriedOut(s sight) rules.Result {
	if !s.ofProposal() {
		return fact("rulingCarriedOut", true)
	}
	ruling, ruled := Ruling(s.Steps)
	went := slices.ContainsFunc(s.Steps, func(x StepFacts) bool {
		return ruled && x.N > ruling.N && x.From.Name == ruling.To.Name && x.To.Name != x.From.Name && !x.To.StopsClock
	})
	return fact("rulingCarriedOut", went || s.Proposal.Stands.Terminal || (!ruled && !s.Proposal.Stands.Contested),
		rules.Fact{Name: "sentTo", Value: string(ruling.To.Name)}, rules.Fact{Name: "state", Value: string(s.Proposal.State)})
}

// upheldWithoutMoney holds where an appeal or a court found for the proposal, the board has
// not decided it since, and R-19 leaves nothing to fund it with.
func upheldWithoutMoney(s sight) rules.Result {
	ruled, upheld := Ruling(s.Steps)
	for _, x := range s.Steps {
		upheld = upheld && (x.N <= ruled.N || x.Decision == "" || !x.To.Settled() && !x.To.Listed)
	}
	return fact("upheldWithoutMoney", upheld && !withinBudget(s).OK(), append(s.money(), rules.Fact{Name: "upheld", Value: strconv.FormatBool(upheld)})...)
}

// free is what of the call's budget nobody else holds.
func (s sight) free() rules.Money { return s.Call.Budget - (s.Call.Reserved - s.Held) }

func (s sight) money() []rules.Fact {
	return []rules.Fact{{Name: "free", Value: s.free().String()}, {Name: "grant", Value: s.amount().String()}}
}

// awaitsMoney says whether a case in the state waits for money that may be freed, and whether
// it does so ahead of the ranking: its step asks for no place in it.
func (m *Machine) awaitsMoney(state StateName) (waits, ahead bool) {
	x, waits := m.Lookup(state, promoting)
	return waits, waits && !slices.Contains(x.Transition.Guards, queueing)
}

// AwaitsMoney says whether a case in the state of the definition waits for money that may be
// freed, and whether it does so ahead of the ranking; neither where the version is not loaded.
func (ms *Machines) AwaitsMoney(definition string, state StateName) (waits, ahead bool) {
	if m := ms.Pinned(definition); m != nil {
		return m.awaitsMoney(state)
	}
	return false, false
}

// queueing is the guard of what takes its turn.
const queueing = "nextInRank"

// nextInRank holds for the first by the ranking of those that wait for money: whoever stands
// ahead of it for an appeal was upheld comes first. What the free money does not reach is
// passed over where the call fits in what follows.
func nextInRank(s sight) rules.Result {
	ranked, _ := s.rankingOf(func(p RankedFacts) bool { return p.Waits }).Rank()
	place := map[string]int{}
	for _, e := range ranked {
		place[e.Proposal] = e.Rank
	}
	own, there := place[string(s.Proposal.ID)]
	var before []rules.Fact
	for _, e := range ranked {
		i := slices.IndexFunc(s.Call.Ranking, func(p RankedFacts) bool { return string(p.Proposal) == e.Proposal })
		if e.Proposal == string(s.Proposal.ID) || (!s.Call.Ranking[i].Ahead && e.Rank >= own) || (s.Call.SkipAndFit && e.Grant > s.free()) {
			continue
		}
		before = append(before, rules.Fact{Name: "before", Value: e.Proposal})
	}
	return fact(queueing, there && len(before) == 0, append(s.money(), before...)...)
}
