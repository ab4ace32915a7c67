package store_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

func statistics(t *testing.T, w *workflowtest.World, kind workflow.Kind, call ident.ID) workflow.Statistics {
	t.Helper()
	s, err := w.Engine.Statistics(t.Context(), workflow.StatisticsOf{LAG: w.LAG, Kind: kind, Call: call})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// in are the figures of one state: cases now, overdue, stays, median and longest
// in hours, -1 for none.
func in(s workflow.Statistics, state workflow.StateName) [5]int64 {
	for _, x := range s.States {
		if x.State.Name == state {
			return [5]int64{int64(x.Cases), int64(x.Overdue), int64(x.Stays), hours(x.MedianSeconds), hours(x.LongestSeconds)}
		}
	}
	return [5]int64{-1, -1, -1, -1, -1}
}

func hours(seconds *int64) int64 {
	if seconds == nil {
		return -1
	}
	return *seconds / 3600
}

// TestStatisticsAreThoseOfTheHistory: stays of one, two and three hours, a case
// that goes nowhere, and one that ends, by state, role and call.
func TestStatisticsAreThoseOfTheHistory(t *testing.T) {
	timed(t, func(t *testing.T, _ *store.Store, w *workflowtest.World) {
		if got := statistics(t, w, "proposal", ""); len(got.States) == 0 || len(got.Roles)+len(got.Calls) != 0 || in(got, "draft") != [5]int64{0, 0, 0, -1, -1} {
			t.Fatalf("before there is a case: got %+v, want every state and nothing in it", got)
		}
		call, other := w.OpenCall(50_000_00), w.OpenCall(50_000_00)
		filed := []ident.ID{w.Proposal(call, 0, 1_000_00), w.Proposal(call, 1, 1_000_00), w.Proposal(other, 0, 1_000_00)}
		w.Proposal(call, 1, 2_000_00) // that nobody files
		for i, p := range filed {
			w.Clock.Advance(time.Hour)
			if i == 1 {
				w.Fire(p, "edit", nil) // which leaves the state for none other
			}
			w.Fire(p, "submit", nil)
		}
		w.Clock.Advance(10 * time.Hour)
		w.Fire(filed[0], "withdraw", nil)

		all := statistics(t, w, "proposal", "")
		for state, want := range map[workflow.StateName][5]int64{
			"draft": {1, 0, 3, 2, 3}, "submitted": {2, 0, 1, 12, 12}, "withdrawn": {1, 0, 0, -1, -1}, "board_agenda": {0, 0, 0, -1, -1},
		} {
			if got := in(all, state); got != want {
				t.Errorf("%s: got %v, want %v", state, got, want)
			}
		}
		if got, want := in(statistics(t, w, "proposal", call), "draft"), [5]int64{1, 0, 2, 1, 2}; got != want {
			t.Errorf("drafts of one call: got %v, want %v: the median of one and two hours is cut", got, want)
		}
		applicant := workflow.RoleStatistics{}
		for _, r := range all.Roles {
			if r.Role == workflow.Applicant {
				applicant = r
			}
		}
		if applicant.Acts != 5 || applicant.Waiting != 1 || applicant.Stays != 3 || hours(applicant.MedianSeconds) != 2 {
			t.Errorf("the applicants: got %+v, want 5 acts, 1 case that waits, and 3 stays of 2 hours", applicant)
		}
		for i, want := range []workflow.CallStatistics{{CallID: other, Cases: 1, Open: 1}, {CallID: call, Cases: 3, Open: 2, Negative: 1}} {
			got := all.Calls[i]
			if half := hours(got.MedianSeconds); half != map[ident.ID]int64{other: -1, call: 13}[got.CallID] {
				t.Errorf("call %d: got %d hours to the first outcome", i, half)
			}
			if got.MedianSeconds = nil; !reflect.DeepEqual(got, want) {
				t.Errorf("call %d: got %+v, want %+v", i, got, want)
			}
		}
		w.Clock.Advance(60 * 24 * time.Hour)
		if got, want := in(statistics(t, w, "proposal", ""), "draft"), [5]int64{1, 1, 3, 2, 3}; got != want {
			t.Errorf("after the call's closing: got %v, want %v with one overdue", got, want)
		}
		for _, kind := range workflow.Kinds() {
			if workflow.TypeOf(kind) == "" {
				continue
			}
			if got := statistics(t, w, kind, ""); len(got.States) == 0 {
				t.Errorf("%s: got no states", kind)
			}
		}
	})
}
