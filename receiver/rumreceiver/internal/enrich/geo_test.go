package enrich

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// writeGeo makes a database that knows 203.0.113.64/26 and 2001:db8::/32, and puts it at path.
func writeGeo(t testing.TB, path, city string) {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "GeoLite2-City", RecordSize: 24, IncludeReservedNetworks: true})
	require.NoError(t, err)
	for network, record := range map[string]mmdbtype.Map{
		"203.0.113.64/26": {
			"country":      mmdbtype.Map{"iso_code": mmdbtype.String("CA"), "names": mmdbtype.Map{"en": mmdbtype.String("Canada")}},
			"subdivisions": mmdbtype.Slice{mmdbtype.Map{"iso_code": mmdbtype.String("QC")}},
			"city":         mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String(city), "fr": mmdbtype.String("?")}},
			"location":     mmdbtype.Map{"latitude": mmdbtype.Float64(45.5)},
		},
		"2001:db8::/32":   {"country": mmdbtype.Map{"iso_code": mmdbtype.String("DE")}},
		"198.51.100.0/24": {"country": mmdbtype.String("FR")}, // another schema
	} {
		_, prefix, err := net.ParseCIDR(network)
		require.NoError(t, err)
		require.NoError(t, tree.Insert(prefix, record))
	}
	file, err := os.Create(path)
	require.NoError(t, err)
	_, err = tree.WriteTo(file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
}

func from(addr string) Sender { return Sender{Address: netip.MustParseAddr(addr)} }

// clientOf is what is known of a sender after enrichment.
func clientOf(e *Enricher, sender Sender, now time.Time) beacon.Client {
	b := at(0, 0)
	e.Enrich(b, sender, now)
	b.Client.Visitor = 0 // differs with each Enricher
	return b.Client
}

func newEnricher(t testing.TB, settings Settings) *Enricher {
	t.Helper()
	e, err := New(settings)
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return e
}

func TestGeographyIsLookedUpWithTheWholeAddress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "geo.mmdb")
	writeGeo(t, path, "Montreal")
	e := newEnricher(t, Settings{GeoDatabase: path, Address: AddressTruncate})

	got := clientOf(e, from("203.0.113.77"), noon)
	assert.Equal(t, beacon.Client{Country: "CA", Region: "CA-QC", Locality: "Montreal", Address: "203.0.113.0"}, got,
		"the truncated address itself is not in the database")
	assert.Equal(t, beacon.Client{Country: "DE", Address: "2001:db8:7::"}, clientOf(e, from("2001:db8:7::1"), noon))
	assert.Empty(t, clientOf(e, from("10.0.0.1"), noon).Country)
	assert.Empty(t, clientOf(e, from("198.51.100.1"), noon).Country)
	assert.Equal(t, beacon.Client{}, clientOf(e, Sender{}, noon))
	assert.Equal(t, beacon.Client{}, clientOf(newEnricher(t, Settings{}), from("203.0.113.77"), noon), "no option, no geography and no address")
}

func TestGlobalPrivacyControlLeavesTheCountryOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "geo.mmdb")
	writeGeo(t, path, "Montreal")
	private := from("203.0.113.77")
	private.GPC = true
	honoring := newEnricher(t, Settings{GeoDatabase: path, Address: AddressFull, HonorGPC: true})
	assert.Equal(t, beacon.Client{Country: "CA"}, clientOf(honoring, private, noon))
	assert.Equal(t, "Montreal", clientOf(honoring, from("203.0.113.77"), noon).Locality, "of those who did not ask for it")
	ignoring := newEnricher(t, Settings{GeoDatabase: path, Address: AddressFull})
	assert.Equal(t, beacon.Client{Country: "CA", Region: "CA-QC", Locality: "Montreal", Address: "203.0.113.77"}, clientOf(ignoring, private, noon))
}

func TestAddressModes(t *testing.T) {
	for mode, want := range map[AddressMode]string{"": "", AddressDrop: "", AddressTruncate: "203.0.113.0", AddressFull: "203.0.113.77"} {
		assert.Equal(t, want, clientOf(newEnricher(t, Settings{Address: mode}), from("203.0.113.77"), noon).Address, mode)
	}
}

// brokenDatabases collects what is reported.
type brokenDatabases struct {
	mu     sync.Mutex
	errors []error
}

func (b *brokenDatabases) report(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.errors = append(b.errors, err)
}

func TestAChangedDatabaseIsLoadedWithinAMinute(t *testing.T) {
	path := filepath.Join(t.TempDir(), "geo.mmdb")
	writeGeo(t, path, "Montreal")
	var broken brokenDatabases
	e := newEnricher(t, Settings{GeoDatabase: path, OnGeoError: broken.report})
	city := func(after time.Duration) string {
		clientOf(e, from("203.0.113.77"), noon.Add(after)) // may start a load
		e.geo.background.Wait()
		return clientOf(e, from("203.0.113.77"), noon.Add(after)).Locality
	}
	touched := func() { // some file systems count whole seconds
		version := e.geo.loaded.modified.Add(2 * time.Second)
		require.NoError(t, os.Chtimes(path, version, version))
	}
	require.Equal(t, "Montreal", city(0))

	writeGeo(t, path, "Laval")
	touched()
	assert.Equal(t, "Montreal", city(59*time.Second), "not yet looked at")
	assert.Equal(t, "Laval", city(time.Minute))

	require.NoError(t, os.WriteFile(path, []byte("broken"), 0o600))
	touched()
	assert.Equal(t, "Laval", city(2*time.Minute), "a broken file keeps the old one")
	assert.Equal(t, "Laval", city(3*time.Minute))
	require.Len(t, broken.errors, 1, "and is reported once")
	assert.ErrorContains(t, broken.errors[0], path)

	require.NoError(t, os.Remove(path))
	assert.Equal(t, "Laval", city(4*time.Minute))
	assert.Len(t, broken.errors, 2)

	writeGeo(t, path, "Gatineau")
	touched()
	assert.Equal(t, "Gatineau", city(5*time.Minute))
	assert.Len(t, broken.errors, 2)
}

func TestADatabaseThatCannotBeReadIsAnErrorAtTheStart(t *testing.T) {
	_, err := New(Settings{GeoDatabase: filepath.Join(t.TempDir(), "absent.mmdb")})
	assert.ErrorContains(t, err, "geo database")
	path := filepath.Join(t.TempDir(), "broken.mmdb")
	require.NoError(t, os.WriteFile(path, []byte("broken"), 0o600))
	_, err = New(Settings{GeoDatabase: path})
	assert.ErrorContains(t, err, path)
}

func BenchmarkLocate(b *testing.B) {
	path := filepath.Join(b.TempDir(), "geo.mmdb")
	writeGeo(b, path, "Montreal")
	e := newEnricher(b, Settings{GeoDatabase: path})
	addr := netip.MustParseAddr("203.0.113.77")
	var client beacon.Client
	b.ReportAllocs()
	for b.Loop() {
		e.geo.locate(&client, addr, noon)
	}
}
