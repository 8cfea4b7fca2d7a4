package rumbudgetprocessor

import (
	"errors"
	"fmt"
	"strconv"
)

// under puts the place in the configuration before each of the errors, so that every line of a long
// message can be understood by itself.
func under(place string, err error) error {
	if err == nil {
		return nil
	}
	joined, ok := any(err).(interface{ Unwrap() []error }) // itself, not what it may have wrapped
	if !ok {
		return fmt.Errorf("%s: %w", place, err)
	}
	var errs []error
	for _, e := range joined.Unwrap() {
		errs = append(errs, under(place, e))
	}
	return errors.Join(errs...)
}

// shown returns a configured value as it was written, text in quotes.
func shown(configured any) string {
	switch v := configured.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(v)
	}
	return fmt.Sprint(configured)
}
