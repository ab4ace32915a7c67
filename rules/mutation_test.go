package rules_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/atranka/atranka/rules"
)

// faults is everything in which a check's result differs from its row. The
// tables and the mutation check share it: an assertion that one of them would
// miss, the other misses too.
func faults(r row) []string {
	got := r.check.Check()
	var found []string
	differ := func(what string, got, want any) {
		if got != want {
			found = append(found, fmt.Sprintf("%s of %+v: got %q, want %q", what, r.check, got, want))
		}
	}
	differ("rule", got.Rule, r.rule)
	differ("verdict", got.Verdict, r.want)
	differ("OK", got.OK(), r.want != rules.Failed)
	differ("path", got.Path, r.path)
	differ("message in Lithuanian", got.Message(rules.LT), r.lt)
	differ("message in English", got.Message(rules.EN), r.en)
	return found
}

// inverted is a rule whose guard is turned round: it refuses what the rule
// lets pass, and lets pass what the rule refuses or warns about.
type inverted struct{ rule rules.Check }

func (c inverted) Check() rules.Result {
	r := c.rule.Check()
	if r.Verdict == rules.Passed {
		r.Verdict = rules.Failed
		if rule, known := rules.ByID(r.Rule); known && rule.Warns {
			r.Verdict = rules.Warned
		}
		return r
	}
	r.Verdict = rules.Passed
	return r
}

// constant is a rule whose guard is gone: it gives one verdict whatever the facts.
type constant struct {
	rule    rules.Check
	verdict rules.Verdict
}

func (c constant) Check() rules.Result {
	r := c.rule.Check()
	r.Verdict = c.verdict
	return r
}

func rowsByRule() map[string][]row {
	rows := make(map[string][]row)
	for _, r := range cases() {
		rows[r.rule] = append(rows[r.rule], r)
	}
	return rows
}

// caught counts the rows that a mutant of their check does not satisfy.
func caught(rows []row, mutate func(rules.Check) rules.Check) int {
	n := 0
	for _, r := range rows {
		r.check = mutate(r.check)
		if len(faults(r)) > 0 {
			n++
		}
	}
	return n
}

func TestInvertingAnyGuardIsCaught(t *testing.T) {
	for id, rows := range rowsByRule() {
		if n := caught(rows, func(c rules.Check) rules.Check { return inverted{c} }); n != len(rows) {
			t.Errorf("%s inverted: got %d of %d rows that notice, want all", id, n, len(rows))
		}
	}
}

func TestRemovingAnyGuardIsCaught(t *testing.T) {
	for id, rows := range rowsByRule() {
		for _, v := range []rules.Verdict{rules.Passed, rules.Failed, rules.Warned} {
			if n := caught(rows, func(c rules.Check) rules.Check { return constant{c, v} }); n == 0 {
				t.Errorf("%s answering always %s: got no row that notices, want at least one", id, v)
			}
		}
	}
}

func TestUnchangedRulesSatisfyTheirRows(t *testing.T) {
	for id, rows := range rowsByRule() {
		if n := caught(rows, func(c rules.Check) rules.Check { return c }); n != 0 {
			t.Errorf("%s unchanged: got %d of %d rows that notice, want none", id, n, len(rows))
		}
	}
}

func TestEveryRuleHasRowsOnBothSides(t *testing.T) {
	rows := rowsByRule()
	for _, rule := range rules.Catalogue() {
		passing, stopping := 0, 0
		for _, r := range rows[rule.ID] {
			if r.want == rules.Passed {
				passing++
				continue
			}
			stopping++
			if rule.Warns && r.want != rules.Warned {
				t.Errorf("%s/%s: got %s, want a rule that only warns never to fail", rule.ID, r.name, r.want)
			}
		}
		if passing == 0 || stopping == 0 {
			t.Errorf("%s: got %d passing and %d other rows, want at least one of each", rule.ID, passing, stopping)
		}
		delete(rows, rule.ID)
	}
	for id := range rows {
		t.Errorf("%s has rows and is not in the catalogue", id)
	}
}

func TestCatalogueIsOrderedAndComplete(t *testing.T) {
	shape := regexp.MustCompile(`^R-\d\d$`)
	last := ""
	for _, rule := range rules.Catalogue() {
		if !shape.MatchString(rule.ID) || rule.ID <= last {
			t.Errorf("rule %q after %q: want R-nn in ascending order", rule.ID, last)
		}
		last = rule.ID
		if got, known := rules.ByID(rule.ID); !known || got.Title != rule.Title {
			t.Errorf("ByID(%q): got %q, %v, want %q", rule.ID, got.Title.EN, known, rule.Title.EN)
		}
		for what, text := range map[string]rules.Text{"title": rule.Title, "template": rule.Template, "source": {LT: rule.Source, EN: rule.Source}} {
			if text.LT == "" || text.EN == "" {
				t.Errorf("%s: got an empty %s, want both languages", rule.ID, what)
			}
		}
	}
	if got, known := rules.ByID("R-99"); known {
		t.Errorf("ByID(R-99): got %q, want none", got.ID)
	}
}

func TestCatalogueCannotBeChangedFromOutside(t *testing.T) {
	rules.Catalogue()[0].ID = "R-99"
	if got := rules.Catalogue()[0].ID; got == "R-99" {
		t.Errorf("first rule after a caller changed its copy: got %s, want the old number", got)
	}
}
