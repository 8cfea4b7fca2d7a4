package scrub

import "strings"

// urlsIn cleans the URLs and absolute paths in a text. In a stack, the line and column behind a URL stay.
func (s *Scrubber) urlsIn(text string) string {
	out := edit{text: text}
	clean := "" // the last URL without findings: the frames of a stack have the same few URLs
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

// inText marks the classes of a path without scheme in a text: it may be a path of a file system.
const inText class = 1 << 31

func (s *Scrubber) urlInText(url string, all class) string {
	if url[0] == '/' || len(url) > 2 && url[1] == ':' {
		all |= inText
	}
	return s.segmentsOf(s.structure(url, all), all)
}

// endsURL reports whether the URL ends where a URL that was seen before ended.
func endsURL(text string, end int) bool {
	return end == len(text) || is(text[end], urlEndByte) && text[end] != ';' && text[end] != '(' || text[end] == ':' && end+1 < len(text) && isDigit(text[end+1])
}

// urlStart is the beginning of the URL or path whose first slash is at slash; negative when there is none.
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

// hostStart is the beginning of a host without scheme that ends at slash and gives a hint about its path; negative if there
// is none.
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

// urlEnd is the end of the URL, with the classes of its bytes. Parentheses and semicolons belong to it where servers put
// sessions in them: /(S(x))/ and ;jsessionid=x.
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

// queriesIn removes the queries of URLs without scheme and slash, login?next=…, and a text that is a query as a whole, such
// as location.search.
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

// lineAndColumn is the ":12:34" behind a URL in a stack frame.
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

// windowsUsers replaces the user's name behind C:\Users\ and similar directories.
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

// isHome reports whether it is a directory with a subdirectory for each user.
func isHome(directory string) bool {
	switch directory {
	case "Users", "home", "Documents and Settings", "Benutzer", "Utilisateurs", "Usuarios":
		return true
	}
	return false
}
