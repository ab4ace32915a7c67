package graph_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"

	"github.com/atranka/atranka/ent/migrate"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// parallel is a world that runs beside others of which each is told the same story but for what
// is hidden in it: identifiers, salts and times of all else are the same in each.
type parallel struct {
	*api
	// variant is what is hidden: 0 nothing, else one story of it or another.
	variant int
	apart   workflow.Engine // its identifiers and salts are those of what is hidden

	call, open, hidden ident.ID
	members            []workflowtest.Member
	engine             string
	// salts are drawn more often in the one world than in the other.
	salts bool
	// Of the hidden proposal: an evaluation that nobody has declared for, and its item on an agenda.
	waiting, item ident.ID
}

func newParallel(t *testing.T, address string, variant int) *parallel {
	a := newAPIWithin(t, address, storetest.Machines(t), boundless)
	return &parallel{api: a, variant: variant, apart: workflow.Engine{
		IDs: ident.NewSource(a.Clock, workflowtest.Deterministic("hidden ids")), Random: workflowtest.Deterministic("hidden salts"),
	}}
}

// hide tells what the other worlds may lack, or have otherwise, and takes nothing from the
// randomness that they share.
func (p *parallel) hide(tell func()) {
	if p.variant == 0 {
		return
	}
	shared := workflow.Engine{IDs: p.Engine.IDs, Random: p.Engine.Random}
	p.Engine.IDs, p.Engine.Random = p.apart.IDs, p.apart.Random
	tell()
	p.Engine.IDs, p.Engine.Random = shared.IDs, shared.Random
}

// secret is a text of the variant that nobody outside may read, in either.
func (p *parallel) secret(what string) string {
	return fmt.Sprintf("%s %s", what, []string{"", "Putinas", "Erškėtis", "Gudobelė"}[p.variant])
}

// begin makes the group busy: a contract in force, a project, and a vote of the board.
func (p *parallel) begin() {
	for range 4 {
		p.Evaluators = append(p.Evaluators, p.Person(workflow.Evaluator, p.LAG, ""))
	}
	p.members = p.Board(workflowtest.Thirds(2)...)
	all := p.Evaluators
	p.Evaluators = all[:2]
	call, listed, _ := p.InForce()
	p.project(listed)
	p.Walk(p.Beside("minutes", p.Sit(call, "decide"), "", nil), "sign", "publish")
	p.Evaluators = all
}

// file has the hidden proposal filed under an open call.
func (p *parallel) file() {
	p.Drafting = func(c *workflow.DraftCall) {
		c.Checklist = []terms.Item{{Code: "A-1", Title: "Pasirašyta"}, {Code: "A-2", Title: "Pridėti priedai"}}
	}
	p.call = p.OpenCall(50_000_00)
	p.hide(func() {
		planned, quantity, rate := 60+p.variant, int64(1_00), 11_000_00+rules.Money(p.variant)
		p.hidden = p.Proposal(p.call, 0, 10_000_00)
		p.Must(p.ApplicantActors[0], p.Engine.EditProposal(p.LAG, p.hidden, workflow.Content{
			Title: "Slėpynės", GrantRequested: 10_000_00, EligibleTotal: 11_111_11, ActivityKinds: []string{"K1"},
			Place: p.secret("Vieta"), Territory: rules.Target, Participants: &planned, ParticipantsBasis: workflow.UniquePersons,
			Budget: []workflow.BudgetPart{
				{ID: p.ID(ident.BudgetLine), Category: "STAFF", CostMethod: "REAL", Amount: rate, Quantity: &quantity, Rate: &rate},
				{ID: p.ID(ident.BudgetLine), Category: "TRAVEL", CostMethod: "REAL", Amount: 111_11 - rules.Money(p.variant)},
			},
			Funding: []workflow.FundingPart{
				{ID: p.ID(ident.BudgetLine), Source: "EU_AND_STATE", Amount: 10_000_00}, {ID: p.ID(ident.BudgetLine), Source: "PRIVATE", Amount: 1_111_11},
			},
		}))
		p.Fire(p.hidden, "submit", nil)
		p.papersOf(p.hidden)
	})
}

// shut lets the call's time run out.
func (p *parallel) shut() {
	p.Clock.Advance(31 * 24 * time.Hour)
	p.Fire(p.call, "close", nil)
}

// another is filed beside it in every world.
func (p *parallel) another() {
	p.open = p.Proposal(p.call, 1, 9_000_00)
	p.Fire(p.open, "submit", nil)
}

// papersOf files a letter, a paper and an attempt that is refused.
func (p *parallel) papersOf(subject ident.ID) {
	p.t.Helper()
	secretary := p.People[workflow.Secretary]
	p.done(secretary, "recordLetter", map[string]any{
		"subjectId": subject, "direction": "IN", "number": p.secret("G"), "datedOn": p.Engine.Today(), "channel": "POST",
	})
	p.done(secretary, "recordDocument", map[string]any{
		"subjectId": subject, "kind": "LETTER", "title": p.secret("Raštas"), "hash": strings.Repeat(fmt.Sprint(p.variant), 64),
	})
	if _, err := p.Engine.Do(p.t.Context(), secretary, workflow.Fire{Subject: subject, Event: "passEligibility"}); err == nil {
		p.t.Error("an act out of turn was accepted, want it refused")
	}
}

// conflicted is the evaluator to whom the hidden proposal is given and who declares a conflict.
func (p *parallel) conflicted() workflow.Actor { return p.Evaluators[2] }

// evaluate has the call closed and both proposals evaluated, as far as that goes before the list
// of them is public.
func (p *parallel) evaluate() {
	p.CloseCall(p.call)
	checked := func(proposal ident.ID, reason string) {
		p.Walk(proposal, "register", "startAdminCheck")
		p.Check(proposal, terms.Met, reason)
		p.Walk(proposal, "passAdmin", "passEligibility")
	}
	p.done(p.People[workflow.Administrator], "setPool", map[string]any{"callId": p.call, "members": p.pool()})
	checked(p.open, "matyti iš bylos")
	p.scored(p.open, p.Evaluators[:1], 50_00)
	p.Walk(p.Assign(p.open, p.Evaluators[1]), "declareNoConflict")
	p.hide(func() {
		checked(p.hidden, p.secret("Priežastis"))
		p.papersOf(p.hidden)
		p.Walk(p.Assign(p.hidden, p.conflicted()), "declareConflict")
		p.Beside("irregularity", p.hidden, "", nil)
		p.scored(p.hidden, p.Evaluators[3:4], p.points())
		p.waiting = p.Assign(p.hidden, p.Evaluators[4])
	})
}

// pool are all evaluators, each with room.
func (p *parallel) pool() []any {
	var out []any
	for _, e := range p.Evaluators {
		out = append(out, map[string]any{"personId": e.Person, "capacity": 9})
	}
	return out
}

// points are what each evaluator gives the hidden proposal under each criterion: in the first and the third
// variant it reaches the threshold, in the second it does not.
func (p *parallel) points() rules.Score { return []rules.Score{0, 45_00, 1_00, 42_00}[p.variant] }

// scored has the evaluators give the proposal their scores.
func (p *parallel) scored(proposal ident.ID, by []workflow.Actor, points rules.Score) {
	p.t.Helper()
	all := p.Evaluators
	p.Evaluators = by
	p.Evaluate(proposal, p.call, points)
	p.Evaluators = all
}

// publish makes the list of what was received public, and has the last scores handed in.
func (p *parallel) publish() {
	p.Fire(p.call, "publishReceivedList", nil)
	p.hide(func() {
		p.scored(p.hidden, p.Evaluators[5:6], p.points())
		p.Walk(p.waiting, "loseEvaluator")
	})
}

// vote has the board at the table, one of whom has left for the item about the hidden proposal.
func (p *parallel) vote() {
	meeting := p.Plan(workflow.InPerson)
	p.hide(func() {
		p.Fire(p.hidden, "putToBoard", nil)
		p.item = p.Table(meeting, p.hidden, "decideFund")
		p.done(p.People[workflow.Secretary], "recordDocument", map[string]any{
			"subjectId": p.item, "kind": "LETTER", "title": p.secret("Medžiaga"), "hash": strings.Repeat(fmt.Sprint(p.variant), 64),
		})
	})
	p.Begin(meeting, p.members...)
	p.hide(func() {
		p.Fire(p.item, "open", nil)
		p.Recuse(p.item, workflow.FamilyTie, p.recused())
		p.Fire(p.item, "startVoting", nil)
		votes := []rules.Vote{rules.For, rules.Against}
		for i, m := range p.members[:5] {
			p.Cast(p.item, votes[(i+p.variant)%2], m)
		}
	})
}

// annul has the call annulled before anybody outside knew of what it received. What its proposals are told
// with it draws on the randomness that the worlds share, which begins anew.
func (p *parallel) annul() {
	p.Fire(p.call, "annul", nil)
	p.Engine.IDs, p.Engine.Random = ident.NewSource(p.Clock, workflowtest.Deterministic("annulled")), workflowtest.Deterministic("annulled salts")
	p.salts = true
}

// withdraw has its applicant take the hidden proposal back, for a reason of the variant.
func (p *parallel) withdraw() {
	p.hide(func() {
		actor, f := p.Prepared(p.hidden, "withdraw", nil)
		f.Reason = p.secret("Atsiėmimas")
		p.Must(actor, f)
	})
}

// award has the board offer the hidden proposal less than was asked for, which is public, on terms of the variant, and the
// applicant told by letter.
func (p *parallel) award() {
	p.hide(func() {
		p.Fire(p.hidden, "putToBoard", nil)
		p.Fire(p.hidden, "decideAward", map[string]string{
			"grantAwarded": "9000.00", "awardCondition": p.secret("Sąlyga"),
		})
		p.done(p.People[workflow.Secretary], "sendDecisionLetter", map[string]any{
			"proposalId": p.hidden, "number": p.secret("S"), "datedOn": p.Engine.Today(), "channel": "E_DELIVERY", "deliveredAt": p.Clock.Now().String(),
		})
	})
}

// contest has the hidden proposal rejected by the board for reasons of the variant, told by letter, and
// its applicant appeal to reviewers of the variant.
func (p *parallel) contest() {
	p.hide(func() {
		p.Fire(p.hidden, "putToBoard", nil)
		p.Fire(p.hidden, "decideReject", nil)
		secretary := p.People[workflow.Secretary]
		p.done(secretary, "sendDecisionLetter", map[string]any{
			"proposalId": p.hidden, "number": p.secret("S"), "datedOn": p.Engine.Today(), "channel": "E_DELIVERY", "deliveredAt": p.Clock.Now().String(),
		})
		appeal := p.Beside("appeal", p.hidden, "", nil)
		p.Fire(appeal, "admit", nil)
		reviewer := []ident.ID{"", p.People[workflow.AuditCommission].Person, "", p.People[workflow.Auditor].Person}[p.variant]
		p.Fire(appeal, "startReview", map[string]string{"reviewers": string(reviewer)})
		p.papersOf(p.hidden)
	})
}

// recused is the member of the board who left for the item about the hidden proposal.
func (p *parallel) recused() workflowtest.Member { return p.members[5] }

// all are the values of the column in every table of the schema that has it, each once.
func (p *parallel) all(column string) []string {
	p.t.Helper()
	var out []string
	for _, table := range migrate.Tables {
		if !slices.ContainsFunc(table.Columns, func(c *schema.Column) bool { return c.Name == column }) {
			continue
		}
		var rows sql.Rows
		if err := p.reads.Query(p.t.Context(), "SELECT "+column+" FROM "+table.Name, []any{}, &rows); err != nil {
			p.t.Fatal(err)
		}
		for rows.Next() {
			var value string
			if err := rows.Scan(&value); err != nil {
				p.t.Fatal(err)
			}
			out = append(out, value)
		}
		if err := rows.Close(); err != nil {
			p.t.Fatal(err)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// rowIDs are those of every record.
func (p *parallel) rowIDs() []ident.ID {
	p.t.Helper()
	var out []ident.ID
	for _, id := range p.all("id") {
		out = append(out, ident.ID(id))
	}
	return out
}

// briefly is the engine on which a sweep takes a third of the time: each moment is swept on it as everybody, and
// on the other the last of each story, for what is asked of either is the same predicates.
const briefly = "sqlite"

// worlds are two that run side by side on the engine.
func worlds(t *testing.T, engine string, one, other int) (a, b *parallel) {
	a, b = newParallel(t, storetest.Address(t, engine), one), newParallel(t, storetest.Address(t, engine), other)
	a.engine, b.engine = engine, engine
	return a, b
}

// each has every part of the story told in both worlds, the one after the other.
func tell(a, b *parallel, parts ...func(*parallel)) {
	for _, part := range parts {
		part(a)
		part(b)
	}
}

// TestNothingTellsOfAHiddenProposal asks everything that the schema lets be asked of worlds with
// and without a proposal of a confidential call (domain model, §0.2.3). What nobody outside may
// know of answers alike, to the byte, whether it is there or not. No field is left out: while a call
// is confidential no total is published that a proposal would count in.
func TestNothingTellsOfAHiddenProposal(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			s := newSweep(t, words)
			outside := func(p *parallel, more map[string]workflow.Actor) map[string]workflow.Actor {
				maps.Copy(more, map[string]workflow.Actor{
					"the public": public, "an evaluator": p.conflicted(), "a member of the board": p.People[workflow.BoardMember], "another applicant": p.ApplicantActors[1],
				})
				return more
			}
			if engine == briefly {
				without, with := worlds(t, engine, 0, 1)
				tell(without, with, (*parallel).begin, (*parallel).file, (*parallel).shut)
				s.alike(t, "the only one of its call, which is closed", without, with, outside(with, map[string]workflow.Actor{}))
				tell(without, with, (*parallel).withdraw)
				s.alike(t, "withdrawn", without, with, outside(with, map[string]workflow.Actor{}))
			}
			without, with := worlds(t, engine, 0, 1)
			tell(without, with, (*parallel).begin, (*parallel).file, (*parallel).another, (*parallel).evaluate)
			s.alike(t, "evaluated, and the evaluator in conflict", without, with, outside(with, map[string]workflow.Actor{
				"another group's administrator": with.Outsider, "an evaluator of another": with.Evaluators[0],
			}))
			telling := []string{"suggestAssignment"} // while anything is to be assigned
			if engine == briefly {
				telling = nil
				tell(without, with, (*parallel).annul)
				s.alike(t, "annulled", without, with, outside(with, map[string]workflow.Actor{"an evaluator of another": with.Evaluators[0]}))
			}
			s.shows(t, without, with, append(telling, "calls", "letters", "node Action", "node BudgetLine", "node Call", "node Correspondence", "node Document",
				"node Evaluation", "node HistoryEntry", "node Matter", "node Organisation", "node Proposal", "node ProposalVersion", "node Score",
				"nodes Action", "nodes BudgetLine", "nodes Call", "nodes Correspondence", "nodes Document", "nodes Evaluation", "nodes HistoryEntry",
				"nodes Matter", "nodes Organisation", "nodes Proposal", "nodes ProposalVersion", "nodes Score", "organisations", "projects", "proposals",
				"statistics", "today", "workflowGraph",
				"assignEvaluator", "correctRecord", "editProposal", "extendTerm", "fireTransition", "freezeRanking", "openMatter", "prepareContract",
				"recordDecision", "recordDelivery", "recordDocument", "recordLetter", "submitEvaluation", "tableItem")...)
			if missing := s.missing(); len(missing) > 0 {
				t.Errorf("no question asks for %s", strings.Join(missing, ", "))
			}
		})
	}
}

// salted are the hashes of an entry: they are of what one may not read, with a salt of its own (design, §3),
// differ with it and tell nothing of it. No other hash is left out.
var salted = regexp.MustCompile(`"previousHash":"[0-9a-f]{64}","format":1,"hash":"[0-9a-f]{64}","bodyHash":"[0-9a-f]{64}"`)

// listed are the fields of a proposal that the list of received ones makes public: what it is, whose,
// for which action, and what it asks for; nothing of its papers, scores and rank.
var listed = []string{
	"actionID", "applicantID", "callID", "definition", "eligibleTotal", "grantRequested", "id", "lagID", "stateSince", "synthetic", "title", "version",
}

// TestOnlyItsExistenceIsPublicOfAReceivedProposal: once the list of received proposals is public,
// papers, scores, rank and discussion are not (domain model, §0.2.3). Two worlds in which they differ
// answer alike.
func TestOnlyItsExistenceIsPublicOfAReceivedProposal(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			a, b := worlds(t, engine, 1, 2)
			s := newSweep(t, words)
			tell(a, b, (*parallel).begin, (*parallel).file, (*parallel).another, (*parallel).evaluate, (*parallel).publish)
			if engine == briefly {
				s.alike(t, "scored", a, b, map[string]workflow.Actor{"an evaluator with a conflict": a.conflicted(), "another applicant": a.ApplicantActors[1]})
			}
			tell(a, b, (*parallel).vote)
			unknown := map[string]workflow.Actor{
				"the public": public, "another applicant": a.ApplicantActors[1], "an evaluator of another": a.Evaluators[0],
			}
			known := map[string]workflow.Actor{"an evaluator with a conflict": a.conflicted(), "a recused member": a.recused().Actor}
			both := maps.Clone(known)
			maps.Copy(both, unknown)
			s.alike(t, "voted on", a, b, both)
			s.shows(t, a, b, "calls", "letters", "meetings", "node Action", "node AgendaItem", "node Call", "node Evaluation", "node Matter", "node Meeting",
				"node Organisation", "node Proposal", "nodes Action", "nodes AgendaItem", "nodes Ballot", "nodes BudgetLine", "nodes Call", "nodes Correspondence",
				"nodes Document", "nodes Evaluation", "nodes HistoryEntry", "nodes Matter", "nodes Organisation", "nodes Proposal", "nodes ProposalVersion",
				"nodes Score", "organisations", "projects", "proposals")
			for name, who := range unknown {
				a.holdsOnly(t, s, name, who, nil)
			}
			for name, who := range known {
				a.holdsOnly(t, s, name, who, listed)
			}
		})
	}
}

// TestWhatAnAppealIsAboutStaysInside: of a proposal that the board rejected and whose applicant appeals, those
// outside learn that it is so, and nothing of its scores, reasons, letters and reviewers.
func TestWhatAnAppealIsAboutStaysInside(t *testing.T) {
	a, b := worlds(t, briefly, 1, 3)
	s := newSweep(t, words)
	tell(a, b, (*parallel).begin, (*parallel).file, (*parallel).another, (*parallel).evaluate, (*parallel).publish, (*parallel).contest)
	s.alike(t, "under appeal", a, b, map[string]workflow.Actor{
		"the public": public, "another applicant": a.ApplicantActors[1], "an evaluator of another": a.Evaluators[0], "an evaluator with a conflict": a.conflicted(),
	})
	s.shows(t, a, b, "letters", "node Matter", "node Proposal", "nodes Correspondence", "nodes Document", "nodes Matter", "proposals")
}

// TestWhatAnAwardIsOnStaysInside: of a proposal that is offered an award those outside learn that it is, and neither its
// scores nor what it was offered on.
func TestWhatAnAwardIsOnStaysInside(t *testing.T) {
	a, b := worlds(t, briefly, 1, 3)
	s := newSweep(t, words)
	tell(a, b, (*parallel).begin, (*parallel).file, (*parallel).another, (*parallel).evaluate, (*parallel).publish, (*parallel).award)
	s.alike(t, "offered an award", a, b, map[string]workflow.Actor{
		"the public": public, "another applicant": a.ApplicantActors[1], "an evaluator of another": a.Evaluators[0], "an evaluator with a conflict": a.conflicted(),
	})
	s.shows(t, a, b, "letters", "node Call", "node Proposal", "nodes Correspondence", "nodes Document", "proposals")
}

// words are what texts in arguments are tried with; states are those that some case is in.
var words = map[string][]string{
	"countBasis": {"EVENT"}, "uniqueStated": {"NO"}, "periodBasis": {"REPORT_YEAR"},
	"kind": {"proposal", "call", "evaluation", "irregularity"}, "search": {"slėpynės", "projekt", "pareiškėjas"}, "theme": {"SOCIAL"},
	"code": {"Q1"}, "direction": {"IN", "OUT"}, "event": {"withdraw"}, "channel": {"POST"}, "mode": {"IN_PERSON"},
}

// inside are those of whom most is to be kept: the other engine is asked as them alone.
var inside = []string{"an evaluator", "an evaluator with a conflict", "a recused member"}

// alike asks both worlds everything for everybody, and holds the answers against each other.
func (s *sweep) alike(t *testing.T, when string, a, b *parallel, who map[string]workflow.Actor) {
	t.Helper()
	if a.engine != briefly {
		maps.DeleteFunc(who, func(name string, _ workflow.Actor) bool { return !slices.Contains(inside, name) })
	}
	s.about(slices.Compact(slices.Sorted(slices.Values(append(a.rowIDs(), b.rowIDs()...)))))
	s.words["state"] = slices.Compact(slices.Sorted(slices.Values(append(a.all("state"), b.all("state")...))))
	questions := s.questions(a, b)
	foreign := cursorsTo(b)
	for _, name := range slices.Sorted(maps.Keys(who)) {
		told := 0
		both := func(q question) (x, y reply) {
			done := make(chan struct{})
			go func() { defer close(done); x = a.ask(who[name], q.query, nil) }()
			y = b.ask(who[name], q.query, nil)
			<-done
			return x, y
		}
		same := func(about string, x, y reply) {
			one, other := salted.ReplaceAllString(x.body, ""), salted.ReplaceAllString(y.body, "")
			if a.variant == 0 && !a.salts {
				one, other = x.body, y.body
			}
			if told++; one != other && told < 4 {
				t.Errorf("%s, %s asks %s: the worlds answer differently: %s", when, name, about, differ(one, other))
			} else if one == other {
				told--
			}
		}
		for _, q := range questions {
			x, y := both(q)
			same(q.about, x, y)
			if code := x.code(); code == string(workflow.TooComplex) || code == string(workflow.PageSize) || x.status == http.StatusUnprocessableEntity {
				t.Errorf("%s asks %s: got %s, want it answered", name, q.about, x.body)
			}
		}
		s.cursors(foreign, func(q question) reply {
			x, y := both(q)
			same(q.about, x, y)
			return x
		})
	}
	acts := s.acts(hiddenBy(a, b))
	for _, name := range slices.Sorted(maps.Keys(who)) {
		if who[name].Person == "" {
			continue // every act needs a sign-in
		}
		for _, q := range acts {
			x, y := a.ask(who[name], q.query, nil), b.ask(who[name], q.query, nil)
			if x.body != y.body {
				t.Errorf("%s, %s does %s: the worlds answer differently: %s", when, name, q.about, differ(x.body, y.body))
			} else if code := x.code(); code != "" {
				t.Errorf("%s does %s: got %s, want it answered", name, q.about, x.body)
			}
		}
	}
	t.Logf("%s: %d ids, %d questions, %d acts", when, len(s.ids), len(questions), len(acts))
}

// hiddenBy are records that are in the one world alone, of each type the first, and the hidden proposal.
func hiddenBy(a, b *parallel) []ident.ID {
	shown := a.rowIDs()
	out := []ident.ID{b.hidden}
	for _, id := range b.rowIDs() {
		apart := !slices.Contains(shown, id) && id.Prefix() != "" // an act names no entry of the history
		if apart && !slices.ContainsFunc(out, func(x ident.ID) bool { return x.Prefix() == id.Prefix() }) {
			out = append(out, id)
		}
	}
	return out
}

// questions are all but those that follow from answers.
func (s *sweep) questions(a, b *parallel) []question {
	office := b.People[workflow.Auditor]
	kinds := map[ident.ID]string{}
	for _, id := range s.ids {
		kinds[id], _ = b.must(office, fmt.Sprintf(`{ node(id: %q) { __typename } }`, id), nil).at("node", "__typename").(string)
	}
	shown := a.rowIDs()
	return append(append(s.roots(), s.pairs(8)...), s.records(func(id ident.ID) string { return kinds[id] }, func(id ident.ID) bool {
		return id == a.hidden || !slices.Contains(shown, id)
	})...)
}

// cursorsTo are the places of the hidden proposal in lists, as somebody inside might tell them.
func cursorsTo(p *parallel) map[string][]string {
	var out []string
	for _, order := range []string{"", ", orderBy: {field: STATE_SINCE}", ", orderBy: {field: GRANT_REQUESTED}", ", orderBy: {field: TITLE}"} {
		r := p.ask(p.People[workflow.Auditor], "{ proposals(first: 100"+order+") { edges { cursor node { id } } } }", nil)
		edges, _ := r.at("proposals", "edges").([]any)
		for i := range edges {
			if r.at("proposals", "edges", i, "node", "id") == string(p.hidden) {
				out = append(out, r.at("proposals", "edges", i, "cursor").(string))
			}
		}
	}
	return map[string][]string{"proposals": out}
}

// shows holds that the questions would tell: asked by the office, these are answered differently.
func (s *sweep) shows(t *testing.T, a, b *parallel, want ...string) {
	t.Helper()
	office := b.People[workflow.Auditor]
	var told []string
	for _, q := range s.questions(a, b) {
		if x, y := a.ask(office, q.query, nil), b.ask(office, q.query, nil); x.body != y.body {
			name, _, _ := strings.Cut(q.about, "(")
			told = append(told, name)
		}
	}
	clerk := b.People[workflow.Administrator]
	for _, q := range s.acts(hiddenBy(a, b)) {
		if x, y := a.ask(clerk, q.query, nil), b.ask(clerk, q.query, nil); x.body != y.body {
			name, _, _ := strings.Cut(q.about, " ")
			told = append(told, name)
		}
	}
	for _, name := range want {
		if !slices.Contains(told, name) {
			t.Errorf("%s tells the office nothing, want it to", name)
		}
	}
}

// holdsOnly says of a record what of it the reader is told, and holds that it is that alone.
func (p *parallel) holdsOnly(t *testing.T, s *sweep, name string, who workflow.Actor, want []string) {
	t.Helper()
	r := p.must(who, fmt.Sprintf("{ node(id: %q) { ... on Proposal %s } }", p.hidden, s.fields("Proposal", 0, false)), nil)
	told, _ := r.at("node").(map[string]any)
	maps.DeleteFunc(told, func(_ string, v any) bool {
		none, isList := v.([]any)
		return v == nil || v == "" || v == false || isList && len(none) == 0
	})
	if got := slices.Sorted(maps.Keys(told)); !slices.Equal(got, want) {
		t.Errorf("%s reads of it %q, want %q", name, got, want)
	}
}
