package workflow

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/env"
	celtypes "github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"github.com/atranka/atranka/money"
	"github.com/atranka/atranka/rules"
)

// Condition is a guard that a local action group adds: an expression in the
// Common Expression Language (cel.dev) over typed facts of the case. It has no
// regular expressions, no time of its own and no values of unknown type, and
// its cost is bounded before it is accepted and again while it runs.
type Condition struct {
	When    string // the expression, which gives true or false
	Label   Text   // what is asked, such as "Small grants need no plan"
	Message Text   // what is wrong where it does not hold
	Position
}

// The bounds of a condition. They are choices of design: the dearest that
// passes costs about as much as the scoring of one proposal.
const (
	maxConditionBytes = 2_000
	maxConditionDepth = 24
	maxConditionCost  = 10_000 // in CEL's own unit, an operation on one item
)

// expressible is a fact that conditions may read.
type expressible struct {
	name string
	typ  *cel.Type
	of   func(sight) any
}

// Money is in cents, which the names say, because CEL knows no decimals;
// cents("5000.00") writes an amount. Scores are in hundredths.
var (
	proposalFacts = []expressible{
		{"proposal.grantRequestedCents", cel.IntType, func(s sight) any { return int64(s.Proposal.GrantRequested) }},
		{"proposal.grantAwardedCents", cel.IntType, func(s sight) any { return int64(s.amount()) }},
		{"proposal.eligibleTotalCents", cel.IntType, func(s sight) any { return int64(s.Proposal.EligibleTotal) }},
		{"proposal.scoreHundredths", cel.IntType, func(s sight) any { return orZero(s.Proposal.FinalScore) }},
		{"proposal.legalForm", cel.StringType, func(s sight) any { return s.Proposal.LegalForm }},
		{"proposal.territory", cel.StringType, func(s sight) any { return s.Proposal.PlaceTerritory }},
		{"proposal.action", cel.StringType, func(s sight) any { return s.Proposal.ActionCode }},
		{"proposal.activityKinds", cel.ListType(cel.StringType), func(s sight) any { return append([]string{}, s.Proposal.ActivityKinds...) }},
		{"proposal.state", cel.StringType, func(s sight) any { return string(s.Proposal.State) }},
		{"proposal.versions", cel.IntType, func(s sight) any { return int64(s.Proposal.Versions) }},
		{"proposal.evaluations", cel.IntType, func(s sight) any { return int64(len(s.Proposal.Evaluations)) }},
		{"proposal.evaluationsSubmitted", cel.IntType, func(s sight) any { return submitted(s.Proposal.Evaluations) }},
	}
	callFacts = []expressible{
		{"call.budgetCents", cel.IntType, func(s sight) any { return int64(s.Call.Budget) }},
		{"call.reservedCents", cel.IntType, func(s sight) any { return int64(s.Call.Reserved) }},
		{"call.minGrantCents", cel.IntType, func(s sight) any { return int64(s.Call.MinGrant) }},
		{"call.maxGrantCents", cel.IntType, func(s sight) any { return int64(s.Call.MaxGrant) }},
		{"call.minScoreHundredths", cel.IntType, func(s sight) any { return s.Call.MinScore }},
		{"call.selectionMode", cel.StringType, func(s sight) any { return s.Call.SelectionMode }},
		{"call.proposals", cel.IntType, func(s sight) any { return int64(s.Call.Proposals) }},
		{"call.eligibleForms", cel.ListType(cel.StringType), func(s sight) any { return append([]string{}, s.Call.EligibleForms...) }},
	}
	contractFacts = []expressible{
		{"contract.grantCents", cel.IntType, func(s sight) any { return int64(s.contract().Grant) }},
	}
	matterFacts = []expressible{
		{"matter.form", cel.StringType, func(s sight) any { return s.matter().Form }},
		{"matter.amountCents", cel.IntType, func(s sight) any { return int64(s.matter().Amount) }},
		{"matter.acceptedCents", cel.IntType, func(s sight) any { return int64(s.accepted()) }},
		{"matter.dueOn", cel.StringType, func(s sight) any { return string(s.matter().DueOn) }},
	}
	everywhere = []expressible{
		{"today", cel.StringType, func(s sight) any { return string(s.Now.Day()) }},
	}
)

// expressibles are the facts that a condition of the kind may read.
func expressibles(k Kind) []expressible {
	switch {
	case k == "proposal" || k == "evaluation":
		return slices.Concat(everywhere, callFacts, proposalFacts)
	case k == "call":
		return slices.Concat(everywhere, callFacts)
	case k == "contract":
		return slices.Concat(everywhere, callFacts, proposalFacts, contractFacts)
	case k.Inner():
		return slices.Concat(everywhere, callFacts, proposalFacts, contractFacts, matterFacts)
	default:
		return everywhere
	}
}

func submitted(all []EvaluationFacts) int64 {
	var n int64
	for _, e := range all {
		if e.Submitted {
			n++
		}
	}
	return n
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// expression is a condition that was proved, ready to be judged. It is safe for
// concurrent use.
type expression struct {
	program cel.Program
	reads   []expressible // in the order of their names
	// fallible: it may come to something that cannot be computed, such as a sum beyond
	// 64 bits, a division by zero or an item that a list lacks.
	fallible bool
}

// express proves an expression for a kind of subject. The error says in English
// what is wrong with it.
func express(k Kind, when string) (*expression, error) {
	if len(when) > maxConditionBytes {
		return nil, fmt.Errorf("it has %d bytes, the limit is %d", len(when), maxConditionBytes)
	}
	facts := expressibles(k)
	language, err := languages(k)
	if err != nil {
		return nil, err
	}
	checked, issues := language.Compile(when)
	if err := issues.Err(); err != nil {
		return nil, errors.New(strings.Join(strings.Fields(err.Error()), " "))
	}
	if checked.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("it gives a %s, want true or false", checked.OutputType())
	}
	cost, err := language.EstimateCost(checked, sizes{})
	if err != nil {
		return nil, fmt.Errorf("estimate its cost: %w", err)
	}
	if err := affordable(cost.Max); err != nil {
		return nil, err
	}
	program, err := language.Program(checked, cel.CostLimit(maxConditionCost))
	if err != nil {
		return nil, err
	}
	x := &expression{program: program, reads: read(checked, facts), fallible: calls(checked, fallible)}
	if len(x.reads) == 0 {
		return nil, errors.New("it reads no fact of the case, so its answer is the same for all")
	}
	return x, errors.Join(untyped(checked), malformedAmount(checked))
}

// affordable refuses what may cost more than a decision should.
func affordable(steps uint64) error {
	if steps > maxConditionCost {
		return fmt.Errorf("it may cost %d steps, the limit is %d", steps, uint64(maxConditionCost))
	}
	return nil
}

// languages are made once for each kind, for making one costs more than proving
// a condition in it, and a definition may have hundreds.
func languages(k Kind) (*cel.Env, error) {
	if made, ok := languageOf[k]; ok {
		return made()
	}
	return language(expressibles(k))
}

var languageOf = func() map[Kind]func() (*cel.Env, error) {
	of := map[Kind]func() (*cel.Env, error){}
	for _, k := range kinds {
		of[k] = sync.OnceValues(func() (*cel.Env, error) { return language(expressibles(k)) })
	}
	return of
}()

// language is CEL as conditions may use it.
func language(facts []expressible) (*cel.Env, error) {
	opts := []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(&env.LibrarySubset{ExcludeFunctions: []*env.Function{
			{Name: "matches"}, {Name: "dyn"}, {Name: "type"}, {Name: "timestamp"}, {Name: "duration"},
		}})),
		cel.HomogeneousAggregateLiterals(), cel.ParserRecursionLimit(maxConditionDepth), cel.ParserExpressionSizeLimit(maxConditionBytes),
		cel.Function("cents", cel.Overload("cents_string", []*cel.Type{cel.StringType}, cel.IntType, cel.UnaryBinding(cents))),
	}
	for _, f := range facts {
		opts = append(opts, cel.Variable(f.name, f.typ))
	}
	return cel.NewCustomEnv(opts...)
}

// cents reads an amount as it is written everywhere: "5000.00".
func cents(v ref.Val) ref.Val {
	text, ok := v.Value().(string)
	if !ok {
		return celtypes.MaybeNoSuchOverloadErr(v)
	}
	m, err := money.Parse(text)
	if err != nil {
		return celtypes.NewErr("%v", err)
	}
	return celtypes.Int(m)
}

// malformedAmount finds an amount that would fail whenever the condition is
// judged. Amounts are written out, so it can be known at once.
func malformedAmount(checked *cel.Ast) error {
	var found error
	ast.PreOrderVisit(ast.NavigateAST(checked.NativeRep()), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != "cents" || found != nil {
			return
		}
		arg := e.AsCall().Args()[0]
		if arg.Kind() != ast.LiteralKind {
			found = errors.New("cents takes an amount that is written out")
			return
		}
		_, found = money.Parse(fmt.Sprint(arg.AsLiteral().Value()))
	}))
	return found
}

// fallible are CEL's operators and functions that fail for some values of their types.
var fallible = []string{"_+_", "_-_", "-_", "_*_", "_/_", "_%_", "_[_]", "int", "uint", "double", "bool", "string", "bytes"}

// calls says whether the expression calls one of the functions.
func calls(checked *cel.Ast, functions []string) bool {
	found := false
	ast.PreOrderVisit(ast.NavigateAST(checked.NativeRep()), ast.NewExprVisitor(func(e ast.Expr) {
		found = found || e.Kind() == ast.CallKind && slices.Contains(functions, e.AsCall().FunctionName())
	}))
	return found
}

// untyped finds a message or a map: facts are texts, numbers and lists of texts.
func untyped(checked *cel.Ast) error {
	var found error
	ast.PreOrderVisit(ast.NavigateAST(checked.NativeRep()), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.StructKind || e.Kind() == ast.MapKind {
			found = errors.New("it makes a message or a map; facts are texts, numbers and lists of texts")
		}
	}))
	return found
}

// read are the facts that the expression reads.
func read(checked *cel.Ast, facts []expressible) []expressible {
	named := map[string]bool{}
	for _, r := range checked.NativeRep().ReferenceMap() {
		named[r.Name] = true
	}
	out := slices.DeleteFunc(slices.Clone(facts), func(f expressible) bool { return !named[f.name] })
	slices.SortFunc(out, func(a, b expressible) int { return strings.Compare(a.name, b.name) })
	return out
}

// sizes tell CEL how long texts and lists can be: what rows may hold.
type sizes struct{}

func (sizes) EstimateSize(n checker.AstNode) *checker.SizeEstimate {
	switch n.Type().Kind() {
	case celtypes.ListKind:
		return &checker.SizeEstimate{Max: maxList}
	case celtypes.StringKind:
		return &checker.SizeEstimate{Max: maxLine}
	default:
		return nil
	}
}

func (sizes) EstimateCallCost(string, string, *checker.AstNode, []checker.AstNode) *checker.CallEstimate {
	return nil
}

// judge decides the condition on the facts. What cannot be computed, such as a
// sum beyond 64 bits, does not hold.
func (x *expression) judge(name string, s sight) rules.Result {
	values := make(map[string]any, len(x.reads))
	facts := make([]rules.Fact, 0, len(x.reads)+1)
	for _, f := range x.reads {
		v := f.of(s)
		values[f.name] = v
		facts = append(facts, rules.Fact{Name: f.name, Value: shown(v)})
	}
	answer, _, err := x.program.Eval(values)
	if err != nil {
		return fact(name, false, append(facts, rules.Fact{Name: "error", Value: err.Error()})...)
	}
	return fact(name, answer == celtypes.True, facts...)
}

// shown is a fact's value as the history keeps it.
func shown(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case []string:
		return strings.Join(v, " ")
	default:
		return fmt.Sprint(v)
	}
}
