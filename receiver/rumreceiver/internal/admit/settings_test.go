package admit

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDefaultSettingsAreValid(t *testing.T) {
	s := DefaultSettings()
	require.NoError(t, s.Validate())
}

func TestWrongSettingsAreNamed(t *testing.T) {
	const secret = "planted-secret"
	f := func(want string, change func(*Settings)) {
		t.Helper()
		s := DefaultSettings()
		shopAndBlog(&s)
		s.Addresses = AddressLimit{}
		change(&s)
		err := s.Validate()
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), secret)
	}
	f("'max_concurrent_requests' must be at least 1 (got 0)", func(s *Settings) { s.MaxConcurrent = 0 })
	f("'address_limit::max_addresses' must be at least 1 (got 0)", func(s *Settings) {
		s.Addresses = AddressLimit{EventsPerSecond: 1}
	})
	f("'address_limit::max_concurrent_requests' must not be negative (got -1)", func(s *Settings) { s.Addresses.MaxConcurrent = -1 })
	f("'address_limit::events_per_second' must be a number and not negative (got -1)", func(s *Settings) { s.Addresses.EventsPerSecond = -1 })
	f("'address_limit::events_per_second' must be a number and not negative (got NaN)", func(s *Settings) { s.Addresses.EventsPerSecond = math.NaN() })
	f("'address_limit::burst' needs 'events_per_second' (got 5 without)", func(s *Settings) { s.Addresses.Burst = 5 })
	f("'applications[1]': 'rate_limit::events_per_second' must be a number and not negative (got +Inf)", func(s *Settings) { s.Applications[1].Rate = math.Inf(1) })
	f("'applications[1]': 'rate_limit::burst' must not be negative (got -1)", func(s *Settings) { s.Applications[1].Burst = -1 })
	f("'applications[0]': 'keys' must not be empty", func(s *Settings) { s.Applications[0].Keys = nil })
	f("'applications[0]': 'keys[0]' must have 1 to 256 bytes (got 0)", func(s *Settings) { s.Applications[0].Keys = []string{""} })
	f("'keys[0]' must have 1 to 256 bytes (got 257)", func(s *Settings) {
		s.Applications[0].Keys = []string{secret + strings.Repeat("k", MaxKeyLength+1-len(secret))}
	})
	f("'applications[1]': 'keys[1]' is in use already", func(s *Settings) {
		s.Applications[0].Keys, s.Applications[1].Keys = []string{secret}, []string{"other", secret}
	})
	f("'cors::allowed_origins[0]' must be an origin", func(s *Settings) { s.AllowedOrigins = []string{"shop.example"} })
	f("'applications[0]': 'allowed_origins[1]' must end with host or port", func(s *Settings) {
		s.Applications[0].AllowedOrigins = []string{"*", "https://shop.example/"}
	})
	f("'cors::allowed_origins[0]' must not be longer than 300 bytes", func(s *Settings) {
		s.AllowedOrigins = []string{"https://" + strings.Repeat("a", 300)}
	})
}

func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	s := Settings{Applications: []Application{{}, {}}, AllowedOrigins: []string{"shop"}}
	_, err := New(s)
	for _, want := range []string{"max_concurrent_requests", "applications[0]", "applications[1]", "cors::allowed_origins[0]"} {
		assert.ErrorContains(t, err, want)
	}
}
