package translate

import (
	"strconv"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// position in a script.
type position struct {
	file         string
	line, column int64
}

// positionOf is the position of an error: that of the format, else that of the innermost frame with a position.
func positionOf(x *beacon.Exception) position {
	if x.File != "" || x.Stack == "" {
		return position{x.File, x.Line, x.Column}
	}
	for line := range strings.SplitSeq(x.Stack, "\n") {
		if at, ok := framePosition(line); ok {
			return at
		}
	}
	return position{}
}

// frameFunction finds the function of a stack line in the two shapes that browsers write:
// "    at fn (url:1:2)" in Chromium, "fn@url:1:2" in Firefox and Safari. An anonymous frame has an
// empty function.
func frameFunction(line string) (function string, ok bool) {
	trimmed := strings.TrimSpace(line)
	if rest, found := strings.CutPrefix(trimmed, "at "); found {
		function, _, found = strings.Cut(rest, " (")
		if !found {
			return "", true
		}
		return strings.TrimPrefix(function, "async "), true
	}
	function, _, ok = strings.Cut(trimmed, "@")
	return function, ok
}

// framePosition finds the position in a stack line of either form.
func framePosition(line string) (at position, ok bool) {
	trimmed := strings.TrimSpace(line)
	place, found := strings.CutPrefix(trimmed, "at ")
	if found {
		if open := strings.LastIndex(place, " ("); open >= 0 {
			place = strings.TrimSuffix(place[open+2:], ")")
		}
	} else if _, place, found = strings.Cut(trimmed, "@"); !found {
		return at, false
	}
	rest, column, hasColumn := cutNumber(place)
	file, number, hasLine := cutNumber(rest)
	switch {
	case hasLine:
		at = position{file, number, column}
	case hasColumn: // there was only one number
		at = position{rest, column, 0}
	}
	return at, at.file != "" && (strings.Contains(at.file, "/") || strings.Contains(at.file, ":"))
}

// cutNumber splits ":12" from the end.
func cutNumber(s string) (before string, number int64, ok bool) {
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 {
		return s, 0, false
	}
	number, err := strconv.ParseInt(s[colon+1:], 10, 64)
	if err != nil || number < 0 {
		return s, 0, false
	}
	return s[:colon], number, true
}
