package picture

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/atranka/atranka/workflow"
)

var forms = map[string]func(context.Context, workflow.Chart) ([]byte, error){
	"mermaid": func(_ context.Context, c workflow.Chart) ([]byte, error) { return []byte(c.Mermaid()), nil },
	"dot":     func(_ context.Context, c workflow.Chart) ([]byte, error) { return []byte(c.DOT()), nil },
	"svg":     SVG,
}

// Forms are those that [Draw] knows, ascending.
func Forms() []string { return slices.Sorted(maps.Keys(forms)) }

// Draw draws the chart in one of the [Forms]; another is an error, as is a layout
// that outlives ctx.
func Draw(ctx context.Context, form string, c workflow.Chart) ([]byte, error) {
	draw, known := forms[form]
	if !known {
		return nil, fmt.Errorf("there is no form %q, only %s", form, Forms())
	}
	return draw(ctx, c)
}
