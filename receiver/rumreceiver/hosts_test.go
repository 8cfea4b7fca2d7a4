package rumreceiver

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// listening is a host that remembers what is reported.
type listening struct {
	component.Host
	heard []*componentstatus.Event
}

func (l *listening) Report(event *componentstatus.Event) { l.heard = append(l.heard, event) }

func TestEveryHostHearsWhatIsReportedWheneverItCame(t *testing.T) {
	var h hosts
	early, late := new(listening), new(listening)
	h.add(early)
	event := componentstatus.NewFatalErrorEvent(errors.New("accept: too many open files"))
	h.report(event)
	h.add(late)
	assert.Equal(t, []*componentstatus.Event{event}, early.heard)
	assert.Equal(t, []*componentstatus.Event{event}, late.heard)
}
