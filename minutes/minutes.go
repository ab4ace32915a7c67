package minutes

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/atranka/atranka/history"
)

// Format names the form of the text. A change of meaning takes a new name.
const Format = "atranka-minutes/1"

// ErrFormat says that a text is none that [Minutes.Text] writes.
var ErrFormat = errors.New("minutes: not the text of minutes")

// Minutes are what is signed. Identifiers are TypeIDs; days are ISO 8601 and
// instants RFC 3339 in UTC, "" where nothing is known.
type Minutes struct {
	Format string `json:"format"`
	// Salt is random, in hexadecimal.
	Salt string `json:"salt"`
	Signing
	Meeting Meeting `json:"meeting"`
	Seats   []Seat  `json:"seats"` // by sector, and in each by place
	Items   []Item  `json:"items"` // by their places on the agenda
}

// Signing is what comes with the signatures, and stands in no row that could be
// otherwise later.
type Signing struct {
	// Number is that of the minutes, Version counts those of the meeting from 1.
	Number   string `json:"number"`
	Version  int    `json:"version"`
	SignedOn string `json:"signedOn"`
	// Secretary is the person who signed beside whoever presided; "" of minutes that
	// were signed on paper.
	Secretary string `json:"secretary,omitempty"`
}

// Meeting is the sitting itself.
type Meeting struct {
	ID     string `json:"id"`
	LAG    string `json:"lag"`
	Number string `json:"number"`
	Mode   string `json:"mode"`
	// Body is GENERAL of a meeting of all members, "" of one of the board.
	Body   string `json:"body,omitempty"`
	HeldOn string `json:"heldOn"`
	// Presider is the person who presided, "" where nobody is known to.
	Presider string `json:"presider,omitempty"`
	// Observers are persons who were there without a vote.
	Observers []string `json:"observers,omitempty"`
}

// Seat is a seat that was filled on the day of the meeting.
type Seat struct {
	ID     string `json:"id"`
	Sector string `json:"sector"`
	// Place counts the seats of its sector from 1.
	Place  int    `json:"place"`
	Holder string `json:"holder"`
	// SatBy is the person who sat there in the holder's place.
	SatBy      string `json:"satBy,omitempty"`
	DeclaredAt string `json:"declaredAt,omitempty"`
	ArrivedAt  string `json:"arrivedAt,omitempty"`
	LeftAt     string `json:"leftAt,omitempty"`
}

// Came says whether somebody was there for the seat.
func (s Seat) Came() bool { return s.ArrivedAt != "" }

// Outcome is what came of an item.
type Outcome string

// The outcomes. What was not voted on, or in vain, was left open.
const (
	Adopted    Outcome = "ADOPTED"
	NotAdopted Outcome = "NOT_ADOPTED"
	LeftOpen   Outcome = "LEFT_OPEN"
)

// Item is one question that the meeting had before it.
type Item struct {
	// ID is the item's or, of what was decided on paper, the decision's.
	ID      string `json:"id"`
	Ordinal int    `json:"ordinal"`
	Subject string `json:"subject"`
	Event   string `json:"event"`
	// State is the one that the item ended in, Definition what says how it is called;
	// both "" of what was decided on paper.
	State      string   `json:"state,omitempty"`
	Definition string   `json:"definition,omitempty"`
	Outcome    Outcome  `json:"outcome"`
	Recused    []Recuse `json:"recused"` // by seat
	Ballots    []Ballot `json:"ballots"` // by seat
	// Cast is the tally of the ballots, Decided the one that the decision has: nil
	// where none was made.
	Cast    Tally     `json:"cast"`
	Decided *Decision `json:"decided,omitempty"`
	Tests   []Test    `json:"tests"` // by rule
}

// Votes is the tally that counts: the decision's, or that of the ballots where
// nothing was decided.
func (i Item) Votes() Tally {
	if i.Decided != nil {
		return i.Decided.Tally
	}
	return i.Cast
}

// Recuse is a seat that left for an item, and why.
type Recuse struct {
	ID     string `json:"id"`
	Ground string `json:"ground"`
}

// Ballot is the vote of a seat: FOR, AGAINST or ABSTAIN.
type Ballot struct {
	ID   string `json:"id"`
	Vote string `json:"vote"`
}

// Tally counts votes.
type Tally struct {
	For       int `json:"for"`
	Against   int `json:"against"`
	Abstained int `json:"abstained"`
}

// Decision is what the board decided.
type Decision struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
	Tally
}

// Test is what a rule of the board made of the item when the vote was held by it.
type Test struct {
	ID         string   `json:"id"` // of the rule, such as R-21
	Verdict    string   `json:"verdict"`
	Facts      []Fact   `json:"facts"`
	Unverified []string `json:"unverified"`
}

// Fact is a value that a verdict rests on.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Text is the minutes in RFC 8785 form, and the SHA-256 of these bytes in
// hexadecimal.
func (m Minutes) Text() (text []byte, hash string, err error) {
	m.Format = Format
	text, err = history.CanonicalBody(m)
	if err != nil {
		return nil, "", fmt.Errorf("minutes of %s: %w", m.Meeting.ID, err)
	}
	return text, Hash(text), nil
}

// Hash is the SHA-256 of a text in hexadecimal.
func Hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Read is the minutes of a text that [Minutes.Text] wrote; [ErrFormat] for any other.
func Read(text []byte) (Minutes, error) {
	var m Minutes
	if err := json.Unmarshal(text, &m); err != nil {
		return Minutes{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if again, _, err := m.Text(); err != nil || m.Format != Format || string(again) != string(text) {
		return Minutes{}, ErrFormat
	}
	return m, nil
}
