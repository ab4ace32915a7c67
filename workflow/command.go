package workflow

import (
	"context"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// Actor is who sends a command: a person with the roles granted to them, or
// the engine itself.
type Actor struct {
	Person ident.ID
	// Organisation is the one that the person speaks for as an applicant.
	Organisation ident.ID
	Grants       []Grant
	// system is set by [SystemActor] alone.
	system bool
}

// Grant is a role in one local action group; an empty LAG means all.
type Grant struct {
	Role Role
	LAG  ident.ID
}

// SystemActor fires what the clock or a join fires. It holds no other role.
func SystemActor() Actor { return Actor{system: true} }

// System says whether the actor is the engine itself.
func (a Actor) System() bool { return a.system }

// grants says whether the actor was granted one of the roles for the group, or for
// all: what concerns all (no group) is for those alone who hold the role for all.
func (a Actor) grants(lag ident.ID, roles ...Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return slices.Contains(roles, g.Role) && (g.LAG == "" || g.LAG == lag)
	})
}

// Holds says whether the actor may act in the role towards s: granted in its
// group, for an applicant only on what their own organisation submitted, and for an
// evaluator only on what is given to nobody else.
func (a Actor) Holds(r Role, s Subject) bool {
	if a.system {
		return r == Clock || r == Join
	}
	for _, g := range a.Grants {
		if g.Role == r && (g.LAG == "" || g.LAG == s.LAG) {
			switch r {
			case Applicant:
				return s.Owner != "" && a.Organisation == s.Owner
			case Evaluator:
				return s.Assigned == "" || s.Assigned == a.Person
			default:
				return true
			}
		}
	}
	return false
}

// HoldsAny says whether the actor holds any of the roles in the group.
func (a Actor) HoldsAny(lag ident.ID, roles ...Role) bool {
	for _, r := range roles {
		for _, g := range a.Grants {
			if g.Role == r && (g.LAG == "" || lag == "" || g.LAG == lag) {
				return true
			}
		}
	}
	return a.system
}

// Outside says whether the actor is told of the case what applicants and the
// public are: nobody of the staff, and of the board and the evaluators whoever is of
// its applicant, in whichever role they have come.
func (a Actor) Outside(s Subject) bool {
	theirs := s.Owner != "" && a.Organisation == s.Owner
	return !a.HoldsAny(s.LAG, staff...) && (theirs || !a.HoldsAny(s.LAG, BoardMember, Evaluator))
}

// Command is one way to change something: [Fire], [Confirm], [RetryIncident],
// [Publish], [Migrate], [AdoptRuleSet], [Correct] or a [Record].
type Command interface {
	// subject is what the sender named.
	subject() ident.ID
	// once is the idempotency key and what it stands for; "" where repeating the
	// command does no harm.
	once() (key string, input any)
	// looks says whether it is only to be looked at.
	looks() bool
	carryOut(*step) (Done, error)
	// attempted is what is kept where it was refused.
	attempted(*step) (attempt, error)
}

// Fire takes a subject along one transition.
type Fire struct {
	Subject ident.ID
	Event   EventName
	// ExpectedVersion is the version that the sender saw; another one is CONFLICT.
	ExpectedVersion int
	IdempotencyKey  string
	// EffectiveOn is the legal day, today if empty.
	EffectiveOn clock.Date
	Reason      string
	// OnBehalfOf is the body whose act is recorded, where it is not the actor's own.
	OnBehalfOf Role
	Document   ident.ID
	Decision   ident.ID
	Given      []Given
	// DryRun says what would happen and writes nothing.
	DryRun bool
}

func (f Fire) subject() ident.ID              { return f.Subject }
func (f Fire) once() (string, any)            { return f.IdempotencyKey, f }
func (f Fire) looks() bool                    { return f.DryRun }
func (f Fire) carryOut(s *step) (Done, error) { return s.fire(f) }
func (f Fire) attempted(*step) (attempt, error) {
	return attempt{id: f.Subject, event: named(f.Event)}, nil
}
func (f Fire) reason() string { return f.Reason }
func (f Fire) name() string   { return string(f.Event) }

func (f Fire) facts() []rules.Fact {
	var out []rules.Fact
	for _, g := range f.Given {
		out = append(out, rules.Fact{Name: g.Name, Value: g.Value})
	}
	return out
}

// Given is a fact that comes with an act: the value of a datum, the statement
// of an attestation ("true"), or the overruling of a rule ("overrule").
type Given struct {
	Name     string
	Value    string
	Document ident.ID
	Reason   string
}

// Confirm is the second person's part of a pending act.
type Confirm struct {
	ID ident.ID
}

func (c Confirm) subject() ident.ID              { return c.ID }
func (Confirm) once() (string, any)              { return "", nil }
func (Confirm) looks() bool                      { return false }
func (c Confirm) carryOut(s *step) (Done, error) { return s.confirm(c) }

func (c Confirm) attempted(s *step) (attempt, error) {
	p, err := s.tx.Awaited(c.ID)
	switch {
	case Refused(err, NotFound):
		return attempt{id: c.ID, event: "confirm"}, nil
	case err != nil:
		return attempt{}, err
	}
	return p.Act.command().attempted(s)
}

// Record writes facts that are no transition: a call created, a score given,
// a decision of the board. Its changes are made by an intent of this package.
type Record struct {
	// Kind names the act, such as "call.create".
	Kind string
	// Dossier is where the entry goes, the registry if empty; where Opens is set
	// it begins there.
	Dossier ident.ID
	Opens   bool
	LAG     ident.ID
	Subject ident.ID
	// SubjectType is the subject's type as the schema names it.
	SubjectType string
	// Owner is the organisation that an applicant must speak for where the
	// dossier is only opened; Under is the subject that it is opened under.
	Owner, Under ident.ID
	// check says what else the facts refuse.
	check func(*step, *Facts) ([]Refusal, error)
	// complete finishes the changes that depend on what stands there already.
	complete func(*step, *Facts, *Record) error
	// then is what the record leads to at once, fired by its sender.
	then []Fire
	// joins are the events that it takes along in other cases.
	joins []Joined
	// wide takes the wide lock, which what then follows needs.
	wide bool
	// Roles may send it. None means staff of any kind.
	Roles []Role
	// Content: the act changes what an applicant drafts, which the state has to
	// allow.
	Content bool
	// Unchained writes without an entry: the autosave of a draft. Where it is not
	// the applicant's own, an entry without changes says whose hand it was.
	Unchained   bool
	Changes     []Change
	EffectiveOn clock.Date
	Document    ident.ID
	Reason      string
	// OnBehalfOf is the body whose act is recorded, where it is not the sender's own.
	OnBehalfOf Role
	// guards are what was checked before, which the entry keeps.
	guards         []GuardRecord
	IdempotencyKey string
	// Input is what the key stands for, the changes if nil: a sender that repeats
	// itself makes the same input, but rows with fresh ids and a later clock.
	Input any
}

func (r Record) subject() ident.ID              { return r.Dossier }
func (Record) looks() bool                      { return false }
func (r Record) carryOut(s *step) (Done, error) { return s.record(r) }

// once: rows come with fresh ids, so where the key stands for what was sent, that is
// kept beside them.
func (r Record) once() (string, any) {
	if r.Input != nil {
		return r.IdempotencyKey, r.Input
	}
	return r.IdempotencyKey, r.Changes
}

func (r Record) attempted(*step) (attempt, error) {
	if r.Opens {
		return attempt{}, nil // there is no dossier yet
	}
	return attempt{id: r.Dossier, lag: r.LAG, event: EventName(r.Kind)}, nil
}

// Done is what became of a command.
type Done struct {
	// Subject is as it stands afterwards; as it would stand, after a dry run.
	Subject Subject
	// Dossier and N name the entry, N is 0 when none was written.
	Dossier ident.ID
	N       int64
	// Warnings are guards that warn and do not refuse.
	Warnings []Refusal
	Guards   []GuardRecord
	// WouldDo is filled by a dry run.
	WouldDo *Preview
	// Pending is set while a second person has to confirm.
	Pending *PendingNotice
	// Repeated: the idempotency key was used before; this is what it led to.
	Repeated bool
	// Consequences are what rests on a fact that was corrected, or would be, and
	// asks for a decision.
	Consequences []Refusal
	// Report is what was found in a definition, accepted or only looked at.
	Report *Report
	// Moved are the cases that were migrated, or would be, nil for other commands;
	// Left those that could not be after all, with the reasons.
	Moved *int
	Left  []Refusal

	// published is to be taken in once the transaction is committed, and rest to
	// be done then.
	published *Machine
	rest      func(context.Context, Done) (Done, error)
}

// Preview is what a dry run found.
type Preview struct {
	From, To StateName
	Changes  int
	Reserves rules.Money // by which the envelopes would be charged; negative releases
	Joined   []ident.ID
}

// PendingNotice tells who waits for a second person, and until when.
type PendingNotice struct {
	ID        ident.ID
	ExpiresAt clock.Instant
}

// Explanation is one event of the present state, weighed for one actor.
type Explanation struct {
	Event     EventName
	Label     Text
	From, To  StateName
	Allowed   bool
	BlockedBy []Refusal
	Warnings  []Refusal
	By        []Capacity
	Needs     []Need
}

// Capacity is a role that may fire the event, and who holds it today.
type Capacity struct {
	Role       Role
	OnBehalfOf Role
	// SecondPerson: another person has to confirm what is done so.
	SecondPerson bool
	Persons      []ident.ID
}

// Need is what the act must carry: a reason, a document, a decision, a second
// person, a datum or an attestation.
type Need struct {
	Name     string
	Kind     string // REASON DOCUMENT DECISION SECOND_PERSON DATUM ATTESTATION
	Type     string // of a datum
	Required bool
	Label    Text
}
