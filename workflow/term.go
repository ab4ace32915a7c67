package workflow

import (
	"github.com/atranka/atranka/calendar"
	"github.com/atranka/atranka/clock"
)

// Delivered is where a term runs from that begins when its letter reaches whom
// it concerns; Entered, when the state was entered.
const (
	Delivered = "DELIVERED"
	Entered   = "ENTERED"
)

// EndsFrom is when a term that runs from an instant has passed: the instant
// itself where no days are counted, else 24:00 of its last day.
func (d Deadline) EndsFrom(at clock.Instant) clock.Instant {
	if d.Days == 0 {
		return at
	}
	return calendar.Ends(at.Day(), d.Days, d.Unit)
}

// EndsFromDay is when a term that runs from a day has passed.
func (d Deadline) EndsFromDay(day clock.Date) clock.Instant {
	return calendar.Ends(day, d.Days, d.Unit)
}
