// Command generate writes the dashboards of deploy/grafana, with the names that the code has.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(folder string) error {
	for _, d := range []dashboard{overview(), vitals(), errorsAndReleases(), budgets(), ingest(), logs()} {
		text, err := d.json()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, d.file), append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	return nil
}
