package front

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// minRead is the smallest free part of the buffer for a read: most beacons are smaller.
const minRead = 4 << 10

// receive waits for the encoded body. Meanwhile the request has no place, only memory for the received part. It is cut off when
// it is slower than its pace, or when too many others wait.
func (f *Front) receive(w http.ResponseWriter, req *http.Request, admission *admit.Admission, into *bytes.Buffer) error {
	d := deadline{controller: http.NewResponseController(w)}
	admission.Await(d.cut)
	began := time.Now()
	for {
		d.set(f.settings.Pace.Deadline(began, into.Len()))
		into.Grow(minRead)
		room := into.AvailableBuffer()
		n, err := req.Body.Read(room[:cap(room)])
		into.Write(room[:n])
		switch {
		case int64(into.Len()) > f.settings.MaxBody:
			return tooLarge(f.settings.MaxBody)
		case errors.Is(err, io.EOF):
			d.set(f.endOfReading(began)) // otherwise a missed pace would look like a disconnected client
			return nil
		case err != nil && d.wasCut():
			return crowded()
		case err != nil:
			return receiveError(err)
		}
		admission.Received(into.Cap())
	}
}

func crowded() *beacon.Rejection {
	return &beacon.Rejection{Reason: beacon.ReasonBusy, Detail: "too many bodies are arriving at once; try again later", RetryAfter: retryAfter}
}

// endOfReading is the server's deadline for the whole request; zero without one.
func (f *Front) endOfReading(began time.Time) time.Time {
	if f.settings.Pace.Most == 0 {
		return time.Time{}
	}
	return began.Add(f.settings.Pace.Most)
}

// receiveError is the rejection for a body that did not arrive.
func receiveError(err error) *beacon.Rejection {
	if past, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(past.Limit)
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return &beacon.Rejection{Reason: beacon.ReasonReadTimeout, Detail: "the body did not arrive in time"}
	}
	return &beacon.Rejection{Reason: beacon.ReasonIncomplete, Detail: "the body broke off before its end"}
}

// deadline of reading, which another request may cut. Safe for concurrent use.
type deadline struct {
	controller *http.ResponseController

	mu   sync.Mutex
	past bool
}

// set moves the deadline. It does nothing in tests without a connection.
func (d *deadline) set(at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.past {
		_ = d.controller.SetReadDeadline(at)
	}
}

// cut ends the wait now.
func (d *deadline) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.past = true
	_ = d.controller.SetReadDeadline(time.Unix(1, 0))
}

func (d *deadline) wasCut() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.past
}
