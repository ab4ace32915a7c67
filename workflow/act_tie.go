package workflow

import (
	"fmt"
	"strings"

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
	ID, LAG  ident.ID
	Until    clock.Date
	Document ident.ID
}

// Record is the act; it stands in the group's dossier.
func (a EndTie) Record() Record {
	return Record{
		Kind: "tie.end", Dossier: a.LAG, LAG: a.LAG, Subject: a.ID, SubjectType: "Tie", Roles: keepers, Document: a.Document, check: a.check,
		Changes: []Change{{Type: "Tie", ID: a.ID, Set: Values{"until": a.Until}}},
	}
}

// check refuses the end of another group's tie, of one's own, without a paper, a second one,
// and one before it began.
func (a EndTie) check(s *step, _ *Facts) ([]Refusal, error) {
	row, err := s.onFile(a.ID, a.LAG)
	if err != nil {
		return nil, err
	}
	since, _ := row["since"].(string)
	switch {
	case a.Document == "":
		return []Refusal{documentNeeded()}, nil
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
	return s.documents(Fire{Document: a.Document}, Subject{LAG: a.LAG})
}

// StrikeTie takes off the file a tie that never was: ended, it would count for a while.
// Reason is free text, and Document the paper that shows it.
type StrikeTie struct {
	ID, LAG  ident.ID
	Reason   string
	Document ident.ID
}

// Record is the act; it stands in the group's dossier, beside the entry that put the tie on
// file, which stays.
func (a StrikeTie) Record() Record {
	return Record{
		Kind: "tie.strike", Dossier: a.LAG, LAG: a.LAG, Subject: a.ID, SubjectType: "Tie", Roles: keepers,
		Reason: a.Reason, Document: a.Document, check: a.check,
		Changes: []Change{{Type: "Tie", ID: a.ID, Delete: true}},
	}
}

// check refuses to strike another group's tie, or one's own, without a reason, or without a
// paper.
func (a StrikeTie) check(s *step, _ *Facts) ([]Refusal, error) {
	if _, err := s.onFile(a.ID, a.LAG); err != nil {
		return nil, err
	}
	switch {
	case strings.TrimSpace(a.Reason) == "":
		return []Refusal{reasonNeeded()}, nil
	case a.Document == "":
		return []Refusal{documentNeeded()}, nil
	}
	return s.documents(Fire{Document: a.Document}, Subject{LAG: a.LAG})
}

// onFile is the tie that the group has on file. Nobody touches their own.
func (s *step) onFile(id, lag ident.ID) (map[string]any, error) {
	row, err := s.tx.Row("Tie", id)
	switch {
	case err != nil:
	case row["lagId"] != string(lag):
		err = Missing("id", string(id))
	case s.actor.Person != "" && (idIn(row, "oneId") == s.actor.Person || idIn(row, "otherId") == s.actor.Person):
		err = &Error{Refusals: []Refusal{{Code: RoleRefused, Field: "id", Rule: "R-48", Message: Text{
			LT: "Tai jūsų pačių ryšys. Jį keičia kitas biuro darbuotojas.", EN: "The tie is your own. Another of the office changes it.",
		}}}}
	}
	return row, err
}
