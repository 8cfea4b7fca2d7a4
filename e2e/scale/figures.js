// make figures: what an event costs each tier of each topology, in processor time of its process (user and system), beside a
// collector with the otlp receiver and exporter in the same run; and what connections cost a gateway. Linux only.
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromRoot } from '../harness/paths.js';
import { until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';
import { start } from '../harness/process.js';
import { startFleet } from './fleet.js';
import { scaleBinary } from './processes.js';

const batches = Number(process.env.FIGURES_BATCHES ?? 3_000);
const events = 10; // of a batch
const browser = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** User and system time of a process, in ms. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
const resident = (pid) => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);

const once = (url, body, contentType) =>
  new Promise((resolve, reject) => {
    const out = request(url, { method: 'POST', agent, headers: { 'content-type': contentType, 'user-agent': browser, 'content-length': Buffer.byteLength(body) } }, (response) =>
      response.resume().on('end', () => resolve(response.statusCode)));
    out.on('error', reject).end(body);
  });

/** Sends a body until it is taken: a full queue answers 503. */
async function post(url, body, contentType) {
  for (let status; (status = await once(url, body, contentType)) !== 200; await sleep(50)) {
    if (status !== 503 && status !== 429) throw new Error(`${url}: ${status}`);
  }
}

let next = 0;
const beacon = JSON.parse(readFileSync(fromRoot('testdata', 'bench', 'beacon.json'), 'utf8'));
/** A batch of ten events of a page view, of a session of its own. */
function batch() {
  const id = (next++).toString(16).padStart(16, '0');
  return JSON.stringify({ ...beacon, id, t0: Date.now() - 60_000, session: { ...beacon.session, id: `${id}${id}` } }).replaceAll(/"id":"v/g, `"id":"${id}v`);
}

async function load(count, url, contentType, body) {
  let left = count;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (left-- > 0) await post(url(), body(), contentType);
  }));
}

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);

/** Measures processes while a load is on and until nothing of it is left in them. */
async function measure(name, pids, run) {
  const before = Object.values(pids).map(cpu);
  const began = Date.now();
  await run();
  const took = (Date.now() - began) / 1000;
  for (let last = -1e9, now; (now = Object.values(pids).reduce((sum, pid) => sum + cpu(pid), 0)) - last > 50; last = now) await sleep(2_500);
  Object.entries(pids).forEach(([tier, pid], i) => {
    const each = ((cpu(pid) - before[i]) * 1000) / (batches * events);
    row(name, tier, each.toFixed(1), Math.round(1e6 / each).toLocaleString('en'), resident(pid), Math.round((batches * events) / took).toLocaleString('en'));
  });
}

/** A sink that takes everything; `first` is the first body that came. */
async function sink() {
  const [port] = await freePorts(1);
  const it = { url: `http://127.0.0.1:${port}`, first: undefined };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => it.first || chunks.push(chunk)).on('end', () => {
      if (request.url === '/v1/logs') it.first ??= Buffer.concat(chunks);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  }).listen(port, '127.0.0.1');
  it.close = () => new Promise((closed) => server.close(closed).closeAllConnections());
  return it;
}

async function collector(yaml, address) {
  const program = start(scaleBinary(), ['--config', `yaml:${yaml}`]);
  await until('a collector', () => new Promise((resolve) => {
    if (!program.running()) throw new Error(program.output());
    const socket = connect(address, '127.0.0.1', () => (socket.destroy(), resolve(true))).on('error', () => resolve(false));
  }), { timeout: 60_000 });
  return program;
}

console.log(`${batches} batches of ${events} events, 16 connections\n`);
row('topology', 'process', 'CPU µs an event', 'events a second and core', 'RSS MB', 'events a second in this run');
row('---', '---', '---:', '---:', '---:', '---:');

// The peer: the same records, as the otlp receiver takes them.
{
  const out = await sink();
  const [rum, otlp] = await freePorts(2);
  const yaml = `{receivers: {rum: {endpoint: "127.0.0.1:${rum}", address_limit: {events_per_second: 0}}, otlp: {protocols: {http: {endpoint: "127.0.0.1:${otlp}"}}}}, exporters: {otlp_http: {endpoint: "${out.url}", compression: none, ENC, sending_queue: {enabled: false}}, otlp_http/queue: {endpoint: "${out.url}"}}, service: {telemetry: {metrics: {level: none}}, pipelines: {logs: {receivers: [rum], exporters: [otlp_http]}, logs/otlp: {receivers: [otlp], exporters: [otlp_http/queue]}}}}`;
  for (const [encoding, contentType] of [['json', 'application/json'], ['proto', 'application/x-protobuf']]) {
    const program = await collector(yaml.replace('ENC', `encoding: ${encoding}`), rum);
    out.first = undefined;
    await post(`http://127.0.0.1:${rum}/v1/rum`, batch(), 'text/plain');
    const body = out.first;
    await load(200, () => `http://127.0.0.1:${otlp}/v1/logs`, contentType, () => body);
    await measure(`otlp receiver (${encoding}) and otlp_http`, { collector: program.child.pid }, () => load(batches, () => `http://127.0.0.1:${otlp}/v1/logs`, contentType, () => body));
    await program.stop();
  }
  await out.close();
}

// Of clickhouse, the worker inserts over HTTP into ClickHouse in a process of its own, which is not measured.
for (const topology of ['stateless', 'sessions', 'kafka', 'clickhouse']) {
  const fleet = await startFleet(topology, { gateways: 1, workers: 1, encoding: 'proto' });
  const pids = { gateway: fleet.gateways[0].pid(), ...(fleet.workers.length && { worker: fleet.workers[0].pid() }) };
  const url = () => `${fleet.gateways[0].url}/v1/rum`;
  await load(200, url, 'text/plain', batch);
  await measure(topology, pids, () => load(batches, url, 'text/plain', batch));
  await fleet.stop();
}

console.log('\nConnections that are open to a stateless gateway, each of which has sent a batch\n');
row('connections', 'CPU µs an event', 'RSS MB');
row('---:', '---:', '---:');
{
  const fleet = await startFleet('stateless', { gateways: 1, overrides: ['yaml:receivers: {rum: {max_connections: 20000, address_limit: {events_per_second: 0, max_connections: 20000, max_concurrent_requests: 0}}}'] });
  const pid = fleet.gateways[0].pid();
  const url = () => `${fleet.gateways[0].url}/v1/rum`;
  const { port } = new URL(fleet.gateways[0].url);
  const open = [];
  for (const connections of [1, 100, 1_000, 10_000]) {
    while (open.length < connections - 16) {
      await Promise.all(Array.from({ length: Math.min(50, connections - 16 - open.length) }, () => new Promise((resolve, reject) => {
        const body = batch();
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(`POST /v1/rum HTTP/1.1\r\nHost: x\r\nUser-Agent: ${browser}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`));
        socket.once('data', () => resolve(open.push(socket))).on('error', reject);
      })));
    }
    agent.maxSockets = connections === 1 ? 1 : 16;
    const before = cpu(pid);
    await load(batches, url, 'text/plain', batch);
    row(connections.toLocaleString('en'), (((cpu(pid) - before) * 1000) / (batches * events)).toFixed(1), resident(pid));
  }
  open.forEach((socket) => socket.destroy());
  agent.destroy();
  await fleet.stop();
}
