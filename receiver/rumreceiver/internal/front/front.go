// Package front is the HTTP handler: it finds the protocol of a path, admits the request, reads and decodes the body,
// passes it to the intake, and is the only place that converts reasons to statuses.
package front

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/intake"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// Intake accepts decoded batches.
type Intake interface {
	// Prepare finds the events that are valid and within the bounds.
	Prepare(ctx context.Context, batch *intake.Batch) error
	// Deliver waits until every sink has accepted or refused the batch. A refusal is an *intake.Refusal.
	Deliver(ctx context.Context, batch *intake.Batch) (intake.Result, error)
}

// Gate admits requests.
type Gate interface {
	Admit(request admit.Request, now time.Time) (admit.Admission, *beacon.Rejection)
	// Peek bounds the requests whose key is awaited.
	Peek(request admit.Request, cut func()) (end func(), rejection *beacon.Rejection)
}

// Route is a protocol and its path.
type Route struct {
	Protocol protocol.Protocol
	Paths    []string
}

// Settings of a Front.
type Settings struct {
	Routes []Route
	// Keyed is true when an application key may stand behind a path.
	Keyed bool
	// ScriptPath is where Script is served; empty: nowhere.
	ScriptPath string
	Script     http.Handler
	// MaxBody bounds a body in bytes, before and after its encoding is undone.
	MaxBody int64
	// Pace is how fast a body has to arrive.
	Pace admit.Pace
	// Decoders undo content encodings, by their names in lower case.
	Decoders map[string]func(io.ReadCloser) (io.ReadCloser, error)
	// SniffGzip takes gzip out of bodies that do not declare it. It needs the decoder of gzip.
	SniffGzip bool
	// Encodings are the accepted ones, in the format of the header Accept-Encoding.
	Encodings string
	Limits    beacon.Limits
	// Proxies are the proxies whose forwarding headers are used.
	Proxies enrich.Proxies
	// WriteTimeout is that of the server: after it, no answer reaches the client. 0: no timeout.
	WriteTimeout time.Duration
	Now          func() time.Time
}

// Front is safe for concurrent use.
type Front struct {
	settings  Settings
	gate      Gate
	intake    Intake
	telemetry *telemetry.Telemetry
	router    router
	reading   chan struct{} // a place for each body that is being read
}

// minReading is the least number of bodies that are read at once, so that an expensive one does not delay all others. On larger
// machines, as many are read as there are processors.
const minReading = 2

// nowhere is the protocol of paths that have none.
var nowhere = &protocol.Protocol{}

// New makes the handler of all paths. It routes by path alone: browsers send JSON as text/plain, or without a content
// type.
func New(settings Settings, gate Gate, in Intake, telemetry *telemetry.Telemetry) *Front {
	f := &Front{settings: settings, gate: gate, intake: in, telemetry: telemetry,
		reading: make(chan struct{}, max(minReading, runtime.GOMAXPROCS(0)))}
	f.router = router{exact: map[string]http.Handler{}, keyed: map[string]http.Handler{}, other: http.HandlerFunc(f.notFound)}
	for i := range settings.Routes {
		f.route(&settings.Routes[i])
	}
	if settings.ScriptPath != "" {
		f.router.exact[settings.ScriptPath] = http.HandlerFunc(f.serveScript)
	}
	return f
}

func (f *Front) route(route *Route) {
	e := &endpoint{front: f, protocol: &route.Protocol, decode: route.Protocol.New(route.Paths)}
	for _, path := range route.Paths {
		f.router.add(path, e, f.settings.Keyed)
		for _, below := range route.Protocol.Below {
			f.router.add(path+below, e, false)
			if f.settings.Keyed {
				f.router.add(path+"/{"+keyInPath+"}"+below, e, false)
			}
		}
	}
}

// ServeHTTP serves any path.
func (f *Front) ServeHTTP(w http.ResponseWriter, req *http.Request) { f.router.ServeHTTP(w, req) }

// protocolAt is the protocol of a path whose request ends before it is routed.
func (f *Front) protocolAt(u *url.URL) *protocol.Protocol {
	if handler, _, _ := f.router.find(u); handler != nil {
		if e, ok := handler.(*endpoint); ok {
			return e.protocol
		}
	}
	return nowhere
}

func (f *Front) notFound(w http.ResponseWriter, req *http.Request) {
	f.refuse(w, req, nowhere, &beacon.Rejection{Reason: beacon.ReasonPath, Detail: "no protocol is served on this path"})
}

func (f *Front) serveScript(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		f.refuse(w, req, nowhere, wrongMethod(w, req, []string{http.MethodGet, http.MethodHead}))
		return
	}
	f.settings.Script.ServeHTTP(w, req)
}

// endpoint serves one protocol.
type endpoint struct {
	front    *Front
	protocol *protocol.Protocol
	decode   protocol.Decode
}

// ServeHTTP handles one body, from admission to answer.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	f, ctx, began := e.front, req.Context(), e.front.settings.Now()
	defer func() { f.telemetry.RumReceiverProcessingTime.Record(ctx, f.settings.Now().Sub(began).Seconds()) }()
	admission, rejection := f.admit(w, req, e.protocol, began)
	if rejection != nil {
		f.refuse(w, req, e.protocol, rejection)
		return
	}
	defer admission.Release()
	wire := bodies.Get().(*bytes.Buffer)
	if err := f.arrive(w, req, &admission, wire); err != nil {
		keepBody(wire)
		f.refuse(w, req, e.protocol, err)
		return
	}
	batch := intake.Batch{Protocol: e.protocol.Name, Application: admission.Application, Sender: f.senderOf(req), Wire: wire.Len()}
	size, err := e.read(w, req, wire, &batch)
	read := f.settings.Now()
	cost := admit.Cost{Events: received(batch.Beacons), Bytes: size, Records: batch.Records, Refused: batch.Refused}
	rejection = admission.Settle(cost, read)
	if err != nil {
		f.refuse(w, req, e.protocol, err)
		return
	}
	if rejection == nil {
		weigh(&admission, batch.Beacons, read)
	}
	f.telemetry.Decoded(ctx, batch.Beacons)
	if rejection != nil {
		f.telemetry.Refused(ctx, accepted(batch.Beacons), rejection.Reason)
		f.refuse(w, req, e.protocol, rejection)
		return
	}
	batch.Timeout = f.deliveryTimeout(read.Sub(began))
	e.deliver(w, req, &batch, &admission)
	beacon.Release(batch.Beacons)
}

// weigh limits the weights of events to the allowance of their address.
func weigh(admission *admit.Admission, beacons []beacon.Beacon, now time.Time) {
	for i := range beacons {
		b := &beacons[i]
		if claimed := b.Claimed(); claimed > 0 {
			beacon.LimitWeight(b, beacon.MaxWeight, admission.Weigh(claimed, now)+float64(b.Accepted()))
		}
	}
}

func received(beacons []beacon.Beacon) (events int) {
	for i := range beacons {
		events += beacons[i].Received()
	}
	return events
}

// arrive waits for the body and then for a place.
func (f *Front) arrive(w http.ResponseWriter, req *http.Request, admission *admit.Admission, wire *bytes.Buffer) error {
	if err := f.receive(w, req, admission, wire); err != nil {
		return err
	}
	if rejection := admission.Enter(int64(wire.Len()), f.settings.Now()); rejection != nil {
		return rejection
	}
	return nil
}

// read decompresses, decodes and prepares the body. The size is that of the decompressed part that was read. The number of bodies
// that are read at once is bounded: reading does not wait for anything, so more at once would take more memory and be no
// faster.
func (e *endpoint) read(w http.ResponseWriter, req *http.Request, wire *bytes.Buffer, batch *intake.Batch) (size int64, err error) {
	defer keepBody(wire)
	f, ctx := e.front, req.Context()
	f.reading <- struct{}{}
	defer func() { <-f.reading }()
	buffer := bodies.Get().(*bytes.Buffer)
	defer keepBody(buffer)
	body, err := e.undo(w, req, wire.Bytes(), buffer)
	size = int64(len(body))
	f.telemetry.RumReceiverBodySize.Record(ctx, size)
	if err != nil {
		return size, err
	}
	if batch.Beacons, err = e.decodeBody(req, body); err != nil {
		return size, err
	}
	batch.Body = body
	return size, f.intake.Prepare(ctx, batch)
}

// undo decompresses the body. A panic of a decoder, a bug of ours or of a library, refuses only this request.
func (e *endpoint) undo(w http.ResponseWriter, req *http.Request, wire []byte, buffer *bytes.Buffer) (body []byte, err error) {
	defer e.front.telemetry.Contain(req.Context(), telemetry.PartDecode, &err)
	decode, _ := e.front.decoderOf(req, e.protocol) // known since admission
	return e.front.decoded(w, wire, decode, buffer)
}

func (e *endpoint) decodeBody(req *http.Request, body []byte) (beacons []beacon.Beacon, err error) {
	defer e.front.telemetry.Contain(req.Context(), telemetry.PartDecode, &err)
	return e.decode(factsOf(req), body, e.front.settings.Limits)
}

func factsOf(req *http.Request) protocol.Facts {
	return protocol.Facts{Method: req.Method, Host: req.Host, Path: req.URL.Path, Query: req.URL.RawQuery, Header: req.Header}
}

// deliver gives the batch to the intake and answers with the result.
func (e *endpoint) deliver(w http.ResponseWriter, req *http.Request, batch *intake.Batch, admission *admit.Admission) {
	f := e.front
	if accepted(batch.Beacons) == 0 {
		e.answerEmpty(w, req, batch.Beacons)
		return
	}
	result, err := f.intake.Deliver(req.Context(), batch)
	admission.Looked(batch.Looked, f.settings.Now())
	if !result.New {
		admission.Unweigh()
	}
	if err != nil {
		f.refuseAll(w, req, e.protocol, undelivered(err), result.Taken)
		return
	}
	outcome := telemetry.Accepted
	if result.Duplicate {
		outcome = telemetry.Duplicate
	}
	a := protocol.Answer{Received: result.Taken, Duplicate: result.Duplicate}
	a.Describe(batch.Beacons)
	f.answer(w, req, e.protocol, outcome, http.StatusOK, a)
}

func accepted(beacons []beacon.Beacon) (events int) {
	for i := range beacons {
		events += beacons[i].Accepted()
	}
	return events
}

// answerEmpty answers a readable body without accepted events: an empty batch is fine, a batch of invalid events is the client's
// error.
func (e *endpoint) answerEmpty(w http.ResponseWriter, req *http.Request, beacons []beacon.Beacon) {
	var a protocol.Answer
	a.Describe(beacons)
	for i := range beacons {
		e.front.telemetry.Lost(req.Context(), &beacons[i])
	}
	if a.Rejected == 0 {
		e.front.answer(w, req, e.protocol, telemetry.Accepted, http.StatusOK, a)
		return
	}
	a.Reason, a.Error = beacon.ReasonNoValidEvent, "no event of the batch was accepted"
	e.front.answer(w, req, e.protocol, string(a.Reason), statusOf(a.Reason), a)
}

// maxDelivery bounds the time of a delivery.
const maxDelivery = 25 * time.Second

// deliveryTimeout is the rest of the server's write timeout, which began when the headers were read, less a tenth for the answer:
// a client that gets no answer sends the delivered batch again.
func (f *Front) deliveryTimeout(spent time.Duration) time.Duration {
	if f.settings.WriteTimeout == 0 {
		return maxDelivery
	}
	return min(maxDelivery, f.settings.WriteTimeout*9/10-spent)
}
