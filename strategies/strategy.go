package strategies

import (
	"github.com/atranka/atranka/clock"
)

// DocumentID names one of the documents that facts are taken from.
type DocumentID string

// SourceClass says what kind of text a document is.
type SourceClass string

// The classes of source.
const (
	Notice       SourceClass = "NOTICE"
	CallForInput SourceClass = "CALL_FOR_INPUT"
	Web          SourceClass = "WEB"
)

// Document is a text that facts are taken from. Line is where its title
// stands; a document of class WEB is not kept and has an address instead.
type Document struct {
	ID      DocumentID  `yaml:"id" names:"document"`
	Class   SourceClass `yaml:"class"`
	Title   string      `yaml:"title"`
	Line    int         `yaml:"line"`
	Address string      `yaml:"address"`
	Note    string      `yaml:"note"`
}

// Source is the place a fact is taken from: a document and a line of it,
// counted from 1; the line is 0 only where the document is of class WEB.
type Source struct {
	Doc  DocumentID `yaml:"doc"`
	Line int        `yaml:"line"`
}

// Reader says who read a value into a text that does not spell it out; ""
// where the text does.
type Reader string

// Staff is the only reader so far: the people who transcribed the texts.
const Staff Reader = "staff"

// Sector is one of the three kinds of partner of a local action group.
type Sector string

// The sectors.
const (
	NGOCommunity Sector = "NGO_COMMUNITY"
	Business     Sector = "BUSINESS"
	Public       Sector = "PUBLIC"
)

// FindingID names a data-quality finding, Q1 to Q17.
type FindingID string

// Strategy is one strategy: what its text states, what staff read into it and,
// in Synthetic, what was invented so that it can be run.
type Strategy struct {
	Key           string           `yaml:"key"`
	Documents     []Document       `yaml:"sources"`
	Lag           Lag              `yaml:"lag"`
	Title         Title            `yaml:"title"`
	Period        *Period          `yaml:"period"`
	States        []State          `yaml:"states"`
	Approvals     []Approval       `yaml:"approvals"`
	FundingPlan   []Funding        `yaml:"fundingPlan"`
	Goals         []Goal           `yaml:"goals"`
	Aims          []Aim            `yaml:"aims"`
	Indicators    []Indicator      `yaml:"indicators"`
	Implementers  []Implementer    `yaml:"implementers"`
	Territories   []Territory      `yaml:"territories"`
	StatedFigures []StatedFigure   `yaml:"statedFigures"`
	Consultation  *Consultation    `yaml:"consultation"`
	Directions    []Direction      `yaml:"directions"`
	ActivityKinds []ActivityKind   `yaml:"activityKinds"`
	Organisations []Organisation   `yaml:"organisations"`
	Projects      []Project        `yaml:"projects"`
	Results       []Result         `yaml:"results"`
	Unquantified  []Accomplishment `yaml:"unquantified"`
	Findings      []Finding        `yaml:"findings"`
	Synthetic     Synthetic        `yaml:"-"`
}

// StateAt is the name of the strategy's state at the instant t: the first of
// its states whose last day has not ended yet. A day ends at 24:00 in Vilnius.
func (s Strategy) StateAt(t clock.Instant) string {
	name := ""
	for _, st := range s.States {
		name = st.Name
		if st.Until == "" || t < st.Until.End() {
			break
		}
	}
	return name
}

// Project is the project of the given key and whether there is one.
func (s Strategy) Project(key string) (Project, bool) {
	for _, p := range s.Projects {
		if p.Key == key {
			return p, true
		}
	}
	return Project{}, false
}

// Figure is the stated figure of the given key and whether the text states it.
func (s Strategy) Figure(key string) (StatedFigure, bool) {
	for _, f := range s.StatedFigures {
		if f.Key == key {
			return f, true
		}
	}
	return StatedFigure{}, false
}

// TotalFunding is the sum of the funding plan.
func (s Strategy) TotalFunding() (Amount, error) {
	amounts := make([]Amount, 0, len(s.FundingPlan))
	for _, f := range s.FundingPlan {
		amounts = append(amounts, f.ReadAs)
	}
	return Sum(amounts...)
}

// Lag is a local action group as its text describes it. FoundedOn keeps the
// precision that the text gives.
type Lag struct {
	Name            string           `yaml:"name"`
	ShortName       string           `yaml:"shortName"`
	FoundedOn       clock.Date       `yaml:"foundedOn"`
	FoundedPrinted  string           `yaml:"foundedPrinted"`
	Email           string           `yaml:"email"`
	Source          Source           `yaml:"source"`
	ShortNameSource *Source          `yaml:"shortNameSource"` // nil: as Source
	EmailSource     *Source          `yaml:"emailSource"`     // nil: as Source
	Founders        []Founder        `yaml:"founders"`
	Bodies          []Body           `yaml:"bodies"`
	Administration  []Administration `yaml:"administration"`
}

// Founder is a founder of the group. Named is false where the text gives only
// the kind of founder.
type Founder struct {
	Sector Sector `yaml:"sector"`
	Name   string `yaml:"name"`
	Named  bool   `yaml:"named"`
	Source Source `yaml:"source"`
}

// Body is a body of the group and the sectors that the text says sit in it.
type Body struct {
	Name    string   `yaml:"name"`
	Sectors []Sector `yaml:"sectors"`
	Source  Source   `yaml:"source"`
}

// Administration is work of the group itself that the text tells.
type Administration struct {
	What   string     `yaml:"what"`
	From   clock.Date `yaml:"from"`
	To     clock.Date `yaml:"to"`
	Source Source     `yaml:"source"`
}

// Title is the strategy's title in the nominative, and as the text inflects it.
type Title struct {
	Text    string `yaml:"text"`
	Printed string `yaml:"printed"`
	Source  Source `yaml:"source"`
}

// Period is the years that the strategy covers, both included.
type Period struct {
	From    clock.Date `yaml:"from"`
	To      clock.Date `yaml:"to"`
	Printed string     `yaml:"printed"`
	Source  Source     `yaml:"source"`
}

// State is a state that the strategy is loaded in, until 24:00 of a day or for
// good. It is a reading: no text names a state of ours.
type State struct {
	Name   string     `yaml:"name"`
	Until  clock.Date `yaml:"until"`
	ReadBy Reader     `yaml:"readBy"`
}

// Approval is an approval or selection by another body; its day is not stated.
type Approval struct {
	Body   string `yaml:"body"`
	Kind   string `yaml:"kind"` // COUNCIL, REGIONAL_COUNCIL, SELECTION
	Source Source `yaml:"source"`
}

// FundSource says whose money it is.
type FundSource string

// The sources of money. The texts do not split EU from state money.
const (
	EUAndState FundSource = "EU_AND_STATE"
	Municipal  FundSource = "MUNICIPAL"
	Private    FundSource = "PRIVATE"
)

// Funding is one line of the funding plan. Printed is the text's own form,
// which a parser may refuse; ReadAs is what ReadBy took it for.
type Funding struct {
	Fund    FundSource `yaml:"source"`
	Printed string     `yaml:"printed"`
	ReadAs  Amount     `yaml:"readAs"`
	ReadBy  Reader     `yaml:"readBy"`
	Finding FindingID  `yaml:"finding" refers:"finding"`
	Source  Source     `yaml:"statedIn"`
}

// Goal is a goal (tikslas) of the strategy.
type Goal struct {
	Number int    `yaml:"number" names:"goal"`
	Title  string `yaml:"title"`
	Source Source `yaml:"source"`
}

// Aim is what a strategy under consultation is for, in our words.
type Aim struct {
	Gist   string `yaml:"gist"`
	Source Source `yaml:"source"`
}

// Indicator is a strategy indicator; no baseline or target is stated.
type Indicator struct {
	Key    string `yaml:"key" names:"indicator"`
	Name   string `yaml:"name"`
	Source Source `yaml:"source"`
}

// Implementer is a kind of organisation that carries out the actions.
type Implementer struct {
	Kind   Sector `yaml:"kind"`
	Name   string `yaml:"name"`
	Source Source `yaml:"source"`
}

// TerritoryKind is target (tikslinė) or linked (susieta).
type TerritoryKind string

// The kinds of territory. Unstated is for places only.
const (
	Target   TerritoryKind = "TARGET"
	Linked   TerritoryKind = "LINKED"
	Unstated TerritoryKind = "UNSTATED"
)

// Territory is a territory of the strategy. AreaHa is in hectares. Boundary is
// the streets in the printed order, where a street may come twice, and
// ClosesAt the street at which the line closes.
type Territory struct {
	Kind     TerritoryKind `yaml:"kind"`
	AreaHa   string        `yaml:"areaHa"`
	Basis    Basis         `yaml:"basis"`
	Boundary []string      `yaml:"boundary"`
	ClosesAt string        `yaml:"closesAt"`
	Parts    []Area        `yaml:"parts"`
	Source   Source        `yaml:"source"`
}

// Basis is the body whose decision defines a territory.
type Basis struct {
	Body   string `yaml:"body"`
	Source Source `yaml:"source"`
}

// Area is a named part of a territory, and as the text inflects it.
type Area struct {
	Name    string `yaml:"name"`
	Printed string `yaml:"printed"`
}

// StatedFigure is a number that the text states about the whole strategy.
// ReadAs is a decimal; it is kept beside what is recorded and never corrected.
type StatedFigure struct {
	Key     string    `yaml:"key" names:"figure"`
	Printed string    `yaml:"printed"`
	ReadAs  string    `yaml:"readAs"`
	ReadBy  Reader    `yaml:"readBy"`
	Finding FindingID `yaml:"finding" refers:"finding"`
	Source  Source    `yaml:"source"`
}

// Consultation is the call for input to a strategy that is being drafted. It
// ends at 24:00 of Deadline in Vilnius, for the text gives no hour.
type Consultation struct {
	Deadline clock.Date    `yaml:"deadline"`
	Printed  string        `yaml:"printed"`
	Channel  string        `yaml:"channel"`
	Address  string        `yaml:"address"`
	CalledBy []string      `yaml:"calledBy"`
	Invited  []Invited     `yaml:"invited"`
	Expected []Expectation `yaml:"expected"`
	Source   Source        `yaml:"source"`
}

// Invited is a kind of people whose input is asked for.
type Invited struct {
	Kind    string `yaml:"kind"`
	Printed string `yaml:"printed"`
	Through string `yaml:"through"`
	Source  Source `yaml:"source"`
}

// Expectation is what the call asks of an input or promises for it.
type Expectation struct {
	Rule   string `yaml:"rule"`
	Source Source `yaml:"source"`
}

// Direction (kryptis) groups kinds of activity. Exhaustive is false where the
// text gives examples only, so that a kind off the list is a warning.
type Direction struct {
	Code             string  `yaml:"code" names:"direction"`
	Name             string  `yaml:"name"`
	Printed          string  `yaml:"printed"`
	Exhaustive       bool    `yaml:"exhaustive"`
	DeliveredThrough string  `yaml:"deliveredThrough"`
	Source           *Source `yaml:"source"` // nil where synthetic
	Synthetic        bool    `yaml:"synthetic"`
}

// EveryDirection is the direction of an activity kind that fits them all.
const EveryDirection = "ALL"

// ActivityKind is a kind of activity that a direction supports.
type ActivityKind struct {
	Key       string    `yaml:"key" names:"activity kind"`
	Direction string    `yaml:"direction" refers:"direction"` // a code, or [EveryDirection]
	Group     string    `yaml:"group"`
	Name      string    `yaml:"name"`
	Printed   string    `yaml:"printed"`
	Finding   FindingID `yaml:"finding" refers:"finding"`
	Source    *Source   `yaml:"source"` // nil where synthetic
	Synthetic bool      `yaml:"synthetic"`
}

// Organisation is a project promoter. LegalForm is the form in law as we read
// it; LegalFormAsPrinted is the word of the text.
type Organisation struct {
	Key                string `yaml:"key" names:"organisation"`
	Name               string `yaml:"name"`
	Printed            string `yaml:"printed"`
	LegalForm          string `yaml:"legalForm"`
	LegalFormAsPrinted string `yaml:"legalFormAsPrinted"`
	IsCollege          bool   `yaml:"isCollege"`
	Source             Source `yaml:"source"`
}

// Finding is something in a text that does not fit. Printed is what stands
// there, Read what is loaded, Note why; Figure is the stated figure it is about.
type Finding struct {
	ID       FindingID `yaml:"id" names:"finding"`
	Subjects []string  `yaml:"subjects" refers:"project|direction|subject"`
	Figure   string    `yaml:"figure" refers:"figure"`
	Printed  string    `yaml:"printed"`
	Read     string    `yaml:"read"`
	Note     string    `yaml:"note"`
	Sources  []Source  `yaml:"sources"`
}
