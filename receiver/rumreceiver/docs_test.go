package rumreceiver

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
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
		if member == "protocols" || !value.Type().Field(i).IsExported() { // see TestTheREADMEHasEveryProtocol
			continue
		}
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
	case kind == reflect.Pointer && value.IsNil():
		return "none"
	case (kind == reflect.Slice || kind == reflect.Map || kind == reflect.String) && value.Len() == 0:
		return "none"
	case kind == reflect.Slice:
		return strings.ReplaceAll(strings.Trim(fmt.Sprintf("%q", value.Interface()), "[]"), `"`, "`")
	default:
		return fmt.Sprintf("`%v`", value.Interface())
	}
}

// TestTheTableOfBoundsIsTheCode compares each row of the table of bounds with the option or
// the constant that it names, its metrics with those that exist, and asks for a row for whatever is a
// bound by its name.
func TestTheTableOfBoundsIsTheCode(t *testing.T) {
	options := map[string]string{}
	flatten(options, "", reflect.ValueOf(*createDefaultConfig().(*Config)))
	flatten(options, "applications[]", reflect.ValueOf(ApplicationConfig{}))
	labels := labelsOfMetrics(t)
	documented := map[string]bool{}
	rows := rowsOfBounds(t)
	require.Greater(t, len(rows), 25)
	for _, row := range rows {
		bound, value, why, past, shown := row[0], row[1], row[2], row[3], row[4]
		key := between(bound, "`")
		switch folder, name, isConstant := strings.Cut(key, ": "); {
		case isConstant:
			folder = strings.TrimPrefix(folder, "rumreceiver") // this package is found where the test runs
			assert.Equal(t, valueOfConstant(t, folder, name), strings.Trim(value, "`"), bound)
		case key != "":
			require.Contains(t, options, key)
			assert.Equal(t, options[key], strings.Trim(value, "`"), bound)
			documented[key] = true
		}
		assert.NotEmpty(t, why, bound)
		assert.NotEmpty(t, past, bound)
		if shown == "none" {
			continue
		}
		for metric := range strings.SplitSeq(shown, ", ") {
			metric = "otelcol_rum_receiver_" + strings.Trim(metric, "`")
			assert.Contains(t, labels, metric, bound)
			documented[metric] = true
		}
	}
	for key := range options {
		if strings.Contains(key, "max_") && !strings.HasPrefix(key, "cors::") {
			assert.True(t, documented[key], "no row for the option %s", key)
		}
	}
	for series := range labels {
		if strings.Contains(series, "{bound=") {
			assert.True(t, documented[series], "no row for %s", series)
		}
	}
}

// flatten adds every option that has a value of its own, by key, in the words of the tables.
func flatten(options map[string]string, key string, value reflect.Value) {
	if value.Kind() != reflect.Struct {
		options[key] = strings.Trim(written(value), "`")
		return
	}
	for i := range value.NumField() {
		member, flags, _ := strings.Cut(value.Type().Field(i).Tag.Get("mapstructure"), ",")
		switch {
		case !value.Type().Field(i).IsExported():
			continue
		case flags == "squash":
			member = key
		case key != "":
			member = key + "::" + member
		}
		flatten(options, member, value.Field(i))
	}
}

// rowsOfBounds are the cells of the table.
func rowsOfBounds(t *testing.T) (rows [][]string) {
	readme, err := os.ReadFile("docs/bounds.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(readme), "\n## Bounds\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) == 5 && !strings.Contains(line, "| bound |") {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows = append(rows, cells)
		}
	}
	return rows
}

// labelsOfMetrics are the names in documentation.md, alone and with each label they can have.
func labelsOfMetrics(t *testing.T) map[string]bool {
	documentation, err := os.ReadFile("documentation.md")
	require.NoError(t, err)
	labels, metric := map[string]bool{}, ""
	for line := range strings.Lines(string(documentation)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "### "); ok {
			metric = name
			labels[metric] = true
		}
		cells := strings.Split(line, "|")
		if _, values, ok := strings.Cut(line, "Str: "); ok {
			for value := range strings.SplitSeq(strings.Split(values, "|")[0], ", ") {
				labels[fmt.Sprintf("%s{%s=%q}", metric, strings.TrimSpace(cells[1]), strings.Trim(value, "` "))] = true
			}
		}
	}
	return labels
}

// between is what stands between the first two marks, or nothing.
func between(text, mark string) string {
	parts := strings.Split(text, mark)
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}

// valueOfConstant evaluates a constant of a package, or a field that the literals of the package set
// to one.
func valueOfConstant(t *testing.T, folder, name string) (value string) {
	files := token.NewFileSet()
	packages, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	var expression ast.Expr
	for _, path := range packages {
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if i := slices.IndexFunc(n.Names, func(id *ast.Ident) bool { return id.Name == name }); i >= 0 && i < len(n.Values) {
					expression = n.Values[i]
				}
			case *ast.KeyValueExpr:
				if id, ok := n.Key.(*ast.Ident); ok && id.Name == name && !strings.HasSuffix(path, "_test.go") {
					expression = n.Value
				}
			}
			return true
		})
	}
	require.NotNil(t, expression, "%s has no constant %s", folder, name)
	var text strings.Builder
	require.NoError(t, printer.Fprint(&text, files, expression))
	source, isDuration := strings.CutSuffix(text.String(), " * time.Hour")
	result, err := types.Eval(files, nil, token.NoPos, source)
	require.NoError(t, err)
	if isDuration {
		return source + "h0m0s"
	}
	number, exact := constant.Float64Val(result.Value)
	require.True(t, exact)
	return strconv.FormatFloat(number, 'f', -1, 64)
}

// TestTheREADMEHasEveryProtocol compares the table of protocols with the list.
func TestTheREADMEHasEveryProtocol(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	rows := 0
	for _, p := range all.Protocols() {
		on := "when named"
		if p.OnByDefault {
			on = "yes"
		}
		row := fmt.Sprintf("| `%s` | %s | %s |", p.Name, written(reflect.ValueOf(p.DefaultPaths)), on)
		assert.True(t, strings.Contains(string(readme), row), "the table lacks: %s", row)
		rows++
	}
	_, table, _ := strings.Cut(string(readme), "| protocol | default paths | on |")
	table, _, _ = strings.Cut(table, "\n\n")
	assert.Equal(t, rows, strings.Count(table, "\n| `"), "and nothing else")
}

// TestEveryReasonIsALabel compares the reasons of the code with the labels that metrics may have, with the tables of the wire
// protocol, and with those that the fuzzer knows.
func TestEveryReasonIsALabel(t *testing.T) {
	source, err := os.ReadFile("internal/beacon/refusal.go")
	require.NoError(t, err)
	var reasons []beacon.Reason
	for _, match := range regexp.MustCompile(`Reason = "(\w+)"`).FindAllStringSubmatch(string(source), -1) {
		reasons = append(reasons, beacon.Reason(match[1]))
	}
	assert.ElementsMatch(t, reasons, closedReasons)
	labels := labelsOfMetrics(t)
	protocol, err := os.ReadFile("../../testdata/beacon/README.md")
	require.NoError(t, err)
	for _, reason := range reasons {
		assert.Regexp(t, "(?m)^\\|[^|]*(\\| )?`"+string(reason)+"`", string(protocol))
		request := labels[fmt.Sprintf("otelcol_rum_receiver_requests{outcome=%q}", reason)]
		event := labels[fmt.Sprintf("otelcol_rum_receiver_events_refused{reason=%q}", reason)]
		assert.True(t, request || event, reason)
	}
}

func TestTheManualNamesOnlyCountersThatExist(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	var manual strings.Builder
	for _, page := range append(pages, "README.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		manual.Write(text)
	}
	documentation, err := os.ReadFile("documentation.md")
	require.NoError(t, err)
	for word := range strings.FieldsFuncSeq(manual.String(), func(r rune) bool { return strings.ContainsRune("` |,;.{", r) }) {
		if strings.HasPrefix(word, "otelcol_rum_receiver_") {
			assert.Contains(t, string(documentation), "### "+word)
		}
	}
}
