package semconv

import "strings"

// MeaningfulAfter reports whether a web vital, by its WebVitalName, means what it says after a navigation of this
// WebVitalNavigationType: a page restored from the back/forward cache was not loaded, and of a prerendered page and a soft
// navigation nobody waited for the first byte. What is not meaningful is in no metric of the vital, in no budget and not in
// the figures of the live page. Older libraries write the types with underscores.
// https://github.com/GoogleChrome/web-vitals#metric (navigationType)
func MeaningfulAfter(vital, navigationType string) bool {
	switch strings.ReplaceAll(navigationType, "_", "-") {
	case "back-forward-cache":
		return vital != "lcp" && vital != "fcp" && vital != "ttfb"
	case "prerender", "soft-navigation":
		return vital != "ttfb"
	}
	return true
}
