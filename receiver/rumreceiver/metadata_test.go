package rumreceiver_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/attempt"
)

// clicks is a body with a click of each session.
func clicks(app string, sessions ...string) string {
	body := "["
	for i, session := range sessions {
		if i > 0 {
			body += ","
		}
		body += fmt.Sprintf(`{"type":"interaction","name":"buy","value":1,"timestamp":%d,"url":"https://shop.example/","sessionId":%q,"tags":{"app":%q}}`, time.Now().UnixMilli(), session, app)
	}
	return body + "]"
}

// handed is the client metadata that came with each delivery, by its keys, and sorted.
func handed(t *testing.T, sink *consumertest.LogsSink) (all []string) {
	t.Helper()
	for _, ctx := range sink.Contexts() {
		info := client.FromContext(ctx)
		assert.Nil(t, info.Addr, "a queue on disk keeps what the context has")
		line := ""
		for _, key := range slices.Sorted(info.Metadata.Keys()) {
			line += fmt.Sprintf("%s=%s ", key, info.Metadata.Get(key))
		}
		all = append(all, line)
	}
	return all
}

func TestSessionAndApplicationGoWithTheRecordsAndNothingElse(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"one session", clicks("shop", "s-1", "s-1"), "rum.application=[shop] rum.session.id=[s-1] "},
		{"an event without one", clicks("shop", "s-1", ""), "rum.application=[shop] rum.session.id=[s-1] "},
		{"several sessions", clicks("shop", "s-1", "s-2", "s-1"), "rum.application=[shop] "},
		{"no session", clicks("shop", ""), "rum.application=[shop] "},
		{"no application", clicks("", "s-1"), "rum.application=[unknown_service] rum.session.id=[s-1] "},
	} {
		t.Run(test.name, func(t *testing.T) {
			logs := new(consumertest.LogsSink)
			s := newSite(t, "", logs, new(consumertest.MetricsSink)).start()
			status, _, answer := s.send("/v1/rum", test.body, "Rum.Session.Id", "forged")
			require.Equal(t, http.StatusOK, status, answer)
			assert.Equal(t, []string{test.want}, handed(t, logs))
		})
	}
}

// As the sampler behind it needs it: a batch that is sent again is the same one, also to another receiver.
func TestTheBatchHasOneNameAtEachAttempt(t *testing.T) {
	names := func(config string, sends ...[2]string) (all []uint64) { // path and body
		logs := new(refusingLogs)
		s := newSite(t, config, logs, new(consumertest.MetricsSink)).start()
		for _, send := range sends {
			status, _, answer := s.send(send[0], send[1])
			require.Equal(t, http.StatusServiceUnavailable, status, answer)
		}
		return logs.batches
	}
	const keys = "applications: [{name: north, keys: [key-n]}, {name: south, keys: [key-s]}]"
	a, b := clicks("shop", "s-1"), clicks("shop", "s-2")
	all := names(keys, [2]string{"/v1/rum/key-n", a}, [2]string{"/v1/rum/key-n", b}, [2]string{"/v1/rum/key-n", a}, [2]string{"/v1/rum/key-s", a})
	require.Len(t, all, 4)
	assert.NotZero(t, all[0])
	assert.NotEqual(t, all[0], all[1])
	assert.Equal(t, all[0], all[2])
	assert.NotEqual(t, all[0], all[3], "of another application")
	assert.Equal(t, all[:1], names(keys, [2]string{"/v1/rum/key-n", a}))
}

// refusingLogs remembers the names of batches.
type refusingLogs struct {
	consumertest.LogsSink
	batches []uint64
}

func (r *refusingLogs) ConsumeLogs(ctx context.Context, _ plog.Logs) error {
	r.batches = append(r.batches, attempt.Batch(ctx))
	return errors.New("queue is full")
}

func TestTheApplicationOfTheMetadataIsThatOfTheKey(t *testing.T) {
	logs := new(consumertest.LogsSink)
	s := newSite(t, "applications: [{name: north, keys: [key-n]}]", logs, new(consumertest.MetricsSink)).start()
	status, _, answer := s.send("/v1/rum/key-n", clicks("page", "s-1"))
	require.Equal(t, http.StatusOK, status, answer)
	assert.Equal(t, []string{"rum.application=[north] rum.session.id=[s-1] "}, handed(t, logs), "not what the page says")
}

func TestHeadersThatAreAskedForDoNotPassForTheReceiversMetadata(t *testing.T) {
	logs := new(consumertest.LogsSink)
	s := newSite(t, "include_metadata: true", logs, new(consumertest.MetricsSink)).start()
	status, _, answer := s.send("/v1/rum", clicks("shop", "s-1", "s-2"), "X-Tenant", "acme", "Rum.Session.Id", "forged", "Rum.Application", "forged")
	require.Equal(t, http.StatusOK, status, answer)
	require.Len(t, logs.Contexts(), 1)
	metadata := client.FromContext(logs.Contexts()[0]).Metadata
	assert.Equal(t, []string{"acme"}, metadata.Get("x-tenant"))
	assert.Equal(t, []string{"shop"}, metadata.Get("rum.application"))
	assert.Empty(t, metadata.Get("rum.session.id"))
}
