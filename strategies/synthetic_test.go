package strategies_test

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/strategies"
)

func cents(t *testing.T, a strategies.Amount) int64 {
	t.Helper()
	c, err := a.Cents()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func shares(t *testing.T, all []strategies.FundShare) (byFund map[strategies.FundSource]int64, total int64) {
	t.Helper()
	byFund = map[strategies.FundSource]int64{}
	for _, s := range all {
		c := cents(t, s.Amount)
		byFund[s.Fund] += c
		total += c
	}
	return byFund, total
}

func people(s strategies.Strategy) map[string]strategies.Person {
	byKey := map[string]strategies.Person{}
	for _, p := range s.Synthetic.People {
		byKey[p.Key] = p
	}
	return byKey
}

func calls(s strategies.Strategy) map[string]strategies.Call {
	byKey := map[string]strategies.Call{}
	for _, c := range s.Synthetic.Calls {
		byKey[c.Key] = c
	}
	return byKey
}

func meetings(s strategies.Strategy) map[string]strategies.Meeting {
	byKey := map[string]strategies.Meeting{}
	for _, m := range s.Synthetic.Meetings {
		byKey[m.Key] = m
	}
	return byKey
}

func criteria(s strategies.Strategy) map[string]strategies.CriteriaSet {
	byKey := map[string]strategies.CriteriaSet{}
	for _, c := range s.Synthetic.CriteriaSets {
		byKey[c.Key] = c
	}
	return byKey
}

// projectOf is what the case is about, invented or not.
func projectOf(s strategies.Strategy, k strategies.Case) strategies.Project {
	for _, p := range s.Synthetic.Projects {
		if p.Key == k.Project {
			return p.Project()
		}
	}
	p, _ := s.Project(k.Project)
	return p
}

// decided are the cases that the board decided on, and not those whose call it
// annulled before.
func decided(s strategies.Strategy) (cases []strategies.Case) {
	for _, k := range s.Synthetic.Cases {
		if k.Decision.Meeting != "" {
			cases = append(cases, k)
		}
	}
	return cases
}

// checkDigit is the ninth digit of a legal entity code with the first eight
// digits of s: weights 1 to 8 modulo 11; if that is 10, weights 3 to 9 and 1;
// if that is 10 too, 0.
func checkDigit(s string) int {
	for _, weights := range []string{"12345678", "34567891"} {
		sum := 0
		for i := range 8 {
			sum += int(s[i]-'0') * int(weights[i]-'0')
		}
		if sum%11 < 10 {
			return sum % 11
		}
	}
	return 0
}

func TestLegalCodesAreInventedAndPassTheCheckDigit(t *testing.T) {
	for code, want := range map[string]bool{"192050725": true, "188710823": true, "123456789": false} {
		if got := checkDigit(code) == int(code[8]-'0'); got != want {
			t.Fatalf("check digit of the known code %s: got %t, want %t", code, got, want)
		}
	}
	s, _ := load(t)
	codes := map[string]bool{}
	for _, l := range s.Synthetic.LegalCodes {
		codes[l.Code] = true
		if len(l.Code) != 9 || !strings.HasPrefix(l.Code, "999") || checkDigit(l.Code) != int(l.Code[8]-'0') {
			t.Errorf("%s: got %s, want nine digits from 999 with check digit %d", l.Organisation, l.Code, checkDigit(l.Code))
		}
	}
	if len(codes) != 13 {
		t.Errorf("got %d distinct codes, want 13", len(codes))
	}
}

func TestBoardHasThreeSeatsOfEachSector(t *testing.T) {
	s, _ := load(t)
	sectors, genders := map[strategies.Sector]int{}, map[string]int{}
	persons := people(s)
	for _, seat := range s.Synthetic.Board {
		sectors[seat.Sector]++
		p := persons[seat.Person]
		genders[p.Gender]++
		if !slices.Contains(p.Roles, strategies.BoardMember) {
			t.Errorf("%s: got roles %v, want BOARD_MEMBER among them", p.Key, p.Roles)
		}
	}
	want := map[strategies.Sector]int{strategies.Public: 3, strategies.NGOCommunity: 3, strategies.Business: 3}
	if !maps.Equal(sectors, want) {
		t.Errorf("sectors: got %v, want %v", sectors, want)
	}
	if genders["F"]+genders["M"] != 9 || 100*min(genders["F"], genders["M"]) < 40*9 {
		t.Errorf("genders: got %v, want at least 40 %% of each (R-29)", genders)
	}
}

func TestEveryRoleOfTheOfficeIsFilled(t *testing.T) {
	s, _ := load(t)
	got, contacts := map[strategies.Role]int{}, map[string]bool{}
	for _, p := range s.Synthetic.People {
		for _, r := range p.Roles {
			got[r]++
		}
		if p.Organisation != "" {
			contacts[p.Organisation] = true
		}
		if len(p.Roles) > 1 && !slices.Equal(p.Roles, []strategies.Role{strategies.BoardMember, strategies.Chair}) {
			t.Errorf("%s: got roles %v, want one, for duties are segregated (R-48)", p.Key, p.Roles)
		}
	}
	want := map[strategies.Role]int{
		strategies.BoardMember: 9, strategies.Chair: 1, strategies.Administrator: 1, strategies.Secretary: 1,
		strategies.Evaluator: 3, strategies.AuditCommission: 3, strategies.Auditor: 1, strategies.Applicant: 13,
	}
	if !maps.Equal(got, want) || len(contacts) != 13 {
		t.Errorf("got %v and %d promoters with a contact, want %v and 13", got, len(contacts), want)
	}
}

func TestTwelveActionsOfWhichOneCodeIsKnown(t *testing.T) {
	s, _ := load(t)
	var known []string
	objectives := map[string]strategies.Objective{}
	for _, o := range s.Synthetic.Objectives {
		objectives[o.Code] = o
		if !strings.HasPrefix(o.Code, strconv.Itoa(o.Goal)+".") {
			t.Errorf("objective %s of goal %d", o.Code, o.Goal)
		}
	}
	for _, a := range s.Synthetic.Actions {
		if !strings.HasPrefix(a.Code, a.Objective+".") {
			t.Errorf("action %s of objective %s", a.Code, a.Objective)
		}
		if a.CodeSource != nil {
			known = append(known, a.Code+" "+string(a.CodeSource.Doc))
		}
	}
	if len(s.Synthetic.Actions) != 12 {
		t.Errorf("got %d actions, want the 12 that are stated", len(s.Synthetic.Actions))
	}
	if !slices.Equal(known, []string{"1.1.2 klaipedosvvg-1079"}) {
		t.Errorf("known codes: got %v, want 1.1.2 alone", known)
	}
}

func TestEnvelopesHold(t *testing.T) {
	s, _ := load(t)
	y := s.Synthetic
	plan := map[strategies.FundSource]int64{}
	for _, f := range s.FundingPlan {
		plan[f.Fund] = cents(t, f.ReadAs)
	}
	funds, administration := shares(t, y.Administration.Funding)
	total, _ := s.TotalFunding()
	if 4*administration > cents(t, total) {
		t.Errorf("administration: got %d cents of %s, want at most a quarter (R-49)", administration, total)
	}
	allocated := administration
	for _, a := range y.Actions {
		allocated += cents(t, a.Allocation)
	}
	if allocated > cents(t, total) {
		t.Errorf("actions and administration: got %d cents, want at most %s (R-19)", allocated, total)
	}
	for _, k := range decided(s) {
		byFund, _ := shares(t, k.Funding)
		for f, c := range byFund {
			funds[f] += c
		}
	}
	for f, c := range plan {
		if funds[f] > c {
			t.Errorf("%s: got %d cents bound, want at most %d", f, funds[f], c)
		}
	}
}

// part is what one action gives to one call.
type part struct{ call, action string }

// awarded are the grants, in cents.
func awarded(t *testing.T, s strategies.Strategy) map[part]int64 {
	t.Helper()
	grants := map[part]int64{}
	for _, k := range s.Synthetic.Cases {
		grants[part{k.Call, k.Action}] += cents(t, k.Awarded)
	}
	return grants
}

// committed is what calls bind of the action at an instant, in cents: a call its
// budget from its approval on, its grants once it is decided, nothing once it is annulled.
func committed(t *testing.T, s strategies.Strategy, action string, at clock.Instant) (sum int64) {
	t.Helper()
	grants := awarded(t, s)
	for _, c := range s.Synthetic.Calls {
		for _, a := range c.Actions {
			if a.Code != action {
				continue
			}
			binds := int64(0)
			for _, st := range c.Steps {
				switch {
				case st.At.Instant() > at:
				case st.Event == "approve":
					binds = cents(t, a.Budget)
				case st.Event == "decide":
					binds = grants[part{c.Key, action}]
				case st.Event == "annul":
					binds = 0
				}
			}
			sum += binds
		}
	}
	return sum
}

func TestGrantsStayWithinTheirCalls(t *testing.T) {
	s, _ := load(t)
	grants := awarded(t, s)
	for _, c := range s.Synthetic.Calls {
		annulled := c.List.Meeting == ""
		for _, a := range c.Actions {
			p := part{c.Key, a.Code}
			if (grants[p] == 0) != annulled || grants[p] > cents(t, a.Budget) {
				t.Errorf("%v: got grants of %d cents, annulled %t, want some unless annulled, and at most %s", p, grants[p], annulled, a.Budget)
			}
			delete(grants, p)
		}
	}
	if len(grants) != 0 {
		t.Errorf("grants of actions that their call does not open: %v", grants)
	}
}

func TestCallsStayWithinTheirActions(t *testing.T) {
	s, _ := load(t)
	for _, c := range s.Synthetic.Calls {
		at := find(t, c.Steps, "approve").At.Instant()
		for _, a := range s.Synthetic.Actions {
			if sum := committed(t, s, a.Code, at); sum > cents(t, a.Allocation) {
				t.Errorf("%s as %s is approved: got %d cents committed, want at most %s (R-19)", a.Code, c.Key, sum, a.Allocation)
			}
		}
	}
}

// TestTheAnnulledCallHadToBeAnnulledForItsMoney to be offered again: both together
// are more than its action had.
func TestTheAnnulledCallHadToBeAnnulledForItsMoney(t *testing.T) {
	s, _ := load(t)
	again, annulled := calls(s)["2019-T"], calls(s)["2018-V-2"]
	if again.Reannounces != annulled.Key || annulled.OpensOn != "2018-04-09" {
		t.Fatalf("got %q announced again, opened on %s, want the call of 2018-04-09", again.Reannounces, annulled.OpensOn)
	}
	step := find(t, annulled.Steps, "annul")
	if m := meetings(s)[step.Decision]; step.EffectiveOn() != "2018-08-06" || m.MinutesNo != 31 || step.Reason == "" {
		t.Errorf("annulled on %s by minutes %d for %q, want 2018-08-06, 31 and a reason", step.EffectiveOn(), m.MinutesNo, step.Reason)
	}
	if len(annulled.Actions) != 1 || annulled.Actions[0].Code != "1.1.2" || !slices.Contains(again.Actions, annulled.Actions[0]) {
		t.Fatalf("got %v, then %v, want the same money of 1.1.2 in both", annulled.Actions, again.Actions)
	}
	i := slices.IndexFunc(s.Synthetic.Actions, func(a strategies.Action) bool { return a.Code == "1.1.2" })
	// As the annulled call is approved it is counted already.
	left := cents(t, s.Synthetic.Actions[i].Allocation) - committed(t, s, "1.1.2", find(t, annulled.Steps, "approve").At.Instant())
	if budget := cents(t, annulled.Actions[0].Budget); left < 0 || left >= budget {
		t.Errorf("got %d cents left beside a call of %d, want too little for another", left, budget)
	}
}

func TestFiveMoreProjectsAreListedAsItems18To22(t *testing.T) {
	s, _ := load(t)
	var items []int
	for _, p := range s.Synthetic.Projects {
		if p.Item == 0 {
			continue
		}
		items = append(items, p.Item)
		for _, k := range s.Synthetic.Cases {
			if k.Project != p.Key {
				continue
			}
			if listed := find(t, k.Steps, "decideFund").EffectiveOn(); listed != "2021-05-03" || listed.AddDays(28) != "2021-05-31" {
				t.Errorf("%s: listed on %s, want it 28 days before 2021-05-31", p.Key, listed)
			}
		}
	}
	stated, _ := s.Figure("projectsSelected")
	if !slices.Equal(items, []int{18, 19, 20, 21, 22}) || strconv.Itoa(items[0]-1) != stated.ReadAs {
		t.Errorf("got items %v after %q selected projects, want five that go on from them", items, stated.ReadAs)
	}
}

func TestMeasuresFollowThePrintedCodes(t *testing.T) {
	s, _ := load(t)
	modes := map[string]string{}
	measures := map[string]strategies.Measure{}
	for _, m := range s.Synthetic.Measures {
		modes[m.Key] = m.SelectionMode
		measures[m.Key] = m
	}
	if want := map[string]string{"V-911": "V", "T-927": "T"}; !maps.Equal(modes, want) {
		t.Errorf("modes: got %v, want %v", modes, want)
	}
	for _, k := range s.Synthetic.Cases {
		p := projectOf(s, k)
		m := measures[calls(s)[k.Call].Measure]
		if p.Code != "" && !strings.HasPrefix(p.Code, m.Code+"-") {
			t.Errorf("%s: code %s in a call of measure %s", p.Key, p.Code, m.Code)
		}
	}
}

func TestEachCaseBalancesToTheCent(t *testing.T) {
	s, _ := load(t)
	for _, k := range s.Synthetic.Cases {
		eligible, grant := cents(t, k.Eligible), cents(t, k.Awarded)
		if k.Decision.Meeting == "" {
			grant = cents(t, k.Requested)
		}
		byFund, sources := shares(t, k.Funding)
		var lines, indirect int64
		for _, l := range k.Budget {
			lines += cents(t, l.Amount)
			if l.Category == "INDIRECT" {
				indirect += cents(t, l.Amount)
			}
		}
		if sources != eligible || lines != eligible {
			t.Errorf("%s: got sources %d and lines %d cents, want %d (R-09)", k.Project, sources, lines, eligible)
		}
		if public := byFund[strategies.EUAndState] + byFund[strategies.Municipal]; public != grant {
			t.Errorf("%s: got public money of %d cents, want the grant %d", k.Project, public, grant)
		}
		if 100*indirect > 7*(eligible-indirect) {
			t.Errorf("%s: got indirect cost of %d cents on %d, want at most 7 %% (R-36)", k.Project, indirect, eligible-indirect)
		}
		c := calls(s)[k.Call]
		if limit := eligible * c.IntensityCapBasisPoints / 10_000; grant > limit {
			t.Errorf("%s: got a grant of %d cents, want at most %d (R-07)", k.Project, grant, limit)
		}
		if grant < cents(t, c.MinGrant) || grant > cents(t, c.MaxGrant) || cents(t, k.Requested) < grant {
			t.Errorf("%s: got %s of %s requested, want within %s and %s (R-06)", k.Project, k.Awarded, k.Requested, c.MinGrant, c.MaxGrant)
		}
	}
}

func TestEachCaseIsEligible(t *testing.T) {
	s, _ := load(t)
	actions := map[string]strategies.Action{}
	for _, a := range s.Synthetic.Actions {
		actions[a.Code] = a
	}
	for _, k := range s.Synthetic.Cases {
		p := projectOf(s, k)
		if got := people(s)[k.Applicant].Organisation; got != p.Promoter {
			t.Errorf("%s: filed by %s of %q, want the promoter %q", k.Project, k.Applicant, got, p.Promoter)
		}
		if form, c := organisations(s)[p.Promoter].LegalForm, calls(s)[k.Call]; !slices.Contains(c.EligibleApplicantTypes, form) {
			t.Errorf("%s: got form %s, want one of %v (R-03)", k.Project, form, c.EligibleApplicantTypes)
		}
		if want := placeOfActivity(p); k.PlaceOfActivity != want {
			t.Errorf("%s: got place %q, want %q (R-04)", k.Project, k.PlaceOfActivity, want)
		}
		if len(k.ActivityKinds) == 0 {
			t.Errorf("%s: no activity kind", k.Project)
		}
		for _, kind := range k.ActivityKinds {
			if !slices.Contains(actions[k.Action].ActivityKinds, kind) {
				t.Errorf("%s: got %s, want one of action %s: %v (R-05)", k.Project, kind, k.Action, actions[k.Action].ActivityKinds)
			}
		}
	}
}

// placeOfActivity is the linked territory for a project whose present place the
// text puts there, and the target territory for all others.
func placeOfActivity(p strategies.Project) strategies.TerritoryKind {
	for _, pl := range p.Places {
		if pl.Territory == strategies.Linked && pl.PlannedFor == "" {
			return strategies.Linked
		}
	}
	return strategies.Target
}

func TestTwoEvaluatorsAgreeWellEnough(t *testing.T) {
	s, _ := load(t)
	persons := people(s)
	for _, k := range decided(s) {
		set := criteria(s)[calls(s)[k.Call].CriteriaSet]
		if len(k.Evaluations) != 2 || k.Evaluations[0].Evaluator == k.Evaluations[1].Evaluator {
			t.Fatalf("%s: got %d evaluations, want two by two persons", k.Project, len(k.Evaluations))
		}
		for _, e := range k.Evaluations {
			if !slices.Contains(persons[e.Evaluator].Roles, strategies.Evaluator) {
				t.Errorf("%s: scored by %s, who is no evaluator", k.Project, e.Evaluator)
			}
			checkPoints(t, k.Project, set, e)
		}
		limit := 0
		for _, c := range set.Criteria {
			limit += c.Weight * c.MaxPoints
		}
		a, b := k.Evaluations[0].Score(set), k.Evaluations[1].Score(set)
		if 100*max(a-b, b-a) > set.DivergencePercent*limit {
			t.Errorf("%s: scores %d and %d of %d differ by more than %d %% (R-16)", k.Project, a, b, limit, set.DivergencePercent)
		}
	}
}

func checkPoints(t *testing.T, project string, set strategies.CriteriaSet, e strategies.Evaluation) {
	t.Helper()
	if len(e.Points) != len(set.Criteria) {
		t.Errorf("%s, %s: got points %v, want one for each criterion", project, e.Evaluator, e.Points)
	}
	for _, c := range set.Criteria {
		if p, ok := e.Points[c.Code]; !ok || p < c.MinPoints || p > c.MaxPoints {
			t.Errorf("%s, %s, %s: got %d, want %d to %d (R-14, R-15)", project, e.Evaluator, c.Code, p, c.MinPoints, c.MaxPoints)
		}
	}
	if got := e.Score(set); got < set.MinScore {
		t.Errorf("%s, %s: got %d, want at least %d on both sides (R-15, R-16)", project, e.Evaluator, got, set.MinScore)
	}
}

func TestSelectionMeetingsTakeTheirCallInRankOrder(t *testing.T) {
	s, _ := load(t)
	final := map[string]int{}
	byCall := map[string][]string{}
	for _, k := range decided(s) {
		set := criteria(s)[calls(s)[k.Call].CriteriaSet]
		final[k.Project] = k.Evaluations[0].Score(set) + k.Evaluations[1].Score(set)
		byCall[k.Call] = append(byCall[k.Call], k.Project)
	}
	for _, m := range s.Synthetic.Meetings {
		if m.Purpose != "DECIDE_LIST" {
			continue
		}
		want := slices.SortedStableFunc(slices.Values(byCall[m.Call]), func(a, b string) int { return cmp.Compare(final[b], final[a]) })
		if !slices.Equal(m.Items, want) {
			t.Errorf("%s: got %v, want %v (R-17)", m.Key, m.Items, want)
		}
		for i := 1; i < len(want); i++ {
			if final[want[i]] == final[want[i-1]] {
				t.Errorf("%s: %s and %s tie at %d", m.Key, want[i-1], want[i], final[want[i]])
			}
		}
	}
}

func TestEveryVoteIsValid(t *testing.T) {
	s, _ := load(t)
	votes := map[string]strategies.Vote{}
	for _, c := range s.Synthetic.Calls {
		votes[c.Key] = c.Approval
	}
	recused := 0
	for _, k := range decided(s) {
		votes[k.Project] = k.Decision
		recused += len(k.Decision.Recused)
		if m := meetings(s)[k.Decision.Meeting]; m.Call != k.Call || !slices.Contains(m.Items, k.Project) {
			t.Errorf("%s: decided in %s, which does not have it on its agenda", k.Project, m.Key)
		}
	}
	if recused == 0 {
		t.Error("got no recusal, want some: they are part of the walk")
	}
	seats := len(s.Synthetic.Board)
	for item, v := range votes {
		ballots := s.Synthetic.Ballots(v)
		sectors, choices := map[strategies.Sector]int{}, map[strategies.Choice]int{}
		for _, b := range ballots {
			sectors[b.Seat.Sector]++
			choices[b.Choice]++
		}
		n := len(ballots)
		if n < seats/2+1 {
			t.Errorf("%s: %d vote of %d seats, want a quorum (R-21)", item, n, seats)
		}
		for sector, votes := range sectors {
			if 100*votes > 49*n {
				t.Errorf("%s: %s has %d of %d votes, want at most 49 %% (R-22)", item, sector, votes, n)
			}
		}
		if 2*(n-sectors[strategies.Public]) < n {
			t.Errorf("%s: public votes are %d of %d, want at most half (R-23)", item, sectors[strategies.Public], n)
		}
		if 2*choices[strategies.For] <= n {
			t.Errorf("%s: got %v, want a majority for it (R-26)", item, choices)
		}
		if want := len(v.Against); choices[strategies.Against] != want || choices[strategies.Abstain] != len(v.Abstained) {
			t.Errorf("%s: got %v, want %d against and %d abstaining", item, choices, want, len(v.Abstained))
		}
	}
}

func TestBallotsLeaveOutTheAbsentAndTheRecused(t *testing.T) {
	s, _ := load(t)
	for _, c := range []struct {
		project string
		want    []string
	}{
		// seat-2 is absent from the meeting of 2017, seat-5 recuses itself from P7.
		{"P7", []string{"seat-1 FOR", "seat-3 FOR", "seat-4 FOR", "seat-6 FOR", "seat-7 FOR", "seat-8 FOR", "seat-9 FOR"}},
		{"P14", []string{"seat-1 FOR", "seat-2 FOR", "seat-3 AGAINST", "seat-4 FOR", "seat-5 FOR", "seat-6 FOR", "seat-7 FOR", "seat-8 FOR", "seat-9 FOR"}},
	} {
		i := slices.IndexFunc(s.Synthetic.Cases, func(k strategies.Case) bool { return k.Project == c.project })
		var got []string
		for _, b := range s.Synthetic.Ballots(s.Synthetic.Cases[i].Decision) {
			got = append(got, b.Seat.Person+" "+string(b.Choice))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.project, got, c.want)
		}
	}
}

func TestMarijampoleInputsHaveADisposition(t *testing.T) {
	_, s := load(t)
	invited := map[string]bool{}
	for _, i := range s.Consultation.Invited {
		invited[i.Kind] = true
	}
	if len(s.Synthetic.ConsultationInputs) == 0 {
		t.Fatal("got no inputs, want some")
	}
	opened := s.Synthetic.Steps[0].At.Instant()
	for _, n := range s.Synthetic.ConsultationInputs {
		at := n.ReceivedAt.Instant()
		if !invited[n.From] || n.Disposition == "" || at < opened || at >= s.Consultation.Deadline.End() {
			t.Errorf("%s: from %s at %s, disposition %q: want an invited sender in time and a disposition", n.Key, n.From, n.ReceivedAt, n.Disposition)
		}
		if n.AcknowledgedOn < at.Day() {
			t.Errorf("%s: acknowledged on %s before it came on %s", n.Key, n.AcknowledgedOn, at.Day())
		}
	}
}

// holidays are the Lithuanian days off of the years that the data spans; Easter
// Mondays are listed because the table of fixed days lacks them.
func holiday(d clock.Date) bool {
	fixed := "01-01 02-16 03-11 05-01 06-24 07-06 08-15 11-01 12-24 12-25 12-26"
	easter := "2015-04-06 2016-03-28 2017-04-17 2018-04-02 2019-04-22 2020-04-13 2021-04-05"
	return strings.Contains(fixed, string(d[5:])) || strings.Contains(easter, string(d))
}

func workingDay(d clock.Date) bool {
	weekday := d.Start().Time().In(clock.Vilnius).Weekday()
	return weekday%6 != 0 && !holiday(d)
}

// workingDaysAfter counts the working days after from up to and including to.
func workingDaysAfter(from, to clock.Date) int {
	n := 0
	for d := from.AddDays(1); d <= to; d = d.AddDays(1) {
		if workingDay(d) {
			n++
		}
	}
	return n
}

// walks is every sequence of steps, by the name of its subject.
func walks(s strategies.Strategy) map[string][]strategies.Step {
	all := map[string][]strategies.Step{}
	for _, c := range s.Synthetic.Calls {
		all[c.Key] = c.Steps
	}
	for _, k := range s.Synthetic.Cases {
		all[k.Project] = k.Steps
	}
	for _, st := range s.Synthetic.Steps {
		all[s.Key] = append(all[s.Key], st.Step)
	}
	return all
}

func TestStepsAreInOrderAndOnWorkingDays(t *testing.T) {
	k, m := load(t)
	for _, s := range []strategies.Strategy{k, m} {
		persons := people(s)
		for subject, steps := range walks(s) {
			for i, st := range steps {
				at := st.At.Instant()
				if i > 0 && (at <= steps[i-1].At.Instant() || st.EffectiveOn() < steps[i-1].EffectiveOn()) {
					t.Errorf("%s: %s at %s, effective on %s, does not follow %s", subject, st.Event, st.At, st.EffectiveOn(), steps[i-1].Event)
				}
				if st.EffectiveOn() > at.Day() {
					t.Errorf("%s: %s is effective on %s and recorded on %s, want no later", subject, st.Event, st.EffectiveOn(), at.Day())
				}
				if local := at.Time().In(clock.Vilnius); local.Format("2006-01-02T15:04:05-07:00") != string(st.At) {
					t.Errorf("%s: %s at %s, want the offset of Vilnius, %s", subject, st.Event, st.At, local)
				}
				if st.By == strategies.ByClock {
					continue
				}
				if !workingDay(at.Day()) || !workingDay(st.EffectiveOn()) {
					t.Errorf("%s: %s by %s on %s, effective on %s, want working days", subject, st.Event, st.By, at.Day(), st.EffectiveOn())
				}
				if !slices.Contains(persons[st.By].Roles, st.Role) {
					t.Errorf("%s: %s by %s as %s, who is %v", subject, st.Event, st.By, st.Role, persons[st.By].Roles)
				}
			}
		}
	}
}

func TestActsOfOthersCarryTheirDocumentAndMoneyASecondPerson(t *testing.T) {
	s, _ := load(t)
	second := map[string]bool{"ministryListed": true, "impApprove": true, "sign": true, "select": true}
	for subject, steps := range walks(s) {
		for _, st := range steps {
			if st.OnBehalfOf != "" && (st.Document == nil || st.Document.Number == "") {
				t.Errorf("%s: %s on behalf of %s without a document", subject, st.Event, st.OnBehalfOf)
			}
			if second[st.Event] != (st.Second != "") || st.Second == st.By {
				t.Errorf("%s: %s by %q with second person %q", subject, st.Event, st.By, st.Second)
			}
			if decided := strings.HasPrefix(st.Event, "decide") || st.Event == "approve" || st.Event == "annul"; decided != (st.Decision != "") {
				t.Errorf("%s: %s with decision %q", subject, st.Event, st.Decision)
			}
			if (st.Event == "annul") != (st.Reason != "") {
				t.Errorf("%s: %s for the reason %q", subject, st.Event, st.Reason)
			}
		}
	}
}

func events(steps []strategies.Step) string {
	var names []string
	for _, s := range steps {
		names = append(names, strings.TrimPrefix(s.Subject+"."+s.Event, "."))
	}
	return strings.Join(names, " ")
}

func TestEachCaseWalksThroughTheStateItsProjectIsLoadedIn(t *testing.T) {
	s, _ := load(t)
	const (
		checked   = "create submit register startAdminCheck"
		selection = checked + " passAdmin passEligibility putToBoard decideFund"
		contract  = " apply impApprove contract.offer contract.sign contract.start"
	)
	type walk struct{ by, after string }
	want := map[string]walk{
		"implementing":   {by: selection + " ministryListed" + contract},
		"listed_funding": {by: selection, after: strings.TrimSpace(contract)},
	}
	invented := map[string]string{"2018-V-2": checked, "2020-T": selection}
	for _, k := range s.Synthetic.Cases {
		p, named := s.Project(k.Project)
		if !named {
			if got := events(k.Steps); got != invented[k.Call] {
				t.Errorf("%s of %s: got %s, want %s", k.Project, k.Call, got, invented[k.Call])
			}
			continue
		}
		n := 0
		for n < len(k.Steps) && k.Steps[n].At.Instant() < p.State.AsOf.End() {
			n++
		}
		if got := (walk{events(k.Steps[:n]), events(k.Steps[n:])}); got != want[p.State.Name] {
			t.Errorf("%s in %s: got %+v, want %+v", k.Project, p.State.Name, got, want[p.State.Name])
		}
		started := max(p.State.StartedIn, p.State.PlannedFor)
		if last := k.Steps[len(k.Steps)-1].EffectiveOn(); !strings.HasPrefix(string(last), string(started)) {
			t.Errorf("%s: starts on %s, want in %s as stated", k.Project, last, started)
		}
	}
}

func find(t *testing.T, steps []strategies.Step, event string) strategies.Step {
	t.Helper()
	i := slices.IndexFunc(steps, func(s strategies.Step) bool { return s.Event == event })
	if i < 0 {
		t.Fatalf("no step %s in %s", event, events(steps))
	}
	return steps[i]
}

func TestListedProjectsAreWithinTheirTermToApply(t *testing.T) {
	s, _ := load(t)
	n := 0
	for _, k := range s.Synthetic.Cases {
		p, _ := s.Project(k.Project)
		if p.State.Name != "listed_funding" {
			continue
		}
		n++
		listed := find(t, k.Steps, "decideFund").EffectiveOn()
		if listed > p.State.AsOf || listed.AddDays(28) < p.State.AsOf {
			t.Errorf("%s: listed on %s, want at most 28 days before %s", k.Project, listed, p.State.AsOf)
		}
	}
	if n != 7 {
		t.Errorf("got %d listed projects, want 7", n)
	}
}

func TestTermsOfTheProcessAreKept(t *testing.T) {
	s, _ := load(t)
	for _, k := range s.Synthetic.Cases {
		c := calls(s)[k.Call]
		on := func(event string) clock.Date { return find(t, k.Steps, event).EffectiveOn() }
		create, submit := find(t, k.Steps, "create").At.Instant(), find(t, k.Steps, "submit").At.Instant()
		if create < c.OpensOn.Start() || submit > c.ClosesOn.End() {
			t.Errorf("%s: drafted %s, submitted %s, want between %s and %s (R-01)", k.Project, create, submit, c.OpensOn, c.ClosesOn)
		}
		if unsealed := find(t, c.Steps, "publishReceivedList").At.Instant(); find(t, k.Steps, "register").At.Instant() < unsealed {
			t.Errorf("%s: registered before the call is unsealed at %s", k.Project, unsealed)
		}
		if n := workingDaysAfter(submit.Day(), on("register")); n > 2 {
			t.Errorf("%s: registered after %d working days, want at most 2", k.Project, n)
		}
		if limit := c.ClosesOn.AddDays(60); concluded(k) > limit {
			t.Errorf("%s: evaluated on %s, want by %s", k.Project, concluded(k), limit)
		}
		if k.Decision.Meeting == "" {
			continue
		}
		checkEvaluationDays(t, k)
		listed := on("decideFund")
		if c.Measure == "V-911" {
			if limit := listed.AddDays(28); on("ministryListed") > limit {
				t.Errorf("%s: listed by the ministry on %s, want by %s", k.Project, on("ministryListed"), limit)
			}
			listed = on("ministryListed")
		}
		if !slices.ContainsFunc(k.Steps, func(st strategies.Step) bool { return st.Event == "apply" }) {
			continue // listed as the data end
		}
		if limit := listed.AddDays(28); on("apply") > limit {
			t.Errorf("%s: applied on %s, want by %s", k.Project, on("apply"), limit)
		}
		if limit := on("impApprove").AddDays(14); on("sign") > limit {
			t.Errorf("%s: signed on %s, want by %s", k.Project, on("sign"), limit)
		}
	}
}

// concluded is the day of the last evaluation, by which the scores are final.
func concluded(k strategies.Case) (last clock.Date) {
	for _, e := range k.Evaluations {
		last = max(last, e.SubmittedAt.Instant().Day())
	}
	return last
}

func checkEvaluationDays(t *testing.T, k strategies.Case) {
	t.Helper()
	eligible, final := find(t, k.Steps, "passEligibility").At.Instant(), find(t, k.Steps, "putToBoard").At.Instant()
	for _, e := range k.Evaluations {
		order := []clock.Instant{eligible, e.AssignedAt.Instant(), e.DeclaredAt.Instant(), e.SubmittedAt.Instant(), final}
		if !slices.IsSorted(order) {
			t.Errorf("%s, %s: got %v, want eligible, assigned, declared, submitted, put to the board in order", k.Project, e.Evaluator, order)
		}
	}
}

func TestApplicationsBearThePrintedCodesInTheirOrder(t *testing.T) {
	s, _ := load(t)
	appliedAt := map[string]clock.Instant{}
	for _, k := range decided(s) {
		p, named := s.Project(k.Project)
		if got := find(t, k.Steps, "decideFund").Data["grantAwarded"]; got != string(k.Awarded) {
			t.Errorf("%s: decided %s, want %s", k.Project, got, k.Awarded)
		}
		if !named {
			continue
		}
		apply := find(t, k.Steps, "apply")
		if p.Code != "" {
			appliedAt[p.Code] = apply.At.Instant()
		}
		if apply.Data["applicationNo"] != p.Code || apply.Data["grantApplied"] != string(k.Awarded) {
			t.Errorf("%s: applied with %v, want code %s and %s", k.Project, apply.Data, p.Code, k.Awarded)
		}
		sign, start := find(t, k.Steps, "sign"), find(t, k.Steps, "start")
		if sign.Data["signedOn"] != string(sign.EffectiveOn()) || sign.Data["startsOn"] != string(start.EffectiveOn()) {
			t.Errorf("%s: signed with %v, want the days %s and %s", k.Project, sign.Data, sign.EffectiveOn(), start.EffectiveOn())
		}
	}
	codes := slices.SortedFunc(maps.Keys(appliedAt), func(a, b string) int {
		measure := func(code string) int { return strings.Index("V-911 T-927", code[len("08.6.1-ESFA-"):][:5]) }
		return cmp.Or(cmp.Compare(measure(a), measure(b)), cmp.Compare(a, b))
	})
	if !slices.IsSortedFunc(codes, func(a, b string) int { return cmp.Compare(appliedAt[a], appliedAt[b]) }) {
		t.Errorf("codes %v were not given in the order of the applications", codes)
	}
}

func TestCallsOpenAndCloseByTheirDays(t *testing.T) {
	s, _ := load(t)
	const evaluated = "approve publish open close publishReceivedList startEvaluation "
	for _, c := range s.Synthetic.Calls {
		want := evaluated + "decide"
		if c.List.Meeting == "" {
			want = evaluated + "annul"
		}
		if got := events(c.Steps); got != want {
			t.Errorf("%s: got %s, want %s", c.Key, got, want)
		}
		if got := find(t, c.Steps, "open").At.Instant(); got != c.OpensOn.Start() {
			t.Errorf("%s: opens at %s, want the start of %s", c.Key, got, c.OpensOn)
		}
		if got := find(t, c.Steps, "close").At.Instant(); got != c.ClosesOn.End() {
			t.Errorf("%s: closes at %s, want the end of %s", c.Key, got, c.ClosesOn)
		}
		if c.List.Meeting == "" {
			continue
		}
		if got := find(t, c.Steps, "decide"); got.Decision != c.List.Meeting || got.EffectiveOn() != c.List.On {
			t.Errorf("%s: decided by %s on %s, want %s on %s", c.Key, got.Decision, got.EffectiveOn(), c.List.Meeting, c.List.On)
		}
	}
	for _, m := range s.Synthetic.Meetings {
		day := m.ScheduledAt.Instant().Day()
		if n := workingDaysAfter(m.AgendaSentOn, day); n < 5 {
			t.Errorf("%s: papers %d working days before, want at least 5", m.Key, n)
		}
		if m.DeclarationsOn > day || m.MinutesSignedOn < day || m.MinutesPublishedOn < m.MinutesSignedOn {
			t.Errorf("%s on %s: declarations %s, minutes %s and %s, want in order (R-25)", m.Key, day, m.DeclarationsOn, m.MinutesSignedOn, m.MinutesPublishedOn)
		}
	}
}

func TestDecisionsFallWithinTheirMeeting(t *testing.T) {
	s, _ := load(t)
	for subject, steps := range walks(s) {
		for _, st := range steps {
			if st.Decision == "" {
				continue
			}
			m := meetings(s)[st.Decision].ScheduledAt.Instant()
			if at := st.At.Instant(); at < m || at.Day() != m.Day() {
				t.Errorf("%s: %s at %s, want after %s on that day", subject, st.Event, at, m)
			}
		}
	}
}

func TestStrategiesWalkToTheirState(t *testing.T) {
	k, m := load(t)
	for _, c := range []struct {
		s    strategies.Strategy
		want string
	}{
		{k, "openConsultation closeConsultation adopt councilApprove regionalCouncilApprove submitToMinistry select start"},
		{m, "openConsultation closeConsultation"},
	} {
		if got := events(walks(c.s)[c.s.Key]); got != c.want {
			t.Errorf("%s: got %s, want %s", c.s.Key, got, c.want)
		}
	}
	total, _ := k.TotalFunding()
	if got := find(t, walks(k)["klaipeda"], "select").Data["allocation"]; got != string(total) {
		t.Errorf("allocation: got %s, want the funding plan's %s", got, total)
	}
	closing := find(t, walks(m)["marijampole"], "closeConsultation").At.Instant()
	if closing != m.Consultation.Deadline.End() {
		t.Errorf("consultation: closes at %s, want the end of %s", closing, m.Consultation.Deadline)
	}
}
