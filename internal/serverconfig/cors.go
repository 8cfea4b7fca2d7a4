package serverconfig

import (
	"errors"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/config/confighttp"

	"github.com/otelcol-rum/otelcol-rum/internal/origins"
)

// Origins are the allowed_origins of a server's cors section, none without it.
func Origins(server *confighttp.ServerConfig) []string {
	if !server.CORS.HasValue() {
		return nil
	}
	return server.CORS.Get().AllowedOrigins
}

// ValidateCORS refuses origins that no browser sends, or that pages of strangers have, and those that CORS does not answer.
func ValidateCORS(server *confighttp.ServerConfig) error {
	var errs []error
	for i, origin := range Origins(server) {
		if err := origins.Check(origin); err != nil {
			errs = append(errs, fmt.Errorf("'cors::allowed_origins[%d]' %w (got %q)", i, err, origin))
		}
	}
	return errors.Join(append(errs, ValidateStars("cors::allowed_origins", Origins(server)))...)
}

// ValidateStars refuses origins with more than one *, which confighttp's CORS does not answer.
func ValidateStars(key string, list []string) error {
	var errs []error
	for _, origin := range list {
		if strings.Count(origin, "*") > 1 {
			errs = append(errs, fmt.Errorf("'%s' must have at most one * in an origin (got %q)", key, origin))
		}
	}
	return errors.Join(errs...)
}
