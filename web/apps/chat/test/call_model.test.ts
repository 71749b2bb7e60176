// What the pages do with calls, against a client and devices of the test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Devices, type CallsOptions } from '@webrtc-im/call';
import { NoAnswerError, RequestError, type Answer, type ImClient } from '@webrtc-im/client';
import { CallModel } from '../src/model/call_model.ts';

type Asked = Answer & { readonly cmd: string };
interface FakeTrack {
  readonly kind: string;
  enabled: boolean;
  stopped: boolean;
  stop(): void;
}

const settle = async () => {
  for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** A page; requests and devices are answered when the test says so. */
function desk(options: Pick<CallsOptions, 'clock'> = {}) {
  const asked: Asked[] = [];
  const listeners = new Map<string, ((value: unknown) => void)[]>();
  const waits: (() => void)[] = [];
  const tracks: FakeTrack[] = [];
  const faults = new Map<string, Error>();
  /** More members of the answers to a command. */
  const said = new Map<string, Answer>();
  const later = <T>(make: () => T) => new Promise<T>((resolve) => void waits.push(() => resolve(make())));
  const opened = (kind: string) => {
    const made: FakeTrack = { kind, enabled: true, stopped: false, stop: () => (made.stopped = true) };
    tracks.push(made);
    return { getTracks: () => [made] };
  };
  const answer = { ok: true, call_id: 'c1', party_id: 'p1', party_token: 'x', ice: { iceServers: [], ttl_s: 60 }, peer_party: 'p2', members: [], kind: 'audio', caller: 1 };
  const client = {
    on: (name: string, listener: (value: unknown) => void) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
      return () => undefined;
    },
    request: (cmd: string, fields: Answer) => {
      asked.push({ cmd, ...fields });
      if (faults.has(cmd)) return Promise.reject(faults.get(cmd)!);
      return /invite|accept|join|transfer/.test(cmd) ? later(() => ({ ...answer, ...said.get(cmd) })) : Promise.resolve({ ok: true, ...said.get(cmd) });
    },
  };
  const media = { getUserMedia: (wanted: object) => later(() => opened('audio' in wanted ? 'audio' : 'video')), getDisplayMedia: () => later(() => opened('video')) };
  /** Takes tracks, and has nobody at its other end. */
  const make = () => {
    const lines: object[] = [];
    const addTrack = (track: FakeTrack) => {
      const sender = { track, replaceTrack: () => Promise.resolve() };
      lines.push({ sender, mid: null, receiver: { track }, direction: 'sendrecv' });
      return sender;
    };
    return { close: () => undefined, addTrack, getTransceivers: () => lines } as unknown as RTCPeerConnection;
  };
  const model = new CallModel(client as unknown as ImClient, null, { devices: new Devices(media as unknown as MediaDevices), make, ...options });
  const tell = (event: object, name = 'event') => listeners.get(name)?.forEach((listener) => listener({ call_id: 'c1', ...event }));
  const go = async () => {
    await settle();
    for (let one = waits.shift(); one; one = waits.shift()) {
      one();
      await settle();
    }
  };
  /** The next answer alone. */
  const step = () => (waits.shift()!(), settle());
  /** It is given when the test calls this; others go before it. */
  const hold = () => waits.shift()!;
  const live = () => tracks.filter(({ stopped, enabled }) => !stopped && enabled);
  const of = (cmd: string) => asked.filter((one) => one.cmd === cmd);
  return { model, tell, go, step, hold, live, tracks, asked, of, faults, said };
}

const meeting = { meeting_no: '123456789' };

test('a second click on a button that begins a call is none', async () => {
  for (const begin of [(model: CallModel) => model.join(meeting, 'audio'), (model: CallModel) => model.start(2, 'audio')]) {
    const { model, go, asked, live } = desk();
    void begin(model);
    void begin(model);
    await go();
    assert.equal(asked.filter(({ cmd }) => /join|invite/.test(cmd)).length, 1);
    assert.equal(live().length, 1);
    model.hangup();
    assert.deepEqual([live().length, model.call.value], [0, null]);
    model.end();
  }
});

test('hold: said and shown, the buttons stay as they were wanted, and the next call begins without it', async () => {
  const { model, go, live, of, tell } = desk();
  const begin = async () => {
    void model.start(2, 'audio');
    await go();
    tell({ cmd: 'call.accepted', to_party: 'p1', eseq: 1, peer_party: 'p2', uid: 2, role: 'caller' });
    await settle();
  };
  const said = () => (of('call.media').at(-1)!['state'] as { hold: boolean }).hold;
  model.toggleHold();
  assert.equal(model.hold.value, false, 'there is no call');
  await begin();
  model.toggleHold();
  await settle();
  assert.deepEqual([model.hold.value, said(), live().length, model.media.value.mic], [true, true, 0, true]);
  model.toggleHold();
  await settle();
  assert.deepEqual([model.hold.value, said(), live().length], [false, false, 1]);
  model.toggleHold();
  model.hangup();
  assert.equal(model.hold.value, false);
  await begin();
  assert.deepEqual([model.hold.value, said()], [false, false]);
  model.end();
});

test('while a call is begun another one rings on, and can be taken then', async () => {
  const { model, tell, go, of } = desk();
  const begun = model.start(2, 'audio');
  tell({ cmd: 'call.incoming', call_id: 'c7', from: 3, kind: 'audio', left_ms: 60_000 });
  await model.accept();
  assert.deepEqual([of('call.accept').length, model.incoming.value?.callId], [0, 'c7']);
  await go();
  await begun;
  void model.accept();
  await go();
  assert.deepEqual([of('call.accept').length, of('call.cancel').length, model.incoming.value], [1, 1, null]);
  model.hangup();
  model.end();
});

test('hung up while the browser still asks for the camera: nothing is live', async () => {
  const { model, go, live, tracks } = desk();
  void model.join(meeting, 'audio');
  await settle();
  await go();
  const on = model.toggle('cam');
  await settle();
  model.hangup();
  await go();
  await on;
  assert.deepEqual([tracks.length, live().length, model.problem.value], [2, 0, '']);
  model.end();
});

test('a camera that the browser gives after its call is nothing of the next one: its microphone is shown, and the first click mutes it', async () => {
  const { model, go, hold, live } = desk();
  void model.join(meeting, 'audio');
  await go();
  const late = model.toggle('cam');
  await settle();
  const give = hold();
  model.hangup();
  void model.join(meeting, 'audio');
  await go();
  assert.deepEqual([live().map(({ kind }) => kind), model.media.value.mic], [['audio'], true]);
  give();
  await late;
  assert.deepEqual([model.media.value, [...model.local.value.keys()]], [{ mic: true, cam: false, screen: false }, ['mic']]);
  await model.toggle('mic');
  assert.deepEqual([live().length, model.media.value.mic], [0, false]);
  model.hangup();
  model.end();
});

test('the model itself takes no word of a call that is not shown any more', async () => {
  const { model, go } = desk();
  void model.join(meeting, 'audio');
  await go();
  const old = model.call.value as unknown as { emit: (name: string, value: unknown) => void };
  model.hangup();
  void model.join(meeting, 'audio');
  await go();
  old.emit('local', new Map());
  old.emit('quality', { level: 'bad' });
  old.emit('stuck', { party: 'p2' });
  assert.deepEqual([model.media.value.mic, model.quality.value, model.stuck.value], [true, 'good', false]);
  model.hangup();
  model.end();
});

test('the host mutes, and stops a screen, also while they are opened', async () => {
  const { model, go, step, live, tell, tracks } = desk();
  void model.join(meeting, 'audio');
  await step();
  tell({ cmd: 'call.host', to_party: 'p1', eseq: 1, op: 'mute' });
  await go();
  assert.deepEqual([tracks.length, live().length, model.media.value.mic], [1, 0, false]);
  const screen = model.toggle('screen');
  await settle();
  tell({ cmd: 'call.host', to_party: 'p1', eseq: 2, op: 'stop_screen' });
  await go();
  await screen;
  assert.deepEqual([live().length, model.media.value.screen], [0, false]);
  void model.toggle('cam');
  await settle();
  model.hangup();
  model.end();
});

test('a call at another device is shown, and taken here; one that was taken from here is shown, and not as an end', async () => {
  const { model, tell, go, of } = desk();
  tell({ cmd: 'call.mirror', on: true, party: 'p2', device_name: 'phone' });
  assert.equal(model.elsewhere.value?.device, 'phone');
  void model.takeOver();
  void model.takeOver();
  await go();
  assert.deepEqual([of('call.transfer').length, model.elsewhere.value, model.call.value?.id], [1, null, 'c1']);
  tell({ cmd: 'call.mirror', on: true, party: 'p3', device_name: 'tablet' });
  tell({ cmd: 'call.ended', to_party: 'p1', eseq: 1, reason: 'replaced' });
  assert.deepEqual([model.call.value, model.ended.value, model.elsewhere.value?.device], [null, null, 'tablet']);
  tell({ cmd: 'call.mirror', on: false, party: 'p3', call_id: 'c2' });
  assert.ok(model.elsewhere.value);
  tell({ cmd: 'call.mirror', on: false, party: 'p3' });
  assert.equal(model.elsewhere.value, null);
  model.end();
});

test('muted at the other device it is muted here, and a camera that was off is not opened', async () => {
  const { model, tell, go, tracks, live, said } = desk();
  said.set('call.look', { members: [{ party: 'p0', uid: 1, state: { mic: false, cam: false, screen: false, hold: false } }] });
  tell({ cmd: 'call.mirror', on: true, party: 'p0', device_name: 'phone' });
  said.set('call.transfer', { kind: 'video', members: [{ party: 'p1', uid: 1 }] });
  void model.takeOver();
  await go();
  assert.deepEqual([tracks.map(({ kind }) => kind), live().length, model.media.value.mic], [['audio'], 0, false]);
  await Promise.all([model.toggle('mic'), go()]);
  assert.deepEqual([live().length, model.media.value.mic], [1, true]);
  model.end();
});

test('a call that could not be taken over is still shown at the other device; one that is over is not', async () => {
  const refused = (code: number) => new RequestError({ ok: false, code });
  const cases = [[new NoAnswerError('timeout'), true], [refused(4503), true], [refused(4405), true], [refused(4404), false], [refused(4410), false]] as const;
  for (const cmd of ['call.look', 'call.transfer']) {
    for (const [fault, stays] of cases) {
      const { model, tell, faults } = desk();
      tell({ cmd: 'call.mirror', on: true, party: 'p2', device_name: 'phone' });
      faults.set(cmd, fault);
      await model.takeOver();
      assert.deepEqual([model.elsewhere.value !== null, model.call.value, model.ended.value !== null], [stays, null, true], `${cmd}: ${fault.message}`);
      model.end();
    }
  }
});

test('a click to take a call over while another one is begun takes nothing, and the call stays where it is', async () => {
  const { model, tell, go, of } = desk();
  tell({ cmd: 'call.mirror', call_id: 'c9', on: true, party: 'p2', device_name: 'phone' });
  void model.join(meeting, 'audio');
  await model.takeOver();
  assert.deepEqual([of('call.transfer').length, model.elsewhere.value?.callId], [0, 'c9']);
  await go();
  await model.takeOver();
  assert.deepEqual([of('call.transfer').length, model.elsewhere.value?.callId], [0, 'c9']);
  model.hangup();
  model.end();
});
