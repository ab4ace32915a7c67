package model

import "github.com/atranka/atranka/workflow"

// Statistics are figures of a process, for the office that runs it.
type Statistics struct{ workflow.Statistics }

// States are those of the process, as the office calls them.
func (s *Statistics) States() []*StateStatistics {
	out := make([]*StateStatistics, len(s.Statistics.States))
	for i, x := range s.Statistics.States {
		out[i] = &StateStatistics{StateStatistics: x}
	}
	return out
}

// StateStatistics are figures of one state.
type StateStatistics struct{ workflow.StateStatistics }

// State is the state by the office's name.
func (s *StateStatistics) State() *State {
	return &State{State: s.StateStatistics.State, Side: Staff}
}
