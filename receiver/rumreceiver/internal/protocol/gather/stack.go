package gather

import (
	"strconv"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
)

// Frame of a stack.
type Frame struct {
	Function, File string
	Line, Column   int64 // 0 when unknown
}

// FramePart is the meaning of a member of a frame.
type FramePart uint8

// The parts. Other members are skipped.
const (
	FrameFunction FramePart = iota + 1
	FrameFile
	// FrameLocalFile is a file without origin, on the page's own.
	FrameLocalFile
	FrameLine
	FrameColumn
)

// FrameParts are the parts of a frame by their names in a format.
type FrameParts map[string]FramePart

// Frames reads an array of frames, the innermost first. It reads one frame more than are kept, so that Stack counts the cut.
// origin is that of local files.
func (g *Gather) Frames(r *jsonwalk.Reader, parts FrameParts, origin string) (frames []Frame) {
	r.Array(func() {
		if len(frames) > g.Limits.MaxFrames {
			r.Skip()
			return
		}
		frames = append(frames, g.Frame(r, parts, origin))
	})
	return frames
}

// Frame reads one.
func (g *Gather) Frame(r *jsonwalk.Reader, parts FrameParts, origin string) (f Frame) {
	r.Object(func(name string) {
		switch parts[name] {
		case FrameFunction:
			f.Function = g.Text(r, beacon.BoundString)
		case FrameFile:
			f.File = g.Text(r, beacon.BoundURL)
		case FrameLocalFile:
			path, _ := r.Str()
			f.File = g.Cut(origin+path, beacon.BoundURL)
		case FrameLine:
			v, _ := r.Num()
			f.Line = ToInt(v)
		case FrameColumn:
			v, _ := r.Num()
			f.Column = ToInt(v)
		default:
			r.Skip()
		}
	})
	return f
}

// Stack is the first line and the text of the frames, in Chromium's format. The complete text is cut to the bound, and the cut
// is counted. Without frames it is empty.
func (g *Gather) Stack(first string, frames []Frame) string {
	if len(frames) == 0 {
		return ""
	}
	text := []byte(first)
	for i := 0; i < len(frames) && len(text) <= g.Limits.MaxStack; i++ {
		text = frames[i].append(text)
	}
	return g.Trims.CutStack(g.Cut(string(text), beacon.BoundStack), &g.Limits)
}

func (f *Frame) append(stack []byte) []byte {
	stack = append(stack, "\n    at "...)
	named := f.Function != "" && f.Function != "?"
	if named {
		stack = append(append(stack, f.Function...), " ("...)
	}
	stack = append(stack, f.File...)
	if f.Line > 0 {
		stack = strconv.AppendInt(append(stack, ':'), f.Line, 10)
		stack = strconv.AppendInt(append(stack, ':'), f.Column, 10)
	}
	if named {
		stack = append(stack, ')')
	}
	return stack
}

// OfPage removes the first frames, which are those of an SDK's wrapper of the console: all of one file. If all frames are of
// one file, because SDK and application are one bundle, they stay.
func OfPage(frames []Frame) []Frame {
	for i := range frames {
		if frames[i].File != frames[0].File {
			return frames[i:]
		}
	}
	return frames
}
