package intake

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

func TestErrorsOfPipelinesAreRefusalsOfTheirKind(t *testing.T) {
	full, permanent := errors.New("queue is full"), consumererror.NewPermanent(errors.New("no"))
	slow, err := status.New(codes.ResourceExhausted, "slow down").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(7 * time.Second)})
	require.NoError(t, err)
	again := func(reason beacon.Reason, after time.Duration) Refusal {
		return Refusal{Reason: reason, Again: true, After: after}
	}
	for name, tc := range map[string]struct {
		err  error
		want Refusal
	}{
		"Plain":               {full, again(beacon.ReasonUnavailable, 0)},
		"Permanent":           {permanent, Refusal{Reason: beacon.ReasonPermanent}},
		"Panic":               {telemetry.ErrPanicked, Refusal{Reason: beacon.ReasonInternal}},
		"Timeout":             {context.DeadlineExceeded, again(beacon.ReasonUnavailable, 0)},
		"Throttle":            {exporterhelper.NewThrottleRetry(full, 30*time.Second), again(beacon.ReasonUnavailable, 30*time.Second)},
		"WrappedThrottle":     {fmt.Errorf("export: %w", exporterhelper.NewThrottleRetry(full, time.Minute)), again(beacon.ReasonUnavailable, time.Minute)},
		"RetryInfo":           {slow.Err(), again(beacon.ReasonThrottled, 7*time.Second)},
		"ThrottledStatus":     {exporterhelper.NewThrottleRetry(status.Error(codes.ResourceExhausted, "x"), time.Second), again(beacon.ReasonThrottled, time.Second)},
		"InvalidArgument":     {status.Error(codes.InvalidArgument, "x"), Refusal{Reason: beacon.ReasonInvalid}},
		"Unauthenticated":     {status.Error(codes.Unauthenticated, "x"), Refusal{Reason: beacon.ReasonUnauthenticated}},
		"PermissionDenied":    {status.Error(codes.PermissionDenied, "x"), Refusal{Reason: beacon.ReasonDenied}},
		"Unimplemented":       {status.Error(codes.Unimplemented, "x"), Refusal{Reason: beacon.ReasonUnsupported}},
		"Internal":            {status.Error(codes.Internal, "x"), Refusal{Reason: beacon.ReasonPermanent}},
		"UnavailableStatus":   {status.Error(codes.Unavailable, "x"), again(beacon.ReasonUnavailable, 0)},
		"PermanentInvalid":    {consumererror.NewPermanent(status.Error(codes.InvalidArgument, "x")), Refusal{Reason: beacon.ReasonInvalid}},
		"PermanentOfABackend": {consumererror.NewPermanent(status.Error(codes.Unavailable, "x")), Refusal{Reason: beacon.ReasonPermanent}},
		"HTTP429":             {consumererror.NewOTLPHTTPError(full, 429), again(beacon.ReasonThrottled, 0)},
		"HTTP400":             {consumererror.NewOTLPHTTPError(full, 400), Refusal{Reason: beacon.ReasonInvalid}},
		"Retryable":           {consumererror.NewRetryableError(full), again(beacon.ReasonUnavailable, 0)},
		"TwoPipelines":        {errors.Join(permanent, full), again(beacon.ReasonUnavailable, 0)},
		"TwoPermanent":        {errors.Join(permanent, permanent), Refusal{Reason: beacon.ReasonPermanent}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, *refusalOf(tc.err)) })
	}
}
