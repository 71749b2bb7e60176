import { systemClock, type Clock } from './clock.ts';
import { within } from './deadline.ts';
import { NoAnswerError, RequestError } from './errors.ts';
import type { Answer } from './request_queue.ts';

export interface PostOptions {
  readonly token?: string;
  readonly signal?: AbortSignal;
  /** All its time; 0: no end. 30 s unless given. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  readonly get?: typeof fetch;
}

/** A request through the HTTP door: `POST /v1/COMMAND`. RequestError, NoAnswerError (`network`, `timeout`), or the signal's reason. */
export async function post(base: string, cmd: string, fields: Answer = {}, options: PostOptions = {}): Promise<Answer> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (options.token) headers['Authorization'] = `Bearer ${options.token}`;
  let body: unknown;
  try {
    const init = { method: 'POST', headers, body: JSON.stringify(fields) };
    const ask = async (signal: AbortSignal) => (await (options.get ?? fetch)(`${base}/v1/${cmd}`, { ...init, signal })).json();
    body = await within<unknown>(options.clock ?? systemClock, options.timeoutMs ?? 30_000, ask, options.signal);
  } catch (error) {
    if (options.signal?.aborted || error instanceof NoAnswerError) throw error;
    throw new NoAnswerError('network');
  }
  const answer = typeof body === 'object' && body !== null ? (body as Answer) : {};
  if (answer['ok'] !== true) throw new RequestError(answer);
  return answer;
}
