-- Events of rum, as contrib's clickhouse exporter inserts them, in tables for the questions of reading.md. README.md explains them.
--
--   clickhouse-client --multiquery < schema.sql
--
-- Safe to run again. ClickHouse 25.1 or newer. In a cluster: ON CLUSTER behind each name, and Replicated before each engine but Null.

-- What the exporter inserts into. It keeps nothing: the view behind it does. Columns are those of the exporter.
CREATE TABLE IF NOT EXISTS otel_logs (
  Timestamp DateTime64(9),
  TraceId String,
  SpanId String,
  TraceFlags UInt8,
  SeverityText LowCardinality(String),
  SeverityNumber UInt8,
  ServiceName LowCardinality(String),
  Body String,
  ResourceSchemaUrl LowCardinality(String),
  ResourceAttributes Map(LowCardinality(String), String),
  ScopeSchemaUrl LowCardinality(String),
  ScopeName String,
  ScopeVersion LowCardinality(String),
  ScopeAttributes Map(LowCardinality(String), String),
  LogAttributes Map(LowCardinality(String), String),
  EventName String
) ENGINE = Null;

-- One row an event. A record that came twice has the same key twice, and FINAL reads it once; of two that were sampled
-- differently the surer one stays.
CREATE TABLE IF NOT EXISTS rum_events (
  application LowCardinality(String),
  event LowCardinality(String),
  route LowCardinality(String),
  time DateTime64(9) CODEC(Delta(8), ZSTD(1)),
  session String CODEC(ZSTD(1)),
  uid String CODEC(ZSTD(1)), -- log.record.uid; of records that have none, a hash of what they say
  version LowCardinality(String),
  environment LowCardinality(String),
  device LowCardinality(String),
  weight Float64, -- how many events it stands for
  client_rate Float64,
  unit LowCardinality(String), -- what was drawn together, if not the session
  vital LowCardinality(String),
  measurement String CODEC(ZSTD(1)),
  value Nullable(Float64),
  budget LowCardinality(String),
  exceeded UInt8,
  fingerprint String CODEC(ZSTD(1)), -- of errors
  trace_id String CODEC(ZSTD(1)),
  body String CODEC(ZSTD(1)),
  attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  resource Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  surety UInt64 MATERIALIZED toUInt64(1e9 / weight),
  INDEX by_time time TYPE minmax,
  INDEX by_session session TYPE bloom_filter(0.01),
  INDEX by_fingerprint fingerprint TYPE bloom_filter(0.01)
) ENGINE = ReplacingMergeTree(surety)
PARTITION BY toDate(time)
ORDER BY (application, event, route, toStartOfHour(time), session, uid)
TTL toDateTime(time) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS rum_events_insert TO rum_events AS
SELECT
  ServiceName AS application,
  if(EventName != '', EventName, LogAttributes['otel.event.name']) AS event,
  LogAttributes['url.template'] AS route,
  Timestamp AS time,
  LogAttributes['session.id'] AS session,
  if(LogAttributes['log.record.uid'] != '', LogAttributes['log.record.uid'],
    hex(sipHash128(toUnixTimestamp64Nano(Timestamp), EventName, Body, arraySort(arrayFilter(a -> NOT startsWith(a.1, 'rum.sampling.'), CAST(LogAttributes, 'Array(Tuple(String, String))')))))) AS uid,
  ResourceAttributes['service.version'] AS version,
  ResourceAttributes['deployment.environment.name'] AS environment,
  ResourceAttributes['rum.device.type'] AS device,
  coalesce(toFloat64OrNull(LogAttributes['rum.sampling.adjusted_count']), 1) AS weight,
  coalesce(toFloat64OrNull(LogAttributes['rum.sampling.client_rate']), 1) AS client_rate,
  LogAttributes['rum.sampling.unit'] AS unit,
  LogAttributes['browser.web_vital.name'] AS vital,
  LogAttributes['browser.web_vital.id'] AS measurement,
  toFloat64OrNull(LogAttributes['browser.web_vital.value']) AS value,
  LogAttributes['rum.budget.name'] AS budget,
  LogAttributes['rum.budget.exceeded'] = 'true' AS exceeded,
  LogAttributes['rum.exception.fingerprint'] AS fingerprint,
  TraceId AS trace_id,
  Body AS body,
  mapFilter((k, v) -> k NOT IN ('url.template', 'session.id', 'log.record.uid', 'rum.sampling.adjusted_count', 'rum.sampling.client_rate', 'rum.sampling.unit',
    'browser.web_vital.name', 'browser.web_vital.id', 'browser.web_vital.value', 'rum.budget.name', 'rum.budget.exceeded', 'rum.exception.fingerprint', 'otel.event.name'), LogAttributes) AS attributes,
  ResourceAttributes AS resource
FROM otel_logs;

-- The columns that the queries of reading.md ask for, each event of people once.
CREATE VIEW IF NOT EXISTS rum_records AS
SELECT
  application, toUnixTimestamp64Nano(time) AS time, toStartOfHour(rum_events.time) AS hour, event, session, unit, weight, client_rate, route, vital, measurement, value, budget, exceeded
FROM rum_events FINAL
WHERE resource['user_agent.synthetic.type'] = '' AND attributes['rum.exception.noise'] = '';

-- Sessions by the hour and by what happened in them, with the weight by which they count. It is the smallest of their
-- records, so one that comes twice changes nothing.
CREATE TABLE IF NOT EXISTS rum_sessions (
  application LowCardinality(String),
  event LowCardinality(String),
  hour DateTime,
  session String,
  weight SimpleAggregateFunction(min, Float64)
) ENGINE = AggregatingMergeTree
PARTITION BY toDate(hour)
ORDER BY (application, event, hour, session)
TTL hour + INTERVAL 90 DAY
SETTINGS ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS rum_sessions_insert TO rum_sessions AS
SELECT application, event, toStartOfHour(time) AS hour, session, min(weight) AS weight
FROM rum_events
WHERE session != '' AND unit = '' AND resource['user_agent.synthetic.type'] = '' AND attributes['rum.exception.noise'] = ''
GROUP BY application, event, hour, session;

-- Each measurement once: the value of its last report, the smallest weight of all. Reports that come twice change nothing.
CREATE TABLE IF NOT EXISTS rum_measurements (
  application LowCardinality(String),
  vital LowCardinality(String),
  route LowCardinality(String),
  day Date,
  measurement String,
  weight SimpleAggregateFunction(min, Float64),
  first SimpleAggregateFunction(min, DateTime64(9)),
  last AggregateFunction(argMax, Tuple(value Float64, exceeded UInt8, budget String), DateTime64(9))
) ENGINE = AggregatingMergeTree
PARTITION BY day
ORDER BY (application, vital, route, measurement)
TTL day + INTERVAL 90 DAY
SETTINGS ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS rum_measurements_insert TO rum_measurements AS
SELECT
  application, vital, route, toDate(time) AS day, if(rum_events.measurement != '', rum_events.measurement, uid) AS measurement, min(weight) AS weight, min(time) AS first,
  argMaxState(CAST((assumeNotNull(value), exceeded, toString(budget)), 'Tuple(value Float64, exceeded UInt8, budget String)'), time) AS last
FROM rum_events
WHERE vital != '' AND value IS NOT NULL AND resource['user_agent.synthetic.type'] = ''
GROUP BY application, vital, route, day, measurement;

-- Histograms by the hour, made anew every ten minutes for the hours of today and yesterday, from what is above.
CREATE TABLE IF NOT EXISTS rum_histograms (
  application LowCardinality(String),
  vital LowCardinality(String),
  route LowCardinality(String),
  hour DateTime,
  le Float64, -- upper bound of the bucket: powers of 1.1, in the vital's unit
  measurements Float64, -- that it holds, by weight
  exceeded Float64, -- of them, by weight
  records UInt64, -- of them, that were kept
  made DateTime DEFAULT now()
) ENGINE = ReplacingMergeTree(made)
PARTITION BY toYYYYMM(hour)
ORDER BY (application, vital, route, hour, le)
TTL hour + INTERVAL 400 DAY;

CREATE MATERIALIZED VIEW IF NOT EXISTS rum_histograms_refresh REFRESH EVERY 10 MINUTE APPEND TO rum_histograms AS
SELECT application, vital, route, hour, le, sum(w) AS measurements, sum(w * over) AS exceeded, count() AS records, now() AS made
FROM (
  SELECT
    application, vital, route, toStartOfHour(min(first)) AS hour, min(weight) AS w, argMaxMerge(last) AS report, report.exceeded AS over,
    if(report.value > 0, pow(1.1, ceil(log(report.value) / log(1.1))), 0) AS le
  FROM rum_measurements
  WHERE day >= today() - 2
  GROUP BY application, vital, route, measurement
)
WHERE hour >= today() - 1
GROUP BY application, vital, route, hour, le;
