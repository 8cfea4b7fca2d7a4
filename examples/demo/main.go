// Command demo starts the built collector and a small shop that is measured by the built client.
//
// It is what `make run` runs, from the root of the repository. Everything it starts ends with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, parseFlags(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// options are where things listen and where they are. The defaults are right for the root of the
// repository; tests use other ports.
type options struct {
	shop, rum, view, metrics, health, telemetry string // host:port

	collector, config, client, data string // paths

	traffic bool // play visitors
}

func parseFlags() options {
	var o options
	flag.StringVar(&o.shop, "shop", "localhost:8080", "`address` of the shop")
	flag.StringVar(&o.rum, "rum", "localhost:4319", "`address` of the rum receiver")
	flag.StringVar(&o.view, "view", "localhost:8890", "`address` of the live page")
	flag.StringVar(&o.metrics, "metrics", "localhost:8889", "`address` of the Prometheus page")
	flag.StringVar(&o.health, "health", "localhost:13133", "`address` of the collector's health check")
	flag.StringVar(&o.telemetry, "telemetry", "localhost:8888", "`address` of the collector's own metrics")
	flag.StringVar(&o.collector, "collector", "dist/otelcol-rum", "`path` of the collector")
	flag.StringVar(&o.config, "config", "examples/configs/demo.yaml", "`path` of the collector's configuration")
	flag.StringVar(&o.client, "client", "jsclient/dist/rum.full.iife.js", "`path` of the browser client")
	flag.StringVar(&o.data, "data", "examples/demo/data", "`folder` for what arrives")
	flag.BoolVar(&o.traffic, "traffic", false, "play some hundred visitors: slow phones, a heavier picture and an error in version 1.1.0")
	flag.Parse()
	return o
}

// run starts everything, says what to open, and ends everything when ctx ends or a part fails.
func run(ctx context.Context, o options, out io.Writer) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	collector, err := startCollector(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, collector.stop()) }()

	shop := &http.Server{Addr: o.shop, Handler: newShop(o), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 2)
	go func() { failed <- serve(shop) }()
	if o.traffic {
		go func() { failed <- newTraffic(o, 1).run(ctx) }()
	}
	defer func() { err = errors.Join(err, shop.Close()) }()

	fmt.Fprint(out, welcome(o))
	select {
	case <-ctx.Done():
		fmt.Fprintln(out, "\nEnding the shop and the collector.")
		return nil
	case err := <-failed:
		return err
	case <-collector.ended:
		return collector.explain("the collector ended by itself")
	}
}

// serve returns why the shop ended.
func serve(shop *http.Server) error {
	return fmt.Errorf("serve the shop: %w", shop.ListenAndServe())
}

// check says plainly what is missing or in the way before anything is started.
func (o options) check() error {
	for _, path := range []string{o.collector, o.config, o.client} {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("%s is missing: run `make run` in the root of the repository, which builds it first", path)
		}
	}
	return errors.Join(
		free(o.shop, "the shop"),
		free(o.rum, "the rum receiver"),
		free(o.view, "the live page"),
		free(o.metrics, "the Prometheus page"),
		free(o.health, "the collector's health check"),
		free(o.telemetry, "the collector's own metrics"),
	)
}

func welcome(o options) string {
	return fmt.Sprintf(`
  otelcol-rum demo

    shop        http://%[1]s            open this and click around
    live page   http://%[4]s            which page hurts, whom, and why
    metrics     http://%[2]s/metrics    look for browser_web_vital and rum_budget
    files       %[3]s/logs.jsonl, metrics.jsonl: OTLP as JSON
    log         %[3]s/collector.log

  Things to try
    home        the picture comes late (LCP) and a banner pushes the page down (CLS)
    product     "Add to cart" blocks the page (INP); "Reviews" changes the route without a load
    checkout    "Apply code" rejects a promise, "Estimate delivery" throws

  Events show on the live page within seconds, metrics once a value has settled (5 s after its
  last report). Ctrl-C ends it all.

`, o.shop, o.metrics, o.data, o.view)
}
