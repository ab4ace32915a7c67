package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// TestTheDayThatGovernsDecidesWhichRuleSetHolds: proposals are judged by what their
// call was opened under, though the office has adopted another limit since.
func TestTheDayThatGovernsDecidesWhichRuleSetHolds(t *testing.T) {
	growing(t, func(t *testing.T, s *store.Store, w *workflowtest.World) {
		office, second := w.People[workflow.Administrator], w.SecondAdministrator
		adopt := func(version, limit string, in int) {
			t.Helper()
			from := w.Clock.Now().Day().AddDays(in)
			confirms(w, second, w.Must(office, workflow.AdoptRuleSet{
				LAG: w.LAG, Layer: rules.Local, Version: version, From: from, Decision: "VVG-" + version, Reason: "Nauja tvarka.",
				Parameters: []rules.Parameter{{Name: rules.DivergenceLimit, Value: limit, Verified: true}, {Name: rules.ExtensionDays, Value: "1" + version, Verified: true}},
			}))
		}
		limits := func(call ident.ID) (limit rules.BasisPoints, days int, sets []string) {
			t.Helper()
			err := s.View(t.Context(), func(tx workflow.Tx) error {
				subject, err := tx.Lock(call, false)
				if err != nil {
					return err
				}
				facts, err := tx.Facts(subject)
				if err != nil {
					return err
				}
				limit, days, sets = facts.Call.DivergenceLimit, facts.Call.ExtensionDays, facts.RuleSets
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return limit, days, sets
		}
		old := w.OpenCall(20_000_00)
		adopt("2", "15.00", 1)
		adopt("3", "10.00", 2)
		w.Clock.Advance(24 * time.Hour)
		between := w.OpenCall(20_000_00)
		w.Clock.Advance(24 * time.Hour)
		young := w.OpenCall(20_000_00)
		for call, want := range map[ident.ID]struct {
			limit rules.BasisPoints
			days  int
			sets  []string
		}{
			old: {2000, 7, []string{"LAG@1"}}, between: {1500, 12, []string{"LAG@1", "LAG@2"}}, young: {1000, 13, []string{"LAG@1", "LAG@2", "LAG@3"}},
		} {
			if limit, days, sets := limits(call); limit != want.limit || days != want.days || !slices.Equal(sets, want.sets) {
				t.Errorf("got %s, %d days and %v, want %s, %d and %v", limit, days, sets, want.limit, want.days, want.sets)
			}
		}
	})
}
