import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, ImClient } from '@webrtc-im/client';
import { Contacts } from '../src/model/contacts.ts';
import { People } from '../src/model/people.ts';

test('contacts and how they are: asked for again after a failure, and not after the end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const asked: string[] = [];
  let broken = true;
  const answers: Record<string, Answer> = {
    'contact.list': { contacts: [{ uid: 2, name: 'Bob', state: 'contact' }] },
    'presence.sub': { presence: [{ uid: 2, state: 'busy' }], for_s: 600 },
  };
  const request = (cmd: string) => (asked.push(cmd), broken ? Promise.reject(new Error('away')) : Promise.resolve(answers[cmd]));
  const contacts = new Contacts({ request } as unknown as ImClient, new People());
  await contacts.load();
  assert.ok(contacts.failed.value);
  broken = false;
  t.mock.timers.tick(20_000);
  await settled();
  assert.deepEqual(asked, ['contact.list', 'contact.list', 'presence.sub']);
  assert.equal(contacts.presence.value.get(2)?.state, 'busy');
  broken = true;
  t.mock.timers.tick(480_000); // four fifths of for_s: the renewal, which fails
  await settled();
  contacts.end();
  t.mock.timers.tick(480_000);
  await settled();
  void contacts.load();
  await settled();
  t.mock.timers.tick(480_000);
  await settled();
  assert.equal(asked.length, 5, 'the renewal, and what was asked for by hand');
});
