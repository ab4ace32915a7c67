package workflow

import (
	"context"
	"slices"

	"github.com/atranka/atranka/ident"
)

// StatisticsOf asks about the cases of a kind in a group; of those under one call
// alone where Call is set.
type StatisticsOf struct {
	LAG  ident.ID
	Kind Kind
	Call ident.ID
}

// Statistics are figures of a process: how long cases stay where, who moves them
// and whom they wait for, and what became of those of each call. All of them are
// counted from the history and the cases, and none is kept.
type Statistics struct {
	States []StateStatistics // in the order of the latest definition, then what earlier ones had
	Roles  []RoleStatistics  // ascending, those that acted or are waited for
	Calls  []CallStatistics  // the latest call first; none for kinds that are under no call
}

// StateStatistics are those of a state. A stay is from entering it to leaving it
// for another.
type StateStatistics struct {
	State State
	Live
	Stays          int    // that have ended
	LongestSeconds *int64 // of those; nil where there is none
}

// RoleStatistics are those of a role.
type RoleStatistics struct {
	Role    Role
	Acts    int // transitions fired in the role
	Waiting int // cases that now wait for the role
	Stays   int // that have ended in states for which the role is responsible
	// MedianSeconds is how long half of those stays lasted at most; nil where there
	// is none.
	MedianSeconds *int64
}

// CallStatistics are those of the cases under one call.
type CallStatistics struct {
	CallID                   ident.ID
	Cases                    int
	Open, Positive, Negative int // by the outcome of the state that they are in; open where it has none
	// MedianSeconds is how long half of the cases took at most from their beginning to
	// the first state with an outcome; nil where none came to one.
	MedianSeconds *int64
}

// Counted is what a store counts for [Statistics], by names as the database has
// them.
type Counted struct {
	Cases   []CasesIn            // that there are now
	Overdue map[StateName]int    // whose term has passed
	Stays   map[StateName]Spread // by state
	Role    map[Role]Spread      // by whoever is responsible for the state
	Acts    map[Role]int         // transitions, by the role that fired them
	Decided map[ident.ID]Spread  // from the beginning to the first outcome, by call
}

// CasesIn is how many cases of a call are in a state of a definition; Call is ""
// for kinds that are under none.
type CasesIn struct {
	Call       ident.ID
	Definition string
	State      StateName
	Cases      int
}

// Spread is how many lengths of time there are, the median and the longest of
// them, in seconds.
type Spread struct {
	N                             int
	MedianSeconds, LongestSeconds int64
}

// median is nil where there is nothing to be in the middle of.
func (s Spread) median() *int64 {
	if s.N == 0 {
		return nil
	}
	return &s.MedianSeconds
}

// CountedBy says what of a definition the counting goes by.
type CountedBy struct {
	Responsible map[StateName]Role
	Decided     []StateName // states with an outcome
}

// Statistics counts. It says what there is, and not who may see it: cases that
// nobody outside the office may know of are among it.
func (e *Engine) Statistics(ctx context.Context, of StatisticsOf) (Statistics, error) {
	by := CountedBy{Responsible: map[StateName]Role{}}
	states := e.Machines.States(of.Kind)
	for _, s := range states {
		if s.Responsible != "" {
			by.Responsible[s.Name] = s.Responsible
		}
		if s.Outcome != OutcomeNone {
			by.Decided = append(by.Decided, s.Name)
		}
	}
	var c Counted
	err := e.Store.View(ctx, func(tx Tx) (err error) {
		c, err = tx.Count(of, by, e.Clock.Now())
		return err
	})
	if err != nil {
		return Statistics{}, err
	}
	return Statistics{States: c.states(states), Roles: c.roles(by), Calls: c.calls(e.Machines)}, nil
}

func (c Counted) states(states []State) []StateStatistics {
	cases := map[StateName]int{}
	for _, in := range c.Cases {
		cases[in.State] += in.Cases
	}
	out := make([]StateStatistics, len(states))
	for i, s := range states {
		stays := c.Stays[s.Name]
		out[i] = StateStatistics{
			State: s, Stays: stays.N,
			Live: Live{Cases: cases[s.Name], Overdue: c.Overdue[s.Name], MedianSeconds: stays.median()},
		}
		if stays.N > 0 {
			out[i].LongestSeconds = &stays.LongestSeconds
		}
	}
	return out
}

func (c Counted) roles(by CountedBy) []RoleStatistics {
	waiting := map[Role]int{}
	for _, in := range c.Cases {
		waiting[by.Responsible[in.State]] += in.Cases
	}
	var out []RoleStatistics
	for _, r := range slices.Concat(tokenRoles, []Role{Clock, Join}) {
		stays := c.Role[r]
		if c.Acts[r] > 0 || waiting[r] > 0 || stays.N > 0 {
			out = append(out, RoleStatistics{
				Role: r, Acts: c.Acts[r], Waiting: waiting[r], Stays: stays.N, MedianSeconds: stays.median(),
			})
		}
	}
	slices.SortFunc(out, func(a, b RoleStatistics) int {
		if a.Role < b.Role {
			return -1
		}
		return 1
	})
	return out
}

func (c Counted) calls(ms *Machines) []CallStatistics {
	at := map[ident.ID]int{}
	var out []CallStatistics
	for _, in := range c.Cases {
		if in.Call == "" {
			continue
		}
		i, known := at[in.Call]
		if !known {
			i = len(out)
			at[in.Call] = i
			out = append(out, CallStatistics{CallID: in.Call, MedianSeconds: c.Decided[in.Call].median()})
		}
		out[i].Cases += in.Cases
		switch ms.State(in.Definition, in.State).Outcome {
		case OutcomePositive:
			out[i].Positive += in.Cases
		case OutcomeNegative:
			out[i].Negative += in.Cases
		default:
			out[i].Open += in.Cases
		}
	}
	slices.SortFunc(out, func(a, b CallStatistics) int {
		if a.CallID > b.CallID {
			return -1
		}
		return 1
	})
	return out
}

// Live are the figures as a chart lays them over the states.
func (s Statistics) Live() map[StateName]Live {
	out := make(map[StateName]Live, len(s.States))
	for _, x := range s.States {
		out[x.State.Name] = x.Live
	}
	return out
}
