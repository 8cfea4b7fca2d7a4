// Package script serves the browser client that the receiver was built with, so that one line of
// HTML is a complete installation:
//
//	<script async src="https://collector.example/rum.js" data-app="shop"></script>
package script

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:generate sh -c "sed '/sourceMappingURL=/d' ../../../../jsclient/dist/rum.iife.js > rum.js"

// source is the minified client as jsclient builds it, without the link to its source map. It is
// committed, so that the receiver's Go module is complete.
//
//go:embed rum.js
var source []byte

// maxAge is how long browsers keep the script without asking, in seconds: an hour, so that a new
// version reaches people on the day it is deployed. The ETag makes the question after that cheap.
const maxAge = 3600

// variant is the script in one content encoding.
type variant struct {
	encoding string // empty for none
	body     []byte
}

// variants in the order of preference, compressed once, on first use.
var variants = sync.OnceValue(func() []variant {
	return []variant{
		{"br", compressed(func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotli.BestCompression) })},
		{"gzip", compressed(func(w io.Writer) io.WriteCloser {
			zipped, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // errs for an unknown level only
			return zipped
		})},
		{"", source},
	}
})

func compressed(newWriter func(io.Writer) io.WriteCloser) []byte {
	var out bytes.Buffer
	w := newWriter(&out)
	_, _ = w.Write(source) // a bytes.Buffer does not fail
	_ = w.Close()
	return out.Bytes()
}

// etag names the version of the script by its content.
var etag = sync.OnceValue(func() string {
	sum := sha256.Sum256(source)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
})

// Handler serves the script to GET and HEAD; other methods are the caller's to refuse. Safe for concurrent use.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "public, max-age="+strconv.Itoa(maxAge))
		header.Set("ETag", etag())
		header.Add("Vary", "Accept-Encoding")
		// Pages that isolate themselves (COEP) may embed it: it is public.
		header.Set("Cross-Origin-Resource-Policy", "cross-origin")
		header.Set("X-Content-Type-Options", "nosniff")
		if strings.Contains(req.Header.Get("If-None-Match"), etag()) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		chosen := choose(req.Header.Get("Accept-Encoding"))
		header.Set("Content-Type", "text/javascript; charset=utf-8")
		header.Set("Content-Length", strconv.Itoa(len(chosen.body)))
		if chosen.encoding != "" {
			header.Set("Content-Encoding", chosen.encoding)
		}
		if req.Method == http.MethodGet {
			_, _ = w.Write(chosen.body) // the client may have gone
		}
	})
}

// choose takes the best encoding that the browser names. A weight of zero refuses one.
// https://www.rfc-editor.org/rfc/rfc9110#field.accept-encoding
func choose(accept string) variant {
	for _, v := range variants() {
		if v.encoding == "" || accepts(accept, v.encoding) {
			return v
		}
	}
	return variant{body: source}
}

func accepts(accept, encoding string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) != encoding {
			continue
		}
		value, ok := strings.CutPrefix(strings.TrimSpace(weight), "q=")
		return !ok || strings.Trim(value, "0.") != ""
	}
	return false
}
