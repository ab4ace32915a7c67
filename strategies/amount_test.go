package strategies_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/strategies"
)

func TestCentsReadsTheExactFormAlone(t *testing.T) {
	for _, c := range []struct {
		in   strategies.Amount
		want int64
		ok   bool
	}{
		{"1493200.00", 149320000, true},
		{"0.00", 0, true},
		{"0.07", 7, true},
		{"999999999999.99", 99999999999999, true},
		{"1.493200,00", 0, false},
		{"513600,00", 0, false},
		{"513600", 0, false},
		{"513600.0", 0, false},
		{"-1.00", 0, false},
		{"01.00", 0, false},
		{"", 0, false},
		{"1000000000000.00", 0, false},
	} {
		got, err := c.in.Cents()
		if got != c.want || errors.Is(err, strategies.ErrMalformedAmount) == c.ok {
			t.Errorf("Amount(%q).Cents(): got %d, %v, want %d, accepted %t", c.in, got, err, c.want, c.ok)
		}
	}
}

func TestSumIsExactAndRefusesWhatIsNoAmount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var amounts []strategies.Amount
		var want int64
		for _, c := range rapid.SliceOf(rapid.Int64Range(0, 1e12)).Draw(t, "cents") {
			amounts = append(amounts, strategies.Amount(fmt.Sprintf("%d.%02d", c/100, c%100)))
			want += c
		}
		sum, err := strategies.Sum(amounts...)
		if err != nil {
			t.Fatalf("Sum(%v): %v", amounts, err)
		}
		if got, err := sum.Cents(); err != nil || got != want {
			t.Fatalf("Sum(%v): got %s (%v), want %d cents", amounts, sum, err, want)
		}
	})
	if _, err := strategies.Sum("1.00", "1,00"); !errors.Is(err, strategies.ErrMalformedAmount) {
		t.Errorf(`Sum("1.00", "1,00"): got %v, want ErrMalformedAmount`, err)
	}
}
