package picture

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
)

//go:embed upstream/dagre.min.js
var dagre string

// box is a node to be placed, or the text of an edge.
type box struct {
	ID     string  `json:"id"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// edge leads from one box to another; its text takes place too.
type edge struct {
	From string `json:"from"`
	To   string `json:"to"`
	Text box    `json:"text"`
}

// plan is what has to be placed.
type plan struct {
	Boxes []box  `json:"boxes"`
	Edges []edge `json:"edges"`
}

type point struct{ X, Y float64 }

// placed is a plan with its places: the middle of each box, and of each edge
// the points that it runs through and the middle of its text, all in the plan's
// order.
type placed struct {
	Width, Height float64
	Boxes         []point
	Edges         []struct {
		Points []point
		X, Y   float64
	}
}

// layouts are the plans that were placed, by their JSON. There are as many as
// machines, languages and forms, and one takes half a second.
var layouts = struct {
	sync.Mutex
	program *goja.Program
	placed  map[string]placed
}{placed: map[string]placed{}}

// missing is what dagre takes from browsers: it copies plain points by it.
const missing = `globalThis.structuredClone = value => JSON.parse(JSON.stringify(value))`

// run places what input says. Equal inputs are placed alike: dagre takes no
// chance, and reads the clock only to report how long it took.
const run = `(function(input) {
	const plan = JSON.parse(input);
	const g = new dagre.graphlib.Graph({multigraph: true});
	g.setGraph({rankdir: "TB", nodesep: 24, edgesep: 14, ranksep: 26, marginx: 16, marginy: 16});
	for (const b of plan.boxes) g.setNode(b.id, {width: b.width, height: b.height});
	for (const e of plan.edges) {
		g.setEdge(e.from, e.to, {width: e.text.width, height: e.text.height, labelpos: "c"}, e.text.id);
	}
	dagre.layout(g);
	return JSON.stringify({
		width: g.graph().width, height: g.graph().height,
		boxes: plan.boxes.map(b => { const n = g.node(b.id); return {x: n.x, y: n.y}; }),
		edges: plan.edges.map(e => { const l = g.edge(e.from, e.to, e.text.id); return {points: l.points, x: l.x, y: l.y}; }),
	});
})`

// place lays a plan out, once. It ends with ctx.
func place(ctx context.Context, p plan) (placed, error) {
	input, err := json.Marshal(p)
	if err != nil {
		return placed{}, err
	}
	layouts.Lock()
	defer layouts.Unlock()
	if out, done := layouts.placed[string(input)]; done {
		return out, nil
	}
	if layouts.program == nil {
		if layouts.program, err = load(); err != nil {
			return placed{}, err
		}
	}
	out, err := layOut(ctx, layouts.program, string(input))
	if err == nil {
		layouts.placed[string(input)] = out
	}
	return out, err
}

func load() (*goja.Program, error) {
	// The map of its sources is not among the files, and would be looked for.
	script, err := goja.Parse("dagre.min.js", dagre, parser.WithDisableSourceMaps)
	if err != nil {
		return nil, fmt.Errorf("read dagre: %w", err)
	}
	return goja.CompileAST(script, false)
}

func layOut(ctx context.Context, script *goja.Program, input string) (placed, error) {
	vm := goja.New()
	stop := context.AfterFunc(ctx, func() { vm.Interrupt(ctx.Err()) })
	defer stop()
	if _, err := vm.RunString(missing); err != nil {
		return placed{}, err
	}
	if _, err := vm.RunProgram(script); err != nil {
		return placed{}, fmt.Errorf("load dagre: %w", err)
	}
	f, err := vm.RunString(run)
	if err != nil {
		return placed{}, err
	}
	call, _ := goja.AssertFunction(f)
	v, err := call(goja.Undefined(), vm.ToValue(input))
	if err != nil {
		return placed{}, fmt.Errorf("lay out: %w", err)
	}
	var out placed
	err = json.Unmarshal([]byte(v.String()), &out)
	return out, err
}
