package beacon

// Validate refuses events whose values cannot be (negative or endless durations) and marks those
// that are measured but not believable. It keeps the order of the others.
func Validate(b *Beacon) {
	kept := 0
	for i := range b.Events {
		event := &b.Events[i]
		if field, ok := event.Payload.check(); !ok {
			for range event.Count {
				b.Refuse(event.Index, ReasonBadValue, field)
			}
			continue
		}
		event.Implausible = event.Payload.doubts()
		if i > kept {
			b.Events[kept] = *event
		}
		kept++
	}
	b.Events = b.Events[:kept]
}
