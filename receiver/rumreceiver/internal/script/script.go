// Package script serves the browser client that the receiver was built with, so that one line of
// HTML is a complete installation:
//
//	<script async src="https://collector.example/rum.js" data-app="shop"></script>
//
// With ?full it has every collector, with ?vercel it is what @vercel/analytics and
// @vercel/speed-insights load.
package script

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:generate sh -c "sed '/sourceMappingURL=/d' ../../../../jsclient/dist/rum.iife.js > rum.js"
//go:generate sh -c "sed '/sourceMappingURL=/d' ../../../../jsclient/dist/rum.full.iife.js > rum.full.js"
//go:generate sh -c "sed '/sourceMappingURL=/d' ../../../../jsclient/dist/rum.vercel.iife.js > rum.vercel.js"

// The minified client as jsclient builds it, without the link to its source map: with what is collected by default,
// with everything that an option may ask for, and as the scripts that Vercel's packages load. Committed, so that the
// receiver's Go module is complete.
var (
	//go:embed rum.js
	ordinary []byte
	//go:embed rum.full.js
	full []byte
	//go:embed rum.vercel.js
	vercel []byte
)

// Queries for the other editions: /rum.js?full.
const (
	fullQuery   = "full"
	vercelQuery = "vercel"
)

// maxAge is how long browsers keep the script without asking, in seconds: an hour, so that a new
// version reaches people on the day it is deployed. The ETag makes the question after that cheap, and for a day no
// page waits for its answer.
const (
	maxAge     = 3600
	staleAfter = 24 * 3600
)

// edition is one of the scripts, ready to be served.
type edition struct {
	variants []variant // from the smallest to the uncompressed one
}

// variant is a script in one content encoding.
type variant struct {
	encoding string // empty for none
	body     []byte
	etag     string // a strong one: the variants differ by their bytes
}

// Each is made once, on first use: compressing takes a moment.
var (
	ordinaryEdition = sync.OnceValue(func() edition { return editionOf(ordinary) })
	fullEdition     = sync.OnceValue(func() edition { return editionOf(full) })
	vercelEdition   = sync.OnceValue(func() edition { return editionOf(vercel) })
)

func editionOf(source []byte) edition {
	sum := sha256.Sum256(source)
	version := base64.RawURLEncoding.EncodeToString(sum[:12])
	return edition{variants: []variant{
		{"br", compressed(source, func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotli.BestCompression) }), `"` + version + `-br"`},
		{"gzip", compressed(source, func(w io.Writer) io.WriteCloser {
			zipped, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // errs for an unknown level only
			return zipped
		}), `"` + version + `-gzip"`},
		{"", source, `"` + version + `"`},
	}}
}

func compressed(source []byte, newWriter func(io.Writer) io.WriteCloser) []byte {
	var out bytes.Buffer
	w := newWriter(&out)
	_, _ = w.Write(source) // a bytes.Buffer does not fail
	_ = w.Close()
	return out.Bytes()
}

// Handler serves the script to GET and HEAD; other methods are the caller's to refuse. Safe for concurrent use.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		e := editionFor(req.URL.RawQuery)
		header := w.Header()
		header.Set("Cache-Control", fmt.Sprintf("public, max-age=%d, stale-while-revalidate=%d", maxAge, staleAfter))
		chosen := e.choose(req.Header)
		header.Set("ETag", chosen.etag)
		header.Add("Vary", "Accept-Encoding")
		// Pages that isolate themselves (COEP) may embed it: it is public.
		header.Set("Cross-Origin-Resource-Policy", "cross-origin")
		header.Set("X-Content-Type-Options", "nosniff")
		if unchanged(req.Header, chosen.etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
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

// editionFor also recognises the query as some servers in between rewrite it: ?full=.
func editionFor(query string) edition {
	switch strings.TrimSuffix(query, "=") {
	case fullQuery:
		return fullEdition()
	case vercelQuery:
		return vercelEdition()
	default:
		return ordinaryEdition()
	}
}
