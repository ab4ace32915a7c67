package workflow

// Bounds of a definition. What is proved of every walk takes time in the product
// of states and steps, and a line of YAML can name as many steps as there are
// pairs of states. The largest that ships, the proposal, has less than half of each:
// 46 states, 177 steps, 62 ways out of one state, 14 items in one list.
const (
	// MaxStates is how many states [Compile] accepts.
	MaxStates = 200
	// MaxSteps is how many steps, a transition being one for each pair of from and to.
	MaxSteps = 1_000
	// MaxWays is how many steps may leave one state, each counted with its guards:
	// so many answers a random walk needs before it goes on.
	MaxWays = 150
	// MaxConditions is how many conditions; compiling one leaves a tenth of a
	// megabyte behind, and none that ships has more than one.
	MaxConditions = 100
	// MaxListed is how many items a list of a transition, a term or a beginning may
	// have; from and to are bounded by the steps that they make.
	MaxListed = 64
	// MaxDays is how many days a term may have: ten years.
	MaxDays = 3_660
	// MaxText is how many bytes a label or message may have in one language.
	MaxText = 1_000
)

// oversized says what of a definition is too much to be proved. It counts steps
// and makes none: the few bytes of two lists may stand for millions.
func oversized(def *Definition) []Problem {
	c := &compiler{def: def}
	if n := len(def.States); n > MaxStates {
		c.fail(TooLarge, def.States[MaxStates].Position, "the definition has %d states, the limit is %d", n, MaxStates)
	}
	if n := len(def.Conditions); n > MaxConditions {
		c.fail(TooLarge, Position{Line: 1, Column: 1}, "the definition has %d conditions, the limit is %d", n, MaxConditions)
	}
	if o := def.Begins; o != nil {
		c.listed(o.Position, "begins", len(o.About), len(o.By), len(o.Forms), len(o.Guards), len(o.Data), len(o.Joins))
	}
	for _, s := range def.States {
		c.term(s.Deadline, string(s.Name))
	}
	steps, out := 0, map[StateName]int{}
	for _, t := range def.Transitions {
		c.listed(t.Position, string(t.Event), len(t.By), len(t.Guards), len(t.Effects), len(t.Sets), len(t.Joins), len(t.Data))
		c.term(t.Within, string(t.Event))
		before := steps
		if steps += len(t.From) * len(t.To); steps > MaxSteps && before <= MaxSteps {
			c.fail(TooLarge, t.Position, "event %s brings the definition to %d steps, the limit is %d", t.Event, steps, MaxSteps)
		}
		for _, from := range t.From {
			before := out[from]
			if out[from] += len(t.To) * (1 + len(t.Guards)); out[from] > MaxWays && before <= MaxWays {
				c.fail(TooLarge, t.Position, "event %s brings state %s to %d steps and guards that lead out, the limit is %d", t.Event, from, out[from], MaxWays)
			}
		}
	}
	return c.problems
}

func (c *compiler) term(d *Deadline, of string) {
	if d != nil {
		c.listed(d.Position, "the term of "+of, len(d.Unless), len(d.Remind))
	}
}

func (c *compiler) listed(at Position, where string, lengths ...int) {
	for _, n := range lengths {
		if n > MaxListed {
			c.fail(TooLarge, at, "a list of %s has %d items, the limit is %d", where, n, MaxListed)
		}
	}
}
