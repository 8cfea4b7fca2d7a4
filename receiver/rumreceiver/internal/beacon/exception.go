package beacon

// Exception is an error of the page.
type Exception struct {
	Type    string
	Message string
	Stack   string
	Source  string // error, unhandledrejection or manual
	File    string
	Line    int64 // 0 when unknown
	Column  int64 // 0 when unknown
	// Group is how the application says that errors belong together; empty when it leaves that to the receiver.
	Group string
	// Noise says why the error is probably none of the application's, one of the constants below; empty
	// otherwise. Filled by enrich.
	Noise string
}

// The causes of noise, as records and metrics name them. The set is closed.
const (
	NoiseExtension      = "extension"       // a script of the browser's add-ons, or one that an app injected
	NoiseResizeObserver = "resize_observer" // "ResizeObserver loop …", which loses nothing but a frame
	NoiseScriptError    = "script_error"    // an opaque "Script error." of another origin
	NoisePattern        = "pattern"         // matches a pattern of the configuration
)

// Kind implements Payload.
func (*Exception) Kind() Kind                      { return KindException }
func (*Exception) check() (string, bool)           { return "", true }
func (*Exception) doubts() (none Implausibilities) { return none }

func (x *Exception) size(s *Size) {
	s.texts(x.Type, x.Message, x.Stack, x.Source, x.File, x.Group, fingerprint)
	s.numbers(2)
}

// Scrub implements Payload.
func (x *Exception) Scrub(c Cleaner) {
	x.File = c.URL(x.File)
	x.Type, x.Message, x.Stack, x.Source, x.Group = c.Text(x.Type), c.Text(x.Message), c.Text(x.Stack), c.Text(x.Source), c.Text(x.Group)
}
