import type { Answer, ImClient, RequestOptions } from '@webrtc-im/client';
import { Calls, type CallsOptions } from '../src/calls.ts';
import { Devices } from '../src/devices.ts';
import { FakePc, TestClock, track, type FakeTrack } from './fakes.ts';

/** The client's face towards calls: events are given, requests are answered by the test. */
class FakeClient {
  state: 'connecting' | 'connected' = 'connected';
  readonly asked: (Answer & { cmd: string })[] = [];
  /** Of each request: how long it waits. */
  readonly patience: [string, number | undefined][] = [];
  answer: (asked: Answer & { cmd: string }) => Answer | Error = () => ({ ok: true });
  #listeners = new Map<string, Set<(value: unknown) => void>>();

  on(name: string, listener: (value: unknown) => void): () => void {
    const all = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, all.add(listener));
    return () => void all.delete(listener);
  }
  tell(name: string, value: unknown): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(value);
  }
  request(cmd: string, fields: Answer, options: RequestOptions = {}): Promise<Answer> {
    this.patience.push([cmd, options.timeoutMs]);
    const asked = { cmd, ...fields };
    this.asked.push(asked);
    const answer = this.answer(asked);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }
  of(cmd: string): (Answer & { cmd: string })[] {
    return this.asked.filter((one) => one.cmd === cmd);
  }
}

export const joined = { ok: true, call_id: 'c1', party_id: 'p1', party_token: 'secret', merged: false, ice: { iceServers: [{ urls: ['turn:t'] }], ttl_s: 3600 } };

/** A device of one user. */
export function stage(options: Pick<CallsOptions, 'unheard'> = {}) {
  const clock = new TestClock();
  const client = new FakeClient();
  const pcs: FakePc[] = [];
  const screens: FakeTrack[] = [];
  const shared = () => {
    screens.push(track('video') as unknown as FakeTrack);
    return Promise.resolve({ getTracks: () => [screens.at(-1)] });
  };
  const media = { getDisplayMedia: shared, getUserMedia: (wanted: object) => Promise.resolve({ getTracks: () => [track('audio' in wanted ? 'audio' : 'video')] }) };
  const calls = new Calls(client as unknown as ImClient, {
    clock,
    devices: new Devices(media as unknown as MediaDevices),
    ...options,
    make: () => {
      const pc = new FakePc();
      pcs.push(pc);
      return pc as unknown as RTCPeerConnection;
    },
  });
  client.answer = ({ cmd }) => (cmd === 'call.invite' ? joined : { ok: true });
  return { clock, client, pcs, calls, screens };
}
