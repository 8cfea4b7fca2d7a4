package otlp

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	rpc "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

func TestAnswersAreInTheEncodingOfTheRequest(t *testing.T) {
	for contentType, unmarshal := range map[string]func([]byte, proto.Message) error{
		"application/json": protojson.Unmarshal, "application/json; charset=utf-8": protojson.Unmarshal, "": protojson.Unmarshal,
		contentTypeProtobuf: proto.Unmarshal,
	} {
		facts := protocol.Facts{Header: http.Header{"Content-Type": {contentType}}}
		for status, code := range map[int]codes.Code{
			400: codes.InvalidArgument, 401: codes.Unauthenticated, 403: codes.PermissionDenied, 404: codes.Unimplemented,
			413: codes.Unknown, 429: codes.ResourceExhausted, 500: codes.Unknown, 503: codes.Unavailable,
		} {
			response := encode(facts, status, protocol.Answer{Reason: beacon.ReasonBadJSON, Error: "broken"})
			var said rpc.Status
			require.NoError(t, unmarshal(response.Body, &said), contentType)
			assert.Equal(t, status, response.Status)
			assert.EqualValues(t, code, said.GetCode(), status)
			assert.Equal(t, "bad_json: broken", said.GetMessage())
		}
	}
}

func TestWhatWasNotTakenIsAPartialSuccess(t *testing.T) {
	answer := protocol.Answer{Received: 1, Rejected: 2, Errors: []protocol.EventError{{Reason: beacon.ReasonMissingName, Error: "no name"}}}
	response := encode(protocol.Facts{Header: http.Header{"Content-Type": {contentTypeProtobuf}}}, 200, answer)
	said := plogotlp.NewExportResponse()
	require.NoError(t, said.UnmarshalProto(response.Body))
	assert.Equal(t, contentTypeProtobuf, response.ContentType)
	assert.EqualValues(t, 2, said.PartialSuccess().RejectedLogRecords())
	assert.Equal(t, "missing_name: no name", said.PartialSuccess().ErrorMessage())
}

func TestWhatHasNothingToTakeSaysWhyTheFirstWasNot(t *testing.T) {
	answer := protocol.Answer{Reason: beacon.ReasonNoValidEvent, Error: "none", Errors: []protocol.EventError{{Reason: beacon.ReasonBadTimestamp, Error: "no time"}}}
	assert.JSONEq(t, `{"code":3,"message":"no_valid_event: none; bad_timestamp: no time"}`, string(encode(protocol.Facts{}, 400, answer).Body))
}
