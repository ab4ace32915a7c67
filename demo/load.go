package demo

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/strategies"
	"github.com/atranka/atranka/workflow"
)

// Begin is the instant at which the walk begins, 2015-09-01T06:00:00Z: 9 in
// the morning in Vilnius, before the first dated act of either strategy.
const Begin clock.Instant = 1_441_087_200_000_000

// End is the instant at which the clock stands when all is loaded,
// 2019-12-31T21:59:59Z: the last second of the year in Vilnius.
const End clock.Instant = 1_577_829_599_000_000

// Example is the title of the project whose applicant can carry out the
// transition that the README shows: it is listed, and nobody has applied yet.
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

// Load walks both strategies through the engine in the order of their days,
// moving c forward to the instant of each act and at last to [End]. progress,
// where given, is told after every act. The error names the act that was
// refused; what came before it stays in the store.
func Load(ctx context.Context, eng *workflow.Engine, c *clock.Manual, progress func(done, total int, what string)) (Loaded, error) {
	data, err := strategies.Load()
	if err != nil {
		return Loaded{}, err
	}
	l := &loader{ctx: ctx, eng: eng, organisations: map[string]ident.ID{}, measures: map[string]ident.ID{}}
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
	if err := l.run(c, progress); err != nil {
		return Loaded{}, err
	}
	c.Set(End)
	// What a term's end was to be reminded of, a server would have told since.
	if _, err := eng.RingDue(ctx); err != nil {
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
	acts          []act
	organisations map[string]ident.ID
	measures      map[string]ident.ID
	commands      int
}

// on puts an act on the timeline. Acts of one instant keep their order.
func (l *loader) on(at clock.Instant, what string, do func() error) {
	l.acts = append(l.acts, act{at, what, do})
}

// run does everything planned in the order of time, for the clock of a
// history only moves forward.
func (l *loader) run(c *clock.Manual, progress func(done, total int, what string)) error {
	slices.SortStableFunc(l.acts, func(a, b act) int { return cmp.Compare(a.at, b.at) })
	for i, a := range l.acts {
		c.Set(a.at)
		if err := a.do(); err != nil {
			return fmt.Errorf("%s on %s: %w", a.what, a.at.Day(), err)
		}
		if progress != nil {
			progress(i+1, len(l.acts), a.what)
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
