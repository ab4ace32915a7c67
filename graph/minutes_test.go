package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/minutes"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// sat is a meeting that was held on one proposal: the first seat was recused, and on the
// last one somebody sat in its holder's place, whose e-mail is on record.
type sat struct {
	*api
	meeting, proposal ident.ID
	board             []workflowtest.Member
}

const deputysMail = "pavaduotoja@pavyzdys.lt"

func (a *api) sat() sat {
	a.t.Helper()
	_, p := a.OnAgenda()
	s := sat{api: a, proposal: p, board: a.Board(workflowtest.Thirds(3)...)}
	deputy := s.deputy()
	s.meeting = a.Plan(workflow.InPerson)
	item := a.Table(s.meeting, p, "decideFund")
	a.Fire(s.meeting, "sendAgenda", nil)
	a.Declare(s.meeting, s.board[:8]...)
	a.Arrive(s.meeting, s.board[:8]...)
	came := workflow.Attend{LAG: a.LAG, Meeting: s.meeting, Seat: s.board[8].Seat, What: workflow.Arrived, InPlace: deputy.Person, Synthetic: true}
	came.Document = a.Document(s.meeting, s.meeting)
	a.Must(a.People[workflow.Secretary], a.Engine.Attend(came))
	last := workflowtest.Member{Actor: deputy, Seat: s.board[8].Seat}
	a.Declare(s.meeting, last)
	a.Fire(s.meeting, "open", nil)
	a.Fire(item, "open", nil)
	a.Recuse(item, workflow.EconomicTie, s.board[0])
	a.Fire(item, "startVoting", nil)
	a.Cast(item, rules.For, s.board[1:7]...)
	a.Cast(item, rules.Against, s.board[7])
	a.Cast(item, rules.Abstain, last)
	a.Walk(item, "closeVoting", "adopt")
	a.Fire(s.meeting, "close", nil)
	return s
}

// deputy is a person with an e-mail who is of the board.
func (s sat) deputy() workflow.Actor {
	id := s.ID(ident.Person)
	s.Must(workflow.SystemActor(), workflow.RegisterPerson{ID: id, Name: "Pavaduotoja Pavyzdinė", Email: deputysMail, Sourced: workflow.Sourced{Synthetic: true}}.Record())
	s.Must(workflow.SystemActor(), workflow.GrantRole{
		ID: s.ID(ident.RoleGrant), Person: id, LAG: s.LAG, Role: workflow.BoardMember, Since: clock.Date("2016-01-01"), Synthetic: true,
	}.Record())
	return workflow.Actor{Person: id, Grants: []workflow.Grant{{Role: workflow.BoardMember, LAG: s.LAG}}}
}

// draw begins the minutes through the API and has both sign them.
func (s sat) draw() ident.ID {
	s.t.Helper()
	id := s.done(s.People[workflow.Secretary], "openMatter", map[string]any{"kind": "minutes", "subjectId": s.meeting})
	s.Fire(id, "sign", map[string]string{"number": "P-7"})
	return id
}

const readMinutes = `query($id: ID!) { node(id: $id) { ... on Meeting { presiderID minutes { id number hash state { name } } signedMinutes {
	id number version signedOn hash agrees content state { name label(lang: EN) } differences { item record field was is }
	text(lang: LT) full: text(lang: EN, form: FULL) published: text(lang: EN, form: PUBLISHED) } } } }`

func (s sat) read(who workflow.Actor) reply {
	s.t.Helper()
	return s.must(who, readMinutes, map[string]any{"id": s.meeting})
}

func at(r reply, path ...any) any { return r.at(append([]any{"node"}, path...)...) }

// TestMinutesAreReadByTheTableAndPublishedToAll: until they are published the board and the
// office alone know of them, in full; then everybody reads them without a name.
func TestMinutesAreReadByTheTableAndPublishedToAll(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		s := a.sat()
		id := s.draw()
		outsiders := map[string]workflow.Actor{
			"the public": public, "an evaluator": a.Evaluators[0], "the applicant": a.ApplicantActors[0],
			"a member of the board who left for the item": s.board[0].Actor, "another group's administrator": a.Outsider,
		}
		table := map[string]workflow.Actor{
			"a member of the board": s.board[1].Actor, "the secretary": a.People[workflow.Secretary], "an auditor": a.People[workflow.Auditor],
		}
		for name, who := range outsiders {
			r := s.read(who)
			if at(r, "minutes", 0) != nil || at(r, "signedMinutes", 0) != nil || (at(r, "presiderID") != nil && who.Person != s.board[0].Person) {
				t.Errorf("%s before publication: got %s, want nothing", name, r.body)
			}
			if one := a.must(who, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": id}); one.at("node") != nil {
				t.Errorf("%s before publication: got %s by its id, want nothing", name, one.body)
			}
		}
		for name, who := range table {
			r := s.read(who)
			text, _ := at(r, "signedMinutes", 0, "text").(string)
			for _, want := range []string{"VALDYBOS POSĖDŽIO PROTOKOLAS", "Nr.\u00a0P-7", "DARBOTVARKĖ", "SVARSTYTA.", "„už“ – 6, „prieš“ – 1, „susilaikė“ – 1.", "NUTARTA.", "ekonominiai interesai", "Pavaduotoja Pavyzdinė", "Kvorumas (R-21)"} {
				if !strings.Contains(squeezed(text), squeezed(want)) {
					t.Errorf("%s: got %q, want %q in it", name, text, want)
				}
			}
			content, _ := at(r, "signedMinutes", 0, "content").(string)
			if at(r, "signedMinutes", 0, "agrees") != true || minutes.Hash([]byte(content)) != at(r, "signedMinutes", 0, "hash") || at(r, "presiderID") == nil {
				t.Errorf("%s: got %s, want the text of the hash, which agrees", name, r.body)
			}
		}
		a.Fire(id, "publish", nil)
		for name, who := range outsiders {
			r := s.read(who)
			if at(r, "signedMinutes", 0, "full") != nil || at(r, "signedMinutes", 0, "content") != nil || at(r, "signedMinutes", 0, "differences") != nil {
				t.Errorf("%s: got %s, want the published form alone", name, r.body)
			}
			if at(r, "minutes", 0, "id") != string(id) || at(r, "signedMinutes", 0, "agrees") != true || at(r, "signedMinutes", 0, "state", "label") != "Published" {
				t.Errorf("%s: got %s, want what is published", name, r.body)
			}
		}
		listed := a.must(public, fmt.Sprintf(`{ node(id: %q) { ... on Lag { meetings(first: 5) { edges { node { id minutes { id number hash state { name } } } } } } } }`, a.LAG), nil)
		if !strings.Contains(listed.body, string(id)) {
			t.Errorf("of the group: got %s, want its published minutes listed", listed.body)
		}
	})
}

// TestWhoLeftForACallReadsNoVoteOnIt, nor does who competes in it or assesses there: an item
// that is a call covers all its proposals.
func TestWhoLeftForACallReadsNoVoteOnIt(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		call, _ := a.OnAgenda()
		board := a.Board(workflowtest.Thirds(3)...)
		meeting := a.Plan(workflow.InPerson)
		item := a.Table(meeting, call, "annul")
		a.Begin(meeting, board...)
		a.Fire(item, "open", nil)
		a.Recuse(item, workflow.FamilyTie, board[0])
		a.Fire(item, "startVoting", nil)
		a.Cast(item, rules.For, board[1:]...)
		a.Walk(item, "closeVoting", "adopt")
		a.Fire(meeting, "close", nil)
		a.Fire(a.Beside("minutes", meeting, "", nil), "sign", map[string]string{"number": "P-8"})
		competes, assesses := board[1].Actor, a.Evaluators[0]
		competes.Organisation = a.ApplicantActors[0].Organisation
		assesses.Grants = append(slices.Clone(assesses.Grants), workflow.Grant{Role: workflow.BoardMember, LAG: a.LAG})
		for name, tt := range map[string]struct {
			who  workflow.Actor
			want bool
		}{
			"who voted": {board[2].Actor, true}, "the office": {a.People[workflow.Secretary], true},
			"who left": {board[0].Actor, false}, "who competes": {competes, false}, "who assesses": {assesses, false},
		} {
			r := a.must(tt.who, `query($id: ID!) { node(id: $id) { ... on Meeting { signedMinutes { content } items { ballots { vote } } } } }`, map[string]any{"id": meeting})
			if (at(r, "signedMinutes", 0, "content") != nil) != tt.want || (at(r, "items", 0, "ballots", 0) != nil) != tt.want {
				t.Errorf("%s: got %s, want votes told: %t", name, r.body, tt.want)
			}
		}
	})
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// TestPublishedMinutesNameNobody: no name, e-mail or address that is on record of a person
// or an organisation stands in them, whoever asks for that form, in either language; nor
// how a seat voted.
func TestPublishedMinutesNameNobody(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		s := a.sat()
		a.Fire(s.draw(), "publish", nil)
		db := ent.NewClient(ent.Driver(a.reads))
		persons, err := db.Person.Query().All(t.Context())
		if err != nil || len(persons) < 10 {
			t.Fatalf("got %d persons, %v, want those of the world", len(persons), err)
		}
		organisations, err := db.Organisation.Query().All(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var personal []string
		for _, p := range persons {
			personal = append(personal, p.Name, p.Email, string(p.ID))
		}
		for _, o := range organisations {
			personal = append(personal, o.Address)
		}
		member := s.read(s.board[1].Actor)
		full, _ := at(member, "signedMinutes", 0, "full").(string)
		if !strings.Contains(full, "Pavaduotoja Pavyzdinė") {
			t.Fatalf("in full: got %q, want who sat there", full)
		}
		for name, text := range map[string]any{
			"to the public, in Lithuanian":     at(s.read(public), "signedMinutes", 0, "text"),
			"to the public, in English":        at(s.read(public), "signedMinutes", 0, "published"),
			"to the board, as it is published": at(member, "signedMinutes", 0, "published"),
		} {
			got, _ := text.(string)
			if !strings.Contains(got, s.hash(member)) || len(got) < 500 {
				t.Errorf("%s: got %q, want minutes with their hash", name, got)
			}
			for _, p := range personal {
				if p != "" && strings.Contains(squeezed(got), squeezed(p)) {
					t.Errorf("%s: got %q in %q", name, p, got)
				}
			}
		}
		published, _ := at(s.read(public), "signedMinutes", 0, "published").(string)
		if strings.Contains(published, "Sat by") || strings.Contains(published, "| against") || !strings.Contains(squeezed(published), squeezed("seat 1 (the public sector) – economic interests")) {
			t.Errorf("got %q, want the recusal by its seat and kind, and no vote of a seat", published)
		}
	})
}

func (s sat) hash(r reply) string {
	hash, _ := at(r, "signedMinutes", 0, "hash").(string)
	return hash
}

// TestMinutesThatNoLongerAgreeSaySo, and the table is told where.
func TestMinutesThatNoLongerAgreeSaySo(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		s := a.sat()
		first := s.draw()
		a.Fire(first, "publish", nil)
		row, err := ent.NewClient(ent.Driver(a.reads)).Attendance.Query().First(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		done := a.Must(a.People[workflow.Secretary], workflow.Correct{
			ID: row.ID, Field: "arrivedAt", Value: a.Clock.Now().Add(-3_600_000_000_000).String(), Reason: "ne ta valanda", Document: a.Document(s.meeting, s.meeting),
		})
		a.Must(a.SecondAdministrator, workflow.Confirm{ID: done.Pending.ID})
		if r := s.read(public); at(r, "signedMinutes", 0, "agrees") != false || at(r, "signedMinutes", 0, "differences") != nil {
			t.Errorf("the public: got %s, want it told that they do not agree, and not where", r.body)
		}
		r := s.read(a.People[workflow.AuditCommission])
		if at(r, "signedMinutes", 0, "differences", 0, "record") != string(row.SeatID) || at(r, "signedMinutes", 0, "differences", 0, "field") != "arrivedAt" || at(r, "signedMinutes", 0, "differences", 0, "item") != nil {
			t.Errorf("the audit commission: got %s, want the arrival of %s", r.body, row.SeatID)
		}
		second := s.draw()
		r = s.read(a.People[workflow.Auditor])
		if at(r, "signedMinutes", 0, "state", "name") != "superseded" || at(r, "signedMinutes", 0, "full") == nil || at(r, "signedMinutes", 1, "id") != string(second) || at(r, "signedMinutes", 1, "agrees") != true {
			t.Errorf("an auditor: got %s, want both versions, the second of which agrees", r.body)
		}
		if r = s.read(public); at(r, "signedMinutes", 0) != nil {
			t.Errorf("the public: got %s, want nothing until the second is published", r.body)
		}
		a.Fire(second, "publish", nil)
		if r = s.read(public); at(r, "signedMinutes", 0, "version") != 2.0 || at(r, "signedMinutes", 1) != nil {
			t.Errorf("the public: got %s, want the second version alone", r.body)
		}
	})
}

// TestMinutesTakeTheSameStatements however many versions there are.
func TestMinutesTakeTheSameStatements(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		s := a.sat()
		s.draw()
		count := func() int64 {
			before := a.reads.n.Load()
			s.read(a.People[workflow.Administrator])
			return a.reads.n.Load() - before
		}
		one := count()
		for range 3 {
			s.draw()
		}
		if four := count(); four != one {
			t.Errorf("got %d statements for four versions, want the %d for one", four, one)
		}
		refused := a.ask(public, fmt.Sprintf(`{ node(id: %q) { ... on Lag { meetings(first: 5) { edges { node { signedMinutes { text } } } } } } }`, a.LAG), nil)
		if refused.code() != "TOO_COMPLEX" {
			t.Errorf("in a list of meetings: got %s, want TOO_COMPLEX", refused.body)
		}
	})
}
