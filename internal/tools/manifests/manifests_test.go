// Package manifests checks what is in deploy/ with the tools and types that will read it. It is a module of
// its own, for these are large.
package manifests

import (
	"os"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

const deploy = "../../../deploy/"

// kinds are the Go types of Kubernetes and of the Prometheus Operator, decoded strictly: a field that they
// do not have, or a value of another type, is an error.
var kinds = map[string]func() any{
	"Namespace":               func() any { return &core.Namespace{} },
	"ConfigMap":               func() any { return &core.ConfigMap{} },
	"Secret":                  func() any { return &core.Secret{} },
	"Service":                 func() any { return &core.Service{} },
	"Deployment":              func() any { return &apps.Deployment{} },
	"HorizontalPodAutoscaler": func() any { return &autoscaling.HorizontalPodAutoscaler{} },
	"PodDisruptionBudget":     func() any { return &policy.PodDisruptionBudget{} },
	"NetworkPolicy":           func() any { return &networking.NetworkPolicy{} },
	"Ingress":                 func() any { return &networking.Ingress{} },
	"ServiceMonitor":          func() any { return &monitoring.ServiceMonitor{} },
}

func TestKubernetesManifests(t *testing.T) {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), deploy+"kubernetes")
	require.NoError(t, err)
	require.Len(t, built.Resources(), len(kinds))
	objects := map[string]any{}
	for _, resource := range built.Resources() {
		kind := resource.GetKind()
		require.Contains(t, kinds, kind)
		object := kinds[kind]()
		text, err := resource.AsYAML()
		require.NoError(t, err)
		require.NoError(t, yaml.UnmarshalStrict(text, object), kind)
		objects[kind] = object
	}

	deployment, service := objects["Deployment"].(*apps.Deployment), objects["Service"].(*core.Service)
	pod := deployment.Spec.Template.Spec
	assert.Equal(t, deployment.Spec.Selector.MatchLabels, service.Spec.Selector)
	ports := map[string]bool{}
	for _, port := range pod.Containers[0].Ports {
		ports[port.Name] = true
	}
	for _, port := range service.Spec.Ports {
		assert.True(t, ports[port.TargetPort.String()], "no port %s in the container", port.TargetPort.String())
	}
	assert.Equal(t, objects["ConfigMap"].(*core.ConfigMap).Name, pod.Volumes[0].ConfigMap.Name)
	assert.Equal(t, objects["Secret"].(*core.Secret).Name, pod.Containers[0].EnvFrom[0].SecretRef.Name)
	for _, rule := range objects["Ingress"].(*networking.Ingress).Spec.Rules {
		for _, path := range rule.HTTP.Paths {
			assert.Equal(t, service.Name, path.Backend.Service.Name)
		}
	}
	for _, endpoint := range objects["ServiceMonitor"].(*monitoring.ServiceMonitor).Spec.Endpoints {
		assert.True(t, ports[endpoint.Port], endpoint.Port)
	}
}

// collector has the fields of the operator's resource that are used; its own types are in no module that
// the proxy has. https://github.com/open-telemetry/opentelemetry-operator/blob/main/docs/api/opentelemetrycollectors.md
type collector struct {
	meta.TypeMeta   `json:",inline"`
	meta.ObjectMeta `json:"metadata"`
	Spec            struct {
		Mode       string `json:"mode"`
		Image      string `json:"image"`
		Replicas   *int32 `json:"replicas"`
		Autoscaler struct {
			MinReplicas          *int32 `json:"minReplicas"`
			MaxReplicas          *int32 `json:"maxReplicas"`
			TargetCPUUtilization *int32 `json:"targetCPUUtilization"`
		} `json:"autoscaler"`
		TerminationGracePeriodSeconds *int64                    `json:"terminationGracePeriodSeconds"`
		Ports                         []core.ServicePort        `json:"ports"`
		EnvFrom                       []core.EnvFromSource      `json:"envFrom"`
		Resources                     core.ResourceRequirements `json:"resources"`
		PodSecurityContext            *core.PodSecurityContext  `json:"podSecurityContext"`
		SecurityContext               *core.SecurityContext     `json:"securityContext"`
		Config                        map[string]any            `json:"config"`
	} `json:"spec"`
}

func TestOperatorResource(t *testing.T) {
	text, err := os.ReadFile(deploy + "operator/opentelemetrycollector.yaml")
	require.NoError(t, err)
	var c collector
	require.NoError(t, yaml.UnmarshalStrict(text, &c))
	assert.Equal(t, "opentelemetry.io/v1beta1", c.APIVersion)
}

func TestCompose(t *testing.T) {
	options, err := cli.NewProjectOptions([]string{deploy + "compose/compose.yaml"}, cli.WithResolvedPaths(true))
	require.NoError(t, err)
	project, err := options.LoadProject(t.Context())
	require.NoError(t, err)
	require.Len(t, project.Services, 3)
	for name, service := range project.Services {
		for _, volume := range service.Volumes {
			if volume.Type == "bind" {
				_, err := os.Stat(volume.Source)
				assert.NoError(t, err, name)
			}
		}
		for _, port := range service.Ports {
			assert.Equal(t, "127.0.0.1", port.HostIP, name)
		}
	}
}

func TestDockerfile(t *testing.T) {
	file, err := os.Open(deploy + "docker/Dockerfile")
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	parsed, err := parser.Parse(file)
	require.NoError(t, err)
	assert.Empty(t, parsed.Warnings)
	stages, _, err := instructions.Parse(parsed.AST, nil)
	require.NoError(t, err)
	require.Len(t, stages, 2)
	last := stages[1]
	assert.True(t, strings.HasSuffix(last.BaseName, ":nonroot"), last.BaseName)
	healthy, shipped := false, ""
	for _, command := range last.Commands {
		switch command := command.(type) {
		case *instructions.HealthCheckCommand:
			healthy = true
		case *instructions.CopyCommand:
			if command.DestPath == "/etc/otelcol-rum/config.yaml" {
				shipped = strings.TrimPrefix(command.SourcePaths[0], "/src/")
			}
		}
	}
	assert.True(t, healthy, "no health check")
	text, err := os.ReadFile(deploy + "../" + shipped)
	require.NoError(t, err)
	var config struct {
		Service struct{ Extensions []string }
	}
	require.NoError(t, yaml.Unmarshal(text, &config))
	assert.Contains(t, config.Service.Extensions, "health_check", "%s: without it the container is never healthy", shipped)
}
