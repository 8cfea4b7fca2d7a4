package protocol

import "net/http"

// Facts are the data of a request outside its body.
type Facts struct {
	Method string
	// Host as the browser sent it. Do not store it.
	Host string
	// Path as it was sent, decoded, including the key if it has one.
	Path string
	// Query is raw: a decoder that needs parameters parses it.
	Query string
	// Header must not be changed.
	Header http.Header
}
