// What people write is text: 500 payloads as name, message and group name; none runs, none becomes an element with a handler.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch, open, post, until, user } from './lib.ts';

const CODE = 'window.__xss=1';
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
  (p: string) => p.replaceAll('<', '\u003c'),
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
];
const payloads = HOLDERS.flatMap((hold) => TWISTS.map((twist) => twist(hold(CODE))));

/** What fits into a name: 64 bytes. */
function nameOf(text: string): string {
  let name = text.replace(/[\u0000-\u001f]/g, ' ').trim();
  while (Buffer.byteLength(name) > 64) name = name.slice(0, -1);
  return name.trim();
}

test(`${payloads.length} payloads are text`, async () => {
  assert.ok(payloads.length >= 500);
  const browser = await launch();
  after(() => browser.close());
  const ann = await user('Ann');
  for (const [at, name] of payloads.filter((_, i) => i % 25 === 0).entries()) {
    const evil = await user(nameOf(name));
    await post('msg.send', { to: ann.uid, client_msg_id: `n${at}`, body: name }, evil.token);
  }
  const eve = await user('Eve');
  for (const [at, body] of payloads.entries()) await post('msg.send', { to: ann.uid, client_msg_id: `${at}`, body }, eve.token);
  const { page, complaints } = await open(browser, ann);
  const before = await page.evaluate(() => document.querySelectorAll('script').length);
  await page.locator('.entry', { hasText: 'Eve' }).click();
  await until('all are loaded', async () => {
    await page.locator('.messages').evaluate((element) => (element.scrollTop = 0));
    return page.locator('.hint', { hasText: 'This is the beginning.' }).isVisible();
  });
  const drawn = new Set<string>();
  await until('all were drawn', async () => {
    for (const seq of await page.locator('.message').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['seq']!))) drawn.add(seq);
    await page.locator('.messages').evaluate((element) => (element.scrollTop += 800));
    if (drawn.size < payloads.length) throw new Error(`${drawn.size} of ${payloads.length}`);
    return true;
  });
  const found = await page.evaluate(() => ({
    ran: '__xss' in window,
    scripts: document.querySelectorAll('script').length,
    alien: document.querySelectorAll('#app iframe, #app object, #app embed, #app style, #app math, #app details, #app template').length,
    handlers: [...document.querySelectorAll('#app *')].filter((one) => [...one.attributes].some(({ name }) => name.startsWith('on'))).length,
    links: [...document.querySelectorAll<HTMLAnchorElement>('#app a')].filter(({ protocol }) => !/^https?:$/.test(protocol)).length,
  }));
  assert.deepEqual(found, { ran: false, scripts: before, alien: 0, handlers: 0, links: 0 });
  assert.deepEqual(complaints, []);
});
