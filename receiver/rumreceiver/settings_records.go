package rumreceiver

import "math"

// maxExpansion bounds the records of a body, each with the context of its page, as a multiple of the largest body: by default
// 8 MiB, which is a thousand events with 8 KiB each.
const maxExpansion = 8

// The size of a body bounds its records, too, so that small bodies cannot fill the memory. A mebibyte is five hundred records of a
// page load, and 32 times is more than gzip and the repeated context of honest batches.
const (
	freeRecords        = 1 << 20
	recordsPerWireByte = 32
)

// maxRecords is the bound of the records of a body, in bytes.
func (c *Config) maxRecords() int {
	if c.HTTP.MaxRequestBodySize > math.MaxInt/maxExpansion {
		return math.MaxInt
	}
	return maxExpansion * int(c.HTTP.MaxRequestBodySize)
}

// maxWork is the memory of the largest body and its records, in bytes.
func (c *Config) maxWork() int64 {
	records, body := int64(c.maxRecords()), c.HTTP.MaxRequestBodySize
	if records > math.MaxInt64-body {
		return math.MaxInt64
	}
	return records + body
}
