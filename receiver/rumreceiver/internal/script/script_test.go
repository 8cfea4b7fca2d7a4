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
	return getFrom(t, "/rum.js", headers)
}

func getFrom(t *testing.T, target string, headers map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
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
			assert.Equal(t, string(ordinary), string(body))
		})
	}
}

func TestTheScriptIsTheMinifiedClient(t *testing.T) {
	for _, source := range [][]byte{ordinary, full, vercel} {
		assert.Contains(t, string(source), "globalThis.RUM=", "the IIFE build with its global")
		assert.NotContains(t, string(source), "sourceMappingURL", "the map is not served")
	}
}

func TestVercelsPackagesHaveAScriptOfTheirOwn(t *testing.T) {
	for target, want := range map[string][]byte{"/rum.js?vercel": vercel, "/rum.js?vercel=": vercel, "/rum.js?vercel=1": ordinary, "/rum.js?full=": full, "/rum.js?vercels": ordinary, "/rum.js?vercel&full": ordinary} {
		response := getFrom(t, target, nil)
		assert.Equal(t, string(want), response.Body.String(), target)
	}
	assert.Contains(t, string(vercel), "disableAutoTrack")
	assert.NotContains(t, string(ordinary), "disableAutoTrack", "nobody else pays for it")
	assert.NotEqual(t, get(t, nil).Header().Get("ETag"), getFrom(t, "/rum.js?vercel", nil).Header().Get("ETag"))
}

func TestWhatOptionsAskForIsInTheFullScript(t *testing.T) {
	f := func(target string, want []byte) {
		t.Helper()
		response := getFrom(t, target, nil)
		assert.Equal(t, string(want), response.Body.String())
		again := getFrom(t, target, map[string]string{"If-None-Match": response.Header().Get("ETag")})
		assert.Equal(t, http.StatusNotModified, again.Code)
	}
	f("/rum.js?full", full)
	f("/rum.js?v=3", ordinary)
	f("/rum.js?fuller", ordinary)
	assert.Contains(t, string(full), "securitypolicyviolation")
	assert.NotContains(t, string(ordinary), "securitypolicyviolation")
	assert.NotEqual(t, get(t, nil).Header().Get("ETag"), getFrom(t, "/rum.js?full", nil).Header().Get("ETag"))
}

func TestBrowsersKeepTheScriptAndAskWhetherItChanged(t *testing.T) {
	response := get(t, nil)
	assert.Equal(t, "public, max-age=3600, stale-while-revalidate=86400", response.Header().Get("Cache-Control"))
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

func TestTheBestWeightIsServed(t *testing.T) {
	for accept, want := range map[string]string{
		"gzip;q=1, br;q=0.5": "gzip", "gzip;q=0.5, br;q=0.9": "br", "gzip, br": "br", "GZIP": "gzip", "x-gzip": "gzip",
		"*": "br", "*;q=0.1, gzip": "gzip", "br;q=0, *": "gzip", "*;q=0": "", "gzip;q=0.000": "", "identity": "", "identity, gzip;q=0.5": "",
		"identity;q=0, gzip;q=0.1": "gzip", "identity;q=0": "", "br;q=2": "", "br;q=abc": "", "br;q=-1": "", "br;q=NaN": "", "br;level=3": "",
		"br ; q=0.8 , gzip ; q=0.2": "br", "deflate": "", ",,": "", "br;q=0.001": "br", "br;Q=0.7": "br",
	} {
		response := get(t, map[string]string{"Accept-Encoding": accept})
		assert.Equal(t, want, response.Header().Get("Content-Encoding"), accept)
		assert.Equal(t, 200, response.Code)
	}
	assert.Empty(t, get(t, nil).Header().Get("Content-Encoding"), "whoever does not ask")
}

func TestEachEncodingHasATagOfItsOwn(t *testing.T) {
	tags := map[string]string{}
	for _, accept := range []string{"br", "gzip", "identity"} {
		tags[accept] = get(t, map[string]string{"Accept-Encoding": accept}).Header().Get("ETag")
		assert.NotContains(t, tags[accept], "W/")
	}
	assert.Len(t, map[string]bool{tags["br"]: true, tags["gzip"]: true, tags["identity"]: true}, 3)
	for asked, want := range map[string]int{
		tags["br"]: 304, "W/" + tags["br"]: 304, "*": 304, `"other", ` + tags["br"]: 304, `"a,b",W/"c" , ` + tags["br"] + `, "d"`: 304,
		tags["gzip"]: 200, tags["identity"]: 200, `"other"`: 200, tags["br"][1 : len(tags["br"])-1]: 200, `"` + tags["br"]: 200, `"x` + tags["br"][1:]: 200, `"*"`: 200, "": 200, `"open`: 200,
	} {
		response := get(t, map[string]string{"Accept-Encoding": "br", "If-None-Match": asked})
		assert.Equal(t, want, response.Code, asked)
		assert.Equal(t, tags["br"], response.Header().Get("ETag"), "a 304 names it, too")
		assert.Equal(t, "Accept-Encoding", response.Header().Get("Vary"))
	}
}
