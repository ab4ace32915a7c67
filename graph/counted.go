package graph

import (
	"fmt"

	"github.com/atranka/atranka/workflow"
)

// page is so many of a list after the first ones, where the list is counted and has no
// cursors. A page that is too large is refused.
func page[T any](all []T, first, after int) ([]T, error) {
	most := DefaultLimits().Page
	if first < 1 || first > most || after < 0 {
		return nil, workflow.Refuse(workflow.PageSize, "first", workflow.Text{
			LT: fmt.Sprintf("Prašykite 1–%d eilučių po neneigiamo skaičiaus praleistų.", most),
			EN: fmt.Sprintf("Ask for 1 to %d lines, after none or more.", most),
		})
	}
	after = min(after, len(all))
	return all[after:min(after+first, len(all))], nil
}

// counted is a page of a list in the form of the API.
func counted[T, M any](all []T, first, after int, of func(T) *M) ([]*M, error) {
	some, err := page(all, first, after)
	out := make([]*M, len(some))
	for i, x := range some {
		out[i] = of(x)
	}
	return out, err
}
