package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// entryColumns are the header's columns in the order of [headerOf].
var entryColumns = []string{
	"id", "dossier_id", "n", "lag_id", "kind", "subject_type", "subject_id", "cause", "actor_id", "role",
	"on_behalf_of", "second_actor_id", "effective_on", "recorded_at", "definition", "rule_sets",
	"previous_hash", "format", "hash", "body_hash",
}

// entryID makes the ids of one dossier sort as its acts do.
func entryID(dossier ident.ID, n int64) string { return fmt.Sprintf("%s/%010d", dossier, n) }

// Registry finds or opens the dossier of what belongs to no group.
func (t *tx) Registry(fresh ident.ID) (ident.ID, error) {
	var id ident.ID
	err := t.row(t.build().Select("id").From(entsql.Table("dossiers")).
		Where(entsql.HasPrefix("id", string(ident.Registry)+"_"))).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return fresh, t.Open(fresh, "")
	}
	return id, err
}

// Open begins a dossier.
func (t *tx) Open(dossier, lag ident.ID) error {
	_, err := t.exec(t.build().Insert("dossiers").Columns("id", "lag_id", "n", "hash").
		Values(string(dossier), unlessEmpty(string(lag)), 0, history.Genesis(dossier).String()))
	return err
}

// head is the dossier's last entry, read under its lock.
func (t *tx) head(dossier ident.ID) (history.Head, error) {
	if h, known := t.heads[dossier]; known {
		return h, nil
	}
	q := t.build().Select("n", "hash").From(entsql.Table("dossiers")).Where(entsql.EQ("id", string(dossier)))
	if t.locks() {
		q.ForUpdate()
	}
	var h history.Head
	var text string
	err := t.row(q).Scan(&h.N, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return h, fmt.Errorf("dossier %s was never opened", dossier)
	}
	if err != nil {
		return h, fmt.Errorf("head of %s: %w", dossier, err)
	}
	if h.Hash, err = history.ParseHash(text); err == nil && !t.view {
		t.heads[dossier] = h
	}
	return h, err
}

// NextEntry is the number that the next entry of the dossier will have.
func (t *tx) NextEntry(dossier ident.ID) (int64, error) {
	h, err := t.head(dossier)
	return h.N + 1, err
}

// Append adds the entry, its body and its openings, and moves the head.
func (t *tx) Append(h history.Header, body []byte, openings []workflow.Opening) (history.Entry, error) {
	head, err := t.head(h.Dossier)
	if err != nil {
		return history.Entry{}, err
	}
	e, next, err := history.Append(head, h, body)
	if err != nil {
		return history.Entry{}, fmt.Errorf("append to %s: %w", h.Dossier, err)
	}
	values, err := entryValues(e)
	if err != nil {
		return history.Entry{}, err
	}
	if _, err := t.exec(t.build().Insert("history_entries").Columns(entryColumns...).Values(values...)); err != nil {
		return history.Entry{}, err
	}
	id := entryID(e.Dossier, e.N)
	if _, err := t.exec(t.build().Insert("history_bodies").Columns("id", "body").Values(id, string(e.Body))); err != nil {
		return history.Entry{}, err
	}
	for _, o := range openings {
		_, err := t.exec(t.build().Insert("disclosures").Columns("dossier_id", "n", "path", "salt", "value").
			Values(string(e.Dossier), e.N, o.Path, o.Salt, o.Value))
		if err != nil {
			return history.Entry{}, err
		}
	}
	t.heads[e.Dossier] = next
	_, err = t.exec(t.build().Update("dossiers").Set("n", next.N).Set("hash", next.Hash.String()).
		Where(entsql.EQ("id", string(e.Dossier))))
	return e, err
}

func entryValues(e history.Entry) ([]any, error) {
	ruleSets, err := driverValue(append([]string{}, e.RuleSets...))
	if err != nil {
		return nil, err
	}
	return []any{
		entryID(e.Dossier, e.N), string(e.Dossier), e.N, unlessEmpty(string(e.LAG)), e.Kind, e.SubjectType,
		string(e.SubjectID), unlessEmpty(e.Cause), unlessEmpty(string(e.Actor)), e.Role, unlessEmpty(e.OnBehalfOf),
		unlessEmpty(string(e.SecondActor)), string(e.EffectiveOn), int64(e.RecordedAt), unlessEmpty(e.Definition),
		ruleSets, e.PreviousHash.String(), e.Format, e.Hash.String(), e.BodyHash.String(),
	}, nil
}

// LastAct is the legal day and the instant of the dossier's last entry that
// was not a refusal.
func (t *tx) LastAct(dossier ident.ID) (clock.Date, clock.Instant, error) {
	// Whoever asks is about to append: read before the lock, two writers at once
	// could record their acts in the wrong order of time.
	if _, err := t.head(dossier); err != nil {
		return "", 0, err
	}
	var day clock.Date
	var at clock.Instant
	err := t.row(t.build().Select("effective_on", "recorded_at").From(entsql.Table("history_entries")).
		Where(entsql.And(entsql.EQ("dossier_id", string(dossier)), entsql.NEQ("kind", "refused"))).
		OrderBy(entsql.Desc("n")).Limit(1)).Scan(&day, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil
	}
	return day, at, err
}

// Suspect writes to the security log.
func (t *tx) Suspect(actor ident.ID, subject, what string, at clock.Instant) error {
	_, err := t.exec(t.build().Insert("security_log").Columns("at", "actor_id", "subject", "what").
		Values(int64(at), string(actor), subject, what))
	return err
}

// Claim takes an idempotency key. On PostgreSQL a second taker waits here for
// the first one's transaction.
func (t *tx) Claim(actor ident.ID, key, hash string) (workflow.Claim, bool, error) {
	res, err := t.exec(t.build().Insert("claims").Columns("actor_id", "key", "input_hash").
		Values(string(actor), key, hash).OnConflict(entsql.ConflictColumns("actor_id", "key"), entsql.DoNothing()))
	if err != nil {
		return workflow.Claim{}, false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return workflow.Claim{}, err == nil, err
	}
	var c workflow.Claim
	var dossier, confirmation sql.NullString
	err = t.row(t.build().Select("input_hash", "dossier_id", "n", "confirmation_id").From(entsql.Table("claims")).
		Where(entsql.And(entsql.EQ("actor_id", string(actor)), entsql.EQ("key", key)))).
		Scan(&c.InputHash, &dossier, &c.N, &confirmation)
	c.Dossier, c.Confirmation = ident.ID(dossier.String), ident.ID(confirmation.String)
	return c, false, err
}

// Settle notes what a claimed key led to.
func (t *tx) Settle(actor ident.ID, key string, c workflow.Claim) error {
	upd := t.build().Update("claims").Set("dossier_id", string(c.Dossier)).Set("n", c.N)
	if c.Confirmation != "" {
		upd.Set("confirmation_id", string(c.Confirmation))
	}
	_, err := t.exec(upd.Where(entsql.And(entsql.EQ("actor_id", string(actor)), entsql.EQ("key", key))))
	return err
}

// entries streams a dossier in order; a header that does not read is an error
// of package history, which its verification understands.
func (t *tx) entries(dossier ident.ID, yield func(history.Entry, error) bool) {
	query := `SELECT ` + strings.Join(append(t.texts("e.", entryColumns...), t.texts("b.", "body")...), ", ") + ` FROM history_entries e
		LEFT JOIN history_bodies b ON b.id = e.id WHERE e.dossier_id = ` + t.placeholder(1) + ` ORDER BY e.n`
	rows, err := t.sql.QueryContext(t.ctx, query, string(dossier))
	if err != nil {
		yield(history.Entry{}, err)
		return
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		e, err := scanEntry(rows)
		if !yield(e, err) {
			return
		}
	}
	if err := rows.Err(); err != nil {
		yield(history.Entry{}, err)
	}
}

// texts are columns to select so that what is no text does not read as one:
// SQLite keeps bytes in a column of texts if told to, and its driver gives them
// back as the text that they spell.
func (t *tx) texts(table string, columns ...string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		if out[i] = table + c; t.dialect == dialect.SQLite {
			out[i] = `CASE typeof(` + out[i] + `) WHEN 'blob' THEN quote(` + out[i] + `) ELSE ` + out[i] + ` END`
		}
	}
	return out
}

func (t *tx) placeholder(n int) string {
	if t.dialect == dialect.Postgres {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

// scanEntry reads a row back into the header that its columns stand for.
func scanEntry(rows *sql.Rows) (history.Entry, error) {
	var (
		e                                                   history.Entry
		id, previous, hash, bodyHash                        string
		lag, cause, actor, onBehalf, second, definition, by sql.NullString
		ruleSets                                            sql.NullString
	)
	err := rows.Scan(&id, &e.Dossier, &e.N, &lag, &e.Kind, &e.SubjectType, &e.SubjectID, &cause, &actor, &e.Role,
		&onBehalf, &second, &e.EffectiveOn, &e.RecordedAt, &definition, &ruleSets, &previous, &e.Format, &hash, &bodyHash, &by)
	if err != nil {
		return e, fmt.Errorf("%w: %w", history.ErrMalformed, err)
	}
	for _, part := range []sql.NullString{lag, cause, actor, onBehalf, second, definition} {
		if part.Valid && part.String == "" {
			return e, fmt.Errorf("%w: a part that is there and empty, want none", history.ErrMalformed)
		}
	}
	e.LAG, e.Cause, e.Actor = ident.ID(lag.String), cause.String, ident.ID(actor.String)
	e.OnBehalfOf, e.SecondActor, e.Definition = onBehalf.String, ident.ID(second.String), definition.String
	if by.Valid {
		e.Body = []byte(by.String)
	}
	if want := entryID(e.Dossier, e.N); id != want {
		return e, fmt.Errorf("%w: row %s stands for entry %s", history.ErrMalformed, id, want)
	}
	if err := readList(ruleSets.String, &e.RuleSets); err != nil {
		return e, err
	}
	for _, h := range []struct {
		text string
		into *history.Hash
	}{{previous, &e.PreviousHash}, {hash, &e.Hash}, {bodyHash, &e.BodyHash}} {
		if *h.into, err = history.ParseHash(h.text); err != nil {
			return e, err
		}
	}
	return e, nil
}
