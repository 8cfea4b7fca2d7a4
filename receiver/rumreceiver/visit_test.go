package rumreceiver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheVisitThatIsMeasuredIsTakenWhole(t *testing.T) {
	for name, body := range (visitBody{100}).bodies(t) {
		if name == "otlp-json" || name == "otlp-protobuf" {
			continue // another receiver's
		}
		beacons, err := decodeNative(body)
		require.NoError(t, err, name)
		require.Len(t, beacons, 1, name)
		assert.Len(t, beacons[0].Events, 100, name)
		assert.Empty(t, beacons[0].Refused, name)
		assert.False(t, beacons[0].Trims.Any(), name)
		assert.Empty(t, beacons[0].LeftOut, name)
	}
	for name, body := range (visitBody{10}).bodies(t) {
		t.Log(name, len(body))
	}
}
