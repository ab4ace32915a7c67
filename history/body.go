package history

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/gowebpki/jcs"
)

// maxNumber is the greatest integer that every reader of JSON keeps exactly
// (RFC 7493 §2.2).
const maxNumber = 1<<53 - 1

// CanonicalBody is v as RFC 8785 bytes, by way of its encoding/json form. It
// refuses with [ErrMalformed] what would not come back the same from every
// reader: fractions, exponents, negative zero, integers beyond ±(2^53-1), text
// that is not UTF-8, and an object with a key twice. Money, rates finer than a
// basis point and 64-bit numbers go in as decimal strings. Text is taken as it
// stands; bringing it to NFC is the caller's.
func CanonicalBody(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("%w: body: %w", ErrMalformed, err)
	}
	return canonicalJSON(b)
}

// checkBody refuses bytes that are not what [CanonicalBody] writes.
func checkBody(body []byte) error {
	b, err := canonicalJSON(body)
	if err != nil {
		return err
	}
	if !bytes.Equal(b, body) {
		return fmt.Errorf("%w: body is not in canonical form", ErrMalformed)
	}
	return nil
}

func canonicalJSON(b []byte) ([]byte, error) {
	out, err := jcs.Transform(b)
	if err != nil {
		return nil, fmt.Errorf("%w: body: %w", ErrMalformed, err)
	}
	// The source is scanned and not the outcome, in which 1.0 already reads 1.
	if err := checkTokens(b); err != nil {
		return nil, err
	}
	return out, nil
}

// replaced is how encoding/json writes bytes that are not UTF-8. A real U+FFFD
// in a string it writes as it is, so the escape always means a loss.
const replaced = `\ufffd`

// checkTokens walks JSON known to be well formed and refuses the numbers and
// texts that [CanonicalBody] refuses.
func checkTokens(b []byte) error {
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c == '"':
			n, err := checkString(b[i:])
			if err != nil {
				return err
			}
			i += n
		case c == '-' || '0' <= c && c <= '9':
			n, err := checkNumber(b[i:])
			if err != nil {
				return err
			}
			i += n
		default:
			i++
		}
	}
	return nil
}

// checkString gives the length of the string literal that b begins with.
func checkString(b []byte) (int, error) {
	i := 1
	for b[i] != '"' {
		if b[i] == '\\' {
			if bytes.HasPrefix(b[i:], []byte(replaced)) {
				return 0, fmt.Errorf("%w: body: text that is not UTF-8", ErrMalformed)
			}
			i++
		}
		i++
	}
	return i + 1, nil
}

// checkNumber gives the length of the number that b begins with.
func checkNumber(b []byte) (int, error) {
	n := bytes.IndexAny(b, ",]} \t\r\n")
	if n < 0 {
		n = len(b)
	}
	v, err := strconv.ParseInt(string(b[:n]), 10, 64)
	switch {
	case err != nil || v == 0 && n > 1:
		return 0, fmt.Errorf("%w: body: number %.40s, want an integer; write others as text", ErrMalformed, b[:n])
	case v > maxNumber || v < -maxNumber:
		return 0, fmt.Errorf("%w: body: number %d is beyond 2^53; write it as text", ErrMalformed, v)
	}
	return n, nil
}
