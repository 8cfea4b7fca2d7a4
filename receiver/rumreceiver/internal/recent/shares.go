package recent

// Shares know which share of a bounded store holds what, so that one client with many entries gives up its own when the
// store is full, and not those of others. Every call takes constant time. Memory is fixed, but for 12 bytes for each
// entry and 4 for each that the largest share ever had. It is not safe for concurrent use.
type Shares struct {
	shares [numShares]share
	order  [numShares]Share // those that hold most first
	more   []int32          // more[n] is how many shares hold more than n entries
	links  chunks[link]     // by place
	held   int
}

// Share is the part of a store that clients with one hash have together.
type Share uint16

// numShares is in how many shares clients are divided: a client that fills a store harms one in so many others.
const numShares = 4096

// greedy is the part of a full store, one in so many, above which a share gives up its own entries first: sixteen times
// the average. So an office behind one address seldom notices, and a flood that pushes out others needs 256 addresses.
const greedy = 256

// ShareOf is the share of a client, by a well mixed hash. All clients that are unknown, 0, have one share.
func ShareOf(client uint64) Share { return Share(client % numShares) }

type share struct {
	held, rank     int32
	oldest, newest int32 // places; 0: none
}

// link is the neighbourhood of an entry among those of its share.
type link struct {
	share        Share
	older, newer int32 // places; 0: none
}

// NewShares hold nothing.
func NewShares() *Shares {
	s := &Shares{more: make([]int32, 1)}
	for i := range s.shares {
		s.shares[i].rank, s.order[i] = int32(i), Share(i)
	}
	return s
}

// Add makes the entry at an unused place the newest of a share.
func (s *Shares) Add(place int32, of Share) {
	s.links.reach(place)
	s.links.at(place).share = of
	s.append(place)
	s.grow(&s.shares[of], of)
	s.held++
}

// Touch makes an entry the newest of its share.
func (s *Shares) Touch(place int32) {
	if s.links.at(place).newer != 0 { // else it is
		s.unlink(place)
		s.append(place)
	}
}

// Remove forgets an entry.
func (s *Shares) Remove(place int32) {
	s.unlink(place)
	of := s.links.at(place).share
	s.shrink(&s.shares[of], of)
	s.held--
}

// Of is the share of an entry.
func (s *Shares) Of(place int32) Share { return s.links.at(place).share }

// Excess is the place of the entry that must go first from a full store: the oldest of the share that holds most, if that is more than
// one in 256 of all entries. Otherwise it is 0: no share is too large, and another rule decides.
func (s *Shares) Excess() int32 {
	largest := &s.shares[s.order[0]]
	if int(largest.held) <= max(1, s.held/greedy) {
		return 0
	}
	return largest.oldest
}

func (s *Shares) append(place int32) {
	l := s.links.at(place)
	of := &s.shares[l.share]
	l.older, l.newer = of.newest, 0
	if of.newest != 0 {
		s.links.at(of.newest).newer = place
	} else {
		of.oldest = place
	}
	of.newest = place
}

func (s *Shares) unlink(place int32) {
	l := s.links.at(place)
	of := &s.shares[l.share]
	if l.older != 0 {
		s.links.at(l.older).newer = l.newer
	} else {
		of.oldest = l.newer
	}
	if l.newer != 0 {
		s.links.at(l.newer).older = l.older
	} else {
		of.newest = l.older
	}
}

// grow puts a share that gets one more entry before the others with as many as it had.
func (s *Shares) grow(of *share, id Share) {
	if int(of.held) == len(s.more) {
		s.more = append(s.more, 0)
	}
	s.swap(of, id, s.more[of.held])
	s.more[of.held]++
	of.held++
}

// shrink puts a share that loses an entry behind the others with as many as it had.
func (s *Shares) shrink(of *share, id Share) {
	of.held--
	s.more[of.held]--
	s.swap(of, id, s.more[of.held])
}

// swap gives a share the rank, and the share there that of this one.
func (s *Shares) swap(of *share, id Share, rank int32) {
	other := s.order[rank]
	s.shares[other].rank, s.order[of.rank] = of.rank, other
	of.rank, s.order[rank] = rank, id
}

// Counts are how many entries of a store each share has, where entries are not removed one by one. The zero value has none.
type Counts [numShares]uint32

// Add counts one entry more.
func (c *Counts) Add(of Share) { c[of]++ }

// Excess reports whether a share has too many entries for a store of so many; see Shares.Excess.
func (c *Counts) Excess(of Share, limit int) bool { return int(c[of]) > max(1, limit/greedy) }
