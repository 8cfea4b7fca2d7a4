// Package encoding decodes content encodings, for a server whose clients are strangers: nothing is read, and almost
// nothing allocated, before the body is read.
//
// confighttp has decoders for the same encodings, and bounds what comes out of ours as it bounds
// its own. Some of its decoders read when they are made, which is before a handler has looked at
// the application key.
package encoding

import (
	"io"
	"slices"
)

// Decoders returns a decoder for each content encoding of the algorithms, in the terms of
// confighttp's compression_algorithms; for all that confighttp takes when the list is nil, and for
// none when it is empty. x-gzip comes with gzip (https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.3). Unknown names are left out.
//
// A decoder returns no error and does not touch the body before the first Read. What comes out is
// as long as the client pleases: bound it with http.MaxBytesReader, as confighttp does. What goes
// in must be bounded too. Inside, a decoder holds
//
//	gzip, zlib       some 50 KiB
//	x-snappy-framed  150 KiB
//	zstd, lz4        the encoded body; and once that is complete, a window of at most 8 MiB
//	                 (RFC 9659), or two blocks of at most 4 MiB
//	snappy           the decoded body, as far as it was read
//
// An empty body is decoded to an empty one. Errors of the body come out as they are, those of the
// encoding as MalformedError. Decoders are
// safe for concurrent use and share what they reuse; the readers that they return are for one
// goroutine each, and are to be closed.
func Decoders(algorithms ...string) map[string]func(io.ReadCloser) (io.ReadCloser, error) {
	gzip := newPool(func() codec { return new(gzipCodec) })
	zlib := newPool(func() codec { return new(zlibCodec) })
	snappyFramed := newPool(func() codec { return new(snappyFramedCodec) })

	decoders := make(map[string]func(io.ReadCloser) (io.ReadCloser, error))
	// serverconfig refuses other names.
	add := func(algorithm string, p *pool, encodings ...string) {
		if algorithms != nil && !slices.Contains(algorithms, algorithm) {
			return
		}
		for _, encoding := range encodings {
			decoders[encoding] = p.decoder
		}
	}
	add("gzip", gzip, "gzip", "x-gzip")
	add("zlib", zlib, "zlib")
	// HTTP's deflate is the zlib format.
	// https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.2
	add("deflate", zlib, "deflate")
	add("zstd", newPool(func() codec { return new(zstdCodec) }), "zstd")
	add("lz4", newPool(func() codec { return new(lz4Codec) }), "lz4")
	add("snappy", newPool(func() codec { return new(snappyCodec) }), "snappy")
	add("x-snappy-framed", snappyFramed, "x-snappy-framed")
	return decoders
}
