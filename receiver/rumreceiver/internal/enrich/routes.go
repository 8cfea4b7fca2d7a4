package enrich

import (
	"errors"
	"fmt"
	"strings"
)

// routes are the configured templates, in the order in which they are tried. Immutable, and so safe for concurrent use.
type routes struct {
	// byFirst has, for each literal first segment, all templates that may match it; anyFirst has the templates that match any first
	// segment. Both have the configured order. So a path is compared with few templates, and the first match is still the first
	// configured one.
	byFirst  map[string][]route
	anyFirst []route
}

type route struct {
	template string
	segments []string // wildcard for any one
	rest     bool     // any further segments match, too
}

// wildcard is "{name}" or "*" in a compiled route. It is the empty string, which no segment of a path is, except at a double slash,
// which matches no literal either.
const wildcard = ""

func compileRoutes(templates []string) (*routes, error) {
	if len(templates) > maxConfiguredRoutes {
		return nil, fmt.Errorf("'routes::templates' must hold at most %d (got %d)", maxConfiguredRoutes, len(templates))
	}
	r := &routes{byFirst: map[string][]route{}}
	var compiled []route
	var errs error
	for _, template := range templates {
		one, err := compileRoute(template)
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("'routes::templates' %q %w", template, err))
			continue
		}
		compiled = append(compiled, one)
		if first := one.first(); first != wildcard {
			r.byFirst[first] = nil
		}
	}
	for _, one := range compiled {
		first := one.first()
		if first == wildcard {
			r.anyFirst = append(r.anyFirst, one)
		}
		for literal := range r.byFirst {
			if first == wildcard || first == literal {
				r.byFirst[literal] = append(r.byFirst[literal], one)
			}
		}
	}
	return r, errs
}

func compileRoute(template string) (route, error) {
	switch {
	case !strings.HasPrefix(template, "/"):
		return route{}, errors.New("must begin with /")
	case len(template) > maxTemplate:
		return route{}, fmt.Errorf("is longer than %d bytes", maxTemplate)
	case !plainTemplate(template):
		return route{}, errors.New("must not hold a query, fragment or control character")
	}
	one := route{template: template}
	segments := splitPath(template)
	for i, segment := range segments {
		switch {
		case segment == "**" && i == len(segments)-1:
			one.rest = true
			continue
		case segment == "*" || len(segment) > 2 && segment[0] == '{' && segment[len(segment)-1] == '}':
			segment = wildcard
		case segment == "" || strings.ContainsAny(segment, "*{}"):
			return route{}, errors.New("may hold *, {name}, and ** at its end, each as a whole segment")
		}
		one.segments = append(one.segments, segment)
	}
	return one, nil
}

func (r *route) first() string {
	if len(r.segments) == 0 {
		return wildcard
	}
	return r.segments[0]
}

// splitPath is the path's segments; a slash at the end makes no difference.
func splitPath(path string) []string {
	path = strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

func (r *routes) empty() bool { return len(r.byFirst) == 0 && len(r.anyFirst) == 0 }

// wordsOf are the literal segments of the templates.
func wordsOf(templates []string) map[string]bool {
	words := map[string]bool{}
	for _, template := range templates {
		for _, segment := range splitPath(template) {
			if !strings.ContainsAny(segment, "*{}") {
				words[segment] = true
			}
		}
	}
	return words
}

// match is the first configured template for the path, or empty.
func (r *routes) match(path string) string {
	if r.empty() || !strings.HasPrefix(path, "/") {
		return ""
	}
	path = strings.TrimSuffix(path[1:], "/")
	first, _, _ := strings.Cut(path, "/")
	candidates, ok := r.byFirst[first]
	if !ok {
		candidates = r.anyFirst
	}
	for i := range candidates {
		if candidates[i].matches(path) {
			return candidates[i].template
		}
	}
	return ""
}

// matches expects a path without slashes at its ends.
func (r *route) matches(path string) bool {
	for _, want := range r.segments {
		segment, rest, _ := strings.Cut(path, "/")
		if segment == "" || want != wildcard && want != segment {
			return false
		}
		path = rest
	}
	return r.rest || path == ""
}
