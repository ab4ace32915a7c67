package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Governing says which day decides by which version of the rule sets a rule judges.
// It is stated for every rule: the question is asked in every dispute.
type Governing string

// The days that govern.
const (
	// ByCall is the day on which the call opens: a proposal is judged by what its
	// call was opened under, whatever has been adopted since.
	ByCall Governing = "CALL_OPENS"
	// ByAct is the legal day of the act: what the board does goes by the day of
	// its meeting.
	ByAct Governing = "ACT"
)

// Form is how the value of a parameter is written.
type Form string

// The forms.
const (
	FormRate  Form = "RATE"  // a percentage with two decimals, such as 49.00
	FormCount Form = "COUNT" // digits: days, years, points or pieces
)

// Named is a parameter that some rule takes. A rule set may set these and no
// other: a name that no rule knows would be adopted and never be heeded.
type Named struct {
	Name string
	Rule string // the rule, or the guard of a definition, that takes it
	Form Form
	By   Governing
}

// The parameters.
const (
	// ConflictLookback is for how many years a tie that has ended is still one, and
	// ConflictPartnership for how many a partnership is.
	ConflictLookback    = "conflict.lookbackYears"
	ConflictPartnership = "conflict.partnershipYears"

	DivergenceLimit = "scores.divergenceLimit"
	ExtensionDays   = "call.extensionDays"
	GroupLimit      = "vote.groupLimit"
	// NonPublicShareMinimum is of the votes cast, by partners that are no public authorities.
	NonPublicShareMinimum = "vote.nonPublicShare"
	// QuorumSeats is by the statutes: how many seats have to be there.
	QuorumSeats = "vote.quorum"
	// EqualSectors is by national rule: 1 where the sectors hold equally many seats, 0 where they need not.
	EqualSectors = "board.equalSectors"
	// ChairDecides is by the statutes: 1 where half of the votes suffice if whoever presides voted so, 0
	// where they do not.
	ChairDecides = "vote.chairDecides"
	// GenderMinimum is of the filled seats, of women and of men.
	GenderMinimum = "board.genderMinimum"
	// PapersDays is by the statutes: how many working days before a sitting the members have its papers.
	PapersDays = "meeting.papersDays"
	// LostVotes is by the statutes: after how many votes by which nothing was adopted a question goes
	// to the general meeting.
	LostVotes = "vote.lostVotes"
)

var named = []Named{
	{"board.equalSectors", "R-20", FormCount, ByAct},
	{"board.genderMinimum", "R-29", FormRate, ByAct},
	{"call.extensionDays", "termExtended", FormCount, ByCall},
	{"conflict.lookbackYears", "R-24", FormCount, ByAct},
	{"conflict.partnershipYears", "R-24", FormCount, ByAct},
	{"meeting.papersDays", "papersInTime", FormCount, ByAct},
	{"running.costShare", "R-49", FormRate, ByAct},
	{"scores.divergenceLimit", "R-16", FormRate, ByCall},
	{"vote.chairDecides", "R-26", FormCount, ByAct},
	{"vote.groupLimit", "R-22", FormRate, ByAct},
	{"vote.lostVotes", "notAdopted", FormCount, ByCall},
	{"vote.nonPublicShare", "R-23", FormRate, ByAct},
	{"vote.quorum", "R-21", FormCount, ByAct},
}

// Parameters lists every parameter that some rule takes, by name.
func Parameters() []Named { return slices.Clone(named) }

// ParameterNamed is the parameter of the name, and whether there is one.
func ParameterNamed(name string) (Named, bool) {
	i := slices.IndexFunc(named, func(n Named) bool { return n.Name == name })
	if i < 0 {
		return Named{}, false
	}
	return named[i], true
}

// parameterNames lists them for messages.
func parameterNames() string {
	names := make([]string, len(named))
	for i, n := range named {
		names[i] = n.Name
	}
	return strings.Join(names, ", ")
}

// Check is what the rule sets would refuse of the parameter by itself: a name that
// no rule takes, or a value that does not read. Its error wraps [ErrBadParameter].
func (p Parameter) Check() error {
	n, known := ParameterNamed(p.Name)
	if !known {
		return fmt.Errorf("%w %q: no rule takes it; there are: %s", ErrBadParameter, p.Name, parameterNames())
	}
	var err error
	switch n.Form {
	case FormRate:
		var rate BasisPoints
		if rate, err = p.Rate(); err == nil && rate > Whole {
			err = fmt.Errorf("%w %q: value %q is above 100.00", ErrBadParameter, p.Name, p.Value)
		}
	default:
		_, err = p.Count()
	}
	return err
}
