package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/atranka/atranka/money"
)

// Money is an amount of euro in whole cents. It lives in a package of its own,
// so that the tables do not depend on the rules.
type Money = money.Amount

const (
	nbsp       = "\u00a0"
	minus      = "\u2212"
	groupWidth = 3
)

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
// "1.493200,00" is an error and never a guess. Errors wrap [money.ErrMalformed].
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
	cents, fits := money.ParseHundredths(joined + "." + fraction)
	if !ok || !fits {
		return 0, fmt.Errorf("%w: printed %q: want groups of three digits and a decimal comma, such as \"1 493 200,00 Eur\"",
			money.ErrMalformed, s)
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

// FormatMoney is an amount for a reader: "1 493 200,00 Eur" with non-breaking
// spaces in Lithuanian, "€1,493,200.00" in English.
func FormatMoney(m Money, lang Lang) string {
	sign, whole, cents := money.Split(int64(m))
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
