package encoding

// IsGzip reports whether a body is gzip, by its first two bytes, with which no text begins. Clients whose beacons cannot set headers
// send gzip without Content-Encoding.
func IsGzip(body []byte) bool { return len(body) >= 2 && [2]byte(body[:2]) == gzipMagic }

// gzipMagic is ID1 and ID2 of https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1
var gzipMagic = [2]byte{0x1f, 0x8b}
