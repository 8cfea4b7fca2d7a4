package encoding

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/golang/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/confighttp"
)

const (
	bombSize  = 64 << 20
	bodyLimit = 1 << 20
)

// allocated is how many bytes f allocates, whether or not they are collected meanwhile.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

func TestABombIsStoppedAtTheLimitOfTheBody(t *testing.T) {
	zeros := make([]byte, bombSize)
	each(t, func(t *testing.T, encoding string, decoder decoderFunc) {
		bomb := encode(t, encoding, zeros)
		runtime.GC()
		grown := allocated(func() {
			decoded, err := decoder(body(bomb))
			require.NoError(t, err)
			var buffer bytes.Buffer
			_, err = buffer.ReadFrom(http.MaxBytesReader(nil, decoded, bodyLimit))
			tooLarge, ok := errors.AsType[*http.MaxBytesError](err)
			require.True(t, ok, "%v", err)
			require.EqualValues(t, bodyLimit, tooLarge.Limit)
			require.NoError(t, decoded.Close())
		})
		t.Logf("%d bytes for %d MiB: %d KiB allocated", len(bomb), bombSize>>20, grown>>10)
		// The buffer takes 4 MiB, the codec what the doc of Decoders says; twice that with the
		// race detector, which makes pools forget.
		assert.Less(t, grown, int64(24<<20))
	})
}

func TestASnappyBlockAllocatesNothingForItsClaim(t *testing.T) {
	claim := append(binary.AppendUvarint(nil, 1<<32-1), 0, 'x') // 4 GiB, of which one byte comes
	decoder := Decoders()["snappy"]
	_, err := decode(t, decoder, claim) // warms the pool
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	grown := allocated(func() { _, err = decode(t, decoder, claim) })
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Less(t, grown, int64(64<<10))
}

func TestAZstdWindowPastTheBoundIsRefused(t *testing.T) {
	f := func(window int, want error) {
		t.Helper()
		var encoded bytes.Buffer
		w, err := zstd.NewWriter(&encoded, zstd.WithWindowSize(window), zstd.WithEncoderConcurrency(1))
		require.NoError(t, err)
		_, err = w.Write(page)
		require.NoError(t, err)
		require.NoError(t, w.Flush())
		require.NoError(t, w.Close())
		_, err = decode(t, Decoders()["zstd"], encoded.Bytes())
		assert.ErrorIs(t, err, want)
	}
	f(maxWindow, nil)
	f(2*maxWindow, zstd.ErrWindowSizeExceeded)
}

func TestAClientThatStallsHoldsNoWindow(t *testing.T) {
	const clients = 50
	for _, encoding := range []string{"zstd", "lz4"} {
		t.Run(encoding, func(t *testing.T) {
			// A whole block, for which a decoder allocates 8 MiB, but not the end of the frame.
			start := encode(t, encoding, page)
			start = start[:len(start)-2]
			decoder := Decoders()[encoding]
			before := heap()
			var waiting sync.WaitGroup
			var ends []func()
			for range clients {
				r, w := io.Pipe()
				decoded, err := decoder(r)
				require.NoError(t, err)
				waiting.Go(func() {
					_, err := decoded.Read(make([]byte, 512))
					assert.Error(t, err)
				})
				_, err = w.Write(start) // returns when it was taken
				require.NoError(t, err)
				ends = append(ends, func() { _ = w.CloseWithError(io.ErrUnexpectedEOF) })
			}
			grown := heap() - before
			t.Logf("%d clients that stall: %d KiB", clients, grown>>10)
			assert.Less(t, grown, int64(clients*64<<10))
			for _, end := range ends {
				end()
			}
			waiting.Wait()
		})
	}
}

// heap is how many bytes are in use, without what is in pools.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// linkedLZ4 is a frame whose blocks may refer to earlier ones, with one block.
func linkedLZ4(t *testing.T, block []byte, size uint32) []byte {
	t.Helper()
	frame := []byte{0x04, 0x22, 0x4D, 0x18, lz4Version, 0x40, 0}
	for checksum := range 256 { // the right one is found by trying
		frame[6] = byte(checksum)
		if ok, _ := lz4.ValidFrameHeader(frame); ok {
			frame = binary.LittleEndian.AppendUint32(frame, size)
			return append(append(frame, block...), 0, 0, 0, 0)
		}
	}
	t.Fatal("no checksum is right")
	return nil
}

func TestNoStreamSeesTheOneBefore(t *testing.T) {
	f := func(c codec, first, second []byte) {
		t.Helper()
		streams := newPool(func() codec { return c })
		decoded, err := decode(t, streams.decoder, first)
		require.NoError(t, err)
		require.Equal(t, "of another client", string(decoded))
		decoded, err = decode(t, streams.decoder, second)
		assert.Error(t, err)
		assert.Empty(t, decoded)
	}
	const text = "of another client"
	literal := linkedLZ4(t, []byte(text), uint32(len(text))|lz4Uncompressed)
	// Eight bytes from eight before the start, then five literals.
	reach := []byte{0x04, 8, 0, 0x50, '1', '2', '3', '4', '5'}
	f(new(lz4Codec), literal, linkedLZ4(t, reach, uint32(len(reach))))
	f(new(snappyCodec), snappy.Encode(nil, []byte(text)), []byte{8, 7<<2 | 0b10, 8, 0})
}

func TestUnsupportedLZ4FramesAreRefused(t *testing.T) {
	f := func(frame ...byte) {
		t.Helper()
		_, err := decode(t, Decoders()["lz4"], frame)
		assert.ErrorIs(t, err, errLZ4)
	}
	f(0x02, 0x21, 0x4C, 0x18, 0, 0, 0, 0)            // legacy
	f(0x04, 0x22, 0x4D, 0x18, 2<<6, 0x40, 0)         // version
	f(0x04, 0x22, 0x4D, 0x18, lz4Version|1, 0x40, 0) // dictionary
	f(append([]byte{0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 'x'}, "what is no frame"...)...)
}

func TestSkippableLZ4FramesAreSkipped(t *testing.T) {
	skippable := []byte{0x5F, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'}
	decoded, err := decode(t, Decoders()["lz4"], append(skippable, encode(t, "lz4", page)...))
	require.NoError(t, err)
	assert.True(t, bytes.Equal(page, decoded))
}

func TestAHandlerThatRefusesLeavesTheBodyUnread(t *testing.T) {
	server := confighttp.NewDefaultServerConfig()
	var options []confighttp.ToServerOption
	for encoding, decoder := range Decoders() {
		options = append(options, confighttp.WithDecoder(encoding, decoder))
	}
	refuse := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	s, err := server.ToServer(t.Context(), nil, componenttest.NewNopTelemetrySettings(), refuse, options...)
	require.NoError(t, err)
	for _, encoding := range encodings {
		req := httptest.NewRequest(http.MethodPost, "/", &unread{t: t})
		req.Header.Set("Content-Encoding", encoding)
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, req)
		assert.Equal(t, http.StatusUnauthorized, w.Code, encoding)
	}
}

func TestARefusalDoesNotWaitForTheBody(t *testing.T) {
	for encoding, decoder := range Decoders() {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			decoded, err := decoder(req.Body) // as confighttp does
			assert.NoError(t, err)
			defer decoded.Close()
			w.WriteHeader(http.StatusUnauthorized)
		}))
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		require.NoError(t, err)
		_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: rum\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n")
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
		status, err := bufio.NewReader(conn).ReadString('\n')
		require.NoError(t, err, encoding)
		assert.Contains(t, status, "401", encoding)
		require.NoError(t, conn.Close())
		server.Close()
	}
}

// FuzzDecoders expects of any input an error or an end, within the limit, and no panic.
func FuzzDecoders(f *testing.F) {
	for i, encoding := range encodings {
		encoded := encode(f, encoding, page[:3000])
		f.Add(byte(i), encoded)
		f.Add(byte(i), encoded[:len(encoded)/2])
		f.Add(byte(i), append(encoded, encoded...))
	}
	decoders := Decoders()
	f.Fuzz(func(t *testing.T, i byte, input []byte) {
		began := time.Now()
		decoded, err := decoders[encodings[int(i)%len(encodings)]](body(input))
		require.NoError(t, err)
		n, err := io.Copy(io.Discard, http.MaxBytesReader(nil, decoded, bodyLimit))
		_ = decoded.Close()
		assert.LessOrEqual(t, n, int64(bodyLimit))
		assert.Less(t, time.Since(began), time.Minute)
		if len(input) == 0 {
			assert.NoError(t, err)
		}
	})
}

// FuzzSnappyBlock compares with the library.
func FuzzSnappyBlock(f *testing.F) {
	f.Add(snappy.Encode(nil, page[:3000]))
	f.Add(snappy.Encode(nil, bytes.Repeat([]byte("ab"), 100)))
	f.Add([]byte{20, 61 << 2, 9, 0, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 9<<2 | 0b11, 10, 0, 0, 0})
	f.Add([]byte{10, 1 << 2, 'a', 'b', 4<<2 | 0b01, 1})
	f.Fuzz(func(t *testing.T, input []byte) {
		length, err := snappy.DecodedLen(input)
		if len(input) == 0 || bytes.HasPrefix(input, []byte(snappyStart)) || (err == nil && length > bodyLimit) {
			t.Skip()
		}
		want, wantErr := snappy.Decode(nil, input)
		got, err := decode(t, Decoders("snappy")["snappy"], input)
		require.Equal(t, wantErr == nil, err == nil, "want %v, got %v", wantErr, err)
		if err == nil {
			assert.True(t, bytes.Equal(want, got))
		}
	})
}
