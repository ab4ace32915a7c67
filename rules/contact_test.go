package rules_test

import (
	"testing"

	"github.com/atranka/atranka/rules"
)

// TestAddressesOfOnePlaceHaveOneKey however they are written, and no other has it.
func TestAddressesOfOnePlaceHaveOneKey(t *testing.T) {
	const here = "Turgaus g. 12A-3, Klaipėda"
	tests := []struct {
		name, address string
		same          bool
	}{
		{"itself", here, true},
		{"case and spaces", "  TURGAUS  G.12 a - 3 ,KLAIPĖDA ", true},
		{"the word written out", "Turgaus gatvė 12A-3, Klaipėda", true},
		{"a case of the word", "Turgaus gatvės 12A–3, Klaipėda", true},
		{"without a dot", "Turgaus g 12A-3, Klaipėda", true},
		{"a postcode and the country", "Turgaus g. 12A-3, LT-91247 Klaipėda, Lietuva", true},
		{"the town first", "Klaipėda, Turgaus g. 12A-3", true},
		{"letters with marks apart", "Turgaus g. 12A-3, Klaipe\u0307da", true},
		{"another flat", "Turgaus g. 12A-4, Klaipėda", false},
		{"no flat", "Turgaus g. 12A, Klaipėda", false},
		{"an office beside the house", "Turgaus g. 12A-3, kab. 5, Klaipėda", false},
		{"another house", "Turgaus g. 12-3, Klaipėda", false},
		{"a square of the name", "Turgaus a. 12A-3, Klaipėda", false},
		{"another town", "Turgaus g. 12A-3, Marijampolė", false},
		{"no town", "Turgaus g. 12A-3", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, want := rules.AddressKey(tt.address), rules.AddressKey(here)
			if (got == want) != tt.same {
				t.Errorf("%q: got the key %q beside %q, want the same = %t", tt.address, got, want, tt.same)
			}
		})
	}
	for _, none := range []string{"", " ", ",,", "Lietuva", "LT-91247", "-", "nėra", "Klaipėda", "LT-91247 Klaipėda, Lietuva", "Liepų g., Klaipėda"} {
		if got := rules.AddressKey(none); got != "" {
			t.Errorf("%q: got the key %q, want none", none, got)
		}
	}
}

// TestMailDomains of an office are its own, and those of public hosts are nobody's.
func TestMailDomains(t *testing.T) {
	for email, want := range map[string]string{
		"jonas@pagalba.lt": "pagalba.lt", " Jonas@Pagalba.LT. ": "pagalba.lt", "info@vaikai.pagalba.lt": "vaikai.pagalba.lt",
		"jonas@gmail.com": "", "jonas@Inbox.LT": "", "jonas@yahoo.lt": "", "jonas": "", "": "", "jonas@": "",
	} {
		if got := rules.OwnMailDomain(email); got != want {
			t.Errorf("%q: got the domain %q, want %q", email, got, want)
		}
	}
}
