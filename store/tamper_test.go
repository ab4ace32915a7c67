package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lib/pq"
	"modernc.org/sqlite"

	"github.com/atranka/atranka/cite"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/definitions"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// unchained are the tables that no entry bears out, each with the reason. A
// new table has to be put here or be rebuilt by replay.
var unchained = map[string]string{
	"timers":           "follow from the cases, and are made anew from them",
	"schema_revisions": "kept by the migrations",
	"disclosures":      "personal and free text, which may be erased",
	"claims":           "idempotency keys",
	"confirmations":    "acts that nobody has confirmed yet",
	"tokens":           "sign-in",
	"security_log":     "attempts on what the sender may not see",
	"marks":            "what the program remembers of itself",

	"log_origins":        "the log, which is held against what was signed (TestTheLogIsHeldAgainstWhatWasSigned)",
	"leaves":             "the log",
	"tree_nodes":         "made anew from the leaves",
	"checkpoints":        "made anew from the leaves",
	"signed_checkpoints": "the log",
}

// attacker is somebody with the database's password.
type attacker struct {
	*sql.DB
	engine string
	store  *store.Store
	seen   map[string]string // bodies by the id of their entry, before any attack
}

// invade opens a database of the world for somebody who switches the triggers
// off: a copy without any on SQLite, a session that fires none on PostgreSQL.
func invade(t *testing.T, s *store.Store, address string) *attacker {
	t.Helper()
	engine, dsn, _ := strings.Cut(address, ":")
	a := &attacker{engine: engine, store: s, seen: map[string]string{}}
	if engine == "sqlite" {
		stolen := filepath.Join(t.TempDir(), "stolen.db")
		original := openRaw(t, "sqlite", "file:"+dsn)
		must(t, original, `VACUUM INTO '`+stolen+`'`)
		a.DB = openRaw(t, "sqlite", "file:"+stolen)
		for _, name := range column(t, a.DB, `SELECT name FROM sqlite_master WHERE type = 'trigger'`) {
			must(t, a.DB, `DROP TRIGGER `+name)
		}
	} else {
		a.DB = openRaw(t, "postgres", dsn)
	}
	rows, err := a.QueryContext(t.Context(), `SELECT id, body FROM history_bodies`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, body string
		if err := rows.Scan(&id, &body); err != nil {
			t.Fatal(err)
		}
		a.seen[id] = body
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return a
}

func openRaw(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func must(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// column is a query's one column of text.
func column(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// strike carries out one statement and asks the history; then it is undone.
// refused says that the database itself did not let the statement pass.
func (a *attacker) strike(t *testing.T, statement string) (faults []store.Fault, refused bool) {
	t.Helper()
	return a.strikeAgainst(t, statement, store.Against{})
}

// strikeAgainst is strike with what whoever verifies has beside the database.
func (a *attacker) strikeAgainst(t *testing.T, statement string, against store.Against) (faults []store.Fault, refused bool) {
	t.Helper()
	tx, err := a.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if a.engine == "postgres" {
		if _, err := tx.ExecContext(t.Context(), `SET LOCAL session_replication_role = replica`); err != nil {
			t.Fatal(err)
		}
	}
	res, err := tx.ExecContext(t.Context(), statement)
	if constraint(err) {
		return nil, true
	}
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s: changed %d rows, want some (%v)", statement, n, err)
	}
	rep, err := a.store.VerifyTx(t.Context(), tx, against)
	if err != nil {
		t.Errorf("%s: verification ended with %v, want faults", statement, err)
	}
	return rep.Faults, false
}

// constraint says whether the schema refused a value: a key taken twice, or a
// column that may not be empty.
func constraint(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code.Class() == "23"
	}
	var s *sqlite.Error
	const sqliteConstraint = 19
	return errors.As(err, &s) && s.Code()&0xff == sqliteConstraint
}

// catalogue lists the chained tables with their columns. The queue's own, River's,
// hold who is to ring next and nothing that has happened.
func (a *attacker) catalogue(t *testing.T) map[string][]tableColumn {
	t.Helper()
	query := `SELECT m.name, c.name, c.type, c."notnull" = 0 FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`
	if a.engine == "postgres" {
		query = `SELECT table_name, column_name, data_type, is_nullable = 'YES' FROM information_schema.columns
			WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position`
	}
	rows, err := a.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	out := map[string][]tableColumn{}
	for rows.Next() {
		var table string
		var c tableColumn
		if err := rows.Scan(&table, &c.name, &c.kind, &c.null); err != nil {
			t.Fatal(err)
		}
		if unchained[table] == "" && !strings.HasPrefix(table, "river_") {
			out[table] = append(out[table], c)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

type tableColumn struct {
	name, kind string
	null       bool
}

// other is another value of the column's type, in SQL.
func (c tableColumn) other() string {
	q := `"` + c.name + `"`
	switch strings.ToLower(c.kind) {
	case "bool", "boolean":
		return `NOT COALESCE(` + q + `, false)`
	case "json":
		return `'["tampered"]'`
	case "jsonb":
		return `'["tampered"]'::jsonb`
	case "integer", "bigint":
		return `COALESCE(` + q + ` + 1, 1)`
	default:
		return `COALESCE(` + q + ` || 'x', 'x')`
	}
}

// alike are values that SQLite lets stand in the column for its own and that
// read like it: bytes for a text, another spelling of a list, a number for true.
func (c tableColumn) alike() []string {
	q := `"` + c.name + `"`
	switch strings.ToLower(c.kind) {
	case "bool":
		return []string{`2`}
	case "json":
		return []string{`' ' || ` + q, `CAST(` + q + ` AS BLOB)`}
	case "text":
		return []string{`CAST(` + q + ` AS BLOB)`}
	}
	return nil
}

// row picks one row: the first whose column has a value, if any has.
func (c tableColumn) row(table string, offset int) string {
	return fmt.Sprintf(`(SELECT id FROM %q ORDER BY %q IS NULL, id LIMIT 1 OFFSET %d)`, table, c.name, offset)
}

// TestEveryChangeBehindTheHistoryIsNamed changes, deletes, inserts and swaps,
// one statement each, every column of every chained table.
func TestEveryChangeBehindTheHistoryIsNamed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		fullWorld(t, s)
		a := invade(t, s, address)
		tx, err := a.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		rep, err := s.VerifyTx(t.Context(), tx, store.Against{})
		if err != nil || len(rep.Faults) > 0 || rep.Rows == 0 {
			t.Fatalf("before any attack: got %d rows, faults %v and %v, want rows alone", rep.Rows, rep.Faults, err)
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		attacks := 0
		for table, columns := range a.catalogue(t) {
			if len(column(t, a.DB, fmt.Sprintf(`SELECT id FROM %q LIMIT 1`, table))) == 0 {
				t.Errorf("the world has no row in %s, so it is not attacked", table)
				continue
			}
			attacks += a.attackTable(t, table, columns)
		}
		t.Logf("%d attacks on a history of %d entries", attacks, rep.Entries)
	})
}

// TestAttacksThatLookHarmless are those that a comparison of columns alone
// would let pass.
func TestAttacksThatLookHarmless(t *testing.T) {
	const draft = ` WHERE content_hash IS NULL`
	attacks := []struct {
		name, statement string
		seen            bool
	}{
		{"an award for a draft", `UPDATE proposals SET grant_awarded = 1` + draft, true},
		{"a score for a draft", `UPDATE proposals SET final_score = 1` + draft, true},
		{"a dossier in which nothing stands", `INSERT INTO dossiers (id, n, hash) SELECT 'lag_x', 0, hash FROM dossiers LIMIT 1`, true},
		{"a cost more in what was submitted", `INSERT INTO budget_lines (id, lag_id, proposal_id, ordinal, category, cost_method, amount, synthetic)
			SELECT 'bud_x', lag_id, id, 9, 'STAFF', 'REAL', 1, synthetic FROM proposals WHERE content_hash IS NOT NULL LIMIT 1`, true},
		{"money that nobody moved", `INSERT INTO movements (id, lag_id, envelope_id, for_id, amount, dossier_id, n, recorded_at)
			SELECT 'mov_x', lag_id, envelope_id, for_id, 1, dossier_id, n, recorded_at FROM movements LIMIT 1`, true},
		{"nothing in place of none", `UPDATE history_entries SET on_behalf_of = '' WHERE on_behalf_of IS NULL`, true},
		{"another spelling of rule sets", `UPDATE history_entries SET rule_sets = rule_sets || ' '`, true},
		{"an empty group of the registry", `UPDATE dossiers SET lag_id = '' WHERE lag_id IS NULL`, true},
		{"no in place of not said", `UPDATE proposals SET unanswered = false WHERE unanswered IS NULL`, true},
		{"JSON's null in place of none", `UPDATE actions SET source_lines = 'null' WHERE source_lines IS NULL`, true},
		{"all entries of a dossier", `DELETE FROM history_entries WHERE dossier_id LIKE 'mtg_%'`, true},
		{"the last entry of a dossier", `DELETE FROM history_entries WHERE n = (SELECT MAX(n) FROM history_entries)`, true},
		// A draft is hashed when it is submitted; before, the history knows nothing of it.
		{"the title of a draft, with what is derived from it", `UPDATE proposals SET (title, title_key, title_words) =
			(SELECT title, title_key, title_words FROM proposals WHERE content_hash IS NOT NULL LIMIT 1)` + draft, false},
		{"the title of a draft alone", `UPDATE proposals SET title = 'x'` + draft, true},
	}
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		fullWorld(t, s)
		a := invade(t, s, address)
		for _, tt := range attacks {
			t.Run(tt.name, func(t *testing.T) {
				if faults, refused := a.strike(t, tt.statement); refused || (len(faults) > 0) != tt.seen {
					t.Errorf("%s: got refused %t and faults %v, want seen %t", tt.statement, refused, faults, tt.seen)
				}
			})
		}
	})
}

func (a *attacker) attackTable(t *testing.T, table string, columns []tableColumn) (attacks int) {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = `"` + c.name + `"`
		attacks += a.attackColumn(t, table, c)
	}
	a.expect(t, fmt.Sprintf(`DELETE FROM %q WHERE id = %s`, table, columns[0].row(table, 0)))
	copied := append([]string{`id || 'x'`}, names[1:]...)
	if table == "history_entries" {
		copied[2] = `n + 100000`
	}
	insert := fmt.Sprintf(`INSERT INTO %q (%s) SELECT %s FROM %q WHERE id = %s`,
		table, strings.Join(names, ", "), strings.Join(copied, ", "), table, columns[0].row(table, 0))
	faults, refused := a.strike(t, insert)
	if !refused && len(faults) == 0 {
		t.Errorf("%s: passed unseen", insert)
	}
	return attacks + 2
}

func (a *attacker) attackColumn(t *testing.T, table string, c tableColumn) (attacks int) {
	first := c.row(table, 0)
	values := []string{c.other()}
	if a.engine == "sqlite" && !raced {
		values = append(values, `'tampered'`) // a column of numbers takes it
	}
	for _, value := range values {
		a.expect(t, fmt.Sprintf(`UPDATE %q SET %q = %s WHERE id = %s`, table, c.name, value, first))
		attacks++
	}
	if raced && a.engine == "sqlite" {
		return attacks
	}
	distinct := column(t, a.DB, fmt.Sprintf(
		`SELECT CAST(COUNT(DISTINCT CAST(%q AS text)) AS text) FROM %q WHERE %q IS NOT NULL`, c.name, table, c.name))[0]
	if distinct == "0" {
		return attacks
	}
	if a.engine == "sqlite" {
		for _, value := range c.alike() {
			a.expect(t, fmt.Sprintf(`UPDATE %q SET %q = %s WHERE id = %s`, table, c.name, value, first))
			attacks++
		}
	}
	if c.null {
		a.expect(t, fmt.Sprintf(`UPDATE %q SET %q = NULL WHERE id = %s`, table, c.name, first))
		attacks++
	}
	if distinct == "1" {
		return attacks
	}
	// The first row changes places with the first one that has another value.
	second := fmt.Sprintf(`(SELECT id FROM %[1]q WHERE %[2]q IS NOT NULL
		AND CAST(%[2]q AS text) <> (SELECT CAST(%[2]q AS text) FROM %[1]q WHERE id = %[3]s) ORDER BY id LIMIT 1)`, table, c.name, first)
	of := func(row string) string { return fmt.Sprintf(`(SELECT %q FROM %q WHERE id = %s)`, c.name, table, row) }
	a.expect(t, fmt.Sprintf(`UPDATE %q SET %q = CASE WHEN id = %s THEN %s ELSE %s END WHERE id IN (%s, %s)`,
		table, c.name, first, of(second), of(first), first, second))
	return attacks + 1
}

// expect wants the attack to be seen, and the fault to name an entry that
// stands in the history and speaks of the row.
func (a *attacker) expect(t *testing.T, statement string) {
	t.Helper()
	faults, refused := a.strike(t, statement)
	if refused {
		return
	}
	for _, f := range faults {
		if f.Kind == string(history.Truncated) {
			f.N-- // it names the entry that should follow the last one
		}
		if _, known := a.seen[fmt.Sprintf("%s/%010d", f.Dossier, f.N)]; known {
			return
		}
	}
	t.Errorf("%s: got faults %v, want one that names an entry of the history", statement, faults)
}

// fullWorld has a row in every chained table and a case from draft to
// implementation.
func fullWorld(t *testing.T, s *store.Store) {
	t.Helper()
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	describe(w)
	w.Must(workflow.SystemActor(), workflow.EndTie{
		ID: w.Tie(workflow.PartnershipTie, w.Applicants[0], w.Applicants[1]), LAG: w.LAG, Until: w.Clock.Now().Day(),
		Document: w.Document(w.LAG, w.LAG),
	}.Record())
	call := w.OpenCall(50_000_00)
	proposal := w.Proposal(call, 0, 10_000_00)
	w.Fire(proposal, "submit", nil)
	other := w.Proposal(call, 1, 20_000_00)
	w.Fire(other, "submit", nil)
	w.Proposal(call, 1, 5_000_00) // is never submitted
	stuck := w.Proposal(call, 1, 5_000_00)
	w.Fire(stuck, "submit", nil)
	w.CloseCall(call)
	if err := w.Engine.GiveUp(t.Context(), stuck, 0, 6, errors.New("a fault")); err != nil {
		t.Fatal(err)
	}
	w.ToBoard(proposal, call, 50_00)
	w.Fire(proposal, "decideFund", nil)
	w.Walk(proposal, "apply", "impApprove")
	contract := w.ID(ident.Contract)
	w.Must(w.People[workflow.Administrator], w.Engine.PrepareContract(workflow.PrepareContract{
		ID: contract, LAG: w.LAG, Proposal: proposal, Grant: 10_000_00, Synthetic: true,
	}))
	w.Walk(contract, "offer", "sign", "start")
	claim := w.Beside("payment_claim", contract, "INTERIM", nil)
	w.Walk(claim, "submit", "startCheck", "approve")
	w.Beside("irregularity", claim, "", nil)
	w.ToBoard(other, call, 40_00)
	w.Walk(w.Beside("minutes", w.Sit(other, "decideFund"), "", nil), "sign", "publish")
	w.Fire(other, "decideFund", nil)
	w.Fire(stuck, "withdraw", nil)
	if err := freeze(t, w, call); err != nil {
		t.Fatal(err)
	}
	w.Must(w.People[workflow.Administrator], w.Engine.PrepareContract(workflow.PrepareContract{
		ID: w.ID(ident.Contract), LAG: w.LAG, Proposal: other, Grant: 20_000_00, Synthetic: true,
	}))
	src, err := fs.ReadFile(definitions.Files(), "recovery.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(src), "\nversion: 1\n", fmt.Sprintf("\nversion: %d\n", workflow.FirstPublished), 1)
	publishes(w, w.People[workflow.Administrator], w.People[workflow.Chair], w.LAG, text)
}

// describe adds a row of each type that the walk of a case does not make.
func describe(w *workflowtest.World) {
	source := w.ID(ident.TextSource)
	w.Must(workflow.SystemActor(), workflow.RegisterSource{ID: source, Key: "s1", Class: "SYNTHETIC", Title: "Tekstas", Synthetic: true}.Record())
	direction, project := w.ID(ident.Direction), w.ID(ident.Project)
	of := workflow.Values{"lagId": w.LAG, "strategyId": w.Strategy, "sourceId": source, "sourceLines": []cite.Line{{Field: "code", Line: 7}}}
	row := func(p ident.Prefix, typeName string, set workflow.Values) workflow.Row {
		return workflow.Row{Type: typeName, ID: w.ID(p), Set: set}
	}
	with := func(more workflow.Values) workflow.Values {
		out := workflow.Values{}
		for k, v := range of {
			out[k] = v
		}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	w.Must(workflow.SystemActor(), workflow.In{
		Kind: "strategy.describe", LAG: w.LAG, Dossier: w.Strategy, Subject: w.Strategy, SubjectType: "Strategy",
		Rows: []workflow.Row{
			{Type: "Direction", ID: direction, Set: with(workflow.Values{"code": "A", "title": "Kryptis"})},
			row(ident.ActivityKind, "ActivityKind", with(workflow.Values{
				"directionId": direction, "code": "A1", "title": "Veikla", "examples": []string{"pavyzdys"}, "exhaustive": false,
			})),
			row(ident.Indicator, "Indicator", with(workflow.Values{"code": "R1", "title": "Rodiklis", "unit": "asm.", "target": "10"})),
			row(ident.StatedFigure, "StatedFigure", with(workflow.Values{"key": "k", "printed": "17", "value": "17"})),
			row(ident.ConsultationInput, "ConsultationInput", with(workflow.Values{
				"fromKind": "RESIDENT", "passage": "tekstas", "receivedAt": workflowtest.Begin,
			})),
		},
	}.Record())
	lag := workflow.Values{"lagId": w.LAG, "sourceId": source}
	in := func(more workflow.Values) workflow.Values {
		for k, v := range lag {
			more[k] = v
		}
		return more
	}
	w.Must(workflow.SystemActor(), workflow.In{
		Kind: "lag.describe", LAG: w.LAG, Dossier: w.LAG, Subject: w.LAG, SubjectType: "Lag",
		Rows: []workflow.Row{
			row(ident.LAGMember, "LagMember", in(workflow.Values{"nameAsPrinted": "Narys", "sector": "BUSINESS"})),
			row(ident.Territory, "Territory", in(workflow.Values{
				"kind": "TARGET", "areaHa": "512", "boundary": []string{"A g.", "B g."}, "parts": []string{"1"}, "places": []string{"A g. 1"},
			})),
			row(ident.Finding, "Finding", in(workflow.Values{"code": "Q1", "title": "Radinys", "detail": "nesutampa"})),
			row(ident.BoardSeat, "BoardSeat", workflow.Values{"lagId": w.LAG, "sector": "PUBLIC", "since": workflowtest.Begin.Day()}),
			row(ident.Correspondence, "Correspondence", workflow.Values{
				"lagId": w.LAG, "subjectId": w.Strategy, "direction": "IN", "number": "1", "datedOn": workflowtest.Begin.Day(), "channel": "EMAIL",
			}),
			{Type: "Project", ID: project, Set: in(workflow.Values{
				"promoterId": w.Applicants[0], "ordinal": 1, "title": "Projektas", "theme": "SOCIAL",
			})},
			row(ident.ResultRecord, "ResultRecord", in(workflow.Values{
				"projectId": project, "ordinal": 1, "counted": "asmenys", "unit": "PERSONS", "value": int64(12), "parts": []string{"6", "6"},
				"countBasis": "UNIQUE_PERSON", "uniqueStated": "YES", "periodBasis": "WHOLE_PROJECT",
			})),
		},
	}.Record())
}
