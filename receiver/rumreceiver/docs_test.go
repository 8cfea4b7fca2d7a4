package rumreceiver

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheREADMEHasEveryOptionAndItsDefault compares the table of options with the code. Options of
// confighttp are documented there, but for those whose default is ours.
func TestTheREADMEHasEveryOptionAndItsDefault(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	cfg := reflect.ValueOf(createDefaultConfig()).Elem()
	rows := 0
	for i := range cfg.NumField() {
		if key := cfg.Type().Field(i).Tag.Get("mapstructure"); key != "" && !strings.HasPrefix(key, ",") {
			rows += checkOptions(t, string(readme), key, cfg.Field(i))
		}
	}
	assert.Greater(t, rows, 15)
}

// checkOptions walks a section and returns how many options it has.
func checkOptions(t *testing.T, readme, key string, value reflect.Value) (rows int) {
	t.Helper()
	if value.Kind() != reflect.Struct {
		row := fmt.Sprintf("| `%s` | `%v` |", key, value.Interface())
		assert.Contains(t, readme, row)
		return 1
	}
	for i := range value.NumField() {
		rows += checkOptions(t, readme, key+"::"+value.Type().Field(i).Tag.Get("mapstructure"), value.Field(i))
	}
	return rows
}

func TestTheREADMENamesOnlyCountersThatExist(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	documentation, err := os.ReadFile("documentation.md")
	require.NoError(t, err)
	for word := range strings.FieldsFuncSeq(string(readme), func(r rune) bool { return strings.ContainsRune("` |,;.", r) }) {
		if strings.HasPrefix(word, "otelcol_rum_receiver_") {
			assert.Contains(t, string(documentation), "### "+word)
		}
	}
}
