// What people write is text: more than 500 payloads (a quarter of them in a plain run) as messages, as names and captions of files, as names of people
// and groups, as what calls and contacts say; none runs, none becomes an element with a handler.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { BASE, launch, open, post, until, user, type Opened, type User } from './lib.ts';
import { partOf } from './sample.ts';

/** Of the list of conversations, at one time. */
const MOST_ROWS = 60;
const CODE = 'window.__xss=1';
const PARTS = 4;
const HOLDERS = [
  (x: string) => `<script>${x}</script>`,
  (x: string) => `<img src=x onerror="${x}">`,
  (x: string) => `<svg/onload=${x}>`,
  (x: string) => `"><body onload=${x}>`,
  (x: string) => `<iframe srcdoc="<script>parent.${x}</script>"></iframe>`,
  (x: string) => `<a href="javascript:${x}">x</a>`,
  (x: string) => `javascript:${x}//https://a.example/`,
  (x: string) => `https://a.example/"onmouseover="${x}`,
  (x: string) => `https://a.example/'><img src=x onerror=${x}>`,
  (x: string) => `<details open ontoggle=${x}>`,
  (x: string) => `<video><source onerror="${x}">`,
  (x: string) => `<input autofocus onfocus=${x}>`,
  (x: string) => `<style>@import 'javascript:${x}';</style>`,
  (x: string) => `<math><mi xlink:href="data:x,<script>${x}</script>">`,
  (x: string) => `<template><script>${x}</script></template>`,
  (x: string) => `<object data="data:text/html,<script>parent.${x}</script>">`,
  (x: string) => `{{constructor.constructor('${x}')()}}`,
  (x: string) => '${' + x + '}',
  (x: string) => `]]><script>${x}</script>`,
  (x: string) => `<noscript><p title="</noscript><img src=x onerror=${x}>">`,
  (x: string) => `<a href="data:text/html;base64,${btoa(`<script>${x}</script>`)}">x</a>`,
];
const TWISTS = [
  (p: string) => p,
  (p: string) => p.toUpperCase().replaceAll('WINDOW.__XSS', 'window.__xss'),
  (p: string) => p.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  (p: string) => p.replaceAll('<', String.raw`\u003c`),
  (p: string) => p.replaceAll('<', '＜'),
  (p: string) => `\u202e${p}\u202c`,
  (p: string) => encodeURIComponent(p),
  (p: string) => `</textarea></title>${p}`,
  (p: string) => `<!--${p}-->`,
  (p: string) => p.replaceAll(' ', '\t'),
  (p: string) => p.replaceAll('=', '\n='),
  (p: string) => p.replaceAll('"', '`'),
  (p: string) => `'">${p}`,
  (p: string) => p.split('').join('\u200b'),
  (p: string) => `${p}${p}`,
  (p: string) => `\\${p}`,
  (p: string) => JSON.stringify(p),
  (p: string) => p.replaceAll('<', '<\u00ad'),
  (p: string) => p.replaceAll('script', 'scr\u0131pt'),
  (p: string) => `https://a.example/?q=${p}`,
  (p: string) => p.replace('>', ' >'),
  (p: string) => `x:${p}`,
  (p: string) => `<<${p}`,
  (p: string) => p.replaceAll('on', 'oN'),
  (p: string) => `[x](${p})`,
  (p: string) => `<x ${p}`,
  (p: string) => Array.from(p, (sign) => `&#${sign.codePointAt(0)};`).join(''),
  (p: string) => Array.from(p, (sign) => `\\x${sign.codePointAt(0)!.toString(16).padStart(2, '0')}`).join(''),
];
/** Each text once, with the part it belongs to; a twist changes nothing where there is nothing to twist. */
const every = new Map(HOLDERS.flatMap((hold, row) => TWISTS.map((twist, column) => [twist(hold(CODE)), (row + column) % PARTS] as const)));
/** In a plain run about a quarter, with each holder and each twist in it. */
const part = partOf('payloads', PARTS);
const payloads = [...every].filter(([, one]) => part === null || one === part).map(([text]) => text);

/** The first bytes of it that a name takes: no control signs, no ends. */
function nameOf(text: string, most = 64): string {
  let name = text.replace(/[\u0000-\u001f]/g, ' ').trim();
  while (Buffer.byteLength(name) > most) name = name.slice(0, -1);
  return name.trim();
}
/** A name of a file is one part of a path, and turns no text around. */
const fileNameOf = (text: string) => nameOf(text.replace(/[\/\\]/g, '|').replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u00ad]/g, ''), 180) || 'x';
/** Names need a user each: in a plain run some. */
const some = part === null ? payloads : payloads.filter((_, i) => i % Math.round(payloads.length / 42) === 0);

let browser: Browser;
let ann: User;
let a: Opened;
let scripts: number;

/** Nothing of what is drawn now ran or would run. */
async function harmless({ page, complaints }: Opened): Promise<void> {
  const found = await page.evaluate(() => ({
    ran: '__xss' in window,
    scripts: document.querySelectorAll('script').length,
    alien: document.querySelectorAll('#app iframe, #app object, #app embed, #app style, #app math, #app details, #app template').length,
    handlers: [...document.querySelectorAll('#app *')].filter((one) => [...one.attributes].some(({ name }) => name.startsWith('on'))).length,
    links: [...document.querySelectorAll<HTMLAnchorElement>('#app a')].filter(({ protocol }) => !/^https?:$/.test(protocol)).length,
  }));
  assert.deepEqual(found, { ran: false, scripts, alien: 0, handlers: 0, links: 0 });
  assert.deepEqual(complaints, []);
}

/** Opens a conversation, loads all of it, and looks at each message. */
async function readAll(name: string, count: number): Promise<void> {
  const { page } = a;
  await page.locator('.sidebar .entry', { hasText: name }).click();
  await until('all are loaded', async () => {
    await page.locator('.messages').evaluate((element) => (element.scrollTop = 0));
    return page.locator('.hint', { hasText: 'This is the beginning.' }).isVisible();
  });
  const drawn = new Set<string>();
  await until('all were drawn', async () => {
    for (const seq of await page.locator('.message').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['seq']!))) drawn.add(seq);
    await harmless(a);
    await page.locator('.messages').evaluate((element) => (element.scrollTop += 800));
    if (drawn.size < count) throw new Error(`${drawn.size} of ${count}`);
    return true;
  });
}

/** Looks at each row of the list of conversations. */
async function wholeList(count: number): Promise<void> {
  const list = a.page.locator('.sidebar .rows');
  const drawn = new Set<string>();
  await until('all are in the list', async () => {
    const rows = await list.locator('.entry').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['conv']!));
    assert.ok(rows.length <= MOST_ROWS, `${rows.length} rows drawn`);
    for (const conv of rows) drawn.add(conv);
    await harmless(a);
    await list.evaluate((element) => (element.scrollTop = element.scrollTop + element.clientHeight < element.scrollHeight - 1 ? element.scrollTop + 400 : 0));
    if (drawn.size < count) throw new Error(`${drawn.size} of ${count}`);
    return true;
  });
  await list.evaluate((element) => (element.scrollTop = 0));
}

before(async () => {
  const idle = TWISTS.slice(1).filter((twist) => HOLDERS.every((hold) => twist(hold(CODE)) === hold(CODE)));
  assert.deepEqual(idle.map(String), [], 'each twist changes something');
  assert.ok(every.size >= 500 && payloads.length >= 500 / PARTS, `${every.size} texts, ${payloads.length} of them now`);
  browser = await launch('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection');
  ann = await user('Ann');
  a = await open(browser, ann);
  await a.page.locator('.sidebar .empty').waitFor();
  scripts = await a.page.evaluate(() => document.querySelectorAll('script').length);
});
after(() => browser?.close());

test(`${payloads.length} messages`, async () => {
  const eve = await user('Eve');
  for (const [at, body] of payloads.entries()) await post('msg.send', { to: ann.uid, client_msg_id: `${at}`, body }, eve.token);
  await readAll('Eve', payloads.length);
});

test(`${payloads.length} names and captions of files`, async () => {
  const filer = await user('Filer');
  const { conv_id } = await post('conv.open', { to: ann.uid }, filer.token);
  const content = Buffer.from('not much, but ours');
  const begun = await post('media.begin', { name: 'a.txt', size: content.length, sha256: createHash('sha256').update(content).digest('hex'), conv_id }, filer.token);
  const headers = { Authorization: `Bearer ${String(begun['token'])}`, 'Content-Range': `bytes 0-${content.length - 1}/${content.length}` };
  assert.equal((await fetch(new URL(String(begun['upload']), BASE), { method: 'PUT', headers, body: content })).status, 200);
  for (const [at, text] of payloads.entries())
    await post('msg.send', { conv_id, client_msg_id: `f${at}`, type: 'file', body: JSON.stringify({ media: begun['media_id'], name: fileNameOf(text), caption: text }) }, filer.token);
  await readAll('Filer', payloads.length);
  assert.ok((await a.page.locator('.document-name', { hasText: '__xss' }).count()) > 0);
});

test(`${some.length} names of people, groups and what groups announce`, async () => {
  for (const [at, text] of some.entries()) {
    const evil = await user(nameOf(text));
    await post('msg.send', { to: ann.uid, client_msg_id: 'n', body: text }, evil.token);
    if (at < 20) await post('contact.add', { uid: ann.uid, greeting: nameOf(text, 180) }, evil.token);
    const { conv_id } = await post('group.create', { name: nameOf(text), members: [ann.uid] }, evil.token);
    await post('group.announce', { conv_id, text }, evil.token);
  }
  const { page } = a;
  const entries = page.locator('.sidebar .entry');
  await wholeList(2 * some.length);
  for (const at of [0, 7, 14, 20]) {
    await entries.nth(at).click();
    await page.locator('.message, .system').first().waitFor();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.locator('.menu button').first().waitFor();
    await harmless(a);
    await page.keyboard.press('Escape');
  }
  await page.locator('.tab', { hasText: 'People' }).click();
  await until('they ask', async () => (await page.locator('.asking').count()) >= 20);
  await harmless(a);
  await page.locator('.tab', { hasText: 'Chats' }).click();
});

test('who calls, and what a call leaves behind', async () => {
  const { page } = a;
  for (const text of some.slice(0, 6)) {
    const evil = await user(nameOf(text));
    await post('msg.send', { to: ann.uid, client_msg_id: 'n', body: 'ring' }, evil.token);
    const b = await open(browser, evil);
    await b.page.locator('.sidebar .entry', { hasText: 'Ann' }).click();
    await b.page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.locator('.ringing .accept').waitFor();
    await harmless(a);
    await page.locator('.ringing .decline').click();
    await b.page.locator('.ringing', { hasText: 'Declined' }).waitFor();
    await b.context.close();
    await page.locator('.sidebar .entry', { hasText: 'Call declined' }).first().click();
    await page.locator('.message', { hasText: 'Call declined' }).waitFor();
    await harmless(a);
  }
});
