package rumreceiver

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unknown stands for every imported package: only names of this one matter here.
type unknown struct{}

func (unknown) Import(path string) (*types.Package, error) {
	p := types.NewPackage(path, filepath.Base(path))
	p.MarkComplete()
	return p, nil
}

// uses are, for each file of this package, the other files that define a function, type, variable or constant that it names.
func uses(t *testing.T) map[string][]string {
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	positions, files := token.NewFileSet(), []*ast.File(nil)
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(positions, path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, file)
	}
	info := types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: unknown{}, Error: func(error) {}} // what others define is missing
	here, _ := config.Check("rumreceiver", positions, files, &info)
	found := map[string][]string{}
	for name, object := range info.Uses {
		field, isVariable := object.(*types.Var)
		if object.Pkg() != here || isVariable && (field.IsField() || field.Parent() != here.Scope()) {
			continue
		}
		from, to := positions.File(name.Pos()).Name(), positions.File(object.Pos()).Name()
		if from != to && !slices.Contains(found[from], to) {
			found[from] = append(found[from], to)
		}
	}
	return found
}

// Who reads from factory.go on finds everything explained by files further down, and nothing by one further up.
func TestNoFileUsesOneThatUsesIt(t *testing.T) {
	found := uses(t)
	require.Contains(t, found["factory.go"], "registry.go")
	require.Contains(t, found["build.go"], "plan.go", "a method of a type of another file uses that file")
	done := map[string]bool{}
	var follow func(way []string)
	follow = func(way []string) {
		file := way[len(way)-1]
		if !assert.NotContains(t, way[:len(way)-1], file, strings.Join(way, " uses ")) || done[file] {
			return
		}
		for _, next := range slices.Sorted(slices.Values(found[file])) {
			follow(append(slices.Clone(way), next))
		}
		done[file] = true
	}
	for _, file := range slices.Sorted(maps.Keys(found)) {
		follow([]string{file})
	}
}
