package rumreceiver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/aggregate"
)

// A site with thousands of series is not delivered at once: gRPC servers refuse what is larger than 4 MiB, for good, and each
// cumulative flush would be as large as the one before. What one part is refused for is no loss of the others.
func TestALargeSiteIsDeliveredInParts(t *testing.T) {
	const pages = 5000
	for _, temporality := range []aggregate.Temporality{aggregate.Cumulative, aggregate.Delta} {
		for name, tc := range map[string]struct {
			refusal error
			lost    map[aggregate.Temporality]bool
		}{
			"none":      {},
			"retryable": {refusal: errors.New("the queue is full")},
			"permanent": {consumererror.NewPermanent(errors.New("no")), map[aggregate.Temporality]bool{aggregate.Delta: true}},
		} {
			t.Run(string(temporality)+"/"+name, func(t *testing.T) {
				sink, calls, lost := new(consumertest.MetricsSink), 0, 0
				next, err := consumer.NewMetrics(func(ctx context.Context, metrics pmetric.Metrics) error {
					assert.LessOrEqual(t, metrics.DataPointCount(), maxPoints)
					if calls++; calls == 2 && tc.refusal != nil {
						if tc.lost[temporality] {
							lost = metrics.DataPointCount()
						}
						return tc.refusal
					}
					return sink.ConsumeMetrics(ctx, metrics)
				})
				require.NoError(t, err)
				b := siteOf(t, pages, temporality, next)
				err = b.rumReceiver.metrics.flush(t.Context(), b.aggregate.Collect(noon))
				if tc.refusal == nil {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, tc.refusal)
					require.ErrorContains(t, err, " of 5000 data points")
				}
				require.NoError(t, b.rumReceiver.metrics.flush(t.Context(), b.aggregate.Collect(noon.Add(time.Minute))))
				assert.Equal(t, pages-lost, distinctViews(t, sink, temporality))
			})
		}
	}
}

// A queue that is bounded in bytes refuses what is larger than itself, whenever it comes, and says that it is full.
func TestAQueueSmallerThanAPartGetsSmallerOnes(t *testing.T) {
	const pages = 5000
	for _, temporality := range []aggregate.Temporality{aggregate.Cumulative, aggregate.Delta} {
		t.Run(string(temporality), func(t *testing.T) {
			sink := new(consumertest.MetricsSink)
			next, err := consumer.NewMetrics(func(ctx context.Context, metrics pmetric.Metrics) error {
				if metrics.DataPointCount() > 600 {
					return errors.New("the queue is full")
				}
				return sink.ConsumeMetrics(ctx, metrics)
			})
			require.NoError(t, err)
			b := siteOf(t, pages, temporality, next)
			for flush := range 2 {
				err := b.rumReceiver.metrics.flush(t.Context(), b.aggregate.Collect(noon.Add(time.Duration(flush)*time.Minute)))
				require.ErrorContains(t, err, "of 5000 data points, at most")
			}
			require.NoError(t, b.rumReceiver.metrics.flush(t.Context(), b.aggregate.Collect(noon.Add(2*time.Minute))))
			assert.Equal(t, pages, distinctViews(t, sink, temporality))
		})
	}
}

// A queue that holds two parts of four is as full at every flush, and refuses what comes last.
func TestAQueueWithoutRoomForAllPartsGetsEachNowAndThen(t *testing.T) {
	const pages = 4 * maxPoints
	sink, calls := new(consumertest.MetricsSink), 0
	next, err := consumer.NewMetrics(func(ctx context.Context, metrics pmetric.Metrics) error {
		if calls++; calls > 2 {
			return errors.New("the queue is full")
		}
		return sink.ConsumeMetrics(ctx, metrics)
	})
	require.NoError(t, err)
	b := siteOf(t, pages, aggregate.Cumulative, next)
	for flush := range 2 {
		calls = 0
		require.Error(t, b.rumReceiver.metrics.flush(t.Context(), b.aggregate.Collect(noon.Add(time.Duration(flush)*time.Minute))))
	}
	assert.Equal(t, pages, distinctViews(t, sink, aggregate.Cumulative))
}

func TestPartSize(t *testing.T) {
	f := func(story string, flushes [][2]int, want int) {
		t.Helper()
		s := newPartSize()
		for _, each := range flushes {
			s.flushed(each[0], each[1])
		}
		assert.Equal(t, want, s.points, story)
	}
	f("all is accepted", [][2]int{{2000, 0}, {300, 0}}, 2000)
	f("nothing is", [][2]int{{0, 2000}}, 1000)
	f("small ones only", [][2]int{{0, 300}}, 2000)
	f("until they are small enough", [][2]int{{0, 2000}, {0, 1000}, {500, 0}}, 500)
	f("the rest of a flush is accepted, and no full part", [][2]int{{300, 2000}}, 1000)
	f("not smaller than what was accepted", [][2]int{{600, 2000}, {600, 1000}}, 600)
	f("a backend that is away from the start", [][2]int{{0, 2000}, {0, 1000}, {0, 500}, {0, 250}}, 2000)
	f("a backend that is away later", [][2]int{{2000, 0}, {0, 2000}, {0, 2000}}, 2000)
	f("room for some", [][2]int{{2000, 2000}}, 2000)
}

// siteOf has counted one view of each of so many pages, and hands its metrics to next.
func siteOf(t *testing.T, pages int, temporality aggregate.Temporality, next consumer.Metrics) *bench {
	b := newBench(t, withMetrics(next), withConfig(func(cfg *Config) {
		cfg.Metrics.Temporality, cfg.Metrics.ZeroFor = temporality, 0
		cfg.Metrics.MaxRoutes, cfg.Metrics.MaxSeries, cfg.Routes.MaxTemplates = 2*pages, 4*pages, 2*pages
	}))
	for first := 0; first < pages; first += 100 {
		b.post(viewsOfPages(first, 100))
	}
	return b
}

func viewsOfPages(first, n int) string {
	var list, events []string
	for i := first; i < first+n; i++ {
		list = append(list, fmt.Sprintf(`{"id":"p%d","url":"https://shop.example/%s"}`, i, letters(i)))
		events = append(events, fmt.Sprintf(`{"k":"view","t":1,"p":%d}`, i-first))
	}
	return fmt.Sprintf(`{"v":1,"id":"b%d","t0":%d,"now":1000,"session":{"id":"s"},"pages":[%s],"events":[%s]}`,
		first, noon.UnixMilli(), strings.Join(list, ","), strings.Join(events, ","))
}

// letters is a segment of a path that is no identifier.
func letters(i int) string {
	return string([]byte{byte('a' + i/676), byte('a' + i/26%26), byte('a' + i%26), '/', 'x'})
}

// distinctViews are the series of page views that arrived, each with one view, and deltas once.
func distinctViews(t *testing.T, sink *consumertest.MetricsSink, temporality aggregate.Temporality) int {
	views := map[string]int64{}
	for _, metrics := range sink.AllMetrics() {
		for _, rm := range metrics.ResourceMetrics().All() {
			for _, m := range rm.ScopeMetrics().At(0).Metrics().All() {
				if m.Name() != "rum.page_views" {
					continue
				}
				for _, dp := range m.Sum().DataPoints().All() {
					route, _ := dp.Attributes().Get("url.template")
					if temporality == aggregate.Delta {
						views[route.Str()] += dp.IntValue()
					} else {
						views[route.Str()] = dp.IntValue()
					}
				}
			}
		}
	}
	for route, n := range views {
		require.EqualValues(t, 1, n, route)
	}
	return len(views)
}
