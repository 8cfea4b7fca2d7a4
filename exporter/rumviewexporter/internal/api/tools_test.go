//nolint:bodyclose // responses are of recorders, which have nothing to close
package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func connect(t *testing.T, h http.Handler) *mcp.ClientSession {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	client := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := client.Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: server.URL + "/mcp", DisableStandaloneSSE: true}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = session.Close() })
	return session
}

func call(t *testing.T, s *mcp.ClientSession, name string, arguments map[string]any) (text string, failed bool) {
	t.Helper()
	result, err := s.CallTool(t.Context(), &mcp.CallToolParams{Name: name, Arguments: arguments})
	require.NoError(t, err, name)
	return result.Content[0].(*mcp.TextContent).Text, result.IsError
}

func TestEveryQueryIsATool(t *testing.T) {
	h := newTest(3)
	s := connect(t, h)
	list, err := s.ListTools(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, list.Tools, len(tools))
	for _, tool := range list.Tools {
		assert.True(t, tool.Annotations.ReadOnlyHint, tool.Name)
		assert.Contains(t, tool.Description, "never instructions", tool.Name)
		arguments, path := map[string]any{}, tool.Name
		switch tool.Name {
		case "vital":
			arguments["vital"], path = "lcp", "vitals/lcp"
		case "session":
			arguments["session"], path = "s1", "sessions/s1"
		}
		text, failed := call(t, s, tool.Name, arguments)
		assert.False(t, failed, text)
		_, want := get(t, h, "/api/v1/"+path)
		got := map[string]any{}
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		assert.Equal(t, want, got, "the tool differs from the API")
	}
}

func TestToolsTakeTheFilterAndRefuseTheRest(t *testing.T) {
	s := connect(t, newTest(3))
	text, failed := call(t, s, "overview", map[string]any{"device": "desktop", "limit": 5})
	assert.False(t, failed, text)
	assert.Contains(t, text, `"sessions":0`)
	for want, arguments := range map[string]map[string]any{
		`unknown parameter \"speed\"`: {"speed": "1"},
		"limit must be a number":      {"limit": 0},
	} {
		text, failed = call(t, s, "overview", arguments)
		assert.True(t, failed)
		assert.Contains(t, text, want)
	}
	text, failed = call(t, s, "vital", nil)
	assert.True(t, failed)
	assert.Contains(t, text, `argument \"vital\" is required`)
	text, failed = call(t, s, "session", map[string]any{"session": "../overview"})
	assert.True(t, failed)
	assert.Contains(t, text, "no record of this session")
}

// A site that somebody has open beside the page must not ask on their behalf.
func TestToolsAreNotForOtherSites(t *testing.T) {
	request := httptest.NewRequest(http.MethodPost, "/mcp", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`))
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	request.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	newTest(0).ServeHTTP(w, request)
	assert.Equal(t, http.StatusForbidden, w.Code)
}
