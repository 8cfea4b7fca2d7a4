package front

import (
	"net/http"
	"net/url"
	"strings"
)

// router finds the handler of a path as it was sent. http.ServeMux would redirect a path that is not clean, and repeat the path in
// its answer; but no answer repeats anything that a client sent.
type router struct {
	exact map[string]http.Handler
	keyed map[string]http.Handler // paths with an application key behind them
	// patterns are paths with a variable segment: a few for each protocol.
	patterns []pattern
	other    http.Handler
}

// pattern is a path with segments in braces, which match any segment.
type pattern struct {
	path     string
	segments []string
	handler  http.Handler
}

// isPattern reports whether a segment of the path is in braces.
func isPattern(path string) bool { return strings.Contains(path, "/{") }

func (r *router) add(path string, handler http.Handler, keyed bool) {
	switch {
	case isPattern(path):
		r.patterns = append(r.patterns, pattern{path, strings.Split(path, "/"), handler})
		if keyed {
			path += "/{" + keyInPath + "}"
			r.patterns = append(r.patterns, pattern{path, strings.Split(path, "/"), handler})
		}
	default:
		r.exact[path] = handler
		if keyed {
			r.keyed[path] = handler
		}
	}
}

// match compares a path as it was sent, and finds the key in it.
func (p *pattern) match(segments []string) (key string, ok bool) {
	if len(segments) != len(p.segments) {
		return "", false
	}
	for i, want := range p.segments {
		got, err := url.PathUnescape(segments[i])
		variable := strings.HasPrefix(want, "{")
		switch {
		case err != nil, !variable && got != want, variable && got == "":
			return "", false
		case want == "{"+keyInPath+"}":
			key = got
		}
	}
	return key, true
}

// keyInPath is the router's name for a key at the end of the path.
const keyInPath = "key"

// ServeHTTP also names the pattern, which is the label of confighttp's telemetry.
func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	handler, pattern, key := r.find(req.URL)
	if handler == nil {
		handler = r.other
	}
	if pattern != "" {
		req.Pattern = pattern
	}
	if key != "" {
		req.SetPathValue(keyInPath, key)
	}
	handler.ServeHTTP(w, req)
}

// find ignores a slash at the end of a path, because it is easily added by mistake.
func (r *router) find(u *url.URL) (handler http.Handler, pattern, key string) {
	if handler, ok := r.exact[u.Path]; ok {
		return handler, u.Path, ""
	}
	if path, slash := strings.CutSuffix(u.Path, "/"); slash && r.exact[path] != nil {
		return r.exact[path], path, ""
	}
	if path, key, ok := splitKey(u); ok && r.keyed[path] != nil {
		return r.keyed[path], path + "/{" + keyInPath + "}", key
	}
	segments := strings.Split(strings.TrimSuffix(u.EscapedPath(), "/"), "/")
	for i := range r.patterns {
		if key, ok := r.patterns[i].match(segments); ok {
			return r.patterns[i].handler, r.patterns[i].path, key
		}
	}
	return nil, "", ""
}

// splitKey splits the last segment from a path. It may contain an encoded slash.
func splitKey(u *url.URL) (path, key string, ok bool) {
	escaped := u.EscapedPath()
	slash := strings.LastIndexByte(escaped, '/')
	if slash < 0 || slash == len(escaped)-1 {
		return "", "", false
	}
	path, err := url.PathUnescape(escaped[:slash])
	if err != nil {
		return "", "", false
	}
	key, err = url.PathUnescape(escaped[slash+1:])
	return path, key, err == nil
}
