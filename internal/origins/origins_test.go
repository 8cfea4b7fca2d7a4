package origins

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOriginsThatNoBrowserSendsOrThatStrangersSend(t *testing.T) {
	for pattern, want := range map[string]Fault{
		"shop.example": None, "https://": None, "": None, "1https://shop.example": None,
		"https://shop.example/": Path, "https://shop.example/a": Path, "https://shop.example#a": Path,
		"https://me@shop.example": User, "https://shop.example?a": User, "https://shop .example": User,
		"https://shop.example:443": DefaultPort, "http://shop.example:80": DefaultPort, "https://shop.example:0443": DefaultPort,
		"https://[2001:db8::1]:443": DefaultPort,
		"https://shop.example:":     Port, "https://shop.example:0": Port, "https://shop.example:99999": Port, "https://shop.example:08443": Port,
		"https://shop.example:http": Port, "https://[::1]8443": Port, "http://localhost:*a": Port,
		"https://bücher.example": ASCII,
		"https://127.1":          IPv4, "https://127.0.0.01": IPv4, "https://2130706433": IPv4, "https://127.0.0.0x1": IPv4,
		"https://[::1": IPv6, "https://[0:0:0:0:0:0:0:1]": IPv6, "https://[fe80::1%25eth0]": IPv6, "https://[127.0.0.1]": IPv6,
		"https://*shop.example": TooWide, "https://shop.*": TooWide, "https://*.com": TooWide, "https://*.co.uk": TooWide,
		"https://www.*.github.io": TooWide, "https://shop.example*": TooWide, "https://*.": TooWide, "*://*.com": TooWide,
	} {
		assert.ErrorIs(t, Check(pattern), want, pattern)
	}
	for _, pattern := range []string{
		"https://shop.example", "https://shop.example:8443", "http://shop.example:443", "https://shop.example:80", "http://localhost", "http://127.0.0.1:3000",
		"https://*.example.co.uk", "http://*.localhost:3000", "app://obsidian.md", "moz-extension://*", "file://", "https://xn--bcher-kva.example", "https://10.example",
	} {
		assert.NoError(t, Check(pattern), pattern)
	}
}
