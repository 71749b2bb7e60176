// The admin page's API (docs/admin.md): one session by cookie, and a token with everything that changes something.
export type Role = 'viewer' | 'operator' | 'admin';
export interface Me { readonly login: string; readonly role: Role; readonly csrf: string }

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryS: number;
  constructor(status: number, code: string, message: string, retryS = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryS = retryS;
  }
}

let csrf = '';
let whenOut: () => void = () => undefined;
/** Called when the session is over. */
export const onLoggedOut = (tell: () => void): void => void (whenOut = tell);

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`./api/${path}`, { credentials: 'same-origin', cache: 'no-store', ...init });
  } catch {
    throw new ApiError(0, 'offline', '');
  }
  const answer = (await response.json().catch(() => ({}))) as { code?: string; error?: string };
  if (response.ok) return answer as T;
  if (response.status === 401 && path !== 'login') whenOut();
  throw new ApiError(response.status, answer.code ?? '', answer.error ?? response.statusText, Number(response.headers.get('Retry-After') ?? 0));
}

export function get<T>(path: string, query: Record<string, string | number> = {}): Promise<T> {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return ask(text ? `${path}?${text}` : path, {});
}

export function post<T>(path: string, body: object = {}): Promise<T> {
  return ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf }, body: JSON.stringify(body) });
}

function known(me: Me): Me {
  csrf = me.csrf;
  return me;
}
export const logIn = async (login: string, password: string): Promise<Me> => known(await post<Me>('login', { login, password }));
export const whoAmI = async (): Promise<Me> => known(await get<Me>('me'));

export interface Node {
  readonly kind: string; readonly name: string; readonly ops_address: string; readonly version: string; readonly draining: boolean; readonly offline?: boolean;
  readonly restoring?: boolean; readonly connections?: number; readonly registered_ms: number; readonly region: string;
}
export interface Session { readonly key: string; readonly comet: number; readonly platform: string; readonly client_ip: string; readonly room_at_login: string }
export interface User {
  readonly uid: number; readonly name: string; readonly login?: string; readonly kind: string; readonly banned: boolean; readonly muted_until_ms: number;
  readonly created_ms: number; readonly sessions: readonly Session[]; readonly devices?: readonly { readonly id: string; readonly label: string; readonly last_seen_ms: number }[];
}
export interface Group {
  readonly conv: number; readonly name: string; readonly owner: number; readonly members: number; readonly dissolved: boolean; readonly last_seq: number; readonly last_ts: number;
}
export interface Member { readonly uid: number; readonly name: string; readonly role: string; readonly muted_until?: number }
export interface Found {
  readonly conv: number; readonly seq: number; readonly type: string; readonly sender: number; readonly name: string; readonly body: string; readonly ts: number;
  readonly removed: boolean; readonly kind: string; readonly where: string;
}
export interface LogRow {
  readonly id: number; readonly ts: number; readonly login: string; readonly role: Role | ''; readonly address: string; readonly action: string; readonly detail: string;
  readonly outcome: number;
}
