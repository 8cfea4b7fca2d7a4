package translate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestEveryKindHasARow(t *testing.T) {
	for kind, row := range beacon.Kinds {
		if assert.NotNil(t, row.Payload, "kind %d has no row in beacon.Kinds", kind) {
			assert.EqualValues(t, kind, row.Payload.Kind(), "%T stands in the wrong row", row.Payload)
			assert.NotZero(t, row.Severity, "%T has no severity", row.Payload)
			assert.NotNil(t, writers[kind].write, "%T has no row in writers", row.Payload)
		}
	}
}
