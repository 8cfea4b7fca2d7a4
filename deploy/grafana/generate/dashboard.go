package main

import (
	"encoding/json"
	"fmt"
)

// dashboard is what Grafana imports. Its JSON is checked against the types of @grafana/schema.
type dashboard struct {
	file, uid, title, description string
	logs                          bool // of a log store instead of Prometheus
	variables                     []variable
	rows                          []row
}

// variable is a choice at the top of a dashboard: the values of a label, or a fixed list.
type variable struct {
	name, label string
	query       string // label_values(…)
	list        string // "text : value, …"; instead of query
	text        bool   // typed by hand; query is the default
}

type row struct {
	title  string
	panels []panel
}

// panel is one chart. Zero fields are what most have.
type panel struct {
	kind, title, description string // kind: timeseries if empty, stat, table, heatmap, bargauge, logs
	unit                     string
	width, height            int // of 24 columns; 12 and 8 if zero
	limits                   []limit
	max                      float64
	stacked                  bool
	queries                  []query
	// columns of a table: what the merged queries' columns are called, in their order.
	columns []column
}

// limit is from where on a value has a colour.
type limit struct {
	color string
	from  float64
}

type column struct{ field, title, unit string }

type query struct {
	expr, legend string
	instant      bool // of the whole time range instead of its course
	heatmap      bool
}

type object = map[string]any

func (d dashboard) json() ([]byte, error) {
	panels, y, id := []object{}, 0, 1
	for _, r := range d.rows {
		panels = append(panels, object{
			"id": id, "type": "row", "title": r.title, "collapsed": false, "panels": []object{},
			"gridPos": object{"h": 1, "w": 24, "x": 0, "y": y},
		})
		y, id = y+1, id+1
		x, tallest := 0, 0
		for _, p := range r.panels {
			width, height := or(p.width, 12), or(p.height, 8)
			if x+width > 24 {
				x, y, tallest = 0, y+tallest, 0
			}
			panels = append(panels, p.object(id, d.source(), object{"h": height, "w": width, "x": x, "y": y}))
			x, tallest, id = x+width, max(tallest, height), id+1
		}
		y += tallest
	}
	return json.MarshalIndent(object{
		"uid": d.uid, "title": d.title, "description": d.description, "tags": []string{"rum", "otelcol-rum"},
		"schemaVersion": 39, "editable": true, "graphTooltip": 1, "timezone": "browser", "refresh": "30s",
		"time":       object{"from": "now-6h", "to": "now"},
		"templating": object{"list": d.templating()},
		"links":      []object{{"type": "dashboards", "title": "RUM", "tags": []string{"otelcol-rum"}, "asDropdown": true, "keepTime": true, "includeVars": true, "icon": "", "tooltip": "", "targetBlank": false}},
		"panels":     panels,
	}, "", "  ")
}

func or(n, usual int) int {
	if n == 0 {
		return usual
	}
	return n
}

func (d dashboard) source() object {
	if d.logs {
		return object{"type": "victoriametrics-logs-datasource", "uid": "${datasource}"}
	}
	return object{"type": "prometheus", "uid": "${datasource}"}
}

func (d dashboard) templating() []object {
	list := []object{{"type": "datasource", "name": "datasource", "label": "Data source", "query": d.source()["type"], "refresh": 1, "includeAll": false, "multi": false}}
	for _, v := range d.variables {
		switch {
		case v.list != "":
			list = append(list, object{"type": "custom", "name": v.name, "label": v.label, "query": v.list, "includeAll": false, "multi": false})
		case v.text:
			list = append(list, object{"type": "textbox", "name": v.name, "label": v.label, "query": v.query, "current": object{"text": v.query, "value": v.query}})
		default:
			list = append(list, object{
				"type": "query", "name": v.name, "label": v.label, "datasource": d.source(), "query": object{"query": v.query, "refId": v.name},
				"refresh": 2, "sort": 1, "includeAll": true, "allValue": ".*", "multi": true, "current": object{"text": []string{"All"}, "value": []string{"$__all"}},
			})
		}
	}
	return list
}

func (p panel) object(id int, source, at object) object {
	kind := p.kind
	if kind == "" {
		kind = "timeseries"
	}
	targets := []object{}
	for i, q := range p.queries {
		target := object{"refId": string(rune('A' + i)), "datasource": source, "expr": q.expr, "legendFormat": q.legend, "instant": q.instant, "range": !q.instant}
		switch {
		case p.kind == "table":
			target["format"] = "table"
		case q.heatmap:
			target["format"] = "heatmap"
		}
		targets = append(targets, target)
	}
	o := object{
		"id": id, "type": kind, "title": p.title, "description": p.description, "datasource": source, "gridPos": at,
		"targets": targets, "fieldConfig": p.fields(kind), "options": p.options(kind),
	}
	if len(p.columns) > 0 {
		o["transformations"] = p.transformations()
	}
	return o
}

func (p panel) fields(kind string) object {
	defaults := object{"unit": p.unit, "min": 0}
	if p.max > 0 {
		defaults["max"] = p.max
	}
	steps := []object{{"color": "text", "value": nil}}
	for _, l := range p.limits {
		if l.from == 0 {
			steps[0]["color"] = l.color
			continue
		}
		steps = append(steps, object{"color": l.color, "value": l.from})
	}
	defaults["thresholds"] = object{"mode": "absolute", "steps": steps}
	if kind == "timeseries" {
		custom := object{"lineWidth": 1, "fillOpacity": 8, "showPoints": "auto", "spanNulls": 300_000}
		if p.stacked {
			custom["stacking"], custom["fillOpacity"] = object{"mode": "normal", "group": "A"}, 40
		}
		if len(p.limits) > 1 {
			custom["thresholdsStyle"] = object{"mode": "line"}
		}
		defaults["custom"] = custom
	}
	overrides := []object{}
	for _, c := range p.columns {
		if c.unit != "" {
			overrides = append(overrides, object{"matcher": object{"id": "byName", "options": c.title}, "properties": []object{{"id": "unit", "value": c.unit}}})
		}
	}
	return object{"defaults": defaults, "overrides": overrides}
}

func (p panel) options(kind string) object {
	reduce := object{"calcs": []string{"lastNotNull"}, "fields": "", "values": false}
	switch kind {
	case "stat":
		return object{"reduceOptions": reduce, "colorMode": "value", "graphMode": "area", "justifyMode": "auto", "orientation": "auto", "textMode": "auto", "wideLayout": true}
	case "bargauge":
		return object{"reduceOptions": reduce, "displayMode": "basic", "orientation": "horizontal", "showUnfilled": true, "valueMode": "color", "namePlacement": "auto", "sizing": "auto", "minVizHeight": 16, "minVizWidth": 8, "maxVizHeight": 300, "legend": object{"showLegend": false, "displayMode": "list", "placement": "bottom", "calcs": []string{}}}
	case "table":
		return object{"showHeader": true, "cellHeight": "sm", "frameIndex": 0}
	case "heatmap":
		return object{"calculate": false, "cellGap": 1, "color": object{"mode": "scheme", "scheme": "Oranges", "steps": 64, "exponent": 0.5, "reverse": false, "fill": "dark-orange"}, "yAxis": object{"unit": p.unit}, "tooltip": object{"mode": "single", "yHistogram": true}, "legend": object{"show": true}, "exemplars": object{"color": "rgba(255,0,255,0.7)"}, "showValue": "never", "rowsFrame": object{"layout": "auto"}}
	case "logs":
		return object{"showTime": true, "wrapLogMessage": true, "enableLogDetails": true, "sortOrder": "Descending", "dedupStrategy": "none", "prettifyLogMessage": false, "showCommonLabels": false, "showLabels": false}
	default:
		return object{"legend": object{"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []string{}}, "tooltip": object{"mode": "multi", "sort": "desc"}}
	}
}

// transformations put the answers of a table's queries side by side, with the columns named and the
// rows sorted by the last one.
func (p panel) transformations() []object {
	names, order, last := object{}, object{}, ""
	for i, c := range p.columns {
		names[c.field], order[c.field], last = c.title, i, c.title
	}
	return []object{
		{"id": "merge", "options": object{}},
		{"id": "organize", "options": object{"renameByName": names, "indexByName": order, "excludeByName": object{"Time": true}, "includeByName": object{}}},
		{"id": "sortBy", "options": object{"fields": object{}, "sort": []object{{"field": last, "desc": true}}}},
	}
}

// value is the field of the nth query of a table.
func value(n int) string { return fmt.Sprintf("Value #%c", 'A'+n) }
