import { systemClock, type Clock } from './clock.ts';
import type { Token, TokenWhy } from './client_types.ts';
import { NoAnswerError, RequestError, UnauthorizedError } from './errors.ts';
import { post, type PostOptions } from './http.ts';
import type { Answer } from './request_queue.ts';

/** What a login gives (docs/accounts.md). */
export interface Login {
  readonly uid: number;
  readonly device: string;
  readonly token: string;
  readonly refresh: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Where a login is kept; null: nobody is logged in. */
export interface LoginStore {
  load(): Login | null;
  save(login: Login | null): void;
}

export interface SessionOptions {
  /** Unless given it is kept in memory, and lost with the page or the program. */
  readonly store?: LoginStore;
  readonly clock?: Clock;
  readonly get?: typeof fetch;
}

/** An account of the cluster on this device: login, a fresh token when one is needed, logout. */
export class Session {
  readonly #base: string;
  readonly #options: SessionOptions;
  readonly #store: LoginStore;
  readonly #clock: Clock;
  #refreshing: Promise<Login> | undefined;

  /** `base`: the public port, "" for the page's own. */
  constructor(base: string, options: SessionOptions = {}) {
    this.#base = base;
    this.#options = options;
    this.#store = options.store ?? inMemory();
    this.#clock = options.clock ?? systemClock;
  }

  get login(): Login | null {
    return this.#store.load();
  }

  logIn(login: string, password: string, device: string): Promise<Login> {
    return this.#begin('account.login', { login, password, device });
  }

  register(login: string, password: string, name: string, device: string): Promise<Login> {
    return this.#begin('account.register', { login, password, name, device });
  }

  guest(name: string, device: string): Promise<Login> {
    return this.#begin('account.guest', { name, device });
  }

  /** Ends this device. It is forgotten here even when the server cannot be told. */
  async logOut(): Promise<void> {
    const login = this.login;
    this.#store.save(null);
    if (login) await this.#post('account.logout', {}, login.token).catch(() => undefined);
  }

  /** For ImClient: `{"token":"..."}` that is good for a while. */
  readonly getToken = async (why: TokenWhy): Promise<Token> => {
    let login = this.login;
    if (!login) throw new UnauthorizedError('nobody is logged in');
    if (why !== 'first' || login.expiresAt - this.#clock.now() < 30_000) login = await this.refresh();
    return { text: JSON.stringify({ token: login.token, platform: 'web' }), expiresInMs: login.expiresAt - this.#clock.now() };
  };

  /** A new pair; several who ask at once get the same one. */
  refresh(): Promise<Login> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refresh(): Promise<Login> {
    const login = this.login;
    if (!login?.refresh) throw new UnauthorizedError('the login has ended');
    try {
      return this.#taken(await this.#post('account.refresh', { refresh: login.refresh }));
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 4401) throw error;
      this.#store.save(null);
      throw new UnauthorizedError(error.message);
    }
  }

  async #begin(cmd: string, fields: Answer): Promise<Login> {
    return this.#taken(await this.#post(cmd, fields));
  }

  #taken(answer: Answer): Login {
    const { uid, device, token, refresh, expires_in_s: seconds } = answer;
    if (typeof uid !== 'number' || typeof token !== 'string') throw new NoAnswerError('network', 'not an answer of this cluster');
    const login: Login = {
      uid,
      token,
      device: String(device ?? ''),
      refresh: String(refresh ?? ''),
      expiresAt: this.#clock.now() + 1000 * (typeof seconds === 'number' ? seconds : 3600),
    };
    this.#store.save(login);
    return login;
  }

  #post(cmd: string, fields: Answer, token?: string): Promise<Answer> {
    const options: PostOptions = { clock: this.#clock, timeoutMs: 15_000, ...(token ? { token } : {}), ...(this.#options.get ? { get: this.#options.get } : {}) };
    return post(this.#base, cmd, fields, options);
  }
}

function inMemory(): LoginStore {
  let kept: Login | null = null;
  return { load: () => kept, save: (login) => void (kept = login) };
}
