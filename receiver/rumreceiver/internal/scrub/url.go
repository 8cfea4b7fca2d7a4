package scrub

import (
	"slices"
	"strings"
)

// inlineScheme is the scheme of a URL that contains its data, such as data:. Nothing else of such a URL stays. Empty for
// others.
func inlineScheme(url string) string {
	if len(url) < len("data:") || url[0]|0x20 != 'd' && url[0]|0x20 != 'b' && url[0]|0x20 != 'j' {
		return ""
	}
	for _, scheme := range [...]string{"data:", "blob:", "javascript:"} {
		if len(url) > len(scheme) && strings.EqualFold(url[:len(scheme)], scheme) {
			return scheme
		}
	}
	return ""
}

// structure removes the parts of a URL that never stay: credentials, path parameters, fragment, query parameters that are
// not allowed, directories of a local file, inline data.
//
// all are the classes of the URL, or more.
func (s *Scrubber) structure(url string, all class) string {
	if inline := inlineScheme(url); inline != "" {
		return inline
	}
	query, fragment := "", ""
	if all&(queryByte|fragmentByte) != 0 {
		end := pathEnd(url)
		rest := url[end:]
		if hash := strings.IndexByte(rest, '#'); hash >= 0 {
			rest, fragment = rest[:hash], s.hashRoute(rest[hash:])
		}
		if rest != "" && len(s.settings.AllowedQuery) > 0 {
			query = s.allowed(rest[1:])
		}
		url = url[:end]
	}
	if all&atByte != 0 {
		url = withoutUserInfo(url)
	}
	if all&parameterByte != 0 {
		url = withoutParameters(url)
	}
	if len(url) > len("file:") && strings.EqualFold(url[:len("file:")], "file:") {
		url = localFile(url)
	}
	if query == "" && fragment == "" {
		return url
	}
	return url + query + fragment
}

// pathEnd is the beginning of query or fragment, or the end.
func pathEnd(url string) int {
	for i := range len(url) {
		if url[i] == '?' || url[i] == '#' {
			return i
		}
	}
	return len(url)
}

// hashRoute is the fragment if it is a path of a hash router and these are kept, with the allowed parameters of its query.
func (s *Scrubber) hashRoute(fragment string) string {
	if !s.settings.HashRoutes || !isHashRoute(fragment) {
		return ""
	}
	route, query, _ := strings.Cut(fragment, "?")
	if inner := strings.IndexByte(route[1:], '#'); inner >= 0 {
		route, query = route[:1+inner], ""
	}
	return withoutParameters(route) + s.allowed(query)
}

// isHashRoute reports whether it begins like #/a/b or #!/a/b.
func isHashRoute(fragment string) bool {
	return strings.HasPrefix(fragment, "#/") || strings.HasPrefix(fragment, "#!/")
}

// withoutUserInfo removes the part before an @ from each authority of a URL: behind its scheme, and in a URL inside its
// path. Browsers read backslashes as slashes, and one slash as two.
// https://url.spec.whatwg.org/#special-authority-slashes-state
func withoutUserInfo(url string) string {
	out := edit{text: url}
	for from := 0; from < len(url); {
		slash := strings.IndexAny(url[from:], `/\`)
		if slash < 0 {
			break
		}
		from += slash
		for from < len(url) && isSlash(url[from]) {
			from++
		}
		end := len(url)
		if next := strings.IndexAny(url[from:], `/\`); next >= 0 {
			end = from + next
		}
		if at := strings.LastIndexByte(url[from:end], '@'); at >= 0 && isAuthority(url[:from]) {
			out.replace(from, from+at+1, "")
		}
		from = end
	}
	return out.String()
}

// isAuthority reports whether an authority begins behind the text: a:/, a://, or // at the start.
func isAuthority(before string) bool {
	end := len(before)
	for end > 0 && isSlash(before[end-1]) {
		end--
	}
	return end > 1 && before[end-1] == ':' && is(before[end-2], schemeByte) || end == 0 && len(before) == 2
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }

// withoutParameters removes ;name=value from every segment: like in a query, servers put sessions there.
// https://www.rfc-editor.org/rfc/rfc3986#section-3.3
func withoutParameters(url string) string {
	out := edit{text: url}
	for from := 0; ; {
		start := strings.IndexByte(url[from:], ';')
		if start < 0 {
			return out.String()
		}
		start += from
		end := len(url)
		if slash := strings.IndexByte(url[start:], '/'); slash >= 0 {
			end = start + slash
		}
		out.replace(start, end, "")
		from = end
	}
}

// localFile is a file: URL without its directories, whose names often contain those of people.
func localFile(url string) string {
	slash := strings.LastIndexAny(url, `/\`)
	if slash < 0 {
		return "file:"
	}
	const prefix = "file:///" + path + "/"
	if strings.HasPrefix(url, prefix) && slash == len(prefix)-1 {
		return url
	}
	return prefix + url[slash+1:]
}

// allowed is "?" and the allowed parameters, or empty. A parameter whose value contains a URL is removed, because the
// parameters of that URL were not allowed.
func (s *Scrubber) allowed(query string) string {
	if query == "" || len(s.settings.AllowedQuery) == 0 {
		return ""
	}
	query, _, _ = strings.Cut(query, "#")
	var kept strings.Builder
	for query != "" {
		end := strings.IndexAny(query, "&;")
		if end < 0 {
			end = len(query)
		}
		parameter := query[:end]
		query = query[min(end+1, len(query)):]
		name, value, _ := strings.Cut(parameter, "=")
		if !slices.Contains(s.settings.AllowedQuery, name) || s.holdsURL(value) {
			continue
		}
		separator := byte('&')
		if kept.Len() == 0 {
			separator = '?'
		}
		kept.WriteByte(separator)
		if strings.IndexByte(value, '%') < 0 {
			kept.WriteString(parameter)
			continue
		}
		kept.WriteString(name)
		kept.WriteByte('=')
		if plain, whole := s.decoded(value); !whole || s.textOnce(plain) != plain {
			value = placeholderIn(s.textOnce(plain))
		}
		kept.WriteString(value)
	}
	return kept.String()
}

func (s *Scrubber) holdsURL(value string) bool {
	if strings.IndexByte(value, '%') >= 0 {
		value, _ = s.decoded(value)
	}
	return strings.ContainsAny(value, `?/\:`)
}

// Path returns the path of a scrubbed absolute URL; "/" if it has none, empty if it is not a URL.
func Path(url string) string {
	url = url[:pathEnd(url)] // before parameters that stay, and the route of a hash router
	scheme := strings.Index(url, "://")
	if scheme < 0 {
		if strings.HasPrefix(url, "/") {
			return url
		}
		return ""
	}
	rest := url[scheme+len("://"):]
	if slash := strings.IndexByte(rest, '/'); slash >= 0 {
		return rest[slash:]
	}
	return "/"
}

// RoutePath returns the path that names the page: the path of the document and, if the URL kept it, the route of a
// hash router after it.
func RoutePath(url string) string {
	document := Path(url)
	mark := strings.IndexByte(url, '#')
	if mark < 0 || !isHashRoute(url[mark:]) {
		return document
	}
	route, _, _ := strings.Cut(TrimHash(url[mark:]), "?")
	document = strings.TrimSuffix(strings.TrimSuffix(document, "index.html"), "/")
	return document + route
}

// Route scrubs a route that a client sent.
func (s *Scrubber) Route(route string) string {
	return s.settle(route, s.routeOnce(route), (*Scrubber).routeOnce)
}

func (s *Scrubber) routeOnce(route string) string {
	route = withoutParameters(withoutUserInfo(route))
	return s.pathOf(route, classesOf(route))
}

// TrimHash is the path in a route of a hash router, #/a/b or #!/a/b; others come back as they are.
func TrimHash(route string) string {
	if isHashRoute(route) {
		return strings.TrimPrefix(route[1:], "!")
	}
	return route
}

// RawRoutePath is RoutePath of a URL that is not scrubbed, without the parts that are secret by their structure. It
// is for comparisons: it may still contain secrets.
func (s *Scrubber) RawRoutePath(url string) string {
	return RoutePath(s.structure(url, classesOf(url)))
}
