package front

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// admit settles, cheapest first, all that can be settled before the body is read: method, declared
// size, key, origin, rates, concurrency. Encodings are undone while the body is read, not before.
func (f *Front) admit(w http.ResponseWriter, req *http.Request, p *protocol.Protocol, now time.Time) (admit.Admission, *beacon.Rejection) {
	if !p.Takes(req.Method) {
		return admit.Admission{}, wrongMethod(w, req, p.Methods)
	}
	if limit := f.settings.MaxBody; req.ContentLength > limit {
		return admit.Admission{}, tooLarge(limit)
	}
	if _, rejection := f.decoderOf(req, p); rejection != nil {
		w.Header().Set("Accept-Encoding", f.settings.Encodings)
		return admit.Admission{}, rejection
	}
	peer := f.settings.Proxies.Of(req.RemoteAddr, req.Header)
	if peer.Advice != "" {
		f.telemetry.Advise(string(peer.Advice), peer.Address)
	}
	request := admit.Request{Key: keyOf(req, p), Origin: req.Header.Get("Origin"), Address: peer.Address, Unvouched: !peer.Vouched}
	if request.Key == "" && p.KeyInBody != nil && f.settings.Keyed {
		line, rejection := f.peek(w, req, request, now)
		if rejection != nil {
			return admit.Admission{}, rejection
		}
		request.Key = p.KeyInBody(line)
	}
	return f.gate.Admit(request, now)
}

// wrongMethod answers with the allowed methods. A preflight reaches it only when CORS is off.
func wrongMethod(w http.ResponseWriter, req *http.Request, methods []string) *beacon.Rejection {
	if methods == nil {
		methods = []string{http.MethodPost}
	}
	allowed := strings.Join(methods, ", ")
	w.Header().Set("Allow", allowed)
	if isPreflight(req) {
		return &beacon.Rejection{Reason: beacon.ReasonMethod, Detail: "pages of other origins may not send here: cors::allowed_origins is empty"}
	}
	return &beacon.Rejection{Reason: beacon.ReasonMethod, Detail: "this path is served for " + allowed + " only"}
}

func tooLarge(limit int64) *beacon.Rejection {
	return &beacon.Rejection{Reason: beacon.ReasonTooLarge, Detail: "the body is larger than max_request_body_size", Limit: limit}
}

// keyOf finds the application key in all places in which a beacon can have it.
func keyOf(req *http.Request, p *protocol.Protocol) string {
	if key := queryKey(req.URL.RawQuery); key != "" {
		return key
	}
	if key := req.PathValue(keyInPath); key != "" {
		return key
	}
	if key := req.Header.Get("X-Api-Key"); key != "" || p.Key == nil {
		return key
	}
	return p.Key(req)
}

// queryKey is the first value of key in a query. URL.Query would make a map of all parameters of a request that is not admitted
// yet.
func queryKey(query string) string {
	for parameter := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(parameter, "key="); ok {
			key, err := url.QueryUnescape(value)
			if err != nil {
				return ""
			}
			return key
		}
	}
	return ""
}

// senderOf reads the headers that identify the sender of the beacon.
func (f *Front) senderOf(req *http.Request) enrich.Sender {
	peer := f.settings.Proxies.Of(req.RemoteAddr, req.Header)
	return enrich.Sender{
		UserAgent: req.Header.Get("User-Agent"),
		Languages: req.Header.Get("Accept-Language"),
		Brands:    req.Header.Get("Sec-Ch-Ua"),
		Mobile:    req.Header.Get("Sec-Ch-Ua-Mobile"),
		Platform:  req.Header.Get("Sec-Ch-Ua-Platform"),
		Address:   peer.Address,
		Country:   peer.Country,
		GPC:       req.Header.Get("Sec-Gpc") == "1",
	}
}
