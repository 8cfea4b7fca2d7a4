package scrub

import (
	"strings"
	"testing"

	"github.com/otelcol-rum/otelcol-rum/internal/growth"
)

func BenchmarkText(b *testing.B) {
	var s Scrubber
	for name, text := range map[string]string{
		"word":    "navigate",
		"message": "Cannot read properties of undefined (reading 'price')",
		"stack":   "TypeError: Cannot read properties of undefined (reading 'price')\n    at total (https://shop.example/app.js:12:31)\n    at HTMLButtonElement.onclick (https://shop.example/cart:3:9)",
		"url":     "https://shop.example/product/42?token=abc",
		"secrets": "login of jane@mail.example failed: token=abc, Bearer abcdef012345, 4111 1111 1111 1111",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.Text(text)
			}
		})
	}
}

// BenchmarkTextGrowth is of what begins like a secret, again and again, and never becomes one.
func BenchmarkTextGrowth(b *testing.B) {
	var works []func(int) func()
	for _, unit := range []string{
		"%40", "a@", "a%40b.", "=", "token=", "token:", "pwd={", "pwd:'", "pwd: ", "a:", "?a=", "://", "a://b?", "eyJ", "1 ", "4111 ", "4",
		"Bearer ", "+bearer", "a.", "sk_", "sk-", "\\\"", "%3D", "blob:",
		"-AKIA", "AKIA_", "eyJhbGciOiJIUzI1NiJ9.", "-----BEGIN A-----", "-----END ", "password ", "cookie: a=", "DE89 ", "GB29 NWBK ", "01 23 45 67 89 ",
		"+4917", "(212)", "203.0.113.", "2001:db8:", "52.5200,", `((/%2e\Users\`, "/%2e", "%25", "(S((", ";a=", "１", "lat=52.", "phone=5", "4111:", "4111 | ", "code: ", " at a dot ", " (at) ", "a[dot]", "&#64;", `\u0040`, "ssn ", "ASPSESSIONID=", "-key: ", "\u202E", "\x00", `"@`, "MTk4NjIyNDgzNDcxOTI1MjQ4.",
	} {
		works = append(works, func(size int) func() {
			var s Scrubber
			text := " " + strings.Repeat(unit, size/len(unit))
			return func() {
				s.Text(text)
				s.URL(text)
			}
		})
	}
	growth.Report(b, 64<<10, works...)
}
