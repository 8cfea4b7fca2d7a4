package translate

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// names joins prefixes and words of pages, such as rum.tag. and experiment. A site sends the same few words with every event, so
// joined names are used again.
//
// It has maxNames places, by hash, each with the last name of that hash. Words longer than maxWord are not kept. A client that
// invents words only makes others be joined again. Some 200 KB at most. Safe for concurrent use.
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
