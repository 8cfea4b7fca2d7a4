package scrub

import (
	"testing"
	"unicode/utf8"
)

// FuzzScrub wants of any string what the package promises: no panic, a second time changes nothing, at most
// twice as long, valid UTF-8 where that came in, no control character.
func FuzzScrub(f *testing.F) {
	for _, seed := range []string{
		"https://jane:pw@shop.example/reset/a1b2c3d4e5f6;jsessionid=1?utm_source=a%2540b.example#/u/jane?x=1",
		"file:///C:/Users/Berta/x.html", `C:\Users\Berta\x`, "/(S(lit3py55t21z5v55vlm25s55))/a", "Cookie: a=b; c=d",
		"at f (https://shop.example/a.js:1:2)\n at g (/b/c.js:3:4)", "DE89 3704 0044 0532 0130 00 +1 (212) 555-0187 078-05-1120",
		"2001:db8::1 203.0.113.77 52.520008,13.404954 4111.1111.1111.1111", "password is hunter2 token=abc \"pin\":\"1234\"",
		"-----BEGIN A-----MIIE-----END A-----", "\u202Ea\x00b\u00a04111\u00a01111\u00a01111\u00a01111", "amFuZUBtYWls Basic amFuZTpodW50ZXIy eyJhbGciOiJIUzI1NiJ9.e.c",
		`"jane doe"@mail.example joe@[10.0.0.1] root@localhost`, "%25%32%35%25", "tel:+442079460958",
	} {
		f.Add(seed)
	}
	kept := New(Settings{AllowedQuery: []string{"utm_source", "x"}, HashRoutes: true, Words: map[string]bool{"jane": true}})
	f.Fuzz(func(t *testing.T, in string) {
		for _, s := range []*Scrubber{new(Scrubber), kept} {
			for name, scrub := range map[string]func(string) string{
				"Text": s.Text, "URL": s.URL, "Route": s.Route, "Clean": Clean, "Value": func(v string) string { return s.Value("x-api-key", v) },
			} {
				once := scrub(in)
				if twice := scrub(once); twice != once {
					t.Errorf("%s: %q, a second time %q", name, once, twice)
				}
				if len(once) > 2*len(in)+len(Secret) {
					t.Errorf("%s: %d bytes of %d", name, len(once), len(in))
				}
				if utf8.ValidString(in) && !utf8.ValidString(once) {
					t.Errorf("%s: %q is no UTF-8", name, once)
				}
			}
			url := s.URL(in)
			Template(RoutePath(url))
			s.RawRoutePath(in)
		}
	})
}
