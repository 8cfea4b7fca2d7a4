package rumreceiver

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// answer is the body of every response. It never holds payload text.
type answer struct {
	// Received is how many events were taken.
	Received int `json:"received"`
	// Duplicate is true when the batch had been delivered before; nothing was delivered again.
	Duplicate bool `json:"duplicate,omitzero"`
	// Rejected is how many events were not taken, Errors the first of them.
	Rejected int          `json:"rejected,omitzero"`
	Errors   []eventError `json:"errors,omitempty"`
	// Warnings are faults that were repaired.
	Warnings []string `json:"warnings,omitempty"`
	// Error and Reason say why nothing was taken, Limit which bound was crossed.
	Error  string        `json:"error,omitzero"`
	Reason beacon.Reason `json:"reason,omitzero"`
	Limit  int64         `json:"limit,omitzero"`
}

type eventError struct {
	Index  int           `json:"index"`
	Reason beacon.Reason `json:"reason"`
	Field  string        `json:"field,omitzero"`
	Error  string        `json:"error"`
}

// maxEventErrors keeps a batch of faults from being answered by a longer one. Rejected has the
// whole number.
const maxEventErrors = 10

const (
	reasonNoValidEvent beacon.Reason = "no_valid_event"
	warnInvalidUTF8                  = "the body was not valid UTF-8; broken bytes were replaced"
	warnTrimmed                      = "values were cut or left out because of: "
)

// accepted is the answer for a batch of which events were taken.
func accepted(b *beacon.Beacon, events int, duplicate bool) answer {
	a := answer{Received: events, Duplicate: duplicate}
	a.describe(b)
	return a
}

// describe lists what was refused or repaired.
func (a *answer) describe(b *beacon.Beacon) {
	a.Rejected = b.Rejected()
	for _, refusal := range b.Refused[:min(len(b.Refused), maxEventErrors)] {
		a.Errors = append(a.Errors, eventError{
			Index: refusal.Index, Reason: refusal.Reason, Field: refusal.Field, Error: refusal.Reason.Explain(),
		})
	}
	if b.Repaired {
		a.Warnings = append(a.Warnings, warnInvalidUTF8)
	}
	if bounds := b.Trims.Since(new(beacon.Trims)); bounds != 0 {
		a.Warnings = append(a.Warnings, warnTrimmed+strings.Join(bounds.Names(), ", "))
	}
}

// answerEmpty answers a readable body of which no event was taken: an empty batch is fine, one of
// nothing but faults is the client's error.
func (h *handler) answerEmpty(w http.ResponseWriter, req *http.Request, protocol string, b *beacon.Beacon) {
	a := accepted(b, 0, false)
	if a.Rejected == 0 {
		h.answer(w, req, protocol, outcomeAccepted, http.StatusOK, a)
		return
	}
	a.Reason, a.Error = reasonNoValidEvent, "no event of the batch could be taken"
	h.answer(w, req, protocol, string(a.Reason), http.StatusBadRequest, a)
}

func (h *handler) answer(w http.ResponseWriter, req *http.Request, protocol, outcome string, status int, a answer) {
	h.telemetry.request(req.Context(), protocol, outcome)
	switch taken := status == http.StatusOK; {
	case taken && protocol == protocolOTLP:
		writeOTLP(w, req, a)
	case taken && protocol == protocolFaro: // the answer of Grafana's own receivers
		write(w, http.StatusAccepted, a)
	default:
		write(w, status, a)
	}
}

// retryAfter is how long a client should wait when the pipeline is full: about as long as it needs
// to drain a queue, and short enough for a page that is about to be left.
const retryAfter = 5 * time.Second

// refuse answers a request of which nothing was taken.
func (h *handler) refuse(w http.ResponseWriter, req *http.Request, protocol string, err error) {
	rejection, ok := errors.AsType[*beacon.Rejection](err)
	if !ok { // decoders return rejections only, unless they panic
		rejection = internalError()
	}
	if wait := rejection.RetryAfter; wait > 0 {
		seconds := int64((wait + time.Second - 1) / time.Second) // a fraction would come too early
		w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	h.answer(w, req, protocol, string(rejection.Reason), statusOf(rejection.Reason),
		answer{Reason: rejection.Reason, Error: rejection.Detail, Limit: rejection.Limit})
}

// statusOf is the one place where reasons become statuses.
func statusOf(reason beacon.Reason) int {
	switch reason {
	case beacon.ReasonPath:
		return http.StatusNotFound
	case beacon.ReasonMethod:
		return http.StatusMethodNotAllowed
	case beacon.ReasonUnauthorized:
		return http.StatusUnauthorized
	case beacon.ReasonOrigin:
		return http.StatusForbidden
	case beacon.ReasonRateLimited:
		return http.StatusTooManyRequests
	case beacon.ReasonTooLarge:
		return http.StatusRequestEntityTooLarge
	case beacon.ReasonReadTimeout:
		return http.StatusRequestTimeout
	case beacon.ReasonPermanent, beacon.ReasonInternal:
		return http.StatusInternalServerError
	case beacon.ReasonUnavailable, beacon.ReasonBusy:
		return http.StatusServiceUnavailable
	default:
		return http.StatusBadRequest
	}
}

func write(w http.ResponseWriter, status int, a answer) {
	body, err := json.Marshal(a)
	writeBody(w, status, jsonType, body, err)
}

const (
	jsonType     = "application/json"
	protobufType = "application/x-protobuf"
)

func writeBody(w http.ResponseWriter, status int, contentType string, body []byte, err error) {
	if err != nil { // a struct of strings and numbers
		status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}

// writeOTLP says what was taken as an exporter expects it, in the encoding of the request.
// https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
func writeOTLP(w http.ResponseWriter, req *http.Request, a answer) {
	response := plogotlp.NewExportResponse()
	if a.Rejected > 0 {
		response.PartialSuccess().SetRejectedLogRecords(int64(a.Rejected))
		response.PartialSuccess().SetErrorMessage(a.Errors[0].Error)
	}
	if strings.HasPrefix(req.Header.Get("Content-Type"), protobufType) {
		body, err := response.MarshalProto()
		writeBody(w, http.StatusOK, protobufType, body, err)
		return
	}
	body, err := response.MarshalJSON()
	writeBody(w, http.StatusOK, jsonType, body, err)
}

// answerServerError gives refusals of confighttp the same shape as ours.
func answerServerError(t *telemetry) func(http.ResponseWriter, *http.Request, string, int) {
	return func(w http.ResponseWriter, req *http.Request, _ string, status int) {
		a := answer{Reason: beacon.ReasonEncoding, Error: "the content encoding is unknown, or the body is not of that encoding"}
		switch status {
		case http.StatusUnauthorized, http.StatusForbidden:
			a = answer{Reason: beacon.ReasonUnauthorized, Error: "the request is not authorised"}
		case http.StatusRequestEntityTooLarge:
			a = answer{Reason: beacon.ReasonTooLarge, Error: "the body is larger than max_request_body_size"}
		}
		t.request(req.Context(), "", string(a.Reason))
		write(w, status, a)
	}
}
