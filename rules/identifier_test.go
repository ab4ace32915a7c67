package rules_test

import (
	"errors"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/atranka/atranka/rules"
)

func TestCodesKeepTheirCheckDigits(t *testing.T) {
	kinds := map[string]func(string) error{
		"legal": rules.LegalCode, "personal": rules.PersonalCode, "VAT": rules.VATCode, "IBAN": rules.IBAN,
	}
	for _, tc := range []struct {
		kind, code string
		want       error
	}{
		{"legal", "192050725", nil},
		{"legal", "188710823", nil},
		{"legal", "123456789", rules.ErrBadCheckDigit},
		{"legal", "192050726", rules.ErrBadCheckDigit},
		{"legal", "", rules.ErrMalformedCode},
		{"legal", "1920507", rules.ErrMalformedCode},
		{"legal", "19205072x", rules.ErrMalformedCode},
		{"legal", " 192050725", rules.ErrMalformedCode},
		// The first round gives 10 and the second decides.
		{"legal", "100000134", nil},
		{"legal", "100000130", rules.ErrBadCheckDigit},
		// Both rounds give 10: the digit is 0.
		{"legal", "100000810", nil},
		{"legal", "100000811", rules.ErrBadCheckDigit},
		// Synthetic personal codes.
		{"personal", "33309240064", nil},
		{"personal", "33309240065", rules.ErrBadCheckDigit},
		{"personal", "33313240064", rules.ErrMalformedCode},
		{"personal", "93313240064", rules.ErrBadCheckDigit},
		{"personal", "03309240064", rules.ErrMalformedCode},
		{"personal", "3330924006", rules.ErrMalformedCode},
		{"VAT", "LT119511515", nil},
		{"VAT", "LT100001919017", nil},
		{"VAT", "LT100004801610", nil},
		{"VAT", "LT100001919018", rules.ErrBadCheckDigit},
		{"VAT", "LT192050725", rules.ErrMalformedCode},
		{"VAT", "119511515", rules.ErrMalformedCode},
		{"VAT", "LT1195115150", rules.ErrMalformedCode},
		{"VAT", "LT11951a515", rules.ErrMalformedCode},
		{"IBAN", "LT121000011101001000", nil},
		{"IBAN", "LT121000011101001001", rules.ErrBadCheckDigit},
		{"IBAN", "LV121000011101001000", rules.ErrMalformedCode},
		{"IBAN", "LT12 1000 0111 0100 1000", rules.ErrMalformedCode},
		{"IBAN", "LT12100001110100100", rules.ErrMalformedCode},
	} {
		if err := kinds[tc.kind](tc.code); !errors.Is(err, tc.want) {
			t.Errorf("%s code %q: got %v, want %v", tc.kind, tc.code, err, tc.want)
		}
	}
}

func TestEveryWrongDigitOfAnIBANIsFound(t *testing.T) {
	const good = "LT121000011101001000"
	for i := len("LT"); i < len(good); i++ {
		for d := byte('0'); d <= '9'; d++ {
			bad := good[:i] + string(d) + good[i+1:]
			if err := rules.IBAN(bad); (err == nil) != (bad == good) {
				t.Errorf("IBAN(%q): got %v, want an error iff it differs from %s", bad, err, good)
			}
		}
	}
}

func TestErrorsAboutPersonalAndAccountNumbersDoNotRepeatThem(t *testing.T) {
	for code, check := range map[string]func(string) error{
		"33309240065": rules.PersonalCode, "33313240064": rules.PersonalCode, "3330924006": rules.PersonalCode,
		"LT121000011101001001": rules.IBAN, "LT99": rules.IBAN,
	} {
		if err := check(code); err == nil || strings.Contains(err.Error(), code) {
			t.Errorf("%q: got %v, want an error without the code", code, err)
		}
	}
}

func TestProjectCodeHasItsParts(t *testing.T) {
	for _, tc := range []struct {
		in, measure string
		want        rules.ProjectCode
	}{
		{"08.6.1-ESFA-V-911-01-0008", "08.6.1-ESFA-V-911", rules.ProjectCode{
			Priority: "08", InvestmentPriority: "6",
			Objective: "1", Body: "ESFA", Mode: "V", Measure: "911", Call: "01", Sequence: "0008",
		}},
		{"08.6.1-ESFA-T-910-04-0004", "08.6.1-ESFA-T-910", rules.ProjectCode{
			Priority: "08", InvestmentPriority: "6",
			Objective: "1", Body: "ESFA", Mode: "T", Measure: "910", Call: "04", Sequence: "0004",
		}},
		{"11-001-T-0005", "11-001-T", rules.ProjectCode{Priority: "11", Measure: "001", Mode: "T", Sequence: "0005"}},
		{"11-010-K", "11-010-K", rules.ProjectCode{Priority: "11", Measure: "010", Mode: "K"}},
	} {
		got, err := rules.ParseProjectCode(tc.in)
		if err != nil || got != tc.want || got.String() != tc.in || got.MeasureCode() != tc.measure {
			t.Errorf("ParseProjectCode(%q): got %+v (%s, measure %s), %v, want %+v", tc.in, got, got, got.MeasureCode(), err, tc.want)
		}
	}
	for _, in := range []string{
		"", "Nr. 08.6.1-ESFA-V-911-01-0008", "08.6.1-ESFA-X-911-01-0008", "08.6.1-ABCD-V-911-01-0008",
		"08.6.1-ESFA-V-911-01-008", "08.6.1-ESFA-V-911-01-0008 ", "08-6-1-ESFA-V-911-01-0008", "11-001-t-0005", "11-001-T-5",
	} {
		if got, err := rules.ParseProjectCode(in); !errors.Is(err, rules.ErrMalformedProjectCode) {
			t.Errorf("ParseProjectCode(%q): got %s, %v, want ErrMalformedProjectCode", in, got, err)
		}
	}
}

func TestScanFindsWholeCodesInOrder(t *testing.T) {
	for in, want := range map[string]string{
		"":             "",
		"no code here": "",
		"(Nr. 08.6.1-ESFA-V-911-01-0008), then 08.6.1-ESFA-T-927-01-0183.": "08.6.1-ESFA-V-911-01-0008 08.6.1-ESFA-T-927-01-0183",
		"Nr.08.6.1-ESFA-V-911-01-0001":                                     "08.6.1-ESFA-V-911-01-0001",
		"11-001-T-0005; 11-001-T-0005; 11-010-K":                           "11-001-T-0005 11-001-T-0005 11-010-K",
		"„08.6.1-ESFA-V-911-01-0001“":                                      "08.6.1-ESFA-V-911-01-0001",
		"108.6.1-ESFA-V-911-01-0008":                                       "",
		"08.6.1-ESFA-V-911-01-00081":                                       "",
		"08.6.1-ESFA-V-911-01-0008.5":                                      "",
		"08.6.1-ESFA-V-911-01-0008-02":                                     "",
		"11-010-Kaunas":                                                    "",
		"š11-010-K.":                                                       "",
	} {
		var found []string
		for _, c := range rules.ScanProjectCodes(in) {
			found = append(found, c.String())
		}
		if got := strings.Join(found, " "); got != want {
			t.Errorf("ScanProjectCodes(%q): got %q, want %q", in, got, want)
		}
	}
}

func FuzzProjectCode(f *testing.F) {
	for _, s := range []string{"08.6.1-ESFA-V-911-01-0008", "11-001-T-0005", "11-010-K", "Nr. 11-010-K."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := rules.ParseProjectCode(s)
		if (err != nil) != errors.Is(err, rules.ErrMalformedProjectCode) {
			t.Fatalf("ParseProjectCode(%q): got error %v, want one that wraps ErrMalformedProjectCode", s, err)
		}
		if err == nil && c.String() != s {
			t.Fatalf("ParseProjectCode(%q): got %s", s, c)
		}
		for _, c := range rules.ScanProjectCodes(s) {
			if again, err := rules.ParseProjectCode(c.String()); err != nil || again != c || !strings.Contains(s, c.String()) {
				t.Fatalf("ScanProjectCodes(%q) holds %q: got %+v, %v when read again", s, c, again, err)
			}
		}
	})
}

func FuzzCodes(f *testing.F) {
	for _, s := range []string{"192050725", "33309240064", "LT119511515", "LT121000011101001000"} {
		f.Add(s)
	}
	shape := regexp.MustCompile(`^(LT)?[0-9]{9,18}$`)
	f.Fuzz(func(t *testing.T, s string) {
		for name, check := range map[string]func(string) error{
			"legal": rules.LegalCode, "personal": rules.PersonalCode, "VAT": rules.VATCode, "IBAN": rules.IBAN,
		} {
			err := check(s)
			if err == nil && !shape.MatchString(s) {
				t.Fatalf("%s code %q was accepted, want only LT and digits", name, s)
			}
			if err != nil && errors.Is(err, rules.ErrMalformedCode) == errors.Is(err, rules.ErrBadCheckDigit) {
				t.Fatalf("%s code %q: got %v, want either a malformed code or a bad check digit", name, s, err)
			}
		}
		if n, ok := new(big.Int).SetString(s, 10); ok && len(s) == 8 && n.Sign() >= 0 && !strings.HasPrefix(s, "+") {
			if got := checkDigitsOf(s); got != 1 {
				t.Fatalf("%s: got %d digits that complete it to a legal code, want 1", s, got)
			}
		}
	})
}

func checkDigitsOf(s string) (n int) {
	for d := '0'; d <= '9'; d++ {
		if rules.LegalCode(s+string(d)) == nil {
			n++
		}
	}
	return n
}
