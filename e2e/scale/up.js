// make topology TOPOLOGY=…: one of examples/topologies on this machine, until Ctrl-C.
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromRoot } from '../harness/paths.js';
import { startFleet } from './fleet.js';

const topology = process.argv[2];
const known = readdirSync(fromRoot('examples', 'topologies'), { withFileTypes: true }).filter((each) => each.isDirectory()).map(({ name }) => name);
if (!known.includes(topology)) {
  console.error(`usage: make topology TOPOLOGY=${known.join('|')}`);
  process.exit(2);
}
let ended = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (ended = true));
console.log(`starting ${topology} …`);
const fleet = await startFleet(topology);
console.log(`${topology} is running, in ${fleet.folder}\n`);
fleet.gateways.forEach(({ url, telemetry }, i) => console.log(`gateway ${i + 1}  ${url}/v1/rum  own metrics ${telemetry}`));
fleet.workers.forEach(({ telemetry }, i) => console.log(`worker ${i + 1}   own metrics ${telemetry}`));
if (fleet.broker) console.log(`broker     ${fleet.broker.address}`);
if (fleet.clickhouse) console.log(`ClickHouse ${fleet.clickhouse.url}?query=SELECT+*+FROM+rum_records`);
console.log(`
Send it an error, which is always kept, and end with Ctrl-C:
  curl ${fleet.gateways[0].url}/v1/rum -A 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36' -d '[{"type":"error","name":"error","value":1,"timestamp":'$(date +%s000)',"url":"https://shop.example/","sessionId":"me","metadata":{"message":"it broke"}}]'
`);
let printed = 0;
try {
  while (!ended) {
    await sleep(500);
    const arrived = await fleet.arrived().catch((error) => {
      if (ended) return printed; // Ctrl-C ends the store at the same time
      throw error;
    });
    if (arrived === printed) continue;
    printed = arrived;
    console.log(`records in the store: ${printed}`);
  }
} finally {
  console.log('ending …');
  await fleet.stop();
}
