import type { Clock } from './clock.ts';
import { NoAnswerError } from './errors.ts';

/**
 * What `work` gives. When `ms` are over (0: no end) or `outer` is aborted, its signal is aborted and this settles at once, with
 * NoAnswerError `timeout` or the reason of `outer`, whatever the work does with its signal.
 */
export function within<T>(clock: Clock, ms: number, work: (signal: AbortSignal) => Promise<T> | T, outer?: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = new AbortController();
    const give = (error: Error) => {
      undo();
      reject(error);
      stop.abort(error);
    };
    const abort = () => give(reasonOf(outer!));
    const timer = ms > 0 ? clock.set(() => give(new NoAnswerError('timeout')), ms) : undefined;
    const undo = () => {
      clock.clear(timer);
      outer?.removeEventListener('abort', abort);
    };
    if (outer?.aborted) return abort();
    outer?.addEventListener('abort', abort, { once: true });
    const result = (async () => work(stop.signal))();
    result.finally(undo).then(resolve, reject);
  });
}

export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}
