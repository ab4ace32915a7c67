package workflow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/rules"
)

// sight is what a guard sees: the facts under lock and what the act carries.
type sight struct {
	*Facts
	data Values
	// on is the legal day of the step, "" where none is taken.
	on clock.Date
	// decision is the board's that the step makes or carries out, where R-27 is asked of it.
	decision *DecisionFacts
	// rule judges another computed guard on the same facts, nil where none is
	// computed under the name.
	rule func(name string) *rules.Result
}

// termGuard holds while the term of the step, or of the state where the step has
// none of its own, has not run out.
const termGuard = "termRuns"

// notCompared is the source of a term whose length nobody has compared with the
// law yet.
const notCompared = "unverified"

// theLaw is the source of a term that is in an act.
const theLaw = "law"

// computed are the guards that Go decides. All others are attestations of
// their definition. Rules of the field are judged by the rules package; here
// stands only which facts they are given.
var computed = map[string]func(sight) rules.Result{
	"R-01": func(s sight) rules.Result {
		return rules.InTime{SubmittedAt: s.filedAt(), ClosesAt: s.Call.ClosesAt}.Check()
	},
	"R-02": func(s sight) rules.Result { return rules.ValidLegalCode{Code: s.Proposal.LegalCode}.Check() },
	"R-03": func(s sight) rules.Result {
		forms := make([]rules.LegalForm, len(s.Call.EligibleForms))
		for i, f := range s.Call.EligibleForms {
			forms[i] = rules.LegalForm(f)
		}
		return rules.AllowedApplicant{Form: rules.LegalForm(s.Proposal.LegalForm), Allowed: forms}.Check()
	},
	"R-04": func(s sight) rules.Result {
		return rules.PlacedInTerritory{
			Seat: rules.Territory(s.Proposal.SeatTerritory), Activities: []rules.Territory{rules.Territory(s.Proposal.PlaceTerritory)},
		}.Check()
	},
	"R-05": func(s sight) rules.Result {
		return rules.FitsStrategy{
			Action: s.Proposal.ActionCode, CallActions: s.Call.actionCodes(),
			Kinds: s.Proposal.ActivityKinds, ActionKinds: s.Proposal.ActionKinds,
		}.Check()
	},
	"R-06": func(s sight) rules.Result {
		return rules.GrantWindow{Requested: s.Proposal.GrantRequested, Min: s.Call.MinGrant, Max: s.Call.MaxGrant}.Check()
	},
	"R-07": func(s sight) rules.Result {
		return rules.Intensity{
			Grant: s.Proposal.GrantRequested, Eligible: s.Proposal.EligibleTotal, Cap: s.Call.IntensityCap,
		}.Check()
	},
	"R-08": func(s sight) rules.Result {
		return rules.OwnContribution{
			Eligible: s.Proposal.EligibleTotal, Public: s.Proposal.fundedBy(true), Cap: s.Call.IntensityCap,
		}.Check()
	},
	"R-09": func(s sight) rules.Result {
		return rules.SourcesBalance{Eligible: s.Proposal.EligibleTotal, Sources: s.Proposal.fundedBy(false)}.Check()
	},
	"R-14": func(s sight) rules.Result { return s.Call.scoring(s.Proposal.Counting()).Check() },
	"R-15": threshold,
	"R-16": divergence,
	"R-17": func(s sight) rules.Result { return s.ranking().Check() },
	"R-18": fitsList,
	"R-19": withinBudget,
	"R-20": composition,
	"R-21": quorum,
	"R-22": voteShare,
	"R-23": nonPublicShare,
	"R-24": recusals,
	"R-25": declarations,
	"R-26": majority,
	"R-27": departure,
	"R-28": independence,
	"R-29": genderBalance,

	termGuard: func(s sight) rules.Result {
		r := fact(termGuard, !s.TermOver)
		if s.TermUnverified {
			r.Unverified = []string{"term"}
		}
		return r
	},
	"receivedSinceOpening": func(s sight) rules.Result {
		return fact("receivedSinceOpening", s.filedAt() >= s.Call.OpensAt,
			rules.Fact{Name: "receivedAt", Value: s.filedAt().String()}, rules.Fact{Name: "opensAt", Value: s.Call.OpensAt.String()})
	},
	"late": func(s sight) rules.Result {
		return fact("late", s.filedAt() > s.Call.ClosesAt,
			rules.Fact{Name: "receivedAt", Value: s.filedAt().String()},
			rules.Fact{Name: "closesAt", Value: s.Call.ClosesAt.String()})
	},
	"modeV": func(s sight) rules.Result {
		return fact("modeV", s.Call.SelectionMode == "V", rules.Fact{Name: "mode", Value: s.Call.SelectionMode})
	},
	"callOpen": func(s sight) rules.Result {
		return fact("callOpen", s.Call.OpensAt <= s.Now && s.Now <= s.Call.ClosesAt,
			rules.Fact{Name: "opensAt", Value: s.Call.OpensAt.String()},
			rules.Fact{Name: "closesAt", Value: s.Call.ClosesAt.String()})
	},
	"numberUnsealed": func(s sight) rules.Result {
		number, _ := s.data["regNo"].(string)
		return fact("numberUnsealed", number == "" || s.Call.ReceivedListPublished, rules.Fact{Name: "regNo", Value: number})
	},
	"officeDraft": func(s sight) rules.Result { return fact("officeDraft", s.Proposal.OfficeDraft) },
	"callHasProposals": func(s sight) rules.Result {
		// Not how many: the entry stands in the call's dossier, whose hashes are public while the call is sealed.
		return fact("callHasProposals", s.Call.Proposals > 0)
	},
	"termExtended": func(s sight) rules.Result {
		closes, _ := s.data["closesAt"].(clock.Instant)
		earliest := s.Call.ClosesAt.Day().AddDays(s.Call.ExtensionDays)
		r := fact("termExtended", closes.Day() >= earliest,
			rules.Fact{Name: "closesAt", Value: closes.String()}, rules.Fact{Name: "earliest", Value: string(earliest)})
		r.Unverified = s.Call.unverified(rules.ExtensionDays)
		return r
	},
	"votesConcluded": votesConcluded,
	"somethingDecided": func(s sight) rules.Result {
		return fact("somethingDecided", s.Meeting.FirstDecision != "", rules.Fact{Name: "firstDecision", Value: string(s.Meeting.FirstDecision)})
	},
	"papersInTime": papersInTime,
	"dayHasCome": func(s sight) rules.Result {
		return fact("dayHasCome", s.Meeting.HeldOn <= s.Now.Day(), rules.Fact{Name: "heldOn", Value: string(s.Meeting.HeldOn)})
	},
	"meetingHeld":   meetingHeld,
	"noMinutesOpen": noMinutesOpen,
	"presiderKnown": func(s sight) rules.Result { return fact("presiderKnown", s.Meeting.Presider != "") },
	"inWriting":     func(s sight) rules.Result { return fact("inWriting", s.Meeting.Written) },
	"inSession":     func(s sight) rules.Result { return fact("inSession", s.Meeting.State.Running) },
	"decidable": func(s sight) rules.Result {
		return fact("decidable", s.Item.Decidable, rules.Fact{Name: "subject", Value: string(s.Item.Subject)}, rules.Fact{Name: "event", Value: string(s.Item.Event)})
	},
	"noConflictShown":       noConflictShown,
	"roundIsIn":             roundIsIn,
	"nobodyDiffers":         nobodyDiffers,
	"takesScores":           takesScores,
	"sheetComplete":         sheetComplete,
	"namedRulesFail":        namedRulesFail,
	"callHasChecklist":      func(s sight) rules.Result { return fact("callHasChecklist", len(s.Call.Checklist) > 0) },
	"everyItemMet":          everyItemMet,
	"failedItemNotMet":      failedItemNotMet,
	"callEvaluates":         func(s sight) rules.Result { return fact("callEvaluates", s.Call.Phase == PhaseEvaluation) },
	"receivedListPublished": func(s sight) rules.Result { return fact("receivedListPublished", s.Call.ReceivedListPublished) },
	"noContractSigned": func(s sight) rules.Result {
		return fact("noContractSigned", s.Call.SignedContracts == 0, counted("signedContracts", s.Call.SignedContracts))
	},
	"awardInFull": func(s sight) rules.Result {
		return fact("awardInFull", s.amount() == s.Proposal.GrantRequested,
			rules.Fact{Name: "grantAwarded", Value: s.amount().String()},
			rules.Fact{Name: "grantRequested", Value: s.Proposal.GrantRequested.String()})
	},
	"awardReducedOrConditional": func(s sight) rules.Result {
		condition, _ := s.data["awardCondition"].(string)
		return fact("awardReducedOrConditional", s.amount() < s.Proposal.GrantRequested || strings.TrimSpace(condition) != "",
			rules.Fact{Name: "grantAwarded", Value: s.amount().String()},
			rules.Fact{Name: "grantRequested", Value: s.Proposal.GrantRequested.String()})
	},
	"awardWithinRequest": func(s sight) rules.Result {
		return fact("awardWithinRequest", s.amount() <= s.Proposal.GrantRequested,
			rules.Fact{Name: "grantAwarded", Value: s.amount().String()},
			rules.Fact{Name: "grantRequested", Value: s.Proposal.GrantRequested.String()})
	},
	"awardReduced": func(s sight) rules.Result {
		return fact("awardReduced", s.amount() < s.Proposal.award(),
			rules.Fact{Name: "grantAwarded", Value: s.amount().String()},
			rules.Fact{Name: "awardedBefore", Value: s.Proposal.award().String()})
	},
	"grantIsAward": func(s sight) rules.Result {
		grant, revised := s.data["grant"].(rules.Money)
		if !revised {
			grant = s.contract().Grant
		}
		return fact("grantIsAward", grant == s.Proposal.contractable(),
			rules.Fact{Name: "grant", Value: grant.String()},
			rules.Fact{Name: "awarded", Value: s.Proposal.contractable().String()})
	},
	"nothingOpen": func(s sight) rules.Result {
		open := s.openMatters()
		return fact("nothingOpen", len(open) == 0, rules.Fact{Name: "open", Value: strings.Join(open, " ")})
	},
	// Whatever became of it since, it was signed.
	"contractConcluded": func(s sight) rules.Result {
		return fact("contractConcluded", s.contract().State.Listed)
	},
	"contractRuns": func(s sight) rules.Result {
		state := s.contract().State
		return fact("contractRuns", state.Listed && state.Outcome != OutcomeNegative && state.Phase != PhaseClosure)
	},
	"contractPays":         func(s sight) rules.Result { return fact("contractPays", s.contract().State.Pays) },
	"acceptedWithinAmount": acceptedWithinAmount,
	"acceptedInFull": func(s sight) rules.Result {
		return fact("acceptedInFull", s.accepted() >= s.matter().Amount, s.amounts()...)
	},
	"acceptedWithinGrant": acceptedWithinGrant,
	"claimsInOrder":       claimsInOrder,
	"reportsInTime": func(s sight) rules.Result {
		late := slices.ContainsFunc(s.Matters, func(m MatterFacts) bool {
			return m.Kind == "progress_report" && m.State.Outcome == OutcomeNegative && !m.State.Settled()
		})
		return fact("reportsInTime", !late)
	},
	"appealable":           appealable,
	"noOtherAppeal":        noOtherAppeal,
	"appealInTime":         appealInTime,
	"appealLate":           appealLate,
	"ruledByOthers":        ruledByOthers,
	"caseContested":        caseContested,
	"reviewersIndependent": reviewersIndependent,
	"rulingCarriedOut":     rulingCarriedOut,
	"upheldWithoutMoney":   upheldWithoutMoney,
	"nextInRank":           nextInRank,
	"amountWithinAward": func(s sight) rules.Result {
		applied, _ := s.data["grantApplied"].(rules.Money)
		award := s.Proposal.award()
		return fact("amountWithinAward", 0 < applied && applied <= award,
			rules.Fact{Name: "grantApplied", Value: applied.String()}, rules.Fact{Name: "grantAwarded", Value: award.String()})
	},
}

// ofMeetings are the guards that look at a meeting, and at an item of it: no other case
// has either.
var ofMeetings = map[string]bool{
	"R-20": true, "R-21": true, "R-22": true, "R-23": true, "R-24": true, "R-25": true, "R-26": true, "R-29": true,
	"votesConcluded": true, "inWriting": true, "inSession": true, "decidable": true,
	"somethingDecided": true, "meetingHeld": true, "noMinutesOpen": true, "papersInTime": true, "dayHasCome": true, "presiderKnown": true,
}

// awaiting are the guards that hold once the matters beside a case, or the items of a
// meeting, are led on by their own machines, which are proved as this one is: what waits
// for them alone does not wait for ever.
var awaiting = map[string]bool{"nothingOpen": true, "votesConcluded": true}

// followed are the guards of a matter that hold once the case beside which it stands is led
// on by its own machine. That one waits for its matters only where it is to be settled, and
// no ruling sends it there.
var followed = map[string]bool{"rulingCarriedOut": true}

// factMessages say what is wrong where a fact that has no rule number does not hold.
var factMessages = map[string]Text{
	"late":                      {LT: "Pasiūlymas gautas laiku, jo kaip pavėluoto atmesti negalima.", EN: "The proposal arrived in time and cannot be rejected as late."},
	"modeV":                     {LT: "Šis žingsnis galimas tik valstybės projektų planavimo būdu.", EN: "This step exists only under state planning (mode V)."},
	"not modeV":                 {LT: "Valstybės planavimo būdu pirma turi būti ministerijos sąrašas.", EN: "Under state planning (mode V) the ministry's list comes first."},
	"callOpen":                  {LT: "Kvietimas šiuo metu neatviras.", EN: "The call is not open now."},
	"numberUnsealed":            {LT: "Registracijos numeris suteikiamas tik paskelbus gautų pasiūlymų sąrašą: iki tol jis parodytų, kiek jų gauta. Registruokite be numerio.", EN: "A registration number is given once the list of received proposals is published: before, it would tell how many there are. Register without one."},
	"officeDraft":               {LT: "Pasiūlymą pradėjo pats pareiškėjas.", EN: "The applicant began the proposal."},
	"not officeDraft":           {LT: "Popieriuje ar el. paštu gautą pasiūlymą tvarko biuras, jis pats nepasibaigia.", EN: "What came on paper or by e-mail is the office's to register; it does not run out by itself."},
	"callHasProposals":          {LT: "Kvietimas pasiūlymų negavo.", EN: "The call has received no proposals."},
	"not callHasProposals":      {LT: "Kvietimas gavo pasiūlymų, todėl negali būti paskelbtas neįvykusiu.", EN: "The call has received proposals and cannot be declared void."},
	"termRuns":                  {LT: "Apskundimo terminas nuo sprendimo įteikimo baigėsi, skundas nepriimtinas.", EN: "The term to appeal, from the delivery of the decision, has run out; the appeal is inadmissible."},
	"receivedSinceOpening":      {LT: "Gavimo momentas ankstesnis už kvietimo pradžią. Patikrinkite datą.", EN: "The instant of receipt lies before the call opened. Check it."},
	"callEvaluates":             {LT: "Vertinama tik uždarius kvietimą ir pradėjus jo vertinimą.", EN: "Assessment begins once the call is closed and its evaluation has started."},
	"receivedListPublished":     {LT: "Pirma turi būti paskelbtas gautų pasiūlymų sąrašas: iki tol apie pasiūlymus nežino niekas iš šalies.", EN: "The list of received proposals comes first: until then nobody outside may learn of a proposal."},
	"papersInTime":              {LT: "Medžiaga narius turi pasiekti bent tiek darbo dienų iki posėdžio ar balsavimo raštu pabaigos, kiek nustatyta. Numatykite vėlesnę dieną.", EN: "The members have the papers at least so many working days before the meeting, or the end of a vote in writing. Set a later day."},
	"dayHasCome":                {LT: "Diena, kuriai posėdis sušauktas, dar neatėjo.", EN: "The day for which the meeting is called has not come yet."},
	"termExtended":              {LT: "Pakeitus kvietimą, pasiūlymų teikimo terminas turi būti pratęstas bent iki nurodytos dienos.", EN: "An amendment has to extend the term for proposals, at least to the day named."},
	"noConflictShown":           {LT: "Duomenys rodo vertintojo interesų konfliktą su pareiškėju. Deklaruokite jį (declareConflict).", EN: "Data show that the evaluator has a conflict of interest with the applicant. Declare it (declareConflict)."},
	"roundIsIn":                 {LT: "Balai lyginami ir įskaitomi, kai juos pateikia visi paskirtieji, bent du vertintojai.", EN: "Scores are compared and count once all who are assigned, two evaluators at least, have handed theirs in."},
	"nobodyDiffers":             {LT: "Vertintojai dar derina balus, kurie skiriasi.", EN: "The evaluators still look for an agreement on scores that diverge."},
	"takesScores":               {LT: "Pasiūlymo balai jau galutiniai, jis grąžintas vertinti iš naujo arba jo kokybė dabar nevertinama.", EN: "The proposal's scores are final, it was sent back to be assessed anew, or its quality is not assessed now."},
	"sheetComplete":             {LT: "Ne kiekvienas kvietimo kriterijus įvertintas leistinu balu.", EN: "Not every criterion of the call has points within its bounds."},
	"namedRulesFail":            {LT: "Nurodyta taisyklė įvykdyta, todėl dėl jos atmesti negalima.", EN: "A rule that is named holds, so nothing can be rejected for it."},
	"callHasChecklist":          {LT: "Kvietimas kontrolinio sąrašo neturi.", EN: "The call has no checklist."},
	"everyItemMet":              {LT: "Ne kiekvienas kvietimo kontrolinio sąrašo punktas įvertintas ir tenkinamas (žr. unanswered, outdated ir notMet): po patikslinimo visi vertinami iš naujo. Įvertinkite likusius (checkProposal), prašykite patikslinti arba atmeskite.", EN: "Not every item of the call's checklist is answered and met (see unanswered, outdated and notMet): after a clarification all are answered anew. Answer the rest (checkProposal), ask for a clarification, or reject."},
	"failedItemNotMet":          {LT: "Nurodytas punktas kvietimo kontroliniame sąraše neįvertintas kaip netenkinamas (žr. notMet). Nurodykite tokį arba pirma jį įvertinkite (checkProposal).", EN: "The item named is not one that is answered as not met (see notMet). Name one that is, or answer it first (checkProposal)."},
	"noContractSigned":          {LT: "Pagal kvietimą jau pasirašyta sutartis.", EN: "A contract has already been signed under the call."},
	"awardInFull":               {LT: "Į sąrašą įrašoma visa prašoma suma. Mažesnę ar su sąlyga pirma siūlykite pareiškėjui (decideAward).", EN: "What goes on the list is the whole request. Offer less, or a condition, to the applicant first (decideAward)."},
	"awardReducedOrConditional": {LT: "Siūloma visa suma be sąlygų: jai siūlymo nereikia (decideFund).", EN: "The whole request without a condition needs no offer (decideFund)."},
	"awardWithinRequest":        {LT: "Skirti galima ne daugiau, nei prašyta.", EN: "No more can be awarded than was requested."},
	"awardReduced":              {LT: "Sumažinta suma turi būti mažesnė už skirtą.", EN: "The reduced amount has to be below the one awarded."},
	"grantIsAward":              {LT: "Sutarties suma nebeatitinka skirtos sumos, todėl tokia sutartis nesudaroma.", EN: "The contract is no longer on the amount awarded, so it cannot be concluded."},
	"amountWithinAward":         {LT: "Paraiškos suma turi būti teigiama ir neviršyti skirtos sumos.", EN: "The amount applied for has to be positive and within the award."},
	"nothingOpen":               {LT: "Yra nebaigtas keitimas, mokėjimo prašymas, ataskaita, grąžinimas, skundas ar pažeidimo tyrimas.", EN: "An amendment, a payment claim, a report, a recovery, an appeal or an irregularity is still open."},
	"contractConcluded":         {LT: "Sutartis dar nepasirašyta.", EN: "The contract is not signed yet."},
	"contractRuns":              {LT: "Sutartis nepasirašyta, nutraukta arba jos veiklos baigtos, todėl nekeičiama.", EN: "The contract is not signed, is terminated or has ended, so it is not amended."},
	"contractPays":              {LT: "Pagal šią sutartį dabar nemokama: ji dar nepradėta vykdyti, sustabdyta arba nutraukta.", EN: "Nothing is paid under the contract now: it has not begun, or is suspended or terminated."},
	"acceptedWithinAmount":      {LT: "Suma turi būti ne didesnė už tą, dėl kurios sprendžiama.", EN: "The amount has to be within the one that is decided on."},
	"acceptedInFull":            {LT: "Dar liko negrąžintų lėšų.", EN: "Some of the money is still to come back."},
	"not acceptedInFull":        {LT: "Grąžinta visa suma.", EN: "All of the money has come back."},
	"acceptedWithinGrant":       {LT: "Kartu su anksčiau patvirtintais mokėjimo prašymais suma viršytų sutarties sumą.", EN: "Together with the claims approved before, the amount would exceed the grant."},
	"votesConcluded":            {LT: "Dar yra klausimų, dėl kurių balsuojama arba balsavimas nebaigtas. Įrašykite, ar nutarta, arba balsavimo neįskaitykite.", EN: "Some items are being voted on, or nothing came of their vote yet. Record whether they are adopted, or void the vote."},
	"meetingHeld":               {LT: "Posėdis dar neįvyko: protokolas rašomas jam pasibaigus.", EN: "The meeting is not held yet: minutes are drawn up once it is."},
	"noMinutesOpen":             {LT: "Šio posėdžio protokolas jau rengiamas arba perduotas į archyvą.", EN: "Minutes of this meeting are being drawn up already, or have gone to the archive."},
	"presiderKnown":             {LT: "Nežinoma, kas posėdžiui pirmininkavo: įrašykite popieriuje pasirašytą protokolą (signOnPaper).", EN: "Who presided is not known: record the minutes that were signed on paper (signOnPaper)."},
	"somethingDecided":          {LT: "Posėdyje dar nieko nenuspręsta: pradėkite jį (open) arba atšaukite (cancel).", EN: "Nothing was decided at the meeting yet: open it (open), or cancel it (cancel)."},
	"not somethingDecided":      {LT: "Posėdyje jau nuspręsta dėl klausimų, todėl jo atšaukti nebegalima: užbaikite jį (close, balsavus raštu – countBallots).", EN: "Items were decided at the meeting already, so it cannot be cancelled any more: close it (close, after a vote in writing countBallots)."},
	"inWriting":                 {LT: "Posėdis vyksta susirenkant, ne raštu.", EN: "The members meet; they do not vote in writing."},
	"not inWriting":             {LT: "Šiame posėdyje balsuojama raštu: išsiųskite biuletenius (sendBallots).", EN: "The members vote in writing: send the ballots (sendBallots)."},
	"inSession":                 {LT: "Posėdis nevyksta. Pirma jį pradėkite.", EN: "The meeting is not in session. Open it first."},
	"not R-21":                  {LT: "Kvorumas yra, posėdį galima pradėti.", EN: "There is a quorum, the meeting can be opened."},
	"not R-26":                  {LT: "Už balsavo dauguma: įrašykite, kad nutarta (adopt).", EN: "A majority voted for it: record the adoption (adopt)."},
	"decidable":                 {LT: "Byla, dėl kurios spręsti, yra būsenos, kurioje dėl šio įvykio nesprendžiama. Išbraukite klausimą ir įtraukite kitą.", EN: "The case is in a state in which there is nothing to decide on this event. Withdraw the item and table another."},
	"claimsInOrder":             {LT: "Galutinis mokėjimo prašymas yra vienas ir teikiamas tik baigus visus kitus.", EN: "There is one final claim, and it comes after all others are settled."},
	"appealable":                {LT: "Šioje būsenoje nėra sprendimo, kurį pareiškėjas galėtų skųsti, arba jis jau buvo skųstas (žr. filed): vienas sprendimas skundžiamas vieną kartą. Skųskite, kai bus priimtas naujas.", EN: "In this state there is no decision for its applicant to appeal, or it was appealed before (see filed): one decision is appealed once. Appeal once a new one is taken."},
	"noOtherAppeal":             {LT: "Dėl šio sprendimo jau nagrinėjamas kitas skundas. Papildykite jį arba palaukite, kol jis bus išnagrinėtas.", EN: "Another appeal about the decision is being examined. Add to it, or wait until it is decided."},
	"appealInTime":              {LT: "Skundas paduotas praleidus terminą arba byla jau baigta, todėl nagrinėti iš esmės jo negalima. Paskelbkite jį nepriimtinu (declareInadmissible).", EN: "The appeal was filed after its term, or the case is over, so it cannot be examined. Declare it inadmissible (declareInadmissible)."},
	"appealLate":                {LT: "Skundas paduotas laiku, todėl dėl termino jo atmesti nenagrinėjus negalima. Priimkite jį (admit) arba, jei jį padavė ne sprendimo adresatas, pagrįskite tai dokumentu (declareWithoutStanding).", EN: "The appeal was filed in time, so it cannot be turned away as late. Admit it (admit) or, where somebody else than the addressee filed it, show so by a document (declareWithoutStanding)."},
	"ruledByOthers":             {LT: "Skundžiamą sprendimą rengėte ar tvirtinote jūs arba antrasis asmuo, todėl dėl skundo turi spręsti kiti; kas galėtų, rodo could.", EN: "You or the second person prepared or confirmed the decision appealed, so others have to rule on the appeal; could tells who may."},
	"caseContested":             {LT: "Byla skundo nagrinėti nelaukia, todėl jos grąžinti nėra iš kur. Įrašykite sprendimą be grąžinimo (uphold, upholdPartly, courtUpheld).", EN: "The case does not wait for the appeal, so the ruling sends nothing back. Record it without (uphold, upholdPartly, courtUpheld)."},
	"not caseContested":         {LT: "Byla laukia skundo išnagrinėjimo: nurodykite, kur ji grąžinama (pavyzdžiui, upholdToBoardAgenda).", EN: "The case waits for the ruling: say where it goes (such as upholdToBoardAgenda)."},
	"reviewersIndependent":      {LT: "Kuris nors nurodytas asmuo vertino pasiūlymą, balsavo, rengė ar tvirtino skundžiamą sprendimą, yra susijęs su pareiškėju arba neregistruotas. Paskirkite kitus; kas galėtų nagrinėti, rodo could.", EN: "Somebody named assessed the proposal, voted, prepared or confirmed the decision appealed, is tied to the applicant or is not on record. Name others; could tells who may review."},
	"rulingCarriedOut":          {LT: "Byla dar ten, kur ją grąžino sprendimas dėl skundo. Pirma priimkite joje sprendimą iš naujo.", EN: "The case is still where the ruling sent it. Decide it anew first."},
	"upheldWithoutMoney":        {LT: "Patenkinto skundo byloje nėra arba lėšų dar užtenka. Jei lėšų užtenka, skirkite jas (decideFund, decideAward).", EN: "No upheld appeal is on file, or there is money still. Where there is, award it (decideFund, decideAward)."},
	"nextInRank":                {LT: "Lėšų pirma laukia kiti: tie, kurių skundas patenkintas, ir pirmesnieji rezerviniame sąraše (žr. before).", EN: "Others come first: those whose appeal was upheld, and those before this one on the reserve list (see before)."},
	"reportsInTime":             {LT: "Vėluoja projekto įgyvendinimo ataskaita. Pirma pateikite ją.", EN: "A progress report is overdue. Submit it first."},
}

// KnownGuards names every guard that the engine computes, for [Compile].
func KnownGuards() map[string]bool {
	known := make(map[string]bool, len(computed))
	for name := range computed {
		known[name] = true
	}
	return known
}

// negation turns a computed guard round.
const negation = "not "

// weighGuard decides one computed guard.
func weighGuard(name string, s sight) rules.Result {
	s.rule = func(name string) *rules.Result {
		check := computed[name]
		if check == nil || (ofMeetings[name] && s.Meeting == nil) {
			return nil
		}
		r := check(s)
		return &r
	}
	plain, negated := strings.CutPrefix(name, negation)
	r := computed[plain](s)
	if !negated {
		return r
	}
	return turned(name, r)
}

// turned is the result of a guard that is asked for turned round.
func turned(name string, r rules.Result) rules.Result {
	r.Rule = name
	if r.OK() {
		r.Verdict = rules.Failed
	} else {
		r.Verdict = rules.Passed
	}
	return r
}

// message is what a guard's result says in both languages.
func message(r rules.Result) Text {
	if t, ok := factMessages[r.Rule]; ok {
		return t
	}
	if plain, negated := strings.CutPrefix(r.Rule, negation); negated {
		return Text{
			LT: fmt.Sprintf("Sąlyga %s išpildyta, todėl šis žingsnis negalimas.", plain),
			EN: fmt.Sprintf("The condition %s holds, so this step is not open.", plain),
		}
	}
	return Text{LT: r.Message(rules.LT), EN: r.Message(rules.EN)}
}

func fact(name string, holds bool, facts ...rules.Fact) rules.Result {
	v := rules.Failed
	if holds {
		v = rules.Passed
	}
	return rules.Result{Rule: name, Verdict: v, Path: name, Facts: facts}
}

func counted(name string, n int) rules.Fact { return rules.Fact{Name: name, Value: strconv.Itoa(n)} }

// filedAt is when the proposal reached the office: now, for one being filed.
func (s sight) filedAt() clock.Instant {
	if at, ok := s.data["receivedAt"].(clock.Instant); ok {
		return at
	}
	for _, at := range []*clock.Instant{s.Proposal.SubmittedAt, s.Proposal.ReceivedAt} {
		if at != nil {
			return *at
		}
	}
	return s.Now
}

// amount is the grant that the step is about: the one that the act carries,
// else the one awarded, else the one asked for.
func (s sight) amount() rules.Money {
	if m, ok := s.data["grantAwarded"].(rules.Money); ok {
		return m
	}
	return s.Proposal.award()
}

// namedRulesFail asks every rule for which the case is to be rejected, so that
// nobody is rejected for what holds. Rules that nothing computes are the second
// person's to vouch for.
func namedRulesFail(s sight) rules.Result {
	named, _ := s.data["failedRules"].(string)
	holds := slices.DeleteFunc(strings.Split(named, ","), func(name string) bool {
		r := s.rule(name)
		return r == nil || r.Verdict == rules.Failed
	})
	return fact("namedRulesFail", named != "" && len(holds) == 0,
		rules.Fact{Name: "named", Value: named}, rules.Fact{Name: "hold", Value: strings.Join(holds, ",")})
}

// evaluators is how many have to score a proposal for its scores to be final by
// themselves: of one alone the office says so.
const evaluators = 2

// roundIsIn holds once all evaluators of the round, two at least, have handed in.
func roundIsIn(s sight) rules.Result {
	counting := s.Proposal.Counting()
	open := len(slices.DeleteFunc(slices.Clone(counting), func(e EvaluationFacts) bool { return e.Submitted }))
	return fact("roundIsIn", open == 0 && len(counting) >= evaluators, counted("evaluators", len(counting)), counted("open", open))
}

// takesScores holds for an evaluation of the round that its proposal is in, while scores
// can be made final there.
func takesScores(s sight) rules.Result {
	own := slices.ContainsFunc(s.Proposal.Evaluations, func(e EvaluationFacts) bool { return e.ID == s.Subject.ID && e.Round == s.Proposal.Round })
	return fact("takesScores", own && s.Proposal.TakesScores && s.Proposal.FinalScore == nil, rules.Fact{Name: "state", Value: string(s.Proposal.State)})
}

// nobodyDiffers holds where no evaluator of the round looks for an agreement.
func nobodyDiffers(s sight) rules.Result {
	differing := slices.DeleteFunc(s.Proposal.Counting(), func(e EvaluationFacts) bool { return !e.Submitted || !e.State.Editable })
	return fact("nobodyDiffers", len(differing) == 0, counted("differing", len(differing)))
}

// sheetComplete holds for an evaluation with points within bounds under every
// criterion of the call.
func sheetComplete(s sight) rules.Result {
	var missing []string
	for _, e := range s.Proposal.Evaluations {
		for _, c := range s.Call.Criteria {
			if points, scored := e.Points[c.Code]; e.ID == s.Subject.ID && (!scored || points < 0 || points > c.Max) {
				missing = append(missing, c.Code)
			}
		}
	}
	return fact("sheetComplete", len(missing) == 0, rules.Fact{Name: "missing", Value: strings.Join(missing, ",")})
}

func (c *CallFacts) unverified(parameter string) []string {
	if slices.Contains(c.Unverified, parameter) {
		return []string{parameter}
	}
	return nil
}

// Counting are the evaluations that count: those of the round that the case is
// in, for those before it were sent back, and none that was taken from its evaluator.
func (p *ProposalFacts) Counting() []EvaluationFacts {
	return slices.DeleteFunc(slices.Clone(p.Evaluations), func(e EvaluationFacts) bool {
		return e.Round != p.Round || e.Gone()
	})
}

func (p *ProposalFacts) award() rules.Money {
	if p.GrantAwarded != nil {
		return *p.GrantAwarded
	}
	return p.GrantRequested
}

// contractable is what a contract may be on: the award, or what was applied
// for where that is less.
func (p *ProposalFacts) contractable() rules.Money {
	if p.GrantApplied != nil {
		return min(*p.GrantApplied, p.award())
	}
	return p.award()
}

// fundedBy lists the amounts of the funding plan, all or the public ones.
func (p *ProposalFacts) fundedBy(publicOnly bool) []rules.Money {
	var out []rules.Money
	for _, f := range p.Funding {
		if !publicOnly || f.Source != "PRIVATE" {
			out = append(out, f.Amount)
		}
	}
	return out
}

func (c *CallFacts) actionCodes() []string {
	codes := make([]string, len(c.Allocations))
	for i, a := range c.Allocations {
		codes[i] = a.ActionCode
	}
	return codes
}

// scoring hands every sheet over, those not submitted too, so that what is
// missing is named. What is only met or not is no score and stays out.
func (c *CallFacts) scoring(counting []EvaluationFacts) rules.Scoring {
	in := rules.Scoring{Aggregation: c.Aggregation}
	passFail := map[string]bool{}
	for _, k := range c.Criteria {
		passFail[k.Code] = k.PassFail
		if !k.PassFail {
			in.Criteria = append(in.Criteria, k.scored())
		}
	}
	for _, e := range counting {
		sheet := rules.ScoreSheet{}
		if e.Submitted {
			for code, points := range e.Points {
				if !passFail[code] {
					sheet[code] = rules.Score(points)
				}
			}
		}
		in.Sheets = append(in.Sheets, sheet)
	}
	return in
}

func (k CriterionFacts) scored() rules.Criterion {
	return rules.Criterion{Code: k.Code, Max: rules.Score(k.Max), Min: rules.Score(k.Min), Weight: rules.BasisPoints(k.Weight * 100)}
}

// contract is the one of the case, or that of a case that has none.
func (s sight) contract() ContractFacts {
	if s.Contract == nil {
		return ContractFacts{}
	}
	return *s.Contract
}

// matter is the subject where it runs beside a case.
func (s sight) matter() MatterFacts {
	if s.Matter == nil {
		return MatterFacts{}
	}
	return *s.Matter
}

// accepted is what the act accepts of the matter's amount, else what was
// accepted before.
func (s sight) accepted() rules.Money {
	if m, ok := s.data["accepted"].(rules.Money); ok {
		return m
	}
	return s.matter().Accepted
}

func (s sight) amounts() []rules.Fact {
	return []rules.Fact{{Name: "accepted", Value: s.accepted().String()}, {Name: "amount", Value: s.matter().Amount.String()}}
}

func acceptedWithinAmount(s sight) rules.Result {
	return fact("acceptedWithinAmount", 0 < s.accepted() && s.accepted() <= s.matter().Amount, s.amounts()...)
}

// openMatters are the kinds of those beside the case that are not settled.
func (s sight) openMatters() []string {
	var open []string
	for _, m := range s.Matters {
		if !m.State.Settled() {
			open = append(open, string(m.Kind))
		}
	}
	slices.Sort(open)
	return slices.Compact(open)
}

// acceptedWithinGrant is R-44 without its categories: what is accepted of all
// claims stays within the grant.
func acceptedWithinGrant(s sight) rules.Result {
	total := s.accepted()
	for _, m := range s.Matters {
		if m.Kind == s.matter().Kind && m.State.Outcome == OutcomePositive {
			total += m.Accepted
		}
	}
	return fact("acceptedWithinGrant", total <= s.contract().Grant,
		rules.Fact{Name: "accepted", Value: total.String()}, rules.Fact{Name: "grant", Value: s.contract().Grant.String()})
}

// finalForm is the form of the claim after which none comes.
const finalForm = "FINAL"

// claimsInOrder holds for a final claim once all others are settled, and for
// any other while none that is final stands.
func claimsInOrder(s sight) rules.Result {
	own := s.matter()
	early := slices.ContainsFunc(s.Matters, func(m MatterFacts) bool {
		if m.Kind != own.Kind {
			return false
		}
		stands := m.State.Outcome == OutcomePositive || (!m.State.Settled() && !m.State.Editable)
		return (m.Form == finalForm && stands) || (own.Form == finalForm && !m.State.Settled())
	})
	return fact("claimsInOrder", !early, rules.Fact{Name: "form", Value: own.Form})
}

func threshold(s sight) rules.Result {
	standing := s.standing()
	final, r := standing.Final()
	if !r.OK() {
		return r
	}
	return rules.Threshold{
		Final: final, Minimum: rules.Score(s.Call.MinScore), Criteria: standing.ByCriterion(), PassFail: s.Call.passFail(s.Proposal.Counting()),
	}.Check()
}

func (s sight) standing() rules.Scoring { return s.Call.standing(s.Proposal.Counting()) }

// standing is the scoring that counts.
func (c *CallFacts) standing(counting []EvaluationFacts) rules.Scoring {
	scoring := c.scoring(counting)
	return c.diverging(scoring, counting).Standing(scoring)
}

// passFail are the evaluators' answers to what is met or not: any points mean
// that it is.
func (c *CallFacts) passFail(counting []EvaluationFacts) []rules.PassFail {
	var out []rules.PassFail
	for _, k := range c.Criteria {
		if !k.PassFail {
			continue
		}
		answers := rules.PassFail{Code: k.Code}
		for _, e := range counting {
			answers.Answers = append(answers.Answers, e.Points[k.Code] > 0)
		}
		out = append(out, answers)
	}
	return out
}

// divergence compares the evaluators' own totals, once R-14 holds.
func divergence(s sight) rules.Result {
	counting := s.Proposal.Counting()
	scoring := s.Call.scoring(counting)
	if r := scoring.Check(); !r.OK() {
		return r
	}
	return s.Call.diverging(scoring, counting).Check()
}

func (c *CallFacts) diverging(scoring rules.Scoring, counting []EvaluationFacts) rules.Divergence {
	return rules.Divergence{
		Totals: scoring.Totals(), Most: scoring.Most(), Limit: c.DivergenceLimit, Threshold: rules.Score(c.MinScore),
		PassFail: c.passFail(counting), Unverified: c.unverified(rules.DivergenceLimit),
	}
}

// tieBreaks are the aggregates of the criteria that break ties, in their order.
func (c *CallFacts) tieBreaks(counting []EvaluationFacts) []rules.Score {
	out := make([]rules.Score, len(c.TieBreakers))
	if len(out) == 0 {
		return out
	}
	for _, mark := range c.standing(counting).ByCriterion() {
		if i := slices.Index(c.TieBreakers, mark.Code); i >= 0 {
			out[i] = mark.Score
		}
	}
	return out
}

// policy says what happens after the first proposal that does not fit.
func (c *CallFacts) policy() rules.FillPolicy {
	if c.SkipAndFit {
		return rules.SkipAndFit
	}
	return rules.StopAtFirst
}

// ranking are the proposals that compete.
func (s sight) ranking() rules.Ranking {
	return s.rankingOf(func(p RankedFacts) bool { return !p.NotYet })
}

// rankingOf ranks some of the proposals. Ties are broken where there are any: it is most of
// the work.
func (s sight) rankingOf(takes func(RankedFacts) bool) rules.Ranking {
	in := rules.Ranking{TieBreakers: len(s.Call.TieBreakers), Unscored: s.Call.Unscored}
	level := make(map[int64]int, len(s.Call.Ranking))
	for _, p := range s.Call.Ranking {
		level[p.Score]++
	}
	unbroken := make([]rules.Score, len(s.Call.TieBreakers))
	for _, p := range s.Call.Ranking {
		if !takes(p) {
			continue
		}
		e := rules.Entry{
			Proposal: string(p.Proposal), Final: rules.Score(p.Score), TieBreaks: unbroken,
			SubmittedAt: p.SubmittedAt, Lot: p.Lot, Grant: p.Grant,
		}
		if level[p.Score] > 1 {
			e.TieBreaks = s.Call.tieBreaks(p.Evaluations)
		}
		if s.Proposal != nil && p.Proposal == s.Proposal.ID {
			e.Grant = s.amount()
		}
		in.Entries = append(in.Entries, e)
	}
	return in
}

// places are the lists of R-18: first those that hold money already, then those given, then
// by rank. They are empty where cannot say, and so is what is ranked.
func (s sight) places(ahead ...string) ([]rules.Ranked, rules.Lists, rules.Result) {
	ranked, r := s.ranking().Rank()
	if !r.OK() {
		return nil, rules.Lists{}, r
	}
	lists, r := rules.FillList{
		Ranked: ranked, Budget: s.Call.Budget, Policy: s.Call.policy(), Ahead: append(s.holders(), ahead...),
	}.Fill()
	return ranked, lists, r
}

// holders are the others that compete and hold money: what they have is not filled again.
func (s sight) holders() []string {
	var out []string
	for _, p := range s.Call.Ranking {
		if p.Holds && p.Proposal != s.Proposal.ID {
			out = append(out, string(p.Proposal))
		}
	}
	return out
}

// own is the place of the proposal on a list, -1 where it is not on it.
func (s sight) own(list []rules.Ranked) int {
	return slices.IndexFunc(list, func(r rules.Ranked) bool { return r.Proposal == string(s.Proposal.ID) })
}

// fitsList holds where R-18 puts the proposal among the funded, or where a decision that
// departs puts it there before its turn and the money is there.
func fitsList(s sight) rules.Result {
	_, lists, r := s.places()
	if !r.OK() {
		return r
	}
	at := s.own(lists.Funding)
	if at < 0 && s.decision != nil && s.decision.Departs {
		_, departed, _ := s.places(string(s.Proposal.ID))
		if at = s.own(departed.Funding); at >= 0 {
			lists = departed
		}
	}
	if at < 0 {
		facts := []rules.Fact{{Name: "remaining", Value: lists.Remaining.String()}, {Name: "grant", Value: s.amount().String()}}
		if at := s.own(lists.Reserve); at >= 0 {
			facts = append(facts, rules.Fact{Name: "rank", Value: strconv.Itoa(lists.Reserve[at].Rank)})
		}
		return rules.Result{Rule: "R-18", Verdict: rules.Failed, Path: "grant", Facts: facts}
	}
	return rules.Result{Rule: "R-18", Verdict: rules.Passed, Path: "grant", Facts: []rules.Fact{
		{Name: "rank", Value: strconv.Itoa(lists.Funding[at].Rank)}, {Name: "remaining", Value: lists.Remaining.String()},
	}}
}

// departure is R-27 of the one decision: whether it funds the proposal before its turn. An
// item is about the case before the board; where nothing ranks there is nothing to depart
// from, and say so.
func departure(s sight) rules.Result {
	kept := rules.Departure{}.Check()
	if s.Item != nil {
		if s.Before == nil || s.Before.Proposal == nil {
			return kept
		}
		s.Facts, s.data = s.Before, nil
	}
	ranked, lists, _ := s.places()
	if s.own(ranked) < 0 || s.own(lists.Funding) >= 0 {
		return kept
	}
	own := string(s.Proposal.ID)
	_, departed, _ := s.places(own)
	holders := s.holders()
	d := rules.Departure{Ranked: slices.DeleteFunc(ranked, func(r rules.Ranked) bool { return slices.Contains(holders, r.Proposal) })}
	for _, e := range departed.Funding {
		d.Funded = append(d.Funded, e.Proposal)
	}
	if s.Call.SkipAndFit {
		for _, e := range lists.Reserve {
			d.Skipped = append(d.Skipped, e.Proposal)
		}
	}
	if s.decision != nil {
		d.Decision = string(s.decision.ID)
		if s.decision.Departs {
			d.Reason = reasonGiven
		}
	}
	return d.Check()
}

// reasonGiven stands for a reason that there is: what it says is no fact of a guard.
const reasonGiven = "given"

// withinBudget is R-19 on what is reserved already and what this step adds.
func withinBudget(s sight) rules.Result {
	if s.Proposal == nil {
		return s.callWithinActions()
	}
	others := s.Call.Reserved - s.Held
	in := rules.WithinBudget{
		Call:          rules.CallMoney{Stage: rules.HasChosen, Budget: s.Call.Budget, Live: []rules.Money{others, s.amount()}},
		StrategyFunds: s.Call.StrategyTotal, Actions: []rules.Money{s.Call.StrategyAllocated},
	}
	for _, a := range s.Call.Allocations {
		if a.Action != s.Proposal.ActionID {
			continue
		}
		in.Allocation = a.Allocation
		held := []rules.Money{a.Reserved}
		if s.Call.Commits == CommitsGrants {
			held = append(held, s.amount(), -s.Held)
		}
		in.ActionCalls = []rules.CallMoney{{Stage: rules.HasChosen, Live: held}}
	}
	return in.Check()
}

// callWithinActions judges a call that is about to commit its budget.
func (s sight) callWithinActions() rules.Result {
	var last rules.Result
	for _, a := range s.Call.Allocations {
		last = rules.WithinBudget{
			Call: rules.CallMoney{Budget: s.Call.Budget}, Allocation: a.Allocation,
			ActionCalls:   []rules.CallMoney{{Stage: rules.HasChosen, Live: []rules.Money{a.Reserved, a.Amount}}},
			StrategyFunds: s.Call.StrategyTotal, Actions: []rules.Money{s.Call.StrategyAllocated},
		}.Check()
		if !last.OK() {
			return last
		}
	}
	if last.Rule == "" {
		return fact("R-19", false)
	}
	return last
}
