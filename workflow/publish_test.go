package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/workflow/definitions"
)

// here is the group of [someone] and there another one.
const there ident.ID = "lag_elsewhere"

// proposalText is the shipped definition of a proposal under another version.
func proposalText(t testing.TB, version int, changes ...string) string {
	t.Helper()
	return versionOf(t, "proposal", version, changes...)
}

// versionOf is the shipped definition of the kind under another version, changed.
func versionOf(t testing.TB, kind Kind, version int, changes ...string) string {
	t.Helper()
	src, err := fs.ReadFile(definitions.Files(), string(kind)+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := edit(t, string(src), "\nversion: 1\n", fmt.Sprintf("\nversion: %d\n", version))
	for i := 0; i < len(changes); i += 2 {
		text = edit(t, text, changes[i], changes[i+1])
	}
	return text
}

// freshMachines are the shipped ones, to which a test may add.
func freshMachines(t testing.TB) *Machines {
	t.Helper()
	var all []*Machine
	for _, k := range Kinds() {
		all = append(all, shippedMachines().Versions(k)...)
	}
	return NewMachines(shippedNames(), all...)
}

// added proves the text for the group and adds it.
func added(t testing.TB, ms *Machines, lag ident.ID, text string) *Machine {
	t.Helper()
	m, problems := ms.Prove(lag, text)
	if len(problems) > 0 {
		t.Fatal(&CompileError{Problems: problems})
	}
	ms.Add(m)
	return m
}

// toys are the machines of the toy alone, in one version.
func toys(t *testing.T) *Machines {
	t.Helper()
	m, problems := Compile(parsed(t, strings.Replace(toy, "joins: [toy.settle]", "", 1)), toyNames())
	if len(problems) > 0 {
		t.Fatal(&CompileError{Problems: problems})
	}
	return NewMachines(toyNames(), m)
}

// TestAVersionIsProvedBesideTheOthers: alone it may be sound, and yet change what a
// name of the others means, or carry what is not its to carry.
func TestAVersionIsProvedBesideTheOthers(t *testing.T) {
	next := edit(t, strings.Replace(toy, "joins: [toy.settle]", "", 1), "version: 1\n", "version: 1000\n")
	for _, tt := range []struct {
		name    string
		changes []string
		want    ProblemCode
		at      string
	}{
		{name: "the same"},
		{name: "other names", changes: []string{"en: Open}", "en: Opened}"}},
		{name: "another to act", changes: []string{"responsible: ADMINISTRATOR", "responsible: APPLICANT"}},
		{name: "another term", changes: []string{"days: 3", "days: 5"}},
		{name: "without a term", changes: []string{"    deadline: {event: settle, days: 3, unit: WORKING_DAYS, from: toy.dueOn, source: design}\n", ""}, want: Stranded, at: "open:"},
		{"another trait", []string{"    phase: CALL\n", "    phase: SELECTION\n"}, Reclassified, "open:"},
		{"another outcome", []string{
			"outcome: NEGATIVE", "outcome: POSITIVE", "by: [APPLICANT, {role: ADMINISTRATOR, onBehalfOf: APPLICANT, secondPerson: true}]",
			"by: {role: ADMINISTRATOR, onBehalfOf: APPLICANT, secondPerson: true}\n    requires: [document]",
		}, Reclassified, "refused:"},
		{"no longer confidential", []string{"confidential: true\n", ""}, Reclassified, "kind:"},
		{"another state of its own", []string{"  done:\n", "  over:\n    phase: CLOSURE\n    traits: [terminal]\n    label: {lt: Baigta, en: Over}\n  done:\n", "    to: [open, done]", "    to: [open, done, over]"}, "", ""},
		{"a field that none carries", []string{"data: {openedOn: date!}", "data: {title: text}"}, UnknownField, "title:"},
		{"a field that it begins with", []string{"data: {dueOn: instant}", "data: {form: text}"}, UnknownField, "form:"},
		{"unsound by itself", []string{"guards: [fair, not late]", "guards: [fair, not late, unheard]"}, UnknownGuard, ""},
		{"unread", []string{"initial: open\n", "initial: [open]\n"}, BadForm, ""},
		{"of a kind that has no cases", []string{"kind: toy\n", "kind: ball\n"}, UnknownKind, "kind:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := next
			for i := 0; i < len(tt.changes); i += 2 {
				text = edit(t, text, tt.changes[i], tt.changes[i+1])
			}
			m, problems := toys(t).Prove(there, text)
			if tt.want == "" {
				if m == nil || m.LAG() != there || m.Text() != text {
					t.Errorf("got %v, want it to hold, for its group", problems)
				}
				return
			}
			if m != nil || len(problems) == 0 || problems[0].Code != tt.want {
				t.Fatalf("got %v, want %s", problems, tt.want)
			}
			if tt.at != "" && problems[0].Position != where(t, text, tt.at) {
				t.Errorf("got it at %v, want at %v", problems[0].Position, where(t, text, tt.at))
			}
		})
	}
}

// TestAnotherBeginningIsReclassified.
func TestAnotherBeginningIsReclassified(t *testing.T) {
	ms := freshMachines(t)
	m := ms.Latest("proposal")
	def := *m.def
	def.Initial = "registered"
	other := &Machine{def: &def, states: m.states}
	if got := reclassified(other, m); len(got) != 1 || got[0].Code != Reclassified || !strings.Contains(got[0].Message, "cases begin in registered") {
		t.Errorf("got %v, want the beginning alone", got)
	}
	if got := reclassified(m, m); got != nil {
		t.Errorf("itself: got %v, want nothing", got)
	}
}

// TestJoinsHaveToBePossibleInEveryVersion.
func TestJoinsHaveToBePossibleInEveryVersion(t *testing.T) {
	text := proposalText(t, FirstPublished)
	joined := shippedMachines().Latest("call").def.Transitions
	i := slices.IndexFunc(joined, func(t Transition) bool { return t.Event == "annul" })
	event := string(joined[i].Joins[0].Event)
	broken := strings.ReplaceAll(text, "event: "+event+"\n", "event: "+event+"Not\n")
	_, problems := freshMachines(t).Prove("", broken)
	if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == UnknownJoin && p.Kind == "call" }) {
		t.Errorf("without %s: got %v, want %s of the call", event, problems, UnknownJoin)
	}
	i = slices.IndexFunc(problems, func(p Problem) bool { return p.Code == UnknownJoin })
	if p := problems[i]; p.File != "call.yaml" || len(p.Path) == 0 || !strings.HasPrefix(p.refusal().Message.EN, "call.yaml, line ") {
		t.Errorf("got %v, want it told by the file that the text does not go with", p)
	}
	if got := added(t, freshMachines(t), "", text).def.File; got != "proposal@1000" {
		t.Errorf("got problems of the version told by %q, want by its name", got)
	}
}

// TestAnAmountIsNotSetByOnePerson: where it is reserved, the amount is an act of two.
func TestAnAmountIsNotSetByOnePerson(t *testing.T) {
	const alone = "    requires: [document]\n    data: {grantAwarded: money!}"
	text := proposalText(t, FirstPublished, "    requires: [document, secondPerson]\n    data: {grantAwarded: money!}", alone)
	_, problems := freshMachines(t).Prove("", text)
	if len(problems) != 1 || problems[0].Code != OnePerson || !strings.Contains(problems[0].Message, "reduceCosts") {
		t.Errorf("got %v, want %s for reduceCosts", problems, OnePerson)
	}
}

// TestPublishedStepsTakeAsManyAsShipped: no office can do alone what the shipped
// process has two do, nor change by it what others are told.
func TestPublishedStepsTakeAsManyAsShipped(t *testing.T) {
	claims, err := fs.ReadFile(definitions.Files(), "payment_claim.yaml")
	if err != nil {
		t.Fatal(err)
	}
	claim := edit(t, string(claims), "\nversion: 1\n", "\nversion: 1000\n")
	proposal := proposalText(t, FirstPublished)
	const amount = "  - event: fix\n    from: board_agenda\n    to: board_agenda\n    label: {lt: Taisyti, en: Fix}\n    by: %s\n    data: {grantAwarded: money}\n"
	with := func(by string, more ...string) string {
		return edit(t, proposal, "\ntransitions:\n", "\ntransitions:\n"+fmt.Sprintf(amount, by)+strings.Join(more, ""))
	}
	for name, tt := range map[string]struct {
		text string
		want ProblemCode
	}{
		"claims as shipped":                 {claim, ""},
		"claims by one":                     {strings.ReplaceAll(claim, ", secondPerson]", "]"), OnePerson},
		"a decision of nobody":              {edit(t, proposal, "    requires: [decision]\n    data: {grantAwarded: money!, awardCondition: text}", "    requires: [secondPerson]\n    data: {grantAwarded: money!, awardCondition: text}"), OnePerson},
		"an amount by one":                  {with("ADMINISTRATOR"), OnePerson},
		"an amount by one of several":       {with("[CHAIR, {role: ADMINISTRATOR, secondPerson: true}]"), OnePerson},
		"an amount by the applicant":        {with("[APPLICANT, {role: ADMINISTRATOR, onBehalfOf: APPLICANT}]"), BadVeil},
		"an amount by two":                  {with("ADMINISTRATOR", "    requires: [secondPerson]\n"), OnePerson},
		"an amount by the board":            {with("ADMINISTRATOR", "    requires: [decision]\n"), OnePerson},
		"an amount by one who has a second": {with("{role: ADMINISTRATOR, secondPerson: true}"), OnePerson},
	} {
		_, problems := freshMachines(t).Prove("lag_1", tt.text)
		found := slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == tt.want })
		if found != (tt.want != "") || (tt.want == "" && len(problems) > 0) {
			t.Errorf("%s: got %v, want %q", name, problems, tt.want)
		}
	}
	contracts, err := fs.ReadFile(definitions.Files(), "contract.yaml")
	if err != nil {
		t.Fatal(err)
	}
	contract := edit(t, string(contracts), "\nversion: 1\n", "\nversion: 1000\n")
	way := func(text, from, to, by string) string {
		return edit(t, text, "\ntransitions:\n", fmt.Sprintf("\ntransitions:\n  - event: hurry\n    from: %s\n    to: %s\n    label: {lt: Skubinti, en: Hurry}\n    by: %s\n", from, to, by))
	}
	from := strings.Index(proposal, "  - event: decideFund\n")
	decides := proposal[from : from+1+strings.Index(proposal[from+1:], "  - event: ")]
	for name, tt := range map[string]struct {
		text string
		want ProblemCode
	}{
		"a contract as shipped":     {contract, ""},
		"paid at once by the clock": {way(contract, "offered", "active", "CLOCK"), OnePerson},
		"paid at once by a join":    {way(contract, "offered", "active", "JOIN"), OnePerson},
		"paid at once by one":       {way(contract, "offered", "active", "ADMINISTRATOR"), OnePerson},
		"paid at once by two":       {way(contract, "offered", "active", "{role: ADMINISTRATOR, secondPerson: true}"), OnePerson},
		"paid on, by one":           {way(contract, "active", "active", "ADMINISTRATOR"), ""},
		"begun by somebody else":    {edit(t, contract, "by: [CLOCK, ADMINISTRATOR]", "by: [CLOCK, SECRETARY]"), OnePerson},
		"begun by fewer":            {edit(t, contract, "by: [CLOCK, ADMINISTRATOR]", "by: CLOCK"), ""},
		"reserved by two":           {way(proposal, "scored", "listed_funding", "{role: ADMINISTRATOR, secondPerson: true}"), OnePerson},
		"reserved by the board":     {way(proposal, "board_agenda", "listed_funding", "CHAIR\n    requires: [decision]"), Relaxed},
		"reserved by its rules":     {edit(t, proposal, decides, decides+strings.Replace(decides, "event: decideFund\n", "event: fundAtOnce\n", 1)), ""},
		"a shipped event, to money": {edit(t, proposal, "from: reserve_appealed\n    to: listed_reserve\n    label: {lt: \"Skundas atmestas,", "from: reserve_appealed\n    to: listed_funding\n    label: {lt: \"Skundas atmestas,"), OnePerson},
	} {
		_, problems := freshMachines(t).Prove("lag_1", tt.text)
		found := slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == tt.want })
		if found != (tt.want != "") || (tt.want == "" && len(problems) > 0) {
			t.Errorf("%s: got %v, want %q", name, problems, tt.want)
		}
	}
	shipped := freshMachines(t).Latest("proposal")
	def := *shipped.def
	def.States = slices.Clone(def.States)
	i := slices.IndexFunc(def.States, func(s State) bool { return s.Name == "registered" })
	def.States[i].ShownAs = "draft"
	if got := (&Machine{def: &def}).unveiled([]StateName{"scored"}); len(got) != 1 || got[0].Code != Reclassified {
		t.Errorf("a new veil: got %v, want it refused", got)
	}
	if got := shipped.unveiled([]StateName{"scored"}); got != nil {
		t.Errorf("the veils that there are: got %v, want nothing", got)
	}
}

// TestWhatAnOfficeAddedItMayTakeBack: it is held to what ships, and not to itself.
func TestWhatAnOfficeAddedItMayTakeBack(t *testing.T) {
	ms := toys(t)
	text := strings.Replace(toy, "joins: [toy.settle]", "", 1)
	stricter := edit(t, edit(t, text, "version: 1\n", "version: 1000\n"), "requires: [reason]", "requires: [reason, secondPerson]")
	added(t, ms, "lag_1", stricter)
	if _, problems := ms.Prove("lag_1", edit(t, text, "version: 1\n", "version: 1001\n")); len(problems) > 0 {
		t.Errorf("got %v, want it to hold", problems)
	}
}

// TestFewerPeopleAreNoticedCapacityByCapacity.
func TestFewerPeopleAreNoticedCapacityByCapacity(t *testing.T) {
	of := func(tr Transition) *Machine {
		x := Concrete{Event: "e", From: "a", To: "b", Transition: &tr}
		def := &Definition{Kind: "toy", Version: 1, Initial: "a", States: []State{{Name: "a", Final: true}, {Name: "b", Final: true}}}
		return &Machine{
			def: def, steps: []Concrete{x}, step: map[stepKey]Concrete{{"a", "e"}: x}, from: map[StateName][]Concrete{"a": {x}},
			states: map[StateName]State{"a": def.States[0], "b": def.States[1]}, proof: &compiler{def: def, steps: []Concrete{x}},
		}
	}
	two := By{Role: Administrator, OnBehalfOf: Ministry, SecondPerson: true}
	alone, own, chair := By{Role: Administrator, OnBehalfOf: Ministry}, By{Role: Administrator}, By{Role: Chair, OnBehalfOf: Ministry}
	money, text := Datum{Name: "amount", Type: "money"}, Datum{Name: "note", Type: "text"}
	for name, tt := range map[string]struct {
		was, is Transition
		want    int
	}{
		"as it was":                 {Transition{By: []By{two}}, Transition{By: []By{two}}, 0},
		"the first without":         {Transition{By: []By{two, own}}, Transition{By: []By{alone, own}}, 1},
		"the second without":        {Transition{By: []By{own, two}}, Transition{By: []By{own, alone}}, 1},
		"all with":                  {Transition{By: []By{two}}, Transition{By: []By{alone}, Requires: Requires{SecondPerson: true}}, 0},
		"another role":              {Transition{By: []By{two}}, Transition{By: []By{chair}}, 1},
		"another body":              {Transition{By: []By{two}}, Transition{By: []By{own}}, 1},
		"a decision for the second": {Transition{Requires: Requires{SecondPerson: true}}, Transition{Requires: Requires{Decision: true}}, 0},
		"an amount as it was":       {Transition{By: []By{own}, Data: []Datum{money}}, Transition{By: []By{own}, Data: []Datum{money}}, 0},
		"an amount besides":         {Transition{By: []By{own}, Data: []Datum{text}}, Transition{By: []By{own}, Data: []Datum{text, money}}, 1},
		"a text besides":            {Transition{By: []By{own}}, Transition{By: []By{own}, Data: []Datum{text}}, 1},
		"a text besides, by two":    {Transition{By: []By{own}}, Transition{By: []By{own}, Data: []Datum{text}, Requires: Requires{SecondPerson: true}}, 1},
		"a guard fewer":             {Transition{By: []By{own}, Guards: []string{"late"}}, Transition{By: []By{own}}, 1},
		"a guard fewer, by two":     {Transition{By: []By{own}, Guards: []string{"late"}}, Transition{By: []By{own}, Requires: Requires{SecondPerson: true}}, 1},
		"a guard more":              {Transition{By: []By{own}}, Transition{By: []By{own}, Guards: []string{"late"}}, 0},
		"another effect":            {Transition{By: []By{own}, Effects: []string{"ring"}}, Transition{By: []By{own}}, 1},
		"another join":              {Transition{By: []By{own}}, Transition{By: []By{own}, Joins: []Joined{{Kind: "toy", Event: "e"}}}, 1},
		"a reason fewer":            {Transition{By: []By{own}, Requires: Requires{Reason: true}}, Transition{By: []By{own}}, 1},
	} {
		if got := relaxed(of(tt.is), of(tt.was)); len(got) != tt.want {
			t.Errorf("%s: got %v, want %d", name, got, tt.want)
		}
	}
}

// TestVersionsOfAGroupGoBeforeTheShared, and the highest before the others.
func TestVersionsOfAGroupGoBeforeTheShared(t *testing.T) {
	ms := freshMachines(t)
	const group ident.ID = "lag_1"
	for i, lag := range []ident.ID{"", group, there, group, ""} {
		added(t, ms, lag, proposalText(t, FirstPublished+i))
	}
	for lag, want := range map[ident.ID]string{group: "proposal@1003", there: "proposal@1002", "lag_x": "proposal@1004", "": "proposal@1004"} {
		if got := ms.For(lag, "proposal").Name(); got != want {
			t.Errorf("%q: got %s, want %s", lag, got, want)
		}
	}
	var names []string
	for _, m := range ms.Versions("proposal") {
		names = append(names, strconv.Itoa(m.Version()))
	}
	if got := strings.Join(names, " "); got != "1004 1003 1002 1001 1000 1" || ms.Latest("proposal").Version() != 1004 {
		t.Errorf("got the versions %s, want the shared one first and then downwards", got)
	}
	before := ms.Versions("proposal")
	ms.Add(ms.Pinned("proposal@1002"))
	if got := ms.Versions("proposal"); !slices.Equal(got, before) {
		t.Errorf("added again: got %d versions, want %d", len(got), len(before))
	}
	if got, want := len(ms.States("proposal")), len(shippedMachines().States("proposal")); got != want {
		t.Errorf("got %d states, want each once: %d", got, want)
	}
}

// publishing is an engine over an office, whose machines are its own.
func publishing(t *testing.T) (*rowStore, *Engine) {
	t.Helper()
	r, e := recording("proposal", "draft")
	e.Machines = freshMachines(t)
	return r, e
}

// officer is somebody with the role in a group; in all where there is none.
func officer(name string, role Role, lag ident.ID) Actor {
	return Actor{Person: ident.ID("per_" + name), Grants: []Grant{{Role: role, LAG: lag}}}
}

// TestPublishingTakesTwoOfTheOffice, and what they may change is their own.
func TestPublishingTakesTwoOfTheOffice(t *testing.T) {
	const group ident.ID = "lag_1"
	sound := Publish{LAG: group, Text: proposalText(t, FirstPublished), Reason: "Nauja tvarka."}
	changed := func(f func(*Publish)) Publish {
		p := sound
		f(&p)
		return p
	}
	for _, tt := range []struct {
		name string
		who  Actor
		act  Publish
		want Code
	}{
		{"its administrator", officer("a", Administrator, group), sound, ""},
		{"one of all groups", officer("a", Administrator, ""), sound, ""},
		{"its chair", officer("a", Chair, group), sound, RoleRefused},
		{"an applicant of it", officer("a", Applicant, group), sound, RoleRefused},
		{"an administrator of another", officer("a", Administrator, there), sound, NotFound},
		{"for all by one of a group", officer("a", Administrator, group), changed(func(p *Publish) { p.LAG = "" }), RoleRefused},
		{"for all by one of all", officer("a", Administrator, ""), changed(func(p *Publish) { p.LAG = "" }), ""},
		{"without a reason", officer("a", Administrator, group), changed(func(p *Publish) { p.Reason = " \n" }), ReasonRequired},
		{"only looked at, without", officer("a", Administrator, group), changed(func(p *Publish) { p.Reason, p.DryRun = "", true }), ""},
		{"with a book for a reason", officer("a", Administrator, group), changed(func(p *Publish) { p.Reason = strings.Repeat("a", maxText+1) }), MalformedInput},
		{"below the numbers of offices", officer("a", Administrator, group), changed(func(p *Publish) { p.Text = proposalText(t, FirstPublished-1) }), DefinitionRefused},
		{"further up", officer("a", Administrator, group), changed(func(p *Publish) { p.Text = proposalText(t, FirstPublished+1) }), DefinitionRefused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, e := publishing(t)
			done, err := e.Do(t.Context(), tt.who, tt.act)
			if tt.want != "" {
				if !onlyCode(err, tt.want) || r.pending != nil || len(r.applied) > 0 {
					t.Errorf("got %v, want %s and nothing kept", err, tt.want)
				}
				return
			}
			if err != nil || done.Report == nil || done.Report.Against != "proposal@1" {
				t.Fatalf("got %+v and %v, want a report", done, err)
			}
			if tt.act.DryRun {
				if r.pending != nil || done.Pending != nil {
					t.Error("got it kept, want it looked at alone")
				}
				return
			}
			if r.pending == nil || r.pending.LAG != tt.act.LAG || len(r.applied) > 0 || e.Machines.Pinned("proposal@1000") != nil {
				t.Errorf("got %+v, want it to wait", r.pending)
			}
		})
	}
}

// TestPublishedIsWrittenOnceAndTakenIn.
func TestPublishedIsWrittenOnceAndTakenIn(t *testing.T) {
	const group ident.ID = "lag_1"
	r, e := publishing(t)
	author, second := officer("a", Administrator, group), officer("ADMINISTRATOR", Administrator, group)
	author.Person = "per_ADMINISTRATOR" // whom the store knows as a holder
	second.Person = "per_second"
	text := proposalText(t, FirstPublished)
	pending, err := e.Do(t.Context(), author, Publish{LAG: group, Text: text, Reason: "Nauja tvarka."})
	if err != nil {
		t.Fatal(err)
	}
	if name, reason := r.pending.Act.Name(), r.pending.Act.Reason(); name != "definition.publish" || reason != "Nauja tvarka." || r.pending.Act.Report == nil {
		t.Errorf("kept as %s for %q, want it with its reason and report", name, reason)
	}
	done, err := e.Do(t.Context(), second, Confirm{ID: pending.Pending.ID})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.applied) != 1 || len(r.entries) != 1 {
		t.Fatalf("got %d changes and %d entries, want one each", len(r.applied), len(r.entries))
	}
	set, entry := r.applied[0].Set, r.entries[0]
	if set["text"] != text || set["hash"] != e.Machines.Pinned("proposal@1000").Hash() || set["authorId"] != author.Person || set["confirmedById"] != second.Person || set["publishedAt"] != noon {
		t.Errorf("got %.300v, want the text, its hash, both persons and the time", set)
	}
	var report Report
	if err := json.Unmarshal([]byte(set["report"].(string)), &report); err != nil || report.Walks != provingWalks || report.Hash != set["hash"] || report.States == 0 || report.StatesSeen == 0 ||
		!slices.Contains(report.Unverified, "rejected_late") || slices.Contains(report.Unverified, "submitted") || slices.Contains(report.Unverified, "draft") {
		t.Errorf("got the report %+v and %v, want what was found", report, err)
	}
	if entry.Dossier != group || entry.Kind != "definition.publish" || entry.SecondActor != second.Person || done.Dossier != group || done.Subject.ID.Prefix() != ident.Definition {
		t.Errorf("got the entry %+v, want one of the group with both persons", entry)
	}
	if e.Machines.For(group, "proposal").Name() != "proposal@1000" || e.Machines.Latest("proposal").Name() != "proposal@1" {
		t.Error("got it for all, want it for its group alone")
	}
}

// TestAwaitedActsAreTheOffices.
func TestAwaitedActsAreTheOffices(t *testing.T) {
	r, e := publishing(t)
	p := Pending{ID: "cfm_1", LAG: "lag_1"}
	r.awaited = []Pending{p}
	for name, tt := range map[string]struct {
		who  Actor
		lag  ident.ID
		want int
	}{
		"its auditor": {officer("a", Auditor, "lag_1"), "lag_1", 1}, "an auditor of all": {officer("a", Auditor, ""), "lag_1", 1},
		"a board member": {officer("a", BoardMember, "lag_1"), "lag_1", -1}, "an auditor of another": {officer("a", Auditor, there), "lag_1", -1},
		"of all groups, one of a group": {officer("a", Auditor, "lag_1"), "", -1}, "of all groups, one of all": {officer("a", Auditor, ""), "", 1},
	} {
		got, err := e.AwaitedActs(t.Context(), tt.who, tt.lag)
		if err != nil || (got == nil) != (tt.want < 0) || (got != nil && len(got) != tt.want) {
			t.Errorf("%s: got %v and %v, want %d", name, got, err, tt.want)
		}
	}
}

// TestKeptActsSayWhatTheyAre.
func TestKeptActsSayWhatTheyAre(t *testing.T) {
	for name, tt := range map[string]struct {
		act           Kept
		reason, facts string
	}{
		"decideFund":    {Kept{Fire: &Fire{Event: "decideFund", Reason: "r", Given: []Given{{Name: "grantAwarded", Value: "9.00"}}}}, "r", "[{grantAwarded 9.00}]"},
		"cases.migrate": {Kept{Migrate: &Migrate{From: "a@1", To: "a@2", Reason: "m", Mapping: []Renamed{{"x", "y"}}}}, "m", "[{from a@1} {to a@2} {x y}]"},
		"":              {Kept{}, "", "[]"},
	} {
		if got := fmt.Sprint(tt.act.Facts()); tt.act.Name() != name || tt.act.Reason() != tt.reason || got != tt.facts {
			t.Errorf("got %q for %q with %s, want %q for %q with %s", tt.act.Name(), tt.act.Reason(), got, name, tt.reason, tt.facts)
		}
	}
}

// TestDifferencesAreWhatChanges, and nothing of what only reads otherwise.
func TestDifferencesAreWhatChanges(t *testing.T) {
	was := toyMachine(t)
	for _, tt := range []struct {
		name    string
		changes []string
		want    []string
	}{
		{"nothing", nil, nil},
		{"a name", []string{"en: Open}", "en: Opened}"}, nil},
		{"a term", []string{"days: 3", "days: 5"}, []string{
			`state open: term was [3 WORKING_DAYS from toy.dueOn, fires "settle", unless [], pauses false, reminds []], is [5 WORKING_DAYS from toy.dueOn, fires "settle", unless [], pauses false, reminds []]`,
		}},
		{"who acts", []string{"    responsible: ADMINISTRATOR", "    responsible: APPLICANT"}, []string{"state open: responsible was [ADMINISTRATOR], is [APPLICANT]"}},
		{"a guard", []string{"guards: [fair, not late]", "guards: [fair]"}, []string{"step refuse from open: guards was [fair not late], is [fair]"}},
		{"who may", []string{"    by: ADMINISTRATOR\n    requires: [reason]", "    by: APPLICANT\n    requires: [reason]"}, []string{"step note from open: by was [ADMINISTRATOR], is [APPLICANT]"}},
		{"what is required", []string{"requires: [reason]", "requires: [reason, secondPerson]"}, []string{"step note from open: requires was [reason], is [reason, second person]"}},
		{"what is carried", []string{"data: {openedOn: date!}", "data: {openedOn: date}"}, []string{"step note from open: data was [openedOn!], is [openedOn]"}},
		{"a state and its steps", []string{
			"  done:\n", "  over:\n    phase: CLOSURE\n    traits: [terminal]\n    label: {lt: Baigta, en: Over}\n  done:\n", "    to: [open, done]", "    to: [open, over]",
		}, []string{
			"state added: over", "step added: ruleToOver from refused to over", "step removed: ruleToDone from refused",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := toy
			for i := 0; i < len(tt.changes); i += 2 {
				text = edit(t, text, tt.changes[i], tt.changes[i+1])
			}
			m, problems := Compile(parsed(t, text), toyNames())
			if m == nil {
				t.Fatal(problems)
			}
			if got := m.Differences(was); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestConditionsThatChangeAreDifferences, and those that stay are not.
func TestConditionsThatChangeAreDifferences(t *testing.T) {
	machine := func(text string) *Machine {
		t.Helper()
		m, problems := Compile(parsed(t, text), proposalNames())
		if m == nil {
			t.Fatal(problems)
		}
		return m
	}
	was, is := machine(conditioned(t, "call.minGrantCents <= 100000")), machine(conditioned(t, "call.minGrantCents <= 200000"))
	if got := is.Differences(was); !slices.Equal(got, []string{"condition small: call.minGrantCents <= 200000"}) {
		t.Errorf("got %q, want the condition", got)
	}
	if got := is.Differences(is); got != nil {
		t.Errorf("against itself: got %q, want nothing", got)
	}
	without := machine(strings.NewReplacer("kind: toy", "kind: proposal", "toy.dueOn", "ENTERED", "toy.settle", "proposal.settle").Replace(toy))
	if got := was.Differences(without); !slices.Contains(got, "condition small: call.minGrantCents <= 100000") {
		t.Errorf("against none: got %q, want the condition", got)
	}
}

// TestProblemsAreToldWithTheirPath, where there is one.
func TestProblemsAreToldWithTheirPath(t *testing.T) {
	p := Problem{Code: Stranded, Position: Position{Line: 3, Column: 5}, Message: "m"}
	if got := fmt.Sprint(p.refusal().Facts); got != "[{problem STRANDED} {line 3} {column 5}]" {
		t.Errorf("got %s, want no path", got)
	}
	p.Path = []StateName{"a", "b"}
	if got := fmt.Sprint(p.refusal().Facts[3]); got != "{path a → b}" {
		t.Errorf("got %s, want the path", got)
	}
}

// TestASecondPersonHasUntilTheEnd, and is told who could be it.
func TestASecondPersonHasUntilTheEnd(t *testing.T) {
	r, e := publishing(t)
	author := officer("ADMINISTRATOR", Administrator, "lag_1")
	sent, err := e.Do(t.Context(), author, Publish{LAG: "lag_1", Text: proposalText(t, FirstPublished), Reason: "r"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Do(t.Context(), author, Confirm{ID: sent.Pending.ID})
	var refused *Error
	if !errors.As(err, &refused) || fmt.Sprint(refused.Refusals[0].Facts) != "[{CHAIR per_CHAIR} {AUDIT_COMMISSION per_AUDIT_COMMISSION}]" {
		t.Errorf("got %v, want all who could but the sender", err)
	}
	r.pending.ExpiresAt = noon - 1
	if _, err := e.Do(t.Context(), confirmer(), Confirm{ID: sent.Pending.ID}); !onlyCode(err, NotFound) {
		t.Errorf("after the end: got %v, want %s", err, NotFound)
	}
	r.pending.ExpiresAt = noon
	if _, err := e.Do(t.Context(), confirmer(), Confirm{ID: sent.Pending.ID}); err != nil {
		t.Errorf("at the end: got %v, want it done", err)
	}
}

// confirmer is the second person of an office.
func confirmer() Actor { return officer("second", Chair, "lag_1") }

// TestCasesAreMovedToWhatTheirStateBecomes, more than one transaction of them.
func TestCasesAreMovedToWhatTheirStateBecomes(t *testing.T) {
	r, e := publishing(t)
	added(t, e.Machines, "lag_1", strings.ReplaceAll(proposalText(t, FirstPublished), "quality_evaluation", "quality_review"))
	r.facts.Decisions = nil
	states := slices.Repeat([]StateName{"draft", "quality_evaluation"}, migratedAtOnce)
	movable(r, states...)
	author := officer("ADMINISTRATOR", Administrator, "lag_1")
	sent, err := e.Do(t.Context(), author, Migrate{
		LAG: "lag_1", From: "proposal@1", To: "proposal@1000", Reason: "r", Mapping: []Renamed{{"quality_evaluation", "quality_review"}},
	})
	if err != nil || *sent.Moved != len(states) {
		t.Fatalf("got %+v and %v, want %d cases", sent, err, len(states))
	}
	done, err := e.Do(t.Context(), confirmer(), Confirm{ID: sent.Pending.ID})
	if err != nil || *done.Moved != len(states) || len(done.Left) > 0 {
		t.Fatalf("got %+v and %v, want %d moved", done, err, len(states))
	}
	for i, c := range r.applied {
		want := map[StateName]string{"draft": "draft", "quality_evaluation": "quality_review"}[states[i]]
		if c.Set["state"] != want || c.Set["definition"] != "proposal@1000" || c.Set["version"] != 5 || c.Expect != 4 {
			t.Fatalf("got %+v, want the state %s", c, want)
		}
	}
	if r.entries[0].Kind != "cases.migrate" || r.entries[1].Kind != "migrate" || !strings.HasPrefix(r.entries[1].Cause, "lag_1/") {
		t.Errorf("got %+v and %+v, want the act and what it caused", r.entries[0], r.entries[1])
	}
}

// TestOfManyThatCannotGoSomeAreTold.
func TestOfManyThatCannotGoSomeAreTold(t *testing.T) {
	r, e := publishing(t)
	added(t, e.Machines, "lag_1", proposalText(t, FirstPublished))
	movable(r, slices.Repeat([]StateName{"gone"}, toldAtOnce+5)...)
	_, err := e.Do(t.Context(), officer("a", Administrator, "lag_1"), Migrate{LAG: "lag_1", From: "proposal@1", To: "proposal@1000", DryRun: true})
	var refused *Error
	if !errors.As(err, &refused) || len(refused.Refusals) != toldAtOnce {
		t.Errorf("got %v, want %d reasons", err, toldAtOnce)
	}
}

// TestABrokenStoreIsNoAnswer.
func TestABrokenStoreIsNoAnswer(t *testing.T) {
	r, e := publishing(t)
	added(t, e.Machines, "lag_1", proposalText(t, FirstPublished))
	sent, err := e.Do(t.Context(), officer("ADMINISTRATOR", Administrator, "lag_1"), Migrate{LAG: "lag_1", From: "proposal@1", To: "proposal@1000", Reason: "r"})
	if err != nil {
		t.Fatal(err)
	}
	r.lost = errors.New("the disk is full")
	if _, err := e.Do(t.Context(), confirmer(), Confirm{ID: sent.Pending.ID}); !errors.Is(err, r.lost) {
		t.Errorf("got %v, want %v", err, r.lost)
	}
}

// failing is a store whose transactions fail after so many, and whose sender is gone
// after the first.
type failing struct {
	*rowStore
	left int
	gone context.CancelFunc
}

func (f *failing) InTx(ctx context.Context, do func(Tx) error) error {
	defer f.gone()
	f.left--
	if f.left < 0 {
		return errors.New("the disk is full")
	}
	return errors.Join(do(f), ctx.Err())
}

// TestAMigrationThatIsBrokenOffSaysHowFarItCame, and is not by a sender who hung up.
func TestAMigrationThatIsBrokenOffSaysHowFarItCame(t *testing.T) {
	for transactions, want := range map[int]string{9: "250 moved, 0 left", 3: "200 moved, 1 left", 1: "0 moved, 1 left"} {
		r, e := publishing(t)
		added(t, e.Machines, "lag_1", proposalText(t, FirstPublished))
		r.facts.Decisions = nil
		movable(r, slices.Repeat([]StateName{"draft"}, 250)...)
		sent, err := e.Do(t.Context(), officer("ADMINISTRATOR", Administrator, "lag_1"), Migrate{LAG: "lag_1", From: "proposal@1", To: "proposal@1000", Reason: "r"})
		if err != nil {
			t.Fatal(err)
		}
		gone, cancel := context.WithCancel(t.Context())
		e.Store = &failing{rowStore: r, left: transactions, gone: func() {
			if len(r.entries) > 1 { // the act itself is committed
				cancel()
			}
		}}
		done, err := e.Do(gone, confirmer(), Confirm{ID: sent.Pending.ID})
		cancel()
		if done.Moved == nil || (err != nil) != (len(done.Left) > 0) {
			t.Fatalf("got %+v and %v, want how far it came", done, err)
		}
		if got := fmt.Sprintf("%d moved, %d left", *done.Moved, len(done.Left)); got != want {
			t.Errorf("after %d transactions: got %s, want %s", transactions, got, want)
		}
	}
}

// movable are proposals of a group that are pinned to the shipped version.
func movable(r *rowStore, states ...StateName) {
	for i, name := range states {
		r.opened = append(r.opened, Subject{
			ID: ident.ID(fmt.Sprintf("prp_%026d", i)), Kind: "proposal", LAG: "lag_1", Dossier: ident.ID(fmt.Sprintf("prp_%026d", i)),
			State: name, Version: 4, Definition: "proposal@1",
		})
	}
}

// TestCasesLeaveAVersionThatDoesNotHold, and only under their own names.
func TestCasesLeaveAVersionThatDoesNotHold(t *testing.T) {
	office := officer("a", Administrator, "lag_1")
	for name, tt := range map[string]struct {
		act  Migrate
		want Code
	}{
		"as they are":                   {Migrate{To: "proposal@1000"}, ""},
		"renamed":                       {Migrate{To: "proposal@1000", Mapping: []Renamed{{"draft", "submitted"}}}, MalformedInput},
		"to nowhere":                    {Migrate{To: "proposal@1009"}, MalformedInput},
		"to another kind":               {Migrate{To: "call@1"}, MalformedInput},
		"to another that does not hold": {Migrate{To: "proposal@1006"}, MalformedInput},
	} {
		r, e := publishing(t)
		r.facts.Decisions = nil
		added(t, e.Machines, "lag_1", proposalText(t, FirstPublished))
		e.Machines.Lack("proposal@1005", errors.New("another text"))
		e.Machines.Lack("proposal@1006", errors.New("another text"))
		movable(r, "draft")
		r.opened[0].Definition = "proposal@1005"
		tt.act.LAG, tt.act.From, tt.act.DryRun = "lag_1", "proposal@1005", true
		done, err := e.Do(t.Context(), office, tt.act)
		if tt.want == "" && (err != nil || *done.Moved != 1) || tt.want != "" && !onlyCode(err, tt.want) {
			t.Errorf("%s: got %+v and %v, want %q", name, done, err, tt.want)
		}
	}
}

// TestWhatIsLackingIsForgottenOnceItHolds.
func TestWhatIsLackingIsForgottenOnceItHolds(t *testing.T) {
	ms := freshMachines(t)
	ms.Lack("proposal@1000", errors.New("another text"))
	ms.Lack("proposal@1001", errors.New("another text"))
	before := ms.Lacking()
	added(t, ms, "", proposalText(t, FirstPublished))
	if got := ms.Lacking(); len(got) != 1 || got["proposal@1001"] == nil || len(before) != 2 {
		t.Errorf("got %v, want the other alone, and what was told before as it was", got)
	}
}

// TestTheNumberOfAVersionThatDoesNotHoldIsTaken: what replaces it has the next.
func TestTheNumberOfAVersionThatDoesNotHoldIsTaken(t *testing.T) {
	_, e := publishing(t)
	e.Machines.Lack("proposal@1000", errors.New("another text"))
	e.Machines.Lack("proposal@1001", errors.New("another text"))
	for version, want := range map[int]Code{1000: DefinitionRefused, 1001: DefinitionRefused, 1002: "", 1003: DefinitionRefused} {
		_, err := e.Do(t.Context(), officer("a", Administrator, "lag_1"), Publish{LAG: "lag_1", Text: proposalText(t, version), DryRun: true})
		if want == "" && err != nil || want != "" && !onlyCode(err, want) {
			t.Errorf("%d: got %v, want %q", version, err, want)
		}
	}
}

// TestOneIsPublishedAtATime: what the server has not seen is taken in first, but for
// what does not hold.
func TestOneIsPublishedAtATime(t *testing.T) {
	for name, tt := range map[string]struct {
		published []string
		want      Code
	}{
		"none": {nil, ""}, "what it has": {[]string{"proposal@1"}, ""}, "what does not hold": {[]string{"call@1000"}, ""},
		"what it has not seen": {[]string{"proposal@1", "contract@1000"}, Conflict},
	} {
		r, e := publishing(t)
		e.Machines.Lack("call@1000", errors.New("another text"))
		sent, err := e.Do(t.Context(), officer("ADMINISTRATOR", Administrator, "lag_1"), Publish{LAG: "lag_1", Text: proposalText(t, FirstPublished), Reason: "r"})
		if err != nil {
			t.Fatal(err)
		}
		r.published = tt.published
		_, err = e.Do(t.Context(), confirmer(), Confirm{ID: sent.Pending.ID})
		if tt.want == "" && err != nil || tt.want != "" && !onlyCode(err, tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}

// TestMigrationLooksBeforeItMoves.
func TestMigrationLooksBeforeItMoves(t *testing.T) {
	const group ident.ID = "lag_1"
	move := Migrate{LAG: group, From: "proposal@1", To: "proposal@1000", Reason: "Nauja tvarka."}
	changed := func(f func(*Migrate)) Migrate {
		m := move
		f(&m)
		return m
	}
	office := officer("a", Administrator, group)
	mapped := func(from, to StateName) Migrate {
		return changed(func(m *Migrate) { m.Mapping = []Renamed{{from, to}} })
	}
	for _, tt := range []struct {
		name   string
		who    Actor
		act    Migrate
		states []StateName
		want   Code
	}{
		{"its administrator", office, move, []StateName{"draft", "board_agenda"}, ""},
		{"nothing to move", office, move, nil, ""},
		{"only looked at", office, changed(func(m *Migrate) { m.DryRun, m.Reason = true, "" }), []StateName{"draft"}, ""},
		{"its chair", officer("a", Chair, group), move, nil, RoleRefused},
		{"one of another group", officer("a", Administrator, there), move, nil, NotFound},
		{"without a reason", office, changed(func(m *Migrate) { m.Reason = " " }), nil, ReasonRequired},
		{"with a book for a reason", office, changed(func(m *Migrate) { m.Reason = strings.Repeat("a", maxText+1) }), nil, MalformedInput},
		{"from nowhere", office, changed(func(m *Migrate) { m.From = "proposal@2" }), nil, MalformedInput},
		{"to nowhere", office, changed(func(m *Migrate) { m.To = "proposal@2" }), nil, MalformedInput},
		{"to another group's", office, changed(func(m *Migrate) { m.To = "proposal@1001" }), nil, MalformedInput},
		{"to another kind", office, changed(func(m *Migrate) { m.To = "call@1" }), nil, MalformedInput},
		{"to itself", office, changed(func(m *Migrate) { m.To = "proposal@1" }), nil, MalformedInput},
		{"to a state of the like", office, mapped("eligibility_check", "quality_evaluation"), []StateName{"draft"}, MalformedInput},
		{"to a state of the like that is new", office, mapped("eligibility_check", "quality_review"), []StateName{"draft"}, MalformedInput},
		{"from a state that is gone to one that stood", office, mapped("admin_check", "draft"), []StateName{"draft"}, MalformedInput},
		{"from a state that is not", office, mapped("nowhere", "draft"), nil, MalformedInput},
		{"to a state that is not", office, mapped("draft", "nowhere"), nil, MalformedInput},
		{"to the state itself", office, mapped("draft", "draft"), []StateName{"draft"}, MalformedInput},
		{"a state that is gone", office, move, []StateName{"draft", "gone"}, CaseStuck},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, e := publishing(t)
			text := proposalText(t, FirstPublished)
			if len(tt.act.Mapping) > 0 && tt.act.Mapping[0].To == "quality_review" {
				text = strings.ReplaceAll(text, "quality_evaluation", "quality_review")
			}
			added(t, e.Machines, group, text)
			added(t, e.Machines, there, proposalText(t, FirstPublished+1))
			movable(r, tt.states...)
			r.facts.Decisions = nil
			done, err := e.Do(t.Context(), tt.who, tt.act)
			if tt.want != "" {
				if !onlyCode(err, tt.want) || r.pending != nil || len(r.applied) > 0 {
					t.Errorf("got %v, want %s and nothing kept", err, tt.want)
				}
				return
			}
			if err != nil || done.Moved == nil || *done.Moved != len(tt.states) {
				t.Fatalf("got %+v and %v, want %d to move", done, err, len(tt.states))
			}
			if kept := r.pending != nil; kept == tt.act.DryRun || len(r.applied) > 0 {
				t.Errorf("got it kept %t, want it to wait unless it is only looked at", kept)
			}
		})
	}
}

// TestDecisionsAndTermsHoldACase where it is, unless it would be no worse off: a decision
// by itself where the version that it was taken under does not hold.
func TestDecisionsAndTermsHoldACase(t *testing.T) {
	const group ident.ID = "lag_1"
	text := proposalText(t, FirstPublished, "  - event: returnToEvaluation\n", "  - event: sendBack\n", "{event: register, days: 2,", "{event: register, days: 1,")
	adopted := DecisionFacts{ID: "dec_1", Event: "returnToEvaluation", Adopted: true}
	over, ahead := noon, noon.Add(time.Second)
	for _, tt := range []struct {
		name     string
		state    StateName // proposed_reject where there is a decision, submitted elsewhere
		decision DecisionFacts
		now, was *clock.Instant // when the term ends under the new version and the old
		event    EventName
		stuck    bool
	}{
		{name: "nothing"},
		{name: "a decision", decision: adopted, stuck: true},
		{name: "not adopted", decision: DecisionFacts{Event: adopted.Event}},
		{name: "carried out", decision: DecisionFacts{Event: adopted.Event, Adopted: true, Spent: true}},
		{name: "overtaken", decision: DecisionFacts{Event: adopted.Event, Adopted: true, Overtaken: true}},
		{name: "on what stays", state: "listed_funding", decision: DecisionFacts{Event: "revokeDecision", Adopted: true}},
		{name: "before the board", state: "board_agenda", stuck: true},
		{name: "on what nobody knows to be open", decision: DecisionFacts{Event: "promote", Adopted: true}, stuck: true},
		{name: "a term over", now: &over, was: &ahead, event: "x", stuck: true},
		{name: "a term that never was", now: &over, event: "x", stuck: true},
		{name: "over as it was", now: &over, was: &over, event: "x"},
		{name: "a term ahead", now: &ahead, was: &ahead, event: "x"},
		{name: "a term that only warns", now: &over, was: &ahead},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, e := publishing(t)
			added(t, e.Machines, group, text)
			state := tt.state
			switch {
			case state != "":
			case tt.decision.Event != "":
				state = "proposed_reject"
			default:
				state = "submitted"
			}
			movable(r, state)
			from := "proposal@1"
			if tt.decision.Event != "" {
				from = "proposal@1005"
				e.Machines.Lack(from, errors.New("another text"))
				r.opened[0].Definition = from
			}
			r.facts.Decisions = []DecisionFacts{tt.decision}
			r.termsOf = func(q TermsOf) []Due {
				at := tt.was
				if q.State.Deadline.Days == 1 {
					at = tt.now
				}
				if at == nil {
					return nil
				}
				return []Due{{EndsAt: *at, Event: tt.event}}
			}
			_, err := e.Do(t.Context(), officer("a", Administrator, group), Migrate{LAG: group, From: from, To: "proposal@1000", DryRun: true})
			if got := onlyCode(err, CaseStuck); got != tt.stuck || (err != nil) != tt.stuck {
				t.Errorf("got %v, want stuck %t", err, tt.stuck)
			}
		})
	}
}

// TestACaseKeepsWhatMayBeDecided: a meeting may have it open, so it stays where the new
// version lacks any step that a vote could lead to.
func TestACaseKeepsWhatMayBeDecided(t *testing.T) {
	const group ident.ID = "lag_1"
	for name, tt := range map[string]struct {
		renamed []EventName
		state   StateName
		want    string
	}{
		"all there":          {nil, "board_agenda", ""},
		"a decision gone":    {[]EventName{"decideReserve"}, "board_agenda", "decideReserve"},
		"a vote lost":        {[]EventName{"notAdopted"}, "board_agenda", "notAdopted"},
		"two":                {[]EventName{"decideReserve", "notAdopted"}, "board_agenda", "notAdopted, decideReserve"},
		"not in its state":   {[]EventName{"decideReserve"}, "scored", ""},
		"before a rejection": {[]EventName{"returnToEvaluation"}, "proposed_reject", "returnToEvaluation"},
	} {
		t.Run(name, func(t *testing.T) {
			r, e := publishing(t)
			var changes []string
			for _, event := range tt.renamed {
				changes = append(changes, "  - event: "+string(event)+"\n", "  - event: "+string(event)+"Anew\n")
			}
			added(t, e.Machines, group, proposalText(t, FirstPublished, changes...))
			movable(r, tt.state)
			r.facts.Decisions = nil
			_, err := e.Do(t.Context(), officer("a", Administrator, group), Migrate{LAG: group, From: "proposal@1", To: "proposal@1000", DryRun: true})
			if got := onlyCode(err, CaseStuck); got != (tt.want != "") || (err != nil) != got {
				t.Fatalf("got %v, want stuck %t", err, tt.want != "")
			}
			if err != nil && !strings.Contains(err.Error(), ": "+tt.want+".") {
				t.Errorf("got %q, want it to name %s", err, tt.want)
			}
		})
	}
}

// TestStepsOfTheOfficeDoNotHoldACase: only what a vote leads to does.
func TestStepsOfTheOfficeDoNotHoldACase(t *testing.T) {
	step := func(event EventName, need Requires) Concrete {
		return Concrete{From: "agenda", Event: event, Transition: &Transition{Event: event, Requires: need}}
	}
	from := &Machine{from: map[StateName][]Concrete{
		"agenda": {step("note", Requires{Reason: true}), step("fund", Requires{Decision: true}), step("wait", Requires{LostVote: true}), step("fund", Requires{Decision: true})},
		"office": {step("note", Requires{Reason: true})},
	}}
	to := &Machine{step: map[stepKey]Concrete{}}
	if got, want := (plan{from: from, to: to}).undecidable("agenda", "agenda"), []EventName{"fund", "wait"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	to.step[stepKey{"agenda", "fund"}] = step("fund", Requires{})
	if got, want := (plan{from: from, to: to}).undecidable("agenda", "agenda"), []EventName{"wait"}; !slices.Equal(got, want) {
		t.Errorf("with one of them: got %v, want %v", got, want)
	}
	for name, p := range map[string]plan{"with nothing to decide": {from: from, to: to}, "from a version that does not hold": {to: to}} {
		if got := p.undecidable("office", "office"); len(got) > 0 {
			t.Errorf("%s: got %v, want nothing", name, got)
		}
	}
}

// TestWhatShipsIsWalkedInFull when it is proved: the bound of the work is for what is
// made to be laborious.
func TestWhatShipsIsWalkedInFull(t *testing.T) {
	for _, k := range Kinds() {
		m := shippedMachines().Latest(k)
		if got := m.simulate(provingWalks, provingLooks/2, picksOf(m.Hash())); got.Walks != provingWalks || len(got.Stuck) > 0 {
			t.Errorf("%s: got %d walks, %d stuck, want %d and none", k, got.Walks, len(got.Stuck), provingWalks)
		}
	}
	if got := shippedMachines().Latest("proposal").simulate(provingWalks, 1_000, picksOf("few")); got.Walks == 0 || got.Walks > 1_000 {
		t.Errorf("with a thousand looks: got %d walks, want some and fewer than the looks", got.Walks)
	}
}

// TestAChartLeavesNoCaseOut, however few versions still have its state.
func TestAChartLeavesNoCaseOut(t *testing.T) {
	ms := freshMachines(t)
	first := versionOf(t, "payment_claim", 1000, "\ntransitions:\n", "\n"+place("aside")+"transitions:\n")
	added(t, ms, "", first+way("goAside", "checking", "aside", "ADMINISTRATOR")+way("back", "aside", "checking", "ADMINISTRATOR"))
	added(t, ms, "", versionOf(t, "payment_claim", 1001))
	live := map[StateName]Live{"aside": {Cases: 2}, "paid": {Cases: 1}}
	c := ms.Chart(oneLAG, "payment_claim", "en", live)
	i := slices.IndexFunc(c.States, func(d Drawn) bool { return d.Name == "aside" })
	if i < 0 || c.States[i].Live.Cases != 2 || c.States[i].Label != "Place (payment_claim@1000)" || c.Version != 1001 {
		t.Errorf("got %+v, want the cases in a state of the version before", c.States)
	}
	if !strings.Contains(c.Mermaid(), "aside: 2 here") || !strings.Contains(c.DOT(), "Place (payment_claim@1000)") {
		t.Errorf("got %s, want them drawn", c.Mermaid())
	}
	if c := ms.Chart(oneLAG, "payment_claim", "en", map[StateName]Live{"paid": {Cases: 1}}); slices.ContainsFunc(c.States, func(d Drawn) bool { return d.Name == "aside" }) {
		t.Error("a state of another version that no case is in is drawn, want it left out")
	}
}
