package admit

import (
	"container/list"
	"sync"
)

// arriving are the bodies that are on their way: they hold no place among the requests that are
// served, and memory only for what has come. At most so many, and so many bytes; past it the one that
// waits for longest is cut off, so that whoever lets bodies trickle in keeps out nobody whose body
// arrives. Safe for concurrent use.
type arriving struct {
	max      int
	maxBytes int64

	mu     sync.Mutex
	oldest *list.List // of *body, in the order in which they began
	bytes  int64
}

// body on its way.
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

// received says how much memory the body takes by now.
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

// end lets go of a body, however it ended.
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
