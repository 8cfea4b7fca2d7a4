// Command slo writes the budgets of a Collector's configuration as service level objectives: an OpenSLO document, or what
// Sloth makes alert rules of.
//
//	go run ./processor/rumbudgetprocessor/slo [-format openslo|sloth] [-service shop] collector.yaml
//
// It reads the budgets of every rum_budget processor. docs/slo.md explains what comes out.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

func main() {
	format := flag.String("format", "openslo", "openslo or sloth")
	service := flag.String("service", "shop", "service.name of the application")
	flag.Parse()
	if err := run(os.Stdout, *format, *service, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "slo:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, format, service, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	objectives, err := read(text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	switch format {
	case "openslo":
		return writeOpenSLO(out, service, objectives)
	case "sloth":
		return writeSloth(out, service, objectives)
	}
	return fmt.Errorf("unknown format %q", format)
}

// objective is one budget of one metric.
type objective struct {
	budget, metric, limit string
	target                float64
}

// configuration is the part of a Collector's configuration that is read; everything else is ignored.
type configuration struct {
	Processors map[string]*struct {
		Budgets []struct {
			Name      string         `yaml:"name"`
			Limits    map[string]any `yaml:"limits"`
			Objective float64        `yaml:"objective"`
		} `yaml:"budgets"`
		DefaultBudget *bool `yaml:"default_budget"`
	} `yaml:"processors"`
}

const (
	defaultName   = "default"
	defaultTarget = 0.75
)

// defaultLimits are those of the budget that the processor has by itself.
// https://web.dev/articles/vitals
var defaultLimits = map[string]any{"lcp": "2500ms", "inp": "200ms", "cls": 0.1, "fcp": "1800ms", "ttfb": "800ms"}

func read(text []byte) (all []objective, err error) {
	var c configuration
	if err := yaml.Unmarshal(text, &c); err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(c.Processors)) {
		if name, _, _ := strings.Cut(id, "/"); name != "rum_budget" {
			continue
		}
		named := false
		p := c.Processors[id]
		if p != nil {
			for _, b := range p.Budgets {
				named = named || b.Name == defaultName
				all = appendBudget(all, b.Name, b.Limits, b.Objective)
			}
		}
		if !named && (p == nil || p.DefaultBudget == nil || *p.DefaultBudget) {
			all = appendBudget(all, defaultName, defaultLimits, 0)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("no rum_budget processor with a budget")
	}
	return once(all)
}

// once leaves out what another processor has, too: in Prometheus their counters are one. It returns an error where that cannot be,
// or two objectives would have the same name.
func once(all []objective) (different []objective, err error) {
	named := map[string]objective{}
	for _, o := range all {
		switch before, known := named[o.name("")]; {
		case !known:
			named[o.name("")] = o
			different = append(different, o)
		case before == o:
		case before.budget == o.budget && before.metric == o.metric:
			return nil, fmt.Errorf("budget %q has two limits or objectives for %s, whose violations are counted together: name one of them differently", o.budget, o.metric)
		default:
			return nil, fmt.Errorf("%s of budget %q and %s of budget %q would have the same name, %s: rename a budget", before.metric, before.budget, o.metric, o.budget, strings.TrimPrefix(o.name(""), "-"))
		}
	}
	return different, nil
}

func appendBudget(all []objective, name string, limits map[string]any, target float64) []objective {
	if target == 0 {
		target = defaultTarget
	}
	for _, metric := range slices.Sorted(maps.Keys(limits)) {
		all = append(all, objective{budget: name, metric: metric, limit: fmt.Sprint(limits[metric]), target: target})
	}
	return all
}

// name of an objective, as Kubernetes allows it.
func (o *objective) name(service string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(service+"-"+o.budget+"-"+o.metric))
}

// percent of 0.57 is 57, and not 56.99999999999999.
func (o *objective) percent() float64 { return math.Round(o.target*1e10) / 1e8 }

func (o *objective) description() string {
	return fmt.Sprintf("%g %% of the measurements of %s are within %s (budget %q).", o.percent(), o.metric, o.limit, o.budget)
}

func (o *objective) selector(service string) string {
	return fmt.Sprintf("{service_name=%q, rum_budget_name=%q, rum_budget_metric=%q}", service, o.budget, o.metric)
}

// document is YAML whose keys stay in the order in which they are written.
type document []pair

type pair struct {
	key   string
	value any
}

// MarshalYAML writes a mapping.
func (d document) MarshalYAML() (any, error) {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for _, p := range d {
		key, value := &yaml.Node{}, &yaml.Node{}
		key.SetString(p.key)
		if err := value.Encode(p.value); err != nil {
			return nil, err
		}
		node.Content = append(node.Content, key, value)
	}
	return node, nil
}

func write(out io.Writer, documents ...document) error {
	var text bytes.Buffer
	text.WriteString("# Made of the budgets of a Collector's configuration; see docs/slo.md.\n")
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	for _, d := range documents {
		if err := encoder.Encode(d); err != nil {
			return err
		}
	}
	if err := encoder.Close(); err != nil {
		return err
	}
	_, err := out.Write(text.Bytes())
	return err
}

// writeOpenSLO writes one SLO with its SLI for each objective.
// https://github.com/OpenSLO/OpenSLO
func writeOpenSLO(out io.Writer, service string, objectives []objective) error {
	documents := []document{{
		{"apiVersion", "openslo/v1"}, {"kind", "Service"},
		{"metadata", document{{"name", service}}}, {"spec", document{{"description", "What its visitors feel"}}},
	}}
	for _, o := range objectives {
		query := func(metric string) document {
			return document{{"metricSource", document{
				{"type", "Prometheus"}, {"spec", document{{"query", "sum(" + metric + o.selector(service) + ")"}}},
			}}}
		}
		documents = append(documents, document{
			{"apiVersion", "openslo/v1"}, {"kind", "SLO"},
			{"metadata", document{{"name", o.name(service)}}},
			{"spec", document{
				{"description", o.description()},
				{"service", service},
				{"indicator", document{
					{"metadata", document{{"name", o.name(service) + "-measurements"}}},
					{"spec", document{{"ratioMetric", document{
						{"counter", true}, {"bad", query("rum_budget_violations_total")}, {"total", query("rum_budget_evaluations_total")},
					}}}},
				}},
				{"timeWindow", []document{{{"duration", "28d"}, {"isRolling", true}}}},
				{"budgetingMethod", "Occurrences"},
				{"objectives", []document{{{"target", o.target}}}},
			}},
		})
	}
	return write(out, documents...)
}

// writeSloth writes the input of Sloth, without its alerts: burn rates of 14.4 do not exist where a quarter may fail.
// https://sloth.dev/specs/default/
func writeSloth(out io.Writer, service string, objectives []objective) error {
	var slos []document
	for _, o := range objectives {
		rate := func(metric string) string {
			return "sum(rate(" + metric + o.selector(service) + "[{{.window}}]))"
		}
		slos = append(slos, document{
			{"name", o.name(service)},
			{"objective", o.percent()},
			{"description", o.description()},
			{"sli", document{{"events", document{
				{"error_query", rate("rum_budget_violations_total")}, {"total_query", rate("rum_budget_evaluations_total")},
			}}}},
			{"alerting", document{
				{"page_alert", document{{"disable", true}}}, {"ticket_alert", document{{"disable", true}}},
			}},
		})
	}
	return write(out, document{{"version", "prometheus/v1"}, {"service", service}, {"slos", slos}})
}
