package script

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func get(t *testing.T, headers map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/rum.js", nil)
	for key, value := range headers {
		request.Header.Set(key, value)
	}
	response := httptest.NewRecorder()
	Handler().ServeHTTP(response, request)
	return response
}

func TestEveryEncodingIsTheSameScript(t *testing.T) {
	for accept, tc := range map[string]struct {
		encoding string
		decode   func(io.Reader) io.Reader
	}{
		"gzip, deflate, br, zstd": {"br", func(r io.Reader) io.Reader { return brotli.NewReader(r) }},
		"br;q=0, gzip;q=0.5": {"gzip", func(r io.Reader) io.Reader {
			zipped, err := gzip.NewReader(r)
			require.NoError(t, err)
			return zipped
		}},
		"":       {"", func(r io.Reader) io.Reader { return r }},
		"nobr":   {"", func(r io.Reader) io.Reader { return r }},
		"br;q=0": {"", func(r io.Reader) io.Reader { return r }},
	} {
		t.Run(accept, func(t *testing.T) {
			response := get(t, map[string]string{"Accept-Encoding": accept})
			assert.Equal(t, 200, response.Code)
			assert.Equal(t, tc.encoding, response.Header().Get("Content-Encoding"))
			assert.Equal(t, "Accept-Encoding", response.Header().Get("Vary"))
			assert.Contains(t, response.Header().Get("Content-Type"), "text/javascript")
			body, err := io.ReadAll(tc.decode(response.Body))
			require.NoError(t, err)
			assert.Equal(t, string(source), string(body))
		})
	}
}

func TestTheScriptIsTheMinifiedClient(t *testing.T) {
	assert.Contains(t, string(source), "globalThis.RUM=", "the IIFE build with its global")
	assert.NotContains(t, string(source), "sourceMappingURL", "the map is not served")
}

func TestBrowsersKeepTheScriptAndAskWhetherItChanged(t *testing.T) {
	response := get(t, nil)
	assert.Equal(t, "public, max-age=3600", response.Header().Get("Cache-Control"))
	again := get(t, map[string]string{"If-None-Match": response.Header().Get("ETag")})
	assert.Equal(t, http.StatusNotModified, again.Code)
	assert.Zero(t, again.Body.Len())
	assert.Equal(t, 200, get(t, map[string]string{"If-None-Match": `"other"`}).Code)
}

func TestHEADHasNoBody(t *testing.T) {
	response := httptest.NewRecorder()
	Handler().ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), http.MethodHead, "/rum.js", nil))
	assert.Equal(t, 200, response.Code)
	assert.Zero(t, response.Body.Len())
	assert.NotEmpty(t, response.Header().Get("Content-Length"))
}
