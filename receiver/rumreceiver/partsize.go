package rumreceiver

// maxPoints of one delivery: with labels, exemplars and the counters of rum_budget some 3 MB at most, less than what gRPC
// servers accept (4 MiB) and queues that are bounded in bytes should hold.
const maxPoints = 2000

// minPoints of one delivery: a queue that does not hold some 300 kB is of no use.
const minPoints = 250

// partSize is how many data points one delivery may have. A queue that is bounded in bytes refuses what is larger than
// itself, at every flush, and says no more than that it is full. So as long as none of a size was ever accepted, those of the next
// flush are half as large. When the smallest are refused too, size is not the reason, and it begins again. Not safe for
// concurrent use.
type partSize struct {
	points  int
	largest int // that was accepted, ever
}

func newPartSize() partSize { return partSize{points: maxPoints} }

// flushed learns from a flush: the largest part that was accepted, and the largest that was refused; 0 for none.
func (s *partSize) flushed(accepted, refused int) {
	s.largest = max(s.largest, accepted)
	if refused <= s.largest {
		return
	}
	if s.points = max(min(s.points, refused)/2, s.largest); s.points < minPoints {
		s.points = maxPoints
	}
}
