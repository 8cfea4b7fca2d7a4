package rumbudgetprocessor

import (
	"errors"
	"fmt"
	"math"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/sampling"
)

// Modes of sampling.
const (
	modeOff       = "off"
	modeStateless = "stateless"
	modeSticky    = "sticky"
)

// SamplingConfig decides which log records are kept. An empty section has the defaults below.
type SamplingConfig struct {
	// Mode is sticky (default: the highest keep that a session has reached applies to its later records),
	// stateless (each record by the rules it matches, one random number per session) or off (only 'drop'
	// works).
	Mode string `mapstructure:"mode"`

	// Key lists attributes; the first that is present and not empty, on the record or its
	// resource, identifies the session. Default [session.id].
	Key []string `mapstructure:"key"`

	// HashSalt is an input of the random numbers of sessions. Use the same on all replicas, and keep it
	// secret: otherwise strangers can choose session ids that are always kept. Default empty.
	HashSalt configopaque.String `mapstructure:"hash_salt"`

	// Rules set the probability with which a record is kept: the highest of all matching rules. One rule
	// must match everything. Not given: the five rules of the README. At most 64, 16 of them with the scope session.
	Rules []RuleConfig `mapstructure:"rules"`

	// Drop removes records before sampling; weights do not include them.
	Drop []DropConfig `mapstructure:"drop"`

	// Target lowers the probabilities if too many records arrive.
	Target TargetConfig `mapstructure:"target"`

	// State bounds the memory of sticky mode.
	State StateConfig `mapstructure:"state"`

	// Incoming limits what is accepted from earlier samplers.
	Incoming IncomingConfig `mapstructure:"incoming"`

	// OTelThreshold writes sampling.threshold and sampling.randomness on kept records. Default true.
	// Turn it off before a probabilistic_sampler in its default mode hash_seed, which drops every
	// record with these attributes.
	OTelThreshold bool `mapstructure:"otel_threshold"`
}

// RuleConfig is one sampling rule.
type RuleConfig struct {
	// Name is written to rum.sampling.reason. Required, unique, not no_key, shared_key or incoming.
	Name string `mapstructure:"name"`
	// Match is as in a budget. Empty matches everything.
	Match map[string]any `mapstructure:"match"`
	// Condition is as in a budget. Empty: none.
	Condition string `mapstructure:"condition"`
	// Unless is a match for records to which the rule does not apply. Empty: none.
	Unless map[string]any `mapstructure:"unless"`
	// Budget limits the rule to measurements that are "exceeded" (including severe) or "severe".
	// Empty: all records.
	Budget string `mapstructure:"budget"`
	// Keep is the probability, from 0.000001 to 1. Required.
	Keep float64 `mapstructure:"keep"`
	// Scope is record (default) or session: in sticky mode, all later records of the session too.
	Scope string `mapstructure:"scope"`
	// Protect spares the rule if the target rate can be met by lowering the other rules to a fifth of
	// the target.
	Protect bool `mapstructure:"protect"`
}

// DropConfig selects records to remove.
type DropConfig struct {
	// Name is the reason in the processor's own metrics. Required, unique.
	Name string `mapstructure:"name"`
	// Match is as in a budget. It or 'condition' is required.
	Match map[string]any `mapstructure:"match"`
	// Condition is as in a budget.
	Condition string `mapstructure:"condition"`
}

// TargetConfig is the target rate.
type TargetConfig struct {
	// RecordsPerSecond is the number of records that this processor should keep, 0 (default) for no
	// target. It is exceeded only if protected rules alone, at a tenth of their keep, need more.
	RecordsPerSecond float64 `mapstructure:"records_per_second"`
}

// IncomingConfig bounds what records may claim about their sampling. Strangers who can bypass the rum receiver must
// not decide what is kept, or outweigh all other records.
type IncomingConfig struct {
	// Labels accepts sampling.threshold, sampling.randomness, rum.sampling.adjusted_count and the verdict of an
	// earlier tier (rum.budget.level and others). Default true; set false for records that come directly from
	// the public.
	Labels bool `mapstructure:"labels"`
	// MinClientRate is the lowest accepted rum.sampling.client_rate; a lower one is raised to this. Default 0.001, from
	// 0.000001 to 1; 1 ignores all client rates.
	MinClientRate float64 `mapstructure:"min_client_rate"`
}

// StateConfig bounds the decision cache of sticky mode.
type StateConfig struct {
	// MaxSessions is how many sessions are remembered, at 20 bytes each, allocated at start. Default
	// 1000000, at most 100000000. Past that the oldest are forgotten, counted in
	// rum_budget_state_evictions.
	MaxSessions int `mapstructure:"max_sessions"`
	// TTL is how long a silent session is remembered. Default 4h, from 1s to 720h.
	TTL time.Duration `mapstructure:"ttl"`
	// MaxMeasurements is how many measurements are remembered in sticky mode, so that their reports share a
	// decision, at 20 bytes each, allocated at start. Default 200000, from 1 to 100000000. Past that the
	// oldest are forgotten.
	MaxMeasurements int `mapstructure:"max_measurements"`
	// MaxRecordsTogether is how many records of a session share its random draw. Later ones are drawn one by one,
	// with the same probability, so that no single session dominates a total. Default 100, from 0 (all share it)
	// to 65534.
	MaxRecordsTogether int `mapstructure:"max_records_together"`
	// MaxRecordsPerSession is the number of records after which a session id is treated as shared by
	// many people ("null"): further records are sampled one by one, with the reason no_key. Default
	// 10000, from 1 to 65534.
	MaxRecordsPerSession int `mapstructure:"max_records_per_session"`
	// Storage is a storage extension in which the state is saved at shutdown and read at start. Not
	// given: a restart forgets the state. With it, a processor may be in one pipeline only, because
	// each pipeline has its own state.
	Storage *component.ID `mapstructure:"storage"`
}

func defaultSampling() SamplingConfig {
	return SamplingConfig{
		Mode:          modeSticky,
		Key:           []string{semconv.SessionID},
		Incoming:      IncomingConfig{Labels: true, MinClientRate: 0.001},
		OTelThreshold: true,
		State:         StateConfig{MaxSessions: 1_000_000, TTL: 4 * time.Hour, MaxMeasurements: 200_000, MaxRecordsTogether: 100, MaxRecordsPerSession: 10_000},
	}
}

// defaultRules keep all errors except noise, all severe violations, a quarter of the other violations and of the records
// that describe a visit, and a twentieth of the rest.
func defaultRules() []RuleConfig {
	skeleton := []any{semconv.EventWebVital, semconv.EventNavigation, semconv.EventSessionStart}
	return []RuleConfig{
		{Name: "errors", Match: map[string]any{"event_name": semconv.EventException}, Unless: map[string]any{semconv.ExceptionNoise: "**"}, Keep: 1, Scope: scopeSession, Protect: true},
		{Name: "severe", Budget: levelSevere, Keep: 1, Scope: scopeSession, Protect: true},
		{Name: "exceeded", Budget: levelExceeded, Keep: 0.25, Scope: scopeSession},
		{Name: "skeleton", Match: map[string]any{"event_name": skeleton}, Keep: 0.25},
		{Name: "base", Keep: 0.05},
	}
}

func (c *SamplingConfig) rules() []RuleConfig {
	if c.Rules == nil {
		return defaultRules()
	}
	return c.Rules
}

// Validate reports everything that is wrong at once.
func (c *SamplingConfig) Validate() error {
	errs := []error{c.validateMode(), validateRules(c.rules()), c.State.validate()}
	names := map[string]bool{}
	for i := range c.Drop {
		d := &c.Drop[i]
		errs = append(errs, under(fmt.Sprintf("drop[%d] %q", i, d.Name), d.validate()))
		if names[d.Name] {
			errs = append(errs, fmt.Errorf("drop[%d]: 'name' must be unique (got %q again)", i, d.Name))
		}
		names[d.Name] = true
	}
	if r := c.Incoming.MinClientRate; !(r >= sampling.MinClientRate && r <= 1) {
		errs = append(errs, fmt.Errorf("'incoming::min_client_rate' must be from %f to 1 (got %v)", sampling.MinClientRate, r))
	}
	if r := c.Target.RecordsPerSecond; !(r >= 0) || math.IsInf(r, 1) {
		errs = append(errs, fmt.Errorf("'target::records_per_second' must be at least 0 and finite (got %v)", r))
	}
	return errors.Join(errs...)
}

func (c *SamplingConfig) validateMode() error {
	var errs []error
	switch c.Mode {
	case modeOff, modeStateless, modeSticky:
	default:
		errs = append(errs, fmt.Errorf("'mode' must be off, stateless or sticky (got %q)", c.Mode))
	}
	if len(c.Key) == 0 {
		errs = append(errs, errors.New("'key' must name at least one attribute"))
	}
	for i, k := range c.Key {
		if k == "" {
			errs = append(errs, fmt.Errorf("'key[%d]' must not be empty", i))
		}
	}
	return errors.Join(errs...)
}

func (c *StateConfig) validate() error {
	var errs []error
	if c.MaxSessions < 1 || c.MaxSessions > maxStateEntries {
		errs = append(errs, fmt.Errorf("'state::max_sessions' must be from 1 to %d (got %d)", maxStateEntries, c.MaxSessions))
	}
	if c.TTL < time.Second || c.TTL > 720*time.Hour {
		errs = append(errs, fmt.Errorf("'state::ttl' must be from 1s to 720h (got %v)", c.TTL))
	}
	if c.MaxMeasurements < 1 || c.MaxMeasurements > maxStateEntries {
		errs = append(errs, fmt.Errorf("'state::max_measurements' must be from 1 to %d (got %d)", maxStateEntries, c.MaxMeasurements))
	}
	if c.MaxRecordsTogether < 0 || c.MaxRecordsTogether >= math.MaxUint16 {
		errs = append(errs, fmt.Errorf("'state::max_records_together' must be from 0 to 65534 (got %d)", c.MaxRecordsTogether))
	}
	if c.MaxRecordsPerSession < 1 || c.MaxRecordsPerSession >= math.MaxUint16 {
		errs = append(errs, fmt.Errorf("'state::max_records_per_session' must be from 1 to 65534 (got %d)", c.MaxRecordsPerSession))
	}
	return errors.Join(errs...)
}

func (d *DropConfig) validate() error {
	var errs []error
	if d.Name == "" {
		errs = append(errs, errors.New("'name' must not be empty"))
	}
	if len(d.Match) == 0 && d.Condition == "" {
		errs = append(errs, errors.New("must have a 'match' or a 'condition', or it would drop everything"))
	}
	_, matchErr := parseMatch(d.Match)
	return errors.Join(append(errs, matchErr, checkCondition(d.Condition))...)
}
