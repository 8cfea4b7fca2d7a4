package admit

import "time"

// start is when tests begin.
var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
