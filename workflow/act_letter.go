package workflow

import (
	"fmt"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// RecordLetter enters a letter into the register of correspondence. Terms run
// from its delivery, which may be recorded with it or later.
type RecordLetter struct {
	ID, LAG, Dossier, Subject  ident.ID
	Direction, Number, Channel string // IN or OUT; E_DELIVERY, POST, EMAIL or HAND
	DatedOn                    clock.Date
	DeliveredAt                clock.Instant // 0 while it is not known
	Document                   ident.ID
	Synthetic                  bool
}

// letterKeepers are those who keep the register of letters.
var letterKeepers = []Role{Administrator, Secretary}

// Record is the act.
func (a RecordLetter) Record() Record {
	set := Values{
		"lagId": a.LAG, "subjectId": a.Subject, "direction": a.Direction, "number": a.Number, "datedOn": a.DatedOn,
		"channel": a.Channel, "documentId": idOrNull(a.Document), "synthetic": a.Synthetic,
	}
	if a.DeliveredAt != 0 {
		set["deliveredAt"] = a.DeliveredAt
	}
	return Record{
		Kind: "letter.record", Dossier: a.Dossier, LAG: a.LAG, Subject: a.ID, SubjectType: "Correspondence",
		Roles: letterKeepers, Document: a.Document, Changes: []Change{create("Correspondence", a.ID, set)},
		check: a.check,
	}
}

// check refuses a delivery before the letter's own day.
func (a RecordLetter) check(*step, *Facts) ([]Refusal, error) {
	if a.DeliveredAt == 0 || a.DeliveredAt >= a.DatedOn.Start() {
		return nil, nil
	}
	return earlyDelivery(a.DatedOn), nil
}

func earlyDelivery(dated clock.Date) []Refusal {
	return []Refusal{{Code: DateRefused, Field: "deliveredAt", Facts: []rules.Fact{{Name: "datedOn", Value: string(dated)}}, Message: Text{
		LT: fmt.Sprintf("Raštas negali būti įteiktas anksčiau, nei parašytas (%s).", dated),
		EN: fmt.Sprintf("A letter cannot be delivered before it was written (%s).", dated),
	}}}
}

// RecordDelivery says when a letter reached whom it concerns, and on which
// receipt that rests.
type RecordDelivery struct {
	Letter, LAG, Dossier ident.ID
	DeliveredAt          clock.Instant
	Receipt              ident.ID
}

// Record is the act. A delivery is recorded once: what was entered by mistake is
// corrected, and not written over.
func (a RecordDelivery) Record() Record {
	return Record{
		Kind: "letter.deliver", Dossier: a.Dossier, LAG: a.LAG, Subject: a.Letter, SubjectType: "Correspondence",
		Roles: letterKeepers, Document: a.Receipt, check: a.check,
		Changes: []Change{{Type: "Correspondence", ID: a.Letter, Set: Values{"deliveredAt": a.DeliveredAt}}},
	}
}

func (a RecordDelivery) check(s *step, _ *Facts) ([]Refusal, error) {
	letter, err := s.tx.Row("Correspondence", a.Letter)
	if err != nil {
		return nil, err
	}
	dated, _ := letter["datedOn"].(string)
	switch {
	case letter["deliveredAt"] != nil:
		return []Refusal{{Code: NotAllowedHere, Field: "letterId", Message: Text{
			LT: "Šio rašto įteikimas jau įrašytas.", EN: "The delivery of this letter is recorded already.",
		}}}, nil
	case a.DeliveredAt < clock.Date(dated).Start():
		return earlyDelivery(clock.Date(dated)), nil
	}
	return nil, nil
}
