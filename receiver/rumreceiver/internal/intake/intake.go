// Package intake processes decoded bodies: stages that change a beacon, then sinks that keep it.
//
// Sinks are independent. What a sink has taken it is not given again, however often the client repeats the batch
// because another sink refused; and a sink that fails stops no other.
package intake

import (
	"context"
	"hash/maphash"
	"math/rand/v2"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/admit"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/telemetry"
)

// Sink keeps beacons, or says why not.
type Sink interface {
	// Name is a label, and part of a closed set.
	Name() string
	// Take must not change the beacon, nor keep it. An error means that nothing of it was kept. Safe for concurrent
	// use.
	Take(ctx context.Context, arrival Arrival) error
}

// Arrival is a beacon at the end of the stages.
type Arrival struct {
	Beacon *beacon.Beacon
	// Protocol by which it came.
	Protocol string
	// At is the server's time.
	At time.Time
	// Identity of the beacon, the same in every process that is sent it; empty unless the settings ask for it.
	Identity string
	// Name of the beacon for components of this process, the same whenever it is sent; 0 if it has none.
	Name uint64
}

// Batch is one body that is being processed.
type Batch struct {
	// Beacons of the body, as decoded; one for each application.
	Beacons []beacon.Beacon
	// Body is the decoded body. Only Prepare reads it.
	Body []byte
	// Wire is the size of the body before decompression, in bytes.
	Wire int
	// Records is about how many bytes of memory the records of the events take, and Refused those of events that were
	// refused because of it; set by Prepare.
	Records, Refused int64
	// Looked is how many bytes of texts were scanned again, because something was removed or they were encoded; set by Deliver.
	Looked int64
	// Protocol by which it came.
	Protocol string
	// Application whose key it came with.
	Application *admit.Application
	// Sender is the browser, as far as its headers identify it.
	Sender enrich.Sender
	// Timeout of the delivery: after it, no answer can reach the client.
	Timeout time.Duration

	identity uint64   // of the body
	digest   [16]byte // of the body, the same in every process
}

// Settings of an Intake.
type Settings struct {
	Enricher *enrich.Enricher
	Loads    *beacon.Loads
	Memory   *Memory
	// MaxWeight and MaxWeights bound the weight of an event and of all events of a body: see beacon.Limits.
	MaxWeight, MaxWeights float64
	// MaxRecords bounds the records of a body, in bytes.
	MaxRecords int
	// FreeRecords and RecordsPerWireByte also bound them by the size of the body: the records may have FreeRecords bytes, plus
	// RecordsPerWireByte for each byte of Wire. RecordsPerWireByte 0: only MaxRecords applies.
	FreeRecords, RecordsPerWireByte int
	// Sinks in the order in which they are asked. At most 8.
	Sinks []Sink
	// Identify gives each arrival its Identity.
	Identify bool
	Now      func() time.Time
}

// Intake is safe for concurrent use.
type Intake struct {
	settings  Settings
	telemetry *telemetry.Telemetry
	seed      maphash.Seed
	all       sinks // the set of all
	reported  *reported
}

// New makes an intake. It does not own what the settings hold.
func New(settings Settings, telemetry *telemetry.Telemetry) *Intake {
	return &Intake{settings: settings, telemetry: telemetry, seed: maphash.MakeSeed(), all: firstSinks(len(settings.Sinks)), reported: newReported()}
}

// Prepare does everything that needs no sink and no stage: it validates the events, sets the application of the key, and applies
// the bounds. Events that are not accepted are in the beacons' Refused afterwards.
func (in *Intake) Prepare(ctx context.Context, batch *Batch) (err error) {
	defer in.telemetry.Contain(ctx, telemetry.PartStages, &err)
	in.adviseOnTiers(batch)
	bound, fit, anonymous := in.settings.bound(batch.Wire), true, false
	var size beacon.Size
	for i := range batch.Beacons {
		b := &batch.Beacons[i]
		beacon.Validate(b)
		stamp(b, batch.Application)
		if !fit { // nothing after the first event that does not fit
			bound = 0
		}
		fit = beacon.LimitSize(b, &size, bound)
		anonymous = anonymous || b.ID == "" && !b.Ambiguous
	}
	beacon.LimitWeights(batch.Beacons, in.settings.MaxWeight, in.settings.MaxWeights)
	if anonymous {
		batch.identity = maphash.Bytes(in.seed, batch.Body)
		batch.digest = digest(batch.Body, in.settings.Identify)
	}
	batch.Refused = int64(size.Refused)
	batch.Records = int64(max(size.Memory+beacon.Detach(batch.Beacons, len(batch.Body)), size.Encoded))
	batch.Body = nil
	return nil
}

// bound of the records of a body that came as that many bytes.
func (s *Settings) bound(wire int) int {
	if s.RecordsPerWireByte == 0 || wire > s.MaxRecords/s.RecordsPerWireByte {
		return s.MaxRecords
	}
	return min(s.MaxRecords, s.FreeRecords+s.RecordsPerWireByte*wire)
}

// stamp replaces the page's application with that of the key, so that no client poses as another application.
func stamp(b *beacon.Beacon, application *admit.Application) {
	if application.Name != "" {
		b.App.Name, b.App.Namespace = application.Name, ""
	}
	if application.Environment != "" {
		b.App.Environment = application.Environment
	}
}

// identity distinguishes a retry from another batch. It includes the application of the key: two applications that send the same
// bytes send two batches.
type identity struct {
	application *admit.Application
	name, id    string
	body        uint64
	index       int
}

func (in *Intake) identify(batch *Batch, index int) uint64 {
	b := &batch.Beacons[index]
	if b.Ambiguous {
		return rand.Uint64()
	}
	id := identity{application: batch.Application, name: b.App.Name, id: b.ID, index: index}
	if b.ID == "" {
		id.body = batch.identity
	}
	return maphash.Comparable(in.seed, id)
}

// Result is the result of a batch, as reported to the client.
type Result struct {
	// Taken is how many events every sink has, now or from before.
	Taken int
	// Duplicate is true when every sink had every event before.
	Duplicate bool
	// New is true when a sink took events now, whether or not another one refused them.
	New bool
}

// Deliver brings a prepared batch through the stages to the sinks and waits for all of them. The error is a *Refusal
// of the sink whose refusal matters most to the client; Result then has the events that were accepted anyway.
//
// The end of ctx ends the wait for another request with the same batch, not the delivery: a page that unloads closes
// its connection as soon as the body is sent.
func (in *Intake) Deliver(ctx context.Context, batch *Batch) (result Result, err error) {
	var worst *Refusal
	result.Duplicate = true
	for i := range batch.Beacons {
		events := batch.Beacons[i].Accepted()
		if events == 0 {
			continue
		}
		outcome, refusal := in.deliver(ctx, batch, i)
		result.New = result.New || outcome.isNew
		switch {
		case refusal != nil:
			in.telemetry.Refused(ctx, batch.Beacons[i].Accepted(), refusal.Reason) // without events that were reported before
			worst = worse(worst, refusal)
		case outcome.duplicate:
			in.telemetry.Duplicate(ctx, outcome.events)
			result.Taken += outcome.events
			continue
		default:
			in.telemetry.Delivered(ctx, &batch.Beacons[i])
			result.Taken += events
		}
		result.Duplicate = false
	}
	if worst != nil {
		return result, worst
	}
	return result, nil
}

// outcome of one beacon. All but isNew is about one that every sink has.
type outcome struct {
	duplicate bool
	isNew     bool // some sink took it now
	events    int  // as the first delivery had them
}

func (in *Intake) deliver(ctx context.Context, batch *Batch, index int) (outcome, *Refusal) {
	b := &batch.Beacons[index]
	events := b.Accepted()
	id := in.identify(batch, index)
	from := recent.ShareOf(in.settings.Enricher.Network(batch.Sender.Address))
	delivery, err := in.begin(ctx, batch, id, from)
	if err != nil {
		refusal := refusalOf(err)
		in.count(ctx, in.all, string(refusal.Reason), events)
		return outcome{}, refusal
	}
	if delivery.Complete() {
		in.count(ctx, in.all, telemetry.Duplicate, events)
		return outcome{duplicate: true, events: delivery.Events()}, nil
	}
	defer func() { delivery.End(events, in.settings.Now()) }()
	in.reported.locate(b, from)
	dropped, firsts := in.reported.drop(b, id, from)
	if dropped > 0 {
		in.telemetry.Duplicate(ctx, dropped)
		in.count(ctx, in.all, telemetry.Duplicate, dropped)
	}
	if len(b.Events) == 0 {
		delivery.taken = in.all
		return outcome{events: events}, nil
	}
	before := delivery.Taken()
	refusal := in.bring(ctx, batch, index, &delivery)
	if refusal != nil && delivery.Taken() == 0 {
		in.reported.forget(firsts, id)
	}
	return outcome{events: events, isNew: delivery.Taken() != before}, refusal
}

// bring the beacon through the stages to the sinks.
func (in *Intake) bring(ctx context.Context, batch *Batch, index int, delivery *Delivery) *Refusal {
	b := &batch.Beacons[index]
	events, now := b.Accepted(), in.settings.Now()
	if err := in.stages(ctx, batch, b, now); err != nil {
		refusal := refusalOf(err)
		in.count(ctx, in.all&^delivery.Taken(), string(refusal.Reason), events)
		in.count(ctx, delivery.Taken(), telemetry.Duplicate, events)
		return refusal
	}
	delivering, cancel := context.WithTimeout(context.WithoutCancel(ctx), batch.Timeout)
	defer cancel()
	arrival := Arrival{Beacon: b, Protocol: batch.Protocol, At: now, Name: batch.nameOf(index)}
	if in.settings.Identify {
		arrival.Identity = batch.identityOf(index)
	}
	return in.offer(delivering, delivery, arrival)
}

// begin waits for another request that delivers the same beacon. It fails when the client has gone meanwhile, or no
// time is left to deliver.
func (in *Intake) begin(ctx context.Context, batch *Batch, id uint64, from recent.Share) (Delivery, error) {
	if batch.Timeout <= 0 {
		return Delivery{}, context.DeadlineExceeded
	}
	return in.settings.Memory.Begin(ctx, id, from, in.settings.Now())
}

// stages change the beacon: they add data of the server and remove what must not leave.
func (in *Intake) stages(ctx context.Context, batch *Batch, b *beacon.Beacon, now time.Time) (err error) {
	defer in.telemetry.Contain(ctx, telemetry.PartStages, &err)
	before := b.Trims
	in.settings.Loads.Compare(b)
	enriched := in.settings.Enricher.Enrich(b, batch.Sender, now)
	if enriched.SkewKnown {
		in.telemetry.Skew(ctx, enriched.Skew)
	}
	batch.Looked += enriched.Looked
	in.telemetry.TrimmedSince(ctx, &b.Trims, &before)
	return nil
}

// offer gives the beacon to each sink that has not taken it.
func (in *Intake) offer(ctx context.Context, delivery *Delivery, arrival Arrival) (worst *Refusal) {
	events := arrival.Beacon.Accepted()
	for i, sink := range in.settings.Sinks {
		if delivery.Taken().has(i) {
			in.telemetry.Sink(ctx, sink.Name(), telemetry.Duplicate, events)
			continue
		}
		if err := in.take(ctx, sink, arrival); err != nil {
			refusal := refusalOf(err)
			in.telemetry.Sink(ctx, sink.Name(), string(refusal.Reason), events)
			worst = worse(worst, refusal)
			continue
		}
		delivery.Took(i)
		in.telemetry.Sink(ctx, sink.Name(), telemetry.Accepted, events)
	}
	return worst
}

func (in *Intake) take(ctx context.Context, sink Sink, arrival Arrival) (err error) {
	defer in.telemetry.Contain(ctx, telemetry.PartSink, &err)
	return sink.Take(ctx, arrival)
}

// count counts an outcome of events at some sinks.
func (in *Intake) count(ctx context.Context, of sinks, outcome string, events int) {
	for i, sink := range in.settings.Sinks {
		if of.has(i) {
			in.telemetry.Sink(ctx, sink.Name(), outcome, events)
		}
	}
}
