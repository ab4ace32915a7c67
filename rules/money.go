package rules

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Money is an amount of euro in whole cents.
type Money int64

// ErrMalformedMoney is wrapped by every error about a text that is no amount.
var ErrMalformedMoney = errors.New("malformed money")

// ErrMoneyOverflow is wrapped by every error about a sum that no Money holds.
var ErrMoneyOverflow = errors.New("sum exceeds the range of money")

const (
	nbsp       = "\u00a0"
	minus      = "\u2212"
	groupWidth = 3
)

// ParseMoney reads the API form: an optional minus, digits, a point, exactly
// two digits. Errors wrap [ErrMalformedMoney] and say what to write.
func ParseMoney(s string) (Money, error) {
	cents, ok := parseHundredths(s)
	if !ok {
		return 0, fmt.Errorf(`%w: %q: write digits, a point and two digits, such as "1493200.00"`, ErrMalformedMoney, s)
	}
	return Money(cents), nil
}

// parseHundredths reads -?[0-9]+\.[0-9]{2} that fits 64 bits.
func parseHundredths(s string) (int64, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if !allDigits(whole) || len(fraction) != 2 || !allDigits(fraction) {
		return 0, false
	}
	sign := ""
	if negative {
		sign = "-"
	}
	n, err := strconv.ParseInt(sign+whole+fraction, 10, 64)
	return n, err == nil
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// currencies are the marks that may end a printed amount.
var currencies = []string{"Eur", "EUR", "€"}

// spaces makes every kind of space that separates groups in print one.
var spaces = strings.NewReplacer(nbsp, " ", "\u202f", " ", "\u2009", " ")

// ReadPrinted reads the Lithuanian print form: groups of three set apart by
// spaces or not at all, a decimal comma with two digits or none, optionally
// "Eur" or "€" at the end. A point is refused wherever it stands, so
// "1.493200,00" is an error and never a guess. Errors wrap [ErrMalformedMoney].
func ReadPrinted(s string) (Money, error) {
	text := strings.TrimSpace(spaces.Replace(s))
	for _, mark := range currencies {
		if rest, found := strings.CutSuffix(text, mark); found {
			text = strings.TrimRight(rest, " ")
			break
		}
	}
	text = strings.Replace(text, minus, "-", 1)
	whole, fraction, hasComma := strings.Cut(text, ",")
	if !hasComma {
		fraction = "00"
	}
	joined, ok := joinGroups(whole)
	cents, fits := parseHundredths(joined + "." + fraction)
	if !ok || !fits {
		return 0, fmt.Errorf("%w: printed %q: want groups of three digits and a decimal comma, such as \"1 493 200,00 Eur\"",
			ErrMalformedMoney, s)
	}
	return Money(cents), nil
}

func joinGroups(whole string) (string, bool) {
	groups := strings.Split(whole, " ")
	first := strings.TrimPrefix(groups[0], "-")
	if len(groups) > 1 && len(first) > groupWidth {
		return "", false
	}
	for _, g := range groups[1:] {
		if len(g) != groupWidth {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// Sum adds amounts. The order does not matter: only a total that no Money
// holds is an error, which wraps [ErrMoneyOverflow].
func Sum(amounts ...Money) (Money, error) {
	var hi, lo uint64 // one 128-bit integer in two's complement
	for _, m := range amounts {
		var carry uint64
		lo, carry = bits.Add64(lo, uint64(m), 0)
		hi, _ = bits.Add64(hi, uint64(m>>63), carry)
	}
	total := Money(lo)
	if uint64(total>>63) != hi {
		return 0, fmt.Errorf("adding %d amounts: %w", len(amounts), ErrMoneyOverflow)
	}
	return total, nil
}

// Minus is m − n. Its error wraps [ErrMoneyOverflow].
func (m Money) Minus(n Money) (Money, error) {
	if n == math.MinInt64 {
		// The one amount without an opposite: m − min = m + max + 1.
		return Sum(m, math.MaxInt64, 1)
	}
	return Sum(m, -n)
}

// String is the API form, such as "1493200.00".
func (m Money) String() string { return hundredths(int64(m)) }

func hundredths(n int64) string {
	sign, whole, cents := split(n)
	return fmt.Sprintf("%s%d.%02d", sign, whole, cents)
}

// split takes the sign off without overflow at the lowest int64.
func split(n int64) (sign string, whole, rest uint64) {
	magnitude := uint64(n)
	if n < 0 {
		sign, magnitude = "-", -magnitude
	}
	return sign, magnitude / 100, magnitude % 100
}

// Format is the amount for a reader: "1 493 200,00 Eur" with non-breaking
// spaces in Lithuanian, "€1,493,200.00" in English.
func (m Money) Format(lang Lang) string {
	sign, whole, cents := split(int64(m))
	if lang == LT {
		return fmt.Sprintf("%s%s,%02d%sEur", strings.ReplaceAll(sign, "-", minus), grouped(whole, nbsp), cents, nbsp)
	}
	return fmt.Sprintf("%s€%s.%02d", sign, grouped(whole, ","), cents)
}

func grouped(n uint64, separator string) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - groupWidth; i > 0; i -= groupWidth {
		s = s[:i] + separator + s[i:]
	}
	return s
}

// MarshalText is [Money.String].
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText is [ParseMoney].
func (m *Money) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMoney(string(b))
	return err
}

// MarshalGQL writes the amount as a GraphQL string.
func (m Money) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(m.String())) }

// UnmarshalGQL reads a GraphQL Money, a string and never a number. Errors wrap
// [ErrMalformedMoney].
func (m *Money) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("%w: want a string, got %T", ErrMalformedMoney, v)
	}
	return m.UnmarshalText([]byte(s))
}
