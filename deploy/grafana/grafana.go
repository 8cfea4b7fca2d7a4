// Package grafana has dashboards, which generate/ writes, and tests their queries in real stores.
package grafana

//go:generate go run ./generate .
