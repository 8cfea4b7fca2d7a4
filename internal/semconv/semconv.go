// Package semconv names every attribute, event and metric that the project reads or writes.
//
// The receiver, the processor and the live page share it. A name that OpenTelemetry semantic
// conventions define is written exactly as there; all other names begin with "rum.".
// Links lead to the definition; names marked Development there may still change.
package semconv

// SchemaURL is the schema URL of the version of the semantic conventions that the names follow.
const SchemaURL = "https://opentelemetry.io/schemas/1.45.0"

// Resource attributes.
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/
const (
	ServiceName               = "service.name"
	ServiceVersion            = "service.version"
	ServiceNamespace          = "service.namespace"
	ServiceInstanceID         = "service.instance.id"
	DeploymentEnvironmentName = "deployment.environment.name"
	TelemetrySDKName          = "telemetry.sdk.name"
	TelemetrySDKLanguage      = "telemetry.sdk.language"
	TelemetrySDKVersion       = "telemetry.sdk.version"

	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/user-agent/
	UserAgentOriginal      = "user_agent.original"
	UserAgentName          = "user_agent.name"
	UserAgentVersion       = "user_agent.version"
	UserAgentSyntheticType = "user_agent.synthetic.type"

	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/browser/
	BrowserBrands   = "browser.brands"
	BrowserLanguage = "browser.language"
	BrowserMobile   = "browser.mobile"
	BrowserPlatform = "browser.platform"

	OSName    = "os.name"
	OSVersion = "os.version"

	// DeviceType is the device class: desktop, mobile, tablet or tv.
	DeviceType = "rum.device.type"
)

// Prefix begins all names that are the project's own.
const Prefix = "rum."

// Record attributes that any event may carry.
const (
	// EventName repeats LogRecord.EventName for stores that drop that field.
	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/otel/
	EventName = "otel.event.name"
	// DeprecatedEventName is the former name of otel.event.name. It is read, never written.
	DeprecatedEventName = "event.name"

	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/session/
	SessionID         = "session.id"
	SessionPreviousID = "session.previous_id"
	UserID            = "user.id"

	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/
	URLFull     = "url.full"
	URLPath     = "url.path"
	URLTemplate = "url.template"

	// DocumentURL is the page on which a record was made. URLFull is the subject of the record: a resource, or the
	// target of a navigation.
	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/browser/
	DocumentURL = "browser.document.url.full"

	// PageViewID identifies a page view within its session; a route change and a restore from the
	// back/forward cache each start a new one.
	PageViewID = "rum.page_view.id"

	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/network/
	NetworkConnectionType = "network.connection.type"
	// ConnectionEffectiveType is NetworkInformation.effectiveType: slow-2g, 2g, 3g or 4g.
	// https://wicg.github.io/netinfo/#effectivetype-attribute
	ConnectionEffectiveType = "rum.connection.effective_type"
	// ConnectionRTT is NetworkInformation.rtt in milliseconds.
	ConnectionRTT = "rum.connection.rtt"
	// ConnectionDownlink is NetworkInformation.downlink in Mbit/s.
	ConnectionDownlink = "rum.connection.downlink"
	// ConnectionSaveData is NetworkInformation.saveData.
	ConnectionSaveData = "rum.connection.save_data"

	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/geo/
	GeoCountryISOCode = "geo.country.iso_code"
	GeoRegionISOCode  = "geo.region.iso_code" // ISO 3166-2
	GeoLocalityName   = "geo.locality.name"

	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/client/
	ClientAddress = "client.address"

	// RecordUID identifies a record: two records with the same value are the same event, delivered twice. Optional.
	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/log/
	RecordUID = "log.record.uid"

	// Trimmed lists the bounds of the receiver that cut or removed a part of the record or of its
	// page: max_string_length, max_stack_frames, … Absent if nothing was cut.
	Trimmed = "rum.trimmed"

	// Implausible lists why a value of the record is implausible: out_of_range, fcp_after_lcp, …
	// Values are not corrected. Absent if all values are plausible.
	Implausible = "rum.implausible"

	// TagPrefix begins the name of every tag that the page set.
	TagPrefix = "rum.tag."
	// MetadataPrefix begins the name of every metadata entry of one event.
	MetadataPrefix = "rum.metadata."
)

// Event names.
const (
	// EventWebVital is defined in
	// https://opentelemetry.io/docs/specs/semconv/browser/browser-events/
	EventWebVital = "browser.web_vital"
	// EventException is defined in
	// https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
	EventException = "exception"

	// These follow the instrumentations of the OpenTelemetry browser group.
	// https://github.com/open-telemetry/opentelemetry-browser
	EventNavigation       = "browser.navigation"
	EventNavigationTiming = "browser.navigation_timing"
	EventResourceTiming   = "browser.resource_timing"
	EventClick            = "browser.user_action.click"

	// EventSessionStart is defined in
	// https://opentelemetry.io/docs/specs/semconv/general/session/
	EventSessionStart = "session.start"
	EventSessionEnd   = "session.end"

	EventInteraction = "rum.interaction"
	EventLongTask    = "rum.long_task"
	// EventLongFrame is the browser group's.
	EventLongFrame   = "browser.long_animation_frame"
	EventMeasurement = "rum.measurement"
	// EventBudgetViolation is written by the rum_budget processor; EventBudgetClientViolation is reported by a page.
	EventBudgetViolation       = "rum.budget.violation"
	EventBudgetClientViolation = "rum.budget.client_violation"
)

// Attributes of single events. Durations in records are milliseconds, as the browser APIs and the
// OpenTelemetry browser instrumentations report them; durations in metrics are seconds.
const (
	WebVitalName           = "browser.web_vital.name" // lower case: lcp, inp, cls, fcp, ttfb, fid
	WebVitalValue          = "browser.web_vital.value"
	WebVitalDelta          = "browser.web_vital.delta"
	WebVitalID             = "browser.web_vital.id"
	WebVitalRating         = "browser.web_vital.rating"
	WebVitalNavigationType = "browser.web_vital.navigation_type"
	// WebVitalPart is one of the parts that add up to a vital, such as resource_load_delay.
	WebVitalPart = "rum.web_vital.part"
	// WebVitalAttributionPrefix begins the attributes for a vital's cause (element, parts).
	WebVitalAttributionPrefix = "rum.web_vital."

	// Names after that prefix, as our own client reports them. Times are milliseconds.
	// https://github.com/GoogleChrome/web-vitals#attribution
	AttributionTarget               = "target" // CSS selector
	AttributionURL                  = "url"
	AttributionTimeToFirstByte      = "time_to_first_byte"
	AttributionResourceLoadDelay    = "resource_load_delay"
	AttributionResourceLoadDuration = "resource_load_duration"
	AttributionElementRenderDelay   = "element_render_delay"
	AttributionLargestShiftValue    = "largest_shift_value"
	AttributionLargestShiftTime     = "largest_shift_time"
	AttributionInteractionType      = "type" // pointer or keyboard
	AttributionInputDelay           = "input_delay"
	AttributionProcessingDuration   = "processing_duration"
	AttributionPresentationDelay    = "presentation_delay"

	ExceptionType       = "exception.type"
	ExceptionMessage    = "exception.message"
	ExceptionStacktrace = "exception.stacktrace"
	// ExceptionFingerprint groups equal errors: type, message without its variable parts, top frames.
	ExceptionFingerprint = "rum.exception.fingerprint"
	// ExceptionSource is error, unhandledrejection or manual.
	ExceptionSource = "rum.exception.source"
	// ExceptionNoise is why the application probably does not cause the error: extension, resize_observer,
	// script_error or pattern. Absent otherwise.
	ExceptionNoise = "rum.exception.noise"
	// ExceptionGroup is the application's own grouping of its errors.
	ExceptionGroup = "rum.exception.group"
	// ExceptionHandled is true when the application reported the error itself.
	ExceptionHandled = "rum.exception.handled"

	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/code/
	CodeFilePath     = "code.file.path"
	CodeLineNumber   = "code.line.number"
	CodeColumnNumber = "code.column.number"

	NavigationType         = "browser.navigation.type"
	NavigationSameDocument = "browser.navigation.same_document"
	NavigationHashChange   = "browser.navigation.hash_change"

	// PageViewReferrer and PageViewTitle describe the page of a page view.
	PageViewReferrer = "rum.page_view.referrer"
	PageViewTitle    = "rum.page_view.title"

	NavigationTimingType = "browser.navigation_timing.type"
	// NavigationPhasePrefix begins the name of a phase, in ms: dns, tcp, tls, ttfb, download, dom_parse,
	// dom_content_loaded, load, total. Metrics have the same names after MetricPageLoadPrefix.
	NavigationPhasePrefix = "rum.navigation_timing."

	ResourceTimingInitiatorType   = "browser.resource_timing.initiator_type"
	ResourceTimingDuration        = "browser.resource_timing.duration"
	ResourceTimingTransferSize    = "browser.resource_timing.transfer_size"
	ResourceTimingEncodedBodySize = "browser.resource_timing.encoded_body_size"
	ResourceTimingDecodedBodySize = "browser.resource_timing.decoded_body_size"

	HTTPRequestMethod      = "http.request.method"
	HTTPResponseStatusCode = "http.response.status_code"
	// ErrorType is why a request failed: its status, or the browser's error name if it has no status.
	// https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
	ErrorType = "error.type"

	CSSSelector = "browser.css_selector"
	TagName     = "browser.tag_name"
	// ClickPrefix begins the marks of a click: rage, dead.
	ClickPrefix = "rum.click."

	InteractionName     = "rum.interaction.name"
	InteractionDuration = "rum.interaction.duration"

	// LongTaskType is LongTaskTypeTask or LongTaskTypeFrame, the PerformanceEntry.entryType.
	LongTaskType      = "rum.long_task.type"
	LongTaskTypeTask  = "longtask"
	LongTaskTypeFrame = "long-animation-frame"
	LongTaskDuration  = "rum.long_task.duration"
	// LongTaskAttributionPrefix begins the attributes for the cause (script, invoker).
	LongTaskAttributionPrefix = "rum.long_task.attribution."

	// Names after that prefix. https://w3c.github.io/long-animation-frames/#sec-PerformanceScriptTiming
	AttributionScript         = "script" // URL
	AttributionFunction       = "function"
	AttributionInvoker        = "invoker"
	AttributionInvokerType    = "invoker_type"
	AttributionScriptDuration = "script_duration"
	AttributionCharPosition   = "source_char_position"
	AttributionForcedLayout   = "forced_style_and_layout_duration"

	// Names of long animation frames follow the browser group; only the longest script is reported.
	LongFrameDuration         = "browser.long_animation_frame.duration"
	LongFrameBlockingDuration = "browser.long_animation_frame.blocking_duration"
	LongFrameScripts          = "browser.long_animation_frame.scripts"
	// Members of a script.
	ScriptSourceURL          = "source_url"
	ScriptSourceFunctionName = "source_function_name"
	ScriptSourceCharPosition = "source_char_position"
	ScriptInvoker            = "invoker"
	ScriptInvokerType        = "invoker_type"
	ScriptDuration           = "duration"
	ScriptForcedLayout       = "forced_style_and_layout_duration"

	MeasurementName  = "rum.measurement.name"
	MeasurementValue = "rum.measurement.value"
	MeasurementUnit  = "rum.measurement.unit"
)

// NavigationTimes are the moments of a page load, in order of time. Network moments have the same names as those of
// resources.
var NavigationTimes = [...]string{
	"browser.resource_timing.domain_lookup_start", "browser.resource_timing.domain_lookup_end",
	"browser.resource_timing.connect_start", "browser.resource_timing.secure_connection_start",
	"browser.resource_timing.connect_end", "browser.resource_timing.request_start",
	"browser.resource_timing.response_start", "browser.resource_timing.response_end",
	"browser.navigation_timing.dom_interactive",
	"browser.navigation_timing.dom_content_loaded_event_start", "browser.navigation_timing.dom_content_loaded_event_end",
	"browser.navigation_timing.load_event_start", "browser.navigation_timing.load_event_end",
}

// Budget attributes, written by the rum_budget processor; BudgetMetric to BudgetExceededBy also by
// the receiver, for budget events that a client reports.
const (
	BudgetName        = "rum.budget.name"
	BudgetMetric      = "rum.budget.metric"
	BudgetValue       = "rum.budget.value"
	BudgetLimit       = "rum.budget.limit"
	BudgetExceeded    = "rum.budget.exceeded"
	BudgetExceededBy  = "rum.budget.exceeded_by"
	BudgetUtilization = "rum.budget.utilization"
	BudgetLevel       = "rum.budget.level"   // within, exceeded or severe
	BudgetInvalid     = "rum.budget.invalid" // a reason of a fixed list, instead of all the others
)

// Sampling attributes.
const (
	// SamplingThreshold and SamplingRandomness are those of the contrib package pkg/sampling.
	// https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
	SamplingThreshold  = "sampling.threshold"
	SamplingRandomness = "sampling.randomness"
	// SamplingClientRate is the probability with which the browser kept the session, in (0, 1].
	// The receiver writes it when it is below 1.
	SamplingClientRate = "rum.sampling.client_rate"
	// SamplingAdjustedCount is how many events of the population this record stands for:
	// 1 / (client rate × probability of being kept here).
	SamplingAdjustedCount = "rum.sampling.adjusted_count"
	// SamplingReason names the rule that kept the record.
	SamplingReason = "rum.sampling.reason"
	// SamplingUnit is the unit of the random draw if that is not the session: measurement (all reports
	// of one vital) or record.
	SamplingUnit = "rum.sampling.unit"

	// SamplingPrefix and BudgetPrefix begin all names that only the rum_budget processor writes.
	SamplingPrefix = "rum.sampling."
	BudgetPrefix   = "rum.budget."

	// SampledAttributes is how many attributes the rum_budget processor adds to most records that it samples, and JudgedAttributes
	// to most web vitals and measurements, which alone have budgets: seven of the budget, one of the sampling. The receiver leaves
	// room for them, for to grow a map means to allocate and to copy all of it.
	SampledAttributes = 3
	JudgedAttributes  = 8
)

// Metric names. Units are UCUM; durations are in seconds.
const (
	// MetricWebVitalPrefix is followed by lcp, inp, fcp, ttfb, fid (unit s) and cls (unit 1).
	MetricWebVitalPrefix = "browser.web_vital."

	// MetricPageLoadPrefix is followed by a phase of a page load.
	MetricPageLoadPrefix = "rum.page_load."

	// No metric has the name of an attribute.
	MetricResourceDuration    = "rum.resources.duration"
	MetricLongTaskDuration    = "rum.long_tasks.duration"
	MetricInteractionDuration = "rum.interactions.duration"
	MetricMeasurement         = "rum.measurement"

	MetricExceptions = "rum.exceptions"
	MetricPageViews  = "rum.page_views"
	MetricSessions   = "rum.sessions"
	// MetricSessionsContinued counts sessions in versions and environments that they did not begin in.
	MetricSessionsContinued = "rum.sessions_continued"
	// MetricSessionsWithError counts sessions with at least one exception that is not noise.
	MetricSessionsWithError = "rum.sessions_with_error"
	// MetricLCPPart and MetricINPPart are the parts of LCP and INP, by WebVitalPart.
	MetricLCPPart = "rum.web_vital.lcp.part"
	MetricINPPart = "rum.web_vital.inp.part"
	// Core Web Vitals by one dimension each, without pages.
	MetricByBrowserPrefix    = "rum.by_browser."
	MetricByCountryPrefix    = "rum.by_country."
	MetricByConnectionPrefix = "rum.by_connection."
	// MetricReturnPrefix begins the loading vitals of returns from the back/forward cache.
	MetricReturnPrefix = "rum.back_forward_cache."
	// MetricNoiseExceptions counts exceptions that the application does not cause; MetricExceptions does not
	// include them.
	MetricNoiseExceptions = "rum.noise_exceptions"
	// MetricSyntheticEvents counts events of bots and tests, which no other metric includes.
	MetricSyntheticEvents = "rum.synthetic_events"

	MetricBudgetEvaluations = "rum.budget.evaluations"
	MetricBudgetViolations  = "rum.budget.violations"
	// MetricBudgetUndecided counts evaluations that may be violations: the limit lies within their bucket.
	MetricBudgetUndecided = "rum.budget.undecided"
	MetricBudgetLimit     = "rum.budget.limit"
	MetricBudgetObjective = "rum.budget.objective"
	MetricBudgetBurnRate  = "rum.budget.burn_rate_limit"

	// MetricOverflow marks the stream for values beyond a metric's bound on series.
	// https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute
	MetricOverflow = "otel.metric.overflow"
)
