package enrich

import (
	"slices"
	"strings"
)

// scrubber takes out of URLs and texts what identifies or authorises people. Safe for concurrent
// use.
type scrubber struct {
	allowedQuery []string // names of query parameters that stay
}

// url leaves scheme, host, path and the allowed query parameters: no credentials, no fragment. It
// takes relative and broken URLs too and never fails, because a URL that cannot be parsed must not
// be stored unscrubbed. What stays is redacted as text.
func (s *scrubber) url(url string) string { return redact(s.structure(url)) }

// structure is url without the redaction.
func (s *scrubber) structure(url string) string {
	query := ""
	if end := strings.IndexAny(url, "?#"); end >= 0 {
		if url[end] == '?' && len(s.allowedQuery) > 0 {
			query = s.allowed(url[end+1:])
		}
		url = url[:end]
	}
	scheme := strings.Index(url, "://")
	if strings.HasPrefix(url, "data:") || strings.HasPrefix(url, "blob:") {
		return url[:len("data:")] // the rest is content
	}
	if scheme >= 0 {
		host := scheme + len("://")
		end := len(url)
		if slash := strings.IndexByte(url[host:], '/'); slash >= 0 {
			end = host + slash
		}
		if at := strings.LastIndexByte(url[host:end], '@'); at >= 0 {
			url = url[:host] + url[host+at+1:]
		}
	}
	return url + query
}

// allowed is "?" and the parameters that stay, or empty. One whose value holds a URL goes: what is
// in there was not allowed.
func (s *scrubber) allowed(query string) string {
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
		if !slices.Contains(s.allowedQuery, name) || holdsURL(value) {
			continue
		}
		separator := byte('&')
		if kept.Len() == 0 {
			separator = '?'
		}
		kept.WriteByte(separator)
		kept.WriteString(parameter)
	}
	return kept.String()
}

func holdsURL(value string) bool {
	return strings.ContainsAny(value, "?/") || strings.Contains(value, "%3A") || strings.Contains(value, "%3a") ||
		strings.Contains(value, "%3F") || strings.Contains(value, "%3f")
}

// text scrubs every URL inside a text, such as a stack or a message, and redacts the rest. Text
// without anything suspicious comes back without a copy.
func (s *scrubber) text(text string) string {
	if len(text) < minRedacted {
		return text
	}
	all := classesOf(text)
	if all&assignByte != 0 && strings.Contains(text, "://") {
		text = s.absolute(text)
	}
	if all&queryByte != 0 {
		text = s.relative(text)
	}
	if strings.HasPrefix(text, "data:") {
		return s.structure(text)
	}
	return redactKnown(text, all)
}

// absolute scrubs the URLs that have a scheme.
func (s *scrubber) absolute(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		scheme := strings.Index(text[from:], "://")
		if scheme < 0 {
			return out.String()
		}
		start, end := from+scheme, from+scheme+len("://")
		for start > from && is(text[start-1], schemeByte) {
			start--
		}
		if start >= from+len("blob:") && text[start-len("blob:"):start] == "blob:" {
			start -= len("blob:")
		}
		for end < len(text) && !is(text[end], urlEndByte) {
			end++
		}
		url := text[start:end]
		location := lineAndColumn(url)
		url = url[:len(url)-len(location)]
		if scrubbed := s.structure(url); scrubbed != url {
			out.replace(start, start+len(url), scrubbed)
		}
		from = end
	}
}

// relative drops the queries of what looks like a URL without scheme, /login?next=…, and a query that is
// all of the text, as location.search has it.
func (s *scrubber) relative(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		mark := strings.IndexByte(text[from:], '?')
		if mark < 0 {
			return out.String()
		}
		start := from + mark
		from = start + 1
		name := from
		for name < len(text) && (is(text[name], emailByte|wordByte) || text[name] == '[' || text[name] == ']') {
			name++
		}
		if start > 0 && is(text[start-1], urlEndByte) || name == from || name == len(text) || text[name] != '=' {
			continue
		}
		for from = name; from < len(text) && !is(text[from], urlEndByte); {
			from++
		}
		query := text[start:from]
		query = query[:len(query)-len(lineAndColumn(query))]
		if kept := s.allowed(query[1:]); kept != query {
			out.replace(start, start+len(query), kept)
		}
	}
}

// pathOf is the path of a scrubbed absolute URL; "/" when it has none, empty when it is no URL.
func pathOf(url string) string {
	url, _, _ = strings.Cut(url, "?") // parameters that stay
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

// lineAndColumn is the ":12:34" that a stack frame puts behind a URL.
func lineAndColumn(url string) string {
	end := len(url)
	for range 2 {
		digits := end
		for digits > 0 && url[digits-1] >= '0' && url[digits-1] <= '9' {
			digits--
		}
		if digits == end || digits == 0 || url[digits-1] != ':' {
			break
		}
		end = digits - 1
	}
	return url[end:]
}
