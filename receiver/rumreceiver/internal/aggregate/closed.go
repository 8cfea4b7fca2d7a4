package aggregate

// otherLabel replaces values that are not in a closed list, so that strangers cannot invent series with values of
// enumerations.
const otherLabel = "other"

// initiatorType closes the list of
// https://w3c.github.io/resource-timing/#dom-performanceresourcetiming-initiatortype, with the
// elements that browsers name besides.
func initiatorType(t string) string {
	switch t {
	case "", "navigation", "css", "script", "xmlhttprequest", "font", "fetch", "beacon", "video", "audio",
		"track", "img", "image", "input", "a", "iframe", "frame",
		"link", "early-hints", "body", "embed", "object", "icon", "ping":
		return t
	}
	return otherLabel
}

// returned reports whether the page came back from the back/forward cache. Older libraries write it with underscores.
func returned(navigationType string) bool {
	return navigationType == "back-forward-cache" || navigationType == "back_forward_cache"
}

// navigationType closes the list of the web-vitals library.
// https://github.com/GoogleChrome/web-vitals#metric
func navigationType(t string) string {
	switch t {
	case "", "navigate", "reload", "back-forward", "back-forward-cache", "prerender", "restore", "soft-navigation":
		return t
	}
	return otherLabel
}

// effectiveType closes the list of https://wicg.github.io/netinfo/#effectiveconnectiontype-enum.
func effectiveType(t string) string {
	switch t {
	case "", "slow-2g", "2g", "3g", "4g":
		return t
	}
	return otherLabel
}

// browserName closes the list of the browsers that people use, by their names in the enrich package, because anybody can
// invent a browser in a User-Agent.
func browserName(name string) string {
	switch name {
	case "", "Chrome", "Safari", "Firefox", "Edge", "Opera", "Opera Mini", "Opera Touch", "Samsung Browser", "Vivaldi", "Brave",
		"DuckDuckGo", "Yandex Browser", "YaBrowser", "Huawei Browser", "Miui Browser", "UCBrowser", "Internet Explorer", "Android browser",
		"Android WebView", "Facebook App", "Instagram App", "TikTok App", "Headless Chrome":
		return name
	}
	return otherLabel
}

// exceptionSource closes the list of semconv.ExceptionSource.
func exceptionSource(source string) string {
	switch source {
	case "", "error", "unhandledrejection", "manual":
		return source
	}
	return otherLabel
}
