package docs

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// snippet is the one in this language of a page.
func snippet(t *testing.T, page, language string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	found := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindSubmatch(text)
	require.NotNil(t, found, language)
	return string(found[1])
}

// run a program until the test ends, and return when it listens.
func run(t *testing.T, address string, cmd *exec.Cmd) {
	t.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // haproxy ends by the signal
		if t.Failed() {
			t.Log(said.String())
		}
	})
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, 20*time.Second, 20*time.Millisecond)
}

// balancers start with their documented configuration before two gateways, and return where they listen.
var balancers = map[string]func(t *testing.T, one, two string) string{
	"nginx": func(t *testing.T, one, two string) string {
		folder, address := t.TempDir(), distrotest.Address(t)
		text := strings.NewReplacer("10.0.0.11:4319", one, "10.0.0.12:4319", two, "443 ssl", address).Replace(snippet(t, "how-to/scale.md", "nginx"))
		temporary := ""
		for _, of := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
			temporary += of + "_temp_path " + filepath.Join(folder, of) + ";\n"
		}
		user := "" // may write below the folder
		if os.Getuid() == 0 {
			user = "user root;\n"
		}
		file := filepath.Join(folder, "nginx.conf")
		require.NoError(t, os.WriteFile(file, []byte(user+"daemon off;\npid "+folder+"/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n"+temporary+text+"}\n"), 0o600))
		run(t, address, exec.Command("nginx", "-e", "stderr", "-p", folder, "-c", file))
		return address
	},
	"haproxy": func(t *testing.T, one, two string) string {
		address := distrotest.Address(t)
		text := strings.NewReplacer("10.0.0.11:4319 check port 13133", one+" check", "10.0.0.12:4319 check port 13133", two+" check",
			":443 ssl crt /etc/haproxy/site.pem alpn h2,http/1.1", address).Replace(snippet(t, "how-to/scale.md", "haproxy"))
		file := filepath.Join(t.TempDir(), "haproxy.cfg")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		run(t, address, exec.Command("haproxy", "-db", "-f", file))
		return address
	},
}

// post sends from an address of this machine and returns status and body of the answer; 0 without one.
func post(t *testing.T, from, to, path, body string) (status int, answer string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{
		DialContext:       (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext,
		DisableKeepAlives: true,
	}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+to+path, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("X-Forwarded-For", "203.0.113.9") // as a client may pretend
	if len(body) > 64<<10 {                              // a balancer that refuses it must not reset what is still being sent
		request.Header.Set("Expect", "100-continue")
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(read)
}

func TestBalancersAsDocumented(t *testing.T) {
	for name, start := range balancers {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(name); err != nil && os.Getenv("RUM_REQUIRE_PROMTOOL") == "" {
				t.Skip(err) // not where e2e/install-tools has run
			}
			var broken atomic.Int64
			gateway := func(name string) *httptest.Server {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					if r.URL.Path == "/v1/rum/broken" { // taken, but the answer is lost
						broken.Add(1)
						panic(http.ErrAbortHandler)
					}
					_, _ = io.WriteString(w, name+" "+r.Header.Get("X-Forwarded-For"))
				}))
				t.Cleanup(server.Close)
				return server
			}
			address := start(t, gateway("one").Listener.Addr().String(), gateway("two").Listener.Addr().String())

			at := map[string]int{}
			for i := range 40 {
				from := net.IPv4(127, 0, 1, byte(1+i)).String()
				status, first := post(t, from, address, "/v1/rum", "[]")
				require.Equal(t, http.StatusOK, status, first)
				which, seen, _ := strings.Cut(first, " ")
				at[which]++
				assert.Equal(t, from, seen, "what the client says of its address is overwritten")
				for range 3 {
					_, again := post(t, from, address, "/v1/rum/key", "[]")
					assert.Equal(t, first, again, "one visitor, one gateway")
				}
			}
			assert.Greater(t, at["one"], 5)
			assert.Greater(t, at["two"], 5)

			status, _ := post(t, "127.0.0.1", address, "/v1/rum", strings.Repeat("x", 262_144-64))
			assert.Equal(t, http.StatusOK, status)
			status, _ = post(t, "127.0.0.1", address, "/v1/rum", strings.Repeat("x", 262_144+1))
			const reset = 0 // it was answered while it was still being sent
			assert.Contains(t, []int{http.StatusRequestEntityTooLarge, reset}, status)
			status, _ = post(t, "127.0.0.1", address, "/v1/rum/broken", "[]")
			assert.Equal(t, http.StatusBadGateway, status)
			assert.EqualValues(t, 1, broken.Load(), "what went out is not sent again")
		})
	}
}
