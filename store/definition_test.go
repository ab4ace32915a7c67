package store_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/definitions"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// invitation is a step that the shipped proposal lacks: on the board's decision,
// from its agenda and back to it.
const invitation = `
transitions:
  - event: invite
    from: board_agenda
    to: board_agenda
    label: {lt: Kviesti išklausyti, en: Invite to a hearing}
    by: CHAIR
    requires: [decision]
`

// withInvitation is the shipped proposal's definition with the step, under the version.
func withInvitation(t testing.TB, version int) string {
	t.Helper()
	src, err := fs.ReadFile(definitions.Files(), "proposal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(src), "\ntransitions:\n", invitation, 1)
	return strings.Replace(text, "\nversion: 1\n", fmt.Sprintf("\nversion: %d\n", version), 1)
}

// growing is a world on one engine whose store and engine share their machines, as
// those of a server do.
func growing(t *testing.T, f func(t *testing.T, s *store.Store, w *workflowtest.World)) {
	storetest.Each(t, func(t *testing.T, address string) {
		machines := storetest.Machines(t)
		s := storetest.OpenWith(t, address, machines)
		f(t, s, workflowtest.NewWorld(t, s, machines))
		sound(t, s)
	})
}

// publishes has two persons publish the text for the group, or for all.
func publishes(w *workflowtest.World, author, second workflow.Actor, lag ident.ID, text string) {
	w.T.Helper()
	confirms(w, second, w.Must(author, workflow.Publish{LAG: lag, Text: text, Reason: "Pasikeitė tvarka."}))
}

func confirms(w *workflowtest.World, second workflow.Actor, d workflow.Done) workflow.Done {
	w.T.Helper()
	if d.Pending == nil {
		w.T.Fatal("got it done, want it to wait for a second person")
	}
	return w.Must(second, workflow.Confirm{ID: d.Pending.ID})
}

// TestAPublishedProcessIsThereAfterARestart, for its group alone, and is not taken
// in once its text is another than the one that was published.
func TestAPublishedProcessIsThereAfterARestart(t *testing.T) {
	growing(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		office, chair := w.People[workflow.Administrator], w.People[workflow.Chair]
		publishes(w, office, chair, w.LAG, withInvitation(t, workflow.FirstPublished))
		everywhere := []workflow.Actor{w.Person(workflow.Administrator, "", ""), w.Person(workflow.Administrator, "", "")}
		publishes(w, everywhere[0], everywhere[1], "", withInvitation(t, workflow.FirstPublished+1))
		again := storetest.Machines(t)
		if err := s.LoadDefinitions(t.Context(), again); err != nil {
			t.Fatal(err)
		}
		for lag, want := range map[ident.ID]string{w.LAG: "proposal@1000", w.ID(ident.LAG): "proposal@1001"} {
			if got := again.For(lag, "proposal").Name(); got != want {
				t.Errorf("a case of %s: got %s, want %s", lag, got, want)
			}
		}
	})
}

// TestAProcessOfAllGroupsTakesAllTheirAdministrators: who holds the role in one
// group neither publishes nor confirms for all, and learns nothing of it.
func TestAProcessOfAllGroupsTakesAllTheirAdministrators(t *testing.T) {
	growing(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		text := withInvitation(t, workflow.FirstPublished)
		office, one, other := w.People[workflow.Administrator], w.Person(workflow.Administrator, "", ""), w.Person(workflow.Administrator, "", "")
		if _, err := w.Do(office, workflow.Publish{Text: text, Reason: "visiems"}); !workflow.Refused(err, workflow.RoleRefused) {
			t.Errorf("an administrator of one group: got %v, want ROLE_REFUSED", err)
		}
		pending := w.Must(one, workflow.Publish{Text: text, Reason: "visiems"}).Pending
		if _, err := w.Do(office, workflow.Confirm{ID: pending.ID}); !workflow.Refused(err, workflow.NotFound) {
			t.Errorf("confirmed by one of one group: got %v, want NOT_FOUND", err)
		}
		if all, err := w.Engine.AwaitedActs(t.Context(), office, ""); err != nil || all != nil {
			t.Errorf("awaited for all groups: got %v and %v, want nothing told", all, err)
		}
		if all, err := w.Engine.AwaitedActs(t.Context(), other, ""); err != nil || len(all) != 1 || all[0].Act.Publish.Text != text {
			t.Errorf("awaited for all groups: got %d and %v, want the one", len(all), err)
		}
		w.Must(other, workflow.Confirm{ID: pending.ID})
		if got := w.Engine.Machines.For(w.LAG, "proposal").Name(); got != "proposal@1000" {
			t.Errorf("a group without a process of its own: got %s, want the shared proposal@1000", got)
		}
	})
}

// TestATamperedProcessIsNotTakenIn: whoever changes the text behind the program's
// back has a server that goes on without it, cases that stand still until they are
// moved to a version that holds, and a verification that names the entry.
func TestATamperedProcessIsNotTakenIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		office, chair := w.People[workflow.Administrator], w.People[workflow.Chair]
		publishes(w, office, chair, w.LAG, withInvitation(t, workflow.FirstPublished))
		call := w.OpenCall(50_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		publishes(w, office, chair, w.LAG, withInvitation(t, workflow.FirstPublished+1))
		attack(t, s, "definitions", `UPDATE definitions SET text = text || '# ' WHERE version = 1000`)
		after := storetest.Machines(t)
		for range 2 { // a second look finds nothing new
			if err := s.LoadDefinitions(t.Context(), after); err != nil {
				t.Fatal(err)
			}
		}
		if got := after.Lacking(); len(got) != 1 || got["proposal@1000"] == nil || !strings.Contains(got["proposal@1000"].Error(), "atranka verify") {
			t.Errorf("got %v lacking, want the one whose text was changed", got)
		}
		if after.For(w.LAG, "proposal").Name() != "proposal@1001" {
			t.Errorf("got %s for new cases, want the one that holds", after.For(w.LAG, "proposal").Name())
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = storetest.OpenWith(t, address, after)
		w.Engine.Store, w.Engine.Machines = s, after
		if _, err := w.Do(w.ApplicantActors[0], workflow.Fire{Subject: p, Event: "submit"}); !workflow.Refused(err, workflow.DefinitionRefused) {
			t.Errorf("a case of it: got %v, want %s", err, workflow.DefinitionRefused)
		}
		moving := workflow.Migrate{LAG: w.LAG, From: "proposal@1000", To: "proposal@1001", Reason: "Versija netinka."}
		for _, bad := range []workflow.Migrate{
			{LAG: w.LAG, From: "proposal@1000", To: "proposal@1007", Reason: "x"},
			{LAG: w.LAG, From: "proposal@1007", To: "proposal@1001", Reason: "x"},
			{LAG: w.LAG, From: "proposal@1000", To: "call@1", Reason: "x"},
			{LAG: w.LAG, From: "proposal@1000", To: "proposal@1001", Reason: "x", Mapping: []workflow.Renamed{{From: "draft", To: "submitted"}}},
		} {
			if _, err := w.Do(office, bad); !workflow.Refused(err, workflow.MalformedInput) {
				t.Errorf("%+v: got %v, want %s", bad, err, workflow.MalformedInput)
			}
		}
		if done := confirms(w, chair, w.Must(office, moving)); done.Moved == nil || *done.Moved != 1 {
			t.Errorf("got %+v, want the case moved", done)
		}
		w.Fire(p, "submit", nil)
		faults, err := s.Verify(t.Context(), store.Against{}, nil)
		if err != nil || len(faults.Faults) == 0 {
			t.Errorf("verify: got %v and %v, want the entry named", faults, err)
		}
	})
}

// TestOfTwoServersOnePublishesAtATime, of whatever kinds: what the other does not know
// yet is taken in first.
func TestOfTwoServersOnePublishesAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		here, there := storetest.Machines(t), storetest.Machines(t)
		s := storetest.OpenWith(t, address, here)
		w := workflowtest.NewWorld(t, s, here)
		office, chair := w.People[workflow.Administrator], w.People[workflow.Chair]
		src, err := fs.ReadFile(definitions.Files(), "contract.yaml")
		if err != nil {
			t.Fatal(err)
		}
		contract := strings.Replace(string(src), "\nversion: 1\n", "\nversion: 1000\n", 1)
		pending := w.Must(office, workflow.Publish{LAG: w.LAG, Text: contract, Reason: "Pasikeitė tvarka."})
		publishes(w, office, chair, w.LAG, withInvitation(t, workflow.FirstPublished))
		w.Engine.Machines = there // the server that has not looked yet
		if _, err := w.Do(chair, workflow.Confirm{ID: pending.Pending.ID}); !workflow.Refused(err, workflow.Conflict) {
			t.Fatalf("got %v, want %s", err, workflow.Conflict)
		}
		if err := s.LoadDefinitions(t.Context(), there); err != nil {
			t.Fatal(err)
		}
		confirms(w, chair, pending)
		if there.Pinned("contract@1000") == nil || there.Pinned("proposal@1000") == nil || len(there.Lacking()) > 0 {
			t.Errorf("got %v lacking, want both published", there.Lacking())
		}
		sound(t, s)
	})
}

// TestManyCasesAreMigrated in batches, each once with an entry that names its cause.
func TestManyCasesAreMigrated(t *testing.T) {
	growing(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		const n = 230 // more than two batches
		call := w.OpenCall(50_000_00)
		for range n {
			a := w.ApplicantActors[0]
			w.Must(a, w.Engine.DraftProposal(workflow.DraftProposal{
				ID: w.ID(ident.Proposal), LAG: w.LAG, Call: call, Action: w.Actions[0], Applicant: a.Organisation,
			}))
		}
		office, second := w.People[workflow.Administrator], w.SecondAdministrator
		publishes(w, office, second, w.LAG, withInvitation(t, workflow.FirstPublished))
		done := confirms(w, second, w.Must(office, workflow.Migrate{LAG: w.LAG, From: "proposal@1", To: "proposal@1000", Reason: "Nauja tvarka."}))
		if done.Moved == nil || *done.Moved != n || len(done.Left) > 0 {
			t.Errorf("got %v moved and %d left, want %d and none", done.Moved, len(done.Left), n)
		}
		var left, entries, timers int
		count := func(into *int, query string, args ...any) {
			t.Helper()
			db, _ := s.Queue()
			if err := db.QueryRowContext(t.Context(), query, args...).Scan(into); err != nil {
				t.Fatal(err)
			}
		}
		count(&left, `SELECT count(*) FROM proposals WHERE definition <> 'proposal@1000' OR version <> 2`)
		count(&entries, fmt.Sprintf(`SELECT count(DISTINCT subject_id) FROM history_entries WHERE kind = 'migrate' AND cause = '%s/%d'`, done.Dossier, done.N))
		count(&timers, `SELECT count(*) FROM timers JOIN proposals ON proposals.id = timers.subject_id`)
		if left != 0 || entries != n || timers < n {
			t.Errorf("got %d cases left, %d entries and %d timers, want 0, %d and a timer each", left, entries, timers, n)
		}
		again := w.Must(office, workflow.Migrate{LAG: w.LAG, From: "proposal@1", To: "proposal@1000", Reason: "Dar kartą.", DryRun: true})
		if *again.Moved != 0 {
			t.Errorf("once more: got %d, want none left", *again.Moved)
		}
	})
}

// TestADecisionKeepsACaseWhereItCanBeCarriedOut, from when the case is before the
// board, which may be deciding it, until the decision is carried out.
func TestADecisionKeepsACaseWhereItCanBeCarriedOut(t *testing.T) {
	growing(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		office, second := w.People[workflow.Administrator], w.SecondAdministrator
		publishes(w, office, second, w.LAG, withInvitation(t, workflow.FirstPublished))
		_, p := w.OnAgenda()
		back := workflow.Migrate{LAG: w.LAG, From: "proposal@1000", To: "proposal@1", Reason: "Atgal.", DryRun: true}
		stuck := func(when string) {
			t.Helper()
			_, err := w.Do(office, back)
			var refused *workflow.Error
			if !errors.As(err, &refused) || !refused.Has(workflow.CaseStuck) || !strings.Contains(refused.Error(), "invite") {
				t.Errorf("%s: got %v, want %s to name the decision", when, err, workflow.CaseStuck)
			}
		}
		stuck("on the agenda")
		w.Decide(p, "invite")
		stuck("decided")
		w.Fire(p, "invite", nil)
		stuck("carried out, and before the board again")
		w.Fire(p, "decideFund", nil)
		w.Must(office, back)
	})
}

// TestAMigrationThatWouldEndATermAtOnceIsRefused.
func TestAMigrationThatWouldEndATermAtOnceIsRefused(t *testing.T) {
	growing(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		office, second := w.People[workflow.Administrator], w.SecondAdministrator
		call := w.OpenCall(50_000_00)
		p := w.Proposal(call, 0, 10_000_00)
		w.Fire(p, "submit", nil)
		machine := w.Engine.Machines.Latest("proposal")
		state, _ := machine.State(w.Subject(p).State)
		if state.Deadline == nil || state.Deadline.Event == "" {
			t.Fatalf("%s has no term that fires", state.Name)
		}
		term := fmt.Sprintf("days: %d,", state.Deadline.Days)
		text := withInvitation(t, workflow.FirstPublished)
		at := strings.Index(text, "\n  "+string(state.Name)+":\n")
		text = text[:at] + strings.Replace(text[at:], term, "days: 1,", 1)
		publishes(w, office, second, w.LAG, text)
		there := workflow.Migrate{LAG: w.LAG, From: "proposal@1", To: "proposal@1000", Reason: "Trumpiau.", DryRun: true}
		w.Must(office, there)
		w.Clock.Advance(2 * 24 * time.Hour) // to Wednesday
		if _, err := w.Do(office, there); !workflow.Refused(err, workflow.CaseStuck) {
			t.Errorf("got %v, want %s", err, workflow.CaseStuck)
		}
	})
}

// attack runs a statement as the owner of the database would, past the triggers of
// the table.
func attack(t *testing.T, s *store.Store, table, statement string) {
	t.Helper()
	db, dialect := s.Queue()
	run := func(statements ...string) {
		t.Helper()
		for _, x := range statements {
			if _, err := db.ExecContext(t.Context(), x); err != nil {
				t.Fatal(err)
			}
		}
	}
	if dialect == "postgres" {
		run("ALTER TABLE "+table+" DISABLE TRIGGER ALL", statement)
		return
	}
	run("DROP TRIGGER append_only_"+table+"_update", statement)
}
