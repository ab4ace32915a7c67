package rules

import "slices"

// Lang is a language of messages.
type Lang string

// The languages of messages. Any other Lang reads as EN.
const (
	LT Lang = "lt"
	EN Lang = "en"
)

// Verdict is how a rule came out.
type Verdict string

// The verdicts. A check answers Passed, Failed or Warned; Attested and
// Overruled are put in their place by a recorded act of staff.
const (
	Passed    Verdict = "PASSED"
	Failed    Verdict = "FAILED"
	Warned    Verdict = "WARNED"
	Attested  Verdict = "ATTESTED"
	Overruled Verdict = "OVERRULED"
)

// Fact is one value that a verdict rests on, in canonical text: money in the
// API form, instants in RFC 3339, dates in ISO 8601, percentages and scores
// with two decimals. A name that repeats is a list.
type Fact struct{ Name, Value string }

// reasonFact names the fact that picks one of a rule's texts.
const reasonFact = "reason"

// Result is what a rule said about the facts it was given.
type Result struct {
	Rule       string   // number in the catalogue, such as "R-06"
	Verdict    Verdict  // how it came out
	Path       string   // field to mend, such as "grantRequested"
	Facts      []Fact   // what it rests on
	Unverified []string // names of unverified legal parameters that took part
}

// OK holds for every verdict but Failed.
func (r Result) OK() bool { return r.Verdict != Failed }

// Code is the rule's number, such as "R-06".
func (r Result) Code() string { return r.Rule }

// Fact is the first value of the named fact, and whether there is one.
func (r Result) Fact(name string) (string, bool) {
	i := slices.IndexFunc(r.Facts, func(f Fact) bool { return f.Name == name })
	if i < 0 {
		return "", false
	}
	return r.Facts[i].Value, true
}

// Check is a rule together with the facts it is to judge.
type Check interface{ Check() Result }

func passed(rule, path string, facts ...Fact) Result {
	return Result{Rule: rule, Verdict: Passed, Path: path, Facts: facts}
}

// failed takes the reason that picks the text; "" picks the rule's own.
func failed(rule, path, reason string, facts ...Fact) Result {
	if reason != "" {
		facts = append([]Fact{{reasonFact, reason}}, facts...)
	}
	return Result{Rule: rule, Verdict: Failed, Path: path, Facts: facts}
}

func warned(rule, path, reason string, facts ...Fact) Result {
	r := failed(rule, path, reason, facts...)
	r.Verdict = Warned
	return r
}

// verdict is passed when ok, else the rule's own failure on the same facts.
func verdict(ok bool, rule, path string, facts ...Fact) Result {
	if ok {
		return passed(rule, path, facts...)
	}
	return failed(rule, path, "", facts...)
}

// resting adds the unverified parameters that took part.
func (r Result) resting(unverified []string) Result {
	r.Unverified = slices.Clone(unverified)
	return r
}

func list(name string, values []string) []Fact {
	facts := make([]Fact, len(values))
	for i, v := range values {
		facts[i] = Fact{name, v}
	}
	return facts
}
