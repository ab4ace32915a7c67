package terms

import (
	"slices"
	"strings"
)

// Results are all that an item can come to, in their order.
func Results() []Result { return []Result{Met, NotMet, NotApplicable} }

// ItemOf finds the item of the code; ok is false where the list has none such.
func ItemOf(items []Item, code string) (item Item, ok bool) {
	i := slices.IndexFunc(items, func(x Item) bool { return x.Code == code })
	if i < 0 {
		return Item{}, false
	}
	return items[i], true
}

// AnswerTo finds the answer to the item of the code; ok is false where there is none.
func AnswerTo(answers []Answer, code string) (answer Answer, ok bool) {
	i := slices.IndexFunc(answers, func(x Answer) bool { return x.Item == code })
	if i < 0 {
		return Answer{}, false
	}
	return answers[i], true
}

// Merged are the answers with those given in the place of former ones, in the order of the
// items. What answers no item is left out.
func Merged(items []Item, former, given []Answer) []Answer {
	out := []Answer{}
	for _, item := range items {
		answer, answered := AnswerTo(given, item.Code)
		if !answered {
			answer, answered = AnswerTo(former, item.Code)
		}
		if answered {
			out = append(out, answer)
		}
	}
	return out
}

// Unanswered are the codes of the items that nothing is answered to, in their order.
func Unanswered(items []Item, answers []Answer) []string {
	var out []string
	for _, item := range items {
		if _, answered := AnswerTo(answers, item.Code); !answered {
			out = append(out, item.Code)
		}
	}
	return out
}

// Failing are the answers by which an item is not met.
func Failing(answers []Answer) []Answer {
	return slices.DeleteFunc(slices.Clone(answers), func(a Answer) bool { return a.Result != NotMet })
}

// Of are the answers that judge the version of the proposal or a later one: what was found in
// papers that have been replaced says nothing of those that replace them.
func Of(version int, answers []Answer) []Answer {
	return slices.DeleteFunc(slices.Clone(answers), func(a Answer) bool { return a.Version < version })
}

// Judged is the last version that any of the answers judges, 0 without answers.
func Judged(answers []Answer) int {
	last := 0
	for _, a := range answers {
		last = max(last, a.Version)
	}
	return last
}

// Codes are the codes of the answers' items in one text, by commas: a code has none.
func Codes(answers []Answer) string {
	codes := make([]string, len(answers))
	for i, a := range answers {
		codes[i] = a.Item
	}
	return strings.Join(codes, ",")
}
