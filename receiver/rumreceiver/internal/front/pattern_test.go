package front

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/intake"
)

// varied takes the format on a path with a segment that varies, and on others behind each of its paths; its key may stand
// in the first line.
func varied(_ *admit.Settings, s *Settings) {
	route := &s.Routes[0]
	route.Paths = []string{"/lines", "/api/{project}/lines"}
	route.Protocol.Below = []string{"/v2/{track}"}
	route.Protocol.KeyInBody = func(line []byte) string {
		key, _ := bytes.CutPrefix(line, []byte("key:"))
		return string(key)
	}
	route.Protocol.Encoding = func(req *http.Request) string { return req.Header.Get("X-Encoding") }
}

func TestPathsMayHaveSegmentsThatVary(t *testing.T) {
	in := &fakeIntake{result: intake.Result{Taken: 1}}
	f := newFront(t, in, varied)
	for path, want := range map[string]int{
		"/lines": 200, "/lines/v2/a": 200, "/lines/v2/a/": 200, "/api/42/lines": 200, "/api/42/lines/": 200, "/api/a%2Fb/lines": 200, "/api/42/lines/v2/x": 200,
		"/lines/v2": 401, "/lines/v2/a/b": 404, "/api//lines": 404, "/api/42/43/lines": 404, "/api/42/other": 404, "/lines/k/v2/": 404,
	} {
		assert.Equal(t, want, ask(f, http.MethodPost, path, "a", "X-Lines-Key", "k").Code, path)
	}
	for _, path := range []string{"/lines/k/v2/a", "/api/42/lines/k", "/api/42/lines/with%2Fslash", "/api/42/lines/k/v2/x"} {
		assert.Equal(t, 200, ask(f, http.MethodPost, path, "a").Code, path)
	}
	assert.Equal(t, 401, ask(f, http.MethodPost, "/lines/wrong/v2/a", "a").Code)
}

func TestAKeyInTheBodyIsLookedForWhereThereIsNoOther(t *testing.T) {
	in := &fakeIntake{result: intake.Result{Taken: 1}}
	f := newFront(t, in, varied)
	long := strings.Repeat("x", 500)
	for _, tc := range []struct {
		body string
		want int
	}{
		{"key:k\nb", 200}, {"key:k", 200}, {"key:k\n" + long, 200}, {"key:wrong\nb", 401}, {"a\nkey:k", 401}, {"", 401}, {long, 401},
	} {
		response := ask(f, http.MethodPost, "/lines", tc.body)
		assert.Equal(t, tc.want, response.Code, tc.body)
	}
	assert.Equal(t, 401, ask(f, http.MethodPost, "/lines", "key:k", "X-Lines-Key", "wrong").Code)
	require.Len(t, in.batches, 3)
	assert.Equal(t, 6+len(long), in.batches[2].Wire, "what was looked at is still there")
}

func TestARequestMaySayItsEncodingElsewhere(t *testing.T) {
	in := &fakeIntake{result: intake.Result{Taken: 1}}
	f := newFront(t, in, varied)
	assert.Equal(t, 200, ask(f, http.MethodPost, "/lines?key=k", "a").Code)
	assert.Equal(t, 400, ask(f, http.MethodPost, "/lines?key=k", "a", "X-Encoding", "deflate").Code, "it is none")
	assert.Equal(t, 415, ask(f, http.MethodPost, "/lines?key=k", "a", "X-Encoding", "nonsense").Code)
	assert.Equal(t, 400, ask(f, http.MethodPost, "/lines?key=k", "a", "X-Encoding", "nonsense", "Content-Encoding", "gzip").Code, "the header goes before")
}
