package datadog

import (
	"cmp"
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
		Below:        []string{"/api/v2/{track}", quotaPath},    // of a proxy that is a function
		Methods:      []string{http.MethodPost, http.MethodGet}, // GET asks whether to make profiles
		Headers:      []string{"Content-Type", tokenHeader},
		Key: func(req *http.Request) string {
			return cmp.Or(intakeOf(req.URL.Path, req.URL.RawQuery).parameter("dd-api-key"), req.Header.Get(tokenHeader))
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

// quotaPath is where the profiler of the SDK asks, with its token in a header, whether its profiles would be taken.
const (
	quotaPath   = "/api/v2/profiling/quota"
	tokenHeader = "DD-CLIENT-TOKEN"
)

// noProfiles says that they would not: so the page need not make any.
const noProfiles = `{"data":{"attributes":{"admitted":false,"reason":"quota_exceeded"}}}`

// encode answers 202 as Datadog's own intake does. A body that could be read is always taken: the SDK sends no part of
// it anew, whatever is said of it.
func encode(facts protocol.Facts, status int, answer protocol.Answer) protocol.Response {
	switch {
	case status == http.StatusOK && facts.Method == http.MethodGet:
		return protocol.Response{Status: status, ContentType: protocol.ContentTypeJSON, Body: []byte(noProfiles)}
	case status == http.StatusOK:
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

// isQuota reports whether it is asked there for the quota of profiles.
func (i intake) isQuota() bool { return strings.HasSuffix(strings.TrimSuffix(i.path, "/"), quotaPath) }

// isOther reports whether the body is of a track that has no events: recordings of sessions and profiles.
func (i intake) isOther() bool {
	track, ok := cutAfter(strings.TrimSuffix(i.path, "/"), "/api/v2/")
	return ok && track != "rum"
}

func cutAfter(s, sep string) (after string, found bool) {
	_, after, found = strings.Cut(s, sep)
	return after, found
}
