package admit

import (
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

var (
	alice = netip.MustParseAddr("198.51.100.1")
	bob   = netip.MustParseAddr("198.51.100.2")
)

// gate with 10 requests at once, no limit of addresses, and the changes of the test.
func gate(t testing.TB, change func(*Settings)) *Gate {
	t.Helper()
	s := DefaultSettings()
	s.MaxConcurrent = 10
	s.Addresses = AddressLimit{MaxAddresses: s.Addresses.MaxAddresses}
	change(&s)
	g, err := New(s)
	require.NoError(t, err)
	return g
}

// shopAndBlog are two applications, the shop with a key being replaced.
func shopAndBlog(s *Settings) {
	s.Applications = []Application{
		{Name: "shop", Environment: "production", Keys: []string{"shop-old", "shop-new"},
			AllowedOrigins: []string{"https://shop.example", "https://*.shop.example"}},
		{Name: "blog", Keys: []string{"blog-key"}, RequireOrigin: true},
	}
}

// come asks to be let in and to be served.
func come(g *Gate, r Request, now time.Time) (*Admission, *beacon.Rejection) {
	admission, rejection := g.Admit(r, now)
	if rejection == nil {
		rejection = admission.Enter(0, now)
	}
	return &admission, rejection
}

// allowed expects to be let in and returns the admission.
func allowed(t testing.TB, g *Gate, r Request, now time.Time) *Admission {
	t.Helper()
	admission, rejection := come(g, r, now)
	require.Nil(t, rejection, "%v", rejection)
	return admission
}

// denied expects to be refused for the reason, and that this leaves nothing behind.
func denied(t testing.TB, g *Gate, r Request, now time.Time, reason beacon.Reason) *beacon.Rejection {
	t.Helper()
	before := g.Stats().Concurrent
	admission, rejection := come(g, r, now)
	require.NotNil(t, rejection, "let in, but expected %s", reason)
	require.Equal(t, reason, rejection.Reason)
	admission.Release()
	require.Equal(t, before, g.Stats().Concurrent)
	return rejection
}

// sends lets a request in, settles its events and ends it.
func sends(t testing.TB, g *Gate, r Request, events int, now time.Time) {
	t.Helper()
	admission := allowed(t, g, r, now)
	require.Nil(t, admission.Settle(Cost{Events: events}, now))
	admission.Release()
}

func TestWithoutApplicationsTheEndpointIsOpen(t *testing.T) {
	g := gate(t, func(*Settings) {})
	admission := allowed(t, g, Request{Key: "anything", Origin: "https://anywhere.example", Address: alice}, start)
	assert.Equal(t, Application{}, *admission.Application)
	assert.Zero(t, g.Stats().Addresses, "without a rate no address is remembered")
}

func TestTheOpenEndpointHasOriginsToo(t *testing.T) {
	g := gate(t, func(s *Settings) { s.AllowedOrigins = []string{"https://shop.example"} })
	allowed(t, g, Request{Origin: "https://shop.example"}, start)
	allowed(t, g, Request{}, start)
	denied(t, g, Request{Origin: "https://evil.example"}, start, beacon.ReasonOrigin)
}

func TestEveryKeyOfAnApplicationOpens(t *testing.T) {
	g := gate(t, shopAndBlog)
	for _, key := range []string{"shop-old", "shop-new"} {
		admission := allowed(t, g, Request{Key: key}, start)
		assert.Equal(t, "shop", admission.Application.Name)
		assert.Equal(t, "production", admission.Application.Environment)
	}
	admission := allowed(t, g, Request{Key: "blog-key", Origin: "https://blog.example"}, start)
	assert.Equal(t, "blog", admission.Application.Name)
}

func TestAnyOtherKeyIsUnauthorized(t *testing.T) {
	g := gate(t, shopAndBlog)
	for _, key := range []string{"", "shop", "shop-old ", "shop-old\x00", "SHOP-OLD", strings.Repeat("k", 1<<20)} {
		rejection := denied(t, g, Request{Key: key}, start, beacon.ReasonUnauthorized)
		assert.Zero(t, rejection.RetryAfter)
		if key != "" {
			assert.NotContains(t, rejection.Error(), key)
		}
	}
}

func TestAForeignOriginIsRefusedWithARightKey(t *testing.T) {
	g := gate(t, shopAndBlog)
	shop := func(origin string) Request { return Request{Key: "shop-new", Origin: origin} }
	allowed(t, g, shop("https://shop.example"), start)
	allowed(t, g, shop("https://www.shop.example"), start)
	denied(t, g, shop("https://evil.example"), start, beacon.ReasonOrigin)
	denied(t, g, shop("null"), start, beacon.ReasonOrigin)
}

func TestWithoutOriginOnlyWhereItIsNotRequired(t *testing.T) {
	g := gate(t, shopAndBlog)
	allowed(t, g, Request{Key: "shop-new"}, start)
	denied(t, g, Request{Key: "blog-key"}, start, beacon.ReasonOrigin)
}

func TestAnApplicationWithoutOriginsHasThoseOfAll(t *testing.T) {
	g := gate(t, func(s *Settings) {
		shopAndBlog(s)
		s.AllowedOrigins = []string{"https://blog.example"}
	})
	allowed(t, g, Request{Key: "blog-key", Origin: "https://blog.example"}, start)
	denied(t, g, Request{Key: "blog-key", Origin: "https://shop.example"}, start, beacon.ReasonOrigin)
	allowed(t, g, Request{Key: "shop-new", Origin: "https://shop.example"}, start)
	denied(t, g, Request{Key: "shop-new", Origin: "https://blog.example"}, start, beacon.ReasonOrigin)
}

func TestAnApplicationHasItsRateWhateverTheAddresses(t *testing.T) {
	g := gate(t, func(s *Settings) {
		shopAndBlog(s)
		s.Applications[0].Rate, s.Applications[0].Burst = 10, 100
	})
	sends(t, g, Request{Key: "shop-old", Address: alice}, 60, start)
	sends(t, g, Request{Key: "shop-new", Address: bob}, 60, start)
	rejection := denied(t, g, Request{Key: "shop-new", Address: alice}, start, beacon.ReasonRateLimited)
	assert.InDelta(t, 2.1, rejection.RetryAfter.Seconds(), 1e-5, "20 owed, 1 needed, 10 per second")
	denied(t, g, Request{Key: "shop-new"}, start.Add(rejection.RetryAfter-time.Millisecond), beacon.ReasonRateLimited)
	allowed(t, g, Request{Key: "shop-new"}, start.Add(rejection.RetryAfter))
	allowed(t, g, Request{Key: "blog-key", Origin: "https://blog.example"}, start)
}

func TestAnAddressHasItsRate(t *testing.T) {
	g := gate(t, func(s *Settings) { s.Addresses.EventsPerSecond = 10 })
	sends(t, g, Request{Address: alice}, 30, start)
	denied(t, g, Request{Address: alice}, start, beacon.ReasonRateLimited)
	allowed(t, g, Request{Address: bob}, start)
	allowed(t, g, Request{Address: alice}, start.Add(100*time.Millisecond))
	assert.Equal(t, 2, g.Stats().Addresses)
}

func TestOneClientIsOneAddress(t *testing.T) {
	g := gate(t, func(s *Settings) { s.Addresses.EventsPerSecond, s.Addresses.Burst = 1, 1 })
	same := func(a, b string) {
		t.Helper()
		sends(t, g, Request{Address: netip.MustParseAddr(a)}, 1, start)
		denied(t, g, Request{Address: netip.MustParseAddr(b)}, start, beacon.ReasonRateLimited)
	}
	same("203.0.113.7", "::ffff:203.0.113.7")
	same("2001:db8:0:1::1", "2001:db8:0:1:ffff::9")
	same("fe80::1%eth0", "fe80::1%eth1")
	sends(t, g, Request{Address: netip.MustParseAddr("2001:db8:0:2::1")}, 1, start)
	sends(t, g, Request{}, 1, start)
	denied(t, g, Request{}, start, beacon.ReasonRateLimited)
}

func TestRotatingAddressesGetNoFreshAllowance(t *testing.T) {
	const remembered, burst = 1000, 30
	g := gate(t, func(s *Settings) {
		s.Addresses = AddressLimit{EventsPerSecond: 0.001, Burst: burst, MaxAddresses: remembered}
	})
	address := netip.MustParseAddr("10.0.0.0")
	for range remembered {
		sends(t, g, Request{Address: address}, burst, start)
		address = address.Next()
	}
	before := heap()
	for range 20 * remembered {
		denied(t, g, Request{Address: address}, start, beacon.ReasonRateLimited)
		address = address.Next()
	}
	grown := heap() - before
	t.Logf("heap growth after %d more addresses: %d bytes", 20*remembered, grown)
	assert.Less(t, grown, int64(256<<10))
	assert.Equal(t, remembered, g.Stats().Addresses)
}

func TestInventedKeysAndOriginsLeaveNothing(t *testing.T) {
	g := gate(t, func(s *Settings) {
		shopAndBlog(s)
		s.Addresses.EventsPerSecond = 10
	})
	before := heap()
	address := netip.MustParseAddr("10.0.0.0")
	for i := range 10_000 {
		denied(t, g, Request{Key: fmt.Sprintf("key-%d", i), Address: address}, start, beacon.ReasonUnauthorized)
		origin := fmt.Sprintf("https://%d.example", i)
		denied(t, g, Request{Key: "shop-new", Origin: origin, Address: address}, start, beacon.ReasonOrigin)
		address = address.Next()
	}
	grown := heap() - before
	t.Logf("heap growth after 20000 refusals: %d bytes", grown)
	assert.Less(t, grown, int64(64<<10))
	assert.Equal(t, Stats{}, g.Stats())
}

func TestPastTheBoundOfConcurrencyTheGateIsBusy(t *testing.T) {
	g := gate(t, func(*Settings) {})
	admissions := make([]*Admission, 10)
	for i := range admissions {
		admissions[i] = allowed(t, g, Request{}, start)
	}
	rejection := denied(t, g, Request{}, start, beacon.ReasonBusy)
	assert.Equal(t, time.Second, rejection.RetryAfter)
	assert.EqualValues(t, 10, rejection.Limit)

	admissions[0].Release()
	admissions[0].Release() // does nothing: one place is free, not two
	waiting, rejection := g.Admit(Request{}, start)
	require.Nil(t, rejection, "who waits for its body has no place")
	defer waiting.Release()
	allowed(t, g, Request{}, start)
	denied(t, g, Request{}, start, beacon.ReasonBusy)
	assert.Equal(t, Stats{Concurrent: 10}, g.Stats())
}

func TestOneAddressCannotHoldEveryPlace(t *testing.T) {
	g := gate(t, func(s *Settings) { s.Addresses.MaxConcurrent = 2 })
	first := allowed(t, g, Request{Address: alice}, start)
	allowed(t, g, Request{Address: alice}, start)
	rejection := denied(t, g, Request{Address: alice}, start, beacon.ReasonBusy)
	assert.Equal(t, time.Second, rejection.RetryAfter)
	assert.EqualValues(t, 2, rejection.Limit)
	others := []*Admission{allowed(t, g, Request{Address: bob}, start), allowed(t, g, Request{}, start)}

	first.Release()
	first.Release() // does nothing
	others = append(others, allowed(t, g, Request{Address: alice}, start))
	denied(t, g, Request{Address: alice}, start, beacon.ReasonBusy)
	for _, admission := range others {
		admission.Release()
	}
	assert.Len(t, g.underway.byClient, 1, "nothing is remembered of who has left")
	assert.Equal(t, 1, g.Stats().Concurrent)
}

func TestAPlaceThatNobodyGotCountsForNobody(t *testing.T) {
	g := gate(t, func(s *Settings) { s.MaxConcurrent = 1; s.Addresses.MaxConcurrent = 5 })
	allowed(t, g, Request{Address: alice}, start)
	assert.EqualValues(t, 1, denied(t, g, Request{Address: bob}, start, beacon.ReasonBusy).Limit)
	assert.Len(t, g.underway.byClient, 1)
}

func TestExemptNetworksHaveNoLimit(t *testing.T) {
	g := gate(t, func(s *Settings) {
		s.MaxConcurrent = 100
		s.Addresses = AddressLimit{EventsPerSecond: 1, Burst: 1, MaxAddresses: 10, MaxConcurrent: 1, Exempt: notPublic()}
	})
	for _, proxy := range []string{
		"127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1", "169.254.1.1", "::1", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1",
	} {
		request := Request{Address: netip.MustParseAddr(proxy)}
		defer allowed(t, g, request, start).Release() // keeps its place
		sends(t, g, request, 1000, start)
		sends(t, g, request, 1000, start)
	}
	assert.Zero(t, g.Stats().Addresses, "nor is it remembered")
	for _, client := range []string{"198.51.100.1", "172.32.0.1", "2001:db8::1"} {
		request := Request{Address: netip.MustParseAddr(client)}
		sends(t, g, request, 1, start)
		denied(t, g, request, start, beacon.ReasonRateLimited)
	}
}

func TestByDefaultAPublicAddressHasItsShare(t *testing.T) {
	g, err := New(DefaultSettings())
	require.NoError(t, err)
	for range 20 {
		allowed(t, g, Request{Address: alice}, start)
	}
	denied(t, g, Request{Address: alice}, start, beacon.ReasonBusy)
	sends(t, g, Request{Address: bob}, 900, start)
	denied(t, g, Request{Address: bob}, start, beacon.ReasonRateLimited)
}

func TestARefusedRequestCostsItsReading(t *testing.T) {
	g := gate(t, func(s *Settings) { s.Addresses.EventsPerSecond, s.Addresses.Burst = 1, 2 })
	sends(t, g, Request{Address: alice}, 0, start)
	sends(t, g, Request{Address: alice}, 0, start)
	denied(t, g, Request{Address: alice}, start, beacon.ReasonRateLimited)
}

func TestManyAtOnceOweNoMoreThanOneRequest(t *testing.T) {
	const burst = 50
	g := gate(t, func(s *Settings) { s.Addresses.EventsPerSecond, s.Addresses.Burst = 10, burst })
	var admissions []*Admission
	for range 10 {
		admissions = append(admissions, allowed(t, g, Request{Address: alice}, start))
	}
	var accepted atomic.Int32
	var senders sync.WaitGroup
	for _, admission := range admissions {
		senders.Go(func() {
			if admission.Settle(Cost{Events: 1000}, start) == nil {
				accepted.Add(1)
			}
			admission.Release()
		})
	}
	senders.Wait()
	assert.EqualValues(t, 1, accepted.Load())
	rejection := denied(t, g, Request{Address: alice}, start, beacon.ReasonRateLimited)
	assert.InDelta(t, (1000-burst+9+1)/10.0, rejection.RetryAfter.Seconds(), 1e-3, "every event is owed, and the reading of those that were refused")
	assert.Zero(t, g.Stats().Concurrent)
}

func TestWhatOneAllowanceRefusesIsNotTakenOffTheOther(t *testing.T) {
	g := gate(t, func(s *Settings) {
		shopAndBlog(s)
		s.Applications[0].Rate, s.Applications[0].Burst = 1, 10
		s.Addresses.EventsPerSecond, s.Addresses.Burst = 1, 20
	})
	shop := func(from netip.Addr) Request { return Request{Key: "shop-new", Address: from} }
	first, second := allowed(t, g, shop(alice), start), allowed(t, g, shop(bob), start)
	require.Nil(t, first.Settle(Cost{Events: 15}, start))
	rejection := second.Settle(Cost{Events: 15}, start)
	require.NotNil(t, rejection)
	assert.Equal(t, beacon.ReasonRateLimited, rejection.Reason)
	assert.InDelta(t, 7, rejection.RetryAfter.Seconds(), 1e-3, "15 of 10 are spent and one for reading")
	assert.InDelta(t, 19, second.address.tokens, 1e-9, "one for reading")
}

func TestLargeBodiesAndRecordsCountForMoreThanTheirEvents(t *testing.T) {
	for want, cost := range map[float64]Cost{
		1:   {},
		7:   {Events: 7, Bytes: 7 << 10, Records: 7 << 12},
		10:  {Events: 1, Bytes: 10 << 10},
		128: {Events: 1, Bytes: 1, Records: 1 << 18, Refused: 1 << 18},
	} {
		assert.InDelta(t, want, cost.tokens(), 0)
	}
}

// heap is how many bytes are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
