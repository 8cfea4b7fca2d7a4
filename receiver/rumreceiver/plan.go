package rumreceiver

import (
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// transport of the receiver's own telemetry.
const transport = "http"

// plan is what is known before anything is built.
type plan struct {
	cfg         *Config
	settings    receiver.Settings
	obsreport   *receiverhelper.ObsReport
	telemetry   *telemetry.Telemetry
	nextLogs    consumer.Logs    // nil without a logs pipeline
	nextMetrics consumer.Metrics // nil without a metrics pipeline
	now         func() time.Time
}

func newPlan(cfg *Config, set receiver.Settings) (plan, error) {
	obsreport, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: transport, ReceiverCreateSettings: set,
	})
	if err != nil {
		return plan{}, err
	}
	telemetry, err := telemetry.New(set.TelemetrySettings)
	if err != nil {
		return plan{}, err
	}
	return plan{cfg: cfg, settings: set, obsreport: obsreport, telemetry: telemetry, now: time.Now}, nil
}

// clock is read whenever the time is asked for.
func (p *plan) clock() time.Time { return p.now() }
