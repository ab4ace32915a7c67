package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// Fault is something in the database that its history does not bear out.
type Fault struct {
	// Dossier and N name the entry that does not hold, or the last one that set
	// the value which a row no longer has.
	Dossier ident.ID
	N       int64
	Kind    string
	Detail  string
}

// String is the fault in one line.
func (f Fault) String() string { return fmt.Sprintf("%s/%d %s: %s", f.Dossier, f.N, f.Kind, f.Detail) }

// The kinds of faults that lie in rows and not in the chain; history names the
// others.
const (
	RowEdited     = "ROW_EDITED"
	RowMissing    = "ROW_MISSING"
	RowUnrecorded = "ROW_UNRECORDED"
	Imbalance     = "IMBALANCE"
	Orphan        = "ORPHAN"
	// OpeningMissing is a text of which nobody can say any more that it is the
	// one that was committed to.
	OpeningMissing = "OPENING_MISSING"
	// OpeningEdited is a text, or its salt, that was written over.
	OpeningEdited = "OPENING_EDITED"
)

// Report is what a verification found. Without faults the history holds.
type Report struct {
	Dossiers, Entries, Rows int
	Faults                  []Fault
	// Simulated says that entries were written under an injected clock.
	Simulated bool
	// Log is of the last log of the database.
	Log LogReport
}

// Verify checks every dossier's chain, replays what the entries say about every
// row, holds the rows against it, and the log that entries are sealed into
// against what was signed of it, on one consistent state of the database.
// progress, where given, is told after every dossier.
func (s *Store) Verify(ctx context.Context, against Against, progress func(done, total int)) (Report, error) {
	var rep Report
	err := s.View(ctx, func(wtx workflow.Tx) error {
		return newVerifier(wtx.(*tx), &rep).run(against, progress)
	})
	return rep, err
}

type rowKey struct {
	kind string
	id   ident.ID
}

// replayed is a row as its entries make it, each value with the entry that set it.
type replayed struct {
	values map[string]any
	by     map[string]ref
	first  ref
	// gone: the last act on the row removed it.
	gone bool
}

type ref struct {
	dossier ident.ID
	n       int64
}

type verifier struct {
	*tx
	rep      *Report
	rows     map[rowKey]*replayed
	openings map[saltKey]opening
	// content is where a proposal's content was last put under hash.
	content map[ident.ID]ref
	// moved is the last entry that moved money in an envelope, or made it.
	moved map[ident.ID]ref
}

func newVerifier(t *tx, rep *Report) *verifier {
	return &verifier{
		tx: t, rep: rep, rows: map[rowKey]*replayed{}, openings: map[saltKey]opening{},
		content: map[ident.ID]ref{}, moved: map[ident.ID]ref{},
	}
}

// saltKey is where a commitment stands.
type saltKey struct {
	at   ref
	path string
}

// opening is what shows that a text is the one that was committed to.
type opening struct {
	salt  []byte
	value string
}

func (o opening) opens(c history.Commitment, value string) bool {
	return len(o.salt) >= history.MinSalt && c.Opens(o.salt, value)
}

func (v *verifier) run(against Against, progress func(done, total int)) error {
	if err := v.loadOpenings(); err != nil {
		return err
	}
	heads, err := v.heads()
	if err != nil {
		return err
	}
	for i, h := range heads {
		if err := v.dossier(h); err != nil {
			return fmt.Errorf("verify dossier %s: %w", h.id, err)
		}
		if progress != nil {
			progress(i+1, len(heads))
		}
	}
	if err := v.orphans(); err != nil {
		return err
	}
	if err := v.compare(); err != nil {
		return err
	}
	if err := v.balances(); err != nil {
		return err
	}
	return v.checkLog(against)
}

type headRow struct {
	id   ident.ID
	lag  sql.NullString
	head history.Head
	bad  bool
}

func (v *verifier) heads() ([]headRow, error) {
	query := `SELECT ` + strings.Join(v.texts("", "id", "lag_id", "n", "hash"), ", ") + ` FROM dossiers ORDER BY id`
	rows, err := v.sql.QueryContext(v.ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []headRow
	for rows.Next() {
		var h headRow
		var text string
		// SQLite keeps text in a column of numbers if told to: such a head does
		// not read, which is a fault and no reason to end.
		scanned := rows.Scan(&h.id, &h.lag, &h.head.N, &text)
		h.head.Hash, err = history.ParseHash(text)
		h.bad = scanned != nil || err != nil || (h.lag.Valid && h.lag.String == "")
		out = append(out, h)
	}
	return out, rows.Err()
}

// dossier checks one chain and folds what its entries say.
func (v *verifier) dossier(h headRow) error {
	v.rep.Dossiers++
	if h.bad {
		return v.badHead(h.id)
	}
	var last history.Entry
	entries := iter.Seq2[history.Entry, error](func(yield func(history.Entry, error) bool) {
		v.entries(h.id, func(e history.Entry, err error) bool {
			if err == nil {
				last = e
				v.rep.Entries++
				v.fold(e)
			}
			return yield(e, err)
		})
	})
	faults, err := history.VerifyDossier(h.id, h.head, entries)
	for _, f := range faults {
		v.fault(ref{f.Dossier, f.N}, string(f.Kind), f.Detail)
	}
	if err == nil && last.N == 0 && h.head.N == 0 {
		v.fault(ref{dossier: h.id}, RowUnrecorded, "a dossier without an entry")
	}
	// A dossier of the registry belongs to no group; any other to its entries'.
	if err == nil && last.N > 0 && ident.ID(h.lag.String) != last.LAG {
		v.fault(ref{h.id, last.N}, string(history.HeadMismatch), "the dossier is filed under another group than its entries")
	}
	return err
}

// badHead names the last entry of a dossier whose head does not read, and
// folds the entries all the same, so that their rows are not blamed.
func (v *verifier) badHead(dossier ident.ID) error {
	var failed error
	at := ref{dossier: dossier}
	v.entries(dossier, func(e history.Entry, err error) bool {
		if err != nil && !errors.Is(err, history.ErrMalformed) {
			failed = err
			return false
		}
		v.rep.Entries++
		v.fold(e)
		at.n = e.N
		return true
	})
	v.fault(at, string(history.HeadMismatch), "the head does not read")
	return failed
}

// fold takes an entry's changes in. A body that does not read is a fault of
// the chain already.
func (v *verifier) fold(e history.Entry) {
	body, err := workflow.DecodeBody(e.Body)
	if err != nil {
		return
	}
	at := ref{e.Dossier, e.N}
	v.rep.Simulated = v.rep.Simulated || body.Simulated
	v.disclosed(at, body)
	for _, c := range body.Changes {
		key := rowKey{c.Type, c.ID}
		r := v.rows[key]
		if r == nil {
			r = &replayed{values: map[string]any{}, by: map[string]ref{}, first: at}
			v.rows[key] = r
		}
		r.gone = c.Delete
		v.note(c, at)
		for field, value := range c.Set {
			r.values[column(field)], r.by[column(field)] = value, at
		}
	}
}

// note remembers where content was frozen and where money moved.
func (v *verifier) note(c workflow.ChangeRecord, at ref) {
	switch envelope, isText := c.Set["envelopeId"].(string); {
	case c.Type == "Proposal" && c.Set["contentHash"] != nil:
		v.content[c.ID] = at
	case c.Type == "Envelope" && v.moved[c.ID] == ref{}:
		v.moved[c.ID] = at
	case c.Type == "Movement" && isText:
		v.moved[ident.ID(envelope)] = at
	}
}

func (v *verifier) fault(at ref, kind, detail string) {
	v.rep.Faults = append(v.rep.Faults, Fault{Dossier: at.dossier, N: at.n, Kind: kind, Detail: detail})
}

// orphans are entries and bodies that no dossier leads to.
func (v *verifier) orphans() error {
	for _, q := range []struct{ what, query string }{
		{"entry of no dossier", `SELECT id FROM history_entries WHERE dossier_id NOT IN (SELECT id FROM dossiers) ORDER BY id`},
		{"body of no entry", `SELECT id FROM history_bodies WHERE id NOT IN (SELECT id FROM history_entries) ORDER BY id`},
	} {
		rows, err := v.sql.QueryContext(v.ctx, q.query)
		if err != nil {
			return err
		}
		err = eachID(rows, func(id string) {
			dossier, n, _ := strings.Cut(id, "/")
			var at int64
			_, _ = fmt.Sscan(strings.TrimLeft(n, "0"), &at)
			v.fault(ref{ident.ID(dossier), at}, Orphan, q.what+": "+id)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func eachID(rows *sql.Rows, f func(string)) error {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		f(id)
	}
	return rows.Err()
}

// compare holds every row against its replay, type by type.
func (v *verifier) compare() error {
	for _, kind := range slices.Sorted(maps.Keys(ent.Columns)) {
		if untracked[kind] {
			continue
		}
		if err := v.compareType(kind); err != nil {
			return fmt.Errorf("compare %s: %w", kind, err)
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(v.rows), func(a, b rowKey) int {
		return strings.Compare(a.kind+string(a.id), b.kind+string(b.id))
	}) {
		if v.rows[key].gone {
			continue
		}
		v.fault(v.rows[key].first, RowMissing, fmt.Sprintf("%s %s is gone", key.kind, key.id))
	}
	return nil
}

// untracked types are the history itself.
var untracked = map[string]bool{"Dossier": true, "HistoryEntry": true, "HistoryBody": true}

func (v *verifier) compareType(kind string) error {
	spec := ent.Columns[kind]
	names := make([]string, len(spec.Columns), len(spec.Columns)+len(spec.Derived))
	for i, c := range spec.Columns {
		names[i] = c.Name
	}
	for _, d := range spec.Derived {
		names = append(names, d.Name)
	}
	query, args := v.build().Select(names...).From(entsql.Table(spec.Table)).OrderBy("id").Query()
	rows, err := v.sql.QueryContext(v.ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	values := make([]any, len(names))
	into := make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := v.compareRow(kind, spec.Columns, values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// compareRow takes the values of the columns and, after them, of those that are
// derived.
func (v *verifier) compareRow(kind string, columns []ent.Column, values []any) error {
	v.rep.Rows++
	id, err := v.stored("string", values[0])
	if err != nil {
		id = err.Error() // the row is nobody's, and the one it was is missing
	}
	key := rowKey{kind, ident.ID(fmt.Sprint(id))}
	r := v.rows[key]
	if r == nil {
		v.unrecorded(kind, key.id, columns, values)
		return nil
	}
	delete(v.rows, key)
	if r.gone {
		v.fault(r.first, RowUnrecorded, fmt.Sprintf("%s %s was removed and stands here again", kind, key.id))
		return nil
	}
	for i, col := range columns[1:] {
		got, err := v.stored(col.Type, values[i+1])
		if err != nil {
			v.fault(r.first, RowEdited, fmt.Sprintf("%s %s.%s: %v", kind, key.id, col.Name, err))
			continue
		}
		want, set := r.values[col.Name]
		want = listed(col.Type, want)
		switch {
		case !set && (got == nil && values[i+1] == nil || got == false && !col.Null || derived[kind+"."+col.Name] || draft(kind, col.Name, r)):
		case !set:
			v.fault(r.first, RowEdited, fmt.Sprintf("%s %s.%s = %v, which no entry set", kind, key.id, col.Name, got))
		default:
			if c, ok := commitmentOf(want); ok {
				v.open(r.by[col.Name], string(key.id)+"."+field(col.Name), c, written(values[i+1], got))
			} else if !same(want, got) {
				v.fault(r.by[col.Name], RowEdited, fmt.Sprintf("%s %s.%s = %v, recorded %v", kind, key.id, col.Name, got, want))
			}
		}
	}
	v.compareDerived(key, r, values)
	return nil
}

// written is the text of a column as it was committed to, a list in its very bytes.
func written(column, got any) string {
	if text, ok := column.(string); ok {
		return text
	}
	return fmt.Sprint(got)
}

// unrecorded judges a row that stands in no entry: a draft's content may, until
// it is submitted; the entry that put the content under hash speaks against
// any other.
func (v *verifier) unrecorded(kind string, id ident.ID, columns []ent.Column, values []any) {
	at := ref{dossier: id}
	if unchained[kind] {
		i := slices.IndexFunc(columns, func(c ent.Column) bool { return c.Name == "proposal_id" })
		proposal, err := v.stored("ident.ID", values[i])
		frozen, submitted := v.content[ident.ID(fmt.Sprint(proposal))]
		if err == nil && !submitted {
			return
		}
		at = frozen
	}
	v.fault(at, RowUnrecorded, fmt.Sprintf("%s %s stands in no entry", kind, id))
}

// unchained rows are a draft's until it is submitted.
var unchained = map[string]bool{"BudgetLine": true, "ProposalFunding": true}

// derived columns are kept by the database from other rows, which are checked.
var derived = map[string]bool{"Envelope.reserved": true}

// drafted are the columns of a proposal that its author edits.
var drafted = map[string]bool{
	"title": true, "grant_requested": true, "eligible_total": true, "own_project": true, "activity_kinds": true,
	"place": true, "place_territory": true, "seat_territory": true,
	"participants": true, "participants_basis": true,
}

// draft says whether the value is content of a proposal that was never submitted.
func draft(kind, column string, r *replayed) bool {
	return kind == "Proposal" && drafted[column] && r.values["content_hash"] == nil
}

func same(want, got any) bool {
	return reflect.DeepEqual(want, got)
}

func commitmentOf(v any) (history.Commitment, bool) {
	m, ok := v.(map[string]any)
	text, isText := m["commitment"].(string)
	if !ok || !isText || len(m) != 1 {
		return history.Commitment{}, false
	}
	h, err := history.ParseHash(text)
	return history.Commitment{Hash: h}, err == nil
}

// field is the field of a column: grant_awarded is grantAwarded.
func field(column string) string {
	parts := strings.Split(column, "_")
	for i := range parts[1:] {
		parts[i+1] = strings.ToUpper(parts[i+1][:1]) + parts[i+1][1:]
	}
	return strings.Join(parts, "")
}

// disclosed checks the openings of all that an entry commits to: reasons, which
// stand nowhere else, and texts that a row has or had.
func (v *verifier) disclosed(at ref, body workflow.Body) {
	v.opening(at, "reason", body.Reason)
	for _, g := range body.Guards {
		v.opening(at, "guards."+g.Guard+".reason", g.Reason)
	}
	for _, c := range body.Changes {
		for _, field := range slices.Sorted(maps.Keys(c.Set)) {
			v.opening(at, string(c.ID)+"."+field, c.Set[field])
		}
	}
}

func (v *verifier) opening(at ref, path string, recorded any) {
	c, committed := commitmentOf(recorded)
	if !committed {
		return
	}
	o, there := v.openings[saltKey{at, path}]
	switch {
	case !there:
		v.fault(at, OpeningMissing, "what opens the commitment of "+path+" is gone")
	case !o.opens(c, o.value):
		v.fault(at, OpeningEdited, "the text of "+path+" is not the one that was committed to")
	}
}

// open checks a text in its row against the commitment. One whose opening is
// gone or edited was told of with its entry.
func (v *verifier) open(at ref, path string, c history.Commitment, value string) {
	o, there := v.openings[saltKey{at, path}]
	if there && o.opens(c, o.value) && !o.opens(c, value) {
		v.fault(at, RowEdited, path+" does not open its commitment")
	}
}

// loadOpenings reads the openings that are left.
func (v *verifier) loadOpenings() error {
	rows, err := v.sql.QueryContext(v.ctx, `SELECT dossier_id, n, path, salt, value FROM disclosures`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var k saltKey
		var o opening
		if err := rows.Scan(&k.at.dossier, &k.at.n, &k.path, &o.salt, &o.value); err != nil {
			return err
		}
		v.openings[k] = o
	}
	return rows.Err()
}

// balances holds every envelope against its ledger.
func (v *verifier) balances() error {
	rows, err := v.sql.QueryContext(v.ctx, `SELECT e.id, e.reserved, COALESCE(SUM(m.amount), 0)
		FROM envelopes e LEFT JOIN movements m ON m.envelope_id = e.id GROUP BY e.id, e.reserved ORDER BY e.id`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id ident.ID
		var reserved, sum any // PostgreSQL adds bigints up to a numeric; SQLite, texts to a float
		if err := rows.Scan(&id, &reserved, &sum); err != nil {
			return err
		}
		got, err := v.stored("int64", reserved)
		want, sumErr := v.stored("int64", sum)
		if err != nil || sumErr != nil || got != want {
			v.fault(v.moved[id], Imbalance, fmt.Sprintf("envelope %s reserves %v, its ledger adds up to %v", id, got, want))
		}
	}
	return rows.Err()
}

// Replayed is the state of one subject as its dossier makes it, for those who
// ask whether the present one is borne out.
func (s *Store) Replayed(ctx context.Context, dossier ident.ID) (map[ident.ID]map[string]any, error) {
	out := map[ident.ID]map[string]any{}
	err := s.View(ctx, func(wtx workflow.Tx) error {
		var failed error
		wtx.(*tx).entries(dossier, func(e history.Entry, err error) bool {
			if err != nil {
				failed = err
				return false
			}
			var body workflow.Body
			if failed = json.Unmarshal(e.Body, &body); failed != nil {
				return false
			}
			for _, c := range body.Changes {
				if out[c.ID] == nil {
					out[c.ID] = map[string]any{}
				}
				maps.Copy(out[c.ID], c.Set)
			}
			return true
		})
		return failed
	})
	return out, err
}
