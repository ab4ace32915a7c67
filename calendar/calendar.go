// Package calendar owns which days are worked in Lithuania and where a term
// ends. It refuses to know the present: every question names its days. The
// holidays are those of the Labour Code (Darbo kodeksas, art. 123) as
// github.com/rickar/cal keeps them, with the year from which each is free.
package calendar

import (
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/lt"

	"github.com/atranka/atranka/clock"
)

// allSoulsSince is the first year in which 2 November was a day off.
const allSoulsSince = 2020

// worked is Monday to Friday but for the holidays. It is only read.
var worked = lithuania()

func lithuania() *cal.BusinessCalendar {
	c := cal.NewBusinessCalendar()
	c.Cacheable = false // a cache would be written by whoever asks first
	for _, h := range lt.Holidays {
		if h == lt.AllSoulsDay {
			h = h.Clone(&cal.Holiday{StartYear: allSoulsSince})
		}
		c.AddHoliday(h)
	}
	return c
}

// Works says whether the day is worked. It panics when d is no whole day.
func Works(d clock.Date) bool { return worked.IsWorkday(midday(d)) }

// Holiday is the Lithuanian name of the holiday on the day, "" if it is none.
// Days of rest at the end of a week are no holidays.
func Holiday(d clock.Date) string {
	_, observed, h := worked.IsHoliday(midday(d))
	if !observed || h == nil {
		return ""
	}
	return h.Name
}

// Unit is what a term counts.
type Unit string

// The units.
const (
	CalendarDays Unit = "CALENDAR_DAYS"
	WorkingDays  Unit = "WORKING_DAYS"
)

// Last is the last day of a term of so many days that runs from a day: the day
// itself is not counted, and a term that would end on a day off ends on the
// next working day (Civil Code, Civilinis kodeksas, art. 1.121). A term of no
// days ends on its day, worked or not, for it names that day and counts none.
func Last(from clock.Date, days int, unit Unit) clock.Date {
	if days <= 0 {
		return from
	}
	if unit == WorkingDays {
		d := from
		for range days {
			d = nextWorked(d.AddDays(1))
		}
		return d
	}
	return nextWorked(from.AddDays(days))
}

// Ends is the instant at which the term has passed: 24:00 of its last day in
// Vilnius.
func Ends(from clock.Date, days int, unit Unit) clock.Instant { return Last(from, days, unit).End() }

// Before is the day that lies so many working days before d.
func Before(d clock.Date, days int) clock.Date {
	for range days {
		for d = d.AddDays(-1); !Works(d); {
			d = d.AddDays(-1)
		}
	}
	return d
}

// WorkingBetween is the number of working days after from and up to to; 0 where
// to is not after from.
func WorkingBetween(from, to clock.Date) int {
	n := 0
	for d := from.AddDays(1); d <= to; d = d.AddDays(1) {
		if Works(d) {
			n++
		}
	}
	return n
}

// nextWorked is d, or the first working day after it.
func nextWorked(d clock.Date) clock.Date {
	for !Works(d) {
		d = d.AddDays(1)
	}
	return d
}

// midday keeps clear of the hours at which a zone changes its clocks.
func midday(d clock.Date) time.Time { return d.Start().Time().In(clock.Vilnius).Add(12 * time.Hour) }
