package workflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/ranking"
	"github.com/atranka/atranka/rules"
)

// FreezeRanking keeps a call's ranking as it comes out now with all that it is computed
// from, so that the board decides on one text and anybody can compute it again. A later
// one stands beside it, as the next version.
type FreezeRanking struct {
	ID, LAG, Call ident.ID
	// Lots are proposals that nothing else tells apart, all of each tie, in the order
	// that a vote or a lot gave them. They rest on a document and a reason, and count
	// until the next ranking is frozen.
	Lots      []ident.ID
	Reason    string
	Document  ident.ID
	Synthetic bool
}

// FreezeRanking is the act; it stands in the call's dossier.
func (e *Engine) FreezeRanking(a FreezeRanking) Record {
	return Record{
		Kind: "ranking.freeze", Dossier: a.Call, LAG: a.LAG, Subject: a.ID, SubjectType: "FrozenRanking",
		Roles: []Role{Administrator, Secretary}, Document: a.Document, Reason: a.Reason, complete: a.complete,
	}
}

// complete computes the ranking from what stands there now.
func (a FreezeRanking) complete(s *step, f *Facts, r *Record) error {
	refused, err := s.documents(Fire{Document: a.Document}, f.Subject)
	if err != nil {
		return err
	}
	if len(a.Lots) > 0 {
		if a.Document == "" {
			refused = append(refused, documentNeeded())
		}
		if strings.TrimSpace(a.Reason) == "" {
			refused = append(refused, reasonNeeded())
		}
	}
	if len(refused) > 0 {
		return &Error{Refusals: refused}
	}
	if f.Call.Competition, err = s.tx.Competition(f.Call.ID); err != nil {
		return err
	}
	snapshot, err := f.rank(a.Lots)
	if err != nil {
		return err
	}
	text, hash, err := snapshot.Text()
	if err != nil {
		return err
	}
	r.Changes = []Change{create("FrozenRanking", a.ID, Values{
		"lagId": a.LAG, "callId": a.Call, "ordinal": f.Call.Frozen + 1, "hash": hash, "text": string(text),
		"lots": append([]string{}, texts(a.Lots)...), "frozenAt": s.now, "synthetic": a.Synthetic,
	})}
	return nil
}

// Rank is the call's ranking as it would be frozen now, without lots. Who may read it is
// for the caller to know. Errors are of type [*Error] where the call has none yet.
func (e *Engine) Rank(ctx context.Context, call ident.ID) (ranking.Snapshot, error) {
	var out ranking.Snapshot
	err := e.Store.View(ctx, func(tx Tx) error {
		subject, err := tx.Lock(call, false)
		if err != nil {
			return err
		}
		s := &step{Engine: e, ctx: ctx, tx: tx, now: e.Clock.Now(), explaining: true}
		facts, err := s.facts(subject, true)
		if err != nil {
			return err
		}
		out, err = facts.rank(nil)
		return err
	})
	return out, err
}

// SelectionScenario is what a board asks about before it decides. What is empty stays as
// it is.
type SelectionScenario struct {
	Budget    *money.Amount
	FundFirst []ident.ID // before all others, whatever their rank
	Without   []ident.ID // as if withdrawn
}

// SimulateSelection is the call's ranking as it would be frozen now, and as it would be
// under the scenario. Nothing is written. Who may read it is for the caller to know.
// Errors are of type [*Error] where the call has no ranking yet, or the scenario names
// what is not in it.
func (e *Engine) SimulateSelection(ctx context.Context, call ident.ID, a SelectionScenario) (before, after ranking.Snapshot, err error) {
	if before, err = e.Rank(ctx, call); err != nil {
		return before, after, err
	}
	what := ranking.Scenario{Budget: a.Budget, Ahead: texts(a.FundFirst), Without: texts(a.Without)}
	if refused := misimagined(before, what); len(refused) > 0 {
		return before, after, &Error{Refusals: refused}
	}
	after, err = ranking.Compute(before.Input.Under(what))
	return before, after, unrankable(err)
}

// misimagined is what is wrong with a scenario: it names proposals of the ranking, each
// once, and only such go ahead as reach the threshold.
func misimagined(s ranking.Snapshot, what ranking.Scenario) []Refusal {
	ranks := make(map[string]int, len(s.Lines))
	for _, line := range s.Lines {
		ranks[line.Proposal] = line.Rank
	}
	if most := len(s.Lines); len(what.Without)+len(what.Ahead) > most {
		return []Refusal{wrongValue("scenario", Text{
			LT: fmt.Sprintf("ne daugiau pasiūlymų, negu jų yra eilėje: %d", most), EN: fmt.Sprintf("at most the %d proposals of the ranking", most),
		})}
	}
	var out []Refusal
	if what.Budget != nil && *what.Budget < 0 {
		out = append(out, wrongValue("scenario.budget", money0.text))
	}
	for i, id := range what.Without {
		if _, there := ranks[id]; !there || slices.Contains(what.Without[:i], id) {
			out = append(out, wrongValue(fmt.Sprintf("scenario.without.%d", i), Text{
				LT: "šios eilės pasiūlymo, vieną kartą", EN: "a proposal of this ranking, once",
			}))
		}
	}
	for i, id := range what.Ahead {
		if ranks[id] == 0 || slices.Contains(what.Ahead[:i], id) || slices.Contains(what.Without, id) {
			out = append(out, wrongValue(fmt.Sprintf("scenario.fundFirst.%d", i), Text{
				LT: "mažiausią balą surinkusio šios eilės pasiūlymo, kuris nepaliekamas nuošalyje, vieną kartą",
				EN: "a proposal of this ranking that reaches the threshold and is not left out, once",
			}))
		}
	}
	return out
}

// rank computes the ranking of the call that the facts are of.
func (f *Facts) rank(lots []ident.ID) (ranking.Snapshot, error) {
	if refused := f.Call.unranked(); len(refused) > 0 {
		return ranking.Snapshot{}, &Error{Refusals: refused}
	}
	in := f.Call.competing(f.RuleSets)
	out, err := ranking.Compute(in)
	if err != nil {
		return out, unrankable(err)
	}
	if refused := f.Call.restated(out); len(refused) > 0 {
		return out, &Error{Refusals: refused}
	}
	if len(lots) == 0 {
		return out, nil
	}
	if refused := misdrawn(out, lots); len(refused) > 0 {
		return out, &Error{Refusals: refused}
	}
	for i, p := range in.Proposals {
		in.Proposals[i].Lot = slices.Index(lots, ident.ID(p.ID)) + 1
	}
	out, err = ranking.Compute(in)
	return out, unrankable(err)
}

// competing is what the ranking is computed from.
func (c *CallFacts) competing(sets []string) ranking.Input {
	in := ranking.Input{
		Call: string(c.ID), Budget: c.Budget, Policy: c.policy(), Aggregation: cmp.Or(c.Aggregation, rules.Mean),
		MinScore: rules.Score(c.MinScore), DivergenceLimit: c.DivergenceLimit, TieBreakers: c.TieBreakers,
		RuleSets: sets, Unverified: c.unverified(rules.DivergenceLimit),
	}
	for _, k := range c.Criteria {
		line := ranking.Criterion(k.scored())
		if k.PassFail {
			line.Max = 0
		}
		in.Criteria = append(in.Criteria, line)
	}
	for _, p := range c.Ranking {
		x := ranking.Proposal{ID: string(p.Proposal), SubmittedAt: p.SubmittedAt, Grant: p.Grant}
		for _, e := range p.Evaluations {
			x.Sheets = append(x.Sheets, c.sheet(e))
		}
		in.Proposals = append(in.Proposals, x)
	}
	return in
}

// sheet is what the evaluator gave, apart by points and by what is met.
func (c *CallFacts) sheet(e EvaluationFacts) ranking.Sheet {
	s := ranking.Sheet{Points: map[string]rules.Score{}}
	for _, k := range c.Criteria {
		points, given := e.Points[k.Code]
		switch {
		case !given || !e.Submitted:
		case !k.PassFail:
			s.Points[k.Code] = rules.Score(points)
		case s.Met == nil:
			s.Met = map[string]bool{k.Code: points > 0}
		default:
			s.Met[k.Code] = points > 0
		}
	}
	return s
}

// unranked says why the call has no ranking yet.
func (c *CallFacts) unranked() []Refusal {
	refuse := func(lt, en string, facts ...rules.Fact) []Refusal {
		return []Refusal{{Code: NotAllowedHere, Field: "callId", Facts: facts, Message: Text{LT: lt, EN: en}}}
	}
	switch {
	case !c.ReceivedListPublished:
		return []Refusal{{Code: NotAllowedHere, Field: "callId", Rule: "receivedListPublished", Message: factMessages["receivedListPublished"]}}
	case c.Unscored > 0:
		return refuse("Dar ne visi pasiūlymai turi galutinius balus: kol jų nėra, eilės nėra.",
			"Some proposals have no final score yet; until they have, there is no ranking.",
			rules.Fact{Name: "unscored", Value: strconv.Itoa(c.Unscored)})
	case len(c.Ranking) == 0:
		return refuse("Nė vienas kvietimo pasiūlymas neturi galutinių balų.", "No proposal of the call has a final score.")
	}
	return nil
}

// restated names the proposals whose final score on record is not what their sheets give,
// as after a correction that nobody has decided on yet.
func (c *CallFacts) restated(s ranking.Snapshot) []Refusal {
	record := make(map[string]rules.Score, len(c.Ranking))
	for _, p := range c.Ranking {
		record[string(p.Proposal)] = rules.Score(p.Score)
	}
	var out []Refusal
	for _, line := range s.Lines {
		if was := record[line.Proposal]; was != line.Final {
			out = append(out, Refusal{
				Code: Conflict, Field: "callId", Rule: "R-14", Message: Text{
					LT: fmt.Sprintf("Pasiūlymo %s galutinis balas yra %s, o pagal vertinimus būtų %s. Pirma nuspręskite dėl pataisymo.", line.Proposal, was, line.Final),
					EN: fmt.Sprintf("The final score of %s is %s; by its sheets it would be %s. Decide on the correction first.", line.Proposal, was, line.Final),
				},
				Facts: []rules.Fact{
					{Name: "proposal", Value: line.Proposal}, {Name: "finalScore", Value: was.String()}, {Name: "would", Value: line.Final.String()},
				},
			})
		}
	}
	return out
}

// misdrawn is what is wrong with lots: of a tie they name all proposals, each once, and
// no other.
func misdrawn(s ranking.Snapshot, lots []ident.ID) []Refusal {
	rank, size := map[string]int{}, map[int]int{}
	for _, line := range s.Lines {
		if line.Rank > 0 {
			rank[line.Proposal] = line.Rank
			size[line.Rank]++
		}
	}
	var out []Refusal
	drawn := map[int]bool{}
	for i, lot := range lots {
		at := rank[string(lot)]
		if size[at] < 2 || slices.Contains(lots[:i], lot) {
			out = append(out, wrongValue(fmt.Sprintf("lots.%d", i), Text{
				LT: "pasiūlymo, kurio nuo kito niekas neskiria, vieną kartą", EN: "a proposal that nothing tells from another, once",
			}))
			continue
		}
		drawn[at] = true
	}
	var lacking []string
	for _, line := range s.Lines {
		if drawn[line.Rank] && !slices.Contains(lots, ident.ID(line.Proposal)) {
			lacking = append(lacking, line.Proposal)
		}
	}
	if len(lacking) > 0 {
		list := strings.Join(lacking, ", ")
		out = append(out, wrongValue("lots", Text{LT: "ir kitų tos pačios vietos pasiūlymų: " + list, EN: "the others of the same place too: " + list}))
	}
	return out
}

// unrankable says why a ranking did not come out.
func unrankable(err error) error {
	var unscored *ranking.UnscoredError
	switch {
	case errors.As(err, &unscored):
		text := message(unscored.Result)
		return Refuse(RuleFailed, "callId", Text{LT: unscored.Proposal + ": " + text.LT, EN: unscored.Proposal + ": " + text.EN})
	case errors.Is(err, ranking.ErrInput):
		return Refuse(NotAllowedHere, "callId", Text{
			LT: "Iš kvietimo duomenų eilė nesusidaro: " + err.Error() + ".", EN: "No ranking comes of the call as it is: " + err.Error() + ".",
		})
	default:
		return err
	}
}
