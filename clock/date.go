package clock

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	_ "time/tzdata" // legal days need the zone on machines that have no zone files
)

// Vilnius is the zone in which legal days begin and end.
var Vilnius = mustLoad("Europe/Vilnius")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

// Date is a legal day, or as much of one as its source states: "2015",
// "2015-08" or "2015-08-21". The zero Date is unknown. Text order is
// chronological among dates of one precision.
type Date string

// Precision says how much of a date is known.
type Precision string

// The precisions of a [Date].
const (
	Unknown Precision = ""
	Year    Precision = "YEAR"
	Month   Precision = "MONTH"
	Day     Precision = "DAY"
)

var dateLayouts = map[int]string{4: "2006", 7: "2006-01", 10: time.DateOnly}

// DateOf is the calendar day that t shows in its own zone.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// ParseDate reads an ISO 8601 date, month or year.
func ParseDate(s string) (Date, error) {
	l, ok := dateLayouts[len(s)]
	if ok {
		if _, err := time.Parse(l, s); err == nil {
			return Date(s), nil
		}
	}
	return "", fmt.Errorf("date %.40q: want a day, month or year such as 2016-01-15, 2015-08 or 2015", s)
}

// Precision is how much of d is known.
func (d Date) Precision() Precision {
	return map[int]Precision{4: Year, 7: Month, 10: Day}[len(d)]
}

// Start is the first instant of the period that d names, in Vilnius.
func (d Date) Start() Instant { return At(d.first()) }

// End is 24:00 of the period's last day in Vilnius, the instant at which a
// term that names only a day has passed.
func (d Date) End() Instant {
	t := d.first()
	switch d.Precision() {
	case Year:
		return At(t.AddDate(1, 0, 0))
	case Month:
		return At(t.AddDate(0, 1, 0))
	default:
		return At(t.AddDate(0, 0, 1))
	}
}

// AddDays is the day n calendar days after the first day of d.
func (d Date) AddDays(n int) Date { return DateOf(d.first().AddDate(0, 0, n)) }

// AddYears is the day n years after the first day of d; after 29 February of a leap year
// it may be 1 March.
func (d Date) AddYears(n int) Date { return DateOf(d.first().AddDate(n, 0, 0)) }

// DaysSince is how many days d lies after an earlier day; negative where it lies
// before.
func (d Date) DaysSince(earlier Date) int {
	midnight := func(d Date) time.Time {
		year, month, day := d.first().Date()
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(d).Sub(midnight(earlier)) / (24 * time.Hour))
}

func (d Date) first() time.Time {
	t, err := time.ParseInLocation(dateLayouts[len(d)], string(d), Vilnius)
	if err != nil {
		panic(fmt.Sprintf("clock: date %q was not made by ParseDate", string(d)))
	}
	return t
}

// MarshalGQL writes the date as a GraphQL string.
func (d Date) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(d))) }

// UnmarshalGQL reads a GraphQL Date.
func (d *Date) UnmarshalGQL(v any) (err error) {
	s, ok := v.(string)
	if !ok {
		return errors.New("date: want a string")
	}
	*d, err = ParseDate(s)
	return err
}
