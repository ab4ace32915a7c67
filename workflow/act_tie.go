package workflow

import (
	"fmt"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// keepers put ties on file: those of the office.
var keepers = []Role{Administrator, Secretary}

// RecordTie puts on file that two of the registry are tied: a person and an organisation,
// the person first, two persons (FAMILY) or two organisations (PARTNERSHIP).
type RecordTie struct {
	ID, LAG, One, Other ident.ID
	Kind                Ground // one of [TieKinds]
	Since, Until        clock.Date
	Synthetic           bool
}

// Record is the act; it stands in the group's dossier, where what the two are to each other
// is a commitment. It is refused with WRONG_ID_TYPE where the kind is not between two of
// those types, and with MALFORMED_INPUT where there is no such kind.
func (a RecordTie) Record() (Record, error) {
	between, known := tieBetween[a.Kind]
	if !known {
		return Record{}, &Error{Refusals: []Refusal{wrongValue("kind", oneOf(TieKinds()...).text)}}
	}
	for i, x := range []struct {
		field string
		id    ident.ID
	}{{"oneId", a.One}, {"otherId", a.Other}} {
		if x.id.Prefix() != between[i] {
			return Record{}, Refuse(WrongIDType, x.field, Text{
				LT: fmt.Sprintf("Ryšys %s sieja: %s (pirmas) ir %s (antras).", a.Kind, ident.Lithuanian[between[0]], ident.Lithuanian[between[1]]),
				EN: fmt.Sprintf("A tie %s is between: %s (first) and %s (second).", a.Kind, ident.Prefixes[between[0]], ident.Prefixes[between[1]]),
			})
		}
	}
	if a.One == a.Other {
		return Record{}, Refuse(MalformedInput, "otherId", Text{LT: "Ryšys sieja du, ne vieną ir tą patį.", EN: "A tie is between two, not of one with itself."})
	}
	return Record{
		Kind: "tie.record", Dossier: a.LAG, LAG: a.LAG, Subject: a.ID, SubjectType: "Tie", Roles: keepers,
		Changes: []Change{create("Tie", a.ID, Values{
			"lagId": a.LAG, "oneId": a.One, "otherId": a.Other, "kind": Confidential(a.Kind), "since": a.Since,
			"until": dateOrNull(a.Until), "synthetic": a.Synthetic,
		})},
	}, nil
}

// EndTie says until when a tie that is on file lasted, or is to last.
type EndTie struct {
	ID, LAG ident.ID
	Until   clock.Date
}

// Record is the act; it stands in the group's dossier.
func (a EndTie) Record() Record {
	return Record{
		Kind: "tie.end", Dossier: a.LAG, LAG: a.LAG, Subject: a.ID, SubjectType: "Tie", Roles: keepers, check: a.check,
		Changes: []Change{{Type: "Tie", ID: a.ID, Set: Values{"until": a.Until}}},
	}
}

// check refuses the end of another group's tie, a second one, and one before it began.
func (a EndTie) check(s *step, _ *Facts) ([]Refusal, error) {
	row, err := s.tx.Row("Tie", a.ID)
	if err != nil {
		return nil, err
	}
	since, _ := row["since"].(string)
	switch {
	case row["lagId"] != string(a.LAG):
		return Missing("id", string(a.ID)).Refusals, nil
	case row["until"] != nil:
		return []Refusal{{Code: NotAllowedHere, Field: "id", Message: Text{
			LT: "Ryšio pabaiga jau įrašyta.", EN: "The end of the tie is on file already.",
		}}}, nil
	case a.Until < clock.Date(since):
		return []Refusal{{Code: DateRefused, Field: "until", Message: Text{
			LT: fmt.Sprintf("Ryšys negali baigtis anksčiau, nei prasidėjo (%s).", since),
			EN: fmt.Sprintf("A tie cannot end before it began (%s).", since),
		}}}, nil
	}
	return nil, nil
}
