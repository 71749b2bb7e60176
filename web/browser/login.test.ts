// Who comes in, and how: a new account, a wrong password, a login that outlives a reload, signing out, a guest.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, open, type Opened } from './lib.ts';

const LOGIN = `new-${process.pid}-${Date.now()}`;
let browser: Browser;
let a: Opened;

const fill = async (fields: Record<string, string>) => {
  for (const [name, text] of Object.entries(fields)) await a.page.locator(`input[name=${name}]`).fill(text);
  await a.page.keyboard.press('Enter');
};
const inside = () => a.page.locator('.sidebar').waitFor();
async function signOut(): Promise<void> {
  await a.page.getByRole('button', { name: 'Settings' }).click();
  await a.page.getByRole('button', { name: 'Sign out' }).click();
  await a.page.locator('form.card').waitFor();
}

before(async () => {
  browser = await launch();
  a = await open(browser, null);
});
after(() => browser?.close());

test('a new account is made and is in', async () => {
  await a.page.getByRole('button', { name: 'New here? Create an account' }).click();
  await fill({ login: LOGIN, name: 'Newcomer', password: 'correct horse' });
  await inside();
  await signOut();
});

test('a login that is taken, a wrong password, the right one', async () => {
  await a.page.getByRole('button', { name: 'New here? Create an account' }).click();
  await fill({ login: LOGIN, name: 'Another', password: 'correct horse' });
  await a.page.getByText('This login is taken.').waitFor();
  await a.page.getByRole('button', { name: 'Have an account? Sign in' }).click();
  await fill({ login: LOGIN, password: 'wrong horse' });
  await a.page.getByText('The login or the password is wrong.').waitFor();
  await fill({ login: LOGIN, password: 'correct horse' });
  await inside();
});

test('a reload stays in; who has signed out is out', async () => {
  await a.page.reload();
  await inside();
  await signOut();
  await a.page.reload();
  await a.page.locator('form.card').waitFor();
});

test('a guest needs a name and nothing else', async () => {
  await a.page.getByRole('button', { name: 'Or look around as a guest' }).click();
  await fill({ name: 'Somebody' });
  await inside();
  assert.deepEqual(a.complaints, []);
});
