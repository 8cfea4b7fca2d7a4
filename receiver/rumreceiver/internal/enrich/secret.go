package enrich

import "strings"

const (
	// maxKey is how much of a name before = or : is read.
	maxKey = 32
	// minSecretName is the length of the shortest of secretNames.
	minSecretName = 3
)

// secretNames are the ends of names whose values are nobody's business, in lower case without - and _.
var secretNames = []string{
	"password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "accesskey", "secretkey", "privatekey",
	"authorization", "credential", "credentials", "jwt", "otp", "cvv", "cvc", "ssn",
}

// isSecretName tells whether a name, such as access_token or X-Api-Key, is that of a secret.
func isSecretName(name string) bool {
	if len(name) < minSecretName || strings.IndexByte("ddeytnlsvcp", name[len(name)-1]|0x20) < 0 {
		return false
	}
	var plain [maxKey]byte
	n := 0
	for i := max(0, len(name)-maxKey); i < len(name); i++ {
		if c := name[i]; c != '-' && c != '_' {
			plain[n] = c | 0x20
			n++
		}
	}
	for _, secret := range secretNames {
		if strings.HasSuffix(string(plain[:n]), secret) {
			return true
		}
	}
	return false
}

// redactSecrets replaces the values of secrets that are named: token=…, "password":"…", otp: ….
// Where it may be prose ("Unexpected token: foo", "token = in") the value must look like a credential.
func redactSecrets(text string) string {
	out := edit{text: text}
	for i := 0; i < len(text); i++ {
		if !is(text[i], assignByte|percentByte) {
			continue
		}
		after := assignment(text, i)
		if after < 0 {
			continue
		}
		name, quoted := nameBefore(text[out.done:i])
		if !isSecretName(name) {
			continue
		}
		start := valueStart(text, after)
		if start == len(text) || text[start] == '{' { // nothing, or redacted before; inside may be another
			continue
		}
		end := valueEndOf(text, start)
		prose := !quoted && (text[i] == ':' || text[i-1] == ' ')
		switch value := text[start:end]; {
		case isNothing(value):
		case prose && !isCredential(value):
			if !isQuote(text[start-1]) { // no assignment in there has another value
				i = max(i, end-1)
			}
		default:
			out.replace(start, end, redactedSecret)
			i = end - 1
		}
	}
	return out.String()
}

// assignment is the place after the sign at i if that assigns: = or : or one of them encoded, but not
// ==, => or ://. It is negative otherwise.
func assignment(text string, i int) int {
	rest := text[i+1:]
	if text[i] == '%' {
		if strings.HasPrefix(rest, "3D") || strings.HasPrefix(rest, "3d") || strings.HasPrefix(rest, "3A") || strings.HasPrefix(rest, "3a") {
			return i + len("%3D")
		}
		return -1
	}
	if rest == "" || rest[0] == '=' || rest[0] == '>' || rest[0] == '/' && text[i] == ':' {
		return -1
	}
	return i + 1
}

// nameBefore is the name at the end of the text, perhaps in quotes (which JSON inside a string
// escapes), perhaps with a space after it.
func nameBefore(text string) (name string, quoted bool) {
	text = strings.TrimSuffix(text, " ")
	end := len(text)
	if end > 0 && isQuote(text[end-1]) {
		quoted = true
		end--
		if end > 0 && text[end-1] == '\\' {
			end--
		}
	}
	start := end
	for start > 0 && end-start < maxKey && is(text[start-1], wordByte) {
		start--
	}
	return text[start:end], quoted
}

// valueStart is where the value begins: after spaces and an opening quote. Of "Bearer x" it is x.
func valueStart(text string, i int) int {
	for i < len(text) && text[i] == ' ' {
		i++
	}
	if strings.HasPrefix(text[i:], `\`) {
		i++
	}
	if i < len(text) && isQuote(text[i]) {
		return i + 1
	}
	for _, scheme := range []string{"Bearer ", "bearer ", "Basic ", "basic "} {
		if strings.HasPrefix(text[i:], scheme) {
			i += len(scheme)
		}
	}
	return i
}

// valueEndOf is where the value ends that begins at start: at its closing quote, or at a delimiter.
func valueEndOf(text string, start int) int {
	if isQuote(text[start-1]) {
		end := strings.IndexByte(text[start:], text[start-1])
		if end < 0 {
			return len(text)
		}
		return start + len(strings.TrimSuffix(text[start:start+end], `\`))
	}
	end := start
	for end < len(text) && !is(text[end], valueEnd) {
		end++
	}
	return end
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// isNothing keeps what says that there is no value, and what was redacted before.
func isNothing(value string) bool {
	switch value {
	case "", "null", "undefined", "true", "false", "none":
		return true
	}
	return value[0] == '{'
}
