/** What statistics say of one peer connection. */
export interface Quality {
  readonly rttMs: number;
  /** Per mille, since the last look. */
  readonly loss: number;
  readonly path: 'host' | 'srflx' | 'relay' | '';
  /** Media came in since the last look. */
  readonly inbound: boolean;
  readonly level: 'good' | 'fair' | 'bad';
}

interface Counts {
  readonly packets: number;
  readonly lost: number;
}

type Stat = Record<string, unknown> & { type: string; id: string };

/** Looks again and again; each look says what happened since the one before. */
export class QualityMeter {
  #before: Counts = { packets: 0, lost: 0 };

  read(report: Iterable<Stat>): Quality {
    const stats = [...report];
    const now = countsOf(stats);
    const packets = now.packets - this.#before.packets;
    const lost = Math.max(0, now.lost - this.#before.lost);
    this.#before = now;
    const pair = selectedPair(stats);
    const rttMs = Math.round(1000 * numberOf(pair?.['currentRoundTripTime']));
    const loss = packets + lost > 0 ? Math.round((1000 * lost) / (packets + lost)) : 0;
    return { rttMs, loss, path: pathOf(stats, pair), inbound: packets > 0, level: levelOf(rttMs, loss) };
  }
}

function countsOf(stats: readonly Stat[]): Counts {
  const inbound = stats.filter((one) => one.type === 'inbound-rtp');
  const sum = (name: string) => inbound.reduce((total, one) => total + numberOf(one[name]), 0);
  return { packets: sum('packetsReceived'), lost: sum('packetsLost') };
}

function selectedPair(stats: readonly Stat[]): Stat | undefined {
  const id = stats.find((one) => one.type === 'transport')?.['selectedCandidatePairId'];
  const pairs = stats.filter((one) => one.type === 'candidate-pair');
  return pairs.find((one) => one.id === id) ?? pairs.find((one) => one['nominated'] === true && one['state'] === 'succeeded');
}

/** The farther of the two ends: a relay on either side is a relay. */
function pathOf(stats: readonly Stat[], pair: Stat | undefined): Quality['path'] {
  const ends = [pair?.['localCandidateId'], pair?.['remoteCandidateId']].map((id) => stats.find((one) => one.id === id)?.['candidateType']);
  if (ends.includes('relay')) return 'relay';
  if (ends.includes('srflx') || ends.includes('prflx')) return 'srflx';
  return ends.includes('host') ? 'host' : '';
}

function levelOf(rttMs: number, loss: number): Quality['level'] {
  if (loss > 80 || rttMs > 600) return 'bad';
  return loss > 20 || rttMs > 300 ? 'fair' : 'good';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
