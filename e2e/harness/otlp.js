// Reads OTLP/JSON as the file exporter writes it, flattened to what tests compare.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

/** A plain value from an OTLP AnyValue. 64-bit integers are strings on the wire. */
function plain(value = {}) {
  if ('stringValue' in value) return value.stringValue;
  if ('intValue' in value) return Number(value.intValue);
  if ('doubleValue' in value) return value.doubleValue;
  if ('boolValue' in value) return value.boolValue;
  if ('arrayValue' in value) return (value.arrayValue.values ?? []).map(plain);
  if ('kvlistValue' in value) return attributes(value.kvlistValue.values);
  return null;
}

/** An object from a list of OTLP KeyValue. A key that stands twice is an error of the producer. */
export function attributes(list = []) {
  const all = {};
  for (const { key, value } of list) {
    if (Object.hasOwn(all, key)) throw new Error(`attribute ${key} stands twice`);
    all[key] = plain(value);
  }
  return all;
}

/** Unix milliseconds from nanoseconds in a string. */
const millis = (nanos) => Number(BigInt(nanos ?? 0) / 1_000n) / 1_000;

/**
 * @returns {{name: string, time: number, observed: number, severity: string, body: any, attributes: object,
 *   resource: object, traceId: string}[]} log records in the order in which they were written
 */
export function logRecords(lines) {
  return lines
    .flatMap((line) => line.resourceLogs ?? [])
    .flatMap(({ resource, scopeLogs = [] }) => {
      const shared = attributes(resource?.attributes);
      return scopeLogs
        .flatMap((scope) => scope.logRecords ?? [])
        .map((record) => ({
          name: record.eventName,
          time: millis(record.timeUnixNano),
          observed: millis(record.observedTimeUnixNano),
          severity: record.severityText,
          body: plain(record.body),
          attributes: attributes(record.attributes),
          resource: shared,
          traceId: record.traceId,
        }));
    });
}

/** Key of a stream: metric, attributes and resource. */
const stream = (point) => JSON.stringify([point.metric, sorted(point.attributes), sorted(point.resource)]);
const sorted = (object) => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * The last point of each cumulative stream.
 *
 * @returns {{metric: string, unit: string, attributes: object, resource: object, count?: number,
 *   sum?: number, bounds?: number[], buckets?: number[], value?: number}[]}
 */
export function metricPoints(lines) {
  const last = new Map();
  for (const { resource, scopeMetrics = [] } of lines.flatMap((line) => line.resourceMetrics ?? [])) {
    const shared = attributes(resource?.attributes);
    for (const metric of scopeMetrics.flatMap((scope) => scope.metrics ?? [])) {
      for (const point of points(metric)) {
        const flat = { metric: metric.name, unit: metric.unit ?? '', resource: shared, ...point };
        last.set(stream(flat), flat);
      }
    }
  }
  return [...last.values()];
}

function points(metric) {
  if (metric.histogram) return metric.histogram.dataPoints.map(histogramPoint);
  const { dataPoints } = metric.sum ?? metric.gauge ?? { dataPoints: [] };
  return dataPoints.map((point) => ({
    attributes: attributes(point.attributes),
    value: Number(point.asInt ?? point.asDouble ?? 0),
  }));
}

function histogramPoint(point) {
  return {
    attributes: attributes(point.attributes),
    count: Number(point.count ?? 0),
    sum: point.sum ?? 0,
    bounds: point.explicitBounds ?? [],
    buckets: (point.bucketCounts ?? []).map(Number),
  };
}

/** Adds up one field of the points of a metric that match the given attributes. */
export function total(points, metric, field, match = {}) {
  return points
    .filter((point) => point.metric === metric)
    .filter((point) => Object.entries(match).every(([key, value]) => point.attributes[key] === value))
    .reduce((sum, point) => sum + point[field], 0);
}
