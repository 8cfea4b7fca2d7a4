package main

import (
	"embed"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"time"
)

// How late things are, on purpose.
const (
	heroDelay     = 2800 * time.Millisecond // the LCP budget is 2.5 s
	productsDelay = 700 * time.Millisecond
	reviewsDelay  = 400 * time.Millisecond
	ordersDelay   = 500 * time.Millisecond
)

//go:embed site
var site embed.FS

// page is what the templates see.
type page struct {
	Title    string
	Receiver string // URL that the client sends to
	Products []product
	Product  product
	Reviews  bool   // the reviews' route is open
	Live     string // URL of the live page
	Metrics  string // URL of the Prometheus page
}

// shop serves the pages. It is safe for concurrent use: it never changes.
type shop struct {
	options
	pages map[string]*template.Template
}

func newShop(o options) http.Handler {
	s := &shop{options: o, pages: map[string]*template.Template{}}
	for _, name := range []string{"home", "product", "checkout", "thanks", "missing"} {
		s.pages[name] = template.Must(template.ParseFS(site, "site/layout.html", "site/"+name+".html"))
	}
	static, err := fs.Sub(site, "site/static")
	if err != nil {
		panic(err) // the folder is embedded
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.home)
	mux.HandleFunc("GET /", s.missing)
	mux.HandleFunc("GET /product/{id}", s.product)
	mux.HandleFunc("GET /product/{id}/reviews", s.product)
	mux.HandleFunc("GET /checkout", s.plain("checkout", "Checkout"))
	mux.HandleFunc("GET /thanks", s.plain("thanks", "Thank you"))
	mux.Handle("GET /telemetry", http.RedirectHandler("http://"+o.view+"/", http.StatusSeeOther))
	mux.HandleFunc("GET /api/products", later(productsDelay, respond(products)))
	mux.HandleFunc("GET /api/products/{id}/reviews", later(reviewsDelay, reviews))
	mux.HandleFunc("POST /api/orders", later(ordersDelay, respond(map[string]string{"order": "1042"})))
	mux.HandleFunc("GET /hero.svg", later(heroDelay, s.hero))
	mux.HandleFunc("GET /rum.js", s.script)
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServerFS(static)))
	return mux
}

func (s *shop) home(w http.ResponseWriter, _ *http.Request) {
	s.render(w, "home", page{Title: "Cook outside"})
}

func (s *shop) product(w http.ResponseWriter, r *http.Request) {
	for _, p := range products {
		if p.ID == r.PathValue("id") {
			reviews := r.URL.Path != "/product/"+p.ID
			s.render(w, "product", page{Title: p.Name, Product: p, Reviews: reviews})
			return
		}
	}
	s.missing(w, r)
}

func (s *shop) missing(w http.ResponseWriter, _ *http.Request) {
	s.renderStatus(w, http.StatusNotFound, "missing", page{Title: "Not found"})
}

func (s *shop) plain(name, title string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { s.render(w, name, page{Title: title}) }
}

func (s *shop) render(w http.ResponseWriter, name string, p page) {
	s.renderStatus(w, http.StatusOK, name, p)
}

func (s *shop) renderStatus(w http.ResponseWriter, status int, name string, p page) {
	p.Receiver = "http://" + s.rum + "/v1/rum"
	p.Live = "http://" + s.view + "/"
	p.Metrics = "http://" + s.metrics + "/metrics"
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// An error here means that the browser went away; the templates are parsed at start.
	_ = s.pages[name].ExecuteTemplate(w, "layout", p)
}

// script serves the client as it was built, so that a rebuild shows with the next load.
func (s *shop) script(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	http.ServeFile(w, r, s.client)
}

// hero is never cached, or the second visit would be fast and show nothing.
func (s *shop) hero(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	http.ServeFileFS(w, r, site, "site/static/hero.svg")
}

func reviews(w http.ResponseWriter, r *http.Request) {
	for _, p := range products {
		if p.ID == r.PathValue("id") {
			respond(p.Reviews)(w, r)
			return
		}
	}
	http.NotFound(w, r)
}

func respond(value any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(value) // fails only when the browser went away
	}
}

// later delays a handler, unless the browser goes away first.
func later(delay time.Duration, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(delay):
			next(w, r)
		case <-r.Context().Done():
		}
	}
}
