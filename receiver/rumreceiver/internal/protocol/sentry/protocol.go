package sentry

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// Protocol of Sentry's browser SDK, with a DSN or with its tunnel option.
// https://develop.sentry.dev/sdk/foundations/transport/
func Protocol() protocol.Protocol {
	return protocol.Protocol{
		Name:         "sentry",
		DefaultPaths: []string{"/api/{project}/envelope"},
		Headers:      []string{"Content-Type", "X-Sentry-Auth"},
		Key:          keyOf,
		KeyInBody:    keyInHeader,
		New:          func([]string) protocol.Decode { return decode },
		Encode:       encode,
	}
}

// keyOf is the public key of the DSN, from the request.
func keyOf(req *http.Request) string {
	for parameter := range strings.SplitSeq(req.URL.RawQuery, "&") {
		if value, ok := strings.CutPrefix(parameter, "sentry_key="); ok {
			value, _ = url.QueryUnescape(value) // empty if it is none
			return value
		}
	}
	_, auth, _ := strings.Cut(req.Header.Get("X-Sentry-Auth"), " ")
	for member := range strings.SplitSeq(auth, ",") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(member), "sentry_key="); ok {
			return value
		}
	}
	return ""
}

// keyInHeader is the key in the DSN of the envelope's header. With a tunnel, the request has it nowhere else.
func keyInHeader(line []byte) string {
	var header struct {
		DSN string `json:"dsn"`
	}
	if json.Unmarshal(line, &header) != nil {
		return ""
	}
	key, _ := dsnOf(header.DSN)
	return key
}

// dsnOf takes the key and the project out of a DSN: https://key@host/path/project.
func dsnOf(dsn string) (key, project string) {
	u, err := url.Parse(dsn)
	if err != nil || u.User == nil {
		return "", ""
	}
	return u.User.Username(), u.Path[strings.LastIndexByte(u.Path, '/')+1:]
}

// limits is the header with the time in which the SDK must not send.
const limits = "X-Sentry-Rate-Limits"

// taken is the answer to an envelope whose events were taken.
type taken struct {
	ID string `json:"id,omitzero"`
	protocol.Answer
}

// encode answers like Sentry: with the id of the event, and with the pause before the next request.
// https://develop.sentry.dev/sdk/foundations/transport/rate-limiting/
func encode(facts protocol.Facts, status int, answer protocol.Answer) protocol.Response {
	response := protocol.JSON(facts, status, answer)
	if status == http.StatusOK {
		if body, err := json.Marshal(taken{answer.ID, answer}); err == nil {
			response.Body = body
		}
	}
	response.Header = http.Header{"Access-Control-Expose-Headers": {limits + ", Retry-After"}}
	if status == http.StatusTooManyRequests {
		seconds := int64((answer.RetryAfter + time.Second - 1) / time.Second)
		response.Header.Set(limits, strconv.FormatInt(max(seconds, 1), 10)+"::organization")
	}
	return response
}
