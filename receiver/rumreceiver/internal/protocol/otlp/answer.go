package otlp

import (
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

const contentTypeProtobuf = "application/x-protobuf"

// encode answers in the encoding of the request: with an ExportLogsServiceResponse if events were taken, else with a Status.
// https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
func encode(facts protocol.Facts, status int, answer protocol.Answer) protocol.Response {
	contentType, marshal := protocol.ContentTypeJSON, marshalJSON
	if strings.HasPrefix(facts.Header.Get("Content-Type"), contentTypeProtobuf) {
		contentType, marshal = contentTypeProtobuf, marshalProtobuf
	}
	body, err := marshal(status, answer)
	if err != nil { // numbers and fixed texts
		status = http.StatusInternalServerError
	}
	return protocol.Response{Status: status, ContentType: contentType, Body: body}
}

func marshalJSON(status int, answer protocol.Answer) ([]byte, error) {
	if status == http.StatusOK {
		return taken(answer).MarshalJSON()
	}
	return json.Marshal(struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}{codeOf(status), messageOf(answer)})
}

func marshalProtobuf(status int, answer protocol.Answer) ([]byte, error) {
	if status == http.StatusOK {
		return taken(answer).MarshalProto()
	}
	// https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto
	const code, message = 1, 2
	body := protowire.AppendTag(nil, code, protowire.VarintType)
	body = protowire.AppendVarint(body, uint64(codeOf(status)))
	body = protowire.AppendTag(body, message, protowire.BytesType)
	return protowire.AppendString(body, messageOf(answer)), nil
}

func taken(answer protocol.Answer) plogotlp.ExportResponse {
	response := plogotlp.NewExportResponse()
	if answer.Rejected > 0 {
		response.PartialSuccess().SetRejectedLogRecords(int64(answer.Rejected))
		response.PartialSuccess().SetErrorMessage(refusalOf(answer.Errors[0]))
	}
	return response
}

// messageOf is the reason why nothing was taken; if events were refused, that of the first.
func messageOf(answer protocol.Answer) string {
	message := string(answer.Reason) + ": " + answer.Error
	if len(answer.Errors) > 0 {
		message += "; " + refusalOf(answer.Errors[0])
	}
	return message
}

func refusalOf(refused protocol.EventError) string {
	return string(refused.Reason) + ": " + refused.Error
}

// codeOf is the gRPC code that the Collector's own receiver uses for an HTTP status.
// https://grpc.io/docs/guides/status-codes/
func codeOf(status int) int {
	const unknown, invalidArgument, permissionDenied, resourceExhausted, unimplemented, unavailable, unauthenticated = 2, 3, 7, 8, 12, 14, 16
	switch status {
	case http.StatusBadRequest:
		return invalidArgument
	case http.StatusUnauthorized:
		return unauthenticated
	case http.StatusForbidden:
		return permissionDenied
	case http.StatusNotFound:
		return unimplemented
	case http.StatusTooManyRequests:
		return resourceExhausted
	case http.StatusServiceUnavailable:
		return unavailable
	default:
		return unknown
	}
}
