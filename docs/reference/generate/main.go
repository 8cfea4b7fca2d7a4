// Command generate writes names.md from the constants of internal/semconv and what is said of them there.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	text, err := names(os.Args[1])
	if err == nil {
		err = os.WriteFile(os.Args[2], text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const head = `# Names

Every attribute, event and metric that the components write or read, as ` + "`internal/semconv`" + ` has them. This page is generated from it (` + "`make generate`" + `).
Names outside ` + "`rum.`" + ` are those of the [semantic conventions](https://opentelemetry.io/docs/specs/semconv/) and of the browser group.
`

// names makes a section of each block of constants, with the comment of the block and of each constant.
func names(folder string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	out := bytes.NewBufferString(head)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if block, ok := d.(*ast.GenDecl); ok && block.Tok == token.CONST && block.Lparen.IsValid() {
				section(out, block)
			}
		}
	}
	return out.Bytes(), nil
}

func section(out *bytes.Buffer, block *ast.GenDecl) {
	title, more, _ := strings.Cut(oneLine(block.Doc.Text()), ". ")
	fmt.Fprintf(out, "\n## %s\n\n", strings.TrimSuffix(title, "."))
	if more != "" {
		fmt.Fprintf(out, "%s\n\n", more)
	}
	fmt.Fprint(out, "| name | |\n|---|---|\n")
	for _, spec := range block.Specs {
		value, ok := spec.(*ast.ValueSpec)
		if !ok || !value.Names[0].IsExported() || len(value.Values) == 0 {
			continue
		}
		literal, ok := value.Values[0].(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		name, err := strconv.Unquote(literal.Value)
		if err != nil {
			continue
		}
		said := strings.TrimSpace(oneLine(value.Doc.Text()) + " " + oneLine(value.Comment.Text()))
		said = strings.TrimPrefix(strings.TrimPrefix(said, value.Names[0].Name+" "), "is ")
		said = strings.ReplaceAll(said, "|", `\|`)
		fmt.Fprintf(out, "| `%s` | %s |\n", name, said)
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
