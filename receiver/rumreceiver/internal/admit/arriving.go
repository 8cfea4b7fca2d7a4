package admit

import (
	"container/list"
	"sync"
)

// arriving are the bodies that are being received. They have no place among the requests that are served, and memory only for the
// received bytes. Their number and their bytes are bounded; past a bound the body that has waited longest is cut off, so that
// clients with slow bodies do not keep out others. Safe for concurrent use.
type arriving struct {
	max      int
	maxBytes int64

	mu     sync.Mutex
	oldest *list.List // of *body, in the order in which they began
	bytes  int64
}

// body that is being received.
type body struct {
	cut     func()
	bytes   int64
	element *list.Element // nil when it has arrived or was cut off
}

func newArriving(maxBodies int, maxBytes int64) *arriving {
	return &arriving{max: maxBodies, maxBytes: maxBytes, oldest: list.New()}
}

// begin takes another body. cut is called at most once, and never after end; it must not block, nor
// call back.
func (a *arriving) begin(cut func()) *body {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.oldest.Len() >= a.max {
		a.cutLocked()
	}
	b := &body{cut: cut}
	b.element = a.oldest.PushBack(b)
	return b
}

// received sets the present memory of the body.
func (a *arriving) received(b *body, bytes int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b.element == nil {
		return
	}
	a.bytes += bytes - b.bytes
	b.bytes = bytes
	for a.bytes > a.maxBytes && a.oldest.Len() > 0 {
		a.cutLocked()
	}
}

// end removes a body, however it ended.
func (a *arriving) end(b *body) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b.element != nil {
		a.removeLocked(b)
	}
}

func (a *arriving) cutLocked() {
	b := a.oldest.Front().Value.(*body)
	a.removeLocked(b)
	b.cut()
}

func (a *arriving) removeLocked(b *body) {
	a.oldest.Remove(b.element)
	a.bytes -= b.bytes
	b.element = nil
}

func (a *arriving) len() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.oldest.Len()
}
