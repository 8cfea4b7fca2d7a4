package main

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// free returns nil when nobody listens on the address, else an error that names the port and what
// wanted it. Between this look and the real listener another program may still come first; that
// error is then the listener's own.
func free(address, purpose string) error {
	listener, err := net.Listen("tcp", address)
	if err == nil {
		return listener.Close()
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s for %s: %w", address, purpose, err)
	}
	_, port, splitErr := net.SplitHostPort(address)
	if splitErr != nil {
		return splitErr
	}
	return fmt.Errorf("port %[1]s is in use, but is needed for %[2]s: end what uses it (lsof -i :%[1]s shows it) and try again",
		port, purpose)
}
