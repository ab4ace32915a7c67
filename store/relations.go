package store

import (
	"fmt"
	"maps"
	"slices"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/boardseat"
	"github.com/atranka/atranka/ent/lag"
	"github.com/atranka/atranka/ent/organisation"
	"github.com/atranka/atranka/ent/person"
	"github.com/atranka/atranka/ent/rolegrant"
	"github.com/atranka/atranka/ent/tie"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// Relations are what data show of the persons, who evaluate, and the applicants. The number of
// statements does not grow with them.
func (t *tx) Relations(group ident.ID, persons, applicants []ident.ID, on clock.Date) (workflow.RelationFacts, error) {
	return t.relations(group, persons, applicants, on, t.posts)
}

// load reads a part of what is known of the persons and the applicants.
type load func(f *workflow.RelationFacts, persons, applicants []ident.ID) error

func (t *tx) relations(group ident.ID, persons, applicants []ident.ID, on clock.Date, posts load) (workflow.RelationFacts, error) {
	f := workflow.RelationFacts{
		LAG: group, On: on, Persons: map[ident.ID]workflow.PersonFacts{}, Organisations: map[ident.ID]workflow.OrganisationFacts{},
	}
	if len(persons) == 0 || len(applicants) == 0 {
		return f, nil
	}
	for _, part := range []load{t.relatedPersons, t.ties, posts} {
		if err := part(&f, persons, applicants); err != nil {
			return f, fmt.Errorf("how persons and applicants are related: %w", err)
		}
	}
	return f, t.conflictLimits(&f)
}

// relatedPersons are those asked about and those of the applicants, with the organisations
// of all of them.
func (t *tx) relatedPersons(f *workflow.RelationFacts, persons, applicants []ident.ID) error {
	people, err := t.ent.Person.Query().Where(person.Or(person.IDIn(persons...), person.OrganisationIDIn(applicants...))).
		Select(person.FieldID, person.FieldEmail, person.FieldOrganisationID).All(t.ctx)
	if err != nil {
		return err
	}
	ids := slices.Clone(applicants)
	for _, p := range people {
		f.Persons[p.ID] = workflow.PersonFacts{Organisation: p.OrganisationID, Email: p.Email}
		if p.OrganisationID != "" {
			ids = append(ids, p.OrganisationID)
		}
	}
	slices.Sort(ids)
	rows, err := t.ent.Organisation.Query().Where(organisation.IDIn(slices.Compact(ids)...)).
		Select(organisation.FieldID, organisation.FieldName, organisation.FieldLegalCode, organisation.FieldAddress).All(t.ctx)
	for _, o := range rows {
		f.Organisations[o.ID] = workflow.OrganisationFacts{Name: o.Name, LegalCode: o.LegalCode, Address: o.Address}
	}
	return err
}

// ties are those of the persons and of the applicants, whichever group put them on file: a
// relative's to an applicant and a partnership with it are among the applicant's.
func (t *tx) ties(f *workflow.RelationFacts, persons, applicants []ident.ID) error {
	ids := slices.Concat(persons, applicants)
	rows, err := t.ent.Tie.Query().Where(tie.Or(tie.OneIDIn(ids...), tie.OtherIDIn(ids...)), tie.SinceLTE(f.On)).Order(ent.Asc(tie.FieldID)).All(t.ctx)
	for _, r := range rows {
		f.Ties = append(f.Ties, workflow.TieFacts{
			One: r.OneID, Other: r.OtherID, Kind: workflow.Ground(r.Kind), LAG: r.LagID, Since: r.Since, Until: orNothing(r.Until),
		})
	}
	return err
}

// posts are the persons' in the local action groups that are applicants by their legal code: in
// the office and on the board.
func (t *tx) posts(f *workflow.RelationFacts, persons, applicants []ident.ID) error {
	return t.postsIn(f, persons, applicants, "", workflow.Administrator, workflow.Secretary, workflow.Chair, workflow.BoardMember)
}

// othersPosts are those that bar somebody from a vote of the group's board: not a seat on that
// board, or nobody could decide on the group's own project.
func (t *tx) othersPosts(f *workflow.RelationFacts, persons, applicants []ident.ID) error {
	return t.postsIn(f, persons, applicants, f.LAG, workflow.Administrator, workflow.Secretary)
}

func (t *tx) postsIn(f *workflow.RelationFacts, persons, applicants []ident.ID, but ident.ID, roles ...workflow.Role) error {
	var codes, names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	for _, id := range applicants {
		if code := f.Organisations[id].LegalCode; code != "" {
			codes = append(codes, code)
		}
	}
	groups, err := t.ent.Lag.Query().Where(lag.LegalCodeIn(codes...)).Order(ent.Asc(lag.FieldID)).WithSeats(func(q *ent.BoardSeatQuery) {
		q.Where(boardseat.PersonIDIn(persons...), boardseat.LagIDNEQ(but)).Order(ent.Asc(boardseat.FieldID))
	}).All(t.ctx)
	if err != nil || len(groups) == 0 {
		return err
	}
	for _, id := range applicants {
		if slices.ContainsFunc(groups, func(g *ent.Lag) bool { return g.ID == f.LAG && g.LegalCode == f.Organisations[id].LegalCode }) {
			f.Own = append(f.Own, id)
		}
	}
	of := map[ident.ID]*ent.Lag{}
	post := func(person, in ident.ID, since clock.Date, until *clock.Date) {
		f.Posts = append(f.Posts, workflow.PostFacts{
			Person: person, LAG: in, Name: of[in].Name, LegalCode: of[in].LegalCode, Since: since, Until: orNothing(until),
		})
	}
	for _, g := range groups {
		of[g.ID] = g
		for _, s := range g.Edges.Seats {
			post(s.PersonID, g.ID, s.Since, s.Until)
		}
	}
	grants, err := t.ent.RoleGrant.Query().Where(
		rolegrant.LagIDIn(slices.Sorted(maps.Keys(of))...), rolegrant.PersonIDIn(persons...),
		rolegrant.RoleIn(names...),
	).Order(ent.Asc(rolegrant.FieldID)).All(t.ctx)
	for _, r := range grants {
		post(r.PersonID, r.LagID, r.Since, r.Until)
	}
	return err
}

// conflictLimits resolve for how long a tie that has ended counts.
func (t *tx) conflictLimits(f *workflow.RelationFacts) error {
	set, err := t.parameters(&workflow.Facts{}, f.LAG, f.On)
	if err != nil {
		return err
	}
	f.PartnershipYears, f.LookbackYears = workflow.DefaultPartnershipYears, workflow.DefaultLookbackYears
	for name, years := range map[string]*int{rules.ConflictPartnership: &f.PartnershipYears, rules.ConflictLookback: &f.LookbackYears} {
		unverified, err := resolved(set, name, f.On, func(p rules.Resolved) (err error) { *years, err = p.Count(); return err })
		if err != nil {
			return err
		}
		f.Unverified = append(f.Unverified, unverified...)
	}
	return nil
}
