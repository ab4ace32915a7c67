package graph

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/atranka/atranka/graph/model"
	"github.com/atranka/atranka/workflow"
)

// forms say how a value of each scalar is written.
var forms = map[string]workflow.Text{
	"Money": moneyText,
	"Date": {
		LT: "Datą rašykite tekstu: kalendoriaus dieną, mėnesį arba metus, pavyzdžiui, „2016-01-15“, „2015-08“ arba „2015“.",
		EN: "Write the date as text: a day, month or year of the calendar, such as “2016-01-15”, “2015-08” or “2015”.",
	},
	"Time": {
		LT: "Laiką rašykite tekstu pagal RFC 3339, ne tiksliau kaip mikrosekundėmis, pavyzdžiui, „2019-12-31T21:59:59Z“.",
		EN: "Write the time as text by RFC 3339, no finer than microseconds, such as “2019-12-31T21:59:59Z”.",
	},
	"ID": {
		LT: "Tapatybę rašykite tekstu, pavyzdžiui, „prp_01h455vb4pex5vsknk084sn02q“.",
		EN: "Write the id as text, such as “prp_01h455vb4pex5vsknk084sn02q”.",
	},
	"Cursor": {
		LT: "Žymeklį paimkite iš ankstesnio atsakymo pageInfo arba edges.",
		EN: "Take the cursor from pageInfo or edges of an earlier answer.",
	},
	"Int":     {LT: "Rašykite sveikąjį skaičių be kabučių, pavyzdžiui, 25.", EN: "Write a whole number without quotes, such as 25."},
	"String":  {LT: "Rašykite tekstą kabutėse, pavyzdžiui, \"Turgaus aikštė\".", EN: "Write a text in quotes, such as \"Turgaus aikštė\"."},
	"Boolean": {LT: "Rašykite true arba false be kabučių.", EN: "Write true or false, without quotes."},
}

// form says how a value of the type is written, and whether one has to be.
func form(schema *ast.Schema, t *ast.Type) workflow.Text {
	m := formOf(schema.Types[t.Name()])
	if t.Elem != nil {
		m = workflow.Text{LT: "Čia rašomas sąrašas, o kiekvienas jo narys – taip: " + m.LT, EN: "This is a list; of each of its members: " + m.EN}
	}
	if t.NonNull {
		m = workflow.Text{LT: m.LT + " Reikšmė privaloma.", EN: m.EN + " A value is required."}
	}
	return m
}

func formOf(def *ast.Definition) workflow.Text {
	var names []string
	switch def.Kind {
	case ast.Enum:
		for _, v := range def.EnumValues {
			names = append(names, v.Name)
		}
		list := strings.Join(names, ", ")
		return workflow.Text{LT: "Rašykite vieną iš reikšmių: " + list + ".", EN: "Write one of " + list + "."}
	case ast.InputObject:
		for _, f := range def.Fields {
			names = append(names, f.Name)
		}
		list := strings.Join(names, ", ")
		return workflow.Text{LT: "Rašykite objektą, kurio laukai: " + list + ".", EN: "Write an object with the fields " + list + "."}
	default:
		return forms[def.Name]
	}
}

// illegible tells of a value that does not read: where it stands below name, and
// how a value is written there. The decoder's own words name Go types and know
// one language.
func illegible(schema *ast.Schema, name string, t *ast.Type, below ast.Path) workflow.Text {
	where := model.Brief(name)
	for _, step := range below {
		switch s := step.(type) {
		case ast.PathIndex:
			where += "." + strconv.Itoa(int(s))
			if t.Elem != nil { // a single value stands for a list of one
				t = t.Elem
			}
		case ast.PathName:
			def := schema.Types[t.Name()]
			f := def.Fields.ForName(string(s))
			if f == nil {
				wanted := formOf(def)
				return workflow.Text{
					LT: fmt.Sprintf("Objektas %s lauko %s neturi. %s", where, model.Brief(string(s)), wanted.LT),
					EN: fmt.Sprintf("The object %s has no field %s. %s", where, model.Brief(string(s)), wanted.EN),
				}
			}
			where += "." + f.Name
			t = f.Type
		}
	}
	wanted := form(schema, t)
	return workflow.Text{
		LT: fmt.Sprintf("Netinkama reikšmė %s. %s", where, wanted.LT),
		EN: fmt.Sprintf("The value of %s does not read. %s", where, wanted.EN),
	}
}
