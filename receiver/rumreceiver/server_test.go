package rumreceiver

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// server is a bench that listens.
type server struct {
	*bench
	address string
}

func newServer(t *testing.T, options ...option) *server {
	t.Helper()
	address := distrotest.Address(t)
	options = append(options, withConfig(func(cfg *Config) { cfg.HTTP.NetAddr.Endpoint = address }))
	return &server{bench: newBench(t, options...), address: address}
}

// do sends a request and returns status, headers and body.
func (s *server) do(method string, body io.Reader, headers map[string]string) (int, http.Header, string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.address+"/v1/rum", body)
	require.NoError(s.t, err)
	for key, value := range headers {
		request.Header.Set(key, value)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	answered, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return response.StatusCode, response.Header, string(answered)
}

func TestCompressedBodiesAreTaken(t *testing.T) {
	s := newServer(t)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err := io.WriteString(w, lcp("gzip", 1))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	encoder, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	for encoding, body := range map[string][]byte{
		"gzip": zipped.Bytes(),
		"zstd": encoder.EncodeAll([]byte(lcp("zstd", 1)), nil),
		"":     []byte(lcp("plain", 1)),
	} {
		status, _, answered := s.do(http.MethodPost, bytes.NewReader(body), map[string]string{"Content-Encoding": encoding})
		assert.Equal(t, 200, status, encoding)
		assert.JSONEq(t, `{"received":1}`, answered)
	}
}

func TestBodiesPastTheBoundAreRefused(t *testing.T) {
	s := newServer(t)
	large := strings.Repeat(" ", 2<<20)
	for name, tc := range map[string]struct {
		body    io.Reader
		headers map[string]string
	}{
		"Declared": {strings.NewReader(large), nil},
		"Chunked":  {io.MultiReader(strings.NewReader(large)), nil},
		"Bomb":     {bytes.NewReader(bombs(t)["gzip"]), map[string]string{"Content-Encoding": "gzip"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, answered := s.do(http.MethodPost, tc.body, tc.headers)
			assert.Equal(t, 413, status)
			assert.Contains(t, answered, `"reason":"too_large"`)
			assert.Contains(t, answered, `"limit":1048576`)
		})
	}
}

func TestGzipThatNobodyDeclaresIsKnownByItsFirstBytes(t *testing.T) {
	zipped := func(text string) io.Reader {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		_, err := io.WriteString(w, text)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return &out
	}
	t.Run("Taken", func(t *testing.T) {
		s := newServer(t)
		status, _, answered := s.do(http.MethodPost, zipped(lcp("sniffed", 1)), map[string]string{"Content-Type": "text/plain"})
		assert.Equal(t, 200, status, answered)
		assert.JSONEq(t, `{"received":1}`, answered)
	})
	t.Run("BoundedLikeAnyOther", func(t *testing.T) {
		s := newServer(t)
		growth := heapGrowth(func() {
			status, _, answered := s.do(http.MethodPost, bytes.NewReader(bombs(t)["gzip"]), nil)
			assert.Equal(t, 413, status)
			assert.Contains(t, answered, `"reason":"too_large"`)
			assert.Contains(t, answered, `"limit":1048576`)
		})
		assert.Less(t, growth, int64(4<<20))
		status, _, _ := s.do(http.MethodPost, strings.NewReader(lcp("after", 1)), nil)
		assert.Equal(t, 200, status)
	})
	t.Run("CutOff", func(t *testing.T) {
		s := newServer(t)
		status, _, answered := s.do(http.MethodPost, io.LimitReader(zipped(lcp("cut", 1)), 30), nil)
		assert.Equal(t, 400, status)
		assert.Contains(t, answered, `"reason":"bad_encoding"`)
	})
	t.Run("NotWhenGzipIsNotTaken", func(t *testing.T) {
		s := newServer(t, withConfig(func(cfg *Config) { cfg.HTTP.CompressionAlgorithms = []string{"", "zstd"} }))
		status, _, answered := s.do(http.MethodPost, zipped(lcp("sniffed", 1)), nil)
		assert.Equal(t, 400, status)
		assert.Contains(t, answered, `"reason":"bad_json"`)
	})
}

func TestUnknownAndBrokenEncodingsAreRefusedInOurWords(t *testing.T) {
	s := newServer(t)
	status, headers, answered := s.do(http.MethodPost, strings.NewReader("compressed"), map[string]string{"Content-Encoding": "br"})
	assert.Equal(t, 415, status)
	assert.Contains(t, answered, `"reason":"unknown_encoding"`)
	assert.Equal(t, "deflate, gzip, lz4, snappy, x-gzip, x-snappy-framed, zlib, zstd", headers.Get("Accept-Encoding"))
	status, _, answered = s.do(http.MethodPost, strings.NewReader("not compressed"), map[string]string{"Content-Encoding": "gzip"})
	assert.Equal(t, 400, status)
	assert.Contains(t, answered, `"reason":"bad_encoding"`)
}

// A page that is left in the middle of a request is the most common fault of all.
func TestABodyThatBreaksOffIsNamedSoWhateverItsEncoding(t *testing.T) {
	s := newServer(t, everyEncoding)
	half := map[string]string{"": "[", "gzip": string(bombs(t)["gzip"][:100]), "zstd": string(bombs(t)["zstd"][:10])}
	for encoding, body := range half {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.address)
		require.NoError(t, err)
		_, err = io.WriteString(connection, "POST /v1/rum HTTP/1.1\r\nHost: x\r\nContent-Encoding: "+encoding+"\r\nContent-Length: 1000\r\n\r\n"+body)
		require.NoError(t, err)
		require.NoError(t, connection.(*net.TCPConn).CloseWrite())
		answered, err := io.ReadAll(connection)
		require.NoError(t, err)
		assert.Contains(t, string(answered), `"reason":"incomplete_body"`, encoding)
		require.NoError(t, connection.Close())
	}
	assert.EqualValues(t, len(half), s.labelled("requests", "outcome", "incomplete_body"))
}

func TestCORSAnswersWhatBrowsersNeed(t *testing.T) {
	s := newServer(t, withConfig(func(cfg *Config) {
		cors := cfg.HTTP.CORS.GetOrInsertDefault()
		cors.AllowedOrigins = []string{"https://shop.example"}
	}))
	status, headers, _ := s.do(http.MethodOptions, nil, map[string]string{
		"Origin": "https://shop.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type",
	})
	assert.Equal(t, 204, status)
	assert.Equal(t, "https://shop.example", headers.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "7200", headers.Get("Access-Control-Max-Age"), "or browsers ask again every five seconds")

	_, headers, _ = s.do(http.MethodPost, strings.NewReader(lcp("a", 1)), map[string]string{"Origin": "https://shop.example"})
	assert.Equal(t, "true", headers.Get("Access-Control-Allow-Credentials"), "sendBeacon sends credentials")
	assert.Equal(t, "Retry-After", headers.Get("Access-Control-Expose-Headers"))

	_, headers, _ = s.do(http.MethodPost, strings.NewReader(lcp("b", 1)), map[string]string{"Origin": "https://evil.example"})
	assert.Empty(t, headers.Get("Access-Control-Allow-Origin"))

	assert.Zero(t, s.labelled("requests", "outcome", "preflight_refused"))
	for _, refused := range []map[string]string{
		{"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
		{"Origin": "https://shop.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-of-nobody"},
	} {
		status, _, _ = s.do(http.MethodOptions, nil, refused)
		assert.Equal(t, 204, status)
	}
	assert.EqualValues(t, 2, s.labelled("requests", "outcome", "preflight_refused"), "or nobody sees that pages may not send")
}

func TestAPreflightOfFaroIsAnsweredWithTheHeadersThatItSends(t *testing.T) {
	for named, want := range map[bool]string{true: "content-type,idempotency-key,x-api-key,x-faro-session-id", false: ""} {
		s := newServer(t, withConfig(func(cfg *Config) {
			cfg.HTTP.CORS.GetOrInsertDefault().AllowedOrigins = []string{"https://shop.example"}
			if named {
				cfg.Protocols.turnOn("faro")
			}
		}))
		_, headers, _ := s.do(http.MethodOptions, nil, map[string]string{
			"Origin": "https://shop.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,idempotency-key,x-api-key,x-faro-session-id",
		})
		assert.Equal(t, want, headers.Get("Access-Control-Allow-Headers"))
	}
}

// Tracers of the page and gateways of tenants add headers to whatever is sent; without leave a browser sends nothing.
func TestPreflightsAllowWhatPagesAndGatewaysAdd(t *testing.T) {
	for _, keyed := range []bool{false, true} {
		s := newServer(t, withConfig(func(cfg *Config) {
			cfg.HTTP.CORS.GetOrInsertDefault().AllowedOrigins = []string{"https://shop.example"}
			cfg.HTTP.CORS.Get().AllowedHeaders = []string{"X-Own"}
			if keyed {
				cfg.Applications = []ApplicationConfig{{Name: "shop", Keys: []configopaque.String{"k"}}}
			}
		}))
		for _, headers := range []string{"content-type", "traceparent", "tracestate", "baggage", "x-scope-orgid", "b3", "x-b3-sampled,x-b3-spanid,x-b3-traceid", "uber-trace-id", "baggage,sentry-trace", "x-datadog-origin,x-datadog-parent-id", "x-own", "baggage,content-type,traceparent,tracestate,x-scope-orgid", "content-type,x-api-key"} {
			_, answered, _ := s.do(http.MethodOptions, nil, map[string]string{
				"Origin": "https://shop.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": headers,
			})
			want := headers
			if strings.Contains(headers, "x-api-key") && !keyed {
				want = ""
			}
			assert.Equal(t, want, answered.Get("Access-Control-Allow-Headers"), keyed)
		}
	}
}

func TestTheScriptMayBeEmbeddedWithItsHash(t *testing.T) {
	s := newServer(t, withConfig(func(cfg *Config) {
		cfg.HTTP.CORS.GetOrInsertDefault().AllowedOrigins = []string{"https://shop.example"}
	}))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.address+"/rum.js", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Origin", "https://shop.example")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	assert.Equal(t, "https://shop.example", response.Header.Get("Access-Control-Allow-Origin"), "crossorigin, which an integrity hash needs")
	assert.Contains(t, response.Header.Values("Vary"), "Origin")
}

func TestOriginsOfApplicationsCanReadTheirAnswers(t *testing.T) {
	application := func(name, key string, origins ...string) ApplicationConfig {
		return ApplicationConfig{
			Name: name, Keys: []configopaque.String{configopaque.String(key)}, AllowedOrigins: origins,
			RateLimit: RateLimitConfig{EventsPerSecond: 0.001, Burst: 1},
		}
	}
	s := newServer(t, withConfig(func(cfg *Config) {
		cfg.Applications = []ApplicationConfig{
			application("shop", "shop-key", "https://shop.example", "https://*.shop.example"),
			application("blog", "blog-key", "*"),
		}
	}))
	send := func(key, origin string) (int, http.Header) {
		status, headers, _ := s.do(http.MethodPost, strings.NewReader(lcp(origin, 1)), map[string]string{"Origin": origin, "X-Api-Key": key})
		return status, headers
	}
	status, _ := send("shop-key", "https://shop.example")
	assert.Equal(t, 200, status)
	status, headers := send("shop-key", "https://www.shop.example")
	assert.Equal(t, 429, status)
	assert.NotEmpty(t, headers.Get("Retry-After"))
	assert.Equal(t, "https://www.shop.example", headers.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "true", headers.Get("Access-Control-Allow-Credentials"))
	assert.Equal(t, "Retry-After", headers.Get("Access-Control-Expose-Headers"))

	status, headers = send("blog-key", "https://anywhere.example")
	assert.Equal(t, 200, status)
	assert.Equal(t, "https://anywhere.example", headers.Get("Access-Control-Allow-Origin"), "* is no answer to a request with credentials")
	status, _ = send("shop-key", "https://anywhere.example")
	assert.Equal(t, 403, status, "CORS answers, the gate decides")

	assert.False(t, s.cfg.HTTP.CORS.HasValue(), "the configuration stays as it is given")
}

func TestOriginsOfCORSAndOfApplicationsAreJoined(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	assert.False(t, cfg.server().CORS.HasValue(), "no origin is allowed unless it is named")
	cfg.HTTP.CORS.GetOrInsertDefault().AllowedOrigins = []string{"https://b.example", "https://a.example"}
	cfg.Applications = []ApplicationConfig{{AllowedOrigins: []string{"https://a.example", "https://c.example"}}, {}}
	server := cfg.server()
	assert.Equal(t, []string{"https://a.example", "https://b.example", "https://c.example"}, server.CORS.Get().AllowedOrigins)
	assert.Equal(t, []string{"https://b.example", "https://a.example"}, cfg.HTTP.CORS.Get().AllowedOrigins)
	assert.Equal(t, defaultPreflightAge, server.CORS.Get().MaxAge)
}

func TestHeadersPastTheBoundAreRefused(t *testing.T) {
	s := newServer(t)
	status, _, _ := s.do(http.MethodPost, strings.NewReader(lcp("cookies", 1)), map[string]string{"Cookie": strings.Repeat("x", 50<<10)})
	assert.Equal(t, 200, status, "a site may have many cookies")
	status, _, _ = s.do(http.MethodPost, strings.NewReader(lcp("a", 1)), map[string]string{"Cookie": strings.Repeat("x", 80<<10)})
	assert.Equal(t, 431, status)
}

func TestWhatStrangersDoIsNotInTheLog(t *testing.T) {
	logging, lines := observed()
	b := newBench(t, logging)
	server, err := b.newServer(t.Context(), b.front, nil)
	require.NoError(t, err)
	server.ErrorLog.Print("http: TLS handshake error from 192.0.2.1:1: EOF")
	server.ErrorLog.Print("http: panic serving 192.0.2.1:1: boom")
	assert.Equal(t, 1, lines.FilterLevelExact(zap.DebugLevel).FilterMessageSnippet("handshake").Len())
	assert.Equal(t, 1, lines.FilterLevelExact(zap.ErrorLevel).FilterMessageSnippet("panic").Len())
}

func TestAPortInUseIsSaid(t *testing.T) {
	s := newServer(t)
	second := *s.cfg
	r, err := newReceiver(&second, s.settings)
	require.NoError(t, err)
	err = r.Start(t.Context(), nopHost{})
	assert.ErrorContains(t, err, s.address)
	require.NoError(t, r.Shutdown(t.Context()))
}
