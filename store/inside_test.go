package store

import (
	"context"
	"database/sql"
)

// VerifyTx is [Store.Verify] inside a transaction of the test's own, so that
// an attack can be judged and taken back.
func (s *Store) VerifyTx(ctx context.Context, t *sql.Tx, against Against) (Report, error) {
	var rep Report
	err := newVerifier(s.newTx(ctx, t, true), &rep).run(against, nil)
	return rep, err
}
