package workflow

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"reflect"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// computedEffects are what a definition may ask to be computed when it fires. Each may
// add to the subject's own change in set and return changes of other rows.
var computedEffects = map[string]func(*step, *decision, Values) ([]Change, error){
	"freezeContent":   freezeContent,
	"restoreContent":  restoreContent,
	"giveReceipt":     giveReceipt,
	"finalScore":      finalScore,
	"countNotAdopted": countNotAdopted,
	reopening:         reopenScores,
	"declare":         declare,
	"handIn":          handIn,
	"takeBack":        takeBack,
	"setDay":          setDay,
	"firstDay":        firstDay,
	"everybodyLeaves": everybodyLeaves,
	"openVote":        openVote,
	"decide":          decide,
	"assignThird":     assignThird,
	"presides":        presides,
	"freezeMinutes":   freezeMinutes,
}

// KnownEffects names every effect, for [Compile].
func KnownEffects() map[string]bool {
	known := make(map[string]bool, len(computedEffects))
	for name := range computedEffects {
		known[name] = true
	}
	return known
}

// freezeContent puts what was drafted under hash: a version with its exact
// bytes, and every row of the content in the entry. A draft before it is
// chained nowhere.
func freezeContent(s *step, d *decision, set Values) ([]Change, error) {
	p := d.facts.Proposal
	content := make([]ChangeRecord, 0, len(p.Content))
	noSecrets := func(string, Confidential) (any, error) { return nil, nil }
	for _, c := range p.Content {
		rec, err := c.record(noSecrets)
		if err != nil {
			return nil, err
		}
		content = append(content, rec)
	}
	b, err := history.CanonicalBody(content)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	hash := hex.EncodeToString(sum[:])
	set["contentHash"] = hash
	if p.SubmittedAt == nil {
		// What came on paper counts from its receipt, not from when the office
		// typed it in: R-01 and the ranking go by it.
		set["submittedAt"] = sight{Facts: d.facts, data: d.data}.filedAt()
	}
	changes := []Change{{
		Type: "ProposalVersion", ID: s.IDs.New(ident.ProposalVersion), Create: true,
		Set: Values{
			"lagId": d.facts.Subject.LAG, "proposalId": p.ID, "ordinal": p.Versions + 1,
			"content": string(b), "contentHash": hash, "submittedAt": s.now,
		},
	}}
	for _, c := range p.Content {
		if c.ID == p.ID {
			maps.Copy(set, c.Set)
			continue
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// restoreContent puts the content back as its last version has it: what was edited and never
// handed in is nobody's proposal, and nothing may be judged by it.
func restoreContent(s *step, d *decision, set Values) ([]Change, error) {
	p := d.facts.Proposal
	filed, err := s.tx.Filed(p.ID)
	if err != nil || slices.EqualFunc(filed, p.Content, sameRow) {
		return nil, err
	}
	var changes []Change
	for _, c := range p.Content {
		if c.ID != p.ID {
			changes = append(changes, Change{Type: c.Type, ID: c.ID, Delete: true})
		}
	}
	for _, c := range filed {
		if c.ID == p.ID {
			maps.Copy(set, c.Set)
			continue
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// sameRow says whether two changes make the same of the same row.
func sameRow(a, b Change) bool {
	return a.ID == b.ID && reflect.DeepEqual(a.Set, b.Set)
}

// receiptLength is that of a receipt number: sixty bits, so that none is met twice.
const receiptLength = 12

// giveReceipt gives the applicant a number to go by until the register has one. It
// is random: counted up, it would tell how many proposals a sealed call has got.
func giveReceipt(s *step, _ *decision, set Values) ([]Change, error) {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford's, without what reads alike
	b := make([]byte, receiptLength)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return nil, err
	}
	for i := range b {
		b[i] = digits[int(b[i])%len(digits)]
	}
	set["receiptNo"] = string(b)
	return nil, nil
}

// finalScore keeps the score of R-14 on the proposal.
func finalScore(_ *step, d *decision, set Values) ([]Change, error) {
	score, r := sight{Facts: d.facts, data: d.data}.standing().Final()
	if r.OK() {
		set["finalScore"] = int64(score)
	}
	return nil, nil
}

// reopenScores takes the final score back where the case is assessed anew, and
// begins the next round of evaluation.
func reopenScores(_ *step, d *decision, set Values) ([]Change, error) {
	if d.to.Phase == PhaseEvaluation {
		set["finalScore"], set["evaluationRound"] = nil, d.facts.Proposal.Round+1
	}
	return nil, nil
}

// declare keeps when an evaluator said whether they have a conflict.
func declare(s *step, _ *decision, set Values) ([]Change, error) {
	set["declaredAt"] = s.now
	return nil, nil
}

// handIn keeps when an assessment was handed in.
func handIn(s *step, _ *decision, set Values) ([]Change, error) {
	set["submittedAt"] = s.now
	return nil, nil
}

// takeBack has an assessment count as not handed in.
func takeBack(_ *step, _ *decision, set Values) ([]Change, error) {
	set["submittedAt"] = nil
	return nil, nil
}

// countNotAdopted counts how often the board has decided nothing: the statutes
// send a case on after so many times.
func countNotAdopted(_ *step, d *decision, set Values) ([]Change, error) {
	set["notAdopted"] = d.facts.Proposal.NotAdopted + 1
	return nil, nil
}

// movements are the lines of the ledger that follow from the traits of the two
// states: a proposal holds its grant in the envelope of its call while its
// state holds money, and what it holds while its state keeps money; a call
// holds in its actions' envelopes what it commits.
func (s *step) movements(d *decision, n int64) []Change {
	facts := d.facts
	var out []Change
	add := func(envelope ident.ID, amount rules.Money) {
		if amount == 0 || envelope == "" {
			return
		}
		out = append(out, Change{
			Type: "Movement", ID: s.IDs.New(ident.Movement), Create: true,
			Set: Values{
				"lagId": facts.Subject.LAG, "envelopeId": envelope, "forId": facts.Subject.ID, "amount": amount,
				"dossierId": facts.Subject.Dossier, "n": n, "recordedAt": s.now,
			},
		})
	}
	switch facts.Subject.Kind {
	case "proposal":
		var after rules.Money
		switch {
		case d.to.HoldsMoney:
			after = sight{Facts: facts, data: d.data}.amount()
		case d.to.KeepsMoney:
			after = facts.Held
		}
		add(facts.Call.Envelope, after-facts.Held)
		if facts.Call.Commits == CommitsGrants {
			add(facts.Call.actionEnvelope(facts.Proposal.ActionID), after-facts.Held)
		}
	case "call":
		for _, a := range facts.Call.Allocations {
			add(a.Envelope, a.committed(d.to.Commits)-a.committed(d.from.Commits))
		}
	}
	return out
}

func (a AllocationFacts) committed(c Commitment) rules.Money {
	return map[Commitment]rules.Money{CommitsBudget: a.Amount, CommitsGrants: a.LiveGrants}[c]
}

func (c *CallFacts) actionEnvelope(action ident.ID) ident.ID {
	for _, a := range c.Allocations {
		if a.Action == action {
			return a.Envelope
		}
	}
	return ""
}

// reserved is by how much the changes charge envelopes.
func reserved(changes []Change) rules.Money {
	var total rules.Money
	for _, c := range changes {
		if m, ok := c.Set["amount"].(rules.Money); ok && c.Type == "Movement" {
			total += m
		}
	}
	return total
}

// entryDraft is an entry before its dossier's head is known.
type entryDraft struct {
	subject          Subject
	subjectType      string
	kind             string
	role, onBehalfOf Role
	effectiveOn      clock.Date
	definition       string
	ruleSets         []string
	changes          []Change
	body             Body
}

// append writes the entry: confidential texts leave a commitment in the body
// and their opening beside it.
func (s *step) append(d entryDraft) (history.Entry, error) {
	salt, err := s.salt()
	if err != nil {
		return history.Entry{}, err
	}
	d.body.Salt = hex.EncodeToString(salt)
	var openings []Opening
	commit := func(path string, text Confidential) (any, error) {
		salt, err := s.salt()
		if err != nil {
			return nil, err
		}
		openings = append(openings, Opening{Path: path, Salt: salt, Value: string(text)})
		return history.Commitment{Hash: history.Commit(salt, string(text))}, nil
	}
	body, err := d.bodyBytes(commit, s.Simulated)
	if err != nil {
		return history.Entry{}, err
	}
	last, at, err := s.tx.LastAct(d.subject.Dossier)
	if err != nil {
		return history.Entry{}, err
	}
	on := d.effectiveOn
	if on == "" {
		on = max(s.now.Day(), last)
	}
	subjectType := d.subjectType
	if subjectType == "" {
		subjectType = typeOf(d.subject.ID)
	}
	return s.tx.Append(history.Header{
		Dossier: d.subject.Dossier, LAG: d.subject.LAG, Kind: d.kind, SubjectType: subjectType,
		SubjectID: d.subject.ID, Cause: s.cause, Actor: s.actor.Person, Role: string(d.role),
		OnBehalfOf: string(d.onBehalfOf), SecondActor: s.second.Person, EffectiveOn: on,
		// A clock that was set back must not make the history run backwards.
		RecordedAt: max(s.now, at), Definition: d.definition, RuleSets: d.ruleSets,
	}, body, openings)
}

func (s *step) salt() ([]byte, error) {
	salt := make([]byte, history.MinSalt)
	_, err := io.ReadFull(s.Random, salt)
	return salt, err
}

func (d entryDraft) bodyBytes(commit Committer, simulated bool) ([]byte, error) {
	body := d.body
	body.Simulated = simulated
	var err error
	if text, ok := body.Reason.(Confidential); ok {
		if body.Reason, err = commit("reason", text); err != nil {
			return nil, err
		}
	}
	for i, g := range body.Guards {
		if text, ok := g.Reason.(Confidential); ok {
			if body.Guards[i].Reason, err = commit("guards."+g.Guard+".reason", text); err != nil {
				return nil, err
			}
		}
	}
	for _, c := range d.changes {
		rec, err := c.record(commit)
		if err != nil {
			return nil, err
		}
		body.Changes = append(body.Changes, rec)
	}
	return history.CanonicalBody(body)
}
