// Package money owns amounts of euro: exact, in whole cents, written one way.
// It refuses floats, amounts that do not fit and any text but the API's form;
// what Lithuanian print looks like is for package rules.
package money

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Amount is a sum of euro in whole cents.
type Amount int64

// ErrMalformed is wrapped by every error about a text that is no amount.
var ErrMalformed = errors.New("malformed money")

// ErrOverflow is wrapped by every error about an amount or a sum that no Amount
// holds.
var ErrOverflow = errors.New("sum exceeds the range of money")

// The least and the greatest amount.
const (
	Min Amount = math.MinInt64
	Max Amount = math.MaxInt64
)

// Parse reads the API form: an optional minus, digits, a point, exactly
// two digits. Errors wrap [ErrMalformed] and say what to write; that of a text
// which has the form and does not fit wraps [ErrOverflow] too.
func Parse(s string) (Amount, error) {
	if !hasForm(s) {
		return 0, fmt.Errorf(`%w: %.40q: write digits, a point and two digits, such as "1493200.00"`, ErrMalformed, s)
	}
	cents, fits := ParseHundredths(s)
	if !fits {
		return 0, fmt.Errorf("%w: %w: %.40q: write an amount between %s and %s", ErrMalformed, ErrOverflow, s, Min, Max)
	}
	return Amount(cents), nil
}

// hasForm holds for -?[0-9]+\.[0-9]{2}.
func hasForm(s string) bool {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return allDigits(whole) && len(fraction) == 2 && allDigits(fraction)
}

// ParseHundredths reads -?[0-9]+\.[0-9]{2} that fits 64 bits.
func ParseHundredths(s string) (int64, bool) {
	if !hasForm(s) {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.Replace(s, ".", "", 1), 10, 64)
	return n, err == nil
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Sum adds amounts. The order does not matter: only a total that no Amount
// holds is an error, which wraps [ErrOverflow].
func Sum(amounts ...Amount) (Amount, error) {
	var hi, lo uint64 // one 128-bit integer in two's complement
	for _, m := range amounts {
		var carry uint64
		lo, carry = bits.Add64(lo, uint64(m), 0)
		hi, _ = bits.Add64(hi, uint64(m>>63), carry)
	}
	total := Amount(lo)
	if uint64(total>>63) != hi {
		return 0, fmt.Errorf("adding %d amounts: %w", len(amounts), ErrOverflow)
	}
	return total, nil
}

// Minus is m − n. Its error wraps [ErrOverflow].
func (m Amount) Minus(n Amount) (Amount, error) {
	if n == math.MinInt64 {
		// The one amount without an opposite: m − min = m + max + 1.
		return Sum(m, math.MaxInt64, 1)
	}
	return Sum(m, -n)
}

// String is the API form, such as "1493200.00".
func (m Amount) String() string { return Hundredths(int64(m)) }

// Hundredths is n as a number with two decimals, such as "87.50".
func Hundredths(n int64) string {
	sign, whole, cents := Split(n)
	return fmt.Sprintf("%s%d.%02d", sign, whole, cents)
}

// Split is an amount of hundredths as sign, whole units and rest. It takes the sign off without overflow at the lowest int64.
func Split(n int64) (sign string, whole, rest uint64) {
	magnitude := uint64(n)
	if n < 0 {
		sign, magnitude = "-", -magnitude
	}
	return sign, magnitude / 100, magnitude % 100
}

// MarshalText is [Amount.String].
func (m Amount) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText is [Parse].
func (m *Amount) UnmarshalText(b []byte) (err error) {
	*m, err = Parse(string(b))
	return err
}

// MarshalGQL writes the amount as a GraphQL string.
func (m Amount) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(m.String())) }

// UnmarshalGQL reads a GraphQL Money, a string and never a number. Errors wrap
// [ErrMalformed].
func (m *Amount) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("%w: want a string", ErrMalformed)
	}
	return m.UnmarshalText([]byte(s))
}
