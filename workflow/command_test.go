package workflow

import "testing"

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
