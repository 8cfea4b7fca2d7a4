package rumreceiver

import (
	"go.uber.org/zap"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
)

// enrichment of these settings; errors of a database that changed go to the log.
func (o *Options) enrichment(logger *zap.Logger) enrich.Settings {
	return enrich.Settings{
		Address:      o.Privacy.ClientAddress,
		AllowedQuery: o.Privacy.AllowedQueryParameters,
		UserID:       o.Privacy.UserID,
		UserIDSecret: string(o.Privacy.UserIDSecret),
		HonorGPC:     o.Privacy.HonorGPC,
		GeoDatabase:  o.Geo.Database,
		OnGeoError: func(err error) {
			logger.Warn("The changed geo database was not loaded; the previous one stays in use", zap.Error(err))
		},
		Routes:        o.Routes.Templates,
		MaxRoutes:     o.Routes.MaxTemplates,
		HashRoutes:    o.Routes.Hash,
		NoisePatterns: o.Noise.Patterns,
	}
}
