// Command schema writes config.schema.yaml beside each of our components: a JSON Schema of its configuration, for editors
// and for checks before a start. Types and descriptions are those of the Go code, defaults those of the factories, so that
// the schema cannot say anything else than the component.
//
//	go run . <root of the repository>
package main

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/invopop/jsonschema"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"sigs.k8s.io/yaml"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver"
)

// Component is one of ours, and where it lives.
type Component struct {
	Folder  string
	Class   string
	Factory component.Factory
}

// Components that have a schema.
func Components() []Component {
	return []Component{
		{"receiver/rumreceiver", "receiver", rumreceiver.NewFactory()},
		{"processor/rumbudgetprocessor", "processor", rumbudgetprocessor.NewFactory()},
		{"exporter/rumviewexporter", "exporter", rumviewexporter.NewFactory()},
	}
}

const module = "github.com/otelcol-rum/otelcol-rum"

// foreign are the packages of the Collector whose options stand among ours, for what their fields say.
var foreign = []string{"confighttp", "configtls", "confignet", "configauth", "configmiddleware"}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: schema <root of the repository>")
	}
	reflector := jsonschema.Reflector{FieldNameTag: "mapstructure", DoNotReference: true, Anonymous: true, RequiredFromJSONSchemaTags: true}
	if err := addComments(&reflector, os.Args[1]); err != nil {
		log.Fatal(err)
	}
	reflector.Mapper = func(t reflect.Type) *jsonschema.Schema { return special(&reflector, t) }
	for _, c := range Components() {
		text, err := SchemaOf(c, &reflector)
		if err != nil {
			log.Fatalf("%s: %v", c.Folder, err)
		}
		if err := os.WriteFile(filepath.Join(os.Args[1], c.Folder, "config.schema.yaml"), text, 0o600); err != nil {
			log.Fatal(err)
		}
	}
}

// addComments reads the doc comments of our components, and of what is foreign in their configuration.
func addComments(to *jsonschema.Reflector, root string) error {
	for _, name := range foreign {
		path := "go.opentelemetry.io/collector/config/" + name
		folder, err := exec.Command("go", "list", "-f", "{{.Dir}}", path).Output() // #nosec G204 -- of the list above
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := addCommentsOf(to, strings.TrimSpace(string(folder)), path); err != nil {
			return err
		}
	}
	for _, c := range Components() {
		if err := addCommentsOf(to, filepath.Join(root, c.Folder), module+"/"+c.Folder); err != nil {
			return err
		}
	}
	return nil
}

// addCommentsOf reads those of the packages in a folder. The library makes their paths from the folder's, so it reads
// from within.
func addCommentsOf(to *jsonschema.Reflector, folder, path string) error {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := os.Chdir(folder); err != nil {
		return err
	}
	return errors.Join(to.AddGoComments(path, "./", jsonschema.WithFullComment()), os.Chdir(here))
}

// SchemaOf is the schema of the component's configuration as YAML.
func SchemaOf(c Component, reflector *jsonschema.Reflector) ([]byte, error) {
	config := c.Factory.CreateDefaultConfig()
	unfold(reflect.ValueOf(config).Elem())
	schema := reflector.ReflectFromType(reflect.TypeOf(config).Elem())
	flatten(schema)
	schema.Properties.Delete("dialer") // serverconfig.Validate refuses it: a server connects to nobody
	schema.Version, schema.ID, schema.Title = jsonschema.Version, jsonschema.ID("https://"+module+"/"+c.Folder), c.Class+"/"+c.Factory.Type().String()
	defaults := confmap.New()
	if err := defaults.Marshal(config); err != nil {
		return nil, err
	}
	setDefaults(schema, defaults.ToStringMap())
	text, err := json.Marshal(schema)
	if err != nil {
		return nil, err
	}
	text, err = yaml.JSONToYAML(text)
	if err != nil {
		return nil, err
	}
	return append([]byte("# Made by `make generate` from the Go code of the component.\n"), text...), nil
}

// duration is how Go writes one, or where it comes from.
const duration = `^(0|([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+|\$\{.+\})$`

var (
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	protocols       = reflect.TypeFor[rumreceiver.Protocols]()
)

// special is the schema of types that configuration writes otherwise than Go holds them; nil for the others.
func special(r *jsonschema.Reflector, t reflect.Type) *jsonschema.Schema {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return &jsonschema.Schema{Type: "string", Pattern: duration}
	case t == reflect.TypeFor[configopaque.String]():
		return &jsonschema.Schema{Type: "string", WriteOnly: true}
	case t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(textUnmarshaler):
		return &jsonschema.Schema{Type: "string"}
	case t == reflect.TypeFor[configopaque.MapList]():
		return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "string"}}
	case t == protocols:
		return protocolsSchema(r)
	case strings.HasPrefix(t.Name(), "Optional["):
		value, ok := t.FieldByName("value")
		if !ok {
			panic("configoptional.Optional has no value any more")
		}
		section := r.ReflectFromType(value.Type)
		if section.Properties != nil { // configoptional reads it, whatever the section is
			section.Properties.Set("enabled", &jsonschema.Schema{Type: "boolean", Description: "enabled turns the section off if it is false."})
		}
		return orNull(section)
	case t.Kind() == reflect.Pointer:
		return r.ReflectFromType(t.Elem())
	}
	return nil
}

// orNull also takes a section that is named and empty, which turns it on.
func orNull(schema *jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{schema, {Type: "null"}}, Description: schema.Description}
}

// protocolsSchema has a section for each protocol that the receiver knows.
func protocolsSchema(r *jsonschema.Reflector) *jsonschema.Schema {
	config := rumreceiver.NewFactory().CreateDefaultConfig().(*rumreceiver.Config)
	properties := jsonschema.NewProperties()
	for name := range config.Protocols {
		properties.Set(name, orNull(r.ReflectFromType(reflect.TypeFor[rumreceiver.ProtocolConfig]())))
	}
	return &jsonschema.Schema{Type: "object", Properties: properties, AdditionalProperties: jsonschema.FalseSchema}
}

// flatten puts the options of structs that are squashed where they stand in a configuration, and text on one line. Such
// structs have no name of their own there, so the library takes the field's, the only ones in upper case.
func flatten(schema *jsonschema.Schema) {
	schema.Description, schema.Version = strings.Join(strings.Fields(schema.Description), " "), ""
	for _, inner := range append(schema.AnyOf, schema.Items, schema.AdditionalProperties) {
		if inner != nil {
			flatten(inner)
		}
	}
	if schema.Properties == nil {
		return
	}
	flat := jsonschema.NewProperties()
	for pair := schema.Properties.Oldest(); pair != nil; pair = pair.Next() {
		flatten(pair.Value)
		if field, rest, _ := strings.Cut(pair.Value.Description, " "); strings.EqualFold(field, strings.ReplaceAll(pair.Key, "_", "")) {
			pair.Value.Description = pair.Key + " " + rest // as a configuration calls it
		}
		if unicode.IsUpper(rune(pair.Key[0])) {
			for inner := pair.Value.Properties.Oldest(); inner != nil; inner = inner.Next() {
				flat.Set(inner.Key, inner.Value)
			}
			continue
		}
		flat.Set(pair.Key, pair.Value)
	}
	schema.Properties = flat
}

// unfold turns optional sections on, because one that is off is marshalled without its defaults.
func unfold(config reflect.Value) {
	if config.Kind() != reflect.Struct {
		return
	}
	for i := range config.NumField() {
		if !config.Type().Field(i).IsExported() {
			continue
		}
		section := config.Field(i)
		if optional, ok := section.Addr().Interface().(interface{ HasValue() bool }); ok && !optional.HasValue() {
			section.Addr().MethodByName("GetOrInsertDefault").Call(nil)
		}
		unfold(section)
	}
}

// setDefaults writes the values into the schema where they are known and not empty.
func setDefaults(schema *jsonschema.Schema, values map[string]any) {
	for name, value := range values {
		property, ok := schema.Properties.Get(name)
		if !ok || property.WriteOnly { // a secret has no default, and its value is "[REDACTED]", an empty one too
			continue
		}
		if section, ok := value.(map[string]any); ok {
			for _, choice := range append(property.AnyOf, property) {
				if choice.Properties != nil {
					setDefaults(choice, section)
				}
			}
			continue
		}
		if d, ok := value.(time.Duration); ok {
			value = d.String()
		}
		if v := reflect.ValueOf(value); v.IsValid() && !v.IsZero() && (v.Kind() != reflect.Slice || v.Len() > 0) {
			property.Default = value
		}
	}
}
