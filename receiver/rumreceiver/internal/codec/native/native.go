// Package native decodes the two forms of our own protocol: a bare array of events, as clients in
// the wild send it, and the versioned batch of our own client.
//
// https://github.com/otelcol-rum/otelcol-rum/blob/main/testdata/beacon/README.md describes both.
package native

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// Decode reads one body. A body that cannot be read at all gives a *beacon.Rejection; an event that
// cannot be taken is noted in Beacon.Refused, and the others go on. The result does not alias body.
// Safe for concurrent use.
func Decode(body []byte, limits beacon.Limits) (beacon.Beacon, error) {
	if err := wire.RejectEmpty(body); err != nil {
		return beacon.Beacon{}, err
	}
	r, repaired := wire.NewReader(body)

	var b beacon.Beacon
	var err error
	switch r.Kind() {
	case '[':
		b = decodeArray(&r, limits)
	case '{':
		b, err = decodeBatch(&r, limits)
	default:
		r.Skip()
		err = &beacon.Rejection{
			Reason: beacon.ReasonFormat,
			Detail: "the body is neither an array of events nor a batch object",
		}
	}
	if r.End(); r.Rejection() != nil {
		return beacon.Beacon{}, r.Rejection()
	}
	b.Repaired = repaired
	return b, err
}

// Bytes that an event takes in the two forms, rather few than many.
const (
	arrayEventSize = 400
	batchEventSize = 80
)
