package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lib/pq"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/migrations"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

const insufficientPrivilege = "42501"

// served is an empty, migrated database on PostgreSQL with a role to serve it.
type served struct {
	owner, role *sql.DB
	address     string // as the serving role
}

var servingRoles atomic.Int64

func serve(t testing.TB) served {
	t.Helper()
	address := storetest.Address(t, "postgres")
	storetest.Open(t, address)
	dsn := strings.TrimPrefix(address, "postgres:")
	role := fmt.Sprintf("atranka_serve_%d_%d", os.Getpid(), servingRoles.Add(1))
	as := userOf(dsn, role, "serve")
	s := served{owner: openPostgres(t, dsn), address: "postgres:" + as}
	createRole(t, s.owner, role, "LOGIN PASSWORD 'serve'")
	if err := migrations.GrantServing(t.Context(), s.owner, role); err != nil {
		t.Fatal(err)
	}
	s.role = openPostgres(t, as)
	return s
}

func openPostgres(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// createRole makes a role, which is the whole server's, for the test.
func createRole(t testing.TB, owner *sql.DB, role, with string) {
	t.Helper()
	if _, err := owner.ExecContext(t.Context(), "CREATE ROLE "+role+" "+with); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := owner.Exec("DROP OWNED BY " + role + "; DROP ROLE " + role); err != nil {
			t.Error(err)
		}
	})
}

// TestServingRoleCannotRewriteHistory works a case through as the role that
// serves, and then tries as that role to change and remove what was recorded.
func TestServingRoleCannotRewriteHistory(t *testing.T) {
	s := serve(t)
	w := workflowtest.NewWorld(t, openUnmigrated(t, s.address), storetest.Machines(t))
	call := w.OpenCall(50_000_00)
	w.Fire(w.Proposal(call, 0, 10_000_00), "submit", nil)
	for _, statement := range []string{
		"UPDATE history_entries SET role = 'CHAIR'", "DELETE FROM history_entries", "TRUNCATE history_bodies",
		"UPDATE history_bodies SET body = '{}'", "UPDATE disclosures SET value = ''", "DELETE FROM movements", "DELETE FROM proposals",
		"ALTER TABLE history_entries DISABLE TRIGGER ALL", "UPDATE schema_revisions SET hash = ''",
		"ALTER TABLE proposals DISABLE ROW LEVEL SECURITY", "DROP POLICY writes_in_group ON proposals",
	} {
		var refused *pq.Error
		if _, err := s.role.ExecContext(t.Context(), statement); !errors.As(err, &refused) || refused.Code != insufficientPrivilege {
			t.Errorf("%s: got %v, want insufficient privilege", statement, err)
		}
	}
}

// TestServingRoleTakesAwayWhatIsGivenAnew: scores that were taken back, a tie that never was,
// and the results of a report that is filled again. The entries that made them stay.
func TestServingRoleTakesAwayWhatIsGivenAnew(t *testing.T) {
	s := serve(t)
	w := workflowtest.NewWorld(t, openUnmigrated(t, s.address), storetest.Machines(t))
	call, p := w.InQuality(50_000_00, 10_000_00)
	criteria := column(t, s.role, fmt.Sprintf(`SELECT id FROM criterions WHERE call_id = '%s'`, call))
	evaluation := w.Assign(p, w.Evaluators[0])
	w.Walk(evaluation, "declareNoConflict")
	handIn := func() {
		a := workflow.SubmitEvaluation{ID: evaluation, LAG: w.LAG, Proposal: p, Comment: "įvertinta"}
		for _, c := range criteria {
			a.Scores = append(a.Scores, workflow.GivenScore{ID: w.ID(ident.Score), Criterion: ident.ID(c), Points: 10_00})
		}
		w.Must(w.Evaluators[0], w.Engine.SubmitEvaluation(a))
	}
	handIn()
	w.Fire(evaluation, "reopen", nil)
	handIn()
	tie := w.Tie(workflow.FamilyTie, w.Evaluators[1].Person, w.ApplicantActors[0].Person)
	w.Must(w.People[workflow.Administrator], workflow.StrikeTie{ID: tie, LAG: w.LAG, Reason: "Bendravardis.", Document: w.Document(w.LAG, w.LAG)}.Record())
	_, proposal, contract := w.InForce()
	indicator, project := w.ID(ident.Indicator), w.ID(ident.Project)
	w.Must(w.People[workflow.Administrator], workflow.RegisterIndicator{
		ID: indicator, LAG: w.LAG, Strategy: w.Strategy, Code: "R-1", Title: "Renginiai", Sourced: workflow.Sourced{Synthetic: true},
	}.Record())
	w.Must(workflow.SystemActor(), workflow.In{
		Kind: "project.list", LAG: w.LAG, Dossier: w.LAG, Subject: project, SubjectType: "Project", Rows: []workflow.Row{{Type: "Project", ID: project, Set: workflow.Values{
			"lagId": w.LAG, "promoterId": w.Applicants[0], "ordinal": 1, "title": "Projektas", "theme": "SOCIAL", "proposalId": proposal,
		}}},
	}.Record())
	report := w.Beside("progress_report", contract, "INTERIM", nil)
	for _, n := range []int64{3, 4} {
		w.Must(w.ApplicantActors[0], workflow.ReportResults{LAG: w.LAG, Proposal: proposal, Report: report, Synthetic: true, Results: []workflow.ReportedResult{{
			ID: w.ID(ident.ResultRecord), Indicator: indicator, Counted: "renginiai", Unit: "event", Value: n, CountBasis: "EVENT", UniqueStated: "NO", PeriodBasis: "REPORT_YEAR",
		}}}.Record())
	}
	if stated := column(t, s.role, `SELECT value FROM result_records`); fmt.Sprint(stated) != "[4]" {
		t.Errorf("got the results %v, want the last one", stated)
	}
	if left := column(t, s.role, `SELECT id FROM ties`); len(left) > 0 {
		t.Errorf("got the ties %v, want none", left)
	}
	if got := len(column(t, s.role, fmt.Sprintf(`SELECT id FROM scores WHERE evaluation_id = '%s'`, evaluation))); got != len(criteria) {
		t.Errorf("got %d scores, want %d", got, len(criteria))
	}
	if n := column(t, s.role, fmt.Sprintf(`SELECT kind FROM history_entries WHERE subject_id = '%s' ORDER BY n`, tie)); fmt.Sprint(n) != "[tie.record tie.strike]" {
		t.Errorf("got the entries %v, want both", n)
	}
	if rep, err := openUnmigrated(t, s.address).Verify(t.Context(), store.Against{}, nil); err != nil || len(rep.Faults) > 0 {
		t.Errorf("verify: got %v and %v, want no faults", rep.Faults, err)
	}
}

// userOf is the DSN for another user of the same server.
func userOf(dsn, user, password string) string {
	var parts []string
	for _, p := range strings.Fields(dsn) {
		if !strings.HasPrefix(p, "user=") && !strings.HasPrefix(p, "password=") {
			parts = append(parts, p)
		}
	}
	return strings.Join(append(parts, "user="+user, "password="+password), " ")
}

func openUnmigrated(t testing.TB, address string) *store.Store {
	t.Helper()
	a, err := store.ParseAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), a, storetest.Machines(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestReaderRefusesToWrite: there is one way to change anything.
func TestReaderRefusesToWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		err := s.Reader().Measure.Create().SetID("msr_01h455vb4pex5vsknk084sn02q").SetCode("x").SetSelectionMode("T").Exec(t.Context())
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("got %v, want %v", err, store.ErrReadOnly)
		}
		n, err := s.Reader().Measure.Query().Count(t.Context())
		if err != nil || n != 0 {
			t.Errorf("got %d rows, %v; want none", n, err)
		}
	})
}
