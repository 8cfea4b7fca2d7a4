package datadog

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// Protocol is that of Datadog's browser SDK through its proxy option.
// https://docs.datadoghq.com/real_user_monitoring/guide/proxy-rum-data/
func Protocol() protocol.Protocol {
	return protocol.Protocol{
		Name:         "datadog",
		DefaultPaths: []string{"/datadog"},
		Below:        []string{"/api/v2/{track}"}, // of a proxy that is a function
		Headers:      []string{"Content-Type"},
		Key: func(req *http.Request) string {
			return intakeOf(req.URL.Path, req.URL.RawQuery).parameter("dd-api-key")
		},
		Encoding: func(req *http.Request) string {
			to := intakeOf(req.URL.Path, req.URL.RawQuery)
			if to.isOther() { // nobody looks at it
				return ""
			}
			return to.parameter("dd-evp-encoding")
		},
		New:    func([]string) protocol.Decode { return decode },
		Encode: encode,
	}
}

// encode answers 202 as Datadog's own intake does. A body that could be read is always taken: the SDK sends no part of
// it anew, whatever is said of it.
func encode(facts protocol.Facts, status int, answer protocol.Answer) protocol.Response {
	if status == http.StatusOK {
		status = http.StatusAccepted
	}
	return protocol.JSON(facts, status, answer)
}

// intake is where the SDK would have sent a body without a proxy.
type intake struct{ path, query string }

// intakeOf finds it in the parameter ddforward of a proxy that is a text, else in the request itself, as a proxy that is
// a function makes it.
func intakeOf(path, query string) intake {
	for parameter := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(parameter, "ddforward="); ok {
			forward, err := url.QueryUnescape(value)
			if err != nil {
				return intake{}
			}
			// Of a function that forgot to encode it, the rest of the parameters stand beside it.
			path, forward, _ = strings.Cut(forward, "?")
			query = forward + "&" + query
			break
		}
	}
	return intake{path, query}
}

// parameter is its first value; empty when there is none.
func (i intake) parameter(name string) string {
	for parameter := range strings.SplitSeq(i.query, "&") {
		if value, ok := strings.CutPrefix(parameter, name+"="); ok {
			value, _ = url.QueryUnescape(value) // empty if it is none
			return value
		}
	}
	return ""
}

// isOther tells whether the body is of a track that has no events: recordings of sessions and profiles.
func (i intake) isOther() bool {
	track, ok := cutAfter(strings.TrimSuffix(i.path, "/"), "/api/v2/")
	return ok && track != "rum"
}

func cutAfter(s, sep string) (after string, found bool) {
	_, after, found = strings.Cut(s, sep)
	return after, found
}
