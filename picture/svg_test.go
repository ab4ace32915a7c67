package picture

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/workflow"
)

var update = flag.Bool("update", false, "write the goldens anew")

// small is a chart with one of each thing that is drawn.
func small(lang string, overlaid bool) workflow.Chart {
	state := func(name workflow.StateName, phase workflow.Phase, lt, en string) workflow.Drawn {
		label := map[string]string{"lt": lt, "en": en, "": string(name)}[lang]
		return workflow.Drawn{State: workflow.State{Name: name, Phase: phase}, Label: label}
	}
	open := state("open", workflow.PhaseSubmission, "Atverta", "Open")
	held := state("held", workflow.PhaseContract, "Pinigai rezervuoti <ir> laukia sprendimo", "Money held & waiting")
	held.HoldsMoney, held.Pays = true, true
	refused := state("refused", workflow.PhaseClosure, "Atmesta", "Refused")
	refused.Outcome, refused.Final = workflow.OutcomeNegative, true
	done := state("done", workflow.PhaseClosure, "Baigta", "Done")
	done.Outcome, done.Terminal = workflow.OutcomePositive, true
	if overlaid {
		day, hours := int64(24*60*60), int64(90*60)
		held.Live = workflow.Live{Cases: 3, Overdue: 1, MedianSeconds: &day}
		open.Live = workflow.Live{MedianSeconds: &hours}
	}
	return workflow.Chart{
		Kind: "toy", Version: 1, Lang: lang, Initial: "open", Overlaid: overlaid,
		States: []workflow.Drawn{open, held, refused, done},
		Arrows: []workflow.Arrow{
			{From: []workflow.StateName{"open"}, To: "held", Labels: []string{"hold", "keep"}},
			{From: []workflow.StateName{"open"}, To: "open", Labels: []string{"note"}},
			{From: []workflow.StateName{"open", "held"}, To: "refused", Many: "many_refuse", Labels: []string{"refuse"}},
			{From: []workflow.StateName{"held"}, To: "done", Labels: []string{"settle"}},
			{From: []workflow.StateName{"refused"}, To: "open", Labels: []string{"reopen"}},
		},
	}
}

func TestGoldens(t *testing.T) {
	for file, c := range map[string]workflow.Chart{
		"testdata/small.svg": small("lt", false), "testdata/overlaid.svg": small("en", true),
	} {
		got, err := SVG(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got other bytes (%v); look at the difference, then run with -update", file, err)
		}
	}
}

// TestEveryProcessIsDrawn: each state with its label and traits, each label of
// an arrow, as XML that reads, twice the same.
func TestEveryProcessIsDrawn(t *testing.T) {
	machines, err := workflow.LoadEmbedded(store.Known())
	if err != nil {
		t.Fatal(err)
	}
	for kind, m := range machines {
		for _, lang := range []string{"lt", "en"} {
			c := m.Chart(lang, nil)
			b, err := SVG(t.Context(), c)
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			text := content(t, b)
			for _, s := range c.States {
				if !strings.Contains(text, strings.ReplaceAll(s.Label, " ", "")) || !bytes.Contains(b, []byte(`<g id="`+string(s.Name)+`">`)) {
					t.Errorf("%s in %s: got no state %s with the label %q", kind, lang, s.Name, s.Label)
				}
			}
			for _, a := range c.Arrows {
				for _, l := range a.Labels {
					if !strings.Contains(text, strings.ReplaceAll(l, " ", "")) {
						t.Errorf("%s in %s: got no arrow %q", kind, lang, l)
					}
				}
			}
		}
	}
}

// content is all text of an XML document, without spaces: labels are broken
// into lines.
func content(t *testing.T, b []byte) string {
	t.Helper()
	var sb strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(b)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return strings.ReplaceAll(sb.String(), " ", "")
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			sb.Write(text)
		}
	}
}

// TestFiguresDoNotMoveThePicture: an overlay of other figures has the same
// places, so it takes no second layout.
func TestFiguresDoNotMoveThePicture(t *testing.T) {
	few, many := small("lt", true), small("lt", true)
	long := int64(999 * 24 * 60 * 60)
	many.States[1].Live = workflow.Live{Cases: 999, Overdue: 99, MedianSeconds: &long}
	a, err := SVG(t.Context(), few)
	if err != nil {
		t.Fatal(err)
	}
	laidOut := len(layouts.placed)
	b, err := SVG(t.Context(), many)
	if err != nil || bytes.Equal(a, b) || len(layouts.placed) != laidOut {
		t.Errorf("got equal pictures or %d layouts instead of %d (%v)", len(layouts.placed), laidOut, err)
	}
	if !bytes.Contains(b, []byte("čia 999 · vėluoja 99 · mediana 999,0 d")) {
		t.Errorf("got %s, want the figures in it", b)
	}
}

func TestTheLayoutEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := small("en", false)
	c.States[0].Label = "never drawn before"
	if _, err := SVG(ctx, c); err == nil {
		t.Error("got a picture, want the end of the context")
	}
}

func TestDagreIsAsPublished(t *testing.T) {
	sums, err := os.ReadFile("upstream/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(sums))
	for i := 0; i+1 < len(lines); i += 2 {
		b, err := os.ReadFile("upstream/" + lines[i+1])
		sum := sha256.Sum256(b)
		if err != nil || hex.EncodeToString(sum[:]) != lines[i] {
			t.Errorf("%s: got another digest (%v), want %s", lines[i+1], err, lines[i])
		}
	}
}
