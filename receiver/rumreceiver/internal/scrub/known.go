package scrub

import (
	"hash/maphash"
	"sync/atomic"
)

const (
	// minKnown is the shortest text that is remembered: a shorter one is looked through in the time that its hash takes.
	minKnown = 24
	// knownTexts is how many are remembered, in 8 bytes each. A site has a few thousand that come again and again.
	knownTexts = 8192
)

// known remembers texts in which there was nothing to take out. The stacks of a site's errors, the addresses of its
// scripts and the selectors of its buttons come from every visitor, and to look through a stack of fifteen frames takes a
// hundred times as long as to hash it.
//
// A text is remembered by 64 bits of a hash, whose seed nobody else knows, so no text is kept, and a stranger cannot
// make one that is taken for another. Chance does so once in 10^19 looks. A newer text takes the place of an older one.
// Safe for concurrent use.
type known struct {
	texts, urls maphash.Seed
	hashes      [knownTexts]atomic.Uint64
}

func newKnown() *known { return &known{texts: maphash.MakeSeed(), urls: maphash.MakeSeed()} }

// text is the hash of a text for has and remember, or 0 if it is not worth to be remembered. k may be nil.
func (k *known) text(text string) uint64 {
	if k == nil || len(text) < minKnown {
		return 0
	}
	return maphash.String(k.texts, text)
}

// url is the same for a URL, of which other things are taken out than of a text.
func (k *known) url(url string) uint64 {
	if k == nil || len(url) < minKnown {
		return 0
	}
	return maphash.String(k.urls, url)
}

func (k *known) has(hash uint64) bool {
	return hash != 0 && k.hashes[hash%knownTexts].Load() == hash
}

func (k *known) remember(hash uint64) {
	if hash != 0 {
		k.hashes[hash%knownTexts].Store(hash)
	}
}
