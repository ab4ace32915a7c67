package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// ExportFormat names what [Store.Export] writes. A change of meaning takes a
// new name.
const ExportFormat = "atranka-export/1"

// Export writes the whole history and the present rows as JSON Lines, on one
// consistent state of the database: a line that names the format; every
// dossier by id with its head, followed by its entries; then every row by type
// and id. Both engines write the same bytes for the same history.
//
// An entry has its header and body as the exact RFC 8785 bytes that are hashed,
// so that the chain can be checked from the file alone; bytes that are not JSON
// stand in base64 instead. Personal and free text is left out: in the place of
// a text stands the commitment that the history holds, and the salts that would
// open it are not written. Neither are tokens, idempotency keys and whatever
// waits for a confirmation.
func (s *Store) Export(ctx context.Context, w io.Writer) error {
	simulated, err := s.Simulated(ctx)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	out := bufio.NewWriter(w)
	err = s.View(ctx, func(wtx workflow.Tx) error {
		t := wtx.(*tx)
		x := &exporter{verifier: newVerifier(t, &Report{}), lines: json.NewEncoder(out)}
		x.lines.SetEscapeHTML(false)
		return x.run(simulated)
	})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return out.Flush()
}

type exporter struct {
	*verifier
	lines *json.Encoder
	// confidential are the columns that ever held a commitment, as Type.column.
	confidential map[string]bool
}

// The kinds of lines, in the order in which they stand.
type (
	exportedHead struct {
		Format       string `json:"format"`
		Simulated    bool   `json:"simulated"`
		PersonalText string `json:"personalText"`
	}
	exportedDossier struct {
		Dossier ident.ID `json:"dossier"`
		LAG     ident.ID `json:"lag,omitempty"`
		N       int64    `json:"n"`
		Hash    string   `json:"hash"`
	}
	exportedEntry struct {
		Header    json.RawMessage `json:"header"`
		Body      json.RawMessage `json:"body,omitempty"`
		BodyBytes string          `json:"bodyBytes,omitempty"`
		BodyHash  string          `json:"bodyHash"`
		Hash      string          `json:"hash"`
	}
	exportedRow struct {
		Type   string         `json:"type"`
		ID     ident.ID       `json:"id"`
		Values map[string]any `json:"values"`
	}
)

func (x *exporter) run(simulated bool) error {
	err := x.lines.Encode(exportedHead{
		Format: ExportFormat, Simulated: simulated, PersonalText: "left out; commitments stand in its place",
	})
	if err != nil {
		return err
	}
	heads, err := x.heads()
	if err != nil {
		return err
	}
	for _, h := range heads {
		if err := x.history(h); err != nil {
			return fmt.Errorf("dossier %s: %w", h.id, err)
		}
	}
	x.confidential = x.committed()
	for _, kind := range slices.Sorted(maps.Keys(ent.Columns)) {
		if untracked[kind] {
			continue
		}
		if err := x.rowsOf(kind); err != nil {
			return fmt.Errorf("rows of %s: %w", kind, err)
		}
	}
	return nil
}

// history writes one dossier and folds its changes, which say what is personal.
func (x *exporter) history(h headRow) error {
	err := x.lines.Encode(exportedDossier{Dossier: h.id, LAG: ident.ID(h.lag.String), N: h.head.N, Hash: h.head.Hash.String()})
	if err != nil {
		return err
	}
	var failed error
	x.entries(h.id, func(e history.Entry, err error) bool {
		if failed = err; failed == nil {
			x.fold(e)
			failed = x.entry(e)
		}
		return failed == nil
	})
	return failed
}

func (x *exporter) entry(e history.Entry) error {
	header, err := e.Canonical()
	if err != nil {
		return err
	}
	line := exportedEntry{Header: header, BodyHash: e.BodyHash.String(), Hash: e.Hash.String()}
	if plain(e.Body) {
		line.Body = e.Body
	} else if e.Body != nil {
		line.BodyBytes = base64.StdEncoding.EncodeToString(e.Body)
	}
	return x.lines.Encode(line)
}

// plain says whether the bytes survive as JSON within JSON.
func plain(b []byte) bool {
	var compact bytes.Buffer
	return len(b) > 0 && json.Compact(&compact, b) == nil && bytes.Equal(compact.Bytes(), b)
}

// committed are the columns in which the history keeps commitments.
func (x *exporter) committed() map[string]bool {
	out := map[string]bool{}
	for key, r := range x.rows {
		for col, v := range r.values {
			if _, ok := commitmentOf(v); ok {
				out[key.kind+"."+col] = true
			}
		}
	}
	return out
}

func (x *exporter) rowsOf(kind string) error {
	spec := ent.Columns[kind]
	names := make([]string, len(spec.Columns))
	values := make([]any, len(names))
	into := make([]any, len(names))
	for i, c := range spec.Columns {
		names[i], into[i] = c.Name, &values[i]
	}
	query, args := x.build().Select(names...).From(entsql.Table(spec.Table)).OrderBy("id").Query()
	rows, err := x.sql.QueryContext(x.ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		line, err := x.line(kind, spec.Columns, values)
		if err != nil {
			return err
		}
		if err := x.lines.Encode(line); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (x *exporter) line(kind string, columns []ent.Column, values []any) (exportedRow, error) {
	id, err := x.stored("string", values[0])
	if err != nil {
		return exportedRow{}, err
	}
	line := exportedRow{Type: kind, ID: ident.ID(fmt.Sprint(id)), Values: map[string]any{}}
	for i, col := range columns[1:] {
		v, err := x.stored(col.Type, values[i+1])
		if err != nil {
			return line, fmt.Errorf("%s.%s: %w", line.ID, col.Name, err)
		}
		if v != nil && x.confidential[kind+"."+col.Name] {
			v = x.commitment(rowKey{kind, line.ID}, col.Name)
		}
		line.Values[field(col.Name)] = v
	}
	return line, nil
}

// commitment stands for a text of the row, nil where the history has none.
func (x *exporter) commitment(key rowKey, column string) any {
	if r := x.rows[key]; r != nil {
		if _, ok := commitmentOf(r.values[column]); ok {
			return r.values[column]
		}
	}
	return nil
}
