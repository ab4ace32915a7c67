package rules

import (
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/atranka/atranka/clock"
)

// ErrMalformedCode is wrapped by every error about a code of wrong shape.
var ErrMalformedCode = errors.New("malformed code")

// ErrBadCheckDigit is wrapped by every error about a code of the right shape
// whose check digits do not fit the others.
var ErrBadCheckDigit = errors.New("bad check digit")

const (
	legalCodeLen    = 9
	naturalVATLen   = 12
	personalCodeLen = 11
	ibanLen         = 20
)

// LegalCode holds for a legal entity code (juridinio asmens kodas): nine digits
// of which the last is the check digit. Codes of seven digits, given before
// 2004, are legacy and refused. Errors wrap [ErrMalformedCode] or
// [ErrBadCheckDigit].
func LegalCode(s string) error {
	if len(s) != legalCodeLen || !allDigits(s) {
		return fmt.Errorf("legal entity code %.40q: %w: want nine digits", s, ErrMalformedCode)
	}
	if !endsInCheckDigit(s) {
		return fmt.Errorf("legal entity code %q: %w", s, ErrBadCheckDigit)
	}
	return nil
}

// PersonalCode holds for a personal code (asmens kodas): eleven digits, a birth
// date in it unless it begins with 9, the last the check digit. Errors wrap
// [ErrMalformedCode] or [ErrBadCheckDigit] and never contain the code.
func PersonalCode(s string) error {
	if len(s) != personalCodeLen || !allDigits(s) {
		return fmt.Errorf("personal code: %w: want eleven digits", ErrMalformedCode)
	}
	if !hasBirthDate(s) {
		return fmt.Errorf("personal code: %w: digits 1 to 7 are no date of birth", ErrMalformedCode)
	}
	if !endsInCheckDigit(s) {
		return fmt.Errorf("personal code: %w", ErrBadCheckDigit)
	}
	return nil
}

func hasBirthDate(s string) bool {
	if s[0] == '9' {
		return true
	}
	century, ok := map[byte]string{'1': "18", '2': "18", '3': "19", '4': "19", '5': "20", '6': "20"}[s[0]]
	if !ok {
		return false
	}
	_, err := clock.ParseDate(century + s[1:3] + "-" + s[3:5] + "-" + s[5:7])
	return err == nil
}

// VATCode holds for a value added tax code (PVM kodas): LT and nine digits for
// a legal entity or twelve for another payer, the last but one 1, the last the
// check digit. Errors wrap [ErrMalformedCode] or [ErrBadCheckDigit].
func VATCode(s string) error {
	digits, ok := strings.CutPrefix(s, "LT")
	if !ok || !allDigits(digits) || len(digits) != legalCodeLen && len(digits) != naturalVATLen {
		return fmt.Errorf("VAT code %.40q: %w: want LT and nine or twelve digits", s, ErrMalformedCode)
	}
	if digits[len(digits)-2] != '1' {
		return fmt.Errorf("VAT code %q: %w: want 1 before the check digit", s, ErrMalformedCode)
	}
	if !endsInCheckDigit(digits) {
		return fmt.Errorf("VAT code %q: %w", s, ErrBadCheckDigit)
	}
	return nil
}

// endsInCheckDigit weighs the digits by 1, 2, … 9, 1, … modulo 11, and where
// that gives 10 once more by 3, 4, … 9, 1, …; where that gives 10 too, the
// check digit is 0. Legal, personal and VAT codes share the rule.
func endsInCheckDigit(s string) bool {
	body, last := s[:len(s)-1], int(s[len(s)-1]-'0')
	for _, start := range []int{0, 2} {
		sum := 0
		for i := range body {
			sum += (1 + (start+i)%9) * int(body[i]-'0')
		}
		if sum%11 != 10 {
			return last == sum%11
		}
	}
	return last == 0
}

// IBAN holds for a Lithuanian account number: LT and eighteen digits without
// spaces, modulo 97 one (ISO 13616). Errors wrap [ErrMalformedCode] or
// [ErrBadCheckDigit] and never contain the number.
func IBAN(s string) error {
	digits, ok := strings.CutPrefix(s, "LT")
	if !ok || len(s) != ibanLen || !allDigits(digits) {
		return fmt.Errorf("IBAN: %w: want LT and eighteen digits", ErrMalformedCode)
	}
	// ISO 13616 moves the first four characters to the end and counts L as 21, T as 29.
	n, _ := new(big.Int).SetString(digits[2:]+"2129"+digits[:2], 10)
	if n.Mod(n, big.NewInt(97)).Int64() != 1 {
		return fmt.Errorf("IBAN: %w", ErrBadCheckDigit)
	}
	return nil
}
