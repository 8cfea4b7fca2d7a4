package scrub

import "strings"

const (
	// minPhone is the smallest number of digits behind a +: 7 and fewer are offsets and differences.
	minPhone = 8
	// maxPhone is the largest number of digits of any phone number.
	// https://www.itu.int/rec/T-REC-E.164
	maxPhone = 15
	// minDialled is the smallest number of digits of a number that the text announces as a phone number.
	minDialled = 7
	// minNational and maxNational are the smallest and largest number of digits of a national number, with its leading 0.
	minNational = 9
	maxNational = 12
)

// phoneAt is the length of the phone number at the beginning of the text: +49 30 1234 5678, 0049 30 12345678,
// (212) 555-0187, 212-555-0187, 030/1234567, 01 23 45 67 89; 0 when there is none. Behind tel: every number is one.
func phoneAt(text string, dialled bool) int {
	if !dialled && !mayBePhone(text) {
		return 0
	}
	var n digitGroups
	n.read(text)
	if n.digits < minDialled || n.digits > maxPhone+2 || !ends(text, n.end) || n.end+1 < len(text) && text[n.end] == '.' && isDigit(text[n.end+1]) {
		return 0
	}
	switch {
	case dialled, text[0] == '+' && n.digits >= minPhone && n.digits <= maxPhone && n.first != '0':
		return n.end
	case strings.HasPrefix(text, "00") && text[2] >= '1' && n.digits >= minPhone+4 && (n.n > 1 || n.digits <= 14):
		return n.end
	case n.isNational(text):
		return n.end
	}
	return 0
}

// dialledEnd is the end of a phone number that a name announces, phone=5125550143; from if there is none.
func dialledEnd(text string, from int) int {
	end, digits := from, 0
	for i := from; i < len(text) && (is(text[i], phoneByte|digitByte) || text[i] == '+'); i++ {
		if isDigit(text[i]) {
			if digits++; digits > maxPhone+2 {
				return from
			}
			end = i + 1
		}
	}
	if digits < minDialled || !ends(text[from:], end-from) {
		return from
	}
	return end
}

// mayBePhone checks only the beginning, because most numbers begin as no phone number does.
func mayBePhone(text string) bool {
	if len(text) < minPhone {
		return false
	}
	switch text[0] {
	case '+', '(':
		return isDigit(text[1])
	case '0':
		return text[1] == '0' || groupOf(text) >= 3 || groupOf(text) == 2 && groupOf(text[3:]) == 2 && is(text[2], phoneByte)
	}
	return text[3] == '-' || text[3] == '.' // North America
}

// groupOf is the number of digits at the beginning of the text, at most six.
func groupOf(text string) (n int) {
	for n < len(text) && n < 6 && isDigit(text[n]) {
		n++
	}
	return n
}

// maxDigitGroups is how many groups a written number has at most.
const maxDigitGroups = 8

// digitGroups are the groups of digits at the beginning of a text.
type digitGroups struct {
	of         [maxDigitGroups]int // digits of each
	n          int                 // how many there are
	digits     int                 // in all
	first      byte                // digit
	separators byte                // between the groups, if they are all the same; else 'x'
	end        int                 // behind the last digit
}

func (n *digitGroups) read(text string) {
	between := byte(0) // the separators since the last digit
	start := 0
	if text[0] == '+' {
		start = 1
	}
	for i := start; i < len(text); i++ {
		c := text[i]
		if isDigit(c) {
			if !n.digit(c, between) {
				return
			}
			between, n.end = 0, i+1
			continue
		}
		if !is(c, phoneByte) || n.digits > maxPhone || i > max(n.end, start)+2 { // no number has such long separators
			return
		}
		if between == 0 || between == c {
			between = c
		} else {
			between = 'x'
		}
	}
}

// digit counts a digit behind these separators; false if the number has too many groups.
func (n *digitGroups) digit(c, between byte) bool {
	switch {
	case n.n == 0:
		n.n, n.first = 1, c
	case between != 0 && n.n == len(n.of):
		n.digits = 0 // too many: none
		return false
	case between != 0:
		if n.n++; n.separators != 0 && n.separators != between {
			between = 'x'
		}
		n.separators = between
	}
	n.of[n.n-1]++
	n.digits++
	return true
}

// isNational reports whether it is written like a phone number within a country.
func (n *digitGroups) isNational(text string) bool {
	of := n.of[:n.n]
	if text[0] == '(' && n.first == '0' { // (030) 1234567
		return n.digits >= minNational && n.digits <= maxNational && len(of) >= 2 && of[0] <= 5 && text[1+of[0]] == ')'
	}
	switch {
	case len(of) == 3 && of[0] == 3 && of[1] == 3 && of[2] == 4: // North America
		if text[0] == '(' {
			return text[1] >= '2'
		}
		return text[0] >= '2' && text[4] >= '2' && (n.separators == '-' || n.separators == '.')
	case text[0] != '0' || n.digits < minNational || n.digits > maxNational:
		return false
	case n.separators == '-': // 0151-98765432
		return n.digits > minNational && len(of) <= 3 && of[0] >= 3 && of[0] <= 5 && text[1] != '0'
	case n.separators != ' ' && n.separators != '/':
		return false
	case len(of) == 5: // France: 01 23 45 67 89
		return n.digits == 10 && of[0] == 2 && of[1] == 2 && of[2] == 2 && of[3] == 2
	}
	return len(of) >= 2 && len(of) <= 4 && of[0] >= 3 && of[0] <= 5
}
