// What the pictures of the pages share: the looks, one shot, what has to be there first.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';

const desk = { viewport: { width: 1200, height: 800 } };
const LOOKS = {
  desktop: desk,
  phone: { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  dark: { ...desk, colorScheme: 'dark' },
  chinese: { ...desk, locale: 'zh-CN' },
} as const satisfies Record<string, BrowserContextOptions>;

export interface Look {
  readonly name: keyof typeof LOOKS;
  readonly options: BrowserContextOptions;
  readonly phone: boolean;
}

const [folder = 'shots', only = ''] = process.argv.slice(2);

const all: readonly Look[] = (Object.keys(LOOKS) as (keyof typeof LOOKS)[]).map((name) => ({ name, options: LOOKS[name], phone: name === 'phone' }));
export const lookOf = (name: Look['name']): Look => all.find((one) => one.name === name)!;
/** All of them, or the one that was named. */
export const looks: readonly Look[] = all.filter(({ name }) => only === '' || only === name);

type Visit = (page: Page, look: Look, name: string) => Promise<void>;

/** FOLDER/LOOK-NAME.png, when pictures are loaded and nothing moves any more. */
const draw: Visit = async (page, look, name) => {
  mkdirSync(folder, { recursive: true });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${look.name}-${name}.png`), animations: 'disabled' });
};

let drawn = 0;
let visit = draw;
export const count = () => drawn;

/** From now on this is done at each screen, instead of a picture of it. */
export function atEachScreen(instead: Visit): void {
  visit = instead;
}

/** A screen is there. */
export async function shot(page: Page, look: Look, name: string): Promise<void> {
  await visit(page, look, name);
  drawn += 1;
}

/** Closes what is open on top. */
export async function escape(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').first().waitFor({ state: 'detached' });
}

/** A conversation of the list, by its name. */
export const entry = (page: Page, name: string) => page.locator('.sidebar .entry', { has: page.locator('.entry-name', { hasText: name }) });
