package front

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/encoding"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/intake"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// lines is a format made up for these tests, as docs/adding-a-protocol.md has it: a text on each line is an event. It is
// sent with GET as well, has its key in a header of its own, and answers in plain text.
func lines() protocol.Protocol {
	return protocol.Protocol{
		Name:         "lines",
		DefaultPaths: []string{"/lines"},
		Methods:      []string{http.MethodGet, http.MethodPost},
		Headers:      []string{"X-Lines-Key"},
		Key:          func(req *http.Request) string { return req.Header.Get("X-Lines-Key") },
		New: func([]string) protocol.Decode {
			return func(facts protocol.Facts, body []byte, _ beacon.Limits) ([]beacon.Beacon, error) {
				if facts.Method == http.MethodGet {
					body = []byte(facts.Query)
				}
				if len(body) == 0 {
					return nil, &beacon.Rejection{Reason: beacon.ReasonEmptyBody, Detail: "no line"}
				}
				b := beacon.Beacon{Pages: []beacon.Page{{}}}
				for i, line := range bytes.Split(body, []byte("\n")) {
					if len(line) == 0 {
						b.Refuse(i, beacon.ReasonBadEvent, "")
						continue
					}
					b.Events = append(b.Events, beacon.Event{Index: i, Count: 1, Payload: &beacon.Click{}})
				}
				return []beacon.Beacon{b}, nil
			}
		},
		Encode: func(_ protocol.Facts, status int, answer protocol.Answer) protocol.Response {
			return protocol.Response{Status: status, ContentType: "text/plain", Body: fmt.Appendf(nil, "%d %s", answer.Received, answer.Reason)}
		},
	}
}

// fakeIntake answers as the test says.
type fakeIntake struct {
	result  intake.Result
	err     error
	batches []*intake.Batch
}

func (*fakeIntake) Prepare(context.Context, *intake.Batch) error { return nil }

func (f *fakeIntake) Deliver(_ context.Context, batch *intake.Batch) (intake.Result, error) {
	f.batches = append(f.batches, batch)
	return f.result, f.err
}

// newFront is one of the format above, with a key.
func newFront(t *testing.T, in Intake, changes ...func(*admit.Settings, *Settings)) *Front {
	t.Helper()
	reader := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, reader.Shutdown(context.WithoutCancel(t.Context()))) })
	books, err := telemetry.New(reader.NewTelemetrySettings())
	require.NoError(t, err)
	settings := admit.DefaultSettings()
	settings.Applications = []admit.Application{{Name: "shop", Keys: []string{"k", "with/slash"}}}
	of := Settings{
		Routes: []Route{{Protocol: lines(), Paths: []string{"/lines"}}}, Keyed: true, MaxBody: 1 << 10, Encodings: "gzip",
		Decoders: encoding.Decoders(), SniffGzip: true, Pace: admit.DefaultPace(),
		Limits: beacon.DefaultLimits(), WriteTimeout: 20 * time.Second, Now: time.Now,
	}
	for _, change := range changes {
		change(&settings, &of)
	}
	gate, err := admit.New(settings)
	require.NoError(t, err)
	return New(of, gate, in, books)
}

func ask(f *Front, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	response := httptest.NewRecorder()
	f.ServeHTTP(response, req)
	return response
}

func TestAFormatSaysItsMethodsItsKeyAndItsAnswers(t *testing.T) {
	in := &fakeIntake{result: intake.Result{Taken: 2}}
	f := newFront(t, in)
	for name, response := range map[string]*httptest.ResponseRecorder{
		"KeyOfItsOwn": ask(f, http.MethodPost, "/lines", "a\nb", "X-Lines-Key", "k"),
		"KeyInPath":   ask(f, http.MethodPost, "/lines/with%2Fslash", "a\nb"),
		"KeyInQuery":  ask(f, http.MethodGet, "/lines?key=k", ""),
		"SlashBehind": ask(f, http.MethodPost, "/lines/", "a\nb", "X-Api-Key", "k"),
	} {
		assert.Equal(t, 200, response.Code, name)
		assert.Equal(t, "2 ", response.Body.String(), name)
		assert.Equal(t, "text/plain", response.Header().Get("Content-Type"), name)
	}
	require.Len(t, in.batches, 4)
	for _, batch := range in.batches {
		assert.Equal(t, "lines", batch.Protocol)
		assert.Equal(t, "shop", batch.Application.Name)
		assert.Positive(t, batch.Timeout)
		assert.LessOrEqual(t, batch.Timeout, 18*time.Second, "less than the write timeout")
	}
	response := ask(f, http.MethodPut, "/lines?key=k", "a")
	assert.Equal(t, 405, response.Code)
	assert.Equal(t, "GET, POST", response.Header().Get("Allow"))
	assert.Equal(t, "0 method_not_allowed", response.Body.String())
}

func TestEveryRefusalHasItsStatusAndItsHeaders(t *testing.T) {
	again := func(reason beacon.Reason, after time.Duration) error {
		return &intake.Refusal{Reason: reason, Again: true, After: after}
	}
	for name, tc := range map[string]struct {
		path, body string
		err        error
		status     int
		header     [2]string
	}{
		"NoKey":           {"/lines", "a", nil, 401, [2]string{"Www-Authenticate", challenge}},
		"NoPath":          {"/other", "a", nil, 404, [2]string{}},
		"TooLarge":        {"/lines/k", strings.Repeat("a", 2000), nil, 413, [2]string{}},
		"Empty":           {"/lines/k", "", nil, 400, [2]string{}},
		"NothingGood":     {"/lines/k", "\n", nil, 400, [2]string{}},
		"Unavailable":     {"/lines/k", "a", again(beacon.ReasonUnavailable, 0), 503, [2]string{"Retry-After", "5"}},
		"AskedFor":        {"/lines/k", "a", again(beacon.ReasonUnavailable, 90*time.Second), 503, [2]string{"Retry-After", "90"}},
		"Throttled":       {"/lines/k", "a", again(beacon.ReasonThrottled, 1500*time.Millisecond), 429, [2]string{"Retry-After", "2"}},
		"Invalid":         {"/lines/k", "a", &intake.Refusal{Reason: beacon.ReasonInvalid}, 400, [2]string{"Retry-After", ""}},
		"Unauthenticated": {"/lines/k", "a", &intake.Refusal{Reason: beacon.ReasonUnauthenticated}, 401, [2]string{"Www-Authenticate", challenge}},
		"Denied":          {"/lines/k", "a", &intake.Refusal{Reason: beacon.ReasonDenied}, 403, [2]string{}},
		"Unsupported":     {"/lines/k", "a", &intake.Refusal{Reason: beacon.ReasonUnsupported}, 404, [2]string{}},
		"Permanent":       {"/lines/k", "a", &intake.Refusal{Reason: beacon.ReasonPermanent}, 500, [2]string{"Retry-After", ""}},
		"ABug":            {"/lines/k", "a", errors.New("s3cret"), 500, [2]string{"Retry-After", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			response := ask(newFront(t, &fakeIntake{err: tc.err}), http.MethodPost, tc.path, tc.body)
			assert.Equal(t, tc.status, response.Code, response.Body.String())
			assert.Equal(t, tc.header[1], response.Header().Get(tc.header[0]))
			assert.NotContains(t, response.Body.String(), "s3cret")
		})
	}
}

func TestTheWireProtocolHasTheStatusOfEachReason(t *testing.T) {
	text, err := os.ReadFile("../../../../testdata/beacon/README.md")
	require.NoError(t, err)
	rows := regexp.MustCompile("(?m)^\\| (\\d+) \\| `(\\w+)` \\|").FindAllStringSubmatch(string(text), -1)
	for _, row := range rows {
		assert.Equal(t, row[1], strconv.Itoa(statusOf(beacon.Reason(row[2]))), row[2])
		assert.Regexp(t, `(?m)^\| [^|]*\b`+row[1]+`\b[^|]*\| .\{"received"`, string(text), "and it is among the answers")
	}
	assert.Greater(t, len(rows), 20)
}

func TestWhatConfighttpRefusesIsAnsweredInTheWordsOfTheFormat(t *testing.T) {
	f := newFront(t, &fakeIntake{})
	for status, want := range map[int]struct {
		status int
		answer string
	}{
		http.StatusUnauthorized:          {401, "0 unauthorized"},
		http.StatusRequestEntityTooLarge: {413, "0 too_large"},
	} {
		response := httptest.NewRecorder()
		f.ServeError(response, httptest.NewRequest(http.MethodPost, "/lines/k", nil), "s3cret", status)
		assert.Equal(t, want.status, response.Code)
		assert.Equal(t, want.answer, response.Body.String())
	}
}

func TestContentEncodingsAreReadAsHTTPSaysIt(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err := io.WriteString(w, "a\nb")
	require.NoError(t, err)
	require.NoError(t, w.Close())
	for coding, tc := range map[string]struct {
		body   string
		status int
	}{
		"gzip":     {zipped.String(), 200},
		"GZIP":     {zipped.String(), 200},
		" X-GZip ": {zipped.String(), 200},
		"":         {zipped.String(), 200},
		"identity": {"a\nb", 200},
		"Identity": {"a\nb", 200},
		"br":       {"a\nb", 415},
		"gzip, br": {zipped.String(), 415},
		"zstd":     {"a\nb", 400},
	} {
		in := &fakeIntake{result: intake.Result{Taken: 2}}
		response := ask(newFront(t, in), http.MethodPost, "/lines/k", tc.body, "Content-Encoding", coding)
		assert.Equal(t, tc.status, response.Code, coding)
		switch tc.status {
		case 415:
			assert.Equal(t, "0 unknown_encoding", response.Body.String())
			assert.Equal(t, "gzip", response.Header().Get("Accept-Encoding"))
		case 200:
			require.Len(t, in.batches, 1)
			assert.Equal(t, 2, in.batches[0].Beacons[0].Received(), coding)
		}
	}
}

func TestADeliveryMayTakeAsLongAsSomebodyHearsOfIt(t *testing.T) {
	for _, tc := range []struct{ write, spent, want time.Duration }{
		{0, time.Hour, maxDelivery},
		{time.Hour, time.Minute, maxDelivery},
		{30 * time.Second, 20 * time.Second, 7 * time.Second},
		{time.Second, time.Second, -100 * time.Millisecond},
	} {
		f := Front{settings: Settings{WriteTimeout: tc.write}}
		assert.Equal(t, tc.want, f.deliveryTimeout(tc.spent))
	}
}
