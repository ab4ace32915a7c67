package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/store"
	"github.com/atranka/atranka/store/storetest"
	"github.com/atranka/atranka/workflow"
	"github.com/atranka/atranka/workflow/workflowtest"
)

// besides is a case whose contract is in force, with what runs beside it.
type besides struct {
	*workflowtest.World
	store              *store.Store
	proposal, contract ident.ID
}

// beside runs f on a case in force, on both engines, and then holds the rows
// against the history.
func beside(t *testing.T, f func(t *testing.T, b *besides)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, address string) {
		s := storetest.Open(t, address)
		b := &besides{World: workflowtest.NewWorld(t, s, storetest.Machines(t)), store: s}
		_, b.proposal, b.contract = b.InForce()
		f(t, b)
		sound(t, s)
	})
}

func (b *besides) stands(id ident.ID, want workflow.StateName) {
	b.T.Helper()
	if got := b.Subject(id).State; got != want {
		b.T.Errorf("%s: got %s, want %s", id, got, want)
	}
}

func (b *besides) refused(id ident.ID, event workflow.EventName, data map[string]string, want workflow.Code) {
	b.T.Helper()
	if _, err := b.TryFire(id, event, data); !workflow.Refused(err, want) {
		b.T.Errorf("%s in %s: got %v, want %s", event, b.Subject(id).State, err, want)
	}
}

// TestAnAmendmentInForceChangesContractAndProposal, and nothing else does.
func TestAnAmendmentInForceChangesContractAndProposal(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		minor, substantial := b.Beside("amendment", b.contract, "MINOR", nil), b.Beside("amendment", b.contract, "SUBSTANTIAL", nil)
		b.Walk(minor, "startCheck")
		b.refused(minor, "approve", nil, workflow.RuleFailed)
		b.Walk(minor, "acknowledge")
		b.Walk(substantial, "startCheck", "requestClarification", "answer")
		b.refused(substantial, "acknowledge", nil, workflow.RuleFailed)
		b.Walk(substantial, "approve")
		if _, err := b.Engine.Do(t.Context(), b.People[workflow.Administrator], workflow.Fire{Subject: b.contract, Event: "amend"}); !workflow.Refused(err, workflow.RoleRefused) {
			t.Errorf("amended without an amendment: got %v, want %s", err, workflow.RoleRefused)
		}
		before := [2]int{b.Subject(b.contract).Version, b.Subject(b.proposal).Version}
		b.Clock.Advance(48 * time.Hour)
		if fired, err := b.Engine.RingDue(t.Context()); err != nil || fired != 2 {
			t.Fatalf("got %d events and %v on the day, want both amendments in force", fired, err)
		}
		b.stands(minor, "in_force")
		b.stands(substantial, "in_force")
		if after := [2]int{b.Subject(b.contract).Version, b.Subject(b.proposal).Version}; after != [2]int{before[0] + 2, before[1] + 2} {
			t.Errorf("got versions %v of contract and proposal after %v, want two more of each", after, before)
		}
		b.stands(b.contract, "active")
		b.stands(b.proposal, "implementing")

		late := b.Beside("amendment", b.contract, "MINOR", nil)
		b.Walk(late, "startCheck", "acknowledge")
		b.Fire(b.contract, "terminate", nil)
		b.Clock.Advance(48 * time.Hour)
		if fired, err := b.Engine.RingDue(t.Context()); err != nil || fired != 0 {
			t.Errorf("got %d events and %v once the contract is terminated, want none", fired, err)
		}
		b.Walk(late, "withdraw")
		actor, a := b.Opening("amendment", b.contract, "MINOR", nil)
		r, err := b.Engine.OpenMatter(a)
		if err == nil {
			_, err = b.Engine.Do(t.Context(), actor, r)
		}
		refusedWith(t, err, workflow.RuleFailed)
	})
}

// TestAClaimIsPaidWithinTheGrant and in the order of claims.
func TestAClaimIsPaidWithinTheGrant(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		first := b.Beside("payment_claim", b.contract, "INTERIM", map[string]string{"amount": "9000.00"})
		b.Fire(first, "edit", map[string]string{"amount": "8000.00"})
		b.Walk(first, "submit", "startCheck", "requestClarification", "answer")
		b.refused(first, "approve", map[string]string{"accepted": "8000.01"}, workflow.RuleFailed)
		b.Fire(first, "approve", map[string]string{"accepted": "7000.00"})
		last := b.Beside("payment_claim", b.contract, "FINAL", nil)
		b.refused(last, "submit", nil, workflow.RuleFailed) // another claim is not settled
		b.Fire(b.contract, "suspend", nil)
		b.refused(first, "sendToTreasury", nil, workflow.RuleFailed)
		b.Fire(b.contract, "resume", nil)
		b.Walk(first, "sendToTreasury", "returnedByTreasury", "sendToTreasury", "pay")
		b.stands(first, "paid")
		b.Fire(last, "submit", nil)
		b.Walk(last, "startCheck")
		b.refused(last, "approve", map[string]string{"accepted": "3000.01"}, workflow.RuleFailed)
		b.Fire(last, "reject", nil)
		_, err := b.Engine.Do(t.Context(), b.ApplicantActors[0], workflow.Fire{Subject: last, Event: "submit"})
		refusedWith(t, err, workflow.NotAllowedHere) // what was rejected is not submitted again
		b.Fire(last, "reopen", nil)
		b.Fire(last, "approve", map[string]string{"accepted": "3000.00"})
		b.refused(b.Beside("payment_claim", b.contract, "INTERIM", nil), "submit", nil, workflow.RuleFailed) // after the final one
	})
}

// TestAnOverdueReportStopsClaims until it is sent or its term extended.
func TestAnOverdueReportStopsClaims(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		report := b.Beside("progress_report", b.contract, "INTERIM", nil)
		claim := b.Beside("payment_claim", b.contract, "INTERIM", nil)
		b.Clock.Advance(48 * time.Hour)
		if fired, err := b.Engine.RingDue(t.Context()); err != nil || fired != 1 {
			t.Fatalf("got %d events and %v after the term, want the report overdue", fired, err)
		}
		b.stands(report, "overdue")
		b.refused(claim, "submit", nil, workflow.RuleFailed)
		b.Walk(report, "submit", "startCheck", "return")
		b.Walk(claim, "submit")
		b.Walk(report, "submit", "startCheck", "accept")
		b.stands(report, "accepted")
	})
}

// TestARecoveryEndsWhenAllHasComeBack, or is written off by two.
func TestARecoveryEndsWhenAllHasComeBack(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		owed := b.Beside("recovery", b.contract, "", map[string]string{"amount": "500.00"})
		b.Walk(owed, "notify", "dispute", "uphold")
		b.refused(owed, "payPart", map[string]string{"accepted": "500.00"}, workflow.RuleFailed)
		b.refused(owed, "repay", map[string]string{"accepted": "499.99"}, workflow.RuleFailed)
		b.Fire(owed, "payPart", map[string]string{"accepted": "200.00"})
		b.Fire(owed, "setOff", map[string]string{"accepted": "300.00"})
		b.refused(owed, "settle", nil, workflow.RuleFailed)
		b.Fire(owed, "carryOver", nil)
		b.Fire(owed, "repay", map[string]string{"accepted": "500.00"})
		b.stands(owed, "repaid")
		gone := b.Beside("recovery", b.contract, "", nil)
		b.Walk(gone, "notify", "writeOff")
		b.stands(gone, "written_off")
		_, err := b.Engine.Explain(t.Context(), b.ApplicantActors[0], owed)
		refusedWith(t, err, workflow.NotFound)
	})
}

// TestAnAppealIsHeardByOthersAndExecuted, or goes to court.
func TestAnAppealIsHeardByOthersAndExecuted(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		claim := b.Beside("payment_claim", b.contract, "INTERIM", nil)
		b.Walk(claim, "submit", "startCheck", "reject")
		heard := b.Beside("appeal", claim, "", nil)
		b.Walk(heard, "admit", "startReview", "upholdPartly", "execute")
		b.stands(heard, "executed")
		sued := b.Beside("appeal", b.contract, "", nil)
		b.Walk(sued, "declareInadmissible", "toCourt", "courtUpheld", "execute")
		b.stands(sued, "executed")
		over := b.Beside("appeal", b.contract, "", nil)
		b.Walk(over, "admit", "startReview", "dismiss")
		b.deliver(over)
		b.Clock.Advance(60 * 24 * time.Hour)
		if fired, err := b.Engine.RingDue(t.Context()); err != nil || fired != 1 {
			t.Errorf("got %d events and %v after the term from delivery, want the dismissal final", fired, err)
		}
		b.stands(over, "dismissed_final")
	})
}

// deliver records a letter about the subject and its delivery.
func (b *besides) deliver(id ident.ID) {
	b.T.Helper()
	s := b.Subject(id)
	b.Must(b.People[workflow.Secretary], workflow.RecordLetter{
		ID: b.ID(ident.Correspondence), LAG: b.LAG, Dossier: s.Dossier, Subject: id, Direction: "OUT", Number: "S-1", Channel: "POST",
		DatedOn: b.Clock.Now().Day(), DeliveredAt: b.Clock.Now(), Synthetic: true,
	}.Record())
}

// TestAnIrregularityCorrectsThePaidClaimThatItIsAbout and no other case.
func TestAnIrregularityCorrectsThePaidClaimThatItIsAbout(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		claim := b.Beside("payment_claim", b.contract, "INTERIM", nil)
		b.Walk(claim, "submit", "startCheck", "approve")
		found := b.Beside("irregularity", claim, "", nil)
		b.Walk(found, "investigate", "confirm")
		b.refused(found, "decideCorrection", nil, workflow.NotAllowedHere) // what is not paid is not corrected
		b.stands(found, "confirmed")
		b.Walk(claim, "sendToTreasury", "pay")
		b.refused(found, "decideCorrection", map[string]string{"accepted": "4000.01"}, workflow.RuleFailed)
		b.Fire(found, "decideCorrection", map[string]string{"accepted": "1000.00"})
		b.stands(claim, "corrected")
		b.Fire(found, "close", nil)
		other := b.Beside("irregularity", b.contract, "", nil)
		b.Walk(other, "investigate", "confirm", "decideCorrection", "close")
		b.stands(claim, "corrected")
		for _, who := range []workflow.Actor{b.ApplicantActors[0], b.People[workflow.BoardMember], b.Evaluators[0], b.Outsider} {
			_, err := b.Engine.Explain(t.Context(), who, found)
			refusedWith(t, err, workflow.NotFound)
		}
	})
}

// TestNothingIsSettledWhileAMatterIsOpen: contract and proposal wait for what
// runs beside them, whichever it is.
func TestNothingIsSettledWhileAMatterIsOpen(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		claim := b.Beside("payment_claim", b.contract, "FINAL", nil)
		found := b.Beside("irregularity", b.proposal, "", nil)
		b.Fire(b.contract, "terminate", nil)
		for _, open := range []ident.ID{claim, found} {
			b.refused(b.contract, "settle", nil, workflow.RuleFailed)
			b.refused(b.proposal, "settle", nil, workflow.RuleFailed)
			b.Walk(open, map[ident.ID]workflow.EventName{claim: "withdraw", found: "dismiss"}[open])
		}
		b.Walk(b.contract, "settle", "archive")
		b.Walk(b.proposal, "settle")
		if got := b.Events(b.contract); len(got) > 0 {
			t.Errorf("got the events %v of an archived contract, want none", got)
		}
	})
}

// TestAMatterBeginsAsItsDefinitionSays: by whom, about what, in which form and
// with which facts.
func TestAMatterBeginsAsItsDefinitionSays(t *testing.T) {
	beside(t, func(t *testing.T, b *besides) {
		_, foreign := b.OnAgenda()
		admin, applicant := b.People[workflow.Administrator], b.ApplicantActors[0]
		secret := b.Beside("irregularity", b.proposal, "", nil)
		for name, tt := range map[string]struct {
			kind   workflow.Kind
			who    workflow.Actor
			change func(*workflow.OpenMatter)
			want   workflow.Code
		}{
			"as it is":                      {"payment_claim", applicant, func(*workflow.OpenMatter) {}, ""},
			"for the applicant":             {"payment_claim", admin, func(a *workflow.OpenMatter) { a.OnBehalfOf = workflow.Applicant }, ""},
			"without the paper":             {"payment_claim", admin, func(a *workflow.OpenMatter) { a.OnBehalfOf, a.Document = workflow.Applicant, "" }, workflow.DocumentRequired},
			"with a paper of no record":     {"payment_claim", applicant, func(a *workflow.OpenMatter) { a.Document = b.ID(ident.Document) }, workflow.DocumentRequired},
			"by the office for itself":      {"payment_claim", admin, func(*workflow.OpenMatter) {}, workflow.RoleRefused},
			"for a court":                   {"payment_claim", admin, func(a *workflow.OpenMatter) { a.OnBehalfOf = workflow.Court }, workflow.RoleRefused},
			"by another applicant":          {"payment_claim", b.ApplicantActors[1], func(*workflow.OpenMatter) {}, workflow.RoleRefused},
			"by another group":              {"irregularity", b.Outsider, func(*workflow.OpenMatter) {}, workflow.RoleRefused},
			"by an applicant, of others":    {"irregularity", applicant, func(*workflow.OpenMatter) {}, workflow.RoleRefused},
			"of no form":                    {"payment_claim", applicant, func(a *workflow.OpenMatter) { a.Form = "" }, workflow.MalformedInput},
			"of another form":               {"payment_claim", applicant, func(a *workflow.OpenMatter) { a.Form = "MINOR" }, workflow.MalformedInput},
			"of a form where there is none": {"irregularity", admin, func(a *workflow.OpenMatter) { a.Form = "MINOR" }, workflow.MalformedInput},
			"without its amount":            {"payment_claim", applicant, func(a *workflow.OpenMatter) { a.Given = nil }, workflow.MalformedInput},
			"with a fact of no field":       {"payment_claim", applicant, func(a *workflow.OpenMatter) { a.Given[0].Name = "colour" }, workflow.MalformedInput},
			"with the period turned round": {"payment_claim", applicant, func(a *workflow.OpenMatter) {
				a.Given[2].Value, a.Given[3].Value = "2019-02-02", "2019-02-01"
			}, workflow.MalformedInput},
			"of a kind without beginning": {"contract", admin, func(a *workflow.OpenMatter) { a.Kind = "contract" }, workflow.MalformedInput},
			"of no kind":                  {"moon", admin, func(a *workflow.OpenMatter) { a.Kind = "moon" }, workflow.MalformedInput},
			"about a proposal":            {"payment_claim", applicant, func(a *workflow.OpenMatter) { a.Subject = b.proposal }, workflow.MalformedInput},
			"about another case":          {"appeal", applicant, func(a *workflow.OpenMatter) { a.Subject = foreign }, workflow.NotFound},
			"about a secret":              {"appeal", applicant, func(a *workflow.OpenMatter) { a.Subject = secret }, workflow.NotFound},
			"tomorrow":                    {"payment_claim", applicant, func(a *workflow.OpenMatter) { a.EffectiveOn = b.Clock.Now().Day().AddDays(1) }, workflow.DateRefused},
			"before the last act":         {"payment_claim", applicant, func(a *workflow.OpenMatter) { a.EffectiveOn = "2019-03-01" }, workflow.DateRefused},
		} {
			kind := tt.kind
			if !slices.Contains([]workflow.Kind{"payment_claim", "irregularity", "appeal"}, kind) {
				kind = "payment_claim"
			}
			form := map[workflow.Kind]string{"payment_claim": "INTERIM"}[kind]
			_, a := b.Opening(kind, b.contract, form, nil)
			tt.change(&a)
			r, err := b.Engine.OpenMatter(a)
			if err == nil {
				_, err = b.Engine.Do(t.Context(), tt.who, r)
			}
			if (tt.want == "") != (err == nil) || (err != nil && !workflow.Refused(err, tt.want)) {
				t.Errorf("%s: got %v, want %q", name, err, tt.want)
			}
		}
	})
}
