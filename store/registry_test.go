package store_test

import (
	"slices"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// asked is what the transaction gives.
func asked[T any](t *testing.T, s *store.Store, read func(workflow.Tx) (T, error)) T {
	t.Helper()
	var out T
	if err := s.View(t.Context(), func(tx workflow.Tx) (err error) {
		out, err = read(tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAGroupIsNotConcernedForTheAsking: what any office could put on record of an organisation
// of others, or of a person who left, binds nothing to it.
func TestAGroupIsNotConcernedForTheAsking(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		office, elsewhere, today := w.People[workflow.Administrator], w.Outsider.Grants[0].LAG, w.Clock.Now().Day()
		made := workflow.Sourced{Synthetic: true}
		role := func(of workflow.Actor, person ident.ID, is workflow.Role, until clock.Date) {
			w.Must(of, workflow.GrantRole{
				ID: w.ID(ident.RoleGrant), Person: person, LAG: of.Grants[0].LAG, Role: is, Since: "2018-01-01", Until: until, Synthetic: true,
			}.Record())
		}
		somebody := func(of, granting workflow.Actor, is workflow.Role, until clock.Date) ident.ID {
			id := w.ID(ident.Person)
			w.Must(of, workflow.RegisterPerson{ID: id, Name: "Asmuo", Organisation: w.Applicants[0], Sourced: made}.Record())
			role(granting, id, is, until)
			return id
		}
		ours := w.ID(ident.Organisation)
		r, err := workflow.RegisterOrganisation{ID: ours, Name: "Mūsų", LegalForm: "VSI", Sourced: made}.Record()
		w.MustMade(office, r, err)
		theirs, applying := somebody(w.Outsider, w.Outsider, workflow.Applicant, ""), somebody(office, w.Outsider, workflow.Applicant, "")
		gone, staying := somebody(office, w.Outsider, workflow.Evaluator, today.AddDays(-1)), somebody(office, w.Outsider, workflow.Evaluator, today)
		_, decided := w.OnAgenda()
		w.Proposal(w.OpenCall(50_000_00), 1, 10_000_00) // a draft
		seat := func(until any) ident.ID {
			person, id := w.ID(ident.Person), w.ID(ident.BoardSeat)
			w.Must(workflow.SystemActor(), workflow.RegisterPerson{ID: person, Name: "Narys", Sourced: made}.Record())
			row := workflow.Row{Type: "BoardSeat", ID: id, Set: workflow.Values{
				"lagId": w.LAG, "personId": person, "sector": string(rules.Public), "gender": "F", "since": "2016-01-01", "until": until, "synthetic": true,
			}}
			w.Must(workflow.SystemActor(), workflow.In{
				Kind: "lag.describe", LAG: w.LAG, Dossier: w.LAG, Subject: w.LAG, SubjectType: "Lag", Rows: []workflow.Row{row},
			}.Record())
			return person
		}
		for name, tt := range map[string]struct {
			lag, id ident.ID
			want    bool
		}{
			"by a proposal that was filed":      {w.LAG, factsOf(t, w, decided).Proposal.Applicant, true},
			"by a draft":                        {w.LAG, w.Applicants[1], false},
			"by somebody of it with a role":     {elsewhere, w.Applicants[0], false},
			"by having registered it":           {w.LAG, ours, true},
			"by another's having registered it": {elsewhere, ours, false},
			"by having registered the person":   {elsewhere, theirs, true},
			"by a role that ended":              {elsewhere, gone, false},
			"by a role on its last day":         {elsewhere, staying, true},
			"by being an applicant":             {elsewhere, applying, false},
			"by a seat":                         {w.LAG, seat(nil), true},
			"by a seat that ended":              {w.LAG, seat(today.AddDays(-1)), false},
			"by a seat elsewhere":               {elsewhere, seat(nil), false},
		} {
			if got := asked(t, s, func(tx workflow.Tx) (bool, error) { return tx.Concerned(tt.lag, tt.id, today) }); got != tt.want {
				t.Errorf("%s: got %t, want %t", name, got, tt.want)
			}
		}
	})
}

// TestWhoVotedOnACallVotedOnItsProposals, and where all members meet no seat of the board has
// a place.
func TestWhoVotedOnACallVotedOnItsProposals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call, p := w.OnAgenda()
		board := w.Board(workflowtest.Thirds(1)...)
		meeting := w.Plan(workflow.InPerson)
		item := w.Table(meeting, call, "annul")
		w.Begin(meeting, board...)
		w.Walk(item, "open", "startVoting")
		w.Cast(item, rules.For, board[0])
		live := asked(t, s, func(tx workflow.Tx) ([]workflow.LiveFacts, error) { return tx.Live(w.LAG) })
		if len(live) != 1 || live[0].Proposal != p || !slices.Contains(live[0].Persons, board[0].Person) || slices.Contains(live[0].Persons, board[1].Person) {
			t.Errorf("got %+v, want the one who voted among them", live)
		}
		general := w.ID(ident.Meeting)
		w.Must(w.People[workflow.Secretary], w.Engine.HoldMeeting(workflow.HoldMeeting{
			ID: general, LAG: w.LAG, Number: "VNS-1", Mode: workflow.InPerson, General: true, HeldOn: w.Clock.Now().Day(), Synthetic: true,
		}))
		sat := asked(t, s, func(tx workflow.Tx) ([]workflow.SittingFacts, error) { return tx.Sittings(w.LAG) })
		is := func(id ident.ID) bool {
			return slices.ContainsFunc(sat, func(x workflow.SittingFacts) bool { return x.Meeting == id })
		}
		if !is(meeting) || is(general) {
			t.Errorf("got %+v, want the board's and not the one of all members", sat)
		}
	})
}
