package workflow

import (
	"maps"
	"slices"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
)

// OpenMatter begins a matter beside a case: an amendment, a payment claim, a
// progress report, a recovery, an appeal or an irregularity beside a proposal, the
// minutes beside a meeting. Who may begin it,
// about what, in which forms and with which facts is for the definition of its
// kind to say.
type OpenMatter struct {
	ID   ident.ID // a fresh one where it is empty
	Kind Kind
	// Dossier is that of the proposal or the meeting beside which it runs, Subject what it
	// is about in it.
	LAG, Dossier, Subject ident.ID
	Form                  string
	Given                 []Given
	OnBehalfOf            Role
	Document              ident.ID
	EffectiveOn           clock.Date
	Synthetic             bool
}

// OpenMatter is the act; it stands in the dossier of the case. What the kind
// does not take, and what it lacks, is refused.
func (e *Engine) OpenMatter(a OpenMatter) (Record, error) {
	m := e.Machines.For(a.LAG, a.Kind)
	if m == nil || m.Begins() == nil {
		return Record{}, &Error{Refusals: []Refusal{wrongValue("kind", oneOf(e.Machines.begun()...).text)}}
	}
	t := m.Begins().transition()
	roles := a.roles(t)
	if len(roles) == 0 {
		_, refused := capacity(Actor{}, Subject{}, t, a.OnBehalfOf)
		return Record{}, &Error{Refusals: refused}
	}
	data, refused := readData(t.Data, a.Given)
	refused = append(refused, unfitRow(matter, data, "facts.", e.Clock.Now())...)
	refused = append(refused, (&step{Engine: e}).unknown(Fire{Given: a.Given}, m, t)...)
	if forms := m.Begins().Forms; !slices.Contains(forms, a.Form) && (a.Form != "" || len(forms) > 0) {
		refused = append(refused, wrongValue("form", formsOf(forms)))
	}
	if a.OnBehalfOf != "" && a.Document == "" {
		refused = append(refused, documentNeeded())
	}
	if len(refused) > 0 {
		return Record{}, &Error{Refusals: refused}
	}
	if a.ID == "" {
		a.ID = e.IDs.New(prefixOf(a.Kind))
	}
	set := stated(m, e.Clock.Now(), Values{
		"lagId": a.LAG, "kind": string(a.Kind), a.beside(): a.Dossier, "subjectId": a.Subject, "form": orNull(a.Form), "synthetic": a.Synthetic,
	})
	maps.Copy(set, data)
	return Record{
		Kind: "matter.open", Dossier: a.Dossier, LAG: a.LAG, Subject: a.ID, SubjectType: matter, Roles: roles,
		OnBehalfOf: a.OnBehalfOf, Document: a.Document, EffectiveOn: a.EffectiveOn,
		Changes: []Change{create(matter, a.ID, set)}, joins: t.Joins, wide: len(t.Joins) > 0,
		complete: func(s *step, f *Facts, r *Record) error {
			refused, err := a.refused(s, m, t, f, data, r)
			if err == nil && len(refused) > 0 {
				err = &Error{Refusals: refused}
			}
			return err
		},
	}, nil
}

// beside is the field that names the case.
func (a OpenMatter) beside() string {
	if a.Dossier.Prefix() == ident.Meeting {
		return "meetingId"
	}
	return "proposalId"
}

// roles are those that may begin it in this capacity.
func (a OpenMatter) roles(t *Transition) []Role {
	var roles []Role
	for _, by := range t.By {
		if by.OnBehalfOf == a.OnBehalfOf {
			roles = append(roles, by.Role)
		}
	}
	return roles
}

// refused is what the case itself says against it: another dossier's subject,
// one of another kind or that the actor may not know of, an earlier day, a paper
// that is not on record, and the guards.
func (a OpenMatter) refused(s *step, m *Machine, t *Transition, f *Facts, data Values, r *Record) ([]Refusal, error) {
	about, err := s.locked(a.Subject, false)
	if err != nil {
		return nil, err
	}
	facts, err := s.facts(about, false)
	if err != nil {
		return nil, err
	}
	if about.Dossier != f.Subject.ID || !mayKnow(s.actor, facts, s.Machines) {
		return Missing("subjectId", string(a.Subject)).Refusals, nil
	}
	if kinds := m.Begins().About; !slices.Contains(kinds, about.Kind) {
		return []Refusal{wrongValue("subjectId", aboutOf(kinds))}, nil
	}
	out, err := s.documents(Fire{Document: a.Document}, about)
	if err != nil {
		return nil, err
	}
	_, late, err := s.effective(Fire{EffectiveOn: a.EffectiveOn}, f.Subject)
	if err != nil {
		return nil, err
	}
	out = append(out, late...)
	seen := maps.Clone(data)
	seen["subjectId"] = a.Subject
	if err := s.recall(f, t); err != nil {
		return nil, err
	}
	d := &decision{facts: f, data: seen, step: Concrete{Event: t.Event, Transition: t}}
	out = append(out, s.weighGuards(Fire{}, m, d)...)
	r.guards = d.guards
	return out, nil
}

// begun are the kinds that begin beside a case, ascending.
func (ms *Machines) begun() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool {
		return !slices.ContainsFunc(ms.Versions(k), func(m *Machine) bool { return m.Begins() != nil })
	})
}

func formsOf(forms []string) Text {
	if len(forms) == 0 {
		return Text{LT: "palikti tuščią: šios rūšies byla formų neturi", EN: "nothing: a case of this kind has no forms"}
	}
	return oneOf(forms...).text
}

func aboutOf(kinds []Kind) Text {
	var lt, en []string
	for _, k := range kinds {
		name := nameOf(k)
		lt, en = append(lt, name.LT), append(en, name.EN)
	}
	return Text{
		LT: "tos pačios bylos įrašo, kuris yra: " + strings.Join(lt, ", "), EN: "a record of the same case that is: " + strings.Join(en, ", "),
	}
}

// nameOf is what subjects of the kind are called.
func nameOf(k Kind) Text {
	return Text{LT: ident.Lithuanian[prefixOf(k)], EN: ident.Prefixes[prefixOf(k)]}
}

// prefixOf is the type of identifier that the kind's subjects have.
func prefixOf(k Kind) ident.Prefix {
	for p, kind := range kinds {
		if kind == k {
			return p
		}
	}
	return ""
}

func documentNeeded() Refusal {
	return Refusal{Code: DocumentRequired, Field: "documentId", Message: Text{
		LT: "Nurodykite dokumentą, kuriuo veiksmas grindžiamas.", EN: "Name the document that the act rests on.",
	}}
}
