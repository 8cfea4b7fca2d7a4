package serverconfig

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/confignet"
)

// MinInterval is the shortest duration that an option may have. It catches those without a unit, which read as
// nanoseconds.
const MinInterval = 100 * time.Millisecond

// transports are those on which an HTTP server can listen.
var transports = []confignet.TransportType{
	confignet.TransportTypeTCP, confignet.TransportTypeTCP4, confignet.TransportTypeTCP6, confignet.TransportTypeUnix, confignet.TransportTypeNpipe,
}

// algorithms are what confighttp can decode. With any other name it panics when a body comes that is encoded so.
var algorithms = []string{"deflate", "gzip", "lz4", "snappy", "x-snappy-framed", "zlib", "zstd"}

// Validate joins everything that is wrong with the options that confighttp itself does not check.
func Validate(server *confighttp.ServerConfig) error {
	var errs []error
	if err := validateAddress(&server.NetAddr); err != nil {
		errs = append(errs, err)
	}
	if server.NetAddr.DialerConfig.Timeout != 0 {
		errs = append(errs, errors.New("'dialer::timeout' has no effect: a server connects to nobody"))
	}
	idle := server.IdleTimeout //nolint:staticcheck // Unmarshal reads the section into it
	if server.Keepalive.HasValue() {
		idle = server.Keepalive.Get().IdleTimeout
	}
	for _, timeout := range []struct {
		key   string
		value time.Duration
	}{
		{"read_timeout", server.ReadTimeout}, {"read_header_timeout", server.ReadHeaderTimeout}, {"write_timeout", server.WriteTimeout},
		{"keepalive::idle_timeout", idle},
	} {
		if err := AtLeastOrNone(timeout.key, timeout.value); err != nil {
			errs = append(errs, err)
		}
	}
	for _, algorithm := range server.CompressionAlgorithms {
		if algorithm != "" && !slices.Contains(algorithms, algorithm) {
			errs = append(errs, fmt.Errorf("'compression_algorithms' must hold %s (got %q)", strings.Join(algorithms, ", "), algorithm))
		}
	}
	return errors.Join(errs...)
}

func validateAddress(address *confignet.AddrConfig) error {
	if !slices.Contains(transports, address.Transport) {
		return fmt.Errorf("'transport' must be tcp, tcp4, tcp6, unix or npipe (got %q)", address.Transport)
	}
	if address.Endpoint == "" {
		return errors.New("'endpoint' must not be empty")
	}
	if !strings.HasPrefix(string(address.Transport), "tcp") {
		return nil
	}
	_, port, err := net.SplitHostPort(address.Endpoint)
	if err == nil && port != "" {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil || port == "" {
		return fmt.Errorf("'endpoint' must be a host and a port, such as 0.0.0.0:4319 (got %q)", address.Endpoint)
	}
	return nil
}

// AtLeastOrNone refuses a duration that is neither 0 nor at least MinInterval.
func AtLeastOrNone(key string, value time.Duration) error {
	if value != 0 && value < MinInterval {
		return fmt.Errorf("'%s' must be 0 or at least %s (got %s)", key, MinInterval, value)
	}
	return nil
}
