package rules

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/clock"
)

// Sector is the kind of partner that a seat of the board stands for.
type Sector string

// The three sectors of a local action group.
const (
	Public       Sector = "PUBLIC"
	Business     Sector = "BUSINESS"
	NGOCommunity Sector = "NGO_COMMUNITY"
)

// Seat is one place on the board. A seat, not its holder, is what facts name.
type Seat struct {
	ID     string
	Sector Sector
	Group  string // interest group within a sector that is not public; "" is the sector itself
}

// group is what the 49 % is counted by. All public seats are one group, for
// the regulation names public authorities beside any single interest group.
func (s Seat) group() string {
	if s.Sector == Public || s.Group == "" {
		return string(s.Sector)
	}
	return s.Group
}

// largestGroup is the group with the most seats; among equals the first by name.
func largestGroup(seats []Seat) (string, int) {
	sizes := make(map[string]int)
	for _, s := range seats {
		sizes[s.group()]++
	}
	largest := slices.MaxFunc(slices.Sorted(maps.Keys(sizes)), func(a, b string) int {
		return cmp.Compare(sizes[a], sizes[b])
	})
	return largest, sizes[largest]
}

// Composition is R-20: no group holds more than Limit of the board's seats and,
// where the national rule asks for it, the sectors hold equally many.
type Composition struct {
	Seats        []Seat // filled seats
	Limit        BasisPoints
	EqualSectors bool
	Unverified   []string // unverified parameters among the limits
}

// Check judges R-20. The share is compared exactly; the percentage it reports
// is rounded up.
func (c Composition) Check() Result { return c.judge().resting(c.Unverified) }

func (c Composition) judge() Result {
	const id, path = "R-20", "seats"
	if len(c.Seats) == 0 {
		return failed(id, path, "noSeats")
	}
	facts, over := groupShare(c.Seats, c.Limit)
	if over {
		return failed(id, path, "", facts...)
	}
	bySector := make(map[Sector]int)
	for _, s := range c.Seats {
		bySector[s.Sector]++
	}
	public, business, community := bySector[Public], bySector[Business], bySector[NGOCommunity]
	facts = append(facts, count("public", public), count("business", business), count("community", community))
	if c.EqualSectors && (public != business || business != community) {
		return failed(id, path, "unequal", facts...)
	}
	return passed(id, path, facts...)
}

// groupShare is the largest group's share and whether it passes the limit.
func groupShare(seats []Seat, limit BasisPoints) ([]Fact, bool) {
	group, size := largestGroup(seats)
	part, whole := int64(size), int64(len(seats))
	return []Fact{{"group", group}, percent("percent", shareAtLeast(part, whole)), percent("limit", limit)},
		exceeds(part, whole, limit)
}

// Quorum is R-21: enough seats are present.
type Quorum struct {
	Seats   int // of the board, or entitled to the item where the statutes say so
	Present int
	Needed  int // by the statutes; 0 is more than half of the seats
}

// Check judges R-21.
func (c Quorum) Check() Result {
	needed := c.Needed
	if needed == 0 {
		needed = c.Seats/2 + 1
	}
	return verdict(c.Present >= needed, "R-21", "attendance",
		count("present", c.Present), count("seats", c.Seats), count("needed", needed))
}

// VoteShare is R-22: among those entitled to vote on an item after recusals
// (in a written procedure, those whose ballot is valid), no group has more than
// Limit of the votes. It is Article 32(2)(b) read strictly; where the rule set
// tests composition only, it is not asked.
type VoteShare struct {
	Voters     []Seat
	Recused    []string // seats that left for the item
	Limit      BasisPoints
	Unverified []string // unverified parameters among the limits
}

// Check judges R-22. The share is compared exactly; the percentage it reports
// is rounded up.
func (c VoteShare) Check() Result { return c.judge().resting(c.Unverified) }

func (c VoteShare) judge() Result {
	const id, path = "R-22", "item"
	recused := list("recused", c.Recused)
	if len(c.Voters) == 0 {
		return failed(id, path, "noVoters", recused...)
	}
	facts, over := groupShare(c.Voters, c.Limit)
	facts = append(facts, recused...)
	switch {
	case !over:
		return passed(id, path, facts...)
	case len(c.Recused) == 0:
		return failed(id, path, "noRecusal", facts...)
	default:
		return failed(id, path, "", facts...)
	}
}

// Vote is how a seat voted.
type Vote string

// The votes that count as cast.
const (
	For     Vote = "FOR"
	Against Vote = "AGAINST"
	Abstain Vote = "ABSTAIN"
)

// Ballot is one valid vote.
type Ballot struct {
	Seat Seat
	Vote Vote
}

// NonPublicShare is R-23: partners that are not public authorities cast at
// least Minimum of the votes; an abstention is a vote cast.
type NonPublicShare struct {
	Ballots    []Ballot
	Minimum    BasisPoints
	Unverified []string // unverified parameters among the limits
}

// Check judges R-23. The percentage it reports is rounded down.
func (c NonPublicShare) Check() Result { return c.judge().resting(c.Unverified) }

func (c NonPublicShare) judge() Result {
	const id, path = "R-23", "votes"
	cast := int64(len(c.Ballots))
	if cast == 0 {
		return failed(id, path, "noVotes")
	}
	var nonPublic int64
	for _, b := range c.Ballots {
		if b.Seat.Sector != Public {
			nonPublic++
		}
	}
	// At least the minimum is public votes at most the rest.
	enough := !exceeds(cast-nonPublic, cast, Whole-c.Minimum)
	return verdict(enough, id, path,
		percent("percent", shareAtMost(nonPublic, cast)), percent("minimum", c.Minimum))
}

// Conflict is R-24: a seat with a declared conflict sees no scores of the item,
// is not present for it and does not vote on it. An item that is the call's
// whole list covers every proposal of the call.
type Conflict struct {
	Seat      string
	Item      string   // number or identifier of the agenda item
	Covers    []string // proposals that the item decides
	Conflicts []string // proposals that the seat declared a conflict with

	SawScores, Present, Voted bool
}

// Check judges R-24, the gravest breach first.
func (c Conflict) Check() Result {
	const id, path = "R-24", "recusals"
	facts := []Fact{{"seat", c.Seat}, {"item", c.Item}}
	conflicted := slices.ContainsFunc(c.Covers, func(p string) bool { return slices.Contains(c.Conflicts, p) })
	switch {
	case !conflicted:
		return passed(id, path, facts...)
	case c.Voted:
		return failed(id, path, "", facts...)
	case c.Present:
		return failed(id, path, "present", facts...)
	case c.SawScores:
		return failed(id, path, "papers", facts...)
	default:
		return passed(id, path, facts...)
	}
}

// Declaration is a signed declaration of impartiality and confidentiality for
// the call or meeting in question.
type Declaration struct {
	By       string // seat or evaluation
	SignedAt clock.Instant
}

// DeclarationFirst is R-25: everyone who votes or evaluates had signed a
// declaration by the time of the act.
type DeclarationFirst struct {
	At       clock.Instant
	Required []string // seats or evaluations
	Signed   []Declaration
}

// Check judges R-25 and names those who have not signed.
func (c DeclarationFirst) Check() Result {
	missing := slices.DeleteFunc(slices.Clone(c.Required), func(who string) bool {
		return slices.ContainsFunc(c.Signed, func(d Declaration) bool { return d.By == who && d.SignedAt <= c.At })
	})
	return verdict(len(missing) == 0, "R-25", "declarations",
		append(list("missing", missing), Fact{"at", c.At.String()})...)
}

// Majority is R-26: more than half of the votes cast are for. Where the
// statutes say so, the presider's vote decides when for and against split the
// votes cast in equal halves.
type Majority struct {
	Ballots      []Ballot
	ChairDecides bool // by the statutes
	Chair        Vote // how the presider voted
}

// Check judges R-26.
func (c Majority) Check() Result {
	tally := make(map[Vote]int)
	for _, b := range c.Ballots {
		tally[b.Vote]++
	}
	cast, inFavour := len(c.Ballots), tally[For]
	halves := cast > 0 && 2*inFavour == cast && tally[Against] == inFavour
	adopted := 2*inFavour > cast || halves && c.ChairDecides && c.Chair == For
	return verdict(adopted, "R-26", "votes",
		count("for", inFavour), count("against", tally[Against]), count("abstained", tally[Abstain]))
}

// Departure is R-27: whoever funds a proposal before a better ranked one has a
// decision that says so, with a reason.
type Departure struct {
	Ranked   []Ranked
	Funded   []string // proposals
	Skipped  []string // proposals that R-18 skipped because they did not fit
	Reason   string   // never becomes a fact: it is free text
	Decision string   // number or identifier
}

// Check judges R-27.
func (c Departure) Check() Result {
	const id, path = "R-27", "decision.reason"
	passedOver, ahead := c.departure()
	facts := []Fact{{"passedOver", passedOver}, {"funded", ahead}, {"decision", c.Decision}}
	switch {
	case passedOver == "":
		return passed(id, path)
	case strings.TrimSpace(c.Reason) == "":
		return failed(id, path, "", facts...)
	case strings.TrimSpace(c.Decision) == "":
		return failed(id, "decision", "decision", facts...)
	default:
		return passed(id, path, facts...)
	}
}

// departure is the best ranked proposal that was passed over and the next
// funded one behind it; both are "" when the ranking was kept.
func (c Departure) departure() (passedOver, funded string) {
	rank := 0
	for _, e := range slices.SortedStableFunc(slices.Values(c.Ranked), byRank) {
		switch isFunded := slices.Contains(c.Funded, e.Proposal); {
		case isFunded && passedOver != "" && e.Rank > rank:
			return passedOver, e.Proposal
		case !isFunded && passedOver == "" && !slices.Contains(c.Skipped, e.Proposal):
			passedOver, rank = e.Proposal, e.Rank
		}
	}
	return "", ""
}

// LAGAsApplicant is R-28: a project of the LAG itself is evaluated by external
// evaluators only and the LAG's staff are recused.
type LAGAsApplicant struct {
	ApplicantIsLAG     bool
	ExternalEvaluators int
	InternalEvaluators int
	StaffNotRecused    int
}

// Check judges R-28.
func (c LAGAsApplicant) Check() Result {
	independent := c.ExternalEvaluators > 0 && c.InternalEvaluators == 0 && c.StaffNotRecused == 0
	return verdict(!c.ApplicantIsLAG || independent, "R-28", "evaluators",
		count("external", c.ExternalEvaluators), count("internal", c.InternalEvaluators),
		count("staffNotRecused", c.StaffNotRecused))
}

// GenderBalance is R-29: the rarer of the two holds at least Minimum of the
// seats. It only warns.
type GenderBalance struct {
	Female, Male, Seats int
	Minimum             BasisPoints
	Unverified          []string // unverified parameters among the limits
}

// Check judges R-29. An empty board has no balance to warn about.
func (c GenderBalance) Check() Result {
	const id, path = "R-29", "seats"
	facts := []Fact{count("female", c.Female), count("male", c.Male), count("seats", c.Seats), percent("minimum", c.Minimum)}
	rarer := int64(min(c.Female, c.Male))
	if exceeds(int64(c.Seats)-rarer, int64(c.Seats), Whole-c.Minimum) {
		return warned(id, path, "", facts...).resting(c.Unverified)
	}
	return passed(id, path, facts...).resting(c.Unverified)
}

func count(name string, n int) Fact { return Fact{name, strconv.Itoa(n)} }
