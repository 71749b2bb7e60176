import type { Clock } from '@webrtc-im/client';
import { Absent, joinedLater, type Gone } from './absent.ts';
import type { Remote } from './call_types.ts';
import { ufragOf } from './sdp.ts';
import { Side, type SideOptions } from './side.ts';
import { noMedia, type CallEvent, type Member, type SdpSignal } from './types.ts';

export type Role = 'offers' | 'waits';
export interface SidesOptions {
  readonly me: () => string;
  readonly clock: Clock;
  /** What a side has from the call. */
  readonly side: (party: string) => Pick<SideOptions, 'make' | 'config' | 'sendSdp' | 'sendIce' | 'onState' | 'away' | 'restart'>;
  readonly group: () => boolean;
  /** The call goes on when nobody can be reached. */
  readonly goesOn: (others: number) => boolean;
  /** Begins a side that was given up, or whose other end has begun anew. */
  readonly meet: (party: string, uid: number, role: Role, before: Gone) => void;
  readonly changed: () => void;
  readonly stuck: (party: string) => void;
  /** The only one. */
  readonly giveUp: (had: boolean) => void;
}

/** How often a way to somebody who was given up is looked for, while their signalling goes on. */
const TRY_MS = 30_000;

/** The other ends of a call: who is shown, who is given up, who comes back. */
export class Sides extends Map<string, Side> {
  readonly #options: SidesOptions;
  readonly #absent = new Absent();
  #timer: unknown;
  #held = false;

  constructor(options: SidesOptions) {
    super();
    this.#options = options;
  }

  /** Who is tried again is shown when the way is there. */
  get remotes(): readonly Remote[] {
    const shown = [...this].filter(([party, { connected }]) => connected || !this.#absent.isBack(party));
    return shown.map(([party, { uid, media, lost, tracks }]) => ({ party, uid, media, lost, tracks }));
  }

  /** Of what was last negotiated with the only other one, for a cluster that has forgotten the call; a group it does not bring back. */
  get ufrag(): string {
    const [only, ...more] = this.values();
    return more.length > 0 ? '' : ufragOf(only?.peer.pc.currentLocalDescription?.sdp ?? '');
  }

  /** Nothing when it is there, or was given up and has not come back. */
  begin(party: string, uid: number, role: Role, before?: Gone): Side | undefined {
    const { clock, group, changed } = this.#options;
    if (this.has(party) || party === this.#options.me() || this.#absent.has(party)) return undefined;
    const of = this.#options.side(party);
    const side = new Side({
      ...of,
      clock,
      uid,
      changed,
      held: this.#held,
      media: before?.media ?? noMedia,
      neg: before?.neg ?? 0,
      polite: before?.polite ?? (group() ? role === 'offers' : role === 'waits'),
      waits: role === 'waits',
      onState: () => {
        if (this.#absent.isBack(party)) changed();
        of.onState();
      },
      onStuck: () => this.#stuck(party),
      giveUp: () => this.#giveUp(party),
    });
    this.set(party, side);
    return side;
  }

  /** This device holds the call, or goes on; also for those who come meanwhile. */
  hold(on: boolean): void {
    this.#held = on;
    for (const side of this.values()) side.hold(on);
  }

  /** What is known of those who are there; of their media, what they said. `eseq`: of the event, an older one changes nothing. */
  hear(members: readonly Member[], eseq: number | undefined): void {
    for (const { party, state, sig } of members) {
      if (state) this.get(party)?.says(state, eseq);
      this.get(party)?.signals(sig !== 'lost', eseq);
    }
  }

  part(party: string): void {
    const side = this.get(party);
    this.delete(party);
    side?.close();
    this.#options.changed();
  }

  /** Those who are in the call; the others go. */
  keep(there: ReadonlySet<string>): void {
    this.#absent.keep(there);
    for (const party of [...this.keys()]) if (!there.has(party)) this.part(party);
  }

  /** An offer of another peer connection than the one before: they have begun anew, and so does this side. */
  sdp(party: string, signal: SdpSignal): void {
    const side = this.get(party);
    if (side?.peer.replaces(signal)) this.#again(party, side.gone, 'waits');
    void this.get(party)?.peer.sdp(signal);
  }

  /** Somebody who was given up offers, or can be reached again: then whoever joined later offers. */
  back(event: CallEvent): void {
    const party = String(event['from_party'] ?? event['party'] ?? '');
    if (!this.#absent.has(party)) return;
    const offer = event.cmd === 'call.sdp' && (event as unknown as SdpSignal).description.type === 'offer';
    if (offer) this.#return(party, 'waits');
    else if (event.cmd === 'call.peer_state' && event['sig'] === 'ok') this.#offer(party);
  }

  /** This side can be reached again, or it is time. */
  allBack(): void {
    for (const party of this.#absent.parties) this.#offer(party);
  }

  end(): void {
    this.#options.clock.clear(this.#timer);
    for (const party of [...this.keys()]) this.part(party);
  }

  #offer(party: string): void {
    if (joinedLater(this.#options.me(), party)) this.#return(party, 'offers');
  }

  #return(party: string, role: Role): void {
    const gone = this.#absent.take(party);
    if (gone) this.#again(party, gone, role);
  }

  #again(party: string, before: Gone, role: Role): void {
    this.part(party);
    this.#options.meet(party, before.uid, role, before);
  }

  /** One of several goes alone. While it is in the call it may come back. */
  #giveUp(party: string): void {
    const side = this.get(party);
    if (!side) return;
    if (!this.#options.goesOn(this.size - 1)) return this.#options.giveUp(side.connected);
    this.#absent.put(party, side.gone);
    this.part(party);
    this.#options.clock.clear(this.#timer);
    this.#timer = this.#options.clock.set(() => this.allBack(), TRY_MS);
  }

  /** Who is tried again and does not answer is away as before. */
  #stuck(party: string): void {
    if (this.#absent.isBack(party) && this.get(party)?.connected === false) this.#giveUp(party);
    else this.#options.stuck(party);
  }
}
