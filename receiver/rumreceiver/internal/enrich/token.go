package enrich

import "strings"

const (
	// minToken is the shortest run of letters, digits, - and _ that is looked at: a key with one of
	// the prefixes below, cut short.
	minToken = 12
	// minJWT is the shortest run that begins as every JSON Web Token does, with {" in base64url.
	minJWT = 20
	// minRandom is the shortest run that is a token by its looks alone.
	minRandom = 32
)

// keyPrefixes are how well-known services begin their keys, by first byte.
var keyPrefixes = map[byte][]string{
	'A': {"AKIA", "ASIA", "AIza"},
	'd': {"dop_v1_"},
	'g': {"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "glsa_"},
	'h': {"hf_"},
	'n': {"npm_"},
	'p': {"pk_live_", "pypi-"},
	'r': {"rk_live_", "rk_test_"},
	's': {"sk_live_", "sk_test_", "sk-", "shpat_", "shpss_"},
	'w': {"whsec_"},
	'x': {"xoxb-", "xoxp-", "xoxa-", "xoxs-", "xapp-"},
	'y': {"ya29_"},
}

// redactTokens replaces JSON Web Tokens, keys of well-known services and long random words.
func redactTokens(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		start, end := longRun(text, from, wordByte, minToken)
		if start < 0 {
			return out.String()
		}
		from = end
		if start > 0 && text[start-1] == '%' {
			start += len("20") // an encoded byte before the word
		}
		word := text[start:end]
		if len(word) >= minJWT && strings.HasPrefix(word, "eyJ") {
			from = jwtEnd(text, end)
			out.replace(start, from, redactedToken)
		} else if at := keyStart(word); at >= 0 {
			out.replace(start+at, end, redactedToken)
		} else if len(word) >= minRandom && isRandom(word) {
			out.replace(start, end, redactedToken)
		}
	}
}

// jwtEnd is where the token ends whose header ends at end: after payload and signature.
func jwtEnd(text string, end int) int {
	for end+1 < len(text) && text[end] == '.' && is(text[end+1], wordByte) {
		for end++; end < len(text) && is(text[end], wordByte); {
			end++
		}
	}
	return end
}

// keyStart is where a well-known key begins in the word, at its start or after - or _; negative
// when there is none.
func keyStart(word string) int {
	lastDigit := strings.LastIndexAny(word, "0123456789")
	for i := 0; i+minToken <= len(word) && i <= lastDigit; i++ {
		if i > 0 && word[i-1] != '-' && word[i-1] != '_' {
			continue
		}
		for _, prefix := range keyPrefixes[word[i]] {
			if strings.HasPrefix(word[i:], prefix) {
				return i
			}
		}
	}
	return -1
}

// isRandom tells random words from long names: upper case, lower case and digits alternate at every
// other byte. Hex does not, so hashes and UUIDs stay.
func isRandom(word string) bool {
	var digits, changes int
	last := byte(0)
	for i := range len(word) {
		kind := byte('-')
		switch c := word[i]; {
		case c >= '0' && c <= '9':
			kind = '0'
			digits++
		case c >= 'a' && c <= 'z':
			kind = 'a'
		case c >= 'A' && c <= 'Z':
			kind = 'A'
		}
		if kind != last {
			changes++
		}
		last = kind
	}
	return digits >= 2 && changes >= len(word)/2 && word != strings.ToLower(word) && word != strings.ToUpper(word)
}

// redactCredentials replaces what follows the words Bearer and Basic, in any case, when it can be a
// credential.
// https://www.rfc-editor.org/rfc/rfc9110#section-11.4
func redactCredentials(text string) string {
	return redactCredentialsAfter(redactCredentialsAfter(text, 'B'), 'b')
}

// redactCredentialsAfter looks for the words that begin with b: one letter, for the speed of IndexByte.
func redactCredentialsAfter(text string, b byte) string {
	out := edit{text: text}
	for from := 0; ; {
		at := strings.IndexByte(text[from:], b)
		if at < 0 {
			return out.String()
		}
		after := from + at + schemeLen(text[from+at:])
		from += at + 1
		start := skipSpace(text, after)
		if after < from || start == after {
			continue
		}
		end := start
		for end < len(text) && (is(text[end], wordByte) || strings.IndexByte("._~+/=", text[end]) >= 0) {
			end++
		}
		if end-start >= minCredential && isCredential(text[start:end]) {
			out.replace(start, end, redactedToken)
			from = end
			continue
		}
		// What is no credential has none in its end. Only a scheme that ends where it does has another.
		from = max(from, end-len("bearer"))
	}
}

// minCredential is the length of the shortest credential that is told from prose.
const minCredential = 8

// schemeLen is the length of the word Bearer or Basic that begins the text, 0 when none does.
func schemeLen(text string) int {
	for _, scheme := range [...]string{"bearer", "basic"} {
		if len(text) >= len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
			return len(scheme)
		}
	}
	return 0
}

// skipSpace goes over white space, also encoded.
func skipSpace(text string, i int) int {
	for {
		switch rest := text[i:]; {
		case strings.HasPrefix(rest, " "), strings.HasPrefix(rest, "+"):
			i++
		case strings.HasPrefix(rest, "%20"):
			i += len("%20")
		default:
			return i
		}
	}
}

// isCredential tells passwords and tokens from words of prose: they hold a digit, a sign, or upper
// case after lower case.
func isCredential(value string) bool {
	for i := range len(value) {
		c := value[i]
		lowerBefore := i > 0 && value[i-1] >= 'a' && value[i-1] <= 'z'
		if c >= '0' && c <= '9' || c == '=' || c == '$' || c == '!' || lowerBefore && c >= 'A' && c <= 'Z' {
			return true
		}
	}
	return false
}
