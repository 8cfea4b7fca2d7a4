// Command healthcheck asks the health_check extension, for images without a shell. The address is the one
// argument; http://localhost:13133/ if there is none.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	address := "http://localhost:13133/"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	if err := ask(address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ask(address string) error {
	client := http.Client{Timeout: 2 * time.Second}
	response, err := client.Get(address)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", address, response.Status)
	}
	return nil
}
