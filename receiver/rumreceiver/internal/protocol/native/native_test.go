package native

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

const captures = "../../../../../testdata/captures/naive/chromium"

func decoded(t *testing.T, body string) beacon.Beacon {
	t.Helper()
	beacons, err := decode([]byte(body), beacon.DefaultLimits())
	require.NoError(t, err)
	require.Len(t, beacons, 1)
	return beacons[0]
}

func TestDecodeRejectsBodiesThatCannotBeRead(t *testing.T) {
	for name, tc := range map[string]struct {
		body   string
		reason beacon.Reason
	}{
		"Empty":               {"", beacon.ReasonEmptyBody},
		"Blank":               {" \n\t", beacon.ReasonEmptyBody},
		"Text":                {"hello", beacon.ReasonBadJSON},
		"UnclosedArray":       {`[{"type":"metric"}`, beacon.ReasonBadJSON},
		"UnclosedString":      {`[{"type":"met`, beacon.ReasonBadJSON},
		"TrailingValue":       {`[] []`, beacon.ReasonBadJSON},
		"TrailingGarbage":     {`[]x`, beacon.ReasonBadJSON},
		"TrailingComma":       {`[{},]`, beacon.ReasonBadJSON},
		"ControlCharacter":    {"[{\"type\":\"a\x01\"}]", beacon.ReasonBadJSON},
		"DeepNesting":         {strings.Repeat("[", 100_000), beacon.ReasonTooDeep},
		"Number":              {"42", beacon.ReasonFormat},
		"String":              {`"x"`, beacon.ReasonFormat},
		"Null":                {"null", beacon.ReasonFormat},
		"ObjectWithoutV":      {`{"events":[]}`, beacon.ReasonFormat},
		"UnknownVersion":      {`{"v":2,"events":[]}`, beacon.ReasonVersion},
		"MissingID":           {`{"v":1,"t0":1,"now":1,"session":{"id":"s"},"pages":[],"events":[]}`, beacon.ReasonBadBatch},
		"MissingT0":           {`{"v":1,"id":"a","now":1,"events":[]}`, beacon.ReasonBadBatch},
		"MissingNow":          {`{"v":1,"id":"a","t0":1,"events":[]}`, beacon.ReasonBadBatch},
		"NegativeT0":          {`{"v":1,"id":"a","t0":-5,"now":1,"events":[]}`, beacon.ReasonBadBatch},
		"EndlessNow":          {`{"v":1,"id":"a","t0":5,"now":1e300,"events":[]}`, beacon.ReasonBadBatch},
		"RateZero":            {`{"v":1,"id":"a","t0":5,"now":1,"session":{"id":"s","rate":0},"events":[]}`, beacon.ReasonBadBatch},
		"RateAboveOne":        {`{"v":1,"id":"a","t0":5,"now":1,"session":{"id":"s","rate":1.5},"events":[]}`, beacon.ReasonBadBatch},
		"SessionOfWrongType":  {`{"v":1,"id":"a","t0":5,"now":1,"session":"s","events":[]}`, beacon.ReasonBadBatch},
		"EventsWithoutPages":  {`{"v":1,"id":"a","t0":5,"now":1,"session":{"id":"s"},"events":[{"k":"session","t":1}]}`, beacon.ReasonBadBatch},
		"EventsAreNoArray":    {`{"v":1,"id":"a","t0":5,"now":1,"session":{"id":"s"},"events":{}}`, beacon.ReasonBadBatch},
		"VersionOfWrongType":  {`{"v":"1","id":"a","t0":5,"now":1}`, beacon.ReasonVersion},
		"InfiniteVersion":     {`{"v":1e999,"id":"a","t0":5,"now":1}`, beacon.ReasonVersion},
		"MemberWithoutValue":  {`{"v":}`, beacon.ReasonBadJSON},
		"UnquotedMemberNames": {`{v:1}`, beacon.ReasonBadJSON},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decode([]byte(tc.body), beacon.DefaultLimits())
			var rejection *beacon.Rejection
			require.ErrorAs(t, err, &rejection)
			assert.Equal(t, tc.reason, rejection.Reason, rejection.Detail)
		})
	}
}

// good is an event that must survive whatever stands beside it.
const good = `{"type":"metric","name":"LCP","value":1200,"timestamp":1764000000000,"url":"https://shop.example/","sessionId":"s"}`

func TestDecodeRefusesOneEventAndKeepsTheOthers(t *testing.T) {
	event := func(members string) string { return `{"timestamp":1764000000000,` + members + `}` }
	for name, tc := range map[string]struct {
		event  string
		reason beacon.Reason
		field  string
	}{
		"NotAnObject":        {`7`, beacon.ReasonBadEvent, ""},
		"Null":               {`null`, beacon.ReasonBadEvent, ""},
		"NoType":             {event(`"name":"LCP","value":1`), beacon.ReasonUnknownType, "type"},
		"UnknownType":        {event(`"type":"purchase","name":"x","value":1`), beacon.ReasonUnknownType, "type"},
		"TypeIsNumber":       {event(`"type":1,"name":"x","value":1`), beacon.ReasonBadEvent, "type"},
		"NoName":             {event(`"type":"metric","value":1`), beacon.ReasonMissingName, "name"},
		"EmptyName":          {event(`"type":"interaction","name":"","value":1`), beacon.ReasonMissingName, "name"},
		"NoValue":            {event(`"type":"metric","name":"LCP"`), beacon.ReasonBadValue, "value"},
		"ValueIsNull":        {event(`"type":"metric","name":"LCP","value":null`), beacon.ReasonBadValue, "value"},
		"ValueIsText":        {event(`"type":"metric","name":"LCP","value":"12"`), beacon.ReasonBadValue, "value"},
		"ValueIsNaNText":     {event(`"type":"metric","name":"LCP","value":"NaN"`), beacon.ReasonBadValue, "value"},
		"ValueOverflows":     {event(`"type":"metric","name":"LCP","value":1e400`), beacon.ReasonBadValue, "value"},
		"NoTimestamp":        {`{"type":"metric","name":"LCP","value":1}`, beacon.ReasonBadTimestamp, "timestamp"},
		"TimestampIsText":    {`{"type":"metric","name":"LCP","value":1,"timestamp":"now"}`, beacon.ReasonBadTimestamp, "timestamp"},
		"TimestampInSeconds": {`{"type":"metric","name":"LCP","value":1,"timestamp":1795425651}`, beacon.ReasonBadTimestamp, "timestamp"},
		"TimestampInMicros":  {`{"type":"metric","name":"LCP","value":1,"timestamp":1795425651778000}`, beacon.ReasonBadTimestamp, "timestamp"},
		"TimestampZero":      {`{"type":"metric","name":"LCP","value":1,"timestamp":0}`, beacon.ReasonBadTimestamp, "timestamp"},
		"TimestampNegative":  {`{"type":"metric","name":"LCP","value":1,"timestamp":-1}`, beacon.ReasonBadTimestamp, "timestamp"},
		"TimestampEndless":   {`{"type":"metric","name":"LCP","value":1,"timestamp":1e18}`, beacon.ReasonBadTimestamp, "timestamp"},
		"SessionIsAnObject":  {event(`"type":"metric","name":"LCP","value":1,"sessionId":{}`), beacon.ReasonBadEvent, "sessionId"},
		"TagsAreText":        {event(`"type":"metric","name":"LCP","value":1,"tags":"app"`), beacon.ReasonBadEvent, "tags"},
		"MetadataIsArray":    {event(`"type":"metric","name":"LCP","value":1,"metadata":[1]`), beacon.ReasonBadEvent, "metadata"},
		"BudgetWithoutLimit": {event(`"type":"metric","name":"budget_exceeded","value":1,"metadata":{"metric":"LCP","value":3000}`), beacon.ReasonBadValue, "metadata.value"},
	} {
		t.Run(name, func(t *testing.T) {
			b := decoded(t, "["+good+","+tc.event+","+good+"]")
			assert.Equal(t, []beacon.Refusal{{Index: 1, Reason: tc.reason, Field: tc.field}}, b.Refused)
			assert.Len(t, b.Events, 2)
			assert.Equal(t, 3, b.Received())
		})
	}
}

func TestDecodeBatchRefusesOneEventAndKeepsTheOthers(t *testing.T) {
	const goodEvent = `{"k":"vital","t":5,"n":"LCP","v":1200}`
	for name, tc := range map[string]struct {
		event  string
		reason beacon.Reason
		field  string
	}{
		"NotAnObject":      {`[]`, beacon.ReasonBadEvent, ""},
		"NoKind":           {`{"t":1}`, beacon.ReasonUnknownType, "k"},
		"UnknownKind":      {`{"k":"x","t":1}`, beacon.ReasonUnknownType, "k"},
		"NoTime":           {`{"k":"view"}`, beacon.ReasonBadTimestamp, "t"},
		"TimeIsText":       {`{"k":"view","t":"1"}`, beacon.ReasonBadTimestamp, "t"},
		"TimeBeforeEpoch":  {`{"k":"view","t":-1e15}`, beacon.ReasonBadTimestamp, "t"},
		"PageOutOfRange":   {`{"k":"view","t":1,"p":1}`, beacon.ReasonBadEvent, "p"},
		"PageNegative":     {`{"k":"view","t":1,"p":-1}`, beacon.ReasonBadEvent, "p"},
		"PageFractional":   {`{"k":"view","t":1,"p":0.5}`, beacon.ReasonBadEvent, "p"},
		"UnknownVital":     {`{"k":"vital","t":1,"n":"XYZ","v":1}`, beacon.ReasonUnknownType, "n"},
		"VitalWithoutName": {`{"k":"vital","t":1,"v":1}`, beacon.ReasonMissingName, "n"},
		"VitalIsText":      {`{"k":"vital","t":1,"n":"LCP","v":"1"}`, beacon.ReasonBadValue, "v"},
		"ErrorWithoutType": {`{"k":"error","t":1,"m":"x"}`, beacon.ReasonMissingName, "n"},
		"ErrorSource":      {`{"k":"error","t":1,"n":"E","m":"x","src":"moon"}`, beacon.ReasonBadEvent, "src"},
		"NoTimes":          {`{"k":"nav","t":1}`, beacon.ReasonBadEvent, "pt"},
		"TimesAreNone":     {`{"k":"nav","t":1,"pt":null}`, beacon.ReasonBadEvent, "pt"},
		"LoadTimeIsText":   {`{"k":"nav","t":1,"pt":[1,"2"]}`, beacon.ReasonBadValue, "pt"},
		"ResourceNoURL":    {`{"k":"resource","t":1,"v":1}`, beacon.ReasonMissingName, "u"},
		"MeasureNoName":    {`{"k":"measure","t":1,"v":1}`, beacon.ReasonMissingName, "n"},
		"MeasureNoValue":   {`{"k":"measure","t":1,"n":"x"}`, beacon.ReasonBadValue, "v"},
		"BudgetUnnamed":    {`{"k":"measure","t":1,"n":"budget_exceeded","v":1,"a":{"value":3,"budget":2}}`, beacon.ReasonMissingName, "a"},
		"BudgetNoLimit":    {`{"k":"budget","t":1,"n":"LCP","v":1}`, beacon.ReasonBadValue, "b"},
		"AttributesText":   {`{"k":"view","t":1,"a":"x"}`, beacon.ReasonBadEvent, "a"},
		"SameIsText":       {`{"k":"view","t":1,"same":"x"}`, beacon.ReasonBadEvent, "same"},
	} {
		t.Run(name, func(t *testing.T) {
			b := decoded(t, `{"v":1,"id":"a","t0":1764000000000,"now":9,"session":{"id":"s"},"pages":[{"id":"p","url":"https://shop.example/"}],"events":[`+
				goodEvent+","+tc.event+","+goodEvent+"]}")
			assert.Equal(t, []beacon.Refusal{{Index: 1, Reason: tc.reason, Field: tc.field}}, b.Refused)
			assert.Len(t, b.Events, 2)
		})
	}
}

func TestDecodeBatchTakesMembersInAnyOrder(t *testing.T) {
	b := decoded(t, `{"events":[{"v":2100.5,"n":"LCP","k":"vital","t":250}],"pages":[{"url":"https://shop.example/a","id":"p1","type":"reload"}],
		"session":{"rate":0.25,"id":"s"},"now":1000,"t0":1764000000000,"id":"b1","v":1}`)
	require.Len(t, b.Events, 1)
	event := b.Events[0]
	vital := event.Payload.(*beacon.Vital)
	assert.Equal(t, time.UnixMilli(1764000000250), event.Time)
	assert.Equal(t, "p1.lcp", vital.ID)
	assert.Equal(t, "reload", vital.NavigationType)
	assert.Equal(t, 2100.5, vital.Delta)
	assert.Equal(t, 4.0, b.Sampling.Weight())
	assert.Equal(t, time.UnixMilli(1764000001000), b.Clock.Sent)
	assert.Equal(t, "s", b.Pages[0].SessionID)
}

func TestDecodeBatchTakesNumbersForTexts(t *testing.T) {
	b := decoded(t, `{"v":1,"id":"b1","t0":1764000000000,"now":1000,"app":{"name":7,"version":1.2,"env":3},"session":{"id":4},"user":5,
		"pages":[{"id":6,"url":"https://shop.example/a"}],"events":[{"v":2100.5,"n":"LCP","k":"vital","t":250}]}`)
	assert.Equal(t, beacon.App{Name: "7", Version: "1.2", Environment: "3"}, b.App)
	assert.Equal(t, []string{"4", "5", "6"}, []string{b.Pages[0].SessionID, b.Pages[0].UserID, b.Pages[0].ID})
}

func TestDecodeSurvivesBrokenText(t *testing.T) {
	t.Run("InvalidUTF8IsRepaired", func(t *testing.T) {
		b := decoded(t, strings.Replace("["+good+"]", "shop", "sh\xffop", 1))
		assert.True(t, b.Repaired)
		assert.Equal(t, "https://sh\uFFFDop.example/", b.Pages[0].URL)
	})
	t.Run("LoneSurrogateIsReplaced", func(t *testing.T) {
		b := decoded(t, strings.Replace("["+good+"]", "shop", `sh\ud83dop`, 1))
		assert.False(t, b.Repaired)
		assert.Equal(t, "https://sh\uFFFDop.example/", b.Pages[0].URL)
	})
	t.Run("EscapesAreRead", func(t *testing.T) {
		b := decoded(t, strings.Replace("["+good+"]", "shop", `sh\u006fp\n`, 1))
		assert.Equal(t, "https://shop\n.example/", b.Pages[0].URL)
	})
	t.Run("TheLastOfTwoEqualMembersCounts", func(t *testing.T) {
		b := decoded(t, `[{"type":"metric","name":"a","name":"b","value":1,"timestamp":1764000000000}]`)
		assert.Equal(t, "b", b.Events[0].Payload.(*beacon.Measurement).Name)
	})
}

func TestDecodeIsBounded(t *testing.T) {
	limits := beacon.Limits{MaxEvents: 2, MaxPages: 1, MaxAttributes: 2, MaxString: 8, MaxURL: 16, MaxStack: 4}
	beacons, err := decode([]byte(`[
		{"type":"metric","name":"a-name-too-long-for-a-url","value":1,"timestamp":1764000000000,"url":"https://a.example/far/too/long","metadata":{"a":"0123456789","b":1,"c":2,"stack":"0123456"}},
		{"type":"metric","name":"x","value":1,"timestamp":1764000000000,"url":"other"},
		{"type":"metric","name":"x","value":1,"timestamp":1764000000000}]`), limits)
	require.NoError(t, err)
	b := beacons[0]
	assert.Equal(t, []beacon.Refusal{
		{Index: 1, Reason: beacon.ReasonTooManyPages}, {Index: 2, Reason: beacon.ReasonTooManyEvents},
	}, b.Refused)
	assert.Equal(t, "https://a.exampl", b.Pages[0].URL)
	assert.Equal(t, []beacon.Attribute{
		{Key: "a", String: "01234567"}, {Key: "b", Type: beacon.NumberValue, Number: 1},
	}, b.Events[0].Attributes)
	assert.Equal(t, beacon.Trims{
		beacon.BoundString: 1, beacon.BoundURL: 2, beacon.BoundAttributes: 2, beacon.BoundStack: 1,
	}, b.Trims, "a; name and url; c and stack; stack")
	assert.Equal(t, []string{"max_attributes", "max_string_length", "max_url_length", "max_stack_length"}, b.Events[0].Trimmed.Names())
}

func TestABatchIsBoundedAndSaysWhereItWasCut(t *testing.T) {
	limits := beacon.Limits{MaxEvents: 4, MaxPages: 1, MaxAttributes: 1, MaxString: 8, MaxURL: 16, MaxStack: 12, MaxFrames: 2}
	beacons, err := decode([]byte(`{"v":1,"id":"b","t0":1764000000000,"now":0,"session":{"id":"s"},"lang":"a-long-language",
		"tags":{"a":"1","b":"2","c":{}},
		"pages":[{"id":"p","url":"https://a.example/far/too/long"},{"id":"q","url":"u"}],
		"events":[
			{"k":"error","t":1,"n":"E","s":"E\n a\n b"},
			{"k":"error","t":1,"n":"E","s":"E\n a","a":{"x":{"y":{"z":{"deep":{}}}}}},
			{"k":"view","t":1,"p":1},
			{"k":"view","t":1,"p":2},
			{"k":"view","t":1}]}`), limits)
	require.NoError(t, err)
	b := beacons[0]
	assert.ElementsMatch(t, []beacon.Refusal{
		{Index: 2, Reason: beacon.ReasonTooManyPages, Field: "p"},
		{Index: 3, Reason: beacon.ReasonBadEvent, Field: "p"},
		{Index: 4, Reason: beacon.ReasonTooManyEvents},
	}, b.Refused)
	assert.Equal(t, "E\n a", b.Events[0].Payload.(*beacon.Exception).Stack)
	assert.Equal(t, []string{"max_stack_frames"}, b.Events[0].Trimmed.Names())
	assert.Equal(t, []string{"max_attribute_depth"}, b.Events[1].Trimmed.Names())
	assert.Equal(t, []string{"max_attributes", "max_string_length", "max_url_length", "value_type"}, b.Pages[0].Trimmed.Names())
}

func TestAnArraySaysWhichEventsWereCut(t *testing.T) {
	limits := beacon.DefaultLimits()
	limits.MaxFrames = 1
	beacons, err := decode([]byte(`[
		{"type":"error","name":"E","timestamp":1764000000000,"metadata":{"stack":"E\n a"}},
		{"type":"error","name":"E","timestamp":1764000000000,"metadata":{"stack":"E"}}]`), limits)
	require.NoError(t, err)
	b := beacons[0]
	assert.Equal(t, "E", b.Events[0].Payload.(*beacon.Exception).Stack)
	assert.Equal(t, []string{"max_stack_frames"}, b.Events[0].Trimmed.Names())
	assert.Zero(t, b.Events[1].Trimmed)
}

func TestMetadataIsFlattenedToScalars(t *testing.T) {
	b := decoded(t, `[{"type":"metric","name":"x","value":1,"timestamp":1764000000000,
		"metadata":{"s":"t","n":1.5,"b":true,"null":null,"o":{"p":{"q":"deep"}},"list":[1,2],"attribution":[{"name":"self"},{"name":"second"}],"s":"u"}}]`)
	assert.Equal(t, []beacon.Attribute{
		{Key: "s", String: "u"},
		{Key: "n", Type: beacon.NumberValue, Number: 1.5},
		{Key: "b", Type: beacon.BoolValue, Number: 1},
		{Key: "o.p.q", String: "deep"},
		{Key: "attribution.name", String: "self"},
	}, b.Events[0].Attributes)
}

func TestKeysOfNestedMetadataAreCutAsAWhole(t *testing.T) {
	limits := beacon.DefaultLimits()
	limits.MaxString = 8
	for metadata, want := range map[string][]string{
		`{"prefix":{"abc":1,"abd":2}}`:             {"prefix.a"},
		`{"prefix":{"a":1,"b":2}}`:                 {"prefix.a", "prefix.b"},
		`{"prefix78":{"a":1},"prefix78":2}`:        {"prefix78"},
		`{"prefix7é":{"a":1,"é":2}}`:               {"prefix7"},
		`{"prefixé":{"a":1}}`:                      {"prefixé"},
		`{"pre56":{"é7":1,"é8":1}}`:                {"pre56.é"},
		`{"pre567":{"é":1}}`:                       {"pre567."},
		`{"long":{"and":{"deep":1},"a":{}}}`:       {"long.and"},
		`{"0123456789":"a","0123456788":"b"}`:      {"01234567"},
		`{"0123456789abcdef":{"a":1,"b":{"c":2}}}`: {"01234567"},
	} {
		beacons, err := decode([]byte(`[{"type":"metric","name":"x","value":1,"timestamp":1764000000000,"metadata":`+metadata+`}]`), limits)
		require.NoError(t, err)
		b := beacons[0]
		var keys []string
		for _, attribute := range b.Events[0].Attributes {
			keys = append(keys, attribute.Key)
		}
		assert.Equal(t, want, keys, metadata)
	}
}

func TestErrorsFindTheirTypeAndSource(t *testing.T) {
	for name, tc := range map[string]struct{ event, class, source string }{
		"NameIsType":        {`"name":"CouponError","metadata":{"message":"m"}`, "CouponError", "error"},
		"MetadataType":      {`"name":"error","metadata":{"type":"RangeError","message":"m"}`, "RangeError", "error"},
		"KindInMetadata":    {`"name":"error","metadata":{"type":"javascript_error","message":"Uncaught TypeError: x is undefined"}`, "TypeError", "error"},
		"RejectionKind":     {`"name":"error","metadata":{"type":"unhandled_rejection","stack":"ApiError: no\n at f"}`, "ApiError", "unhandledrejection"},
		"RejectionName":     {`"name":"UnhandledRejection","metadata":{"message":"text"}`, "UnhandledRejection", "unhandledrejection"},
		"Handled":           {`"name":"ApiError","metadata":{"handled":true}`, "ApiError", "manual"},
		"NothingSaysAnyway": {`"name":"error"`, "Error", "error"},
	} {
		t.Run(name, func(t *testing.T) {
			b := decoded(t, `[{"type":"error","value":1,"timestamp":1764000000000,`+tc.event+`}]`)
			assert.Equal(t, tc.class, b.Events[0].Payload.(*beacon.Exception).Type)
			assert.Equal(t, tc.source, b.Events[0].Payload.(*beacon.Exception).Source)
		})
	}
}

func TestNavigationPhasesOfOnePageLoadAreOneEvent(t *testing.T) {
	phase := func(name string, at int) string {
		return `{"type":"navigation","name":"` + name + `","value":5,"timestamp":176400000000` + string(rune('0'+at)) + `,"url":"u"}`
	}
	b := decoded(t, "["+phase("nav_dns", 0)+","+phase("nav_tcp", 1)+","+phase("nav_dns", 2)+"]")
	require.Len(t, b.Events, 2, "a phase that comes again belongs to another page load")
	assert.Equal(t, 2, b.Events[0].Count)
	assert.True(t, b.Events[0].Payload.(*beacon.PageLoad).Phases.Known[beacon.PhaseTCP])
	assert.Equal(t, 3, b.Accepted())
}

func TestEventsOfOneArrayMayBelongToSeveralUsersAndSessions(t *testing.T) {
	event := func(session, user string) string {
		return `{"type":"metric","name":"x","value":1,"timestamp":1764000000000,"url":"u","sessionId":"` + session + `","userId":` + user + `}`
	}
	b := decoded(t, "["+event("a", "null")+","+event("a", `"jane"`)+","+event("b", "null")+","+event("a", "null")+"]")
	require.Len(t, b.Pages, 3)
	assert.Equal(t, "jane", b.Pages[b.Events[1].Page].UserID)
	assert.Equal(t, "b", b.Pages[b.Events[2].Page].SessionID)
	assert.Equal(t, b.Events[0].Page, b.Events[3].Page)
}

func TestEveryRecordedBodyIsTakenWhole(t *testing.T) {
	bodies, err := filepath.Glob(filepath.Join(captures, "*.body"))
	require.NoError(t, err)
	require.Len(t, bodies, 12)
	kinds := map[beacon.Kind]int{}
	ids := map[string]bool{}
	for _, path := range bodies {
		body, err := os.ReadFile(path)
		require.NoError(t, err)
		b := decoded(t, string(body))
		assert.Empty(t, b.Refused, path)
		assert.Zero(t, b.Trims, path)
		for _, event := range b.Events {
			kinds[event.Kind()] += event.Count
			if vital, ok := event.Payload.(*beacon.Vital); ok {
				ids[vital.ID] = true
			}
		}
	}
	assert.Equal(t, map[beacon.Kind]int{
		beacon.KindVital: 14, beacon.KindException: 6, beacon.KindPageLoad: 18, beacon.KindPageView: 4,
		beacon.KindResource: 19, beacon.KindInteraction: 14, beacon.KindLongTask: 6, beacon.KindMeasurement: 4,
	}, kinds)
	assert.Len(t, ids, 13, "INP was reported twice under one id")
}

func TestABatchSaysWhatBecameOfEachPageView(t *testing.T) {
	for word, want := range map[string]beacon.PageState{
		`"visible"`: beacon.PageStateVisible, `"hidden"`: beacon.PageStateHidden, `"ended"`: beacon.PageStateEnded,
		`"of a newer client"`: beacon.PageStateUnknown, `null`: beacon.PageStateUnknown,
	} {
		beacons, err := decode([]byte(`{"v":1,"id":"b","t0":1795425162353,"now":1,"pages":[{"id":"p","state":`+word+`}],"events":[]}`), beacon.DefaultLimits())
		require.NoError(t, err, word)
		assert.Equal(t, want, beacons[0].Pages[0].State, word)
	}
}
