package scrub

const (
	// ibanHead is how far before its first long run of digits an account number may begin: GB29 NWBK 6016.
	ibanHead = len("GB29 NWBK ")
	minIBAN  = 15
	maxIBAN  = 34
)

// ibanLengths are the lengths of the account numbers of each country: "DE22 " means that those of Germany have 22 characters.
// https://www.swift.com/standards/data-standards/iban-international-bank-account-number
const ibanLengths = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 " +
	"GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 " +
	"PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 "

// ibanStart is the index at which an account number begins, between from and start, where a run of digits begins;
// negative if there is none.
func ibanStart(text string, from, start int) int {
	for at := from; at <= start && at+minIBAN <= len(text); at++ {
		if isLetter(text[at]) && isLetter(text[at+1]) && isDigit(text[at+2]) && isDigit(text[at+3]) && (at == 0 || !is(text[at-1], wordByte)) {
			if length := ibanAt(text[at:]); length > 0 && at+length > start {
				return at
			}
		}
	}
	return -1
}

// ibanAt is the length of the account number that begins the text, in one piece or in groups, with the right
// length and check digits; 0 when none does.
func ibanAt(text string) int {
	want := ibanLength(text)
	n, i, rest := 0, 0, 0
	var head [4]byte
	for ; n < want; i++ {
		if i == len(text) {
			return 0
		}
		c := text[i]
		switch {
		case isLetter(c) || isDigit(c):
			if n < len(head) {
				head[n] = c
			} else {
				rest = modulo97(rest, c)
			}
			n++
		case (c == ' ' || c == '-' || c == '.') && n > 0 && (isLetter(text[i-1]) || isDigit(text[i-1])):
		default:
			return 0
		}
	}
	for _, c := range head {
		rest = modulo97(rest, c)
	}
	if n == 0 || rest != 1 || i < len(text) && (isLetter(text[i]) || isDigit(text[i]) || text[i] == '_') {
		return 0
	}
	return i
}

func modulo97(rest int, c byte) int {
	if isDigit(c) {
		return (rest*10 + int(c-'0')) % 97
	}
	return (rest*100 + int(c|0x20-'a') + 10) % 97
}

// ibanLength is the length of an account number with this beginning, 0 if there is none.
func ibanLength(text string) int {
	first, second := text[0]&^0x20, text[1]&^0x20 // in upper case
	for i := 0; i+5 <= len(ibanLengths); i += 5 {
		if ibanLengths[i] == first && ibanLengths[i+1] == second {
			return int(ibanLengths[i+2]-'0')*10 + int(ibanLengths[i+3]-'0')
		}
	}
	return 0
}
