package demo_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/atranka/atranka/ent"
	"github.com/atranka/atranka/ent/historyentry"
	"github.com/atranka/atranka/ent/lag"
	"github.com/atranka/atranka/ent/project"
	"github.com/atranka/atranka/ent/resultrecord"
	"github.com/atranka/atranka/store"
)

// The expected values of this file were written by hand from the texts, not
// from the data files or from what the program said.

// boundary is the target territory's, in the printed order.
const boundary = `Naikupės g., Taikos pr., Baltijos pr., Šilutės pl., Mokyklos g., Kapsų g., Žemaičių g., Joniškės g.,
Mokyklos g., Danės g. tęsinys, Artojo g., Liepų g., K. Donelaičio g., Vytauto g., Bokštų g., Naujojo Sodo g., S. Šimkaus g.,
Danės g., Tiltų g., Daržų g., Pilies g., Galinio Pylimo g., Taikos pr., Dubysos g., Minijos g.`

// namedProject is a project as the notice names it. code is "" where none is printed.
type namedProject struct{ title, code, promoter, form, theme, state string }

var namedProjects = []namedProject{
	{"Sukurk ir įgyvendink – Klaipėdos kūrybiško verslo uostas", "08.6.1-ESFA-V-911-01-0008", "Kurianti partnerystė", "VšĮ", "BUSINESS", "implementing"},
	{"Gluosnių kūrybinės dirbtuvės", "08.6.1-ESFA-V-911-01-0009", "Kūrybos gelmės", "VšĮ", "EDUCATION", "implementing"},
	{"Sėkmingo verslo startas", "08.6.1-ESFA-V-911-01-0006", "Mano miestas Klaipėda", "asociacija", "BUSINESS", "implementing"},
	{"Atvira jaunimo erdvė ir mobili bendruomenė KORPUSAS 3", "08.6.1-ESFA-V-911-01-0013", "Asmenybės ugdymo kultūros centras", "VšĮ", "SOCIAL", "implementing"},
	{"Novatoriškų psichosocialinių paslaugų plėtra krizę išgyvenantiems onkologiniams ligoniams ir artimiesiems", "08.6.1-ESFA-V-911-01-0003", "Šv. Pranciškaus onkologijos centras", "VšĮ", "SOCIAL", "implementing"},
	{"Savipagalbos grupių, sociokultūrinių, informavimo ir kitų paslaugų teikimas tikslinėje teritorijoje gyvenantiems neįgaliesiems ir jų šeimos nariams", "08.6.1-ESFA-V-911-01-0002", "Klaipėdos miesto neįgaliųjų draugija", "draugija", "SOCIAL", "implementing"},
	{"Savanoriškos pagalbos ir kitų socialinių paslaugų teikimas socialinę atskirtį patiriantiems senyvo amžiaus asmenims, gyvenantiems tikslinėje teritorijoje", "08.6.1-ESFA-V-911-01-0001", "Ori senatvė", "VšĮ", "SOCIAL", "implementing"},
	{"Socialinę atskirtį patiriančių gyventojų visavertiškas integravimas į visuomenės gyvenimą", "08.6.1-ESFA-V-911-01-0005", "Paliatyvios pagalbos ir šeimos sveikatos centras", "VšĮ", "SOCIAL", "implementing"},
	{"Grožio ambasada", "08.6.1-ESFA-T-927-01-0183", "Socialinių mokslų kolegija", "VšĮ", "EDUCATION", "listed_funding"},
	{"Verslo švyturys", "", "Mano miestas Klaipėda", "asociacija", "BUSINESS", "listed_funding"},
	{"Prevencinių veiklų organizavimas socialinę atskirtį patiriantiems, delinkventinio elgesio vaikams ir jaunuoliams", "", "Liberi", "VšĮ", "SOCIAL", "listed_funding"},
	{"Prevencinių veiklų organizavimas socialinę atskirtį patiriantiems vaikams ir jaunuoliams", "", "Liberi", "VšĮ", "SOCIAL", "listed_funding"},
	{"Savanoriškos pagalbos ir kitų socialinių paslaugų teikimas socialinės rizikos asmenims ir jų šeimos nariams, pabėgėliams ir jų šeimos nariams", "08.6.1-ESFA-T-927-01-0105", "Klaipėdos samariečių bendrija", "bendrija", "SOCIAL", "listed_funding"},
	{"Bendradarbiavimo tinklų tarp miesto ir kaimo kūrimas Klaipėdos regione", "", "Bonum solutio", "VšĮ", "BUSINESS", "listed_funding"},
	{"Centralizuoto taško „Socialinių paslaugų infocentras“ kūrimas Klaipėdos mieste", "08.6.1-ESFA-T-927-01-0150", "Socialinių paslaugų informacijos centras", "VšĮ", "SOCIAL", "listed_funding"},
}

// counted are the result records: the project's number, what one unit is, the
// numbers (none where the text gives none), and whether it says that each
// person is counted once.
var counted = []string{
	"1 EVENT 5 NO", "1 PLACE 1 NO", "1 PERSON_UNSTATED 72 UNSTATED", "1 ENTITY 18 UNSTATED", "1 SET 1 NO", "1 VOLUNTEER - UNSTATED",
	"2 EVENT 1 NO", "2 PERSON_UNSTATED 6 UNSTATED", "2 PERSON_UNSTATED 58 UNSTATED", "2 EVENT_VISITOR 120 UNSTATED", "2 CONTRACT - UNSTATED",
	"3 EVENT 2 NO", "3 PERSON_UNSTATED 40 UNSTATED", "3 EVENT 2 NO", "3 PARTICIPATION 20+20 UNSTATED",
	"4 VOLUNTEER 12 UNSTATED", "4 PERSON_UNSTATED 40 UNSTATED", "4 PLACE 1 NO",
	"5 UNIQUE_PERSON - YES",
	"6 VOLUNTEER 6 UNSTATED", "6 EVENT 16 NO", "6 UNIQUE_PERSON 25 YES", "6 TRIP 44+2 NO", "6 PERSON_UNSTATED 12 UNSTATED", "6 PERSON_UNSTATED 23 UNSTATED",
	"7 VOLUNTEER 16 UNSTATED", "7 SERVICE_INSTANCE 27+20+78+26+12+21 UNSTATED", "7 EVENT 3+4+4 NO",
	"8 VOLUNTEER 60 UNSTATED", "8 HOUR 54 NO", "8 PERSON_UNSTATED 32 UNSTATED", "8 ITEM 22 NO",
}

// testFacts reads by the methods that panic: without the query there is no fact.
func testFacts(t *testing.T, s *store.Store) {
	db := s.Reader()
	klaipeda := db.Lag.Query().Where(lag.ShortName("Klaipėdos m. IIT VVG")).OnlyX(t.Context())
	marijampole := db.Lag.Query().Where(lag.Name("Marijampolės miesto vietos veiklos grupė")).OnlyX(t.Context())
	t.Run("group and strategy", func(t *testing.T) { testKlaipeda(t, klaipeda) })
	t.Run("territories", func(t *testing.T) { testTerritories(t, klaipeda) })
	t.Run("projects", func(t *testing.T) { testProjects(t, db) })
	t.Run("results", func(t *testing.T) { testResults(t, db) })
	t.Run("findings", func(t *testing.T) { testFindings(t, db) })
	t.Run("Marijampolė", func(t *testing.T) { testMarijampole(t, db, marijampole) })
}

func testKlaipeda(t *testing.T, l *ent.Lag) {
	want(t, "name", l.Name, "Klaipėdos miesto integruotų investicijų teritorijos vietos veiklos grupė")
	want(t, "founded", string(*l.FoundedOn), "2015-08")
	s := l.QueryStrategies().OnlyX(t.Context())
	want(t, "title", s.Title, "Klaipėdos m. IIT VVG 2016-2022 m. vietos plėtros strategija")
	want(t, "period", fmt.Sprint(*s.PeriodFrom, *s.PeriodTo), "2016 2022")
	want(t, "state", s.State, "implementing")
	var money []string
	for _, f := range s.QueryFunding().AllX(t.Context()) {
		money = append(money, f.SourceKind+" "+f.Printed+" "+f.Amount.String()+" "+f.ReadBy)
	}
	slices.Sort(money)
	want(t, "funding", strings.Join(money, "; "), "EU_AND_STATE 1.493200,00 Eur 1493200.00 staff; MUNICIPAL 513600,00 Eur 513600.00 staff")
	goals := map[int]string{}
	for _, g := range s.QueryGoals().AllX(t.Context()) {
		goals[g.Ordinal] = g.Title
	}
	want(t, "goals", fmt.Sprint(goals), fmt.Sprint(map[int]string{
		1: "Skatinti gyventojus būti verslius ir aktyvius darbo rinkoje bei bendruomenės gyvenime",
		2: "Padėti socialinę atskirtį patiriantiems gyventojams visavertiškai integruotis į visuomenės gyvenimą",
	}))
	want(t, "actions", s.QueryActions().CountX(t.Context()), 12)
	want(t, "indicators", s.QueryIndicators().CountX(t.Context()), 3)
	figures := map[string]string{}
	for _, f := range s.QueryStatedFigures().AllX(t.Context()) {
		figures[f.Key] = f.Value
	}
	want(t, "stated figures", fmt.Sprint(figures), fmt.Sprint(map[string]string{
		"projectsSelected": "17", "projectsRunning": "9", "projectsRunningBusiness": "3", "projectsRunningSocial": "6",
		"participants": "736", "goals": "2", "actions": "12", "fundingEuAndState": "1493200.00", "fundingMunicipal": "513600.00",
		"targetAreaHa": "512", "linkedAreaHa": "60",
	}))
}

func testTerritories(t *testing.T, l *ent.Lag) {
	streets := strings.Split(strings.ReplaceAll(boundary, "\n", " "), ", ")
	for _, x := range l.QueryTerritories().AllX(t.Context()) {
		switch x.Kind {
		case "TARGET":
			want(t, "target area", x.AreaHa, "512")
			want(t, "boundary", strings.Join(x.Boundary, "|"), strings.Join(streets, "|"))
			want(t, "boundary entries", len(x.Boundary), 25)
			distinct := slices.Clone(x.Boundary)
			slices.Sort(distinct)
			want(t, "distinct streets", len(slices.Compact(distinct)), 23)
			want(t, "street at which the line closes", x.Boundary[0], "Naikupės g.")
		case "LINKED":
			want(t, "linked area", x.AreaHa, "60")
			want(t, "linked parts", len(x.Parts), 2)
			want(t, "first part", x.Parts[0], "Klaipėdos senamiestis")
			want(t, "places", strings.Join(x.Places, "|"),
				"Turgaus a. 12-13|Klaipėdos senamiestyje|Gluosnių skg. 2A|Klaipėdos miesto senamiestyje")
		default:
			t.Errorf("got a territory of kind %s, want TARGET and LINKED", x.Kind)
		}
	}
}

func testProjects(t *testing.T, db *ent.Client) {
	projects := db.Project.Query().Order(ent.Asc(project.FieldOrdinal)).WithPromoter().WithProposal().AllX(t.Context())
	want(t, "named projects", len(projects), 15)
	running := 0
	promoters := map[string]bool{}
	for i, p := range projects {
		code := ""
		if p.ExternalCode != nil {
			code = *p.ExternalCode
		}
		promoter := p.Edges.Promoter
		promoters[promoter.Name] = true
		got := namedProject{p.Title, code, promoter.Name, promoter.LegalFormAsPrinted, p.Theme, p.Edges.Proposal.State}
		want(t, fmt.Sprintf("project %d", i+1), got, namedProjects[i])
		want(t, fmt.Sprintf("title of the proposal of project %d", i+1), p.Edges.Proposal.Title, p.Title)
		if p.Edges.Proposal.State == "implementing" {
			running++
		}
	}
	want(t, "running projects", running, 8)
	want(t, "promoters", len(promoters), 13)
	want(t, "organisations", db.Organisation.Query().CountX(t.Context()), 13)
	want(t, "proposals", db.Proposal.Query().CountX(t.Context()), 15)
}

func testResults(t *testing.T, db *ent.Client) {
	var got []string
	largest := map[int]int{}
	for _, p := range db.Project.Query().Order(ent.Asc(project.FieldOrdinal)).AllX(t.Context()) {
		for _, r := range p.QueryResults().Order(ent.Asc(resultrecord.FieldOrdinal)).AllX(t.Context()) {
			numbers := numbersOf(t, r)
			text := make([]string, len(numbers))
			for i, n := range numbers {
				text[i] = strconv.Itoa(n)
			}
			shown := strings.Join(text, "+")
			if shown == "" {
				shown = "-"
			}
			got = append(got, fmt.Sprintf("%d %s %s %s", p.Ordinal, r.CountBasis, shown, r.UniqueStated))
			if slices.Contains([]string{"UNIQUE_PERSON", "PERSON_UNSTATED", "SERVICE_INSTANCE"}, r.CountBasis) {
				largest[p.Ordinal] = max(largest[p.Ordinal], slices.Max(append(numbers, 0)))
			}
		}
	}
	want(t, "results", strings.Join(got, "\n"), strings.Join(counted, "\n"))
	want(t, "result records", len(got), 32)
	sum := 0
	for _, n := range largest {
		sum += n
	}
	want(t, "sum of largest single counts", sum, 345)
	want(t, "reported minus that", 736-sum, 391)
}

// numbersOf are the numbers of the record: its value, or what its parts say
// after the colon.
func numbersOf(t *testing.T, r *ent.ResultRecord) []int {
	t.Helper()
	if r.Value != nil {
		return []int{int(*r.Value)}
	}
	var out []int
	for _, part := range r.Parts {
		_, after, _ := strings.Cut(part, ": ")
		number, _, _ := strings.Cut(after, " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			t.Errorf("part %q of %s: %v", part, r.Counted, err)
		}
		out = append(out, n)
	}
	return out
}

func testFindings(t *testing.T, db *ent.Client) {
	got := map[string]bool{}
	for _, f := range db.Finding.Query().AllX(t.Context()) {
		got[f.Code] = true
		if f.Title == "" || f.SourceID == "" || f.Synthetic {
			t.Errorf("%s: got title %q, source %q, synthetic %t, want a title and a source", f.Code, f.Title, f.SourceID, f.Synthetic)
		}
	}
	for i := range 17 {
		if code := "Q" + strconv.Itoa(i+1); !got[code] {
			t.Errorf("got no finding %s", code)
		}
	}
	want(t, "findings", len(got), 17)
}

func testMarijampole(t *testing.T, db *ent.Client, l *ent.Lag) {
	s := l.QueryStrategies().OnlyX(t.Context())
	want(t, "state", s.State, "draft_final")
	want(t, "deadline", string(*s.ConsultationUntil), "2016-01-15")
	want(t, "deadline as printed", s.ConsultationUntilPrinted, "2016 m. sausio 15 d.")
	want(t, "address", s.ConsultationEmail, "vvg@marijampoliceiai.lt")
	want(t, "invited", strings.Join(s.Invited, " "), "RESIDENTS BUSINESS_PEOPLE PUBLIC_AUTHORITIES LOCAL_ORGANISATIONS")
	closed := db.HistoryEntry.Query().Where(historyentry.DossierID(s.ID), historyentry.Role("CLOCK")).
		Order(ent.Desc(historyentry.FieldN)).FirstX(t.Context())
	want(t, "end of the consultation", closed.RecordedAt.String(), "2016-01-15T22:00:00.000000Z")

	directions, kinds := map[string]string{}, map[string]int{}
	for _, d := range s.QueryDirections().AllX(t.Context()) {
		directions[d.Code] = d.Title
		kinds[d.Code] = d.QueryActivityKinds().CountX(t.Context())
	}
	want(t, "directions", fmt.Sprint(directions), fmt.Sprint(map[string]string{
		"D1": "socialinių paslaugų teikimas", "D2": "darbingų neaktyvių gyventojų ir bedarbių užimtumo didinimas",
		"D3": "verslumo skatinimas",
	}))
	everywhere := 0
	exhaustive := false
	for _, k := range s.QueryActivityKinds().AllX(t.Context()) {
		if k.DirectionID == "" {
			everywhere++
		}
		exhaustive = exhaustive || k.Exhaustive
	}
	want(t, "activity kinds by direction", fmt.Sprint(kinds), fmt.Sprint(map[string]int{"D1": 11, "D2": 13, "D3": 4}))
	want(t, "activity kinds of every direction", everywhere, 4)
	want(t, "a list that is exhaustive", exhaustive, false)
	want(t, "projects", l.QueryProjects().CountX(t.Context()), 0)
}

// testSynthetic holds the two ends of each table: what a text states has its
// line, and what it leaves out says that it is made up.
func testSynthetic(t *testing.T, s *store.Store) {
	db := s.Reader()
	for _, p := range db.Project.Query().AllX(t.Context()) {
		if p.Synthetic || len(p.SourceLines) == 0 {
			t.Errorf("project %s: synthetic %t, %d lines, want some", p.Title, p.Synthetic, len(p.SourceLines))
		}
	}
	for _, o := range db.Organisation.Query().AllX(t.Context()) {
		if !o.Synthetic || strings.Join(o.SyntheticFields, " ") != "legalCode" {
			t.Errorf("%s: synthetic %t, fields %q, want the invented code alone", o.Name, o.Synthetic, o.SyntheticFields)
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
