package docs

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

// pages are the texts of the documentation by their path, those that stand beside the code too.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch name := entry.Name(); {
		case entry.IsDir() && (name == "node_modules" || name == "dist" || name == ".git" || name == ".next"):
			return filepath.SkipDir
		case filepath.Ext(name) == ".md":
			text, err := os.ReadFile(path)
			all[path] = string(text)
			return err
		}
		return nil
	}))
	require.Greater(t, len(all), 20)
	return all
}

var (
	code      = regexp.MustCompile("(?s)```.*?```")
	link      = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	reference = regexp.MustCompile(`(?m)^\[([^\]]+)\]:[ \t]*(.*)$`) // [its name]: target
	heading   = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// anchor is what GitHub makes of a heading.
func anchor(title string) string {
	title = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(title, "$1")
	title = regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(title), "")
	return strings.ReplaceAll(title, " ", "-")
}

func TestLinksLeadSomewhere(t *testing.T) {
	all := pages(t)
	for path, text := range all {
		for _, found := range link.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
			target, part, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file := path
			if target != "" {
				file = filepath.Join(filepath.Dir(path), target)
				_, err := os.Stat(file)
				assert.NoError(t, err, "%s links to %s", path, found[1])
			}
			if other, ok := all[file]; ok && part != "" {
				anchors := []string{}
				for _, title := range heading.FindAllStringSubmatch(code.ReplaceAllString(other, ""), -1) {
					anchors = append(anchors, anchor(title[1]))
				}
				assert.Contains(t, anchors, part, "%s links to %s", path, found[1])
			}
		}
	}
}

// A definition without a target is a text that shows, and so are those that stand below it.
func TestReferencesHaveATarget(t *testing.T) {
	checked := 0
	for path, text := range pages(t) {
		targets := map[string]string{}
		for _, found := range reference.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
			name, target := found[1], found[2]
			assert.NotEmpty(t, target, "%s: [%s]", path, name)
			assert.NotContains(t, targets, name, "%s: the first [%s] counts", path, name)
			targets[name] = target
			if !strings.HasPrefix(target, "<>") && !strings.Contains(target, "://") { // as in comments of mdatagen
				_, err := os.Stat(filepath.Join(filepath.Dir(path), target))
				assert.NoError(t, err, "%s: [%s]", path, name)
			}
			checked++
		}
	}
	assert.Greater(t, checked, 5)
}

func TestEveryPageIsReachable(t *testing.T) {
	index := pages(t)["README.md"] + pages(t)["../docs/README.md"]
	for path := range pages(t) {
		if rest, ok := strings.CutPrefix(path, "../docs/"); ok && rest != "README.md" {
			assert.Contains(t, index, "("+rest+")", "%s is not in the index", path)
		}
	}
}

func TestTheReferenceIsAsGenerated(t *testing.T) {
	file := filepath.Join(t.TempDir(), "names.md")
	out, err := exec.Command("go", "run", "./reference/generate", "../internal/semconv", file).CombinedOutput()
	require.NoError(t, err, string(out))
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	got, err := os.ReadFile("reference/names.md")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run make generate")
}

func TestTheConfigurationIsValid(t *testing.T) {
	out, err := exec.Command(distrotest.Binary(t), "validate", "--config", "start/local.yaml").CombinedOutput()
	require.NoError(t, err, string(out))
}
