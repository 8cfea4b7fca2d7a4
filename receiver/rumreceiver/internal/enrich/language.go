package enrich

import "strings"

const (
	// maxLanguages is how many bytes of Accept-Language are read; the preferred language is the first.
	maxLanguages = 64
	// maxLanguageTag is the longest tag that is taken, in bytes. https://www.rfc-editor.org/rfc/rfc5646#section-4.4
	maxLanguageTag = 35
)

// preferredLanguage is the first tag of Accept-Language, which browsers sort: of "pt-BR,pt;q=0.9" it is pt-BR.
// Empty when that is no language tag, such as *.
func preferredLanguage(header string) string {
	header = header[:min(len(header), maxLanguages)]
	tag, _, _ := strings.Cut(header, ",")
	tag, _, _ = strings.Cut(tag, ";")
	tag = strings.TrimSpace(tag)
	if len(tag) < 2 || len(tag) > maxLanguageTag || !isLetter(tag[0]) || !isLetter(tag[1]) {
		return ""
	}
	for i := range len(tag) {
		if c := tag[i]; !isLetter(c) && !isDigit(c) && c != '-' {
			return ""
		}
	}
	return strings.Clone(tag) // not the rest of the header
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
