// Package boomerang decodes the beacons of boomerang: parameters of a query or of a form. Some parameters are lists in formats
// of their own.
//
// https://github.com/akamai/boomerang
package boomerang

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// decode reads one beacon, which is the query of a GET or the body of a POST.
func decode(facts protocol.Facts, body []byte, limits beacon.Limits) ([]beacon.Beacon, error) {
	text := string(body)
	if facts.Method == http.MethodGet {
		text = strings.Clone(facts.Query)
	}
	if strings.TrimSpace(text) == "" {
		return nil, &beacon.Rejection{Reason: beacon.ReasonEmptyBody, Detail: "the beacon is empty"}
	}
	d := decoder{}
	d.Start(limits)
	d.in.values = make(map[string]string, 64)
	for parameter := range strings.SplitSeq(strings.Trim(text, "\uFEFF\r\n"), "&") {
		d.parameter(parameter)
	}
	d.wrapped()
	if d.in.values["u"] == "" || d.in.values["v"] == "" && d.in.values["pid"] == "" && d.in.values["rt.si"] == "" {
		return nil, &beacon.Rejection{Reason: beacon.ReasonFormat, Detail: "the body is no beacon of boomerang"}
	}
	d.context()
	d.itself()
	d.resources()
	d.tasks()
	d.errors()
	beacons := d.Beacons(d.repaired)
	beacons[0].Ambiguous = d.in.values["pid"] == ""
	if facts.Method == http.MethodGet { // without a body, the query identifies a retry
		sum := sha256.Sum256([]byte(text))
		beacons[0].ID = hex.EncodeToString(sum[:16])
	}
	return beacons, nil
}

type decoder struct {
	gather.Gather
	in       line
	page     beacon.Page
	request  *beacon.Resource // of the beacon itself, until it is found among the resources
	began    time.Time        // when the document was navigated to; zero when unknown
	repaired bool
}

// line has the parameters of a beacon by name; lists are read later.
type line struct {
	values map[string]string
	tags   []beacon.Tag
	data   string
}

// parameter keeps a parameter of the library. A parameter of the application becomes a tag.
func (d *decoder) parameter(text string) {
	name, value, _ := strings.Cut(text, "=")
	name, errName := url.QueryUnescape(name)
	value, err := url.QueryUnescape(value)
	if errName != nil || err != nil {
		d.Trims.Add(beacon.BoundValueType)
		return
	}
	if name == "data" {
		d.in.data = value
		return
	}
	d.say(name, value)
}

// wrapped reads the parameter "data". If there is no other parameter, it is an object of all parameters, which old versions of
// the library post; otherwise it is an ordinary parameter.
func (d *decoder) wrapped() {
	text := strings.ToValidUTF8(d.in.data, "\uFFFD")
	d.repaired = d.repaired || text != d.in.data
	if d.in.values["u"] != "" || !strings.HasPrefix(text, "{") {
		if text != "" {
			d.say("data", text)
		}
		return
	}
	r, _ := jsonwalk.NewReader([]byte(text))
	r.Object(func(name string) {
		switch r.Kind() {
		case '"':
			value, _ := r.Str()
			d.say(name, value)
		case '0', 't', 'f':
			d.say(name, r.Raw())
		case 'n':
			r.Skip()
		default: // such as restiming, which was no text in old versions
			at := len(text) - r.Remaining()
			r.Skip()
			d.say(name, text[at:len(text)-r.Remaining()])
		}
	})
	if r.End(); r.Rejection() != nil {
		d.Trims.Add(beacon.BoundValueType)
	}
}

// say takes a parameter with name and value.
func (d *decoder) say(name, value string) {
	_, isKnown := known[name]
	if name == "" || name == "key" || !isKnown && isLibrarys(name) {
		return
	}
	if valid := strings.ToValidUTF8(value, "\uFFFD"); valid != value {
		value, d.repaired = valid, true
	}
	if isKnown {
		d.in.values[name] = value
		return
	}
	d.in.tags = gather.AddTag(d.in.tags, strings.ToValidUTF8(name, "\uFFFD"), value, &d.Limits, &d.Trims)
}

// known are the parameters that are read.
var known = func() map[string]struct{} {
	names := map[string]struct{}{}
	for _, name := range []string{
		"u", "pgu", "r", "v", "pid", "n", "rt.si", "rt.tstart", "rt.nstart", "rt.end", "rt.quit", "rt.abld", "http.initiator", "http.method", "http.errno", "http.type",
		"t_done", "t_resp", "t_page", "t_other", "pt.fcp", "pt.lcp", "pt.lcp.e", "pt.lcp.src", "c.cls", "c.cls.topid", "c.tti", "c.lt", "et.inp", "et.inp.e", "et.fid",
		"nt_nav_st", "nt_nav_type", "restiming", "err", "mob.etype", "mob.dl", "mob.rtt",
	} {
		names[name] = struct{}{}
	}
	for _, moment := range moments {
		names[moment.name] = struct{}{}
	}
	return names
}()

// isLibrarys reports whether a parameter that is not read belongs to the library.
func isLibrarys(name string) bool {
	prefix, _, dotted := strings.Cut(name, ".")
	if dotted {
		switch prefix {
		case "rt", "c", "et", "pt", "mob", "vis", "ua", "dom", "mem", "scr", "cpu", "dev", "http", "xhr", "spa", "bfc", "cch", "cip", "dns", "fetch", "ifdl", "net", "tp", "bat", "mq", "early", "t_page":
			return true
		}
		return false
	}
	switch name {
	case "sm", "sv", "sb", "if", "qt", "api", "errors", "nu", "r2", "servertiming", "usertiming", "early", "bw", "bw_err", "lat", "lat_err", "bw_debug", "bw_time", "ipv6_latency", "ipv6_lookup", "nocookie", "x", "pr", "page_id", "clicks":
		return true
	}
	return strings.HasPrefix(name, "nt_") || strings.HasPrefix(name, "t_")
}

func (d *decoder) text(name string, bound beacon.Bound) string {
	return d.Cut(d.in.values[name], bound)
}

// number reads a number; ok is false when the parameter is not a number, or missing.
func (d *decoder) number(name string) (v float64, ok bool) {
	text := d.in.values[name]
	if text == "" || len(text) > 32 {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

// moment reads Unix milliseconds; zero when the parameter is no possible time.
func (d *decoder) moment(name string) (at time.Time) {
	if ms, ok := d.number(name); ok {
		at, _ = gather.FromMillis(ms)
	}
	return at
}

// context is the data that all events of the beacon share.
func (d *decoder) context() {
	b := &d.Beacon
	b.SDK = beacon.SDK{Name: "boomerangjs", Version: d.text("v", beacon.BoundString)}
	b.Connection.EffectiveType = d.text("mob.etype", beacon.BoundString)
	b.Connection.Downlink, _ = d.number("mob.dl")
	b.Connection.RTT, _ = d.number("mob.rtt")
	d.page = beacon.Page{
		SessionID: gather.Identifier(d.in.values["rt.si"]), Tags: d.in.tags,
		URL: d.text("u", beacon.BoundURL), Referrer: d.text("r", beacon.BoundURL),
	}
	if page := d.text("pgu", beacon.BoundURL); page != "" {
		d.page.URL = page
	}
	if d.began = d.moment("rt.nstart"); d.began.IsZero() {
		d.began = d.moment("rt.tstart")
	}
}

// after is the moment that many ms after the navigation to the document; zero when that is unknown.
func (d *decoder) after(ms float64) time.Time {
	if d.began.IsZero() || !(ms >= 0 && ms < maxOffset) {
		return time.Time{}
	}
	return d.began.Add(time.Duration(ms * float64(time.Millisecond)))
}

// maxOffset is longer than any document lives, in ms.
const maxOffset = 1e10
