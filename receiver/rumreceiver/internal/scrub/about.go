package scrub

import "strings"

// about is the hint that a path segment gives about the next one.
type about uint8

const (
	aboutNothing about = iota
	aboutSecret        // a password, a token or a code
	aboutLink          // a key that grants access to whoever has the link; or an ordinary page
	aboutHook          // the same, for all following segments
	aboutHandle        // a user's name
	aboutUser          // a user's name, or a page of users
	aboutMailbox       // the part of an e-mail address before the @, or a page about mail
	aboutAddress
	aboutPhone
	aboutSSN
	aboutIBAN
	aboutDocument // a number of an official paper
	aboutBirth
	aboutPlace // a latitude or longitude
	aboutHome  // a user's directory
)

// subjects are the segments that give a hint, in lower case.
var subjects = map[string]about{}

// subjectLengths has a bit for the length of each subject, by its first letter: this is enough to
// exclude most segments.
var subjectLengths [32]uint32

// maxSubject is the length of the longest subject; subjectLengths has bits for no more than 31.
const maxSubject = 24

func init() {
	for what, names := range map[about][]string{
		aboutSecret: {
			"password", "passwort", "passwd", "pwd", "passcode", "pin", "otp", "token", "secret", "apikey", "api-key", "api_key", "access-token",
			"access_token", "accesstoken", "refresh-token", "jwt", "sid", "sessionid", "session-id", "nonce", "csrf",
		},
		aboutLink: {
			"magic", "magic-link", "magiclink", "magic_link", "reset", "reset-password", "reset_password", "resetpassword", "password-reset",
			"password_reset", "passwordreset", "recover", "recovery", "verify", "verify-email", "verify_email", "verification", "confirm",
			"confirm-email", "confirmation", "activate", "activation", "invite", "invites", "invitation", "invitations", "invited", "join", "share",
			"shared", "shares", "sharing", "unsubscribe", "optout", "opt-out", "s", "k", "t", "i", "key", "keys", "code", "ticket", "session", "sessions",
			"link", "links", "l", "sh", "sign", "public", "embed", "meet", "meeting", "preview", "login", "auth", "view-link", "voucher", "vouchers", "gift-card", "giftcard", "redeem", "track", "tracking", "guest", "callback", "login-link", "signin-link", "one-time", "onetime", "dl", "download-link", "tokens", "signed",
		},
		aboutHook:     {"webhooks", "webhook", "hooks.slack.com"},
		aboutHandle:   {"u", "username", "usernames"},
		aboutUser:     {"user", "users", "profile", "profiles", "member", "members", "people", "person", "persons", "customer", "customers", "patient", "patients", "name", "employee", "employees", "student", "students", "teacher", "teachers", "author", "authors"},
		aboutMailbox:  {"email", "emails", "e-mail", "mail", "mailbox", "mailto", "account", "accounts", "client", "clients"},
		aboutAddress:  {"address", "addresses", "addr", "adresse", "anschrift", "ship-to", "street", "strasse"},
		aboutPhone:    {"call", "dial", "tel", "phone", "phones", "sms", "whatsapp", "wa.me", "telefon", "mobile", "msisdn"},
		aboutSSN:      {"ssn", "social-security", "nin"},
		aboutIBAN:     {"iban"},
		aboutDocument: {"passport", "passports", "id-card", "idcard", "tax-id", "taxid", "vat", "vat-id", "insurance-number", "licence-plate", "license-plate", "plate", "imei", "iccid"},
		aboutPlace:    {"lat", "lng", "lon", "latitude", "longitude"},
		aboutBirth:    {"dob", "born", "birthday", "birthdate", "date-of-birth"},
	} {
		for _, name := range names {
			subjects[name] = what
			subjectLengths[name[0]&31] |= 1 << len(name)
		}
	}
}

// aboutNext is the hint of a segment, in upper or lower case, about the next one.
func aboutNext(segment string) about {
	n := len(segment)
	if n == 0 || n > maxSubject || !isLetter(segment[0]) || subjectLengths[segment[0]&31]&(1<<n) == 0 {
		return aboutNothing
	}
	var lower [maxSubject]byte
	for i := range n {
		lower[i] = segment[i]
		if segment[i] >= 'A' && segment[i] <= 'Z' {
			lower[i] |= 0x20
		}
	}
	return subjects[string(lower[:n])]
}

// linkWords mark a segment that begins or ends with one of them as part of a secret link: set-password, acceptInvite.
var linkWords = [...]string{
	"password", "passwort", "passwd", "magic", "invite", "invitation", "reset", "verify", "verification", "confirm", "confirmation", "activate",
	"activation", "unsubscribe", "recovery", "recover", "token", "share", "shared", "login", "signin",
}

// linksByFirst and linksByLast have the linkWords by first and by last letter.
var linksByFirst, linksByLast = func() (first, last [32][]string) {
	for _, word := range linkWords {
		first[word[0]&31] = append(first[word[0]&31], word)
		last[word[len(word)-1]&31] = append(last[word[len(word)-1]&31], word)
	}
	return first, last
}()

// aboutCompound is the hint in the first or last word of a segment, if the next one may be a key.
func aboutCompound(segment string) about {
	if len(segment) > 2*maxSubject || !isLetter(segment[0]) {
		return aboutNothing
	}
	for _, word := range linksByFirst[segment[0]&31] {
		if len(segment) > len(word) && strings.EqualFold(segment[:len(word)], word) {
			return aboutLink
		}
	}
	for _, word := range linksByLast[segment[len(segment)-1]&31] {
		if endsIn(segment, word) {
			return aboutLink
		}
	}
	if last := strings.LastIndexAny(segment, "-_"); last >= 0 {
		switch what := aboutNext(segment[last+1:]); what {
		case aboutAddress, aboutPhone, aboutSSN, aboutIBAN, aboutDocument, aboutBirth:
			return what
		}
	}
	return aboutNothing
}

// named is the placeholder for a segment behind one with a hint.
func (s *Scrubber) named(segment string, about about, all count) string {
	if s.settings.Words[segment] {
		return ""
	}
	if about < aboutHandle {
		return opened(segment, about, all)
	}
	if with, ok := numbered[about]; ok {
		if all.of(countDigit) >= minNumbered {
			return with
		}
		return ""
	}
	return personal(segment, about, all)
}

// minNumbered is the smallest number of digits of a personal number.
const minNumbered = 4

// numbered are the placeholders for personal numbers.
var numbered = map[about]string{aboutSSN: ssn, aboutIBAN: iban, aboutDocument: id, aboutBirth: date, aboutPlace: geo}

// opened is the placeholder for a key that grants access.
func opened(segment string, about about, all count) string {
	isHook := about == aboutHook && len(segment) >= minNumbered && (all.of(countDigit)+all.of(countUpper) > 0 || len(segment) >= minTokenSegment)
	if isHook || about != aboutHook && isKey(segment, all, about == aboutSecret) {
		return Token
	}
	return ""
}

// personal is the placeholder for a segment with the name or the address of a person.
func personal(segment string, about about, all count) string {
	digits, letters := all.of(countDigit), all.of(countLower)+all.of(countUpper)
	switch {
	case about == aboutHome:
		return user
	case about == aboutHandle && digits < len(segment):
		return user
	case about == aboutPhone && digits >= minLocal && letters == 0:
		return phone
	case digits == len(segment) || pageWords[segment]:
		return ""
	case about == aboutAddress && digits > 0:
		return address
	case about == aboutUser && !isVersionWord(segment) && byForm(segment, all) == "":
		return user
	case about == aboutMailbox && isMailbox(segment):
		return user
	}
	return ""
}

// minLocal is the smallest number of digits of a phone number without area code.
const minLocal = 6

// isMailbox reports whether the segment is a name with a dot or a plus between letters, such as jane.doe, but not a file name.
func isMailbox(segment string) bool {
	sign := strings.LastIndexAny(segment, ".+")
	if sign <= 0 || sign == len(segment)-1 || !isLetter(segment[0]) || !isLetter(segment[sign+1]) {
		return false
	}
	switch segment[sign:] {
	case ".html", ".htm", ".php", ".aspx", ".jsp", ".do", ".json", ".xml", ".txt":
		return false
	}
	return true
}

// isVersionWord reports whether the segment is a version, such as v1.
func isVersionWord(segment string) bool {
	return len(segment) > 1 && segment[0] == 'v' && isDigits(segment[1:])
}

// pageWords are ordinary pages in places where other sites have a user's name.
var pageWords = func() map[string]bool {
	words := map[string]bool{}
	for _, word := range []string{
		"about", "account", "accounts", "activity", "add", "address", "addresses", "admin", "all", "api", "app", "archive", "auth", "avatar", "avatars",
		"balance", "billing", "cart", "change", "change-password", "check", "checkout", "confirm", "contact", "contacts", "create", "current", "dashboard",
		"delete", "details", "devices", "documents", "edit", "email", "export", "favorites", "favourites", "feed", "filter", "find", "follow", "followers",
		"following", "forgot", "forgot-password", "forgotten-password", "friends", "groups", "guide", "help", "history", "home", "id", "images", "import",
		"inbox", "index", "index.html", "info", "invite", "invoices", "join", "language", "list", "login", "logout", "lost-password", "manage", "me",
		"media", "membership", "messages", "new", "notifications", "notes", "onboarding", "order", "orders", "overview", "page", "password", "payment",
		"payments", "permissions", "photo", "photos", "plans", "points", "posts", "preferences", "privacy", "profile", "projects", "public", "purchases",
		"recent", "register", "reports", "reset", "reset-password", "reviews", "rewards", "roles", "save", "saved", "search", "security", "self", "service",
		"services", "session", "sessions", "settings", "share", "sign-in", "sign-out", "sign-up", "signin", "signout", "signup", "stats", "status",
		"subscription", "subscriptions", "success", "summary", "support", "tags", "team", "teams", "terms", "thanks", "tickets", "top", "update", "upload",
		"user", "users", "validate", "verify", "view", "welcome", "wishlist", "us", "form", "thank-you", "sales", "store", "country", "billing-address",
		"shipping-address", "validation", "autocomplete", "lookup", "default", "book", "suggest", "culture", "company", "careers", "meaning", "benefits", "handbook", "contest", "case-studies", "edit-photo", "visitors-guide",
	} {
		words[word] = true
	}
	return words
}()

// isKey distinguishes keys from words and slugs. secret is true where no word is expected: there, weaker evidence is
// enough.
func isKey(segment string, all count, secret bool) bool {
	n, digits, upper, lower := len(segment), all.of(countDigit), all.of(countUpper), all.of(countLower)
	switch {
	case n < 4:
		return false
	case digits == n:
		return n >= 6 || secret
	case lower+upper == 0:
		return false // dates, versions
	case all.of(countDash)+all.of(countOther) > 0 && upper <= 1:
		return !isSlug(segment)
	case digits > 0:
		return secret || !isWordWithNumber(segment)
	case upper == 0:
		return n >= 16
	case lower == 0:
		return n >= 6
	}
	return changes(segment) > n/3+1 // not Title, camelCase
}

// isSlug distinguishes words and short numbers with dashes between them from random words with dashes.
func isSlug(segment string) bool {
	letters, digits := 0, 0
	for i := 0; i <= len(segment); i++ {
		switch {
		case i == len(segment) || segment[i] == '-' || segment[i] == '_' || segment[i] == '.':
			if letters > 0 && digits > 2 || letters > 20 || digits > 4 {
				return false
			}
			letters, digits = 0, 0
		case isDigit(segment[i]):
			digits++
		case digits > 0 && letters > 0:
			return false // letters, digits, letters
		default:
			letters++
		}
	}
	return true
}

// isWordWithNumber reports whether the segment is a word with a number at its end, such as step2 and oauth2.
func isWordWithNumber(segment string) bool {
	n := len(segment)
	for n > 0 && isDigit(segment[n-1]) {
		n--
	}
	if len(segment)-n > 2 || n == 0 {
		return false
	}
	for i := range n {
		if segment[i] < 'a' || segment[i] > 'z' {
			return false
		}
	}
	return true
}
