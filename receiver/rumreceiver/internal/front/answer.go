package front

import (
	"errors"
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/intake"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// answer writes the answer and counts the request.
func (f *Front) answer(w http.ResponseWriter, req *http.Request, p *protocol.Protocol, outcome string, status int, a protocol.Answer) {
	f.telemetry.Request(req.Context(), p.Name, outcome)
	encode := p.Encode
	if encode == nil {
		encode = protocol.JSON
	}
	response := encode(factsOf(req), status, a)
	maps.Copy(w.Header(), response.Header)
	switch response.ContentType {
	case "":
	case protocol.ContentTypeJSON:
		w.Header()["Content-Type"] = contentTypeJSON
	default:
		w.Header().Set("Content-Type", response.ContentType)
	}
	w.Header()["Cache-Control"] = noStore
	w.WriteHeader(response.Status)
	_, _ = w.Write(response.Body) // the client may have gone
}

// Headers of most answers, made once. Nothing changes them.
var (
	contentTypeJSON = []string{protocol.ContentTypeJSON}
	noStore         = []string{"no-store"}
)

// refuse answers a request of which nothing was taken.
func (f *Front) refuse(w http.ResponseWriter, req *http.Request, p *protocol.Protocol, err error) {
	f.refuseAll(w, req, p, err, 0)
}

// refuseAll answers a request that is refused although some of its events were taken, because clients can send only the whole
// batch again.
func (f *Front) refuseAll(w http.ResponseWriter, req *http.Request, p *protocol.Protocol, err error, taken int) {
	rejection, ok := errors.AsType[*beacon.Rejection](err)
	if !ok { // decoders return only rejections, unless they panic
		rejection = &beacon.Rejection{Reason: beacon.ReasonInternal, Detail: details[beacon.ReasonInternal]}
	}
	if wait := rejection.RetryAfter; wait > 0 {
		seconds := int64((wait + time.Second - 1) / time.Second) // a fraction would come too early
		w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	if rejection.Reason == beacon.ReasonUnauthorized || rejection.Reason == beacon.ReasonUnauthenticated {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	f.answer(w, req, p, string(rejection.Reason), statusOf(rejection.Reason),
		protocol.Answer{Received: taken, Reason: rejection.Reason, Error: rejection.Detail, Limit: rejection.Limit, RetryAfter: rejection.RetryAfter})
}

// challenge names the kind of credentials: RFC 9110, 15.5.2, requires one with each 401. Browsers do not know the scheme, so they
// do not ask for a password.
const challenge = `ApiKey realm="rum"`

// statusOf is the only place that converts reasons to statuses. The statuses of delivery errors are those of the otlp receiver.
func statusOf(reason beacon.Reason) int {
	switch reason {
	case beacon.ReasonPath, beacon.ReasonUnsupported:
		return http.StatusNotFound
	case beacon.ReasonMethod:
		return http.StatusMethodNotAllowed
	case beacon.ReasonUnauthorized, beacon.ReasonUnauthenticated:
		return http.StatusUnauthorized
	case beacon.ReasonOrigin, beacon.ReasonDenied:
		return http.StatusForbidden
	case beacon.ReasonRateLimited, beacon.ReasonThrottled:
		return http.StatusTooManyRequests
	case beacon.ReasonTooLarge:
		return http.StatusRequestEntityTooLarge
	case beacon.ReasonUnknownEncoding:
		return http.StatusUnsupportedMediaType
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

// retryAfter is how long a client should wait when the pipeline is full: about as long as it needs
// to drain a queue, and short enough for a page that is about to be left.
const retryAfter = 5 * time.Second

// details of a failed delivery: fixed texts, because an error of a pipeline may contain anything.
var details = map[beacon.Reason]string{
	beacon.ReasonUnavailable:     "the pipeline accepts no data at the moment; try again",
	beacon.ReasonThrottled:       "the backend asks for a pause; try again after it",
	beacon.ReasonInvalid:         "the backend says that the data is not valid; trying again will not help",
	beacon.ReasonUnauthenticated: "the backend does not accept the credentials of the Collector; trying again will not help",
	beacon.ReasonDenied:          "the backend does not permit the Collector to write; trying again will not help",
	beacon.ReasonUnsupported:     "the backend does not support such data; trying again will not help",
	beacon.ReasonPermanent:       "the pipeline refused the data; trying again will not help",
	beacon.ReasonInternal:        "the server failed on this batch; trying again will not help",
}

// undelivered is the rejection for a failed delivery: whether to try again, and when.
func undelivered(err error) *beacon.Rejection {
	refusal, ok := errors.AsType[*intake.Refusal](err)
	if !ok {
		return &beacon.Rejection{Reason: beacon.ReasonInternal, Detail: details[beacon.ReasonInternal]}
	}
	rejection := &beacon.Rejection{Reason: refusal.Reason, Detail: details[refusal.Reason]}
	if refusal.Again {
		rejection.RetryAfter = retryAfter
		if refusal.After > 0 {
			rejection.RetryAfter = refusal.After
		}
	}
	return rejection
}

// ServeError writes refusals of confighttp in our format: those of authentication extensions, and of bodies with too large a
// declared size.
func (f *Front) ServeError(w http.ResponseWriter, req *http.Request, _ string, status int) {
	rejection := &beacon.Rejection{Reason: beacon.ReasonUnauthorized, Detail: "the request is not authorised"}
	if status == http.StatusRequestEntityTooLarge {
		rejection = tooLarge(f.settings.MaxBody)
	}
	f.refuse(w, req, f.protocolAt(req.URL), rejection)
}
