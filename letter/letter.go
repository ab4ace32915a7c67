package letter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/report"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// Of is the letter as a paper in the language. Its hash stands at the foot, and first of all
// that it is not what was sent, where it is not; the error is that of hashing.
func Of(l workflow.DecisionLetter, lang rules.Lang) (report.Document, error) {
	hash, err := l.Hash()
	if err != nil {
		return report.Document{}, err
	}
	unchanged, err := l.Unchanged()
	if err != nil {
		return report.Document{}, err
	}
	w := writer{DecisionLetter: l, lang: lang}
	d := report.Document{
		Lang: lang, Office: l.Office, Title: in(l.Heading(), lang), Dated: l.Dated, Number: l.Number, Hash: hash,
		Blocks: []report.Block{w.addressed()},
	}
	if l.Sent != nil && !unchanged {
		d.Blocks = append([]report.Block{report.Paragraph{Text: fmt.Sprintf(w.say(
			"Dėmesio: bylos duomenys pasikeitė po to, kai išsiųstas raštas Nr. %s, todėl šis tekstas nėra tas, kuris buvo išsiųstas.",
			"Note: the case has changed since letter No. %s went out, so this is not the text that was sent."), l.Sent.Number)}}, d.Blocks...)
	}
	for _, part := range []func() []report.Block{w.decision, w.reasons, w.marks, w.appeal} {
		d.Blocks = append(d.Blocks, part()...)
	}
	return d, nil
}

// writer writes one letter.
type writer struct {
	workflow.DecisionLetter
	lang rules.Lang
}

func in(t workflow.Text, lang rules.Lang) string { return t.In(string(lang)) }

// say picks the language.
func (w writer) say(lt, en string) string {
	if w.lang == rules.LT {
		return lt
	}
	return en
}

// pairs leaves out what is not known.
func pairs(all ...report.Pair) report.Pairs {
	return slices.DeleteFunc(all, func(p report.Pair) bool { return p.Value == "" })
}

func (w writer) addressed() report.Block {
	return pairs(
		report.Pair{Name: w.say("Kam", "To"), Value: w.Addressee},
		report.Pair{Name: w.say("Juridinio asmens kodas", "Legal entity code"), Value: w.AddresseeCode},
		report.Pair{Name: w.say("Adresas", "Address"), Value: w.Address},
		report.Pair{Name: w.say("Kvietimas", "Call"), Value: w.Call},
		report.Pair{Name: w.say("Registracijos Nr.", "Registration No."), Value: w.RegNo},
	)
}

func (w writer) decision() []report.Block {
	d := w.Decision
	out := []report.Block{
		report.Heading(w.say("Sprendimas", "Decision")),
		report.Paragraph{Lead: w.say("NUSPRĘSTA.", "DECIDED."), Text: in(d.Act, w.lang) + ". " + in(d.Outcome, w.lang) + "."},
	}
	votes := ""
	if v := d.Votes; v != nil {
		votes = fmt.Sprintf(w.say("už – %d, prieš – %d, susilaikė – %d", "for %d, against %d, abstained %d"), v.For, v.Against, v.Abstained)
	}
	awarded, until, held := report.Pair{Name: w.say("Skirta", "Awarded")}, "", ""
	if d.Proposed {
		awarded.Name = w.say("Siūlyta skirti", "Proposed to award")
	}
	if d.Awarded > 0 {
		awarded.Value = w.money(d.Awarded)
	}
	if d.Until != "" {
		until = rules.FormatDate(d.Until, w.lang)
	}
	if d.HeldOn != "" {
		held = d.Meeting + ", " + rules.FormatDate(d.HeldOn, w.lang)
	}
	return append(out, pairs(
		report.Pair{Name: w.say("Diena", "Day"), Value: rules.FormatDate(d.On, w.lang)},
		report.Pair{Name: w.say("Kas nusprendė", "Decided by"), Value: w.body()},
		report.Pair{Name: w.say("Valdybos posėdis", "Meeting of the board"), Value: held},
		report.Pair{Name: w.say("Balsai", "Votes"), Value: votes},
		report.Pair{Name: w.say("Prašyta", "Requested"), Value: w.money(d.Requested)},
		awarded,
		report.Pair{Name: w.say("Sąlyga", "Condition"), Value: d.Condition},
		report.Pair{Name: w.say("Vieta rezerviniame sąraše galioja iki", "The place on the reserve list holds until"), Value: until},
	))
}

// bodies are whose decision the office passes on.
var bodies = map[workflow.Role]workflow.Text{
	workflow.Ministry:         {LT: "ministerija", EN: "the ministry"},
	workflow.ImplementingBody: {LT: "įgyvendinančioji institucija", EN: "the implementing body"},
	workflow.AppealBody:       {LT: "skundą nagrinėjusi institucija", EN: "the appeal body"},
	workflow.Court:            {LT: "teismas", EN: "a court"},
}

func (w writer) body() string {
	if name, other := bodies[w.Decision.Body]; other {
		return in(name, w.lang)
	}
	if w.Decision.Votes != nil {
		return w.say("valdyba", "the board")
	}
	return w.say("vietos veiklos grupės biuras", "the office of the local action group")
}

func (w writer) money(m rules.Money) string { return rules.FormatMoney(m, w.lang) }

func (w writer) reasons() []report.Block {
	var out []report.Block
	for _, text := range []string{w.Decision.Reasons, w.Decision.Reason} {
		if strings.TrimSpace(text) != "" {
			out = append(out, report.Paragraph{Text: text})
		}
	}
	for i, r := range w.Rules {
		text := in(r.Message, w.lang)
		if r.Rule != "" && strings.HasPrefix(r.Rule, "R-") {
			text += " (" + r.Rule + ")"
		}
		out = append(out, report.Paragraph{Number: strconv.Itoa(i+1) + ".", Text: text})
	}
	if len(out) == 0 {
		return nil
	}
	return append([]report.Block{report.Heading(w.say("Motyvai", "Reasons"))}, out...)
}

// aggregations say how the points of several evaluators are made one.
var aggregations = map[rules.Aggregation]workflow.Text{
	rules.Mean:        {LT: "vidurkis", EN: "mean"},
	rules.Median:      {LT: "mediana", EN: "median"},
	rules.TrimmedMean: {LT: "vidurkis be kraštinių", EN: "trimmed mean"},
}

func (w writer) marks() []report.Block {
	if w.Score == nil {
		return nil
	}
	table := report.Table{
		Head:    []string{w.say("Kriterijus", "Criterion"), w.say("Balai", "Points"), w.say("Maks.", "Most"), w.say("Min.", "Least"), w.say("Kodėl", "Why")},
		Widths:  []int{34, 12, 14, 14, 46},
		Numbers: []int{1, 2, 3},
	}
	for _, c := range w.Criteria {
		row := []string{c.Code + ". " + c.Title, w.points(c.Points), w.points(c.Max), w.points(c.Min), strings.Join(c.Reasons, "\n")}
		if c.PassFail {
			row[1], row[2], row[3] = w.say("ne", "no"), "", ""
			if c.Met {
				row[1] = w.say("taip", "yes")
			}
		}
		table.Rows = append(table.Rows, row)
	}
	rank := ""
	if w.Score.Rank > 0 {
		rank = strconv.Itoa(w.Score.Rank)
	}
	return []report.Block{
		report.Heading(w.say("Naudos ir kokybės vertinimas", "Benefit and quality assessment")), table, pairs(
			report.Pair{Name: w.say("Iš viso", "Total"), Value: w.points(w.Score.Total)},
			report.Pair{Name: w.say("Mažiausias privalomas balas", "Threshold"), Value: w.points(w.Score.Threshold)},
			report.Pair{Name: w.say("Vieta eilėje", "Rank"), Value: rank},
			report.Pair{Name: w.say("Vertintojų", "Evaluators"), Value: strconv.Itoa(w.Score.Evaluators) + " (" + in(aggregations[w.Score.Aggregation], w.lang) + ")"},
		),
	}
}

// points are hundredths as the language writes them.
func (w writer) points(n int64) string {
	text := money.Hundredths(n)
	if w.lang == rules.LT {
		return strings.Replace(text, ".", ",", 1)
	}
	return text
}

func (w writer) appeal() []report.Block {
	out := []report.Block{report.Heading(w.say("Apskundimas", "Appeal"))}
	if d := w.Decision; w.Appeal == nil && d.Awarded > 0 && d.Awarded < d.Requested {
		return append(out, report.Paragraph{Text: fmt.Sprintf(w.say(
			"Siūloma suma (%s) mažesnė už prašytą (%s). Tokiam sprendimui skundo terminas nenustatytas.",
			"The amount (%s) is less than was asked for (%s). No term to appeal is set for such a decision."), w.money(d.Awarded), w.money(d.Requested))})
	}
	if w.Appeal == nil {
		return append(out, report.Paragraph{Text: w.say("Šis sprendimas jūsų prašymo neatmeta, todėl skundo terminas nenustatytas.", "The decision refuses nothing that you asked for, so it has no term to appeal.")})
	}
	to := w.Office
	if w.OfficeEmail != "" {
		to += " (" + w.OfficeEmail + ")"
	}
	out = append(out, report.Paragraph{Text: fmt.Sprintf(w.say(
		"Šį sprendimą jo adresatas gali apskųsti per %s nuo šio rašto įteikimo. Skundą paduokite: %s. Skundą nagrinėja asmenys, kurie pasiūlymo nevertino ir dėl jo nebalsavo.",
		"The addressee may appeal against the decision within %s of the delivery of this letter, to: %s. The appeal is reviewed by persons who neither assessed the proposal nor voted on it."),
		w.days(*w.Appeal), to)})
	if w.Court != nil {
		out = append(out, report.Paragraph{Text: fmt.Sprintf(w.say(
			"Gautą sprendimą dėl skundo per %s nuo jo įteikimo galima skųsti teismui įstatymų nustatyta tvarka.",
			"What is decided on the appeal may be taken to court within %s of its delivery, as the law provides."), w.days(*w.Court))})
	}
	if w.Appeal.Unverified || (w.Court != nil && w.Court.Unverified) {
		out = append(out, report.Paragraph{Text: w.say(
			"Terminų trukmė su teisės aktais dar nesutikrinta.", "Nobody has compared the length of the terms with the law yet.")})
	}
	return out
}

// days is the length of a term, as it stands after "per" in Lithuanian.
func (w writer) days(t workflow.LetterTerm) string {
	worked := t.Unit == calendar.WorkingDays
	if w.lang != rules.LT {
		unit := "calendar"
		if worked {
			unit = "working"
		}
		if t.Days == 1 {
			return "1 " + unit + " day"
		}
		return strconv.Itoa(t.Days) + " " + unit + " days"
	}
	one, few, many := "kalendorinę dieną", "kalendorines dienas", "kalendorinių dienų"
	if worked {
		one, few, many = "darbo dieną", "darbo dienas", "darbo dienų"
	}
	return strconv.Itoa(t.Days) + " " + accusative(t.Days, one, few, many)
}

// accusative is the form that the number asks for (CLDR plural rules for Lithuanian).
func accusative(n int, one, few, many string) string {
	ones, tens := n%10, n%100
	switch {
	case tens >= 11 && tens <= 19 || ones == 0:
		return many
	case ones == 1:
		return one
	default:
		return few
	}
}
