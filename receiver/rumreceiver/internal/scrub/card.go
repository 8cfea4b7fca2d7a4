package scrub

import "math"

const (
	minCard = 13
	maxCard = 19
	// maxGroup is the longest group of digits in a card number that is written in groups.
	maxGroup = 6
)

// cardAt is the length of the card number at the beginning of the text, 0 when there is none: 13 to 19 digits, in one
// piece or in groups, of a known issuer and with the right check digit. One in twenty numbers of that form passes by
// chance.
func cardAt(text string) int {
	if len(text) < minCard || !isDigit(text[1]) || !cardStarts[(text[0]-'0')*10+text[1]-'0'] {
		return 0 // most numbers
	}
	var digits [maxCard + 1]byte
	n, group, groups, separator := 0, 0, 1, ""
	for i := 0; i <= len(text) && n <= maxCard; i++ {
		if i < len(text) && isDigit(text[i]) {
			digits[n] = text[i] - '0'
			n++
			group++
			continue
		}
		if n >= minCard && (groups == 1 || group <= maxGroup) && isCard(digits[:n]) {
			return i
		}
		if group == 0 || groups == 1 && group != 4 || group > maxGroup { // card numbers are not written like this
			return 0
		}
		if separator != "" || !usualByte(text, i) {
			skip, ok := skipGroup(text[i:], groups == 1, &separator)
			if !ok {
				return 0
			}
			i += skip - 1
		}
		group = 0
		groups++
	}
	return 0
}

// skipGroup is the length of the separator between a group of digits and the next one. It is false if this is not the
// separator of the groups before, which is empty as long as all are usual ones.
func skipGroup(text string, first bool, separator *string) (length int, ok bool) {
	between := betweenGroups(text)
	if first {
		*separator = between
	}
	return len(between), between != "" && between == *separator
}

// betweenGroups returns up to three characters that a digit follows.
func betweenGroups(text string) string {
	for n := 0; n < len(text) && n <= 3; n++ {
		if isDigit(text[n]) {
			return text[:n]
		}
		if !is(text[n], cardByte) {
			break
		}
	}
	return ""
}

// usualByte reports whether there is a separator that may be mixed with others, and then a digit. Other separators, and
// longer ones, must be the same between all groups.
func usualByte(text string, i int) bool {
	return i+1 < len(text) && is(text[i], groupByte) && isDigit(text[i+1])
}

// isCard checks issuer, length and the check digit of Luhn.
// https://en.wikipedia.org/wiki/Payment_card_number
func isCard(digits []byte) bool {
	if !issued(int(digits[0])*10+int(digits[1]), len(digits)) {
		return false
	}
	sum := 0
	for i := len(digits) - 1; i >= 0; i -= 2 {
		sum += int(digits[i])
		if i > 0 {
			sum += int(doubled[digits[i-1]])
		}
	}
	return sum%10 == 0
}

// doubled has, for each digit, the sum of the digits of its double.
var doubled = [10]byte{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}

// issued reports whether card numbers of that length may begin with the two digits.
func issued(first, length int) bool {
	switch {
	case first >= 40 && first <= 49: // Visa
		return length == 13 || length == 16 || length == 19
	case first == 34 || first == 37: // American Express
		return length == 15
	case first == 30 || first == 36 || first == 38 || first == 39: // Diners Club
		return length == 14 || length == 16
	case first >= 51 && first <= 55 || first >= 22 && first <= 27 || first == 35: // Mastercard, Mir, JCB
		return length == 16
	case first == 50 || first >= 56 && first <= 69: // Maestro, UnionPay, Discover
		return length >= 16
	}
	return false
}

// cardStarts are the first two digits of all numbers that are issued.
var cardStarts = func() (starts [100]bool) {
	for first := range starts {
		for length := minCard; length <= maxCard; length++ {
			starts[first] = starts[first] || issued(first, length)
		}
	}
	return starts
}()

// IsCardNumber reports whether a number, sent as a number and not as text, is that of a card.
func IsCardNumber(v float64) bool {
	if !(v >= 1e12 && v <= 1<<53) || v != math.Trunc(v) { // 13 digits; the integers of JavaScript
		return false
	}
	var digits [maxCard]byte
	n := len(digits)
	for rest := int64(v); rest > 0; rest /= 10 {
		n--
		digits[n] = byte(rest % 10)
	}
	return isCard(digits[n:])
}
