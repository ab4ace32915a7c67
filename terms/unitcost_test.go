package terms

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/atranka/atranka/money"
)

func TestCostIsExactToTheCent(t *testing.T) {
	for _, tt := range []struct {
		quantity int64
		rate     money.Amount
		want     money.Amount
		ok       bool
	}{
		{100, 12_34, 12_34, true},
		{250, 10_01, 25_03, true}, // 25.025
		{249, 10_01, 24_92, true}, // 24.9249
		{1, 49, 0, true},
		{1, 50, 1, true},
		{0, 1, 0, true},
		{100, money.Max, money.Max, true},
		{101, money.Max, 0, false},
		{math.MaxInt64, math.MaxInt64, 0, false},
		{-1, 1, 0, false},
		{1, -1, 0, false},
	} {
		got, ok := Cost(tt.quantity, tt.rate)
		if got != tt.want || ok != tt.ok {
			t.Errorf("%d hundredths at %s: got %s, %t, want %s, %t", tt.quantity, tt.rate, got, ok, tt.want, tt.ok)
		}
	}
}

func TestUnitCostsKeepTheirForm(t *testing.T) {
	b, err := json.Marshal([]UnitCost{{Code: "V1", Title: "Valanda", Unit: "val.", Rate: 12_34}})
	const want = `[{"code":"V1","title":"Valanda","unit":"val.","rate":"12.34"}]`
	var back []UnitCost
	if err != nil || string(b) != want || json.Unmarshal(b, &back) != nil {
		t.Fatalf("got %s, %v, want %s", b, err, want)
	}
	if u, ok := FindUnitCost(back, "V1"); !ok || u.Rate != 12_34 {
		t.Errorf("V1: got %v, %t, want its rate of 12.34", u, ok)
	}
	if _, ok := FindUnitCost(back, ""); ok {
		t.Error("no code: got a unit cost, want none")
	}
}
