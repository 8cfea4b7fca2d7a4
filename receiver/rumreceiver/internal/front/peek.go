package front

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// maxPeek is how many bytes of a body are read before its application is known: more than stand before the DSN in the header of
// an envelope.
const maxPeek = 2 << 10

// peek returns the beginning of the first line of a body without consuming it. It waits as long as a body may send nothing, unless too
// many others wait.
func (f *Front) peek(w http.ResponseWriter, req *http.Request, request admit.Request, now time.Time) ([]byte, *beacon.Rejection) {
	d := deadline{controller: http.NewResponseController(w)}
	end, rejection := f.gate.Peek(request, d.cut)
	if rejection != nil {
		return nil, rejection
	}
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
	end()
	if d.wasCut() {
		return nil, crowded()
	}
	req.Body = struct {
		io.Reader
		io.Closer
	}{reader, req.Body}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	return line, nil
}
