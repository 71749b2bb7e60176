// What the browser tests share: a Chromium of Debian, users, pages, waiting for what shall be true.
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

export const BASE = process.env['IM_PUBLIC'] ?? 'http://127.0.0.1:3113';
/** Milliseconds that anything may take: a busy machine is ten times slower. */
export const PATIENCE = Number(process.env["IM_PATIENCE"] ?? 60_000);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--autoplay-policy=no-user-gesture-required',
];

export function launch(...flags: string[]): Promise<Browser> {
  return launchProgram(process.env['IM_CHROMIUM'] ?? '/usr/bin/chromium', flags);
}

export function launchProgram(executablePath: string, flags: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}

export interface User {
  readonly uid: number;
  readonly token: string;
  readonly login: string;
  readonly name: string;
}

let made = 0;

/** A new account; `name` is shown to others. */
export async function user(name: string): Promise<User> {
  const login = `u${process.pid}-${Date.now()}-${++made}`;
  const answer = await post('account.register', { login, password: 'correct horse', name, device: 'test' });
  return { uid: Number(answer['uid']), token: String(answer['token']), login, name };
}

export async function post(cmd: string, fields: object, token = ''): Promise<Record<string, unknown>> {
  const headers = { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(`${BASE}/v1/${cmd}`, { method: 'POST', headers, body: JSON.stringify(fields) });
  const answer = (await response.json()) as Record<string, unknown>;
  if (answer['ok'] !== true) throw new Error(`${cmd}: ${JSON.stringify(answer)}`);
  return answer;
}

export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained of: errors, and what its policy refused. */
  readonly complaints: string[];
}

/** A page of this user; `comet`: the only one it is told of. */
export async function open(browser: Browser, who: User | null, { path = 'chat', comet = '', ...options }: BrowserContextOptions & { path?: string; comet?: string } = {}): Promise<Opened> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => /Content.Security|Trusted/i.test(message.text()) && complaints.push(message.text()));
  if (comet) await page.route('**/v1/nodes', (route) => route.fulfill({ json: { ok: true, nodes: [comet] } }));
  // A logic that was just started again may not listen yet.
  await until('the page is served', async () => (await page.goto(`${BASE}/${path}${path.includes('.') ? '' : '/'}${who ? `#uid=${who.uid}&token=${who.token}` : ''}`))?.ok());
  return { page, context, complaints };
}

/** Waits until `check` gives something that is not false, null or undefined. */
export async function until<T>(what: string, check: () => Promise<T> | T, ms = PATIENCE): Promise<NonNullable<T>> {
  const end = Date.now() + ms;
  let last: unknown;
  for (;;) {
    try {
      last = await check();
      if (last !== false && last !== null && last !== undefined) return last as NonNullable<T>;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: ${String(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
