package sampling

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSnapshotRestoresEverySession(t *testing.T) {
	before := NewState(1000, time.Hour)
	for i := range 500 {
		before.Observe(Fingerprint(fmt.Sprint(i)), uint16(i%8), epoch)
	}
	snapshot := before.Snapshot(defaultRules, epoch.Add(time.Minute))
	assert.Len(t, snapshot, 9+500*16+8)

	after := NewState(2000, time.Hour)
	require.NoError(t, after.Restore(snapshot, defaultRules, epoch.Add(time.Minute)))
	for i := range 500 {
		earned, records := after.Observe(Fingerprint(fmt.Sprint(i)), 0, epoch.Add(time.Minute))
		assert.EqualValues(t, i%8, earned)
		assert.Equal(t, 2, records)
	}
	entries, _ := after.Stats()
	assert.Equal(t, 500, entries)
}

func TestSnapshotIntoASmallerTable(t *testing.T) {
	before, after := NewState(1000, time.Hour), NewState(6, time.Hour) // one bucket of eight
	for i := range 1000 {
		before.Observe(Fingerprint(fmt.Sprint(i)), 1, epoch.Add(time.Duration(i)*time.Second))
	}
	end := epoch.Add(1000 * time.Second)
	require.NoError(t, after.Restore(before.Snapshot(defaultRules, end), defaultRules, end))
	entries, evictions := after.Stats()
	assert.Equal(t, 8, entries)
	assert.EqualValues(t, 992, evictions)
	for i := 992; i < 1000; i++ {
		earned, _ := after.Observe(Fingerprint(fmt.Sprint(i)), 0, end)
		assert.EqualValues(t, 1, earned, "session %d is among the last that were heard of", i)
	}
}

// After a restart on a clock that has been put back, sessions live no longer than others.
func TestSnapshotOfTheFuture(t *testing.T) {
	before, after := NewState(6, time.Minute), NewState(6, time.Minute)
	before.Observe(1, 1, epoch.Add(100*time.Hour))
	require.NoError(t, after.Restore(before.Snapshot(defaultRules, epoch), defaultRules, epoch))
	earned, _ := after.Observe(1, 0, epoch.Add(30*time.Second))
	assert.EqualValues(t, 1, earned)
	earned, _ = after.Observe(1, 0, epoch.Add(2*time.Minute))
	assert.Zero(t, earned)
}

func TestSnapshotLeavesOutTheExpired(t *testing.T) {
	s := NewState(100, time.Minute)
	s.Observe(1, 1, epoch)
	s.Observe(2, 1, epoch.Add(time.Minute))
	snapshot := s.Snapshot(defaultRules, epoch.Add(90*time.Second))
	assert.Len(t, snapshot, 9+16+8)
	after := NewState(100, time.Minute)
	require.NoError(t, after.Restore(snapshot, defaultRules, epoch.Add(time.Hour)))
	entries, _ := after.Stats()
	assert.Zero(t, entries)
}

func TestSnapshotRefusals(t *testing.T) {
	s := NewState(100, time.Minute)
	s.Observe(1, 1, epoch)
	good := s.Snapshot(defaultRules, epoch)
	otherVersion := append([]byte{99}, good[1:]...)
	renamed := append([]Rule(nil), defaultRules...)
	renamed[0].Name = "faults"
	for _, bad := range [][]byte{nil, {1}, {snapshotVersion}, good[:len(good)-1], good[:len(good)-16], otherVersion} {
		assert.ErrorIs(t, s.Restore(bad, defaultRules, epoch), ErrSnapshot)
	}
	for i := range good {
		damaged := append([]byte(nil), good...)
		damaged[i] ^= 1 << (i % 8)
		assert.ErrorIs(t, NewState(100, time.Minute).Restore(damaged, defaultRules, epoch), ErrSnapshot, "a bit of byte %d is wrong", i)
	}
	assert.ErrorIs(t, s.Restore(good, renamed, epoch), ErrOtherRules)
	withoutEffect := append([]Rule(nil), defaultRules...)
	withoutEffect[4].Keep = 0.1
	assert.NoError(t, s.Restore(good, withoutEffect, epoch), "keep may change: the bits still mean the same rules")
}
