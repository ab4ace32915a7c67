package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/money"
)

// Layer is the level that sets a parameter.
type Layer string

// The layers, from the highest to the lowest. A lower one wins, for it is set
// within the room that the higher leaves; whether it keeps to that room is for
// the decision that approves it.
const (
	EU       Layer = "EU"
	National Layer = "NATIONAL"
	Local    Layer = "LAG"
)

var depth = map[Layer]int{EU: 1, National: 2, Local: 3}

// Parameter is one dated limit, term or rate.
type Parameter struct {
	Layer    Layer      `json:"layer"`
	Name     string     `json:"name"`     // such as "vote.groupLimit"
	Value    string     `json:"value"`    // canonical text: API money, percent "49.00", or digits
	Source   string     `json:"source"`   // legal reference, or the approving decision
	Verified bool       `json:"verified"` // someone compared the value with the source
	From     clock.Date `json:"effectiveFrom"`
	To       clock.Date `json:"effectiveTo,omitempty"` // last day in force; "" while no end is known
}

// inForce compares text, which is chronological among days.
func (p Parameter) inForce(on clock.Date) bool {
	return p.From <= on && (p.To == "" || on <= p.To)
}

// ErrBadParameter is wrapped by every error about a parameter that cannot be
// part of a rule set.
var ErrBadParameter = errors.New("bad parameter")

// ErrNoParameter is wrapped by the error of a name that no layer sets on a day.
var ErrNoParameter = errors.New("no parameter in force")

// RuleSet is the parameters of all layers. It never changes; the zero RuleSet
// has none.
type RuleSet struct{ parameters []Parameter }

// NewRuleSet joins the parameters of all layers. It refuses unknown layers,
// empty names, dates that are not days, periods that end before they begin and
// two values of one name that one layer sets from the same day on. Errors wrap
// [ErrBadParameter], all of them joined.
func NewRuleSet(parameters ...Parameter) (RuleSet, error) {
	var faults []error
	for i, p := range parameters {
		if what := p.fault(parameters[:i]); what != "" {
			faults = append(faults, fmt.Errorf("%w %q of layer %s: %s", ErrBadParameter, p.Name, p.Layer, what))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return RuleSet{}, err
	}
	return RuleSet{slices.Clone(parameters)}, nil
}

func (p Parameter) fault(earlier []Parameter) string {
	switch {
	case depth[p.Layer] == 0:
		return "unknown layer"
	case p.Name == "" || p.Value == "":
		return "no name or no value"
	case !isDay(p.From) || p.To != "" && !isDay(p.To):
		return "effective dates are not days"
	case p.To != "" && p.To < p.From:
		return "ends before it begins"
	case slices.ContainsFunc(earlier, p.collides):
		return "set twice from one day on"
	default:
		return ""
	}
}

func isDay(d clock.Date) bool {
	_, err := clock.ParseDate(string(d))
	return err == nil && d.Precision() == clock.Day
}

// collides holds for two values of which neither could take the other's place: a
// rule set is never changed, so a value ends where the next of its layer begins.
func (p Parameter) collides(q Parameter) bool {
	return p.Layer == q.Layer && p.Name == q.Name && p.From == q.From
}

// Resolved is the parameter that holds on a day and those it displaces, from
// the next to the highest layer and in each from the latest to the first.
type Resolved struct {
	Parameter
	Displaced []Parameter
}

// Resolve is the named parameter on a day: the lowest layer that sets it wins, and
// in a layer the value that began last. Its error wraps [ErrNoParameter].
func (s RuleSet) Resolve(name string, on clock.Date) (Resolved, error) {
	var set []Parameter
	for _, p := range s.parameters {
		if p.Name == name && p.inForce(on) {
			set = append(set, p)
		}
	}
	if len(set) == 0 {
		return Resolved{}, fmt.Errorf("%w: %q on %s", ErrNoParameter, name, on)
	}
	slices.SortFunc(set, func(a, b Parameter) int {
		return cmp.Or(cmp.Compare(depth[b.Layer], depth[a.Layer]), cmp.Compare(b.From, a.From))
	})
	return Resolved{Parameter: set[0], Displaced: set[1:]}, nil
}

// Money is the value as money. Its error wraps [money.ErrMalformed].
func (p Parameter) Money() (Money, error) {
	m, err := money.Parse(p.Value)
	if err != nil {
		return 0, fmt.Errorf("parameter %q: %w", p.Name, err)
	}
	return m, nil
}

// Rate is the value, a percentage with two decimals such as "49.00", as a
// rate. Its error wraps [ErrBadParameter].
func (p Parameter) Rate() (BasisPoints, error) {
	n, ok := money.ParseHundredths(p.Value)
	if !ok {
		return 0, fmt.Errorf(`%w %q: value %q is no percentage such as "49.00"`, ErrBadParameter, p.Name, p.Value)
	}
	return BasisPoints(n), nil
}

// Count is the value, digits alone, as a number of days, points or pieces. Its
// error wraps [ErrBadParameter].
func (p Parameter) Count() (int, error) {
	n, err := strconv.Atoi(p.Value)
	if err != nil || !allDigits(p.Value) {
		return 0, fmt.Errorf("%w %q: value %q is no whole number", ErrBadParameter, p.Name, p.Value)
	}
	return n, nil
}

// Unverified names the parameters that nobody has compared with their source,
// for [Result].
func Unverified(resolved ...Resolved) []string {
	var names []string
	for _, r := range resolved {
		if !r.Verified {
			names = append(names, r.Name)
		}
	}
	return names
}
