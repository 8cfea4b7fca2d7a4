package scrub

import (
	"hash/maphash"
	"sync/atomic"
)

const (
	// minHashed is the shortest text that is looked up without a look at its bytes, which in a shorter one takes no longer and
	// often is enough.
	minHashed = 24
	// knownTexts is how many are remembered, in 8 bytes each. A site has a few thousand that come again and again.
	knownTexts = 8192
)

// known remembers texts in which there was nothing to take out. The stacks of a site's errors, the addresses of its
// scripts, the selectors of its buttons and its tags come from every visitor, and to look through a stack of fifteen frames
// takes a hundred times as long as to hash it, through a short tag ten times.
//
// A text is remembered by 64 bits of a hash, whose seed nobody else knows, so no text is kept, and a stranger cannot
// make one that is taken for another. Chance does so once in 10^19 looks. A newer text takes the place of an older one.
// Safe for concurrent use.
type known struct {
	texts, urls maphash.Seed
	hashes      [knownTexts]atomic.Uint64
}

func newKnown() *known { return &known{texts: maphash.MakeSeed(), urls: maphash.MakeSeed()} }

// text is the hash of a text for has and remember. k may be nil.
func (k *known) text(text string) uint64 {
	if k == nil {
		return 0
	}
	return maphash.String(k.texts, text)
}

// url is the same for a URL, of which other things are taken out than of a text. Short ones, which are none, are not remembered.
func (k *known) url(url string) uint64 {
	if k == nil || len(url) < minHashed {
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
