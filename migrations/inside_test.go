package migrations

import (
	"context"
	"database/sql"
)

// ApplyTx is [Apply] inside a transaction that the test can take back.
func ApplyTx(ctx context.Context, tx *sql.Tx, dialectName string) error {
	_, err := apply(ctx, tx, dialectName)
	return err
}
