package aggregate

// wait is a series in which a vital waits, by its number in waits: so that the garbage collector has no pointers to follow in the
// many waiting vitals. 0 is none.
type wait int32

// waits has the series in which vitals wait. It is not safe for concurrent use.
type waits struct {
	places []waitPlace // the first is none
	free   []wait
}

type waitPlace struct {
	series *series
	vitals int32 // that entered and have not left
}

func newWaits() waits { return waits{places: make([]waitPlace, 1)} }

// enter makes a vital wait in the series.
func (w *waits) enter(s *series) wait {
	s.waiting++
	if s.wait == 0 {
		s.wait = w.allocate()
		w.places[s.wait].series = s
	}
	w.places[s.wait].vitals++
	return s.wait
}

func (w *waits) allocate() wait {
	if last := len(w.free) - 1; last >= 0 {
		one := w.free[last]
		w.free = w.free[:last]
		return one
	}
	w.places = append(w.places, waitPlace{})
	return wait(len(w.places) - 1) //nolint:gosec // fewer than series
}

// of is the series that will count the vital; nil for none.
func (w *waits) of(one wait) *series {
	if one == 0 {
		return nil
	}
	return w.places[one].series.current()
}

// leave ends the wait of one vital, and returns the series that counts it; nil for none.
func (w *waits) leave(one wait) *series {
	s := w.of(one)
	if s == nil {
		return nil
	}
	s.waiting--
	place := &w.places[one]
	if place.vitals--; place.vitals == 0 {
		place.series.wait = 0
		*place = waitPlace{}
		w.free = append(w.free, one)
	}
	return s
}
