package rumreceiver

import (
	"errors"
	"fmt"
	"runtime"

	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// errPanicked is what a panic became.
var errPanicked = errors.New("a panic, see the log")

// contain turns a panic of the function that defers it into an error, so that a bug, of ours or of a
// component behind us, costs one batch: it has an answer, it is counted, and nobody waits for it. What
// the panic says may quote the payload; only the type of it is logged, and the stack.
func (r *rumReceiver) contain(err *error) {
	cause := recover()
	if cause == nil {
		return
	}
	*err = errPanicked
	what := fmt.Sprintf("%T", cause)
	if bug, ok := cause.(runtime.Error); ok { // numbers and types
		what = bug.Error()
	}
	r.settings.Logger.Error("A panic was contained", zap.String("panic", what), zap.Stack("stack"))
}

// internalError is the answer to a batch that caused a panic. Not one to try again: it would panic again.
func internalError() *beacon.Rejection {
	return &beacon.Rejection{Reason: beacon.ReasonInternal, Detail: "the batch met a fault of the server, trying again will not help"}
}
