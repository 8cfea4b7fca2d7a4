package scrub

import "strings"

// redactCredentials replaces what follows the words Bearer and Basic, in any case, when it can be a
// credential, and the password in "password hunter2" and "password is hunter2". All stand before a space, of
// which a text has few.
// https://www.rfc-editor.org/rfc/rfc9110#section-11.4
func redactCredentials(text string) string {
	out := edit{text: text}
	for i := len("basic"); i+minSpoken < len(text); i++ {
		if text[i] != ' ' && text[i] != '+' {
			continue
		}
		start, end, with := 0, 0, ""
		switch text[i-1] | 0x20 {
		case 'r', 'c': // Bearer, Basic
			start, end = credentialAfter(text, i)
			with = Token
		case 'd', 't', 'e': // password, Passwort, passcode
			if text[i] == ' ' {
				start, end = spokenAfter(text, i)
				with = Secret
			}
		}
		if end > start && start > 0 {
			out.replace(start, end, with)
			i = end - 1
		} else {
			i = max(i, end-len("bearer")-1) // what is no credential has none in its end but behind another word
		}
	}
	return out.String()
}

// credentialAfter is the credential behind the scheme that ends at i; start is 0 if there is none up to end.
func credentialAfter(text string, i int) (start, end int) {
	if !endsIn(text[:i], "bearer") && !endsIn(text[:i], "basic") {
		return 0, 0
	}
	for start = i; start < len(text) && (text[start] == ' ' || text[start] == '+'); {
		start++
	}
	for end = start; end < len(text) && (is(text[end], wordByte) || strings.IndexByte("._~+/=", text[end]) >= 0); {
		end++
	}
	if end-start < minCredential || !isCredential(text[start:end]) {
		return 0, end
	}
	return start, end
}

// endsIn compares without regard to case.
func endsIn(text, word string) bool {
	return len(text) >= len(word) && strings.EqualFold(text[len(text)-len(word):], word)
}

// spoken are the words behind which a password may stand without a sign.
var spoken = [...]string{"password", "passwort", "passcode", "passphrase", "passwd"}

// minSpoken is the length of the shortest password that is told from prose.
const minSpoken = 4

// spokenAfter is the password behind such a word that ends at i, and behind "is"; empty if there is none.
func spokenAfter(text string, i int) (start, end int) {
	for _, word := range spoken {
		if !endsIn(text[:i], word) {
			continue
		}
		start = i + 1
		for _, verb := range [...]string{"is ", "was ", "ist ", "war "} {
			if strings.HasPrefix(text[start:], verb) {
				start += len(verb)
				break
			}
		}
		for end = start; end < len(text) && !is(text[end], valueEnd); {
			end++
		}
		if end-start >= minSpoken && isSpokenSecret(text[start:end]) {
			return start, end
		}
		break
	}
	return 0, 0
}

// isSpokenSecret wants letters and digits.
func isSpokenSecret(value string) bool {
	all := countOf(value[:min(len(value), maxSegment)])
	return all.of(countDigit) > 0 && all.of(countLower) > 0 && value[0] != '{'
}

// minCredential is the length of the shortest credential that is told from prose.
const minCredential = 8

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

// minPEM is the length of the shortest beginning of a PEM block.
const minPEM = len("-----BEGIN A-----")

// redactPEM replaces PEM blocks, keys and certificates alike, whole or cut.
// https://www.rfc-editor.org/rfc/rfc7468
func redactPEM(text string) string {
	const begin, dashes = "-----BEGIN ", "-----"
	out := edit{text: text}
	for from := 0; ; {
		at := strings.Index(text[from:], begin)
		if at < 0 {
			return out.String()
		}
		start := from + at
		end := start + len(begin)
		label := strings.Index(text[end:min(len(text), end+maxLabel+len(dashes))], dashes)
		if label < 0 {
			from = end
			continue
		}
		end += label + len(dashes)
		body := text[end:]
		if next := strings.Index(body, begin); next >= 0 {
			body = body[:next]
		}
		if last := strings.Index(body, "-----END "); last >= 0 {
			end += last + len("-----END ")
			if label = strings.Index(text[end:min(len(text), end+maxLabel+len(dashes))], dashes); label >= 0 {
				end += label + len(dashes)
			}
		} else {
			for end < len(text) && (is(text[end], base64Byte) || strings.IndexByte("=\r\n\\", text[end]) >= 0) {
				end++
			}
		}
		out.replace(start, end, Secret)
		from = end
	}
}

// maxLabel is the longest name of a kind of PEM block.
const maxLabel = 64
