package admit

import (
	"fmt"
	"math"
	"net/netip"
	"testing"
)

// busyShop has ten applications with two keys each, and every limit on.
func busyShop(s *Settings) {
	for i := range 10 {
		s.Applications = append(s.Applications, Application{
			Keys:           []string{fmt.Sprintf("7f9c2ba4e88f827d616045507605853%d-a", i), fmt.Sprintf("7f9c2ba4e88f827d616045507605853%d-b", i)},
			AllowedOrigins: []string{"https://shop.example", "https://*.shop.example"},
			Rate:           1e6, Burst: 1e6,
		})
	}
	s.Addresses.EventsPerSecond, s.Addresses.Burst = 1e6, 1e6
}

func BenchmarkAdmit(b *testing.B) {
	right := Request{Key: "7f9c2ba4e88f827d6160455076058539-b", Origin: "https://www.shop.example", Address: alice}
	wrongKey, wrongOrigin := right, right
	wrongKey.Key, wrongOrigin.Origin = "7f9c2ba4e88f827d6160455076058539-c", "https://www.evil.example"
	for name, r := range map[string]Request{"Allowed": right, "WrongKey": wrongKey, "WrongOrigin": wrongOrigin} {
		b.Run(name, func(b *testing.B) { benchmarkAdmit(b, gate(b, busyShop), r) })
	}
	b.Run("RateLimited", func(b *testing.B) {
		g := gate(b, func(s *Settings) { busyShop(s); s.Addresses.EventsPerSecond = 1e-6 })
		sends(b, g, right, 2e6, start)
		benchmarkAdmit(b, g, right)
	})
	b.Run("Busy", func(b *testing.B) {
		g := gate(b, func(s *Settings) { busyShop(s); s.MaxConcurrent = 1 })
		allowed(b, g, right, start)
		benchmarkAdmit(b, g, right)
	})
}

func benchmarkAdmit(b *testing.B, g *Gate, r Request) {
	b.ReportAllocs()
	for b.Loop() {
		admission, _ := come(g, r, start)
		admission.Release()
	}
}

func BenchmarkAdmitRotatingAddresses(b *testing.B) {
	g := gate(b, func(s *Settings) { s.Addresses.EventsPerSecond = 10 })
	address := netip.MustParseAddr("10.0.0.0")
	b.ReportAllocs()
	for b.Loop() {
		admission, _ := come(g, Request{Address: address}, start)
		admission.Release()
		address = address.Next()
	}
}

func BenchmarkSettle(b *testing.B) {
	g := gate(b, func(s *Settings) { busyShop(s); s.MaxConcurrent = math.MaxInt })
	admission := allowed(b, g, Request{Key: "7f9c2ba4e88f827d6160455076058539-b", Address: alice}, start)
	b.ReportAllocs()
	for b.Loop() {
		admission.Enter(1000, start)
		admission.Settle(Cost{Events: 10}, start)
	}
}
