package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	entsql "entgo.io/ent/dialect/sql"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow"
)

// ErrUnknownToken is a token that was never given out, or whose time is over.
var ErrUnknownToken = errors.New("unknown or expired token")

// ErrNotHeld is a role that the person does not hold today.
var ErrNotHeld = errors.New("the person does not hold the role today")

// tokenPrefix lets a leaked token be recognised for what it is.
const tokenPrefix = "atr_"

// tokenBytes are as many as no one can guess.
const tokenBytes = 32

// Tokens gives bearer tokens out and says whom they stand for. Only a token's
// SHA-256 is kept: whoever reads the database cannot sign in with it. It is
// safe for concurrent use.
type Tokens struct {
	store  *Store
	clock  clock.Clock
	random io.Reader
}

// Tokens are this store's tokens, judged by the days of c and made from
// random, which has to be unguessable wherever the server can be reached.
func (s *Store) Tokens(c clock.Clock, random io.Reader) *Tokens {
	return &Tokens{store: s, clock: c, random: random}
}

// TokenFor says what a token is for: a person, in one role or in all that they
// hold if Role is empty, in one group or in all if LAG is, until an instant.
type TokenFor struct {
	Person    ident.ID
	Role      workflow.Role
	LAG       ident.ID
	ExpiresAt clock.Instant
}

// Create gives a token out. Its text is nowhere else. The error is
// [ErrNotHeld] where the person holds no such role today.
func (t *Tokens) Create(ctx context.Context, f TokenFor) (string, error) {
	secret := make([]byte, tokenBytes)
	if _, err := io.ReadFull(t.random, secret); err != nil {
		return "", fmt.Errorf("draw a token: %w", err)
	}
	token := tokenPrefix + base64.RawURLEncoding.EncodeToString(secret)
	now := t.clock.Now()
	err := t.store.InTx(ctx, func(wtx workflow.Tx) error {
		x := wtx.(*tx)
		a, err := x.actor(f, now.Day())
		if err != nil {
			return err
		}
		if len(a.Grants) == 0 {
			return ErrNotHeld
		}
		_, err = x.exec(x.build().Insert("tokens").
			Columns("hash", "person_id", "role", "lag_id", "created_at", "expires_at").
			Values(hashOf(token), string(f.Person), string(f.Role), unlessEmpty(string(f.LAG)), int64(now), int64(f.ExpiresAt)))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("create a token for %s: %w", f.Person, err)
	}
	return token, nil
}

// Actor is whom the token stands for, with what they may do today: a role that
// was taken away since is gone, though the token has not expired. The error is
// [ErrUnknownToken] where there is no such token.
func (t *Tokens) Actor(ctx context.Context, token string) (workflow.Actor, error) {
	if !strings.HasPrefix(token, tokenPrefix) {
		return workflow.Actor{}, ErrUnknownToken
	}
	now := t.clock.Now()
	var a workflow.Actor
	err := t.store.View(ctx, func(wtx workflow.Tx) error {
		x := wtx.(*tx)
		f, err := x.tokenFor(token)
		if err != nil {
			return err
		}
		if f.ExpiresAt <= now {
			return ErrUnknownToken
		}
		a, err = x.actor(f, now.Day())
		return err
	})
	return a, err
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func (t *tx) tokenFor(token string) (TokenFor, error) {
	var f TokenFor
	var lag sql.NullString
	err := t.row(t.build().Select("person_id", "role", "lag_id", "expires_at").From(entsql.Table("tokens")).
		Where(entsql.EQ("hash", hashOf(token)))).Scan(&f.Person, &f.Role, &lag, &f.ExpiresAt)
	if errors.Is(err, sql.ErrNoRows) {
		return f, ErrUnknownToken
	}
	f.LAG = ident.ID(lag.String)
	return f, err
}

// actor is the person with those of their grants in force on the day that the
// token covers.
func (t *tx) actor(f TokenFor, on clock.Date) (workflow.Actor, error) {
	a := workflow.Actor{Person: f.Person}
	var organisation sql.NullString
	err := t.row(t.build().Select("organisation_id").From(entsql.Table("persons")).
		Where(entsql.EQ("id", string(f.Person)))).Scan(&organisation)
	if errors.Is(err, sql.ErrNoRows) {
		return a, missing(f.Person)
	}
	if err != nil {
		return a, err
	}
	a.Organisation = ident.ID(organisation.String)
	held, err := t.holdings(entsql.And(entsql.EQ(ofGrant("person_id"), string(f.Person)), inForce(on)))
	for _, h := range held {
		if f.Role != "" && h.Role != f.Role || f.LAG != "" && h.LAG != "" && h.LAG != f.LAG {
			continue
		}
		if h.LAG == "" {
			h.LAG = f.LAG // a grant for all groups, narrowed to the token's
		}
		a.Grants = append(a.Grants, workflow.Grant{Role: h.Role, LAG: h.LAG})
	}
	return a, err
}

// Holding is a role that somebody holds, in one group or, if LAG is empty, in all.
type Holding struct {
	Person       ident.ID
	Name         string
	Role         workflow.Role
	LAG          ident.ID
	Organisation ident.ID
}

// Holdings lists who holds the role today, in the group if lag is not empty,
// by group and person.
func (t *Tokens) Holdings(ctx context.Context, role workflow.Role, lag ident.ID) ([]Holding, error) {
	on := t.clock.Now().Day()
	where := []*entsql.Predicate{entsql.EQ(ofGrant("role"), string(role)), inForce(on)}
	if lag != "" {
		where = append(where, entsql.Or(entsql.IsNull(ofGrant("lag_id")), entsql.EQ(ofGrant("lag_id"), string(lag))))
	}
	var out []Holding
	err := t.store.View(ctx, func(wtx workflow.Tx) (err error) {
		out, err = wtx.(*tx).holdings(entsql.And(where...))
		return err
	})
	return out, err
}

// ofGrant is a column of the grants that [tx.holdings] selects from.
func ofGrant(column string) string { return entsql.Table("role_grants").As("g").C(column) }

// inForce holds for grants that are in force on the day.
func inForce(on clock.Date) *entsql.Predicate {
	return entsql.And(
		entsql.LTE(ofGrant("since"), string(on)),
		entsql.Or(entsql.IsNull(ofGrant("until")), entsql.GTE(ofGrant("until"), string(on))),
	)
}

func (t *tx) holdings(where *entsql.Predicate) ([]Holding, error) {
	g, p := entsql.Table("role_grants").As("g"), entsql.Table("persons").As("p")
	query, args := t.build().Select(g.C("person_id"), p.C("name"), g.C("role"), g.C("lag_id"), p.C("organisation_id")).From(g).
		Join(p).On(p.C("id"), g.C("person_id")).Where(where).Query()
	rows, err := t.sql.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Holding
	for rows.Next() {
		var h Holding
		var lag, organisation sql.NullString
		if err := rows.Scan(&h.Person, &h.Name, &h.Role, &lag, &organisation); err != nil {
			return nil, err
		}
		h.LAG, h.Organisation = ident.ID(lag.String), ident.ID(organisation.String)
		out = append(out, h)
	}
	// Sorted here: the engines disagree on where NULL stands.
	slices.SortFunc(out, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(a.LAG, b.LAG), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Role, b.Role))
	})
	return out, rows.Err()
}
