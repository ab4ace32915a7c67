package workflow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

const (
	kindMigrating = "cases.migrate" // the act, in the dossier of the group
	kindMigrated  = "migrate"       // what it did to one case, in its dossier
)

// migratedAtOnce is how many cases are moved in one transaction, and toldAtOnce of
// how many that cannot be the reasons are told.
const (
	migratedAtOnce = 100
	toldAtOnce     = 100
)

// Migrate takes the running cases of a group from one version of a kind's
// definition to another. All are looked at first: where one cannot go, none goes,
// and CASE_STUCK says of each why. A second person confirms; then they are moved in
// batches, each with an entry of its own. Where that is broken off, the same command
// moves those that are left.
type Migrate struct {
	LAG      ident.ID
	From, To string // such as "proposal@1" and "proposal@1000"
	// Mapping names the states that are to become another; all keep theirs otherwise.
	Mapping []Renamed
	Reason  string
	// DryRun looks at the cases and moves none.
	DryRun         bool
	IdempotencyKey string
}

// Renamed is a state of the old version and what it becomes in the new.
type Renamed struct{ From, To StateName }

func (m Migrate) subject() ident.ID              { return m.LAG }
func (m Migrate) once() (string, any)            { return m.IdempotencyKey, m }
func (m Migrate) looks() bool                    { return m.DryRun }
func (m Migrate) carryOut(s *step) (Done, error) { return s.migrate(m) }
func (m Migrate) attempted(*step) (attempt, error) {
	return attempt{id: m.LAG, lag: m.LAG, event: kindMigrating}, nil
}
func (m Migrate) reason() string { return m.Reason }
func (Migrate) name() string     { return kindMigrating }

func (m Migrate) facts() []rules.Fact {
	out := []rules.Fact{{Name: "from", Value: m.From}, {Name: "to", Value: m.To}}
	for _, r := range m.Mapping {
		out = append(out, rules.Fact{Name: string(r.From), Value: string(r.To)})
	}
	return out
}

// plan is a migration whose versions are known. From is nil where that version does
// not hold on this server: its cases can be moved away, and nothing is renamed then.
type plan struct {
	Migrate
	from, to *Machine
}

// undecidable are the events by which a board's vote on a case in the one state is
// carried out, and that the new version does not have in the other; none where the old
// version does not hold, so that nobody knows.
func (p plan) undecidable(was, is StateName) (out []EventName) {
	if p.from == nil {
		return nil
	}
	for _, c := range p.from.from[was] {
		_, open := p.to.Lookup(is, c.Event)
		if need := c.Transition.Requires; !open && (need.Decision || need.LostVote) && !slices.Contains(out, c.Event) {
			out = append(out, c.Event)
		}
	}
	return out
}

// becomes is the state that a case in one will be in.
func (p plan) becomes(name StateName) StateName {
	for _, r := range p.Mapping {
		if r.From == name {
			return r.To
		}
	}
	return name
}

// migrate looks at every case, has the command confirmed, and leaves the moving to
// the transactions that follow its own.
func (s *step) migrate(c Migrate) (Done, error) {
	if err := s.officer(c.LAG); err != nil {
		return Done{}, err
	}
	p, refused := s.planned(c)
	if len(refused) > 0 {
		return Done{}, &Error{Refusals: refused}
	}
	cases, stuck, err := s.look(p)
	switch {
	case err != nil:
		return Done{}, err
	case len(stuck) > 0:
		return Done{}, &Error{Refusals: stuck}
	case c.DryRun:
		s.dry = true
		return Done{Moved: &cases}, nil
	case s.second.Person == "":
		pending, err := s.await(c.LAG, Kept{Migrate: &c})
		return Done{Moved: &cases, Pending: pending}, err
	}
	about, err := s.officeOf(c.LAG)
	if err != nil {
		return Done{}, err
	}
	facts := []FactRecord{{"from", c.From}, {"to", c.To}, {"cases", strconv.Itoa(cases)}}
	for _, r := range c.Mapping {
		facts = append(facts, FactRecord{string(r.From), string(r.To)})
	}
	entry, err := s.writeOffice(about, c.LAG, "Lag", kindMigrating, nil, Body{
		Reason: confided(c.Reason), Guards: []GuardRecord{{Guard: "migration", Verdict: rules.Passed, Facts: facts}},
	})
	mover := *s
	mover.cause = entry.Ref()
	return Done{
		Subject: Subject{ID: c.LAG, LAG: c.LAG, Dossier: c.LAG}, Dossier: entry.Dossier, N: entry.N,
		rest: func(ctx context.Context, done Done) (Done, error) { return mover.moveAll(ctx, p, done) },
	}, err
}

// planned finds the versions and proves the mapping.
func (s *step) planned(c Migrate) (plan, []Refusal) {
	p := plan{Migrate: c, from: s.Machines.Pinned(c.From), to: s.Machines.Pinned(c.To)}
	var out []Refusal
	for _, v := range []struct {
		field, name string
		m           *Machine
	}{{"from", c.From, p.from}, {"to", c.To, p.to}} {
		if v.field == "from" && s.Machines.Lacking()[c.From] != nil {
			continue
		}
		if v.m == nil || (v.m.def.LAG != "" && v.m.def.LAG != c.LAG) {
			out = append(out, wrongValue(v.field, Text{LT: "esamos versijos pavadinimas, pavyzdžiui, proposal@1", EN: "the name of a version that there is, such as proposal@1"}))
		}
	}
	if len(out) > 0 {
		return p, out
	}
	if p.from == nil && len(c.Mapping) > 0 {
		return p, append(out, wrongValue("mapping", Text{
			LT: "nieko: versija, iš kurios perkeliama, šiame serveryje netinka. Paskelbkite versiją su tomis pačiomis būsenomis",
			EN: "nothing: the version that is moved from does not hold on this server. Publish one with the same states",
		}))
	}
	if KindIn(c.From) != p.to.Kind() || p.from == p.to {
		out = append(out, wrongValue("to", Text{LT: "kita tos pačios rūšies versija", EN: "another version of the same kind"}))
	}
	for i, r := range c.Mapping {
		was, inFrom := p.from.states[r.From]
		is := p.to.states[r.To]
		field := fmt.Sprintf("mapping.%d", i)
		renamed := was.traits()
		renamed.Name = r.To
		_, stays := p.to.states[r.From]
		_, stood := p.from.states[r.To]
		if !inFrom || stays || stood || is.traits() != renamed {
			out = append(out, wrongValue(field, Text{
				LT: "pervadinta būsena: tik senosios versijos ir tik naujosios, su tais pačiais požymiais; perkėlimas nieko nesprendžia ir lėšų nejudina",
				EN: "a state that was renamed: of the old version alone and of the new alone, with the same traits; a migration decides nothing and moves no money",
			}))
		}
	}
	if strings.TrimSpace(c.Reason) == "" && !c.DryRun {
		out = append(out, reasonNeeded())
	}
	if !paragraph.holds(c.Reason, s.now) {
		out = append(out, wrongValue("reason", paragraph.text))
	}
	return p, out
}

// look asks every running case whether it can go.
func (s *step) look(p plan) (cases int, stuck []Refusal, err error) {
	for after := ident.ID(""); ; {
		batch, err := s.tx.RunningOn(p.LAG, p.From, after, migratedAtOnce)
		if err != nil {
			return 0, nil, err
		}
		for _, subject := range batch {
			why, err := s.stuck(p, subject)
			if err != nil {
				return 0, nil, err
			}
			if why != nil && len(stuck) < toldAtOnce {
				stuck = append(stuck, *why)
			}
		}
		cases += len(batch)
		if len(batch) < migratedAtOnce {
			return cases, stuck, nil
		}
		after = batch[len(batch)-1].ID
	}
}

// stuck says why the case cannot go, nil if it can: the new version lacks its state
// or what a decision of the board on it is to be carried out by, or its term would
// be over the moment it arrives.
func (s *step) stuck(p plan, subject Subject) (*Refusal, error) {
	refusal := func(why Text, facts ...rules.Fact) *Refusal {
		return &Refusal{
			Code: CaseStuck, Field: "from", Message: Text{LT: fmt.Sprintf("%s: %s", subject.ID, why.LT), EN: fmt.Sprintf("%s: %s", subject.ID, why.EN)},
			Facts: append([]rules.Fact{{Name: "subject", Value: string(subject.ID)}, {Name: "state", Value: string(subject.State)}}, facts...),
		}
	}
	to, there := p.to.states[p.becomes(subject.State)]
	if !there {
		return refusal(Text{
			LT: fmt.Sprintf("naujojoje versijoje nėra būsenos %s. Nurodykite mapping, kuo ji tampa.", subject.State),
			EN: fmt.Sprintf("the new version has no state %s. Say in mapping what it becomes.", subject.State),
		}), nil
	}
	switch why, err := s.undecided(p, subject, to); {
	case err != nil:
		return nil, err
	case why != nil:
		return refusal(*why), nil
	}
	arriving := to
	arriving.Name = subject.State // where the rows still are
	due, _, err := s.term(subject, arriving)
	if err != nil || due.Event == "" || due.EndsAt > s.now {
		return nil, err
	}
	var before State
	if p.from != nil {
		before, _ = p.from.State(subject.State)
	}
	if was, ran, err := s.term(subject, before); err != nil || (ran && was.EndsAt <= s.now) {
		return nil, err // it is over as it is
	}
	return refusal(Text{
		LT: "pagal naująją versiją terminas jau būtų pasibaigęs. Palaukite, kol byla iš būsenos išeis, arba terminą pratęskite.",
		EN: "under the new version its term would be over already. Wait until it has left the state, or extend the term.",
	}, rules.Fact{Name: "endsAt", Value: due.EndsAt.String()}), nil
}

// undecided looks for what a board decides on the case. A meeting may have it open now:
// whatever can be decided in its state has to be there under the new version. Where the
// old version does not hold, a decision that stands adopted and has not been carried out
// needs its event.
func (s *step) undecided(p plan, subject Subject, to State) (*Text, error) {
	if lacking := p.undecidable(subject.State, to.Name); len(lacking) > 0 {
		list := strings.Join(texts(lacking), ", ")
		return &Text{
			LT: fmt.Sprintf("naujojoje versijoje šioje būsenoje nėra, ką valdyba joje gali nuspręsti: %s. Gal posėdis dėl jos jau vyksta: palaukite, kol byla iš būsenos išeis.", list),
			EN: fmt.Sprintf("under the new version the state lacks what a board may decide there: %s. A meeting may have it open: wait until the case has left the state.", list),
		}, nil
	}
	if p.from != nil {
		return nil, nil
	}
	facts, err := s.tx.Facts(subject)
	if err != nil {
		return nil, err
	}
	for _, d := range facts.Decisions {
		if !d.Adopted || d.Spent || d.Overtaken {
			continue
		}
		if _, open := p.to.Lookup(to.Name, d.Event); !open {
			return &Text{
				LT: fmt.Sprintf("valdybos sprendimas (%s) dar neįvykdytas, o naujojoje versijoje tokio įvykio šioje būsenoje nėra. Pirma jį įvykdykite.", d.Event),
				EN: fmt.Sprintf("a decision of the board (%s) is not carried out yet, and under the new version the state has no such event. Carry it out first.", d.Event),
			}, nil
		}
	}
	return nil, nil
}

// moveAll moves the cases in batches, a transaction each, to the end even if nobody
// waits for it any more. A fault in between comes with what was done and what is left.
func (s *step) moveAll(ctx context.Context, p plan, done Done) (Done, error) {
	ctx = context.WithoutCancel(ctx)
	total := 0
	done.Moved = &total
	for after := ident.ID(""); ; {
		var moved []ident.ID
		var left []Refusal
		last := after
		err := s.Store.InTx(ctx, func(tx Tx) error {
			batch := *s
			batch.tx, batch.ctx, batch.now = tx, ctx, s.Clock.Now()
			var err error
			moved, left, last, err = batch.moveSome(p, after)
			return err
		})
		if err != nil {
			done.Left = append(done.Left, Refusal{
				Code: CaseStuck, Field: "from", Facts: []rules.Fact{{Name: "moved", Value: strconv.Itoa(total)}},
				Message: Text{
					LT: fmt.Sprintf("Perkelta bylų: %d. Likusių perkėlimą nutraukė sistemos klaida: jos lieka prie %s. Siųskite tą patį nurodymą su nauju raktu.", total, p.From),
					EN: fmt.Sprintf("%d cases are moved. A fault of the system broke the rest off: they stay with %s. Send the same command with a new key.", total, p.From),
				},
			})
			return done, fmt.Errorf("move cases from %s to %s: %w", p.From, p.To, err)
		}
		total += len(moved)
		done.Left = append(done.Left, left[:min(len(left), toldAtOnce-len(done.Left))]...)
		if last == after {
			return done, nil
		}
		after = last
	}
}

// moveSome moves the next cases after one, and says which was the last looked at.
func (s *step) moveSome(p plan, after ident.ID) (moved []ident.ID, left []Refusal, last ident.ID, err error) {
	batch, err := s.tx.RunningOn(p.LAG, p.From, after, migratedAtOnce)
	if err != nil || len(batch) == 0 {
		return nil, nil, after, err
	}
	for _, seen := range batch {
		subject, err := s.tx.Lock(seen.ID, false)
		if err != nil {
			return nil, nil, after, err
		}
		if subject.Definition != p.From {
			continue // somebody moved it meanwhile
		}
		why, err := s.stuck(p, subject)
		if err != nil {
			return nil, nil, after, err
		}
		if why != nil {
			left = append(left, *why)
			continue
		}
		if err := s.move(p, subject); err != nil {
			return nil, nil, after, err
		}
		moved = append(moved, subject.ID)
	}
	return moved, left, batch[len(batch)-1].ID, nil
}

// move pins one case to the new version. How long it has been in its state stays.
func (s *step) move(p plan, subject Subject) error {
	after := subject
	after.Definition, after.State, after.Version = p.To, p.becomes(subject.State), subject.Version+1
	changes := []Change{{
		Type: typeOf(subject.ID), ID: subject.ID, Expect: subject.Version,
		Set: Values{"definition": after.Definition, "state": string(after.State), "version": after.Version},
	}}
	if err := s.tx.Apply(changes); err != nil {
		return err
	}
	if _, err := s.append(entryDraft{
		subject: subject, kind: kindMigrated, role: Administrator, definition: p.To, changes: changes,
		body: Body{From: subject.State, To: after.State},
	}); err != nil {
		return err
	}
	return s.schedule(after)
}
