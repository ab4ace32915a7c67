package rules

import (
	"math"
	"math/big"

	"github.com/atranka/atranka/money"
)

// BasisPoints is a rate in hundredths of a percent: 92.5 % is 9250.
type BasisPoints int64

// Whole is 100 %.
const Whole BasisPoints = 10_000

// Of is the rate of m, rounded down to the cent (towards the smaller amount).
// A product that no Money holds, possible only beyond 100 %, becomes the
// nearest one.
func (b BasisPoints) Of(m Money) Money {
	product := new(big.Int).Mul(big.NewInt(int64(b)), big.NewInt(int64(m)))
	// Div is Euclidean, which is the floor for a positive divisor.
	return Money(clamp(product.Div(product, big.NewInt(int64(Whole)))))
}

// String is the rate in percent with two decimals, such as "92.50".
func (b BasisPoints) String() string { return money.Hundredths(int64(b)) }

// shareAtLeast is part/whole, rounded up: a share above a limit never looks as
// if it kept it. The whole is positive.
func shareAtLeast(part, whole int64) BasisPoints {
	return -shareAtMost(-part, whole)
}

// shareAtMost is part/whole, rounded down: a share below a minimum never looks
// as if it reached it. The whole is positive.
func shareAtMost(part, whole int64) BasisPoints {
	n := new(big.Int).Mul(big.NewInt(part), big.NewInt(int64(Whole)))
	return BasisPoints(clamp(n.Div(n, big.NewInt(whole))))
}

// exceeds holds when part/whole > limit, exactly.
func exceeds(part, whole int64, limit BasisPoints) bool {
	left := new(big.Int).Mul(big.NewInt(part), big.NewInt(int64(Whole)))
	right := new(big.Int).Mul(big.NewInt(whole), big.NewInt(int64(limit)))
	return left.Cmp(right) > 0
}

func clamp(n *big.Int) int64 {
	switch {
	case n.IsInt64():
		return n.Int64()
	case n.Sign() < 0:
		return math.MinInt64
	default:
		return math.MaxInt64
	}
}
