package workflow

import (
	"errors"
	"testing"

	"github.com/atranka/atranka/ident"
)

// TestOutsideIsWhoIsToldWhatApplicantsAre: whoever holds nothing in the group, and
// of the board and the evaluators whoever is the applicant; nobody of the staff.
func TestOutsideIsWhoIsToldWhatApplicantsAre(t *testing.T) {
	theirOwn := func(r Role) Actor {
		a := someone(r)
		a.Organisation, a.Grants = oneOrg, append(a.Grants, Grant{Role: Applicant, LAG: oneLAG})
		return a
	}
	for name, tt := range map[string]struct {
		actor Actor
		want  bool
	}{
		"nobody known":                    {Actor{}, true},
		"the applicant":                   {someone(Applicant), true},
		"another group's board":           {from(otherLAG, BoardMember), true},
		"another group's staff":           {from(otherLAG, Administrator), true},
		"the board":                       {someone(BoardMember), false},
		"an evaluator":                    {someone(Evaluator), false},
		"of the board, and the applicant": {theirOwn(BoardMember), true},
		"evaluator, and the applicant":    {theirOwn(Evaluator), true},
		"the office":                      {someone(Administrator), false},
		"auditor, and the applicant":      {theirOwn(Auditor), false},
		"the engine":                      {SystemActor(), false},
	} {
		if got := tt.actor.Outside(Subject{LAG: oneLAG, Owner: oneOrg}); got != tt.want {
			t.Errorf("%s: got outside = %t, want %t", name, got, tt.want)
		}
	}
}

// TestARefusedConfirmationIsKeptWhereTheActWouldBe; one of what is gone meanwhile is
// only suspect.
func TestARefusedConfirmationIsKeptWhereTheActWouldBe(t *testing.T) {
	const waiting ident.ID = "cfm_00000000000000000000000001"
	broken := errors.New("the disk is full")
	for name, tt := range map[string]struct {
		gone     error
		kept     int
		suspects int
		want     error
	}{
		"waiting":      {nil, 1, 0, nil},
		"gone":         {Missing("id", string(waiting)), 0, 1, nil},
		"not readable": {broken, 0, 0, broken},
	} {
		store, e := recording("proposal", "board_agenda")
		store.pending = &Pending{ID: waiting, LAG: oneLAG, Act: Kept{Fire: &Fire{Subject: ours, Event: "decideFund"}}}
		store.gone = tt.gone
		err := e.note(t.Context(), someone(Secretary), Confirm{ID: waiting}, Refuse(SecondPersonRequired, "id", Text{LT: "a", EN: "b"}))
		if !errors.Is(err, tt.want) || len(store.entries) != tt.kept || store.suspect != tt.suspects {
			t.Errorf("%s: got %v, %+v and %d suspicions, want %v, %d entries and %d", name, err, store.entries, store.suspect, tt.want, tt.kept, tt.suspects)
		}
		for _, h := range store.entries {
			if h.Kind != kindRefused || h.Dossier != ours {
				t.Errorf("%s: got %+v, want the attempt in %s", name, h, ours)
			}
		}
	}
}

// TestAKeyStandsForWhatWasSent, though the rows that are made of it have fresh ids;
// where nothing else is said, for the rows.
func TestAKeyStandsForWhatWasSent(t *testing.T) {
	letter := func(id ident.ID, input any) Record {
		r := RecordLetter{ID: id, LAG: oneLAG, Dossier: ours, Subject: ours, Direction: "OUT", Number: "1", Channel: "POST", DatedOn: noon.Day()}.Record()
		r.IdempotencyKey, r.Input = "key", input
		return r
	}
	for name, tt := range map[string]struct {
		first, second Record
		want          string
	}{
		"the same input":    {letter("cor_1", "a"), letter("cor_2", "a"), ""},
		"another input":     {letter("cor_1", "a"), letter("cor_1", "b"), "IDEMPOTENCY_MISMATCH idempotencyKey"},
		"the same rows":     {letter("cor_1", nil), letter("cor_1", nil), ""},
		"rows of other ids": {letter("cor_1", nil), letter("cor_2", nil), "IDEMPOTENCY_MISMATCH idempotencyKey"},
	} {
		store, e, _ := underEligibility()
		if _, err := e.Do(t.Context(), someone(Administrator), tt.first); err != nil {
			t.Fatal(err)
		}
		done, err := e.Do(t.Context(), someone(Administrator), tt.second)
		if got := reasons(err); got != tt.want || done.Repeated != (tt.want == "") || len(store.entries) != 1 {
			t.Errorf("%s: got %q, repeated %t and %d entries, want %q and one", name, got, done.Repeated, len(store.entries), tt.want)
		}
	}
}

// TestAConflictIsToldWhatTheApplicantIs by the engine's own refusals too: whoever declared one,
// and whoever left for an item, but not the office.
func TestAConflictIsToldWhatTheApplicantIs(t *testing.T) {
	m := shippedMachines().Latest("proposal")
	withheld := func(f *Facts) { f.Proposal.Evaluations[0].State.Withheld = true }
	assessor, member := someone(Evaluator), someone(BoardMember)
	for _, tt := range []struct {
		name   string
		who    Actor
		state  StateName
		change func(*Facts)
		left   bool
		want   StateName
	}{
		{"an applicant", someone(Applicant), "proposed_reject", func(*Facts) {}, false, "scored"},
		{"the public", Actor{}, "proposed_reject", func(*Facts) {}, false, "scored"},
		{"an evaluator", assessor, "proposed_reject", func(*Facts) {}, false, "proposed_reject"},
		{"an evaluator with a conflict", assessor, "proposed_reject", withheld, false, "scored"},
		{"an evaluator with a conflict, in a state that is told to all", assessor, "listed_funding", withheld, false, "listed_funding"},
		{"a member", member, "proposed_reject", func(*Facts) {}, false, "proposed_reject"},
		{"a member who left", member, "proposed_reject", func(*Facts) {}, true, "scored"},
		{"the office, which has left", someone(Administrator), "proposed_reject", withheld, true, "proposed_reject"},
		{"the engine", SystemActor(), "proposed_reject", func(*Facts) {}, true, "proposed_reject"},
	} {
		p := caseIn("proposal", State{Name: tt.state}, nil, "")
		if tt.left {
			p.left = []ident.ID{tt.who.Person}
		}
		f := p.facts
		f.Subject = p.subject
		f.Subject.State = tt.state
		tt.change(&f)
		got, err := (&step{Engine: paperEngine(p), tx: p, actor: tt.who}).told(m, &f)
		if err != nil || got != tt.want {
			t.Errorf("%s: got %s, %v, want %s", tt.name, got, err, tt.want)
		}
		p.absent = errors.New("no answer")
		if _, err := (&step{Engine: paperEngine(p), tx: p, actor: tt.who}).told(m, &f); err != nil && !errors.Is(err, p.absent) {
			t.Errorf("%s: got %v, want %v", tt.name, err, p.absent)
		}
	}
}
