package admit

// Sizes that count as one event of a rate, because reading, keeping and scrubbing cost time and memory, too. A real event has some
// hundred bytes on the wire, an error with its stack some thousand, and two thousand as a record.
const (
	// BytesPerEvent of a decoded body, and of texts that are scanned again.
	BytesPerEvent = 1 << 10
	// RecordBytesPerEvent of the records of a body, in memory.
	RecordBytesPerEvent = 4 << 10
)

// Cost of a request, which is taken from the allowances.
type Cost struct {
	// Events of the wire, taken and refused.
	Events int
	// Bytes of the body as far as it was read, out of its encoding.
	Bytes int64
	// Records is how many bytes of memory the records of its events take.
	Records int64
	// Looked is how many bytes of its texts were looked at again, to find what must not be kept. It is known last.
	Looked int64
	// Refused is that of events that were decoded and then refused because of it.
	Refused int64
}

// tokens is the cost in events, at least 1, because a body without events has been read, too.
func (c Cost) tokens() float64 {
	return max(1, float64(c.Events), float64((c.Bytes+c.Looked)/BytesPerEvent), float64((c.Records+c.Refused)/RecordBytesPerEvent))
}
