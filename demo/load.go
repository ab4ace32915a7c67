package demo

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/strategies"
	"github.com/atranka/atranka/workflow"
)

// Begin is the instant at which the walk begins, 2015-09-01T06:00:00Z: 9 in
// the morning in Vilnius, before the first dated act of either strategy.
const Begin clock.Instant = 1_441_087_200_000_000

// The days that the demonstration can be loaded for are those from the founding
// of the groups to Last; Default is the one that the texts tell of.
const (
	Default clock.Date = "2019-12-31"
	Last    clock.Date = "2021-05-31"
)

// At is the instant at which the clock stands when all is loaded up to a day: its
// last second in Vilnius.
func At(day clock.Date) clock.Instant { return day.End().Add(-time.Second) }

// DayError is a text that names no day of the demonstration.
type DayError struct{ Day string }

// Error says which days there are.
func (e *DayError) Error() string {
	return fmt.Sprintf("the demonstration has no day %.40q; want one from %s to %s, such as %s", e.Day, Begin.Day(), Last, Default)
}

// ParseDay reads a day of the demonstration. The error is a [DayError].
func ParseDay(text string) (clock.Date, error) {
	day, err := clock.ParseDate(text)
	if err != nil || day.Precision() != clock.Day || day < Begin.Day() || day > Last {
		return "", &DayError{text}
	}
	return day, nil
}

// Example is the title of the project whose applicant can carry out the
// transition that the README shows: by [Default] it is listed, and nobody has
// applied yet.
const Example = "Verslo švyturys"

// Seed is the seed of the randomness that name stands for, "ids" or "salts":
// the same in every run, so it serves nothing that has to stay secret.
func Seed(name string) [sha256.Size]byte { return sha256.Sum256([]byte("atranka demo " + name)) }

// Loaded is what [Load] made.
type Loaded struct {
	// Commands is how many commands the engine carried out.
	Commands int
	// LAGs and Strategies are those of the two groups, Klaipėda's first.
	LAGs, Strategies []ident.ID
}

// Load walks both strategies through the engine in the order of their days up to
// one, moving c forward to the instant of each act, and of each term that ends
// between two, and at last to where [At] has it stand. The history of an earlier
// day is what that of a later one begins with. progress, where given, is told after
// every act. The error is a [DayError], or names the act that was refused; what
// came before it stays in the store.
func Load(ctx context.Context, eng *workflow.Engine, c *clock.Manual, day clock.Date, progress func(done, total int, what string)) (Loaded, error) {
	if _, err := ParseDay(string(day)); err != nil {
		return Loaded{}, err
	}
	data, err := strategies.Load()
	if err != nil {
		return Loaded{}, err
	}
	l := &loader{ctx: ctx, eng: eng, clock: c, organisations: map[string]ident.ID{}, measures: map[string]ident.ID{}}
	if c.Now() > Begin {
		return Loaded{}, fmt.Errorf("the clock stands at %s, want %s or before", c.Now(), Begin)
	}
	c.Set(Begin)
	l.on(Begin, "adopt the Union's rule set", func() error {
		return l.adopt(workflow.SystemActor(), workflow.Actor{}, "", slices.Clone(common)...)
	})
	var out Loaded
	for _, s := range data {
		g := newGroup(l, s)
		g.planFounding()
		g.planStrategy()
		g.planCalls()
		g.planCases()
		g.planNotice()
		out.LAGs, out.Strategies = append(out.LAGs, g.lag), append(out.Strategies, g.strategy)
	}
	if err := l.run(At(day), progress); err != nil {
		return Loaded{}, err
	}
	out.Commands = l.commands
	return out, nil
}

// act is something that happens at an instant.
type act struct {
	at   clock.Instant
	what string
	do   func() error
}

// loader is one load on its way. Organisations and measures belong to no group.
type loader struct {
	ctx           context.Context
	eng           *workflow.Engine
	clock         *clock.Manual
	acts          []act
	organisations map[string]ident.ID
	measures      map[string]ident.ID
	commands      int
}

// on puts an act on the timeline. Acts of one instant keep their order.
func (l *loader) on(at clock.Instant, what string, do func() error) {
	l.acts = append(l.acts, act{at, what, do})
}

// run does everything planned up to the end in the order of time, for the clock of
// a history only moves forward.
func (l *loader) run(end clock.Instant, progress func(done, total int, what string)) error {
	slices.SortStableFunc(l.acts, func(a, b act) int { return cmp.Compare(a.at, b.at) })
	l.acts = slices.DeleteFunc(l.acts, func(a act) bool { return a.at > end })
	for i, a := range l.acts {
		if err := l.ringBefore(a.at); err != nil {
			return err
		}
		l.clock.Set(a.at)
		if err := a.do(); err != nil {
			return fmt.Errorf("%s on %s: %w", a.what, a.at.Day(), err)
		}
		if progress != nil {
			progress(i+1, len(l.acts), a.what)
		}
	}
	if err := l.ringBefore(end + 1); err != nil {
		return err
	}
	l.clock.Set(end)
	return nil
}

// ringBefore rings what a server's clock would ring before an instant, each thing
// at its own time: so that it does not depend on how far the walk goes.
func (l *loader) ringBefore(t clock.Instant) error {
	for l.clock.Now() < t {
		var due []workflow.Timer
		err := l.eng.Store.InTx(l.ctx, func(tx workflow.Tx) (err error) {
			due, err = tx.Take(t-1, 1, 0)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		l.clock.Set(max(l.clock.Now(), due[0].At))
		if _, err := l.eng.Ring(l.ctx, due[0].Subject.ID, due[0].Ahead); err != nil {
			return fmt.Errorf("ring for %s on %s: %w", due[0].Subject.ID, due[0].At.Day(), err)
		}
	}
	return nil
}

// do carries one command out.
func (l *loader) do(actor workflow.Actor, cmd workflow.Command) (workflow.Done, error) {
	l.commands++
	return l.eng.Do(l.ctx, actor, cmd)
}

// confirmed carries out an act that a second person confirms, where one has to.
func (l *loader) confirmed(actor, second workflow.Actor, cmd workflow.Command) error {
	done, err := l.do(actor, cmd)
	if err != nil || done.Pending == nil {
		return err
	}
	_, err = l.do(second, workflow.Confirm{ID: done.Pending.ID})
	return err
}

// record carries out an act of which nothing more is asked.
func (l *loader) record(actor workflow.Actor, cmd workflow.Command) error {
	_, err := l.do(actor, cmd)
	return err
}

func (l *loader) id(p ident.Prefix) ident.ID { return l.eng.IDs.New(p) }

// ids are n identifiers that sort in the order in which they are given out, for
// rows that have no ordinal and are read by identifier.
func (l *loader) ids(p ident.Prefix, n int) []ident.ID {
	out := make([]ident.ID, n)
	for i := range out {
		out[i] = l.id(p)
	}
	slices.Sort(out)
	return out
}

// made marks what no text states.
var made = workflow.Sourced{Synthetic: true}

// amount is an amount of the data, whose form strategies.Load has checked.
func amount(a strategies.Amount) (rules.Money, error) {
	cents, err := a.Cents()
	return rules.Money(cents), err
}

// hundredths is a whole number of points.
func hundredths(points int) rules.Score { return rules.Score(points) * 100 }

// moment is an hour of a day in Vilnius.
func moment(d clock.Date, hour int) clock.Instant {
	// Counted back from midnight, because a day on which the clocks change is
	// an hour shorter or longer only before dawn.
	return d.End() - clock.Instant(24-hour)*3_600_000_000
}
