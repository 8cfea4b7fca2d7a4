package jsonwalk

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tokens walks one value and returns all that is in it.
func tokens(r *Reader, into []string) []string {
	switch r.Kind() {
	case '{':
		into = append(into, "{")
		for entered, _ := r.Open('{'); entered && r.More('}'); {
			into = tokens(r, append(into, r.Name()))
		}
		return append(into, "}")
	case '[':
		into = append(into, "[")
		for entered, _ := r.Open('['); entered && r.More(']'); {
			into = tokens(r, into)
		}
		return append(into, "]")
	case '"':
		s, _ := r.Str()
		return append(into, s)
	case '0':
		v, ok := r.Num()
		return append(into, fmt.Sprint(v, ok))
	case 't', 'f':
		v, _ := r.Bool()
		return append(into, fmt.Sprint(v))
	default:
		r.Skip()
		return append(into, "null")
	}
}

// reference does the same by jsontext.
func reference(body []byte) (into []string, err error) {
	dec := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	for {
		token, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		text := token.String() // a string's content; other tokens as they are written
		if token.Kind() == '0' {
			v, err := token.Float()
			text = fmt.Sprint(v, err == nil)
		}
		if into = append(into, text); dec.StackDepth() == 0 {
			break
		}
	}
	_, err = dec.ReadToken()
	if err == nil || strings.TrimLeft(string(body[dec.InputOffset():]), " \t\r\n") != "" {
		return nil, errTrailing
	}
	return into, nil
}

func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		`null`, ` [ ] `, `{"a":{"b":[1,-0.5e+3,"x"]},"c":true}`, `[1,]`, `{"a":1,}`, `[,1]`, `[1 2]`, `{"a" 1}`, `{"a":}`, `{1:2}`, `[1}`,
		`"\u00e9\ud83d\ude00\ud83d"`, `"\ud83d\u0041"`, `"\x"`, `"\u12"`, "\"a\nb\"", `"`, `"\`, `"a\"b\\`, `01`, `-`, `-0`, `1.`, `.5`, `1e`, `1e999`,
		`1e-999`, `truex`, `tru`, `nulll`, `[1] 2`, `{"a":1,"a":2}`, "\ufeff1", `+1`, `'a'`, "\"12345678\u00e9\"", `"1234567"`, "[\"\x7f\"]",
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), strings.Repeat(`{"a":`, maxDepth+1) + "1" + strings.Repeat("}", maxDepth+1),
	} {
		f.Add([]byte(seed))
	}
	bodies, err := filepath.Glob("../../../../../testdata/beacon/*/beacon.json")
	require.NoError(f, err)
	for _, path := range bodies {
		body, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if !utf8.Valid(body) {
			t.Skip("NewReader repairs it before anything looks at it")
		}
		r, _ := NewReader(body)
		got := tokens(&r, nil)
		r.End()
		want, err := reference(bytes.TrimPrefix(body, []byte(byteOrderMark)))
		if errors.Is(r.err, errTooDeep) {
			return // the one bound that jsontext does not share
		}
		require.Equal(t, err == nil, r.err == nil, "ours: %v at %d, jsontext: %v", r.err, r.pos, err)
		if err == nil {
			require.Equal(t, want, got)
		}
		skipped, _ := NewReader(body)
		skipped.Skip()
		skipped.End()
		require.Equal(t, r.err, skipped.err, "what is skipped is checked all the same")
	})
}

func TestReader(t *testing.T) {
	deep := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	for name, test := range map[string]struct {
		body []byte
		err  error
		pos  int
	}{
		"AtTheDepthBound":      {body: deep(maxDepth), pos: 2 * maxDepth},
		"PastTheDepthBound":    {body: deep(maxDepth + 1), err: errTooDeep, pos: maxDepth + 1},
		"AMillionBrackets":     {body: bytes.Repeat([]byte("["), 1e6), err: errTooDeep, pos: maxDepth + 1},
		"FaultInWhatIsSkipped": {body: []byte(`[{"a":[1,2,nul]}]`), err: errSyntax, pos: 11},
		"ASecondValue":         {body: []byte(`[] []`), err: errTrailing, pos: 3},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := NewReader(test.body)
			r.Skip()
			r.End()
			assert.Equal(t, test.err, r.err)
			assert.Equal(t, test.pos, r.pos)
		})
	}
}

// A string costs a copy of the body and nothing else, unless it has escapes.
func TestStringsWithoutEscapesShareTheTextOfTheBody(t *testing.T) {
	body := []byte(`["LCP","https://shop.example/product/42?a=b","` + strings.Repeat("x", 5000) + `"]`)
	perRun := testing.AllocsPerRun(100, func() {
		r, _ := NewReader(body)
		for entered, _ := r.Open('['); entered && r.More(']'); {
			r.Str()
		}
		if r.End(); r.err != nil {
			t.Fatal(r.err)
		}
	})
	assert.LessOrEqual(t, perRun, 2.0, "the reader, the text")
}
