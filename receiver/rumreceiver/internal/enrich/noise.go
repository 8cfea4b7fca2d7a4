package enrich

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

const (
	// maxNoisePatterns, maxNoisePattern and maxNoiseText bound the work for one error, because strangers can send any.
	maxNoisePatterns = 100
	maxNoisePattern  = 256 // bytes
	// maxNoiseText is how much of a message, and of a script's URL, is compared with patterns, in bytes.
	maxNoiseText = 512
)

// noise recognises errors that the application does not cause. Immutable, and so safe for concurrent use.
type noise struct {
	patterns []*regexp.Regexp
}

// compileNoise reads the patterns, in the syntax of RE2.
func compileNoise(patterns []string) (noise, error) {
	if len(patterns) > maxNoisePatterns {
		return noise{}, fmt.Errorf("'noise::patterns' must hold at most %d (got %d)", maxNoisePatterns, len(patterns))
	}
	var n noise
	var errs error
	for _, pattern := range patterns {
		compiled, err := regexp.Compile(pattern)
		switch {
		case len(pattern) > maxNoisePattern:
			err = fmt.Errorf("is longer than %d bytes", maxNoisePattern)
		case err == nil && compiled.MatchString(""):
			err = errors.New("matches an empty text, and so every error")
		}
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("'noise::patterns' %q: %w", pattern, err))
			continue
		}
		n.patterns = append(n.patterns, compiled)
	}
	return n, errs
}

// of names the cause of an error; empty when it may be the application. It compares the scrubbed error, which the author of a
// pattern has seen.
func (n *noise) of(e *beacon.Exception) string {
	script := e.File
	if frame := innermostURL(e.Stack); frame != "" {
		script = frame
	}
	switch {
	case isExtension(script) || isInjected(e.Message):
		return beacon.NoiseExtension
	case strings.Contains(e.Message, "ResizeObserver loop "):
		return beacon.NoiseResizeObserver
	case script == "" && isOpaque(e.Message):
		return beacon.NoiseScriptError
	case n.matches(e.Type+": "+clip(e.Message)) || script != "" && n.matches(clip(script)):
		return beacon.NoisePattern
	}
	return ""
}

func (n *noise) matches(text string) bool {
	for _, pattern := range n.patterns {
		if pattern.MatchString(text) {
			return true
		}
	}
	return false
}

func clip(text string) string { return text[:min(len(text), maxNoiseText)] }

// isOpaque recognises the message that browsers show instead of an error in a script of another origin.
// https://html.spec.whatwg.org/multipage/webappapis.html#muted-errors
func isOpaque(message string) bool {
	message = strings.TrimPrefix(strings.TrimSpace(message), "Uncaught ")
	return strings.EqualFold(strings.TrimSuffix(message, "."), "Script error")
}

// extensionSchemes are URL schemes of scripts of browser extensions.
var extensionSchemes = []string{
	"chrome-extension://", "moz-extension://", "safari-web-extension://", "safari-extension://", "ms-browser-extension://",
	"webkit-masked-url://", // as Safari shows them
	"edge-extension://", "opera-extension://", "chrome://", "resource://",
}

func isExtension(url string) bool {
	for _, scheme := range extensionSchemes {
		if strings.HasPrefix(url, scheme) {
			return true
		}
	}
	return false
}

// injectedMarks are parts of error messages of scripts that extensions, in-app browsers and mail scanners inject into pages
// without a URL.
var injectedMarks = []string{
	"Extension context invalidated", "Could not establish connection. Receiving end does not exist",
	"The message port closed before a response was received", "Invalid call to runtime.sendMessage",
	"A listener indicated an asynchronous response by returning true", "Object Not Found Matching Id:",
	"__gCrWeb", "_AutofillCallbackHandler", "instantSearchSDKJSBridgeClearHighlight", "ztePageScrollModule", "zaloJSV2",
	"vid_mate_check", "__firefox__", "_pcmBridgeCallbackHandler", "webkit-masked-url",
}

func isInjected(message string) bool {
	for _, mark := range injectedMarks {
		if strings.Contains(message, mark) {
			return true
		}
	}
	return false
}

// innermostURL is the URL of the first frame that has one, empty if no frame has. Frames are
// "    at fn (url:1:2)" in Chromium, "fn@url:1:2" in Firefox and Safari.
func innermostURL(stack string) string {
	chromium := strings.Contains(stack, "\n    at ")
	for line := range strings.SplitSeq(stack, "\n") {
		line = strings.TrimSpace(line)
		frame, ok := strings.CutPrefix(line, "at ")
		if !ok && !chromium {
			_, frame, ok = strings.Cut(line, "@")
		}
		if scheme := strings.Index(frame, "://"); ok && scheme > 0 {
			from := scheme
			for from > 0 && isScheme(frame[from-1]) {
				from--
			}
			return frame[from:]
		}
	}
	return ""
}

// isScheme reports whether the byte may be part of a URL's scheme.
func isScheme(c byte) bool { return isLetter(c) || isDigit(c) || c == '+' || c == '-' || c == '.' }
