// Package protocol defines a wire format. Each format has a folder below with everything specific to it, and a line
// in the package all. Configuration, routes, preflights, answers and labels are derived from that list.
package protocol

import (
	"net/http"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Protocol is one wire format. Values are immutable and safe for concurrent use.
type Protocol struct {
	// Name is the key of the configuration's protocols section and the label of metrics and of traces.
	Name string
	// DefaultPaths are the paths on which the format is accepted unless the configuration says otherwise, each beginning
	// with a slash. At least one. A segment in braces, such as {project}, matches any segment.
	DefaultPaths []string
	// Below are further accepted paths, each appended to each of the paths of the format. Nil: none.
	Below []string
	// OnByDefault is true for a format that is accepted without being named in the configuration.
	OnByDefault bool
	// Methods with which a body may be sent. Nil: POST.
	Methods []string
	// Headers are headers of its clients that need a preflight. Nil: none.
	Headers []string
	// Key finds the application key in a place that only this format has; empty if there is none. It is called after the
	// places that all formats share (?key=, the end of the path, X-API-Key), before the body is read, and also for requests
	// of strangers. Nil: there is no further place.
	Key func(*http.Request) string
	// KeyInBody finds the key in the beginning of the first line of the body, if the request has it nowhere else. Nil: the
	// body has no key.
	KeyInBody func(line []byte) string
	// Encoding is the content coding of a body whose request declares it in another place than Content-Encoding; empty when
	// there is none. Nil: there is no other place.
	Encoding func(*http.Request) string
	// New makes the decoder for the paths on which the format is accepted.
	New func(paths []string) Decode
	// Encode writes the answers. Nil: JSON.
	Encode Encode
}

// Decode reads one body. A body that cannot be read at all gives a *beacon.Rejection; an invalid event is recorded in
// Beacon.Refused, and decoding continues with the others. A body of several applications gives a beacon for each; one
// without events gives at least one, which is empty. Nothing that it returns aliases body. Safe for concurrent use.
type Decode func(facts Facts, body []byte, limits beacon.Limits) ([]beacon.Beacon, error)

// Simple makes a Protocol.New from a decoder that needs only the body.
func Simple(decode func(body []byte, limits beacon.Limits) ([]beacon.Beacon, error)) func([]string) Decode {
	return func([]string) Decode {
		return func(_ Facts, body []byte, limits beacon.Limits) ([]beacon.Beacon, error) { return decode(body, limits) }
	}
}

// Takes reports whether a body may be sent with the method.
func (p *Protocol) Takes(method string) bool {
	if p.Methods == nil {
		return method == http.MethodPost
	}
	for _, taken := range p.Methods {
		if taken == method {
			return true
		}
	}
	return false
}
