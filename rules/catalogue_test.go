package rules_test

import (
	"regexp"
	"testing"

	"github.com/atranka/atranka/rules"
)

func rowsByRule() map[string][]row {
	rows := make(map[string][]row)
	for _, r := range cases() {
		rows[r.rule] = append(rows[r.rule], r)
	}
	return rows
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
