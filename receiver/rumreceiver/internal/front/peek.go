package front

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"time"
)

// maxPeek is how much of a body is looked at before anybody knows whose it is, in bytes: more than the header of an
// envelope has before its DSN.
const maxPeek = 2 << 10

// peek gives the beginning of the first line of a body, which stays to be read. It waits for it as long as a body may
// take that brings nothing.
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
