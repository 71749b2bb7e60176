import type { Answer, Clock } from '@webrtc-im/client';
import type { Quality } from './quality.ts';
import type { Side } from './side.ts';

export interface ReporterOptions {
  readonly clock: Clock;
  readonly sides: () => Iterable<Side>;
  readonly send: (report: Answer) => void;
  readonly measured: (quality: Quality) => void;
}

const REPORT_MS = 10_000;
const LOOK_MS = 2000;

/** Tells the cluster how the party does, at once when that changes and every ten seconds; looks at the statistics for it. */
export class Reporter {
  quality: Quality | undefined;
  readonly #options: ReporterOptions;
  #reportTimer: unknown;
  #lookTimer: unknown;
  #over = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#look();
  }

  get pcState(): string {
    const states = [...this.#options.sides()].map((one) => one.state);
    return states.find((one) => one === 'connected') ?? states[0] ?? 'new';
  }

  report(): void {
    const { clock, sides, send } = this.#options;
    clock.clear(this.#reportTimer);
    if (this.#over) return;
    this.#reportTimer = clock.set(() => this.report(), REPORT_MS);
    const q = this.quality;
    const measured = q ? { inbound_ok: q.inbound, rtt_ms: q.rttMs, loss: q.loss, ...(q.path ? { path: q.path } : {}) } : {};
    send({ pc_state: this.pcState, ever_connected: [...sides()].some((one) => one.connected), ...measured });
  }

  end(): void {
    this.#over = true;
    this.#options.clock.clear(this.#reportTimer);
    this.#options.clock.clear(this.#lookTimer);
  }

  #look(): void {
    this.#lookTimer = this.#options.clock.set(() => {
      void this.#measure().finally(() => this.#over || this.#look());
    }, LOOK_MS);
  }

  async #measure(): Promise<void> {
    for (const { peer, meter, state, paused } of this.#options.sides()) {
      if (state !== 'connected' || this.#over) continue;
      const report = await peer.pc.getStats();
      const first = this.quality === undefined;
      const read = meter.read([...(report as unknown as Map<string, never>).values()]);
      this.quality = paused ? { ...read, inbound: true } : read; // nothing comes because nothing shall: the way is there
      this.#options.measured(this.quality);
      if (first) this.report();
    }
  }
}
