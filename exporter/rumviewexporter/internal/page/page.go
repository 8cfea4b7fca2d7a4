// Package page holds the files of the live page.
package page

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:generate npm run --silent build

//go:embed site
var files embed.FS

// Handler serves the page and its files. It is safe for concurrent use.
func Handler() http.Handler {
	site, err := fs.Sub(files, "site")
	if err != nil {
		panic(err) // the folder is embedded
	}
	server := http.FileServerFS(site)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "the page only shows: use GET", http.StatusMethodNotAllowed)
			return
		}
		server.ServeHTTP(w, r)
	})
}
