package rules

import "slices"

// Rule is what the catalogue says about one rule.
type Rule struct {
	ID          string // number, such as "R-06"
	Title       Text   // a few words
	Template    Text   // what to say when the rule does not hold
	Source      string // where the rule comes from
	By          Governing
	Overrulable bool // staff may overrule it where the rule set allows it, with reason and second person
	Warns       bool // at most warns: it never stops anything by itself

	reasons []reasonText
}

// reasonText is what a rule says when it does not hold for a certain reason.
type reasonText struct {
	reason string
	text   Text
}

// overflow is the reason of every rule whose amounts cannot be added.
const overflow = "overflow"

var overflowText = Text{LT: "Sumos per didelės, kad jas būtų galima sudėti.", EN: "The amounts are too large to add."}

func (r Rule) text(reason string) Text {
	if reason == overflow {
		return overflowText
	}
	i := slices.IndexFunc(r.reasons, func(t reasonText) bool { return t.reason == reason })
	if i < 0 {
		return r.Template
	}
	return r.reasons[i].text
}

// Catalogue lists every rule implemented here by ascending number.
func Catalogue() []Rule { return slices.Clone(catalogue) }

// ByID is the rule of that number, and whether there is one.
func ByID(id string) (Rule, bool) {
	i := slices.IndexFunc(catalogue, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return catalogue[i], true
}

// terms are the field's words for values that rules carry as codes.
var terms = map[string]Text{
	string(PublicInstitution):     {LT: "viešoji įstaiga", EN: "a public institution (VšĮ)"},
	string(Association):           {LT: "asociacija", EN: "an association"},
	string(CharityFund):           {LT: "labdaros ir paramos fondas", EN: "a charity and support fund"},
	string(BudgetaryInstitution):  {LT: "biudžetinė įstaiga", EN: "a budgetary institution"},
	string(Municipality):          {LT: "savivaldybės administracija", EN: "a municipal administration"},
	string(PrivateCompany):        {LT: "uždaroji akcinė bendrovė", EN: "a private limited company (UAB)"},
	string(SmallPartnership):      {LT: "mažoji bendrija", EN: "a small partnership (MB)"},
	string(SoleProprietorship):    {LT: "individuali įmonė", EN: "a sole proprietorship (IĮ)"},
	string(ReligiousOrganisation): {LT: "religinė bendruomenė", EN: "a religious community"},
	string(Public):                {LT: "savivaldos sektorius", EN: "the public sector"},
	string(Business):              {LT: "verslo sektorius", EN: "the business sector"},
	string(NGOCommunity):          {LT: "NVO ir bendruomenių sektorius", EN: "the community sector"},
}

var catalogue = []Rule{
	{
		ID: "R-01", By: ByCall, Overrulable: true, Source: "the call's conditions",
		Title: Text{LT: "Pateikta laiku", EN: "In time"},
		Template: Text{
			LT: "Kvietimas baigėsi {closesAt:instant}.",
			EN: "The call closed on {closesAt:instant}; the proposal was not accepted.",
		},
	},
	{
		ID: "R-02", By: ByAct, Overrulable: true, Source: "Register of Legal Entities, control digit of the code",
		Title: Text{LT: "Juridinio asmens kodas", EN: "Legal entity code"},
		Template: Text{
			LT: "Juridinio asmens kodo {code} kontrolinis skaitmuo neteisingas.",
			EN: "Legal entity code {code} fails the control digit.",
		},
		reasons: []reasonText{
			{"malformed", Text{
				LT: "Juridinio asmens kodas {code} nėra devynių skaitmenų.",
				EN: "Legal entity code {code} is not nine digits.",
			}},
			{"missing", Text{LT: "Nurodykite juridinio asmens kodą.", EN: "Enter the legal entity code."}},
		},
	},
	{
		ID: "R-03", By: ByCall, Overrulable: true, Source: "the call's conditions",
		Title: Text{LT: "Pareiškėjo teisinė forma", EN: "Applicant type"},
		Template: Text{
			LT: "{form:term} negali teikti projektinio pasiūlymo pagal šį kvietimą.",
			EN: "{form:term} may not apply under this call.",
		},
	},
	{
		ID: "R-04", By: ByCall, Overrulable: true, Source: "the strategy's territory decision",
		Title: Text{LT: "Veiklos vieta", EN: "Place of activity"},
		Template: Text{
			LT: "Strategijos teritorijoje nėra nė vienos veiklos vietos.",
			EN: "No place of activity inside the strategy territory.",
		},
	},
	{
		ID: "R-05", By: ByCall, Overrulable: true, Warns: true, Source: "Regulation (EU) No 1303/2013, Article 34(3)",
		Title: Text{LT: "Atitiktis strategijai", EN: "Fit with the strategy"},
		Template: Text{
			LT: "Veikla {kind} nenumatyta veiksme {action}.",
			EN: "Activity {kind} is not in action {action}.",
		},
		reasons: []reasonText{{"action", Text{
			LT: "Veiksmas {action} nenumatytas šiame kvietime.",
			EN: "Action {action} is not in this call.",
		}}},
	},
	{
		ID: "R-06", By: ByCall, Overrulable: true, Source: "the call's conditions",
		Title: Text{LT: "Finansavimo sumos ribos", EN: "Grant window"},
		Template: Text{
			LT: "Prašoma suma {requested:money} viršija didžiausią leistiną sumą {maximum:money}; skirtumas – {excess:money}.",
			EN: "Requested {requested:money} exceeds the maximum {maximum:money} by {excess:money}.",
		},
		reasons: []reasonText{{"belowMinimum", Text{
			LT: "Prašoma suma {requested:money} mažesnė už mažiausią leistiną sumą {minimum:money}; skirtumas – {shortfall:money}.",
			EN: "Requested {requested:money} is below the minimum {minimum:money} by {shortfall:money}.",
		}}},
	},
	{
		ID: "R-07", By: ByCall, Overrulable: true, Source: "the call's conditions; the cap of the rule set",
		Title: Text{LT: "Finansavimo intensyvumas", EN: "Aid intensity"},
		Template: Text{
			LT: "Finansavimas sudaro {percent:percent} tinkamų finansuoti išlaidų; leistina ne daugiau kaip {cap:percent}.",
			EN: "Grant is {percent:percent} of eligible cost; the cap is {cap:percent}.",
		},
		reasons: []reasonText{{"noEligibleCost", Text{
			LT: "Nėra tinkamų finansuoti išlaidų.", EN: "There is no eligible cost.",
		}}},
	},
	{
		ID: "R-08", By: ByCall, Overrulable: true, Source: "the call's conditions; the cap of the rule set",
		Title: Text{LT: "Nuosavas indėlis", EN: "Own contribution"},
		Template: Text{
			LT: "Nuosavas indėlis {own:money} mažesnis už privalomą {required:money}.",
			EN: "Own contribution {own:money} is below the required {required:money}.",
		},
	},
	{
		ID: "R-09", By: ByCall, Overrulable: true, Source: "the proposal's budget and its sources, equal to the cent",
		Title: Text{LT: "Šaltinių ir biudžeto atitiktis", EN: "Sources balance"},
		Template: Text{
			LT: "Finansavimo šaltinių ir biudžeto sumos skiriasi; skirtumas – {difference:money}.",
			EN: "Sources differ from the budget by {difference:money}.",
		},
	},
	{
		ID: "R-14", By: ByCall, Source: "the call's published criteria",
		Title: Text{LT: "Balai", EN: "Score"},
		Template: Text{
			LT: "Kriterijus {criterion}: {points:score} viršija didžiausią balą {maximum:score}.",
			EN: "Criterion {criterion}: {points:score} is above the maximum {maximum:score}.",
		},
		reasons: []reasonText{
			{"negative", Text{
				LT: "Kriterijus {criterion}: {points:score} yra mažiau už nulį.",
				EN: "Criterion {criterion}: {points:score} is below zero.",
			}},
			{"missing", Text{LT: "Kriterijus {criterion} neįvertintas.", EN: "Criterion {criterion} has no score."}},
			{"unknown", Text{
				LT: "Kriterijaus {criterion} paskelbtame rinkinyje nėra.",
				EN: "Criterion {criterion} is not in the published set.",
			}},
			{"noEvaluation", Text{LT: "Nepateiktas nė vienas vertinimas.", EN: "No evaluation has been submitted."}},
		},
	},
	{
		ID: "R-15", By: ByCall, Source: "the call's conditions",
		Title: Text{LT: "Mažiausias balas", EN: "Threshold"},
		Template: Text{
			LT: "Balas {score:score} nesiekia nustatytos ribos {threshold:score}.",
			EN: "Score {score:score} is below the threshold {threshold:score}.",
		},
		reasons: []reasonText{
			{"criterion", Text{
				LT: "Kriterijus {criterion}: {score:score} nesiekia mažiausio balo {minimum:score}.",
				EN: "Criterion {criterion}: {score:score} is below its minimum {minimum:score}.",
			}},
			{"passFail", Text{
				LT: "Kriterijus {criterion} neįvykdytas.", EN: "Criterion {criterion} is not met.",
			}},
		},
	},
	{
		ID: "R-16", By: ByCall, Source: "evaluation procedure; the limit is a design parameter",
		Title: Text{LT: "Vertinimų skirtumas", EN: "Divergence"},
		Template: Text{
			LT: "Vertinimų skirtumas – {difference:score}; vertintojai turi susitarti.",
			EN: "Scores differ by {difference:score}; consensus needed.",
		},
		reasons: []reasonText{
			{"threshold", Text{
				LT: "Vertinimai {lowest:score} ir {highest:score} yra skirtingose ribos {threshold:score} pusėse; vertintojai turi susitarti.",
				EN: "Scores {lowest:score} and {highest:score} lie on opposite sides of the threshold {threshold:score}; consensus needed.",
			}},
			{"passFail", Text{
				LT: "Vertintojai nesutaria dėl kriterijaus {criterion}; jie turi susitarti.",
				EN: "Evaluators differ on criterion {criterion}; consensus needed.",
			}},
		},
	},
	{
		ID: "R-17", By: ByCall, Source: "order 1V-992, paragraph 64; the call's published tie-breakers",
		Title: Text{LT: "Pasiūlymų eilė", EN: "Ranking"},
		Template: Text{
			LT: "Paskelbti pirmumo kriterijai vienodų balų neišskyrė.",
			EN: "Tie not resolved by the published tie-breakers.",
		},
		reasons: []reasonText{{"tieBreakers", Text{
			LT: "Pasiūlymas {proposal} neturi visų paskelbtų pirmumo kriterijų reikšmių.",
			EN: "Proposal {proposal} lacks a value of the published tie-breakers.",
		}}, {"unscored", Text{
			LT: "Dar neįvertintų kvietimo pasiūlymų: {unscored}. Eilė gali pasikeisti.",
			EN: "Proposals of the call that are not scored yet: {unscored}. The order may still change.",
		}}},
	},
	{
		ID: "R-18", By: ByCall, Source: "order 1V-992, paragraph 64",
		Title: Text{LT: "Sąrašų sudarymas", EN: "Filling the list"},
		Template: Text{
			LT: "Likučio {remaining:money} neužtenka {grant:money} sumai; pasiūlymas įrašytas į rezervinį sąrašą.",
			EN: "Remaining {remaining:money} does not cover {grant:money}; placed on the reserve list.",
		},
		reasons: []reasonText{
			{"tie", Text{
				LT: "Ties finansavimo riba eilė neišspręsta; pirmiausia ją nustatykite.",
				EN: "A tie stands at the cut line; resolve it first.",
			}},
			{"grant", Text{
				LT: "Pasiūlymo {proposal} suma {grant:money} nėra teigiama.",
				EN: "Grant {grant:money} of proposal {proposal} is not a positive amount.",
			}},
		},
	},
	{
		ID: "R-19", By: ByCall, Source: "the strategy's financial plan",
		Title: Text{LT: "Biudžetas", EN: "Budget"},
		Template: Text{
			LT: "Sąrašas viršija kvietimo biudžetą; skirtumas – {excess:money}.",
			EN: "List exceeds the call budget by {excess:money}.",
		},
		reasons: []reasonText{
			{"action", Text{
				LT: "Kvietimų įsipareigojimai viršija veiksmui skirtas lėšas; skirtumas – {excess:money}.",
				EN: "Calls exceed the action's allocation by {excess:money}.",
			}},
			{"strategy", Text{
				LT: "Veiksmai ir administravimas viršija strategijos lėšas; skirtumas – {excess:money}.",
				EN: "Actions and administration exceed the strategy's funds by {excess:money}.",
			}},
		},
	},
	{
		ID: "R-20", By: ByAct, Source: "Regulation (EU) No 1303/2013, Article 32(2)(b); equal seats per sector by national rule",
		Title: Text{LT: "Valdybos sudėtis", EN: "Composition"},
		Template: Text{
			LT: "{group:term} turi {percent:percent} vietų (riba {limit:percent}).",
			EN: "{group:term} holds {percent:percent} of seats (limit {limit:percent}).",
		},
		reasons: []reasonText{
			{"unequal", Text{
				LT: "Sektoriai turi nevienodai vietų (savivalda, verslas, NVO ir bendruomenės): {public}:{business}:{community}.",
				EN: "Sectors hold unequal seats (public, business, community): {public}:{business}:{community}.",
			}},
			{"noSeats", Text{LT: "Valdyboje nėra užimtų vietų.", EN: "The board has no filled seats."}},
		},
	},
	{
		ID: "R-21", By: ByAct, Source: "the LAG's statutes",
		Title: Text{LT: "Kvorumas", EN: "Quorum"},
		Template: Text{
			LT: "Nėra kvorumo: {present} iš {seats}.",
			EN: "No quorum: {present} of {seats}.",
		},
	},
	{
		ID: "R-22", By: ByAct, Source: "Regulation (EU) No 1303/2013, Article 32(2)(b), read strictly for each item",
		Title: Text{LT: "Balsų dalis", EN: "Share of votes"},
		Template: Text{
			LT: "Be nusišalinusių ({recused}) {group:term} turi {percent:percent} balsų; klausimas atidedamas.",
			EN: "Without {recused}, {group:term} has {percent:percent} of votes; item deferred.",
		},
		reasons: []reasonText{
			{"noRecusal", Text{
				LT: "{group:term} turi {percent:percent} balsų; klausimas atidedamas.",
				EN: "{group:term} has {percent:percent} of votes; item deferred.",
			}},
			{"noVoters", Text{
				LT: "Nėra turinčių teisę balsuoti; klausimas atidedamas.",
				EN: "Nobody is entitled to vote; item deferred.",
			}},
		},
	},
	{
		ID: "R-23", By: ByAct, Source: "Regulation (EU) No 1303/2013, Article 34(3)(b)",
		Title: Text{LT: "Ne valdžios partnerių balsai", EN: "Votes of non-public partners"},
		Template: Text{
			LT: "Ne valdžios partneriai atidavė {percent:percent} balsų (mažiausiai {minimum:percent}).",
			EN: "Non-public partners cast {percent:percent} of votes (minimum {minimum:percent}).",
		},
		reasons: []reasonText{{"noVotes", Text{LT: "Nebalsavo niekas.", EN: "No votes were cast."}}},
	},
	{
		ID: "R-24", By: ByAct, Source: "Commission Notice 2021/C 121/01",
		Title: Text{LT: "Interesų konfliktas", EN: "Conflict of interest"},
		Template: Text{
			LT: "{seat} deklaravo interesų konfliktą ir negali balsuoti klausimu {item}.",
			EN: "{seat} declared a conflict and cannot vote on {item}.",
		},
		reasons: []reasonText{
			{"present", Text{
				LT: "{seat} deklaravo interesų konfliktą ir negali dalyvauti svarstant klausimą {item}.",
				EN: "{seat} declared a conflict and cannot be present for {item}.",
			}},
			{"papers", Text{
				LT: "{seat} deklaravo interesų konfliktą ir negali matyti klausimo {item} vertinimų.",
				EN: "{seat} declared a conflict and cannot see the scores of {item}.",
			}},
		},
	},
	{
		ID: "R-25", By: ByAct, Source: "the LAG's procedure for declarations",
		Title: Text{LT: "Nešališkumo deklaracija", EN: "Declaration first"},
		Template: Text{
			LT: "Pirmiausia pasirašykite nešališkumo deklaraciją.",
			EN: "Sign the impartiality declaration first.",
		},
	},
	{
		ID: "R-26", By: ByAct, Source: "the LAG's statutes",
		Title: Text{LT: "Balsų dauguma", EN: "Majority"},
		Template: Text{
			LT: "Sprendimas nepriimtas: {for}:{against}:{abstained}.",
			EN: "Proposal not adopted: {for}:{against}:{abstained}.",
		},
	},
	{
		ID: "R-27", By: ByAct, Source: "European Court of Auditors, Special Report 5/2010",
		Title: Text{LT: "Nukrypimas nuo eilės", EN: "Departure from ranking"},
		Template: Text{
			LT: "Nurodykite nukrypimo nuo pasiūlymų eilės priežastį.",
			EN: "Give a reason for departing from the ranking.",
		},
		reasons: []reasonText{{"decision", Text{
			LT: "Nukrypti nuo pasiūlymų eilės galima tik sprendimu.",
			EN: "Departing from the ranking needs a decision.",
		}}},
	},
	{
		ID: "R-28", By: ByCall, Source: "Regulation (EU) 2021/1060, Article 33(5)",
		Title: Text{LT: "VVG pareiškėja", EN: "LAG as applicant"},
		Template: Text{
			LT: "Funkcinis nepriklausomumas nepagrįstas.",
			EN: "Functional independence is not shown.",
		},
	},
	{
		ID: "R-29", By: ByAct, Warns: true, Source: "European Court of Auditors, Special Report 10/2022; the share is a parameter",
		Title: Text{LT: "Lyčių pusiausvyra", EN: "Gender balance"},
		Template: Text{
			LT: "Moterų ir vyrų valdyboje: {female}:{male}.",
			EN: "Board balance {female}:{male}.",
		},
	},
}
