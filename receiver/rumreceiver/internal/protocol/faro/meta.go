package faro

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// metaMember reads the data that all items share. Names and e-mail addresses of the user are left out: the id is enough. The
// browser is left out, too: the server knows it from the headers.
func (d *decoder) metaMember(name string) {
	switch name {
	case "sdk":
		d.r.Object(func(name string) {
			d.textOf(name, map[string]*string{"name": &d.Beacon.SDK.Name, "version": &d.Beacon.SDK.Version})
		})
	case "app":
		app := &d.Beacon.App
		d.r.Object(func(name string) {
			d.textOf(name, map[string]*string{"name": &app.Name, "version": &app.Version, "environment": &app.Environment, "namespace": &app.Namespace})
		})
	case "page":
		d.r.Object(func(name string) {
			if name == "url" {
				d.page.URL = d.Text(d.r, beacon.BoundURL)
			} else {
				d.r.Skip()
			}
		})
	case "session":
		d.r.Object(func(name string) {
			if name == "attributes" {
				d.r.Object(d.tag)
			} else {
				d.idOf(name, &d.page.SessionID)
			}
		})
	case "user":
		d.r.Object(func(name string) { d.idOf(name, &d.page.UserID) })
	case "view":
		d.r.Object(func(member string) {
			if member == "name" {
				d.tag("view")
			} else {
				d.r.Skip()
			}
		})
	case "k6":
		d.r.Object(func(name string) {
			if test, ok := d.r.Bool(); ok && test && name == "isK6Browser" {
				d.Beacon.Synthetic = beacon.SyntheticTest
			}
		})
	case "browser":
		d.r.Object(func(name string) { d.textOf(name, map[string]*string{"language": &d.Beacon.Language}) })
	default:
		d.r.Skip()
	}
}

// textOf reads the text of a member into its place, and skips members without one.
func (d *decoder) textOf(name string, places map[string]*string) {
	if place := places[name]; place != nil {
		*place = d.Text(d.r, beacon.BoundString)
	} else {
		d.r.Skip()
	}
}

func (d *decoder) idOf(name string, place *string) {
	if name != "id" {
		d.r.Skip()
		return
	}
	id, _ := d.r.ID()
	*place = d.Cut(id, beacon.BoundString)
}

// tag reads a tag of the page: a text, a number or a bool.
func (d *decoder) tag(key string) {
	switch d.r.Kind() {
	case '"', '0', 't', 'f':
	default:
		d.Trims.Add(beacon.BoundValueType)
		d.r.Skip()
		return
	}
	value := d.Text(d.r, beacon.BoundString)
	d.page.Tags = gather.AddTag(d.page.Tags, key, value, &d.Limits, &d.Trims)
}
