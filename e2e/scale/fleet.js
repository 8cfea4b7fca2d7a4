import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, fromRoot } from '../harness/paths.js';
import { until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';
import { start } from '../harness/process.js';
import { newProcess } from './processes.js';
import { startProxy } from './proxy.js';
import { startStore } from './store.js';

/** Returns once somebody listens on a port of 127.0.0.1. */
const listens = (what, port, program) =>
  until(what, () => {
    if (!program.running()) throw new Error(program.output());
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true))).on('error', () => resolve(false));
    });
  }, { timeout: 60_000 });

/** A broker that speaks Kafka's protocol and can be killed and started again with what it had. */
async function newBroker(folder, port) {
  let program;
  const broker = {
    address: `127.0.0.1:${port}`,
    async start() {
      program = start(built('dist', 'kafka'), ['-port', String(port), '-data', folder]);
      await listens('the broker to listen', port, program);
    },
    kill: () => program.stop('SIGKILL'),
    signal: (name) => program.child.kill(name),
    stop: () => program?.stop('SIGTERM'),
  };
  await broker.start();
  return broker;
}

/** ClickHouse in a process, with the tables of examples/topologies/clickhouse. Workers reach it by way of a proxy, which can be cut. */
async function startClickHouse(port, proxyPort) {
  const program = start('node', [fromRoot('internal', 'tools', 'clickhouse', 'clickhouse.js'), 'serve', String(port), fromRoot('examples', 'topologies', 'clickhouse', 'schema.sql')]);
  await listens('ClickHouse to listen', port, program);
  const url = `http://127.0.0.1:${port}/`;
  const proxy = await startProxy(proxyPort, `127.0.0.1:${port}`);
  return {
    url,
    proxy,
    endpoint: `http://${proxy.address}/rum?compress=none`,
    /** The rows of a query, as objects. */
    async rows(query) {
      const response = await fetch(`${url}?${new URLSearchParams({ default_format: 'JSONEachRow' })}`, { method: 'POST', body: query });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    },
    async stop() {
      await proxy.close();
      await program.stop('SIGTERM');
    },
  };
}

/** A Prometheus that takes what is written to it. */
async function startPrometheus(folder, port) {
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, 'global: {scrape_interval: 1s}\n');
  const program = start('prometheus', [
    `--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'prometheus')}`, `--web.listen-address=127.0.0.1:${port}`, '--web.enable-remote-write-receiver',
  ]);
  const url = `http://127.0.0.1:${port}`;
  await until('Prometheus to be ready', async () => {
    if (!program.running()) throw new Error(program.output());
    return (await fetch(`${url}/-/ready`)).ok;
  }, { timeout: 60_000 });
  return {
    writes: `${url}/api/v1/write`,
    /** The value of an expression that gives one number; 0 when it gives none. */
    async number(expression) {
      const { data } = await (await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`)).json();
      return Number(data.result[0]?.value[1] ?? 0);
    },
    stop: () => program.stop('SIGTERM'),
  };
}

/**
 * A topology of examples/topologies on this machine: its gateways and workers, with a broker where it has one, and a
 * store.
 *
 * @param {'stateless'|'sessions'|'kafka'|'clickhouse'} topology
 * @param {{gateways?: number, workers?: number, prometheus?: boolean, flush?: string, encoding?: 'json'|'proto', overrides?: string[]}} [options]
 *   prometheus: gateways write their metrics to one, too; flush: how often; encoding: in which the store gets records, and
 *   reads them if it is json; overrides: configurations for gateways, as --config takes them
 */
export async function startFleet(topology, { gateways = 2, workers = 2, prometheus = false, flush = '15s', encoding = 'json', overrides: further = [] } = {}) {
  const folder = await mkdtemp(join(tmpdir(), `otelcol-rum-${topology}-`));
  const [storePort, brokerPort, prometheusPort, clickhousePort, proxyPort] = await freePorts(5);
  const fleet = { topology, folder, gateways: [], workers: [], proxies: [], broker: undefined, prometheus: undefined, clickhouse: undefined };
  fleet.store = await startStore(storePort);
  if (prometheus) fleet.prometheus = await startPrometheus(folder, prometheusPort);
  const kafka = topology === 'kafka' || topology === 'clickhouse';
  if (kafka) fleet.broker = await newBroker(join(folder, 'broker'), brokerPort);
  if (topology === 'clickhouse') fleet.clickhouse = await startClickHouse(clickhousePort, proxyPort);

  // The list of workers is a file, so that a reload reads it anew.
  const list = join(folder, 'workers.yaml');
  const listWorkers = () =>
    writeFile(list, `exporters: {load_balancing: {resolver: {static: {hostnames: [${fleet.proxies.map((proxy) => `"${proxy.address}"`)}]}}}}\n`);

  fleet.addWorker = async () => {
    const name = `worker-${fleet.workers.length + 1}`;
    const env = { RUM_BACKEND: fleet.store.url(name), RUM_KAFKA: fleet.broker?.address ?? '', RUM_CLICKHOUSE: fleet.clickhouse?.endpoint ?? '', RUM_WORKER_NAME: name, RUM_BACKEND_ENCODING: encoding };
    const worker = await newProcess(`${topology}/worker.yaml`, join(folder, name), env);
    await worker.start();
    fleet.workers.push(worker);
    if (topology !== 'sessions') return;
    const [port] = await freePorts(1);
    fleet.proxies.push(await startProxy(port, worker.address));
    await listWorkers();
  };
  fleet.addGateway = async () => {
    const name = `gateway-${fleet.gateways.length + 1}`;
    const overrides = [
      `yaml:receivers: {rum: {trusted_proxies: [127.0.0.1], address_limit: {events_per_second: 0}, metrics: {flush_interval: ${flush}}}}`,
      ...(topology === 'sessions' ? [`file:${list}`] : []),
      ...(prometheus ? [`yaml:{exporters: {prometheus_remote_write: {endpoint: "${fleet.prometheus.writes}"}}, service: {pipelines: {metrics: {exporters: [otlp_http, prometheus_remote_write]}}}}`] : []),
      ...further,
    ];
    const env = { RUM_BACKEND: fleet.store.url(name), RUM_KAFKA: fleet.broker?.address ?? '', RUM_BACKEND_ENCODING: encoding };
    const gateway = await newProcess(`${kafka ? 'kafka' : topology}/gateway.yaml`, join(folder, name), env, overrides);
    await gateway.start();
    fleet.gateways.push(gateway);
  };
  /** How many records have reached the store; ClickHouse counts those that came more than once once. */
  fleet.arrived = async () => (fleet.clickhouse ? Number((await fleet.clickhouse.rows('SELECT count() AS n FROM rum_events FINAL'))[0].n) : fleet.store.arrived);
  /** The records that the store has, without those that it folds: by uid, or of ClickHouse by row, which does not know which worker sent them. */
  fleet.records = async () => {
    if (!fleet.clickhouse) return [...fleet.store.records.values()];
    const rows = await fleet.clickhouse.rows('SELECT session, event, weight, unit FROM rum_events FINAL');
    return rows.map((row) => ({ ...row, times: 1, workers: new Set() }));
  };
  fleet.stop = async () => {
    await Promise.all(fleet.gateways.map((each) => each.stop()));
    await Promise.all(fleet.workers.map((each) => each.stop()));
    await Promise.all(fleet.proxies.map((each) => each.close()));
    await Promise.all([fleet.broker?.stop(), fleet.prometheus?.stop(), fleet.clickhouse?.stop(), fleet.store.close()]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    if (topology !== 'stateless') for (let i = 0; i < workers; i++) await fleet.addWorker();
    for (let i = 0; i < gateways; i++) await fleet.addGateway();
  } catch (error) {
    await fleet.stop();
    throw error;
  }
  return fleet;
}
