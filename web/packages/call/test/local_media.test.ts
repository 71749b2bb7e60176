// Microphone, camera and screen while the browser still opens them: whatever is not wanted any more is stopped.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Devices } from '../src/devices.ts';
import { LocalMedia } from '../src/local_media.ts';
import { ScreenShare } from '../src/screen_share.ts';
import { settle, track, type FakeTrack } from './fakes.ts';

/** Devices that open when the test says so. */
function desk() {
  const opened: FakeTrack[] = [];
  const waits: (() => void)[] = [];
  const shown: string[] = [];
  const asked: string[] = [];
  const told: string[] = [];
  const open = (kind: string) =>
    new Promise<MediaStreamTrack>((resolve) => {
      asked.push(kind);
      waits.push(() => {
        opened.push(track(kind) as unknown as FakeTrack);
        resolve(opened.at(-1) as unknown as MediaStreamTrack);
      });
    });
  const devices = { mic: () => open('audio'), cam: () => open('video'), screen: async () => [await open('video')] } as unknown as Devices;
  const local = new LocalMedia({
    devices,
    show: (source, one) => Promise.resolve(shown.push(`${source} ${one ? 'on' : 'off'}`)),
    changed: (tracks) => told.push([...tracks.keys()].join(' ')),
    screenEnded: () => undefined,
  });
  const said: boolean[] = [];
  const link = { send: () => Promise.resolve({ ok: true }) };
  const screen = new ScreenShare({ devices, local, link: link as never, group: () => true, say: (on) => said.push(on) });
  /** The browser gives everything that it was asked for. */
  const give = async () => {
    await settle();
    for (let one = waits.shift(); one; one = waits.shift()) {
      one();
      await settle();
    }
  };
  const live = () => opened.filter(({ stopped }) => !stopped);
  return { local, screen, said, opened, shown, asked, told, give, live };
}

test('a microphone that is asked for twice is opened once', async () => {
  const { local, asked, give, live, shown } = desk();
  const both = Promise.all([local.device('mic', true), local.device('mic', true)]);
  await give();
  await both;
  assert.deepEqual([asked, live().length, shown], [['audio'], 1, ['mic on']]);
  local.end();
  assert.equal(live().length, 0);
});

test('a track that arrives after the end is stopped, and nothing is opened after it', async () => {
  const { local, asked, give, live, shown } = desk();
  const all = Promise.all([local.device('mic', true), local.device('mic', true), local.device('cam', true)]);
  await settle();
  local.end();
  await give();
  const late = local.device('cam', true);
  await give();
  await Promise.all([all, late]);
  assert.deepEqual([asked, live().length, shown], [['audio', 'video'], 0, []]);
});

test('after the end nobody is told of tracks: not of a late device, of one that is switched, of a late screen', async () => {
  const { local, screen, opened, give, live, told } = desk();
  const mic = local.device('mic', true);
  await give();
  await mic;
  const late = [local.device('cam', true), screen.begin()];
  await settle();
  local.end();
  const before = told.length;
  await give();
  for (const one of opened) Object.assign(one, { readyState: 'ended' });
  await Promise.all([...late, local.device('mic', false), screen.end()]);
  assert.deepEqual([told.slice(before), live().length], [[], 0]);
});

test('muted while it is opened: it is not sent, and the next word counts', async () => {
  const { local, give, live, opened } = desk();
  const on = local.device('mic', true);
  await settle();
  await local.device('mic', false);
  await give();
  await on;
  assert.deepEqual([local.isOn('mic'), live().length, opened.length], [false, 0, 1]);
  const [again, off, last] = [local.device('mic', true), local.device('mic', false), local.device('mic', true)];
  await give();
  await Promise.all([again, off, last]);
  assert.deepEqual([local.isOn('mic'), live().length], [true, 1]);
});

test('devices chosen anew: the old one stops, a mute meanwhile holds, and after the end nothing is left', async () => {
  const { local, give, live } = desk();
  const on = local.device('mic', true);
  await give();
  await on;
  const [first, second] = [local.again(), local.again()];
  await settle();
  await local.device('mic', false);
  await give();
  await Promise.all([first, second]);
  assert.deepEqual(live().map(({ enabled }) => enabled), [false]);
  const third = local.again();
  await settle();
  local.end();
  await give();
  await third;
  assert.equal(live().length, 0);
});

test('a screen that is asked for twice is one; one that is taken back while the user chooses is not shown', async () => {
  const { screen, local, said, asked, give, live } = desk();
  const both = Promise.all([screen.begin(), screen.begin()]);
  await give();
  await both;
  assert.deepEqual([asked.length, live().length, said], [1, 1, [true]]);
  await screen.end();
  const begun = screen.begin();
  const ended = screen.end();
  await give();
  await Promise.all([begun, ended]);
  assert.deepEqual([live().length, local.tracks.size, said.at(-1)], [0, 0, false]);
});

test('while it holds nothing is sent, whatever is turned on or opened meanwhile; then all goes on as it was wanted', async () => {
  const { local, screen, give, opened } = desk();
  const sends = () => opened.map(({ kind, enabled }) => `${kind} ${enabled}`);
  const mic = local.device('mic', true);
  await give();
  await mic;
  await local.device('mic', false);
  local.hold(true);
  const cam = local.device('cam', true);
  await give();
  await cam;
  const shared = screen.begin();
  await give();
  await shared;
  assert.deepEqual(sends(), ['audio false', 'video false', 'video false']);
  await local.device('mic', true);
  assert.equal(opened[0]!.enabled, false);
  assert.deepEqual([local.isOn('mic'), local.isOn('cam')], [true, true], 'what is wanted is said, and that it holds');
  await local.device('cam', false);
  local.hold(false);
  assert.deepEqual(sends(), ['audio true', 'video false', 'video true']);
});
