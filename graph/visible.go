package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/agendaitem"
	"github.com/atranka/atranka/ent/ballot"
	"github.com/atranka/atranka/ent/call"
	"github.com/atranka/atranka/ent/contract"
	"github.com/atranka/atranka/ent/correspondence"
	"github.com/atranka/atranka/ent/decision"
	"github.com/atranka/atranka/ent/document"
	"github.com/atranka/atranka/ent/evaluation"
	"github.com/atranka/atranka/ent/frozenranking"
	"github.com/atranka/atranka/ent/historybody"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ent/incident"
	"github.com/atranka/atranka/ent/matter"
	"github.com/atranka/atranka/ent/meeting"
	"github.com/atranka/atranka/ent/person"
	"github.com/atranka/atranka/ent/predicate"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/rolegrant"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// sight is what one actor may see (design §6, domain §0.2.3). It stands in
// every query of a client that is made for this actor and this operation
// alone, so that a predicate holds for nodes, edges, counts and pages alike:
// entgql builds the queries of nested connections and their counts where no
// resolver can reach them. A type that [sight.Traverse] does not list is
// refused, so a new one has to be classified.
type sight struct {
	actor    workflow.Actor
	machines *workflow.Machines
	all      *ent.Client // sees everything; for what decides on sight itself
	seen     *ent.Client
	asked    asked
	inner    func() (inner, error)
	told     told
	tally    tally
	compared compared
	// checklists are those of calls whose proposals were read.
	checklists checklists
}

func newSight(ctx context.Context, a workflow.Actor, ms *workflow.Machines, all *ent.Client, asked asked) *sight {
	v := &sight{actor: a, machines: ms, all: all, asked: asked}
	v.inner = sync.OnceValues(func() (inner, error) { return v.loadInner(ctx) })
	return v
}

var (
	// staff of a group see all that is the group's, drafts included.
	staff = []workflow.Role{
		workflow.Administrator, workflow.Chair, workflow.Secretary, workflow.AuditCommission, workflow.Auditor,
	}
	// office are those who work on calls before the public knows of them.
	office = append(slices.Clone(staff), workflow.BoardMember, workflow.Evaluator)
)

// rows says which rows of a table are meant; nil means all.
type rows func(*sql.Selector) *sql.Predicate

// either joins conditions with OR.
func either(all ...rows) rows {
	return func(s *sql.Selector) *sql.Predicate {
		ps := make([]*sql.Predicate, len(all))
		for i, r := range all {
			ps[i] = r(s)
		}
		return sql.Or(ps...)
	}
}

// not turns a condition round.
func not(r rows) rows {
	return func(s *sql.Selector) *sql.Predicate { return sql.Not(r(s)) }
}

// both joins conditions with AND.
func both(a, b rows) rows {
	return func(s *sql.Selector) *sql.Predicate { return sql.And(a(s), b(s)) }
}

// noneOf holds for rows that have none of the values in the column.
func noneOf(column string, values ...any) rows {
	return func(s *sql.Selector) *sql.Predicate { return sql.NotIn(s.C(column), values...) }
}

// anys are texts as a condition takes them.
func anys[T ~string](texts []T) []any {
	out := make([]any, len(texts))
	for i, t := range texts {
		out[i] = string(t)
	}
	return out
}

func nothing(*sql.Selector) *sql.Predicate { return sql.False() }

func everything(*sql.Selector) *sql.Predicate { return sql.ExprP("1 = 1") }

// equal holds for rows with the value in the column, and never for an empty
// value: nobody owns what belongs to nobody.
func equal(column string, value ident.ID) rows {
	if value == "" {
		return nothing
	}
	return func(s *sql.Selector) *sql.Predicate { return sql.EQ(s.C(column), string(value)) }
}

func oneOf(column string, values []any) rows {
	if len(values) == 0 {
		return nothing
	}
	return func(s *sql.Selector) *sql.Predicate { return sql.In(s.C(column), values...) }
}

// of holds for rows whose column leads to a meant row of the other table, by
// the key there.
func of(column, table, key string, r rows) rows {
	return func(s *sql.Selector) *sql.Predicate {
		t := sql.Dialect(s.Dialect()).Table(table)
		sub := sql.Dialect(s.Dialect()).Select(t.C(key)).From(t)
		return sql.In(s.C(column), sub.Where(r(sub)))
	}
}

// ofKind holds for rows in a dossier of the kind.
func ofKind(p ident.Prefix) rows {
	return func(s *sql.Selector) *sql.Predicate { return sql.HasPrefix(s.C("dossier_id"), string(p)+"_") }
}

// inGroup holds for rows of the groups in which the actor has one of the roles.
func (v *sight) inGroup(roles ...workflow.Role) rows {
	var lags []any
	for _, g := range v.actor.Grants {
		if !slices.Contains(roles, g.Role) {
			continue
		}
		if g.LAG == "" {
			return everything
		}
		lags = append(lags, string(g.LAG))
	}
	return oneOf("lag_id", lags)
}

// listed are the states of a kind whose existence is public.
func (v *sight) listed(k workflow.Kind) rows {
	return oneOf("state", v.states(k, func(s workflow.State) bool { return s.Listed }))
}

// states are the names of a kind's states that have a trait.
func (v *sight) states(k workflow.Kind, has func(workflow.State) bool) []any {
	var names []any
	for _, s := range v.machines.States(k) {
		if has(s) {
			names = append(names, string(s.Name))
		}
	}
	return names
}

// proposalsInside are the proposals whose content the actor may read: staff of
// the group, the applicant, an assigned evaluator who declared no conflict, and the
// board, of what was received, once the list of it is published, but for whoever has a
// conflict as an evaluator of it.
func (v *sight) proposalsInside() rows {
	return either(
		v.inGroup(staff...),
		v.ownProposals(),
		both(not(v.conflicted()), either(v.assigned(v.trusting()), v.beforeBoard())),
	)
}

// beforeBoard are the proposals that are the actor's as a member of the board to know of: what
// was received, once the list of it is published.
func (v *sight) beforeBoard() rows {
	return both(v.inGroup(workflow.BoardMember), both(filed(), v.received()))
}

// filed are the proposals that were handed in, here or on paper.
func filed() rows {
	return either(present(proposal.FieldSubmittedAt), present(proposal.FieldReceivedAt))
}

// assigned are the proposals of which the actor, as an evaluator, has such an evaluation.
func (v *sight) assigned(evaluations rows) rows {
	return both(v.inGroup(workflow.Evaluator), v.assessing(evaluations))
}

// assessing are the proposals of which the actor has such an evaluation, in whichever
// role they have come.
func (v *sight) assessing(evaluations rows) rows {
	return of(proposal.FieldID, evaluation.Table, evaluation.FieldProposalID, both(equal(evaluation.FieldEvaluatorID, v.actor.Person), evaluations))
}

// conflicted are the proposals that the actor has a conflict in, as their evaluator or as a
// member of the board who left for one of their items.
func (v *sight) conflicted() rows {
	return either(v.assessing(v.withheld()), of(proposal.FieldID, agendaitem.Table, agendaitem.FieldSubjectID, v.leftFor()))
}

// trusting are the evaluations whose evaluators may read what they are about.
func (v *sight) trusting() rows {
	ended := oneOf(evaluation.FieldState, v.states("evaluation", func(s workflow.State) bool { return s.Terminal }))
	return both(both(not(v.withheld()), present(evaluation.FieldDeclaredAt)), not(both(ended, not(present(evaluation.FieldSubmittedAt)))))
}

// withheld are the evaluations that their evaluators have a conflict in, or no longer do.
func (v *sight) withheld() rows {
	return oneOf(evaluation.FieldState, v.states("evaluation", func(s workflow.State) bool { return s.Withheld }))
}

// present holds for rows with a value in the column.
func present(column string) rows {
	return func(s *sql.Selector) *sql.Predicate { return sql.NotNull(s.C(column)) }
}

func (v *sight) ownProposals() rows {
	return both(v.inGroup(workflow.Applicant), equal(proposal.FieldApplicantID, v.actor.Organisation))
}

// proposals are those that the actor may know of. An operation that orders
// them by their scores is answered with those whose scores the actor may read,
// by [sight.inside] and [sight.awaits]: the order would tell what the field
// withholds. So it is with when they came into a state that the actor is not told.
func (v *sight) proposals() rows {
	if v.asked[byScore] {
		decided := v.states("proposal", func(s workflow.State) bool { return s.Outcome != workflow.OutcomeNone })
		return both(v.proposalsInside(), either(not(v.outside()), oneOf("state", decided)))
	}
	known := either(v.proposalsInside(), v.listed("proposal"), v.beforeBoard(), both(v.assigned(everything), either(not(v.conflicted()), v.received())))
	if v.asked[bySince] {
		return both(known, not(v.veiled()))
	}
	return known
}

// received are the proposals of calls whose list of what was received is public.
func (v *sight) received() rows {
	return of(proposal.FieldCallID, call.Table, call.FieldID, func(s *sql.Selector) *sql.Predicate { return sql.EQ(s.C(call.FieldReceivedListPublished), true) })
}

// veiled are the proposals of which the actor may be told another state than they
// are in: also those that are in the one they are told, or to be left out would
// say which they are.
func (v *sight) veiled() rows {
	var names []workflow.StateName
	for _, as := range v.machines.Veils("proposal") {
		names = append(names, v.machines.TakenFor("proposal", as)...)
	}
	return both(oneOf("state", anys(names)), v.outside())
}

// calls are public once listed; an applicant knows the call of what is theirs.
func (v *sight) calls() rows {
	return either(v.listed("call"), v.inGroup(office...),
		of(call.FieldID, proposal.Table, proposal.FieldCallID, v.ownProposals()))
}

// rankings hold the scores of all that compete: they are for staff, and for the board
// but for those whose organisation is among them, or who have a conflict in one. The
// column names their call.
func (v *sight) rankings(column string) rows {
	theirs := of(column, proposal.Table, proposal.FieldCallID, either(v.ofTheirs(), v.conflicted()))
	return either(v.inGroup(staff...), both(v.inGroup(workflow.BoardMember), not(theirs)))
}

// evaluations are for staff, for the board once the list is published, and for
// whoever they are given to, while they know of the proposal. Scores of others would
// sway an evaluator: those are shown to whoever has submitted their own, and to a member of
// the board who evaluates as to any other evaluator.
func (v *sight) evaluations() rows {
	read := both(v.proposalsInside(), not(either(v.ofTheirs(), v.conflicted())))
	own := both(equal(evaluation.FieldEvaluatorID, v.actor.Person),
		either(not(v.withheld()), of(evaluation.FieldProposalID, proposal.Table, proposal.FieldID, v.received())))
	others := both(both(v.inGroup(workflow.Evaluator), present(evaluation.FieldSubmittedAt)), both(v.besideOwn(), v.shownNow()))
	return either(v.inGroup(staff...), own, others,
		both(both(v.inGroup(workflow.BoardMember), not(v.untimely())), of(evaluation.FieldProposalID, proposal.Table, proposal.FieldID, read)))
}

// untimely are the evaluations of rounds in which the actor has yet to hand in their own, or
// has, while the call shows those of others later.
func (v *sight) untimely() rows {
	ended := oneOf(evaluation.FieldState, v.states("evaluation", func(s workflow.State) bool { return s.Terminal }))
	awaited := both(not(present(evaluation.FieldSubmittedAt)), not(ended))
	return either(v.beside(awaited), both(v.beside(present(evaluation.FieldSubmittedAt)), not(v.shownNow())))
}

// besideOwn are the evaluations of the rounds in which the actor has submitted one.
func (v *sight) besideOwn() rows {
	unbarred := v.inProposal(not(v.conflicted()))
	return v.beside(both(present(evaluation.FieldSubmittedAt), both(v.trusting(), unbarred)))
}

// beside are the evaluations of the rounds in which the actor has such a one.
func (v *sight) beside(own rows) rows {
	mine := both(equal(evaluation.FieldEvaluatorID, v.actor.Person), own)
	return func(s *sql.Selector) *sql.Predicate {
		t := sql.Dialect(s.Dialect()).Table(evaluation.Table).As("mine")
		sub := sql.Dialect(s.Dialect()).Select(t.C(evaluation.FieldID)).From(t)
		return sql.Exists(sub.Where(sql.And(mine(sub), sql.ColumnsEQ(t.C(evaluation.FieldProposalID), s.C(evaluation.FieldProposalID)),
			sql.ColumnsEQ(t.C(evaluation.FieldRound), s.C(evaluation.FieldRound)))))
	}
}

// shownNow holds for evaluations of calls that show them once one's own are in, and for those
// of whose round nothing is awaited any more.
func (v *sight) shownNow() rows {
	waits := v.inProposal(of(proposal.FieldCallID, call.Table, call.FieldID, func(s *sql.Selector) *sql.Predicate {
		return sql.EQ(s.C(call.FieldScoresShown), workflow.OnceAll)
	}))
	open := noneOf(evaluation.FieldState, v.states("evaluation", func(s workflow.State) bool { return s.Terminal })...)
	return either(not(waits), func(s *sql.Selector) *sql.Predicate {
		t := sql.Dialect(s.Dialect()).Table(evaluation.Table).As("awaited")
		sub := sql.Dialect(s.Dialect()).Select(t.C(evaluation.FieldID)).From(t)
		return sql.Not(sql.Exists(sub.Where(sql.And(sql.IsNull(t.C(evaluation.FieldSubmittedAt)), open(sub),
			sql.ColumnsEQ(t.C(evaluation.FieldProposalID), s.C(evaluation.FieldProposalID)),
			sql.ColumnsEQ(t.C(evaluation.FieldRound), s.C(evaluation.FieldRound))))))
	})
}

func (v *sight) inProposal(r rows) rows {
	return of("proposal_id", proposal.Table, proposal.FieldID, r)
}

func (v *sight) inCall() rows { return of("call_id", call.Table, call.FieldID, v.calls()) }

// about holds for rows whose subject is a visible proposal or call.
func (v *sight) about(proposals rows) rows {
	return either(
		of(decision.FieldSubjectID, proposal.Table, proposal.FieldID, proposals),
		of(decision.FieldSubjectID, call.Table, call.FieldID, v.calls()),
	)
}

// decisions are for staff and for those who see what they are about. Not for
// the whole office: a decision names its subject, and the board learns of
// proposals when their list is published. Those outside the office learn of one
// when it is carried out, as of what it does.
func (v *sight) decisions() rows {
	theirs := of(decision.FieldSubjectID, proposal.Table, proposal.FieldID, either(v.ofTheirs(), v.conflicted()))
	return either(v.inGroup(staff...), both(v.about(v.proposals()), either(both(v.inGroup(office...), not(theirs)), carriedOut)))
}

// atTheTable holds for rows of groups in which the actor is of the board, or of the staff:
// who sits at a meeting, and how they vote there, is not for others.
func (v *sight) atTheTable() rows {
	return v.inGroup(append(slices.Clone(staff), workflow.BoardMember)...)
}

// items are for staff, and for the board those about what they may know of.
func (v *sight) items() rows {
	return either(v.inGroup(staff...), both(v.inGroup(workflow.BoardMember), v.about(v.proposals())))
}

// parts are the items in which the actor has a part: for the board, those that they have not
// left for, and that are about nothing of theirs.
func (v *sight) parts() rows {
	return both(v.items(), either(v.inGroup(staff...), not(either(v.leftFor(), v.aboutTheirs()))))
}

// leftFor are the items that the actor left for, whatever they are about.
func (v *sight) leftFor() rows {
	return of(agendaitem.FieldID, ballot.Table, ballot.FieldItemID,
		both(equal(ballot.FieldPersonID, v.actor.Person), oneOf(ballot.FieldVote, []any{string(workflow.Recused)})))
}

// aboutTheirs are the items and decisions about a proposal of the actor's organisation, one
// that they have a conflict in or assess, what belongs to such a proposal, or a call that
// has received one: an item that is a call covers all of them.
func (v *sight) aboutTheirs() rows {
	const subject = agendaitem.FieldSubjectID // as a decision's
	theirs := either(v.ofTheirs(), v.conflicted(), v.assessing(everything))
	return either(
		of(subject, proposal.Table, proposal.FieldID, theirs),
		of(subject, call.Table, call.FieldID, of(call.FieldID, proposal.Table, proposal.FieldCallID, both(filed(), theirs))),
		of(subject, evaluation.Table, evaluation.FieldID, v.inProposal(theirs)),
		of(subject, contract.Table, contract.FieldID, v.inProposal(theirs)),
	)
}

// withholdPresiders leaves who presided to those at the table, as all that persons did.
func (v *sight) withholdPresiders(all []*ent.Meeting) {
	for _, m := range all {
		if !v.isAtTheTable(m.LagID) {
			m.PresiderID, m.Observers = "", nil
		}
	}
}

// isAtTheTable is [sight.atTheTable] for a single group.
func (v *sight) isAtTheTable(lag ident.ID) bool {
	return v.actor.HoldsAny(lag, append(slices.Clone(staff), workflow.BoardMember)...)
}

// ballots are for whoever has a part in the item.
func (v *sight) ballots() rows {
	return of(ballot.FieldItemID, agendaitem.Table, agendaitem.FieldID, v.parts())
}

// carriedOut holds for decisions that some step of their case carried out.
func carriedOut(s *sql.Selector) *sql.Predicate {
	d := sql.Dialect(s.Dialect())
	e, b := d.Table(historyentry.Table).As("carried"), d.Table(historybody.Table).As("by")
	id, body := s.C(decision.FieldID), b.C(historybody.FieldBody)
	return sql.Exists(d.Select(e.C(historyentry.FieldID)).From(e).Join(b).On(b.C(historybody.FieldID), e.C(historyentry.FieldID)).Where(sql.And(
		sql.ColumnsEQ(e.C(historyentry.FieldSubjectID), s.C(decision.FieldSubjectID)),
		sql.EQ(e.C(historyentry.FieldKind), "transition"),
		sql.ExprP(body+` LIKE '%"decision":"' || `+id+` || '"%'`),
	)))
}

// outside holds for proposals of which the actor is told what applicants are: it is
// [workflow.Actor.Outside] for tables, and of whoever has a conflict too, for a state that
// nobody has decided in yet says what the scores came to.
func (v *sight) outside() rows {
	return both(not(v.inGroup(staff...)), either(v.ofTheirs(), v.conflicted(), not(v.inGroup(workflow.BoardMember, workflow.Evaluator))))
}

// isOutside is [sight.outside] for a single row.
func (v *sight) isOutside(p *ent.Proposal) (bool, error) {
	of := workflow.Subject{ID: p.ID, LAG: p.LagID, Owner: p.ApplicantID}
	as, err := v.as(of)
	return as.Outside(of), err
}

// as is whom the actor is taken for where they read of the case: of one that they have a
// conflict in, nobody of the evaluators and the board.
func (v *sight) as(of workflow.Subject) (workflow.Actor, error) {
	a := v.actor
	if a.HoldsAny(of.LAG, staff...) || !a.HoldsAny(of.LAG, workflow.Evaluator, workflow.BoardMember) {
		return a, nil
	}
	in, err := v.inner()
	if in.withheld[of.ID] {
		a.Grants = slices.DeleteFunc(slices.Clone(a.Grants), func(g workflow.Grant) bool {
			return g.Role == workflow.Evaluator || g.Role == workflow.BoardMember
		})
	}
	return a, err
}

// ofTheirs are the proposals of the actor's organisation, in whichever role they
// have come.
func (v *sight) ofTheirs() rows { return equal(proposal.FieldApplicantID, v.actor.Organisation) }

// toldBy holds for entries that the actor may know of by now: while a case is in
// a state that is shown as another, or in that one, those up to the step by which it
// came to be known as that one. What came after shows, all of it and their own acts
// too, once the case is decided or sent back.
func (v *sight) toldBy() rows {
	told := everything
	for _, as := range v.machines.Veils("proposal") {
		into, within := workflow.Arriving(v.machines.TakenFor("proposal", as))
		silent := of("dossier_id", proposal.Table, proposal.FieldID, both(oneOf("state", anys(v.machines.TakenFor("proposal", as))), v.outside()))
		told = both(told, either(not(silent), func(s *sql.Selector) *sql.Predicate {
			d := sql.Dialect(s.Dialect())
			e, b := d.Table(historyentry.Table).As("shown"), d.Table(historybody.Table).As("saying")
			return sql.Exists(d.Select(e.C(historyentry.FieldID)).From(e).Join(b).On(b.C(historybody.FieldID), e.C(historyentry.FieldID)).Where(sql.And(
				sql.ColumnsEQ(e.C(historyentry.FieldDossierID), s.C(historyentry.FieldDossierID)),
				sql.ColumnsGTE(e.C(historyentry.FieldN), s.C(historyentry.FieldN)),
				sql.EQ(e.C(historyentry.FieldKind), "transition"), saying(b.C(historybody.FieldBody), into), sql.Not(saying(b.C(historybody.FieldBody), within)),
			)))
		}))
	}
	return told
}

// saying holds for bodies, in the column, that hold one of the texts.
func saying(column string, texts []string) *sql.Predicate {
	of := make([]*sql.Predicate, len(texts))
	for i, x := range texts {
		of[i] = sql.Contains(column, x)
	}
	return sql.Or(of...)
}

// contracts are for those inside their proposal, and for everybody once listed.
func (v *sight) contracts() rows {
	return either(v.inProposal(v.proposalsInside()), both(v.listed("contract"), v.inProposal(v.proposals())))
}

// matters are for staff and, but for confidential kinds, for the applicant: the
// board and the evaluators have no part in what is paid and claimed. Minutes are the
// board's too, but for whoever had no part in something that was decided there, and
// everybody's once they are published.
func (v *sight) matters() rows {
	// Of what is of no proposal the condition would come to NULL, which turned round is no answer.
	theirs := both(present(matter.FieldProposalID), v.inProposal(v.ownProposals()))
	minutes := both(oneOf("kind", []any{"minutes"}), either(v.inFull(matter.FieldMeetingID), v.listed("minutes")))
	return either(v.inGroup(staff...), both(oneOf("kind", anys(v.machines.Open())), theirs), minutes)
}

// inFull are rows about meetings, named by the column, whose minutes the actor reads in
// full: they tell who voted how, which is not for whoever left for one of the items, nor
// for the applicant's own or who assessed what was decided on.
func (v *sight) inFull(column string) rows {
	without := either(
		of(column, agendaitem.Table, agendaitem.FieldMeetingID, either(v.leftFor(), v.aboutTheirs())),
		of(column, decision.Table, decision.FieldMeetingID, v.aboutTheirs()),
	)
	return either(v.inGroup(staff...), both(v.inGroup(workflow.BoardMember), not(without)))
}

// onMatters are the entries about matters that the actor may know of, and about
// no paper or incident of one that they may not.
func (v *sight) onMatters() rows {
	ours := v.matters()
	theirs := not(ours)
	paper := func(table string) rows {
		return of("subject_id", table, "id", of("subject_id", matter.Table, matter.FieldID, theirs))
	}
	papers := either(paper(document.Table), paper(correspondence.Table), paper(incident.Table))
	known := either(noneOf("subject_type", "Matter"), of("subject_id", matter.Table, matter.FieldID, ours))
	return both(known, not(papers))
}

// ofHiddenCalls are the evaluations of calls that hide who evaluates.
func (v *sight) ofHiddenCalls() rows {
	return v.inProposal(of(proposal.FieldCallID, call.Table, call.FieldID, func(s *sql.Selector) *sql.Predicate {
		return sql.EQ(s.C(call.FieldEvaluatorsHidden), true)
	}))
}

// onEvaluations are the entries about evaluations that the actor may read, and where the call
// hides who evaluates about their own: an entry says who acted.
func (v *sight) onEvaluations() rows {
	named := either(v.inGroup(staff...), either(equal(evaluation.FieldEvaluatorID, v.actor.Person), not(v.ofHiddenCalls())))
	return either(noneOf("subject_type", "Evaluation"), of("subject_id", evaluation.Table, evaluation.FieldID, both(v.evaluations(), named)))
}

// papers are for staff and for those inside the proposal that they are about, for
// whoever is told less of it by now those of which they are told, and their own; those of a
// meeting for the board, and those of an item for whoever has a part in it.
func (v *sight) papers() rows {
	recorded := both(oneOf(historyentry.FieldKind, []any{"document.record", "letter.send"}), either(v.toldBy(), equal(historyentry.FieldActorID, v.actor.Person)))
	told := func(s *sql.Selector) *sql.Predicate {
		d := sql.Dialect(s.Dialect())
		e := d.Table(historyentry.Table).As("recorded")
		by := d.Select(e.C(historyentry.FieldID)).From(e)
		return sql.Exists(by.Where(sql.And(sql.ColumnsEQ(e.C(historyentry.FieldSubjectID), s.C(document.FieldID)), recorded(by))))
	}
	tabled := either(of("subject_id", agendaitem.Table, agendaitem.FieldID, v.parts()), of("subject_id", meeting.Table, meeting.FieldID, v.atTheTable()))
	return either(v.inGroup(staff...), both(of("subject_id", proposal.Table, proposal.FieldID, v.proposalsInside()), told), tabled)
}

// entries follow the dossier: that of a group, a strategy or a meeting is
// public, of a meeting's decisions those that may be read; a call's and a
// proposal's is for those who see them. Of what is not theirs to read, staff of
// the group and those inside the proposal alone learn that it happened.
func (v *sight) entries() rows {
	dossiers := either(ofKind(ident.LAG), ofKind(ident.Strategy),
		both(ofKind(ident.Meeting), v.ofMeetings()),
		of("dossier_id", call.Table, call.FieldID, v.calls()),
		of("dossier_id", proposal.Table, proposal.FieldID, v.proposals()))
	inside := either(v.inGroup(staff...), both(of("dossier_id", proposal.Table, proposal.FieldID, v.proposalsInside()), both(v.ownAttempts(), noneOf("kind", "record.correct", "proposal.check"))))
	return either(v.registryEntries(), both(both(dossiers, both(v.onMatters(), v.onEvaluations())), both(v.toldBy(), either(inside, v.openEntries()))))
}

// ofMeetings are the entries of a meeting about itself, and about those of its decisions
// that the actor may read; who attended is for those at the table. Of an item in which they
// have no part they learn that it is on the agenda.
func (v *sight) ofMeetings() rows {
	item := func(r rows) rows { return of("subject_id", agendaitem.Table, agendaitem.FieldID, r) }
	return either(
		both(noneOf("subject_type", "Decision", "AgendaItem"), either(noneOf("kind", "meeting.attend"), v.atTheTable())),
		both(oneOf("subject_type", []any{"Decision"}), of("subject_id", decision.Table, decision.FieldID, v.decisions())),
		both(oneOf("subject_type", []any{"AgendaItem"}), either(item(v.parts()), both(item(v.items()), oneOf("kind", []any{"item.table"})))),
	)
}

// ownAttempts leave out what others were refused.
func (v *sight) ownAttempts() rows {
	return either(noneOf("kind", "refused"), equal("actor_id", v.actor.Person))
}

// openEntries tell of no refused attempt, no reminder and no record that is not
// public.
func (v *sight) openEntries() rows {
	public := noneOf("subject_type", "Document", "Correspondence", "Evaluation", "Score", "Contract", "Matter",
		"BudgetLine", "ProposalFunding", "ProposalVersion", "Envelope", "Movement", "Person", "RoleGrant", "Incident", "FrozenRanking", "Tie")
	inHouse := noneOf("kind", "refused", "reminder", "incident.open", "incident.retry", "incident.setAside", "term.extend", "migrate", "cases.migrate", "record.correct", "proposal.check", "call.pool")
	return both(inHouse, either(public, of("subject_id", contract.Table, contract.FieldID, v.contracts())))
}

// registryEntries are for staff, those about persons for staff of their groups.
func (v *sight) registryEntries() rows {
	if !v.actor.HoldsAny("", staff...) {
		return nothing
	}
	return both(ofKind(ident.Registry), either(noneOf("subject_type", "Person", "RoleGrant"),
		of("subject_id", person.Table, person.FieldID, v.persons()),
		of("subject_id", rolegrant.Table, rolegrant.FieldID, v.grants())))
}

// grants are those in the groups where the actor is staff; one without a group
// holds in all.
func (v *sight) grants() rows {
	everywhere := func(s *sql.Selector) *sql.Predicate { return sql.IsNull(s.C(rolegrant.FieldLagID)) }
	return either(v.inGroup(staff...), everywhere)
}

// persons are for themselves and for staff of a group that they have or had a
// role in. Who has none yet, because they were only just registered, is for
// staff of any: somebody has to grant the first.
func (v *sight) persons() rows {
	self := equal(person.FieldID, v.actor.Person)
	if !v.actor.HoldsAny("", staff...) {
		return self
	}
	granted := func(r rows) rows { return of(person.FieldID, rolegrant.Table, rolegrant.FieldPersonID, r) }
	return either(self, granted(v.grants()), not(granted(everything)))
}

// Traverse narrows each query to what the actor may see, and puts lists that
// have no order of their own in one that both engines share: by their ordinal,
// else as they were recorded.
func (v *sight) Traverse(_ context.Context, q ent.Query) error {
	switch q := q.(type) {
	case *ent.ActionQuery:
		see(q, nil, nil, "ordinal")
	case *ent.AgendaItemQuery:
		see(q, v.items(), []string{"lag_id", "state", "definition"}, "ordinal")
	case *ent.AttendanceQuery:
		see(q, v.atTheTable(), nil)
	case *ent.BallotQuery:
		see(q, v.ballots(), nil)
	case *ent.ActivityKindQuery:
		see(q, nil, nil)
	case *ent.BoardSeatQuery:
		see(q, nil, nil)
	case *ent.BudgetLineQuery:
		see(q, v.inProposal(v.proposalsInside()), nil, "ordinal")
	case *ent.CallQuery:
		see(q, v.calls(), nil)
	case *ent.CallAllocationQuery:
		see(q, v.inCall(), nil)
	case *ent.ContractQuery:
		see(q, v.contracts(), nil)
	case *ent.CorrespondenceQuery:
		see(q, either(v.inGroup(staff...), of("subject_id", proposal.Table, proposal.FieldID, v.ownProposals())), nil)
	case *ent.CriterionQuery:
		see(q, v.inCall(), nil, "ordinal")
	case *ent.DecisionQuery:
		see(q, v.decisions(), []string{decision.FieldLagID, decision.FieldSubjectID})
	case *ent.DirectionQuery:
		see(q, nil, nil)
	case *ent.DocumentQuery:
		see(q, v.papers(), nil)
	case *ent.EnvelopeQuery:
		see(q, v.inGroup(office...), nil)
	case *ent.EvaluationQuery:
		see(q, v.evaluations(), []string{
			evaluation.FieldLagID, evaluation.FieldProposalID, evaluation.FieldEvaluatorID, evaluation.FieldState, evaluation.FieldDefinition,
		})
	case *ent.FindingQuery:
		see(q, nil, nil)
	case *ent.FrozenRankingQuery:
		see(q, v.rankings(frozenranking.FieldCallID), nil, frozenranking.FieldOrdinal)
	case *ent.FundingSourceQuery:
		see(q, nil, nil)
	case *ent.GoalQuery:
		see(q, nil, nil, "ordinal")
	case *ent.HistoryEntryQuery:
		see(q, v.entries(), []string{historyentry.FieldDossierID, historyentry.FieldLagID, historyentry.FieldActorID})
	case *ent.IncidentQuery:
		see(q, v.inGroup(staff...), []string{incident.FieldMessageLt, incident.FieldMessageEn})
	case *ent.IndicatorQuery:
		see(q, nil, nil)
	default:
		return v.traverseRest(q)
	}
	return nil
}

// traverseRest is the second half of the list.
func (v *sight) traverseRest(q ent.Query) error {
	switch q := q.(type) {
	case *ent.LagQuery:
		see(q, nil, nil)
	case *ent.LagMemberQuery:
		see(q, nil, nil)
	case *ent.MatterQuery:
		see(q, v.matters(), []string{matter.FieldLagID, matter.FieldKind, matter.FieldProposalID, matter.FieldMeetingID, matter.FieldState, matter.FieldDefinition})
	case *ent.MeasureQuery:
		see(q, nil, nil)
	case *ent.MeetingQuery:
		see(q, nil, []string{"lag_id", "state", "definition"})
	case *ent.MovementQuery:
		see(q, v.inGroup(office...), nil)
	case *ent.ObjectiveQuery:
		see(q, nil, nil, "ordinal")
	case *ent.OrganisationQuery:
		see(q, nil, nil)
	case *ent.PersonQuery:
		see(q, v.persons(), nil)
	case *ent.ProjectQuery:
		see(q, nil, []string{"proposal_id"})
	case *ent.ProposalQuery:
		see(q, v.proposals(), []string{"lag_id", "call_id", "applicant_id", "state", "definition", "submitted_at", "received_at"})
	case *ent.ProposalFundingQuery:
		see(q, v.inProposal(v.proposalsInside()), nil)
	case *ent.ProposalVersionQuery:
		see(q, v.inProposal(v.proposalsInside()), nil, "ordinal")
	case *ent.ResultRecordQuery:
		see(q, v.results(), nil, "ordinal")
	case *ent.ScoreQuery:
		see(q, of("evaluation_id", evaluation.Table, evaluation.FieldID, v.evaluations()), nil)
	case *ent.StatedFigureQuery:
		see(q, nil, nil)
	case *ent.StrategyQuery:
		see(q, nil, nil)
	case *ent.TerritoryQuery:
		see(q, nil, nil)
	case *ent.TextSourceQuery:
		see(q, nil, nil)
	case *ent.TieQuery:
		see(q, v.inGroup(staff...), nil)
	default:
		return fmt.Errorf("%T is on no list of what may be read", q)
	}
	return nil
}

// query is what see needs of an ent query.
type query[Q, M any, P, O ~func(*sql.Selector)] interface {
	Where(...P) Q
	Order(...O) Q
	Modify(...func(*sql.Selector)) M
}

// see narrows a query to the rows, has it read the columns that sight itself
// needs, and orders it by the columns and the id, after any order of its own.
func see[Q, M any, P, O ~func(*sql.Selector)](q query[Q, M, P, O], r rows, needs []string, by ...string) {
	if r != nil {
		q.Where(func(s *sql.Selector) { s.Where(r(s)) })
	}
	q.Order(func(s *sql.Selector) { arrange(s, needs, append(by, "id")) })
	q.Modify(orderedPages)
}

// arrange leaves aggregates alone, which select no id.
func arrange(s *sql.Selector, needs, by []string) {
	selected := s.SelectedColumns()
	if !slices.Contains(selected, s.C("id")) {
		return
	}
	for _, c := range needs {
		if !slices.Contains(selected, s.C(c)) {
			s.AppendSelect(s.C(c))
		}
	}
	for _, c := range by {
		s.OrderBy(s.C(c))
	}
}

// orderedPages orders the outer statement of nested pages, which entgql wraps
// in a window and leaves without one.
func orderedPages(s *sql.Selector) {
	if s.TableName() == "limited_query" {
		s.OrderBy(s.C("row_number"))
	}
}

// Intercept completes and withholds what was read.
func (v *sight) Intercept(next ent.Querier) ent.Querier {
	return ent.QuerierFunc(func(ctx context.Context, q ent.Query) (ent.Value, error) {
		value, err := next.Query(ctx, q)
		if err != nil {
			return nil, err
		}
		switch read := value.(type) {
		case []*ent.Proposal:
			err = errors.Join(v.withhold(read), v.veilStates(ctx, read), v.noteChecklists(ctx, read))
		case []*ent.Project:
			err = v.withProposals(ctx, read)
		case []*ent.HistoryEntry:
			err = errors.Join(v.withBodies(ctx, read), v.withholdPersons(ctx, read))
		case []*ent.Meeting:
			v.withholdPresiders(read)
		case []*ent.Matter:
			v.withholdReviewers(read)
		case []*ent.Strategy:
			v.tally.note(read)
		case []*ent.Decision:
			v.withholdReasons(read)
		case []*ent.Evaluation:
			err = v.withholdEvaluators(ctx, read)
			v.compared.note(v.actor, read)
		}
		return value, err
	})
}

// withholdReasons leaves what the board wrote to the office, and what it wrote of a call to the
// board as well; an applicant reads of their own in the letter.
func (v *sight) withholdReasons(all []*ent.Decision) {
	for _, d := range all {
		ofCall := d.SubjectID.Prefix() == ident.Call && v.actor.HoldsAny(d.LagID, workflow.BoardMember)
		if !ofCall && !v.actor.HoldsAny(d.LagID, staff...) {
			d.Reasons = ""
		}
	}
}

// withholdEvaluators leaves out who gave what, where the call hides it.
func (v *sight) withholdEvaluators(ctx context.Context, all []*ent.Evaluation) error {
	var others []*ent.Evaluation
	var ids []ident.ID
	for _, e := range all {
		if e.EvaluatorID != v.actor.Person && !v.actor.HoldsAny(e.LagID, staff...) {
			others, ids = append(others, e), append(ids, e.ProposalID)
		}
	}
	if len(others) == 0 {
		return nil
	}
	hidden, err := v.all.Proposal.Query().Where(proposal.IDIn(ids...), proposal.HasCallWith(call.EvaluatorsHidden(true))).IDs(ctx)
	for _, e := range others {
		if slices.Contains(hidden, e.ProposalID) {
			e.EvaluatorID = ""
		}
	}
	return err
}

// inner says of single rows what [sight.proposalsInside] says of tables.
type inner struct {
	assigned  map[ident.ID]bool // proposals that the actor declared no conflict in
	withheld  map[ident.ID]bool // proposals an evaluation of which was taken from them
	published map[ident.ID]bool // calls
}

func (v *sight) loadInner(ctx context.Context) (inner, error) {
	in := inner{assigned: map[ident.ID]bool{}, withheld: map[ident.ID]bool{}, published: map[ident.ID]bool{}}
	if v.actor.HoldsAny("", workflow.Evaluator, workflow.BoardMember) {
		rows, err := v.all.Evaluation.Query().Where(evaluation.EvaluatorID(v.actor.Person)).All(ctx)
		if err != nil {
			return in, fmt.Errorf("read assignments: %w", err)
		}
		for _, e := range rows {
			facts := workflow.EvaluationFacts{
				State: *v.machines.State(e.Definition, workflow.StateName(e.State)), Declared: e.DeclaredAt != nil, Submitted: e.SubmittedAt != nil,
			}
			in.withheld[e.ProposalID] = in.withheld[e.ProposalID] || facts.State.Withheld
			in.assigned[e.ProposalID] = in.assigned[e.ProposalID] || facts.Trusted()
		}
	}
	if v.actor.HoldsAny("", workflow.BoardMember) {
		items, err := v.all.AgendaItem.Query().Where(agendaitem.HasBallotsWith(ballot.PersonID(v.actor.Person), ballot.Vote(string(workflow.Recused)))).All(ctx)
		if err != nil {
			return in, fmt.Errorf("read recusals: %w", err)
		}
		for _, i := range items {
			in.withheld[i.SubjectID] = true
		}
		ids, err := v.all.Call.Query().Where(call.ReceivedListPublished(true)).IDs(ctx)
		if err != nil {
			return in, fmt.Errorf("read published lists: %w", err)
		}
		for _, id := range ids {
			in.published[id] = true
		}
	}
	return in, nil
}

// inside says whether the actor may read the proposal's content.
func (v *sight) inside(p *ent.Proposal) (bool, error) {
	if v.actor.Person == "" {
		return false, nil
	}
	subject := workflow.Subject{ID: p.ID, LAG: p.LagID, Owner: p.ApplicantID}
	if v.actor.HoldsAny(p.LagID, staff...) || v.actor.Holds(workflow.Applicant, subject) {
		return true, nil
	}
	in, err := v.inner()
	if in.withheld[p.ID] {
		return false, err
	}
	return in.assigned[p.ID] && v.actor.Holds(workflow.Evaluator, subject) ||
		in.published[p.CallID] && (p.SubmittedAt != nil || p.ReceivedAt != nil) && v.actor.Holds(workflow.BoardMember, subject), err
}

// awaits says whether the actor is on the side of the applicant of a proposal that
// nobody has decided on yet: until then scores, and what guards made of them, are
// the office's.
func (v *sight) awaits(p *ent.Proposal) (bool, error) {
	state := v.machines.State(p.Definition, workflow.StateName(p.State))
	if state.Outcome != workflow.OutcomeNone {
		return false, nil
	}
	return v.isOutside(p)
}

// withhold leaves of proposals that the actor only knows of what is public:
// title, applicant, call, action, amounts of the grant and the state.
func (v *sight) withhold(all []*ent.Proposal) error {
	for _, p := range all {
		ok, err := v.inside(p)
		if err != nil {
			return err
		}
		waits, err := v.awaits(p)
		switch {
		case err != nil:
			return err
		case !ok:
			withholdContent(p)
		case waits:
			p.FinalScore, p.NotAdopted, p.Checks = nil, nil, nil
		}
	}
	return nil
}

// veilStates has those outside read of a case in a state that is shown as another
// what was there as it came into that one. It is read in two statements, and only
// where there is such a case.
func (v *sight) veilStates(ctx context.Context, all []*ent.Proposal) error {
	veiled := map[ident.ID]*ent.Proposal{}
	var ids []ident.ID
	for _, p := range all {
		if string(v.machines.Told(p.Definition, workflow.StateName(p.State))) == p.State {
			continue
		}
		outside, err := v.isOutside(p)
		if err != nil {
			return err
		}
		if outside {
			veiled[p.ID], ids = p, append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	steps, err := v.all.HistoryEntry.Query().Where(historyentry.SubjectIDIn(ids...), historyentry.Kind("transition")).
		Order(ent.Asc(historyentry.FieldDossierID, historyentry.FieldN)).All(ctx)
	if err != nil {
		return fmt.Errorf("read what a case is known by: %w", err)
	}
	bodies := make([]ident.ID, len(steps))
	for i, e := range steps {
		bodies[i] = e.ID
	}
	rows, err := v.all.HistoryBody.Query().Where(historybody.IDIn(bodies...)).All(ctx)
	if err != nil {
		return fmt.Errorf("read what a case is known by: %w", err)
	}
	says := map[ident.ID]workflow.Body{}
	for _, row := range rows {
		if says[row.ID], err = workflow.DecodeBody([]byte(row.Body)); err != nil {
			return fmt.Errorf("read entry %s: %w", row.ID, err)
		}
	}
	for _, e := range steps {
		p, b := veiled[e.SubjectID], says[e.ID]
		taken := v.machines.TakenFor("proposal", v.machines.Told(p.Definition, workflow.StateName(p.State)))
		if slices.Contains(taken, b.To) && !slices.Contains(taken, b.From) {
			p.StateSince, p.Version = e.RecordedAt, b.VersionAfter()
		}
	}
	for _, p := range veiled {
		p.State = string(v.machines.Told(p.Definition, workflow.StateName(p.State)))
	}
	return nil
}

func withholdContent(p *ent.Proposal) {
	p.ReceiptNo, p.RegNo, p.Channel, p.ContentHash, p.AwardCondition, p.ApplicationNo = "", "", "", "", "", ""
	p.Place, p.PlaceTerritory, p.SeatTerritory, p.FailedItem, p.FailedRules, p.Unanswered = "", "", "", "", "", false
	p.ReceivedAt, p.SubmittedAt, p.GrantApplied, p.ReserveValidUntil, p.FinalScore, p.NotAdopted = nil, nil, nil, nil, nil, nil
	p.ActivityKinds, p.StoppedDays, p.TermUntil, p.EvaluationRound, p.Checks = nil, 0, nil, nil, nil
	p.Participants, p.ParticipantsBasis = nil, ""
}

// visibleProposals is [sight.proposals] for a condition on another type.
func (v *sight) visibleProposals() predicate.Proposal {
	return where[predicate.Proposal](v.proposals())
}
