package workflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
)

// kindAdopted is the kind of the entry that a rule set stands in.
const kindAdopted = "ruleSet.adopt"

// AdoptRuleSet puts a dated layer of parameters in force. It is never changed: a
// value ends where the next of its layer begins. An office adopts for days to come,
// with a second person; what was in force before is loaded by the engine alone.
// Which day decides by which version a rule judges is [rules.Governing].
type AdoptRuleSet struct {
	LAG      ident.ID // whose it is in the layer LAG; empty in the others
	Layer    rules.Layer
	Version  string
	From, To clock.Date
	// LegalRefs are the acts that it rests on, Decision the approving one.
	LegalRefs []string
	Decision  string
	Document  ident.ID
	// Parameters take layer and days from the set.
	Parameters []rules.Parameter
	Reason     string
	// DryRun checks it and adopts nothing.
	DryRun         bool
	IdempotencyKey string
	Sourced
}

func (a AdoptRuleSet) subject() ident.ID              { return a.LAG }
func (a AdoptRuleSet) once() (string, any)            { return a.IdempotencyKey, a }
func (a AdoptRuleSet) looks() bool                    { return a.DryRun }
func (a AdoptRuleSet) carryOut(s *step) (Done, error) { return s.adopt(a) }
func (a AdoptRuleSet) attempted(*step) (attempt, error) {
	return attempt{id: a.LAG, lag: a.LAG, event: kindAdopted}, nil
}
func (a AdoptRuleSet) reason() string { return a.Reason }
func (AdoptRuleSet) name() string     { return kindAdopted }

func (a AdoptRuleSet) facts() []rules.Fact {
	out := []rules.Fact{
		{Name: "version", Value: fmt.Sprintf("%s@%s", a.Layer, a.Version)}, {Name: "from", Value: string(a.From)}, {Name: "decision", Value: a.Decision},
	}
	for _, p := range a.Parameters {
		out = append(out, rules.Fact{Name: p.Name, Value: p.Value})
	}
	return out
}

// dated are the parameters with the layer and the days of the set.
func (a AdoptRuleSet) dated() []rules.Parameter {
	out := make([]rules.Parameter, len(a.Parameters))
	for i, p := range a.Parameters {
		p.Layer, p.From, p.To = a.Layer, a.From, a.To
		out[i] = p
	}
	return out
}

// RuleSetFacts is a rule set that was adopted.
type RuleSetFacts struct {
	LAG        ident.ID
	Layer      rules.Layer
	Version    string
	Parameters []rules.Parameter
}

// adopt checks the set beside those that are there, has it confirmed, and writes it.
func (s *step) adopt(a AdoptRuleSet) (Done, error) {
	if !s.actor.System() {
		if err := s.officer(a.LAG); err != nil {
			return Done{}, err
		}
	}
	about, err := s.officeOf(a.LAG) // before what is there is read: of two at once one waits
	if err != nil {
		return Done{}, err
	}
	refused, err := s.unadoptable(a)
	if err != nil {
		return Done{}, err
	}
	id := s.IDs.New(ident.RuleSet)
	text, err := json.Marshal(a.dated())
	if err != nil {
		return Done{}, err
	}
	changes := []Change{create("RuleSet", id, a.Into(Values{
		"layer": string(a.Layer), "lagId": idOrNull(a.LAG), "version": a.Version, "effectiveFrom": a.From,
		"effectiveTo": dateOrNull(a.To), "legalRefs": append([]string{}, a.LegalRefs...), "decision": orNull(a.Decision), "parameters": string(text),
	}))}
	refused = append(refused, unfit(changes, s.now)...)
	if len(refused) > 0 {
		return Done{}, &Error{Refusals: refused}
	}
	if a.DryRun {
		s.dry = true
		return Done{}, nil
	}
	if !s.actor.System() && s.second.Person == "" {
		pending, err := s.await(a.LAG, Kept{Adopt: &a})
		return Done{Pending: pending}, err
	}
	entry, err := s.writeOffice(about, id, "RuleSet", kindAdopted, changes, Body{Document: a.Document, Reason: confided(a.Reason)})
	return Done{Subject: Subject{ID: id, LAG: a.LAG, Dossier: about.Dossier}, Dossier: entry.Dossier, N: entry.N}, err
}

// unadoptable is what stands against the set.
func (s *step) unadoptable(a AdoptRuleSet) ([]Refusal, error) {
	var out []Refusal
	if (a.Layer == rules.Local) != (a.LAG != "") {
		out = append(out, wrongValue("layer", Text{
			LT: "LAG su lagId, o EU ar NATIONAL – be jo", EN: "LAG together with lagId, EU or NATIONAL without it",
		}))
	}
	if !word.holds(a.Version, s.now) {
		out = append(out, wrongValue("version", word.text))
	}
	if !s.actor.System() {
		out = append(out, s.unprepared(a)...)
	}
	for i, p := range a.Parameters {
		if err := p.Check(); err != nil {
			out = append(out, wrongValue(fmt.Sprintf("parameters.%d", i), Text{
				LT: "žinomo pavadinimo reikšmė, pavyzdžiui, scores.divergenceLimit 20.00 (" + err.Error() + ")",
				EN: "a value of a known name, such as scores.divergenceLimit 20.00 (" + err.Error() + ")",
			}))
		}
	}
	sets, err := s.tx.RuleSets(a.LAG)
	if err != nil {
		return nil, err
	}
	var all []rules.Parameter
	for _, x := range sets {
		if x.LAG == a.LAG && x.Layer == a.Layer && x.Version == a.Version {
			out = append(out, Refusal{Code: Conflict, Field: "version", Message: Text{
				LT: fmt.Sprintf("Tokia versija jau yra: %s@%s. Paimkite kitą.", a.Layer, a.Version),
				EN: fmt.Sprintf("There is such a version already: %s@%s. Take another.", a.Layer, a.Version),
			}})
		}
		all = append(all, x.Parameters...)
	}
	if _, err := rules.NewRuleSet(append(all, a.dated()...)...); errors.Is(err, rules.ErrBadParameter) && len(out) == 0 {
		out = append(out, wrongValue("parameters", Text{
			LT: "reikšmės, kurios dar niekas nenustatė nuo tos pačios dienos (" + err.Error() + ")",
			EN: "values that nothing sets from the same day on (" + err.Error() + ")",
		}))
	}
	return out, nil
}

// unprepared is what an office lacks: it adopts something, for a reason, on a paper,
// and not for days gone by, by which calls may have opened.
func (s *step) unprepared(a AdoptRuleSet) []Refusal {
	var out []Refusal
	if len(a.Parameters) == 0 {
		out = append(out, wrongValue("parameters", Text{LT: "bent viena reikšmė", EN: "at least one value"}))
	}
	if a.From <= s.now.Day() {
		out = append(out, Refusal{Code: DateRefused, Field: "from", Message: Text{
			LT: fmt.Sprintf("Taisyklės įsigalioja ne anksčiau kaip %s: pagal ankstesnes jau galėjo prasidėti kvietimai.", s.now.Day().AddDays(1)),
			EN: fmt.Sprintf("Rules come into force on %s at the earliest: calls may have opened under those before.", s.now.Day().AddDays(1)),
		}})
	}
	if strings.TrimSpace(a.Decision) == "" {
		out = append(out, wrongValue("decision", Text{LT: "sprendimas, kuriuo patvirtinta", EN: "the decision that approved it"}))
	}
	if strings.TrimSpace(a.Reason) == "" && !a.DryRun {
		out = append(out, reasonNeeded())
	}
	if !paragraph.holds(a.Reason, s.now) {
		out = append(out, wrongValue("reason", paragraph.text))
	}
	return out
}
