package translate

import (
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// context writes the attributes that records of a page share: who, where, over which network.
func (a *attributes) context(b *beacon.Beacon, page *beacon.Page) {
	a.str(semconv.SessionID, page.SessionID)
	a.str(semconv.UserID, page.UserID)
	a.str(semconv.PageViewID, page.ID)
	a.str(semconv.DocumentURL, page.URL)
	a.str(semconv.URLPath, page.Path)
	a.str(semconv.URLTemplate, page.Route)
	a.str(semconv.ClientAddress, b.Client.Address)
	a.str(semconv.GeoCountryISOCode, b.Client.Country)
	a.str(semconv.GeoRegionISOCode, b.Client.Region)
	a.str(semconv.GeoLocalityName, b.Client.Locality)
	a.connection(&b.Connection)
	if rate := b.Sampling.Rate; rate > 0 && rate < 1 {
		a.num(semconv.SamplingClientRate, rate)
		a.num(semconv.SamplingAdjustedCount, b.Sampling.Weight())
	}
}

func (a *attributes) connection(c *beacon.Connection) {
	a.str(semconv.NetworkConnectionType, c.Type)
	a.str(semconv.ConnectionEffectiveType, c.EffectiveType)
	if c.RTT > 0 {
		a.num(semconv.ConnectionRTT, c.RTT)
	}
	if c.Downlink > 0 {
		a.num(semconv.ConnectionDownlink, c.Downlink)
	}
	if c.SaveData {
		a.boolean(semconv.ConnectionSaveData, true)
	}
}
