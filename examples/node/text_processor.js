/** The corpus engine text_processor for Node, over its C ABI. */
import { readTerms } from './arrow.js';
import { during, trampoline } from './callbacks.js';
import { Handle, forgotten } from './handle.js';
import * as native from './native.js';

export { TextProcessorError } from './native.js';

/** @typedef {import('./native.js').DocumentEvent} DocumentEvent */
/** @typedef {import('./arrow.js').TermCount} TermCount */

/**
 * Figures of a corpus, all of one moment.
 *
 * @typedef {object} Statistics
 * @property {number} documents
 * @property {number} totalWords the number of words
 * @property {number} uniqueWords the number of distinct terms, which are words in lower case
 * @property {number} distinctTypes the number of distinct words as they are written
 * @property {number} bytes the length of all documents together, in bytes of UTF-8
 */

/**
 * Documents, and what can be asked of them. What the library refuses is a TextProcessorError; a closed analyzer throws
 * an Error. What was never closed is freed some time after nothing refers to it any more.
 */
export class TextAnalyzer {
  #handle;
  /** @type {import('./callbacks.js').DocumentCallback | undefined} */
  #callback;

  constructor() {
    const made = [0n];
    native.check(native.tp_analyzer_new(null, made));
    this.#handle = new Handle(made[0], 'analyzer', native.tp_analyzer_free);
    forgotten.register(this, this.#handle, this);
  }

  /**
   * Adds a document, a string or UTF-8. Then the callback runs, if one is set.
   *
   * @param {string | Uint8Array} text
   */
  addDocument(text) {
    if (typeof text === 'string' && !text.isWellFormed())
      throw new TypeError('the text holds half of a surrogate pair');
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    if (!(bytes instanceof Uint8Array)) throw new TypeError('a document is a string or a Uint8Array');
    this.#handle.call((analyzer) =>
      during(
        () => native.tp_analyzer_add_document(analyzer, bytes, bytes.length),
        () => this.#callback,
      ),
    );
  }

  /**
   * Sets what is called with each document that is added, in place of any other callback. It may use the analyzer, and
   * close it. What it throws reaches the caller of addDocument as itself; the document stays added.
   *
   * @param {(event: DocumentEvent) => void} callback
   */
  setCallback(callback) {
    if (typeof callback !== 'function') throw new TypeError('a callback is a function');
    this.#handle.call((analyzer) => native.tp_analyzer_set_callback(analyzer, trampoline(), null, null));
    this.#callback = callback;
  }

  /** Removes the callback, if one is set. */
  clearCallback() {
    this.#handle.call((analyzer) => native.tp_analyzer_clear_callback(analyzer));
    this.#callback = undefined;
  }

  /** Begins to keep an event for each document that is added from now on. Takes the place of the callback. */
  events() {
    const made = [0n];
    this.#handle.call((analyzer) => native.tp_events_new(analyzer, made));
    this.#callback = undefined;
    return new DocumentEvents(made[0]);
  }

  /**
   * Figures of the whole corpus.
   *
   * @returns {Statistics}
   */
  statistics() {
    const found = native.emptyStatistics();
    this.#handle.call((analyzer) => native.tp_analyzer_statistics(analyzer, found));
    return {
      documents: found.documents,
      totalWords: found.total_words,
      uniqueWords: found.unique_words,
      distinctTypes: found.distinct_types,
      bytes: found.bytes,
    };
  }

  /**
   * Good words less bad words, by the number of documents.
   *
   * @returns {number}
   */
  sentiment() {
    const sentiment = [0];
    this.#handle.call((analyzer) => native.tp_analyzer_sentiment(analyzer, sentiment));
    return sentiment[0];
  }

  /**
   * The most frequent terms, at most `limit`; equal counts in order of first appearance.
   *
   * @param {number} limit
   * @returns {TermCount[]}
   */
  topTerms(limit) {
    if (!Number.isSafeInteger(limit) || limit < 0)
      throw new RangeError('limit is a number of terms: an integer from 0 on');
    if (limit === 0) return [];
    return readTerms((stream) => {
      this.#handle.call((analyzer) => native.tp_analyzer_top_terms(analyzer, limit, stream));
    }, limit);
  }

  /** Frees the documents; in a callback, when its call is over. Does nothing the second time. */
  close() {
    forgotten.unregister(this);
    this.#handle.close();
  }

  [Symbol.dispose]() {
    this.close();
  }
}

/** The documents that are added to an analyzer, asked for one after the other: in place of a callback. */
export class DocumentEvents {
  #handle;

  /**
   * Only TextAnalyzer.events() makes one.
   *
   * @param {bigint} pointer
   */
  constructor(pointer) {
    this.#handle = new Handle(pointer, 'event queue', native.tp_events_free);
    forgotten.register(this, this.#handle, this);
  }

  /**
   * Takes the events that are waiting, and ends where none is; there may be more another time.
   *
   * @returns {Generator<DocumentEvent, void>}
   */
  *[Symbol.iterator]() {
    const event = [null];
    for (;;) {
      this.#handle.call((events) => native.tp_events_next(events, event));
      if (event[0] === null) return;
      yield native.copyEvent(event[0]);
    }
  }

  /** Forgets the events that are waiting; the analyzer goes on without. Does nothing the second time. */
  close() {
    forgotten.unregister(this);
    this.#handle.close();
  }

  [Symbol.dispose]() {
    this.close();
  }
}
