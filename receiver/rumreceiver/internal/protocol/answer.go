package protocol

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Answer is the answer to a client, and the body of every answer except in formats with their own. It never holds
// payload text.
type Answer struct {
	// Received is how many events were taken.
	Received int `json:"received"`
	// Duplicate is true when the batch had been delivered before; nothing was delivered again.
	Duplicate bool `json:"duplicate,omitzero"`
	// Rejected is how many events were not taken, Errors the first of them.
	Rejected int          `json:"rejected,omitzero"`
	Errors   []EventError `json:"errors,omitempty"`
	// Warnings are faults that were repaired.
	Warnings []string `json:"warnings,omitempty"`
	// Error and Reason say why nothing was taken, Limit which bound was crossed.
	Error  string        `json:"error,omitzero"`
	Reason beacon.Reason `json:"reason,omitzero"`
	Limit  int64         `json:"limit,omitzero"`
	// ID is that of the first beacon, in formats that answer with it.
	ID string `json:"-"`
	// RetryAfter is what the header of that name says.
	RetryAfter time.Duration `json:"-"`
}

// EventError is why one event was refused.
type EventError struct {
	Index  int           `json:"index"`
	Reason beacon.Reason `json:"reason"`
	Field  string        `json:"field,omitzero"`
	Error  string        `json:"error"`
}

// MaxEventErrors bounds the errors in an answer, so that the answer is never longer than the batch. Rejected has the
// whole number.
const MaxEventErrors = 10

// Warnings.
const (
	WarnInvalidUTF8 = "the body was not valid UTF-8; broken bytes were replaced"
	WarnTrimmed     = "values were cut or left out because of: "
)

// Describe adds the refused events and the repairs of the beacons.
func (a *Answer) Describe(beacons []beacon.Beacon) {
	var repaired bool
	var trimmed beacon.Bounds
	for i := range beacons {
		b := &beacons[i]
		a.Rejected += b.Rejected()
		for _, refusal := range b.Refused[:min(len(b.Refused), MaxEventErrors-len(a.Errors))] {
			a.Errors = append(a.Errors, EventError{
				Index: refusal.Index, Reason: refusal.Reason, Field: refusal.Field, Error: refusal.Reason.Explain(),
			})
		}
		repaired = repaired || b.Repaired
		trimmed |= b.Trims.Since(new(beacon.Trims))
	}
	if len(beacons) > 0 {
		a.ID = beacons[0].ID
	}
	if repaired {
		a.Warnings = append(a.Warnings, WarnInvalidUTF8)
	}
	if trimmed != 0 {
		a.Warnings = append(a.Warnings, WarnTrimmed+strings.Join(trimmed.Names(), ", "))
	}
}

// allTaken reports whether the answer has nothing but the number of taken events.
func (a *Answer) allTaken() bool {
	return !a.Duplicate && a.Rejected == 0 && len(a.Errors) == 0 && len(a.Warnings) == 0 && a.Error == "" && a.Reason == "" && a.Limit == 0
}

// Response is an encoded answer.
type Response struct {
	Status      int
	ContentType string
	// Header are others than Content-Type. Nil: none.
	Header http.Header
	Body   []byte
}

// Encode writes an answer in the form that the clients of a format expect. The status is 200 if events were accepted,
// otherwise that of the reason.
type Encode func(facts Facts, status int, answer Answer) Response

// ContentTypeJSON is that of JSON.
const ContentTypeJSON = "application/json"

// JSON is the answer of formats without their own.
func JSON(_ Facts, status int, answer Answer) Response {
	if answer.allTaken() { // as nearly all are: one number needs no encoder
		body := append(strconv.AppendInt([]byte(`{"received":`), int64(answer.Received), 10), '}')
		return Response{Status: status, ContentType: ContentTypeJSON, Body: body}
	}
	body, err := json.Marshal(answer)
	if err != nil { // a struct of texts and numbers
		return Response{Status: http.StatusInternalServerError, ContentType: ContentTypeJSON}
	}
	return Response{Status: status, ContentType: ContentTypeJSON, Body: body}
}
