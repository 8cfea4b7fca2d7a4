package datadog

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// Protocol of Datadog's browser SDK with its proxy option.
// https://docs.datadoghq.com/real_user_monitoring/guide/proxy-rum-data/
func Protocol() protocol.Protocol {
	return protocol.Protocol{
		Name:         "datadog",
		DefaultPaths: []string{"/datadog"},
		Below:        []string{"/api/v2/{track}", quotaPath},    // if proxy is a function
		Methods:      []string{http.MethodPost, http.MethodGet}, // GET asks whether to record profiles
		Headers:      []string{"Content-Type", tokenHeader},
		Key: func(req *http.Request) string {
			return cmp.Or(intakeOf(req.URL.Path, req.URL.RawQuery).parameter("dd-api-key"), req.Header.Get(tokenHeader))
		},
		Encoding: func(req *http.Request) string {
			to := intakeOf(req.URL.Path, req.URL.RawQuery)
			if to.isOther() { // the body is not read
				return ""
			}
			return to.parameter("dd-evp-encoding")
		},
		New:    func([]string) protocol.Decode { return decode },
		Encode: encode,
	}
}

// quotaPath is the path at which the profiler of the SDK asks, with its token in a header, whether profiles are accepted.
const (
	quotaPath   = "/api/v2/profiling/quota"
	tokenHeader = "DD-CLIENT-TOKEN"
)

// noProfiles answers that they are not, so that the page records none.
const noProfiles = `{"data":{"attributes":{"admitted":false,"reason":"quota_exceeded"}}}`

// encode answers 202, like Datadog's own intake. A body that could be read is always accepted, because the SDK never sends a
// part of it again.
func encode(facts protocol.Facts, status int, answer protocol.Answer) protocol.Response {
	switch {
	case status == http.StatusOK && facts.Method == http.MethodGet:
		return protocol.Response{Status: status, ContentType: protocol.ContentTypeJSON, Body: []byte(noProfiles)}
	case status == http.StatusOK:
		status = http.StatusAccepted
	}
	return protocol.JSON(facts, status, answer)
}

// intake is the URL to which the SDK would send the body without a proxy.
type intake struct{ path, query string }

// intakeOf finds it in the parameter ddforward, if proxy is a text; otherwise in the request itself, as a proxy function makes
// it.
func intakeOf(path, query string) intake {
	for parameter := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(parameter, "ddforward="); ok {
			forward, err := url.QueryUnescape(value)
			if err != nil {
				return intake{}
			}
			// If the proxy function does not encode it, its further parameters are parameters of the request.
			path, forward, _ = strings.Cut(forward, "?")
			query = forward + "&" + query
			break
		}
	}
	return intake{path, query}
}

// parameter is the first value of a parameter; empty if there is none.
func (i intake) parameter(name string) string {
	for parameter := range strings.SplitSeq(i.query, "&") {
		if value, ok := strings.CutPrefix(parameter, name+"="); ok {
			value, _ = url.QueryUnescape(value) // empty if it is none
			return value
		}
	}
	return ""
}

// isQuota reports whether the request asks for the quota of profiles.
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
