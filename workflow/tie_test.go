package workflow

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// related are a person of an organisation, an applicant with another person, and a
// relative; nothing is shared yet.
func related() RelationFacts {
	return RelationFacts{
		LAG: "lag_1", On: "2016-06-01", PartnershipYears: 3, LookbackYears: 1, Unverified: []string{rules.ConflictLookback},
		Persons: map[ident.ID]PersonFacts{
			"per_1": {Organisation: "org_1", Email: "ona@viena.lt"}, "per_2": {Organisation: "org_2", Email: "jonas@kita.lt"}, "per_3": {},
		},
		Organisations: map[ident.ID]OrganisationFacts{
			"org_1": {Name: "Viena", LegalCode: "111111118", Address: "Turgaus g. 1, Klaipėda"},
			"org_2": {Name: "Kita", LegalCode: "222222226", Address: "Turgaus g. 2, Klaipėda"},
		},
	}
}

func spelt(all []Match) string {
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = strings.Join(strings.Fields(fmt.Sprint(m.Ground, " ", m.Shared, " ", m.Since, " ", m.Until, " ", m.Rests)), " ")
	}
	return strings.Join(out, "; ")
}

// TestWhatIsSharedWithAnApplicant: every ground, each with what it rests on, and nothing
// where nothing is shared.
func TestWhatIsSharedWithAnApplicant(t *testing.T) {
	tie := func(one, other ident.ID, kind Ground, since, until clock.Date) func(*RelationFacts) {
		return func(f *RelationFacts) {
			f.Ties = append(f.Ties, TieFacts{One: one, Other: other, Kind: kind, LAG: "lag_1", Since: since, Until: until})
		}
	}
	all := func(changes ...func(*RelationFacts)) func(*RelationFacts) {
		return func(f *RelationFacts) {
			for _, c := range changes {
				c(f)
			}
		}
	}
	foreign := func(f *RelationFacts) { f.Ties[len(f.Ties)-1].LAG = "lag_2" }
	of := func(person, organisation ident.ID) func(*RelationFacts) {
		return func(f *RelationFacts) {
			p := f.Persons[person]
			p.Organisation = organisation
			f.Persons[person] = p
		}
	}
	mail := func(person ident.ID, email string) func(*RelationFacts) {
		return func(f *RelationFacts) {
			p := f.Persons[person]
			p.Email = email
			f.Persons[person] = p
		}
	}
	place := func(id ident.ID, address string) func(*RelationFacts) {
		return func(f *RelationFacts) {
			o := f.Organisations[id]
			o.Address = address
			f.Organisations[id] = o
		}
	}
	post := func(lag ident.ID, code string, until clock.Date) func(*RelationFacts) {
		return func(f *RelationFacts) {
			f.Posts = append(f.Posts, PostFacts{Person: "per_1", LAG: lag, Name: "Grupė", LegalCode: code, Since: "2015-01-01", Until: until})
		}
	}
	tests := []struct {
		name   string
		change func(*RelationFacts)
		want   string
	}{
		{"nothing", all(), ""},
		{"the organisation", of("per_1", "org_2"), "APPLICANT Kita"},
		{"the organisation, and its address and domain with it", all(of("per_1", "org_2"), mail("per_1", "ona@kita.lt")), "APPLICANT Kita"},
		{"a registration with the code", func(f *RelationFacts) {
			f.Organisations["org_1"] = OrganisationFacts{Name: "Viena", LegalCode: "222222226"}
		}, "LEGAL_CODE Viena"},
		{"no codes", func(f *RelationFacts) {
			f.Organisations["org_1"], f.Organisations["org_2"] = OrganisationFacts{Name: "Viena"}, OrganisationFacts{Name: "Kita"}
		}, ""},
		{"a post in the group that applies", post("lag_1", "222222226", ""), "LEGAL_CODE Grupė 2015-01-01"},
		{"one in another group that applies", post("lag_2", "222222226", ""), "LEGAL_CODE"},
		{"one that ended", post("lag_1", "222222226", "2015-05-31"), ""},
		{"one in a group that does not apply", post("lag_1", "333333334", ""), ""},
		{"the address, written otherwise", place("org_1", "turgaus gatvė 2, Klaipėda"), "ADDRESS turgaus gatvė 2, Klaipėda"},
		{"another office there", place("org_1", "Turgaus g. 2-1, Klaipėda"), ""},
		{"no addresses", all(place("org_1", ""), place("org_2", "")), ""},
		{"the domain", mail("per_1", "Ona@KITA.lt"), "EMAIL_DOMAIN kita.lt"},
		{"a public host", all(mail("per_1", "ona@gmail.com"), mail("per_2", "jonas@gmail.com")), ""},
		{"the domain of somebody of neither", mail("per_3", "petras@viena.lt"), ""},
		{"employment", tie("per_1", "org_2", EmploymentTie, "2016-01-01", ""), "EMPLOYMENT Kita 2016-01-01"},
		{"a seat", tie("per_1", "org_2", ManagementTie, "2016-01-01", "2016-12-31"), "MANAGEMENT Kita 2016-01-01 2016-12-31"},
		{"membership, on its last day", tie("per_1", "org_2", MembershipTie, "2016-01-01", "2016-06-01"), "MEMBERSHIP Kita 2016-01-01 2016-06-01"},
		{"a share, on its first day", tie("per_1", "org_2", OwnershipTie, "2016-06-01", ""), "OWNERSHIP Kita 2016-06-01"},
		{"a share from tomorrow", tie("per_1", "org_2", OwnershipTie, "2016-06-02", ""), ""},
		{"employment until a year ago", tie("per_1", "org_2", EmploymentTie, "2014-01-01", "2015-06-01"), "EMPLOYMENT Kita 2014-01-01 2015-06-01 conflict.lookbackYears"},
		{"employment until longer ago", tie("per_1", "org_2", EmploymentTie, "2014-01-01", "2015-05-31"), ""},
		{"employment elsewhere", tie("per_1", "org_3", EmploymentTie, "2016-01-01", ""), ""},
		{"somebody else's employment", tie("per_3", "org_2", EmploymentTie, "2016-01-01", ""), ""},
		{"another group's", all(tie("per_1", "org_2", OwnershipTie, "2016-01-01", ""), foreign), "OWNERSHIP"},
		{"one's own group's and another's", all(tie("per_1", "org_2", OwnershipTie, "2016-01-01", ""), tie("per_1", "org_2", OwnershipTie, "2016-02-01", ""), foreign), "OWNERSHIP; OWNERSHIP Kita 2016-01-01"},
		{"two of another group", all(tie("per_1", "org_2", OwnershipTie, "2016-01-01", ""), foreign, tie("per_1", "org_2", OwnershipTie, "2016-02-01", ""), foreign), "OWNERSHIP"},
		{"a relative of it", tie("per_1", "per_2", FamilyTie, "2016-01-01", ""), "FAMILY Kita 2016-01-01"},
		{"a relative of it, on file the other way round", tie("per_2", "per_1", FamilyTie, "2016-01-01", ""), "FAMILY Kita 2016-01-01"},
		{"a relative of none", tie("per_1", "per_3", FamilyTie, "2016-01-01", ""), ""},
		{"a relative tied to it", all(tie("per_1", "per_3", FamilyTie, "2016-01-01", ""), tie("per_3", "org_2", ManagementTie, "2016-02-01", "")), "FAMILY Kita 2016-01-01"},
		{"a relative tied to it by another group's file", all(tie("per_1", "per_3", FamilyTie, "2016-01-01", ""), tie("per_3", "org_2", ManagementTie, "2016-02-01", ""), foreign), "FAMILY"},
		{"a relative by another group's file", all(tie("per_1", "per_3", FamilyTie, "2016-01-01", ""), foreign, tie("per_3", "org_2", ManagementTie, "2016-02-01", "")), "FAMILY"},
		{"a relative who left it a year ago", all(tie("per_1", "per_3", FamilyTie, "2016-01-01", ""), tie("per_3", "org_2", ManagementTie, "2014-01-01", "2015-06-01")), "FAMILY Kita 2016-01-01 conflict.lookbackYears"},
		{"a relative who left it long ago", all(tie("per_1", "per_3", FamilyTie, "2016-01-01", ""), tie("per_3", "org_2", ManagementTie, "2014-01-01", "2015-05-31")), ""},
		{"a partnership", tie("org_1", "org_2", PartnershipTie, "2015-01-01", "2015-12-31"), "PARTNERSHIP Viena 2015-01-01 2015-12-31"},
		{"one on file the other way round", tie("org_2", "org_1", PartnershipTie, "2015-01-01", ""), "PARTNERSHIP Viena 2015-01-01"},
		{"one that ended three years ago", tie("org_1", "org_2", PartnershipTie, "2013-01-01", "2013-06-01"), "PARTNERSHIP Viena 2013-01-01 2013-06-01"},
		{"one that ended longer ago", tie("org_1", "org_2", PartnershipTie, "2013-01-01", "2013-05-31"), ""},
		{"one with another", tie("org_1", "org_3", PartnershipTie, "2015-01-01", ""), ""},
		{"several", all(tie("per_1", "org_2", OwnershipTie, "2016-01-01", ""), place("org_1", "Turgaus g. 2, Klaipėda"), mail("per_1", "ona@kita.lt")), "ADDRESS Turgaus g. 2, Klaipėda; EMAIL_DOMAIN kita.lt; OWNERSHIP Kita 2016-01-01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := related()
			tt.change(&f)
			r := Relate(f)
			if got := spelt(r.Matches("per_1", "org_2")); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if again := spelt(r.Remembering()("per_1", "org_2")); again != tt.want {
				t.Errorf("remembered: got %q, want %q", again, tt.want)
			}
		})
	}
	if got := Relate(related()).Matches("per_3", ""); got != nil {
		t.Errorf("with no applicant: got %v, want nothing", got)
	}
	if got := Relate(RelationFacts{}).Matches("per_3", "org_2"); len(got) > 0 {
		t.Errorf("of whom nothing is known: got %v, want nothing", got)
	}
}

// TestEveryGroundIsNamed for whoever assigns an evaluator, and each kind of tie is a ground
// that data show.
func TestEveryGroundIsNamed(t *testing.T) {
	for _, g := range dataShow {
		if g == DeclaredByThem || g == EvaluatedIt {
			continue // these are of a proposal, not of its applicant
		}
		if got := inConflict([]Match{{Ground: g}}); groundNames[g] == (Text{}) || !strings.Contains(got.Message.EN, groundNames[g].EN) || got.Facts[0].Value != string(g) {
			t.Errorf("%s: got %+v, want it to say why", g, got)
		}
	}
	for _, k := range TieKinds() {
		if !slices.Contains(dataShow, k) {
			t.Errorf("%s: got a tie that is no ground", k)
		}
	}
	if got, want := len(Grounds()), len(dataShow)+3; got != want {
		t.Errorf("got %d grounds, want the %d that data show and three that are declared alone", got, want)
	}
}

// TestTiesArePutOnFile by the office of the group, between two of the types that the kind
// takes, and ended once.
func TestTiesArePutOnFile(t *testing.T) {
	per, other, org := ident.ID("per_01h455vb4pex5vsknk084sn02a"), ident.ID("per_01h455vb4pex5vsknk084sn02b"), ident.ID("org_01h455vb4pex5vsknk084sn02a")
	file := func(kind Ground, one, two ident.ID, days ...clock.Date) func(*rowStore, *Engine) (Record, error) {
		return func(*rowStore, *Engine) (Record, error) {
			a := RecordTie{ID: "tie_1", LAG: oneLAG, One: one, Other: two, Kind: kind, Since: days[0]}
			if len(days) > 1 {
				a.Until = days[1]
			}
			return a.Record()
		}
	}
	const paper = "doc_00000000000000000000000001"
	end := func(until clock.Date, row map[string]any) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, _ *Engine) (Record, error) {
			store.rows = map[ident.ID]map[string]any{"tie_1": row}
			return EndTie{ID: "tie_1", LAG: oneLAG, Until: until, Document: paper}.Record(), nil
		}
	}
	strike := func(reason string, document ident.ID, row map[string]any) func(*rowStore, *Engine) (Record, error) {
		return func(store *rowStore, _ *Engine) (Record, error) {
			store.rows = map[ident.ID]map[string]any{"tie_1": row}
			return StrikeTie{ID: "tie_1", LAG: oneLAG, Reason: reason, Document: document}.Record(), nil
		}
	}
	row := func(lag ident.ID, until any) map[string]any {
		return map[string]any{"lagId": string(lag), "since": "2016-01-01", "until": until}
	}
	office, secretary := someone(Administrator), someone(Secretary)
	recorded(t, "call", "draft", []actCase{
		{"employment", office, file(EmploymentTie, per, org, "2016-01-01"), ""},
		{"by the secretary", secretary, file(ManagementTie, per, org, "2016-01-01", "2016-01-01"), ""},
		{"by the chair", someone(Chair), file(ManagementTie, per, org, "2016-01-01"), "ROLE_REFUSED"},
		{"by an evaluator", someone(Evaluator), file(ManagementTie, per, org, "2016-01-01"), "ROLE_REFUSED"},
		{"family", office, file(FamilyTie, per, other, "2016-01-01"), ""},
		{"family of one", office, file(FamilyTie, per, per, "2016-01-01"), "MALFORMED_INPUT otherId"},
		{"family of an organisation", office, file(FamilyTie, per, org, "2016-01-01"), "WRONG_ID_TYPE otherId"},
		{"employment of an organisation", office, file(EmploymentTie, org, per, "2016-01-01"), "WRONG_ID_TYPE oneId"},
		{"a partnership of persons", office, file(PartnershipTie, per, other, "2016-01-01"), "WRONG_ID_TYPE oneId"},
		{"what is no tie", office, file(EconomicTie, per, org, "2016-01-01"), "MALFORMED_INPUT kind"},
		{"an end before the beginning", office, file(EmploymentTie, per, org, "2016-01-02", "2016-01-01"), "MALFORMED_INPUT until"},
		{"since a month", office, file(EmploymentTie, per, org, "2016-01"), "MALFORMED_INPUT since"},
		{"ended", office, end("2016-01-01", row(oneLAG, nil)), ""},
		{"ended before it began", office, end("2015-12-31", row(oneLAG, nil)), "DATE_REFUSED until"},
		{"ended twice", office, end("2016-02-01", row(oneLAG, "2016-02-02")), "NOT_ALLOWED_HERE id"},
		{"another group's", office, end("2016-02-01", row("lag_9", nil)), "NOT_FOUND id"},
		{"ended without a paper", office, func(store *rowStore, _ *Engine) (Record, error) {
			store.rows = map[ident.ID]map[string]any{"tie_1": row(oneLAG, nil)}
			return EndTie{ID: "tie_1", LAG: oneLAG, Until: "2016-02-01"}.Record(), nil
		}, "DOCUMENT_REQUIRED documentId"},
		{"one's own ended", office, end("2016-02-01", map[string]any{"lagId": string(oneLAG), "since": "2016-01-01", "oneId": string(office.Person)}), "ROLE_REFUSED id"},
		{"one's own struck", office, strike("Bendravardis.", paper, map[string]any{"lagId": string(oneLAG), "since": "2016-01-01", "otherId": string(office.Person)}), "ROLE_REFUSED id"},
		{"struck", office, strike("Bendravardis.", paper, row(oneLAG, nil)), ""},
		{"struck once it has ended", secretary, strike("Bendravardis.", paper, row(oneLAG, "2016-02-02")), ""},
		{"struck by the chair", someone(Chair), strike("Bendravardis.", paper, row(oneLAG, nil)), "ROLE_REFUSED"},
		{"struck for no reason", office, strike(" ", paper, row(oneLAG, nil)), "REASON_REQUIRED reason"},
		{"struck without a paper", office, strike("Bendravardis.", "", row(oneLAG, nil)), "DOCUMENT_REQUIRED documentId"},
		{"struck by what is no paper", office, strike("Bendravardis.", "per_00000000000000000000000001", row(oneLAG, nil)), "WRONG_ID_TYPE documentId"},
		{"another group's struck", office, strike("Bendravardis.", paper, row("lag_9", nil)), "NOT_FOUND id"},
		{"ended by the chair", someone(Chair), end("2016-01-01", row(oneLAG, nil)), "ROLE_REFUSED"},
	})
	r, err := RecordTie{ID: "tie_1", LAG: oneLAG, One: per, Other: other, Kind: FamilyTie, Since: "2016-01-01"}.Record()
	if _, hidden := r.Changes[0].Set["kind"].(Confidential); err != nil || !hidden || r.Dossier != oneLAG {
		t.Errorf("got %+v, %v, want in the group's dossier no more than a commitment to what they are to each other", r, err)
	}
}

// TestShownConflictsCloseAnEvaluation: who is in conflict neither declares that there is none
// nor hands in, and may declare it; it is asked once, and of no other event.
func TestShownConflictsCloseAnEvaluation(t *testing.T) {
	for _, tt := range []struct {
		state    StateName
		event    EventName
		refused  bool
		compared int
	}{
		{"assigned", "declareNoConflict", true, 1},
		{"assigned", "declareConflict", false, 0},
		{"accepted", "startScoring", false, 0},
		{"accepted", "submit", true, 1},
		{"consensus_needed", "agree", true, 1},
	} {
		for _, conflict := range []bool{true, false} {
			p := caseIn("evaluation", State{Name: tt.state}, nil, "")
			p.subject = evaluationIn(tt.state)
			p.facts.Proposal = soundProposal(noon)
			p.related = related()
			p.related.Persons[p.subject.Assigned] = PersonFacts{Organisation: map[bool]ident.ID{true: oneOrg}[conflict]}
			p.related.Unverified = nil
			_, err := paperEngine(p).Do(t.Context(), Actor{Person: p.subject.Assigned, Grants: []Grant{{Role: Evaluator, LAG: oneLAG}}}, Fire{
				Subject: p.subject.ID, Event: tt.event, Reason: "dėl to", Document: "doc_00000000000000000000000001", DryRun: true,
			})
			if got := refusedBy(err, unshared); got != (tt.refused && conflict) {
				t.Errorf("%s, in conflict %t: got %v, want it refused = %t", tt.event, conflict, err, tt.refused && conflict)
			}
			if p.compared != tt.compared {
				t.Errorf("%s: got compared %d times, want %d", tt.event, p.compared, tt.compared)
			}
		}
	}
}

// TestEvaluatorsAreComparedOnce for all steps that are weighed, and only those of evaluations.
func TestEvaluatorsAreComparedOnce(t *testing.T) {
	guarded := &Transition{Guards: []string{unshared}}
	p := caseIn("evaluation", State{Name: "assigned"}, nil, "")
	s := &step{Engine: paperEngine(p), ctx: t.Context(), tx: p, now: noon}
	evaluation, other := &Facts{Subject: evaluationIn("assigned")}, &Facts{Subject: Subject{ID: ours}}
	for range 2 {
		if err := errors.Join(s.compare(evaluation, guarded), s.compare(other, guarded), s.compare(&Facts{Subject: evaluationIn("assigned")}, &Transition{})); err != nil {
			t.Fatal(err)
		}
	}
	if p.compared != 1 || evaluation.Shared == nil || other.Shared != nil {
		t.Errorf("got %d comparisons, %v and %v, want one, of the evaluation", p.compared, evaluation.Shared, other.Shared)
	}
	p.unrelated = errors.New("no answer")
	if err := s.compare(&Facts{Subject: evaluationIn("assigned")}, guarded); !errors.Is(err, p.unrelated) {
		t.Errorf("got %v, want %v", err, p.unrelated)
	}
}

// TestTheGroupsOwnProjectIsLookedAtOnce, and only where a step asks: whoever has something in
// common with the applicant is of the group.
func TestTheGroupsOwnProjectIsLookedAtOnce(t *testing.T) {
	asks := &Transition{Guards: []string{functional}}
	p := caseIn("proposal", State{Name: "quality_evaluation"}, nil, "")
	p.related = related()
	p.related.Own = []ident.ID{"org_one"}
	p.related.Persons["per_other"] = PersonFacts{Organisation: "org_one"}
	s := &step{Engine: paperEngine(p), ctx: t.Context(), tx: p, now: noon}
	asked, other, evaluation := soundCase().Facts, soundCase().Facts, &Facts{}
	for range 2 {
		if err := errors.Join(s.appoint(asked, asks), s.appoint(other, &Transition{}), s.appoint(evaluation, asks)); err != nil {
			t.Fatal(err)
		}
	}
	want := &rules.LAGAsApplicant{ApplicantIsLAG: true, ExternalEvaluators: 1, InternalEvaluators: 1}
	if p.compared != 1 || !reflect.DeepEqual(asked.Independence, want) || other.Independence != nil || evaluation.Independence != nil {
		t.Errorf("got %+v, %v and %v by %d comparisons, want %+v by one", asked.Independence, other.Independence, evaluation.Independence, p.compared, want)
	}
	if r := weighGuard(functional, sight{Facts: asked}); r.Verdict != rules.Failed {
		t.Errorf("got %s, want it to fail", r.Verdict)
	}
	p.related.Own, asked.Independence = nil, nil
	if err := s.appoint(asked, asks); err != nil || asked.Independence.ApplicantIsLAG {
		t.Errorf("of another applicant: got %+v, %v", asked.Independence, err)
	}
	asked.Independence, p.unrelated = nil, errors.New("no answer")
	if err := s.appoint(asked, asks); !errors.Is(err, p.unrelated) {
		t.Errorf("got %v, want %v", err, p.unrelated)
	}
}

// TestManyAreComparedAtOnce, by the group that asks.
func TestManyAreComparedAtOnce(t *testing.T) {
	p := caseIn("evaluation", State{Name: "assigned"}, nil, "")
	p.related = related()
	p.related.Ties = []TieFacts{{One: "per_1", Other: "org_2", Kind: OwnershipTie, LAG: "lag_1", Since: "2016-01-01"}}
	ours, theirs, none := Asked{"lag_1", "per_1", "org_2"}, Asked{"lag_2", "per_1", "org_2"}, Asked{"lag_1", "per_3", "org_2"}
	got, err := paperEngine(p).Shared(t.Context(), []Asked{ours, theirs, none, ours})
	if err != nil || spelt(got[ours]) != "OWNERSHIP Kita 2016-01-01" || spelt(got[theirs]) != "OWNERSHIP" || len(got[none]) > 0 || p.compared != 2 {
		t.Errorf("got %v, %v by %d comparisons, want one a group, and of another group's tie the ground", got, err, p.compared)
	}
	p.unrelated = errors.New("no answer")
	if _, err := paperEngine(p).Shared(t.Context(), []Asked{ours}); !errors.Is(err, p.unrelated) {
		t.Errorf("got %v, want %v", err, p.unrelated)
	}
}

// TestAShownConflictRestsOnItsParameters, each once.
func TestAShownConflictRestsOnItsParameters(t *testing.T) {
	s := soundCase()
	s.Shared = []Match{{Ground: OwnershipTie, Rests: "x"}, {Ground: OwnershipTie}, {Ground: FamilyTie, Rests: "x"}, {Ground: PartnershipTie, Rests: "y"}}
	r := noConflictShown(s)
	if fmt.Sprint(r.Unverified) != "[x y]" || fmt.Sprint(r.Facts) != "[{ground OWNERSHIP} {ground FAMILY} {ground PARTNERSHIP}]" {
		t.Errorf("got %v by %v, want every ground and parameter once", r.Facts, r.Unverified)
	}
}

// refusedBy says whether the guard is among what refused, with a ground.
func refusedBy(err error, guard string) bool {
	var refused *Error
	return errors.As(err, &refused) && slices.ContainsFunc(refused.Refusals, func(r Refusal) bool {
		return r.Rule == guard && len(r.Facts) > 0 && r.Facts[0].Name == "ground"
	})
}
