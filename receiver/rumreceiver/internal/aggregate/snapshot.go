package aggregate

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"runtime"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/busiest"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"
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

	// Temporality of its series: those of Cumulative have all that was ever counted, those of Delta what was not yet
	// reported. Empty in snapshots before there was this member: that of Load.
	Temporality Temporality
	// KnowsShown says whether its series have Shown: those of earlier versions do not.
	KnowsShown bool
	// Layout says what the keys of series mean; see Aggregator.layout.
	Layout      string
	Families    []savedFamily
	Apps, Pages []busiest.Saved
	Series      []savedSeries

	Vitals   []savedVital
	Batches  []byte              // of batchBytes each, the oldest first
	Sessions []byte              // of sessionBytes each, the one that was not seen for longest first
	Versions []byte              // of the same sessions, of versionBytes each; none in snapshots before there was this member
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
	Shown             bool // see snapshot.KnowsShown
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
	Share                     recent.Share
}

// Sessions and counted vitals are packed, because there are many: two numbers of eight bytes and a byte of flags; two numbers of
// eight and four bytes.
const (
	sessionBytes = 17
	versionBytes = 4
	countedBytes = 12
)

const (
	flagCounted = 1 << iota
	flagErrored
)

// Snapshot returns the whole state, for Load. It copies in steps, between which beacons are recorded, and encodes the copy:
// at the bounds 20 MB, with 60 MB of memory meanwhile. The copy may have a part of a beacon that arrives meanwhile; this
// part counts once.
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

// size is the approximate size of the encoded snapshot, in bytes.
func (s *snapshot) size() int {
	n := len(s.Sessions) + len(s.Versions) + len(s.Batches) + 200*len(s.Series) + 110*len(s.Vitals) + 1<<12
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

// layout has the settings of all metrics on which the keys of series and places depend. With an equal layout, the series of
// a metric continue unchanged if its own settings are equal, too; see family.continues.
func (a *Aggregator) layout() string {
	s := &a.settings
	return fmt.Sprint(s.Temporality, s.Tags, s.MaxRoutes, s.MaxApps, s.MaxSeries, s.MaxNames)
}

// copyStep is how many entries are copied before others get the lock: one to three milliseconds.
const copyStep = 2000

// copying is one copyAll, under the lock, which is released for a moment after each step. Nothing is settled, dropped or retired
// meanwhile. The counted vitals are copied after the waiting ones, so that a vital that settles early meanwhile is at least in
// the copy of the counted ones.
type copying struct {
	a    *Aggregator
	to   *snapshot
	all  []*series // as in the snapshot
	done int
}

func (a *Aggregator) copyAll(now int64) *snapshot {
	a.whole.Lock()
	defer a.whole.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.steady = true
	defer func() { a.steady = false }()
	c := copying{a: a, to: &snapshot{Version: snapshotVersion, At: now, Key: a.hashKey, Instance: a.settings.Instance, Temporality: a.settings.Temporality, KnowsShown: true, Layout: a.layout()}}
	c.to.Batches = a.batches.save(now) // before the series, which have all that is counted by now
	c.series()
	c.vitals()
	c.places()
	c.sessions()
	c.counted()
	return c.to
}

// step ends an entry.
func (c *copying) step() {
	if c.done++; c.done%copyStep == 0 {
		c.pause()
	}
}

func (c *copying) pause() {
	c.a.mu.Unlock()
	runtime.Gosched() // otherwise no waiting goroutine would get the lock
	c.a.mu.Lock()
}

func (c *copying) series() {
	n := c.a.seriesLocked()
	n += n / 16 // some may come meanwhile
	c.to.Series, c.all = make([]savedSeries, 0, n), make([]*series, 0, n)
	for i := range c.a.families {
		f := &c.a.families[i]
		c.to.Families = append(c.to.Families, savedFamily{Name: f.name, Attributes: namesOf(f.chosen), Shape: f.shape, Bounds: f.bounds})
		for _, one := range f.series {
			c.to.Series, c.all = append(c.to.Series, one.save(i)), append(c.all, one)
			one.saved = int32(len(c.all))
			c.step()
		}
	}
	for i, one := range c.all {
		if one.into != nil {
			c.to.Series[i].Into = int(one.current().saved)
		}
	}
}

func (c *copying) vitals() {
	p := &c.a.waiting
	c.to.Vitals = make([]savedVital, 0, p.len())
	for i := int32(1); i < p.entries.End(); i++ {
		if v := p.at(i); v.id != 0 {
			c.to.Vitals = append(c.to.Vitals, c.a.saveLocked(v, p.heap[v.place].at, p.share(v)))
		}
		c.step()
	}
}

func (c *copying) places() {
	c.to.Apps, c.to.Pages = c.a.apps.Save(), c.a.pages.Save()
	for i := range c.a.families {
		if names := c.a.families[i].names; names != nil {
			c.to.Families[i].Names = names.Save()
		}
	}
	c.pause()
}

func (c *copying) sessions() {
	c.to.Sessions = make([]byte, 0, sessionBytes*c.a.sessions.Len())
	c.to.Versions = make([]byte, 0, versionBytes*c.a.sessions.Len())
	for seen, session := range c.a.sessions.All() { // their order may not change meanwhile
		c.to.Sessions = binary.LittleEndian.AppendUint64(c.to.Sessions, seen.Key)
		c.to.Sessions = binary.LittleEndian.AppendUint64(c.to.Sessions, uint64(seen.At))
		c.to.Sessions = append(c.to.Sessions, session.flags())
		c.to.Versions = binary.LittleEndian.AppendUint32(c.to.Versions, session.version)
	}
	c.pause()
}

// counted copies the oldest part first, because a vital that is reported again moves from an older part to the newest.
func (c *copying) counted() {
	counted := &c.a.counted
	for i := generations - 1; i >= 0; i-- {
		begun := counted.begun
		part := &counted.parts[i]
		packed := make([]byte, 0, countedBytes*part.len)
		for id, value := range part.all() {
			packed = binary.LittleEndian.AppendUint64(packed, id)
			packed = binary.LittleEndian.AppendUint32(packed, math.Float32bits(value))
		}
		c.to.Counted[i], c.to.Begun = packed, begun
		c.pause()
		if counted.begun != begun { // the parts have moved on
			i = generations
		}
	}
}

func (s *series) save(family int) savedSeries {
	saved := savedSeries{
		Family: family, Key: s.key, Resource: s.resource, Carry: s.carry, Start: s.start, Told: s.reported, Seen: s.seen, Changed: s.changed, Shown: s.shown,
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

func (a *Aggregator) saveLocked(v *waitingVital, due int64, of recent.Share) savedVital {
	saved := savedVital{
		ID: v.id, View: v.view, Session: v.session, Series: a.waits.of(v.series).savedAs(), Value: v.value, Weight: v.weight,
		Time: v.time, Touched: v.touched, Due: due, Ended: v.ended, Told: v.reported, Left: v.left, Detail: v.details != 0, Share: of,
	}
	for i, one := range v.byQuestion {
		saved.ByQuestion[i] = a.waits.of(one).savedAs()
	}
	if v.details != 0 {
		d := a.details.At(v.details)
		for i, one := range d.series {
			saved.Parts[i], saved.PartValues[i] = a.waits.of(one).savedAs(), d.values[i]
		}
	}
	return saved
}

// savedAs is 1 + the index in the snapshot under way; 0 for none, and for one that is younger.
func (s *series) savedAs() int {
	if s == nil {
		return 0
	}
	return int(s.current().saved)
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
