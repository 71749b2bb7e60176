import { NoAnswerError, RequestError, type Answer, type Clock, type ImClient } from '@webrtc-im/client';

/** What a party is to the cluster: it outlives its connection (docs/calls.md). */
export interface PartyIds {
  readonly call_id: string;
  readonly party_id: string;
  readonly party_token: string;
}

const LOST_MS = 120_000;

/** Requests of one party, one after the other: each has a number, so it may be sent again over the next connection. */
export class PartyLink {
  readonly #client: ImClient;
  readonly #clock: Clock;
  readonly #ids: PartyIds;
  readonly #forgotten: () => Promise<boolean>;
  #cseq = 0;
  #lane: Promise<unknown> = Promise.resolve();
  /** While the party is at no connection: settles when it is at one again. */
  #gate: Promise<void> | undefined;
  #open: (() => void) | undefined;
  #ended = false;

  /** `forgotten`: the cluster does not know the call (4404); true: it does again. */
  constructor(client: ImClient, clock: Clock, ids: PartyIds, forgotten: () => Promise<boolean>) {
    this.#client = client;
    this.#clock = clock;
    this.#ids = ids;
    this.#forgotten = forgotten;
  }

  get ids(): PartyIds {
    return this.#ids;
  }

  /** The answer; fails as ImClient.request does, `lost` excepted. */
  send(cmd: string, fields: Answer): Promise<Answer> {
    const cseq = ++this.#cseq;
    const { call_id, party_id } = this.#ids;
    const sent = this.#lane.catch(() => undefined).then(() => this.#through(cmd, { call_id, party_id, cseq, ...fields }));
    this.#lane = sent;
    sent.catch(() => undefined);
    return sent;
  }

  /** The connection is gone. */
  lost(): void {
    this.#gate ??= new Promise((resolve) => (this.#open = resolve));
  }

  /** Takes the party to the present connection. */
  async resume(fields: Answer): Promise<Answer> {
    const answer = await this.#client.request('call.resume', { ...this.#ids, ...fields }, { safe: true });
    this.found();
    return answer;
  }

  /** The party is at the present connection. */
  found(): void {
    this.#open?.();
    this.#gate = this.#open = undefined;
  }

  get away(): boolean {
    return this.#gate !== undefined;
  }

  /** Nothing is sent any more. */
  end(): void {
    this.#ended = true;
    this.found();
  }

  async #through(cmd: string, fields: Answer): Promise<Answer> {
    const end = this.#clock.now() + LOST_MS;
    for (;;) {
      await this.#gate;
      if (this.#ended) throw new NoAnswerError('closed');
      try {
        return await this.#client.request(cmd, fields, { safe: false, timeoutMs: 15_000 });
      } catch (error) {
        const forgotten = error instanceof RequestError && error.code === 4404 && (await this.#forgotten());
        if ((!isLost(error) && !forgotten) || this.#clock.now() > end) throw error;
        await this.#pause(error);
      }
    }
  }

  #pause(error: unknown): Promise<void> {
    const ms = error instanceof RequestError ? (error.retryMs ?? 500) : 100;
    return new Promise((resolve) => this.#clock.set(resolve, ms));
  }
}

/** The connection broke under it, or the party is not at this connection yet, or its state is away for a moment. */
function isLost(error: unknown): boolean {
  if (error instanceof NoAnswerError) return error.why === 'lost' || error.why === 'timeout';
  return error instanceof RequestError && (error.code === 4503 || (error.code === 4409 && error.body['call_id'] !== undefined));
}
