package rules

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/money"
)

// Text is one text in both languages. Within a rule's text {name} stands for a
// fact and {name:kind} for a fact that each language writes its own way.
type Text struct{ LT, EN string }

// In is the text in the language.
func (t Text) In(lang Lang) string {
	if lang == LT {
		return t.LT
	}
	return t.EN
}

// closings say how a rule came out where its failure text does not.
var closings = map[Verdict]Text{
	Passed:    {LT: "tenkinama", EN: "holds"},
	Attested:  {LT: "patvirtinta darbuotojo pareiškimu", EN: "attested by staff"},
	Overruled: {LT: "netaikyta motyvuotu sprendimu", EN: "overruled with reasons"},
}

// Message is what the rule says to a person. It is never empty: a rule that is
// not in the catalogue answers with its number and verdict.
func (r Result) Message(lang Lang) string {
	rule, known := ByID(r.Rule)
	if !known {
		return r.Rule + ": " + string(r.Verdict)
	}
	closing, closed := closings[r.Verdict]
	if closed {
		return rule.ID + " " + rule.Title.In(lang) + ": " + closing.In(lang) + "."
	}
	reason, _ := r.Fact(reasonFact)
	return capitalised(r.render(rule.text(reason).In(lang), lang))
}

var placeholder = regexp.MustCompile(`\{([a-zA-Z]+)(?::([a-z]+))?\}`)

func (r Result) render(template string, lang Lang) string {
	return placeholder.ReplaceAllStringFunc(template, func(hole string) string {
		m := placeholder.FindStringSubmatch(hole)
		var values []string
		for _, f := range r.Facts {
			if f.Name == m[1] {
				values = append(values, written(m[2], f.Value, lang))
			}
		}
		if values == nil {
			return "?"
		}
		return strings.Join(values, ", ")
	})
}

// written is a fact's value as the language writes that kind of value; what
// cannot be read as the kind stays as it is.
func written(kind, value string, lang Lang) string {
	write, ok := map[string]func(string, Lang) string{
		"money": writtenMoney, "percent": writtenPercent, "score": writtenScore,
		"instant": writtenInstant, "term": writtenTerm,
	}[kind]
	if !ok {
		return value
	}
	return write(value, lang)
}

func writtenMoney(value string, lang Lang) string {
	m, err := money.Parse(value)
	if err != nil {
		return value
	}
	return FormatMoney(m, lang)
}

func writtenScore(value string, lang Lang) string {
	if lang == LT {
		return strings.Replace(value, ".", ",", 1)
	}
	return value
}

func writtenPercent(value string, lang Lang) string {
	if strings.Contains(value, ".") {
		value = strings.TrimSuffix(strings.TrimRight(value, "0"), ".")
	}
	if lang == LT {
		return writtenScore(value, lang) + nbsp + "%"
	}
	return value + " %"
}

func writtenTerm(value string, lang Lang) string {
	if t, ok := terms[value]; ok {
		return t.In(lang)
	}
	return value
}

// writtenInstant shows midnight as 24:00 of the day that ends, for that is how
// a term is read.
func writtenInstant(value string, lang Lang) string {
	i, err := clock.ParseInstant(value)
	if err != nil {
		return value
	}
	t := i.Time().In(clock.Vilnius)
	at := t.Format("15:04")
	if t.Second() != 0 {
		at = t.Format("15:04:05")
	}
	day := i.Day()
	if i == day.Start() {
		at, day = "24:00", day.AddDays(-1)
	}
	if lang == LT {
		return FormatDate(day, LT) + " " + at
	}
	return FormatDate(day, EN) + ", " + at
}

// genitives are the months as Lithuanian dates write them (CLDR, locale lt, format names).
var genitives = [...]string{
	"sausio", "vasario", "kovo", "balandžio", "gegužės", "birželio",
	"liepos", "rugpjūčio", "rugsėjo", "spalio", "lapkričio", "gruodžio",
}

// FormatDate is a legal day for a reader, with the precision it has: "2016 m.
// sausio 15 d." and "15 January 2016", "2015 m. rugpjūčio mėn." and "August
// 2015", "2019 m." and "2019". An unknown date is "".
func FormatDate(d clock.Date, lang Lang) string {
	if d.Precision() == clock.Unknown {
		return ""
	}
	t := d.Start().Time().In(clock.Vilnius)
	if lang == LT {
		year, month := strconv.Itoa(t.Year())+" m.", genitives[t.Month()-1]
		return map[clock.Precision]string{
			clock.Year:  year,
			clock.Month: year + " " + month + " mėn.",
			clock.Day:   year + " " + month + " " + strconv.Itoa(t.Day()) + " d.",
		}[d.Precision()]
	}
	layout := map[clock.Precision]string{clock.Year: "2006", clock.Month: "January 2006", clock.Day: "2 January 2006"}
	return t.Format(layout[d.Precision()])
}

func capitalised(s string) string {
	first, width := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[width:]
}
