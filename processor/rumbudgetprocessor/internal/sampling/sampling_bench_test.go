package sampling

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

func BenchmarkDecide(b *testing.B) {
	keys := sessionKeys(100_000)
	for name, settings := range map[string]Settings{
		"stateless": {Rules: defaultRules},
		"sticky":    {Rules: defaultRules, State: NewState(200_000, time.Hour), MaxRecordsPerSession: 1000},
		"target":    {Rules: defaultRules, RecordsPerSecond: 1000},
	} {
		b.Run(name, func(b *testing.B) {
			s := New(settings)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				s.Decide(Record{Key: keys[i%len(keys)], Matched: matchedBy[i%kinds], Incoming: Unsampled}, epoch)
			}
		})
	}
}

// A decision costs the same however many sessions have been seen, up to the bound and past it, but for
// what the caches of the processor cannot hold.
func BenchmarkDecideBySessions(b *testing.B) {
	for _, sessions := range []int{10_000, 1_000_000, 10_000_000} {
		b.Run(fmt.Sprint("sessions=", sessions), func(b *testing.B) {
			s := New(Settings{Rules: defaultRules, State: NewState(sessions/2, time.Hour), MaxRecordsPerSession: 1000})
			key := make([]byte, 0, 32)
			for i := range sessions {
				key = strconv.AppendInt(key[:0], int64(i)*7919%int64(sessions), 10)
				s.Decide(Record{Key: string(key), Matched: matchedBy[i%kinds], Incoming: Unsampled}, epoch)
			}
			b.ResetTimer()
			for i := 0; b.Loop(); i++ {
				key = strconv.AppendInt(key[:0], int64(i)*7919%int64(sessions), 10)
				s.Decide(Record{Key: string(key), Matched: matchedBy[i%kinds], Incoming: Unsampled}, epoch)
			}
		})
	}
}

// What a session costs: the slots of the table, full up to the promised number.
func BenchmarkStateMemory(b *testing.B) {
	const sessions = 1_000_000
	b.ReportAllocs()
	for b.Loop() {
		NewState(sessions, time.Hour)
	}
	b.ReportMetric(float64(NewState(sessions, time.Hour).bytes())/sessions, "B/session")
}

// Cores that decide at once do not wait for one another: a decision of two takes the time of one.
func BenchmarkDecideTogether(b *testing.B) {
	s := New(Settings{Rules: defaultRules, State: NewState(1_000_000, time.Hour), MaxRecordsPerSession: 1000})
	keys := sessionKeys(100_000)
	b.RunParallel(func(pb *testing.PB) {
		for i := int(time.Now().UnixNano() % 99_991); pb.Next(); i++ {
			s.Decide(Record{Key: keys[i%len(keys)], Matched: matchedBy[i%kinds], Incoming: Unsampled}, epoch)
		}
	})
}
