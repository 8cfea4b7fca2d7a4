package beacon

import "strconv"

// ValueType is the type of an Attribute's value.
type ValueType uint8

// The types of attribute values.
const (
	// StringValue is the zero value: an attribute of nothing but a key is an empty text.
	StringValue ValueType = iota
	NumberValue
	IntValue
	BoolValue
	BytesValue
	ListValue
	MapValue
)

// Attribute is a free name and a value. Values of JSON are texts, numbers and bools; those of OTLP may be anything.
type Attribute struct {
	Key  string
	Type ValueType
	// String is a text, or bytes.
	String string
	// Number is a number, and 1 or 0 for a bool.
	Number float64
	// Int is a whole number of an IntValue: not every int64 is a float64.
	Int int64
	// Items of a list, whose keys are empty, or of a map.
	Items []Attribute
}

// Float is the value of a number of either type.
func (a *Attribute) Float() (v float64, ok bool) {
	switch a.Type {
	case NumberValue:
		return a.Number, true
	case IntValue:
		return float64(a.Int), true
	}
	return 0, false
}

// Text is the value as text: a text itself, a number in digits, a bool as true or false. A list or a map is empty.
func (a *Attribute) Text() string {
	switch a.Type {
	case NumberValue:
		return strconv.FormatFloat(a.Number, 'f', -1, 64)
	case IntValue:
		return strconv.FormatInt(a.Int, 10)
	case BoolValue:
		return strconv.FormatBool(a.Number == 1)
	}
	return a.String
}

// size adds what a record has of it, with a name that is as much longer.
func (a *Attribute) size(s *Size, prefix int) {
	switch a.Type {
	case BoolValue:
		s.named(prefix, a.Key, 1, 1)
	case NumberValue, IntValue:
		s.named(prefix, a.Key, numberMemory, numberEncoded)
	default:
		s.named(prefix, a.Key, textMemory, len(a.String))
	}
	s.Texts += len(a.String)
	for i := range a.Items {
		a.Items[i].size(s, 0)
	}
}
