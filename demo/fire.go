package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/strategies"
	"github.com/atranka/atranka/terms"
	"github.com/atranka/atranka/workflow"
)

// carried is what a step of a case brings along beside itself: the number by
// which its papers are filed, and the vote where it carries a decision out.
type carried struct {
	number string
	vote   strategies.Vote
}

// fire takes the subject along the step, as its sender would: once it is
// decided, with the paper that it rests on and every statement
// that the definition asks for, and confirmed by the second person.
func (g *group) fire(s strategies.Step, subject, dossier ident.ID, with carried) error {
	f := workflow.Fire{
		Subject: subject, Event: workflow.EventName(s.Event), EffectiveOn: s.EffectiveOn(), OnBehalfOf: workflow.Role(s.OnBehalfOf),
		Reason: s.Reason,
	}
	for _, name := range slices.Sorted(maps.Keys(s.Data)) {
		f.Given = append(f.Given, workflow.Given{Name: name, Value: s.Data[name]})
	}
	var err error
	if s.Document != nil {
		f.Document, err = g.document(paper{
			dossier: dossier, subject: subject, kind: "ACT", title: "Aktas " + s.Document.Number, number: s.Document.Number, on: s.Document.Date,
		})
	}
	if err == nil && s.Decision != "" {
		err = g.decide(s, subject, with.vote)
	}
	if err == nil {
		err = g.attest(&f, s, dossier, with.number)
	}
	if err != nil {
		return err
	}
	return g.send(s, f)
}

// send fires and has the second person confirm where one is needed.
func (g *group) send(s strategies.Step, f workflow.Fire) error {
	actor := g.people[s.By]
	if s.By == strategies.ByClock {
		actor = workflow.SystemActor()
	}
	done, err := g.do(actor, f)
	if err != nil || done.Pending == nil {
		return err
	}
	if s.Second == "" {
		return fmt.Errorf("%s needs a second person, and its step names none", s.Event)
	}
	_, err = g.do(g.people[s.Second], workflow.Confirm{ID: done.Pending.ID})
	return err
}

// attest states what the definition wants stated. An applicant's statement
// stands as it is signed; staff name the paper: that of the act, else the
// tally of the board's votes, else a checklist of the step.
func (g *group) attest(f *workflow.Fire, s strategies.Step, dossier ident.ID, number string) error {
	m, guards, err := g.guards(f.Subject, f.Event)
	if err != nil {
		return err
	}
	checklist := false
	if slices.Contains(guards, "everyItemMet") {
		if checklist, err = g.check(f, s, dossier, number); err != nil {
			return err
		}
	}
	for _, name := range guards {
		att, attested := m.Attestation(name)
		if !attested || (checklist && att.Unless == "callHasChecklist") {
			continue
		}
		given := workflow.Given{Name: name, Value: "true"}
		if s.Role != strategies.Applicant {
			if given.Document, err = g.paperFor(f, s, dossier, number); err != nil {
				return err
			}
			given.Reason = "Patikrinta: " + att.Label.LT + "."
		}
		f.Given = append(f.Given, given)
	}
	return nil
}

// check answers the call's checklist, all items as met, by the paper of the step; false where the
// call has none.
func (g *group) check(f *workflow.Fire, s strategies.Step, dossier ident.ID, number string) (bool, error) {
	var items []terms.Item
	err := g.eng.Store.View(g.ctx, func(tx workflow.Tx) error {
		now, err := tx.Lock(f.Subject, false)
		if err != nil {
			return err
		}
		facts, err := tx.Facts(now)
		if err == nil {
			items = facts.Call.Checklist
		}
		return err
	})
	if err != nil || len(items) == 0 {
		return false, err
	}
	paper, err := g.paperFor(f, s, dossier, number)
	if err != nil {
		return true, err
	}
	a := workflow.CheckProposal{LAG: g.lag, Proposal: f.Subject}
	for _, x := range items {
		a.Answers = append(a.Answers, terms.Answer{Item: x.Code, Result: terms.Met, Reason: "Patikrinta: " + x.Title + ".", Document: paper})
	}
	return true, g.record(g.people[s.By], a.Record())
}

// guards are those of the event in the subject's present state.
func (g *group) guards(subject ident.ID, event workflow.EventName) (*workflow.Machine, []string, error) {
	var now workflow.Subject
	err := g.eng.Store.View(g.ctx, func(tx workflow.Tx) (err error) {
		now, err = tx.Lock(subject, false)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	m := g.eng.Machines.Pinned(now.Definition)
	c, ok := m.Lookup(now.State, event)
	if !ok {
		return nil, nil, fmt.Errorf("the state %s has no event %s", now.State, event)
	}
	return m, c.Transition.Guards, nil
}

func (g *group) paperFor(f *workflow.Fire, s strategies.Step, dossier ident.ID, number string) (ident.ID, error) {
	switch {
	case f.Document != "":
		return f.Document, nil
	case s.Decision != "":
		return g.meetings[s.Decision].tally, nil
	}
	return g.document(paper{
		dossier: dossier, subject: f.Subject, kind: "CHECKLIST", title: "Patikros lapas", number: number + "-" + s.Event,
		on: s.EffectiveOn(),
	})
}

// paper is a document that does not exist but as a record of the demo.
type paper struct {
	dossier, subject    ident.ID
	kind, title, number string
	on                  clock.Date
}

// document records the paper once in its dossier and returns its id. One
// number and day have one hash wherever they are filed.
func (g *group) document(p paper) (ident.ID, error) {
	key := string(p.dossier) + " " + p.kind + " " + p.number
	if id, ok := g.documents[key]; ok {
		return id, nil
	}
	id := g.id(ident.Document)
	g.documents[key] = id
	sum := sha256.Sum256([]byte("synthetic " + p.kind + " " + p.number + " " + string(p.on)))
	r := workflow.RecordDocument{
		ID: id, LAG: g.lag, Dossier: p.dossier, Subject: p.subject, Kind: p.kind, Title: p.title, Number: p.number,
		Hash: hex.EncodeToString(sum[:]), DatedOn: p.on, Synthetic: true,
	}.Record()
	// A paper takes effect on its own day: recorded under a later one, it would
	// bar the act that it proves.
	r.EffectiveOn = p.on
	return id, g.record(g.staff(), r)
}
