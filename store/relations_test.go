package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// body registers an organisation, and somebody of it with the e-mail where one is given.
func body(w *workflowtest.World, name, address, email string) (organisation, person ident.ID) {
	organisation, person = w.ID(ident.Organisation), w.ID(ident.Person)
	made := workflow.Sourced{Synthetic: true}
	r, err := workflow.RegisterOrganisation{ID: organisation, Name: name, LegalForm: "VSI", Address: address, Sourced: made}.Record()
	w.MustMade(workflow.SystemActor(), r, err)
	w.Must(workflow.SystemActor(), workflow.RegisterPerson{ID: person, Name: "Asmuo", Email: email, Organisation: organisation, Sourced: made}.Record())
	return organisation, person
}

// matches are what the group is told that the person shares with the applicant today.
func matches(t *testing.T, s *store.Store, w *workflowtest.World, person, applicant ident.ID) string {
	t.Helper()
	var out []string
	err := s.View(t.Context(), func(tx workflow.Tx) error {
		out = nil
		facts, err := tx.Relations(w.LAG, []ident.ID{person, w.ID(ident.Person)}, []ident.ID{applicant, w.ID(ident.Organisation)}, w.Clock.Now().Day())
		for _, m := range workflow.Relate(facts).Matches(person, applicant) {
			out = append(out, strings.TrimRight(fmt.Sprint(m.Ground, " ", m.Shared, " ", m.Rests), " "))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "; ")
}

// TestRelationsAreReadOfAllThatIsOnFile: what two organisations and their people share, ties
// that either of the groups put on file, posts in a group that applies, and for how long
// what has ended counts.
func TestRelationsAreReadOfAllThatIsOnFile(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		theirs, member := body(w, "Pareiškėja", "Liepų g. 7, Klaipėda", "ona@liepa.lt")
		own, person := body(w, "Savoji", "LIEPŲ gatvė 7, Klaipėda", "jonas@Liepa.lt")
		_, relative := body(w, "Giminės", "", "")
		_, stranger := body(w, "Svetima", "Liepų g. 8, Klaipėda", "rasa@gmail.com")
		n := neighbour(w)
		const compared = "ADDRESS LIEPŲ gatvė 7, Klaipėda; EMAIL_DOMAIN liepa.lt"
		expect := func(what string, who ident.ID, want string) {
			t.Helper()
			if got := matches(t, s, w, who, theirs); got != want {
				t.Errorf("%s: got %q, want %q", what, got, want)
			}
		}
		expect("what is compared", person, compared)
		expect("a stranger", stranger, "")
		expect("somebody of the applicant", member, "APPLICANT Pareiškėja")
		n.Tie(workflow.OwnershipTie, stranger, theirs)
		expect("a tie that another group put on file", stranger, "OWNERSHIP")
		w.Tie(workflow.FamilyTie, relative, stranger)
		w.Tie(workflow.ManagementTie, relative, theirs)
		expect("a relative at its head", stranger, "OWNERSHIP; FAMILY Pareiškėja")
		expect("who is at its head, and a relative of who owns a share", relative, "MANAGEMENT Pareiškėja; FAMILY")
		tie := w.Tie(workflow.PartnershipTie, theirs, own)
		w.Must(w.People[workflow.Secretary], workflow.EndTie{ID: tie, LAG: w.LAG, Until: w.Clock.Now().Day(), Document: w.Document(w.LAG, w.LAG)}.Record())
		expect("partners", person, compared+"; PARTNERSHIP Savoji")
		w.Clock.Advance(367 * 24 * time.Hour)
		expect("partners a year ago", person, compared+"; PARTNERSHIP Savoji conflict.partnershipYears")
		w.Must(workflow.SystemActor(), workflow.AdoptRuleSet{
			LAG: w.LAG, Layer: rules.Local, Version: "2", From: w.Clock.Now().Day(), Sourced: workflow.Sourced{Synthetic: true},
			Parameters: []rules.Parameter{{Name: rules.ConflictPartnership, Value: "1", Source: "board", Verified: true}},
		})
		expect("partners, by the rule set, a day longer ago than counts", person, compared)

		// A group that applies in another.
		group := w.ID(ident.LAG)
		w.Must(workflow.SystemActor(), workflow.FoundLAG{ID: group, Name: "Pareiškėja grupė", ShortName: "PG", LegalCode: "302655121", Sourced: workflow.Sourced{Synthetic: true}}.Record())
		applying := w.ID(ident.Organisation)
		r, err := workflow.RegisterOrganisation{ID: applying, Name: "Grupė", LegalCode: "302655121", LegalForm: "VSI", Sourced: workflow.Sourced{Synthetic: true}}.Record()
		w.MustMade(workflow.SystemActor(), r, err)
		office, evaluator := w.Person(workflow.Secretary, group, ""), w.Person(workflow.Evaluator, group, "")
		for who, want := range map[ident.ID]string{office.Person: "LEGAL_CODE", evaluator.Person: "", stranger: ""} {
			if got := matches(t, s, w, who, applying); got != want {
				t.Errorf("%s: got %q, want %q", who, got, want)
			}
		}
		w.Must(workflow.SystemActor(), workflow.In{Kind: "lag.describe", LAG: group, Dossier: group, Subject: group, SubjectType: "Lag", Rows: []workflow.Row{
			{Type: "BoardSeat", ID: w.ID(ident.BoardSeat), Set: workflow.Values{"lagId": group, "personId": stranger, "sector": "PUBLIC", "since": workflowtest.Begin.Day()}},
		}}.Record())
		if got := matches(t, s, w, stranger, applying); got != "LEGAL_CODE" {
			t.Errorf("on the board of the group that applies: got %q, want the ground", got)
		}
		within := *w
		within.LAG = group
		for lag, want := range map[ident.ID][]ident.ID{group: {applying}, w.LAG: nil} {
			err := s.View(t.Context(), func(tx workflow.Tx) error {
				facts, err := tx.Relations(lag, []ident.ID{stranger}, []ident.ID{applying, theirs}, w.Clock.Now().Day())
				if !slices.Equal(facts.Own, want) {
					t.Errorf("asked by %s: got %v its own project, want %v", lag, facts.Own, want)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		if got := matches(t, s, &within, stranger, applying); got != "LEGAL_CODE Pareiškėja grupė" {
			t.Errorf("on the board of the group itself, who would evaluate: got %q, want the group", got)
		}
		if got := matches(t, s, &within, office.Person, applying); got != "LEGAL_CODE Pareiškėja grupė" {
			t.Errorf("in the office of the group itself: got %q, want the group", got)
		}
	})
}

// TestConflictsThatDataShowKeepMembersFromAVote until they are recused, on the ground that
// data show and on no other that only data can.
func TestConflictsThatDataShowKeepMembersFromAVote(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		_, p := w.OnAgenda()
		board := w.Board(workflowtest.Thirds(2)...)
		meeting := w.Plan(workflow.InPerson)
		item := w.Table(meeting, p, "decideFund")
		w.Begin(meeting, board...)
		w.Fire(item, "open", nil)
		w.Tie(workflow.OwnershipTie, board[0].Person, w.Applicants[0])
		w.Tie(workflow.MembershipTie, board[0].Person, w.Applicants[0])
		for i, want := range []workflow.Ground{workflow.MembershipTie, ""} {
			if got, err := w.Engine.Interest(t.Context(), board[i].Actor, item); err != nil || got != want {
				t.Errorf("seat %d: got %q, %v, want %q", i, got, err, want)
			}
		}
		tests, err := w.Engine.Tests(t.Context(), board[1].Actor, item)
		if i := slices.IndexFunc(tests, func(x workflow.Tested) bool { return x.Rule == "R-24" }); err != nil || tests[i].OK() || slices.ContainsFunc(tests[i].Facts, func(f rules.Fact) bool { return f.Value == "MEMBERSHIP" }) {
			t.Errorf("got %v, %v, want R-24 to fail, and not to tell another why", tests, err)
		}
		recuse := func(ground workflow.Ground) error {
			_, err := w.Engine.Do(t.Context(), board[0].Actor, w.Engine.CastBallot(workflow.CastBallot{
				ID: w.ID(ident.Ballot), LAG: w.LAG, Meeting: meeting, Item: item, Seat: board[0].Seat, Vote: workflow.Recused, Ground: ground, Synthetic: true,
			}))
			return err
		}
		if err := recuse(workflow.SameAddress); !workflow.Refused(err, workflow.MalformedInput) {
			t.Errorf("on a ground that no data show: got %v, want %s", err, workflow.MalformedInput)
		}
		if err := recuse(workflow.OwnershipTie); err != nil {
			t.Errorf("on the second ground that data show: %v", err)
		}
		w.Fire(item, "startVoting", nil)
	})
}

// TestConflictsThatDataShowKeepEvaluatorsOut: whoever is in conflict is not assigned, and whose
// tie is put on file later neither declares that there is none nor hands in scores.
func TestConflictsThatDataShowKeepEvaluatorsOut(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		_, p := w.InQuality(50_000_00, 10_000_00)
		tied, later := w.Evaluators[0], w.Evaluators[1]
		w.Tie(workflow.EmploymentTie, tied.Person, w.Applicants[0])
		assign := func(who workflow.Actor) (ident.ID, error) {
			id := w.ID(ident.Evaluation)
			_, err := w.Engine.Do(t.Context(), w.People[workflow.Administrator], w.Engine.AssignEvaluator(workflow.AssignEvaluator{ID: id, LAG: w.LAG, Proposal: p, Evaluator: who.Person, Synthetic: true}))
			return id, err
		}
		if _, err := assign(tied); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("got %v, want %s for who is employed by the applicant", err, workflow.RuleFailed)
		}
		evaluation, err := assign(later)
		if err != nil {
			t.Fatal(err)
		}
		fire := func(event workflow.EventName) error {
			_, err := w.Engine.Do(t.Context(), later, workflow.Fire{Subject: evaluation, Event: event, Reason: "Dirbau kartu."})
			return err
		}
		w.Tie(workflow.FamilyTie, later.Person, w.ApplicantActors[0].Person)
		if err := fire("declareNoConflict"); !workflow.Refused(err, workflow.RuleFailed) {
			t.Errorf("got %v, want %s for who declares that there is none", err, workflow.RuleFailed)
		}
		if err := fire("declareConflict"); err != nil {
			t.Errorf("the way out: %v", err)
		}
	})
}
