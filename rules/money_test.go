package rules_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
)

func TestReadPrintedReadsLithuanianPrint(t *testing.T) {
	for in, want := range map[string]rules.Money{
		"513600,00 Eur":                   51_360_000,
		"1 493 200,00 Eur":                149_320_000,
		"1\u00a0493\u00a0200,00\u00a0Eur": 149_320_000,
		"1\u202f493\u202f200,00 €":        149_320_000,
		"1 493 200,00EUR":                 149_320_000,
		"239 760":                         23_976_000,
		"0,05":                            5,
		"\u22127,50 Eur":                  -750,
		"-7,50":                           -750,
		"71\u00a0856,47":                  7_185_647,
		"\u221292 233 720 368 547 758,08\u00a0Eur": math.MinInt64,
	} {
		if got, err := rules.ReadPrinted(in); err != nil || got != want {
			t.Errorf("ReadPrinted(%q): got %s, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{
		"1.493200,00", "1.493200,00 Eur", "1.493.200,00", "1493200.00", "1,493,200.00", "1,493,200",
		"", "Eur", ",00", "1,0", "1,000", "1 49 200,00", "1493 200,00", "1 4932 00,00", "1  493 200,00", "1 493 200, 00",
		"1 493 200,00 Lt", "1 493 200,00 Eur Eur", "− 5,00", "5,00-", "--5,00",
	} {
		if got, err := rules.ReadPrinted(in); !errors.Is(err, money.ErrMalformed) {
			t.Errorf("ReadPrinted(%q): got %s, %v, want ErrMalformedMoney", in, got, err)
		}
	}
}

func TestMoneyFormatsForItsReader(t *testing.T) {
	for _, tc := range []struct {
		in     rules.Money
		lt, en string
	}{
		{149_320_000, "1\u00a0493\u00a0200,00\u00a0Eur", "€1,493,200.00"},
		{99_999, "999,99\u00a0Eur", "€999.99"},
		{100_000, "1\u00a0000,00\u00a0Eur", "€1,000.00"},
		{0, "0,00\u00a0Eur", "€0.00"},
		{-5, "\u22120,05\u00a0Eur", "-€0.05"},
		{math.MinInt64, "\u221292\u00a0233\u00a0720\u00a0368\u00a0547\u00a0758,08\u00a0Eur", "-€92,233,720,368,547,758.08"},
	} {
		if lt, en := rules.FormatMoney(tc.in, rules.LT), rules.FormatMoney(tc.in, rules.EN); lt != tc.lt || en != tc.en {
			t.Errorf("%d: got %q and %q, want %q and %q", tc.in, lt, en, tc.lt, tc.en)
		}
	}
}

func TestEveryAmountIsReadBackFromItsForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rules.Money(rapid.Int64().Draw(t, "cents"))
		if got, err := money.Parse(m.String()); got != m || err != nil {
			t.Fatalf("ParseMoney(%q): got %d, %v, want %d", m, got, err, m)
		}
		if got, err := rules.ReadPrinted(rules.FormatMoney(m, rules.LT)); got != m || err != nil {
			t.Fatalf("ReadPrinted(%q): got %d, %v, want %d", rules.FormatMoney(m, rules.LT), got, err, m)
		}
		var b bytes.Buffer
		m.MarshalGQL(&b)
		var asJSON rules.Money
		if err := json.Unmarshal(b.Bytes(), &asJSON); err != nil || asJSON != m {
			t.Fatalf("%s as JSON: got %d, %v, want %d", b.String(), asJSON, err, m)
		}
	})
}

func TestScalarsRefuseNumbersAndMalformedText(t *testing.T) {
	for name, tc := range map[string]struct {
		read func(any) error
		good string
		want error
	}{
		"Money":       {new(rules.Money).UnmarshalGQL, "1.00", money.ErrMalformed},
		"Score":       {new(rules.Score).UnmarshalGQL, "87.50", rules.ErrMalformedScore},
		"ProjectCode": {new(rules.ProjectCode).UnmarshalGQL, "11-001-T-0005", rules.ErrMalformedProjectCode},
	} {
		if err := tc.read(tc.good); err != nil {
			t.Errorf("%s from %q: got %v, want no error", name, tc.good, err)
		}
		for _, v := range []any{int64(100), 1.5, nil, true, "", "1"} {
			if err := tc.read(v); !errors.Is(err, tc.want) {
				t.Errorf("%s from %v (%T): got %v, want %v", name, v, v, err, tc.want)
			}
		}
	}
}

func TestRatesRoundDownToTheCent(t *testing.T) {
	for _, tc := range []struct {
		rate rules.BasisPoints
		m    string
		want string
	}{
		{9250, "115674.60", "106999.00"},
		{9250, "115674.59", "106998.99"},
		{9250, "0.01", "0.00"},
		{rules.Whole, "115674.59", "115674.59"},
		{0, "115674.59", "0.00"},
		{9250, "-0.01", "-0.01"}, // towards the smaller amount
		{2 * rules.Whole, "92233720368547758.07", "92233720368547758.07"},
		{2 * rules.Whole, "-92233720368547758.08", "-92233720368547758.08"},
	} {
		m, err := money.Parse(tc.m)
		if err != nil {
			t.Fatal(err)
		}
		if got := tc.rate.Of(m).String(); got != tc.want {
			t.Errorf("%s %% of %s: got %s, want %s", tc.rate, tc.m, got, tc.want)
		}
	}
}

func TestRateOfMoneyIsTheExactFloor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rules.BasisPoints(rapid.Int64Range(0, int64(rules.Whole)).Draw(t, "rate"))
		m := rules.Money(rapid.Int64().Draw(t, "cents"))
		got := big.NewRat(int64(rate.Of(m)), 1)
		exact := new(big.Rat).Mul(big.NewRat(int64(m), 1), big.NewRat(int64(rate), int64(rules.Whole)))
		gap := new(big.Rat).Sub(exact, got)
		if gap.Sign() < 0 || gap.Cmp(big.NewRat(1, 1)) >= 0 {
			t.Fatalf("%s %% of %s: got %s cents, want the floor of %s", rate, m, got, exact)
		}
	})
}

func FuzzReadPrinted(f *testing.F) {
	for _, s := range []string{"1 493 200,00 Eur", "513600,00 Eur", "1.493200,00", "\u22120,05\u00a0€"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := rules.ReadPrinted(s)
		if (err != nil) != errors.Is(err, money.ErrMalformed) {
			t.Fatalf("ReadPrinted(%q): got error %v, want one that wraps ErrMalformedMoney", s, err)
		}
		if err == nil && strings.Contains(s, ".") {
			t.Fatalf("ReadPrinted(%q): got %s, want an error: points are ambiguous in print", s, m)
		}
		if again, errAgain := rules.ReadPrinted(rules.FormatMoney(m, rules.LT)); err == nil && (errAgain != nil || again != m) {
			t.Fatalf("ReadPrinted(%q): got %s, printed and read again %s, %v", s, m, again, errAgain)
		}
	})
}
