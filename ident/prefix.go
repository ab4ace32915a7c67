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
	Decision          Prefix = "dec"
	Contract          Prefix = "con"
	Registry          Prefix = "reg"
	Confirmation      Prefix = "cfm"
	Token             Prefix = "tok"
	Timer             Prefix = "tim"
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
	BoardSeat: "board seat", Meeting: "meeting", AgendaItem: "agenda item", Ballot: "ballot",
	Decision: "decision", Contract: "contract", Registry: "registry", Confirmation: "pending confirmation",
	Token: "token", Timer: "timer",
}
