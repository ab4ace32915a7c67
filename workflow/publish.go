package workflow

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// kindPublished is the kind of the entry that a published definition stands in.
const kindPublished = "definition.publish"

// FirstPublished is the lowest version that can be published. Those below are the
// program's own: a release can ship a new one and meet none that is in use.
const FirstPublished = 1000

// maxTold is how many problems of a definition are told at once: more than a person
// mends in one go, and few enough to be told in a moment.
const maxTold = 100

// provingWalks are how many random walks a definition has to survive, and provingLooks
// how many ways out of states they may look at together: all that ships needs less than
// half of it, and what is made to be laborious is refused in a moment.
const (
	provingWalks = 10_000
	provingLooks = 1_000_000
)

// Publish makes a text the next version of its kind's definition: cases that begin
// from now on are pinned to it, those that run stay with theirs. It is the group's
// own, which its cases go by before what all share, or without a group all
// groups'. What does not hold is refused with DEFINITION_REFUSED, a reason for each
// problem up to the hundredth; a second person has to confirm the rest.
type Publish struct {
	LAG    ident.ID
	Text   string
	Reason string
	// DryRun proves and reports, and publishes nothing.
	DryRun         bool
	IdempotencyKey string
}

func (p Publish) subject() ident.ID              { return p.LAG }
func (p Publish) once() (string, any)            { return p.IdempotencyKey, p }
func (p Publish) looks() bool                    { return p.DryRun }
func (p Publish) carryOut(s *step) (Done, error) { return s.publish(p) }
func (p Publish) attempted(*step) (attempt, error) {
	return attempt{id: p.LAG, lag: p.LAG, event: kindPublished}, nil
}
func (p Publish) reason() string    { return p.Reason }
func (Publish) name() string        { return kindPublished }
func (Publish) facts() []rules.Fact { return nil }

// Report is what the checker found in a definition that holds. It is kept with it.
type Report struct {
	Kind    Kind   `json:"kind"`
	Version int    `json:"version"`
	Hash    string `json:"hash"`
	States  int    `json:"states"`
	Steps   int    `json:"steps"`
	// Walks are the random walks that it survived, and how many states and steps
	// they came by.
	Walks      int `json:"walks"`
	StatesSeen int `json:"statesSeen"`
	StepsSeen  int `json:"stepsSeen"`
	// Unverified are the states whose term nobody has compared with the law.
	Unverified []StateName `json:"unverified,omitempty"`
	// Against is the version that new cases went by before, Changes how this one
	// differs, a line each.
	Against string   `json:"against,omitempty"`
	Changes []string `json:"changes,omitempty"`
}

// SentText is the file that problems of a text that was sent are in.
const SentText = "definition"

// Prove reads a definition and proves it beside all that cases are pinned to. The
// file name in problems is "definition", or that of another that it does not go with:
// one that ships, or the name of a version such as call@1000.
func (ms *Machines) Prove(lag ident.ID, text string) (*Machine, []Problem) {
	def, err := Parse(SentText, []byte(text))
	var unread *ParseError
	if errors.As(err, &unread) {
		return nil, unread.Problems
	}
	top := Position{Line: 1, Column: 1}
	def.LAG = lag
	problem := func(code ProblemCode, format string, args ...any) []Problem {
		return []Problem{{Code: code, Kind: def.Kind, File: def.File, Position: top, Message: fmt.Sprintf(format, args...)}}
	}
	versions := ms.Versions(def.Kind)
	if len(versions) == 0 {
		return nil, problem(UnknownKind, "no cases of the kind %q run here; there are: %s", def.Kind, strings.Join(texts(Kinds()), ", "))
	}
	m, problems := Compile(def, ms.known)
	if len(problems) > 0 {
		return nil, problems
	}
	now := ms.shelf.Load()
	all := []*Machine{m}
	for _, name := range slices.Sorted(maps.Keys(now.pinned)) {
		all = append(all, now.pinned[name])
	}
	problems = slices.Concat(joins(all, all[:1]), m.overreach(now.carried[def.Kind]), m.misasked(versions), m.unveiled(ms.Veils(def.Kind)))
	for _, other := range versions {
		problems = append(problems, reclassified(m, other)...)
		if other.Version() < FirstPublished {
			problems = append(problems, unasked(m, other, all)...)
			problems = append(problems, slices.DeleteFunc(relaxed(m, other), func(p Problem) bool {
				return slices.ContainsFunc(problems, func(told Problem) bool { return told.String() == p.String() })
			})...)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	def.File = m.Name() // by which problems of others that do not go with it are told
	return m, nil
}

// problem is one of the machine's definition, shown by the walk, nil for none.
func (m *Machine) problem(code ProblemCode, at Position, walk []StateName, format string, args ...any) Problem {
	return Problem{Code: code, Kind: m.Kind(), File: m.def.File, Position: at, Path: walk, Message: fmt.Sprintf(format, args...)}
}

// untaken refuses a version that is not the next of its kind, those counted that do
// not hold here: of two servers that publish at once, the database then refuses one.
func (ms *Machines) untaken(m *Machine) []Problem {
	next := FirstPublished
	for _, other := range ms.Versions(m.Kind()) {
		next = max(next, other.Version()+1)
	}
	for ms.Lacking()[Pin(m.Kind(), next)] != nil {
		next++
	}
	if m.Version() == next {
		return nil
	}
	return []Problem{{
		Code: TakenVersion, Kind: m.Kind(), File: SentText, Position: Position{Line: 1, Column: 1},
		Message: fmt.Sprintf("the version is %d; the next is %d", m.Version(), next),
	}}
}

// reclassified are the states that another version has too, with other traits. What
// is counted, listed and told goes by the name of a state, whatever the version: a
// state that is to mean something else needs another name.
func reclassified(m, other *Machine) []Problem {
	var out []Problem
	fail := func(at Position, format string, args ...any) {
		out = append(out, m.problem(Reclassified, at, nil, format, args...))
	}
	top := Position{Line: 1, Column: 1}
	if m.def.Confidential != other.def.Confidential {
		fail(top, "confidential is %t, and %t in %s; that is the kind's for good", m.def.Confidential, other.def.Confidential, other.Name())
	}
	if m.Initial() != other.Initial() {
		fail(top, "cases begin in %s, and in %s under %s; that is the kind's for good", m.Initial(), other.Initial(), other.Name())
	}
	for _, s := range m.def.States {
		was, there := other.states[s.Name]
		if there && s.traits() != was.traits() {
			fail(s.Position, "state %s has other traits than in %s; what is to mean something else needs another name", s.Name, other.Name())
		}
	}
	return out
}

// unveiled are states that are shown as one that no other version shows any as: what
// those outside are told of cases in that one would change for every group.
func (m *Machine) unveiled(veils []StateName) []Problem {
	var out []Problem
	for _, s := range m.def.States {
		if s.ShownAs != "" && !slices.Contains(veils, s.ShownAs) {
			out = append(out, m.problem(Reclassified, s.Position, nil, "state %s is shown as %s, as which no other version shows any", s.Name, s.ShownAs))
		}
	}
	return out
}

// traits are the state without what a version may change: its names, who has to
// act, and its term.
func (s State) traits() State {
	s.Staff, s.Applicant, s.Public, s.Responsible, s.Deadline, s.Position, s.StopsClock = Text{}, Text{}, Text{}, "", nil, Position{}, false
	return s
}

// carries notes which fields the machine lets events carry.
func (m *Machine) carries(into map[Kind]map[string]bool) {
	if into[m.Kind()] == nil {
		into[m.Kind()] = map[string]bool{}
	}
	for _, x := range m.carried() {
		into[m.Kind()][x.field] = true
	}
}

// carriage is a field that an event carries or sets.
type carriage struct {
	event EventName
	field string
	at    Position
}

func (m *Machine) carried() []carriage {
	var out []carriage
	all := m.def.Transitions
	if b := m.Begins(); b != nil {
		all = append(slices.Clone(all), *b.transition())
	}
	for _, t := range all {
		for _, d := range t.Data {
			out = append(out, carriage{t.Event, d.Name, d.Position})
		}
		for _, x := range t.Sets {
			out = append(out, carriage{t.Event, x.Field, x.Position})
		}
	}
	return out
}

// misasked are computed guards that no version of the kind asks for yet, and that are
// computed from what its cases do not have: a proposal, or a meeting.
func (m *Machine) misasked(versions []*Machine) []Problem {
	ofProposals := m.Kind() == "proposal" || m.Kind().Inner()
	asked := map[string]bool{}
	for _, v := range versions {
		for _, t := range v.def.Transitions {
			for _, g := range v.weighs(&t) {
				asked[guardOf(g)] = true
			}
		}
	}
	var out []Problem
	for _, t := range m.def.Transitions {
		for _, g := range m.weighs(&t) {
			name := guardOf(g)
			if _, attested := m.def.Attestations[name]; attested || m.expressions[name] != nil || asked[name] || (ofProposals && !ofMeetings[name] && (name != unshared || m.Kind() == "evaluation")) {
				continue
			}
			out = append(out, m.problem(UnknownGuard, t.Position, m.asking(name), "guard %q of %s is computed from what a %s does not have", name, t.Event, m.Kind()))
		}
	}
	return out
}

// weighs are the guards of the transition, and those that waive what it has stated.
func (m *Machine) weighs(t *Transition) []string {
	out := slices.Clone(t.Guards)
	for _, g := range t.Guards {
		if a, attested := m.Attestation(g); attested && a.Unless != "" {
			out = append(out, a.Unless)
		}
	}
	return out
}

// overreach are fields that events carry and none of the shipped process does:
// those are the engine's, or given once, such as whose case it is.
func (m *Machine) overreach(may map[string]bool) []Problem {
	var out []Problem
	for _, x := range m.carried() {
		if !may[x.field] {
			out = append(out, m.problem(UnknownField, x.at, nil, "event %s carries %s, which no event of the shipped process does", x.event, x.field))
		}
	}
	return out
}

// publish proves the text, has it confirmed, and writes it.
func (s *step) publish(p Publish) (Done, error) {
	if err := s.officer(p.LAG); err != nil {
		return Done{}, err
	}
	var refused []Refusal
	if strings.TrimSpace(p.Reason) == "" && !p.DryRun {
		refused = append(refused, reasonNeeded())
	}
	if !paragraph.holds(p.Reason, s.now) {
		refused = append(refused, wrongValue("reason", paragraph.text))
	}
	if s.second.Person != "" {
		if err := s.alone(); err != nil {
			return Done{}, err
		}
	}
	m, report, problems := s.proved(p)
	for _, x := range problems[:min(len(problems), maxTold)] {
		refused = append(refused, x.refusal())
	}
	switch {
	case len(refused) > 0:
		return Done{}, &Error{Refusals: refused}
	case p.DryRun:
		s.dry = true
		return Done{Report: report}, nil
	case s.second.Person == "":
		pending, err := s.await(p.LAG, Kept{Publish: &p, Report: report})
		return Done{Report: report, Pending: pending}, err
	}
	found, err := json.Marshal(report)
	if err != nil {
		return Done{}, err
	}
	about, err := s.officeOf(p.LAG)
	if err != nil {
		return Done{}, err
	}
	id := s.IDs.New(ident.Definition)
	changes := []Change{create("Definition", id, Values{
		"lagId": idOrNull(p.LAG), "kind": string(m.Kind()), "version": m.Version(), "text": p.Text, "hash": m.Hash(),
		"report": string(found), "authorId": s.actor.Person, "confirmedById": s.second.Person, "publishedAt": s.now,
	})}
	entry, err := s.writeOffice(about, id, "Definition", kindPublished, changes, Body{Reason: confided(p.Reason)})
	return Done{Subject: Subject{ID: id, LAG: p.LAG, Dossier: about.Dossier}, Dossier: entry.Dossier, N: entry.N, Report: report, published: m}, err
}

// alone lets one publication through at a time, whatever kinds they are of: each is
// proved beside all that were published before it.
func (s *step) alone() error {
	names, err := s.tx.Published()
	if err != nil {
		return err
	}
	lacking := s.Machines.Lacking()
	for _, name := range names {
		if s.Machines.Pinned(name) == nil && lacking[name] == nil {
			return Refuse(Conflict, "id", Text{
				LT: fmt.Sprintf("Ką tik paskelbta %s. Po sekundės patvirtinkite dar kartą.", name),
				EN: fmt.Sprintf("%s was published a moment ago. Confirm again in a second.", name),
			})
		}
	}
	return nil
}

// officer refuses whoever is no administrator of the group, or of all groups where
// none is named.
func (s *step) officer(lag ident.ID) error {
	switch {
	case lag != "" && !s.actor.HoldsAny(lag, tokenRoles...):
		return errForeign
	case !s.actor.grants(lag, Administrator):
		return officersOnly(lag)
	}
	return nil
}

// officersOnly is the refusal of whoever may not change the process.
func officersOnly(lag ident.ID) *Error {
	if lag == "" {
		return Refuse(RoleRefused, "lagId", Text{
			LT: "Visų grupių bendrą eigą keičia tik visų grupių administratorius. Savo grupės eigai nurodykite lagId.",
			EN: "The process that all groups share is changed by an administrator of all groups. Give lagId for your group's own.",
		})
	}
	return roleNeeded(Administrator)
}

// officeOf is the dossier of the group, or the registry, under lock.
func (s *step) officeOf(lag ident.ID) (Subject, error) {
	about := Subject{LAG: lag, Dossier: lag}
	if lag == "" {
		registry, err := s.tx.Registry(s.IDs.New(ident.Registry))
		if err != nil {
			return about, err
		}
		about.Dossier = registry
	}
	_, _, err := s.tx.LastAct(about.Dossier)
	return about, err
}

// writeOffice applies the changes and enters them in the dossier of the office.
func (s *step) writeOffice(at Subject, id ident.ID, typeName, kind string, changes []Change, body Body) (history.Entry, error) {
	if err := s.tx.Apply(composed(changes)); err != nil {
		return history.Entry{}, err
	}
	about, role := at, Administrator
	about.ID = id
	if s.actor.System() {
		role = Clock
	}
	return s.append(entryDraft{subject: about, subjectType: typeName, kind: kind, role: role, changes: changes, body: body})
}

// proved is the machine of the text with the checker's report, or what is wrong.
func (s *step) proved(p Publish) (*Machine, *Report, []Problem) {
	m, problems := s.Machines.Prove(p.LAG, p.Text)
	if m != nil {
		problems = s.Machines.untaken(m)
	}
	if len(problems) > 0 {
		return nil, nil, problems
	}
	walked := m.simulate(provingWalks, provingLooks, picksOf(m.Hash()))
	for _, w := range walked.Stuck {
		problems = append(problems, Problem{
			Code: Stranded, Kind: m.Kind(), File: SentText, Position: m.states[w.Path[len(w.Path)-1]].Position, Path: w.Path,
			Message: "a random walk was stuck",
		})
	}
	if walked.Walks < provingWalks {
		problems = append(problems, Problem{
			Code: TooLarge, Kind: m.Kind(), File: SentText, Position: Position{Line: 1, Column: 1},
			Message: fmt.Sprintf("%d random walks of %d were as many as can be made in a moment: it has too many ways round", walked.Walks, provingWalks),
		})
	}
	if len(problems) > 0 {
		return nil, nil, problems
	}
	states, steps := m.Missed(walked)
	report := &Report{
		Kind: m.Kind(), Version: m.Version(), Hash: m.Hash(), States: len(m.def.States), Steps: len(m.steps), Walks: walked.Walks,
		StatesSeen: len(m.def.States) - len(states), StepsSeen: len(m.steps) - len(steps),
	}
	for _, state := range m.def.States {
		if d := state.Deadline; d != nil && d.Source == notCompared {
			report.Unverified = append(report.Unverified, state.Name)
		}
	}
	if before := s.Machines.For(p.LAG, m.Kind()); before != nil {
		report.Against, report.Changes = before.Name(), m.Differences(before)
	}
	return m, report, nil
}

// picksOf are the choices of random walks, the same for the same seed: a definition
// is judged alike wherever it is sent.
func picksOf(seed string) func(n int) int {
	var count uint64
	return func(n int) int {
		count++
		sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(seed), count))
		return int(binary.BigEndian.Uint32(sum[:]) % uint32(n)) //nolint:gosec // n is a small number of ways
	}
}

// refusal is the problem as the sender of the text is told it.
func (p Problem) refusal() Refusal {
	lt, en := fmt.Sprintf("%d eilutė, %d ženklas", p.Line, p.Column), fmt.Sprintf("Line %d, column %d", p.Line, p.Column)
	if p.File != SentText { // what is sent does not go with another definition
		lt, en = p.File+", "+strings.ToLower(lt), p.File+", "+strings.ToLower(en)
	}
	r := Refusal{
		Code: DefinitionRefused, Field: "text",
		Facts: []rules.Fact{
			{Name: "problem", Value: string(p.Code)}, {Name: "line", Value: strconv.Itoa(p.Line)}, {Name: "column", Value: strconv.Itoa(p.Column)},
		},
		Message: Text{
			LT: fmt.Sprintf("%s: aprašas netinka (%s): %s.", lt, p.Code, p.Message),
			EN: fmt.Sprintf("%s: %s.", en, p.Message),
		},
	}
	if len(p.Path) > 0 {
		r.Facts = append(r.Facts, rules.Fact{Name: "path", Value: strings.Join(texts(p.Path), " → ")})
	}
	return r
}
