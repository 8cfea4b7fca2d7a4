package telemetry

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"go.uber.org/zap"
)

// ErrPanicked is what a panic became.
var ErrPanicked = errors.New("a panic, see the log")

// Part is what panicked: a label.
type Part string

// The parts.
const (
	PartDecode Part = "decode"
	PartStages Part = "stages"
	PartSink   Part = "sink"
	PartFlush  Part = "flush"
)

// Contain turns a panic of the function that defers it into an error, so that a bug, of ours or of a component
// behind us, costs one batch or one window: it has an answer, it is counted, and nobody waits for it. What the panic
// says may quote the payload; only the type of it is logged, and the stack.
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
