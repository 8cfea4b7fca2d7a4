package enrich

import "strings"

// ScrubURL removes what identifies or authorises people from a URL: credentials, query and
// fragment. What is left is scheme, host and path. It takes relative and broken URLs too and never
// fails, because a URL that cannot be parsed must not be stored unscrubbed.
func ScrubURL(url string) string {
	if end := strings.IndexAny(url, "?#"); end >= 0 {
		url = url[:end]
	}
	scheme := strings.Index(url, "://")
	if scheme < 0 {
		if strings.HasPrefix(url, "data:") || strings.HasPrefix(url, "blob:") {
			return url[:len("data:")] // the rest is content
		}
		return url
	}
	if strings.HasPrefix(url, "blob:") {
		return "blob:"
	}
	host := scheme + len("://")
	end := len(url)
	if slash := strings.IndexByte(url[host:], '/'); slash >= 0 {
		end = host + slash
	}
	if at := strings.LastIndexByte(url[host:end], '@'); at >= 0 {
		return url[:host] + url[host+at+1:]
	}
	return url
}

// pathOf is the path of a scrubbed absolute URL; "/" when it has none, empty when it is no URL.
func pathOf(url string) string {
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

// scrubText scrubs every absolute URL inside a text: stack frames, messages. Text without a URL is
// returned as it is, without a copy.
func scrubText(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	var out strings.Builder
	for {
		scheme := strings.Index(text, "://")
		if scheme < 0 {
			out.WriteString(text)
			return out.String()
		}
		start := schemeStart(text, scheme)
		end := start + urlLen(text[start:])
		out.WriteString(text[:start])
		url := text[start:end]
		location := lineAndColumn(url)
		out.WriteString(ScrubURL(url[:len(url)-len(location)]))
		out.WriteString(location)
		text = text[end:]
	}
}

func schemeStart(text string, scheme int) int {
	start := scheme
	for start > 0 && isSchemeByte(text[start-1]) {
		start--
	}
	return start
}

func isSchemeByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'
}

// urlLen is how far a URL goes inside a text: to white space or a delimiter that URLs encode.
func urlLen(text string) int {
	if end := strings.IndexAny(text, " \t\r\n\"'<>()`,;"); end >= 0 {
		return end
	}
	return len(text)
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
