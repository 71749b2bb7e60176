import { NoAnswerError, RequestError } from './errors.ts';
import type { Answer } from './request_queue.ts';

export interface PostOptions {
  readonly token?: string;
  readonly signal?: AbortSignal;
  readonly get?: typeof fetch;
}

/** A request through the HTTP door: `POST /v1/COMMAND`. RequestError, or NoAnswerError `network`. */
export async function post(base: string, cmd: string, fields: Answer = {}, options: PostOptions = {}): Promise<Answer> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (options.token) headers['Authorization'] = `Bearer ${options.token}`;
  let body: unknown;
  try {
    const init = { method: 'POST', headers, body: JSON.stringify(fields), ...(options.signal ? { signal: options.signal } : {}) };
    const response = await (options.get ?? fetch)(`${base}/v1/${cmd}`, init);
    body = await response.json();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new NoAnswerError('network');
  }
  const answer = typeof body === 'object' && body !== null ? (body as Answer) : {};
  if (answer['ok'] !== true) throw new RequestError(answer);
  return answer;
}
