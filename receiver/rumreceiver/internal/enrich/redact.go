package enrich

// What stands in place of what was taken out: the same words as in a url.template.
const (
	redactedEmail  = "{email}"
	redactedToken  = "{token}"
	redactedCard   = "{card}"
	redactedSecret = "{secret}"
)

// minRedacted is the length of the shortest text that holds anything to redact: a@b.co, otp=12.
const minRedacted = 6

// redact takes e-mail addresses, secrets that are named as such, tokens and card numbers out of a
// text. It errs towards redacting, but leaves what debugging needs and nobody can use: hashes in
// file names, UUIDs, numbers that are no card's. A text without anything suspicious comes back
// without a copy. The work is linear in the length of the text.
func redact(text string) string {
	if len(text) < minRedacted {
		return text
	}
	return redactKnown(text, classesOf(text))
}

// redactKnown is redact for a text whose classes are known; all may hold more than there are.
func redactKnown(text string, all class) string {
	if all&(assignByte|percentByte) != 0 {
		text = redactSecrets(text)
	}
	if all&(atByte|percentByte) != 0 {
		text = redactEmails(text)
	}
	if len(text) >= minToken {
		text = redactTokens(text)
		if all&(spaceByte|percentByte) != 0 {
			text = redactCredentials(text)
		}
	}
	if all&digitByte != 0 && len(text) >= minCard {
		text = redactCards(text)
	}
	return text
}
