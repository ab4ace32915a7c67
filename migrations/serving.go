package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/lib/pq"
)

// appendOnly tables take new rows and nothing else, from the serving role too; of a
// decision the votes may be corrected.
var appendOnly = []string{
	"history_entries", "history_bodies", "movements", "proposal_versions", "decisions", "definitions", "rule_sets", "frozen_rankings", "ballots", "security_log", "disclosures",
	"log_origins", "leaves", "tree_nodes", "checkpoints", "signed_checkpoints",
}

// consumable tables are emptied row by row in ordinary work.
var consumable = []string{
	"confirmations", "budget_lines", "proposal_fundings", "result_records", "scores", "ties", "timers",
	"river_job", "river_leader", "river_queue", "river_client", "river_client_queue",
}

// ErrUnbound is a role that PostgreSQL lets past the policies of the tables.
var ErrUnbound = errors.New("the policies would not bind the role; serve as another")

// GrantServing gives a PostgreSQL role what a server needs and no more: it
// reads and writes, in one group a transaction, and it can neither change nor
// remove what was recorded, nor touch the schema. The role has to exist; run as
// the role that migrates. The error is [ErrUnbound] for a role that stands above
// the policies.
func GrantServing(ctx context.Context, db *sql.DB, role string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := bound(ctx, tx, role); err != nil {
		return fmt.Errorf("grant to %s: %w", role, err)
	}
	to := pq.QuoteIdentifier(role)
	statements := []string{
		"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM " + to,
		"GRANT USAGE ON SCHEMA public TO " + to,
		"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO " + to,
		"REVOKE INSERT, UPDATE ON schema_revisions, river_migration FROM " + to,
		"GRANT USAGE ON SEQUENCE river_job_id_seq TO " + to,
	}
	for _, t := range appendOnly {
		statements = append(statements, "REVOKE UPDATE ON "+t+" FROM "+to)
	}
	statements = append(statements, "GRANT UPDATE (votes_for, votes_against, votes_abstained) ON decisions TO "+to)
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

// bound refuses a role that row security passes over, by itself or as a member
// of a role that it could become.
func bound(ctx context.Context, tx *sql.Tx, role string) error {
	const above = `SELECT r.rolname, r.rolsuper, r.rolbypassrls FROM pg_roles r
		WHERE pg_has_role($1::name, r.oid, 'MEMBER') AND (r.rolsuper OR r.rolbypassrls
			OR r.oid IN (SELECT relowner FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace))
		ORDER BY r.rolname = $1::name DESC, r.rolname LIMIT 1`
	var name string
	var super, bypasses bool
	err := tx.QueryRowContext(ctx, above, role).Scan(&name, &super, &bypasses)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	why := "owns the tables"
	switch {
	case super:
		why = "is a superuser"
	case bypasses:
		why = "has BYPASSRLS"
	}
	return fmt.Errorf("%w: %s %s", ErrUnbound, name, why)
}
