package translate

import (
	"encoding/binary"
	"encoding/hex"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// fingerprintFrames is how many of the innermost stack frames distinguish errors. More would split one bug by its
// callers; none would merge every "x is undefined".
const fingerprintFrames = 3

// fingerprint groups errors of the same bug: by type, message without varying parts (numbers, quoted parts), and the function names
// of the innermost frames. File names and positions stay out,
// because bundlers change them with every release.
func fingerprint(e *beacon.Exception) string {
	hash := newFNV()
	if e.Type != unhandledRejection {
		hash.text(e.Type)
	} else { // what some SDKs call an error that is none, and others Error
		hash.text("Error")
	}
	hash.byte(0)
	hash.shape(e.Message)
	frames := 0
	for line := range strings.SplitSeq(e.Stack, "\n") {
		if frames == fingerprintFrames {
			break
		}
		if function, ok := frameFunction(line); ok {
			hash.byte(0)
			hash.text(function)
			frames++
		}
	}
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(hash)))
}

const unhandledRejection = "UnhandledRejection"

// fnv is FNV-1a of 64 bits, like hash/fnv, which allocates for each string.
// https://www.rfc-editor.org/rfc/rfc9923
type fnv uint64

func newFNV() fnv { return 14695981039346656037 }

func (h *fnv) byte(c byte) { *h = (*h ^ fnv(c)) * 1099511628211 }

func (h *fnv) text(s string) {
	for i := range len(s) {
		h.byte(s[i])
	}
}

// shape adds a message with runs of digits replaced by 0 and quoted parts by "".
func (h *fnv) shape(message string) {
	var quote byte
	lastDigit := false
	for i := range len(message) {
		c := message[i]
		isDigit := c >= '0' && c <= '9'
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			continue
		case c == '"' || c == '\'' && !insideWord(message, i):
			quote = c
		case isDigit && !lastDigit:
			h.byte('0')
		case !isDigit:
			h.byte(c)
		}
		lastDigit = isDigit
	}
}

// insideWord distinguishes the apostrophe of "can't" from a quotation mark.
func insideWord(s string, i int) bool {
	letter := func(j int) bool {
		return j >= 0 && j < len(s) && (s[j]|0x20 >= 'a' && s[j]|0x20 <= 'z')
	}
	return letter(i-1) && letter(i+1)
}
