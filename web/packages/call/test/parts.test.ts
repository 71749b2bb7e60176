import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventLog } from '../src/event_log.ts';
import { problemOf } from '../src/devices.ts';
import { QualityMeter } from '../src/quality.ts';
import { Recovery } from '../src/recovery.ts';
import { TestClock } from './fakes.ts';

test('events are taken once, in whatever order they come', () => {
  const { log } = eventLog();
  assert.deepEqual([1, 3, 3, 2, 1, 5].map((eseq) => log.take(eseq)), [true, true, false, true, false, true]);
  assert.equal(log.last, 3);
  assert.ok(log.take(4));
  assert.equal(log.last, 5);
});

function eventLog() {
  const clock = new TestClock();
  const asked: number[] = [];
  const log: EventLog = new EventLog({ clock, missing: () => asked.push(log.last) });
  return { clock, log, asked };
}

test('an event that stays away is asked for, one that is only late is not', async () => {
  const { clock, log, asked } = eventLog();
  log.take(2);
  await clock.pass(3000);
  log.take(1);
  log.take(4);
  await clock.pass(4000);
  assert.deepEqual(asked, []);
  await clock.pass(1000);
  assert.deepEqual(asked, [2]);
});

test('the last event is missing: only the cluster can say so', async () => {
  const { clock, log, asked } = eventLog();
  log.take(1);
  log.told(1);
  await clock.pass(60_000);
  assert.deepEqual(asked, []);
  log.told(2);
  await clock.pass(5000);
  assert.deepEqual(asked, [1]);
});

test('what was asked for and did not come is not asked for again; what is missing after it is', async () => {
  const { clock, log, asked } = eventLog();
  log.take(2);
  await clock.pass(60_000);
  log.take(3);
  await clock.pass(60_000);
  assert.deepEqual(asked, [0]);
  log.skip(2);
  log.take(5);
  await clock.pass(60_000);
  assert.deepEqual([asked, log.last], [[0, 3], 3]);
});

test('what is not kept any more ends where the cluster says: an event after it is still to come', () => {
  const { log } = eventLog();
  log.take(9);
  log.skip(7);
  assert.deepEqual([log.last, log.take(7), log.take(8), log.last], [7, false, true, 9]);
});

test('nothing is asked for after the end', async () => {
  const { clock, log, asked } = eventLog();
  log.take(2);
  log.end();
  log.take(4);
  await clock.pass(60_000);
  assert.deepEqual([asked, clock.timers], [[], 0]);
});

function recovery(patienceMs = 3000) {
  const clock = new TestClock();
  const did: string[] = [];
  const one = new Recovery({ clock, patienceMs, restart: () => did.push('restart'), giveUp: () => did.push('give up') });
  return { clock, did, one };
}

test('a short loss restarts nothing', async () => {
  const { clock, did, one } = recovery();
  one.state('disconnected');
  await clock.pass(2900);
  one.state('connected');
  await clock.pass(100_000);
  assert.deepEqual(did, []);
});

test('a failure restarts at once, again every five seconds, and ends after 45', async () => {
  const { clock, did, one } = recovery();
  one.state('failed');
  await clock.pass(1);
  assert.deepEqual(did, ['restart']);
  await clock.pass(44_000);
  assert.equal(did.length, 5); // not more in a minute
  await clock.pass(1000);
  assert.equal(did.at(-1), 'give up');
  assert.equal(clock.timers, 0);
});

test('statistics: path, loss since the last look, level', () => {
  const meter = new QualityMeter();
  const stats = (packets: number, lost: number, type: string) => [
    { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
    { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', currentRoundTripTime: 0.05 },
    { id: 'l', type: 'local-candidate', candidateType: 'host' },
    { id: 'r', type: 'remote-candidate', candidateType: type },
    { id: 'i', type: 'inbound-rtp', packetsReceived: packets, packetsLost: lost },
  ];
  assert.deepEqual(meter.read(stats(100, 0, 'host')), { rttMs: 50, loss: 0, path: 'host', inbound: true, level: 'good' });
  assert.deepEqual(meter.read(stats(190, 10, 'relay')), { rttMs: 50, loss: 100, path: 'relay', inbound: true, level: 'bad' });
  assert.equal(meter.read(stats(190, 10, 'relay')).inbound, false);
});

test('what a browser says of a device becomes a word', () => {
  const named = (name: string) => Object.assign(new Error(name), { name });
  assert.deepEqual(['NotAllowedError', 'NotFoundError', 'NotReadableError', 'X'].map((name) => problemOf(named(name))), ['denied', 'missing', 'busy', 'failed']);
});
