package enrich

import (
	"fmt"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

const (
	// geoCheckEvery is the shortest time between checks of the file's time and size, which traffic triggers.
	geoCheckEvery = time.Minute
	// maxGeoDatabase is the largest database that is read, in bytes: some four times the largest
	// one of cities that is sold.
	maxGeoDatabase = 512 << 20
)

// geo looks addresses up in a database file that may be replaced at any time. Safe for concurrent use.
//
// The file is read into memory and not mapped, because overwriting a mapped file would end the process (SIGBUS).
type geo struct {
	path    string
	onError func(error)
	reader  atomic.Pointer[maxminddb.Reader]

	nextCheck  atomic.Int64 // Unix nanoseconds
	checking   atomic.Bool
	background sync.WaitGroup
	loaded     fileVersion // of the last attempt, guarded by checking
}

// fileVersion is used to detect a changed file.
type fileVersion struct {
	modified time.Time
	size     int64
}

// openGeo reads the database for the first time.
func openGeo(path string, onError func(error)) (*geo, error) {
	g := &geo{path: path, onError: onError}
	return g, g.load()
}

// load reads the file if it has changed since the last attempt, successful or not: a broken file is
// reported once.
func (g *geo) load() error {
	info, err := os.Stat(g.path)
	if err != nil {
		return fmt.Errorf("geo database: %w", err)
	}
	version := fileVersion{modified: info.ModTime(), size: info.Size()}
	if version == g.loaded {
		return nil
	}
	if info.Size() > maxGeoDatabase {
		g.loaded = version
		return fmt.Errorf("geo database %q is larger than %d bytes", g.path, maxGeoDatabase)
	}
	content, err := os.ReadFile(g.path)
	if err != nil {
		return fmt.Errorf("geo database: %w", err)
	}
	g.loaded = version
	reader, err := maxminddb.OpenBytes(content)
	if err != nil {
		return fmt.Errorf("geo database %q: %w", g.path, err)
	}
	g.reader.Store(reader)
	return nil
}

// refresh looks in the background whether the file has changed, at most every geoCheckEvery.
func (g *geo) refresh(now time.Time) {
	next := g.nextCheck.Load()
	if next == 0 { // the first beacon after openGeo
		g.nextCheck.CompareAndSwap(0, now.Add(geoCheckEvery).UnixNano())
		return
	}
	if now.UnixNano() < next || !g.checking.CompareAndSwap(false, true) {
		return
	}
	g.nextCheck.Store(now.Add(geoCheckEvery).UnixNano())
	g.background.Go(func() {
		defer g.checking.Store(false)
		if err := g.load(); err != nil && g.onError != nil {
			g.onError(err)
		}
	})
}

// geoRecord is what is read of a database's record; other members are skipped.
type geoRecord struct {
	Country struct {
		ISOCode string `maxminddb:"iso_code"`
	} `maxminddb:"country"`
	Subdivisions []struct {
		ISOCode string `maxminddb:"iso_code"`
	} `maxminddb:"subdivisions"`
	City struct {
		Names struct {
			English string `maxminddb:"en"`
		} `maxminddb:"names"`
	} `maxminddb:"city"`
}

// locate fills country, region and city as far as the database has them. It ignores records of another structure.
func (g *geo) locate(client *beacon.Client, addr netip.Addr, now time.Time) {
	g.refresh(now)
	if !addr.IsValid() {
		return
	}
	var record geoRecord
	if err := g.reader.Load().Lookup(addr).Decode(&record); err != nil {
		return
	}
	client.Country = record.Country.ISOCode
	if len(record.Subdivisions) > 0 && client.Country != "" && record.Subdivisions[0].ISOCode != "" {
		client.Region = client.Country + "-" + record.Subdivisions[0].ISOCode // ISO 3166-2
	}
	client.Locality = record.City.Names.English
}

// close waits for a load under way.
func (g *geo) close() { g.background.Wait() }
