package strategies

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Amount is an amount of euro in the API's exact form, such as "1493200.00".
type Amount string

// ErrMalformedAmount is wrapped by every error about a text that is no [Amount].
var ErrMalformedAmount = errors.New("malformed amount")

// amountForm leaves out leading zeros and bounds the digits so that cents fit
// 64 bits and so does the sum of any list a strategy can hold.
var amountForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,11})\.[0-9]{2}$`)

// Cents is the amount in whole cents. The error wraps [ErrMalformedAmount].
func (a Amount) Cents() (int64, error) {
	if !amountForm.MatchString(string(a)) {
		return 0, fmt.Errorf(`%w: %q, want a form such as "1493200.00"`, ErrMalformedAmount, string(a))
	}
	return strconv.ParseInt(strings.Replace(string(a), ".", "", 1), 10, 64)
}

// Sum adds amounts to the cent. The error wraps [ErrMalformedAmount].
func Sum(amounts ...Amount) (Amount, error) {
	var sum int64
	for _, a := range amounts {
		c, err := a.Cents()
		if err != nil {
			return "", err
		}
		sum += c
	}
	return Amount(fmt.Sprintf("%d.%02d", sum/100, sum%100)), nil
}
