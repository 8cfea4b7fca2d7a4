package translate

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// names joins prefixes and words of pages: rum.tag. and experiment. A site has few words and says them with every event,
// so what was joined before is used again.
//
// It has maxNames places, each for what was joined last of those whose hash leads there; longer words than maxWord have
// none. Whoever invents words makes others be joined anew, as they would be without. Some 200 KB at most. Safe for
// concurrent use.
type names struct {
	seed   maphash.Seed
	places [maxNames]atomic.Pointer[name]
}

const (
	maxNames = 1024 // a power of two
	maxWord  = 64
)

type name struct {
	joined string
	prefix int // its length
}

var joinedNames = names{seed: maphash.MakeSeed()}

// join is prefix and word.
func (n *names) join(prefix, word string) string {
	if len(word) > maxWord {
		return prefix + word
	}
	hash := maphash.String(n.seed, word) + uint64(len(prefix))
	place := &n.places[hash%maxNames]
	if known := place.Load(); known != nil && known.prefix == len(prefix) &&
		known.joined[known.prefix:] == word && strings.HasPrefix(known.joined, prefix) {
		return known.joined
	}
	joined := prefix + word
	place.Store(&name{joined, len(prefix)})
	return joined
}
