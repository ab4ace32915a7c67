package main

import (
	"context"
	"database/sql"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// withinTimers is what all the timers may take, however many are due at once.
const withinTimers = 3 * time.Minute

// TestTimersOfAServerThatDied has many terms run out at once on PostgreSQL under
// two servers, of which one is killed in the middle: each event is fired once,
// none is lost, and the history holds.
func TestTimersOfAServerThatDied(t *testing.T) {
	address := storetest.Address(t, "postgres")
	drafted(t, address, dueAtOnce)
	db, err := sql.Open("postgres", strings.TrimPrefix(address, "postgres:"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	count := func(query string) (n int) {
		t.Helper()
		if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const byClock = ` FROM history_entries WHERE kind = 'transition' AND role = 'CLOCK' AND subject_type = 'Proposal'`
	const fired = `SELECT count(*)` + byClock
	const waiting = `SELECT count(*) FROM timers WHERE event <> '' AND rings_at <= extract(epoch FROM now()) * 1000000`
	if n := count(waiting); n != dueAtOnce {
		t.Fatalf("got %d timers due, want %d", n, dueAtOnce)
	}
	binary := compiled(t)
	from := time.Now()
	until := func(n int) {
		t.Helper()
		for done := count(fired); done < n; done = count(fired) {
			if time.Since(from) > withinTimers {
				t.Fatalf("after %s: got %d events, want %d of %d", withinTimers, done, n, dueAtOnce)
			}
			time.Sleep(20 * time.Millisecond) // nothing tells how far other processes are
		}
	}
	_, kill := launchDoomed(t, binary, serveReady, "serve", "--db", address)
	until(1) // by the one that is alone yet
	survivor := launch(t, binary, serveReady, "serve", "--db", address)
	until(dueAtOnce / 3)
	kill()
	killed := count(fired)
	if killed == dueAtOnce {
		t.Fatalf("all %d events were fired before one server was killed, want some left", dueAtOnce)
	}
	for count(waiting) > 0 && time.Since(from) < withinTimers {
		time.Sleep(200 * time.Millisecond)
	}
	took := time.Since(from)
	if code := survivor.stop(); code != exitDone {
		t.Errorf("serve: got exit %d when told to stop, want %d", code, exitDone)
	}
	for query, want := range map[string]int{
		waiting: 0,
		fired:   dueAtOnce,
		`SELECT count(DISTINCT subject_id)` + byClock:                                  dueAtOnce,
		`SELECT count(*) FROM proposals WHERE version = 2 AND state = 'not_submitted'`: dueAtOnce,
		`SELECT count(*) FROM incidents`:                                               0,
		`SELECT count(DISTINCT attempted_by[1]) FROM river_job`:                        2, // both servers worked
	} {
		if got := count(query); got != want {
			t.Errorf("%s: got %d, want %d", query, got, want)
		}
	}
	t.Logf("%d timers under two servers, one killed after %d events: done in %s", dueAtOnce, killed, took.Round(time.Millisecond))
	if took > withinTimers {
		t.Errorf("took %s, want at most %s", took, withinTimers)
	}
	out, err := exec.CommandContext(t.Context(), binary, "verify", "--db", address).CombinedOutput()
	if err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
}

// drafted leaves so many drafts of a call that closed long ago. The closing
// itself, which would take them all along, is struck off.
func drafted(t *testing.T, address string, n int) {
	s := storetest.Open(t, address)
	c := clock.NewManual(workflowtest.Begin)
	random := workflowtest.Deterministic("timers")
	machines, ids := storetest.Machines(t), ident.NewSource(c, random)
	over := func(s workflow.Store) *workflow.Engine {
		return &workflow.Engine{Machines: machines, Store: s, Clock: c, IDs: ids, Random: random}
	}
	w := workflowtest.Found(t, c, over(s))
	call := w.OpenCall(50_000_00)
	for made := 0; made < n; {
		err := s.InTx(t.Context(), func(tx workflow.Tx) error {
			many := over(one{tx})
			for range min(1000, n-made) {
				a := w.ApplicantActors[0]
				_, err := many.Do(t.Context(), a, many.DraftProposal(workflow.DraftProposal{
					ID: w.ID(ident.Proposal), LAG: w.LAG, Call: call, Action: w.Actions[0], Applicant: a.Organisation,
				}))
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(fmt.Errorf("draft %d: %w", made, err))
		}
		made += min(1000, n-made)
	}
	if err := s.InTx(t.Context(), func(tx workflow.Tx) error { return tx.Schedule(call, nil) }); err != nil {
		t.Fatal(err)
	}
}

// one is a store of one transaction, so that many acts cost one commit.
type one struct{ tx workflow.Tx }

func (o one) InTx(_ context.Context, f func(workflow.Tx) error) error { return f(o.tx) }
func (o one) View(_ context.Context, f func(workflow.Tx) error) error { return f(o.tx) }
