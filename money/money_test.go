package money_test

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/money"
)

func TestParseReadsTheAPIFormAlone(t *testing.T) {
	for in, want := range map[string]money.Amount{
		"0.00":                  0,
		"0.01":                  1,
		"-0.01":                 -1,
		"1493200.00":            149_320_000,
		"92233720368547758.07":  math.MaxInt64,
		"-92233720368547758.08": math.MinInt64,
	} {
		if got, err := money.Parse(in); err != nil || got != want || got.String() != in {
			t.Errorf("Parse(%q): got %d (%s), %v, want %d", in, got, got, err, want)
		}
	}
	for _, in := range []string{
		"", "-", ".", ".00", "1", "1.", "1.0", "1.000", "1,00", "+1.00", " 1.00", "1.00 ",
		"--1.00", "1 000.00", "1e2", "1_0.00", "0x1.00", "1.-1", "1.00.00", "NaN", "٣.00",
		"92233720368547758.08", "-92233720368547758.09", "99999999999999999999.00",
	} {
		got, err := money.Parse(in)
		if !errors.Is(err, money.ErrMalformed) {
			t.Errorf("Parse(%q): got %d, %v, want ErrMalformedMoney", in, got, err)
			continue
		}
		want := `"1493200.00"`
		if errors.Is(err, money.ErrOverflow) {
			want = "between -92233720368547758.08 and 92233720368547758.07"
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q): got %q, want a message that says what to write", in, err)
		}
	}
}

func TestAmountOutOfRangeIsToldFromOneOfAnotherForm(t *testing.T) {
	for in, outOfRange := range map[string]bool{
		"92233720368547758.08": true, "-92233720368547758.09": true, "99999999999999999999.00": true,
		"99999999999999999999": false, "1,00": false, "": false,
	} {
		if _, err := money.Parse(in); errors.Is(err, money.ErrOverflow) != outOfRange {
			t.Errorf("Parse(%q): got %v, want out of range: %t", in, err, outOfRange)
		}
	}
}

func TestSumIsExactOrRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOf(rapid.Custom(func(t *rapid.T) money.Amount {
			return money.Amount(rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, -1, 1})).Draw(t, "cents"))
		})).Draw(t, "amounts")
		exact := new(big.Int)
		for _, m := range amounts {
			exact.Add(exact, big.NewInt(int64(m)))
		}
		got, err := money.Sum(amounts...)
		switch {
		case exact.IsInt64() && (err != nil || int64(got) != exact.Int64()):
			t.Fatalf("Sum(%v): got %d, %v, want %s", amounts, got, err, exact)
		case !exact.IsInt64() && !errors.Is(err, money.ErrOverflow):
			t.Fatalf("Sum(%v): got %d, %v, want ErrMoneyOverflow", amounts, got, err)
		}
	})
}

func TestMinusIsExactOrRefuses(t *testing.T) {
	for _, tc := range []struct {
		m, n, want money.Amount
		overflows  bool
	}{
		{m: 3, n: 5, want: -2},
		{m: -1, n: math.MinInt64, want: math.MaxInt64},
		{m: math.MinInt64, n: math.MinInt64, want: 0},
		{m: 0, n: math.MinInt64, overflows: true},
		{m: math.MinInt64, n: 1, overflows: true},
	} {
		got, err := tc.m.Minus(tc.n)
		if errors.Is(err, money.ErrOverflow) != tc.overflows || got != tc.want {
			t.Errorf("%d − %d: got %d, %v, want %d, overflow %v", tc.m, tc.n, got, err, tc.want, tc.overflows)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1493200.00", "-0.01", "1,00", "99999999999999999999.00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := money.Parse(s)
		if (err != nil) != errors.Is(err, money.ErrMalformed) {
			t.Fatalf("Parse(%q): got error %v, want one that wraps ErrMalformedMoney", s, err)
		}
		if err != nil {
			return
		}
		// What is accepted differs from the canonical text by leading zeros and the sign of zero alone.
		digits := strings.TrimLeft(strings.Replace(strings.TrimPrefix(s, "-"), ".", "", 1), "0")
		want := strings.TrimLeft(strings.TrimPrefix(strconv.FormatInt(int64(m), 10), "-"), "0")
		if digits != want {
			t.Fatalf("Parse(%q): got %d, want %s", s, m, digits)
		}
	})
}
