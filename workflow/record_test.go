package workflow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/history"
	"github.com/atranka/atranka/ident"
)

// rowStore is a case with what acts look at that are no transition: rows,
// terms, timers and a joined case. It keeps what it was asked, in order.
type rowStore struct {
	*paperStore
	rows   map[ident.ID]map[string]any
	terms  []Due
	timers []Timer
	joined []ident.ID
	opened []Subject
	asked  []string
	bodies [][]byte
	broken error // what reading the facts gives
	// termsOf are the terms, where they depend on what is asked.
	termsOf func(TermsOf) []Due
	awaited []Pending
	sets    []RuleSetFacts
	lost    error // what reading a dossier gives
	locks   []string
	// untimed, unwritten and gone are what reading terms, writing an entry and taking
	// out what waits for a second person give.
	untimed         func(TermsOf) error
	unwritten, gone error
	indicators      []IndicatorFacts
	reporting       ReportingFacts
	// concerned, coded, live and sittings are of the registry and the board.
	concerned bool
	coded     ident.ID
	live      []LiveFacts
	sittings  []SittingFacts
	filed     []Change
}

func (r *rowStore) Filed(ident.ID) ([]Change, error)          { return r.filed, nil }
func (r *rowStore) Coded(string) (ident.ID, error)            { return r.coded, nil }
func (r *rowStore) Live(ident.ID) ([]LiveFacts, error)        { return r.live, nil }
func (r *rowStore) Sittings(ident.ID) ([]SittingFacts, error) { return r.sittings, nil }

func (r *rowStore) Concerned(ident.ID, ident.ID, clock.Date) (bool, error) { return r.concerned, nil }

func (r *rowStore) Indicators(ident.ID) ([]IndicatorFacts, error) { return r.indicators, nil }
func (r *rowStore) Reporting(ident.ID) (ReportingFacts, error)    { return r.reporting, nil }

func (r *rowStore) InTx(_ context.Context, do func(Tx) error) error { return do(r) }
func (r *rowStore) View(_ context.Context, do func(Tx) error) error { return do(r) }

func (r *rowStore) Lock(id ident.ID, wide bool) (Subject, error) {
	if wide {
		r.locks = append(r.locks, "what stands before "+string(id))
	}
	r.locks = append(r.locks, string(id))
	for _, s := range r.opened {
		if s.ID == id {
			return s, nil
		}
	}
	return r.paperStore.Lock(id, wide)
}

func (r *rowStore) Facts(s Subject) (*Facts, error) {
	r.asked = append(r.asked, "facts")
	facts, _ := r.paperStore.Facts(s)
	return facts, r.broken
}

func (r *rowStore) Row(_ string, id ident.ID) (map[string]any, error) {
	r.asked = append(r.asked, "row")
	if row, there := r.rows[id]; there {
		return row, nil
	}
	return nil, Missing("id", string(id))
}

func (r *rowStore) LastAct(id ident.ID) (clock.Date, clock.Instant, error) {
	r.asked, r.locks = append(r.asked, "dossier"), append(r.locks, "dossier "+string(id))
	return "", 0, r.lost
}

func (r *rowStore) Open(dossier, lag ident.ID) error {
	r.asked = append(r.asked, "open")
	if kind, isCase := KindOf(dossier); isCase {
		m := shippedMachines().Latest(kind)
		r.opened = append(r.opened, Subject{ID: dossier, Kind: kind, LAG: lag, State: m.Initial(), Definition: m.Name(), Dossier: dossier})
	}
	return nil
}

func (r *rowStore) Append(h history.Header, body []byte, openings []Opening) (history.Entry, error) {
	if r.unwritten != nil {
		return history.Entry{}, r.unwritten
	}
	r.bodies = append(r.bodies, body)
	return r.paperStore.Append(h, body, openings)
}

func (r *rowStore) Terms(q TermsOf) ([]Due, error) {
	if r.untimed != nil {
		if err := r.untimed(q); err != nil {
			return nil, err
		}
	}
	if r.termsOf != nil {
		return r.termsOf(q), nil
	}
	return r.terms, nil
}

func (r *rowStore) RuleSets(ident.ID) ([]RuleSetFacts, error) { return r.sets, nil }

func (r *rowStore) Awaited(id ident.ID) (Pending, error) {
	if r.gone != nil {
		return Pending{}, r.gone
	}
	return r.paperStore.Awaited(id)
}

func (r *rowStore) AllAwaited(ident.ID, clock.Instant) ([]Pending, error) { return r.awaited, nil }

func (r *rowStore) RunningOn(lag ident.ID, definition string, after ident.ID, most int) ([]Subject, error) {
	var out []Subject
	for _, s := range r.opened {
		if s.LAG == lag && s.Definition == definition && s.ID > after && len(out) < most {
			out = append(out, s)
		}
	}
	return out, nil
}

func (r *rowStore) Timers(ident.ID) ([]Timer, error)          { return r.timers, nil }
func (r *rowStore) Joined(Subject, Kind) ([]ident.ID, error)  { return r.joined, nil }
func (r *rowStore) Registry(fresh ident.ID) (ident.ID, error) { return fresh, nil }
func (r *rowStore) Schedule(_ ident.ID, timers []Timer) error { r.timers = timers; return nil }

// recording is a case of the kind in the state, for acts that are no transition.
func recording(kind Kind, name StateName) (*rowStore, *Engine) {
	state, ok := shippedMachines().Latest(kind).State(name)
	if !ok {
		panic("no state " + name)
	}
	p := caseIn(kind, state, nil, "decideFund")
	if p.facts.Proposal != nil {
		p.facts.Proposal.FinalScore = nil // nothing is settled yet
	}
	if kind == "proposal" {
		p.facts.Proposal.State, p.facts.Proposal.Definition = name, p.subject.Definition
	}
	r := &rowStore{paperStore: p, rows: map[ident.ID]map[string]any{}}
	e := paperEngine(p)
	e.Store = r
	return r, e
}

// actCase is one act on one case, and the reasons for which it is refused.
type actCase struct {
	name string
	by   Actor
	act  func(*rowStore, *Engine) (Record, error)
	want string // codes and fields such as "DATE_REFUSED dueOn", "" where it is recorded
}

// recorded sends each act to a case of its own.
func recorded(t *testing.T, kind Kind, state StateName, cases []actCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			store, e := recording(kind, state)
			got := reasons(sent(t, store, e, tt))
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if written := len(store.applied) > 0; written != (tt.want == "") {
				t.Errorf("got rows written: %t, want %t", written, tt.want == "")
			}
		})
	}
}

func sent(t *testing.T, store *rowStore, e *Engine, c actCase) error {
	t.Helper()
	r, err := c.act(store, e)
	if err != nil {
		return err
	}
	_, err = e.Do(t.Context(), c.by, r)
	return err
}

// reasons are the codes with the inputs that they speak of.
func reasons(err error) string {
	var refused *Error
	if !errors.As(err, &refused) {
		if err != nil {
			return err.Error()
		}
		return ""
	}
	out := make([]string, len(refused.Refusals))
	for i, r := range refused.Refusals {
		out[i] = strings.TrimSpace(string(r.Code) + " " + r.Field)
		if r.Message.LT == "" || r.Message.EN == "" {
			out[i] += " without a message"
		}
	}
	return strings.Join(out, ", ")
}

// from lets an actor's roles hold in another group, or in all.
func from(lag ident.ID, r Role) Actor {
	return Actor{Person: ident.ID("per_" + r), Grants: []Grant{{Role: r, LAG: lag}}}
}

const otherLAG = ident.ID("lag_00000000000000000000000002")

// letterOut is a letter on its way, in the dossier of the case.
func letterOut() Record {
	return RecordLetter{
		ID: "cor_1", LAG: oneLAG, Dossier: ours, Subject: ours, Direction: "OUT", Number: "1", Channel: "POST", DatedOn: noon.Day(),
	}.Record()
}

func TestTheEngineIsClockAndJoinAlone(t *testing.T) {
	for _, r := range append(slices.Clone(grantedRoles), Clock, Join) {
		if got, want := SystemActor().Holds(r, Subject{LAG: oneLAG}), r == Clock || r == Join; got != want {
			t.Errorf("%s: got it held: %t, want %t", r, got, want)
		}
	}
}

func TestActsAreForTheirRoles(t *testing.T) {
	letter := func(*rowStore, *Engine) (Record, error) { return letterOut(), nil }
	source := func(*rowStore, *Engine) (Record, error) {
		return RegisterSource{ID: "src_1", Key: "k", Class: "WEB", Title: "T", Address: "a"}.Record(), nil
	}
	described := func(*rowStore, *Engine) (Record, error) {
		return In{Kind: "proposal.describe", LAG: oneLAG, Dossier: ours, Subject: ours, SubjectType: "Proposal", Rows: []Row{{Type: "Note", ID: "fnd_1"}}}.Record(), nil
	}
	paper := func(*rowStore, *Engine) (Record, error) {
		return RecordDocument{ID: "doc_1", Kind: "LETTER", Title: "T", Hash: strings.Repeat("a", 64)}.Record(), nil
	}
	recorded(t, "proposal", "admin_check", []actCase{
		{"a letter by the administrator", someone(Administrator), letter, ""},
		{"a letter by the secretary", someone(Secretary), letter, ""},
		{"a letter by the chair", someone(Chair), letter, "ROLE_REFUSED"},
		{"a letter by the engine", SystemActor(), letter, ""},
		{"a letter by another group's administrator", from(otherLAG, Administrator), letter, "ROLE_REFUSED"},
		{"a letter by an administrator of all groups", from("", Administrator), letter, ""},
		{"what names no role is the administrator's", someone(Administrator), described, ""},
		{"and nobody else's", someone(Secretary), described, "ROLE_REFUSED"},
		{"the registry takes it from any group's administrator", from(otherLAG, Administrator), source, ""},
		{"and from nobody else", someone(Chair), source, "ROLE_REFUSED"},
		{"an applicant writes nothing into the registry", someone(Applicant), paper, "ROLE_REFUSED"},
	})
}

func TestRecordNamesTheRolesThatItNeeds(t *testing.T) {
	_, e := recording("proposal", "admin_check")
	_, err := e.Do(t.Context(), someone(Chair), letterOut())
	if err == nil || !strings.Contains(err.Error(), "ADMINISTRATOR, SECRETARY") {
		t.Errorf("got %v, want both roles named", err)
	}
}

func TestEntriesOfTheRegistryBelongToNoGroup(t *testing.T) {
	store, e := recording("proposal", "admin_check")
	grant := GrantRole{ID: "rol_1", Person: "per_new", LAG: oneLAG, Role: Evaluator, Since: noon.Day()}
	for _, r := range []Record{grant.Record(), letterOut()} {
		if _, err := e.Do(t.Context(), someone(Administrator), r); err != nil {
			t.Fatal(err)
		}
	}
	if got := []ident.ID{store.entries[0].LAG, store.entries[1].LAG}; !slices.Equal(got, []ident.ID{"", oneLAG}) {
		t.Errorf("got entries of the groups %q, want none and %s", got, oneLAG)
	}
	if at := store.entries[0].Dossier.Prefix(); at != ident.Registry || store.entries[1].Dossier != ours {
		t.Errorf("got dossiers %s and %s, want the registry and the case", store.entries[0].Dossier, store.entries[1].Dossier)
	}
}

func TestRecordedActsTakeEffectByToday(t *testing.T) {
	on := func(day clock.Date) func(*rowStore, *Engine) (Record, error) {
		return func(*rowStore, *Engine) (Record, error) {
			r := letterOut()
			r.EffectiveOn = day
			return r, nil
		}
	}
	because := func(reason string) func(*rowStore, *Engine) (Record, error) {
		return func(*rowStore, *Engine) (Record, error) {
			r := letterOut()
			r.Reason = reason
			return r, nil
		}
	}
	unread := func(*rowStore, *Engine) (Record, error) {
		r := letterOut()
		r.Changes[0].Set["channel"] = "PIGEON"
		return r, nil
	}
	recorded(t, "proposal", "admin_check", []actCase{
		{"yesterday", someone(Administrator), on(noon.Day().AddDays(-1)), ""},
		{"today", someone(Administrator), on(noon.Day()), ""},
		{"tomorrow", someone(Administrator), on(noon.Day().AddDays(1)), "DATE_REFUSED effectiveOn"},
		{"a reason as long as may be", someone(Administrator), because(strings.Repeat("a", maxText)), ""},
		{"a longer one", someone(Administrator), because(strings.Repeat("a", maxText+1)), "MALFORMED_INPUT reason"},
		{"a value that does not fit", someone(Administrator), unread, "MALFORMED_INPUT channel"},
	})
}

// What is read must still hold when the entry is written, so the dossier is
// locked first; one that only begins is not there to be locked.
func TestDossierIsLockedBeforeItIsJudged(t *testing.T) {
	store, e := recording("proposal", "admin_check")
	store.rows["cor_1"] = map[string]any{"datedOn": string(noon.Day()), "subjectId": string(ours)}
	deliver := RecordDelivery{Letter: "cor_1", LAG: oneLAG, Dossier: ours, DeliveredAt: noon}.Record()
	if _, err := e.Do(t.Context(), someone(Administrator), deliver); err != nil || store.asked[0] != "dossier" {
		t.Errorf("got %v and %v, want the dossier asked first", store.asked, err)
	}

	store, e = recording("call", "open")
	if _, err := e.Do(t.Context(), someone(Administrator), drafted(e)); err != nil || !slices.Equal(store.asked[:2], []string{"facts", "open"}) {
		t.Errorf("got %v and %v, want the call judged and then the dossier opened", store.asked, err)
	}
	if got := store.entries[0].Dossier; got != theirs {
		t.Errorf("got an entry in %s, want it in the dossier that was opened", got)
	}
}

func TestActThatNothingJudgesAsksForNoFacts(t *testing.T) {
	store, e := recording("proposal", "admin_check")
	store.broken = errors.New("no facts")
	r := In{Kind: "proposal.describe", LAG: oneLAG, Dossier: ours, Subject: ours, Rows: []Row{{Type: "Note", ID: "fnd_1"}}}.Record()
	if _, err := e.Do(t.Context(), someone(Administrator), r); err != nil {
		t.Errorf("got %v, want it recorded", err)
	}
	if _, err := e.Do(t.Context(), someone(Administrator), letterOut()); err == nil || !strings.Contains(err.Error(), "no facts") {
		t.Errorf("got %v for an act that is judged, want the store's error", err)
	}
}

// TestARecordThatIsNotWrittenLeadsToNothing: what follows it is fired once it is written.
func TestARecordThatIsNotWrittenLeadsToNothing(t *testing.T) {
	for _, unwritten := range []error{nil, errors.New("the disk is full")} {
		store, e := recording("proposal", "quality_evaluation")
		store.unwritten = unwritten
		r := letterOut()
		r.then = []Fire{{Subject: ours, Event: scoresFinal}}
		_, err := e.Do(t.Context(), someone(Administrator), r)
		if !errors.Is(err, unwritten) {
			t.Errorf("got %v, want %v", err, unwritten)
		}
		scored := slices.ContainsFunc(store.applied, func(c Change) bool { return c.Set["state"] == "scored" })
		if scored != (unwritten == nil) {
			t.Errorf("with %v: got %+v, want the case to follow: %t", unwritten, store.applied, unwritten == nil)
		}
	}
}

// TestARefusedRecordStandsInItsDossier, unless it would have begun it.
func TestARefusedRecordStandsInItsDossier(t *testing.T) {
	meeting := paperEngine(nil).HoldMeeting(HoldMeeting{ID: "mtg_00000000000000000000000001", LAG: oneLAG, HeldOn: noon.Day()})
	for name, tt := range map[string]struct {
		act  Record
		want int
	}{"a letter": {letterOut(), 1}, "a meeting": {meeting, 0}} {
		store, e := recording("proposal", "admin_check")
		if _, err := e.Do(t.Context(), someone(Auditor), tt.act); !onlyCode(err, RoleRefused) {
			t.Fatalf("%s: got %v, want %s", name, err, RoleRefused)
		}
		if len(store.entries) != tt.want || store.suspect > 0 {
			t.Errorf("%s: got %+v and %d suspicions, want %d refusals kept", name, store.entries, store.suspect, tt.want)
		}
		for _, h := range store.entries {
			if h.Kind != kindRefused || h.Dossier != ours {
				t.Errorf("%s: got %+v, want the attempt in %s", name, h, ours)
			}
		}
	}
}

// Each row says who may learn that a case exists (domain §0.2.3).
func TestWhoMayKnowOfACase(t *testing.T) {
	sealed := func(f *Facts) { f.Call.ReceivedListPublished = false }
	undrafted := func(f *Facts) { f.Proposal.SubmittedAt = nil }
	onPaper := func(f *Facts) {
		received := noon
		f.Proposal.SubmittedAt, f.Proposal.ReceivedAt = nil, &received
	}
	unchanged := func(*Facts) {}
	another := someone(Applicant)
	another.Organisation = "org_00000000000000000000000002"
	unassigned := someone(Evaluator)
	unassigned.Person = "per_unassigned"
	released := someone(Evaluator)
	released.Grants = nil
	for _, tt := range []struct {
		name   string
		kind   Kind
		state  StateName
		by     Actor
		change func(*Facts)
		want   bool
	}{
		{"the engine", "proposal", "draft", SystemActor(), sealed, true},
		{"the office", "proposal", "draft", someone(Secretary), sealed, true},
		{"the office of another group", "proposal", "draft", from(otherLAG, Secretary), unchanged, false},
		{"its applicant", "proposal", "draft", someone(Applicant), sealed, true},
		{"another applicant", "proposal", "admin_check", another, unchanged, false},
		{"another applicant, once it is public", "proposal", "contract_signed", another, unchanged, true},
		{"the board, once the list is published", "proposal", "admin_check", someone(BoardMember), unchanged, true},
		{"the board, of what came on paper", "proposal", "admin_check", someone(BoardMember), onPaper, true},
		{"the board, before the list", "proposal", "admin_check", someone(BoardMember), sealed, false},
		{"the board, of what was never received", "proposal", "draft", someone(BoardMember), undrafted, false},
		{"the board, without a call", "proposal", "admin_check", someone(BoardMember), func(f *Facts) { f.Call = nil }, false},
		{"somebody else, once the list is published", "proposal", "admin_check", another, unchanged, false},
		{"its evaluator", "proposal", "admin_check", someone(Evaluator), sealed, true},
		{"another evaluator", "proposal", "admin_check", unassigned, unchanged, false},
		{"who was its evaluator", "proposal", "admin_check", released, unchanged, false},
		{"the board, of a call in preparation", "call", "draft", someone(BoardMember), unchanged, true},
		{"an evaluator, of a call in preparation", "call", "draft", someone(Evaluator), unchanged, true},
		{"an applicant, of a call in preparation", "call", "draft", someone(Applicant), unchanged, false},
		{"an applicant, of an open call", "call", "open", someone(Applicant), unchanged, true},
		{"the office, of minutes in preparation", "minutes", "draft", someone(Secretary), unchanged, true},
		{"the board, of minutes in preparation", "minutes", "draft", someone(BoardMember), unchanged, false},
		{"the board, of minutes that are signed", "minutes", "signed", someone(BoardMember), unchanged, false},
		{"the board, of minutes that are published", "minutes", "published", someone(BoardMember), unchanged, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store, e := recording(tt.kind, tt.state)
			tt.change(&store.facts)
			facts, _ := store.Facts(store.subject)
			if got := mayKnow(tt.by, facts, e.Machines); got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
		})
	}
}

// The values that an event carries are read by their types.
func TestDataAreReadByTheirTypes(t *testing.T) {
	for _, tt := range []struct{ kind, text, want string }{
		{"money", "0.01", ""},
		{"money", "0.00", "MALFORMED_MONEY facts.x"},
		{"money", "-0.01", "MALFORMED_MONEY facts.x"},
		{"money", "1,00", "MALFORMED_MONEY facts.x"},
		{"date", "2019-03-04", ""},
		{"date", "4 March", "MALFORMED_INPUT facts.x"},
		{"instant", noon.String(), ""},
		{"instant", "noon", "MALFORMED_INPUT facts.x"},
		{"id", string(ours), ""},
		{"id", "ours", "MALFORMED_INPUT facts.x"},
		{"integer", "3", ""},
		{"integer", "three", "MALFORMED_INPUT facts.x"},
		{"flag", "true", ""},
		{"flag", "false", ""},
		{"flag", "yes", "MALFORMED_INPUT facts.x"},
		{"code", "R-03,R-12", ""},
		{"code", "R-03 R-12", "MALFORMED_INPUT facts.x"},
		{"code", "R-03\x07", "MALFORMED_INPUT facts.x"},
		{"text", "two words", ""},
	} {
		values, refused := readData([]Datum{{Name: "x", Type: tt.kind}}, []Given{{Name: "x", Value: tt.text}})
		if got := reasons(errorOf(refused)); got != tt.want || (values["x"] != nil) != (tt.want == "") {
			t.Errorf("%s %q: got %v and %q, want %q", tt.kind, tt.text, values, got, tt.want)
		}
	}
	for _, tt := range []struct {
		required bool
		given    []Given
		want     string
	}{
		{true, nil, "MALFORMED_INPUT facts.x"},
		{true, []Given{{Name: "x"}}, "MALFORMED_INPUT facts.x"},
		{false, nil, ""},
		{false, []Given{{Name: "x"}}, ""},
	} {
		values, refused := readData([]Datum{{Name: "x", Type: "text", Required: tt.required}}, tt.given)
		if got := reasons(errorOf(refused)); got != tt.want || len(values) > 0 {
			t.Errorf("required %t, given %v: got %v and %q, want %q", tt.required, tt.given, values, got, tt.want)
		}
	}
	for text, says := range map[string]string{"99999999999999999999.00": "out of range", "12": "two decimals"} {
		_, refused := readData([]Datum{{Name: "x", Type: "money"}}, []Given{{Name: "x", Value: text}})
		if len(refused) != 1 || !strings.Contains(refused[0].Message.EN, says) {
			t.Errorf("%s: got %v, want it to say %q", text, refused, says)
		}
	}
}

func errorOf(refused []Refusal) error {
	if len(refused) == 0 {
		return nil
	}
	return &Error{Refusals: refused}
}

// drafted is a draft of a proposal under the open call.
func drafted(e *Engine) Record {
	return e.DraftProposal(DraftProposal{ID: theirs, LAG: oneLAG, Call: ourCall, Action: action, Applicant: oneOrg})
}
