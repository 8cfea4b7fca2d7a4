package rumreceiver

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
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receiverhelper"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/connections"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/front"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/intake"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// transport of the receiver's own telemetry.
const transport = "http"

// rumReceiver is one HTTP server that feeds up to two pipelines. It starts and stops front and intake.
type rumReceiver struct {
	cfg         *Config
	settings    receiver.Settings
	obsreport   *receiverhelper.ObsReport
	telemetry   *telemetry.Telemetry
	nextLogs    consumer.Logs    // nil without a logs pipeline
	nextMetrics consumer.Metrics // nil without a metrics pipeline
	now         func() time.Time

	// Made by build.
	gate        *admit.Gate
	memory      *intake.Memory
	loads       *beacon.Loads
	enricher    *enrich.Enricher
	connections *connections.Connections
	aggregate   *aggregate.Aggregator // nil without a metrics pipeline
	state       state
	front       *front.Front

	start      sync.Once
	startError error
	stop       sync.Once
	hosts      hosts
	server     *http.Server
	unused     *unused
	background sync.WaitGroup
	stopFlush  context.CancelFunc
	onShutdown func()
}

func newReceiver(cfg *Config, set receiver.Settings) (*rumReceiver, error) {
	obsreport, err := receiverhelper.NewObsReport(receiverhelper.ObsReportSettings{
		ReceiverID: set.ID, Transport: transport, ReceiverCreateSettings: set,
	})
	if err != nil {
		return nil, err
	}
	telemetry, err := telemetry.New(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &rumReceiver{cfg: cfg, settings: set, obsreport: obsreport, telemetry: telemetry, now: time.Now}, nil
}

// clock is read whenever the time is asked for.
func (r *rumReceiver) clock() time.Time { return r.now() }

// Start listens and serves. Each pipeline of one configuration calls it: the first call starts the server, and all
// calls return its error and report its status.
func (r *rumReceiver) Start(ctx context.Context, host component.Host) error {
	r.hosts.add(host)
	r.start.Do(func() { r.startError = r.startOnce(ctx, host) })
	return r.startError
}

func (r *rumReceiver) startOnce(ctx context.Context, host component.Host) error {
	if err := r.build(); err != nil {
		return err
	}
	server, err := r.newServer(ctx, host.GetExtensions())
	if err != nil {
		return err
	}
	if err := r.openState(ctx, host); err != nil {
		return err
	}
	config := r.cfg.server()
	listener, err := config.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("listen on %q: %w", r.cfg.HTTP.NetAddr.Endpoint, err)
	}
	for _, warning := range r.cfg.warnings() {
		r.settings.Logger.Warn(warning)
	}
	r.warnOfExporters(host)
	r.server, r.unused = server, watch(server)
	r.connections.Attach(server)
	listener = r.connections.Listener(listener)
	r.background.Go(func() {
		if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			r.hosts.report(componentstatus.NewFatalErrorEvent(err))
		}
	})
	if r.aggregate != nil {
		flushing, cancel := context.WithCancel(context.Background())
		r.stopFlush = cancel
		r.background.Go(func() { r.flushEvery(flushing, r.cfg.Metrics.FlushInterval) })
	}
	return nil
}

// Shutdown stops accepting requests, waits until running requests are answered and emits all metrics, within the
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
		err = errors.Join(err, r.lastFlush(ctx), r.state.close(ctx))
		select {
		case <-time.After(r.cfg.Metrics.ShutdownWait): // for a scraper
		case <-ctx.Done():
		}
	}
	if r.enricher != nil {
		r.enricher.Close()
	}
	r.telemetry.Shutdown()
	return err
}

// drain waits until received requests are answered: a batch that is delivered but not answered would be sent again, to
// a process that does not know it. The timeouts of the server bound the time.
func (r *rumReceiver) drain(ctx context.Context) error {
	timer := time.AfterFunc(unusedTimeout, r.unused.close)
	defer timer.Stop()
	if err := r.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("wait for requests under way: %w", err), r.server.Close())
	}
	return nil
}
