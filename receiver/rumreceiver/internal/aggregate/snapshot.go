package aggregate

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/busiest"
)

// A snapshot is what an Aggregator knows, for one of a later process: the series with what they have counted, the vitals that
// wait, those that were counted, and the sessions. Vitals, page views and sessions are in it as hashes only, and exemplars are not.

// snapshotVersion changes when an older reader would misunderstand.
const snapshotVersion = 1

type snapshot struct {
	Version  int
	At       int64 // Unix ns
	Key      [2]uint64
	Instance string

	// Layout says what the keys of series mean; see Aggregator.layout.
	Layout      string
	Families    []savedFamily
	Apps, Pages []busiest.Saved
	Series      []savedSeries

	Vitals   []savedVital
	Sessions []byte              // of sessionBytes each, the one that was not seen for longest first
	Counted  [generations][]byte // of countedBytes each, the newest part first
	Begun    int64
}

type savedFamily struct {
	Name       string
	Attributes []string
	Shape      shape
	Bounds     []float64
	Names      []busiest.Saved
}

type savedSeries struct {
	Family          int
	Key             string
	Resource        uint16
	App, Page, Name string // keys of places; empty: none
	Into            int    // 1 + index of the series that counts instead; 0: none

	Count         uint64
	Sum, Min, Max float64
	Buckets       []uint64
	Expo          *savedExponential

	Carry             float64
	Start, Told, Seen int64
	Changed           bool
}

type savedExponential struct {
	Scale, Offset int32
	Counts        []uint64
	Zero          uint64
}

type savedVital struct {
	ID, View, Session         uint64
	Series                    int // index
	ByQuestion                [numQuestions]int
	Parts                     [maxParts]int // 1 + index; 0: none
	PartValues                [maxParts]float64
	Value, Weight             float64
	Time, Touched, Due        int64
	Ended, Told, Left, Detail bool
}

// What there is much of is packed: numbers in eight bytes, one of flags; numbers in eight and four.
const (
	sessionBytes = 17
	countedBytes = 12
)

const (
	flagCounted = 1 << iota
	flagErrored
)

// Snapshot is all that is remembered, for Load. It copies under the lock, some 30 ms when as much is remembered as may be, and
// encodes after it: 20 MB then, and 60 MB of memory while it works.
func (a *Aggregator) Snapshot(now time.Time) ([]byte, error) {
	s := a.copyAll(now.UnixNano())
	var b bytes.Buffer
	b.Grow(s.size())
	b.Write(make([]byte, crc32.Size))
	if err := gob.NewEncoder(&b).Encode(s); err != nil {
		return nil, fmt.Errorf("encode what is remembered: %w", err)
	}
	binary.BigEndian.PutUint32(b.Bytes(), crc32.ChecksumIEEE(b.Bytes()[crc32.Size:]))
	return b.Bytes(), nil
}

// size is about how many bytes it becomes.
func (s *snapshot) size() int {
	n := len(s.Sessions) + 200*len(s.Series) + 110*len(s.Vitals) + 1<<12
	for _, part := range s.Counted {
		n += len(part)
	}
	return n
}

func decodeSnapshot(data []byte) (*snapshot, error) {
	if len(data) < crc32.Size {
		return nil, errors.New("the snapshot is cut off")
	}
	sum := binary.BigEndian.Uint32(data)
	if data = data[crc32.Size:]; crc32.ChecksumIEEE(data) != sum {
		return nil, errors.New("the snapshot is damaged")
	}
	var s snapshot
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&s); err != nil {
		return nil, fmt.Errorf("decode the snapshot: %w", err)
	}
	if s.Version != snapshotVersion {
		return nil, fmt.Errorf("the snapshot has version %d, not %d", s.Version, snapshotVersion)
	}
	return &s, nil
}

// layout is what the keys of series, and of their places, depend on. Between equal layouts series go on as they are.
func (a *Aggregator) layout() string {
	s := &a.settings
	text := fmt.Sprint(s.Temporality, s.Tags, s.MaxRoutes, s.MaxApps, s.MaxSeries, s.MaxNames)
	for i := range a.families {
		f := &a.families[i]
		text += fmt.Sprintf("|%s %d %q %v", f.name, f.shape, namesOf(f.chosen), f.bounds)
	}
	return text
}

func (a *Aggregator) copyAll(now int64) *snapshot {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := &snapshot{
		Version: snapshotVersion, At: now, Key: a.hashKey, Instance: a.settings.Instance, Layout: a.layout(),
		Apps: a.apps.Save(), Pages: a.pages.Save(), Begun: a.counted.begun,
	}
	index := map[*series]int{}
	for i := range a.families {
		f := &a.families[i]
		saved := savedFamily{Name: f.name, Attributes: namesOf(f.chosen), Shape: f.shape, Bounds: f.bounds}
		if f.names != nil {
			saved.Names = f.names.Save()
		}
		s.Families = append(s.Families, saved)
		for _, one := range f.series {
			index[one] = len(s.Series)
			s.Series = append(s.Series, one.save(i))
		}
	}
	for one, i := range index {
		if one.into != nil {
			if into, ok := index[one.current()]; ok {
				s.Series[i].Into = into + 1
			}
		}
	}
	s.Vitals = a.waiting.save(index)
	s.Sessions = make([]byte, 0, sessionBytes*a.sessions.Len())
	for seen, session := range a.sessions.All() {
		s.Sessions = binary.LittleEndian.AppendUint64(s.Sessions, seen.Key)
		s.Sessions = binary.LittleEndian.AppendUint64(s.Sessions, uint64(seen.At))
		s.Sessions = append(s.Sessions, session.flags())
	}
	for i, part := range a.counted.parts {
		packed := make([]byte, 0, countedBytes*len(part))
		for id, value := range part {
			packed = binary.LittleEndian.AppendUint64(packed, id)
			packed = binary.LittleEndian.AppendUint32(packed, math.Float32bits(value))
		}
		s.Counted[i] = packed
	}
	return s
}

func (s *series) save(family int) savedSeries {
	saved := savedSeries{
		Family: family, Key: s.key, Resource: s.resource, Carry: s.carry, Start: s.start, Told: s.told, Seen: s.seen, Changed: s.changed,
		Count: s.tally.count, Sum: s.tally.sum, Min: s.tally.min, Max: s.tally.max, Buckets: append([]uint64(nil), s.tally.buckets...),
	}
	if x := s.tally.expo; x != nil {
		saved.Expo = &savedExponential{Scale: x.scale, Offset: x.offset, Counts: append([]uint64(nil), x.counts...), Zero: x.zero}
	}
	for _, place := range []struct {
		of *holder
		to *string
	}{{s.app, &saved.App}, {s.page, &saved.Page}, {s.name, &saved.Name}} {
		if place.of != nil {
			*place.to = place.of.Key
		}
	}
	return saved
}

func (p *pending) save(index map[*series]int) []savedVital {
	all := make([]savedVital, 0, len(p.heap))
	place := func(s *series) int {
		if s == nil {
			return 0
		}
		i, ok := index[s.current()]
		if !ok {
			return 0
		}
		return i + 1
	}
	for _, due := range p.heap {
		v := p.at(due.entry)
		saved := savedVital{
			ID: v.id, View: v.view, Session: v.session, Series: place(v.series), Value: v.value, Weight: v.weight,
			Time: v.time, Touched: v.touched, Due: due.at, Ended: v.ended, Told: v.told, Left: v.left, Detail: v.details != nil,
		}
		for i, s := range v.byQuestion {
			saved.ByQuestion[i] = place(s)
		}
		if v.details != nil {
			for i := range v.details.parts {
				saved.Parts[i], saved.PartValues[i] = place(v.details.parts[i].series), v.details.parts[i].value
			}
		}
		all = append(all, saved)
	}
	return all
}

func (s session) flags() (flags byte) {
	if s.counted {
		flags |= flagCounted
	}
	if s.errored {
		flags |= flagErrored
	}
	return flags
}
