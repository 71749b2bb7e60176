import { Emitter, RequestError, type Answer } from '@webrtc-im/client';
import type { CallEvents, CallOptions, CallState, Remote } from './call_types.ts';
import { EventLog } from './event_log.ts';
import { PartyLink, type PartyIds } from './party_link.ts';
import { LocalMedia } from './local_media.ts';
import type { Peer } from './peer.ts';
import type { Quality } from './quality.ts';
import { Reporter } from './reporter.ts';
import { Side } from './side.ts';
import { noMedia, type CallEvent, type IceServers, type IceSignal, type Kind, type MediaState, type Member, type SdpSignal, type Source } from './types.ts';

/** One call that this device takes part in. */
export class Call extends Emitter<CallEvents> {
  readonly kind: Kind;
  readonly group: boolean;
  state: CallState = 'ringing';
  media: MediaState = noMedia;
  readonly #options: CallOptions;
  readonly #link: PartyLink;
  readonly #log = new EventLog();
  readonly #sides = new Map<string, Side>();
  readonly #local: LocalMedia;
  readonly #off: (() => void)[];
  #ice: IceServers;
  #iceUntil: number;
  readonly #reporter: Reporter;
  #resuming = false;

  constructor(options: CallOptions, what: { kind: Kind; group: boolean }, answer: Answer) {
    super();
    this.#options = options;
    this.kind = what.kind;
    this.group = what.group;
    const { call_id, party_id, party_token } = answer as unknown as PartyIds;
    this.#link = new PartyLink(options.client, options.clock, { call_id, party_id, party_token });
    this.#ice = (answer['ice'] as IceServers | undefined) ?? { iceServers: [], ttl_s: 3600 };
    this.#iceUntil = options.clock.now() + this.#ice.ttl_s * 1000;
    this.#local = new LocalMedia({
      devices: options.devices,
      show: (source, track) => Promise.all([...this.#sides.values()].map(({ peer }) => peer.setTrack(source, track))),
      changed: (tracks) => this.emit('local', tracks),
      screenEnded: () => void this.#endScreen(),
    });
    this.#off = [
      options.client.on('ready', () => void this.#resume()),
      options.client.on('state', ({ state }) => state === 'connected' || this.#link.lost()),
      options.client.on('event', (event) => event['call_id'] === call_id && this.take(event as CallEvent)),
    ];
    this.#reporter = new Reporter({
      clock: options.clock,
      sides: () => this.#sides.values(),
      send: (report) => {
        if (this.state !== 'ringing') void this.#link.send('call.report', report).catch((error: unknown) => this.#refused(error));
      },
      measured: (quality) => this.emit('quality', quality),
    });
    this.#reporter.report();
  }

  get id(): string {
    return this.#link.ids.call_id;
  }

  get party(): string {
    return this.#link.ids.party_id;
  }

  get local(): ReadonlyMap<Source, MediaStreamTrack> {
    return this.#local.tracks;
  }

  get remotes(): readonly Remote[] {
    return [...this.#sides].map(([party, side]) => ({ party, uid: side.uid, media: side.media, lost: side.lost, tracks: side.tracks }));
  }

  get quality(): Quality | undefined {
    return this.#reporter.quality;
  }

  /** For statistics and tests. */
  get connections(): readonly RTCPeerConnection[] {
    return [...this.#sides.values()].map(({ peer }) => peer.pc);
  }

  /** The other side is known: this one offers, or waits for its offer. */
  meet(party: string, uid: number, role: 'offers' | 'waits'): void {
    if (this.state === 'ended' || this.#sides.has(party) || party === this.party) return;
    if (this.state === 'ringing') {
      this.#enter('connecting');
      this.#say({});
    }
    const side = this.#side(party, uid, role);
    this.#sides.set(party, side);
    for (const [source, track] of this.#local.tracks) void side.peer.setTrack(source, track);
    this.emit('remotes', this.remotes);
  }

  async setMic(on: boolean): Promise<void> {
    await this.#local.device('mic', on);
    this.#say({ mic: on });
  }

  async setCam(on: boolean): Promise<void> {
    await this.#local.device('cam', on);
    this.#say({ cam: on });
  }

  /** Beside the camera. 4423: somebody else shares theirs. */
  async setScreen(on: boolean): Promise<void> {
    if (!on) return this.#endScreen();
    const tracks = await this.#options.devices.screen();
    try {
      if (this.group) await this.#link.send('call.screen', { on: true });
    } catch (error) {
      for (const track of tracks) track.stop();
      throw error;
    }
    await this.#local.screen(tracks);
    this.#say({ screen: true });
  }

  /** The devices that were chosen anew, without a negotiation. */
  switchDevices(): Promise<void> {
    return this.#local.again();
  }

  /** Ends at once here; the cluster hears of it now or when it can be reached. */
  hangup(reason = 'hangup'): void {
    if (this.state === 'ended') return;
    const cmd = this.group ? 'call.leave' : this.state === 'ringing' ? 'call.cancel' : 'call.hangup';
    const fields = { call_id: this.id, ...(this.group ? { party_id: this.party } : { reason }) };
    void this.#options.client.request(cmd, fields, { safe: true, timeoutMs: 120_000 }).catch(() => undefined);
    this.finish(reason, null, 0);
  }

  /** An event of the cluster for this call. */
  take(event: CallEvent): void {
    if (this.state === 'ended' || (event.to_party !== undefined && event.to_party !== this.party)) return;
    if (event.eseq !== undefined && !this.#log.take(event.eseq)) return;
    this.#taken(event);
  }

  finish(reason: string, by: number | null, talkMs: number): void {
    if (this.state === 'ended') return;
    for (const off of this.#off) off();
    this.#link.end();
    this.#reporter.end();
    for (const party of [...this.#sides.keys()]) this.#part(party);
    this.#local.end();
    this.#enter('ended');
    this.emit('ended', { reason, by, talkMs });
  }

  #taken(event: CallEvent): void {
    const text = (name: string) => String(event[name] ?? '');
    const from = this.#sides.get(text('from_party'));
    if (event.cmd === 'call.sdp') void from?.peer.sdp(event as unknown as SdpSignal);
    else if (event.cmd === 'call.ice') void from?.peer.ice(event as unknown as IceSignal);
    else if (event.cmd === 'call.remote_ringing') this.emit('ringing', undefined);
    else if (event.cmd === 'call.accepted') this.#accepted(event);
    else if (event.cmd === 'call.members') this.#members((event['members'] ?? []) as Member[]);
    else if (event.cmd === 'call.peer_media') this.#change(text('party'), (side) => (side.media = { ...noMedia, ...(event['state'] as MediaState) }));
    else if (event.cmd === 'call.peer_state') this.#change(text('party'), (side) => (side.lost = event['sig'] === 'lost'));
    else if (event.cmd === 'call.host') this.emit('host', { op: text('op') });
    else if (event.cmd === 'call.ended') this.finish(text('reason'), (event['by'] as number | null) ?? null, Number(event['talk_ms'] ?? 0));
  }

  /** Also when the other side moved to another device: the old one goes. */
  #accepted(event: CallEvent): void {
    if (event['replaced'] === true) for (const party of [...this.#sides.keys()]) this.#part(party);
    this.meet(String(event['peer_party']), Number(event['uid']), event['role'] === 'callee' ? 'waits' : 'offers');
    this.#change(String(event['peer_party']), (side) => (side.media = { ...noMedia, ...(event['media'] as MediaState | undefined) }));
  }

  /** All who are there: newcomers offer, so they are waited for. */
  #members(members: readonly Member[]): void {
    const there = new Set(members.map((one) => one.party));
    for (const party of [...this.#sides.keys()]) if (!there.has(party)) this.#part(party);
    for (const { party, uid, state, sig } of members) {
      this.meet(party, uid, 'waits');
      this.#change(party, (side) => {
        side.media = { ...noMedia, ...state };
        side.lost = sig === 'lost';
      });
    }
    this.emit('remotes', this.remotes);
  }

  #change(party: string, change: (side: Side) => void): void {
    const side = this.#sides.get(party);
    if (!side) return;
    change(side);
    this.emit('remotes', this.remotes);
  }

  #side(party: string, uid: number, role: 'offers' | 'waits'): Side {
    const { clock, make, relayOnly } = this.#options;
    return new Side({
      clock,
      make,
      uid,
      polite: this.group ? role === 'offers' : role === 'waits',
      waits: role === 'waits',
      config: { iceServers: this.#ice.iceServers, iceTransportPolicy: relayOnly ? 'relay' : 'all', bundlePolicy: 'max-bundle' },
      sendSdp: (signal) => this.#signal('call.sdp', party, signal),
      sendIce: (signal) => this.#signal('call.ice', party, signal),
      changed: () => this.emit('remotes', this.remotes),
      onState: () => this.#peerState(),
      restart: (peer) => void this.#restart(peer),
      giveUp: () => this.#giveUp(party),
    });
  }

  #signal(cmd: string, to_party: string, signal: object): void {
    void this.#link.send(cmd, { to_party, pc: 'p2p', ...signal }).catch((error: unknown) => this.#refused(error));
  }

  #refused(error: unknown): void {
    if (!(error instanceof RequestError) || (error.code !== 4410 && error.code !== 4404)) return;
    this.finish(String(error.body['reason'] ?? 'error'), null, Number(error.body['talk_ms'] ?? 0));
  }

  #peerState(): void {
    const sides = [...this.#sides.values()];
    if (sides.length === 0 || this.state === 'ended') return;
    if (sides.some((one) => one.state === 'connected')) this.#enter('active');
    else this.#enter(sides.some((one) => one.connected) ? 'reconnecting' : 'connecting');
    this.#reporter.report();
  }

  async #restart(peer: Peer): Promise<void> {
    if (this.#iceUntil - this.#options.clock.now() > 300_000) return peer.restart();
    try {
      this.#renewed((await this.#link.send('call.ice_servers', {}))['ice'] as IceServers);
    } finally {
      peer.restart(this.#ice.iceServers);
    }
  }

  #renewed(ice: IceServers | undefined): void {
    if (!ice) return;
    this.#ice = ice;
    this.#iceUntil = this.#options.clock.now() + ice.ttl_s * 1000;
  }

  #giveUp(party: string): void {
    const had = this.#sides.get(party)?.connected === true;
    if (this.group) this.#part(party);
    else this.hangup(had ? 'ice_timeout' : 'ice_failed');
  }

  #part(party: string): void {
    const side = this.#sides.get(party);
    this.#sides.delete(party);
    side?.close();
    this.emit('remotes', this.remotes);
  }

  async #endScreen(): Promise<void> {
    await this.#local.endScreen();
    if (this.group) void this.#link.send('call.screen', { on: false }).catch(() => undefined);
    this.#say({ screen: false });
  }

  #say(change: Partial<MediaState>): void {
    this.media = { ...this.media, ...change };
    if (this.state !== 'ringing' && this.state !== 'ended') void this.#link.send('call.media', { state: this.media }).catch(() => undefined);
  }

  #enter(state: CallState): void {
    if (this.state === state) return;
    this.state = state;
    this.emit('state', state);
  }

  /** A new connection: the party is taken to it, and what was said meanwhile is told again. */
  async #resume(): Promise<void> {
    if (this.#resuming || this.state === 'ended') return;
    this.#resuming = true;
    try {
      const { party_token } = this.#link.ids;
      const fields = { call_id: this.id, party_id: this.party, party_token, last_eseq: this.#log.last, pc_state: this.#reporter.pcState };
      const answer = await this.#options.client.request('call.resume', fields, { safe: true });
      this.#link.found();
      this.#renewed(answer['ice'] as IceServers | undefined);
      for (const event of (answer['replay'] ?? []) as CallEvent[]) this.take(event);
      if (answer['gap'] === true) for (const { peer } of this.#sides.values()) peer.restart();
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#resuming = false;
    }
  }
}
