package aggregate

import "github.com/google/uuid"

// instanceSpace is the name space of the ids that are made of a writer's name.
var instanceSpace = uuid.MustParse("6c2e9b1d-4f7a-4c58-9e3b-0a1d5f6e7c80")

// instanceID is the service.instance.id of a resource that one writer writes. Two versions of a service have
// different ones, because some backends distinguish the series of resources only by it and the service's name alone
// (Prometheus by its labels instance and job).
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/service/
func instanceID(writer, resource string) string {
	return uuid.NewSHA1(instanceSpace, []byte(writer+"\x00"+resource)).String()
}
