package otlp

import (
	"bytes"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

// own recognises the exports of the SDK itself. The resource instrumentation reports each export, and so would cause the next
// one.
type own struct {
	hosts []string
	paths []string
}

// signals of an SDK, by which the paths of its exports differ.
var signals = []string{"logs", "traces", "metrics"}

// ownExports are the exports to the destination of this one: to the same path, except for the signal, at the host of this
// request, at the page's host, or at a host that gets other signals, too. If a proxy has replaced our host name, and all
// exports go to one host, it is that host.
func ownExports(facts protocol.Facts, body []byte) *own {
	o := new(own)
	path := strings.TrimSuffix(facts.Path, "/")
	others := []string{}
	for _, signal := range signals {
		if other := strings.Replace(path, "/logs", "/"+signal, 1); other != path {
			others = append(others, other)
		}
	}
	o.paths = append([]string{path}, others...)
	forwarded, _, _ := strings.Cut(facts.Header.Get("X-Forwarded-Host"), ",")
	o.add(facts.Host)
	o.add(strings.TrimSpace(forwarded))
	if origin, err := url.Parse(facts.Header.Get("Origin")); err == nil {
		o.add(origin.Host)
	}
	for _, other := range others {
		for _, host := range hostsBefore(body, other) {
			o.add(host)
		}
	}
	if forwarded == "" && !isPublic(facts.Host) && len(others) > 0 {
		if hosts := hostsBefore(body, path); len(hosts) == 1 {
			o.add(hosts[0])
		}
	}
	return o
}

func (o *own) add(host string) {
	if host != "" {
		o.hosts = append(o.hosts, strings.ToLower(host))
	}
}

// isPublic reports whether a browser on another machine may use the host name.
func isPublic(host string) bool {
	name, _, _ := strings.Cut(host, ":")
	_, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err != nil && strings.Contains(name, ".")
}

// maxOccurrences bounds the work for a body that repeats a path, maxURL is how far before it a URL may begin.
const (
	maxOccurrences = 256
	maxURL         = 2048
)

// hostsBefore are the hosts of the absolute URLs with that end of the path in a body, each once.
func hostsBefore(body []byte, path string) (hosts []string) {
	for range maxOccurrences {
		at := bytes.Index(body, []byte(path))
		if path == "" || at < 0 {
			break
		}
		before := body[max(0, at-maxURL):at]
		body = body[at+len(path):]
		if len(body) > 0 && (body[0] == '/' || isWord(body[0])) { // a longer path
			continue
		}
		scheme := bytes.LastIndex(before, []byte("://"))
		if scheme < 0 {
			continue
		}
		host, _, _ := bytes.Cut(before[scheme+len("://"):], []byte("/"))
		if len(host) > 0 && len(host) < 256 && !slices.Contains(hosts, string(host)) {
			hosts = append(hosts, string(host))
		}
	}
	return hosts
}

func isWord(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '-' }

// has reports whether a resource is such an export. A proxy may have removed a prefix of the path.
func (o *own) has(resource string) bool {
	_, rest, absolute := strings.Cut(resource, "://")
	slash := strings.IndexByte(rest, '/')
	if !absolute || slash < 0 || !slices.Contains(o.hosts, strings.ToLower(rest[:slash])) {
		return false
	}
	path, _, _ := strings.Cut(rest[slash:], "?")
	path = strings.TrimSuffix(path, "/")
	for _, own := range o.paths {
		if own != "" && strings.HasSuffix(path, own) {
			return true
		}
	}
	return false
}
