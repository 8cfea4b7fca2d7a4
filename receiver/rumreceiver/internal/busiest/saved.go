package busiest

// Saved is a saved entry, for Load. Waiting keys are not saved.
type Saved struct {
	Key         string
	Seen        int64
	Leaving     bool
	Now, Before []byte // sketches
}

// Save returns the entries.
func (t *Table[V]) Save() []Saved {
	all := make([]Saved, 0, len(t.entries))
	for _, e := range t.entries {
		all = append(all, Saved{
			Key: e.Key, Seen: e.seen, Leaving: e.leaving,
			Now: append([]byte(nil), e.visitors.now[:]...), Before: append([]byte(nil), e.visitors.before[:]...),
		})
	}
	return all
}

// Load restores the saved entries while there are free places. Visitors have new hashes now, so a returning visitor
// counts twice until the saved ones are forgotten.
func (t *Table[V]) Load(all []Saved) {
	for _, saved := range all {
		if len(t.entries) >= t.limit {
			return
		}
		e := &Entry[V]{Key: saved.Key, seen: saved.Seen, leaving: saved.Leaving}
		copy(e.visitors.now[:], saved.Now)
		copy(e.visitors.before[:], saved.Before)
		t.entries[e.Key] = e
	}
}
