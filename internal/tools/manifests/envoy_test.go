package manifests

import (
	"os"
	"regexp"
	"testing"

	bootstrap "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/buffer/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
	"sigs.k8s.io/yaml"
)

// Envoy reads its configuration as these types: unknown fields and names of types are errors, and each message has rules.
// What is behind an Any has rules of its own.
func TestEnvoyConfiguration(t *testing.T) {
	page, err := os.ReadFile("../../../docs/how-to/scale.md")
	require.NoError(t, err)
	snippet := regexp.MustCompile("(?s)```yaml\n(# Envoy.*?)```").FindSubmatch(page)
	require.NotNil(t, snippet)
	text, err := yaml.YAMLToJSONStrict(snippet[1])
	require.NoError(t, err)
	var config bootstrap.Bootstrap
	require.NoError(t, protojson.Unmarshal(text, &config))

	checked := 0
	check := func(message proto.Message) {
		rules, ok := message.(interface{ ValidateAll() error })
		require.True(t, ok)
		assert.NoError(t, rules.ValidateAll(), message.ProtoReflect().Descriptor().FullName())
		checked++
	}
	check(&config)
	require.NoError(t, protorange.Range(config.ProtoReflect(), func(p protopath.Values) error {
		if message, ok := p.Index(-1).Value.Interface().(protoreflect.Message); ok {
			if packed, ok := message.Interface().(*anypb.Any); ok {
				inside, err := packed.UnmarshalNew()
				require.NoError(t, err)
				check(inside)
			}
		}
		return nil
	}))
	assert.Equal(t, 6, checked)
}
