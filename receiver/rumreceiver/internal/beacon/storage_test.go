package beacon

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStorageIsEmptyWhenAnotherBodyHasIt(t *testing.T) {
	s := new(Storage)
	events := append(s.Events(2), Event{Payload: s.Clicks.Put(Click{Tag: "a"}), Attributes: s.Attributes([]Attribute{{Key: "k"}})})
	s.Keep(events)
	attributes := events[0].Attributes
	pages := append(s.Pages(), Page{Tags: s.Tags([]Tag{{Key: "k", Value: "v"}})})
	s.KeepPages(pages)
	tags := pages[0].Tags
	beacons := s.Beacon(Beacon{ID: "b", Pages: pages, Events: events, Storage: s})
	Release(beacons)

	assert.Equal(t, Beacon{}, beacons[0])
	assert.Equal(t, Page{}, pages[0])
	assert.Equal(t, Tag{}, tags[0])
	assert.Equal(t, Event{}, events[0])
	assert.Equal(t, Attribute{}, attributes[0])
	assert.Equal(t, Click{}, s.Clicks[:1][0])
	assert.Equal(t, 1, cap(s.Pages()))
	assert.Zero(t, cap(s.Pages()), "it has been given away")
	assert.Equal(t, 2, cap(s.Events(1)))
	assert.Equal(t, 5, cap(s.Events(5)), "it has been given away")
	Release([]Beacon{{}})
	Release(nil)
}

func TestWhatStorageHandsOutIsNobodyElses(t *testing.T) {
	s := new(Storage)
	var all [][]Attribute
	var clicks []*Click
	for i := range 100 {
		all = append(all, s.Attributes(make([]Attribute, i%40)))
		clicks = append(clicks, s.Clicks.Put(Click{Tag: "x"}))
		for j := range all[i] {
			all[i][j].Int = int64(i)
		}
		clicks[i].Selector = string(rune('a' + i))
		_ = append(all[i], Attribute{Int: -1})
	}
	for i := range all {
		for j := range all[i] {
			assert.EqualValues(t, i, all[i][j].Int)
		}
		assert.Equal(t, string(rune('a'+i)), clicks[i].Selector)
	}
}

func TestALargeBodyLeavesNoLargeStorage(t *testing.T) {
	s := new(Storage)
	for range 10_000 {
		s.Attributes(make([]Attribute, 10))
		s.Tags(make([]Tag, 10))
		s.Vitals.Put(Vital{})
	}
	s.Keep(make([]Event, 0, 10_000))
	s.KeepPages(make([]Page, 0, 10_000))
	Release([]Beacon{{Storage: s}})
	assert.LessOrEqual(t, cap(s.attributes), maxKeptAttributes)
	assert.LessOrEqual(t, cap(s.Vitals), maxChunk)
	assert.LessOrEqual(t, cap(s.tags), maxKeptTags)
	assert.Zero(t, cap(s.events))
	assert.Zero(t, cap(s.pages))
}
