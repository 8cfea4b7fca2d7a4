package boomerang

import (
	"net/http"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// Protocol of boomerang's beacons.
// https://akamai.github.io/boomerang/
func Protocol() protocol.Protocol {
	return protocol.Protocol{
		Name:         "boomerang",
		DefaultPaths: []string{"/boomerang"},
		Methods:      []string{http.MethodPost, http.MethodGet},
		Headers:      []string{"Content-Type", "Authorization"},
		Key:          keyOf,
		New:          func([]string) protocol.Decode { return decode },
		Encode:       encode,
	}
}

// keyOf is the token that the library sends if it is configured (beacon_auth_token).
func keyOf(req *http.Request) string {
	return strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")
}

// encode answers 204, which the library recommends.
func encode(facts protocol.Facts, status int, answer protocol.Answer) protocol.Response {
	if status == http.StatusOK {
		return protocol.Response{Status: http.StatusNoContent}
	}
	return protocol.JSON(facts, status, answer)
}
