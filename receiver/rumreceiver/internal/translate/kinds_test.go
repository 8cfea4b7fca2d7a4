package translate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestEveryKindHasARow(t *testing.T) {
	for kind, payload := range beacon.Kinds {
		if assert.NotNil(t, payload, "kind %d has no row in beacon.Kinds", kind) {
			assert.EqualValues(t, kind, payload.Kind(), "%T stands in the wrong row", payload)
			assert.NotNil(t, kinds[kind].write, "%T has no row in kinds", payload)
		}
	}
}
