/** Wraps the C ABI of text_processor, a corpus engine. */
import { readTerms } from './arrow.js';
import { during, trampoline } from './callbacks.js';
import { Handle, forgotten } from './handle.js';
import * as native from './native.js';

export { TextProcessorError } from './native.js';

/** @typedef {import('./native.js').DocumentEvent} DocumentEvent */
/** @typedef {import('./arrow.js').TermCount} TermCount */

/**
 * Statistics of all documents, taken at the same moment.
 *
 * @typedef {object} Statistics
 * @property {number} documentCount the number of documents
 * @property {number} totalWords the number of words
 * @property {number} uniqueWords the number of distinct terms, which are words in lower case
 * @property {number} distinctTypes the number of distinct words as they are written
 * @property {number} totalBytes the length of all documents, in bytes of UTF-8
 * @property {number} averageWords the number of words for each document on average; 0 without documents
 */

/**
 * A set of documents that answers questions about them. Errors of the library are a TextProcessorError; a closed
 * analyzer throws an Error. If you never close it, it is freed some time after it became unreachable.
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
      throw new TypeError('the text has a lone surrogate');
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
   * Sets a function that is called with each added document. It replaces any other callback. It may use the analyzer,
   * and close it. Its exceptions reach the caller of addDocument unchanged; the document stays added.
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

  /** Starts to store an event for each document that is added from now on. Replaces the callback. */
  events() {
    const made = [0n];
    this.#handle.call((analyzer) => native.tp_events_new(analyzer, made));
    this.#callback = undefined;
    return new DocumentEvents(made[0]);
  }

  /**
   * Returns statistics of all documents.
   *
   * @returns {Statistics}
   */
  statistics() {
    const found = native.emptyStatistics();
    this.#handle.call((analyzer) => native.tp_analyzer_statistics(analyzer, found));
    return {
      documentCount: found.document_count,
      totalWords: found.total_words,
      uniqueWords: found.unique_words,
      distinctTypes: found.distinct_types,
      totalBytes: found.total_bytes,
      averageWords: found.average_words,
    };
  }

  /**
   * Returns the number of good words minus the number of bad words, divided by the number of documents.
   *
   * @returns {number}
   */
  sentiment() {
    const sentiment = [0];
    this.#handle.call((analyzer) => native.tp_analyzer_sentiment(analyzer, sentiment));
    return sentiment[0];
  }

  /**
   * Returns the most frequent terms, at most `limit`. Terms with equal counts are in order of first appearance.
   *
   * @param {number} limit
   * @returns {TermCount[]}
   */
  topTerms(limit) {
    if (!Number.isSafeInteger(limit) || limit < 0)
      throw new RangeError('limit must be an integer of at least 0');
    if (limit === 0) return [];
    return readTerms((stream) => {
      this.#handle.call((analyzer) => native.tp_analyzer_top_terms(analyzer, limit, stream));
    }, limit);
  }

  /** Frees the documents; in a callback, after its call has ended. A second call does nothing. */
  close() {
    forgotten.unregister(this);
    this.#handle.close();
  }

  [Symbol.dispose]() {
    this.close();
  }
}

/** Stores an event for each document that is added to an analyzer, in place of a callback. */
export class DocumentEvents {
  #handle;

  /**
   * Use TextAnalyzer.events() to make one.
   *
   * @param {bigint} pointer
   */
  constructor(pointer) {
    this.#handle = new Handle(pointer, 'event queue', native.tp_events_free);
    forgotten.register(this, this.#handle, this);
  }

  /**
   * Takes the events that wait, and ends when no event waits. A later iteration takes later events.
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

  /** Frees the events that wait; the analyzer stops storing events. A second call does nothing. */
  close() {
    forgotten.unregister(this);
    this.#handle.close();
  }

  [Symbol.dispose]() {
    this.close();
  }
}
