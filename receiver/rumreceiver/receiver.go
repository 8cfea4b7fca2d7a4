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
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/zap"
)

// rumReceiver is one HTTP server that feeds up to two pipelines. It starts and stops what the plan becomes.
type rumReceiver struct {
	plan
	parts
	metrics *flusher // nil without a metrics pipeline

	start      sync.Once
	startError error
	stop       sync.Once
	hosts      hosts
	server     *http.Server
	unused     *unused
	background sync.WaitGroup
	stopFlush  context.CancelFunc
	onShutdown func()
	hasTwin    func() bool // nil without a registry
}

func newReceiver(cfg *Config, set receiver.Settings) (*rumReceiver, error) {
	plan, err := newPlan(cfg, set)
	if err != nil {
		return nil, err
	}
	return &rumReceiver{plan: plan}, nil
}

// Start listens and serves. Each pipeline of one configuration calls it: the first call starts the server, and all
// calls return its error and report its status.
func (r *rumReceiver) Start(ctx context.Context, host component.Host) error {
	r.hosts.add(host)
	r.start.Do(func() { r.startError = r.startOnce(ctx, host) })
	return r.startError
}

func (r *rumReceiver) startOnce(ctx context.Context, host component.Host) error {
	if err := r.assemble(); err != nil {
		return err
	}
	server, err := r.newServer(ctx, r.front, host.GetExtensions())
	if err != nil {
		return err
	}
	state, err := r.openState(ctx, host, r.aggregate)
	if err != nil {
		return err
	}
	if r.metrics != nil {
		r.metrics.state = state
	}
	config := r.cfg.server()
	listener, err := config.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("listen on %q: %w", r.cfg.HTTP.NetAddr.Endpoint, err)
	}
	for _, warning := range r.cfg.warnings() {
		r.settings.Logger.Warn(warning)
	}
	if r.hasTwin != nil && r.nextMetrics != nil && r.hasTwin() {
		r.settings.Logger.Warn("Another rum receiver has the same 'metrics::instance', so both write the same series, and counts are lost: "+
			"give each its own", zap.String("instance", r.cfg.Metrics.Instance))
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
	if r.metrics != nil {
		flushing, cancel := context.WithCancel(context.Background())
		r.stopFlush = cancel
		r.background.Go(func() { r.metrics.flushEvery(flushing, r.cfg.Metrics.FlushInterval) })
	}
	return nil
}

// assemble builds the parts and publishes their sizes.
func (r *rumReceiver) assemble() (err error) {
	if r.parts, err = r.build(); err != nil {
		return err
	}
	if r.aggregate != nil {
		r.metrics = &flusher{plan: &r.plan, aggregate: r.aggregate, hosts: &r.hosts, size: newPartSize()}
	}
	return r.observe(r.telemetry)
}

// Shutdown stops accepting requests, waits until running requests are answered and emits all metrics, within the
// deadline of ctx. It works without Start and may be called more than once. Metrics that the pipeline refuses are logged and
// no error, because the Collector would end the process instead of reloading its configuration.
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
	if r.metrics != nil {
		r.metrics.end(ctx)
		if r.stopFlush != nil { // else it never started, and has nothing to be scraped
			wait(ctx, r.cfg.Metrics.ShutdownWait)
		}
	}
	if r.enricher != nil {
		r.enricher.Close()
	}
	r.telemetry.Shutdown()
	return err
}

// wait waits, at most until ctx ends.
func wait(ctx context.Context, duration time.Duration) {
	select {
	case <-time.After(duration):
	case <-ctx.Done():
	}
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
