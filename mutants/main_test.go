package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sound is a package with one rule and a test on each side of its line.
var sound = map[string]string{
	"go.mod": "module sample\n\ngo 1.26\n",
	"age/age.go": `package age

type Result struct{ Verdict string }

const Passed, Failed = "PASSED", "FAILED"

const seniority = "senior"

// Adult is R-01.
type Adult struct{ Age int }

// Check judges R-01.
func (c Adult) Check() Result {
	if c.Age < 18 {
		return Result{Failed}
	}
	return Result{Passed}
}

var computed = map[string]func(sight) Result{
	"senior": func(s sight) Result {
		switch {
		case s.age >= 65:
			return Result{Passed}
		default:
			return Result{Failed}
		}
	},
}

type sight struct{ age int }

// admits is a guard that is a condition.
func admits(guests, seats int) bool {
	if guests <= seats {
		return true
	}
	return false
}
`,
	"age/age_test.go": `package age

import "testing"

func TestAdult(t *testing.T) {
	for age, want := range map[int]string{17: Failed, 18: Passed} {
		if got := (Adult{age}).Check().Verdict; got != want {
			t.Errorf("%d: got %s, want %s", age, got, want)
		}
	}
}

func TestSenior(t *testing.T) {
	for age, want := range map[int]string{64: Failed, 65: Passed} {
		if got := computed["senior"](sight{age}).Verdict; got != want {
			t.Errorf("%d: got %s, want %s", age, got, want)
		}
	}
}

func TestAdmits(t *testing.T) {
	if !admits(1, 1) || admits(2, 1) {
		t.Error("got it wrong")
	}
}
`,
}

var sampleSuite = suite{
	folder: "age", inside: map[string][]string{"age.go": nil}, guards: []string{"R-01", "senior"},
	conditions: []condition{{"room", "admits", "guests <= seats"}},
}

// ask runs the command on the sample with some of its text replaced.
func ask(t *testing.T, s suite, equivalents, from, to string, args ...string) (code int, out, errs string) {
	t.Helper()
	root := t.TempDir()
	for name, text := range sound {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, from, to)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var o, e bytes.Buffer
	code = run(t.Context(), root, []suite{s}, equivalents, args, &o, &e)
	return code, o.String(), e.String()
}

func TestMutants(t *testing.T) {
	changed := func(change func(*suite)) suite {
		s := sampleSuite
		change(&s)
		return s
	}
	boundary := "age/age.go Adult.Check: c.Age <= 18"
	for name, tt := range map[string]struct {
		suite       suite
		equivalents string
		from, to    string
		args        []string
		code        int
		want        []string
	}{
		"tests that notice everything": {
			sampleSuite, "", "\x00", "", nil, exitKilled,
			[]string{
				"killed    age R-01 turned round: TestAdult\n", "killed    age R-01 holds always: TestAdult\n", "killed    age R-01 holds never: TestAdult\n",
				"killed    age senior turned round: TestSenior\n", "killed    age room turned round: TestAdmits\n",
				"7 mutants of guards, 5 of conditions inside them: 0 survived",
			},
		},
		"only guards": {sampleSuite, "", "18: Passed", "19: Passed", []string{"--guards"}, exitKilled, []string{"0 of conditions"}},
		"one side of a guard untested": {
			sampleSuite, "", "17: Failed, ", "", nil, exitSurvived,
			[]string{"killed    age R-01 turned round", "SURVIVED  age R-01 holds always\n"},
		},
		"a boundary untested":  {sampleSuite, "", "18: Passed", "19: Passed", nil, exitSurvived, []string{"SURVIVED  " + boundary + "\n"}},
		"an equivalent mutant": {sampleSuite, "# why\n" + boundary, "18: Passed", "19: Passed", nil, exitKilled, []string{"1 answer as"}},
		"one without a reason": {sampleSuite, "# why\n\n" + boundary, "18: Passed", "19: Passed", nil, exitRefused, []string{"no reason above"}},
		"one that is killed":   {sampleSuite, "# why\n" + boundary, "\x00", "", nil, exitSurvived, []string{"NOT EQUIVALENT  " + boundary + ": TestAdult"}},
		"one that is gone":     {sampleSuite, "# why\nage/gone.go", "\x00", "", nil, exitSurvived, []string{"NOT THERE  age/gone.go"}},
		"a guard under the name of a constant": {
			sampleSuite, "", `"senior": func(s sight)`, `seniority: func(s sight)`, nil, exitKilled, []string{"killed    age senior turned round: TestSenior\n"},
		},
		"a test inside another": {
			sampleSuite, "", `t.Errorf("%d: got %s, want %s", age, got, want)`, `t.Run("of age", func(t *testing.T) { t.Error(age, got, want) })`, nil, exitKilled,
			[]string{"R-01 turned round: TestAdult/of_age\n", "R-01 holds never: TestAdult/of_age\n"},
		},
		"what no test comes to":     {sampleSuite, "", "if !admits(1, 1) || admits(2, 1) {", "if false {", nil, exitSurvived, []string{"SURVIVED  age room turned round\n"}},
		"a panic kills":             {sampleSuite, "", `t.Error("got it wrong")`, `panic("wrong")`, nil, exitKilled, []string{"room turned round: TestAdmits"}},
		"tests that fail anyway":    {sampleSuite, "", "17: Failed", "17: Passed", nil, exitRefused, []string{"every mutant asleep, TestAdult fails"}},
		"a mutant without a binary": {sampleSuite, "", "\tif c.Age", "\tmutantAwake := \"\"\n\tif c.Age", nil, exitRefused, []string{"do not compile"}},
		"a test that is left out":   {changed(func(s *suite) { s.skip = "^TestAdult$" }), "", "\x00", "", nil, exitSurvived, []string{"SURVIVED  age R-01 turned round"}},
		"a guard that is not there": {changed(func(s *suite) { s.guards = []string{"R-01", "R-02", "senior"} }), "", "\x00", "", nil, exitRefused, []string{"R-02"}},
		"a guard that nobody named": {changed(func(s *suite) { s.guards = []string{"R-01"} }), "", "\x00", "", nil, exitRefused, []string{"senior"}},
		"a condition that is not":   {sampleSuite, "", "guests <= seats", "guests < seats+1", nil, exitRefused, []string{`the guard "room" was not found`}},
		"a function that is not there": {
			changed(func(s *suite) { s.inside = map[string][]string{"age.go": {"admit"}} }), "", "\x00", "", nil, exitRefused, []string{"admit of age/age.go"},
		},
		"names of some":              {sampleSuite, "", "\x00", "", []string{"--list", "--only", "senior"}, exitKilled, []string{"senior holds never\n"}},
		"names of none":              {sampleSuite, "", "\x00", "", []string{"--only", "nothing of the kind"}, exitKilled, []string{"0 mutants"}},
		"names":                      {sampleSuite, "", "\x00", "", []string{"--list"}, exitKilled, []string{"senior holds never\n", boundary + "\n"}},
		"help":                       {sampleSuite, "", "\x00", "", []string{"--help"}, exitKilled, []string{"Examples:\n"}},
		"an argument it cannot take": {sampleSuite, "", "\x00", "", []string{"rules"}, exitRefused, []string{"Usage:"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := ask(t, tt.suite, tt.equivalents, tt.from, tt.to, tt.args...)
			if code != tt.code {
				t.Errorf("got exit %d, want %d\nout: %s\nerr: %s", code, tt.code, out, errs)
			}
			for _, want := range tt.want {
				if !strings.Contains(out+errs, want) {
					t.Errorf("got %s%s, want %q in it", out, errs, want)
				}
			}
		})
	}
}
