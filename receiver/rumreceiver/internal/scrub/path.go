package scrub

import "strings"

// segmentsOf replaces the secret or personal segments of a URL's path, and of the route of a hash router, with
// placeholders. It does not look at scheme, host and the rest of the query. all are the classes of the URL, or more.
func (s *Scrubber) segmentsOf(url string, all class) string {
	start, subject := pathStart(url)
	if start == len(url) {
		return url
	}
	out := edit{text: url}
	before := "" // the segment that was last
	asset := isAsset(url, all)
	for start <= len(url) {
		end, sum := start, count(0)
		for end < len(url) && url[end] != '/' && url[end] != '?' {
			sum += counts[url[end]]
			end++
		}
		segment := url[start:end]
		if subject == aboutNothing && sum&countLoud != 0 && before != "" {
			subject = aboutCompound(before)
		}
		if subject != aboutNothing || sum&countLoud != 0 || end-start > maxSegment {
			if with := s.placeholder(segment, sum, subject, asset); with != "" {
				out.replace(start, end, with)
				segment = ""
			}
		}
		if subject != aboutHook {
			subject, before = aboutNext(segment), segment
		}
		if all&inText != 0 && end < len(url) && isHome(segment) {
			subject = aboutHome
		}
		if end < len(url) && url[end] == '?' {
			hash := strings.IndexByte(url[end:], '#')
			if hash < 0 {
				break
			}
			end += hash
		}
		start = end + 1
	}
	return out.String()
}

// pathStart is the beginning of the path, behind scheme and host, and the hint that the host gives.
func pathStart(url string) (start int, subject about) {
	if url == "" || url[0] == '/' && !strings.HasPrefix(url, "//") {
		return 0, aboutNothing
	}
	scheme := strings.Index(url, "//")
	if scheme < 0 || scheme > 0 && url[scheme-1] != ':' {
		return 0, aboutNothing
	}
	host := scheme + len("//")
	slash := strings.IndexByte(url[host:], '/')
	if slash < 0 {
		return len(url), aboutNothing
	}
	switch name := url[host : host+slash]; name {
	case "hooks.slack.com", "wa.me":
		return host + slash + 1, aboutNext(name)
	}
	return host + slash, aboutNothing
}

// isAsset distinguishes a file of the site from a page: a segment of its path that looks like a token is the name of a
// build.
func isAsset(url string, all class) bool {
	end := len(url)
	if all&(queryByte|fragmentByte) != 0 {
		end = pathEnd(url)
	}
	for start := end - 1; start >= 0 && end-start <= len(".svelte"); start-- {
		switch url[start] {
		case '.':
			return assetExtension(url[start+1 : end])
		case '/':
			return false
		}
	}
	return false
}

func assetExtension(extension string) bool {
	switch extension {
	case "js", "mjs", "cjs", "css", "map", "ts", "tsx", "jsx", "vue", "svelte", "wasm", "json", "png", "jpg", "jpeg", "gif", "svg",
		"webp", "avif", "ico", "woff", "woff2", "ttf", "otf", "mp4", "webm", "mp3", "m3u8", "xml", "txt":
		return true
	}
	return false
}

// count has the number of bytes of each kind in a segment, 8 bits each in one number, so that counting a byte is one
// addition.
type count uint64

const (
	countDigit   count = 1 << (8 * iota)
	countHex           // a to f, in both cases
	countLower         // a to z
	countUpper         // A to Z
	countDash          // -
	countSpecial       // % @ ~ ( : [ {
	countOther         // all but letters, digits and dashes
)

// countLoud are the kinds that words in lower case do not have.
const countLoud = 0xFF * (countDigit | countUpper | countSpecial)

// maxSegment is the longest segment that is counted, much longer than honest ones.
const maxSegment = 255

func (c count) of(kind count) int { return int(c/kind) & 0xFF }

var counts = func() (table [256]count) {
	for c := range 256 {
		switch b := byte(c); {
		case isDigit(b):
			table[c] = countDigit
		case b >= 'a' && b <= 'z':
			table[c] = countLower
		case b >= 'A' && b <= 'Z':
			table[c] = countUpper
		case b == '-':
			table[c] = countDash
		case strings.IndexByte("%@~(:[{<*$", b) >= 0:
			table[c] = countSpecial | countOther
		default:
			table[c] = countOther
		}
		if c|0x20 >= 'a' && c|0x20 <= 'f' {
			table[c] |= countHex
		}
	}
	return table
}()

func countOf(segment string) (all count) {
	for i := range len(segment) {
		all += counts[segment[i]]
	}
	return all
}

// placeholder is the replacement for a segment, empty if it may stay. about is the hint of the segment before it.
func (s *Scrubber) placeholder(segment string, all count, about about, asset bool) string {
	if segment == "" {
		return ""
	}
	if len(segment) > maxSegment {
		return Token
	}
	if all.of(countSpecial) > 0 {
		if with, done := s.special(segment, about, asset); done {
			return with
		}
	}
	if about != aboutNothing {
		if with := s.named(segment, about, all); with != "" {
			return with
		}
	}
	if asset || all.of(countDigit) == 0 {
		return ""
	}
	return byForm(segment, all)
}

const (
	// minHash is the shortest run of hex digits that counts as a hash: shorter ones are words
	// (deadbeef, facade) or are numbers anyway.
	minHash = 16
	// minTokenSegment is the shortest mix of letters and digits that counts as a token.
	minTokenSegment = 24
	// minShuffled is the shortest token whose letters and digits alternate at nearly every character, as in dQw4w9WgXcQ.
	minShuffled = 9
	// minMixed is the shortest token whose letters alternate between upper and lower case.
	minMixed = 16
	uuidLen  = 36
)

// byForm recognises UUIDs, hashes and tokens by their form.
func byForm(segment string, all count) string {
	n, digits, hex := len(segment), all.of(countDigit), all.of(countDigit)+all.of(countHex)
	letters := all.of(countLower) + all.of(countUpper)
	switch {
	case digits == n:
		return ""
	case letters == 0 && isCoordinate(segment):
		return geo
	case n == uuidLen && all.of(countDash) == 4 && hex == n-4:
		return uuid
	case hex == n && n >= minHash:
		return hash
	case all.of(countOther) > 0 || letters == 0:
		return ""
	case n >= minTokenSegment && digits >= n/6:
		return Token
	case n >= minShuffled && digits > 1 && all.of(countLower) > 0 && all.of(countUpper) > 0 && 4*changes(segment) >= 3*n:
		return Token
	case n >= minMixed && all.of(countLower) > 0 && all.of(countUpper) > 0 && changes(segment) >= n/2+1:
		return Token
	}
	return ""
}

// isCoordinate reports whether it is a latitude or a longitude alone.
func isCoordinate(segment string) bool {
	length, whole := decimalAt(segment)
	return length > 0 && length == len(segment) && whole <= 180
}

// special checks a segment with special characters; done is false if they decide nothing.
func (s *Scrubber) special(segment string, about about, asset bool) (with string, done bool) {
	switch segment[0] {
	case '{', ':', '[', '<', '*', '$': // the name of a parameter in a template, or a placeholder
		if !strings.ContainsAny(segment, "%@ ") {
			return "", true
		}
	case '(':
		if sessionSegment(segment) == len(segment) {
			return Token, true
		}
	case '~':
		if !asset && len(segment) > 1 && isLetter(segment[1]) {
			return user, true
		}
	}
	if strings.IndexByte(segment, '%') >= 0 {
		return s.encodedSegment(segment, about, asset), true
	}
	if at := strings.IndexByte(segment, '@'); at >= 0 && !asset {
		return personAt(segment, at), true
	}
	return "", false
}

// sessionSegment is the length of (S(x)) at the beginning of the text, in which some servers put sessions; 0 if there is
// none.
// https://learn.microsoft.com/previous-versions/dotnet/articles/aa479314(v=msdn.10)
func sessionSegment(text string) int {
	if len(text) < len("(S())") || text[0] != '(' || !isLetter(text[1]) || text[2] != '(' {
		return 0
	}
	for i := 3; i < len(text); i++ {
		if text[i] == ')' && i+1 < len(text) && text[i+1] == ')' {
			return i + 2
		}
		if !is(text[i], wordByte) && text[i] != ')' && text[i] != '(' {
			return 0
		}
	}
	return 0
}

// encodedSegment is the replacement for a percent-encoded segment.
func (s *Scrubber) encodedSegment(segment string, about about, asset bool) string {
	plain, whole := s.decoded(segment)
	if !whole {
		return Secret
	}
	if plain == segment {
		return ""
	}
	plain = cleaned(plain)
	if strings.ContainsAny(plain, "/?#;") {
		if clean := s.urlOnce(plain); clean != plain {
			return placeholderIn(clean)
		}
	} else if with := s.placeholder(plain, countOf(plain), about, asset); with != "" {
		return with
	}
	if clean := s.textOnce(plain); clean != plain {
		return placeholderIn(clean)
	}
	return ""
}

// placeholderIn is the first placeholder in the text; Secret if parts were removed without one.
func placeholderIn(text string) string {
	if strings.IndexByte(text, '{') >= 0 {
		for _, with := range placeholders {
			if strings.Contains(text, with) {
				return with
			}
		}
	}
	return Secret
}

// personAt distinguishes names of people, jane@mail and @jane, from names of packages and files.
func personAt(segment string, at int) string {
	before, after := segment[:at], segment[at+1:]
	switch {
	case after == "":
		return ""
	case before == "":
		switch after {
		case "vite", "fs", "id", "react-refresh": // of development servers
			return ""
		}
		if !isLetter(after[0]) {
			return ""
		}
		return user
	case isDigit(after[0]) || after[0] == 'v' && len(after) > 1 && isDigit(after[1]):
		if domainEnd(after, 0) == 0 { // a version
			return ""
		}
	case after == "latest" || after == "next" || after == "beta" || after == "alpha" || after == "canary":
		return ""
	}
	return Email
}
