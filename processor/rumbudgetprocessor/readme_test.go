package rumbudgetprocessor

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func readme(t *testing.T) string { return page(t, "README.md") }

func page(t *testing.T, file string) string {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

func TestConfigurationsOfTheReadmeAreValid(t *testing.T) {
	checked := 0
	for _, block := range yamlBlock.FindAllStringSubmatch(readme(t), -1) {
		retrieved, err := confmap.NewRetrievedFromYAML([]byte(block[1]))
		require.NoError(t, err)
		conf, err := retrieved.AsConf()
		require.NoError(t, err)
		sub, err := conf.Sub("processors::rum_budget")
		require.NoError(t, err)
		if !conf.IsSet("processors") {
			// The default rules, which must be the ones that are in force.
			var s SamplingConfig
			require.NoError(t, conf.Unmarshal(&s))
			assert.Len(t, s.Rules, len(defaultRules()))
			for i, want := range defaultRules() {
				want.Match, s.Rules[i].Match = stringsOf(want.Match), stringsOf(s.Rules[i].Match)
				want.Unless, s.Rules[i].Unless = stringsOf(want.Unless), stringsOf(s.Rules[i].Unless)
				got := s.Rules[i]
				assert.Equal(t, want, got)
			}
			checked++
			continue
		}
		c := createDefaultConfig().(*Config)
		require.NoError(t, sub.Unmarshal(c))
		assert.NoError(t, confmap.Validate(c))
		checked++
	}
	assert.Equal(t, 3, checked)
}

func stringsOf(m map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		texts, _ := patternList(v)
		out[k] = strings.Join(texts, " ")
	}
	return out
}

// An option that the reference does not have is as bad as one that nobody reads.
func TestEveryOptionIsInTheReadme(t *testing.T) {
	text := readme(t)
	for _, key := range keysOf(reflect.TypeFor[Config](), map[reflect.Type]bool{}) {
		assert.True(t, regexp.MustCompile("[`:\\[]"+key+"[`:\\[]").MatchString(text), "%s is not in the reference", key)
	}
}

// keysOf returns the mapstructure keys of a type and of all it holds.
func keysOf(t reflect.Type, seen map[reflect.Type]bool) (keys []string) {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if get, ok := reflect.PointerTo(t).MethodByName("GetOrInsertDefault"); ok {
		t = get.Type.Out(0).Elem() // configoptional.Optional
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return nil
	}
	seen[t] = true
	for i := range t.NumField() {
		if key := t.Field(i).Tag.Get("mapstructure"); key != "" && key != "-" {
			keys = append(keys, key)
			keys = append(keys, keysOf(t.Field(i).Type, seen)...)
		}
	}
	return keys
}

// Every test that the proof names is one.
func TestTheProofExists(t *testing.T) {
	var code strings.Builder
	for _, folder := range []string{".", "internal/sampling", "internal/budget", "../../deploy/prometheus"} {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			code.Write(text)
		}
	}
	names := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z]+)`").FindAllStringSubmatch(page(t, "docs/proof.md"), -1)
	require.Greater(t, len(names), 20)
	for _, name := range names {
		assert.True(t, strings.Contains(code.String(), "func "+name[1]+"("), name[1])
	}
}

// The examples mean what they say. The salt is the user's to give.
func TestExamplesGiveNoDoubts(t *testing.T) {
	files, err := filepath.Glob("../../examples/configs/*.yaml")
	require.NoError(t, err)
	checked := 0
	for _, file := range files {
		conf, err := resolve(file)
		require.NoError(t, err, file)
		processors, err := conf.Sub("processors")
		require.NoError(t, err, file)
		for _, id := range sortedKeys(processors.ToStringMap()) {
			if id != "rum_budget" && !strings.HasPrefix(id, "rum_budget/") {
				continue
			}
			section, err := processors.Sub(id)
			require.NoError(t, err, file)
			c := createDefaultConfig().(*Config)
			require.NoError(t, section.Unmarshal(c), file)
			said := c.doubtfulBudgets()
			if c.Sampling.HasValue() {
				c.Sampling.Get().HashSalt = "sixteen-at-random"
				said = append(said, c.Sampling.Get().doubtful()...)
			}
			assert.Empty(t, said, file)
			checked++
		}
	}
	assert.Greater(t, checked, 3)
}
