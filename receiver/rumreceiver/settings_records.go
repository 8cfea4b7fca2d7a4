package rumreceiver

import "math"

// maxExpansion is how many times as large as the largest body its records may be, each with the context
// of its page: by default 8 MiB, which is a thousand events with 8 KiB each.
const maxExpansion = 8

// What came bounds what it may become as well, so that nobody fills memory from little: a mebibyte is five hundred
// records of a page load, and 32 times is more than gzip and the repeated context make of honest batches.
const (
	freeRecords        = 1 << 20
	recordsPerWireByte = 32
)

// maxRecords is that in bytes.
func (c *Config) maxRecords() int {
	if c.HTTP.MaxRequestBodySize > math.MaxInt/maxExpansion {
		return math.MaxInt
	}
	return maxExpansion * int(c.HTTP.MaxRequestBodySize)
}

// maxWork is what the largest body and its records take.
func (c *Config) maxWork() int64 {
	records, body := int64(c.maxRecords()), c.HTTP.MaxRequestBodySize
	if records > math.MaxInt64-body {
		return math.MaxInt64
	}
	return records + body
}
