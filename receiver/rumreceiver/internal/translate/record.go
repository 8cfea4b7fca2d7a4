package translate

import (
	"strconv"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// context writes what a record shares with the others of its page: who, where, over which network.
func (a *attributes) context(b *beacon.Beacon, page *beacon.Page, kind beacon.Kind) {
	a.str(semconv.SessionID, page.SessionID)
	a.str(semconv.UserID, page.UserID)
	a.str(semconv.PageViewID, page.ID)
	if kind != beacon.KindResource { // there url.full is the resource's
		a.str(semconv.URLFull, page.URL)
	}
	a.str(semconv.URLPath, page.Path)
	a.str(semconv.URLTemplate, page.Route)
	a.str(semconv.ClientAddress, b.Client.Address)
	a.str(semconv.GeoCountryISOCode, b.Client.Country)
	a.str(semconv.GeoRegionISOCode, b.Client.Region)
	a.str(semconv.GeoLocalityName, b.Client.Locality)
	a.connection(&b.Connection)
	if rate := b.Sampling.Rate; rate > 0 && rate < 1 {
		a.num(semconv.SamplingClientRate, rate)
		a.num(semconv.SamplingAdjustedCount, b.Sampling.Weight())
	}
}

func (a *attributes) connection(c *beacon.Connection) {
	a.str(semconv.NetworkConnectionType, c.Type)
	a.str(semconv.ConnectionEffectiveType, c.EffectiveType)
	if c.RTT > 0 {
		a.num(semconv.ConnectionRTT, c.RTT)
	}
	if c.Downlink > 0 {
		a.num(semconv.ConnectionDownlink, c.Downlink)
	}
	if c.SaveData {
		a.boolean(semconv.ConnectionSaveData, true)
	}
}

// event writes what is particular to the kind, and the free attributes under the prefix that fits.
func (a *attributes) event(e *beacon.Event, page *beacon.Page) {
	prefix := semconv.MetadataPrefix
	switch e.Kind {
	case beacon.KindVital:
		a.vital(e)
		prefix = semconv.WebVitalAttributionPrefix
	case beacon.KindError:
		a.exception(e)
	case beacon.KindNavigationTiming:
		a.navigationTiming(e)
	case beacon.KindPageView:
		a.str(semconv.NavigationType, e.NavigationType)
		a.boolean(semconv.NavigationSameDocument, e.SameDocument)
		a.str(semconv.NavigationReferrer, page.Referrer)
		a.str(semconv.NavigationTitle, page.Title)
	case beacon.KindResource:
		a.resourceTiming(e)
	case beacon.KindClick:
		a.str(semconv.CSSSelector, e.Element.Selector)
		a.str(semconv.TagName, e.Element.Tag)
		prefix = semconv.ClickPrefix
	case beacon.KindInteraction:
		a.str(semconv.InteractionName, e.Name)
		a.num(semconv.InteractionDuration, e.Value)
	case beacon.KindLongTask:
		a.longTask(e)
		prefix = semconv.LongTaskAttributionPrefix
	case beacon.KindMeasurement:
		a.str(semconv.MeasurementName, e.Name)
		a.num(semconv.MeasurementValue, e.Value)
		a.str(semconv.MeasurementUnit, e.Unit)
	case beacon.KindBudget:
		a.str(semconv.BudgetMetric, e.Name)
		a.num(semconv.BudgetValue, e.Value)
		a.num(semconv.BudgetLimit, e.Limit)
		a.num(semconv.BudgetExceededBy, e.Value-e.Limit)
	}
	a.free(prefix, e.Attributes)
}

func (a *attributes) vital(e *beacon.Event) {
	a.str(semconv.WebVitalName, e.Name)
	a.num(semconv.WebVitalValue, e.Value)
	a.num(semconv.WebVitalDelta, e.Delta)
	a.str(semconv.WebVitalID, e.MeasurementID)
	a.str(semconv.WebVitalRating, beacon.Rating(e.Name, e.Value))
	a.str(semconv.WebVitalNavigationType, e.NavigationType)
}

func (a *attributes) exception(e *beacon.Event) {
	x := e.Error
	a.str(semconv.ExceptionType, e.Name)
	a.str(semconv.ExceptionMessage, x.Message)
	a.str(semconv.ExceptionStacktrace, x.Stack)
	a.str(semconv.ExceptionSource, x.Source)
	a.str(semconv.ExceptionFingerprint, fingerprint(e.Name, x))
	a.str(semconv.CodeFilePath, x.File)
	if x.Line > 0 {
		a.integer(semconv.CodeLineNumber, x.Line)
	}
	if x.Column > 0 {
		a.integer(semconv.CodeColumnNumber, x.Column)
	}
}

func (a *attributes) navigationTiming(e *beacon.Event) {
	a.str(semconv.NavigationTimingType, e.NavigationType)
	for phase, known := range e.Phases.Known {
		if known {
			a.num(navigationTimingAttributes[phase], e.Phases.Value[phase])
		}
	}
}

// navigationTimingAttributes are the names of the phases, joined once.
var navigationTimingAttributes = func() (names [beacon.NumPhases]string) {
	for phase, name := range beacon.PhaseNames {
		names[phase] = semconv.NavigationTimingPrefix + name
	}
	return names
}()

func (a *attributes) resourceTiming(e *beacon.Event) {
	r := e.Resource
	a.str(semconv.URLFull, e.Name)
	a.str(semconv.ResourceTimingInitiatorType, r.InitiatorType)
	a.num(semconv.ResourceTimingDuration, e.Value)
	a.size(semconv.ResourceTimingTransferSize, r.TransferSize)
	a.size(semconv.ResourceTimingEncodedBodySize, r.EncodedSize)
	a.size(semconv.ResourceTimingDecodedBodySize, r.DecodedSize)
	a.str(semconv.HTTPRequestMethod, r.Method)
	if r.Status > 0 {
		a.integer(semconv.HTTPResponseStatusCode, r.Status)
	}
	a.str(semconv.ErrorType, errorType(r))
}

// size leaves out 0, which browsers say of what they must not tell: other origins, requests of scripts.
func (a *attributes) size(key string, bytes int64) {
	if bytes != 0 {
		a.integer(key, bytes)
	}
}

// errorType is empty for a request that went well; a status that is an error is one for clients.
// https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
func errorType(r *beacon.Resource) string {
	if r.ErrorType == "" && r.Status >= 400 {
		return strconv.FormatInt(r.Status, 10)
	}
	return r.ErrorType
}

func (a *attributes) longTask(e *beacon.Event) {
	a.num(semconv.LongTaskDuration, e.Value)
	a.str(semconv.LongTaskType, e.LongTaskType())
	if e.Blocking >= 0 {
		a.num(semconv.LongTaskBlockingDuration, e.Blocking)
	}
}

func (a *attributes) free(prefix string, list []beacon.Attribute) {
	for i := range list {
		switch key := prefix + list[i].Key; list[i].Type {
		case beacon.StringValue:
			a.add(key).SetStr(list[i].String)
		case beacon.NumberValue:
			a.num(key, list[i].Number)
		case beacon.BoolValue:
			a.boolean(key, list[i].Number == 1)
		}
	}
}
