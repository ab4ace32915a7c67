package letter_test

import (
	"strings"
	"testing"

	"github.com/atranka/atranka/letter"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// rejection is a letter with all its parts.
func rejection() workflow.DecisionLetter {
	return workflow.DecisionLetter{
		Number: "S-15", Dated: "2019-05-20", Office: "Vietos veiklos grupė", OfficeEmail: "vvg@example.lt", Addressee: "VšĮ „Pareiškėjas“", AddresseeCode: "192050725",
		Address: "Turgaus g. 1", Call: "K-1", RegNo: "R-7", Title: "Dirbtuvės",
		Decision: workflow.LetterDecision{
			N: 9, Event: "decideReject", Act: workflow.Text{LT: "Atmesti", EN: "Reject"}, Outcome: workflow.Text{LT: "Valdyba pasiūlymą atmetė", EN: "Rejected by the board"},
			On: "2019-05-17", Meeting: "12", HeldOn: "2019-05-17", Votes: &workflow.Tally{For: 5, Against: 1, Abstained: 2}, Reasons: "Per mažai naudos.", Requested: 1_493_200_00,
		},
		Rules: []workflow.LetterRule{
			{Rule: "R-15", Message: workflow.Text{LT: "Balas 50,00 nesiekia nustatytos ribos 60,00.", EN: "Score 50.00 is below the threshold 60.00."}},
			{Rule: "checklist", Message: workflow.Text{LT: "Netenkinamas punktas A-3.", EN: "Item A-3 is not met."}},
		},
		Criteria: []workflow.LetterMark{
			{Code: "K1", Title: "Nauda", Points: 25_50, Max: 60_00, Min: 20_00, Weight: 100, Met: true, Reasons: []string{"aiški", "per siaura"}},
			{Code: "K2", Title: "Partneriai", PassFail: true, Weight: 100},
			{Code: "K3", Title: "Vieta", PassFail: true, Met: true, Weight: 100},
		},
		Score:  &workflow.LetterScore{Total: 50_00, Threshold: 60_00, Evaluators: 3, Aggregation: rules.Median, Rank: 4},
		Appeal: &workflow.LetterTerm{Days: 14, Unit: workflow.CalendarDays, Unverified: true}, Court: &workflow.LetterTerm{Days: 21, Unit: workflow.WorkingDays},
	}
}

func written(t *testing.T, l workflow.DecisionLetter, lang rules.Lang) string {
	t.Helper()
	d, err := letter.Of(l, lang)
	if err != nil {
		t.Fatal(err)
	}
	if pdf, err := d.PDF(); err != nil || len(pdf) < 1_000 {
		t.Errorf("got a PDF of %d bytes and %v, want a paper", len(pdf), err)
	}
	return strings.Join(strings.Fields(d.Text()), " ")
}

// TestALetterIsWrittenInBothLanguages, with all that it says.
func TestALetterIsWrittenInBothLanguages(t *testing.T) {
	for lang, want := range map[rules.Lang][]string{
		rules.LT: {
			"Dėl pasiūlymo „Dirbtuvės“", "2019 m. gegužės 20 d.", "Nr. S-15", "VšĮ „Pareiškėjas“", "192050725", "Turgaus g. 1", "K-1", "R-7",
			"NUSPRĘSTA. Atmesti. Valdyba pasiūlymą atmetė.", "už – 5, prieš – 1, susilaikė – 2", "valdyba", "12, 2019 m. gegužės 17 d.", "1 493 200,00", "Per mažai naudos.",
			"1. Balas 50,00 nesiekia nustatytos ribos 60,00. (R-15)", "2. Netenkinamas punktas A-3.", "K1. Nauda | 25,50 | 60,00 | 20,00 | aiški", "per siaura", "K2. Partneriai | ne |", "K3. Vieta | taip |",
			"3 (mediana)", "per 14 kalendorinių dienų nuo šio rašto įteikimo", "Vietos veiklos grupė (vvg@example.lt)", "per 21 darbo dieną", "nesutikrinta",
		},
		rules.EN: {
			"On the proposal “Dirbtuvės”", "No. S-15", "DECIDED. Reject. Rejected by the board.", "for 5, against 1, abstained 2", "the board",
			"1. Score 50.00 is below the threshold 60.00. (R-15)", "25.50", "Partneriai | no |", "3 (median)", "within 14 calendar days of the delivery", "within 21 working days", "compared",
		},
	} {
		text := written(t, rejection(), lang)
		for _, w := range want {
			if !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), w) {
				t.Errorf("%s: got %s, want %q in it", lang, text, w)
			}
		}
	}
}

func TestALetterLeavesOutWhatThereIsNone(t *testing.T) {
	l := rejection()
	l.Rules, l.Criteria, l.Score, l.Appeal, l.Court, l.Number, l.Address = nil, nil, nil, nil, nil, "", ""
	l.Decision = workflow.LetterDecision{
		Event: "impReject", Act: workflow.Text{LT: "Atmesti", EN: "Reject"}, Outcome: workflow.Text{LT: "Atmesta", EN: "Rejected"}, On: "2019-05-17", Body: workflow.ImplementingBody, Requested: 100_00,
	}
	text := written(t, l, rules.EN)
	for _, lacks := range []string{"Reasons", "assessment", "Votes", "Meeting", "Address", "Awarded", "Condition", "reserve", "court", " No. "} {
		if strings.Contains(text, lacks) {
			t.Errorf("got %s, want nothing of %q", text, lacks)
		}
	}
	for _, has := range []string{"the implementing body", "no term to appeal"} {
		if !strings.Contains(text, has) {
			t.Errorf("got %s, want %q in it", text, has)
		}
	}
	l.Decision.Body, l.Decision.Awarded, l.Decision.Condition, l.Decision.Until, l.Decision.Reason = "", 90_00, "Nuomos sutartis", "2020-01-31", "Sumažinta"
	text = written(t, l, rules.LT)
	if strings.Contains(text, "neatmeta") {
		t.Errorf("got %s, want it to say that less was awarded than was asked for", text)
	}
	for _, has := range []string{"grupės biuras", "Skirta: 90,00", "mažesnė už prašytą (100,00", "Nuomos sutartis", "2020 m. sausio 31 d.", "Sumažinta"} {
		if !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), has) {
			t.Errorf("got %s, want %q in it", text, has)
		}
	}
}

// TestALetterThatChangedSaysSo, and one that is as it was sent does not.
func TestALetterThatChangedSaysSo(t *testing.T) {
	l := rejection()
	hash, err := l.Hash()
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[rules.Lang]string{rules.LT: "nėra tas, kuris buvo išsiųstas", rules.EN: "this is not the text that was sent"} {
		for changed, sent := range map[bool]*workflow.SentLetter{false: {Number: "S-15", Hash: hash}, true: {Number: "S-15", Hash: "0"}} {
			l.Sent = sent
			if text := written(t, l, lang); strings.Contains(text, want) != changed {
				t.Errorf("%s, changed = %t: got %s, want it told only then", lang, changed, text)
			}
		}
		l.Sent = nil
		if text := written(t, l, lang); strings.Contains(text, want) {
			t.Errorf("%s, not sent: got %s, want nothing told", lang, text)
		}
	}
}

// TestMoneyIsAwardedWhereItIsReserved: on the reserve list it is only proposed, and all that
// was asked for refuses nothing.
func TestMoneyIsAwardedWhereItIsReserved(t *testing.T) {
	l := rejection()
	l.Decision.Requested, l.Decision.Awarded, l.Decision.Proposed = 90_00, 90_00, true
	for lang, want := range map[rules.Lang][2]string{rules.LT: {"Siūlyta skirti: 90,00", "Skirta:"}, rules.EN: {"Proposed to award: ", "Awarded:"}} {
		if text := strings.ReplaceAll(written(t, l, lang), "\u00a0", " "); !strings.Contains(text, want[0]) || strings.Contains(text, want[1]) {
			t.Errorf("%s: got %s, want %q and not %q", lang, text, want[0], want[1])
		}
	}
	l.Appeal, l.Decision.Proposed = nil, false
	if text := written(t, l, rules.LT); !strings.Contains(text, "neatmeta") || strings.Contains(text, "mažesnė") {
		t.Errorf("got %s, want nothing refused", text)
	}
}

// TestDaysAreCountedInTheirForms: one, few and many, of either kind.
func TestDaysAreCountedInTheirForms(t *testing.T) {
	for want, term := range map[string]workflow.LetterTerm{
		"per 1 darbo dieną": {Days: 1, Unit: workflow.WorkingDays}, "per 2 darbo dienas": {Days: 2, Unit: workflow.WorkingDays}, "per 10 darbo dienų": {Days: 10, Unit: workflow.WorkingDays},
		"per 11 kalendorinių dienų": {Days: 11, Unit: workflow.CalendarDays}, "per 21 kalendorinę dieną": {Days: 21, Unit: workflow.CalendarDays}, "per 112 kalendorinių dienų": {Days: 112, Unit: workflow.CalendarDays},
		"per 22 kalendorines dienas": {Days: 22, Unit: workflow.CalendarDays}, "per 30 kalendorinių dienų": {Days: 30, Unit: workflow.CalendarDays},
	} {
		l := rejection()
		l.Appeal, l.Court = &term, nil
		if text := written(t, l, rules.LT); !strings.Contains(text, want+" nuo šio rašto") || strings.Contains(text, "teismui") || strings.Contains(text, "nesutikrinta") {
			t.Errorf("got %s, want %q and no court", text, want)
		}
	}
	l := rejection()
	l.Appeal = &workflow.LetterTerm{Days: 1, Unit: workflow.WorkingDays}
	if text := written(t, l, rules.EN); !strings.Contains(text, "within 1 working day of") {
		t.Errorf("got %s, want one day", text)
	}
}
