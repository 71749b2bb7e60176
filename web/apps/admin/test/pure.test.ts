import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { curlLine, quoted } from '../src/curl.ts';
import { keep, rate, total, totalRate, type Figures } from '../src/rates.ts';
import { en } from '../src/words_en.ts';
import { zh } from '../src/words_zh.ts';

const figures = (at_ms: number, values: Record<string, Record<string, number> | null>): Figures => ({
  at_ms, queues: { outbox: 0, hooks: 0 }, nodes: Object.entries(values).map(([name, one]) => ({ kind: 'comet', name, values: one })),
});

test('rates are changes per second, and none where a node was started anew or says nothing', () => {
  const before = figures(1000, { a: { n: 10 }, b: { n: 50 }, c: null });
  const now = figures(3000, { a: { n: 30 }, b: { n: 5 }, c: { n: 1 }, d: { n: 9 } });
  assert.equal(rate(before, now, 'a', 'n'), 10);
  for (const name of ['b', 'c', 'd']) assert.equal(rate(before, now, name, 'n'), null);
  assert.equal(totalRate(before, now, 'n'), 10);
  assert.equal(totalRate(undefined, now, 'n'), null);
  assert.equal(total(now, 'n'), 45);
  assert.equal(total(now, 'other'), null);
});

test('the history is bounded, and a reading counts once', () => {
  let history: readonly Figures[] = [];
  for (let at = 1; at <= 9; at++) history = keep(keep(history, figures(at, {}), 5), figures(at, {}), 5);
  assert.deepEqual(history.map(({ at_ms }) => at_ms), [5, 6, 7, 8, 9]);
});

test('a shell gets the very words, whatever is in them', () => {
  for (const text of [`it's`, '$(touch x)', '`id`', 'a\nb', '"', '漢字 & more', "''", '\\']) {
    assert.equal(execFileSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' }), text);
  }
});

test('curl lines name what goim names', () => {
  assert.equal(curlLine({ to: 'room', target: 'live://1 2', op: 1000, body: 'hi' }), `curl --data-binary 'hi' 'http://127.0.0.1:3111/goim/push/room?operation=1000&type=live&room=1+2'`);
  assert.match(curlLine({ to: 'user', target: '7', op: 5, body: '' }), /mids\?operation=5&mids=7'/);
  assert.match(curlLine({ to: 'all', target: 'ignored', op: 5, body: '' }), /push\/all\?operation=5'/);
});

test('both languages have the same places to fill in', () => {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const key of Object.keys(en) as (keyof typeof en)[]) assert.deepEqual(places(zh[key]), places(en[key]), key);
});
