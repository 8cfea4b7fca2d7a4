package rumreceiver

import (
	"net/http"
	"net/url"
	"strings"
)

// router finds the handler of a path as it was sent. http.ServeMux would redirect a path that is not
// clean, and say to where: an answer repeats nothing that a client sent.
type router struct {
	exact map[string]http.Handler
	keyed map[string]http.Handler // with an application key behind the path
	other http.Handler
}

// keyInPath is the router's name of a key that is the last part of the path.
const keyInPath = "key"

// ServeHTTP also names the pattern, which is the label of confighttp's telemetry.
func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if handler, ok := r.exact[req.URL.Path]; ok {
		req.Pattern = req.URL.Path
		handler.ServeHTTP(w, req)
		return
	}
	if path, key, ok := splitKey(req.URL); ok {
		if handler, ok := r.keyed[path]; ok {
			req.Pattern = path + "/{" + keyInPath + "}"
			req.SetPathValue(keyInPath, key)
			handler.ServeHTTP(w, req)
			return
		}
	}
	r.other.ServeHTTP(w, req)
}

// splitKey takes the last segment off a path. It may hold an encoded slash.
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
