package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/minutes"
	"github.com/atranka/atranka/rules"
)

// Called are the names of what minutes know by identifiers, in the language of the
// paper. What is not there is shown without a name.
type Called struct {
	Office string
	// Persons are by id. Minutes that are published are given none.
	Persons map[string]string
	// Subjects are by id, events and states by the item's id.
	Subjects, Events, States map[string]string
}

// Form is for whom minutes are written.
type Form string

// The forms: in full, and without personal data as they are published. There a
// person is a seat of a sector, a recusal has its kind alone, and votes are counted.
const (
	Full      Form = "full"
	Published Form = "published"
)

// minuteWords are the fixed texts of minutes.
var minuteWords = map[string]rules.Text{
	"title":       {LT: "VALDYBOS POSĖDŽIO PROTOKOLAS", EN: "MINUTES OF A BOARD MEETING"},
	"GENERAL":     {LT: "VISUOTINIO NARIŲ SUSIRINKIMO PROTOKOLAS", EN: "MINUTES OF THE GENERAL MEETING"},
	"observers":   {LT: "Be balso teisės dalyvavo", EN: "Present without a vote"},
	"observed":    {LT: "Be balso teisės dalyvavusių: %d.", EN: "Present without a vote: %d."},
	"held":        {LT: "Posėdis Nr. %s įvyko %s %s.", EN: "Meeting No. %s was held on %s %s."},
	"IN_PERSON":   {LT: "susirinkus", EN: "in person"},
	"REMOTE":      {LT: "nuotoliniu būdu", EN: "at a distance"},
	"WRITTEN":     {LT: "balsuojant raštu", EN: "by a vote in writing"},
	"version":     {LT: "Tai protokolo redakcija Nr. %d. Ji pakeičia ankstesnę.", EN: "This is version %d of the minutes. It takes the place of the one before."},
	"redacted":    {LT: "Skelbiama be asmens duomenų: asmenys nurodyti pagal vietas valdyboje.", EN: "Published without personal data: persons are named by their seats on the board."},
	"presider":    {LT: "Posėdžio pirmininkas", EN: "Chair of the meeting"},
	"secretary":   {LT: "Posėdžio sekretorius", EN: "Secretary"},
	"subject":     {LT: "neskelbiama byla", EN: "a case that is not public"},
	"withheld":    {LT: "neskelbiama", EN: "not published"},
	"unknown":     {LT: "nenurodyta", EN: "not stated"},
	"present":     {LT: "Dalyvavo %d iš %d valdybos vietų.", EN: "Present: %d of the %d seats of the board."},
	"declared":    {LT: "Nešališkumo deklaracijas pasirašė %d iš %d vietų atstovų.", EN: "Declarations of impartiality were signed for %d of %d seats."},
	"conflicts":   {LT: "Dėl interesų konfliktų ir nešališkumo deklaracijų", EN: "Conflicts of interest and declarations of impartiality"},
	"nobody":      {LT: "Nusišalinusių nebuvo.", EN: "Nobody was recused."},
	"recused":     {LT: "Nusišalino ir svarstant klausimą nedalyvavo: %s.", EN: "Recused, and left for the item: %s."},
	"recusedFrom": {LT: "Nuo %d klausimo nusišalino: %s.", EN: "Recused from item %d: %s."},
	"agenda":      {LT: "DARBOTVARKĖ", EN: "AGENDA"},
	"noItems":     {LT: "Klausimų nebuvo.", EN: "There were no items."},
	"discussed":   {LT: "SVARSTYTA.", EN: "DISCUSSED."},
	"voted":       {LT: "BALSAVO:", EN: "VOTED:"},
	"tally":       {LT: "„už“ – %d, „prieš“ – %d, „susilaikė“ – %d.", EN: "for – %d, against – %d, abstained – %d."},
	"resolved":    {LT: "NUTARTA.", EN: "RESOLVED."},
	"rejected":    {LT: "NENUTARTA.", EN: "NOT RESOLVED."},
	"notAdopted":  {LT: "Nutarimas nepriimtas: %s.", EN: "Nothing was adopted: %s."},
	"open":        {LT: "Dėl klausimo nenuspręsta: %s.", EN: "Nothing was decided on the item: %s."},
	"onPaper":     {LT: "įrašyta pagal popierinį protokolą", EN: "as the minutes on paper have it"},
	"seat":        {LT: "Vieta", EN: "Seat"},
	"member":      {LT: "Dalyvavo", EN: "Sat by"},
	"declaration": {LT: "Deklaracija", EN: "Declaration"},
	"arrived":     {LT: "Atvyko", EN: "Arrived"},
	"left":        {LT: "Išvyko", EN: "Left"},
	"vote":        {LT: "Balsas", EN: "Vote"},
	"FOR":         {LT: "už", EN: "for"},
	"AGAINST":     {LT: "prieš", EN: "against"},
	"ABSTAIN":     {LT: "susilaikė", EN: "abstained"},
	"inPlace":     {LT: "%s (vietoje: %s)", EN: "%s (in place of %s)"},
	"signedHere":  {LT: "pasirašyta sistemoje %s", EN: "signed in the system on %s"},
	"signedPaper": {LT: "pasirašyta popieriuje %s", EN: "signed on paper on %s"},
	"unverified":  {LT: "Riba nesulyginta su šaltiniu.", EN: "The limit was not compared with its source."},
	"R-21":        {LT: "Kvorumas (R-21): balsuoti galėjo %s iš %s vietų, reikia %s.", EN: "Quorum (R-21): %s of %s seats could vote, %s needed."},
	"R-22":        {LT: "Balsų dalis (R-22): daugiausia turi %s – %s, riba %s.", EN: "Share of votes (R-22): %s has most, %s, the limit is %s."},
	"R-23":        {LT: "Ne valdžios partnerių balsai (R-23): %s, mažiausiai reikia %s.", EN: "Votes of non-public partners (R-23): %s, at least %s needed."},
	"oneGroup":    {LT: "viena interesų grupė", EN: "one interest group"},
}

// sectors are whose seats they are, in the nominative: the name stands alone, or in brackets.
var sectors = map[string]rules.Text{
	"PUBLIC":        {LT: "valdžios sektorius", EN: "the public sector"},
	"BUSINESS":      {LT: "verslo sektorius", EN: "business"},
	"NGO_COMMUNITY": {LT: "NVO ir bendruomenių sektorius", EN: "NGOs and communities"},
}

// grounds are why somebody has no part in an item.
var grounds = map[string]rules.Text{
	"APPLICANT":    {LT: "pareiškėjo organizacijos narys", EN: "of the applicant's organisation"},
	"EVALUATION":   {LT: "vertino pasiūlymą", EN: "assessed the proposal"},
	"DECLARATION":  {LT: "deklaravo interesų konfliktą", EN: "declared a conflict"},
	"LEGAL_CODE":   {LT: "to paties juridinio asmens kodo įstaiga", EN: "a body with the same legal code"},
	"ADDRESS":      {LT: "organizacija tuo pačiu adresu", EN: "an organisation at the same address"},
	"EMAIL_DOMAIN": {LT: "tas pats el. pašto domenas", EN: "the same e-mail domain"},
	"FAMILY":       {LT: "šeiminiai ryšiai", EN: "family"},
	"EMPLOYMENT":   {LT: "darbo santykiai", EN: "employment"},
	"MANAGEMENT":   {LT: "vadovavimas ar narystė valdymo organe", EN: "management"},
	"MEMBERSHIP":   {LT: "narystė", EN: "membership"},
	"OWNERSHIP":    {LT: "nuosavybė", EN: "ownership"},
	"PARTNERSHIP":  {LT: "partnerystė", EN: "partnership"},
	"ECONOMIC":     {LT: "ekonominiai interesai", EN: "economic interests"},
	"POLITICAL":    {LT: "politiniai ryšiai", EN: "political ties"},
	"OTHER":        {LT: "kitas pagrindas", EN: "another ground"},
}

// minuting writes minutes in one language and form.
type minuting struct {
	minutes.Minutes
	Called
	lang rules.Lang
	form Form
	seat map[string]minutes.Seat
}

// Minutes are the paper of what was signed under the hash: the text, and beside it
// only what identifiers are called. In the form [Published] no name of a person
// stands on it, whatever names it is given.
func Minutes(m minutes.Minutes, hash string, called Called, lang rules.Lang, form Form) Document {
	w := minuting{Minutes: m, Called: called, lang: lang, form: form, seat: map[string]minutes.Seat{}}
	for _, s := range m.Seats {
		w.seat[s.ID] = s
	}
	d := Document{
		Lang: lang, Office: called.Office, Title: w.say(cmp.Or(m.Meeting.Body, "title")), Dated: clock.Date(m.Meeting.HeldOn), Number: m.Number, Hash: hash,
	}
	d.Blocks = append(d.Blocks, w.opening()...)
	d.Blocks = append(d.Blocks, w.agenda()...)
	d.Blocks = append(d.Blocks, w.conflicts()...)
	for _, item := range m.Items {
		d.Blocks = append(d.Blocks, w.item(item)...)
	}
	d.Blocks = append(d.Blocks, w.signatures())
	return d
}

func (w minuting) say(word string, values ...any) string {
	text := minuteWords[word].In(w.lang)
	if len(values) == 0 {
		return text
	}
	return fmt.Sprintf(text, values...)
}

// full says whether persons are named.
func (w minuting) full() bool { return w.form == Full }

func (w minuting) opening() []Block {
	var out []Block
	if !w.full() {
		out = append(out, Paragraph{Text: w.say("redacted")})
	}
	if w.Version > 1 {
		out = append(out, Paragraph{Text: w.say("version", w.Version)})
	}
	out = append(out, Paragraph{Text: w.say("held", w.Meeting.Number, rules.FormatDate(clock.Date(w.Meeting.HeldOn), w.lang), w.say(w.Meeting.Mode))})
	out = append(out, Pairs{{w.say("presider"), w.person(w.Meeting.Presider)}, {w.say("secretary"), w.person(w.Secretary)}})
	present := 0
	table := Table{Head: []string{w.say("seat"), w.say("declaration"), w.say("arrived"), w.say("left")}, Widths: []int{5, 2, 2, 2}}
	if w.full() {
		table.Head, table.Widths = append([]string{w.say("member")}, table.Head...), []int{4, 4, 3, 3, 3}
	}
	for _, s := range w.Seats {
		if s.Came() {
			present++
		}
		row := []string{w.seatName(s), w.at(s.DeclaredAt), w.at(s.ArrivedAt), w.at(s.LeftAt)}
		if w.full() {
			row = append([]string{w.sitter(s)}, row...)
		}
		table.Rows = append(table.Rows, row)
	}
	if w.Meeting.Body == "" {
		out = append(out, Paragraph{Text: w.say("present", present, len(w.Seats))})
	}
	if len(table.Rows) > 0 {
		out = append(out, table)
	}
	return append(out, w.observers()...)
}

// observers are named in full, and counted where persons are not named.
func (w minuting) observers() []Block {
	n := len(w.Meeting.Observers)
	switch {
	case n == 0:
		return nil
	case !w.full():
		return []Block{Paragraph{Text: w.say("observed", n)}}
	}
	names := make([]string, n)
	for i, id := range w.Meeting.Observers {
		names[i] = w.person(id)
	}
	return []Block{Pairs{{w.say("observers"), strings.Join(names, ", ")}}}
}

// person is who somebody is: a name or, where none is shown, the seat that they sat on.
func (w minuting) person(id string) string {
	if id == "" {
		return w.say("unknown")
	}
	if w.full() {
		return cmp.Or(w.Persons[id], w.say("unknown"))
	}
	for _, s := range w.Seats {
		if cmp.Or(s.SatBy, s.Holder) == id {
			return w.seatName(s)
		}
	}
	return w.say("withheld")
}

// seatName is a seat by its sector and its place there.
func (w minuting) seatName(s minutes.Seat) string {
	sector := cmp.Or(sectors[s.Sector].In(w.lang), s.Sector)
	if w.lang == rules.LT {
		return fmt.Sprintf("%d vieta (%s)", s.Place, sector)
	}
	return fmt.Sprintf("seat %d (%s)", s.Place, sector)
}

// sitter is who sat on the seat, with the holder where that is somebody else.
func (w minuting) sitter(s minutes.Seat) string {
	holder := cmp.Or(w.Persons[s.Holder], w.say("unknown"))
	if s.SatBy == "" {
		return holder
	}
	return w.say("inPlace", cmp.Or(w.Persons[s.SatBy], w.say("unknown")), holder)
}

// at is the hour of an instant and, where it is on another day than the meeting, that.
func (w minuting) at(instant string) string {
	at, err := clock.ParseInstant(instant)
	if err != nil {
		return "–"
	}
	hour := at.Time().In(clock.Vilnius).Format("15:04")
	if string(at.Day()) == w.Meeting.HeldOn {
		return hour
	}
	return string(at.Day()) + " " + hour
}

// question is what an item is about, and what was to be decided.
func (w minuting) question(i minutes.Item) string {
	subject := cmp.Or(w.Subjects[i.Subject], w.say("subject"))
	if event := w.Events[i.ID]; event != "" {
		return subject + " – " + event
	}
	return subject
}

func (w minuting) agenda() []Block {
	out := []Block{Heading(w.say("agenda"))}
	for _, i := range w.Items {
		out = append(out, Paragraph{Number: strconv.Itoa(i.Ordinal) + ".", Text: w.question(i)})
	}
	if len(w.Items) == 0 {
		out = append(out, Paragraph{Text: w.say("noItems")})
	}
	return out
}

func (w minuting) conflicts() []Block {
	declared := 0
	for _, s := range w.Seats {
		if s.DeclaredAt != "" {
			declared++
		}
	}
	out := []Block{Heading(w.say("conflicts")), Paragraph{Text: w.say("declared", declared, len(w.Seats))}}
	nobody := true
	for _, i := range w.Items {
		if len(i.Recused) > 0 {
			nobody = false
			out = append(out, Paragraph{Text: w.say("recusedFrom", i.Ordinal, w.recused(i))})
		}
	}
	if nobody {
		out = append(out, Paragraph{Text: w.say("nobody")})
	}
	return out
}

// recused are those who left for the item, each with the kind of their ground.
func (w minuting) recused(i minutes.Item) string {
	var all []string
	for _, r := range i.Recused {
		who := w.seatName(w.seat[r.ID])
		if w.full() {
			who = w.sitter(w.seat[r.ID]) + ", " + who
		}
		all = append(all, who+" – "+cmp.Or(grounds[r.Ground].In(w.lang), r.Ground))
	}
	return strings.Join(all, "; ")
}

func (w minuting) item(i minutes.Item) []Block {
	number := strconv.Itoa(i.Ordinal) + "."
	out := []Block{Paragraph{Number: number, Lead: w.say("discussed"), Text: w.question(i) + "."}}
	if len(i.Recused) > 0 {
		out = append(out, Paragraph{Text: w.say("recused", w.recused(i))})
	}
	for _, t := range i.Tests {
		if said := w.test(t); said != "" {
			out = append(out, Paragraph{Text: said})
		}
	}
	votes := i.Votes()
	if votes != (minutes.Tally{}) {
		out = append(out, Paragraph{Lead: w.say("voted"), Text: w.say("tally", votes.For, votes.Against, votes.Abstained)})
	}
	if w.full() && len(i.Ballots) > 0 {
		table := Table{Head: []string{w.say("member"), w.say("seat"), w.say("vote")}, Widths: []int{5, 5, 2}}
		for _, b := range i.Ballots {
			table.Rows = append(table.Rows, []string{w.sitter(w.seat[b.ID]), w.seatName(w.seat[b.ID]), w.say(b.Vote)})
		}
		out = append(out, table)
	}
	return append(out, w.outcome(i))
}

func (w minuting) outcome(i minutes.Item) Paragraph {
	state := cmp.Or(w.States[i.ID], w.say("onPaper"))
	switch i.Outcome {
	case minutes.Adopted:
		return Paragraph{Lead: w.say("resolved"), Text: w.question(i) + "."}
	case minutes.NotAdopted:
		return Paragraph{Lead: w.say("rejected"), Text: w.say("notAdopted", w.question(i))}
	case minutes.LeftOpen:
	}
	return Paragraph{Lead: w.say("rejected"), Text: w.say("open", state)}
}

// test is what a rule came to, in words with its numbers; "" for those whose result the
// rest of the minutes tells.
func (w minuting) test(t minutes.Test) string {
	value := map[string]string{}
	for _, f := range t.Facts {
		value[f.Name] = f.Value
	}
	var said string
	switch t.ID {
	case "R-21":
		said = w.say(t.ID, value["present"], value["seats"], value["needed"])
	case "R-22":
		if value["group"] == "" {
			return ""
		}
		said = w.say(t.ID, w.group(value["group"]), w.percent(value["percent"]), w.percent(value["limit"]))
	case "R-23":
		if value["percent"] == "" {
			return ""
		}
		said = w.say(t.ID, w.percent(value["percent"]), w.percent(value["minimum"]))
	default:
		return ""
	}
	if len(t.Unverified) > 0 {
		said += " " + w.say("unverified")
	}
	return said
}

// group is the interest group as whoever reads it may know it: what the board calls a
// group may tell who is in it.
func (w minuting) group(name string) string {
	if sector, known := sectors[name]; known {
		return sector.In(w.lang)
	}
	if !w.full() {
		return w.say("oneGroup")
	}
	return name
}

func (w minuting) percent(value string) string {
	if w.lang == rules.LT {
		value = strings.Replace(value, ".", ",", 1)
	}
	return value + "\u00a0%"
}

func (w minuting) signatures() Signatures {
	how, on := "signedHere", rules.FormatDate(clock.Date(w.SignedOn), w.lang)
	if w.Secretary == "" {
		how = "signedPaper"
	}
	name := func(id string) string {
		if !w.full() {
			return ""
		}
		return w.Persons[id]
	}
	return Signatures{
		{Capacity: w.say("presider"), Name: name(w.Meeting.Presider), Note: w.say(how, on)},
		{Capacity: w.say("secretary"), Name: name(w.Secretary), Note: w.say(how, on)},
	}
}
