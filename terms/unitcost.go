package terms

import (
	"math/bits"
	"slices"

	"github.com/atranka/atranka/money"
)

// ByUnit is the method of a cost that is paid by what one unit costs.
const ByUnit = "UNIT"

// FindUnitCost is the unit cost of the code, where there is one.
func FindUnitCost(all []UnitCost, code string) (UnitCost, bool) {
	i := slices.IndexFunc(all, func(u UnitCost) bool { return u.Code == code })
	if i < 0 {
		return UnitCost{}, false
	}
	return all[i], true
}

// Cost is what a quantity in hundredths costs at the rate of one unit, to the cent and half
// a cent up: as an invoice has it, so that a budget and its invoices agree. (A grant is cut
// down to the cent instead, for it may not exceed its share.) It is false where either is
// negative, or no amount holds it.
func Cost(quantity int64, rate money.Amount) (money.Amount, bool) {
	if quantity < 0 || rate < 0 {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(quantity), uint64(rate))
	lo, carry := bits.Add64(lo, 50, 0)
	if hi += carry; hi >= 100 {
		return 0, false
	}
	cents, _ := bits.Div64(hi, lo, 100)
	if cents > uint64(money.Max) {
		return 0, false
	}
	return money.Amount(cents), true
}
