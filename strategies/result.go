package strategies

import (
	"fmt"
	"slices"
	"strconv"
)

// CountBasis says what one unit of a count is.
type CountBasis string

// The bases of a count.
const (
	UniquePerson    CountBasis = "UNIQUE_PERSON"
	PersonUnstated  CountBasis = "PERSON_UNSTATED"
	Participation   CountBasis = "PARTICIPATION"
	ServiceInstance CountBasis = "SERVICE_INSTANCE"
	EventVisitor    CountBasis = "EVENT_VISITOR"
	Volunteer       CountBasis = "VOLUNTEER"
	Entity          CountBasis = "ENTITY"
	Event           CountBasis = "EVENT"
	Trip            CountBasis = "TRIP"
	PlaceMade       CountBasis = "PLACE"
	Set             CountBasis = "SET"
	Item            CountBasis = "ITEM"
	Contract        CountBasis = "CONTRACT"
	Hour            CountBasis = "HOUR"
)

// Uniqueness is what the text says about counting each person once. No is for
// counts of things other than persons.
type Uniqueness string

// The answers.
const (
	Unique            Uniqueness = "YES"
	NotPersons        Uniqueness = "NO"
	UniquenessMissing Uniqueness = "UNSTATED"
)

// PrintedAs says how the text gives a number.
type PrintedAs string

// The forms: figures, a word such as "dveji", a noun in the singular, "po"
// with a number for each part, or no number at all.
const (
	Numeral    PrintedAs = "NUMERAL"
	Word       PrintedAs = "WORD"
	Singular   PrintedAs = "SINGULAR"
	Each       PrintedAs = "EACH"
	NotPrinted PrintedAs = "NONE"
)

// Result is one result record: one thing counted for one project. It has a
// Value, or Parts that the text counts apart, or neither where the number is
// not stated. Parts may overlap, so that they are not a total.
type Result struct {
	Key          string     `yaml:"key" names:"result"`
	Project      string     `yaml:"project" refers:"project"`
	Counted      string     `yaml:"counted"`
	Unit         string     `yaml:"unit"`
	CountBasis   CountBasis `yaml:"countBasis"`
	Value        *int       `yaml:"value"`
	Parts        []Part     `yaml:"parts"`
	Items        []string   `yaml:"items"`
	Printed      string     `yaml:"printed"`
	PrintedAs    PrintedAs  `yaml:"printedAs"`
	UniqueStated Uniqueness `yaml:"uniqueStated"`
	PeriodBasis  string     `yaml:"periodBasis"` // REPORT_YEAR, WHOLE_PROJECT, UNSTATED
	Finding      FindingID  `yaml:"finding" refers:"finding"`
	Note         string     `yaml:"note"`
	ReadBy       Reader     `yaml:"readBy"`
	Source       Source     `yaml:"source"`
}

// Part is one of several numbers of a record; Of divides it further.
type Part struct {
	Label string `yaml:"label"`
	Value int    `yaml:"value"`
	Of    []Part `yaml:"of"`
}

// Numbers is every number of the record in printed order, none where the
// number is not stated. A division of a part is not repeated.
func (r Result) Numbers() []int {
	if r.Value != nil {
		return []int{*r.Value}
	}
	var ns []int
	for _, p := range r.Parts {
		ns = append(ns, p.Value)
	}
	return ns
}

// personBases are the counts of persons and of services to persons.
func personBases() []CountBasis {
	return []CountBasis{UniquePerson, PersonUnstated, ServiceInstance}
}

// SumOfLargestSingleCounts is the sum over projects of the largest single
// number with unit person or person-service, and of any basis in also: R-31
// leaves out volunteers and visitors of open events, which also may bring
// back. It is no lower bound of persons, for one may be in two projects.
func SumOfLargestSingleCounts(results []Result, also ...CountBasis) int {
	bases := append(personBases(), also...)
	largest := map[string]int{}
	for _, r := range results {
		if !slices.Contains(bases, r.CountBasis) {
			continue
		}
		for _, n := range r.Numbers() {
			largest[r.Project] = max(largest[r.Project], n)
		}
	}
	sum := 0
	for _, n := range largest {
		sum += n
	}
	return sum
}

// SumOfCounts is the sum of all numbers on the given bases, overlaps and all.
func SumOfCounts(results []Result, bases ...CountBasis) int {
	sum := 0
	for _, r := range results {
		if !slices.Contains(bases, r.CountBasis) {
			continue
		}
		for _, n := range r.Numbers() {
			sum += n
		}
	}
	return sum
}

// ParticipantsKey is the key of the stated figure that [Strategy.Participants]
// sets against the records.
const ParticipantsKey = "participants"

// ParticipantFigures sets the stated number of participants against what the
// records support. Difference has no known cause (finding Q4).
type ParticipantFigures struct {
	Reported                 int
	SumOfLargestSingleCounts int
	Difference               int
}

// Participants compares the stated number of participants with the records.
// The error says that no such figure is stated or that it is no number.
func (s Strategy) Participants() (ParticipantFigures, error) {
	f, ok := s.Figure(ParticipantsKey)
	if !ok {
		return ParticipantFigures{}, fmt.Errorf("strategy %s states no figure %q", s.Key, ParticipantsKey)
	}
	reported, err := strconv.Atoi(f.ReadAs)
	if err != nil {
		return ParticipantFigures{}, fmt.Errorf("read figure %q of strategy %s: %w", f.Key, s.Key, err)
	}
	sum := SumOfLargestSingleCounts(s.Results)
	return ParticipantFigures{reported, sum, reported - sum}, nil
}
