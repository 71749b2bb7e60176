/** The cluster said no: `code` as in docs/requests.md; `body` is the whole answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: number;
  readonly retryMs: number | undefined;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(body: Readonly<Record<string, unknown>>) {
    super(typeof body['error'] === 'string' ? body['error'] : 'the request failed');
    this.code = typeof body['code'] === 'number' ? body['code'] : 4500;
    this.retryMs = typeof body['retry_ms'] === 'number' ? body['retry_ms'] : undefined;
    this.body = body;
  }
}

/** There is no token any more: `getToken` throws it, and the client stops. */
export class UnauthorizedError extends Error {
  override readonly name = 'UnauthorizedError';
}

/**
 * No answer came: `lost` the connection broke while a request was under way that must not be sent twice (it may have been
 * done), `timeout` its time is over, `closed` the client was closed or stopped, `full` the queue has no room,
 * `network` an HTTP request did not get through.
 */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly why: 'lost' | 'timeout' | 'closed' | 'full' | 'network';

  constructor(why: NoAnswerError['why'], message = `no answer: ${why}`) {
    super(message);
    this.why = why;
  }
}
