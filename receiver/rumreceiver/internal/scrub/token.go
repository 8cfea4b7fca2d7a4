package scrub

import "strings"

const (
	// minToken is the shortest run of letters, digits, - and _ that is checked: a key with one of the prefixes below, cut
	// short.
	minToken = 12
	// minJWT is the shortest run that begins as every JSON Web Token does, with {" in base64url.
	minJWT = 20
	// minRandom is the shortest run that is a token by its form alone.
	minRandom = 32
)

// keyPrefixes are the beginnings of the keys of well-known services, by first byte.
var keyPrefixes = [256][]string{
	'A': {"AKIA", "ASIA", "ABIA", "ACCA", "AIza", "AGPA", "AIDA", "AROA", "ANPA", "ANVA", "APKA", "AGE-SECRET-KEY-", "ATATT3", "ATCTT3"},
	'C': {"CFPAT-"},
	'E': {"EAAA", "EAAC", "EAAG"},
	'G': {"GOCSPX-"},
	'N': {"NRAK-", "NRJS-"},
	'P': {"PMAK-"},
	'd': {"dop_v1_", "doo_v1_", "dor_v1_", "dckr_pat_", "dckr_oat_"},
	'f': {"figd_"},
	'g': {"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "glrt-", "gldt-", "glcbt-", "glsa_", "gsk_"},
	'h': {"hf_"},
	'l': {"lin_api_", "lin_oauth_"},
	'n': {"npm_", "ntn_", "nvapi-"},
	'p': {"pk_live_", "pk_test_", "pypi-", "pat-", "phc_", "phx_", "pplx-"},
	'r': {"rk_live_", "rk_test_", "rubygems_"},
	's': {"sk_live_", "sk_test_", "sk-", "shpat_", "shpss_", "shpca_", "shppa_", "sq0atp-", "sq0csp-", "sbp_", "secret_", "sntrys_", "sntryu_"},
	't': {"tskey-"},
	'w': {"whsec_"},
	'x': {"xai-", "xkeysib-", "xsmtpsib-", "xoxb-", "xoxp-", "xoxa-", "xoxs-", "xoxr-", "xoxe-", "xoxc-", "xoxd-", "xoxo-", "xapp-"},
	'y': {"ya29_"},
}

// redactTokens replaces JSON Web Tokens, keys of well-known services, bank accounts, addresses in base64 and
// long random words.
func redactTokens(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		start, end := longRun(text, from, wordByte, minToken)
		if start < 0 {
			break
		}
		from = end
		word := text[start:end]
		switch at := keyStart(word); {
		case isDottedKey(text[:start]):
			from = jwtEnd(text, end)
			out.replace(start, from, Token)
		case len(word) >= minJWT && strings.HasPrefix(word, "eyJ"):
			from = jwtEnd(text, end)
			out.replace(start, from, Token)
		case at >= 0:
			out.replace(start+at, end, Token)
		case len(word) >= minRandom && isRandom(word), isHexKey(word):
			out.replace(start, end, Token)
		case isEmailInBase64(word):
			out.replace(start, end, Email)
		case isBotToken(text, start, end):
			from = jwtEnd(text, end)
			out.replace(start, from, Token)
		}
	}
	return redactBase64(out.String())
}

// hexKey is the number of hexadecimal digits behind the prefixes of isHexKey.
const hexKey = 32

// isHexKey recognises the keys of Twilio, Databricks and Mailgun: a short prefix before a hexadecimal number.
func isHexKey(word string) bool {
	at := len(word) - hexKey
	if at != len("AC") && at != len("dapi") || strings.Trim(word[at:], "0123456789abcdef") != "" {
		return false
	}
	switch word[:at] {
	case "AC", "SK", "dapi", "key-":
		return true
	}
	return false
}

// isDottedKey reports whether the text ends with the beginning of a key that continues behind a dot.
func isDottedKey(text string) bool {
	for _, before := range [...]string{"ya29.", "ya29.c.", "SG.", "hvs.", "hvb.", "dp.pt.", "dp.st.", "mfa."} {
		if strings.HasSuffix(text, before) {
			return true
		}
	}
	return false
}

// isBotToken recognises tokens such as those of Discord by their three parts: a number in base64, a time, a signature.
func isBotToken(text string, start, end int) bool {
	if end-start < 23 || end-start > 30 || end == len(text) || text[end] != '.' {
		return false
	}
	second := end + 1
	for second < len(text) && is(text[second], wordByte) {
		second++
	}
	third := second + 1
	for third < len(text) && is(text[third], wordByte) {
		third++
	}
	return second-end == 7 && second < len(text) && text[second] == '.' && third-second > 27
}

// secretBase64 is the length of a secret access key of AWS, which has no prefix.
const secretBase64 = 40

// redactBase64 replaces words with the length and the form of a secret access key, including / and +.
func redactBase64(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		start, end := longRun(text, from, base64Byte, secretBase64)
		if start < 0 {
			return out.String()
		}
		from = end
		if word := text[start:end]; end-start == secretBase64 && strings.ContainsAny(word, "/+") && changes(word) >= 16 && strings.ContainsAny(word, asciiDigits) {
			out.replace(start, end, Token)
		}
	}
}

// isEmailInBase64 decodes words that may be an e-mail address.
func isEmailInBase64(word string) bool {
	if len(word) > 100 || word[0] < 'A' || word[0] > 'f' {
		return false
	}
	at, bits, have := false, uint32(0), 0
	for i := range len(word) {
		v := base64Value(word[i])
		if v < 0 {
			return false
		}
		bits, have = bits<<6|uint32(v), have+6 // #nosec G115 -- 0 to 63
		if have < 8 {
			continue
		}
		have -= 8
		switch c := byte(bits >> have); {
		case c == '@' && !at && i > 1:
			at = true
		case c >= 0x80 || !is(c, wordByte|domainByte) && c != '+' && c != '_' || at && c == '_':
			return false
		}
	}
	return at
}

func base64Value(c byte) int {
	switch {
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 26
	case c >= '0' && c <= '9':
		return int(c-'0') + 52
	}
	return -1
}

// jwtEnd is the end of the token whose header ends at end: behind payload and signature.
func jwtEnd(text string, end int) int {
	for end+1 < len(text) && text[end] == '.' && is(text[end+1], wordByte) {
		for end++; end < len(text) && is(text[end], wordByte); {
			end++
		}
	}
	return end
}

// keyStart is the beginning of a well-known key in the word, at its start or behind - or _; negative when there is none. A
// key has a digit.
func keyStart(word string) int {
	last := strings.LastIndexAny(word, asciiDigits)
	for i := 0; i <= last && i+minToken <= len(word); i++ {
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

// isRandom distinguishes random words from long names: in random words upper case, lower case and digits alternate at every
// other byte. In hex they do not, so hashes and UUIDs stay.
func isRandom(word string) bool {
	if len(word) <= maxSegment {
		if all := countOf(word); all.of(countDigit) < 2 || all.of(countUpper) == 0 || all.of(countLower) == 0 {
			return false
		}
	} else if word == strings.ToLower(word) || word == strings.ToUpper(word) {
		return false
	}
	return changes(word) >= len(word)/2
}

// changes is how often a word changes between upper case, lower case, digits and other characters.
func changes(word string) int {
	n := 0
	last := byte(0)
	for i := range len(word) {
		kind := byte('-')
		switch c := word[i]; {
		case isDigit(c):
			kind = '0'
		case c >= 'a' && c <= 'z':
			kind = 'a'
		case c >= 'A' && c <= 'Z':
			kind = 'A'
		}
		if kind != last {
			n++
		}
		last = kind
	}
	return n
}
