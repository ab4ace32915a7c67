package workflow

import (
	"fmt"
	"strings"
	"testing"
)

func TestVersionsDifferByFields(t *testing.T) {
	const own = "prp_1"
	version := func(fields string, lines ...string) string {
		records := []string{fmt.Sprintf(`{"type":"Proposal","id":%q,"set":{"version":%d,%s}}`, own, len(lines), fields)}
		for i, line := range lines {
			records = append(records, fmt.Sprintf(`{"type":"BudgetLine","id":"bln_%d","create":true,"set":{"ordinal":%d,%s}}`, i, i+1, line))
		}
		return "[" + strings.Join(records, ",") + "]"
	}
	first := version(`"title":"A","kinds":["K1"],"place":null`, `"amount":"1.00"`, `"amount":"2.00"`)
	for name, tt := range map[string]struct{ was, is, want string }{
		"nothing":                 {first, first, ""},
		"other rows, same fields": {first, strings.ReplaceAll(first, "bln_", "bln_x"), ""},
		"a text":                  {first, strings.Replace(first, `"A"`, `"B"`, 1), "Proposal 0 title A B"},
		"a list":                  {first, strings.Replace(first, `"K1"`, `"K1","K2"`, 1), `Proposal 0 kinds ["K1"] ["K1","K2"]`},
		"what was not told":       {first, strings.Replace(first, `"place":null`, `"place":"X"`, 1), "Proposal 0 place - X"},
		"what is no longer told":  {strings.Replace(first, `"place":null`, `"place":"X"`, 1), first, "Proposal 0 place X -"},
		"the second line":         {first, strings.Replace(first, `"2.00"`, `"3.00"`, 1), "BudgetLine 2 amount 2.00 3.00"},
		"a line less":             {first, version(`"title":"A","kinds":["K1"]`, `"amount":"1.00"`), "BudgetLine 2 amount 2.00 -"},
		"both": {
			first, version(`"title":"B","kinds":["K1"]`, `"amount":"1.00"`, `"amount":"2.00"`, `"amount":"9.00"`),
			"Proposal 0 title A B; BudgetLine 3 amount - 9.00",
		},
		"lines of several kinds": {
			`[{"type":"Score","id":"1","set":{"x":"a"}},{"type":"Line","id":"2","set":{"x":"a"}},{"type":"Line","id":"3","set":{"x":"a"}},{"type":"Zone","id":"prp_1","set":{"x":"a"}}]`,
			`[{"type":"Zone","id":"prp_1","set":{"x":"b"}},{"type":"Line","id":"4","set":{"x":"b"}},{"type":"Line","id":"5","set":{"x":"b"}},{"type":"Score","id":"6","set":{"x":"b"}}]`,
			"Zone 0 x a b; Line 1 x a b; Line 2 x a b; Score 1 x a b",
		},
	} {
		changes, err := Differences(own, []byte(tt.was), []byte(tt.is))
		var got []string
		for _, c := range changes {
			text := func(s *string) string {
				if s == nil {
					return "-"
				}
				return *s
			}
			got = append(got, fmt.Sprint(c.Record, " ", c.Line, " ", c.Field, " ", text(c.Was), " ", text(c.Is)))
		}
		if all := strings.Join(got, "; "); err != nil || all != tt.want {
			t.Errorf("%s: got %q, %v, want %q", name, all, err, tt.want)
		}
	}
	for _, tt := range [][2]string{{"", first}, {first, "{"}} {
		if _, err := Differences(own, []byte(tt[0]), []byte(tt[1])); err == nil || !strings.Contains(err.Error(), own) {
			t.Errorf("%.9q and %.9q: got %v, want an error that names the proposal", tt[0], tt[1], err)
		}
	}
}
