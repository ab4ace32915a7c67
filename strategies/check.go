package strategies

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/atranka/atranka/clock"
)

// Two struct tags say how records hang together, so that a new field needs no
// code: names:"project" declares a name of that kind, once per strategy, and
// refers:"project|direction" demands one of those kinds. An empty reference is
// one that is not made.
const (
	namesTag  = "names"
	refersTag = "refers"
)

// names is the names declared in one strategy, by kind.
type names map[string]map[string]bool

// reserved is the names that need no record.
func reserved() names {
	return names{
		"direction": {EveryDirection: true},
		"person":    {ByClock: true},
		"subject":   {"strategy": true},
	}
}

func (n names) declare(kind, name string) (isNew bool) {
	if n[kind] == nil {
		n[kind] = map[string]bool{}
	}
	isNew = !n[kind][name]
	n[kind][name] = true
	return isNew
}

func (n names) has(kinds, name string) bool {
	for kind := range strings.SplitSeq(kinds, "|") {
		if n[kind][name] {
			return true
		}
	}
	return false
}

// checker collects what is wrong with one file.
type checker struct {
	file string
	root any
	errs []error
}

func (c *checker) refuse(path, format string, args ...any) {
	c.errs = append(c.errs, &ContentError{c.file, path, fmt.Sprintf(format, args...)})
}

// check is everything that the types cannot say.
func check(s Strategy, facts, invented string) error {
	f := &checker{file: facts, root: s}
	y := &checker{file: invented, root: s.Synthetic}
	known := reserved()
	f.declarations(known)
	y.declarations(known)
	for _, c := range []*checker{f, y} {
		c.references(known)
		c.forms(documents(s))
	}
	f.results(s.Results)
	f.sourced(s)
	y.marks()
	if s.Synthetic.Key != s.Key {
		y.refuse("key", "got %q, want %q as in %s", s.Synthetic.Key, s.Key, facts)
	}
	y.complete(s, known)
	y.reannounced(s.Synthetic)
	return errors.Join(append(f.errs, y.errs...)...)
}

func documents(s Strategy) map[DocumentID]Document {
	byID := map[DocumentID]Document{}
	for _, d := range s.Documents {
		byID[d.ID] = d
	}
	return byID
}

func (c *checker) declarations(known names) {
	c.walk(func(path string, v reflect.Value, tag reflect.StructTag) {
		kind, name := tag.Get(namesTag), fmt.Sprint(v.Interface())
		if kind != "" && !known.declare(kind, name) {
			c.refuse(path, "a second %s %q", kind, name)
		}
	})
}

func (c *checker) references(known names) {
	c.walk(func(path string, v reflect.Value, tag reflect.StructTag) {
		kinds, name := tag.Get(refersTag), fmt.Sprint(v.Interface())
		if kinds != "" && !v.IsZero() && !known.has(kinds, name) {
			c.refuse(path, "no %s is called %q", kinds, name)
		}
	})
}

// forms checks dates, moments, amounts and sources wherever they stand.
func (c *checker) forms(docs map[DocumentID]Document) {
	c.walk(func(path string, v reflect.Value, _ reflect.StructTag) {
		switch x := v.Interface().(type) {
		case clock.Date:
			if _, err := clock.ParseDate(string(x)); x != "" && err != nil {
				c.refuse(path, "%v", err)
			}
		case Moment:
			if _, err := clock.ParseInstant(string(x)); err != nil {
				c.refuse(path, "%v", err)
			}
		case Amount:
			if _, err := x.Cents(); err != nil {
				c.refuse(path, "%v", err)
			}
		case Source:
			c.source(path, x, docs)
		}
	})
}

func (c *checker) source(path string, s Source, docs map[DocumentID]Document) {
	d, known := docs[s.Doc]
	if !known {
		c.refuse(path, "no document %q", s.Doc)
		return
	}
	if (s.Line > 0) == (d.Class == Web) {
		c.refuse(path, "line %d of %s: a line of a kept text counts from 1, a web page has none", s.Line, s.Doc)
	}
}

// sourced demands a source where the type leaves it out for invented records.
func (c *checker) sourced(s Strategy) {
	for i, d := range s.Directions {
		c.fact(fmt.Sprintf("directions[%d]", i), d.Source, d.Synthetic)
	}
	for i, k := range s.ActivityKinds {
		c.fact(fmt.Sprintf("activityKinds[%d]", i), k.Source, k.Synthetic)
	}
	for i, f := range s.Findings {
		if len(f.Sources) == 0 {
			c.refuse(fmt.Sprintf("findings[%d]", i), "a finding without a source")
		}
	}
}

func (c *checker) fact(path string, source *Source, synthetic bool) {
	if source == nil || synthetic {
		c.refuse(path, "a fact without a source or one that says synthetic")
	}
}

// marks demands synthetic: true of every record that can say so.
func (c *checker) marks() {
	c.walk(func(path string, v reflect.Value, _ reflect.StructTag) {
		if v.Kind() != reflect.Struct {
			return
		}
		if m := v.FieldByName("Synthetic"); m.IsValid() && m.Kind() == reflect.Bool && !m.Bool() {
			c.refuse(path, "an invented record without synthetic: true")
		}
	})
}

// complete demands that every project can be walked and every promoter signed.
func (c *checker) complete(s Strategy, known names) {
	projects := slices.Clone(s.Projects)
	for _, p := range s.Synthetic.Projects {
		projects = append(projects, p.Project())
	}
	for _, p := range projects {
		if !known.has("case", p.Key) {
			c.refuse("cases", "no case for project %q", p.Key)
		}
	}
	for _, o := range s.Organisations {
		if !known.has("legal code", o.Key) {
			c.refuse("legalCodes", "no code for organisation %q", o.Key)
		}
	}
}

// reannounced demands that a call which offers the money of an annulled one again
// offers as much of each of its actions.
func (c *checker) reannounced(s Synthetic) {
	for i, again := range s.Calls {
		for _, annulled := range s.Calls {
			if annulled.Key != again.Reannounces {
				continue
			}
			for _, a := range annulled.Actions {
				if !slices.Contains(again.Actions, a) {
					c.refuse(fmt.Sprintf("calls[%d].reannounces", i), "%s of action %s was to be offered again", a.Budget, a.Code)
				}
			}
		}
	}
}

func (c *checker) results(results []Result) {
	for i, r := range results {
		path := fmt.Sprintf("results[%d]", i)
		if r.Value != nil && len(r.Parts) > 0 {
			c.refuse(path, "a value and parts: a record has one or the other")
		}
		if (len(r.Numbers()) == 0) != (r.PrintedAs == NotPrinted) {
			c.refuse(path+".printedAs", "%s with %d numbers", r.PrintedAs, len(r.Numbers()))
		}
		c.divisions(path, r.Parts)
	}
}

// divisions checks that what a part is divided into adds up to it.
func (c *checker) divisions(path string, parts []Part) {
	for i, p := range parts {
		sum := 0
		for _, of := range p.Of {
			sum += of.Value
		}
		if len(p.Of) > 0 && sum != p.Value {
			c.refuse(fmt.Sprintf("%s.parts[%d]", path, i), "divided into %d of %d", sum, p.Value)
		}
	}
}

// visitor is called with a value, the path of YAML keys to it and the tag of
// the field that holds it; the elements of a list have the list's tag.
type visitor func(path string, v reflect.Value, tag reflect.StructTag)

// walk visits everything in the file, depth first. The synthetic part of a
// strategy is not entered: it is a file of its own.
func (c *checker) walk(visit visitor) { walk(reflect.ValueOf(c.root), "", "", visit) }

func walk(v reflect.Value, path string, tag reflect.StructTag, visit visitor) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), path, tag, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), tag, visit)
		}
	case reflect.Struct:
		visit(path, v, tag)
		walkFields(v, path, visit)
	default:
		visit(path, v, tag)
	}
}

func walkFields(v reflect.Value, path string, visit visitor) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch key := f.Tag.Get("yaml"); {
		case key == "-":
		case key == ",inline":
			walk(v.Field(i), path, f.Tag, visit)
		case path == "":
			walk(v.Field(i), key, f.Tag, visit)
		default:
			walk(v.Field(i), path+"."+key, f.Tag, visit)
		}
	}
}
