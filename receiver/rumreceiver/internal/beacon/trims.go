package beacon

import "strings"

// Bound is one past which a value is cut or left out, while its event is taken. The set is closed: a
// bound is the metric's label, an element of the record's attribute and, for most, a member of
// Limits.
type Bound uint8

// The bounds.
const (
	BoundAttributes Bound = iota
	BoundAttributeDepth
	BoundString
	BoundURL
	BoundStack
	BoundFrames
	BoundLostReasons
	BoundHeader
	// BoundValueType is for values of a type that is not allowed: a tag that is an object, a number beyond those of IEEE 754.
	BoundValueType
	// BoundWeight is the largest weight of an event: see LimitWeight.
	BoundWeight
	NumBounds
)

// BoundNames are their names in metrics and records.
var BoundNames = [NumBounds]string{
	"max_attributes", "max_attribute_depth", "max_string_length", "max_url_length", "max_stack_length", "max_stack_frames",
	"max_lost_reasons", "max_header_length", "value_type", "max_weight",
}

// Trims counts the values that were cut or left out, by bound.
type Trims [NumBounds]int32

// Add notes one value.
func (t *Trims) Add(bound Bound) { t[bound]++ }

// Cut shortens s to the length that the bound of the limits allows, and notes it.
func (t *Trims) Cut(s string, limits *Limits, bound Bound) string {
	s, cut := Cut(s, limits.length(bound))
	if cut {
		t.Add(bound)
	}
	return s
}

// CutStack keeps the innermost frames of a stack, and type and message before them, of at most as many lines.
func (t *Trims) CutStack(stack string, limits *Limits) string {
	before, frames := limits.MaxFrames, limits.MaxFrames
	for end := 0; ; {
		length := strings.IndexByte(stack[end:], '\n')
		last := length < 0
		if last {
			length = len(stack) - end
		}
		left := &frames
		if frames == limits.MaxFrames && !isFrame(stack[end:end+length]) {
			left = &before
		}
		if *left--; *left < 0 {
			if end == len(stack) { // a line end is no line
				return stack
			}
			t.Add(BoundFrames)
			return stack[:end-1]
		}
		if last {
			return stack
		}
		end += length + 1
	}
}

// isFrame distinguishes a line of a stack from one of a message, in the two shapes that browsers write: "    at f (url:1:2)" and
// "f@url:1:2".
func isFrame(line string) bool {
	return strings.HasPrefix(strings.TrimLeft(line, " \t"), "at ") || strings.IndexByte(line, '@') >= 0
}

// Since are the bounds that were crossed since the counts were copied to before.
func (t *Trims) Since(before *Trims) (crossed Bounds) {
	if *t == *before {
		return 0
	}
	for bound := range NumBounds {
		if t[bound] != before[bound] {
			crossed |= 1 << bound
		}
	}
	return crossed
}

// Any reports whether anything was cut or left out.
func (t *Trims) Any() bool { return *t != Trims{} }

// Bounds is a set of bounds that were crossed.
type Bounds uint16

// Names of the bounds in the set.
func (b Bounds) Names() (names []string) {
	for bound, name := range BoundNames {
		if b&(1<<bound) != 0 {
			names = append(names, name)
		}
	}
	return names
}
