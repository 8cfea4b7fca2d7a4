package intake

import (
	"net/netip"
	"strings"
)

// secondTier is the advice, given once, when another Collector sends records that this receiver counts.
const secondTier = "A Collector sends to this receiver: what its own rum receiver has counted counts twice. Behind another gateway, take its records with the otlp receiver"

func (in *Intake) adviseOnTiers(batch *Batch) {
	if agent := batch.Sender.UserAgent; strings.Contains(agent, "OpenTelemetry Collector") || strings.HasPrefix(agent, "otelcol") {
		in.telemetry.Advise(secondTier, netip.Addr{}) // any client can claim to be a Collector
	}
}
