package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"time"
)

// readBytes is how much of the end of the file the page reads: some thousand records.
const readBytes = 4 << 20

// record is one OTLP log record with its attributes as plain values.
type record struct {
	name       string
	time       time.Time
	attributes map[string]any // string, float64 or bool
}

// text returns an attribute as words; empty when it is absent.
func (r record) text(key string) string {
	if value, ok := r.attributes[key]; ok {
		return fmt.Sprint(value)
	}
	return ""
}

// number returns a numeric attribute with at most three decimals below ten and none above.
func (r record) number(key, unit string) string {
	value, ok := r.attributes[key].(float64)
	if !ok {
		return ""
	}
	digits := 1000.0
	if math.Abs(value) >= 10 {
		digits = 1
	}
	text := strconv.FormatFloat(math.Round(value*digits)/digits, 'f', -1, 64)
	if unit == "" {
		return text
	}
	return text + " " + unit
}

// OTLP as JSON, as far as the page needs it.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
type (
	batch struct {
		ResourceLogs []struct {
			ScopeLogs []struct {
				LogRecords []struct {
					EventName    string     `json:"eventName"`
					TimeUnixNano string     `json:"timeUnixNano"`
					Attributes   []keyValue `json:"attributes"`
				} `json:"logRecords"`
			} `json:"scopeLogs"`
		} `json:"resourceLogs"`
	}
	keyValue struct {
		Key   string `json:"key"`
		Value struct {
			String *string  `json:"stringValue"`
			Int    *string  `json:"intValue"` // 64-bit integers are strings in OTLP
			Double *float64 `json:"doubleValue"`
			Bool   *bool    `json:"boolValue"`
		} `json:"value"`
	}
)

// readRecords reads the last readBytes of a file of OTLP batches, one on each line. A line that is
// still being written is left for the next time.
func readRecords(path string) ([]record, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines, err := tail(file)
	if err != nil {
		return nil, err
	}
	var records []record
	for line := range bytes.Lines(lines) {
		var b batch
		if json.Unmarshal(line, &b) == nil {
			records = append(records, b.records()...)
		}
	}
	return records, nil
}

// tail reads the end of the file, from the start of a line on.
func tail(file *os.File) ([]byte, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	skip := max(0, info.Size()-readBytes)
	if _, err := file.Seek(skip, io.SeekStart); err != nil {
		return nil, err
	}
	reader := bufio.NewReader(file)
	if skip > 0 {
		if _, err := reader.ReadSlice('\n'); err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
	}
	return io.ReadAll(reader)
}

func (b batch) records() []record {
	var records []record
	for _, resource := range b.ResourceLogs {
		for _, scope := range resource.ScopeLogs {
			for _, r := range scope.LogRecords {
				nanos, _ := strconv.ParseInt(r.TimeUnixNano, 10, 64) // absent is 0
				records = append(records, record{r.EventName, time.Unix(0, nanos), plain(r.Attributes)})
			}
		}
	}
	return records
}

func plain(list []keyValue) map[string]any {
	values := make(map[string]any, len(list))
	for _, kv := range list {
		switch v := kv.Value; {
		case v.String != nil:
			values[kv.Key] = *v.String
		case v.Double != nil:
			values[kv.Key] = *v.Double
		case v.Bool != nil:
			values[kv.Key] = *v.Bool
		case v.Int != nil:
			if n, err := strconv.ParseFloat(*v.Int, 64); err == nil {
				values[kv.Key] = n
			}
		}
	}
	return values
}
