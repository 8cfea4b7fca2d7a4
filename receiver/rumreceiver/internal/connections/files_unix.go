//go:build unix

package connections

import "syscall"

// OpenFiles is how many files the process may have open, connections among them. 0: unknown.
func OpenFiles() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || limit.Cur > maxFiles {
		return 0
	}
	return int(limit.Cur)
}

// maxFiles are as good as no bound.
const maxFiles = 1 << 30
