package workflow

import (
	"context"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/terms"
)

// Store is where the engine keeps things. The suite in workflowtest says what
// it must do; there is one implementation, for two database engines.
type Store interface {
	// InTx runs f in one transaction and commits if it returns nil. When the
	// database asks for it, f runs again from the start, so f must have no
	// effects of its own.
	InTx(ctx context.Context, f func(Tx) error) error
	// View runs f on one consistent state. Lock locks nothing there and the
	// writing methods are refused.
	View(ctx context.Context, f func(Tx) error) error
}

// Tx is one transaction. Its methods are called by one goroutine.
type Tx interface {
	// Lock locks the subject for this transaction, what stands before it in the
	// lock order included where wide is set (its call and every envelope that it
	// can move money in), and returns it as it is under the lock. The error has
	// code NOT_FOUND when there is no such subject.
	Lock(id ident.ID, wide bool) (Subject, error)
	// Told is the subject as those outside know it, who take several states for the
	// one: as it was when it last came into any of them from another.
	Told(s Subject, as StateName) (Subject, error)
	// Left says whether the person has left for an item about the subject.
	Left(subject, person ident.ID) (bool, error)
	// Facts are what the guards decide on, read under the lock. Now is left for
	// the engine to fill.
	Facts(s Subject) (*Facts, error)
	// Row is a row as it stands, by field, in the form in which an entry would
	// hold it; NOT_FOUND where there is none.
	Row(typeName string, id ident.ID) (map[string]any, error)
	// Competition is what the call's ranking is made of. It is apart from Facts because
	// only decisions on money need it.
	Competition(call ident.ID) (Competition, error)
	// Filed is the content of the proposal's last version, as [ProposalFacts.Content] has what stands
	// there now; none where it was never handed in.
	Filed(proposal ident.ID) ([]Change, error)
	// Sitting is what was voted and decided at the meeting. It is apart from Facts because
	// only its minutes need it.
	Sitting(meeting ident.ID) (Sitting, error)
	// Assigned are the call's proposals under evaluation whose scores are not final, by
	// id, each with the evaluators of its round by id.
	Assigned(call ident.ID) ([]Assigned, error)
	// Taken are the proposals of the call that each evaluator has been given and that were not
	// taken from them since, in whichever round, ascending.
	Taken(call ident.ID) (map[ident.ID][]ident.ID, error)
	// Relations are what data show on the day of the persons and of organisations that are
	// applicants, asked by the group. They are apart from Facts because few acts need them.
	Relations(lag ident.ID, persons, applicants []ident.ID, on clock.Date) (RelationFacts, error)
	// Concerned says whether the group has to do with the organisation or person on the day.
	Concerned(lag, id ident.ID, on clock.Date) (bool, error)
	// Coded is the organisation that the legal code belongs to, "" for none.
	Coded(code string) (ident.ID, error)
	// Live are the proposals of the group that were filed and have not ended, by id.
	Live(lag ident.ID) ([]LiveFacts, error)
	// Sittings are the meetings of the group's board, each with its day and its state, by id.
	Sittings(lag ident.ID) ([]SittingFacts, error)
	// Indicators are those of the strategy, by id.
	Indicators(strategy ident.ID) ([]IndicatorFacts, error)
	// Reporting is what the progress report is filled by.
	Reporting(report ident.ID) (ReportingFacts, error)
	// Steps are those that the case took, in their order.
	Steps(subject ident.ID) ([]StepFacts, error)
	// Letter is what a letter about the step names and no guard reads, with the remarks of
	// those evaluations.
	Letter(proposal ident.ID, about StepFacts, counting []EvaluationFacts) (LetterFacts, error)
	// BoardParts say who took part in what the board decided on any of the subjects, by person.
	BoardParts(subjects []ident.ID) ([]PartFacts, error)
	// Joined are the subjects of a kind that a joined event reaches from s,
	// ids ascending: a call's proposals, a contract's proposal.
	Joined(s Subject, kind Kind) ([]ident.ID, error)
	// Holders are the persons who hold one of the roles towards the subject on
	// the day, by role and id.
	Holders(s Subject, roles []Role, on clock.Date) ([]Holder, error)
	// Terms are when the term of a state ends for the cases that are in it, ids
	// ascending. A term whose beginning is not known yet, as that of a letter on its
	// way, is left out.
	Terms(q TermsOf) ([]Due, error)
	// Schedule makes these the timers of the case, in place of those it had.
	Schedule(subject ident.ID, timers []Timer) error
	// Timers are those of the case.
	Timers(subject ident.ID) ([]Timer, error)
	// Ending are the terms that end by an instant in the group, soonest first, as
	// many as a screen could ever show.
	Ending(lag ident.ID, by clock.Instant) ([]Timer, error)
	// Take gives out timers that ring by now, soonest first and at most so many, and
	// lends each to the caller: for so long nobody else is given it.
	Take(now clock.Instant, most int, lent time.Duration) ([]Timer, error)
	// Count counts what statistics are made of; now is when a term that has ended is
	// overdue.
	Count(of StatisticsOf, by CountedBy, now clock.Instant) (Counted, error)
	// RuleSets are those of the group and those that all share, whenever they hold.
	RuleSets(lag ident.ID) ([]RuleSetFacts, error)
	// Published are the names of all published versions, under the lock that lets one
	// be published at a time.
	Published() ([]string, error)
	// RunningOn are the cases of the group that are pinned to the version and in no
	// terminal state of it, by id, after one and at most so many.
	RunningOn(lag ident.ID, definition string, after ident.ID, most int) ([]Subject, error)
	// FirstDecision is the earliest day on which the meeting adopted a decision, "" if
	// it took none.
	FirstDecision(meeting ident.ID) (clock.Date, error)
	// Documents are those of ids that are on record in the group, each with the
	// record that it is about.
	Documents(lag ident.ID, ids []ident.ID) (map[ident.ID]ident.ID, error)
	// LastAct is when and effective on which day the subject's dossier was last
	// written; zero when it is new.
	LastAct(dossier ident.ID) (clock.Date, clock.Instant, error)
	// Apply writes the changes in order. A row whose version is not the expected
	// one gives CONFLICT; money beyond an envelope gives ENVELOPE_EXCEEDED.
	Apply(changes []Change) error
	// Registry is the dossier of what belongs to no group; fresh is its id if
	// there is none yet.
	Registry(fresh ident.ID) (ident.ID, error)
	// Open begins a dossier.
	Open(dossier, lag ident.ID) error
	// Append adds an entry to its dossier and returns its number. The header
	// comes without n and previous hash, which only the dossier's head knows.
	Append(h history.Header, body []byte, openings []Opening) (history.Entry, error)
	// NextEntry is the number that the next entry of the dossier will have.
	NextEntry(dossier ident.ID) (int64, error)
	// Claim takes an idempotency key for the actor. Where it was taken before,
	// the earlier input's hash and entry come back and claimed is false.
	Claim(actor ident.ID, key, inputHash string) (prior Claim, claimed bool, err error)
	// Settle notes which entry, or which pending confirmation, a claimed key led to.
	Settle(actor ident.ID, key string, c Claim) error
	// Suspect writes to the security log: an attempt on what the actor may not see.
	Suspect(actor ident.ID, subject, what string, at clock.Instant) error
	// Await keeps a command until a second person confirms it.
	Await(p Pending) error
	// Awaited takes a kept command out, locked; NOT_FOUND if there is none.
	Awaited(id ident.ID) (Pending, error)
	// AllAwaited are the kept commands of the group, or of none, that have not run
	// out, soonest to expire first and as many as a screen could show.
	AllAwaited(lag ident.ID, now clock.Instant) ([]Pending, error)
	// Confirmed strikes a kept command off.
	Confirmed(id ident.ID) error
}

// Subject is something with a state, as it stands under lock.
type Subject struct {
	ID         ident.ID
	Kind       Kind
	LAG        ident.ID
	Dossier    ident.ID
	State      StateName
	Version    int
	Definition string // such as "proposal@1"; the case is pinned to it
	// Since is when the state was entered, Stopped for how many days the clock of
	// the case stood before, and TermUntil the day to which its term was extended.
	Since     clock.Instant
	Stopped   int
	TermUntil clock.Date
	// Owner is the applicant's organisation, where the subject has one.
	Owner ident.ID
	// Assigned is the one evaluator that the subject is given to, where it is.
	Assigned ident.ID
}

// Holder is somebody who holds a role.
type Holder struct {
	Person ident.ID
	Role   Role
}

// Opening lets a commitment be checked: it is kept outside the history and may
// be destroyed.
type Opening struct {
	Path  string
	Salt  []byte
	Value string
}

// Claim is what an idempotency key stands for.
type Claim struct {
	InputHash    string
	Dossier      ident.ID
	N            int64
	Confirmation ident.ID
}

// Facts are what guards read. A part is nil where the subject has none.
type Facts struct {
	Now     clock.Instant
	Subject Subject
	// TermOver says that the term of the subject's state has run out, though the
	// clock has not come by yet.
	TermOver bool
	// TermUnverified says that nobody has compared the length of that term with its
	// source.
	TermUnverified bool
	// Held is what is reserved for the proposal now.
	Held     rules.Money
	Proposal *ProposalFacts
	Call     *CallFacts
	Contract *ContractFacts // of a proposal that has one, and of what is in its dossier
	Matter   *MatterFacts   // of a matter itself
	Matters  []MatterFacts  // the others beside the same case
	Meeting  *MeetingFacts  // of a meeting, and of an item before it
	Item     *ItemFacts
	// Before are the facts of the case that an item asks the board about, for the steps that
	// a guard of it looks at; nil where the item's event does not read the ranking.
	Before    *Facts
	Decisions []DecisionFacts
	// Incidents stand open on the subject.
	Incidents []IncidentFacts
	// Shared is what the evaluator of an evaluation shares with the applicant, for the steps
	// that a guard of it keeps; nil while nobody has asked.
	Shared []Match
	// Independence is what R-28 is about, of a proposal, for the steps that ask for it; nil
	// while nobody has asked.
	Independence *rules.LAGAsApplicant
	// Steps are those that the case took, or that the matter's subject did, in their order;
	// nil while nobody has asked.
	Steps []StepFacts
	// Review is what is known of those who are to review an appeal; nil while nobody is named.
	Review *ReviewFacts
	// RuleSets name the rule sets in force, ascending, such as "EU@1".
	RuleSets []string
	// Synthetic: the subject is made up, and so is what follows from it.
	Synthetic bool
}

// ProposalFacts are a proposal's own.
type ProposalFacts struct {
	State                      StateName
	ID, ActionID, Applicant    ident.ID
	ActionCode                 string
	LegalCode, LegalForm       string
	GrantRequested             rules.Money
	EligibleTotal              rules.Money
	GrantAwarded, GrantApplied *rules.Money
	ReceivedAt, SubmittedAt    *clock.Instant
	ActivityKinds              []string
	ActionKinds                []string // what the action allows, by way of example
	PlaceTerritory             string
	SeatTerritory              string // of the applicant
	Title                      string
	Budget                     []rules.Money
	Participants               *int // as planned
	ParticipantsBasis          string
	Funding                    []FundingFacts
	Evaluations                []EvaluationFacts
	Round                      int // of evaluation; each return begins another
	Definition                 string
	TakesScores                bool  // its scores can be made final where it stands; the engine fills it
	TakesChecks                bool  // its checklist is answered where it stands; the engine fills it
	Appealable                 bool  // its applicant may appeal where it stands; the engine fills it
	Stands                     State // where it stands, as its definition has it; the engine fills it
	FinalScore                 *int64
	BeforeBoard                bool // the board may vote on it where it stands; the engine fills it
	NotAdopted                 int  // how often the board has decided nothing
	OfficeDraft                bool // the office began it, for paper or e-mail
	ContentHash                string
	// Content are the rows that submission puts under hash, as changes that
	// would make them.
	Content  []Change
	Versions int // submitted so far
	// Checks are the answers to the call's checklist, in its order, those that judge an earlier
	// version included.
	Checks []terms.Answer
}

// ContractFacts are a contract's own.
type ContractFacts struct {
	Grant rules.Money
	State State
}

// MatterFacts are those of a matter beside a case; an amount is zero where none
// is known.
type MatterFacts struct {
	ID, Subject      ident.ID
	Kind             Kind
	Form             string
	Amount, Accepted rules.Money
	DueOn            clock.Date
	State            State
	// Content is what was signed, word for word, and Hash its SHA-256; "" before.
	Content, Hash string
}

// FundingFacts is one source of a proposal's money.
type FundingFacts struct {
	Source string
	Amount rules.Money
}

// EvaluationFacts is one evaluation with its points by criterion code, in
// hundredths.
type EvaluationFacts struct {
	ID        ident.ID
	Evaluator ident.ID
	State     State
	// Definition is the one that its case is pinned to.
	Definition string
	Round      int
	Declared   bool // that there is, or is not, a conflict
	Submitted  bool
	Points     map[string]int64
	Scores     []ident.ID // the rows that hold them, ascending
}

// Gone says whether the evaluation was taken from its evaluator for good: it counts no
// more.
func (e EvaluationFacts) Gone() bool { return e.State.Terminal && (e.State.Withheld || !e.Submitted) }

// Trusted says whether the evaluator may read what the evaluation is about.
func (e EvaluationFacts) Trusted() bool { return e.Declared && !e.State.Withheld && !e.Gone() }

// DefaultExtensionDays is in calendar days, where no rule set sets another. It is a
// choice of design: a week, so that whoever was about to file can take the change in.
const DefaultExtensionDays = 7

// CallFacts are a call's own, or those of a proposal's call.
type CallFacts struct {
	ID, Envelope               ident.ID
	Commits                    Commitment
	Phase                      Phase
	ReceivedListPublished      bool
	Budget, MinGrant, MaxGrant rules.Money
	IntensityCap               rules.BasisPoints
	DivergenceLimit            rules.BasisPoints
	LostVotes                  int      // after how many votes without a decision a proposal goes to the general meeting
	ExtensionDays              int      // by how much an amendment extends the term at least
	Unverified                 []string // names of unverified parameters among these
	MinScore                   int64    // hundredths
	OpensAt, ClosesAt          clock.Instant
	EligibleForms, TieBreakers []string
	Aggregation                rules.Aggregation
	SkipAndFit                 bool
	SelectionMode              string
	Criteria                   []CriterionFacts
	UnitCosts                  []terms.UnitCost
	Checklist                  []terms.Item
	Pool                       []terms.Member // none where whoever holds the role may evaluate
	Proposals                  int            // that count: not drafts, not withdrawn; for a call itself
	SignedContracts            int            // for a call itself
	Reserved                   rules.Money    // of the call's own envelope
	Competition
	Allocations       []AllocationFacts
	StrategyTotal     rules.Money
	StrategyAllocated rules.Money
}

// CriterionFacts is one line of a rubric; numbers in hundredths.
type CriterionFacts struct {
	ID       ident.ID
	Code     string
	PassFail bool
	Max, Min int64
	Weight   int64
}

// Competition is what a call's ranking is made of.
type Competition struct {
	Ranking  []RankedFacts // by id
	Unscored int           // proposals received that have no final score yet
	Frozen   int           // rankings of the call that were frozen
}

// RankedFacts is a proposal of the same call with a final score.
type RankedFacts struct {
	Proposal    ident.ID
	Score       int64
	Evaluations []EvaluationFacts // that count, by id
	SubmittedAt clock.Instant
	Grant       rules.Money
	// Holds: money is reserved for it already.
	Holds bool
	// Lot is its place among the lots of the ranking frozen last, from 1, 0 for none.
	Lot int
	// Waits for money that may be freed, and Ahead of the ranking.
	Waits, Ahead bool
	// NotYet: it has its score and nobody has put it to the board. It takes no place
	// among those that the board decides on.
	NotYet bool
}

// AllocationFacts is the part of a call's budget under one action, with that
// action's envelope.
type AllocationFacts struct {
	Action     ident.ID
	ActionCode string
	Envelope   ident.ID
	Amount     rules.Money // of this call
	Allocation rules.Money // of the action
	Reserved   rules.Money // in the action's envelope, by all calls
	LiveGrants rules.Money // of this call under the action; for a call itself
}

// DecisionFacts is a board's decision on the subject.
type DecisionFacts struct {
	ID        ident.ID
	Event     EventName
	Adopted   bool
	AdoptedOn clock.Date
	// General: the general meeting decided, not the board.
	General bool
	// Departs: it funds the case before its turn, and says why.
	Departs bool
	// RecordedBy is who wrote the decision down.
	RecordedBy ident.ID
	// Spent decisions were carried out already.
	Spent bool
	// Overtaken decisions were taken on a case that another decision of the board
	// has moved since.
	Overtaken bool
}
