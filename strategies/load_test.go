package strategies

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// edited is the embedded files with the first old of one file replaced.
func edited(t *testing.T, name, old, replacement string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		src, err := files.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() == name {
			if !strings.Contains(string(src), old) {
				t.Fatalf("%s does not contain %q", name, old)
			}
			src = []byte(strings.Replace(string(src), old, replacement, 1))
		}
		all[e.Name()] = &fstest.MapFile{Data: src}
	}
	return all
}

func TestLoadRefusesUnreadableFilesWithLineAndColumn(t *testing.T) {
	for _, c := range []struct {
		what, src string
		want      SyntaxError
	}{
		{"an unknown key", "key: a\nbogus: 1\n", SyntaxError{Line: 2, Column: 1}},
		{"an unknown key inside a record", "lag: {name: a, nome: b}\n", SyntaxError{Line: 1, Column: 16}},
		{"a repeated key", "key: a\nkey: b\n", SyntaxError{Line: 2, Column: 1}},
		{"a word for a number", "goals: [{number: x}]\n", SyntaxError{Line: 1, Column: 18}},
		{"an open list", "key: [\n", SyntaxError{Line: 1, Column: 6}},
		{"a list for a record", "lag: []\n", SyntaxError{Line: 1, Column: 6}},
	} {
		var s Strategy
		err := decode("f.yaml", []byte(c.src), &s)
		var got *SyntaxError
		if !errors.As(err, &got) || got.File != "f.yaml" || got.Line != c.want.Line || got.Column != c.want.Column {
			t.Errorf("%s: got %v, want a SyntaxError at f.yaml:%d:%d", c.what, err, c.want.Line, c.want.Column)
		}
	}
}

func TestLoadRefusesWhatCannotBeRight(t *testing.T) {
	const facts, invented = "klaipeda.yaml", "klaipeda-synthetic.yaml"
	for _, c := range []struct {
		what, file, old, replacement, path string
	}{
		{"a date that no calendar has", facts, "foundedOn: 2015-08", "foundedOn: 2015-13", "lag.foundedOn"},
		{"the malformed money itself", facts, `readAs: "1493200.00"`, `readAs: "1.493200,00"`, "fundingPlan[0].readAs"},
		{"an undeclared document", facts, "statedIn: {doc: klaipeda-2019", "statedIn: {doc: klaipeda-2020", "fundingPlan[0].statedIn"},
		{"a source without a line", facts, "statedIn: {doc: klaipeda-2019, line: 3}", "statedIn: {doc: klaipeda-2019}", "fundingPlan[0].statedIn"},
		{"no source at all", facts, ", statedIn: {doc: klaipeda-2019, line: 3}", "", "fundingPlan[0].statedIn"},
		{"an unknown promoter", facts, "promoter: liberi", "promoter: libero", "projects[10].promoter"},
		{"an unknown finding", facts, "finding: Q8", "finding: Q18", "fundingPlan[0].finding"},
		{"an unknown subject of a finding", facts, "subjects: [strategy]", "subjects: [P16]", "findings[0].subjects[0]"},
		{"a direction without a source", "marijampole.yaml", "printed: verslumo skatinimą, exhaustive: false, source: {doc: marijampole-consultation, line: 9}", "exhaustive: false", "directions[2]"},
		{"a fact that says it is invented", "marijampole.yaml", "name: maitinimas, ", "name: maitinimas, synthetic: true, ", "activityKinds[0]"},
		{"a finding without a source", facts, "sources: [{doc: klaipeda-2019, line: 17}]", "sources: []", "findings[15]"},
		{"a project twice", facts, "- key: P2\n", "- key: P1\n", "projects[1].key"},
		{"a value beside parts", facts, "parts: [{label: first contest", "value: 20, parts: [{label: first contest", "results[14]"},
		{"a number said not to be printed", facts, "value: 5, printedAs: NUMERAL", "value: 5, printedAs: NONE", "results[0].printedAs"},
		{"a part that does not add up", facts, "{label: Klaipėdoje, value: 2}", "{label: Klaipėdoje, value: 3}", "results[27].parts[2]"},
		{"an invented person not marked", invented, "gender: F, synthetic: true}", "gender: F}", "people[0]"},
		{"an invented case not marked", invented, "- project: P1\n    synthetic: true\n", "- project: P1\n", "cases[0]"},
		{"another strategy's invention", invented, "key: klaipeda\n", "key: marijampole\n", "key"},
		{"a project without a case", invented, "- project: P15\n", "- project: P14\n", "cases"},
		{"a promoter without a code", invented, "- {organisation: liberi, code: ", "- {organisation: bonum-solutio, code: ", "legalCodes"},
		{"an invented web line", invented, "line: 0", "line: 1", "actions[1].codeSource"},
		{"a step by nobody", invented, "by: administrator, role: ADMINISTRATOR, data: {publicationUrl", "by: nobody, role: ADMINISTRATOR, data: {publicationUrl", "calls[0].steps[1].by"},
		{"an invented project without a case", invented, "- project: L22\n", "- project: L21\n", "cases"},
		{"less money than was to be announced again", invented, "reannounces: 2018-V-2", "reannounces: 2018-V", "calls[3].reannounces"},
		{"a moment without an offset", invented, "at: 2017-05-15T16:00:00+03:00", "at: 2017-05-15T16:00:00", "calls[0].steps[0].at"},
		{"a vote by somebody off the board", invented, "against: [seat-3]", "against: [auditor]", "cases[13].decision.against[0]"},
	} {
		key, _, _ := strings.Cut(strings.TrimSuffix(c.file, ".yaml"), "-")
		_, err := loadOne(edited(t, c.file, c.old, c.replacement), key)
		if !refused(err, c.file, c.path) {
			t.Errorf("%s: got %v, want a ContentError at %s: %s", c.what, err, c.file, c.path)
		}
	}
}

// refused looks for the place among all joined errors.
func refused(err error, file, path string) bool {
	var content *ContentError
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			if refused(e, file, path) {
				return true
			}
		}
		return false
	}
	if errors.As(err, &content) && content.File == file && content.Path == path {
		return true
	}
	inner := errors.Unwrap(err)
	return inner != nil && refused(inner, file, path)
}

func TestLoadNamesAMissingFile(t *testing.T) {
	if _, err := load(fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}

func TestErrorsNameTheirPlace(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&SyntaxError{"f.yaml", 3, 7, "broken"}, "f.yaml:3:7: broken"},
		{&ContentError{"f.yaml", "projects[3].promoter", "unknown"}, "f.yaml: projects[3].promoter: unknown"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"key: a\n", "lag: {name: a, foundedOn: 2015-08}\n", "goals: [{number: 1}]\n", "key: [", "\xff", "? a\n: b\n",
		"results: [{value: 5, parts: [{label: a, value: 1}]}]\n", "key: &a x\ntitle: {text: *a}\n", "- 1\n", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var s Strategy
		var syntax *SyntaxError
		if err := decode("f.yaml", src, &s); err != nil && !errors.As(err, &syntax) {
			t.Fatalf("%q: got %v, want no error or a SyntaxError", src, err)
		}
		// What reads must also be checkable, however little of it is right.
		_ = check(s, "f.yaml", "f-synthetic.yaml")
	})
}
