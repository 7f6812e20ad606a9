import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Handle } from '../handle.js';

function counted() {
  const freed = [];
  return { freed, handle: new Handle(16n, 'thing', (pointer) => freed.push(pointer)) };
}

test('a handle is freed once if it is closed twice', () => {
  const { freed, handle } = counted();
  handle.close();
  handle.close();
  assert.deepEqual(freed, [16n]);
  assert.throws(() => handle.call(() => 0), /the thing is closed/);
});

test('a closed handle is freed when the outermost call has ended', () => {
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

test('a call that fails ends its use of the handle', () => {
  const { freed, handle } = counted();
  assert.throws(() => handle.call(() => assert.fail('mine')), /mine/);
  handle.close();
  assert.deepEqual(freed, [16n]);
});
