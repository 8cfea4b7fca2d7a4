package scrub

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

func TestRedactTakesSecretsOut(t *testing.T) {
	const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
	for in, want := range map[string]string{
		"user jane.doe+x@mail.example not found":     "user {email} not found",
		"<jane@mail.example>, (bob@a-b.co.uk).":      "<{email}>, ({email}).",
		"mail=jane.doe%40mail.example&x":             "mail={email}&x",
		"next=jane%2540mail.example":                 "next={email}",
		"jürgen@bücher.example":                      "{email}",
		"jane@163.com":                               "{email}",
		"jane@mail.example-7":                        "{email}-7",
		"a token " + jwt + " expired":                "a token {token} expired",
		"next%20" + jwt:                              "next {token}",
		"eyJhbGciOiJIUzI1NiJ9abc":                    "{token}",
		"Invalid API Key provided: sk_live_51HxYz":   "Invalid API Key provided: {token}",
		"key-sk_live_51HxYzABCDEF":                   "key-{token}",
		"bad ghp_16C7e42F292c6912E7710c838":          "bad {token}",
		"AKIAIOSFODNN7EXAMPLE":                       "{token}",
		"got 7vQ2xK9mB4nL8pR3tW6yZ1cF5hJ0dG2s":       "got {token}",
		"Authorization: Bearer abcdef012345":         "Authorization: Bearer {secret}",
		"sent Bearer abcdef012345.x, refused":        "sent Bearer {token}, refused",
		"sent Basic dXNlcjpwYXNz":                    "sent Basic {token}",
		"bearer%20abcdef012345":                      "bearer {token}",
		"paid with 4111 1111 1111 1111 today":        "paid with {card} today",
		"4111-1111-1111-1111":                        "{card}",
		"card 4111111111111111":                      "card {card}",
		"amex 3782 822463 10005":                     "amex {card}",
		"378282246310005, 5555555555554444":          "{card}, {card}",
		"12 4111 1111 1111 1111 34":                  "12 {card} 34",
		`{"password":"correct horse","user":"jane"}`: `{"password":"{secret}","user":"jane"}`,
		`"{\"password\":\"horse\",\"user\":1}"`:      `"{\"password\":\"{secret}\",\"user\":1}"`,
		"token=abc&x=1":                              "token={secret}&x=1",
		"access_token=abc;X-Api-Key=def":             "access_token={secret};X-Api-Key={secret}",
		"client%5Fsecret%3Dabc%26x%3D1":              "client_secret={secret}&x=1",
		"login failed, password: hunter2":            "login failed, password: {secret}",
		"otp:123456 is wrong":                        "otp:{secret} is wrong",
		"token: none, token:pwd:hunter2":             "token: none, token:{secret}",
		"pwd={pwd={token=abc}}":                      "pwd={pwd={token={secret}}}",
		"Bearer unknown+bearer a1b2c3d4":             "Bearer unknown+bearer {token}",
		"my-key-sk-abcdefgh-1234":                    "my-key-{token}",
	} {
		assert.Equal(t, want, new(Scrubber).Text(in), in)
		assert.Equal(t, want, new(Scrubber).Text(want), "a second time changes nothing")
	}
}

func TestRedactLeavesWhatDebuggingNeeds(t *testing.T) {
	for _, text := range []string{
		"", "a", "Cannot read properties of undefined (reading 'price')",
		"Unexpected token: punc (,)", "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON", "Unexpected token = in JSON",
		"JSON.parse: bad control character in string literal at line 1 column 2 of the JSON data",
		"Invalid password: must be longer", "token === undefined", "token=undefined", "tokens=12", "(token) => token.id",
		"Bearer authentication required", "Basic functionality broken", "commit web a1b2c3d4e5", "b a1b2c3d4e5",
		"/assets/main.4f2a9c1b8e7d6a5f4c3b2a1908f7e6d5.js", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "v6-1795425162354-8733926145902",
		"react__WEBPACK_IMPORTED_MODULE_0__.useState is not a function", "__reactInternalMemoizedUnmaskedChildContext1",
		"at ensureReactHydratesSuspendedComponents2 (webpack-internal)",
		"https://cdn.example/npm/react@18.2.0-beta.rc/umd/react.js", "/npm/@scope/package@1.2.3/index.js", "/img/logo@2x.png",
		"fn@https://shop.example/app.js:1:2", "global code@[native code]", "@media (min-width: 100px)", "100% of 40",
		"1795425163466", "1795425163466000", "order 4111111111111112", "2026-11-23 12:00:00", "+49 30 12", "1.411111111111111",
		"12345678901234567890123456789", "row 1 2 3 4 5 6 7 8 9 10 11 12 13",
		"div.card > button#pay:nth-child(2)", "input[type=password]", "sk-", "task_live_fooooooooo", "sk-without-any-digits", "token:pwd:none:of:it",
	} {
		got := new(Scrubber).Text(text)
		assert.Equal(t, text, got)
		assert.True(t, unsafe.StringData(got) == unsafe.StringData(text), "without a copy: %s", text)
	}
}

func TestACardThatIsSentAsANumberIsOne(t *testing.T) {
	assert.True(t, IsCardNumber(4111111111111111))
	for _, v := range []float64{0, -4111111111111111, 4111111111111112, 1795425163466, 4111111111111111.5, 1e300} {
		assert.False(t, IsCardNumber(v), v)
	}
}

func TestNamesOfSecrets(t *testing.T) {
	for _, name := range []string{"password", "newPassword", "X-Api-Key", "access_token", "csrfToken", "Authorization", "client_secret", "cvv"} {
		assert.True(t, isSecretName(name), name)
	}
	for _, name := range []string{"", "tokens", "passwords_count", "author", "key", "class", "secretary", "status"} {
		assert.False(t, isSecretName(name), name)
	}
}
