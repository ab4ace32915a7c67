package workflow

import (
	"fmt"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// progressReport is the kind of matter by which results are reported.
const progressReport = "progress_report"

// IndicatorFacts are what acts on indicators of a strategy rest on.
type IndicatorFacts struct {
	ID         ident.ID
	Code, Unit string // Unit is "" where none is on record
}

// ReportingFacts are what a progress report is filled by.
type ReportingFacts struct {
	Strategy ident.ID
	Project  ident.ID   // of the proposal, "" while there is none
	Ordinal  int        // the largest of the results that stand in no report, or in another
	Results  []ident.ID // those that the report states, by id
}

// RegisterIndicator puts an indicator of a strategy on record, with its target where there
// is one as a number.
type RegisterIndicator struct {
	ID, LAG, Strategy           ident.ID
	Code, Title, Unit, Baseline string
	Target                      *int64
	TargetDate                  clock.Date
	Sourced
}

// Record is the act. It is refused once the strategy is adopted, until it is amended, and
// where the strategy has an indicator of the code.
func (a RegisterIndicator) Record() Record {
	return Record{
		Kind: "indicator.register", Dossier: a.Strategy, LAG: a.LAG, Subject: a.ID, SubjectType: "Indicator", check: a.check,
		Changes: []Change{create("Indicator", a.ID, a.Into(Values{
			"lagId": a.LAG, "strategyId": a.Strategy, "code": a.Code, "title": a.Title, "unit": orNull(a.Unit), "baseline": orNull(a.Baseline),
			"targetValue": orNone(a.Target), "targetDate": dateOrNull(a.TargetDate),
		}))},
	}
}

func (a RegisterIndicator) check(s *step, f *Facts) ([]Refusal, error) {
	if !s.actor.System() && !s.Machines.State(f.Subject.Definition, f.Subject.State).Editable {
		return []Refusal{{Code: NotAllowedHere, Field: "strategyId", Message: Text{
			LT: "Rodikliai nustatomi, kol strategija rengiama arba keičiama.", EN: "Indicators are set while the strategy is drafted or amended.",
		}}}, nil
	}
	there, err := s.tx.Indicators(a.Strategy)
	if err == nil && slices.ContainsFunc(there, func(x IndicatorFacts) bool { return x.Code == a.Code }) {
		return []Refusal{{Code: Conflict, Field: "code", Message: Text{
			LT: "Tokio kodo rodiklis strategijoje jau yra.", EN: "The strategy has an indicator of this code already.",
		}}}, nil
	}
	return nil, err
}

// ReportResults says what a progress report states, in place of what it stated before. That
// it is verified nobody writes down: it is with the report's acceptance.
type ReportResults struct {
	LAG, Proposal, Report ident.ID
	Results               []ReportedResult
	Synthetic             bool
}

// ReportedResult is a number under an indicator, with what it counts and on which basis.
type ReportedResult struct {
	ID, Indicator                         ident.ID
	Counted, Unit                         string
	Value                                 int64
	CountBasis, UniqueStated, PeriodBasis string
	Note                                  string
}

// MaxResults is how many a report states at most; a choice of design.
const MaxResults = 200

// TooManyResults is the refusal of more.
func TooManyResults() *Error {
	return &Error{Refusals: []Refusal{wrongValue("results", Text{
		LT: fmt.Sprintf("ne daugiau kaip %d rezultatų", MaxResults), EN: fmt.Sprintf("at most %d results", MaxResults),
	})}}
}

// Record is the act; it stands in the dossier of the proposal. It is refused once the report
// is handed in, until it is sent back.
func (a ReportResults) Record() Record {
	r := Record{
		Kind: "report.results", Dossier: a.Proposal, LAG: a.LAG, Subject: a.Report, SubjectType: matter,
		Roles: []Role{Applicant, Administrator}, check: a.check, complete: a.complete,
	}
	for _, x := range a.Results {
		r.Changes = append(r.Changes, create("ResultRecord", x.ID, Values{
			"lagId": a.LAG, "reportId": a.Report, "indicatorId": x.Indicator, "counted": x.Counted, "unit": x.Unit, "value": x.Value,
			"countBasis": x.CountBasis, "uniqueStated": x.UniqueStated, "periodBasis": x.PeriodBasis, "note": orNull(x.Note), "synthetic": a.Synthetic,
		}))
	}
	return r
}

// complete puts the results after those that the project has, in place of the report's.
func (a ReportResults) complete(s *step, _ *Facts, r *Record) error {
	facts, err := s.tx.Reporting(a.Report)
	if err != nil {
		return err
	}
	for i := range r.Changes {
		r.Changes[i].Set["projectId"], r.Changes[i].Set["ordinal"] = facts.Project, facts.Ordinal+i+1
	}
	var before []Change
	for _, id := range facts.Results {
		before = append(before, Change{Type: "ResultRecord", ID: id, Delete: true})
	}
	r.Changes = append(before, r.Changes...)
	return nil
}

// check refuses what is no report of the case, or not open to be filled, indicators of another
// strategy, and numbers in another unit than the indicator's.
func (a ReportResults) check(s *step, f *Facts) ([]Refusal, error) {
	if len(a.Results) > MaxResults {
		return TooManyResults().Refusals, nil
	}
	report, err := s.tx.Lock(a.Report, false)
	if err != nil {
		return nil, err
	}
	if report.Kind != progressReport || report.Dossier != f.Subject.ID {
		return Missing("reportId", string(a.Report)).Refusals, nil
	}
	if !s.Machines.State(report.Definition, report.State).Editable {
		return []Refusal{{Code: NotAllowedHere, Field: "reportId", Message: Text{
			LT: "Ataskaita jau pateikta. Rezultatai joje keičiami tik ją grąžinus taisyti.",
			EN: "The report is handed in. Its results are changed only once it is returned.",
		}}}, nil
	}
	facts, err := s.tx.Reporting(a.Report)
	if err != nil {
		return nil, err
	}
	if facts.Project == "" {
		return []Refusal{{Code: NotAllowedHere, Field: "reportId", Message: Text{
			LT: "Pasiūlymas dar neturi projekto, kurio rezultatai būtų skaičiuojami.", EN: "The proposal has no project yet whose results could be counted.",
		}}}, nil
	}
	known, err := s.tx.Indicators(facts.Strategy)
	if err != nil {
		return nil, err
	}
	var out []Refusal
	for i, x := range a.Results {
		at := func(field string) string { return fmt.Sprintf("results.%d.%s", i, field) }
		switch n := slices.IndexFunc(known, func(k IndicatorFacts) bool { return k.ID == x.Indicator }); {
		case n < 0:
			out = append(out, wrongValue(at("indicatorId"), Text{LT: "tos pačios strategijos rodiklis", EN: "an indicator of the strategy that the project is under"}))
		case known[n].Unit != "" && x.Unit != known[n].Unit: // or it could not be held against the target
			out = append(out, wrongValue(at("unit"), Text{LT: "rodiklio matavimo vienetas: " + known[n].Unit, EN: "the unit of the indicator: " + known[n].Unit}))
		}
		if (x.CountBasis == UniquePersons) != (x.UniqueStated == "YES") {
			out = append(out, wrongValue(at("uniqueStated"), Text{LT: "YES, kai skaičiuojami unikalūs asmenys, ir tik tada", EN: "YES where unique persons are counted, and only there"}))
		}
	}
	return out, nil
}
