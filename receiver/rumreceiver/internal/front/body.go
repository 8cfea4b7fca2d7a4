package front

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/encoding"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// bodies are reused buffers: no decoded string points into them.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxKeptBody is the largest buffer that is kept for the next body: twice the size that a browser can send while it leaves a
// page. Larger buffers are rare and should not stay because of one large body.
const maxKeptBody = 128 << 10

func keepBody(body *bytes.Buffer) {
	if body.Cap() <= maxKeptBody {
		body.Reset()
		bodies.Put(body)
	}
}

// decoder undoes a content encoding; nil when there is none to undo.
type decoder func(io.ReadCloser) (io.ReadCloser, error)

// decoderOf finds the decoder of the body's encoding. Codings are case-insensitive, and identity is none (RFC 9110,
// 8.4.1 and 12.5.3).
func (f *Front) decoderOf(req *http.Request, p *protocol.Protocol) (decoder, *beacon.Rejection) {
	coding := req.Header.Get("Content-Encoding")
	if coding == "" && p.Encoding != nil {
		coding = p.Encoding(req)
	}
	if coding == "" {
		return nil, nil
	}
	coding = strings.ToLower(strings.TrimSpace(coding))
	if coding == "identity" || coding == "" {
		return nil, nil
	}
	if decode, ok := f.settings.Decoders[coding]; ok && len(req.Header.Values("Content-Encoding")) <= 1 {
		return decode, nil
	}
	return nil, &beacon.Rejection{Reason: beacon.ReasonUnknownEncoding, Detail: "this Content-Encoding is not accepted; Accept-Encoding lists those that are"}
}

// decoded is the decoded body, in the buffer, or the body itself if it is not encoded. Gzip is recognised without being
// declared, because sendBeacon cannot set headers. The decoded body has the same bound as the encoded one.
func (f *Front) decoded(w http.ResponseWriter, wire []byte, decode decoder, into *bytes.Buffer) ([]byte, error) {
	if decode == nil {
		if !f.settings.SniffGzip || !encoding.IsGzip(wire) {
			return wire, nil
		}
		decode = f.settings.Decoders["gzip"]
	}
	opened, err := decode(io.NopCloser(bytes.NewReader(wire)))
	if err != nil {
		return nil, decodeError(err)
	}
	defer func() { _ = opened.Close() }()
	if _, err := into.ReadFrom(http.MaxBytesReader(w, opened, f.settings.MaxBody)); err != nil {
		return into.Bytes(), decodeError(err)
	}
	return into.Bytes(), nil
}

// decodeError is the rejection for an encoded body. Compression bombs get the same one as other too large bodies.
func decodeError(err error) *beacon.Rejection {
	if past, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(past.Limit)
	}
	return &beacon.Rejection{Reason: beacon.ReasonEncoding, Detail: "the body does not match its Content-Encoding"}
}
