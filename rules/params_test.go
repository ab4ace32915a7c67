package rules_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
)

func parameter(layer rules.Layer, value string, from, to clock.Date) rules.Parameter {
	return rules.Parameter{Layer: layer, Name: "vote.groupLimit", Value: value, Source: "synthetic", From: from, To: to}
}

func TestTheLowestLayerInForceWins(t *testing.T) {
	eu := parameter(rules.EU, "49.00", "2014-01-01", "")
	eu.Verified = true
	set, err := rules.NewRuleSet(
		parameter(rules.Local, "40.00", "2017-01-01", "2018-12-31"), eu,
		parameter(rules.National, "45.00", "2016-01-01", "2018-12-31"),
		parameter(rules.National, "44.00", "2019-01-01", ""),
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		on         clock.Date
		value      string
		layer      rules.Layer
		displaced  []rules.Layer
		unverified []string
	}{
		{"2014-01-01", "49.00", rules.EU, nil, nil},
		{"2016-12-31", "45.00", rules.National, []rules.Layer{rules.EU}, []string{"vote.groupLimit"}},
		{"2018-12-31", "40.00", rules.Local, []rules.Layer{rules.National, rules.EU}, []string{"vote.groupLimit"}},
		{"2019-01-01", "44.00", rules.National, []rules.Layer{rules.EU}, []string{"vote.groupLimit"}},
	} {
		got, err := set.Resolve("vote.groupLimit", tc.on)
		var displaced []rules.Layer
		for _, p := range got.Displaced {
			displaced = append(displaced, p.Layer)
		}
		if err != nil || got.Value != tc.value || got.Layer != tc.layer || !slices.Equal(displaced, tc.displaced) {
			t.Errorf("on %s: got %s of %s over %v, %v, want %s of %s over %v", tc.on, got.Value, got.Layer, displaced, err, tc.value, tc.layer, tc.displaced)
		}
		if u := rules.Unverified(got); !slices.Equal(u, tc.unverified) {
			t.Errorf("on %s: got unverified %v, want %v", tc.on, u, tc.unverified)
		}
	}
	for name, on := range map[string]clock.Date{"vote.groupLimit": "2013-12-31", "appeal.term": "2020-01-01"} {
		if got, err := set.Resolve(name, on); !errors.Is(err, rules.ErrNoParameter) {
			t.Errorf("%s on %s: got %v, %v, want ErrNoParameter", name, on, got, err)
		}
	}
}

func TestRuleSetRefusesWhatItCouldNotResolve(t *testing.T) {
	good := parameter(rules.EU, "49.00", "2014-01-01", "2014-12-31")
	for name, change := range map[string]func(*rules.Parameter){
		"unknown layer":     func(p *rules.Parameter) { p.Layer = "CITY" },
		"no name":           func(p *rules.Parameter) { p.Name = "" },
		"no value":          func(p *rules.Parameter) { p.Value = "" },
		"from a month":      func(p *rules.Parameter) { p.From = "2015-01" },
		"from no date":      func(p *rules.Parameter) { p.From = "2015-02-30" },
		"until a year":      func(p *rules.Parameter) { p.To = "2016" },
		"ends too early":    func(p *rules.Parameter) { p.To = "2014-12-31" },
		"from the same day": func(p *rules.Parameter) { p.From = "2014-01-01" },
	} {
		bad := parameter(rules.EU, "48.00", "2015-01-01", "")
		if _, err := rules.NewRuleSet(good, bad); err != nil {
			t.Fatalf("before the change: got %v, want no error", err)
		}
		change(&bad)
		if _, err := rules.NewRuleSet(good, bad); !errors.Is(err, rules.ErrBadParameter) {
			t.Errorf("%s: got %v, want ErrBadParameter", name, err)
		}
	}
}

// TestAValueEndsWhereTheNextBegins: a rule set is never changed, so the later one
// of a layer takes the place of the earlier for as long as it holds.
func TestAValueEndsWhereTheNextBegins(t *testing.T) {
	set, err := rules.NewRuleSet(
		parameter(rules.EU, "47.00", "2016-01-01", "2016-12-31"), parameter(rules.EU, "49.00", "2014-01-01", ""),
		parameter(rules.EU, "48.00", "2015-01-01", ""),
	)
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[clock.Date]string{"2014-12-31": "49.00", "2015-01-01": "48.00", "2016-01-01": "47.00", "2017-01-01": "48.00"} {
		if got, err := set.Resolve("vote.groupLimit", on); err != nil || got.Value != want {
			t.Errorf("on %s: got %s and %v, want %s", on, got.Value, err, want)
		}
	}
}

// TestValuesOfOneDayCollideByLayerAndName alone.
func TestValuesOfOneDayCollideByLayerAndName(t *testing.T) {
	one, other := parameter(rules.EU, "49.00", "2014-01-01", ""), parameter(rules.EU, "25.00", "2014-01-01", "")
	other.Name = "running.costShare"
	if _, err := rules.NewRuleSet(one, parameter(rules.National, "48.00", "2014-01-01", ""), other); err != nil {
		t.Errorf("got %v, want them beside each other", err)
	}
}

func TestAParameterMayHoldForOneDay(t *testing.T) {
	set, err := rules.NewRuleSet(parameter(rules.National, "45.00", "2020-06-03", "2020-06-03"))
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[clock.Date]error{"2020-06-02": rules.ErrNoParameter, "2020-06-03": nil, "2020-06-04": rules.ErrNoParameter} {
		if got, err := set.Resolve("vote.groupLimit", on); !errors.Is(err, want) {
			t.Errorf("on %s: got %v, %v, want %v", on, got, err, want)
		}
	}
}

func TestParameterValuesAreTyped(t *testing.T) {
	p := func(value string) rules.Parameter { return rules.Parameter{Name: "x", Value: value} }
	if got, err := p("200000.00").Money(); err != nil || got != eur("200000.00") {
		t.Errorf("money: got %s, %v, want 200000.00", got, err)
	}
	if got, err := p("92.50").Rate(); err != nil || got != 9250 {
		t.Errorf("rate: got %s, %v, want 92.50", got, err)
	}
	if got, err := p("14").Count(); err != nil || got != 14 {
		t.Errorf("count: got %d, %v, want 14", got, err)
	}
	for _, bad := range []string{"", "a", "1,00", "+1", "-1", "99999999999999999999"} {
		_, moneyErr := p(bad).Money()
		_, rateErr := p(bad).Rate()
		_, countErr := p(bad).Count()
		if !errors.Is(moneyErr, money.ErrMalformed) || !errors.Is(rateErr, rules.ErrBadParameter) || !errors.Is(countErr, rules.ErrBadParameter) {
			t.Errorf("%q: got %v; %v; %v, want three errors", bad, moneyErr, rateErr, countErr)
		}
	}
}

func TestChecksNameTheUnverifiedParametersTheyRestOn(t *testing.T) {
	names := []string{"grant.intensity"}
	for _, c := range []rules.Check{
		rules.Intensity{Unverified: names},
		rules.Intensity{Eligible: 1, Unverified: names},
		rules.OwnContribution{Unverified: names},
		rules.Divergence{Unverified: names},
		rules.Composition{Unverified: names},
		rules.VoteShare{Unverified: names},
		rules.NonPublicShare{Unverified: names},
		rules.GenderBalance{Unverified: names},
		rules.GenderBalance{Seats: 1, Minimum: 1, Unverified: names},
	} {
		if got := c.Check().Unverified; !slices.Equal(got, names) {
			t.Errorf("%+v: got %v, want %v", c, got, names)
		}
	}
}
