package rules

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// This file says when two addresses, and two e-mails, are of one place. Both are of what
// people wrote. Addresses err to the side of another place; of e-mails, whoever has a mailbox
// at a host that is not known to give them to anybody is taken to be of one office with all
// others there.

// abbreviated are the forms of the words of an address and the one that stands for all.
// The abbreviations are those of the Register of Addresses (Adresų registras).
var abbreviated = forms(map[string]string{
	"g": "gatvė gatvės gatvėje gatve gatves", "pr": "prospektas prospekto prospekte", "al": "alėja alėjos alėjoje aleja alejos",
	"a": "aikštė aikštės aikštėje aikste aikstes", "pl": "plentas plento plente", "skg": "skersgatvis skersgatvio skersgatvyje",
	"kel": "kelias kelio", "tak": "takas tako", "krant": "krantinė krantinės krantine krantines", "akl": "akligatvis akligatvio",
	"m": "miestas miesto", "mstl": "miestelis miestelio", "k": "kaimas kaimo", "r": "rajonas rajono raj",
	"sav": "savivaldybė savivaldybės savivaldybe savivaldybes", "sen": "seniūnija seniūnijos seniunija seniunijos",
	"apskr": "apskritis apskrities", "kab": "kabinetas", "but": "butas buto bt",
})

func forms(by map[string]string) map[string]string {
	out := map[string]string{}
	for short, words := range by {
		for _, word := range strings.Fields(words) {
			out[word] = short
		}
	}
	return out
}

var (
	postcode = regexp.MustCompile(`(^|[\s,])lt\s*-?\s*\d{5}([\s,]|$)`)
	ranged   = regexp.MustCompile(`\s*[-–—]\s*`)
	lettered = regexp.MustCompile(`(\d)\s+([a-z])([\s,-]|$)`)
)

// AddressKey is the same for texts of one address: it takes no heed of case, spaces, dots,
// the order of what commas part, postcodes, the country, and of whether a word is written
// out. Numbers are kept: another flat or office is another address. So is one whose town
// is left out. "" is no address, and what has no number: a town or a street alone is where
// many are.
func AddressKey(address string) string {
	text := strings.ToLower(norm.NFC.String(address))
	text = postcode.ReplaceAllString(text, ",")
	text = lettered.ReplaceAllString(ranged.ReplaceAllString(text, "-"), "$1$2$3")
	var parts []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, ".", ". "), ",") {
		words := strings.Fields(part)
		for i, word := range words {
			words[i] = strings.TrimRight(word, ".")
			if short, known := abbreviated[words[i]]; known {
				words[i] = short
			}
		}
		if part = strings.Join(words, " "); part != "" && part != "lietuva" && part != "lithuania" {
			parts = append(parts, part)
		}
	}
	if !slices.ContainsFunc(parts, func(part string) bool { return strings.ContainsAny(part, "0123456789") }) {
		return ""
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// publicHosts give a mailbox to anybody, so that two who have one there share nothing. The
// list is our own choice: the providers with the most mailboxes in Europe, and those of
// Lithuania. Whoever is not on it is taken for an office's own.
var publicHosts = strings.Fields(`
	aol.com fastmail.com gmail.com gmx.at gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.com hotmail.co.uk hotmail.de hotmail.fr
	hotmail.it icloud.com live.com live.co.uk mac.com mail.com mail.ee mail.ru me.com msn.com outlook.com outlook.de outlook.fr pm.me
	proton.me protonmail.com rambler.ru seznam.cz t-online.de tuta.com tutanota.com web.de yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.lt
	yandex.com yandex.ru ya.ru zoho.com o2.pl onet.pl wp.pl inbox.lv inbox.eu
	delfi.lt email.lt inbox.lt mail.lt one.lt splius.lt takas.lt zebra.lt`)

// OwnMailDomain is the domain of an e-mail address in lower case, "" for a public host,
// which gives a mailbox to anybody, and for what is no address.
func OwnMailDomain(email string) string {
	_, domain, is := strings.Cut(strings.TrimSpace(email), "@")
	domain = strings.TrimSuffix(strings.ToLower(domain), ".")
	if !is || slices.Contains(publicHosts, domain) {
		return ""
	}
	return domain
}
