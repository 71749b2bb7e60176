// What the tests of the admin page share. IM_CONSOLE and IM_ADMIN_PASSWORD come from the environment.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { until, type Opened } from './lib.ts';

export const CONSOLE = process.env['IM_CONSOLE'] ?? 'http://127.0.0.1:3114';
export const PASSWORD = process.env['IM_ADMIN_PASSWORD'] ?? '';
export const SECTIONS = ['overview', 'nodes', 'rooms', 'users', 'groups', 'messages', 'push', 'log'] as const;

/** The login form of the admin page. */
export async function openAdmin(browser: Browser, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => /Content.Security|Trusted/i.test(message.text()) && complaints.push(message.text()));
  await until('the admin page is served', async () => (await page.goto(`${CONSOLE}/`))?.ok());
  await page.locator('form').waitFor();
  return { page, context, complaints };
}

export async function logIn(page: Page, login = 'admin', password = PASSWORD): Promise<void> {
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill(password);
  await page.keyboard.press('Enter');
}

/** A section, when something of it is there. */
export async function go(page: Page, section: (typeof SECTIONS)[number]): Promise<void> {
  await page.locator(`nav a[href="#${section}"]`).click();
  await page.locator(`nav a[href="#${section}"][aria-current=page]`).waitFor();
  await until(`${section} is loaded`, async () => (await page.locator('main .tile, main table, main form').count()) > 0);
}

export const row = (page: Page, text: string) => page.locator('main tbody tr', { hasText: text });
/** Says yes in the dialog that asks; the one below may have a button of the same name. */
export const confirm = (page: Page, button: string) => page.locator('dialog[open] .danger-fill').filter({ hasText: new RegExp(`^${button}$`) }).click();
