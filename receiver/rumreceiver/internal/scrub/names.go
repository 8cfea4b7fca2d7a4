package scrub

import (
	"bytes"
	"strings"
)

const (
	// maxKey is how many bytes of a name before = or : are read.
	maxKey = 32
	// minSecretName is the length of the shortest name of a secret.
	minSecretName = 3
	// minValue is the length of the shortest value that is removed. A single letter is no secret, and placeholders for
	// single letters would make a text much longer.
	minValue = 2
	// minWeak is the length of the shortest secret behind one of the weakNames.
	minWeak = 8
)

// secretNames are the ends of the names of secrets, in lower case without - and _.
var secretNames = []string{
	"password", "passwd", "passphrase", "passwort", "passcode", "pwd", "kennwort", "motdepasse", "contraseña", "contrasena", "senha", "wachtwoord", "hasło", "parola", "lösenord", "adgangskode", "salasana", "heslo", "secret", "token", "apikey", "accesskey", "accountkey", "secretkey", "privatekey",
	"authorization", "credential", "credentials", "jwt", "otp", "cvv", "cvc", "ssn", "csrf", "xsrf", "phpsessid", "jsessionid", "cookie",
	"connect.sid", "sessid",
}

// textNames are further whole names, for texts only: as the name of an attribute they may mean something else.
var textNames = map[string]bool{
	"sid": true, "sessionid": true, "asp.netsessionid": true, "pin": true, "username": true, "firstname": true, "lastname": true,
	"verificationcode": true, "securitycode": true, "accesscode": true, "confirmationcode": true, "logincode": true, "smscode": true, "authcode": true,
	"invitecode": true, "resetcode": true, "recoverycode": true, "backupcode": true, "surname": true, "fullname": true, "signature": true, "sig": true, "xamzsignature": true, "sessionkey": true, "authkey": true, "passport": true,
}

// weakNames are whole names that may be those of secrets: the value decides.
var weakNames = map[string]bool{
	"code": true, "state": true, "key": true, "session": true, "auth": true, "nonce": true, "ticket": true, "verifier": true,
	"codeverifier": true, "invite": true, "reset": true, "pass": true,
}

// weakEnds are ends of further such names: __Host-session, Ocp-Apim-Subscription-Key.
var weakEnds = [...]string{"session", "key"}

// numberEnds are ends of the names of personal numbers, and their placeholders.
var numberEnds = [...]struct{ name, with string }{
	{"phone", phone}, {"phonenumber", phone}, {"telefon", phone}, {"msisdn", phone}, {"mobilenumber", phone}, {"whatsapp", phone}, {"latitude", geo},
	{"longitude", geo},
}

// numberNames are further whole names.
var numberNames = map[string]string{"tel": phone, "fax": phone, "mobile": phone, "mobil": phone, "handy": phone, "cell": phone, "lat": geo, "lng": geo, "lon": geo}

// numberNamed is the placeholder for a number of that name, empty for other names.
func numberNamed(plain []byte) string {
	for _, end := range &numberEnds {
		if bytes.HasSuffix(plain, []byte(end.name)) {
			return end.with
		}
	}
	return numberNames[string(plain)]
}

// cookieTails are the beginnings of cookie names that end with random characters, with the length of this end.
var cookieTails = [...]struct {
	name string
	tail int
}{{"ASPSESSIONID", 8}, {"wordpress_logged_in_", 32}, {"wordpress_sec_", 32}}

// isTailed reports whether the text ends in such a name.
func isTailed(text string) bool {
	for _, cookie := range &cookieTails {
		if n := len(text) - cookie.tail; n > 0 && strings.HasSuffix(text[:n], cookie.name) && strings.Trim(text[n:], "0123456789abcdefABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
			return true
		}
	}
	return false
}

// lastOfNames has the last two letters of all names: at the first of the two, a bit for the second. This excludes most
// words before a : or =.
var lastOfNames = func() (table [32]uint32) {
	add := func(name string) { table[name[len(name)-2]&31] |= 1 << (name[len(name)-1] & 31) }
	for _, name := range secretNames {
		add(name)
	}
	for _, names := range []map[string]bool{textNames, weakNames} {
		for name := range names {
			add(name)
		}
	}
	for _, name := range weakEnds {
		add(name)
	}
	for _, end := range numberEnds {
		add(end.name)
	}
	for name := range numberNames {
		add(name)
	}
	return table
}()

// endsLikeName checks the last two letters before end, ignoring - and _.
func endsLikeName(text string, end int) bool {
	if end < minSecretName {
		return false
	}
	last, before := text[end-1], text[end-2]
	if before == '-' || before == '_' {
		before = text[end-3]
	}
	return isLetter(last) && lastOfNames[before&31]&(1<<(last&31)) != 0
}

// plainName is a name in lower case without - and _. It uses a buffer of the caller.
func plainName(name string, into *[maxKey]byte) []byte {
	n := 0
	for i := max(0, len(name)-maxKey); i < len(name); i++ {
		c := name[i]
		if c == '-' || c == '_' {
			continue
		}
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		into[n] = c
		n++
	}
	return into[:n]
}

// isSecretName reports whether a name, such as access_token or X-Api-Key, is the name of a secret.
func isSecretName(name string) bool {
	if !endsLikeName(name, len(name)) {
		return false
	}
	var buffer [maxKey]byte
	return endsInSecret(plainName(name, &buffer))
}

// numberUnder is the placeholder for the value of that name if it is a personal number, otherwise empty.
func numberUnder(name, value string) string {
	if !endsLikeName(name, len(name)) || value == "" {
		return ""
	}
	var buffer [maxKey]byte
	switch with := numberNamed(plainName(name, &buffer)); with {
	case phone:
		if dialledEnd(value, 0) == len(value) {
			return with
		}
	case geo:
		if length, _ := decimalAt(value); length > 0 && length == len(value) {
			return with
		}
	}
	return ""
}

// IsSecretName is for values that are not strings.
func IsSecretName(name string) bool { return isSecretName(name) }

// secretsByLast has the names of secrets by their last byte.
var secretsByLast = func() (table [256][]string) {
	for _, name := range secretNames {
		last := name[len(name)-1]
		table[last] = append(table[last], name)
	}
	return table
}()

// endsInSecret reports whether a plain, non-empty name ends with the name of a secret.
func endsInSecret(plain []byte) bool {
	for _, secret := range secretsByLast[plain[len(plain)-1]] {
		if len(plain) >= len(secret) && string(plain[len(plain)-len(secret):]) == secret {
			return true
		}
	}
	return false
}

// redactNamed replaces values behind the name of a secret: token=…, "password":"…", otp: …. In what may be prose
// ("Unexpected token: foo", "token = in") the value must look like a credential.
func redactNamed(text string) string {
	out := edit{text: text}
	for i := 1; i < len(text); i++ {
		if !is(text[i], assignByte) {
			continue
		}
		name := nameEnd(text, out.done, i)
		if text[i] == '=' && name == i && isTailed(text[out.done:i]) {
			if end := valueEndOf(text, i+1); end > i+minValue && text[i+1] != '{' {
				out.replace(i+1, end, Secret)
				i = end - 1
			}
			continue
		}
		if !endsLikeName(text, name) || !assigns(text, i) {
			continue
		}
		named := assignment{text: text, sign: i, quoted: strings.ContainsAny(text[name:i], "\"'`")}
		if !named.read(nameBefore(text[out.done:name])) {
			continue
		}
		switch value := text[named.start:named.end]; {
		case named.with != Secret:
			out.replace(named.start, named.end, named.with)
			i = named.end - 1
		case len(value) < minValue || isNothing(value) || !named.sure && !isWeakSecret(value):
		case named.isProse() && !isCredential(value):
			if !isQuote(text[named.start-1]) { // no assignment inside it has another value
				i = max(i, named.end-1)
			}
		default:
			out.replace(named.start, named.end, Secret)
			i = named.end - 1
		}
	}
	return out.String()
}

// nameEnd is the end of the name before the = or : at i: before quotes, brackets and a space.
func nameEnd(text string, from, i int) int {
	end := i
	for end-1 > from {
		switch c := text[end-1]; {
		case c == ' ' && end == i, isQuote(c), c == '\\', c == ']':
			end--
		default:
			return end
		}
	}
	return end
}

// assignment of a value to the name of a secret.
type assignment struct {
	text       string
	sign       int  // index of the = or :
	quoted     bool // the name is
	sure       bool // the name alone decides, with any value
	start, end int  // of the value
	with       string
}

// read finds the value; false if the name is not that of a secret, or there is no value.
func (a *assignment) read(name string) bool {
	if len(name) < minSecretName {
		return false
	}
	var buffer [maxKey]byte
	plain := plainName(name, &buffer)
	if a.with = numberNamed(plain); a.with != "" {
		return a.readNumber()
	}
	a.with = Secret
	a.sure = endsInSecret(plain) || textNames[string(plain)]
	if !a.sure && !isWeakName(plain) {
		return false
	}
	a.start = valueStart(a.text, a.sign+1)
	if a.start == len(a.text) || a.text[a.start] == '{' { // empty, or redacted before; another assignment may be inside
		return false
	}
	a.end = valueEndOf(a.text, a.start)
	isHeader := a.text[a.sign] == ':' && !a.quoted && strings.HasSuffix(string(plain), "cookie")
	if isHeader && strings.IndexByte(a.text[a.start:min(len(a.text), a.start+maxLabel)], '=') >= 0 {
		a.end = a.start + len(lineAt(a.text, a.start))
	}
	return true
}

// readNumber finds the personal number behind its name; false if there is none.
func (a *assignment) readNumber() bool {
	a.start = valueStart(a.text, a.sign+1)
	if a.end = a.start; a.with == geo {
		length, _ := decimalAt(a.text[a.start:])
		a.end += length
	} else {
		a.end = dialledEnd(a.text, a.start)
	}
	return a.end > a.start
}

func isWeakName(plain []byte) bool {
	for _, end := range weakEnds {
		if bytes.HasSuffix(plain, []byte(end)) {
			return true
		}
	}
	return weakNames[string(plain)]
}

func (a *assignment) isProse() bool {
	return !a.quoted && (a.text[a.sign] == ':' || a.text[a.sign-1] == ' ')
}

// assigns reports whether the = or : at i is an assignment, not a part of ==, => or ://.
func assigns(text string, i int) bool {
	rest := text[i+1:]
	return rest != "" && rest[0] != '=' && rest[0] != '>' && (rest[0] != '/' || text[i] != ':')
}

// lineAt is the rest of the line, up to a quote.
func lineAt(text string, start int) string {
	if end := strings.IndexAny(text[start:], "\n\"'"); end >= 0 {
		return text[start : start+end]
	}
	return text[start:]
}

// isWeakSecret distinguishes secrets from other values behind a weak name: they are letters and digits without a pattern.
func isWeakSecret(value string) bool {
	if len(value) < minWeak || len(value) > maxSegment {
		return len(value) > maxSegment
	}
	all := countOf(value)
	if value[:2] == "0x" && all.of(countDigit)+all.of(countHex) == len(value)-1 { // the code of an error
		return false
	}
	return all.of(countDigit) > 0 && all.of(countLower)+all.of(countUpper) > 0 && !isSlug(value) && !isScreaming(value)
}

// isScreaming reports whether it is a constant such as ERR_HTTP2_PROTOCOL.
func isScreaming(value string) bool {
	return strings.IndexByte(value, '_') > 0 && strings.ToUpper(value) == value
}

// nameBefore is the name at the end of the text, in any language.
func nameBefore(text string) string {
	start := len(text)
	for start > 0 && len(text)-start < maxKey && (is(text[start-1], wordByte) || text[start-1] == '.' || text[start-1] >= 0x80) {
		start--
	}
	return text[start:]
}

// valueStart is the beginning of the value, behind spaces and an opening quote. For "Bearer x" it is that of x.
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
	for _, scheme := range []string{"Bearer ", "bearer ", "Basic ", "basic ", "Token ", "token ", "ApiKey "} {
		if strings.HasPrefix(text[i:], scheme) {
			i += len(scheme)
		}
	}
	return i
}

// valueEndOf is the end of the value that begins at start: at its closing quote, or at a delimiter.
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

// isNothing reports whether the value says that there is none, or was redacted before. It is kept.
func isNothing(value string) bool {
	switch value {
	case "", "null", "undefined", "true", "false", "none":
		return true
	}
	return value[0] == '{'
}
