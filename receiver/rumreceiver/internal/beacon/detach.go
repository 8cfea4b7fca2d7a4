package beacon

import (
	"reflect"
	"strings"
	"time"
)

// Texts are slices of one copy of the body, which lives as long as any of them: in a queue, or as the
// name of a series. That is cheap while texts are most of a body.
const (
	// sparse is how many times as large as its texts a body may be to be kept with them. JSON around
	// short values is three times as large.
	sparse = 4
	// smallBody is not worth copying.
	smallBody = 8 << 10
)

// Detach copies the texts of beacons from a body of that many bytes, if they are a small part of it, so
// that a mebibyte of blanks does not live on with one name. It returns how many bytes the texts keep
// alive.
func Detach(beacons []Beacon, body int) (kept int) {
	if body <= smallBody {
		return body
	}
	texts := 0
	for i := range beacons {
		texts += beacons[i].texts()
	}
	if body <= sparse*texts {
		return body
	}
	for i := range beacons {
		cloneTexts(reflect.ValueOf(&beacons[i]).Elem())
	}
	return texts
}

// cloneTexts copies all texts of a value by reflection, so that no field is forgotten.
func cloneTexts(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.Len() > 0 && v.CanSet() {
			v.SetString(strings.Clone(v.String()))
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*Storage]() { // whose values the beacon has
			cloneTexts(v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			cloneTexts(v.Field(i))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			for i := range v.Len() {
				cloneTexts(v.Index(i))
			}
		}
	}
}
