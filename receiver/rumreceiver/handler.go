package rumreceiver

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/faro"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/native"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/otlp"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/webvitals"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/script"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// The wire formats: keys of the configuration, labels of requests and format names of obsreport.
const (
	protocolNative    = "native"
	protocolWebVitals = "web_vitals"
	protocolOTLP      = "otlp"
	protocolFaro      = "faro"
)

// decoder reads one body of a wire format.
type decoder func(body []byte, limits beacon.Limits) (beacon.Beacon, error)

// decoders make the decoder of a format for the paths on which it is taken.
var decoders = map[string]func(paths []string) decoder{
	protocolNative:    func([]string) decoder { return native.Decode },
	protocolWebVitals: func([]string) decoder { return webvitals.Decode },
	protocolOTLP:      func(paths []string) decoder { return otlp.NewDecoder(paths).Decode },
	protocolFaro:      func([]string) decoder { return faro.Decode },
}

// handler is HTTP in, status out. It strings the packages together and is the only place that
// turns errors into statuses.
type handler struct {
	*rumReceiver
	limits    beacon.Limits
	translate translate.Settings
}

// newHandler routes by path alone: browsers send JSON as text/plain, or without a content type.
func newHandler(r *rumReceiver) http.Handler {
	h := &handler{
		rumReceiver: r,
		limits:      r.cfg.Limits.limits(),
		translate: translate.Settings{
			EventNameAttribute: r.cfg.Logs.EventNameAttribute,
			TagAttributes:      r.cfg.Logs.TagAttributes,
			Version:            r.settings.BuildInfo.Version,
		},
	}
	routes := router{exact: map[string]http.Handler{}, keyed: map[string]http.Handler{}, other: http.HandlerFunc(h.notFound)}
	r.cfg.Protocols.each(func(name string, protocol *ProtocolConfig) {
		serve := h.protocol(name, decoders[name](protocol.Paths))
		for _, path := range protocol.Paths {
			routes.exact[path] = serve
			if len(r.cfg.Applications) > 0 {
				routes.keyed[path] = serve
			}
		}
	})
	if path := r.cfg.Script.Path; path != "" {
		routes.exact[path] = h.script()
	}
	return &routes
}

func (h *handler) notFound(w http.ResponseWriter, req *http.Request) {
	h.refuse(w, req, "", &beacon.Rejection{Reason: beacon.ReasonPath, Detail: "no protocol is served on this path"})
}

// script serves the client.
func (h *handler) script() http.Handler {
	serve := script.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodGet && req.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			h.refuse(w, req, "", &beacon.Rejection{Reason: beacon.ReasonMethod, Detail: "the client is fetched with GET"})
			return
		}
		serve.ServeHTTP(w, req)
	})
}

// protocol handles the requests of one wire format.
func (h *handler) protocol(name string, decode decoder) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		ctx, began := req.Context(), h.now()
		defer func() { h.telemetry.RumReceiverProcessingTime.Record(ctx, h.now().Sub(began).Seconds()) }()
		admission, rejection := h.admit(w, req, began)
		if rejection != nil {
			h.refuse(w, req, name, rejection)
			return
		}
		defer admission.Release()
		b, err := h.read(w, req, decode, admission.Application)
		admission.Charge(b.charge(), began)
		if err != nil {
			h.refuse(w, req, name, err)
			return
		}
		h.telemetry.decoded(ctx, &b.Beacon)
		defer h.telemetry.trimmed(ctx, &b.Trims)
		if b.Accepted() == 0 {
			h.answerEmpty(w, req, name, &b.Beacon)
			return
		}
		h.deliverOnce(w, req, name, &b)
	})
}

// deliverOnce delivers the batch unless a request before did.
func (h *handler) deliverOnce(w http.ResponseWriter, req *http.Request, protocol string, b *arrival) {
	ctx := req.Context()
	ticket, events, err := h.seen.Begin(ctx, b.id, h.now())
	if err != nil { // the client has gone while another request delivers the same batch
		h.answerUndelivered(w, req, protocol, &b.Beacon, err)
		return
	}
	if ticket == nil {
		h.telemetry.RumReceiverEventsDuplicate.Add(ctx, int64(b.Accepted()))
		h.answer(w, req, protocol, outcomeDuplicate, http.StatusOK, accepted(&b.Beacon, events, true))
		return
	}
	if err := h.deliver(ctx, protocol, &b.Beacon, ticket, req); err != nil {
		h.answerUndelivered(w, req, protocol, &b.Beacon, err)
		return
	}
	h.answer(w, req, protocol, outcomeAccepted, http.StatusOK, accepted(&b.Beacon, b.Accepted(), false))
}

// deliverTimeout bounds the pipelines: below the server's write timeout, so that the client is
// told.
const deliverTimeout = 25 * time.Second

// deliver enriches, translates, and hands on. A value enters the aggregate only after the logs
// pipeline has accepted its record, so that a retry after a 503 is not counted twice.
//
// The request's end does not end the delivery: a page that unloads closes its connection as soon as
// the body is sent.
func (h *handler) deliver(ctx context.Context, protocol string, b *beacon.Beacon, ticket *admit.Ticket, req *http.Request) (err error) {
	defer func() {
		if err != nil {
			ticket.Failed()
		}
	}()
	defer h.contain(&err)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deliverTimeout)
	defer cancel()

	h.loads.Compare(b)
	now := h.now()
	if skew, known := h.enricher.Enrich(b, h.senderOf(req), now); known {
		h.telemetry.skew(ctx, skew)
	}
	if err := h.deliverLogs(ctx, protocol, b, now); err != nil {
		return err
	}
	h.telemetry.delivered(ctx, b, h.record(b, now))
	ticket.Accepted(b.Accepted())
	return nil
}

func (h *handler) deliverLogs(ctx context.Context, protocol string, b *beacon.Beacon, now time.Time) (err error) {
	if h.nextLogs == nil {
		return nil
	}
	logs := translate.Logs(b, h.translate, now)
	ctx = h.obsreport.StartLogsOp(ctx)
	defer func() { h.obsreport.EndLogsOp(ctx, protocol, len(b.Events), err) }()
	defer h.contain(&err)
	return h.nextLogs.ConsumeLogs(ctx, logs)
}

// record counts the events in the metrics. The records have been accepted by now, so nothing that
// happens here may make the client send them again.
func (h *handler) record(b *beacon.Beacon, now time.Time) (outcome aggregate.Outcome) {
	var err error
	defer h.contain(&err)
	if h.aggregate != nil {
		outcome = h.aggregate.Record(b, now)
	}
	return outcome
}

// senderOf picks the headers that tell who sent the beacon.
func (h *handler) senderOf(req *http.Request) enrich.Sender {
	return enrich.Sender{
		UserAgent: req.Header.Get("User-Agent"),
		Brands:    req.Header.Get("Sec-Ch-Ua"),
		Mobile:    req.Header.Get("Sec-Ch-Ua-Mobile"),
		Platform:  req.Header.Get("Sec-Ch-Ua-Platform"),
		Address:   h.addressOf(req),
		GPC:       req.Header.Get("Sec-Gpc") == "1",
	}
}

// answerUndelivered tells the client whether to try again.
func (h *handler) answerUndelivered(w http.ResponseWriter, req *http.Request, protocol string, b *beacon.Beacon, err error) {
	rejection := &beacon.Rejection{
		Reason: beacon.ReasonUnavailable, Detail: "the pipeline does not accept data at the moment, try again", RetryAfter: retryAfter,
	}
	switch {
	case errors.Is(err, errPanicked):
		rejection = internalError()
	case consumererror.IsPermanent(err):
		rejection = &beacon.Rejection{Reason: beacon.ReasonPermanent, Detail: "the pipeline refused the data, trying again will not help"}
	}
	h.telemetry.refused(req.Context(), b.Accepted(), rejection.Reason)
	h.refuse(w, req, protocol, rejection)
}
