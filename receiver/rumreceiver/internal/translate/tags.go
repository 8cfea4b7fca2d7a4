package translate

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// maxTagAttributes is how many tags may have a name of their own; a page has at most 64 tags.
const maxTagAttributes = 100

func (s *Settings) tagAttribute(tag string) string {
	if attribute, ok := s.TagAttributes[tag]; ok {
		return attribute
	}
	return joinedNames.join(semconv.TagPrefix, tag)
}

// reserved are the names, and with a dot at the end the namespaces, of the attributes of records: a tag must not repeat a name, and
// must not set attributes that browsers and servers report.
var reserved = []string{
	semconv.EventName, semconv.SessionID, semconv.SessionPreviousID, semconv.UserID, semconv.ClientAddress, semconv.URLFull, semconv.URLPath, semconv.URLTemplate,
	semconv.HTTPRequestMethod, semconv.HTTPResponseStatusCode, semconv.ErrorType, semconv.RecordUID,
	"browser.", "code.", "exception.", "geo.", "network.", "rum.", "sampling.",
}

// ours are the names that verbatim attributes of strangers must never have, because others trust these attributes: servers and the
// rum_budget processor set them.
var ours = []string{"rum.", "sampling.", "client.", "geo.", "source.", "network.peer.", "service.", "deployment.", "user_agent.", semconv.RecordUID, semconv.EventName, semconv.DeprecatedEventName, semconv.URLPath, semconv.URLTemplate}

func isOurs(attribute string) bool {
	return isAmong(attribute, ours)
}

// isAmong reports whether the attribute is one of the names, or in one of the name spaces, which end in a dot.
func isAmong(attribute string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return attribute == name || strings.HasSuffix(name, ".") && strings.HasPrefix(attribute, name)
	})
}

// ValidateTagAttributes joins all that is wrong with a mapping of tags: empty or reserved names, and
// two tags with one name.
func ValidateTagAttributes(mapping map[string]string) error {
	var errs error
	if len(mapping) > maxTagAttributes {
		errs = fmt.Errorf("at most %d tags can have names of their own (got %d)", maxTagAttributes, len(mapping))
	}
	tagOf := map[string]string{}
	for _, tag := range slices.Sorted(maps.Keys(mapping)) {
		attribute := mapping[tag]
		if tag == "" || attribute == "" {
			errs = errors.Join(errs, fmt.Errorf("tag %q and attribute %q must not be empty", tag, attribute))
		}
		if isReserved(attribute) {
			errs = errors.Join(errs, fmt.Errorf("attribute %q of tag %q is written by the receiver", attribute, tag))
		}
		if other, ok := tagOf[attribute]; ok {
			errs = errors.Join(errs, fmt.Errorf("tags %q and %q have the same attribute %q", other, tag, attribute))
		}
		tagOf[attribute] = tag
	}
	return errs
}

func isReserved(attribute string) bool {
	return isAmong(attribute, reserved)
}
