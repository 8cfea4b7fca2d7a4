package simulate

// Stories is what is kept of the sessions that have an event of some kind.
type Stories struct {
	Sessions int
	// Shares of their records, of their records from the first such event on, and of the sessions that are kept whole.
	Records, Since, Whole float64
}

// Stories samples the population once.
func (p *Population) Stories(d Decider, kind int) Stories {
	type story struct{ records, kept, since, sinceKept int }
	all := make([]story, len(p.Traits))
	for _, e := range p.Events {
		s := &all[e.Session]
		s.records++
		started := s.since > 0 || e.Kind == kind
		if started {
			s.since++
		}
		d.Decide(e, func(Kept) {
			s.kept++
			if started {
				s.sinceKept++
			}
		})
	}
	var found Stories
	var records, kept, since, sinceKept, whole float64
	for _, s := range all {
		if s.since == 0 {
			continue
		}
		found.Sessions++
		records += float64(s.records)
		kept += float64(s.kept)
		since += float64(s.since)
		sinceKept += float64(s.sinceKept)
		if s.kept == s.records {
			whole++
		}
	}
	if found.Sessions > 0 {
		found.Records, found.Since, found.Whole = kept/records, sinceKept/since, whole/float64(found.Sessions)
	}
	return found
}
