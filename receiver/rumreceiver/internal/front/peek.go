package front

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"time"
)

// maxPeek is how many bytes of a body are read before its application is known: more than stand before the DSN in the header of
// an envelope.
const maxPeek = 2 << 10

// peek returns the beginning of the first line of a body without consuming it. It waits as long as a body may send nothing.
func (f *Front) peek(w http.ResponseWriter, req *http.Request, now time.Time) []byte {
	d := deadline{controller: http.NewResponseController(w)}
	d.set(f.settings.Pace.Deadline(now, 0))
	reader := bufio.NewReaderSize(req.Body, maxPeek)
	line := []byte{}
	for len(line) < maxPeek && bytes.IndexByte(line, '\n') < 0 {
		next, err := reader.Peek(max(reader.Buffered(), len(line)+1))
		line = next
		if err != nil {
			break
		}
	}
	req.Body = struct {
		io.Reader
		io.Closer
	}{reader, req.Body}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	return line
}
