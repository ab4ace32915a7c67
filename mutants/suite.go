package main

import (
	"maps"
	"slices"

	"github.com/atranka/atranka/rules"
	"github.com/atranka/atranka/workflow"
)

// suite is a package with guards, and the tests that have to notice when one of
// them is wrong.
type suite struct {
	folder string
	// inside are the files whose conditions are mutated too, or only those of
	// some of their functions.
	inside map[string][]string
	// results qualifies what the package rules gives: "" in rules itself.
	results string
	// guards are the names that have to be found; one that is not would never
	// be asked about.
	guards []string
	// conditions are guards that are no function of their own.
	conditions []condition
	// skip are tests of the tests' own tables, which say nothing of behaviour.
	skip string
}

// condition is a guard that is one condition of a function.
type condition struct{ guard, function, text string }

var suites = []suite{
	{
		folder: "rules",
		inside: map[string][]string{
			"board.go": nil, "contact.go": nil, "governing.go": nil, "params.go": {"RuleSet.Resolve", "Parameter.collides"}, "identifier.go": nil, "projectcode.go": nil, "proposal.go": nil, "rate.go": nil,
			"result.go": nil, "score.go": nil, "selection.go": nil,
		},
		guards: numbered(),
	},
	{
		folder: "workflow",
		// What is written after the decision is held by the suites of real stores.
		inside: map[string][]string{
			"adopt.go":       {"step.adopt", "step.unadoptable", "step.unprepared"},
			"act.go":         {"RegisterOrganisation.Record", "GrantRole.check", "Engine.DraftCall", "DraftCall.rubricAtFault"},
			"act_meeting.go": nil,
			"act_letter.go":  {"RecordLetter.Record", "RecordLetter.check", "RecordDelivery.check"},
			"act_report.go":  nil,
			"act_tie.go":     nil,
			"appeal.go":      nil,
			"letter.go":      nil,
			"act_proposal.go": {
				"DraftProposal.check", "Engine.EditProposal", "Content.check", "Content.reworked", "AssignEvaluator.check",
				"SubmitEvaluation.check", "SubmitEvaluation.event", "SubmitEvaluation.closed", "SubmitEvaluation.outside", "Engine.RecordDecision", "RecordDecision.check", "PrepareContract.check",
			},
			"checklist.go":        nil,
			"command.go":          nil,
			"correct.go":          nil,
			"correct_registry.go": nil,
			"condition.go":        nil,
			"conflict.go":         nil,
			"field.go":            nil,
			"guard.go":            nil,
			"difference.go":       nil,
			"incident.go":         nil,
			"meeting.go":          nil,
			"minutes.go":          nil,
			"machines.go":         {"Machines.For", "Machines.Add", "later"},
			"migrate.go":          {"plan.becomes", "plan.undecidable", "step.migrate", "step.planned", "step.look", "step.stuck", "step.undecided"},
			"pending.go":          nil,
			"persons.go":          nil,
			"pool.go":             nil,
			"publish.go":          nil,
			"refinement.go":       nil,
			"relaxed.go":          nil,
			"record.go":           nil,
			"soundness.go":        nil,
			"tie.go":              nil,
			"version.go":          nil,
			"waiting.go":          nil,
			"fire.go": {
				"capacity", "Actor.unbarred", "step.decide", "step.judge", "step.weigh", "step.carried", "step.backed", "step.decided", "step.documents", "step.onRecord", "step.effective",
				"step.weighGuards", "guardCode", "attest", "overrules", "step.unknown", "step.takes", "tooLong",
			},
		},
		results: "rules.",
		guards:  slices.Sorted(maps.Keys(workflow.KnownGuards())),
		skip:    "^TestForeignGuardsAreNoticed$",
		conditions: []condition{
			{"negation", "weighGuard", `!negated`},
			{"negated verdict", "turned", `r.OK()`},
			{"visibility", "step.fireOn", `!mayKnow(s.actor, facts, s.Machines)`},
			{"version", "step.judge", `f.ExpectedVersion != 0 && f.ExpectedVersion != subject.Version`},
			{"role", "capacity", `by.OnBehalfOf == onBehalfOf && a.Holds(by.Role, s)`},
			{"reason", "step.carried", `need.Reason && strings.TrimSpace(f.Reason) == ""`},
			{"document", "step.carried", `(need.Document || (d.by.OnBehalfOf != "" && d.by.Role != Join)) && f.Document == ""`},
			{"decision needed", "step.backed", `!need.Decision && !need.LostVote`},
			{"decision taken", "step.backed", `decision != ""`},
			{"decision on the event", "step.decided", `!fits || (general && !d.General) || d.Spent || d.Overtaken || (f.Decision != "" && f.Decision != d.ID)`},
			{"decision of another person", "step.decided", `d.RecordedBy != s.actor.Person || s.second.Person != ""`},
			{"document on record", "step.onRecord", `!there || (!own && !s.actor.HoldsAny(subject.LAG, staff...))`},
			{"effective day", "step.effective", `on.Precision() == clock.Day && on <= today && on >= last`},
			{"attestation waived", "step.weighGuards", `m.waives(att, view)`},
			{"attestation", "attest", `g == nil || g.Value != "true"`},
			{"attestation's papers", "attest", `!own && (g.Document == "" || strings.TrimSpace(g.Reason) == "")`},
			{"overruling", "step.weighGuards", `r.Verdict == rules.Failed && overrules(name, given)`},
			{"what outsiders are told", "step.told", `outside`},
			{"what those in conflict are told", "step.told", `!outside && f.Proposal != nil && !s.actor.system && !s.actor.HoldsAny(f.Subject.LAG, staff...)`},
			{"refused as they are told", "step.decide", `told != facts.Subject.State`},
			{"decision told", "step.weigh", `knows`},
			{"guards weighed", "step.weigh", `!misfit(refused) && knows`},
			{"reasons together", "step.weigh", `len(refused) > 0`},
			{"second person needed", "step.fireOn", `d.secondPerson && s.second.Person == "" && !s.dry`},
			{"second person of the group", "step.confirm", `!presided && !s.actor.grants(p.LAG, staff...)`},
			{"second person is another", "step.confirm", `p.By.Person == s.actor.Person`},
			{"second person's office", "step.confirm", `!presided && !s.actor.grants(p.LAG, p.confirming(s.Machines)...)`},
			{"time to confirm", "step.confirm", `p.ExpiresAt < s.now`},
			{"one act for a key", "step.repeat", `prior.InputHash != hash`},
		},
	},
}

func numbered() []string {
	var ids []string
	for _, r := range rules.Catalogue() {
		ids = append(ids, r.ID)
	}
	return ids
}
