package collation

// Form is one of the two things that are made of a text.
type Form string

// The forms.
const (
	Key      Form = "KEY"      // see [SortKey]
	Searched Form = "SEARCHED" // see [Words]
)

// Of is the form of the text. It panics on a form that is none of the two,
// which only a broken schema can name.
func (f Form) Of(text string) string {
	switch f {
	case Key:
		return SortKey(text)
	case Searched:
		return Words(text)
	}
	panic("collation: no form " + string(f))
}
