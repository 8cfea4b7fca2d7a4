package telemetry

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"go.uber.org/zap"
)

// ErrPanicked is the error for a contained panic.
var ErrPanicked = errors.New("a panic, see the log")

// Part is the part of the receiver that panicked: a label.
type Part string

// The parts.
const (
	PartDecode Part = "decode"
	PartStages Part = "stages"
	PartSink   Part = "sink"
	PartFlush  Part = "flush"
)

// Contain converts a panic of the function that defers it to an error, so that a bug, of ours or of a later component, affects only
// one batch or one window: it is answered and counted. The text of a panic may quote the payload, so only its type and the stack
// are logged.
func (t *Telemetry) Contain(ctx context.Context, part Part, err *error) {
	cause := recover()
	if cause == nil {
		return
	}
	*err = ErrPanicked
	what := fmt.Sprintf("%T", cause)
	if bug, ok := cause.(runtime.Error); ok { // numbers and types
		what = bug.Error()
	}
	t.RumReceiverPanics.Add(ctx, 1, label("part", string(part)))
	t.logger.Error("A panic was contained", zap.String("part", string(part)), zap.String("panic", what), zap.Stack("stack"))
}
