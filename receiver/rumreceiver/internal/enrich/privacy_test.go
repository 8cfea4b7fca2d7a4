package enrich_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/native"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// emitted is everything that is left of a body: the whole beacon, and the records as JSON.
func emitted(t *testing.T, settings enrich.Settings, sender enrich.Sender, body []byte) string {
	t.Helper()
	e, err := enrich.New(settings)
	require.NoError(t, err)
	defer e.Close()
	beacons, err := native.Protocol().New(nil)(protocol.Facts{}, body, beacon.DefaultLimits())
	require.NoError(t, err)
	b := beacons[0]
	require.NotEmpty(t, b.Events)
	require.Empty(t, b.Refused)
	beacon.Validate(&b)
	e.Enrich(&b, sender, noon)
	logs, err := new(plog.JSONMarshaler).MarshalLogs(translate.Logs(&b, translate.Settings{EventNameAttribute: true}, noon))
	require.NoError(t, err)
	whole, err := json.Marshal(b)
	require.NoError(t, err)
	return string(whole) + string(logs)
}

func bodies(t *testing.T, pattern string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("../../../../testdata/" + pattern)
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	read := map[string][]byte{}
	for _, path := range paths {
		read[path], err = os.ReadFile(path)
		require.NoError(t, err)
	}
	return read
}

func TestNoSecretOfTheRecordedVisitSurvives(t *testing.T) {
	secrets := []string{"jane.doe", "tok_9f8e7d", "utm_source", "spring"} // the visitor's address, a token, all of the query
	planted := 0
	for path, body := range bodies(t, "captures/naive/chromium/*.body") {
		got := emitted(t, enrich.Settings{}, enrich.Sender{}, body)
		for _, secret := range secrets {
			planted += strings.Count(string(body), secret)
			assert.NotContains(t, got, secret, path)
		}
	}
	assert.Greater(t, planted, 100, "there was something to find")
}

// plants are secrets as they stand in texts, and what of them must not be found.
var plants = map[string]string{
	"jane.roe@mail.example":                      "jane.roe",
	"jane.poe%40mail.example":                    "jane.poe",
	"api_key=sk_live_4eC39HqLyjWDarjtT1zdp7dc":   "4eC39HqLyjWDarjtT1zdp7dc",
	"sk_live_5fD40IrMzkXEbsjuU2aeq8ed":           "5fD40IrMzkXEbsjuU2aeq8ed",
	"Bearer mF_9.B5f-4.1JqM":                     "mF_9.B5f-4.1JqM",
	"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2ln": "eyJzdWIiOiI0MiJ9",
	"4111 1111 1111 1111":                        "4111 1111",
	"5555555555554444":                           "5555555555554444",
	`"password":"hunter2"`:                       "hunter2",
	"https://u:pa55@mail.example/?q=s3cret#fr4g": "pa55",
	"/reset?code=r3set":                          "r3set",
}

// kept are the members whose strings are not free: ids, and what says which event it is.
var kept = map[string]bool{
	"type": true, "id": true, "sessionId": true, "userId": true, "user": true, "session": true, "k": true, "src": true, "sdk": true, "trace": true,
}

// deciding are the names that say which kind of event it is.
var deciding = regexp.MustCompile("^(LCP|INP|CLS|FCP|TTFB|FID|long_task|page_view|budget_exceeded|nav_.*)$")

// plant appends the secret to every string of a JSON value, and to every name of a tag or attribute.
func plant(v any, name, secret string) any {
	switch v := v.(type) {
	case string:
		if kept[name] || v == "" || (name == "n" || name == "name") && deciding.MatchString(v) {
			return v
		}
		return v + " " + secret
	case []any:
		for i := range v {
			v[i] = plant(v[i], name, secret)
		}
	case map[string]any:
		for key, value := range v {
			v[key] = plant(value, key, secret)
		}
		if name == "tags" || name == "metadata" || name == "a" {
			v["free "+secret] = secret
		}
	}
	return v
}

func TestNoPlantedSecretSurvivesInAnyString(t *testing.T) {
	corpus := bodies(t, "captures/naive/chromium/*.body")
	for path, body := range bodies(t, "beacon/*/beacon.json") {
		corpus[path] = body
	}
	for path, body := range corpus {
		for secret, trace := range plants {
			t.Run(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path)+"/"+trace, func(t *testing.T) {
				var parsed any
				require.NoError(t, json.Unmarshal(body, &parsed))
				withSecret, err := json.Marshal(plant(parsed, "", secret))
				require.NoError(t, err)
				require.Contains(t, string(withSecret), trace)
				got := emitted(t, enrich.Settings{AllowedQuery: []string{"page"}}, enrich.Sender{UserAgent: "x/1 " + secret}, withSecret)
				if at := strings.Index(got, trace); at >= 0 {
					t.Errorf("survived in %s", got[max(0, at-150):min(len(got), at+50)])
				}
			})
		}
	}
}

func TestUserIDs(t *testing.T) {
	body := bodies(t, "captures/naive/chromium/006.body")["../../../../testdata/captures/naive/chromium/006.body"]
	const user = "u-1001"
	secret := strings.Repeat("k", 16)
	assert.Contains(t, emitted(t, enrich.Settings{}, enrich.Sender{}, body), user)
	assert.Contains(t, emitted(t, enrich.Settings{}, enrich.Sender{GPC: true}, body), user, "an option, off by default")
	assert.NotContains(t, emitted(t, enrich.Settings{UserID: enrich.UserIDDrop}, enrich.Sender{}, body), user)
	assert.NotContains(t, emitted(t, enrich.Settings{HonorGPC: true}, enrich.Sender{GPC: true}, body), user)
	assert.Contains(t, emitted(t, enrich.Settings{HonorGPC: true}, enrich.Sender{}, body), user)

	hashed := userOf(t, enrich.Settings{UserID: enrich.UserIDHash, UserIDSecret: secret}, user)
	assert.Regexp(t, "^[0-9a-f]{32}$", hashed)
	assert.Equal(t, hashed, userOf(t, enrich.Settings{UserID: enrich.UserIDHash, UserIDSecret: secret}, user), "the same for ever")
	assert.NotEqual(t, hashed, userOf(t, enrich.Settings{UserID: enrich.UserIDHash, UserIDSecret: secret + "2"}, user))
	assert.NotEqual(t, hashed, userOf(t, enrich.Settings{UserID: enrich.UserIDHash, UserIDSecret: secret}, user+"2"))
	assert.Empty(t, userOf(t, enrich.Settings{UserID: enrich.UserIDHash, UserIDSecret: secret}, ""), "nobody is nobody")
}

func userOf(t *testing.T, settings enrich.Settings, user string) string {
	t.Helper()
	e, err := enrich.New(settings)
	require.NoError(t, err)
	defer e.Close()
	b := &beacon.Beacon{Pages: []beacon.Page{{UserID: user}, {UserID: "another"}, {UserID: user}}}
	e.Enrich(b, enrich.Sender{}, noon)
	assert.Equal(t, b.Pages[0].UserID, b.Pages[2].UserID)
	assert.NotEqual(t, b.Pages[0].UserID, b.Pages[1].UserID)
	return b.Pages[0].UserID
}

func TestCleanedNamesStayUnique(t *testing.T) {
	e, err := enrich.New(enrich.Settings{})
	require.NoError(t, err)
	tags := []beacon.Tag{{Key: "a@mail.example", Value: "1"}, {Key: "b@mail.example", Value: "2"}, {Key: "api_key", Value: "x"}, {Key: "plan", Value: "gold"}}
	b := &beacon.Beacon{
		Pages: []beacon.Page{{Tags: tags}, {Tags: tags}},
		Events: []beacon.Event{{Payload: &beacon.Measurement{}, Attributes: []beacon.Attribute{
			{Key: "a@mail.example", String: "1"}, {Key: "b@mail.example", String: "2"},
			{Key: "pwd", Type: beacon.NumberValue, Number: 1234}, {Key: "card", Type: beacon.NumberValue, Number: 4111111111111111},
			{Key: "member", Type: beacon.BoolValue, Number: 1},
		}}},
	}
	e.Enrich(b, enrich.Sender{}, noon)
	want := []beacon.Tag{{Key: "{email}", Value: "1"}, {Key: "api_key", Value: "{secret}"}, {Key: "plan", Value: "gold"}}
	assert.Equal(t, want, b.Pages[0].Tags)
	assert.Equal(t, want, b.Pages[1].Tags)
	assert.Equal(t, "a@mail.example", tags[0].Key, "the tags of the decoder are not changed in place")
	assert.Equal(t, []beacon.Attribute{
		{Key: "{email}", String: "1"}, {Key: "pwd", String: "{secret}"}, {Key: "card", String: "{card}"},
		{Key: "member", Type: beacon.BoolValue, Number: 1},
	}, b.Events[0].Attributes)
}

func TestSettingsAreChecked(t *testing.T) {
	for want, settings := range map[string]enrich.Settings{
		"'privacy::client_address' must be":                     {Address: "some"},
		"'privacy::user_id' must be":                            {UserID: "some"},
		"at least 16 bytes":                                     {UserID: enrich.UserIDHash, UserIDSecret: "short"},
		"must not be negative":                                  {MaxRoutes: -1},
		`must hold whole names of query parameters (got "a=b")`: {AllowedQuery: []string{"a=b"}},
		`'routes::templates' "x" must begin`:                    {Routes: []string{"x"}},
	} {
		_, err := enrich.New(settings)
		assert.ErrorContains(t, err, want, fmt.Sprint(settings))
		assert.ErrorContains(t, settings.Validate(), want)
	}
}
