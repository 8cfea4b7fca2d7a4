// Package native decodes the two forms of our own protocol: a bare array of events, from hand-written clients, and
// the versioned batch of our own client.
//
// https://github.com/otelcol-rum/otelcol-rum/blob/main/testdata/beacon/README.md describes both.
package native

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// decode reads a body of either form. An array may have events of several applications.
func decode(body []byte, limits beacon.Limits) (beacons []beacon.Beacon, err error) {
	if err := gather.RejectEmpty(body); err != nil {
		return nil, err
	}
	r, repaired := jsonwalk.NewReader(body)
	switch r.Kind() {
	case '[':
		beacons = decodeArray(&r, limits, repaired)
	case '{':
		beacons, err = decodeBatch(&r, limits, repaired)
	default:
		r.Skip()
		err = &beacon.Rejection{
			Reason: beacon.ReasonFormat,
			Detail: "the body is neither an array of events nor a batch object",
		}
	}
	if r.End(); r.Rejection() != nil {
		return nil, r.Rejection()
	}
	return beacons, err
}

// Sizes of a small event in the two forms, in bytes.
const (
	arrayEventSize = 400
	batchEventSize = 80
)
