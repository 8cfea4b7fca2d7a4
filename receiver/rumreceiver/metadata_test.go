package rumreceiver_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/consumer/consumertest"
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
