package beacon

import "github.com/otelcol-rum/otelcol-rum/internal/semconv"

// A batch has shared data once, and each record repeats it: records can be a hundred times as large as the body, and ten thousand
// times as large as its gzip. LimitSize bounds the size of the OTLP records of a body: the larger of their size in memory, where
// they share texts, and encoded, where they do not. A test of the translation checks both estimates to 20 %.

// Bytes of a batch, a record and an attribute, besides their texts. In memory an attribute is a key, a
// value behind a pointer and the pointer; encoded it is some tags and lengths.
const (
	batchMemory      = 1400 // with its resource
	recordMemory     = 176 + attributeMemory*semconv.SampledAttributes
	judgedMemory     = attributeMemory * (semconv.JudgedAttributes - semconv.SampledAttributes)
	attributeMemory  = 40
	textMemory       = 16
	numberMemory     = 8
	nameMemory       = 8 // that a joined name is rounded up by, on average
	recordEncoded    = 64
	attributeEncoded = 10
	numberEncoded    = 8
	nameLength       = 24 // of the names of attributes that are ours, on average
	freePrefix       = 16 // before the names of free ones, on average
	tagPrefix        = 8
	keptName         = 64                 // up to this length, the translation joins the name of a tag once and uses it again
	fingerprint      = "0123456789abcdef" // as long as that of an error
)

// Size of records. Memory is without the texts: see Detach.
type Size struct {
	Memory, Encoded int
	// Texts are the bytes of those that were added.
	Texts int
	// Refused is the memory of the records of events that LimitSize refused: they were decoded, too.
	Refused int
}

func (s *Size) add(other Size) {
	s.Memory += other.Memory
	s.Encoded += other.Encoded
	s.Texts += other.Texts
}

// texts adds attributes of ours with text values; empty ones are left out of records.
func (s *Size) texts(values ...string) {
	for _, value := range values {
		if value != "" {
			s.Memory += attributeMemory + textMemory
			s.Encoded += attributeEncoded + nameLength + len(value)
			s.Texts += len(value)
		}
	}
}

// judged adds room for the verdict of a budget.
func (s *Size) judged() { s.Memory += judgedMemory }

func (s *Size) numbers(n int) {
	s.Memory += n * (attributeMemory + numberMemory)
	s.Encoded += n * (attributeEncoded + nameLength + numberEncoded)
}

// joined is the memory of a name that is joined from a prefix and a word of the page.
func joined(prefix int, name string) (memory int) { return prefix + len(name) + nameMemory }

// named adds an attribute with such a name.
func (s *Size) named(prefix int, name string, memory, encoded int) {
	s.Memory += attributeMemory + memory + joined(prefix, name)
	s.Encoded += attributeEncoded + prefix + len(name) + encoded
	s.Texts += len(name)
}

// LimitSize refuses, from the first event on with which records would be larger than the bound, all events with
// ReasonTooLarge. It adds the size of the others to that of the beacons before, and reports whether all fit.
func LimitSize(b *Beacon, size *Size, bound int) (fit bool) {
	size.Memory += batchMemory
	pages := make([]Size, len(b.Pages))
	for i := range b.Pages {
		pages[i] = b.context(&b.Pages[i])
		size.Memory += b.Pages[i].keptNames()
	}
	var with Size // one for all events: payloads make it escape
	for i := range b.Events {
		with = *size
		with.add(pages[b.Events[i].Page])
		b.Events[i].size(&with)
		if max(with.Memory, with.Encoded) <= bound {
			*size = with
			continue
		}
		for j := range b.Events[i:] {
			event := &b.Events[i+j]
			with = pages[event.Page]
			event.size(&with)
			size.Refused += with.Memory
			for range event.Count {
				b.Refuse(event.Index, ReasonTooLarge, "")
			}
		}
		b.Events = b.Events[:i]
		return false
	}
	return true
}

// context is the size of the page's attributes in each record. The enricher adds path and template, which are parts of the URL.
func (b *Beacon) context(p *Page) Size {
	s := Size{Memory: recordMemory, Encoded: recordEncoded}
	s.texts("otel.event.name", p.SessionID, p.UserID, p.ID, p.URL, p.URL, p.URL, b.Connection.Type, b.Connection.EffectiveType)
	if b.Connection.RTT > 0 {
		s.numbers(1)
	}
	if b.Connection.Downlink > 0 {
		s.numbers(1)
	}
	if b.Sampling.Weight() > 1 {
		s.numbers(2)
	}
	for i := range p.Tags {
		tag := &p.Tags[i]
		s.named(tagPrefix, tag.Key, textMemory, len(tag.Value))
		if len(tag.Key) <= keptName {
			s.Memory -= joined(tagPrefix, tag.Key) // see keptNames
		}
	}
	return s
}

// keptNames is the memory of the names of the page's tags, which its records share.
func (p *Page) keptNames() (memory int) {
	for i := range p.Tags {
		if key := p.Tags[i].Key; len(key) <= keptName {
			memory += joined(tagPrefix, key)
		}
	}
	return memory
}

// size adds the size of the event in a record.
func (e *Event) size(s *Size) {
	e.Payload.size(s)
	if log := e.Log; log != nil {
		s.texts(log.SeverityText)
		log.Body.size(s, 0)
	}
	for i := range e.Attributes {
		e.Attributes[i].size(s, freePrefix)
	}
}

// texts is the total length of the texts in the records.
func (b *Beacon) texts() (n int) {
	for i := range b.Pages {
		p := &b.Pages[i]
		n += len(p.SessionID) + len(p.UserID) + len(p.ID) + len(p.URL) + len(p.Referrer) + len(p.Title)
		for j := range p.Tags {
			n += len(p.Tags[j].Value)
		}
	}
	var size Size
	for i := range b.Events {
		b.Events[i].size(&size)
	}
	return n + size.Texts
}
