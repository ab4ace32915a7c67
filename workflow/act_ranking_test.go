package workflow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/ranking"
)

// aRanking are four proposals of which the middle two tie; the last is below the
// threshold and not before the board.
func aRanking(r *rowStore) {
	r.facts.Call.Unscored = 0
	r.facts.Call.Ranking = nil
	for _, p := range []struct {
		id     ident.ID
		k1, k2 int64
	}{{"prp_1", 50_00, 40_00}, {"prp_2", 45_00, 30_00}, {"prp_3", 45_00, 30_00}, {"prp_4", 20_00, 5_00}} {
		r.facts.Call.Ranking = append(r.facts.Call.Ranking, RankedFacts{
			Proposal: p.id, Score: p.k1 + p.k2, Evaluations: marked(p.k1, p.k2), SubmittedAt: noon, Grant: 400_00, NotYet: p.id == "prp_4",
		})
	}
}

func TestRankingsAreFrozenWhole(t *testing.T) {
	drawn := func(lots ...ident.ID) FreezeRanking {
		return FreezeRanking{
			ID: "rnk_00000000000000000000000001", LAG: oneLAG, Call: ourCall, Lots: lots, Reason: "Burtai mesti posėdyje.", Document: "doc_00000000000000000000000001",
		}
	}
	var cases []actCase
	for name, tt := range map[string]struct {
		act   FreezeRanking
		spoil func(*rowStore)
		want  string
	}{
		"without lots":              {FreezeRanking{ID: "rnk_1", LAG: oneLAG, Call: ourCall}, nil, ""},
		"with lots":                 {drawn("prp_3", "prp_2"), nil, ""},
		"lots without a document":   {FreezeRanking{LAG: oneLAG, Call: ourCall, Lots: []ident.ID{"prp_2", "prp_3"}, Reason: "-"}, nil, "DOCUMENT_REQUIRED documentId"},
		"lots without a reason":     {FreezeRanking{LAG: oneLAG, Call: ourCall, Lots: []ident.ID{"prp_2", "prp_3"}, Document: "doc_00000000000000000000000001", Reason: " "}, nil, "REASON_REQUIRED reason"},
		"a lot of who stands alone": {drawn("prp_1"), nil, "MALFORMED_INPUT lots.0"},
		"a lot below the threshold": {drawn("prp_4"), nil, "MALFORMED_INPUT lots.0"},
		"a lot of nobody":           {drawn("prp_9"), nil, "MALFORMED_INPUT lots.0"},
		"a lot twice":               {drawn("prp_2", "prp_3", "prp_2"), nil, "MALFORMED_INPUT lots.2"},
		"half a tie":                {drawn("prp_2"), nil, "MALFORMED_INPUT lots"},
		"a sealed call":             {drawn(), func(r *rowStore) { r.facts.Call.ReceivedListPublished = false }, "NOT_ALLOWED_HERE callId"},
		"somebody without a score":  {drawn(), func(r *rowStore) { r.facts.Call.Unscored = 1 }, "NOT_ALLOWED_HERE callId"},
		"nobody with a score":       {drawn(), func(r *rowStore) { r.facts.Call.Ranking = nil }, "NOT_ALLOWED_HERE callId"},
		"a score corrected since":   {drawn(), func(r *rowStore) { r.facts.Call.Ranking[0].Evaluations[0].Points["K1"] = 49_99 }, "CONFLICT callId"},
		"a sheet that lacks one":    {drawn(), func(r *rowStore) { delete(r.facts.Call.Ranking[0].Evaluations[0].Points, "K2") }, "RULE_FAILED callId"},
		"a rubric that cannot rank": {drawn(), func(r *rowStore) { r.facts.Call.TieBreakers = []string{"K9"} }, "NOT_ALLOWED_HERE callId"},
	} {
		cases = append(cases, actCase{name, someone(Administrator), func(r *rowStore, e *Engine) (Record, error) {
			if aRanking(r); tt.spoil != nil {
				tt.spoil(r)
			}
			return e.FreezeRanking(tt.act), nil
		}, tt.want})
	}
	recorded(t, "call", "evaluating", cases)
}

// TestFrozenRankingIsComputedAgain: what is kept is what the package of rankings reads,
// the lots in it, and the version that follows the last.
func TestFrozenRankingIsComputedAgain(t *testing.T) {
	r, e := recording("call", "evaluating")
	aRanking(r)
	r.facts.Call.Frozen = 2
	act := e.FreezeRanking(FreezeRanking{
		ID: "rnk_00000000000000000000000001", LAG: oneLAG, Call: ourCall, Lots: []ident.ID{"prp_3", "prp_2"}, Reason: "Burtai.", Document: "doc_00000000000000000000000001",
	})
	if _, err := e.Do(context.Background(), someone(Administrator), act); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(r.applied, func(c Change) bool { return c.Type == "FrozenRanking" })
	if at < 0 {
		t.Fatalf("got the changes %+v, want a frozen ranking", r.applied)
	}
	set := r.applied[at].Set
	snapshot, err := ranking.Verify([]byte(set["text"].(string)))
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, line := range snapshot.Lines {
		order = append(order, line.Proposal)
	}
	if got, want := strings.Join(order, " "), "prp_1 prp_3 prp_2 prp_4"; got != want || set["ordinal"] != 3 || set["hash"] != ranking.Hash([]byte(set["text"].(string))) {
		t.Errorf("got the order %s, version %v and hash %v, want %s, version 3 and the hash of the text", got, set["ordinal"], set["hash"], want)
	}
	if live, err := e.Rank(context.Background(), ourCall); err != nil || live.Lines[1].Rank != live.Lines[2].Rank {
		t.Errorf("now, without lots: got %+v, %v, want the tie", live.Lines, err)
	}
}

// TestAScenarioNamesWhatIsInTheRanking, each once; and nothing is written.
func TestAScenarioNamesWhatIsInTheRanking(t *testing.T) {
	amount := func(m money.Amount) *money.Amount { return &m }
	for name, tt := range map[string]struct {
		what SelectionScenario
		want string
	}{
		"more than there are":       {SelectionScenario{Without: []ident.ID{"prp_1", "prp_1", "prp_1", "prp_1"}, FundFirst: []ident.ID{"prp_2"}}, "MALFORMED_INPUT scenario"},
		"nothing":                   {SelectionScenario{}, ""},
		"all of it":                 {SelectionScenario{Budget: amount(1), FundFirst: []ident.ID{"prp_2"}, Without: []ident.ID{"prp_1", "prp_4"}}, ""},
		"no money":                  {SelectionScenario{Budget: amount(0)}, ""},
		"less than none":            {SelectionScenario{Budget: amount(-1)}, "MALFORMED_INPUT scenario.budget"},
		"an unknown one first":      {SelectionScenario{FundFirst: []ident.ID{"prp_9"}}, "MALFORMED_INPUT scenario.fundFirst.0"},
		"one first twice":           {SelectionScenario{FundFirst: []ident.ID{"prp_2", "prp_2"}}, "MALFORMED_INPUT scenario.fundFirst.1"},
		"first one that is out":     {SelectionScenario{FundFirst: []ident.ID{"prp_2"}, Without: []ident.ID{"prp_2"}}, "MALFORMED_INPUT scenario.fundFirst.0"},
		"without an unknown one":    {SelectionScenario{Without: []ident.ID{"prp_9"}}, "MALFORMED_INPUT scenario.without.0"},
		"without one twice":         {SelectionScenario{Without: []ident.ID{"prp_2", "prp_2"}}, "MALFORMED_INPUT scenario.without.1"},
		"one below the threshold":   {SelectionScenario{FundFirst: []ident.ID{"prp_4"}}, "MALFORMED_INPUT scenario.fundFirst.0"},
		"without one that is below": {SelectionScenario{Without: []ident.ID{"prp_4"}}, ""},
	} {
		r, e := recording("call", "evaluating")
		aRanking(r)
		before, after, err := e.SimulateSelection(t.Context(), ourCall, tt.what)
		var refused *Error
		switch {
		case tt.want == "":
			if err != nil || len(before.Lines) != len(after.Lines)+len(tt.what.Without) {
				t.Errorf("%s: got %d lines of %d, %v", name, len(after.Lines), len(before.Lines), err)
			}
		case !errors.As(err, &refused) || string(refused.Refusals[0].Code)+" "+refused.Refusals[0].Field != tt.want:
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
		if len(r.applied)+len(r.entries) > 0 {
			t.Errorf("%s: got %v and %v written, want nothing", name, r.applied, r.entries)
		}
	}
	r, e := recording("call", "evaluating")
	aRanking(r)
	r.facts.Call.Unscored = 1
	if _, _, err := e.SimulateSelection(t.Context(), ourCall, SelectionScenario{}); !Refused(err, NotAllowedHere) {
		t.Errorf("before all are scored: got %v, want %s", err, NotAllowedHere)
	}
}
