package admit

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestWhatIsWorkedOnIsBoundedInBytes(t *testing.T) {
	g := gate(t, func(s *Settings) { s.MaxWork = 100 })
	begin := func(body int64) (*Admission, *beacon.Rejection) {
		a := allowed(t, g, Request{Address: alice}, start)
		return a, a.Enter(body, start)
	}
	first, rejection := begin(60)
	assert.Nil(t, rejection)
	second, rejection := begin(60)
	assert.Equal(t, beacon.ReasonBusy, rejection.Reason)
	assert.EqualValues(t, 100, rejection.Limit)
	second.Release()
	assert.Nil(t, first.Settle(Cost{Records: 90}, start), "records take the place of the body")
	assert.EqualValues(t, 90, g.Stats().Work)

	third, rejection := begin(10)
	assert.Nil(t, rejection)
	assert.Equal(t, beacon.ReasonBusy, third.Settle(Cost{Records: 20}, start).Reason)
	assert.EqualValues(t, 100, g.Stats().Work)
	third.Release()
	first.Release()
	first.Release()
	assert.Zero(t, g.Stats().Work)
	alone, rejection := begin(100)
	assert.Nil(t, rejection)
	alone.Release()
}

func TestWorkThatHasNoRoomCostsItsReading(t *testing.T) {
	g := gate(t, func(s *Settings) {
		s.MaxWork, s.Addresses = 1<<20, AddressLimit{EventsPerSecond: 1, Burst: 10, MaxAddresses: 10}
	})
	a := allowed(t, g, Request{Address: alice}, start)
	assert.Nil(t, a.Enter(10, start))
	assert.NotNil(t, a.Settle(Cost{Bytes: 20 * BytesPerEvent, Records: 2 << 20}, start))
	a.Release()
	_, rejection := g.Admit(Request{Address: alice}, start)
	assert.Equal(t, beacon.ReasonRateLimited, rejection.Reason)
}
