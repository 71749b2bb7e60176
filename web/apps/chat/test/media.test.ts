import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachmentOf, fitted, waveformOf } from '../src/model/attachment.ts';
import { candidates, mentionAt, mentionsIn } from '../src/model/mentions.ts';

const member = (uid: number, name: string) => ({ uid, name, role: 'member' as const });

test('what a body does not say, or says in a wrong way, is nothing', () => {
  for (const body of ['', 'null', '7', '[]', '{"size":-1,"name":7,"waveform":"x","poster":null,"width":"9"}', 'no JSON']) {
    const { media, name, size, width, waveform } = attachmentOf(body);
    assert.deepEqual([media, name, size, width, waveform], ['', '', 0, 0, []], body);
  }
  const whole = attachmentOf('{"media":"m","name":"a","size":9,"waveform":[1,200,-5],"poster":{"media":"p","width":4,"height":3}}');
  assert.deepEqual([whole.media, whole.waveform, whole.width, whole.height, whole.hasPoster], ['m', [1, 100, 0], 4, 3, true]);
});

test('pictures keep their shape and have a size in any case', () => {
  assert.deepEqual(fitted(800, 400), { width: 320, height: 160 });
  assert.deepEqual(fitted(0, 0), { width: 240, height: 180 });
  assert.equal(fitted(10, 10_000).width, 48);
});

test('a wave has its loudest bar at 100', () => {
  assert.deepEqual(waveformOf([0.1, 0.2, 0.4, 0.2], 2), [50, 100]);
  assert.equal(waveformOf(Array.from({ length: 1000 }, (_, i) => i)).length, 64);
  assert.deepEqual(waveformOf([]), []);
});

test('an @ asks for members, and names count as a whole', () => {
  assert.deepEqual(mentionAt('hi @bo', 6), { from: 3, word: 'bo' });
  assert.equal(mentionAt('mail me@bo', 10), null);
  const people = [member(1, 'Bo'), member(2, 'Bob'), member(3, 'Zoë')];
  assert.deepEqual(candidates(people, 'bo', 1).map(({ uid }) => uid), [2]);
  assert.deepEqual(mentionsIn('hello @Bob, and @Zoë!', people, 'all'), { mentions: [2, 3] });
  assert.deepEqual(mentionsIn('@Bo and @all', people, 'all'), { mentions: [1], mention_all: true });
  assert.deepEqual(mentionsIn('nobody', people, 'all'), {});
});
