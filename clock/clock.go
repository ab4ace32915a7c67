package clock

import (
	"sync"
	"time"
)

// Clock tells the present instant. Implementations are safe for concurrent use.
type Clock interface{ Now() Instant }

// System is the machine's clock.
type System struct{}

// Now is the machine's present instant.
func (System) Now() Instant { return At(time.Now()) }

// Manual is a clock that moves only when told to, for the demo and for tests.
// A store that was ever written under one is marked as simulated.
type Manual struct {
	mu  sync.Mutex
	now Instant
}

// NewManual is a clock that stands at i.
func NewManual(i Instant) *Manual { return &Manual{now: i} }

// Now is where the clock stands.
func (m *Manual) Now() Instant {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Set moves the clock to i, never backwards: an earlier i leaves it standing.
func (m *Manual) Set(i Instant) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = max(m.now, i)
}

// Advance moves the clock by d.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(max(d, 0))
}
