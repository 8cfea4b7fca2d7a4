package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// startTimeout is generous: the collector is up within a second on an idle machine.
	startTimeout = 30 * time.Second
	// stopTimeout is longer than the receiver's own bound on its shutdown.
	stopTimeout = 15 * time.Second
)

// collector is the running child process. Its output goes to a file.
type collector struct {
	cmd    *exec.Cmd
	log    string        // path
	ended  chan struct{} // closed when the process has ended
	cancel context.CancelFunc
}

// startCollector starts the child and returns once it is healthy. It ends when ctx ends, and is to
// be stopped in any case.
func startCollector(ctx context.Context, o options) (*collector, error) {
	if err := os.MkdirAll(o.data, 0o755); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	log, err := os.Create(filepath.Join(o.data, "collector.log"))
	if err != nil {
		return nil, fmt.Errorf("make the collector's log: %w", err)
	}
	defer log.Close()

	ctx, cancel := context.WithCancel(ctx)
	c := &collector{log: log.Name(), ended: make(chan struct{}), cancel: cancel}
	c.cmd = exec.CommandContext(ctx, o.collector, "--config", o.config)
	c.cmd.Env = append(os.Environ(), collectorEnv(o)...)
	c.cmd.Stdout, c.cmd.Stderr = log, log
	c.cmd.Cancel = func() error { return c.cmd.Process.Signal(syscall.SIGTERM) }
	c.cmd.WaitDelay = stopTimeout
	if err := c.cmd.Start(); err != nil {
		cancel()
		return nil, fmt.Errorf("start the collector: %w", err)
	}
	go func() {
		defer close(c.ended)
		_ = c.cmd.Wait() // how it ended is in ProcessState
	}()
	if err := c.healthy(ctx, o.health); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// collectorEnv fills the placeholders of examples/configs/demo.yaml.
func collectorEnv(o options) []string {
	host, port, _ := net.SplitHostPort(o.telemetry) // was listened on a moment ago
	return []string{
		"RUM_ENDPOINT=" + o.rum,
		"RUM_ORIGIN=http://" + o.shop,
		"RUM_VIEW_ENDPOINT=" + o.view,
		"RUM_PROMETHEUS_ENDPOINT=" + o.metrics,
		"RUM_HEALTH_ENDPOINT=" + o.health,
		"RUM_TELEMETRY_HOST=" + host,
		"RUM_TELEMETRY_PORT=" + port,
		"RUM_DEMO_DATA=" + o.data,
	}
}

// healthy waits for the health check to answer.
func (c *collector) healthy(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-c.ended:
			return c.explain("the collector did not start")
		case <-ctx.Done():
			return c.explain("the collector was not healthy in time")
		case <-tick.C:
			if answers(ctx, "http://"+address+"/") {
				return nil
			}
		}
	}
}

func answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// explain makes an error of what happened and the end of the log.
func (c *collector) explain(what string) error {
	const tail = 2000 // bytes: the last few lines
	text, _ := os.ReadFile(c.log)
	if len(text) > tail {
		text = text[len(text)-tail:]
	}
	return fmt.Errorf("%s; the end of %s:\n%s", what, c.log, bytes.TrimSpace(text))
}

// stop ends the child, waits for it, and may be called again. The collector answers SIGTERM by
// flushing what it still holds, and is killed if that takes longer than stopTimeout.
func (c *collector) stop() error {
	c.cancel()
	<-c.ended
	if state := c.cmd.ProcessState; state != nil && !state.Success() {
		return fmt.Errorf("the collector ended with %s, see %s", state, c.log)
	}
	return nil
}
