package strategies

import (
	"fmt"

	"github.com/atranka/atranka/clock"
)

// Synthetic is everything about a strategy that was invented. Each record of
// it says synthetic: true, [Load] refuses one that does not.
type Synthetic struct {
	Key                string              `yaml:"key"`
	People             []Person            `yaml:"people"`
	LegalCodes         []LegalCode         `yaml:"legalCodes"`
	Board              []Seat              `yaml:"board"`
	Directions         []Direction         `yaml:"directions"`
	ThemeDirections    []ThemeDirection    `yaml:"themeDirections"`
	ActivityKinds      []ActivityKind      `yaml:"activityKinds"`
	Objectives         []Objective         `yaml:"objectives"`
	Actions            []Action            `yaml:"actions"`
	Administration     *AdministrationCost `yaml:"administration"`
	Measures           []Measure           `yaml:"measures"`
	CriteriaSets       []CriteriaSet       `yaml:"criteriaSets"`
	Checklists         []Checklist         `yaml:"checklists"`
	Meetings           []Meeting           `yaml:"meetings"`
	Projects           []InventedProject   `yaml:"projects"`
	Calls              []Call              `yaml:"calls"`
	Cases              []Case              `yaml:"cases"`
	ConsultationInputs []ConsultationInput `yaml:"consultationInputs"`
	Steps              []StrategyStep      `yaml:"steps"`
}

// Role is the capacity in which somebody acts, in the spelling of the process
// definitions.
type Role string

// The roles that the data uses.
const (
	Applicant       Role = "APPLICANT"
	Administrator   Role = "ADMINISTRATOR"
	Evaluator       Role = "EVALUATOR"
	BoardMember     Role = "BOARD_MEMBER"
	Chair           Role = "CHAIR"
	Secretary       Role = "SECRETARY"
	AuditCommission Role = "AUDIT_COMMISSION"
	Auditor         Role = "AUDITOR"

	Clock            Role = "CLOCK"
	Ministry         Role = "MINISTRY"
	ImplementingBody Role = "IMPLEMENTING_BODY"
)

// Moment is an instant as the file writes it, RFC 3339 with the offset that
// Vilnius has on the day. It stays text while it is read, because the decoder
// formats the whole file once for every value that reads itself.
type Moment string

// Instant is the moment on the system's scale. It panics when m was not
// accepted by [Load].
func (m Moment) Instant() clock.Instant {
	i, err := clock.ParseInstant(string(m))
	if err != nil {
		panic(fmt.Sprintf("strategies: moment %q was not accepted by Load", string(m)))
	}
	return i
}

// ByClock stands in [Step.By] for the clock, which is nobody.
const ByClock = "clock"

// Person is an invented person. Organisation is the promoter whose contact an
// applicant is, "" for others.
type Person struct {
	Key          string `yaml:"key" names:"person"`
	Name         string `yaml:"name"`
	Roles        []Role `yaml:"roles"`
	Gender       string `yaml:"gender"` // F, M, or "" where no rule asks
	Organisation string `yaml:"organisation" refers:"organisation"`
	Synthetic    bool   `yaml:"synthetic"`
}

// LegalCode is an invented legal entity code with a right check digit.
type LegalCode struct {
	Organisation string `yaml:"organisation" names:"legal code" refers:"organisation"`
	Code         string `yaml:"code"`
	Synthetic    bool   `yaml:"synthetic"`
}

// Seat is a seat of the board.
type Seat struct {
	Person        string     `yaml:"person" names:"seat" refers:"person"`
	Sector        Sector     `yaml:"sector"`
	InterestGroup string     `yaml:"interestGroup"`
	From          clock.Date `yaml:"from"`
	Synthetic     bool       `yaml:"synthetic"`
}

// Stated says which fields of a record that is invented otherwise a source states,
// in the spelling of the rows that they come to.
type Stated struct {
	Source Source   `yaml:"source"`
	Fields []string `yaml:"fields"`
}

// InventedProject is what an invented proposal is for. Item is its number on the
// group's list of projects, 0 where the board never listed it.
type InventedProject struct {
	Key       string  `yaml:"key" names:"project"`
	Title     string  `yaml:"title"`
	Promoter  string  `yaml:"promoter" refers:"organisation"`
	Theme     string  `yaml:"theme"` // as [Theme.Value]
	Item      int     `yaml:"item"`
	Stated    *Stated `yaml:"stated"`
	Synthetic bool    `yaml:"synthetic"`
}

// Project is the project without what only a text could tell of it.
func (p InventedProject) Project() Project {
	return Project{Key: p.Key, Title: p.Title, Promoter: p.Promoter, Theme: Theme{Value: p.Theme}}
}

// ThemeDirection maps a theme of projects to a direction.
type ThemeDirection struct {
	Theme     string `yaml:"theme" names:"theme"`
	Direction string `yaml:"direction" refers:"direction"`
	Synthetic bool   `yaml:"synthetic"`
}

// Objective is an objective (uždavinys) of the goal with that number.
type Objective struct {
	Code      string `yaml:"code" names:"objective"`
	Goal      int    `yaml:"goal" refers:"goal"`
	Title     string `yaml:"title"`
	Synthetic bool   `yaml:"synthetic"`
}

// Action is an action (veiksmas). CodeSource is set for the only code that is
// known; all else about it is invented.
type Action struct {
	Code          string   `yaml:"code" names:"action"`
	Objective     string   `yaml:"objective" refers:"objective"`
	Title         string   `yaml:"title"`
	Allocation    Amount   `yaml:"allocation"`
	ActivityKinds []string `yaml:"activityKinds" refers:"activity kind"`
	CodeSource    *Source  `yaml:"codeSource"`
	Synthetic     bool     `yaml:"synthetic"`
}

// AdministrationCost is the money for running the group and animation.
type AdministrationCost struct {
	Funding   []FundShare `yaml:"funding"`
	Synthetic bool        `yaml:"synthetic"`
}

// FundShare is an amount from one source of money.
type FundShare struct {
	Fund   FundSource `yaml:"source"`
	Amount Amount     `yaml:"amount"`
}

// Measure is a funding measure; SelectionMode V needs the ministry's list.
type Measure struct {
	Key           string `yaml:"key" names:"measure"`
	Code          string `yaml:"code"`
	SelectionMode string `yaml:"selectionMode"`
	Synthetic     bool   `yaml:"synthetic"`
}

// CriteriaSet is what quality is scored by. MinScore is the
// threshold of the final score, DivergencePercent the tolerated distance of two
// evaluators in per cent of the maximum.
type CriteriaSet struct {
	Key               string      `yaml:"key" names:"criteria set"`
	MinScore          int         `yaml:"minScore"`
	DivergencePercent int         `yaml:"divergencePercent"`
	Criteria          []Criterion `yaml:"criteria"`
	Synthetic         bool        `yaml:"synthetic"`
}

// Criterion is one scored criterion, in points.
type Criterion struct {
	Code      string `yaml:"code"`
	Name      string `yaml:"name"`
	MaxPoints int    `yaml:"maxPoints"`
	MinPoints int    `yaml:"minPoints"`
	Weight    int    `yaml:"weight"`
}

// Checklist is what an administrative check asks.
type Checklist struct {
	Key       string      `yaml:"key" names:"checklist"`
	Items     []CheckItem `yaml:"items"`
	Synthetic bool        `yaml:"synthetic"`
}

// CheckItem is one line of a checklist. Guidance says what is looked at.
type CheckItem struct {
	Code     string `yaml:"code"`
	Title    string `yaml:"title"`
	Guidance string `yaml:"guidance"`
}

// Meeting is a board meeting. Everybody on the board attends but those Absent;
// declarations of all are signed on DeclarationsOn. Items are the projects of a
// selection meeting in the order of the agenda. Stated is set where a source tells
// of the meeting.
type Meeting struct {
	Key                string     `yaml:"key" names:"meeting"`
	MinutesNo          int        `yaml:"minutesNo"`
	Mode               string     `yaml:"mode"`
	Purpose            string     `yaml:"purpose"` // APPROVE_CALL, DECIDE_LIST, ANNUL_CALL
	Call               string     `yaml:"call" refers:"call"`
	AgendaSentOn       clock.Date `yaml:"agendaSentOn"`
	ScheduledAt        Moment     `yaml:"scheduledAt"`
	DeclarationsOn     clock.Date `yaml:"declarationsOn"`
	Absent             []string   `yaml:"absent" refers:"seat"`
	Items              []string   `yaml:"items" refers:"case"`
	MinutesSignedOn    clock.Date `yaml:"minutesSignedOn"`
	MinutesPublishedOn clock.Date `yaml:"minutesPublishedOn"`
	Stated             *Stated    `yaml:"stated"`
	Synthetic          bool       `yaml:"synthetic"`
}

// Call is a call for project proposals. It opens at 0:00 of OpensOn and closes
// at 24:00 of ClosesOn, in Vilnius; its budget is the sum over its actions. List is
// empty for one that was annulled. Reannounces is the annulled call whose money it
// offers again: as much of each action that the annulled one offered.
type Call struct {
	Key                     string       `yaml:"key" names:"call"`
	Measure                 string       `yaml:"measure" refers:"measure"`
	CriteriaSet             string       `yaml:"criteriaSet" refers:"criteria set"`
	Checklist               string       `yaml:"checklist" refers:"checklist"`
	Actions                 []CallAction `yaml:"actions"`
	MinGrant                Amount       `yaml:"minGrant"`
	MaxGrant                Amount       `yaml:"maxGrant"`
	IntensityCapBasisPoints int64        `yaml:"intensityCapBasisPoints"`
	EligibleApplicantTypes  []string     `yaml:"eligibleApplicantTypes"`
	OpensOn                 clock.Date   `yaml:"opensOn"`
	ClosesOn                clock.Date   `yaml:"closesOn"`
	Approval                Vote         `yaml:"approval"`
	List                    ProjectList  `yaml:"list"`
	Steps                   []Step       `yaml:"steps"`
	Reannounces             string       `yaml:"reannounces" refers:"call"`
	Stated                  *Stated      `yaml:"stated"`
	Synthetic               bool         `yaml:"synthetic"`
}

// Budget is the call's money, summed over its actions.
func (c Call) Budget() (Amount, error) {
	amounts := make([]Amount, 0, len(c.Actions))
	for _, a := range c.Actions {
		amounts = append(amounts, a.Budget)
	}
	return Sum(amounts...)
}

// CallAction is the part of a call's budget that one action gives.
type CallAction struct {
	Code   string `yaml:"code" refers:"action"`
	Budget Amount `yaml:"budget"`
}

// ProjectList is the list that a decided call ends in.
type ProjectList struct {
	Number  string     `yaml:"number"`
	Kind    string     `yaml:"kind"` // FUNDING, RESERVE
	On      clock.Date `yaml:"on"`
	Meeting string     `yaml:"meeting" refers:"meeting"`
}

// Vote is the vote on one item: who left it and who did not vote for it. All
// others who attend the meeting vote for it; see [Synthetic.Ballots].
type Vote struct {
	Meeting   string    `yaml:"meeting" refers:"meeting"`
	Recused   []Recusal `yaml:"recused"`
	Against   []string  `yaml:"against" refers:"seat"`
	Abstained []string  `yaml:"abstained" refers:"seat"`
}

// Recusal is a board member's declared conflict with its ground.
type Recusal struct {
	Person string `yaml:"person" refers:"seat"`
	Ground string `yaml:"ground"`
}

// Case is the walk of one project's proposal from its draft on, through the state
// that a named project is loaded in as of its day. Amounts balance to the cent
// . Nothing is awarded and nobody scored where the call was annulled before.
type Case struct {
	Project       string   `yaml:"project" names:"case" refers:"project"`
	Call          string   `yaml:"call" refers:"call"`
	Action        string   `yaml:"action" refers:"action"`
	ActivityKinds []string `yaml:"activityKinds" refers:"activity kind"`
	// PlaceOfActivity is the territory in which the activity takes place.
	PlaceOfActivity TerritoryKind `yaml:"placeOfActivity"`
	Applicant       string        `yaml:"applicant" refers:"person"`
	Eligible        Amount        `yaml:"eligible"`
	Requested       Amount        `yaml:"requested"`
	Awarded         Amount        `yaml:"awarded"`
	Budget          []BudgetLine  `yaml:"budget"`
	Funding         []FundShare   `yaml:"funding"`
	Evaluations     []Evaluation  `yaml:"evaluations"`
	Decision        Vote          `yaml:"decision"`
	Steps           []Step        `yaml:"steps"`
	Synthetic       bool          `yaml:"synthetic"`
}

// BudgetLine is an eligible cost by category.
type BudgetLine struct {
	Category string `yaml:"category"`
	Amount   Amount `yaml:"amount"`
}

// Evaluation is one evaluator's work on a proposal: assigned, declared without
// conflict, submitted with points per criterion code.
type Evaluation struct {
	Evaluator   string         `yaml:"evaluator" refers:"person"`
	AssignedAt  Moment         `yaml:"assignedAt"`
	DeclaredAt  Moment         `yaml:"declaredAt"`
	SubmittedAt Moment         `yaml:"submittedAt"`
	Points      map[string]int `yaml:"points"`
}

// Score is the weighted sum of the points; codes that the set lacks do
// not count.
func (e Evaluation) Score(set CriteriaSet) int {
	sum := 0
	for _, c := range set.Criteria {
		sum += c.Weight * e.Points[c.Code]
	}
	return sum
}

// Step is one event on a subject. At is when it is recorded. Acts of other
// bodies carry OnBehalfOf and their document; Second is the second person;
// Decision is the meeting whose decision is carried out, for the Reason where one
// has to be given; Data sets the subject's fields of those names.
type Step struct {
	Subject    string            `yaml:"subject"` // "" for the record's own kind
	Event      string            `yaml:"event"`
	At         Moment            `yaml:"at"`
	By         string            `yaml:"by" refers:"person"` // a person, or [ByClock]
	Role       Role              `yaml:"role"`
	OnBehalfOf Role              `yaml:"onBehalfOf"`
	Second     string            `yaml:"second" refers:"person"`
	Decision   string            `yaml:"decision" refers:"meeting"`
	Reason     string            `yaml:"reason"`
	Document   *Act              `yaml:"document"`
	Data       map[string]string `yaml:"data"`
}

// Act is the document in which an act is recorded.
type Act struct {
	Number string     `yaml:"number"`
	Date   clock.Date `yaml:"date"`
}

// EffectiveOn is the legal day of the step: the date of its document, or else
// the day on which it is recorded.
func (s Step) EffectiveOn() clock.Date {
	if s.Document != nil {
		return s.Document.Date
	}
	return s.At.Instant().Day()
}

// StrategyStep is a step of the strategy's own life.
type StrategyStep struct {
	Step      `yaml:",inline"`
	Synthetic bool `yaml:"synthetic"`
}

// ConsultationInput is an invented answer to a call for input and what became
// of it.
type ConsultationInput struct {
	Key                string     `yaml:"key" names:"input"`
	From               string     `yaml:"from"`
	Direction          string     `yaml:"direction" refers:"direction"`
	ActivityKinds      []string   `yaml:"activityKinds" refers:"activity kind"`
	Gist               string     `yaml:"gist"`
	ReceivedAt         Moment     `yaml:"receivedAt"`
	AcknowledgedOn     clock.Date `yaml:"acknowledgedOn"`
	InvolvesVolunteers bool       `yaml:"involvesVolunteers"`
	Disposition        string     `yaml:"disposition"` // REFLECTED, PARTLY_REFLECTED, NOT_REFLECTED
	Synthetic          bool       `yaml:"synthetic"`
}

// Choice is how a board member votes.
type Choice string

// The choices.
const (
	For     Choice = "FOR"
	Against Choice = "AGAINST"
	Abstain Choice = "ABSTAIN"
)

// Ballot is one member's vote on an item.
type Ballot struct {
	Seat   Seat
	Choice Choice
}

// Ballots are the votes cast in v in the order of the seats: nobody who is
// absent from the meeting or recused from the item casts one.
func (s Synthetic) Ballots(v Vote) []Ballot {
	choices := map[string]Choice{}
	out := map[string]bool{}
	for _, m := range s.Meetings {
		if m.Key == v.Meeting {
			mark(out, m.Absent)
		}
	}
	for _, r := range v.Recused {
		out[r.Person] = true
	}
	for _, p := range v.Against {
		choices[p] = Against
	}
	for _, p := range v.Abstained {
		choices[p] = Abstain
	}
	var ballots []Ballot
	for _, seat := range s.Board {
		if out[seat.Person] {
			continue
		}
		choice, other := choices[seat.Person]
		if !other {
			choice = For
		}
		ballots = append(ballots, Ballot{seat, choice})
	}
	return ballots
}

func mark(set map[string]bool, keys []string) {
	for _, k := range keys {
		set[k] = true
	}
}
