package aggregate

import "github.com/google/uuid"

// instanceSpace is the name space of ids that are made from a writer's name.
var instanceSpace = uuid.MustParse("6c2e9b1d-4f7a-4c58-9e3b-0a1d5f6e7c80")

// instanceID is the service.instance.id of a resource of one writer. Versions of a service have different ids, because some
// backends distinguish resources only by this id and the name of the service (Prometheus by its labels instance and job).
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/service/
func instanceID(writer, resource string) string {
	return uuid.NewSHA1(instanceSpace, []byte(writer+"\x00"+resource)).String()
}
