package admit

// What counts as one event of a rate, however few events there are: reading, keeping and scrubbing
// cost as well. A real event has some hundred bytes on the wire, an error with its stack some thousand, and two
// thousand as a record.
const (
	// BytesPerEvent is of a body, out of its encoding, and of what is looked at again.
	BytesPerEvent = 1 << 10
	// RecordBytesPerEvent is of the records that a body becomes, in memory.
	RecordBytesPerEvent = 4 << 10
)

// Cost is what a request takes of the allowances.
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

// tokens is the cost in events, at least 1: a body of which no event came has cost its reading.
func (c Cost) tokens() float64 {
	return max(1, float64(c.Events), float64((c.Bytes+c.Looked)/BytesPerEvent), float64((c.Records+c.Refused)/RecordBytesPerEvent))
}
