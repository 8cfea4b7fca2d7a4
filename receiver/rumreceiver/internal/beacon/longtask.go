package beacon

// LongTask is a task that kept the main thread busy.
// https://w3c.github.io/longtasks/
type LongTask struct {
	Duration float64 // ms
}

// Kind implements Payload.
func (*LongTask) Kind() Kind                 { return KindLongTask }
func (t *LongTask) check() (string, bool)    { return duration(t.Duration) }
func (t *LongTask) doubts() Implausibilities { return outOfRange(t.Duration > maxDuration) }
func (*LongTask) size(s *Size)               { s.numbers(2) }

// Scrub implements Payload.
func (*LongTask) Scrub(Cleaner) {}

// LongFrame is an animation frame that took long.
// https://w3c.github.io/long-animation-frames/
type LongFrame struct {
	Duration float64 // ms
	Blocking float64 // ms
	// Script is the one that took longest; nil when unknown.
	Script *Script
}

// Script is what a script did in a frame. Numbers that are not known are NaN.
// https://w3c.github.io/long-animation-frames/#sec-PerformanceScriptTiming
type Script struct {
	URL          string
	Function     string
	Invoker      string
	InvokerType  string
	Duration     float64 // ms
	CharPosition float64
	ForcedLayout float64 // ms
}

// Kind implements Payload.
func (*LongFrame) Kind() Kind { return KindLongFrame }

func (f *LongFrame) check() (string, bool) {
	return "value", finite(f.Duration, f.Blocking) && f.Duration >= 0
}

func (f *LongFrame) doubts() (found Implausibilities) {
	found = outOfRange(f.Duration > maxDuration)
	found.add(BlockingOverDuration, f.Blocking > f.Duration+tolerance)
	return found
}

func (f *LongFrame) size(s *Size) {
	s.numbers(2)
	if x := f.Script; x != nil {
		s.texts(x.URL, x.Function, x.Invoker, x.InvokerType)
		s.numbers(4) // with the list
	}
}

// Scrub implements Payload.
func (f *LongFrame) Scrub(c Cleaner) {
	if s := f.Script; s != nil {
		s.URL = c.URL(s.URL)
		s.Function, s.Invoker, s.InvokerType = c.Text(s.Function), c.Text(s.Invoker), c.Text(s.InvokerType)
	}
}
