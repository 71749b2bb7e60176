import type { Answer } from '@webrtc-im/client';
import type { CallEvent, Member } from './types.ts';

const KEPT_MOST = 200;
const OF_A_PARTY = new Set(['call.sdp', 'call.ice', 'call.peer_media', 'call.peer_state']);

/** Events may overtake each other: which list of members is the newest, and what came of a party before it was known. */
export class Roster {
  #newest = 0;
  #kept: CallEvent[] = [];

  /** Who is there; null: a newer list was had. Numbers of events grow also when another router takes the call over, `pv` need not. */
  list(said: Answer): readonly Member[] | null {
    const at = Number(said['eseq'] ?? 0);
    if (at < this.#newest) return null;
    this.#newest = at;
    return (said['members'] ?? []) as Member[];
  }

  /** Keeps what is of a party that is not known yet; true: it does. */
  keeps(event: CallEvent, known: (party: string) => boolean): boolean {
    const party = partyOf(event);
    if (party === null || known(party)) return false;
    this.#kept = [...this.#kept, event].slice(-KEPT_MOST);
    return true;
  }

  /** What was kept of this party, in its order. */
  of(party: string): CallEvent[] {
    const its = this.#kept.filter((event) => partyOf(event) === party);
    this.#kept = this.#kept.filter((event) => partyOf(event) !== party);
    return its.sort((one, other) => (one.eseq ?? 0) - (other.eseq ?? 0));
  }
}

function partyOf(event: CallEvent): string | null {
  return OF_A_PARTY.has(event.cmd) ? String(event['from_party'] ?? event['party'] ?? '') : null;
}
