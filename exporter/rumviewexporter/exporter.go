package rumviewexporter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/api"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/metadata"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/own"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/streams"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
)

// drainTimeout is how long a shutdown waits for running answers; idle connections of browsers would delay it for
// longer.
const drainTimeout = 2 * time.Second

// viewExporter keeps events and serves the page. It never refuses a batch: data that it cannot show is left out. Safe
// for concurrent use.
type viewExporter struct {
	cfg       *Config
	settings  exporter.Settings
	events    *window.Window
	streams   *streams.Streams
	telemetry *metadata.TelemetryBuilder

	start, stop sync.Once
	serving     sync.WaitGroup
	server      *http.Server // nil until Start
	onShutdown  func()
}

func newExporter(cfg *Config, set exporter.Settings) (*viewExporter, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	e := &viewExporter{
		cfg: cfg, settings: set, telemetry: telemetry,
		events:  window.New(window.Limits{Age: cfg.Window, Entries: cfg.MaxEntries, Bytes: cfg.MaxBytes}),
		streams: streams.New(cfg.Window, cfg.MaxStreams),
	}
	if err := e.observe(); err != nil {
		return nil, err
	}
	return e, nil
}

// Capabilities reports that batches are only read.
func (e *viewExporter) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

// ConsumeLogs keeps the records as events.
func (e *viewExporter) ConsumeLogs(_ context.Context, logs plog.Logs) error {
	now := time.Now()
	e.events.Add(window.Read(logs, now), now)
	return nil
}

// ConsumeMetrics keeps the metric streams that the page shows.
func (e *viewExporter) ConsumeMetrics(_ context.Context, metrics pmetric.Metrics) error {
	e.streams.Add(metrics, time.Now())
	return nil
}

// Start serves the page. Each pipeline calls it; only the first call starts the server.
func (e *viewExporter) Start(ctx context.Context, host component.Host) (err error) {
	e.start.Do(func() { err = e.serve(ctx, host) })
	return err
}

func (e *viewExporter) serve(ctx context.Context, host component.Host) error {
	address := e.cfg.HTTP.NetAddr.Endpoint
	listener, err := e.cfg.HTTP.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("listen on %s for the live page: %w", address, err)
	}
	site := onlyFor(address, api.New(api.Sources{Events: e.events, Streams: e.streams, Own: own.New(e.cfg.CollectorMetrics)}, e.cfg.Window, time.Now))
	e.server, err = e.cfg.HTTP.ToServer(ctx, host.GetExtensions(), e.settings.TelemetrySettings, site)
	if err != nil {
		return errors.Join(fmt.Errorf("build HTTP server: %w", err), listener.Close())
	}
	e.serving.Go(func() {
		if err := e.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(fmt.Errorf("serve the live page: %w", err)))
		}
	})
	e.settings.Logger.Info("Serving the live page", zap.String("address", "http://"+listener.Addr().String()))
	return nil
}

// Shutdown ends the server. It works without Start and may be called more than once.
func (e *viewExporter) Shutdown(ctx context.Context) (err error) {
	e.stop.Do(func() {
		if e.onShutdown != nil {
			e.onShutdown()
		}
		if e.server != nil {
			err = e.drain(ctx)
		}
		e.serving.Wait()
		e.telemetry.Shutdown()
	})
	return err
}

func (e *viewExporter) drain(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	if err := e.server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(fmt.Errorf("wait for requests under way: %w", err), e.server.Close())
	}
	return e.server.Close()
}
