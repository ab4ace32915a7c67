package demo_test

import (
	"slices"
	"testing"

	"github.com/atranka/atranka/cite"
	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ent/project"
	"github.com/atranka/atranka/ent/proposal"
	"github.com/atranka/atranka/ent/strategy"
	"github.com/atranka/atranka/store"
)

// testRows looks at what no question of the public shows. It reads by the
// methods that panic: without the query there is no row.
func testRows(t *testing.T, s *store.Store) {
	db := s.Reader()
	for _, p := range db.Project.Query().WithProposal().AllX(t.Context()) {
		want(t, "title of the proposal", p.Edges.Proposal.Title, p.Title)
	}
	want(t, "proposals", db.Proposal.Query().Where(proposal.HasProject()).CountX(t.Context()), 15)
	want(t, "proposals of the annulled call", db.Proposal.Query().Where(proposal.State("call_annulled")).CountX(t.Context()), 2)
	want(t, "proposals in all", db.Proposal.Query().CountX(t.Context()), 17)
	for _, f := range db.Finding.Query().AllX(t.Context()) {
		if f.Title == "" || f.ReadAs == "" || f.Detail == "" {
			t.Errorf("%s: got title %q, reading %q, detail %q, want all of them", f.Code, f.Title, f.ReadAs, f.Detail)
		}
	}
	marijampole := db.Strategy.Query().Where(strategy.State("draft_final")).OnlyX(t.Context())
	closed := db.HistoryEntry.Query().Where(historyentry.DossierID(marijampole.ID), historyentry.Role("CLOCK")).
		Order(ent.Desc(historyentry.FieldN)).FirstX(t.Context())
	want(t, "end of the consultation", closed.RecordedAt.String(), "2016-01-15T22:00:00.000000Z")
	want(t, "projects of another group", db.Project.Query().Where(project.LagID(marijampole.LagID)).CountX(t.Context()), 0)
}

// lineOf is where the field was read, 0 where it was not.
func lineOf(all []cite.Line, field string) int {
	i := slices.IndexFunc(all, func(l cite.Line) bool { return l.Field == field })
	if i < 0 {
		return 0
	}
	return all[i].Line
}

// testSynthetic holds the two ends of each table: what a text states has its
// line, and what it leaves out says that it is made up.
func testSynthetic(t *testing.T, s *store.Store) {
	db := s.Reader()
	for _, p := range db.Project.Query().AllX(t.Context()) {
		if p.Synthetic || lineOf(p.SourceLines, "title") == 0 {
			t.Errorf("project %s: synthetic %t, title in line %d, want a line", p.Title, p.Synthetic, lineOf(p.SourceLines, "title"))
		}
	}
	for _, p := range db.Proposal.Query().Where(proposal.Not(proposal.HasProject())).AllX(t.Context()) {
		if !p.Synthetic || len(p.SyntheticFields)+len(p.SourceLines) > 0 {
			t.Errorf("%s: synthetic %t, got %q made up and lines %v, want all of it made up", p.Title, p.Synthetic, p.SyntheticFields, p.SourceLines)
		}
	}
	for _, p := range db.Proposal.Query().Where(proposal.HasProject()).AllX(t.Context()) {
		made := slices.Contains(p.SyntheticFields, "grantRequested") && !slices.Contains(p.SyntheticFields, "title")
		if !made || lineOf(p.SourceLines, "title") == 0 || lineOf(p.SourceLines, "grantRequested") != 0 {
			t.Errorf("%s: got %q made up and lines %v, want the amount among the first and the title among the second",
				p.Title, p.SyntheticFields, p.SourceLines)
		}
	}
	made(t, "persons", db.Person.Query().AllX(t.Context()), func(x *ent.Person) bool { return x.Synthetic })
	made(t, "budget lines", db.BudgetLine.Query().AllX(t.Context()), func(x *ent.BudgetLine) bool { return x.Synthetic })
	made(t, "parts of funding", db.ProposalFunding.Query().AllX(t.Context()), func(x *ent.ProposalFunding) bool { return x.Synthetic })
	made(t, "proposals", db.Proposal.Query().AllX(t.Context()), func(x *ent.Proposal) bool { return x.Synthetic })
	made(t, "calls", db.Call.Query().AllX(t.Context()), func(x *ent.Call) bool { return x.Synthetic })
	made(t, "actions", db.Action.Query().AllX(t.Context()), func(x *ent.Action) bool { return x.Synthetic })
	made(t, "meetings", db.Meeting.Query().AllX(t.Context()), func(x *ent.Meeting) bool { return x.Synthetic })
	made(t, "decisions", db.Decision.Query().AllX(t.Context()), func(x *ent.Decision) bool { return x.Synthetic })
	made(t, "contracts", db.Contract.Query().AllX(t.Context()), func(x *ent.Contract) bool { return x.Synthetic })
	made(t, "documents", db.Document.Query().AllX(t.Context()), func(x *ent.Document) bool { return x.Synthetic })
}

// made holds that there are such rows, and that each says it is made up.
func made[T any](t *testing.T, what string, all []T, synthetic func(T) bool) {
	t.Helper()
	n := 0
	for _, x := range all {
		if synthetic(x) {
			n++
		}
	}
	if n != len(all) || n == 0 {
		t.Errorf("%s: got %d synthetic of %d, want all of some", what, n, len(all))
	}
}

func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
