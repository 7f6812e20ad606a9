import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { forgotten } from '../handle.js';
import { TextAnalyzer, TextProcessorError } from '../text_processor.js';

/** Returns an analyzer that is closed after the test. */
function open(t) {
  const analyzer = new TextAnalyzer();
  t.after(() => analyzer.close());
  return analyzer;
}

test('statistics, sentiment and terms', (t) => {
  const analyzer = open(t);
  analyzer.addDocument('Good Γειά 👍 good');
  analyzer.addDocument(Buffer.from('bad\0 good'));
  assert.deepEqual(analyzer.statistics(), {
    documentCount: 2,
    totalWords: 6,
    uniqueWords: 4,
    distinctTypes: 5,
    totalBytes: 32,
    averageWords: 3,
  });
  assert.equal(analyzer.sentiment(), 1.5);
  assert.deepEqual(analyzer.topTerms(10), [
    { term: 'good', count: 3 },
    { term: 'γειά', count: 1 },
    { term: '👍', count: 1 },
    { term: 'bad\0', count: 1 },
  ]);
  assert.deepEqual(analyzer.topTerms(1), [{ term: 'good', count: 3 }]);
  assert.deepEqual(analyzer.topTerms(0), []);
  for (const limit of [-1, 1.5, NaN, '3']) assert.throws(() => analyzer.topTerms(limit), RangeError);
});

test('an analyzer without documents has no terms and no sentiment', (t) => {
  const analyzer = open(t);
  assert.deepEqual(analyzer.topTerms(20), []);
  assert.throws(() => analyzer.sentiment(), {
    name: 'TextProcessorError',
    code: 'TP_ERROR_NO_DOCUMENTS',
    status: 5,
    offset: undefined,
  });
});

test('invalid text is refused with its offset, and nothing is added', (t) => {
  const analyzer = open(t);
  assert.throws(
    () => analyzer.addDocument(Uint8Array.of(0x6f, 0x6b, 0x20, 0xff)),
    (error) => {
      assert.ok(error instanceof TextProcessorError);
      assert.equal(error.code, 'TP_ERROR_INVALID_UTF8');
      assert.equal(error.offset, 3);
      assert.match(error.message, /not valid UTF-8/);
      return true;
    },
  );
  assert.throws(() => analyzer.addDocument(''), { code: 'TP_ERROR_NO_WORDS' });
  assert.throws(() => analyzer.addDocument('a lone surrogate: \ud83d'), TypeError);
  for (const wrong of [undefined, null, 7, new Uint16Array(2)])
    assert.throws(() => analyzer.addDocument(wrong), TypeError);
  assert.equal(analyzer.statistics().documentCount, 0);
});

test('a closed analyzer refuses calls, and can be closed again', () => {
  const analyzer = new TextAnalyzer();
  analyzer.close();
  analyzer[Symbol.dispose]();
  assert.throws(() => analyzer.addDocument('late'), /the analyzer is closed/);
  assert.throws(() => analyzer.topTerms(1), /the analyzer is closed/);
});

test('the callback gets each document until it is cleared', (t) => {
  const analyzer = open(t);
  const events = [];
  analyzer.setCallback((event) => events.push(event));
  analyzer.addDocument('\ufeffone Γειά');
  analyzer.clearCallback();
  analyzer.addDocument('two');
  assert.deepEqual(events, [{ text: '\ufeffone Γειά', textLength: 15, wordCount: 2, totalDocuments: 1 }]);
  assert.throws(() => analyzer.setCallback(undefined), TypeError);
});

test('an exception of the callback reaches the caller unchanged', (t) => {
  const analyzer = open(t);
  for (const thrown of [new RangeError('mine'), 'a string', undefined]) {
    analyzer.setCallback(() => {
      throw thrown;
    });
    let caught = 'nothing';
    try {
      analyzer.addDocument('a document');
    } catch (error) {
      caught = error;
    }
    assert.equal(caught, thrown);
  }
  assert.equal(analyzer.statistics().documentCount, 3);
});

test('a callback may use other analyzers, whose callbacks fail', (t) => {
  const outer = open(t);
  const inner = open(t);
  inner.setCallback(() => {
    throw new RangeError('inner');
  });
  let caught = 0;
  outer.setCallback(({ text }) => {
    assert.throws(() => inner.addDocument(text), RangeError);
    caught++;
  });
  outer.addDocument('a document');
  outer.addDocument('another');
  assert.equal(caught, 2);
  assert.equal(inner.statistics().documentCount, 2);
});

test('a callback may close its own analyzer', () => {
  const analyzer = new TextAnalyzer();
  analyzer.setCallback(() => analyzer.close());
  analyzer.addDocument('the last one');
  assert.throws(() => analyzer.statistics(), /the analyzer is closed/);
});

test('events replace a callback', (t) => {
  const analyzer = open(t);
  const events = analyzer.events();
  analyzer.addDocument('one two');
  analyzer.addDocument('three');
  assert.deepEqual(
    [...events],
    [
      { text: 'one two', textLength: 7, wordCount: 2, totalDocuments: 1 },
      { text: 'three', textLength: 5, wordCount: 1, totalDocuments: 2 },
    ],
  );
  assert.deepEqual([...events], []);
  events.close();
  assert.throws(() => [...events], /the event queue is closed/);
  analyzer.addDocument('four');
  assert.equal(analyzer.statistics().documentCount, 3);
});

test('events outlive their analyzer', () => {
  const analyzer = new TextAnalyzer();
  const events = analyzer.events();
  analyzer.addDocument('one two');
  analyzer.close();
  assert.deepEqual([...events], [{ text: 'one two', textLength: 7, wordCount: 2, totalDocuments: 1 }]);
  events.close();
});

test('an unreachable analyzer is closed, though its callback refers to it', { timeout: 60_000 }, async (t) => {
  let handle;
  const register = t.mock.method(forgotten, 'register', (target, held, token) => {
    handle = held;
    FinalizationRegistry.prototype.register.call(forgotten, target, held, token);
  });
  forgetOneWhoseCallbackRefersToIt();
  // The mock keeps its arguments alive.
  register.mock.resetCalls();
  while (!isClosed(handle)) {
    await turn();
    globalThis.gc();
  }
});

function forgetOneWhoseCallbackRefersToIt() {
  const analyzer = new TextAnalyzer();
  analyzer.setCallback(() => analyzer.statistics());
  analyzer.addDocument('a document');
}

function isClosed(handle) {
  try {
    handle.call(() => 0);
    return false;
  } catch {
    return true;
  }
}

test('each worker has its own analyzers', async () => {
  const program = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(new URL('../text_processor.js', import.meta.url).href)}).then(({ TextAnalyzer }) => {
      const analyzer = new TextAnalyzer();
      const seen = [];
      analyzer.setCallback(({ text }) => seen.push(text));
      for (let i = 0; i < 100; i++) analyzer.addDocument('document ' + i);
      analyzer.close();
      parentPort.postMessage(seen.length);
    });`;
  const seen = await Promise.all(
    [1, 2].map(
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker(program, { eval: true });
          worker.once('message', resolve).once('error', reject);
        }),
    ),
  );
  assert.deepEqual(seen, [100, 100]);
});
