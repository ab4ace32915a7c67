package migrations

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/lib/pq"
)

// appendOnly tables take new rows and nothing else, from the serving role too.
var appendOnly = []string{"history_entries", "history_bodies", "movements", "proposal_versions", "decisions", "security_log"}

// consumable tables are emptied row by row in ordinary work.
var consumable = []string{"confirmations"}

// GrantServing gives a PostgreSQL role what a server needs and no more: it
// reads and writes, and it can neither change nor remove what was recorded,
// nor touch the schema. The role has to exist; run as the role that migrates.
func GrantServing(ctx context.Context, db *sql.DB, role string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	to := pq.QuoteIdentifier(role)
	statements := []string{
		"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM " + to,
		"GRANT USAGE ON SCHEMA public TO " + to,
		"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO " + to,
		"REVOKE INSERT, UPDATE ON schema_revisions FROM " + to,
	}
	for _, t := range appendOnly {
		statements = append(statements, "REVOKE UPDATE ON "+t+" FROM "+to)
	}
	for _, t := range consumable {
		statements = append(statements, "GRANT DELETE ON "+t+" TO "+to)
	}
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("grant to %s: %w", role, err)
		}
	}
	return tx.Commit()
}
