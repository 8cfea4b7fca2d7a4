package rumreceiver

import (
	"bytes"
	"errors"
	"hash/maphash"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/encoding"
)

// arrival is a beacon as it came.
type arrival struct {
	beacon.Beacon
	// id tells a retry from another batch: as the client does, or by the bytes of the body.
	id uint64
	// size of the body in bytes, after decompression, as far as it was read.
	size int64
}

// bytesPerEvent is how much of a body counts as an event when rates are limited, however few are in
// there: reading it costs as well. Real events are a tenth of that.
const bytesPerEvent = 16 << 10

// charge is how many events the body counts for.
func (b *arrival) charge() int { return max(b.Received(), int(b.size/bytesPerEvent)) }

// bodies are reused: no decoded string points into them.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxKeptBody is how large a buffer may be to wait for the next body: twice what a browser can send while it
// leaves a page. Larger ones are rare and should not stay because somebody sent a bomb.
const maxKeptBody = 128 << 10

func keepBody(body *bytes.Buffer) {
	if body.Cap() <= maxKeptBody {
		body.Reset()
		bodies.Put(body)
	}
}

// maxExpansion is how many times as large as the largest body its records may be, each with the context
// of its page: by default 8 MiB, which is a thousand events with 8 KiB each.
const maxExpansion = 8

// read takes the body, decodes and validates it.
func (h *handler) read(w http.ResponseWriter, req *http.Request, decode decoder, application *admit.Application) (b arrival, err error) {
	defer h.contain(&err)
	body := bodies.Get().(*bytes.Buffer)
	defer keepBody(body)
	b.size, err = body.ReadFrom(h.sniffed(w, req))
	h.telemetry.RumReceiverBodySize.Record(req.Context(), b.size)
	if err != nil {
		return b, h.readError(err)
	}
	if b.Beacon, err = decode(body.Bytes(), h.limits); err != nil {
		return b, err
	}
	beacon.Validate(&b.Beacon)
	stamp(&b.Beacon, application)
	beacon.LimitSize(&b.Beacon, maxExpansion*int(h.cfg.HTTP.MaxRequestBodySize))
	switch {
	case b.Ambiguous:
		b.id = rand.Uint64()
	case b.ID == "":
		b.id = maphash.Bytes(h.seed, body.Bytes())
	default:
		b.id = maphash.Comparable(h.seed, [2]string{b.App.Name, b.ID})
	}
	return b, nil
}

// sniffed is the body, out of gzip also when nothing declares it: sendBeacon cannot set headers. What
// comes out has the same bound as that of declared encodings.
func (h *handler) sniffed(w http.ResponseWriter, req *http.Request) io.Reader {
	taken := h.cfg.HTTP.CompressionAlgorithms // nil: all that confighttp knows
	if taken != nil && !slices.Contains(taken, "gzip") {
		return req.Body
	}
	return http.MaxBytesReader(w, encoding.Sniff(req.Body), h.cfg.HTTP.MaxRequestBodySize)
}

// readError names what kept the body from being read. Bodies past the limit and those of
// compression bombs end in the same http.MaxBytesError.
func (h *handler) readError(err error) *beacon.Rejection {
	if past, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(past.Limit)
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return &beacon.Rejection{Reason: beacon.ReasonReadTimeout, Detail: "the body did not arrive in time"}
	}
	if _, ok := errors.AsType[*encoding.MalformedError](err); ok {
		return &beacon.Rejection{Reason: beacon.ReasonEncoding, Detail: "the body is not of the encoding that it is said to have"}
	}
	return &beacon.Rejection{Reason: beacon.ReasonIncomplete, Detail: "the body broke off before its end"}
}
