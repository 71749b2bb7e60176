import type { Login, LoginStore } from '@webrtc-im/client';

const KEY = 'im.login';

/** A login of a link belongs to its window, one by password to the browser. */
export class PageLogins implements LoginStore {
  load(): Login | null {
    return read(sessionStorage.getItem(KEY)) ?? read(localStorage.getItem(KEY));
  }

  save(login: Login | null): void {
    const own = sessionStorage.getItem(KEY) !== null;
    if (login) (own ? sessionStorage : localStorage).setItem(KEY, JSON.stringify(login));
    else (own ? sessionStorage : localStorage).removeItem(KEY);
  }

  /** `#token=...&uid=1`: taken once and removed from the address. Only the part after # is read; no server ever sees it. */
  takeLink(): void {
    const link = new URLSearchParams(location.hash.slice(1));
    const [token, uid] = [link.get('token'), Number(link.get('uid'))];
    if (!token || !Number.isSafeInteger(uid) || uid < 1) return;
    history.replaceState(null, '', location.pathname + location.search);
    const login: Login = { uid, token, device: 'link', refresh: link.get('refresh') ?? '', expiresAt: endOf(token) };
    sessionStorage.setItem(KEY, JSON.stringify(login));
  }
}

/** When a JWT ends, read for a plan only: the cluster checks it. */
function endOf(token: string): number {
  try {
    const claims = JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown };
    if (typeof claims.exp === 'number') return claims.exp * 1000;
  } catch {
    // not a JWT
  }
  return Date.now() + 3_600_000;
}

function read(text: string | null): Login | null {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Login> | null;
    return value && typeof value.uid === 'number' && typeof value.token === 'string' ? (value as Login) : null;
  } catch {
    return null;
  }
}
