package rumreceiver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Frames of HTTP/2, written by hand: a client of a library would not misbehave.
// https://www.rfc-editor.org/rfc/rfc9113
const (
	preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	// :method POST and :scheme http of the static table, :path and :authority as literals.
	postHeaders = "\x83\x86\x04\x07/v1/rum\x01\x01x"

	frameHeaders, frameReset, frameSettings = 1, 3, 4
	endHeaders                              = 4
)

func frame(kind, flags byte, stream uint32, payload string) string {
	head := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), kind, flags}
	return string(binary.BigEndian.AppendUint32(head, stream)) + payload
}

func (s *server) dialHTTP2() net.Conn {
	conn, err := new(net.Dialer).DialContext(s.t.Context(), "tcp", s.address)
	require.NoError(s.t, err)
	if s.cfg.HTTP.TLS.HasValue() {
		secured := tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}}) // #nosec G402 -- the test's own
		require.NoError(s.t, secured.HandshakeContext(s.t.Context()))
		require.Equal(s.t, "h2", secured.ConnectionState().NegotiatedProtocol)
		conn = secured
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(s.t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = io.WriteString(conn, preface+frame(frameSettings, 0, 0, ""))
	require.NoError(s.t, err)
	return conn
}

func TestHTTP2IsSpokenWithoutTLS(t *testing.T) {
	s := newServer(t)
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Post("http://"+s.address+"/v1/rum", "text/plain", strings.NewReader(lcp("h2", 1)))
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	assert.Equal(t, 2, response.ProtoMajor)
	assert.Equal(t, http.StatusOK, response.StatusCode)
}

// A client that begins requests and takes them back at once keeps nobody out and leaves nothing.
func TestRapidResetsAreHarmless(t *testing.T) {
	s := newServer(t)
	assert.Equal(t, 200, s.from("127.0.0.2", lcp("before", 1)))
	goroutines := runtime.NumGoroutine()
	for range 4 {
		conn := s.dialHTTP2()
		go func() { _, _ = io.Copy(io.Discard, conn) }()
		var burst strings.Builder
		for stream := uint32(1); stream < 10_000; stream += 2 {
			burst.WriteString(frame(frameHeaders, endHeaders, stream, postHeaders))
			burst.WriteString(frame(frameReset, 0, stream, "\x00\x00\x00\x08"))
		}
		_, _ = io.WriteString(conn, burst.String()) // the server may hang up
		assert.Equal(t, 200, s.from("127.0.0.2", lcp("meanwhile", 1)))
		assert.Less(t, runtime.NumGoroutine(), goroutines+4*2*maxStreams)
		_ = conn.Close()
	}
	require.Eventually(t, func() bool {
		stats := s.gate.Stats()
		return stats.Arriving+stats.Concurrent == 0 && stats.Work == 0 && s.connections.Stats().Open <= 1
	}, 5*time.Minute, 20*time.Millisecond)
}

func TestStreamsOfAConnectionAreBounded(t *testing.T) {
	s := newServer(t, withConfig(func(cfg *Config) { cfg.AddressLimit.MaxConcurrentRequests = 0 }))
	conn := s.dialHTTP2()
	var burst strings.Builder
	for i := range uint32(3 * maxStreams) {
		burst.WriteString(frame(frameHeaders, endHeaders, 2*i+1, postHeaders))
	}
	_, _ = io.WriteString(conn, burst.String())
	refused := make(chan int)
	go func() {
		n, head := 0, make([]byte, 9)
		for n < 2*maxStreams {
			if _, err := io.ReadFull(conn, head); err != nil {
				break
			}
			if head[3] == frameReset {
				n++
			}
			if _, err := io.CopyN(io.Discard, conn, int64(head[0])<<16|int64(head[1])<<8|int64(head[2])); err != nil {
				break
			}
		}
		refused <- n
	}()
	assert.Equal(t, 2*maxStreams, <-refused)
	assert.LessOrEqual(t, s.gate.Stats().Arriving, maxStreams)
}

// Over TLS, as browsers speak it, the same holds.
func TestStreamsAndResetsOverTLS(t *testing.T) {
	certificate, key := certificateOf(t)
	s := newServer(t, withConfig(func(cfg *Config) {
		cfg.AddressLimit.MaxConcurrentRequests = 0
		served := cfg.HTTP.TLS.GetOrInsertDefault()
		served.CertFile, served.KeyFile = certificate, key
	}))
	conn := s.dialHTTP2()
	go func() { _, _ = io.Copy(io.Discard, conn) }()
	var burst strings.Builder
	for i := range uint32(3 * maxStreams) {
		burst.WriteString(frame(frameHeaders, endHeaders, 2*i+1, postHeaders))
	}
	_, _ = io.WriteString(conn, burst.String()) // the server may hang up
	assert.LessOrEqual(t, s.gate.Stats().Arriving, maxStreams)
	burst.Reset()
	for stream := uint32(6*maxStreams + 1); stream < 10_000; stream += 2 {
		burst.WriteString(frame(frameHeaders, endHeaders, stream, postHeaders))
		burst.WriteString(frame(frameReset, 0, stream, "\x00\x00\x00\x08"))
	}
	_, _ = io.WriteString(conn, burst.String())
	assert.LessOrEqual(t, s.gate.Stats().Arriving, maxStreams)

	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true} // #nosec G402 -- the test's own
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Post("https://"+s.address+"/v1/rum", "text/plain", strings.NewReader(lcp("meanwhile", 1)))
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	assert.Equal(t, 2, response.ProtoMajor)
	assert.Equal(t, http.StatusOK, response.StatusCode)
	_ = conn.Close()
	require.Eventually(t, func() bool {
		stats := s.gate.Stats()
		return stats.Arriving+stats.Concurrent == 0 && stats.Work == 0
	}, 20*time.Second, 5*time.Millisecond)
}

// certificateOf loopback, valid for an hour.
func certificateOf(t *testing.T) (certificate, key string) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	certificate, key = filepath.Join(t.TempDir(), "tls.crt"), filepath.Join(t.TempDir(), "tls.key")
	require.NoError(t, os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return certificate, key
}
