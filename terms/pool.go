package terms

import (
	"slices"

	"github.com/atranka/atranka/ident"
)

// MemberOf finds the person in the pool; ok is false where they are not of it.
func MemberOf(pool []Member, person ident.ID) (m Member, ok bool) {
	i := slices.IndexFunc(pool, func(x Member) bool { return x.Person == person })
	if i < 0 {
		return Member{}, false
	}
	return pool[i], true
}

// Knows says whether the action is among the member's competences; whoever names none knows
// all.
func (m Member) Knows(action ident.ID) bool {
	return len(m.Competences) == 0 || slices.Contains(m.Competences, action)
}
