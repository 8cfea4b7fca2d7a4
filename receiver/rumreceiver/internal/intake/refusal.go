package intake

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// Refusal is why a sink did not take a beacon.
type Refusal struct {
	Reason beacon.Reason
	// Again is true when another attempt may succeed.
	Again bool
	// After is the pause that the pipeline asked for; 0 if it did not.
	After time.Duration
}

func (r *Refusal) Error() string { return "not delivered: " + string(r.Reason) }

// worse returns the refusal to report to the client: a retryable one is preferred to a permanent one, since the sinks
// that took the batch will not get it again.
func worse(a, b *Refusal) *Refusal {
	switch {
	case a == nil, b.Again && !a.Again:
		return b
	case a.Again == b.Again && b.After > a.After:
		return b
	default:
		return a
	}
}

// refusalOf reads an error of a pipeline. Several pipelines of one receiver return a joined error: the batch is tried again if one
// of them is retryable.
func refusalOf(err error) (worst *Refusal) {
	if errors.Is(err, telemetry.ErrPanicked) { // it would panic again
		return &Refusal{Reason: beacon.ReasonInternal}
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			worst = worse(worst, refusalOf(one))
		}
		if worst != nil {
			return worst
		}
	}
	refusal := &Refusal{Reason: reasonOf(err), After: pauseOf(err)}
	refusal.Again = refusal.Reason == beacon.ReasonUnavailable || refusal.Reason == beacon.ReasonThrottled
	return refusal
}

// reasonOf is the reason of an error: the one for the status with which the otlp receiver would answer.
// https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md#failures-1
func reasonOf(err error) beacon.Reason {
	reason := beacon.ReasonUnavailable
	if said, ok := status.FromError(err); ok {
		reason = reasonOfCode(said.Code())
	} else if said, ok := errors.AsType[*consumererror.Error](err); ok {
		reason = reasonOfStatus(consumererror.ToHTTPStatus(said))
	} else if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return beacon.ReasonUnavailable
	}
	if consumererror.IsPermanent(err) && (reason == beacon.ReasonUnavailable || reason == beacon.ReasonThrottled) {
		return beacon.ReasonPermanent
	}
	return reason
}

func reasonOfCode(code codes.Code) beacon.Reason {
	switch code {
	case codes.Canceled, codes.DeadlineExceeded, codes.Aborted, codes.OutOfRange, codes.Unavailable, codes.DataLoss:
		return beacon.ReasonUnavailable
	case codes.ResourceExhausted:
		return beacon.ReasonThrottled
	case codes.InvalidArgument:
		return beacon.ReasonInvalid
	case codes.Unauthenticated:
		return beacon.ReasonUnauthenticated
	case codes.PermissionDenied:
		return beacon.ReasonDenied
	case codes.Unimplemented:
		return beacon.ReasonUnsupported
	default:
		return beacon.ReasonPermanent
	}
}

func reasonOfStatus(code int) beacon.Reason {
	switch code {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return beacon.ReasonUnavailable
	case http.StatusTooManyRequests:
		return beacon.ReasonThrottled
	case http.StatusBadRequest:
		return beacon.ReasonInvalid
	case http.StatusUnauthorized:
		return beacon.ReasonUnauthenticated
	case http.StatusForbidden:
		return beacon.ReasonDenied
	case http.StatusNotFound:
		return beacon.ReasonUnsupported
	default:
		return beacon.ReasonPermanent
	}
}

// pauseOf is the pause that the pipeline asked for.
func pauseOf(err error) time.Duration {
	if said, ok := status.FromError(err); ok {
		for _, detail := range said.Details() {
			if retry, ok := detail.(*errdetails.RetryInfo); ok {
				return retry.GetRetryDelay().AsDuration()
			}
		}
	}
	for ; err != nil; err = errors.Unwrap(err) {
		if pause, ok := throttled(err.Error()); ok {
			return pause
		}
	}
	return 0
}

// throttled reads the text of exporterhelper.NewThrottleRetry, because its delay is available in no other way.
func throttled(text string) (time.Duration, bool) {
	text, ok := strings.CutPrefix(text, "Throttle (")
	if !ok {
		return 0, false
	}
	delay, _, ok := strings.Cut(text, ")")
	if !ok {
		return 0, false
	}
	pause, err := time.ParseDuration(delay)
	return pause, err == nil
}
