// Package docs tests what the documentation shows.
package docs

//go:generate go run ./reference/generate ../internal/semconv reference/names.md
