// Package attempt names the batch that a receiver hands on, for the components behind it in the same process. A batch that a
// client sends again, because a component refused it, has the same name, also in another process; its records may differ, such as
// in times that were corrected by the clock of the arrival.
package attempt

import "context"

type key struct{}

// WithBatch returns a context with the name of a batch, which is not 0.
func WithBatch(ctx context.Context, name uint64) context.Context {
	return context.WithValue(ctx, key{}, name)
}

// Batch is the name of the batch; 0 where none is known.
func Batch(ctx context.Context) uint64 {
	name, _ := ctx.Value(key{}).(uint64)
	return name
}
