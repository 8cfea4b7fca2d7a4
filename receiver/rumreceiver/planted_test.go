package rumreceiver

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everywhere is a batch with the texts in every string that a page may fill.
const everywhere = `{"v":1,"id":ID,"t0":1795434900000,"now":1795434900000,"session":{"id":"s1"},"app":{"name":"shop"},"tags":{"plan":TEXT},
	"pages":[{"id":"p1","url":URL,"ref":URL,"title":TEXT,"route":URL}],
	"events":[{"k":"view","t":1,"p":0},{"k":"error","t":1,"p":0,"n":TEXT,"m":TEXT,"s":TEXT,"file":URL,"a":{"note":TEXT}},
		{"k":"res","t":1,"p":0,"u":URL,"d":200},{"k":"click","t":1,"p":0,"el":TEXT,"tag":TEXT},{"k":"metric","t":1,"p":0,"n":TEXT,"v":1,"a":{TEXT:TEXT}}]}`

// TestNothingPlantedIsEmitted sends the corpus of the scrub package through the whole receiver, metrics with
// it as tag, template and name included.
func TestNothingPlantedIsEmitted(t *testing.T) {
	file, err := os.ReadFile("internal/scrub/testdata/planted.tsv")
	require.NoError(t, err)
	b := newBench(t, withConfig(func(cfg *Config) {
		cfg.Metrics.Tags = []string{"plan"}
		cfg.Routes.Hash = true
	}))
	plain := strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")
	var gone []string
	for line := range strings.Lines(string(file)) {
		column := strings.Split(plain.Replace(strings.TrimSuffix(line, "\n")), "\t")
		text, url := column[2], column[2]
		if column[1] == "text" {
			url = "https://shop.example/a"
		}
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		quotedURL, err := json.Marshal(url)
		require.NoError(t, err)
		id, err := json.Marshal(line)
		require.NoError(t, err)
		body := strings.NewReplacer("TEXT", string(quoted), "URL", string(quotedURL), "ID", string(id)).Replace(everywhere)
		response := httptest.NewRecorder()
		b.handler.ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/rum", strings.NewReader(body)))
		require.Equal(t, http.StatusOK, response.Code, response.Body.String())
		gone = append(gone, strings.Split(column[3], "|")...)
	}
	b.end()
	emitted := b.emitted()
	require.Greater(t, len(b.records()), len(gone))
	for _, secret := range gone {
		quoted, err := json.Marshal(secret)
		require.NoError(t, err)
		if at := strings.Index(emitted, strings.Trim(string(quoted), `"`)); at >= 0 {
			assert.Fail(t, "emitted", "%s in …%s…", secret, emitted[max(0, at-120):min(len(emitted), at+60)])
		}
	}
}
