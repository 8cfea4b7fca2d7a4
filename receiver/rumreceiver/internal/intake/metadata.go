package intake

import (
	"context"

	"go.opentelemetry.io/collector/client"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// Keys of the client metadata that go with the records, for queues and routes that are keyed by them.
const (
	metadataApplication = "rum.application"
	metadataSession     = "rum.session.id"
)

// withMetadata adds keys of the records to the client metadata. It leaves out the address of the client, because a queue on disk
// would store it, and a processor could write it into the records.
func withMetadata(ctx context.Context, b *beacon.Beacon) context.Context {
	from := client.FromContext(ctx)
	metadata := make(map[string][]string, 2)
	for key := range from.Metadata.Keys() { // headers, if include_metadata asks for them
		if key != metadataApplication && key != metadataSession {
			metadata[key] = from.Metadata.Get(key)
		}
	}
	application := b.App.Name
	if application == "" {
		application = translate.UnknownService
	}
	values := []string{application, sessionOf(b)}
	metadata[metadataApplication] = values[:1:1]
	if values[1] != "" {
		metadata[metadataSession] = values[1:]
	}
	return client.NewContext(ctx, client.Info{Auth: from.Auth, Metadata: client.NewMetadata(metadata)})
}

// sessionOf is the one session of the events, or empty when there is none or more than one.
func sessionOf(b *beacon.Beacon) (session string) {
	for i := range b.Events {
		switch id := b.Pages[b.Events[i].Page].SessionID; {
		case id == "" || id == session:
		case session != "":
			return ""
		default:
			session = id
		}
	}
	return session
}
