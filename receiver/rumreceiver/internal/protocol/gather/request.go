package gather

import "strings"

// Other stands for everything that the semantic conventions do not list.
const Other = "_OTHER"

// MethodOf is http.request.method: fetch takes get for GET, and pages may invent methods.
// https://opentelemetry.io/docs/specs/semconv/http/http-spans/#method
func MethodOf(method string) string {
	switch upper := strings.ToUpper(method); upper {
	case "", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY":
		return upper
	}
	return Other
}
