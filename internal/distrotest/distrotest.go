// Package distrotest starts the built collector in tests.
package distrotest

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// startTimeout is what a collector may take on a busy machine until it answers.
const startTimeout = 30 * time.Second

// Binary returns the path of the collector, which RUM_DISTRO names. Without it the test is skipped.
func Binary(t testing.TB) string {
	binary := os.Getenv("RUM_DISTRO")
	if binary == "" {
		t.Skip("RUM_DISTRO does not name a built otelcol-rum")
	}
	return binary
}

// Address returns one of the loopback interface that was free just now.
func Address(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	return l.Addr().String()
}

// Config writes a configuration into a folder of the test and returns the arguments that name it.
func Config(t testing.TB, yaml string) []string {
	file := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte(yaml), 0o600))
	return []string{"--config", file}
}

// Process is a program that was started.
type Process struct {
	t      testing.TB
	cmd    *exec.Cmd
	output output
	stop   func() error
	killed bool
}

// Start runs a program until the test ends, and returns when it listens on all addresses.
func Start(t testing.TB, cmd *exec.Cmd, addresses ...string) *Process {
	p := &Process{t: t, cmd: cmd}
	cmd.Stdout, cmd.Stderr = &p.output, &p.output
	require.NoError(t, cmd.Start())
	p.stop = sync.OnceValue(func() error {
		_ = cmd.Process.Signal(os.Interrupt)
		return cmd.Wait()
	})
	t.Cleanup(p.Stop)
	for _, address := range addresses {
		p.Listens(address)
	}
	return p
}

// Stop ends the program as Ctrl-C does and returns when all is written. It may be called twice.
func (p *Process) Stop() {
	if err := p.stop(); !p.killed {
		assert.NoError(p.t, err, p.Output())
	}
}

// Kill ends the program without a word to it.
func (p *Process) Kill() {
	p.killed = true
	_ = p.cmd.Process.Kill()
	_ = p.stop()
}

// Reload makes a collector read its configuration again.
func (p *Process) Reload() { require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGHUP)) }

// Pid of the process.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Output is what it has said so far.
func (p *Process) Output() string { return p.output.String() }

// Listens returns when the address answers.
func (p *Process) Listens(address string) {
	require.Eventually(p.t, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, startTimeout, 50*time.Millisecond, "nothing answers at %s: %s", address, &p.output)
}

// output may be read while the program writes.
type output struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.String()
}
