package strategies_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/strategies"
)

func TestThirtyTwoResultRecords(t *testing.T) {
	s, _ := load(t)
	want := strings.Split(strings.TrimSpace(`
P1.1 EVENT [5] NO REPORT_YEAR 19
P1.2 PLACE [1] NO REPORT_YEAR 19
P1.3 PERSON_UNSTATED [72] UNSTATED REPORT_YEAR 19
P1.4 ENTITY [18] UNSTATED REPORT_YEAR 19
P1.5 SET [1] NO REPORT_YEAR 19
P1.6 VOLUNTEER [] UNSTATED REPORT_YEAR 19
P2.1 EVENT [1] NO REPORT_YEAR 21
P2.2 PERSON_UNSTATED [6] UNSTATED REPORT_YEAR 21
P2.3 PERSON_UNSTATED [58] UNSTATED REPORT_YEAR 21
P2.4 EVENT_VISITOR [120] UNSTATED REPORT_YEAR 21
P2.5 CONTRACT [] UNSTATED REPORT_YEAR 21
P3.1 EVENT [2] NO WHOLE_PROJECT 23
P3.2 PERSON_UNSTATED [40] UNSTATED WHOLE_PROJECT 23
P3.3 EVENT [2] NO WHOLE_PROJECT 23
P3.4 PARTICIPATION [20 20] UNSTATED WHOLE_PROJECT 23
P4.1 VOLUNTEER [12] UNSTATED REPORT_YEAR 25
P4.2 PERSON_UNSTATED [40] UNSTATED REPORT_YEAR 25
P4.3 PLACE [1] NO REPORT_YEAR 25
P5.1 UNIQUE_PERSON [] YES WHOLE_PROJECT 27
P6.1 VOLUNTEER [6] UNSTATED UNSTATED 29
P6.2 EVENT [16] NO UNSTATED 29
P6.3 UNIQUE_PERSON [25] YES UNSTATED 29
P6.4 TRIP [44 2] NO UNSTATED 29
P6.5 PERSON_UNSTATED [12] UNSTATED UNSTATED 29
P6.6 PERSON_UNSTATED [23] UNSTATED UNSTATED 29
P7.1 VOLUNTEER [16] UNSTATED WHOLE_PROJECT 31
P7.2 SERVICE_INSTANCE [27 20 78 26 12 21] UNSTATED WHOLE_PROJECT 31
P7.3 EVENT [3 4 4] NO WHOLE_PROJECT 31
P8.1 VOLUNTEER [60] UNSTATED REPORT_YEAR 33
P8.2 HOUR [54] NO REPORT_YEAR 33
P8.3 PERSON_UNSTATED [32] UNSTATED REPORT_YEAR 33
P8.4 ITEM [22] NO REPORT_YEAR 33`), "\n")
	var got []string
	for _, r := range s.Results {
		got = append(got, fmt.Sprint(r.Key, " ", r.CountBasis, " ", r.Numbers(), " ", r.UniqueStated, " ", r.PeriodBasis, " ", r.Source.Line))
		if !strings.HasPrefix(r.Key, r.Project+".") || r.Source.Doc != "klaipeda-2019" {
			t.Errorf("%s: of project %s from %s", r.Key, r.Project, r.Source.Doc)
		}
	}
	if len(got) != 32 || !slices.Equal(got, want) {
		t.Errorf("got %d records\n%s\nwant 32\n%s", len(got), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestListsInsideRecordsAreComplete(t *testing.T) {
	s, _ := load(t)
	for _, r := range s.Results {
		want := map[string]int{"P1.1": 5, "P1.3": 6, "P1.6": 2}[r.Key]
		if len(r.Items) != want {
			t.Errorf("%s: got %d items, want %d", r.Key, len(r.Items), want)
		}
		if r.Key == "P7.3" {
			museums := r.Parts[2]
			if len(museums.Of) != 2 || museums.Of[0].Value != 2 || museums.Of[1].Value != 2 {
				t.Errorf("museums: got %v, want two in the city and two outside it", museums.Of)
			}
		}
	}
}

func TestParticipantsAreSetAgainstTheRecordsAndNotMatched(t *testing.T) {
	s, m := load(t)
	got, err := s.Participants()
	if want := (strategies.ParticipantFigures{Reported: 736, SumOfLargestSingleCounts: 345, Difference: 391}); err != nil || got != want {
		t.Errorf("Participants: got %+v, %v, want %+v", got, err, want)
	}
	if _, err := m.Participants(); err == nil {
		t.Error("Marijampolė: got no error, want one: no number of participants is stated")
	}
}

func TestSums(t *testing.T) {
	s, _ := load(t)
	volunteers, visitors := strategies.Volunteer, strategies.EventVisitor
	personLike := []strategies.CountBasis{
		strategies.UniquePerson, strategies.PersonUnstated, strategies.ServiceInstance,
		strategies.Participation, strategies.Entity, volunteers, visitors,
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"largest single counts", strategies.SumOfLargestSingleCounts(s.Results), 345},
		{"largest single counts with volunteers and visitors", strategies.SumOfLargestSingleCounts(s.Results, volunteers, visitors), 435},
		{"all person-like counts", strategies.SumOfCounts(s.Results, personLike...), 764},
		{"volunteers", strategies.SumOfCounts(s.Results, volunteers), 94},
		{"services of P7", strategies.SumOfCounts(s.Results, strategies.ServiceInstance), 184},
		{"nothing", strategies.SumOfCounts(s.Results), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, c.got, c.want)
		}
	}
}

func results(t *rapid.T) []strategies.Result {
	bases := []strategies.CountBasis{strategies.UniquePerson, strategies.PersonUnstated, strategies.ServiceInstance, strategies.Volunteer, strategies.EventVisitor, strategies.Event}
	return rapid.SliceOf(rapid.Custom(func(t *rapid.T) strategies.Result {
		r := strategies.Result{
			Project:    rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "project"),
			CountBasis: rapid.SampledFrom(bases).Draw(t, "basis"),
		}
		if rapid.Bool().Draw(t, "single") {
			n := rapid.IntRange(0, 500).Draw(t, "value")
			r.Value = &n
			return r
		}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 500), 0, 4).Draw(t, "parts") {
			r.Parts = append(r.Parts, strategies.Part{Value: n})
		}
		return r
	})).Draw(t, "results")
}

func TestSumOfLargestSingleCountsIsBoundedAndBlindToOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs := results(t)
		sum := strategies.SumOfLargestSingleCounts(rs)
		if all := strategies.SumOfCounts(rs, strategies.UniquePerson, strategies.PersonUnstated, strategies.ServiceInstance); sum > all {
			t.Fatalf("got %d above the sum of all counts %d for %+v", sum, all, rs)
		}
		if more := strategies.SumOfLargestSingleCounts(rs, strategies.Volunteer); more < sum {
			t.Fatalf("with volunteers: got %d, want at least %d for %+v", more, sum, rs)
		}
		shuffled := rapid.Permutation(rs).Draw(t, "order")
		if got := strategies.SumOfLargestSingleCounts(shuffled); got != sum {
			t.Fatalf("in another order: got %d, want %d for %+v", got, sum, rs)
		}
	})
}
