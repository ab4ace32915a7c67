package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// competing is how many requests compete for an envelope that covers half of
// them: forty, or as many as a watched SQLite carries out in a few seconds.
func competing(address string) int {
	if raced && strings.HasPrefix(address, "sqlite:") {
		return 16
	}
	return 40
}

// act is a command that is ready to be sent.
type act struct {
	actor workflow.Actor
	fire  workflow.Fire
}

func prepared(w *workflowtest.World, subject ident.ID, event workflow.EventName, data map[string]string) act {
	actor, f := w.Prepared(subject, event, data)
	f.ExpectedVersion = 0 // the race is for money, not for the row
	return act{actor, f}
}

func (a act) send(w *workflowtest.World) error {
	_, err := w.Engine.Do(context.Background(), a.actor, a.fire)
	return err
}

// TestOfTwoDecisionsExactlyOneWins: both were taken on the version that their
// senders saw.
func TestOfTwoDecisionsExactlyOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		proposals := onAgenda(w, 50_000_00, 5_000_00, 4)
		for i, p := range proposals {
			award := map[string]string{"grantAwarded": "5000.00"}
			version := w.Subject(p).Version
			both := []act{prepared(w, p, "decideFund", award), prepared(w, p, []workflow.EventName{"decideAward", "withdraw"}[i%2], award)}
			errs := make([]error, len(both))
			atOnce(len(both), func(j int) {
				both[j].fire.ExpectedVersion = version
				errs[j] = both[j].send(w)
			})
			won, lost := errs[0], errs[1]
			if won != nil {
				won, lost = lost, won
			}
			if won != nil || !workflow.Refused(lost, workflow.Conflict) {
				t.Errorf("proposal %d: got %v and %v, want one to win and the other to get %s", i, errs[0], errs[1], workflow.Conflict)
			}
			if got := w.Subject(p).Version; got != version+1 {
				t.Errorf("proposal %d: got version %d, want %d", i, got, version+1)
			}
		}
		sound(t, s)
	})
}

// atOnce lets n goroutines begin together and waits for them.
func atOnce(n int, f func(int)) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			f(i)
		})
	}
	done.Wait()
}

func sound(t *testing.T, s *store.Store) {
	t.Helper()
	rep, err := s.Verify(t.Context(), store.Against{}, nil)
	if err != nil || len(rep.Faults) > 0 {
		t.Errorf("verify: got %v and %v, want no faults", rep.Faults, err)
	}
}

// onAgenda takes proposals of one call to the board's agenda, the earlier the
// higher in rank.
func onAgenda(w *workflowtest.World, budget, grant rules.Money, n int) []ident.ID {
	call := w.OpenCall(budget)
	out := make([]ident.ID, n)
	for i := range out {
		out[i] = w.Proposal(call, i%2, grant)
		w.Fire(out[i], "submit", nil)
		w.Clock.Advance(1000) // ranks go by the earlier submission
	}
	w.CloseCall(call)
	for _, p := range out {
		w.ToBoard(p, call, 50_00)
	}
	return out
}

// race is forty requests against one envelope.
type race struct {
	w        *workflowtest.World
	n        int
	db       *sql.DB
	envelope string // the subject whose envelope is short
	ask      []act
	release  func(i int) act // gives back what request i was granted
}

// TestFortyRequestsAgainstTheEnvelopeOfACall: the board departs from the ranking for each, so
// that money alone stands in the way; R-18 by rank would let only one order happen.
func TestFortyRequestsAgainstTheEnvelopeOfACall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		const grant = 1_000_00
		r := race{w: w, n: competing(address), db: raw(t, address)}
		for _, p := range onAgenda(w, rules.Money(r.n/2)*grant, grant, r.n) {
			r.award(p, grant)
		}
		r.envelope = string(r.callOf(t))
		r.run(t)
		sound(t, s)
	})
}

// TestFortyRequestsAgainstTwoCallsOfOneAction: each call could pay for all of
// its own, the action only for half of both.
func TestFortyRequestsAgainstTwoCallsOfOneAction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		r := race{w: w, n: competing(address), db: raw(t, address), envelope: string(w.Actions[0])}
		grant := workflowtest.ActionMoney / rules.Money(r.n/2)
		for range 2 {
			proposals := onAgenda(w, workflowtest.ActionMoney, grant, r.n/2)
			// A decided call holds its grants alone: the next one has room.
			w.Fire(callOf(t, r.db, proposals[0]), "decide", nil)
			for _, p := range proposals {
				r.award(p, grant)
			}
		}
		r.run(t)
		sound(t, s)
	})
}

// TestFortyCallsAgainstOneAction: a call that is approved holds its budget in
// its action, and gives it back when it is annulled.
func TestFortyCallsAgainstOneAction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		r := race{w: w, n: competing(address), db: raw(t, address), envelope: string(w.Actions[0])}
		for range r.n {
			call := w.Call(workflowtest.ActionMoney / rules.Money(r.n/2))
			r.ask = append(r.ask, prepared(w, call, "approve", nil))
		}
		r.release = func(i int) act {
			call := r.ask[i].fire.Subject
			w.Walk(call, "publish")
			return prepared(w, call, "annul", nil)
		}
		r.run(t)
		sound(t, s)
	})
}

// award has the board award the grant whatever the proposal's rank.
func (r *race) award(p ident.ID, grant rules.Money) {
	r.w.Departs = true
	award := map[string]string{"grantAwarded": grant.String(), "awardCondition": "Rėmėjo laidavimas"}
	r.ask = append(r.ask, prepared(r.w, p, "decideAward", award))
	r.w.Departs = false
	r.release = func(i int) act { return prepared(r.w, r.ask[i].fire.Subject, "declineAward", nil) }
}

func (r *race) callOf(t *testing.T) ident.ID { return callOf(t, r.db, r.ask[0].fire.Subject) }

func callOf(t *testing.T, db *sql.DB, proposal ident.ID) ident.ID {
	t.Helper()
	return ident.ID(column(t, db, `SELECT call_id FROM proposals WHERE id = '`+string(proposal)+`'`)[0])
}

func raw(t *testing.T, address string) *sql.DB {
	t.Helper()
	engine, dsn, _ := strings.Cut(address, ":")
	if engine == "sqlite" {
		dsn = "file:" + dsn + "?_pragma=busy_timeout(10000)"
	}
	return openRaw(t, engine, dsn)
}

// run sends everything at once, then gives half of what was granted back while
// the others go on asking until nothing can be had.
func (r *race) run(t *testing.T) {
	t.Helper()
	stop := r.watch(t)
	granted := make([]bool, r.n)
	atOnce(r.n, func(i int) { granted[i] = r.try(t, i) })
	r.want(t, granted, r.n/2)
	r.full(t)

	back := map[int]act{}
	for i := range granted {
		if granted[i] && len(back) < r.n/4 {
			back[i] = r.release(i)
		}
	}
	var pending atomic.Int64
	pending.Store(int64(len(back)))
	atOnce(r.n, func(i int) {
		gives, ok := back[i]
		switch {
		case ok:
			if err := gives.send(r.w); err != nil {
				t.Errorf("release: %v", err)
			}
			pending.Add(-1)
		case !granted[i]:
			for !granted[i] {
				last := pending.Load() == 0
				granted[i] = r.try(t, i)
				if last {
					return
				}
				runtime.Gosched()
			}
		}
	})
	r.want(t, granted, r.n/2+r.n/4)
	r.full(t)
	if n := stop(); n == 0 {
		t.Error("the watcher saw nothing, want some of the commits")
	}
}

// try asks once. A refusal has to be about the money.
func (r *race) try(t *testing.T, i int) bool {
	err := r.ask[i].send(r.w)
	short := slices.Equal(rulesOf(err), []string{"R-19"}) || slices.Equal(rulesOf(err), []string{"R-18", "R-19"})
	if err != nil && !workflow.Refused(err, workflow.EnvelopeExceeded) && !short {
		t.Errorf("request %d: got %v, want it to be granted or refused for want of money", i, err)
	}
	return err == nil
}

func (r *race) want(t *testing.T, granted []bool, want int) {
	t.Helper()
	n := 0
	for _, g := range granted {
		if g {
			n++
		}
	}
	if n != want {
		t.Errorf("got %d requests granted, want %d", n, want)
	}
}

const balance = `SELECT e.reserved, e.amount, COALESCE((SELECT SUM(m.amount) FROM movements m WHERE m.envelope_id = e.id), 0)
	FROM envelopes e WHERE e.subject_id = '%s'`

func (r *race) read(ctx context.Context) (reserved, amount, ledger int64, err error) {
	err = r.db.QueryRowContext(ctx, fmt.Sprintf(balance, r.envelope)).Scan(&reserved, &amount, &ledger)
	return reserved, amount, ledger, err
}

// full wants nothing to be left.
func (r *race) full(t *testing.T) {
	t.Helper()
	reserved, amount, ledger, err := r.read(t.Context())
	if err != nil || reserved != amount || ledger != amount {
		t.Errorf("got %d reserved and a ledger of %d (%v), want all of %d", reserved, ledger, err, amount)
	}
}

// watch reads what is committed until it is stopped, and says how often.
func (r *race) watch(t *testing.T) (stop func() int64) {
	ctx, cancel := context.WithCancel(context.Background())
	var seen atomic.Int64
	var over sync.WaitGroup
	over.Go(func() {
		for ctx.Err() == nil {
			reserved, amount, ledger, err := r.read(context.Background())
			if err != nil {
				t.Errorf("watch: %v", err)
				return
			}
			if reserved < 0 || reserved > amount || ledger != reserved {
				t.Errorf("a commit left %d reserved of %d with a ledger of %d", reserved, amount, ledger)
				return
			}
			seen.Add(1)
			runtime.Gosched()
		}
	})
	return func() int64 { cancel(); over.Wait(); return seen.Load() }
}

// TestEnvelopeHoldsWithoutTheProgram: the constraint is the database's.
func TestEnvelopeHoldsWithoutTheProgram(t *testing.T) {
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		w := workflowtest.NewWorld(t, s, storetest.Machines(t))
		call := w.OpenCall(50_000_00)
		db := raw(t, address)
		insert := `INSERT INTO movements (id, lag_id, envelope_id, for_id, amount, dossier_id, n, recorded_at)
			SELECT '%s', lag_id, id, subject_id, %s, subject_id, 1, 1 FROM envelopes WHERE subject_id = '%s'`
		for _, tt := range []struct {
			name, statement string
			refused         bool
		}{
			{"a cent more than there is", fmt.Sprintf(insert, "mov_1", "amount + 1", call), true},
			{"a cent less than nothing", fmt.Sprintf(insert, "mov_2", "-1", call), true},
			{"all of it", fmt.Sprintf(insert, "mov_3", "amount", call), false},
			{"then a cent more", fmt.Sprintf(insert, "mov_4", "1", call), true},
			{"the balance itself", fmt.Sprintf(`UPDATE envelopes SET reserved = amount + 1 WHERE subject_id = '%s'`, call), true},
			{"a smaller envelope", fmt.Sprintf(`UPDATE envelopes SET amount = reserved - 1 WHERE subject_id = '%s'`, call), true},
			{"then back again", fmt.Sprintf(insert, "mov_5", "-amount", call), false},
		} {
			_, err := db.ExecContext(t.Context(), tt.statement)
			if constraint(err) != tt.refused || (err != nil) != tt.refused {
				t.Errorf("%s: got %v, want refused %t", tt.name, err, tt.refused)
			}
		}
	})
}

// rulesOf are the guards that a refusal names.
func rulesOf(err error) []string {
	var refused *workflow.Error
	if !errors.As(err, &refused) {
		return nil
	}
	var out []string
	for _, r := range refused.Refusals {
		out = append(out, r.Rule)
	}
	return out
}
