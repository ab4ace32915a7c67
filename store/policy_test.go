package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/lib/pq"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/migrations"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestServingRoleServes: the role that the policies bind passes the engine's
// whole suite.
func TestServingRoleServes(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		workflowtest.RunStore(t, func(t testing.TB) (workflow.Store, *workflow.Machines) {
			return openUnmigrated(t, serve(t).address), storetest.Machines(t)
		})
	})
}

// TestTwoGroupsTakeTurns: what a transaction was told ends with it, though the
// next one has the same connection.
func TestTwoGroupsTakeTurns(t *testing.T) {
	s := openUnmigrated(t, serve(t).address)
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	worlds := []*workflowtest.World{w, neighbour(w)}
	calls, proposals := make([]ident.ID, 2), make([]ident.ID, 2)
	for i, w := range worlds {
		calls[i] = w.OpenCall(50_000_00)
	}
	for i, w := range worlds {
		proposals[i] = w.Proposal(calls[i], 0, 10_000_00)
	}
	for range 2 {
		for i, w := range worlds {
			w.Must(w.ApplicantActors[0], w.Engine.EditProposal(w.LAG, proposals[i], content(w, "Kitas projektas", 9_000_00)))
		}
	}
	for i, w := range worlds {
		w.Fire(proposals[i], "submit", nil)
	}
	for i, w := range worlds {
		w.CloseCall(calls[i])
		w.Fire(proposals[i], "register", nil)
		actor, f := w.Prepared(proposals[i], "startAdminCheck", nil)
		// What another group's people try is recorded as suspect, in no group.
		if _, err := w.Engine.Do(t.Context(), worlds[1-i].People[workflow.Administrator], f); !workflow.Refused(err, workflow.NotFound) {
			t.Errorf("an administrator of another group: got %v, want %s", err, workflow.NotFound)
		}
		w.Must(actor, f)
	}
	rep, err := s.Verify(t.Context(), store.Against{}, nil)
	if err != nil || len(rep.Faults) > 0 {
		t.Errorf("verify: got %v and %v, want no faults", rep.Faults, err)
	}
	// One after the other, they all had this connection.
	rows := &entsql.Rows{}
	if err := s.ReadDriver().Query(t.Context(), `SELECT COALESCE(current_setting('atranka.lag', true), '')`, []any{}, rows); err != nil {
		t.Fatal(err)
	}
	if left, err := entsql.ScanString(rows); err != nil || left != "" {
		t.Errorf("got group %q, %v left on the connection, want none", left, err)
	}
}

// neighbour founds a second group beside the world's, with people of its own
// and the first one's applicants.
func neighbour(w *workflowtest.World) *workflowtest.World {
	n := &workflowtest.World{
		T: w.T, Engine: w.Engine, Clock: w.Clock, Measure: w.Measure, Applicants: w.Applicants,
		People: map[workflow.Role]workflow.Actor{},
		LAG:    w.ID(ident.LAG), Strategy: w.ID(ident.Strategy), Actions: []ident.ID{w.ID(ident.Action)}, Meeting: w.ID(ident.Meeting),
	}
	system, made := workflow.SystemActor(), workflow.Sourced{Synthetic: true}
	w.Must(system, workflow.FoundLAG{ID: n.LAG, Name: "Kaimyninė vietos veiklos grupė", ShortName: "KVVG", Sourced: made}.Record())
	w.Must(system, w.Engine.DraftStrategy(workflow.DraftStrategy{ID: n.Strategy, LAG: n.LAG, Title: "Kita strategija", Sourced: made}))
	w.Must(system, workflow.In{
		Kind: "strategy.describe", LAG: n.LAG, Dossier: n.Strategy, Subject: n.Strategy, SubjectType: "Strategy",
		Rows: []workflow.Row{
			{Type: "FundingSource", ID: w.ID(ident.FundingSource), Set: workflow.Values{
				"lagId": n.LAG, "strategyId": n.Strategy, "sourceKind": "EU_AND_STATE", "amount": 10 * workflowtest.ActionMoney,
			}},
			{Type: "Action", ID: n.Actions[0], Set: workflow.Values{
				"lagId": n.LAG, "strategyId": n.Strategy, "ordinal": 1, "code": "1.1.1", "title": "Veiksmas", "activityKinds": []string{"K1"},
			}},
		},
	}.Record())
	w.Must(system, workflow.AllocateAction{
		Envelope: w.ID(ident.Envelope), LAG: n.LAG, Strategy: n.Strategy, Action: n.Actions[0], Amount: workflowtest.ActionMoney,
	}.Record())
	w.Must(system, w.Engine.HoldMeeting(workflow.HoldMeeting{
		ID: n.Meeting, LAG: n.LAG, Number: "1", Mode: "IN_PERSON", HeldOn: w.Clock.Now().Day(), Synthetic: true,
	}))
	n.Tally = n.Document(n.Meeting, n.Meeting)
	for _, r := range []workflow.Role{workflow.Administrator, workflow.Secretary, workflow.Chair} {
		n.People[r] = w.Person(r, n.LAG, "")
	}
	for _, org := range n.Applicants {
		n.ApplicantActors = append(n.ApplicantActors, w.Person(workflow.Applicant, n.LAG, org))
	}
	return n
}

// TestServingRoleWritesInOneGroupAlone tries, on every table that has groups,
// to write a group's rows from none, from another and from its own.
func TestServingRoleWritesInOneGroupAlone(t *testing.T) {
	s := serve(t)
	lag, other := s.twoGroups(t)
	for _, table := range tenantTables(t, s.owner) {
		rows := fmt.Sprintf(`%s WHERE %s = '%s'`, table, groupOf(table), lag)
		for _, as := range []ident.ID{"", other, "registry"} {
			s.refuses(t, table, rows, as)
		}
		s.takes(t, table, rows, lag)
	}
}

// TestServingRoleWritesForAllGroupsFromNone: what holds in every group is not
// written by an act of one; the registry's history is.
func TestServingRoleWritesForAllGroupsFromNone(t *testing.T) {
	s := serve(t)
	lag, _ := s.twoGroups(t)
	var tables []string
	for _, table := range tenantTables(t, s.owner) {
		rows := fmt.Sprintf(`%s WHERE %s IS NULL`, table, groupOf(table))
		if len(column(t, s.owner, `SELECT 'one' FROM `+rows)) == 0 {
			continue
		}
		tables = append(tables, table)
		s.refuses(t, table, rows, "")
		s.takes(t, table, rows, "registry")
		if table == "dossiers" || table == "history_entries" {
			s.takes(t, table, rows, lag)
		} else {
			s.refuses(t, table, rows, lag)
		}
	}
	if want := []string{"dossiers", "history_entries", "role_grants", "rule_sets", "tokens"}; !slices.Equal(tables, want) {
		t.Errorf("got rows of no group in %v, want %v", tables, want)
	}
	for _, statement := range []string{
		`INSERT INTO dossiers (id, n, hash) SELECT 'prp_x', n, hash FROM dossiers LIMIT 1`,
		`INSERT INTO history_entries SELECT (jsonb_populate_record(e, '{"dossier_id": "prp_x"}')).* FROM history_entries e WHERE lag_id IS NULL LIMIT 1`,
	} {
		if _, err := s.as(t, "registry", statement); !overPolicy(err) {
			t.Errorf("%s: got %v, want a case without a group refused", statement, err)
		}
	}
}

// twoGroups leaves a row of the first group in every table that has groups,
// and one of no group where there may be.
func (s served) twoGroups(t *testing.T) (lag, other ident.ID) {
	t.Helper()
	serving := openUnmigrated(t, s.address)
	fullWorld(t, serving)
	c := clock.NewManual(workflowtest.Begin.Add(365 * 24 * time.Hour))
	w := &workflowtest.World{T: t, Clock: c, Engine: &workflow.Engine{
		Machines: storetest.Machines(t), Store: serving, Clock: c, Simulated: true,
		IDs: ident.NewSource(c, workflowtest.Deterministic("more ids")), Random: workflowtest.Deterministic("more salts"),
	}}
	lag = ident.ID(column(t, s.owner, `SELECT id FROM lags`)[0])
	other = neighbour(w).LAG
	auditor, system := w.Person(workflow.Auditor, "", ""), workflow.SystemActor()
	w.Must(system, workflow.AdoptRuleSet{
		Layer: "EU", Version: "1", From: "2016-01-01", Sourced: workflow.Sourced{Synthetic: true},
	})
	for _, in := range []ident.ID{"", lag} {
		_, err := serving.Tokens(c, workflowtest.Deterministic("tokens"+string(in))).Create(t.Context(), store.TokenFor{
			Person: auditor.Person, LAG: in, ExpiresAt: c.Now().Add(time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	must(t, s.owner, `INSERT INTO confirmations (id, lag_id, command, input_hash, expires_at) VALUES ('cnf_x', $1, '{}', '', 0)`, string(lag))
	return lag, other
}

// tenantTables are the tables that have groups, as the catalogue says it, and
// the groups' own; each has to have row security.
func tenantTables(t *testing.T, db *sql.DB) []string {
	t.Helper()
	const which = ` FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND (relname = 'lags' OR EXISTS (
		SELECT 1 FROM pg_attribute WHERE attrelid = c.oid AND attname = 'lag_id' AND NOT attisdropped))`
	if open := column(t, db, `SELECT relname`+which+` AND NOT relrowsecurity`); len(open) > 0 {
		t.Errorf("got no row security on %v, want it on every table that has groups", open)
	}
	tables := column(t, db, `SELECT relname`+which+` ORDER BY 1`)
	if len(tables) < 30 {
		t.Fatalf("got the tables %v, want at least thirty", tables)
	}
	return tables
}

// groupOf is the column that says whose a row is.
func groupOf(table string) string {
	if table == "lags" {
		return "id"
	}
	return "lag_id"
}

// as carries a statement out as the serving role in a group, and takes it back.
func (s served) as(t *testing.T, group ident.ID, statement string) (int64, error) {
	t.Helper()
	tx, err := s.role.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if group != "" {
		if _, err := tx.ExecContext(t.Context(), `SELECT set_config('atranka.lag', $1, true)`, string(group)); err != nil {
			t.Fatal(err)
		}
	}
	res, err := tx.ExecContext(t.Context(), statement)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return n, err
}

// consumable are the tables that the serving role may delete from.
var consumable = []string{
	"budget_lines", "confirmations", "proposal_fundings", "river_client", "river_client_queue", "river_job", "river_leader", "river_queue", "timers",
}

// writings change the rows to what they are, and make them a second time.
func writings(table, rows string) (update, insert string) {
	name, where, _ := strings.Cut(rows, " ")
	return fmt.Sprintf(`UPDATE %s SET %[2]s = %[2]s %s`, name, groupOf(table), where), `INSERT INTO ` + table + ` SELECT * FROM ` + rows
}

func (s served) refuses(t *testing.T, table, rows string, group ident.ID) {
	t.Helper()
	update, insert := writings(table, rows)
	if n, err := s.as(t, group, update); !overPolicy(err) && !s.denied(table, err) {
		t.Errorf("as %q: %s: got %d rows and %v, want it refused by a policy", group, update, n, err)
	}
	if n, err := s.as(t, group, insert); !overPolicy(err) {
		t.Errorf("as %q: %s: got %d rows and %v, want it refused by a policy", group, insert, n, err)
	}
	name, where, _ := strings.Cut(rows, " ")
	take := fmt.Sprintf(`UPDATE %s SET %s = '%s' %s`, name, groupOf(table), group, where)
	if n, err := s.as(t, group, take); group != "" && err == nil {
		t.Errorf("as %q: %s: got %d rows moved, want none", group, take, n)
	}
	if !slices.Contains(consumable, table) {
		return
	}
	if n, err := s.as(t, group, `DELETE FROM `+rows); err != nil || n != 0 {
		t.Errorf("as %q: deleting from %s: got %d rows and %v, want none", group, rows, n, err)
	}
}

func (s served) takes(t *testing.T, table, rows string, group ident.ID) {
	t.Helper()
	update, insert := writings(table, rows)
	if n, err := s.as(t, group, update); (err != nil || n == 0) && !s.denied(table, err) {
		t.Errorf("as %q: %s: got %d rows and %v, want some", group, update, n, err)
	}
	var taken *pq.Error
	if n, err := s.as(t, group, insert); !errors.As(err, &taken) || taken.Code != "23505" {
		t.Errorf("as %q: %s: got %d rows and %v, want the keys alone in the way", group, insert, n, err)
	}
	if !slices.Contains(consumable, table) {
		return
	}
	if n, err := s.as(t, group, `DELETE FROM `+rows); err != nil || n == 0 {
		t.Errorf("as %q: deleting from %s: got %d rows and %v, want some", group, rows, n, err)
	}
}

// denied says whether the role lacks the right itself, as it does to update
// what was recorded.
func (s served) denied(table string, err error) bool {
	var refused *pq.Error
	return slices.Contains(appendOnly, table) && errors.As(err, &refused) && refused.Code == insufficientPrivilege
}

// overPolicy says whether a policy refused the row.
func overPolicy(err error) bool {
	var refused *pq.Error
	return errors.As(err, &refused) && refused.Code == insufficientPrivilege && strings.Contains(refused.Message, "row-level security")
}

// TestATransactionIsOneGroups: the store itself refuses a second group, on
// both engines.
func TestATransactionIsOneGroups(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		n := neighbour(w)
		document := func(lag ident.ID) workflow.Change {
			return workflow.Change{Type: "Document", ID: w.ID(ident.Document), Create: true, Set: workflow.Values{
				"lagId": lag, "subjectId": w.Strategy, "kind": "LETTER", "title": "Raštas", "hash": "00", "datedOn": workflowtest.Begin.Day(),
			}}
		}
		retitled := func(strategy ident.ID) workflow.Change {
			return workflow.Change{Type: "Strategy", ID: strategy, Set: workflow.Values{"title": "Kita"}}
		}
		lock := func(id ident.ID) func(workflow.Tx) error {
			return func(tx workflow.Tx) error { _, err := tx.Lock(id, false); return err }
		}
		apply := func(c workflow.Change) func(workflow.Tx) error {
			return func(tx workflow.Tx) error { return tx.Apply([]workflow.Change{c}) }
		}
		opens := func(lag ident.ID) func(workflow.Tx) error {
			return func(tx workflow.Tx) error { return tx.Open(w.ID(ident.Meeting), lag) }
		}
		renamed := func(lag ident.ID) workflow.Change {
			return workflow.Change{Type: "Lag", ID: lag, Set: workflow.Values{"name": "Kita"}}
		}
		for name, steps := range map[string][]func(workflow.Tx) error{
			"a case is locked and another group's row made": {lock(w.Strategy), apply(document(n.LAG))},
			"a case is locked and another group renamed":    {lock(w.Strategy), apply(renamed(n.LAG))},
			"a case of each is locked":                      {lock(w.Strategy), lock(n.Strategy)},
			"a dossier of each is opened":                   {opens(w.LAG), opens(n.LAG)},
			"a row of each is made":                         {apply(document(w.LAG)), apply(document(n.LAG))},
			"a row is changed and another group's made":     {apply(retitled(w.Strategy)), apply(document(n.LAG))},
		} {
			err := s.InTx(t.Context(), func(tx workflow.Tx) error {
				for i, step := range steps {
					if err := step(tx); err != nil {
						if i == 0 {
							t.Errorf("%s: got %v at first, want it taken", name, err)
						}
						return err
					}
				}
				return context.Canceled
			})
			if err == nil || !strings.Contains(err.Error(), "may not in") {
				t.Errorf("%s: got %v, want the second group refused", name, err)
			}
		}
		for name, steps := range map[string][]func(workflow.Tx) error{
			"of no group, then of one": {opens(""), apply(document(w.LAG))},
			"of one group, then none":  {apply(document(w.LAG)), opens("")},
			"of one group throughout":  {lock(w.Strategy), apply(retitled(w.Strategy)), opens(w.LAG), apply(document(w.LAG))},
		} {
			err := s.InTx(t.Context(), func(tx workflow.Tx) error {
				for _, step := range steps {
					if err := step(tx); err != nil {
						return err
					}
				}
				return context.Canceled
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %v, want it taken", name, err)
			}
		}
	})
}

// TestRolesAboveThePoliciesAreRefused: for such a role the policies would stand
// there and do nothing.
func TestRolesAboveThePoliciesAreRefused(t *testing.T) {
	db := serve(t).owner
	n := servingRoles.Add(1)
	name := func(what string) string { return fmt.Sprintf("atranka_%s_%d_%d", what, os.Getpid(), n) }
	owner := column(t, db, `SELECT CAST(current_user AS text)`)[0]
	createRole(t, db, name("super"), "SUPERUSER")
	createRole(t, db, name("bypass"), "BYPASSRLS")
	createRole(t, db, name("owner"), "")
	createRole(t, db, name("member"), "NOINHERIT IN ROLE "+name("owner"))
	must(t, db, `ALTER TABLE claims OWNER TO `+name("owner"))
	for _, tt := range []struct{ role, why string }{
		{owner, "is a superuser"},
		{name("super"), "is a superuser"},
		{name("bypass"), "has BYPASSRLS"},
		{name("owner"), "owns the tables"},
		{name("member"), name("owner") + " owns the tables"},
	} {
		err := migrations.GrantServing(t.Context(), db, tt.role)
		if !errors.Is(err, migrations.ErrUnbound) || !strings.Contains(err.Error(), tt.why) {
			t.Errorf("%s: got %v, want it refused because it %s", tt.role, err, tt.why)
		}
	}
}
