// Package admit decides what may come in, before a byte of the body is read: Gate asks whose
// request it is, from which page, and whether there is room for it.
//
// It knows neither HTTP nor telemetry, starts nothing, and takes the time as an argument.
package admit
