import { NoAnswerError, RequestError, type Clock } from '@webrtc-im/client';

export interface ResumptionOptions {
  readonly clock: Clock;
  /** One try; fails as a request does. */
  readonly resume: () => Promise<void>;
  /** The cluster says that there is nothing to come back to. */
  readonly refused: (error: RequestError) => void;
}

const AGAIN_MS = 1000;
/** Not this party's, no such call, ended: none of them passes. */
const FINAL = new Set([4403, 4404, 4410]);

/** Takes a party to the present connection, or reminds a router of its call: it tries until it is there, or told that there is no way back. */
export class Resumption {
  readonly #options: ResumptionOptions;
  #running: Promise<boolean> | undefined;
  #ended = false;

  constructor(options: ResumptionOptions) {
    this.#options = options;
  }

  /** True: the party is at a connection. */
  run(): Promise<boolean> {
    this.#running ??= this.#all().finally(() => (this.#running = undefined));
    return this.#running;
  }

  end(): void {
    this.#ended = true;
  }

  async #all(): Promise<boolean> {
    while (!this.#ended) {
      try {
        await this.#options.resume();
        return true;
      } catch (error) {
        if (error instanceof NoAnswerError && error.why === 'closed') return false; // the client is, until it connects anew
        if (error instanceof RequestError && FINAL.has(error.code)) {
          this.#options.refused(error);
          return false;
        }
      }
      await new Promise((resolve) => this.#options.clock.set(() => resolve(undefined), AGAIN_MS));
    }
    return false;
  }
}
