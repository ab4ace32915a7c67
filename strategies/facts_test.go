package strategies_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/strategies"
)

// loaded is read once: no test changes what it is given.
var loaded = sync.OnceValues(strategies.Load)

func load(t *testing.T) (klaipeda, marijampole strategies.Strategy) {
	t.Helper()
	all, err := loaded()
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	if len(all) != 2 || all[0].Key != "klaipeda" || all[1].Key != "marijampole" {
		t.Fatalf("Load: got %d strategies, want klaipeda and marijampole", len(all))
	}
	return all[0], all[1]
}

func notice(line int) strategies.Source {
	return strategies.Source{Doc: "klaipeda-2019", Line: line}
}

func callForInput(line int) strategies.Source {
	return strategies.Source{Doc: "marijampole-consultation", Line: line}
}

func TestKlaipedaGroupIsAsStated(t *testing.T) {
	s, _ := load(t)
	for _, c := range []struct{ what, got, want string }{
		{"name", s.Lag.Name, "Klaipėdos miesto integruotų investicijų teritorijos vietos veiklos grupė"},
		{"short name", s.Lag.ShortName, "Klaipėdos m. IIT VVG"},
		{"founded", string(s.Lag.FoundedOn), "2015-08"},
		{"precision", string(s.Lag.FoundedOn.Precision()), string(clock.Month)},
		{"founded, printed", s.Lag.FoundedPrinted, "2015 m. rugpjūčio mėn."},
		{"title", s.Title.Text, "Klaipėdos m. IIT VVG 2016-2022 m. vietos plėtros strategija"},
		{"from", string(s.Period.From), "2016"},
		{"to", string(s.Period.To), "2022"},
		{"class of the source", string(s.Documents[0].Class), "NOTICE"},
		{"first approval", s.Approvals[0].Body, "Klaipėdos miesto savivaldybės taryba"},
		{"second approval", s.Approvals[1].Body, "Klaipėdos regiono taryba"},
		{"second approval's kind", s.Approvals[1].Kind, "REGIONAL_COUNCIL"},
		{"selection", s.Approvals[2].Body, "Vidaus reikalų ministerija"},
		{"goal 1", s.Goals[0].Title, "Skatinti gyventojus būti verslius ir aktyvius darbo rinkoje bei bendruomenės gyvenime"},
		{"goal 2", s.Goals[1].Title, "Padėti socialinę atskirtį patiriantiems gyventojams visavertiškai integruotis į visuomenės gyvenimą"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	if s.Lag.Source != notice(3) || s.Title.Source != notice(3) || s.Goals[0].Source != notice(5) {
		t.Errorf("sources: got %v %v %v, want lines 3, 3 and 5", s.Lag.Source, s.Title.Source, s.Goals[0].Source)
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"goals", len(s.Goals), 2},
		{"indicators", len(s.Indicators), 3},
		{"approvals and selection", len(s.Approvals), 3},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, c.got, c.want)
		}
	}
}

func TestFoundersAreOfThreeSectorsAndOneIsNamed(t *testing.T) {
	s, _ := load(t)
	var sectors []strategies.Sector
	var named []string
	for _, f := range s.Lag.Founders {
		sectors = append(sectors, f.Sector)
		if f.Named {
			named = append(named, f.Name)
		}
	}
	want := []strategies.Sector{strategies.Public, strategies.NGOCommunity, strategies.Business}
	if !slices.Equal(sectors, want) {
		t.Errorf("sectors: got %v, want %v", sectors, want)
	}
	if !slices.Equal(named, []string{"Klaipėdos miesto savivaldybė"}) {
		t.Errorf("named founders: got %v, want the municipality alone", named)
	}
}

func TestIndicatorsImplementersAndBoardAreNamed(t *testing.T) {
	s, _ := load(t)
	var got []string
	for _, i := range s.Indicators {
		got = append(got, i.Name)
	}
	for _, i := range s.Implementers {
		got = append(got, string(i.Kind)+" "+i.Name)
	}
	for _, w := range s.Lag.Administration {
		got = append(got, w.What+" "+string(w.From)+"–"+string(w.To))
	}
	want := []string{
		"gyventojų skaičiaus augimas tikslinėje teritorijoje", "augantis besikuriančių verslų skaičius", "populiarėjanti savanorystė",
		"NGO_COMMUNITY bendruomenės", "NGO_COMMUNITY nevyriausybinės organizacijos", "BUSINESS verslo organizacijos",
		"calls for project proposals 2017–2019", "training of applicants 2017–2019", "consultations 2017–2019",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	board := s.Lag.Bodies[0]
	if sectors := []strategies.Sector{strategies.Public, strategies.NGOCommunity, strategies.Business}; board.Name != "valdyba" || !slices.Equal(board.Sectors, sectors) {
		t.Errorf("board: got %q of %v, want valdyba of %v", board.Name, board.Sectors, sectors)
	}
}

func TestFundingPlanKeepsWhatIsPrintedBesideWhatIsRead(t *testing.T) {
	s, _ := load(t)
	want := []strategies.Funding{
		{Fund: strategies.EUAndState, Printed: "1.493200,00 Eur", ReadAs: "1493200.00", ReadBy: strategies.Staff, Finding: "Q8", Source: notice(3)},
		{Fund: strategies.Municipal, Printed: "513600,00 Eur", ReadAs: "513600.00", ReadBy: strategies.Staff, Source: notice(3)},
	}
	if !slices.Equal(s.FundingPlan, want) {
		t.Errorf("funding plan: got %+v, want %+v", s.FundingPlan, want)
	}
	total, err := s.TotalFunding()
	if err != nil || total != "2006800.00" {
		t.Errorf("TotalFunding: got %s, %v, want 2006800.00", total, err)
	}
}

func TestStatedFigures(t *testing.T) {
	s, _ := load(t)
	want := map[string]strategies.StatedFigure{
		"projectsSelected":        {Printed: "17", ReadAs: "17", Finding: "Q1", Source: notice(13)},
		"projectsRunning":         {Printed: "9 BIVP projektai", ReadAs: "9", Finding: "Q2", Source: notice(15)},
		"projectsRunningBusiness": {Printed: "3 verslo", ReadAs: "3", Finding: "Q3", Source: notice(15)},
		"projectsRunningSocial":   {Printed: "6 socialinių paslaugų", ReadAs: "6", Finding: "Q3", Source: notice(15)},
		"participants":            {Printed: "736 dalyviai", ReadAs: "736", Finding: "Q4", Source: notice(15)},
		"goals":                   {Printed: "du tikslai", ReadAs: "2", Source: notice(5)},
		"actions":                 {Printed: "12 veiksmų", ReadAs: "12", Source: notice(5)},
		"fundingEuAndState":       {Printed: "1.493200,00 Eur", ReadAs: "1493200.00", Finding: "Q8", Source: notice(3)},
		"fundingMunicipal":        {Printed: "513600,00 Eur", ReadAs: "513600.00", Source: notice(3)},
		"targetAreaHa":            {Printed: "512 ha", ReadAs: "512", Source: notice(9)},
		"linkedAreaHa":            {Printed: "60 ha", ReadAs: "60", Source: notice(11)},
	}
	if len(s.StatedFigures) != len(want) {
		t.Errorf("figures: got %d, want %d", len(s.StatedFigures), len(want))
	}
	for key, w := range want {
		w.Key, w.ReadBy = key, strategies.Staff
		if got, ok := s.Figure(key); !ok || got != w {
			t.Errorf("Figure(%q): got %+v, want %+v", key, got, w)
		}
	}
	if _, ok := s.Figure("members"); ok {
		t.Error(`Figure("members"): got a figure, want none: the text states none`)
	}
}

func TestStatedTotalsAreNotWhatIsNamed(t *testing.T) {
	s, _ := load(t)
	running := 0
	for _, p := range s.Projects {
		if p.State.Stated == "RUNNING" {
			running++
		}
	}
	for _, c := range []struct {
		key           string
		stated, named int
	}{
		{"projectsSelected", 17, 15},
		{"projectsRunning", 9, 8},
	} {
		named := map[string]int{"projectsSelected": len(s.Projects), "projectsRunning": running}[c.key]
		if f, _ := s.Figure(c.key); f.ReadAs != strconv.Itoa(c.stated) || named != c.named {
			t.Errorf("%s: got %s stated and %d named, want %d and %d", c.key, f.ReadAs, named, c.stated, c.named)
		}
	}
}

func TestTargetTerritoryKeepsThePrintedBoundary(t *testing.T) {
	s, _ := load(t)
	target := s.Territories[0]
	if target.Kind != strategies.Target || target.AreaHa != "512" || target.Source != notice(9) || target.Basis.Source != notice(7) {
		t.Errorf("got %s of %s ha from %v by %v, want TARGET of 512 ha from line 9 by line 7", target.Kind, target.AreaHa, target.Source, target.Basis)
	}
	want := strings.Split("Naikupės g.|Taikos pr.|Baltijos pr.|Šilutės pl.|Mokyklos g.|Kapsų g.|Žemaičių g.|Joniškės g.|Mokyklos g.|Danės g. tęsinys|Artojo g.|Liepų g.|K. Donelaičio g.|Vytauto g.|Bokštų g.|Naujojo Sodo g.|S. Šimkaus g.|Danės g.|Tiltų g.|Daržų g.|Pilies g.|Galinio Pylimo g.|Taikos pr.|Dubysos g.|Minijos g.", "|")
	if !slices.Equal(target.Boundary, want) {
		t.Errorf("boundary: got %v, want %v", target.Boundary, want)
	}
	distinct := map[string]bool{}
	for _, street := range target.Boundary {
		distinct[street] = true
	}
	if len(target.Boundary) != 25 || len(distinct) != 23 {
		t.Errorf("boundary: got %d entries and %d names, want 25 and 23", len(target.Boundary), len(distinct))
	}
	if target.ClosesAt != "Naikupės g." || target.Boundary[0] != target.ClosesAt {
		t.Errorf("boundary: begins at %q and closes at %q, want both at Naikupės g.", target.Boundary[0], target.ClosesAt)
	}
}

func TestLinkedTerritoryHasTwoParts(t *testing.T) {
	s, _ := load(t)
	linked := s.Territories[1]
	if linked.Kind != strategies.Linked || linked.AreaHa != "60" || linked.Source != notice(11) || len(linked.Parts) != 2 {
		t.Fatalf("got %s of %s ha from %v in %d parts, want LINKED of 60 ha from line 11 in 2", linked.Kind, linked.AreaHa, linked.Source, len(linked.Parts))
	}
	for i, want := range []string{"Klaipėdos senamiestis", "Mažesniųjų brolių ordino Lietuvos šv. Kazimiero provincijos Klaipėdos šv. Pranciškaus Asyžiečio vienuolyno teritorija prie Savanorių prospekto"} {
		if got := linked.Parts[i].Name; got != want {
			t.Errorf("part %d: got %q, want %q", i, got, want)
		}
	}
}

func TestNamedProjects(t *testing.T) {
	s, _ := load(t)
	const v, tt = "08.6.1-ESFA-V-911-01-", "08.6.1-ESFA-T-927-01-"
	want := []struct {
		key, code, promoter, form, theme, state string
		line                                    int
	}{
		{"P1", v + "0008", "VšĮ „Kurianti partnerystė“", "VSI", "BUSINESS", "implementing", 19},
		{"P2", v + "0009", "VšĮ „Kūrybos gelmės“", "VSI", "EDUCATION", "implementing", 21},
		{"P3", v + "0006", "asociacija „Mano miestas Klaipėda“", "ASOCIACIJA", "BUSINESS", "implementing", 23},
		{"P4", v + "0013", "VšĮ „Asmenybės ugdymo kultūros centras“", "VSI", "SOCIAL", "implementing", 25},
		{"P5", v + "0003", "VšĮ „Šv. Pranciškaus onkologijos centras“", "VSI", "SOCIAL", "implementing", 27},
		{"P6", v + "0002", "Klaipėdos miesto neįgaliųjų draugija", "DRAUGIJA", "SOCIAL", "implementing", 29},
		{"P7", v + "0001", "VšĮ „Ori senatvė“", "VSI", "SOCIAL", "implementing", 31},
		{"P8", v + "0005", "VšĮ „Paliatyvios pagalbos ir šeimos sveikatos centras“", "VSI", "SOCIAL", "implementing", 33},
		{"P9", tt + "0183", "VšĮ „Socialinių mokslų kolegija“", "VSI", "EDUCATION", "listed_funding", 37},
		{"P10", "", "asociacija „Mano miestas Klaipėda“", "ASOCIACIJA", "BUSINESS", "listed_funding", 39},
		{"P11", "", "VšĮ „Liberi“", "VSI", "SOCIAL", "listed_funding", 41},
		{"P12", "", "VšĮ „Liberi“", "VSI", "SOCIAL", "listed_funding", 41},
		{"P13", tt + "0105", "Klaipėdos samariečių bendrija", "BENDRIJA", "SOCIAL", "listed_funding", 43},
		{"P14", "", "VšĮ „Bonum solutio“", "VSI", "BUSINESS", "listed_funding", 45},
		{"P15", tt + "0150", "VšĮ Socialinių paslaugų informacijos centras", "VSI", "SOCIAL", "listed_funding", 47},
	}
	promoters := organisations(s)
	if len(s.Projects) != len(want) {
		t.Fatalf("got %d projects, want %d", len(s.Projects), len(want))
	}
	for i, w := range want {
		p := s.Projects[i]
		o := promoters[p.Promoter]
		if p.Key != w.key || p.Code != w.code || o.Printed != w.promoter || o.LegalForm != w.form || p.Theme.Value != w.theme || p.State.Name != w.state || p.Source != notice(w.line) {
			t.Errorf("got %s %q %q %s %s %s %v, want %+v", p.Key, p.Code, o.Printed, o.LegalForm, p.Theme.Value, p.State.Name, p.Source, w)
		}
		if p.State.AsOf != "2019-12-31" || p.State.ReadBy != strategies.Staff || p.Theme.ReadBy != strategies.Staff {
			t.Errorf("%s: state as of %s read by %q, theme read by %q, want 2019-12-31 and staff", p.Key, p.State.AsOf, p.State.ReadBy, p.Theme.ReadBy)
		}
	}
}

func organisations(s strategies.Strategy) map[string]strategies.Organisation {
	byKey := map[string]strategies.Organisation{}
	for _, o := range s.Organisations {
		byKey[o.Key] = o
	}
	return byKey
}

func TestTitlesAreExactWithWhiteSpaceNormalised(t *testing.T) {
	s, _ := load(t)
	want := []string{
		"Sukurk ir įgyvendink – Klaipėdos kūrybiško verslo uostas",
		"Gluosnių kūrybinės dirbtuvės",
		"Sėkmingo verslo startas",
		"Atvira jaunimo erdvė ir mobili bendruomenė KORPUSAS 3",
		"Novatoriškų psichosocialinių paslaugų plėtra krizę išgyvenantiems onkologiniams ligoniams ir artimiesiems",
		"Savipagalbos grupių, sociokultūrinių, informavimo ir kitų paslaugų teikimas tikslinėje teritorijoje gyvenantiems neįgaliesiems ir jų šeimos nariams",
		"Savanoriškos pagalbos ir kitų socialinių paslaugų teikimas socialinę atskirtį patiriantiems senyvo amžiaus asmenims, gyvenantiems tikslinėje teritorijoje",
		"Socialinę atskirtį patiriančių gyventojų visavertiškas integravimas į visuomenės gyvenimą",
		"Grožio ambasada",
		"Verslo švyturys",
		"Prevencinių veiklų organizavimas socialinę atskirtį patiriantiems, delinkventinio elgesio vaikams ir jaunuoliams",
		"Prevencinių veiklų organizavimas socialinę atskirtį patiriantiems vaikams ir jaunuoliams",
		"Savanoriškos pagalbos ir kitų socialinių paslaugų teikimas socialinės rizikos asmenims ir jų šeimos nariams, pabėgėliams ir jų šeimos nariams",
		"Bendradarbiavimo tinklų tarp miesto ir kaimo kūrimas Klaipėdos regione",
		"Centralizuoto taško „Socialinių paslaugų infocentras“ kūrimas Klaipėdos mieste",
	}
	for i, p := range s.Projects {
		if p.Title != want[i] {
			t.Errorf("%s: got %q, want %q", p.Key, p.Title, want[i])
		}
		if normal := strings.Join(strings.Fields(p.Title), " "); p.Title != normal {
			t.Errorf("%s: title %q has stray white space", p.Key, p.Title)
		}
	}
}

func TestElevenDistinctCodesArePrinted(t *testing.T) {
	s, _ := load(t)
	series := map[string]int{}
	codes := map[string]bool{}
	var without []string
	for _, p := range s.Projects {
		if p.Code == "" {
			without = append(without, p.Key)
			continue
		}
		codes[p.Code] = true
		series[strings.Join(strings.Split(p.Code, "-")[:4], "-")]++
	}
	if len(codes) != 11 || series["08.6.1-ESFA-V-911"] != 8 || series["08.6.1-ESFA-T-927"] != 3 {
		t.Errorf("got %d codes, %v, want 11: 8 of V-911 and 3 of T-927", len(codes), series)
	}
	if want := []string{"P10", "P11", "P12", "P14"}; !slices.Equal(without, want) {
		t.Errorf("without a code: got %v, want %v", without, want)
	}
}

func TestThirteenPromotersAndNoneIsABusiness(t *testing.T) {
	s, _ := load(t)
	projects := map[string]int{}
	for _, p := range s.Projects {
		projects[p.Promoter]++
	}
	if len(s.Organisations) != 13 || len(projects) != 13 {
		t.Errorf("got %d organisations and %d promoters, want 13", len(s.Organisations), len(projects))
	}
	if projects["mano-miestas-klaipeda"] != 2 || projects["liberi"] != 2 {
		t.Errorf("promoters of two projects: got %v, want mano-miestas-klaipeda and liberi", projects)
	}
	printed := map[string]string{"VSI": "VšĮ", "ASOCIACIJA": "asociacija", "DRAUGIJA": "draugija", "BENDRIJA": "bendrija"}
	for _, o := range s.Organisations {
		if printed[o.LegalForm] == "" || o.LegalFormAsPrinted != printed[o.LegalForm] {
			t.Errorf("%s: form %s printed as %q, want one of %v", o.Key, o.LegalForm, o.LegalFormAsPrinted, printed)
		}
		if o.IsCollege != (o.Key == "socialiniu-mokslu-kolegija") {
			t.Errorf("%s: college: got %t", o.Key, o.IsCollege)
		}
	}
}

func TestStatedGoalsByWord(t *testing.T) {
	s, _ := load(t)
	want := map[string][]strategies.StatedGoal{
		"P1": {{Kind: strategies.Tikslas, Of: "forums"}}, "P2": {{Kind: strategies.Esme}}, "P3": {{Kind: strategies.Esme}},
		"P4": {{Kind: strategies.Tikslas}}, "P6": {{Kind: strategies.Tikslas}}, "P8": {{Kind: strategies.Tikslas}},
		"P9": {{Kind: strategies.Siekti}}, "P10": {{Kind: strategies.Siekti}}, "P13": {{Kind: strategies.Tikslas}}, "P14": {{Kind: strategies.Siekti}},
	}
	for _, p := range s.Projects {
		var got []strategies.StatedGoal
		for _, g := range p.Goals {
			if g.Gist == "" {
				t.Errorf("%s: goal without a gist", p.Key)
			}
			got = append(got, strategies.StatedGoal{Kind: g.Kind, Of: g.Of})
		}
		if !slices.Equal(got, want[p.Key]) {
			t.Errorf("%s: got %v, want %v", p.Key, got, want[p.Key])
		}
	}
}

func TestPlaces(t *testing.T) {
	s, _ := load(t)
	want := []string{
		"P1 ADDRESS Turgaus a. 12-13 LINKED",
		"P1 DISTRICT Klaipėdos senamiestyje LINKED",
		"P2 DISTRICT Klaipėdos senamiestyje LINKED",
		"P4 ADDRESS Minijos g. 2A, 3 korpuse UNSTATED",
		"P4 ADDRESS Gluosnių skg. 2A LINKED",
		"P8 ADDRESS Jūros g. 11 UNSTATED",
		"P10 DISTRICT Klaipėdos miesto senamiestyje LINKED",
	}
	var got []string
	for _, p := range s.Projects {
		for _, pl := range p.Places {
			got = append(got, strings.Join([]string{p.Key, pl.Kind, pl.Text, string(pl.Territory)}, " "))
			if pl.Source != p.Source {
				t.Errorf("%s %s: got %v, want the project's own line %v", p.Key, pl.Text, pl.Source, p.Source)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParticipantsLiveInBothTerritoriesUnlessTheProjectSaysTarget(t *testing.T) {
	s, _ := load(t)
	targetOnly := map[string]int{"P6": 29, "P7": 31, "P8": 33, "P14": 45, "P15": 47}
	for _, p := range s.Projects {
		want, source := []strategies.TerritoryKind{strategies.Target, strategies.Linked}, notice(49)
		if line, only := targetOnly[p.Key]; only {
			want, source = want[:1], notice(line)
		}
		if !slices.Equal(p.Residence.Territories, want) || p.Residence.Source != source {
			t.Errorf("%s: got %v from %v, want %v from %v", p.Key, p.Residence.Territories, p.Residence.Source, want, source)
		}
	}
}

func TestSeventeenFindings(t *testing.T) {
	k, m := load(t)
	all := append(slices.Clone(k.Findings), m.Findings...)
	ids := map[strategies.FindingID]strategies.Finding{}
	for _, f := range all {
		ids[f.ID] = f
		if len(f.Subjects) == 0 || len(f.Sources) == 0 || f.Read == "" || f.Note == "" {
			t.Errorf("%s: incomplete: %+v", f.ID, f)
		}
	}
	if len(all) != 17 || len(ids) != 17 {
		t.Errorf("got %d findings with %d ids, want 17", len(all), len(ids))
	}
	for n := 1; n <= 17; n++ {
		if _, ok := ids[strategies.FindingID("Q"+strconv.Itoa(n))]; !ok {
			t.Errorf("Q%d is missing", n)
		}
	}
	if len(m.Findings) != 1 || m.Findings[0].ID != "Q11" {
		t.Errorf("Marijampolė: got %v, want Q11 alone", m.Findings)
	}
	if q8 := ids["Q8"]; q8.Printed != "1.493200,00 Eur" || q8.Read != "1493200.00" || q8.Sources[0] != notice(3) {
		t.Errorf("Q8: got %+v, want the malformed print and its reading, line 3", q8)
	}
	subjects := map[strategies.FindingID][]string{
		"Q6": {"P10", "P11", "P12", "P14"}, "Q7": {"P11", "P12", "P7", "P13"}, "Q9": {"P2", "P8", "P5", "P15", "P7", "P1"},
		"Q12": {"P8"}, "Q13": {"P13"}, "Q14": {"P1"}, "Q15": {"P2"}, "Q16": {"P8"},
	}
	for id, want := range subjects {
		if got := ids[id].Subjects; !slices.Equal(got, want) {
			t.Errorf("%s: got subjects %v, want %v", id, got, want)
		}
	}
}

func TestAccomplishmentsWithoutANumberAreKept(t *testing.T) {
	s, _ := load(t)
	got := map[string]int{}
	for _, u := range s.Unquantified {
		got[u.Project]++
		if p, _ := s.Project(u.Project); p.Source != u.Source {
			t.Errorf("%s, %s: got %v, want %v", u.Project, u.What, u.Source, p.Source)
		}
		if u.Project == "P5" && len(u.Items) != 6 {
			t.Errorf("P5: got %v, want six kinds of services", u.Items)
		}
	}
	if want := map[string]int{"P1": 2, "P2": 3, "P3": 1, "P5": 1, "P6": 2, "P8": 1}; !maps.Equal(got, want) {
		t.Errorf("by project: got %v, want %v", got, want)
	}
}

func TestNoStrategyIsLoadedInAStateItsTextContradicts(t *testing.T) {
	k, m := load(t)
	at := func(s string) clock.Instant {
		i, err := clock.ParseInstant(s)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	for _, c := range []struct {
		s        strategies.Strategy
		at, want string
	}{
		{k, "2019-12-31T12:00:00Z", "implementing"},
		{m, "2016-01-15T21:59:59Z", "consultation"}, // 23:59:59 in Vilnius
		{m, "2016-01-15T22:00:00Z", "draft_final"},  // 24:00 in Vilnius
		{m, "2020-01-01T00:00:00Z", "draft_final"},
	} {
		if got := c.s.StateAt(at(c.at)); got != c.want {
			t.Errorf("%s at %s: got %q, want %q", c.s.Key, c.at, got, c.want)
		}
	}
}

func TestMarijampoleCallForInput(t *testing.T) {
	_, s := load(t)
	for _, c := range []struct{ what, got, want string }{
		{"name", s.Lag.Name, "Marijampolės miesto vietos veiklos grupė"},
		{"e-mail", s.Lag.Email, "vvg@marijampoliceiai.lt"},
		{"address for inputs", s.Consultation.Address, "vvg@marijampoliceiai.lt"},
		{"channel", s.Consultation.Channel, "EMAIL"},
		{"deadline", string(s.Consultation.Deadline), "2016-01-15"},
		{"deadline, printed", s.Consultation.Printed, "2016 m. sausio 15 d."},
		{"class of the source", string(s.Documents[0].Class), "CALL_FOR_INPUT"},
		{"body", s.Lag.Bodies[0].Name, "pirmininkas"},
		{"body", s.Lag.Bodies[1].Name, "valdyba"},
		{"state until", string(s.States[0].Until), "2016-01-15"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	var invited []string
	for _, i := range s.Consultation.Invited {
		invited = append(invited, i.Kind)
	}
	if want := []string{"RESIDENTS", "BUSINESS_PEOPLE", "PUBLIC_AUTHORITIES", "LOCAL_ORGANISATIONS"}; !slices.Equal(invited, want) {
		t.Errorf("invited: got %v, want %v", invited, want)
	}
	if s.Consultation.Source != callForInput(23) || s.Lag.Source != callForInput(5) {
		t.Errorf("sources: got %v and %v, want lines 23 and 5", s.Consultation.Source, s.Lag.Source)
	}
	if n := len(s.Goals) + len(s.FundingPlan) + len(s.Projects) + len(s.StatedFigures) + len(s.Results) + len(s.Synthetic.Objectives); n != 0 {
		t.Errorf("goals, money, projects, figures, results and objectives: got %d, want none", n)
	}
}

func TestDirectionsAreListsOfExamples(t *testing.T) {
	_, s := load(t)
	want := []struct {
		code, name string
		kinds      int
		line       int
	}{
		{"D1", "socialinių paslaugų teikimas", 11, 11},
		{"D2", "darbingų neaktyvių gyventojų ir bedarbių užimtumo didinimas", 13, 15},
		{"D3", "verslumo skatinimas", 4, 17},
		{strategies.EveryDirection, "", 4, 19},
	}
	kinds := map[string][]strategies.ActivityKind{}
	for _, k := range s.ActivityKinds {
		kinds[k.Direction] = append(kinds[k.Direction], k)
	}
	for i, w := range want {
		if w.name != "" && (s.Directions[i].Code != w.code || s.Directions[i].Name != w.name || s.Directions[i].Exhaustive || *s.Directions[i].Source != callForInput(9)) {
			t.Errorf("direction %d: got %+v, want %s %q, not exhaustive, line 9", i, s.Directions[i], w.code, w.name)
		}
		if got := kinds[w.code]; len(got) != w.kinds || *got[0].Source != callForInput(w.line) {
			t.Errorf("%s: got %d kinds from %v, want %d from line %d", w.code, len(got), got[0].Source, w.kinds, w.line)
		}
	}
	if len(s.Directions) != 3 {
		t.Errorf("got %d directions, want 3", len(s.Directions))
	}
	if got := s.Directions[0].DeliveredThrough; got != "savanoriškas bendruomenines iniciatyvas" {
		t.Errorf("D1 is delivered through %q, want voluntary community initiatives for all its services", got)
	}
}
