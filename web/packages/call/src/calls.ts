import { Emitter, newId, RequestError, systemClock, type Answer, type Clock, type ImClient } from '@webrtc-im/client';
import { Call } from './call.ts';
import type { CallBegun, CallOptions } from './call_types.ts';
import { Devices } from './devices.ts';
import { LastWords, type WordPlace } from './last_words.ts';
import type { CallEvent, Kind, Member } from './types.ts';

export interface Incoming {
  readonly callId: string;
  readonly from: number;
  readonly kind: Kind;
  readonly group: boolean;
  readonly convId: number;
  /** When it stops, on this device's clock. */
  readonly until: number;
}
export interface CallsEvents {
  incoming: Incoming;
  /** It does not ring any more: answered or declined elsewhere, given up, over. */
  silent: { readonly callId: string; readonly reason: string };
  /** This user is in a call on another device. */
  mirror: { readonly callId: string; readonly on: boolean; readonly device: string };
}
export interface CallsOptions {
  readonly clock?: Clock;
  readonly devices?: Devices;
  readonly make?: (config: RTCConfiguration) => RTCPeerConnection;
  /** Media goes through TURN only: nobody learns this device's addresses. */
  readonly relayOnly?: boolean;
  /** Which of the cluster's STUN and TURN servers are used. */
  readonly servers?: (servers: RTCIceServer[]) => RTCIceServer[];
  /** Where hang-ups and rejects that the cluster has not heard yet are kept; none: they are lost with the page. */
  readonly unheard?: WordPlace;
}

export interface InviteOptions {
  /** It goes out in `ms`; 4429: too many calls in a short time. */
  readonly onWait?: (ms: number, why: RequestError) => void;
}

const EARLY_MOST = 100;
const CAPS = ['vp8', 'h264', 'opus'];
const membersOf = (said: Answer) => (said['members'] ?? []) as readonly Member[];

/** Calls of one user on one device. */
export class Calls extends Emitter<CallsEvents> {
  readonly devices: Devices;
  readonly #client: ImClient;
  readonly #options: CallOptions;
  readonly #ringing = new Map<string, Incoming>();
  readonly #timers = new Map<string, unknown>();
  readonly #words: LastWords;
  readonly #off: () => void;
  readonly #calls = new Map<string, Call>();
  /** Events to a party that overtook the answer which tells us that we are it. */
  #early: CallEvent[] = [];

  constructor(client: ImClient, options: CallsOptions = {}) {
    super();
    this.#client = client;
    this.devices = options.devices ?? new Devices();
    const clock = options.clock ?? systemClock;
    this.#words = new LastWords(client, clock, options.unheard);
    this.#options = {
      client,
      clock,
      words: this.#words,
      devices: this.devices,
      make: options.make ?? ((config) => new RTCPeerConnection(config)),
      relayOnly: options.relayOnly ?? false,
      servers: options.servers ?? ((servers) => servers),
    };
    this.#off = client.on('event', (event) => this.#event(event as CallEvent));
  }

  get ringing(): readonly Incoming[] {
    return [...this.#ringing.values()];
  }

  /** Stops listening; calls that run are hung up. */
  end(): void {
    this.#off();
    for (const call of this.#calls.values()) call.hangup();
    this.#words.end();
  }

  /** RequestError 4486: is in another call. When both called at once it is answered already; when their call has grown and goes on it is joined. */
  async invite(callee: number, kind: Kind, options: InviteOptions = {}): Promise<Call> {
    const answer = await this.#client.request('call.invite', { client_call_id: newId(), callee: [callee], kind, caps: CAPS }, { safe: true, ...options });
    return this.#begin({ kind }, answer, (call) => {
      if (call.group) call.joined(answer);
      else if (answer['merged'] === true) call.meet(String(answer['peer_party']), callee, 'waits');
    });
  }

  /** 4406: nothing in common with the caller. 4409: another device was faster. In a group this side is a newcomer, who offers to each. */
  async accept(callId: string): Promise<Call> {
    const incoming = this.#ringing.get(callId);
    const kind = incoming?.kind ?? 'audio';
    const media = { mic: true, cam: kind === 'video' };
    const answer = await this.#client.request('call.accept', { call_id: callId, caps: CAPS, media }, { safe: false });
    this.#silence(callId, 'accepted');
    return this.#begin({ kind }, answer, (call) => {
      if (call.group) call.joined(answer);
      else call.meet(String(answer['peer_party']), incoming?.from ?? 0, 'waits');
    });
  }

  /** On all devices of this user, at once here; the cluster hears of it now or when it can be reached. */
  reject(callId: string, reason: 'declined' | 'busy' = 'declined'): Promise<void> {
    const until = this.#ringing.get(callId)?.until; // a later ring of this call is another one
    this.#silence(callId, 'rejected');
    return this.#words.say('call.reject', { call_id: callId, scope: 'user', reason }, until);
  }

  /** A group's call, by its conversation or by a meeting number. */
  async join(where: { conv_id: number } | { meeting_no: string; pin?: string }, kind: Kind): Promise<Call> {
    const answer = await this.#client.request('call.join', { ...where, kind }, { safe: false });
    return this.#begin({ kind, meeting: true }, answer, (call) => call.joined(answer));
  }

  /** The call that this user is in at another device (`mirror`) goes on here; there it ends with `replaced`. 4405: nobody has answered yet. */
  async takeOver(callId: string): Promise<Call> {
    const before = await this.#client.request('call.look', { call_id: callId }, { safe: true });
    const answer = await this.#client.request('call.transfer', { call_id: callId, take_over: true, caps: CAPS }, { safe: false });
    const me = membersOf(answer).find(({ party }) => party === answer['party_id'])?.uid;
    const media = membersOf(before).find(({ uid }) => uid === me)?.state;
    const waits = answer['group'] !== true && me !== answer['caller'];
    return this.#begin({ kind: answer['kind'] as Kind, ...(media ? { media } : {}) }, answer, (call) => call.joined(answer, waits ? 'waits' : 'offers'));
  }

  #begin(what: CallBegun, answer: Answer, meet: (call: Call) => void): Call {
    const before = this.#calls.get(String(answer['call_id']));
    if (before?.party === answer['party_id']) return before!; // this device is that party already
    const call = new Call(this.#options, what, answer);
    meet(call);
    this.#calls.set(call.id, call);
    for (const event of this.#early) if (event.call_id === call.id) call.take(event);
    this.#early = this.#early.filter((event) => event.call_id !== call.id);
    call.on('ended', () => this.#calls.delete(call.id));
    return call;
  }

  #event(event: CallEvent): void {
    if (event.to_party !== undefined && !this.#calls.has(event.call_id)) this.#early = [...this.#early, event].slice(-EARLY_MOST);
    if (event.cmd === 'call.incoming') return this.#rings(event);
    if (event.cmd === 'call.handled_elsewhere') return this.#silence(event.call_id, String(event['how']));
    if (event.cmd === 'call.ended') return this.#silence(event.call_id, String(event['reason']));
    if (event.cmd === 'call.mirror') this.emit('mirror', { callId: event.call_id, on: event['on'] === true, device: String(event['device_name'] ?? '') });
  }

  /** However often it is told of a call, it rings once; after a decline somebody may add this user again, and it rings anew. */
  #rings(event: CallEvent): void {
    const callId = event.call_id;
    if (this.#ringing.has(callId) || this.#calls.has(callId) || this.#words.declines(callId)) return;
    const left = Number(event['left_ms'] ?? 0);
    const incoming: Incoming = {
      callId,
      from: Number(event['from']),
      kind: event['kind'] as Kind,
      group: event['group'] === true,
      convId: Number(event['conv_id'] ?? 0),
      until: this.#options.clock.now() + left,
    };
    this.#ringing.set(callId, incoming);
    this.#timers.set(callId, this.#options.clock.set(() => this.#silence(callId, 'timeout'), left + 2000));
    void this.#client.request('call.ringing', { call_id: callId }, { safe: true, timeoutMs: 10_000 }).catch((error: unknown) => {
      if (error instanceof RequestError && (error.code === 4404 || error.code === 4410)) this.#silence(callId, 'cancelled');
    });
    this.emit('incoming', incoming);
  }

  #silence(callId: string, reason: string): void {
    this.#options.clock.clear(this.#timers.get(callId));
    this.#timers.delete(callId);
    if (this.#ringing.delete(callId)) this.emit('silent', { callId, reason });
  }
}
