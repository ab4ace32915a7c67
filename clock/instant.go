package clock

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// Instant is a moment: microseconds since 1970-01-01T00:00:00Z. Integers
// order, compare and hash alike on every engine and in every time zone, which
// neither engine's own timestamp type does for the other.
type Instant int64

// layout is RFC 3339 in UTC with all six microsecond digits, so that the text
// sorts as the instant does.
const layout = "2006-01-02T15:04:05.000000Z"

// At is the instant of t, cut to whole microseconds.
func At(t time.Time) Instant { return Instant(t.UnixMicro()) }

// ParseInstant reads RFC 3339 with any offset. Digits beyond the microsecond
// are refused, for they would be lost.
func ParseInstant(s string) (Instant, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, fmt.Errorf("instant %.40q: want RFC 3339, such as 2019-12-31T21:59:59Z", s)
	}
	if t.Nanosecond()%1000 != 0 {
		return 0, fmt.Errorf("instant %.40q: finer than a microsecond", s)
	}
	return At(t), nil
}

// Time is the instant as a UTC time.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Add is the instant d later.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Microseconds()) }

// Day is the legal day of the instant in Vilnius.
func (i Instant) Day() Date { return DateOf(i.Time().In(Vilnius)) }

// String is RFC 3339 in UTC with six digits of fraction.
func (i Instant) String() string { return i.Time().Format(layout) }

// MarshalText is [Instant.String].
func (i Instant) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText is [ParseInstant].
func (i *Instant) UnmarshalText(b []byte) (err error) {
	*i, err = ParseInstant(string(b))
	return err
}

// MarshalGQL writes the instant as a GraphQL Time.
func (i Instant) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(i.String())) }

// UnmarshalGQL reads a GraphQL Time.
func (i *Instant) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return errors.New("instant: want a string")
	}
	return i.UnmarshalText([]byte(s))
}
