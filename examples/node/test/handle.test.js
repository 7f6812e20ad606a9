import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Handle } from '../handle.js';

function counted() {
  const freed = [];
  return { freed, handle: new Handle(16n, 'thing', (pointer) => freed.push(pointer)) };
}

test('it is freed once, however often it is closed', () => {
  const { freed, handle } = counted();
  handle.close();
  handle.close();
  assert.deepEqual(freed, [16n]);
  assert.throws(() => handle.call(() => 0), /the thing is closed/);
});

test('it is freed when the outermost call that uses it is over', () => {
  const { freed, handle } = counted();
  handle.call(() => {
    handle.call(() => {
      handle.close();
      return 0;
    });
    assert.deepEqual(freed, []);
    return 0;
  });
  assert.deepEqual(freed, [16n]);
});

test('a call that fails leaves as well', () => {
  const { freed, handle } = counted();
  assert.throws(() => handle.call(() => assert.fail('mine')), /mine/);
  handle.close();
  assert.deepEqual(freed, [16n]);
});
