// Package scrub removes data that identifies or authorises people from texts, URLs and paths. It works on strings
// only; the caller knows the fields.
//
// Removed data is replaced by a placeholder with its kind, {email} or {token}. A string without such data is returned
// unchanged, without a copy. The work is linear in the length of the string, no result is longer than twice what went
// in and one placeholder, and what was scrubbed once is not changed by a second time.
package scrub

import "strings"

// Placeholders for removed data: the same words as in a url.template.
const (
	Email   = "{email}"
	Token   = "{token}"
	Card    = "{card}"
	Secret  = "{secret}"
	phone   = "{phone}"
	iban    = "{iban}"
	ip      = "{ip}"
	ssn     = "{ssn}"
	geo     = "{geo}"
	user    = "{user}"
	address = "{address}"
	uuid    = "{uuid}"
	hash    = "{hash}"
	id      = "{id}"
	date    = "{date}"
	path    = "{path}"
)

// placeholders are all of them.
var placeholders = [...]string{Secret, Token, Email, Card, phone, iban, ip, ssn, geo, user, address, uuid, hash, id, date, path}

// minText is the length of the shortest text that can have something to remove: a@b.c.
const minText = 5

// maxRounds is how often a text is looked through: what is left may look different without what is gone.
const maxRounds = 4

// Settings of a Scrubber. The zero value removes all queries and fragments.
type Settings struct {
	// AllowedQuery are the names of query parameters that are kept in URLs, compared byte by byte.
	AllowedQuery []string
	// HashRoutes keeps fragments that are paths of a hash router, #/a/b and #!/a/b, scrubbed as a path is.
	HashRoutes bool
	// Words are segments of paths that are no names of people, because the site's own routes spell them out.
	Words map[string]bool
}

// Scrubber is safe for concurrent use. The zero value has no Settings, and looks through a text as often as it comes.
type Scrubber struct {
	settings Settings
	known    *known // may be nil
	work     *int64 // see Counting; may be nil
}

// New does not copy the settings: do not change them afterwards. A Scrubber takes 64 KiB.
func New(settings Settings) *Scrubber { return &Scrubber{settings: settings, known: newKnown()} }

// Counting is the same Scrubber, which adds to work how many bytes it looks at beyond the first look that each byte of a
// text gets: again because something was taken out, or because it was encoded. It is for one goroutine.
func (s *Scrubber) Counting(work *int64) *Scrubber {
	return &Scrubber{settings: s.settings, known: s.known, work: work}
}

// again counts bytes that are looked at another time.
func (s *Scrubber) again(bytes int) {
	if s.work != nil {
		*s.work += int64(bytes)
	}
}

// Text scrubs every URL and path inside a text, such as a stack or a message, and removes secrets and personal data
// from the rest.
func (s *Scrubber) Text(text string) string {
	if len(text) < minHashed && isPlain(text) {
		return text
	}
	hash := s.known.text(text)
	if s.known.has(hash) {
		return text
	}
	clean := s.wholeText(text)
	if clean == text {
		s.known.remember(hash)
	}
	return clean
}

func (s *Scrubber) wholeText(text string) string {
	all := classesOf(text)
	if all&(controlByte|highByte) != 0 {
		text = cleaned(text)
		all = classesOf(text)
	}
	if len(text) < minText || all&findable == 0 {
		return text
	}
	return s.settle(text, s.textOf(text, all), (*Scrubber).textOnce)
}

// findable are the classes without which there is nothing in a text that could be removed.
const findable = digitByte | upperByte | atByte | percentByte | assignByte | queryByte | slashByte | backslash | bracketByte | highByte

// isPlain reports whether the bytes of a text alone show that nothing has to be removed.
func isPlain(text string) bool {
	all := classesOf(text)
	return all&(controlByte|highByte) == 0 && (len(text) < minText || all&findable == 0)
}

// URL keeps scheme, host, path and the allowed query parameters, and removes credentials, path parameters and
// fragment. Segments of the path that are secret or personal become placeholders. It takes relative and broken URLs
// too and never fails, because a URL that cannot be parsed must not be stored as it is.
func (s *Scrubber) URL(url string) string {
	if s.known.has(s.known.url(url)) {
		return url
	}
	all := classesOf(url)
	if all&(controlByte|highByte) != 0 {
		url = cleaned(url)
	}
	plain := s.structure(url, all)
	hash := s.known.url(plain) // without the query, which differs from visitor to visitor
	if s.known.has(hash) {
		return plain
	}
	var once string
	if plain == url {
		once = s.pathOf(url, all)
	} else {
		once = s.urlOnce(plain)
	}
	clean := s.settle(plain, once, (*Scrubber).urlOnce)
	if clean == plain {
		s.known.remember(hash)
	}
	return clean
}

// Value scrubs a value, using its name.
func (s *Scrubber) Value(key, value string) string {
	if isSecretName(key) && !isNothing(value) {
		return Secret
	}
	if with := numberUnder(key, value); with != "" {
		return with
	}
	return s.Text(value)
}

// settle repeats until nothing changes, because the rest may look different after a removal. A text that still changes after
// maxRounds is removed as a whole.
func (s *Scrubber) settle(text, next string, once func(*Scrubber, string) string) string {
	for range maxRounds {
		if next == text {
			return text
		}
		s.again(len(next))
		text, next = next, once(s, next)
	}
	return Secret
}

func (s *Scrubber) urlOnce(url string) string {
	url = s.structure(url, classesOf(url))
	return s.pathOf(url, classesOf(url))
}

// pathOf removes the secret parts of a URL from which structure has already removed others.
func (s *Scrubber) pathOf(url string, all class) string {
	if strings.HasSuffix(url, ":") { // data: and the like
		return url
	}
	if clean := s.segmentsOf(url, all); clean != url {
		return redact(clean, classesOf(clean))
	}
	return redact(url, all)
}

func (s *Scrubber) textOnce(text string) string { return s.textOf(text, classesOf(text)) }

func (s *Scrubber) textOf(text string, all class) string {
	if all&highByte != 0 {
		if folded := fold(text); folded != text {
			s.again(len(text))
			if clean := s.plainText(folded, classesOf(folded)); clean != folded {
				return clean
			}
		}
	}
	return s.plainText(text, all)
}

// plainText scrubs a text without the extra search for letters that are not ASCII. all are the classes of the text.
func (s *Scrubber) plainText(text string, all class) string {
	if inline := inlineScheme(text); inline != "" {
		return inline
	}
	if all&slashByte != 0 {
		text = s.urlsIn(text)
	}
	if all&queryByte != 0 {
		text = s.queriesIn(text)
	}
	if all&percentByte != 0 {
		text = s.encoded(text)
	}
	if all&backslash != 0 {
		text = windowsUsers(text)
	}
	return redact(text, all)
}

// redact removes everything that is recognised at any place of a text. all are its classes, or more.
func redact(text string, all class) string {
	if all&dashByte != 0 && all&upperByte != 0 && len(text) >= minPEM {
		text = redactPEM(text)
	}
	if all&assignByte != 0 {
		text = redactNamed(text)
	}
	if all&atByte != 0 {
		text = redactEmails(text)
	}
	if all&bracketByte != 0 {
		text = redactSpelledEmails(text, "(at)")
		text = redactSpelledEmails(text, "[at]")
	}
	if all&spaceByte != 0 && (strings.Contains(text, " dot ") || strings.Contains(text, " DOT ")) {
		text = redactSpelledEmails(text, " at ")
		text = redactSpelledEmails(text, " AT ")
	}
	if all&fragmentByte != 0 && strings.Contains(text, "&#") {
		text = redactSpelledEmails(text, "&#64;")
		text = redactSpelledEmails(text, "&#x40;")
	}
	if all&percentByte != 0 {
		text = redactSpelledEmails(text, "%u0040")
	}
	if all&backslash != 0 {
		text = redactSpelledEmails(text, `\u0040`)
	}
	if all&(digitByte|upperByte) != 0 && len(text) >= minToken {
		text = redactTokens(text)
	}
	if all&spaceByte != 0 && all&(digitByte|upperByte|assignByte) != 0 {
		text = redactCredentials(text)
	}
	if all&digitByte == 0 {
		return text
	}
	text = redactNumbers(text)
	if all&assignByte != 0 {
		text = redactIPv6(text)
	}
	return text
}
