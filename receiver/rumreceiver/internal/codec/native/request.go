package native

import "strings"

// other stands for everything that the semantic conventions do not list.
const other = "_OTHER"

// methodOf is http.request.method: fetch takes get for GET, and pages may invent methods.
// https://opentelemetry.io/docs/specs/semconv/http/http-spans/#method
func methodOf(method string) string {
	switch upper := strings.ToUpper(method); upper {
	case "", "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY":
		return upper
	}
	return other
}

// failureOf is one word for each way in which a request has no answer, whether the page called fetch,
// which throws an exception, or XMLHttpRequest, which fires an event.
func failureOf(name string) string {
	switch name {
	case "":
		return ""
	case "TypeError", "error", "NetworkError": // https://fetch.spec.whatwg.org/#fetch-method
		return "NetworkError"
	case "AbortError", "abort":
		return "AbortError"
	case "TimeoutError", "timeout":
		return "TimeoutError"
	}
	return other
}
