package scrub

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestATextComesOutTheSameHoweverOftenItComes(t *testing.T) {
	s := New(Settings{AllowedQuery: []string{"page"}})
	fresh := &Scrubber{settings: s.settings}
	all := append(samples(t, "planted.tsv", 5), samples(t, "innocent.tsv", 3)...)
	for range 3 {
		for i := range all {
			in := all[i].in
			assert.Equal(t, fresh.Text(in), s.Text(in))
			assert.Equal(t, fresh.URL(in), s.URL(in))
			assert.Equal(t, fresh.Value("x", in), s.Value("x", in))
		}
	}
}

func TestATextWithNothingToTakeOutIsLookedThroughOnce(t *testing.T) {
	for name, scrub := range map[string]func(*Scrubber, string) string{"text": (*Scrubber).Text, "URL": (*Scrubber).URL} {
		t.Run(name, func(t *testing.T) {
			looks := func(s *Scrubber, in string) (looked int64) {
				scrub(s.Counting(&looked), in)
				return looked
			}
			const encoded = "https://shop.example/caf%C3%A9/%E4%B8%AD" // is looked at twice: as it is, and decoded
			s := New(Settings{})
			assert.Positive(t, looks(s, encoded))
			assert.Zero(t, looks(s, encoded))
			assert.Positive(t, looks(New(Settings{}), encoded), "each Scrubber has its own settings")

			const secret = "https://shop.example/reset/jane@mail.example"
			assert.Positive(t, looks(s, secret))
			assert.Positive(t, looks(s, secret), "only what is returned as it came is remembered")
		})
	}
}

func TestShortTextsAreRememberedToo(t *testing.T) {
	s := New(Settings{})
	var looked int64
	const encoded = "plan:caf%C3%A9"
	assert.Equal(t, encoded, s.Counting(&looked).Text(encoded))
	assert.Positive(t, looked)
	looked = 0
	assert.Equal(t, encoded, s.Counting(&looked).Text(encoded))
	assert.Zero(t, looked)
}

func TestAURLIsRememberedWithoutItsQuery(t *testing.T) {
	s := New(Settings{})
	const page = "https://shop.example/caf%C3%A9"
	assert.Equal(t, page, s.URL(page+"?id=1"))
	var looked int64
	assert.Equal(t, page, s.Counting(&looked).URL(page+"?id=2"))
	assert.Zero(t, looked)
}

func TestATextThatIsNoURLIsNotTakenForOne(t *testing.T) {
	s := New(Settings{})
	const text = "button.primary and shop.example/jackets#the-best-of"
	assert.Equal(t, text, s.Text(text))
	assert.Equal(t, (&Scrubber{}).URL(text), s.URL(text))
}

func BenchmarkTextThatComesAgain(b *testing.B) {
	s := New(Settings{})
	text := "TypeError: x is undefined" + strings.Repeat("\n    at total (https://shop.example/app.js:12:31)", 15)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.Text(text)
	}
}
