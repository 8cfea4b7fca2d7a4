package protocol

import "net/http"

// Facts are the data of a request outside its body.
type Facts struct {
	Method string
	// Host as the browser named it. Not to be stored.
	Host string
	// Path as it was sent, decoded, with the key if one stands there.
	Path string
	// Query is raw: whoever needs more of it parses it.
	Query string
	// Header is not to be changed.
	Header http.Header
}
