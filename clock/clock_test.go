package clock_test

import (
	"testing"
	"time"

	"github.com/atranka/atranka/clock"
)

func TestInstantIsOneMomentInEveryZone(t *testing.T) {
	a, err := clock.ParseInstant("2019-12-31T23:59:59.000001+02:00")
	if err != nil {
		t.Fatal(err)
	}
	b := clock.At(time.Date(2019, 12, 31, 21, 59, 59, 1999, time.UTC))
	if a != b || a.String() != "2019-12-31T21:59:59.000001Z" {
		t.Errorf("got %v and %v, want one instant 2019-12-31T21:59:59.000001Z", a, b)
	}
	if got := a.Day(); got != "2019-12-31" {
		t.Errorf("day in Vilnius = %s, want 2019-12-31", got)
	}
	if _, err := clock.ParseInstant("2019-12-31T21:59:59.0000001Z"); err == nil {
		t.Error("an instant finer than a microsecond was accepted")
	}
}

func TestDatePrecisionAndEnd(t *testing.T) {
	for _, tc := range []struct {
		in        string
		precision clock.Precision
		end       string
	}{
		{"2015-08", clock.Month, "2015-08-31T21:00:00.000000Z"},
		{"2016-01-15", clock.Day, "2016-01-15T22:00:00.000000Z"},
		{"2019", clock.Year, "2019-12-31T22:00:00.000000Z"},
		// The clocks go back: this day has 25 hours.
		{"2019-10-27", clock.Day, "2019-10-27T22:00:00.000000Z"},
	} {
		d, err := clock.ParseDate(tc.in)
		if err != nil {
			t.Fatal(err)
		}
		if d.Precision() != tc.precision || d.End().String() != tc.end {
			t.Errorf("%s: got %s ending %s, want %s ending %s", tc.in, d.Precision(), d.End(), tc.precision, tc.end)
		}
	}
	for _, bad := range []string{"", "2019-02-29", "2019-13", "15.01.2016", "2019-1-1"} {
		if d, err := clock.ParseDate(bad); err == nil {
			t.Errorf("ParseDate(%q) = %s, want an error", bad, d)
		}
	}
}

func TestManualNeverGoesBack(t *testing.T) {
	m := clock.NewManual(100)
	m.Set(50)
	m.Advance(-time.Second)
	if got := m.Now(); got != 100 {
		t.Errorf("got %d, want 100", got)
	}
}
