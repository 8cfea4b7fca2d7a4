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

// SamplingConfig says which log records are kept. Present but empty, it has the defaults below.
type SamplingConfig struct {
	// Mode is sticky (default: a session keeps what its records have earned), stateless (each record by the
	// rules it matches, one random number per session) or off (only Drop works).
	Mode string `mapstructure:"mode"`

	// Key lists attributes; the first one that a record or its resource has, not empty, names the
	// session. Default [session.id].
	Key []string `mapstructure:"key"`

	// HashSalt makes the random numbers of sessions. The same on all replicas; secret, or strangers can
	// choose session ids that are always kept. Default empty.
	HashSalt configopaque.String `mapstructure:"hash_salt"`

	// Rules say with which probability a record is kept: the highest of all that match. One of them must
	// match everything. Not given: defaultRules. At most 64, of which 16 with the scope of a session.
	Rules []RuleConfig `mapstructure:"rules"`

	// Drop removes records before sampling; nothing stands for them afterwards.
	Drop []DropConfig `mapstructure:"drop"`

	// Target lowers the probabilities when too much comes in.
	Target TargetConfig `mapstructure:"target"`

	// State bounds what sticky mode remembers.
	State StateConfig `mapstructure:"state"`

	// Incoming says what is believed of records that others have sampled before.
	Incoming IncomingConfig `mapstructure:"incoming"`

	// OTelThreshold writes sampling.threshold and sampling.randomness on kept records. Default true. To
	// be switched off before a probabilistic_sampler in its default mode hash_seed, which drops every
	// record that carries them.
	OTelThreshold bool `mapstructure:"otel_threshold"`
}

// RuleConfig is one sampling rule.
type RuleConfig struct {
	// Name goes into rum.sampling.reason. Required, unique, none of no_key, shared_key and incoming.
	Name string `mapstructure:"name"`
	// Match and Condition as in a budget.
	Match     map[string]any `mapstructure:"match"`
	Condition string         `mapstructure:"condition"`
	// Unless is a match that takes records out of the rule again. Empty: none.
	Unless map[string]any `mapstructure:"unless"`
	// Budget asks for measurements that are "exceeded" (severe ones too) or "severe".
	Budget string `mapstructure:"budget"`
	// Keep is the probability, from 0.000001 to 1. Required.
	Keep float64 `mapstructure:"keep"`
	// Scope is record (default) or session: in sticky mode, all later records of the session too.
	Scope string `mapstructure:"scope"`
	// Protect spares the rule when the target rate can be met by lowering the others to a fifth of it.
	Protect bool `mapstructure:"protect"`
}

// DropConfig names records that nobody wants.
type DropConfig struct {
	Name      string         `mapstructure:"name"`
	Match     map[string]any `mapstructure:"match"`
	Condition string         `mapstructure:"condition"`
}

// TargetConfig is the rate to keep to.
type TargetConfig struct {
	// RecordsPerSecond that this processor should let through, 0 (default) for any number. Exceeded only
	// when protected rules alone, at a tenth of their keep, are more.
	RecordsPerSecond float64 `mapstructure:"records_per_second"`
}

// IncomingConfig bounds what records may claim of their sampling. Where strangers can send them past the rum receiver,
// they must not decide what is kept, nor outweigh all others.
type IncomingConfig struct {
	// Labels believes sampling.threshold, sampling.randomness, rum.sampling.adjusted_count and the verdict of an
	// earlier tier (rum.budget.level and others). Default true; false for records straight from the public.
	Labels bool `mapstructure:"labels"`
	// MinClientRate is the lowest rum.sampling.client_rate that is believed; a lower one counts as this. Default 0.001, from
	// 0.000001 to 1, at which none is believed.
	MinClientRate float64 `mapstructure:"min_client_rate"`
}

// StateConfig bounds the decision cache of sticky mode.
type StateConfig struct {
	// MaxSessions remembered, at 20 bytes each, allocated at start. Default 1000000, at most 100000000.
	// Past that the oldest are forgotten, counted in rum_budget_state_evictions.
	MaxSessions int `mapstructure:"max_sessions"`
	// TTL is how long a silent session is remembered. Default 4h, from 1s to 720h.
	TTL time.Duration `mapstructure:"ttl"`
	// MaxMeasurements whose reports share a decision, in sticky mode, at 20 bytes each, allocated at start.
	// Default 200000, from 1 to 100000000. Past that the oldest are forgotten.
	MaxMeasurements int `mapstructure:"max_measurements"`
	// MaxRecordsTogether is how many records of a session share its draw. Later ones are drawn one by one, at the
	// same probability, so that no single session decides a total. Default 100, from 0 (all of them) to 65534.
	MaxRecordsTogether int `mapstructure:"max_records_together"`
	// MaxRecordsPerSession is from when on a session id is taken for shared by many ("null"): further
	// records are sampled one by one, with the reason no_key. Default 10000, from 1 to 65534.
	MaxRecordsPerSession int `mapstructure:"max_records_per_session"`
	// Storage is a storage extension in which the state is saved at shutdown and found again at start.
	// Not given: a restart forgets. One pipeline per processor then, since each would save its own.
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

// defaultRules keep what matters: all errors that are the application's, all severe violations, a quarter of the other violations
// and of what is needed to understand a visit, and a twentieth of the rest.
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
