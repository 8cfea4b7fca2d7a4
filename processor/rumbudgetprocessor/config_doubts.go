package rumbudgetprocessor

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
)

// Doubts are warnings about valid settings that are probably mistakes. Each names the key, the value and a suggestion.
// They are not errors, because pages may send any values.

// doubtfulMatch checks the patterns of a match for probable mistakes.
func doubtfulMatch(owner string, configured map[string]any) []string {
	var found []string
	for _, key := range sortedKeys(configured) {
		patterns, err := patternList(configured[key])
		if err != nil {
			continue // refused elsewhere
		}
		attribute := key
		if full, ok := matchKeys[key]; ok {
			attribute = full
		}
		if version, isFloat := configured[key].(float64); isFloat {
			found = append(found, fmt.Sprintf("'match::%s: %v' of %s is a number in YAML, where 1.1 and 1.10 are equal: put it in quotes", key, version, owner))
		}
		for _, pattern := range patterns {
			if doubt := doubtfulPattern(attribute, pattern); doubt != "" {
				found = append(found, fmt.Sprintf("'match::%s: %s' of %s %s", key, pattern, owner, doubt))
			}
		}
	}
	return found
}

func doubtfulPattern(attribute, pattern string) string {
	switch {
	case pattern != strings.TrimSpace(pattern):
		return "begins or ends with a space, which is compared like any other character: remove it"
	case strings.HasPrefix(pattern, "$"):
		return "begins with $, like a variable that was not replaced: write ${env:NAME}"
	case strings.HasPrefix(pattern, "!"):
		return "does not mean 'anything but': patterns cannot; write a condition, or a budget for the others before this one"
	case isRegularExpression(pattern):
		return "looks like a regular expression: patterns have * for anything within a path segment and ** for anything"
	case strings.Contains(pattern, "|"):
		return fmt.Sprintf("does not mean alternatives: write a list, [%s]", strings.Join(strings.Split(pattern, "|"), ", "))
	}
	if known, ok := names[attribute][strings.ToLower(pattern)]; ok {
		return fmt.Sprintf("is not a name that the receiver gives: write %s", known)
	}
	switch attribute {
	case semconv.URLTemplate, semconv.URLPath:
		return doubtfulRoute(attribute, pattern)
	case semconv.EventName:
		return doubtfulEvent(pattern)
	}
	if known, ok := knownValues[attribute]; ok && !strings.Contains(pattern, "*") && !slices.ContainsFunc(known.values, func(v string) bool { return strings.EqualFold(v, pattern) }) {
		return fmt.Sprintf("is none of %s, %s", known.are, strings.Join(known.values, ", "))
	}
	if attribute == semconv.GeoCountryISOCode && !strings.Contains(pattern, "*") && len(pattern) != 2 {
		return "is not a country code: write the two letters of ISO 3166-1, such as DE"
	}
	return ""
}

// knownValues are the possible values of attributes with a fixed list of values.
var knownValues = map[string]struct {
	are    string
	values []string
}{
	semconv.DeviceType:              {"the device types", []string{"desktop", "mobile", "tablet", "tv"}},
	semconv.ConnectionEffectiveType: {"the effective connection types", []string{"slow-2g", "2g", "3g", "4g"}},
	semconv.WebVitalNavigationType: {"the navigation types", []string{
		"navigate", "reload", "back-forward", "back_forward", "back-forward-cache", "back_forward_cache", "prerender", "restore", "soft-navigation", "soft_navigation",
	}},
	semconv.BudgetLevel: {"the levels", []string{"within", levelExceeded, levelSevere}},
}

// 1.4.* is a family of versions.
var regularExpression = regexp.MustCompile(`^\^|\$$|(^|\D)\.\*|\.\+|\\[dwsb./]|\(\?|\[[^\]]*\]|\(.*\|.*\)`)

func isRegularExpression(pattern string) bool { return regularExpression.MatchString(pattern) }

var colons = regexp.MustCompile(`/:([^/]*)`)

var onlyDigits = regexp.MustCompile(`/\d+(/|$)`)

func doubtfulRoute(attribute, pattern string) string {
	if _, rest, isURL := strings.Cut(pattern, "://"); isURL {
		path := "/"
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			path = rest[i:]
		}
		return fmt.Sprintf("is a URL, and routes are paths: write %s", path)
	}
	if i := strings.IndexAny(pattern, "?#"); i >= 0 {
		return fmt.Sprintf("has a query or a fragment, which no route has: write %s", pattern[:i])
	}
	switch pattern {
	case "":
		return "is empty and matches no route: write / for the first page, or ** for every route"
	case "*":
		return "matches no route, because each begins with a slash, at which * stops: write ** for every route"
	}
	if i := strings.Index(pattern, "/:"); i >= 0 {
		return fmt.Sprintf("has a colon, and templates have braces: write %s", colons.ReplaceAllString(pattern, "/{$1}"))
	}
	if pattern[0] != '/' && pattern[0] != '*' && pattern[0] != '{' {
		return fmt.Sprintf("does not begin with a slash, as every route does: write /%s", pattern)
	}
	if attribute == semconv.URLTemplate && onlyDigits.MatchString(pattern) {
		return "looks like the path of one page, and routes are templates: write * or {id} for the part that differs"
	}
	return ""
}

// names are common other names of browsers and operating systems.
var names = map[string]map[string]string{
	semconv.OSName:        {"mac": "macOS", "osx": "macOS", "os x": "macOS", "mac os x": "macOS", "darwin": "macOS", "win": "Windows", "win32": "Windows", "iphone": "iOS", "ipad": "iOS"},
	semconv.UserAgentName: {"chromium": "Chrome", "google chrome": "Chrome", "mozilla": "Firefox", "mozilla firefox": "Firefox", "microsoft edge": "Edge", "msedge": "Edge"},
}

// slips are common wrong names of events.
var slips = map[string]string{
	"error": semconv.EventException, "errors": semconv.EventException, "exceptions": semconv.EventException,
	"click": semconv.EventClick, "user_action": semconv.EventClick,
	"vital": semconv.EventWebVital, "web_vital": semconv.EventWebVital, "web-vital": semconv.EventWebVital, "metric": semconv.EventWebVital,
	"page_view": semconv.EventNavigation, "pageview": semconv.EventNavigation, "navigation": semconv.EventNavigation,
	"resource": semconv.EventResourceTiming, "long_task": semconv.EventLongTask, "longtask": semconv.EventLongTask,
	"session": semconv.EventSessionStart, "session_start": semconv.EventSessionStart, "measurement": semconv.EventMeasurement,
}

func doubtfulEvent(pattern string) string {
	if known, ok := slips[strings.ToLower(pattern)]; ok {
		return fmt.Sprintf("is not the name of an event: write %s", known)
	}
	return ""
}

// doubtfulLimits checks names and sizes of limits for probable mistakes.
func (b *BudgetConfig) doubtfulLimits() []string {
	var found []string
	vitals := budget.Vitals()
	for _, name := range sortedKeys(b.Limits) {
		if vital, isVital := budget.Vital(name); isVital {
			found = append(found, b.doubtfulLimit(vital)...)
			continue
		}
		if i := slices.IndexFunc(vitals, func(v string) bool { return isSlip(name, v) || isVitalInFull(name, v) }); i >= 0 {
			found = append(found, fmt.Sprintf("'limits::%s' of budget %q is treated as a measurement of your own: write %s if you mean the vital", name, b.Name, vitals[i]))
		}
	}
	if o := b.Objective; o != nil && *o < 0.5 {
		found = append(found, fmt.Sprintf("'objective: %v' of budget %q is the share that must be within the limit: write %v if that is what may be over it", *o, b.Name, 1-*o))
	}
	return found
}

// unusual is the factor from the web-vitals limit at which a limit probably has the wrong unit.
const unusual = 20

func (b *BudgetConfig) doubtfulLimit(vital budget.Metric) []string {
	_, value, err := parseLimit(vital.Name, b.Limits[vital.Name])
	usual := budget.Defaults()[vital].Value
	if err != nil || value <= unusual*usual && value >= usual/unusual {
		return nil
	}
	return []string{fmt.Sprintf("'limits::%s: %v' of budget %q is far from the limit of web vitals, %v: check its unit",
		vital.Name, b.Limits[vital.Name], b.Name, builtinBudget().Limits[vital.Name])}
}

// inFull are the full names of the vitals.
var inFull = map[string]string{
	"lcp": "largest contentful paint", "inp": "interaction to next paint", "cls": "cumulative layout shift",
	"fcp": "first contentful paint", "ttfb": "time to first byte", "fid": "first input delay",
}

// isVitalInFull reports whether a name is the full name of a vital, or contains a vital's name, like p75_lcp and
// web_vital.lcp.
func isVitalInFull(name, vital string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if strings.Join(words, " ") == inFull[vital] {
		return true
	}
	return slices.Contains(words, vital) && !slices.ContainsFunc(words, func(word string) bool {
		return word != vital && !slices.Contains([]string{"p75", "p90", "p95", "ms", "web", "vital", "vitals", "webvital", "webvitals", "browser"}, word)
	})
}

// isSlip reports whether two words differ by one missing, added or different letter, or by two
// swapped letters.
func isSlip(name, meant string) bool {
	name = strings.ToLower(name)
	if len(name) == len(meant) {
		differ := 0
		for i := range name {
			if name[i] != meant[i] {
				differ++
			}
		}
		sorted := func(s string) string { b := []byte(s); slices.Sort(b); return string(b) }
		return differ == 1 || differ == 2 && sorted(name) == sorted(meant)
	}
	short, long := name, meant
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(long)-len(short) != 1 {
		return false
	}
	for i := range long {
		if long[:i]+long[i+1:] == short {
			return true
		}
	}
	return false
}

// doubtfulWhole checks all budgets together for probable mistakes.
func (c *Config) doubtfulWhole() []string {
	if len(c.Budgets) == 0 && !c.DefaultBudget {
		return []string{"'default_budget: false' and no 'budgets' flag nothing: name a budget"}
	}
	i := slices.IndexFunc(c.Budgets, func(b BudgetConfig) bool { return b.Name == defaultBudgetName })
	if i < 0 || !c.DefaultBudget {
		return nil
	}
	var missing []string
	for _, vital := range budget.Vitals() {
		if !slices.ContainsFunc(c.Budgets, func(b BudgetConfig) bool {
			_, ok := b.Limits[vital]
			return ok && len(b.Match) == 0 && b.Condition == ""
		}) {
			missing = append(missing, vital)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("budget %q replaces the built-in one, so that %s have a limit only where other budgets match: add them to its 'limits', or give it another name",
		defaultBudgetName, strings.Join(missing, ", "))}
}

// doubtfulRules finds rules that have no effect.
func (c *SamplingConfig) doubtfulRules() []string {
	if c.Mode == modeOff {
		var found []string
		if c.Rules != nil {
			found = append(found, "'sampling::rules' have no effect in mode off: only drop works")
		}
		if c.Target.RecordsPerSecond > 0 {
			found = append(found, fmt.Sprintf("'sampling::target::records_per_second: %v' has no effect in mode off", c.Target.RecordsPerSecond))
		}
		return found
	}
	var found []string
	least := 0.0 // what every record is kept with
	for _, r := range c.rules() {
		if r.matchesAll() {
			least = max(least, r.Keep)
		}
	}
	for _, r := range c.Rules {
		if !r.matchesAll() && r.Keep <= least {
			found = append(found, fmt.Sprintf("'keep: %v' of rule %q never decides, for every record is kept with %v and the highest wins: to keep less of some, lower the rule that matches all and give others their own", r.Keep, r.Name, least))
		}
		if match, err := parseMatch(r.Match); err == nil && len(r.Unless) > 0 {
			if unless, err := parseMatch(r.Unless); err == nil && covers(unless, match) {
				found = append(found, fmt.Sprintf("rule %q matches nothing: 'unless' excludes everything that 'match' includes", r.Name))
			}
		}
	}
	found = append(found, c.doubtfulIntent()...)
	if r := c.Target.RecordsPerSecond; r > 0 && r < 1 {
		found = append(found, fmt.Sprintf("'sampling::target::records_per_second: %v' is less than a record a second: too few to estimate the numbers of an hour", r))
	}
	if s := c.State; s.MaxRecordsTogether > s.MaxRecordsPerSession {
		found = append(found, fmt.Sprintf("'sampling::state::max_records_together: %d' is above 'max_records_per_session: %d', from which on records are drawn one by one anyway", s.MaxRecordsTogether, s.MaxRecordsPerSession))
	}
	return found
}

// doubtfulIntent finds rules that match nothing, remove everything or are all the same.
func (c *SamplingConfig) doubtfulIntent() []string {
	var found []string
	for _, r := range c.Rules {
		if r.Budget != "" && neverMeasured(r.Match) {
			found = append(found, fmt.Sprintf("rule %q matches nothing: 'budget: %s' is of measurements, and its 'match::event_name' of other events", r.Name, r.Budget))
		}
	}
	for _, d := range c.Drop {
		if match, err := parseMatch(d.Match); err == nil && d.Condition == "" && everything(match) {
			found = append(found, fmt.Sprintf("drop rule %q removes every record: name those that nobody wants", d.Name))
		}
	}
	if c.Target.RecordsPerSecond > 0 && len(c.Rules) > 0 && !slices.ContainsFunc(c.Rules, func(r RuleConfig) bool { return !r.Protect }) {
		found = append(found, "all rules have 'protect: true', so the target rate lowers all of them equally: remove it from less important rules")
	}
	return found
}

// neverMeasured reports whether a match selects only events that are not measurements.
func neverMeasured(configured map[string]any) bool {
	match, err := parseMatch(configured)
	events := match[semconv.EventName]
	return err == nil && len(events) > 0 && !slices.ContainsFunc(events, func(e string) bool {
		return strings.Contains(e, "*") || e == semconv.EventWebVital || e == semconv.EventMeasurement
	})
}

// everything reports whether the match fits all records.
func everything(patterns match.Patterns) bool {
	return len(patterns) == 1 && slices.ContainsFunc(patterns[semconv.EventName], func(p string) bool { return p == "*" || p == "**" })
}

var placeholder = regexp.MustCompile(`(?i)change.?me|^(my|your|the)?[-_ ]?(secret|password|salt|example)[-_ ]?(salt)?$`)

// doubtfulSession checks the key of the session and the salt for probable mistakes.
func (c *SamplingConfig) doubtfulSession() []string {
	if c.Mode == modeOff {
		return nil
	}
	var found []string
	for _, key := range c.Key {
		if !strings.Contains(key, ".") {
			meant := semconv.SessionID
			if strings.Contains(strings.ToLower(key), "user") {
				meant = semconv.UserID
			}
			found = append(found, fmt.Sprintf("'sampling::key: %s' is probably not the name of an attribute: write %s", key, meant))
		}
	}
	switch salt := string(c.HashSalt); {
	case salt == "":
		found = append(found, "'sampling::hash_salt' is empty: clients can choose session ids that are always kept")
	case placeholder.MatchString(salt):
		found = append(found, "'sampling::hash_salt' is a word from examples, which anybody can guess: use sixteen random characters")
	case strings.HasPrefix(salt, "$"):
		found = append(found, "'sampling::hash_salt' begins with $, like a variable that was not replaced: write ${env:NAME}")
	case len(salt) < 8 && !strings.ContainsFunc(salt, unicode.IsSpace):
		found = append(found, fmt.Sprintf("'sampling::hash_salt' has %d characters and can be guessed: use sixteen random characters", len(salt)))
	}
	return found
}
