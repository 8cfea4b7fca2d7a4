package aggregate

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func cart(name, unit string) beacon.Event {
	return beacon.Event{Payload: &beacon.Measurement{Name: name, Value: 1, Unit: unit}}
}

func TestNamesThatStrangersInventDoNotTakeTheSeriesOfOthers(t *testing.T) {
	a := with(func(s *Settings) { s.MaxNames = 2; s.MaxSeries = 100 })
	record := func(e beacon.Event, route string, when time.Duration) Outcome {
		return a.Record(at(route, shop(e)), after(when))
	}
	assert.Equal(t, Outcome{}, record(cart("cart", ""), "/a", 0))
	assert.Equal(t, Outcome{}, record(cart("cart", "{item}"), "/a", 0), "each unit is a name")
	for i := range 1000 {
		assert.Equal(t, Outcome{NamesOverflowed: 1}, record(cart(fmt.Sprint("invented", i), ""), "/a", 0))
	}
	assert.Equal(t, Outcome{}, record(cart("cart", ""), "/b", 0), "a known name has series on every page")
	assert.Equal(t, Outcome{}, record(beacon.Event{Payload: &beacon.Interaction{Name: "buy", Duration: 1}}, "/a", 0), "interactions have names of their own")
	assert.Equal(t, 3, a.Stats().Names)
	assert.Equal(t, 5, a.Stats().Series)
	holds(t, a.Collect(after(1)),
		"shop rum.interactions.duration{rum.interaction.name=buy,url.template=/a} n=1 sum=0.001 [0.05:1]",
		"shop rum.measurement{otel.metric.overflow=true} n=1000 sum=1000 [1:1000]",
		"shop rum.measurement{rum.measurement.name=cart,url.template=/a} n=1 sum=1 [1:1]",
		"shop rum.measurement{rum.measurement.name=cart,rum.measurement.unit={item},url.template=/a} n=1 sum=1 [1:1]",
		"shop rum.measurement{rum.measurement.name=cart,url.template=/b} n=1 sum=1 [1:1]")
}

func TestANameThatIsIdleMakesRoom(t *testing.T) {
	a := with(func(s *Settings) { s.MaxNames = 1; s.MaxIdle = time.Hour })
	record := func(name string, at time.Duration) int {
		a.Collect(after(at))
		return a.Record(shop(cart(name, "")), after(at)).NamesOverflowed
	}
	assert.Equal(t, 0, record("old", 0))
	assert.Equal(t, 0, record("old", 59*time.Minute))
	assert.Equal(t, 1, record("new", time.Hour))
	assert.Equal(t, 1, record("new", 118*time.Minute))
	assert.Equal(t, 0, record("new", 2*time.Hour))
	assert.Equal(t, 1, record("old", 2*time.Hour))
}
