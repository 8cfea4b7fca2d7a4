package scrub

import "strings"

// redactCredentials replaces the credential behind the words Bearer and Basic, in upper or lower case, and the password
// in "password hunter2" and "password is hunter2". It looks for the space behind these words, because a text has few.
// https://www.rfc-editor.org/rfc/rfc9110#section-11.4
func redactCredentials(text string) string {
	out := edit{text: text}
	for i := len("pin"); i+minSpoken < len(text); i++ {
		if text[i] != ' ' && text[i] != '+' {
			continue
		}
		start, end, with := 0, 0, ""
		switch text[i-1] | 0x20 {
		case 'r', 'c': // Bearer, Basic
			start, end = credentialAfter(text, i)
			with = Token
		default: // password, secret, token
			if text[i] == ' ' && (isLetter(text[i-1]) || text[i-1] == ':') {
				start, end, with = spokenAfter(text, i)
			}
		}
		if end > start && start > 0 {
			out.replace(start, end, with)
			i = end - 1
		} else {
			i = max(i, end-len("bearer")-1) // this word is no credential, but its end may be the word before one
		}
	}
	return out.String()
}

// credentialAfter finds the credential behind the scheme that ends at i; start is 0 if there is none before end.
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

// endsIn ignores case.
func endsIn(text, word string) bool {
	return len(text) >= len(word) && strings.EqualFold(text[len(text)-len(word):], word)
}

// spoken are words that a secret may follow without = or :, the form of the secret, and its placeholder.
var spoken = [...]spokenWord{
	{"password", isSpokenSecret, Secret}, {"passwort", isSpokenSecret, Secret}, {"passcode", isSpokenSecret, Secret}, {"passphrase", isSpokenSecret, Secret},
	{"passwd", isSpokenSecret, Secret}, {"token", isWeakSecret, Secret}, {"secret", isWeakSecret, Secret}, {"apikey", isWeakSecret, Secret},
	{"api key", isWeakSecret, Secret}, {"access key", isWeakSecret, Secret}, {"pin", isSpokenCode, Secret}, {"otp", isSpokenCode, Secret},
	{"your code", isSpokenCode, Secret}, {"verification code", isSpokenCode, Secret}, {"security code", isSpokenCode, Secret}, {"login code", isSpokenCode, Secret},
	{"access code", isSpokenCode, Secret}, {"one-time code", isSpokenCode, Secret}, {"confirmation code", isSpokenCode, Secret},
	{"born", isSpokenDate, date}, {"geboren", isSpokenDate, date}, {"dob", isSpokenDate, date}, {"birth", isSpokenDate, date}, {"birthday", isSpokenDate, date},
	{"birthdate", isSpokenDate, date}, {"vat", isVAT, id}, {"vat id", isVAT, id}, {"tax id", isVAT, id}, {"ust-idnr", isVAT, id},
}

type spokenWord struct {
	word string
	is   func(value string) bool
	with string
}

// spokenByEnd has them by their last two letters.
var spokenByEnd = func() (table [32][32][]*spokenWord) {
	for i := range spoken {
		word := spoken[i].word
		last, before := word[len(word)-1]&31, word[len(word)-2]&31
		table[before][last] = append(table[before][last], &spoken[i])
	}
	return table
}()

// minSpoken is the length of the shortest password that can be distinguished from prose.
const minSpoken = 4

// spokenAfter is the text behind such a word that ends at i, and behind "is"; empty if there is none.
func spokenAfter(text string, i int) (start, end int, with string) {
	before := strings.TrimSuffix(text[:i], ":")
	if len(before) < 2 {
		return 0, 0, ""
	}
	for _, spoken := range spokenByEnd[before[len(before)-2]&31][before[len(before)-1]&31] {
		if !endsIn(before, spoken.word) {
			continue
		}
		if at := len(before) - len(spoken.word); at > 0 && isLetter(before[at-1]) { // spin
			continue
		}
		start = i + 1
		for _, verb := range [...]string{"is ", "was ", "on ", "ist ", "war ", "am "} {
			if strings.HasPrefix(text[start:], verb) {
				start += len(verb)
				break
			}
		}
		for end = start; end < len(text) && !is(text[end], valueEnd); {
			end++
		}
		if end-start >= minSpoken && spoken.is(text[start:end]) {
			return start, end, spoken.with
		}
		break
	}
	return 0, 0, ""
}

// isSpokenDate reports whether it is a date such as 1984-05-06 or 06.05.1984.
func isSpokenDate(value string) bool {
	value = strings.TrimRight(value, ".")
	separators := 0
	for i := range len(value) {
		if !isDigit(value[i]) {
			if strings.IndexByte("-./", value[i]) < 0 {
				return false
			}
			separators++
		}
	}
	return separators == 2 && len(value) >= len("6/5/84") && len(value) <= len("1984-05-06")
}

// isVAT reports whether it is a VAT number such as DE123456789.
func isVAT(value string) bool {
	return len(value) >= len("DK12345678") && len(value) <= len("NL123456789B01") && is(value[0], upperByte) && is(value[1], upperByte) &&
		countOf(value).of(countDigit) >= 8
}

// isSpokenCode reports whether it may be a one-time code, which people receive and type in.
func isSpokenCode(value string) bool {
	value = strings.TrimRight(value, ".")
	return isDigits(value) && len(value) <= 8
}

// isSpokenSecret reports whether it has letters and digits, or is such a code.
func isSpokenSecret(value string) bool {
	all := countOf(value[:min(len(value), maxSegment)])
	return isSpokenCode(value) && len(value) >= 6 || all.of(countDigit) > 0 && all.of(countLower) > 0 && value[0] != '{'
}

// minCredential is the length of the shortest credential that can be distinguished from prose.
const minCredential = 8

// isCredential distinguishes passwords and tokens from words of prose: they contain a digit, a special character, or
// upper case after lower case.
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
