package store

import (
	"context"
	"errors"

	"entgo.io/ent/dialect"

	"github.com/atranka/atranka/migrations"
)

// Outstanding lists the migrations that the database lacks; fresh says that it
// has never been migrated. It changes nothing.
func (s *Store) Outstanding(ctx context.Context) (files []string, fresh bool, err error) {
	return migrations.Outstanding(ctx, s.read, s.dialect)
}

// ErrNoRoles is asked of an engine that has no roles of its own.
var ErrNoRoles = errors.New("SQLite has no roles; a serving role exists on PostgreSQL only")

// GrantServing gives a role of the database what a server needs and no more;
// see [migrations.GrantServing]. The error is [ErrNoRoles] on SQLite.
func (s *Store) GrantServing(ctx context.Context, role string) error {
	if s.dialect != dialect.Postgres {
		return ErrNoRoles
	}
	return migrations.GrantServing(ctx, s.write, role)
}
