package otlp

import (
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// factBounds are the attributes that have a place in an event, and how long their texts may be.
var factBounds = func() map[string]beacon.Bound {
	bounds := map[string]beacon.Bound{semconv.ExceptionStacktrace: beacon.BoundStack, semconv.URLFull: beacon.BoundURL, documentURL: beacon.BoundURL}
	for _, key := range []string{
		semconv.SessionID, semconv.UserID,
		semconv.WebVitalName, semconv.WebVitalValue, semconv.WebVitalDelta, semconv.WebVitalID, semconv.WebVitalNavigationType,
		semconv.ExceptionType, semconv.ExceptionMessage, consoleMethod,
		semconv.NavigationType, semconv.NavigationSameDocument, semconv.NavigationTimingType,
		semconv.ResourceTimingInitiatorType, semconv.ResourceTimingDuration, semconv.ResourceTimingTransferSize,
		semconv.ResourceTimingEncodedBodySize, semconv.ResourceTimingDecodedBodySize, semconv.HTTPResponseStatusCode,
		semconv.CSSSelector, semconv.TagName,
	} {
		bounds[key] = beacon.BoundString
	}
	for _, name := range wire.TimeNames {
		bounds[semconv.NavigationTimingPrefix+name] = beacon.BoundString
		bounds[resourceTimingPrefix+name] = beacon.BoundString
	}
	return bounds
}()

// facts are such attributes of a record. There are never more than factBounds has.
type facts []beacon.Attribute

// set adds one; of a repeated key the last one counts.
func (f *facts) set(a beacon.Attribute) {
	for i := range *f {
		if (*f)[i].Key == a.Key {
			(*f)[i] = a
			return
		}
	}
	*f = append(*f, a)
}

func (f facts) find(key string, kind beacon.ValueType) (a beacon.Attribute, ok bool) {
	for i := range f {
		if f[i].Key == key && f[i].Type == kind {
			return f[i], true
		}
	}
	return a, false
}

// text is empty when there is none.
func (f facts) text(key string) string {
	a, _ := f.find(key, beacon.StringValue)
	return a.String
}

func (f facts) number(key string) (v float64, ok bool) {
	a, ok := f.find(key, beacon.NumberValue)
	return a.Number, ok
}

func (f facts) truth(key string) bool {
	a, _ := f.find(key, beacon.BoolValue)
	return a.Number == 1
}
