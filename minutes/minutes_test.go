package minutes_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/minutes"
)

func signed() minutes.Minutes {
	return minutes.Minutes{
		Salt: strings.Repeat("ab", 16), Signing: minutes.Signing{Number: "P-3", Version: 1, SignedOn: "2019-05-15", Secretary: "per_2"},
		Meeting: minutes.Meeting{ID: "mtg_1", LAG: "lag_1", Number: "3", Mode: "IN_PERSON", HeldOn: "2019-05-14", Presider: "per_1"},
		Seats: []minutes.Seat{
			{ID: "sea_1", Sector: "PUBLIC", Place: 1, Holder: "per_1", DeclaredAt: "2019-05-14T09:00:00Z", ArrivedAt: "2019-05-14T09:00:00Z"},
			{ID: "sea_2", Sector: "BUSINESS", Place: 1, Holder: "per_3"},
		},
		Items: []minutes.Item{
			{
				ID: "itm_1", Ordinal: 1, Subject: "prp_1", Event: "decideFund", State: "adopted", Definition: "agenda_item@1", Outcome: minutes.Adopted,
				Recused: []minutes.Recuse{}, Ballots: []minutes.Ballot{{ID: "sea_1", Vote: "FOR"}}, Cast: minutes.Tally{For: 1},
				Decided: &minutes.Decision{ID: "dec_1", Outcome: "ADOPTED", Tally: minutes.Tally{For: 1}},
				Tests:   []minutes.Test{{ID: "R-21", Verdict: "PASSED", Facts: []minutes.Fact{{Name: "present", Value: "1"}}, Unverified: []string{}}},
			},
			{ID: "itm_2", Ordinal: 2, Subject: "prp_2", Event: "decideFund", Outcome: minutes.LeftOpen, Recused: []minutes.Recuse{}, Ballots: []minutes.Ballot{}, Tests: []minutes.Test{}},
		},
	}
}

// The bytes are frozen: another program, or this one later, has to come to the same
// hash.
func TestTextIsFrozen(t *testing.T) {
	text, hash, err := signed().Text()
	if err != nil {
		t.Fatalf("Text: %v", err)
	}
	const want = "0854db213b653b095f95c57d9e5c8df401f4f05acf73e03ccd5f29b8ef7ec103"
	if hash != want {
		t.Errorf("hash: got %s of %s, want %s", hash, text, want)
	}
	if minutes.Hash(text) != hash {
		t.Errorf("Hash of the text: got %s, want %s", minutes.Hash(text), hash)
	}
	again, err := minutes.Read(text)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	if second, _, _ := again.Text(); string(second) != string(text) {
		t.Errorf("Text of what was read: got %s, want %s", second, text)
	}
}

func TestReadRefusesAnythingElse(t *testing.T) {
	text, _, err := signed().Text()
	if err != nil {
		t.Fatalf("Text: %v", err)
	}
	for name, other := range map[string]string{
		"nothing": "", "no JSON": "{", "another object": "{}", "spaces": " " + string(text),
		"another format": strings.Replace(string(text), "minutes/1", "minutes/2", 1),
		"one more field": strings.Replace(string(text), `"format"`, `"extra":1,"format"`, 1),
	} {
		if _, err := minutes.Read([]byte(other)); !errors.Is(err, minutes.ErrFormat) {
			t.Errorf("Read of %s: got error %v, want ErrFormat", name, err)
		}
	}
}

func TestSaltHidesWhatIsSigned(t *testing.T) {
	a, b := signed(), signed()
	b.Salt = strings.Repeat("cd", 16)
	_, first, _ := a.Text()
	if _, second, _ := b.Text(); first == second {
		t.Errorf("hash under another salt: got %s twice, want another", first)
	}
	if d, err := a.Differences(b); err != nil || len(d) > 0 {
		t.Errorf("Differences of another salt: got %v, %v, want none", d, err)
	}
}

// Every change of the record is named by where it is, and nothing else is.
func TestDifferencesNameWhatChanged(t *testing.T) {
	tests := map[string]struct {
		change func(*minutes.Minutes)
		want   []minutes.Difference
	}{
		"nothing":                       {func(*minutes.Minutes) {}, nil},
		"what came with the signatures": {func(m *minutes.Minutes) { m.Number, m.Version, m.Secretary = "P-4", 2, "per_9" }, nil},
		"the day": {
			func(m *minutes.Minutes) { m.Meeting.HeldOn = "2019-05-13" },
			[]minutes.Difference{{Record: "mtg_1", Field: "meeting.heldOn", Was: "2019-05-14", Is: "2019-05-13"}},
		},
		"who came": {
			func(m *minutes.Minutes) { m.Seats[1].ArrivedAt = "2019-05-14T09:30:00Z" },
			[]minutes.Difference{{Record: "sea_2", Field: "arrivedAt", Is: "2019-05-14T09:30:00Z"}},
		},
		"a seat more, before the others": {
			func(m *minutes.Minutes) {
				m.Seats = slices.Insert(m.Seats, 0, minutes.Seat{ID: "sea_0", Sector: "OTHER", Place: 1, Holder: "per_4"})
			},
			[]minutes.Difference{
				{Record: "sea_0", Field: "holder", Is: "per_4"},
				{Record: "sea_0", Field: "id", Is: "sea_0"},
				{Record: "sea_0", Field: "place", Is: "1"},
				{Record: "sea_0", Field: "sector", Is: "OTHER"},
			},
		},
		"a ballot": {
			func(m *minutes.Minutes) { m.Items[0].Ballots[0].Vote = "AGAINST" },
			[]minutes.Difference{{Item: 1, Record: "sea_1", Field: "ballots.vote", Was: "FOR", Is: "AGAINST"}},
		},
		"the tally of a decision": {
			func(m *minutes.Minutes) {
				m.Items[0].Decided = &minutes.Decision{ID: "dec_1", Outcome: "ADOPTED", Tally: minutes.Tally{For: 2}}
			},
			[]minutes.Difference{{Item: 1, Record: "itm_1", Field: "decided.for", Was: "1", Is: "2"}},
		},
		"what a rule made of it": {
			func(m *minutes.Minutes) { m.Items[0].Tests[0].Facts[0].Value = "2" },
			[]minutes.Difference{{Item: 1, Record: "R-21", Field: "tests.facts.1.value", Was: "1", Is: "2"}},
		},
		"the outcome of the second": {
			func(m *minutes.Minutes) { m.Items[1].Outcome = minutes.NotAdopted },
			[]minutes.Difference{{Item: 2, Record: "itm_2", Field: "outcome", Was: "LEFT_OPEN", Is: "NOT_ADOPTED"}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			now := signed()
			tt.change(&now)
			got, err := signed().Differences(now)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("Differences: got %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestDifferencesAreBounded(t *testing.T) {
	now := signed()
	for range 300 {
		now.Items = append(now.Items, minutes.Item{ID: "itm_" + strings.Repeat("x", len(now.Items)), Ordinal: len(now.Items) + 1})
	}
	if got, err := signed().Differences(now); err != nil || len(got) != 100 {
		t.Errorf("Differences: got %d, %v, want 100", len(got), err)
	}
}
