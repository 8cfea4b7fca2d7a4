// ClickHouse in a process of its own, for tests and for topologies on one machine.
//
//   node clickhouse.js query              runs the statements on standard input and prints the rows of the last one, one JSON array per line
//   node clickhouse.js serve PORT [FILE]  runs those of the file, then answers on 127.0.0.1 as ClickHouse's HTTP interface does, as far as the
//                                         collector's exporter and curl need it: http://127.0.0.1:PORT/?query=SELECT+1
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';

const folder = mkdtempSync(join(tmpdir(), 'clickhouse-'));
const session = new Session(join(folder, 'data'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));

/** Statements of a text without comments; no semicolon may be in a string. */
const statements = (text) => text.replace(/^\s*--.*$| -- .*$/gm, '').split(';').map((each) => each.trim()).filter(Boolean);

const [what, port, file] = process.argv.slice(2);
session.query('CREATE DATABASE rum');
session.query('USE rum');
if (what === 'query') {
  const all = statements(await new Response(process.stdin).text());
  let last = '';
  for (const each of all) last = session.query(each, 'JSONCompactEachRow');
  process.stdout.write(last);
  process.exit(0);
}
for (const each of file ? statements(readFileSync(file, 'utf8')) : []) session.query(each);

/**
 * What clickhouse-go asks first, answered in the Native format of its protocol version: from then on it speaks that of
 * version 0, which is the one of files.
 */
function hello() {
  const text = (value) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  const column = (name, type, data) => Buffer.concat([text(name), text(type), Buffer.from([0]), data]);
  return Buffer.concat([
    Buffer.from([1, 0, 2, 255, 255, 255, 255, 0, 4, 1]), // of the block; four columns, one row
    column('displayName()', 'String', text('chdb')), column('version()', 'String', text(session.query('SELECT version()', 'TSVRaw').trim())),
    column('revision()', 'UInt32', Buffer.alloc(4)), column('timezone()', 'String', text('UTC')),
  ]);
}

// One after the other: an engine in a process has one session.
let turn = Promise.resolve();
let inserts = 0;
createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const parameters = new URL(request.url, 'http://localhost').searchParams;
  turn = turn.then(async () => {
    try {
      const text = parameters.get('query') ?? body.toString();
      if (text.startsWith('SELECT displayName()')) return response.writeHead(200).end(hello());
      const insert = /^\s*(INSERT INTO [\s\S]*?\))\s*(?:VALUES[\s\S]*|FORMAT\s+Native\s*)$/i.exec(text);
      if (insert && parameters.has('query')) {
        const rows = join(folder, `insert-${inserts++}.native`);
        writeFileSync(rows, body);
        try {
          session.query(`${insert[1]} SELECT * FROM file('${rows}', 'Native')`);
        } finally {
          rmSync(rows);
        }
        return response.writeHead(200).end();
      }
      const format = parameters.get('default_format') ?? request.headers['x-clickhouse-format'] ?? 'TabSeparated';
      const result = await session.queryAsync(text, { format });
      return response.writeHead(200, { 'x-clickhouse-format': format }).end(Buffer.from(result.bytes()));
    } catch (error) {
      return response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error.message ?? error));
    }
  });
}).listen(Number(port), '127.0.0.1');
