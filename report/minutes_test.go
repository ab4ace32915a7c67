package report_test

import (
	"strings"
	"testing"

	"github.com/atranka/atranka/minutes"
	"github.com/atranka/atranka/report"
	"github.com/atranka/atranka/rules"
)

// held are minutes of a meeting with three items: one adopted after a recusal, one not,
// and one that was not reached.
func held() minutes.Minutes {
	test := func(id string, facts ...minutes.Fact) minutes.Test {
		return minutes.Test{ID: id, Verdict: "PASSED", Facts: facts, Unverified: []string{}}
	}
	return minutes.Minutes{
		Signing: minutes.Signing{Number: "P-3", Version: 2, SignedOn: "2019-05-15", Secretary: "per_2"},
		Meeting: minutes.Meeting{ID: "mtg_1", Number: "3", Mode: "REMOTE", HeldOn: "2019-05-14", Presider: "per_1"},
		Seats: []minutes.Seat{
			{ID: "sea_1", Sector: "BUSINESS", Place: 1, Holder: "per_1", DeclaredAt: "2019-05-14T06:55:00Z", ArrivedAt: "2019-05-14T07:00:00Z", LeftAt: "2019-05-15T07:30:00Z"},
			{ID: "sea_2", Sector: "PUBLIC", Place: 1, Holder: "per_3", SatBy: "per_4", ArrivedAt: "2019-05-14T07:00:00Z"},
			{ID: "sea_3", Sector: "PUBLIC", Place: 2, Holder: "per_5"},
		},
		Items: []minutes.Item{
			{
				ID: "itm_1", Ordinal: 1, Subject: "prp_1", Outcome: minutes.Adopted,
				Recused: []minutes.Recuse{{ID: "sea_1", Ground: "ECONOMIC"}}, Ballots: []minutes.Ballot{{ID: "sea_2", Vote: "FOR"}},
				Decided: &minutes.Decision{ID: "dec_1", Outcome: "ADOPTED", Tally: minutes.Tally{For: 6, Against: 1, Abstained: 1}},
				Tests: []minutes.Test{
					test("R-20"), test("R-21", minutes.Fact{Name: "present", Value: "8"}, minutes.Fact{Name: "seats", Value: "9"}, minutes.Fact{Name: "needed", Value: "5"}),
					{ID: "R-22", Verdict: "PASSED", Facts: []minutes.Fact{{Name: "group", Value: "Vardenio Pavardenio grupė"}, {Name: "percent", Value: "37.50"}, {Name: "limit", Value: "49.00"}}, Unverified: []string{"vote.groupLimit"}},
					test("R-23", minutes.Fact{Name: "percent", Value: "62.50"}, minutes.Fact{Name: "minimum", Value: "50.00"}),
				},
			},
			{ID: "itm_2", Ordinal: 2, Subject: "prp_2", Outcome: minutes.NotAdopted, Decided: &minutes.Decision{Tally: minutes.Tally{For: 2, Against: 5}}},
			{ID: "itm_3", Ordinal: 3, Subject: "prp_3", Outcome: minutes.LeftOpen},
		},
	}
}

var names = report.Called{
	Office: "Vietos veiklos grupė", Persons: map[string]string{"per_1": "Vardenis A", "per_2": "Vardenė B", "per_3": "Vardenis C", "per_4": "Vardenė D"},
	Subjects: map[string]string{"prp_1": "Grožio ambasada", "prp_2": "Kiemas"}, Events: map[string]string{"itm_1": "Skirti finansavimą"},
	States: map[string]string{"itm_3": "Neapsvarstytas"},
}

func TestMinutesInTheirForms(t *testing.T) {
	tests := map[string]struct {
		lang       rules.Lang
		form       report.Form
		has, lacks []string
	}{
		"in full, in Lithuanian": {
			rules.LT, report.Full,
			[]string{
				"VALDYBOS POSĖDŽIO PROTOKOLAS", "2019 m. gegužės 14 d. Nr. P-3", "Tai protokolo redakcija Nr. 2.", "Posėdis Nr. 3 įvyko 2019 m. gegužės 14 d. nuotoliniu būdu.",
				"Posėdžio pirmininkas: Vardenis A", "Posėdžio sekretorius: Vardenė B", "Dalyvavo 2 iš 3 valdybos vietų.", "09:55", "10:00", "2019-05-15",
				"Vardenė D", "(vietoje:", "Dėl interesų konfliktų ir nešališkumo deklaracijų", "Nešališkumo deklaracijas pasirašė 1 iš 3",
				"Nuo 1 klausimo nusišalino: Vardenis A, 1 vieta (verslo sektorius) – ekonominiai interesai.", "1. SVARSTYTA. Grožio ambasada – Skirti finansavimą.",
				"Kvorumas (R-21): balsuoti galėjo 8 iš 9 vietų, reikia 5.", "Vardenio Pavardenio grupė – 37,50 %, riba 49,00 %. Riba nesulyginta su šaltiniu.",
				"(R-23): 62,50 %, mažiausiai reikia 50,00 %.", "BALSAVO: „už“ – 6, „prieš“ – 1, „susilaikė“ – 1.", "NUTARTA. Grožio ambasada – Skirti finansavimą.",
				"BALSAVO: „už“ – 2, „prieš“ – 5, „susilaikė“ – 0.", "NENUTARTA. Nutarimas nepriimtas: Kiemas", "3. SVARSTYTA. neskelbiama byla.", "Dėl klausimo nenuspręsta: Neapsvarstytas.",
				"pasirašyta sistemoje 2019 m. gegužės 15 d. Vardenis A", "| už", strings.Repeat("ab", 32),
			},
			[]string{"Skelbiama be asmens duomenų", "R-20", "balsavo"},
		},
		"as published, in English": {
			rules.EN, report.Published,
			[]string{
				"MINUTES OF A BOARD MEETING", "14 May 2019 No. P-3", "Published without personal data", "Chair of the meeting: seat 1 (business)", "Secretary: not published",
				"Recused from item 1: seat 1 (business) – economic interests.", "Share of votes (R-22): one interest group has most, 37.50 %, the limit is 49.00 %.",
				"VOTED: for – 6, against – 1, abstained – 1.", "RESOLVED. Grožio ambasada", "NOT RESOLVED. Nothing was adopted: Kiemas", "signed in the system on 15 May 2019",
			},
			[]string{"Varden", "per_", "Pavardenio", "| for", "Sat by"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := report.Minutes(held(), strings.Repeat("ab", 32), names, tt.lang, tt.form)
			text := squeeze(d.Text())
			file := strings.Join(pages(t, written(t, d)), "")
			for _, want := range tt.has {
				if !strings.Contains(text, squeeze(want)) {
					t.Errorf("text: got %q, want %q in it", d.Text(), want)
				}
			}
			for _, lead := range tt.has[:3] {
				if !strings.Contains(file, squeeze(lead)) {
					t.Errorf("file: got %q, want %q in it", file, lead)
				}
			}
			for _, none := range tt.lacks {
				if strings.Contains(d.Text(), none) {
					t.Errorf("text: got %q with %q in it", d.Text(), none)
				}
			}
		})
	}
}

func TestMinutesOnPaperSaySo(t *testing.T) {
	m := held()
	m.Secretary, m.Meeting.Presider, m.Version, m.Items = "", "", 1, nil
	text := squeeze(report.Minutes(m, "", names, rules.LT, report.Full).Text())
	for _, want := range []string{"Klausimų nebuvo.", "Nusišalinusių nebuvo.", "pasirašyta popieriuje 2019 m. gegužės 15 d.", "Posėdžio pirmininkas: nenurodyta"} {
		if !strings.Contains(text, squeeze(want)) {
			t.Errorf("text: got %q, want %q in it", text, want)
		}
	}
	if strings.Contains(text, "redakcija") {
		t.Errorf("text: got %q, want nothing of versions in the first", text)
	}
}

// Every fixed text of minutes is there in both languages, and in each its own.
func TestMinutesAreInBothLanguages(t *testing.T) {
	lt := report.Minutes(held(), "", report.Called{}, rules.LT, report.Published).Text()
	en := report.Minutes(held(), "", report.Called{}, rules.EN, report.Published).Text()
	for _, line := range strings.Split(lt, "\n") {
		if len(line) > 20 && strings.ContainsAny(line, "ąčęėįšųūž") && strings.Contains(en, line) {
			t.Errorf("got the line %q in both languages", line)
		}
	}
	if strings.ContainsAny(en, "ąčęėįšųūž") {
		t.Errorf("in English: got Lithuanian in %q", en)
	}
}
