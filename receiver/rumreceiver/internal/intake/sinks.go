package intake

import (
	"context"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otelcol-rum/otelcol-rum/internal/attempt"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// Logs makes a log record of each event and hands them to a pipeline.
type Logs struct {
	Next      consumer.Logs
	Translate translate.Settings
	Report    *receiverhelper.ObsReport
}

// Name of the sink.
func (*Logs) Name() string { return "logs" }

// Take waits until the pipeline has accepted the records.
func (l *Logs) Take(ctx context.Context, arrival Arrival) (err error) {
	settings := l.Translate
	settings.Identity = arrival.Identity
	logs := translate.Logs(arrival.Beacon, settings, arrival.At)
	records := logs.LogRecordCount()
	ctx = l.Report.StartLogsOp(withMetadata(ctx, arrival.Beacon))
	if arrival.Name != 0 {
		ctx = attempt.WithBatch(ctx, arrival.Name)
	}
	err = telemetry.ErrPanicked // unless it returns
	defer func() { l.Report.EndLogsOp(ctx, arrival.Protocol, records, err) }()
	err = l.Next.ConsumeLogs(ctx, logs)
	return err
}

// Metrics counts the events. The flush of the receiver collects and delivers the metrics.
type Metrics struct {
	Aggregate *aggregate.Aggregator
	Telemetry *telemetry.Telemetry
}

// Name of the sink.
func (*Metrics) Name() string { return "metrics" }

// Take never refuses.
func (m *Metrics) Take(ctx context.Context, arrival Arrival) error {
	outcome := m.Aggregate.Record(arrival.Beacon, arrival.At)
	m.Telemetry.Late(ctx, outcome.Late)
	m.Telemetry.Overflowed(ctx, outcome.Overflowed, "max_series")
	m.Telemetry.Overflowed(ctx, outcome.NamesOverflowed, "max_names")
	m.Telemetry.Overflowed(ctx, outcome.RoutesOverflowed, "max_routes")
	m.Telemetry.Overflowed(ctx, outcome.AppsOverflowed, "max_applications")
	return nil
}
