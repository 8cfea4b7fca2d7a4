package script

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

// FuzzNegotiation: whatever the headers say, the answer is one of the variants with its own tag, or that nothing changed.
func FuzzNegotiation(f *testing.F) {
	f.Add("br;q=0.5, gzip, *;q=0", `W/"a", "b,c"`, "full")
	f.Add("identity;q=0", "*", "")
	f.Add("gzip", "", "vercel")
	f.Add("gzip;q=1e9,,;=", `"`, "%zz")
	variants := map[string]*variant{}
	for _, e := range []edition{ordinaryEdition(), fullEdition(), vercelEdition()} {
		for i := range e.variants {
			variants[e.variants[i].etag] = &e.variants[i]
		}
	}
	f.Fuzz(func(t *testing.T, accept, tags, query string) {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/rum.js", nil)
		request.URL.RawQuery = query
		request.Header = http.Header{"Accept-Encoding": {accept}, "If-None-Match": {tags}}
		response := httptest.NewRecorder()
		Handler().ServeHTTP(response, request)
		chosen := variants[response.Header().Get("ETag")]
		if !assert.NotNil(t, chosen) {
			return
		}
		if response.Code == http.StatusNotModified {
			assert.Zero(t, response.Body.Len())
			return
		}
		assert.Equal(t, http.StatusOK, response.Code)
		assert.Equal(t, chosen.encoding, response.Header().Get("Content-Encoding"))
		assert.Equal(t, len(chosen.body), response.Body.Len())
	})
}
