package store_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

func TestTokenStandsForWhatItsPersonHoldsToday(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		tokens := s.Tokens(w.Clock, workflowtest.Deterministic("tokens"))
		chair := w.People[workflow.Chair]
		grantRole(w, chair.Person, w.LAG, workflow.BoardMember, "")
		grantRole(w, chair.Person, "", workflow.Auditor, w.Clock.Now().Day())
		both := []workflow.Grant{{Role: workflow.BoardMember, LAG: w.LAG}, {Role: workflow.Chair, LAG: w.LAG}}
		everything := append([]workflow.Grant{{Role: workflow.Auditor}}, both...)
		applicant := w.ApplicantActors[0]
		for _, tt := range []struct {
			name         string
			given        store.TokenFor
			later        time.Duration
			grants       []workflow.Grant
			organisation ident.ID
		}{
			{"every role", store.TokenFor{Person: chair.Person}, 0, everything, ""},
			{"one role", store.TokenFor{Person: chair.Person, Role: workflow.Chair}, 0, both[1:], ""},
			{
				"one group narrows a grant for all",
				store.TokenFor{Person: chair.Person, Role: workflow.Auditor, LAG: w.LAG},
				0,
				[]workflow.Grant{{Role: workflow.Auditor, LAG: w.LAG}},
				"",
			},
			{"an applicant's organisation", store.TokenFor{Person: applicant.Person, Role: workflow.Applicant}, 0, applicant.Grants, applicant.Organisation},
			{"a grant that has ended", store.TokenFor{Person: chair.Person}, 24 * time.Hour, both, ""},
		} {
			tt.given.ExpiresAt = w.Clock.Now().Add(48 * time.Hour)
			token, err := tokens.Create(t.Context(), tt.given)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			w.Clock.Advance(tt.later)
			got, err := tokens.Actor(t.Context(), token)
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if got.Person != tt.given.Person || got.Organisation != tt.organisation || !slices.Equal(got.Grants, tt.grants) {
				t.Errorf("%s: got %+v, want person %s of %q with %v", tt.name, got, tt.given.Person, tt.organisation, tt.grants)
			}
		}
	})
}

func grantRole(w *workflowtest.World, person, lag ident.ID, r workflow.Role, until clock.Date) {
	w.Must(workflow.SystemActor(), workflow.GrantRole{
		ID: w.ID(ident.RoleGrant), Person: person, LAG: lag, Role: r, Since: "2016-01-01", Until: until, Synthetic: true,
	}.Record())
}

func TestTokenIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		tokens := s.Tokens(w.Clock, workflowtest.Deterministic("tokens"))
		chair := w.People[workflow.Chair].Person
		token, err := tokens.Create(t.Context(), store.TokenFor{Person: chair, ExpiresAt: w.Clock.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		altered := token[:len(token)-2] + "AA"
		for name, bad := range map[string]string{
			"nothing": "", "another scheme": "ghp_0123", "the prefix alone": "atr_", "altered": altered, "with a blank": token + " ",
		} {
			if _, err := tokens.Actor(t.Context(), bad); !errors.Is(err, store.ErrUnknownToken) {
				t.Errorf("%s: got %v, want %v", name, err, store.ErrUnknownToken)
			}
		}
		w.Clock.Advance(time.Hour)
		if _, err := tokens.Actor(t.Context(), token); !errors.Is(err, store.ErrUnknownToken) {
			t.Errorf("at its expiry: got %v, want %v", err, store.ErrUnknownToken)
		}
	})
}

func TestTokenIsNotGivenForARoleThatIsNotHeld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		tokens := s.Tokens(w.Clock, workflowtest.Deterministic("tokens"))
		chair, later := w.People[workflow.Chair].Person, w.Clock.Now().Add(time.Hour)
		for name, f := range map[string]store.TokenFor{
			"another role":  {Person: chair, Role: workflow.Auditor, ExpiresAt: later},
			"another group": {Person: chair, Role: workflow.Chair, LAG: w.ID(ident.LAG), ExpiresAt: later},
		} {
			if token, err := tokens.Create(t.Context(), f); !errors.Is(err, store.ErrNotHeld) {
				t.Errorf("%s: got %q, %v, want %v", name, token, err, store.ErrNotHeld)
			}
		}
		nobody := store.TokenFor{Person: w.ID(ident.Person), ExpiresAt: later}
		if _, err := tokens.Create(t.Context(), nobody); !workflow.Refused(err, workflow.NotFound) {
			t.Errorf("an unknown person: got %v, want %s", err, workflow.NotFound)
		}
	})
}

func TestTokenTextIsNowhereInTheDatabase(t *testing.T) {
	address := storetest.Address(t, "sqlite")
	s := storetest.Open(t, address)
	w := workflowtest.NewWorld(t, s, storetest.Machines(t))
	secret := []byte("thirty-two bytes to be kept away")
	tokens := s.Tokens(w.Clock, bytes.NewReader(secret))
	token, err := tokens.Create(t.Context(), store.TokenFor{Person: w.People[workflow.Chair].Person, ExpiresAt: w.Clock.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if want := "atr_" + base64.RawURLEncoding.EncodeToString(secret); token != want {
		t.Errorf("got %q, want %q", token, want)
	}
	file := strings.TrimPrefix(address, "sqlite:")
	for _, name := range []string{file, file + "-wal"} {
		for what, text := range map[string][]byte{"token": []byte(token), "secret": secret} {
			if holds(t, name, text) {
				t.Errorf("%s holds the %s", name, what)
			}
		}
	}
	if !holds(t, file+"-wal", []byte("tokens")) && !holds(t, file, []byte("tokens")) {
		t.Error("the search finds nothing at all: it proves nothing about the token")
	}
	if _, err := tokens.Create(t.Context(), store.TokenFor{Person: w.People[workflow.Chair].Person}); err == nil {
		t.Error("a token was made of randomness that ran dry, want an error")
	}
}

func TestHoldingsNameWhoHoldsARole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		tokens := s.Tokens(w.Clock, workflowtest.Deterministic("tokens"))
		everywhere := w.People[workflow.Secretary].Person
		grantRole(w, everywhere, "", workflow.Auditor, "")
		for _, tt := range []struct {
			role workflow.Role
			lag  ident.ID
			want []ident.ID
		}{
			{workflow.Chair, "", []ident.ID{w.People[workflow.Chair].Person}},
			{workflow.Auditor, w.LAG, []ident.ID{everywhere, w.People[workflow.Auditor].Person}},
			{workflow.Administrator, w.LAG, []ident.ID{w.People[workflow.Administrator].Person, w.SecondAdministrator.Person}},
			{workflow.Auditor, w.ID(ident.LAG), []ident.ID{everywhere}},
			{workflow.Role("MINISTRY"), "", nil},
		} {
			all, err := tokens.Holdings(t.Context(), tt.role, tt.lag)
			if err != nil {
				t.Fatal(err)
			}
			var got []ident.ID
			for _, h := range all {
				got = append(got, h.Person)
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s in %q: got %v, want %v", tt.role, tt.lag, got, tt.want)
			}
		}
	})
}
