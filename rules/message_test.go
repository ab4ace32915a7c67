package rules_test

import (
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/rules"
)

func TestMessagesOfActsOfStaffSayWhoseActItWas(t *testing.T) {
	for _, tc := range []struct {
		verdict rules.Verdict
		lt, en  string
	}{
		{rules.Attested, "R-06 Finansavimo sumos ribos: patvirtinta darbuotojo pareiškimu.", "R-06 Grant window: attested by staff."},
		{rules.Overruled, "R-06 Finansavimo sumos ribos: netaikyta motyvuotu sprendimu.", "R-06 Grant window: overruled with reasons."},
	} {
		r := rules.Result{Rule: "R-06", Verdict: tc.verdict}
		if lt, en := r.Message(rules.LT), r.Message(rules.EN); lt != tc.lt || en != tc.en || !r.OK() {
			t.Errorf("%s: got %q and %q (ok %v), want %q and %q", tc.verdict, lt, en, r.OK(), tc.lt, tc.en)
		}
	}
}

func TestAMessageIsNeverEmptyNorHasHoles(t *testing.T) {
	for _, r := range []rules.Result{{}, {Rule: "R-99", Verdict: rules.Failed}, {Rule: "R-06"}} {
		for _, lang := range []rules.Lang{rules.LT, rules.EN, "fr", ""} {
			if got := r.Message(lang); got == "" {
				t.Errorf("%+v in %q: got an empty message", r, lang)
			}
		}
	}
	for _, r := range cases() {
		for _, lang := range []rules.Lang{rules.LT, rules.EN} {
			if got := r.check.Check().Message(lang); strings.ContainsAny(got, "{}?") {
				t.Errorf("%s/%s: got %q, want a message without holes", r.rule, r.name, got)
			}
		}
	}
}

func TestEveryLanguageButLithuanianReadsEnglish(t *testing.T) {
	r := rules.Result{Rule: "R-25", Verdict: rules.Failed}
	if got, want := r.Message("fr"), r.Message(rules.EN); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestValuesThatCannotBeReadStayAsTheyAre(t *testing.T) {
	r := rules.Result{Rule: "R-09", Verdict: rules.Failed, Facts: []rules.Fact{{Name: "difference", Value: "much"}}}
	if got, want := r.Message(rules.EN), "Sources differ from the budget by much."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r = rules.Result{Rule: "R-01", Verdict: rules.Failed, Facts: []rules.Fact{{Name: "closesAt", Value: "soon"}}}
	if got, want := r.Message(rules.LT), "Kvietimas baigėsi soon."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDatesKeepTheirPrecision(t *testing.T) {
	for d, want := range map[clock.Date][2]string{
		"2016-01-15": {"2016 m. sausio 15 d.", "15 January 2016"},
		"2015-08":    {"2015 m. rugpjūčio mėn.", "August 2015"},
		"2019":       {"2019 m.", "2019"},
		"":           {"", ""},
	} {
		if lt, en := rules.FormatDate(d, rules.LT), rules.FormatDate(d, rules.EN); lt != want[0] || en != want[1] {
			t.Errorf("%q: got %q and %q, want %q", d, lt, en, want)
		}
	}
}

func TestFactsNameWhatARuleRestsOn(t *testing.T) {
	r := rules.InTime{SubmittedAt: 2, ClosesAt: 1}.Check()
	for name, want := range map[string]string{
		"submittedAt": "1970-01-01T00:00:00.000002Z", "closesAt": "1970-01-01T00:00:00.000001Z",
	} {
		if got, ok := r.Fact(name); got != want || !ok {
			t.Errorf("fact %s: got %q, %v, want %q", name, got, ok, want)
		}
	}
	if got, ok := r.Fact("grant"); ok {
		t.Errorf("fact grant: got %q, want none", got)
	}
	if got, want := r.Code(), "R-01"; got != want {
		t.Errorf("code: got %s, want %s", got, want)
	}
}

func TestFreeTextNeverBecomesAFact(t *testing.T) {
	const reason = "a reason in somebody's words"
	r := rules.Departure{
		Ranked: []rules.Ranked{ranked(1, "a", "1.00"), ranked(2, "b", "1.00")},
		Funded: []string{"b"}, Reason: reason, Decision: "12",
	}.Check()
	for _, f := range r.Facts {
		if strings.Contains(f.Value, reason) {
			t.Errorf("fact %s: got %q, want no free text", f.Name, f.Value)
		}
	}
}
