package calendar_test

import (
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/clock"
)

// free are the days off of some years, written from the Labour Code and an
// almanac's Easter Mondays; weekends are left out.
var free = map[clock.Date]string{
	"2016-01-01": "New Year", "2016-02-16": "State Restoration", "2016-03-11": "Independence", "2016-03-28": "Easter Monday", "2016-06-24": "St John's",
	"2016-07-06": "Statehood", "2016-08-15": "Assumption", "2016-11-01": "All Saints'", "2016-12-26": "Christmas",
	"2019-01-01": "New Year", "2019-03-11": "Independence", "2019-04-22": "Easter Monday", "2019-05-01": "Labour Day", "2019-06-24": "St John's",
	"2019-08-15": "Assumption", "2019-11-01": "All Saints'", "2019-12-24": "Christmas Eve", "2019-12-25": "Christmas", "2019-12-26": "Christmas",
	"2020-11-02": "All Souls', since 2020", "2021-04-05": "Easter Monday", "2021-11-01": "All Saints'", "2021-11-02": "All Souls'",
	"2024-04-01": "Easter Monday", "2026-04-06": "Easter Monday", "2026-12-24": "Christmas Eve",
}

func TestHolidaysAreNotWorked(t *testing.T) {
	for d, why := range free {
		if calendar.Works(d) {
			t.Errorf("%s (%s) is worked, want a day off", d, why)
		}
		if calendar.Holiday(d) == "" {
			t.Errorf("%s (%s): got no name of a holiday, want one", d, why)
		}
	}
}

func TestOtherWeekdaysAreWorked(t *testing.T) {
	for _, year := range []clock.Date{"2016", "2019"} {
		off := 0
		for d := year + "-01-01"; d <= year+"-12-31"; d = d.AddDays(1) {
			weekday := d.Start().Time().In(clock.Vilnius).Weekday()
			weekend := weekday == 0 || weekday == 6
			_, holiday := free[d]
			if got, want := calendar.Works(d), !weekend && !holiday; got != want {
				t.Errorf("%s, a %s: got worked %t, want %t", d, weekday, got, want)
			}
			if holiday {
				off++
			}
		}
		if off < 9 {
			t.Errorf("%s: got %d holidays on weekdays, want at least nine", year, off)
		}
	}
	// 2018-11-02 was a Friday like any other; the day became free in 2020.
	if !calendar.Works("2018-11-02") {
		t.Error("2018-11-02 is a day off, want it worked: All Souls' Day is free since 2020")
	}
}

func TestTermsEndOnWorkingDays(t *testing.T) {
	for _, tt := range []struct {
		why  string
		from clock.Date
		days int
		unit calendar.Unit
		want clock.Date
	}{
		{"within a week", "2019-01-07", 3, calendar.CalendarDays, "2019-01-10"},
		{"on a Sunday", "2019-01-10", 10, calendar.CalendarDays, "2019-01-21"},
		{"over Christmas", "2019-12-10", 14, calendar.CalendarDays, "2019-12-27"},
		{"on New Year's Day", "2018-12-18", 14, calendar.CalendarDays, "2019-01-02"},
		{"five working days from a Thursday", "2019-01-03", 5, calendar.WorkingDays, "2019-01-10"},
		{"working days over Christmas", "2019-12-23", 2, calendar.WorkingDays, "2019-12-30"},
		{"from a day off", "2019-04-21", 1, calendar.WorkingDays, "2019-04-23"},
		{"of no days, on a Sunday", "2019-01-20", 0, calendar.CalendarDays, "2019-01-20"},
		{"28 days of a listing", "2019-12-10", 28, calendar.CalendarDays, "2020-01-07"},
	} {
		if got := calendar.Last(tt.from, tt.days, tt.unit); got != tt.want {
			t.Errorf("%d %s from %s (%s): got %s, want %s", tt.days, tt.unit, tt.from, tt.why, got, tt.want)
		}
	}
	if got, want := calendar.Ends("2019-07-01", 1, calendar.WorkingDays).String(), "2019-07-02T21:00:00.000000Z"; got != want {
		t.Errorf("end of a summer's day: got %s, want 24:00 in Vilnius, %s", got, want)
	}
}

func TestWorkingDaysAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := clock.Date("2015-01-01").AddDays(rapid.IntRange(0, 5000).Draw(t, "from"))
		days := rapid.IntRange(1, 70).Draw(t, "days")
		last := calendar.Last(from, days, calendar.WorkingDays)
		if got := calendar.WorkingBetween(from, last); got != days {
			t.Fatalf("%d working days from %s end on %s, and %d lie between", days, from, last, got)
		}
		if !calendar.Works(last) || !calendar.Works(calendar.Last(from, days, calendar.CalendarDays)) {
			t.Fatalf("%d days from %s end on a day off", days, from)
		}
		if plain := calendar.Last(from, days, calendar.CalendarDays); plain > last || plain < from.AddDays(days) {
			t.Fatalf("%d calendar days from %s end on %s, later than working days on %s or too early", days, from, plain, last)
		}
	})
}

func TestAskingAtOnceIsSafe(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for d := clock.Date("2019-01-01"); d < "2020-01-01"; d = d.AddDays(1) {
				calendar.Works(d)
			}
		})
	}
	wg.Wait()
}
