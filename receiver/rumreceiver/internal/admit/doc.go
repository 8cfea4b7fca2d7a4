// Package admit decides which requests are admitted, before the body is read: Gate checks the key, the origin, the
// rates and whether there is room.
//
// It is independent of HTTP and telemetry, starts no goroutine, and takes the time as an argument.
package admit
