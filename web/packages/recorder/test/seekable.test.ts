import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, element, elements, join, uintOf } from '../src/ebml.ts';
import { seekable } from '../src/seekable.ts';

const [HEADER, SEGMENT, INFO, TRACKS, CLUSTER, CUES] = [0x1a45dfa3, 0x18538067, 0x1549a966, 0x1654ae6b, 0x1f43b675, 0x1c53bb6b];
const [SOUND, PICTURE] = [1, 2];

/** As browsers write it while they record: the size is not known. */
const open = (id: number, ...content: Uint8Array[]) => join(bytesOf(id, 4), Uint8Array.of(1, 255, 255, 255, 255, 255, 255, 255), ...content);
const block = (track: number, time: number, key: boolean) => element(0xa3, Uint8Array.of(0x80 | track), bytesOf((time + 65536) % 65536, 2), Uint8Array.of(key ? 0x80 : 0), new Uint8Array(9));
const cluster = (time: number, ...blocks: Uint8Array[]) => open(CLUSTER, element(0xe7, bytesOf(time, 3)), ...blocks);
const track = (number: number, type: number) => element(0xae, element(0xd7, bytesOf(number, 1)), element(0x83, bytesOf(type, 1)));

const head = [element(HEADER, new Uint8Array(5)), element(INFO, element(0x2ad7b1, bytesOf(1_000_000, 3))), element(TRACKS, track(SOUND, 2), track(PICTURE, 1))] as const;
const recorded = (...clusters: Uint8Array[]) => join(head[0], open(SEGMENT, head[1], head[2], ...clusters));

/** What a player reads: the duration and where it may jump to. */
function read(data: Uint8Array) {
  const [, segment] = elements(data, 0, data.length);
  const parts = elements(data, segment!.content, segment!.end);
  const part = (id: number) => parts.filter((one) => one.id === id);
  const fields = (one: { content: number; end: number } | undefined) => (one ? elements(data, one.content, one.end) : []);
  const duration = fields(part(INFO)[0]).find(({ id }) => id === 0x4489);
  const cues = fields(part(CUES)[0]).map((point) => {
    const [time, places] = fields(point);
    const [, place] = fields(places);
    return { time: uintOf(data, time!), at: segment!.content + uintOf(data, place!) };
  });
  const end = segment!.end === data.length && !segment!.open;
  return { duration: duration && new DataView(data.buffer).getFloat64(duration.content), cues, clusters: part(CLUSTER).map(({ from, open: unknown }) => ({ from, unknown })), end };
}

test('a recording gets its duration, and its key frames places at which clusters begin', () => {
  const got = read(seekable(recorded(
    cluster(0, block(SOUND, 0, true), block(PICTURE, 5, true), block(PICTURE, 900, false)),
    cluster(1000, block(SOUND, 0, true), block(PICTURE, 10, false)),
    cluster(2000, block(PICTURE, 30, true), block(SOUND, -10, true), block(SOUND, 700, true)),
  )));
  assert.equal(got.duration, 2720);
  assert.deepEqual(got.clusters.map(({ unknown }) => unknown), [false, false, false]);
  assert.deepEqual(got.cues, [{ time: 5, at: got.clusters[0]!.from }, { time: 2030, at: got.clusters[2]!.from }]);
  assert.ok(got.end);
});

test('it stays what it is when it is done twice', () => {
  const once = seekable(recorded(cluster(0, block(PICTURE, 0, true), block(PICTURE, 80, false))));
  assert.deepEqual(read(seekable(once)), read(once));
});

test('a cluster that was cut keeps what is there', () => {
  const whole = recorded(cluster(0, block(PICTURE, 0, true), block(SOUND, 40, true)), cluster(1000, block(PICTURE, 0, true), block(SOUND, 60, true)));
  for (let cut = 1; cut < whole.length; cut++) {
    const got = seekable(whole.slice(0, whole.length - cut));
    assert.ok(got.length <= whole.length + 400);
  }
});

test('what is no WebM, or says nothing, comes back as it is', () => {
  for (const data of [new Uint8Array(0), new Uint8Array(64), new TextEncoder().encode('....ftypisom0000000000000'), recorded(), Uint8Array.from({ length: 500 }, (_, i) => (i * 73) % 256)]) {
    assert.equal(seekable(data), data);
  }
});
