// The push tool's other form: the same push with curl, on goim's API. Pure.
export interface Push { readonly to: 'user' | 'key' | 'room' | 'all'; readonly target: string; readonly op: number; readonly body: string }

/** A word of a POSIX shell, whatever is in it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const PATHS = { user: 'mids', key: 'keys', room: 'room', all: 'all' } as const;

export function curlLine(push: Push, api = 'http://127.0.0.1:3111'): string {
  const query = new URLSearchParams({ operation: String(push.op) });
  if (push.to === 'user') query.set('mids', push.target);
  if (push.to === 'key') query.set('keys', push.target);
  if (push.to === 'room') {
    const at = push.target.indexOf('://');
    query.set('type', push.target.slice(0, Math.max(at, 0)));
    query.set('room', push.target.slice(at < 0 ? 0 : at + 3));
  }
  return `curl --data-binary ${quoted(push.body)} ${quoted(`${api}/goim/push/${PATHS[push.to]}?${query}`)}`;
}
