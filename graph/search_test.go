package graph_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/atranka/atranka/workflow"
)

// inOrder are names in the order in which a Lithuanian reader looks them up.
var inOrder = []string{
	"Ąžuolo namai", "Bendruomenė „Aušra“", "Čiurlionio kiemas", "Ėglė ir Elnias", "Eglė ir Elnias 2", "Įkurtuvės", "Ypatingi vaikai",
	"Irklas", "Klaipėdos savanorių draugija", "Sostinės kiemas", "Šv. Pranciškaus onkologijos centras", "Zarasų krantas", "Žvejai",
}

// names are those of the organisations that a reply lists.
func names(r reply) []string {
	var out []string
	edges, _ := r.at("list", "edges").([]any)
	for i := range edges {
		name, _ := r.at("list", "edges", i, "node", "name").(string)
		out = append(out, name)
	}
	return out
}

// register puts the names into the registry, last first.
func (a *api) register(names ...string) {
	a.t.Helper()
	for _, name := range slices.Backward(names) {
		r := a.do(a.People[workflow.Administrator], "registerOrganisation", map[string]any{"name": name, "legalForm": "VSI", "idempotencyKey": a.key()})
		if r.at("subject", "id") == nil {
			a.t.Fatalf("register %s: got %s", name, r.body)
		}
	}
}

func TestListsAreInLithuanianOrder(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		want := slices.Clone(inOrder)
		a.register(inOrder...)
		ours := func(all []string) []string {
			return slices.DeleteFunc(all, func(name string) bool { return !slices.Contains(want, name) })
		}
		for direction, reversed := range map[string]bool{"ASC": false, "DESC": true} {
			if reversed {
				slices.Reverse(want)
			}
			r := a.must(public, fmt.Sprintf(`{ list: organisations(first: 100, orderBy: [{field: NAME, direction: %s}]) { edges { node { name } } } }`, direction), nil)
			if got := ours(names(r)); !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q", direction, got, want)
			}
			var paged []string
			for cursor := any(nil); ; {
				r := a.must(public, fmt.Sprintf(`query($after: Cursor) { list: organisations(first: 4, after: $after, orderBy: [{field: NAME, direction: %s}])
					{ pageInfo { hasNextPage endCursor } edges { node { name } } } }`, direction), map[string]any{"after": cursor})
				paged = append(paged, names(r)...)
				if cursor = r.at("list", "pageInfo", "endCursor"); r.at("list", "pageInfo", "hasNextPage") != true {
					break
				}
			}
			if got := ours(paged); !slices.Equal(got, want) {
				t.Errorf("%s by pages: got %q, want %q", direction, got, want)
			}
			if reversed {
				slices.Reverse(want)
			}
		}
	})
}

// TestPagesOfLongTitlesGoOn: names that a key does not tell apart are all
// listed, once, and their cursor is of a bounded length.
func TestPagesOfLongTitlesGoOn(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		long := strings.Repeat("Žmonių ", 70)
		a.register(long+"a", long+"b", long+"c")
		var got []string
		for cursor := any(nil); len(got) < 3; {
			r := a.must(public, `query($before: Cursor) { list: organisations(last: 1, before: $before, orderBy: [{field: NAME}], filter: {search: "zmones"})
				{ totalCount edges { cursor node { name } } } }`, map[string]any{"before": cursor})
			page := names(r)
			if len(page) != 1 || r.at("list", "totalCount") != 3.0 {
				t.Fatalf("after %d: got %s, want a page of one of three", len(got), r.body)
			}
			got = append(got, page[0])
			cursor = r.at("list", "edges", 0, "cursor")
			if text, _ := cursor.(string); len(text) > base64.StdEncoding.EncodedLen(1100) {
				t.Errorf("got a cursor of %d characters, want one of a bounded length", len(text))
			}
		}
		slices.Sort(got)
		if want := []string{long + "a", long + "b", long + "c"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want each once", got)
		}
	})
}

func TestSearchFindsWordsInAnyForm(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		a.register(inOrder...)
		for typed, want := range map[string][]string{
			"Šv.":                     {"Šv. Pranciškaus onkologijos centras"},
			"sv":                      {"Šv. Pranciškaus onkologijos centras"},
			"pranciskus SV":           {"Šv. Pranciškaus onkologijos centras"},
			"Klaipėda savanoris":      {"Klaipėdos savanorių draugija"},
			"klaipedoje savanoriams":  {"Klaipėdos savanorių draugija"},
			"kiemai":                  {"Čiurlionio kiemas", "Sostinės kiemas"},
			"kiem":                    {"Čiurlionio kiemas", "Sostinės kiemas"},
			"„Aušros“":                {"Bendruomenė „Aušra“"},
			"EGLĖ":                    {"Ėglė ir Elnias", "Eglė ir Elnias 2"},
			"rytas":                   nil,
			"kiemas savanoris":        nil,
			"%kiemas' OR 1=1 --":      nil,
			"k_emas":                  nil,
			"iemas":                   nil, // no word begins so
			strings.Repeat("kiem", 9): nil,
		} {
			r := a.must(public, `query($s: String) { list: organisations(first: 9, filter: {search: $s}, orderBy: [{field: NAME}]) { totalCount edges { node { name } } } }`,
				map[string]any{"s": typed})
			if got := names(r); !slices.Equal(got, want) || r.at("list", "totalCount") != float64(len(want)) {
				t.Errorf("%q: got %q of %v, want %q", typed, got, r.at("list", "totalCount"), want)
			}
		}
		all := a.must(public, `{ list: organisations(first: 0) { totalCount } }`, nil).at("list", "totalCount")
		for _, nothing := range []string{"", "%", " – "} {
			r := a.must(public, `query($s: String) { list: organisations(first: 0, filter: {search: $s}) { totalCount } }`, map[string]any{"s": nothing})
			if got := r.at("list", "totalCount"); got != all {
				t.Errorf("%q: got %v found, want all %v", nothing, got, all)
			}
		}
	})
}

// TestSearchInTitles of proposals and projects, whose lists are narrowed by
// who asks.
func TestSearchInTitles(t *testing.T) {
	each(t, func(t *testing.T, a *api) {
		p := a.listed()
		a.project(p)
		for typed, want := range map[string]float64{"projektas": 1, "PROJEKTU": 1, "proj": 1, string(p): 1, "kita": 0} {
			for _, list := range []string{"proposals", "projects"} {
				if typed == string(p) && list == "projects" {
					continue // the project's title has its own id
				}
				r := a.must(public, fmt.Sprintf(`query($s: String) { list: %s(first: 9, filter: {search: $s}, orderBy: [{field: TITLE}]) { totalCount edges { cursor } } }`, list),
					map[string]any{"s": typed})
				if got := r.at("list", "totalCount"); got != want {
					t.Errorf("%s by %q: got %v, want %v", list, typed, got, want)
				}
			}
		}
	})
}
