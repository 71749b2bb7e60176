// peer.mjs call UID | answer: one call of two with werift. See ../README.md.
import { createInterface } from 'node:readline';
import { Link } from './link.mjs';
import { Party } from './party.mjs';

const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));

const link = new Link();
const party = new Party(link, say);
let lane = Promise.resolve();
const rings = new Promise((resolve) => {
  link.onEvent = (event) => {
    if (event.cmd === 'call.incoming') resolve(event.call_id);
    lane = lane.then(() => ready).then(() => party.event(event));
  };
});
let begun;
const ready = new Promise((resolve) => (begun = resolve));

await link.open(process.env.IM_WS, process.env.IM_TOKEN, 'node peer');
say('ready');
if (process.argv[2] === 'call') await party.call(Number(process.argv[3]));
else await party.answer(await rings);
begun();
createInterface({ input: process.stdin }).on('line', (line) => line === 'hangup' && void party.hangup());
setInterval(() => say('media', party.heard.counters), 500).unref();
const reason = await party.ended;
await party.close();
link.close();
say('ended', { reason });
process.exit(0);
