package ident

// Prefix names a type in three lower-case letters.
type Prefix string

const prefixLen = 3

// The types. A prefix, once used, is never given to another type.
const (
	LAG               Prefix = "lag"
	LAGMember         Prefix = "mem"
	Organisation      Prefix = "org"
	Person            Prefix = "per"
	RoleGrant         Prefix = "rol"
	Territory         Prefix = "ter"
	Strategy          Prefix = "stg"
	FundingSource     Prefix = "fun"
	Goal              Prefix = "goa"
	Objective         Prefix = "obj"
	Action            Prefix = "act"
	Direction         Prefix = "dir"
	ActivityKind      Prefix = "knd"
	Indicator         Prefix = "ind"
	TextSource        Prefix = "src"
	StatedFigure      Prefix = "fig"
	ConsultationInput Prefix = "inp"
	RuleSet           Prefix = "rst"
	Measure           Prefix = "msr"
	Call              Prefix = "cal"
	Criterion         Prefix = "crt"
	Proposal          Prefix = "prp"
	ProposalVersion   Prefix = "ver"
	BudgetLine        Prefix = "bud"
	Envelope          Prefix = "env"
	Movement          Prefix = "mov"
	Project           Prefix = "prj"
	ResultRecord      Prefix = "res"
	Finding           Prefix = "fnd"
	Correspondence    Prefix = "cor"
	Document          Prefix = "doc"
	Evaluation        Prefix = "evl"
	Score             Prefix = "sco"
	BoardSeat         Prefix = "sea"
	Meeting           Prefix = "mtg"
	AgendaItem        Prefix = "itm"
	Ballot            Prefix = "bal"
	Attendance        Prefix = "atd"
	Decision          Prefix = "dec"
	Contract          Prefix = "con"
	Amendment         Prefix = "amd"
	PaymentClaim      Prefix = "clm"
	ProgressReport    Prefix = "prg"
	Recovery          Prefix = "rcv"
	Appeal            Prefix = "apl"
	Irregularity      Prefix = "irr"
	Minutes           Prefix = "mnt"
	Registry          Prefix = "reg"
	Confirmation      Prefix = "cfm"
	Token             Prefix = "tok"
	Incident          Prefix = "inc"
	FrozenRanking     Prefix = "rnk"
	Definition        Prefix = "def"
	Tie               Prefix = "tie"
)

// Prefixes lists every type with the name that messages use.
var Prefixes = map[Prefix]string{
	LAG: "local action group", LAGMember: "member of a local action group", Organisation: "organisation",
	Person: "person", RoleGrant: "role grant", Territory: "territory", Strategy: "strategy",
	FundingSource: "funding source", Goal: "goal", Objective: "objective", Action: "action",
	Direction: "direction", ActivityKind: "activity kind", Indicator: "indicator", TextSource: "source",
	StatedFigure: "stated figure", ConsultationInput: "consultation input", RuleSet: "rule set",
	Measure: "measure", Call: "call", Criterion: "criterion", Proposal: "proposal",
	ProposalVersion: "proposal version", BudgetLine: "budget line", Envelope: "envelope",
	Movement: "envelope movement", Project: "project", ResultRecord: "result record", Finding: "finding",
	Correspondence: "letter", Document: "document", Evaluation: "evaluation", Score: "score",
	BoardSeat: "board seat", Meeting: "meeting", AgendaItem: "agenda item", Ballot: "ballot", Attendance: "attendance",
	Decision: "decision", Contract: "contract", Amendment: "amendment", PaymentClaim: "payment claim",
	ProgressReport: "progress report", Recovery: "recovery", Appeal: "appeal", Irregularity: "irregularity", Minutes: "minutes",
	Registry: "registry", Confirmation: "pending confirmation",
	Token: "token", Incident: "incident", Definition: "definition",
	FrozenRanking: "frozen ranking", Tie: "tie",
}

// Lithuanian lists every type with the name that messages in Lithuanian use, in
// the nominative.
var Lithuanian = map[Prefix]string{
	LAG: "vietos veiklos grupė", LAGMember: "vietos veiklos grupės narys", Organisation: "organizacija",
	Person: "asmuo", RoleGrant: "vaidmens suteikimas", Territory: "teritorija", Strategy: "strategija",
	FundingSource: "finansavimo šaltinis", Goal: "tikslas", Objective: "uždavinys", Action: "veiksmas",
	Direction: "kryptis", ActivityKind: "veiklos rūšis", Indicator: "rodiklis", TextSource: "šaltinis",
	StatedFigure: "tekste nurodytas skaičius", ConsultationInput: "konsultacijų pasiūlymas", RuleSet: "taisyklių rinkinys",
	Measure: "priemonė", Call: "kvietimas", Criterion: "vertinimo kriterijus", Proposal: "projektinis pasiūlymas",
	ProposalVersion: "projektinio pasiūlymo versija", BudgetLine: "biudžeto eilutė", Envelope: "lėšų vokas",
	Movement: "lėšų judėjimas", Project: "projektas", ResultRecord: "rezultato įrašas", Finding: "pastaba",
	Correspondence: "raštas", Document: "dokumentas", Evaluation: "vertinimas", Score: "balas",
	BoardSeat: "vieta valdyboje", Meeting: "posėdis", AgendaItem: "darbotvarkės klausimas", Ballot: "balsas", Attendance: "dalyvavimas posėdyje",
	Decision: "sprendimas", Contract: "sutartis", Amendment: "sutarties keitimas", PaymentClaim: "mokėjimo prašymas",
	ProgressReport: "projekto įgyvendinimo ataskaita", Recovery: "grąžintinos lėšos", Appeal: "skundas", Irregularity: "pažeidimas", Minutes: "posėdžio protokolas",
	Registry: "registras", Confirmation: "laukiantis patvirtinimas",
	Token: "prisijungimo raktas", Incident: "nepavykęs sistemos veiksmas", Definition: "eigos aprašas",
	FrozenRanking: "užfiksuota pasiūlymų eilė", Tie: "ryšys",
}
