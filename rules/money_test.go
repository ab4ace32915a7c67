package rules_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/rules"
)

func TestParseMoneyReadsTheAPIFormAlone(t *testing.T) {
	for in, want := range map[string]rules.Money{
		"0.00":                  0,
		"0.01":                  1,
		"-0.01":                 -1,
		"1493200.00":            149_320_000,
		"92233720368547758.07":  math.MaxInt64,
		"-92233720368547758.08": math.MinInt64,
	} {
		if got, err := rules.ParseMoney(in); err != nil || got != want || got.String() != in {
			t.Errorf("ParseMoney(%q): got %d (%s), %v, want %d", in, got, got, err, want)
		}
	}
	for _, in := range []string{"", "-", ".", ".00", "1", "1.", "1.0", "1.000", "1,00", "+1.00", " 1.00", "1.00 ",
		"--1.00", "1 000.00", "1e2", "1_0.00", "0x1.00", "1.-1", "1.00.00", "NaN", "٣.00",
		"92233720368547758.08", "-92233720368547758.09", "99999999999999999999.00"} {
		got, err := rules.ParseMoney(in)
		if !errors.Is(err, rules.ErrMalformedMoney) {
			t.Errorf("ParseMoney(%q): got %d, %v, want ErrMalformedMoney", in, got, err)
			continue
		}
		if !strings.Contains(err.Error(), `"1493200.00"`) {
			t.Errorf("ParseMoney(%q): got %q, want a message that says what to write", in, err)
		}
	}
}

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
	for _, in := range []string{"1.493200,00", "1.493200,00 Eur", "1.493.200,00", "1493200.00", "1,493,200.00", "1,493,200",
		"", "Eur", ",00", "1,0", "1,000", "1 49 200,00", "1493 200,00", "1 4932 00,00", "1  493 200,00", "1 493 200, 00",
		"1 493 200,00 Lt", "1 493 200,00 Eur Eur", "− 5,00", "5,00-", "--5,00"} {
		if got, err := rules.ReadPrinted(in); !errors.Is(err, rules.ErrMalformedMoney) {
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
		if lt, en := tc.in.Format(rules.LT), tc.in.Format(rules.EN); lt != tc.lt || en != tc.en {
			t.Errorf("%d: got %q and %q, want %q and %q", tc.in, lt, en, tc.lt, tc.en)
		}
	}
}

func TestEveryAmountIsReadBackFromItsForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rules.Money(rapid.Int64().Draw(t, "cents"))
		if got, err := rules.ParseMoney(m.String()); got != m || err != nil {
			t.Fatalf("ParseMoney(%q): got %d, %v, want %d", m, got, err, m)
		}
		if got, err := rules.ReadPrinted(m.Format(rules.LT)); got != m || err != nil {
			t.Fatalf("ReadPrinted(%q): got %d, %v, want %d", m.Format(rules.LT), got, err, m)
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
		"Money":       {new(rules.Money).UnmarshalGQL, "1.00", rules.ErrMalformedMoney},
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

func TestSumIsExactOrRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOf(rapid.Custom(func(t *rapid.T) rules.Money {
			return rules.Money(rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, -1, 1})).Draw(t, "cents"))
		})).Draw(t, "amounts")
		exact := new(big.Int)
		for _, m := range amounts {
			exact.Add(exact, big.NewInt(int64(m)))
		}
		got, err := rules.Sum(amounts...)
		switch {
		case exact.IsInt64() && (err != nil || int64(got) != exact.Int64()):
			t.Fatalf("Sum(%v): got %d, %v, want %s", amounts, got, err, exact)
		case !exact.IsInt64() && !errors.Is(err, rules.ErrMoneyOverflow):
			t.Fatalf("Sum(%v): got %d, %v, want ErrMoneyOverflow", amounts, got, err)
		}
	})
}

func TestMinusIsExactOrRefuses(t *testing.T) {
	for _, tc := range []struct {
		m, n, want rules.Money
		overflows  bool
	}{
		{m: 3, n: 5, want: -2},
		{m: -1, n: math.MinInt64, want: math.MaxInt64},
		{m: math.MinInt64, n: math.MinInt64, want: 0},
		{m: 0, n: math.MinInt64, overflows: true},
		{m: math.MinInt64, n: 1, overflows: true},
	} {
		got, err := tc.m.Minus(tc.n)
		if errors.Is(err, rules.ErrMoneyOverflow) != tc.overflows || got != tc.want {
			t.Errorf("%d − %d: got %d, %v, want %d, overflow %v", tc.m, tc.n, got, err, tc.want, tc.overflows)
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
		m, err := rules.ParseMoney(tc.m)
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

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"1493200.00", "-0.01", "1,00", "99999999999999999999.00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := rules.ParseMoney(s)
		if (err != nil) != errors.Is(err, rules.ErrMalformedMoney) {
			t.Fatalf("ParseMoney(%q): got error %v, want one that wraps ErrMalformedMoney", s, err)
		}
		if err != nil {
			return
		}
		// What is accepted differs from the canonical text by leading zeros and the sign of zero alone.
		digits := strings.TrimLeft(strings.Replace(strings.TrimPrefix(s, "-"), ".", "", 1), "0")
		want := strings.TrimLeft(strings.TrimPrefix(strconv.FormatInt(int64(m), 10), "-"), "0")
		if digits != want {
			t.Fatalf("ParseMoney(%q): got %d, want %s", s, m, digits)
		}
	})
}

func FuzzReadPrinted(f *testing.F) {
	for _, s := range []string{"1 493 200,00 Eur", "513600,00 Eur", "1.493200,00", "\u22120,05\u00a0€"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := rules.ReadPrinted(s)
		if (err != nil) != errors.Is(err, rules.ErrMalformedMoney) {
			t.Fatalf("ReadPrinted(%q): got error %v, want one that wraps ErrMalformedMoney", s, err)
		}
		if err == nil && strings.Contains(s, ".") {
			t.Fatalf("ReadPrinted(%q): got %s, want an error: points are ambiguous in print", s, m)
		}
		if again, errAgain := rules.ReadPrinted(m.Format(rules.LT)); err == nil && (errAgain != nil || again != m) {
			t.Fatalf("ReadPrinted(%q): got %s, printed and read again %s, %v", s, m, again, errAgain)
		}
	})
}
