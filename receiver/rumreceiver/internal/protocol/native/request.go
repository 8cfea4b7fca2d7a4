package native

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"

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
	return gather.Other
}
