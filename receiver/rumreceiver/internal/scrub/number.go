package scrub

import "strings"

// minNumberRun is the length of the shortest personal number, an IP address.
const minNumberRun = 9

// redactNumbers replaces numbers of cards, phones, social security and bank accounts, coordinates and IP
// addresses. They are recognised by their format and, if they have them, by their check digits.
func redactNumbers(text string) string {
	out := edit{text: text}
	for from := 0; ; {
		start, end := longRun(text, from, numberByte, minNumberRun)
		if start < 0 {
			return out.String()
		}
		from = end
		if at := ibanStart(text, max(start, out.done+ibanHead)-ibanHead, start); at >= 0 {
			length := ibanAt(text[at:])
			out.replace(at, at+length, iban)
			from = max(at+length, start)
			continue
		}
		for at := start; at < end; {
			if length, with := numberAt(text, at); length > 0 {
				out.replace(at, at+length, with)
				at += length
				continue
			}
			for at++; at < end && (isDigit(text[at-1]) && isDigit(text[at]) || text[at] == ' '); { // to the next group
				at++
			}
		}
	}
}

// numberAt is the length of the number at that place, and its placeholder; 0 when there is none.
func numberAt(text string, at int) (length int, with string) {
	c, before := text[at], byte(' ')
	if at > 0 {
		before = text[at-1]
	}
	digit := isDigit(c)
	if digit && isDigit(before) || !digit && c != '+' && c != '(' && c != '-' {
		return 0, ""
	}
	if digit {
		if length = cardAt(text[at:]); length > 0 && !(isDecimal(text, at) && isDigits(text[at:at+length])) {
			return length, Card
		}
	}
	if length = coordinateAt(text, at, before); length > 0 {
		return length, geo
	}
	if isPartOf(before) {
		return 0, ""
	}
	if digit {
		if length = ssnAt(text, at); length > 0 {
			return length, ssn
		}
		if length = ipv4At(text[at:]); length > 0 && mayBeIP(text[:at], text[at:at+length]) {
			return length, ip
		}
	}
	if length = phoneAt(text[at:], strings.HasSuffix(text[:at], "tel:")); length > 0 && before != '+' {
		return length, phone
	}
	return 0, ""
}

// coordinateAt is the length of a latitude and a longitude, or of the longitude alone if the latitude was already replaced.
// N or S may stand before them, but no other letter, and no sign of a longer number.
func coordinateAt(text string, at int, before byte) (length int) {
	hemisphere := (before == 'N' || before == 'S') && (at < 2 || !is(text[at-2], wordByte))
	if !hemisphere && isPartOf(before) {
		return 0
	}
	if length = geoAt(text[at:]); length == 0 && isOtherHalf(text[:at]) {
		length, _ = decimalAt(text[at:])
	}
	return length
}

// isPartOf reports whether the text behind that character is a part of a word or of a longer number.
func isPartOf(before byte) bool {
	return isLetter(before) || isDigit(before) || before == '.' || before == '-' || before == '_'
}

// isDecimal reports whether these digits are the decimals of a number, 0.4111….
func isDecimal(text string, at int) bool {
	return at > 1 && text[at-1] == '.' && isDigit(text[at-2])
}

// ends reports whether the word ends behind a number of that length.
func ends(text string, length int) bool {
	return length == len(text) || !isDigit(text[length]) && !isLetter(text[length]) && text[length] != '_'
}

// isNamedSSN reports whether the text announces a social security number.
func isNamedSSN(before string) bool {
	before = strings.TrimRight(before, " :=#")
	return endsIn(before, "ssn") || endsIn(before, "social security number")
}

// ssnAt is the length of a social security number such as 078-05-1120 at that place, without numbers that are never issued. A
// number that is announced may have spaces or dots.
// https://www.ssa.gov/employer/randomization.html
func ssnAt(all string, at int) int {
	const length = len("078-05-1120")
	text := all[at:]
	if len(text) < length || text[3] != text[6] || text[3] != '-' && text[3] != ' ' && text[3] != '.' || !isDigits(text[:3]) || !isDigits(text[4:6]) || !isDigits(text[7:length]) {
		return 0
	}
	if text[:3] == "000" || text[:3] == "666" || text[0] == '9' || text[4:6] == "00" || text[7:length] == "0000" {
		return 0
	}
	if !ends(text, length) || length < len(text) && text[length] == '-' || text[3] != '-' && !isNamedSSN(all[:at]) {
		return 0
	}
	return length
}

// geoAt is the length of a latitude and a longitude with at least four decimals, some ten metres. N and E may stand behind
// them.
func geoAt(text string) int {
	first, latitude := decimalAt(text)
	if first == 0 {
		return 0
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(text[first:], "°"), " ")
	if len(rest) > 1 && strings.IndexByte("NSns", rest[0]) >= 0 && !isLetter(rest[1]) {
		rest = strings.TrimPrefix(rest[1:], " ")
	}
	if rest == "" || strings.IndexByte(",;/_|", rest[0]) < 0 {
		return 0
	}
	rest = strings.TrimPrefix(rest[1:], " ")
	if len(rest) > 1 && (rest[0] == 'E' || rest[0] == 'W') && isDigit(rest[1]) {
		rest = rest[1:]
	}
	second := len(text) - len(rest)
	length, longitude := decimalAt(rest)
	if length == 0 || latitude > 90 || longitude > 180 || latitude+longitude == 0 { // they may be parts of a whole
		return 0
	}
	return second + length
}

// isOtherHalf reports whether the text ends with a latitude that was replaced, and a separator.
func isOtherHalf(before string) bool {
	last := len(before) - 1
	if last > 0 && before[last] == ' ' {
		last--
	}
	return last > 0 && before[last-1] == geo[len(geo)-1] && strings.IndexByte(",;/_|", before[last]) >= 0 && strings.HasSuffix(before[:last], geo)
}

// decimalAt is the length of a decimal number with at least four decimals, and its whole part without sign.
func decimalAt(text string) (length, whole int) {
	i := 0
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		i++
	}
	from := i
	for ; i < len(text) && i-from <= 3 && isDigit(text[i]); i++ {
		whole = whole*10 + int(text[i]-'0')
	}
	if i == from || i-from > 3 || i == len(text) || text[i] != '.' {
		return 0, 0
	}
	i++
	from = i
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	if i-from < 4 || i-from > 15 {
		return 0, 0
	}
	return i, whole
}

// ipv4At is the length of an IPv4 address such as 203.0.113.7.
func ipv4At(text string) int {
	i := 0
	for part := range 4 {
		if part > 0 {
			if i == len(text) || text[i] != '.' {
				return 0
			}
			i++
		}
		from, value := i, 0
		for i < len(text) && i-from < 3 && isDigit(text[i]) {
			value = value*10 + int(text[i]-'0')
			i++
		}
		if i == from || value > 255 || text[from] == '0' && i-from > 1 {
			return 0
		}
	}
	if !ends(text, i) || i+1 < len(text) && (text[i] == '.' || text[i] == '-') && isDigit(text[i+1]) {
		return 0
	}
	return i
}

// minIPDigits is the smallest number of digits of an address: versions have small numbers.
const minIPDigits = 7

// mayBeIP distinguishes the address of a person from the host of a URL, from versions (v1.2.3.4, Firefox/115.10.23.41) and
// from reserved addresses.
func mayBeIP(before, address string) bool {
	if strings.HasSuffix(before, "//") || address == "127.0.0.1" || address == "0.0.0.0" || address == "255.255.255.255" {
		return false
	}
	if len(address)-3 < minIPDigits {
		return false
	}
	last := len(before) - 1
	if last < 0 {
		return true
	}
	if before[last] == '/' && last > 0 && is(before[last-1], wordByte) {
		word := last
		for word > 0 && is(before[word-1], wordByte) {
			word--
		}
		return !is(before[word], upperByte)
	}
	return true
}
