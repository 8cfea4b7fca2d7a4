// Package serverconfig reads configurations in which a component's own options stand beside those of
// confighttp.ServerConfig.
package serverconfig

import (
	"errors"
	"reflect"

	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/confmap"
)

// plain has the fields of confighttp.ServerConfig without its Unmarshal method, and so finds the keys that the method
// ignores.
// https://github.com/open-telemetry/opentelemetry-collector/issues/15907
type plain confighttp.ServerConfig

// Unmarshal reads the keys of options, which points to a struct, and all others as those of the server. It refuses unknown
// keys, at every level, which confmap would take: a struct that squashes one with an Unmarshal method is read without
// that check.
func Unmarshal(conf *confmap.Conf, options any, server *confighttp.ServerConfig) error {
	own, others := confmap.New(), confmap.New()
	if err := errors.Join(own.Merge(conf), others.Merge(conf)); err != nil {
		return err
	}
	isOwn := Keys(reflect.TypeOf(options).Elem())
	for key := range conf.ToStringMap() {
		if isOwn[key] {
			others.Delete(key)
		} else {
			own.Delete(key)
		}
	}
	known := plain(*server)
	return errors.Join(own.Unmarshal(options), others.Unmarshal(&known), server.Unmarshal(others))
}

// Keys are the top-level keys of a struct of options, as a configuration names them.
func Keys(options reflect.Type) map[string]bool {
	keys := map[string]bool{}
	for i := range options.NumField() {
		keys[options.Field(i).Tag.Get("mapstructure")] = true
	}
	return keys
}
