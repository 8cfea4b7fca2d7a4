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
	// DefaultPaths are where it is taken unless the configuration says otherwise, each beginning with a slash. At
	// least one. A segment in braces, such as {project}, stands for any one.
	DefaultPaths []string
	// Below are paths behind each of those on which it is taken that are taken as well. Nil: none.
	Below []string
	// OnByDefault is true for what is taken without being named in the configuration.
	OnByDefault bool
	// Methods with which a body may be sent. Nil: POST.
	Methods []string
	// Headers are those that its clients send and for which browsers ask before. Nil: none.
	Headers []string
	// Key finds the application key where only this format has it, empty if there is none. It is asked after the
	// places that all formats share (?key=, the end of the path, X-API-Key), before the body is read, and for strangers
	// too. Nil: nowhere else.
	Key func(*http.Request) string
	// KeyInBody finds it in the first line of the body, of which it is given the beginning, where nothing else in the
	// request has it. Nil: it is not looked for there.
	KeyInBody func(line []byte) string
	// Encoding is the content coding of a body whose request has no Content-Encoding but says so elsewhere; empty
	// when it has none. Nil: nowhere else.
	Encoding func(*http.Request) string
	// New makes the decoder for the paths on which the format is taken.
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
