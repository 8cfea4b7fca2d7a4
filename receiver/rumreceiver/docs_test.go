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
	options := createDefaultConfig().(*Config).Options
	assert.Greater(t, checkOptions(t, string(readme), "", reflect.ValueOf(options)), 25)
	checkOptions(t, string(readme), "applications[]", reflect.ValueOf(ApplicationConfig{}))
}

// checkOptions walks a section and returns how many options it has.
func checkOptions(t *testing.T, readme, key string, value reflect.Value) (rows int) {
	t.Helper()
	if value.Kind() != reflect.Struct {
		row := fmt.Sprintf("| `%s` | %s |", key, written(value))
		assert.True(t, strings.Contains(readme, row), "the table lacks: %s", row)
		return 1
	}
	for i := range value.NumField() {
		member := value.Type().Field(i).Tag.Get("mapstructure")
		switch {
		case member == ",squash":
			member = key
		case key != "":
			member = key + "::" + member
		}
		rows += checkOptions(t, readme, member, value.Field(i))
	}
	return rows
}

// written is how the table shows a default.
func written(value reflect.Value) string {
	switch kind := value.Kind(); {
	case (kind == reflect.Slice || kind == reflect.Map || kind == reflect.String) && value.Len() == 0:
		return "none"
	case kind == reflect.Slice:
		return strings.ReplaceAll(strings.Trim(fmt.Sprintf("%q", value.Interface()), "[]"), `"`, "`")
	default:
		return fmt.Sprintf("`%v`", value.Interface())
	}
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
