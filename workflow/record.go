package workflow

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/atranka/atranka/clock"
	"github.com/atranka/atranka/ident"
	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
)

// record writes facts that are no transition, under one entry.
func (s *step) record(r Record) (Done, error) {
	role, err := s.judgeRecord(&r)
	if err != nil {
		return Done{}, err
	}
	if r.Opens {
		if err := s.tx.Open(r.Dossier, r.LAG); err != nil {
			return Done{}, err
		}
	}
	if err := s.tx.Apply(composed(r.Changes)); err != nil {
		return Done{}, err
	}
	if err := s.scheduleAfter(r.Changes); err != nil {
		return Done{}, err
	}
	about := Subject{ID: r.Subject, LAG: r.LAG, Dossier: r.Dossier}
	if r.Dossier.Prefix() == ident.Registry {
		about.LAG = "" // the registry is every group's
	}
	done := Done{Subject: about, Dossier: r.Dossier}
	recorded := r.Changes
	if r.Unchained {
		if role == Applicant {
			return done, nil
		}
		// The office's hand in a draft leaves a trace: who and when. What the draft
		// then says is recorded when it is submitted.
		recorded = nil
	}
	entry, err := s.append(entryDraft{
		subject: about, subjectType: r.SubjectType, kind: r.Kind, role: role, onBehalfOf: r.OnBehalfOf, effectiveOn: r.EffectiveOn,
		changes: recorded, body: Body{Document: r.Document, Reason: confided(r.Reason), Guards: r.guards},
	})
	done.N = entry.N
	for _, f := range r.then {
		if err == nil {
			_, err = s.after(entry, s.actor).fire(f)
		}
	}
	if err == nil && len(r.joins) > 0 {
		_, err = s.fireJoined(r.joins, Subject{ID: r.Subject, Kind: kinds[r.Subject.Prefix()], LAG: r.LAG, Dossier: r.Dossier}, Fire{
			EffectiveOn: r.EffectiveOn, Reason: r.Reason, Document: r.Document,
		}, entry)
	}
	return done, err
}

// judgeRecord answers whether the record may be written and in which role, and
// finishes what depends on what stands there already. It writes nothing.
func (s *step) judgeRecord(r *Record) (Role, error) {
	subject, err := s.place(r)
	if err != nil {
		return "", err
	}
	role, ok := s.roleFor(*r, subject)
	if !ok {
		return "", roleNeeded(orStaff(r.Roles)...)
	}
	// Values come first: what else is judged takes them as sound.
	if refused := unfit(r.Changes, s.now); len(refused) > 0 {
		return "", &Error{Refusals: refused}
	}
	if err := s.admit(r, subject); err != nil {
		return "", err
	}
	if today := s.now.Day(); r.EffectiveOn > today {
		return "", Refuse(DateRefused, "effectiveOn", Text{
			LT: fmt.Sprintf("Įsigaliojimo diena turi būti ne vėlesnė kaip %s.", today),
			EN: fmt.Sprintf("The effective day may not be after %s.", today),
		})
	}
	if !paragraph.holds(r.Reason, s.now) {
		return "", &Error{Refusals: []Refusal{wrongValue("reason", paragraph.text)}}
	}
	return role, nil
}

// place finds the dossier and, where it is a case, the case under lock.
func (s *step) place(r *Record) (Subject, error) {
	if r.Dossier == "" {
		registry, err := s.tx.Registry(s.IDs.New(ident.Registry))
		r.Dossier = registry
		return Subject{LAG: r.LAG, Dossier: registry}, err
	}
	at := r.Dossier
	if r.Opens {
		at = r.Under
	}
	if _, isCase := KindOf(at); !isCase {
		return Subject{LAG: r.LAG, Owner: r.Owner, Dossier: r.Dossier}, nil
	}
	subject, err := s.locked(at, r.wide)
	if r.Opens {
		subject.Owner = r.Owner
	}
	return subject, err
}

// admit asks the case, where there is one, whether it takes the record.
func (s *step) admit(r *Record, subject Subject) error {
	if r.Content && !s.Machines.State(subject.Definition, subject.State).Editable {
		return Refuse(NotAllowedHere, "id", Text{
			LT: "Pateikto pasiūlymo turinys nebekeičiamas.", EN: "What was submitted can no longer be edited.",
		})
	}
	if r.check == nil && r.complete == nil {
		return nil
	}
	if !r.Opens && !s.explaining {
		// This locks the dossier, so that what is read now still holds when the
		// entry is written.
		if _, _, err := s.tx.LastAct(r.Dossier); err != nil {
			return err
		}
	}
	var facts *Facts
	if subject.Kind != "" {
		var err error
		if facts, err = s.facts(subject, false); err != nil {
			return err
		}
	}
	if r.check != nil {
		refused, err := r.check(s, facts)
		if err != nil {
			return err
		}
		if len(refused) > 0 {
			return &Error{Refusals: refused}
		}
	}
	if r.complete != nil {
		return r.complete(s, facts, r)
	}
	return nil
}

func orStaff(roles []Role) []Role {
	if len(roles) == 0 {
		return []Role{Administrator}
	}
	return roles
}

// roleFor is the first of the roles that the actor holds towards the subject.
func (s *step) roleFor(r Record, subject Subject) (Role, bool) {
	if s.actor.System() {
		return Clock, true
	}
	for _, role := range orStaff(r.Roles) {
		if s.actor.Holds(role, subject) || (subject.LAG == "" && role != Applicant && s.actor.HoldsAny("", role)) {
			return role, true
		}
	}
	return "", false
}

// roleNeeded is the refusal of whoever holds none of the roles.
func roleNeeded(roles ...Role) *Error {
	list := roleList(roles)
	return Refuse(RoleRefused, "", Text{LT: "Šiam veiksmui reikia vaidmens: " + list + ".", EN: "The act needs the role: " + list + "."})
}

func roleList(roles []Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// mayKnow says whether the actor may learn that the subject exists (§0.2.3 of
// the field's rules): staff and auditors of the group always, an applicant of
// what is their own, an evaluator of what is assigned, a board member of what
// was received, once the list of it is public. A matter beside a case is for
// staff and, unless its kind is confidential, for the applicant; minutes are for
// everybody once they are published: which of the board read them before goes by the votes.
func mayKnow(a Actor, f *Facts, ms *Machines) bool {
	s := f.Subject
	if a.System() || a.HoldsAny(s.LAG, staff...) || (a.Holds(Applicant, s) && !ms.confidential(s.Kind)) {
		return true
	}
	if s.Kind.OfMeeting() && s.Kind.Matter() {
		return ms.State(s.Definition, s.State).Listed
	}
	if s.Kind.Matter() {
		return false
	}
	if s.Assigned != "" {
		return a.assesses(f)
	}
	if f.Item != nil {
		return a.HoldsAny(s.LAG, BoardMember) // which proposals are decided on is no evaluator's to learn
	}
	if f.Proposal == nil {
		return ms.State(s.Definition, s.State).Listed || a.HoldsAny(s.LAG, BoardMember, Evaluator)
	}
	received := f.Proposal.SubmittedAt != nil || f.Proposal.ReceivedAt != nil
	if a.Holds(BoardMember, s) && received && f.Call != nil && f.Call.ReceivedListPublished {
		return true
	}
	return a.assesses(f) || ms.State(s.Definition, s.State).Listed
}

// assesses says whether the actor knows of the case as its evaluator: with a conflict they
// do once the list of what was received is public.
func (a Actor) assesses(f *Facts) bool {
	own := f.Proposal.by(a.Person)
	return own.any && a.Holds(Evaluator, f.Subject) && (!own.conflict || f.Call.ReceivedListPublished)
}

// assessor is what somebody's evaluations of a case come to, of whichever round: whether
// there are any, whether they may read the case by one, and have a conflict in one.
type assessor struct{ any, trusted, conflict bool }

func (p *ProposalFacts) by(person ident.ID) (own assessor) {
	for _, e := range p.Evaluations {
		if e.Evaluator == person {
			own = assessor{true, own.trusted || e.Trusted(), own.conflict || e.State.Withheld}
		}
	}
	return own
}

func typeOf(id ident.ID) string { return types[kinds[id.Prefix()]] }

// readData reads what an event carries by the types that its definition gives.
func readData(data []Datum, given []Given) (Values, []Refusal) {
	var refused []Refusal
	values := Values{}
	for _, d := range data {
		g := find(given, d.Name)
		if g == nil || g.Value == "" {
			if d.Required {
				refused = append(refused, Refusal{Code: MalformedInput, Field: "facts." + d.Name, Message: Text{
					LT: fmt.Sprintf("Trūksta %s: %s.", d.Name, datumForms[d.Type].LT), EN: fmt.Sprintf("%s is missing: %s.", d.Name, datumForms[d.Type].EN),
				}})
			}
			continue
		}
		v, err := readDatum(d.Type, g.Value)
		if err != nil {
			refused = append(refused, malformed(d, err))
			continue
		}
		values[d.Name] = v
	}
	return values, refused
}

// readDatum reads one value; unknown types are refused by [Compile] already.
func readDatum(kind, text string) (any, error) {
	switch kind {
	case "money":
		return positive(money.Parse(text))
	case "date":
		return clock.ParseDate(text)
	case "instant":
		return clock.ParseInstant(text)
	case "id":
		return ident.Parse(text)
	case "integer":
		return strconv.Atoi(text)
	case "flag":
		if text != "true" && text != "false" {
			return nil, fmt.Errorf("flag %.40q: want true or false", text)
		}
		return text == "true", nil
	case "list":
		return strings.Split(text, ","), nil
	case "code":
		for _, r := range text {
			if unicode.IsSpace(r) || unicode.IsControl(r) {
				return nil, fmt.Errorf("code %.40q: want one word", text)
			}
		}
		return text, nil
	default:
		return text, nil
	}
}

// positive refuses an amount of nothing or less: awarded or reduced to it, a
// grant would take money out of the envelope that others hold there.
func positive(m money.Amount, err error) (money.Amount, error) {
	if err == nil && m <= 0 {
		return 0, fmt.Errorf("amount %s: want more than 0.00", m)
	}
	return m, err
}

// datumForms say how a value of each type is written.
var datumForms = map[string]Text{
	"money":   {LT: "teigiamą sumą rašykite skaitmenimis su tašku ir dviem ženklais, pavyzdžiui, 1493200.00", EN: "write a positive amount in digits with a point and two decimals, such as 1493200.00"},
	"date":    {LT: "dieną rašykite taip: 2016-01-15", EN: "write a day as 2016-01-15"},
	"instant": {LT: "momentą rašykite taip: 2016-01-15T09:30:00Z", EN: "write an instant as 2016-01-15T09:30:00Z"},
	"id":      {LT: "nurodykite įrašo tapatybę, pavyzdžiui, doc_01h455vb4pex5vsknk084sn02q", EN: "give the id of a record, such as doc_01h455vb4pex5vsknk084sn02q"},
	"code":    {LT: "rašykite vieną žodį be tarpų", EN: "write one word without spaces"},
	"text":    {LT: "rašykite tekstą", EN: "write a text"},
	"flag":    {LT: "rašykite true arba false", EN: "write true or false"},
	"list":    {LT: "rašykite žodžius per kablelius, be tarpų", EN: "write words between commas, without spaces"},
	"integer": {LT: "rašykite sveikąjį skaičių, pavyzdžiui, 3", EN: "write a whole number, such as 3"},
}

func malformed(d Datum, err error) Refusal {
	form := datumForms[d.Type]
	r := Refusal{Code: MalformedInput, Field: "facts." + d.Name, Message: Text{
		LT: fmt.Sprintf("Netinkama reikšmė: %s.", form.LT), EN: fmt.Sprintf("The value does not read: %s.", form.EN),
	}}
	if d.Type == "money" {
		r.Code = MalformedMoney
	}
	if errors.Is(err, money.ErrOverflow) {
		r.Message = Text{
			LT: fmt.Sprintf("Suma netelpa į ribas. Rašykite ne didesnę kaip %s.", money.Max),
			EN: fmt.Sprintf("The amount is out of range. Write one of at most %s.", money.Max),
		}
	}
	return r
}

func holderFact(h Holder) rules.Fact {
	return rules.Fact{Name: string(h.Role), Value: string(h.Person)}
}
