package workflow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/assignment"
	"github.com/atranka/atranka/ident"
)

// suggested is a call with three proposals, of which one has an evaluator, and with three
// evaluators, of whom one is of the organisation that applies for the first.
func suggested() (*paperStore, *Engine) {
	r, e := recording("call", "evaluating")
	r.assigned = []Assigned{
		{Proposal: "prp_1", Applicant: "org_1"},
		{Proposal: "prp_2", Applicant: "org_2", Evaluators: []ident.ID{"per_b"}},
		{Proposal: "prp_3", Applicant: "org_2"},
	}
	r.evaluators = []Holder{{Person: "per_a"}, {Person: "per_b"}, {Person: "per_c"}}
	r.related.Persons = map[ident.ID]PersonFacts{"per_a": {Organisation: "org_1"}, "per_b": {Organisation: "org_9"}}
	return r.paperStore, e
}

func spelled(s assignment.Suggestion) string {
	var out []string
	for _, p := range s.Pairs {
		out = append(out, p.Proposal[4:]+p.Evaluator[4:])
	}
	for _, d := range s.Deficits {
		out = append(out, fmt.Sprintf("%s lacks %d", d.Proposal[4:], d.Missing))
	}
	for _, b := range s.Blocking {
		out = append(out, b.Proposal[4:]+b.Evaluator[4:]+" by "+b.Ground)
	}
	return strings.Join(out, ", ")
}

// TestSuggestionsKeepWhatStands: pairs that are assigned, organisations that apply, those
// who take no more, and room.
func TestSuggestionsKeepWhatStands(t *testing.T) {
	for name, tt := range map[string]struct {
		ask   SuggestAssignment
		spoil func(*paperStore)
		want  string
	}{
		"two each":        {SuggestAssignment{Each: 2, Capacity: 2}, nil, "1b, 1c, 2a, 3a, 3c"},
		"all three":       {SuggestAssignment{Each: 3, Capacity: 3}, nil, "1b, 1c, 2a, 2c, 3a, 3b, 3c, 1 lacks 1, 1a by APPLICANT"},
		"one each":        {SuggestAssignment{Each: 1, Capacity: 1}, nil, "1c, 3a"},
		"no room":         {SuggestAssignment{Each: 2, Capacity: 1}, nil, "1c, 2a, 1 lacks 1, 3 lacks 2"},
		"without one":     {SuggestAssignment{Each: 1, Capacity: 9, Without: []ident.ID{"per_c"}}, nil, "1b, 3a"},
		"who has no role": {SuggestAssignment{Each: 1, Capacity: 9}, func(p *paperStore) { p.evaluators = p.evaluators[:1] }, "3a, 1 lacks 1, 1a by APPLICANT"},
		"a tie": {SuggestAssignment{Each: 3, Capacity: 3}, func(p *paperStore) {
			p.related.Ties = []TieFacts{{One: "per_c", Other: "org_2", Kind: OwnershipTie, Since: "2016-01-01", LAG: "lag_other"}}
		}, "1b, 1c, 2a, 3a, 3b, 1 lacks 1, 2 lacks 1, 3 lacks 1, 1a by APPLICANT, 2c by OWNERSHIP, 3c by OWNERSHIP"},
		"nobody":        {SuggestAssignment{Each: 1, Capacity: 1}, func(p *paperStore) { p.evaluators = []Holder{} }, "1 lacks 1, 3 lacks 1"},
		"nothing to do": {SuggestAssignment{Each: 1, Capacity: 1}, func(p *paperStore) { p.assigned = p.assigned[1:2] }, ""},
		"more than was said": {SuggestAssignment{Each: 1, Capacity: 1}, func(p *paperStore) {
			p.assigned = p.assigned[1:2]
			p.assigned[0].Evaluators = []ident.ID{"per_b", "per_c"}
		}, ""},
	} {
		p, e := suggested()
		if tt.spoil != nil {
			tt.spoil(p)
		}
		got, err := e.SuggestAssignment(t.Context(), ourCall, tt.ask)
		if err != nil || sorted(spelled(got)) != sorted(tt.want) {
			t.Errorf("%s: got %q, %v, want %q", name, spelled(got), err, tt.want)
		}
		if len(p.applied)+len(p.entries) > 0 {
			t.Errorf("%s: got %v written, want nothing", name, p.applied)
		}
	}
}

func sorted(list string) string {
	parts := strings.Split(list, ", ")
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// TestSuggestionsAreAskedForWithSense.
func TestSuggestionsAreAskedForWithSense(t *testing.T) {
	for name, tt := range map[string]struct {
		ask  SuggestAssignment
		want string
	}{
		"nobody each":   {SuggestAssignment{Capacity: 1}, "MALFORMED_INPUT each"},
		"ten each":      {SuggestAssignment{Each: 10, Capacity: 1}, "MALFORMED_INPUT each"},
		"nine each":     {SuggestAssignment{Each: 9, Capacity: 1}, ""},
		"no capacity":   {SuggestAssignment{Each: 1}, "MALFORMED_INPUT capacity"},
		"all there are": {SuggestAssignment{Each: 1, Capacity: assignment.MaxProposals}, ""},
		"more":          {SuggestAssignment{Each: 1, Capacity: assignment.MaxProposals + 1}, "MALFORMED_INPUT capacity"},
	} {
		_, e := suggested()
		_, err := e.SuggestAssignment(t.Context(), ourCall, tt.ask)
		var refused *Error
		switch {
		case tt.want == "":
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case !errors.As(err, &refused) || string(refused.Refusals[0].Code)+" "+refused.Refusals[0].Field != tt.want:
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
	}
	p, e := suggested()
	for i := range assignment.MaxEvaluators {
		p.evaluators = append(p.evaluators, Holder{Person: ident.ID(fmt.Sprint("per_", i))})
	}
	if _, err := e.SuggestAssignment(t.Context(), ourCall, SuggestAssignment{Each: 1, Capacity: 1}); !Refused(err, NotAllowedHere) {
		t.Errorf("more than are suggested for: got %v, want %s", err, NotAllowedHere)
	}
	if _, err := e.SuggestAssignment(t.Context(), "cal_9", SuggestAssignment{Each: 1, Capacity: 1}); !Refused(err, NotFound) {
		t.Errorf("no such call: got %v, want %s", err, NotFound)
	}
}
