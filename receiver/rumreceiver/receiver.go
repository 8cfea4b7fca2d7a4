package rumreceiver

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
)

// transport of the receiver's own telemetry.
const transport = "http"

// rumReceiver is one HTTP server that feeds up to two pipelines.
type rumReceiver struct {
	cfg         *Config
	settings    receiver.Settings
	obsreport   *receiverhelper.ObsReport
	telemetry   *telemetry
	nextLogs    consumer.Logs    // nil without a logs pipeline
	nextMetrics consumer.Metrics // nil without a metrics pipeline

	gate      *admit.Gate
	trusted   []netip.Prefix
	seen      *admit.Seen
	seed      maphash.Seed
	loads     *beacon.Loads
	enricher  *enrich.Enricher
	aggregate *aggregate.Aggregator // nil without a metrics pipeline
	now       func() time.Time

	start, stop  sync.Once
	server       *http.Server
	background   sync.WaitGroup
	stopFlush    context.CancelFunc
	onShutdown   func()
	drainTimeout time.Duration
}

func newReceiver(cfg *Config, set receiver.Settings) (*rumReceiver, error) {
	obsreport, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: transport, ReceiverCreateSettings: set,
	})
	if err != nil {
		return nil, err
	}
	telemetry, err := newTelemetry(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &rumReceiver{
		cfg: cfg, settings: set, obsreport: obsreport, telemetry: telemetry,
		seed: maphash.MakeSeed(), now: time.Now, drainTimeout: drainTimeout,
	}, nil
}

// Start listens and serves. The pipelines of one configuration each call it; the first one counts.
func (r *rumReceiver) Start(ctx context.Context, host component.Host) (err error) {
	r.start.Do(func() { err = r.startOnce(ctx, host) })
	return err
}

func (r *rumReceiver) startOnce(ctx context.Context, host component.Host) error {
	if err := r.remember(); err != nil {
		return err
	}
	server, err := r.newServer(ctx, host.GetExtensions())
	if err != nil {
		return err
	}
	config := r.cfg.server()
	listener, err := config.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("listen on %q: %w", r.cfg.HTTP.NetAddr.Endpoint, err)
	}
	r.server = server
	r.background.Go(func() {
		if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	})
	if r.aggregate != nil {
		flushing, cancel := context.WithCancel(context.Background())
		r.stopFlush = cancel
		r.background.Go(func() { r.flushEvery(flushing, r.cfg.Metrics.FlushInterval) })
	}
	return nil
}

// remember makes what the receiver holds in memory: who may come in, what is known of browsers and
// places, the batches it has seen, the metrics.
func (r *rumReceiver) remember() error {
	var err error
	if r.gate, err = admit.New(r.cfg.gate()); err != nil {
		return err
	}
	if r.trusted, err = r.cfg.trusted(); err != nil {
		return err
	}
	if r.enricher, err = enrich.New(r.cfg.enrichment(r.settings.Logger)); err != nil {
		return err
	}
	r.loads = beacon.NewLoads()
	r.seen = admit.NewSeen(r.cfg.Retries.MaxBatches, r.cfg.Retries.Window)
	if r.nextMetrics != nil {
		r.aggregate = aggregate.New(r.cfg.Metrics.settings(r.settings.BuildInfo.Version))
	}
	return r.telemetry.observe(r)
}

// drainTimeout bounds the wait for open connections: http.Server.Shutdown waits some 5 s for those
// that browsers opened ahead and never used.
const drainTimeout = 2 * time.Second

// Shutdown stops taking requests, waits for those under way and hands on every metric, all within the
// deadline of ctx. It works without Start and may be called more than once.
func (r *rumReceiver) Shutdown(ctx context.Context) (err error) {
	r.stop.Do(func() { err = r.shutdownOnce(ctx) })
	return err
}

func (r *rumReceiver) shutdownOnce(ctx context.Context) error {
	if r.onShutdown != nil {
		r.onShutdown()
	}
	var err error
	if r.server != nil {
		err = r.drain(ctx)
	}
	if r.stopFlush != nil {
		r.stopFlush()
	}
	r.background.Wait()
	if r.aggregate != nil {
		err = errors.Join(err, r.flush(ctx, r.aggregate.CollectAll(r.now())))
	}
	if r.enricher != nil {
		r.enricher.Close()
	}
	r.telemetry.Shutdown()
	return err
}

// drain closes the server. What has been read by now is still delivered: the pipelines behind end after
// us, and the metrics have to hold it.
func (r *rumReceiver) drain(ctx context.Context) error {
	draining, cancel := context.WithTimeout(ctx, r.drainTimeout)
	defer cancel()
	err := r.server.Shutdown(draining)
	if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		return errors.Join(err, r.server.Close()) // closed already, unless ctx has ended
	}
	return errors.Join(r.server.Close(), r.waitForRequests(ctx))
}

// waitForRequests waits until no request is under way, which deliverTimeout bounds.
func (r *rumReceiver) waitForRequests(ctx context.Context) error {
	const interval = 10 * time.Millisecond // as http.Server.Shutdown polls
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for r.gate.Stats().Concurrent > 0 {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for requests under way: %w", ctx.Err())
		case <-ticker.C:
		}
	}
	return nil
}
