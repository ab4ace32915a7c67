package workflow

import (
	"slices"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/ident"
)

// Kind names a sort of subject that has a state machine, such as "proposal".
type Kind string

// StateName names a state within its kind, such as "board_agenda".
type StateName string

// EventName names an event within its kind, such as "decideFund". Events with
// a ruling set are compiled to one concrete event per target; see [Machine].
type EventName string

// Phase groups the states of a proposal's life; a new state breaks no client
// that reads phases.
type Phase string

// The phases, in order.
const (
	PhaseCall           Phase = "CALL"
	PhaseSubmission     Phase = "SUBMISSION"
	PhaseEvaluation     Phase = "EVALUATION"
	PhaseSelection      Phase = "SELECTION"
	PhaseContract       Phase = "CONTRACT"
	PhaseImplementation Phase = "IMPLEMENTATION"
	PhaseClosure        Phase = "CLOSURE"
)

// Role says in which capacity somebody acts.
type Role string

// The roles. The first eight are granted and signed in with a token. Clock and
// Join are the engine's own. The last four never sign in: staff record their
// acts on their behalf, with a document.
const (
	Applicant       Role = "APPLICANT"
	Administrator   Role = "ADMINISTRATOR"
	Evaluator       Role = "EVALUATOR"
	BoardMember     Role = "BOARD_MEMBER"
	Chair           Role = "CHAIR"
	Secretary       Role = "SECRETARY"
	AuditCommission Role = "AUDIT_COMMISSION"
	Auditor         Role = "AUDITOR"

	Clock Role = "CLOCK"
	Join  Role = "JOIN"

	Ministry         Role = "MINISTRY"
	ImplementingBody Role = "IMPLEMENTING_BODY"
	Court            Role = "COURT"
	AppealBody       Role = "APPEAL_BODY"
)

// Text is one sentence or label in both languages.
type Text struct {
	LT string `yaml:"lt" json:"lt"`
	EN string `yaml:"en" json:"en"`
}

// In is the text in lang, "lt" or "en"; any other language reads English.
func (t Text) In(lang string) string {
	if lang == "lt" {
		return t.LT
	}
	return t.EN
}

// Position is a place in a definition file, both counted from 1.
type Position struct{ Line, Column int }

// Definition is one state machine as its author wrote it. [Parse] reads it,
// [Compile] proves it and makes a [Machine] of it.
type Definition struct {
	Kind    Kind
	Version int
	Initial StateName
	// Confidential: that there is such a case is for the office to know.
	Confidential bool
	// Begins says how a case of the kind begins beside another; nil where it does
	// not, or has an intent of its own.
	Begins *Beginning
	// Fields are those that the kind's subjects will have, where they have no rows
	// yet; the schema says it of all others.
	Fields []Datum
	// Attestations are the guards that no rule computes yet: a statement by
	// staff, with document and reason. Keys are guard names.
	Attestations map[string]Attestation
	// Conditions are the guards that the definition itself computes, by name.
	Conditions  map[string]Condition
	States      []State
	Transitions []Transition
	// Text is the file itself.
	Text string
	// Hash is the SHA-256 of the file's bytes in hexadecimal.
	Hash string
	// File is the name that the definition was read under.
	File string
	// LAG is the group whose own definition it is; empty where all share it. The
	// text does not say it.
	LAG ident.ID
}

// Beginning is how a case begins beside another, in that one's dossier.
type Beginning struct {
	About  []Kind // what it may be about
	By     []By
	Forms  []string // the forms that a case of the kind may have, one of which is to be named
	Guards []string // computed ones, on the facts of the case that it stands beside
	Data   []Datum
	Joins  []Joined // what fires on other subjects as it begins
	Position
}

// transition is the beginning as the act that it is.
func (o *Beginning) transition() *Transition {
	return &Transition{Event: "open", By: o.By, Guards: o.Guards, Data: o.Data, Joins: o.Joins, Requires: Requires{Document: o.forOthers()}, Position: o.Position}
}

// forOthers says whether it is always the act of another body that opens it.
func (o *Beginning) forOthers() bool {
	return len(o.By) > 0 && !slices.ContainsFunc(o.By, func(by By) bool { return by.OnBehalfOf == "" })
}

// Attestation is a guard that staff vouch for.
type Attestation struct {
	Label   Text // what is stated, such as "Every checklist item has a reason"
	Message Text // what is missing while it is not stated
	// Applicant: an applicant may state it of their own papers by the act alone.
	// All else staff state, with a document and a reason.
	Applicant bool
	// Unless is a computed guard: where it holds, the statement is not asked for.
	Unless string
	Position
}

// State is one state with its traits. Go never names a state: it reads these.
type State struct {
	Name        StateName
	Phase       Phase
	Staff       Text // the name that the office reads
	Applicant   Text // the name that the applicant reads
	Public      Text // the name that everybody else reads
	Responsible Role // who has to act next
	// HoldsMoney: the subject's amount is reserved in its envelope while here.
	HoldsMoney bool
	// KeepsMoney: what is reserved on entering stays so, and nothing is added: a
	// decision that is looked at again must find its money.
	KeepsMoney bool
	// Commits says what a call binds of its actions' money while here: its
	// whole budget while it may still decide, then its live grants.
	Commits  Commitment
	Pays     bool // money may be paid out while here
	Running  bool // counts among the projects that run
	Listed   bool // its existence is public
	Editable bool // the subject's content may be changed by its author
	Outcome  Outcome
	// ShownAs is the state that whoever is not of the office is told instead: that
	// a rejection is proposed is for the board before it is for the applicant. ""
	// where everybody is told the same.
	ShownAs StateName
	Final   bool // an outcome that only another body may reopen
	// Contested: the outcome stands while another body looks at it, as under
	// appeal or in court.
	Contested bool
	// Withheld: what the case is about is kept from whoever it is given to, as from an
	// evaluator with a conflict.
	Withheld bool
	// StopsClock: the days spent here are added to those terms of the case that
	// pause, as while a question is open.
	StopsClock bool
	Terminal   bool // no exits
	Deadline   *Deadline
	Position
}

// Settled says whether nothing is to be done in the state: it has no exits, or
// only another body may reopen it.
func (s State) Settled() bool { return s.Terminal || s.Final }

// Outcome is what a state means for whoever waits for it.
type Outcome string

// The outcomes.
const (
	OutcomeNone     Outcome = "NONE"
	OutcomePositive Outcome = "POSITIVE"
	OutcomeNegative Outcome = "NEGATIVE"
)

// Commitment is how much of an action's money a call binds.
type Commitment string

// The commitments.
const (
	CommitsNothing Commitment = ""
	CommitsBudget  Commitment = "BUDGET"
	CommitsGrants  Commitment = "GRANTS"
)

// Deadline is the clock of a state.
type Deadline struct {
	Event  EventName // fired by the clock when the term has run out; "" only warns
	Days   int
	Unit   DayUnit
	From   string // ENTERED, DELIVERED, or a date or instant of the subject, such as "call.closesAt"
	Source string // the tag of domain knowledge: "law", "design", "unverified"
	// Pauses: the term stands still while the case is in a state that stops the
	// clock.
	Pauses bool
	// Unless are computed guards: where one holds, the clock fires nothing and the
	// term only warns.
	Unless []string
	// Remind is how many days before its end the clock reminds of the term, counted
	// in its unit.
	Remind []int
	Position
}

// DayUnit says which days a term counts.
type DayUnit = calendar.Unit

// The units of a [Deadline].
const (
	WorkingDays  = calendar.WorkingDays
	CalendarDays = calendar.CalendarDays
)

// Transition is one row of the process: who may take a subject from where to
// where, and under which conditions.
type Transition struct {
	Event EventName
	From  []StateName
	// To has one state, or several where a ruling names one of a set.
	To       []StateName
	Label    Text
	By       []By
	Guards   []string // rules such as "R-15", computed facts, or attestations
	Requires Requires
	Data     []Datum  // what the event carries and sets on the subject
	Joins    []Joined // what fires on other subjects in the same transaction
	Effects  []string
	Sets     []Setting // flags of the subject that the event raises or lowers
	// Within is a term of the event itself, such as that of an appeal; nil for none.
	// It is the facts', for the guard termRuns to judge.
	Within *Deadline
	// Reopens marks the way out of a final state, decided by another body.
	Reopens bool
	Position
}

// By is one capacity in which the event may be fired. OnBehalfOf, where set,
// is the body whose act the role records; a document is then required. [Join] on
// behalf of a body carries on what that body did in another case.
type By struct {
	Role       Role
	OnBehalfOf Role
	// SecondPerson: in this capacity another person has to confirm, where the
	// event by itself asks for none.
	SecondPerson bool
}

// Requires lists what the act needs beside its guards.
type Requires struct {
	Reason       bool
	Document     bool
	SecondPerson bool
	Decision     bool // an adopted decision of the board on this subject and event
	LostVote     bool // a vote of the board on this subject by which nothing was adopted
	// Presider: of the two persons one presided over the meeting, and the other is a
	// secretary of the group.
	Presider bool
}

// Datum is a value that an event carries.
type Datum struct {
	Name     string // the subject's field, such as "grantAwarded"
	Type     string // money, date, instant, text, code, id, integer, or list: words between commas
	Required bool
	Position
}

// Setting is a flag of the subject and what it becomes.
type Setting struct {
	Field string
	On    bool
	Position
}

// Joined names the event that another subject takes part in.
type Joined struct {
	Kind  Kind
	Event EventName
	// Optional joins pass over subjects whose state or facts do not let the event
	// happen, such as a call's drafts; any other has to be fired, or nothing is.
	Optional bool
}

// firing is the join as that which it fires.
func (j Joined) firing() Joined { return Joined{Kind: j.Kind, Event: j.Event} }
