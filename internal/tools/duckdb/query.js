// Runs the statements on standard input in a DuckDB of its own and prints the rows of the last one, one JSON
// array per line.
import { DuckDBInstance } from '@duckdb/node-api';

const sql = await new Response(process.stdin).text();
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();
const statements = await connection.extractStatements(sql);
let rows = [];
for (let i = 0; i < statements.count; i++) {
  const statement = await statements.prepare(i);
  rows = (await statement.runAndReadAll()).getRowsJson();
}
for (const row of rows) console.log(JSON.stringify(row));
