package beacon

// Resource is one that was loaded, or a request that a script made. Sizes are bytes.
type Resource struct {
	URL           string
	Duration      float64 // ms
	InitiatorType string
	TransferSize  int64
	EncodedSize   int64
	DecodedSize   int64
	Method        string
	Status        int64 // 0 when unknown
	// ErrorType is why a request has no answer: NetworkError, AbortError, TimeoutError, or _OTHER.
	ErrorType string
}

// Kind implements Payload.
func (*Resource) Kind() Kind                 { return KindResource }
func (r *Resource) check() (string, bool)    { return duration(r.Duration) }
func (r *Resource) doubts() Implausibilities { return outOfRange(r.Duration > maxDuration) }

func (r *Resource) size(s *Size) {
	s.texts(r.URL, r.InitiatorType, r.Method, r.ErrorType)
	s.numbers(5)
}

// Scrub implements Payload.
func (r *Resource) Scrub(c Cleaner) {
	r.URL = c.URL(r.URL)
	r.InitiatorType, r.Method, r.ErrorType = c.Text(r.InitiatorType), c.Text(r.Method), c.Text(r.ErrorType)
}
