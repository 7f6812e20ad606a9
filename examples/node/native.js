/** The functions of text_processor.h that this wrapper uses, through koffi; the header is their manual. */
import koffi from 'koffi';

// The SONAME; the name without the number is for compiling C programs.
const NAME = 'libtext_processor.so.1';

// The version of the ABI that this wrapper needs.
const ABI_MAJOR = 1;
const ABI_MINOR = 1;

const library = load();

koffi.opaque('tp_analyzer');
koffi.opaque('tp_events');
const DocumentEventType = koffi.struct('tp_document_event', {
  text: 'void *',
  text_length: 'size_t',
  word_count: 'uint64_t',
  total_documents: 'uint64_t',
});
const StatisticsType = koffi.struct('tp_statistics', {
  struct_size: 'size_t',
  document_count: 'uint64_t',
  total_words: 'uint64_t',
  unique_words: 'uint64_t',
  distinct_types: 'uint64_t',
  total_bytes: 'uint64_t',
  average_words: 'double',
});
koffi.proto('int32_t tp_document_callback(void *user_data, const tp_document_event *event)');

const tp_abi_version = library.func('uint32_t tp_abi_version(void)');
const tp_status_name = library.func('const char *tp_status_name(int32_t status)');
const tp_last_error_message = library.func('const char *tp_last_error_message(void)');
const tp_last_error_offset = library.func('int64_t tp_last_error_offset(void)');

const version = tp_abi_version();
if (version >>> 16 !== ABI_MAJOR || (version & 0xffff) < ABI_MINOR) {
  throw new Error(
    `${NAME} has ABI ${version >>> 16}.${version & 0xffff}, and ${ABI_MAJOR}.${ABI_MINOR} or a newer minor is needed`,
  );
}

export const tp_analyzer_new = library.func(
  'int32_t tp_analyzer_new(const void *options, _Out_ tp_analyzer **analyzer)',
);
export const tp_analyzer_free = library.func('void tp_analyzer_free(tp_analyzer *analyzer)');
export const tp_analyzer_add_document = library.func(
  'int32_t tp_analyzer_add_document(tp_analyzer *analyzer, const uint8_t *text, size_t length)',
);
export const tp_analyzer_set_callback = library.func(
  'int32_t tp_analyzer_set_callback(tp_analyzer *analyzer, tp_document_callback *callback, void *data, void *destroy)',
);
export const tp_analyzer_clear_callback = library.func('int32_t tp_analyzer_clear_callback(tp_analyzer *analyzer)');
export const tp_events_new = library.func('int32_t tp_events_new(tp_analyzer *analyzer, _Out_ tp_events **events)');
export const tp_events_next = library.func('int32_t tp_events_next(tp_events *events, _Out_ void **event)');
export const tp_events_free = library.func('void tp_events_free(tp_events *events)');
export const tp_analyzer_statistics = library.func(
  'int32_t tp_analyzer_statistics(const tp_analyzer *analyzer, _Inout_ tp_statistics *statistics)',
);
export const tp_analyzer_sentiment = library.func(
  'int32_t tp_analyzer_sentiment(const tp_analyzer *analyzer, _Out_ double *sentiment)',
);
export const tp_analyzer_top_terms = library.func(
  'int32_t tp_analyzer_top_terms(const tp_analyzer *analyzer, size_t batch_rows, void *stream)',
);

/** Returns a tp_statistics for the library to fill. */
export function emptyStatistics() {
  return {
    struct_size: koffi.sizeof(StatisticsType),
    document_count: 0,
    total_words: 0,
    unique_words: 0,
    distinct_types: 0,
    total_bytes: 0,
    average_words: 0,
  };
}

/**
 * A document that was just added.
 *
 * @typedef {object} DocumentEvent
 * @property {string} text
 * @property {number} textLength the length of the text in bytes of UTF-8
 * @property {number} wordCount the number of words in the document
 * @property {number} totalDocuments the number of documents in the analyzer, including this one
 */

/**
 * Returns a copy of a tp_document_event, which outlives the event.
 *
 * @param {bigint} pointer
 * @returns {DocumentEvent}
 */
export function copyEvent(pointer) {
  const event = koffi.decode(pointer, DocumentEventType);
  return {
    text: event.text_length === 0 ? '' : koffi.decode.string(event.text, event.text_length),
    textLength: event.text_length,
    wordCount: event.word_count,
    totalDocuments: event.total_documents,
  };
}

/**
 * Returns a native function pointer for a callback, which is valid until the process ends.
 *
 * @param {(userData: bigint | null, event: bigint) => number} callback
 */
export function registerDocumentCallback(callback) {
  return koffi.register(callback, 'tp_document_callback *');
}

/** An error of the library. */
export class TextProcessorError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {number | undefined} offset
   * @param {string} message
   */
  constructor(status, code, offset, message) {
    super(message);
    this.name = 'TextProcessorError';
    /** The status as a number, as in text_processor.h. */
    this.status = status;
    /** The name of the status, such as 'TP_ERROR_NO_WORDS'. */
    this.code = code;
    /** The first wrong byte of the document, if the error has a place. */
    this.offset = offset;
  }
}

/**
 * Throws the error for a status. The library keeps the last error for each thread, so the call must not be an
 * asynchronous call of koffi, which runs on another thread.
 *
 * @param {number} status
 */
export function check(status) {
  if (status !== 0) {
    const offset = tp_last_error_offset();
    throw new TextProcessorError(
      status,
      tp_status_name(status),
      offset < 0 ? undefined : offset,
      tp_last_error_message(),
    );
  }
}

function load() {
  try {
    return koffi.load(NAME);
  } catch (cause) {
    // The error of koffi does not name the library.
    throw new Error(`${NAME} cannot be loaded; is its folder known to ldconfig, or in LD_LIBRARY_PATH?`, { cause });
  }
}
