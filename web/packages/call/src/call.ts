import { Emitter, RequestError, type Answer } from '@webrtc-im/client';
import type { Gone } from './absent.ts';
import type { CallBegun, CallEvents, CallOptions, CallState, Remote } from './call_types.ts';
import { EventLog } from './event_log.ts';
import { PartyLink, type PartyIds } from './party_link.ts';
import { IceStore } from './ice_store.ts';
import { LocalMedia } from './local_media.ts';
import type { Peer } from './peer.ts';
import { Reporter } from './reporter.ts';
import { Resumption } from './resumption.ts';
import { Roster } from './roster.ts';
import { ScreenShare } from './screen_share.ts';
import { Sides, type Role } from './sides.ts';
import { noMedia, type CallEvent, type IceSignal, type Kind, type MediaState, type Member, type SdpSignal, type Source } from './types.ts';

/** One call that this device takes part in. */
export class Call extends Emitter<CallEvents> {
  readonly kind: Kind;
  /** What is on at the beginning, where the devices are there: as the call's kind says, or as it was where it was taken over from. */
  readonly first: { readonly mic: boolean; readonly cam: boolean };
  /** Parties come and go. A call of two becomes one when somebody is added. */
  group: boolean;
  state: CallState = 'ringing';
  media: MediaState = noMedia;
  readonly #options: CallOptions;
  readonly #link: PartyLink;
  readonly #log: EventLog;
  readonly #roster = new Roster();
  readonly #ice: IceStore;
  readonly #sides: Sides;
  readonly #local: LocalMedia;
  readonly #screen: ScreenShare;
  readonly #off: (() => void)[];
  readonly #reporter: Reporter;
  readonly #meeting: boolean; // others come by themselves, so that one who is alone waits
  readonly #resumption: Resumption;

  constructor(options: CallOptions, what: CallBegun, answer: Answer) {
    super();
    this.#options = options;
    this.kind = what.kind;
    this.first = { mic: what.media?.mic ?? true, cam: what.media?.cam ?? what.kind === 'video' }; // others may have said a part of it
    this.#meeting = what.meeting === true;
    this.group = this.#meeting || answer['group'] === true;
    const { call_id, party_id, party_token } = answer as unknown as PartyIds;
    this.#link = new PartyLink(options.client, options.clock, { call_id, party_id, party_token }, () => this.#resumption.run());
    this.#resumption = new Resumption({ clock: options.clock, resume: () => this.#resume(), refused: (error) => this.#over(error) });
    this.#log = new EventLog({ clock: options.clock, missing: () => this.#link.away || void this.#resumption.run() });
    this.#ice = new IceStore(options.clock, answer['ice']);
    this.#sides = this.#others();
    this.#local = new LocalMedia({
      devices: options.devices,
      show: (source, track) => Promise.all([...this.#sides.values()].map(({ peer }) => peer.setTrack(source, track))),
      changed: (tracks) => this.emit('local', tracks),
      screenEnded: () => void this.#screen.end(),
    });
    this.#screen = new ScreenShare({ devices: options.devices, local: this.#local, link: this.#link, group: () => this.group, say: (screen) => this.#say({ screen }) });
    this.#off = [
      options.client.on('ready', () => void this.#resumption.run()),
      options.client.on('state', ({ state }) => state === 'connected' || this.#link.lost()),
      options.client.on('event', (event) => event['call_id'] === call_id && this.take(event as CallEvent)),
    ];
    this.#reporter = new Reporter({
      clock: options.clock,
      sides: () => this.#sides.values(),
      send: (report) => this.state !== 'ringing' && void this.#link.send('call.report', report).then(({ eseq }) => this.#log.told(eseq), (error: unknown) => this.#refused(error)),
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

  /** Wanted, and there; while the call is held it is not sent all the same. */
  isOn(device: 'mic' | 'cam'): boolean {
    return this.#local.isOn(device);
  }

  get remotes(): readonly Remote[] {
    return this.#sides.remotes;
  }

  /** For statistics and tests. */
  get connections(): readonly RTCPeerConnection[] {
    return [...this.#sides.values()].map(({ peer }) => peer.pc);
  }

  /** The other side is known: this one offers, or waits for its offer. */
  meet(party: string, uid: number, role: Role, before?: Gone): void {
    if (this.state === 'ended') return;
    const side = this.#sides.begin(party, uid, role, before);
    if (!side) return;
    if (this.state === 'ringing') {
      this.#enter('connecting');
      this.#say({});
    }
    for (const [source, track] of this.#local.tracks) void side.peer.setTrack(source, track);
    for (const event of this.#roster.of(party)) this.#taken(event);
    this.emit('remotes', this.remotes);
  }

  async setMic(on: boolean): Promise<void> {
    await this.#local.device('mic', on);
    this.#say({ mic: this.#local.isOn('mic') });
  }

  async setCam(on: boolean): Promise<void> {
    await this.#local.device('cam', on);
    this.#say({ cam: this.#local.isOn('cam') });
  }

  /** Until it goes on as it was nothing goes either way between this device and the others, and they are told. Nothing is negotiated. */
  setHold(on: boolean): void {
    this.#local.hold(on);
    this.#sides.hold(on);
    this.#say({ hold: on });
  }

  /** Beside the camera. 4423: somebody else shares theirs. */
  async setScreen(on: boolean): Promise<void> {
    if (this.state !== 'ended') await (on ? this.#screen.begin() : this.#screen.end());
  }

  /** Rings more people while they talk; who of them is in another call. 4405: not yet, 4431: no place for all, 4486: all are busy. */
  async add(uids: readonly number[]): Promise<readonly number[]> {
    const answer = await this.#link.send('call.add', { callee: uids });
    this.#grows(answer);
    return (answer['busy'] ?? []) as number[];
  }

  /** The devices that were chosen anew, without a negotiation. */
  switchDevices(): Promise<void> {
    return this.#local.again();
  }

  /** Ends at once here; the cluster hears of it now or when it can be reached. */
  hangup(reason = 'hangup'): void {
    if (this.state === 'ended') return;
    void this.#options.words.say(this.state === 'ringing' ? 'call.cancel' : 'call.hangup', { call_id: this.id, party_id: this.party, reason });
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
    for (const part of [this.#resumption, this.#link, this.#log, this.#reporter, this.#sides, this.#local]) part.end();
    this.#enter('ended');
    this.emit('ended', { reason, by, talkMs });
  }

  #taken(event: CallEvent): void {
    this.#sides.back(event);
    if (this.#roster.keeps(event, (party) => this.#sides.has(party))) return;
    const text = (name: string) => String(event[name] ?? '');
    const from = this.#sides.get(text('from_party'));
    if (event.cmd === 'call.sdp') this.#sides.sdp(text('from_party'), event as unknown as SdpSignal);
    else if (event.cmd === 'call.ice') void from?.peer.ice(event as unknown as IceSignal);
    else if (event.cmd === 'call.remote_ringing') this.emit('ringing', undefined);
    else if (event.cmd === 'call.accepted') this.#accepted(event);
    else if (event.cmd === 'call.members') this.#members(event);
    else if (event.cmd === 'call.peer_media') this.#sides.get(text('party'))?.says(event['state'] as MediaState, event.eseq);
    else if (event.cmd === 'call.peer_state') this.#sides.get(text('party'))?.signals(event['sig'] === 'ok', event.eseq);
    else if (event.cmd === 'call.host') this.emit('host', { op: text('op') });
    else if (event.cmd === 'call.ended') this.finish(text('reason'), (event['by'] as number | null) ?? null, Number(event['talk_ms'] ?? 0));
  }

  /** Also when the other side moved to another device: the old one goes. */
  #accepted(event: CallEvent): void {
    if (event['replaced'] === true) for (const party of [...this.#sides.keys()]) this.#sides.part(party);
    this.meet(String(event['peer_party']), Number(event['uid']), event['role'] === 'callee' ? 'waits' : 'offers');
    this.#sides.get(String(event['peer_party']))?.says(event['media'] as MediaState | undefined, event.eseq);
  }

  /** All who are there: newcomers offer, so they are waited for. */
  #members(event: CallEvent): void {
    this.#grows(event);
    const members = this.#roster.list(event);
    if (!members) return;
    this.#sides.keep(new Set(members.map((one) => one.party)));
    this.#greet(members, 'waits', event.eseq);
  }

  /** What the cluster says the call is. A screen that was shown before is asked for, as a group has one. */
  #grows(said: Answer): void {
    if (typeof said['group'] !== 'boolean' || this.group === said['group']) return;
    this.group = said['group'];
    if (this.group) this.#screen.grew();
  }

  /** This device has come into a call that goes on: others who are there, and what they said of their media. */
  joined(answer: Answer, role: Role = 'offers'): void {
    this.#greet(this.#roster.list(answer) ?? [], role, 0);
  }

  #greet(members: readonly Member[], role: Role, eseq: number | undefined): void {
    for (const { party, uid } of members) this.meet(party, uid, role);
    this.#sides.hear(members, eseq);
  }

  #others(): Sides {
    const { clock, make, relayOnly, servers } = this.#options;
    return new Sides({
      clock,
      me: () => this.party,
      side: (party) => ({
        make,
        config: { iceServers: servers(this.#ice.servers), iceTransportPolicy: relayOnly ? 'relay' : 'all', bundlePolicy: 'max-bundle' },
        sendSdp: (signal) => this.#signal('call.sdp', party, signal),
        sendIce: (signal) => this.#signal('call.ice', party, signal),
        onState: () => this.#peerState(),
        away: () => this.#link.away || this.#sides.get(party)?.lost === true,
        restart: (peer) => void this.#restart(peer),
      }),
      group: () => this.group,
      goesOn: (others) => this.#meeting || (this.group && others > 0),
      meet: (party, uid, role, before) => this.meet(party, uid, role, before),
      changed: () => this.emit('remotes', this.remotes),
      stuck: (party) => this.emit('stuck', { party }),
      giveUp: (had) => this.hangup(had ? 'ice_timeout' : 'ice_failed'),
    });
  }

  #signal(cmd: string, to_party: string, signal: object): void {
    void this.#link.send(cmd, { to_party, pc: 'p2p', ...signal }).catch((error: unknown) => this.#refused(error));
  }

  #refused(error: unknown): void {
    if (error instanceof RequestError && (error.code === 4410 || error.code === 4404)) this.#over(error);
  }

  #over({ body }: RequestError): void {
    this.finish(String(body['reason'] ?? 'error'), null, Number(body['talk_ms'] ?? 0));
  }

  #peerState(): void {
    const sides = [...this.#sides.values()];
    if (sides.length === 0 || this.state === 'ended') return;
    if (sides.some((one) => one.state === 'connected')) this.#enter('active');
    else this.#enter(sides.some((one) => one.connected) ? 'reconnecting' : 'connecting');
    this.#reporter.report();
  }

  async #restart(peer: Peer): Promise<void> {
    if (!this.#ice.endsSoon) return peer.restart();
    try {
      this.#ice.keep((await this.#link.send('call.ice_servers', {}))['ice']);
    } finally {
      peer.restart(this.#options.servers(this.#ice.servers));
    }
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

  /** What was said meanwhile is told again, or what it has led to. */
  async #resume(): Promise<void> {
    const answer = await this.#link.resume({ last_eseq: this.#log.last, pc_state: this.#reporter.pcState, ufrag: this.#sides.ufrag });
    const snapshot = (answer['snapshot'] ?? {}) as CallEvent;
    this.#ice.keep(answer['ice']);
    for (const event of (answer['replay'] ?? []) as CallEvent[]) this.take(event);
    this.#sides.allBack();
    this.#log.told(answer['eseq']);
    if (answer['gap'] !== true) return;
    // A list of members, what one of them said or a description may be among what is not kept any more.
    this.#log.skip(answer['eseq']);
    if (this.group || snapshot['group'] === true) this.#members({ ...snapshot, eseq: this.#log.last });
    else this.#sides.hear((snapshot['members'] ?? []) as Member[], this.#log.last);
    this.#say({});
    for (const { peer } of this.#sides.values()) peer.restart();
  }
}
