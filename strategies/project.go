package strategies

import "github.com/atranka/atranka/clock"

// Project is a project that the text names. Title has its white space and
// quotation marks normalised; Printed keeps them where they are damaged. Code
// is "" where none is printed, so a project is keyed by Key.
type Project struct {
	Key          string       `yaml:"key" names:"project"`
	Title        string       `yaml:"title"`
	Printed      string       `yaml:"printed"`
	Code         string       `yaml:"code"`
	Promoter     string       `yaml:"promoter" refers:"organisation"`
	Theme        Theme        `yaml:"theme"`
	State        ProjectState `yaml:"state"`
	Goals        []StatedGoal `yaml:"goals"`
	Residence    Residence    `yaml:"residence"`
	Places       []Place      `yaml:"places"`
	PartnersFrom string       `yaml:"partnersFrom"`
	Source       Source       `yaml:"source"`
}

// Theme is the field of a project, a reading of ours; Printed is the label
// that supports it, where the text has one.
type Theme struct {
	Value   string `yaml:"value"` // BUSINESS, EDUCATION, SOCIAL
	Printed string `yaml:"printed"`
	ReadBy  Reader `yaml:"readBy"`
}

// ProjectState is the state that a project is loaded in as of a day. Stated is
// what the text says of it; Name, a state of the proposal, is a reading.
type ProjectState struct {
	Name                string     `yaml:"name"`
	AsOf                clock.Date `yaml:"asOf"`
	Stated              string     `yaml:"stated"` // RUNNING, PLANNED
	StartedIn           clock.Date `yaml:"startedIn"`
	ContinuedFromBefore clock.Date `yaml:"continuedFromBefore"`
	PlannedFor          clock.Date `yaml:"plannedFor"`
	ReadBy              Reader     `yaml:"readBy"`
}

// GoalKind is the word with which the text introduces what a project is for.
type GoalKind string

// The words: goal, essence, strive.
const (
	Tikslas GoalKind = "TIKSLAS"
	Esme    GoalKind = "ESME"
	Siekti  GoalKind = "SIEKTI"
)

// StatedGoal is what a project is for. Of names the part of the project that
// the text says it of, "" for the whole; Gist is ours.
type StatedGoal struct {
	Kind GoalKind `yaml:"kind"`
	Of   string   `yaml:"of"`
	Gist string   `yaml:"gist"`
}

// Residence is the rule on where participants live.
type Residence struct {
	Territories []TerritoryKind `yaml:"territories"`
	Source      Source          `yaml:"source"`
}

// Place is an address or district that the text gives for a project. Territory
// is a reading where ReadBy is set.
type Place struct {
	Kind       string        `yaml:"kind"` // ADDRESS, DISTRICT
	Text       string        `yaml:"text"`
	Near       string        `yaml:"near"`
	Use        string        `yaml:"use"`
	PlannedFor clock.Date    `yaml:"plannedFor"`
	Territory  TerritoryKind `yaml:"territory"`
	ReadBy     Reader        `yaml:"readBy"`
	Source     Source        `yaml:"source"`
}

// Accomplishment is something that a project is said to have done, without a
// count.
type Accomplishment struct {
	Project string   `yaml:"project" refers:"project"`
	What    string   `yaml:"what"`
	Items   []string `yaml:"items"`
	Source  Source   `yaml:"source"`
}
