package scrub

import "strings"

// urlsIn cleans the URLs and absolute paths in a text. Places in a script, which stand behind the URL in a
// stack, stay.
func (s *Scrubber) urlsIn(text string) string {
	out := edit{text: text}
	clean := "" // what was looked at before and had nothing: the frames of a stack have the same few URLs
	for from := 0; ; {
		slash := strings.IndexByte(text[from:], '/')
		if slash < 0 {
			return out.String()
		}
		slash += from
		start := urlStart(text, from, slash)
		if start < 0 { // within a word, such as and/or
			from = slash + 1
			continue
		}
		if clean != "" && strings.HasPrefix(text[start:], clean) && endsURL(text, start+len(clean)) {
			from = start + len(clean)
			continue
		}
		end, all := urlEnd(text, slash+1)
		all |= classesOf(text[start : slash+1])
		url := text[start:end]
		location := lineAndColumn(url)
		url = url[:len(url)-len(location)]
		if scrubbed := s.urlInText(url, all); scrubbed != url {
			out.replace(start, start+len(url), scrubbed)
		} else if len(url) > 1 {
			clean = url
		}
		from = max(end, slash+1)
	}
}

// inText marks the classes of a path without scheme inside a text: it may be one of a file system.
const inText class = 1 << 31

func (s *Scrubber) urlInText(url string, all class) string {
	if url[0] == '/' || len(url) > 2 && url[1] == ':' {
		all |= inText
	}
	return s.segmentsOf(s.structure(url, all), all)
}

// endsURL reports whether a URL that was seen before is all of the one that stands there.
func endsURL(text string, end int) bool {
	return end == len(text) || is(text[end], urlEndByte) && text[end] != ';' && text[end] != '(' || text[end] == ':' && end+1 < len(text) && isDigit(text[end+1])
}

// urlStart is where the URL or path begins whose first slash is at slash; negative when none does.
func urlStart(text string, from, slash int) int {
	before := slash
	if before > from && text[before-1] == ':' { // scheme:/
		start := before - 1
		for start > from && is(text[start-1], schemeByte) {
			start--
		}
		if start == before-1 {
			return -1
		}
		if start >= from+len("blob:") && text[start-len("blob:"):start] == "blob:" {
			start -= len("blob:")
		}
		return start
	}
	if start := hostStart(text, from, slash); start >= 0 {
		return start
	}
	for before > from && (text[before-1] == '.' || text[before-1] == '~' || text[before-1] == '#') {
		before--
	}
	if before == from && from > 0 && before > 0 && !is(text[before-1], urlEndByte|assignByte) {
		return -1
	}
	if before == 0 || is(text[before-1], urlEndByte|assignByte) || strings.IndexByte("[{|@", text[before-1]) >= 0 {
		return before
	}
	return -1
}

// hostStart is where a host begins that ends at slash, has no scheme before it and says something of its path; negative
// if none does.
func hostStart(text string, from, slash int) int {
	if slash == from || text[slash-1] != 'm' && text[slash-1] != 'e' {
		return -1
	}
	for _, host := range [...]string{"hooks.slack.com", "wa.me"} {
		if start := slash - len(host); start >= from && text[start:slash] == host && (start == 0 || is(text[start-1], urlEndByte|assignByte)) {
			return start
		}
	}
	return -1
}

// urlEnd is where the URL ends, and the classes of what was passed: parentheses and semicolons are a part of
// it where servers put sessions in them, /(S(x))/ and ;jsessionid=x.
func urlEnd(text string, end int) (int, class) {
	var all class
	for end < len(text) {
		if c := classes[text[end]]; c&urlEndByte == 0 {
			all |= c
			end++
			continue
		}
		switch rest := text[end:]; {
		case rest[0] == ';' && isParameter(rest[1:]):
			all |= parameterByte
			end++
		case rest[0] == '(' && text[end-1] == '/' && sessionSegment(rest) > 0:
			end += sessionSegment(rest)
		default:
			return end, all
		}
	}
	return end, all
}

// isParameter reports whether the text begins with name=.
func isParameter(text string) bool {
	n := 0
	for n < len(text) && n < maxKey && is(text[n], wordByte) {
		n++
	}
	return n > 0 && n < len(text) && text[n] == '='
}

// queriesIn drops the queries of what looks like a URL without scheme or slash, login?next=…, and a query
// that is all of the text, as location.search has it.
func (s *Scrubber) queriesIn(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		mark := strings.IndexByte(text[from:], '?')
		if mark < 0 {
			return out.String()
		}
		start := from + mark
		from = start + 1
		name := from
		for name < len(text) && (is(text[name], wordByte) || strings.IndexByte(".%+[]", text[name]) >= 0) {
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

// lineAndColumn is the ":12:34" that a stack frame puts behind a URL.
func lineAndColumn(url string) string {
	end := len(url)
	for range 2 {
		digits := end
		for digits > 0 && isDigit(url[digits-1]) {
			digits--
		}
		if digits == end || digits == 0 || url[digits-1] != ':' {
			break
		}
		end = digits - 1
	}
	return url[end:]
}

// windowsUsers replaces the name behind C:\Users\ and the like.
func windowsUsers(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		slash := strings.IndexByte(text[from:], '\\')
		if slash < 0 {
			return out.String()
		}
		from += slash + 1
		for from < len(text) && text[from] == '\\' { // as in a string of JSON
			from++
		}
		end := directoryEnd(text, from)
		if end == len(text) || !isHome(text[from:end]) && !strings.EqualFold(text[from:end], "users") {
			continue
		}
		for from = end; from < len(text) && text[from] == '\\'; {
			from++
		}
		if end = directoryEnd(text, from); end > from && text[from] != '{' {
			out.replace(from, end, user)
		}
		from = end
	}
}

func directoryEnd(text string, end int) int {
	for end < len(text) && text[end] != '\\' && text[end] != '/' && text[end] != '\n' && text[end] != '"' && text[end] != ':' {
		end++
	}
	return end
}

// isHome knows the directories that hold one for each user.
func isHome(directory string) bool {
	switch directory {
	case "Users", "home", "Documents and Settings", "Benutzer", "Utilisateurs", "Usuarios":
		return true
	}
	return false
}
