/**
 * @file text_processor.h
 * The C ABI of text_processor, a corpus engine.
 *
 * This file is the manual. A program in full:
 *
 *     #include <stdio.h>
 *     #include "text_processor.h"
 *
 *     int main(void) {
 *         tp_analyzer *analyzer = NULL;
 *         uint64_t words = 0;
 *         if (tp_analyzer_new(NULL, &analyzer) != TP_OK
 *             || tp_analyzer_add_document(analyzer, "hello world", 11) != TP_OK
 *             || tp_analyzer_total_words(analyzer, &words) != TP_OK) {
 *             fprintf(stderr, "%s\n", tp_last_error_message());
 *         }
 *         printf("%llu words\n", (unsigned long long)words);
 *         tp_analyzer_free(analyzer);
 *     }
 *
 * @par WORDS
 * A word is a maximal run of characters that are not whitespace, as Python's str.split() has it (U+001C to U+001F are
 * whitespace). A term is a word in lower case, as Python's str.lower() has it.
 *
 * @par STATUS AND ERRORS
 * Every function that can fail returns a tp_status. 0 is TP_OK; numbers are never reused, and new ones are appended.
 * Out-parameters are written only on success, except those described as counters. After a failure, the tp_last_error_
 * functions tell more, on the same thread, until the next failure there. A success does not reset them.
 *
 * @par COMMON ERRORS
 * These can come from any function that returns a status: TP_ERROR_NULL_POINTER, for a pointer that is not said to be
 * NULL sometimes; TP_ERROR_OUT_OF_MEMORY; TP_ERROR_FORKED, from a handle that was lost in a fork; TP_ERROR_MISUSE, from
 * the instrumented core; and TP_ERROR_PANIC, since a panic inside the library never leaves it. Each function names the
 * errors that it has besides, and those of them that mean something more there.
 *
 * @par MEMORY
 * Memory that cannot be had is TP_ERROR_OUT_OF_MEMORY, and ENOMEM from an Arrow stream. What was there before is whole
 * then, and the same call succeeds once there is memory; only a stream that has failed is to be asked for anew.
 * Functions that free or clear never fail for it. What the C library itself needs for a thread (its first call into this
 * library, too) ends the process where it cannot be had.
 *
 * @par TEXT
 * Text is a pointer and a length in bytes, UTF-8, without a terminating zero. It is read during the call only and must
 * not change meanwhile. NULL is allowed where the length is 0. All lengths and offsets are in bytes.
 *
 * @par OWNERSHIP
 * What a function named _new gives is freed by the function named _free; NULL is allowed there. A pointer to a handle
 * that was freed must not be used again. Arrow structures that the library fills belong to the caller, who calls their
 * `release` member once; they stay valid after the analyzer they came from has changed or was freed. Strings that are
 * returned directly belong to the library. What is passed in stays the caller's, and is used during the call only; but
 * for a callback and its user data.
 *
 * @par THREADS
 * "Any" means: any thread may call it, several at once, for the same handle too, while others use that in other ways. A
 * handle must not be freed while another thread uses it. The library starts threads only within a call, and joins them
 * before it returns; but for tp_indexer_start(). An Arrow stream may move between threads but serves one at a time.
 *
 * @par FORKS
 * A forked child can use everything that no other thread was changing at the moment of the fork. An analyzer, a draft
 * or events that another thread, an indexer included, had locked then are lost in the child, and whole in the parent:
 * every call for them gives TP_ERROR_FORKED, and freeing them is allowed and frees nothing. An indexer of the parent is
 * stopped in the child by tp_indexer_stop(), which only forgets it.
 *
 * @par CALLBACKS
 * No function needs a callback: tp_events tell the same. A callback runs on the thread that made the call, during the
 * call, and no lock is held: it may use the analyzer, change it, replace or clear its own callback, and even free the
 * analyzer; then it must not return 0, which would go on with what is left of a batch. It must return: an exception of
 * C++ must not leave it, and where it ends its thread instead, by pthread_exit, the thread stays in the call for good.
 *
 * @par STRUCTURES
 * A structure that begins with `struct_size` may get more members at its end. Set it to sizeof before use.
 *
 * @par LINKING
 * `pkg-config --cflags --libs text_processor` says what a compiler needs, with `--static` for the static library. On
 * Windows, define TP_STATIC before the header is included where the static library is used.
 */
#ifndef TEXT_PROCESSOR_H
#define TEXT_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Stands before every function that the library exports. */
#if defined(_WIN32) && !defined(TP_STATIC)
#define TP_API __declspec(dllimport)
#elif defined(__GNUC__) && !defined(_WIN32)
#define TP_API __attribute__((visibility("default")))
#else
#define TP_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html) ---- */

/** @cond */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif

/** @endcond */

/* ---- Versions ---- */

/**
 * The version of this ABI. A newer minor only adds; another major is another library.
 * @return major << 16 | minor
 * @threads Any.
 */
TP_API uint32_t tp_abi_version(void);

/**
 * The version of the library, as "0.2.0".
 * @return Never NULL; ends with a zero, belongs to the library and lives as long as it is loaded.
 * @threads Any.
 */
TP_API const char *tp_version(void);

/**
 * How text is scanned on this processor: "portable", "avx2", "avx512", "neon".
 * @return Never NULL; ends with a zero, belongs to the library and lives as long as it is loaded.
 * @threads Any.
 */
TP_API const char *tp_simd_level(void);

/**
 * The number of threads an analyzer uses where its options name none: what the environment variable
 * TEXT_PROCESSOR_NUM_THREADS says, and otherwise one a processor.
 * @return At least 1; one a processor where the variable makes no sense.
 * @threads Any, but not while another changes the environment.
 */
TP_API uint32_t tp_default_threads(void);

/* ---- Status and errors ---- */

/** What a call came to: TP_OK, or an error. */
typedef int32_t tp_status;

/** The values of tp_status. Treat one that you do not know as an error: new ones are appended. */
enum {
  /** All is well. */
  TP_OK = 0,
  /** A pointer that must not be NULL is. */
  TP_ERROR_NULL_POINTER = 1,
  /** An argument has a value that makes no sense. */
  TP_ERROR_INVALID_ARGUMENT = 2,
  /** Text is not UTF-8; tp_last_error_offset() tells where. */
  TP_ERROR_INVALID_UTF8 = 3,
  /** A document holds no word. */
  TP_ERROR_NO_WORDS = 4,
  /** The analyzer holds no document, and the answer needs one. */
  TP_ERROR_NO_DOCUMENTS = 5,
  /** A callback returned something else than 0. */
  TP_ERROR_STOPPED_BY_CALLBACK = 6,
  /** Memory could not be had. */
  TP_ERROR_OUT_OF_MEMORY = 7,
  /** A defect in the library; please report the message. */
  TP_ERROR_PANIC = 8,
  /** The text of the documents is asked for, and it was not stored. */
  TP_ERROR_TEXT_NOT_STORED = 9,
  /** A handle is used against its rules: after it was freed, as another kind, by two threads where one is allowed. Only
   * the instrumented core looks; with any other core this is undefined. Since 1.1. */
  TP_ERROR_MISUSE = 10,
  /** Another thread was using the handle when this process was forked, so it is lost in this process. Since 1.1. */
  TP_ERROR_FORKED = 11
};

/**
 * The name of a status, as "TP_ERROR_NO_WORDS".
 * @param status Any number; "TP_ERROR_UNKNOWN" is the name of those that have none.
 * @return Never NULL; ends with a zero, belongs to the library and lives as long as it is loaded.
 * @threads Any.
 */
TP_API const char *tp_status_name(tp_status status);

/**
 * What went wrong in the last call that failed on this thread, as a sentence in UTF-8; empty when none has.
 * @return Never NULL; ends with a zero, belongs to the library and is valid until the next call fails on this thread,
 * or the thread ends.
 * @threads Any; each has its own.
 */
TP_API const char *tp_last_error_message(void);

/**
 * Where in the text it went wrong in the last call that failed on this thread.
 * @return Bytes from the beginning of the document; -1 where that says nothing.
 * @threads Any; each has its own.
 */
TP_API int64_t tp_last_error_offset(void);

/**
 * Which text of a batch it was in the last call that failed on this thread.
 * @return Its place in the batch, counted from 0; -1 where that says nothing.
 * @threads Any; each has its own.
 */
TP_API int64_t tp_last_error_document(void);

/* ---- Analyzers ---- */

/** Documents, and what can be asked of them. */
typedef struct tp_analyzer tp_analyzer;

/** How an analyzer works. */
typedef struct tp_analyzer_options {
  /** sizeof(tp_analyzer_options) */
  size_t struct_size;
  /** The number of threads to index on; 0 for tp_default_threads(). Results do not depend on it. */
  size_t threads;
  /** Not 0: text is let go once it is counted, some megabytes at a time, so that memory grows with the distinct words
   * only. What needs the documents fails with TP_ERROR_TEXT_NOT_STORED then. */
  size_t counts_only;
} tp_analyzer_options;

/**
 * Makes an analyzer without documents.
 * @param options May be NULL; members this library does not know must be 0.
 * @param[out] analyzer Not NULL. The caller's, to be freed with tp_analyzer_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT, also where the environment names a number of threads
 * that makes no sense.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_new(const tp_analyzer_options *options, tp_analyzer **analyzer);

/**
 * Frees an analyzer and its documents. Drafts, events, indexers and Arrow structures of it stay valid.
 * @param analyzer NULL is allowed. Dies with this call.
 * @threads Any, but not while another uses the analyzer.
 */
TP_API void tp_analyzer_free(tp_analyzer *analyzer);

/* ---- Adding documents ---- */

/**
 * Adds a document. Then the callback runs, if one is set.
 * @param analyzer Not NULL.
 * @param text `length` bytes of UTF-8, which are copied. NULL where there are none.
 * @param length Bytes.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the offset) or TP_ERROR_NO_WORDS: nothing was added;
 * TP_ERROR_STOPPED_BY_CALLBACK: the document stays added.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_add_document(tp_analyzer *analyzer, const char *text, size_t length);

/**
 * Adds documents; the callback runs after each. Stops at the first error: what came before stays added, nothing after
 * it is, and tp_last_error_document() tells which text it was.
 * @param analyzer Not NULL.
 * @param texts `count` pointers to UTF-8, which is copied. NULL where there are none; one of them, where its length is
 * 0.
 * @param lengths The length of each, in bytes. NULL where there are none.
 * @param count The number of texts.
 * @param[out] added May be NULL. A counter: the number of documents added is written to it in any case.
 * @return As tp_analyzer_add_document().
 * @threads Any.
 */
TP_API tp_status tp_analyzer_add_documents(tp_analyzer *analyzer, const char *const *texts, const size_t *lengths,
                                           size_t count, uint64_t *added);

/**
 * Adds the parts of a text between separators, each a document: lines, for example. Everything else is as in
 * tp_analyzer_add_documents(); parts are counted with the blank ones.
 * @param analyzer Not NULL.
 * @param text `length` bytes of UTF-8, which are copied. NULL where there are none.
 * @param length Bytes.
 * @param separator A byte of ASCII.
 * @param parts The number of parts there must be, for hosts that join documents and cannot know whether one of them
 * holds the separator; with another number nothing is added. 0 for any number.
 * @param skip_blank Whether parts without a word are passed over; otherwise they are errors, an empty part behind the
 * last separator too.
 * @param[out] added May be NULL. A counter: the number of documents added is written to it in any case.
 * @return As tp_analyzer_add_document(), and TP_ERROR_INVALID_ARGUMENT: nothing was added.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_add_separated(tp_analyzer *analyzer, const char *text, size_t length, char separator,
                                           size_t parts, bool skip_blank, uint64_t *added);

/** A document that is given piece by piece: one so long that one wants to stop or to show progress meanwhile, or that
 * never lies in memory as a whole, as a file. */
typedef struct tp_draft tp_draft;

/**
 * Makes an empty draft of a document. Where the analyzer only counts, and nobody listens who wants to see the text, the
 * draft lets text go as it comes.
 * @param analyzer Not NULL. It may be freed before the draft.
 * @param capacity The bytes to have room for, which is a hint: more may be appended.
 * @param[out] draft Not NULL. The caller's, to be freed with tp_draft_free().
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_draft_new(const tp_analyzer *analyzer, size_t capacity, tp_draft **draft);

/**
 * Frees a draft.
 * @param draft NULL is allowed. Dies with this call, and its room.
 * @threads Any, but not while another uses the draft.
 */
TP_API void tp_draft_free(tp_draft *draft);

/**
 * Appends to a draft; characters may lie across pieces. On failure nothing has changed.
 * @param draft Not NULL.
 * @param text `length` bytes of UTF-8, which are copied. NULL where there are none.
 * @param length Bytes.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8 (with the offset in the whole document).
 * @threads Any, but not while another has the room.
 */
TP_API tp_status tp_draft_append(tp_draft *draft, const char *text, size_t length);

/**
 * Gives room behind what was appended, to be written to and then taken: for what can be read straight into the
 * document's memory, as a file.
 * @param draft Not NULL.
 * @param length The bytes there shall be room for.
 * @param[out] room Not NULL. Belongs to the draft, and dies with the next call for it.
 * @return TP_OK, or a common error.
 * @threads Any, but while the room is written to, no other thread may use the draft.
 */
TP_API tp_status tp_draft_room(tp_draft *draft, size_t length, char **room);

/**
 * Appends the beginning of the room, as tp_draft_append() does. There is no room afterwards.
 * @param draft Not NULL.
 * @param length The bytes of the room that were written.
 * @return As tp_draft_append(), and TP_ERROR_INVALID_ARGUMENT where there is less room.
 * @threads Any, but not while another has the room.
 */
TP_API tp_status tp_draft_take(tp_draft *draft, size_t length);

/**
 * Adds what was appended as a document, without another copy, and leaves the draft empty. Then the callback runs, if
 * one is set.
 * @param analyzer Not NULL.
 * @param draft Not NULL. It stays the caller's, and must be freed as well.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8, TP_ERROR_NO_WORDS or TP_ERROR_TEXT_NOT_STORED (the draft was
 * made for an analyzer that only counts, and this one keeps text): nothing was added; TP_ERROR_STOPPED_BY_CALLBACK: the
 * document stays added.
 * @threads Any, but not while another has the room.
 */
TP_API tp_status tp_analyzer_add_draft(tp_analyzer *analyzer, tp_draft *draft);

/** Indexes on a thread of its own what is added to an analyzer, until it is stopped: for hosts that add much in a row,
 * so that the first query finds most of the work done. No answer depends on it. */
typedef struct tp_indexer tp_indexer;

/**
 * Starts to index. Does nothing where the analyzer has one thread or only counts.
 * @param analyzer Not NULL. It may be freed meanwhile.
 * @param[out] indexer Not NULL. The caller's, to be freed with tp_indexer_stop().
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_indexer_start(tp_analyzer *analyzer, tp_indexer **indexer);

/**
 * Stops, within some milliseconds, and frees the indexer, whatever is returned.
 * @param indexer Not NULL. Dies with this call.
 * @return TP_OK, or a common error.
 * @threads Any, but not while another uses the indexer.
 */
TP_API tp_status tp_indexer_stop(tp_indexer *indexer);

/**
 * Removes all documents. Callback and events stay.
 * @param analyzer Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_clear(tp_analyzer *analyzer);

/* ---- Being told of documents ---- */

/** A document that was just added. Everything in it is valid only during the callback, or as tp_events_next() says. */
typedef struct tp_document_event {
  /** UTF-8, without a terminating zero. Empty for a draft whose text was let go before anybody listened. */
  const char *text;
  /** The length of the text in bytes. */
  size_t text_length;
  /** The number of words in the document. */
  uint64_t word_count;
  /** The number of documents in the analyzer, this one included. */
  uint64_t total_documents;
} tp_document_event;

/** Called for each document that is added, with the `user_data` that was set and an event that is not NULL. Return 0 to
 * go on; anything else ends the call that added the document with TP_ERROR_STOPPED_BY_CALLBACK. */
typedef int32_t (*tp_document_callback)(void *user_data, const tp_document_event *event);

/**
 * Sets the callback that runs for each added document, in place of any other, and of tp_events.
 * @param analyzer Not NULL.
 * @param callback Not NULL. It may run on any thread that adds documents, on several at once.
 * @param user_data What the callback is called with; may be NULL. In use until it is destroyed.
 * @param destroy May be NULL. Called once with `user_data`, on any thread, when the callback is replaced, cleared or
 * freed with its analyzer and is not running; as well when this function fails. Where a callback is replaced or
 * cleared, its destructor may use the analyzer, and even free it.
 * @return TP_OK, or a common error; the callback that was set stays then.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_set_callback(tp_analyzer *analyzer, tp_document_callback callback, void *user_data,
                                          void (*destroy)(void *user_data));

/**
 * Removes the callback, if one is set; tp_events as well.
 * @param analyzer Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_clear_callback(tp_analyzer *analyzer);

/** What a callback is told, kept until somebody asks for it: for hosts without closures. Since 1.1. */
typedef struct tp_events tp_events;

/**
 * From now on keeps an event for each document that is added, in place of any callback or other events, and until
 * another takes its place. An event has a copy of the text, but for drafts, until it was read. Where there is no memory
 * for it, the document is not added: TP_ERROR_OUT_OF_MEMORY. Clearing or freeing the analyzer leaves the events as they
 * are. Since 1.1.
 * @param analyzer Not NULL. It may be freed before the events.
 * @param[out] events Not NULL. The caller's, to be freed with tp_events_free().
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_events_new(tp_analyzer *analyzer, tp_events **events);

/**
 * Gives the event that has waited longest. Those of one thread come in the order of its calls. Since 1.1.
 * @param events Not NULL.
 * @param[out] event Not NULL. NULL is written where no event waits. It belongs to the events, and is valid until the
 * next call for them, or until they are freed.
 * @return TP_OK, or a common error.
 * @threads Any, while others add; but no other may ask as long as the event is read.
 */
TP_API tp_status tp_events_next(tp_events *events, const tp_document_event **event);

/**
 * Frees the events, those that wait as well; the analyzer goes on without. Since 1.1.
 * @param events NULL is allowed. Dies with this call, and the event that was given last.
 * @threads Any, but not while another uses the events. Others may add documents meanwhile.
 */
TP_API void tp_events_free(tp_events *events);

/* ---- Asking ---- */

/**
 * The number of documents.
 * @param analyzer Not NULL.
 * @param[out] count Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_document_count(const tp_analyzer *analyzer, uint64_t *count);

/**
 * The number of words in all documents.
 * @param analyzer Not NULL.
 * @param[out] words Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_total_words(const tp_analyzer *analyzer, uint64_t *words);

/**
 * Whether one of the documents is exactly this text.
 * @param analyzer Not NULL.
 * @param text `length` bytes. NULL where there are none.
 * @param length Bytes.
 * @param[out] contains Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_TEXT_NOT_STORED.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_contains_document(const tp_analyzer *analyzer, const char *text, size_t length,
                                               bool *contains);

/**
 * Brings the index up to date. Queries below this line do it by themselves, in one go; this function does it in steps,
 * between which one can show progress, or stop. Done when `done` is `total`.
 * @param analyzer Not NULL.
 * @param milliseconds The time a step takes, about; 0: all at once.
 * @param[out] done May be NULL. The bytes of text that are indexed.
 * @param[out] total May be NULL. The bytes of text there are.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_update(tp_analyzer *analyzer, uint32_t milliseconds, uint64_t *done, uint64_t *total);

/**
 * The number of distinct terms.
 * @param analyzer Not NULL.
 * @param[out] words Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_unique_words(const tp_analyzer *analyzer, uint64_t *words);

/** Figures of the whole corpus, all of one moment. */
typedef struct tp_statistics {
  /** sizeof(tp_statistics) */
  size_t struct_size;
  /** The number of documents. */
  uint64_t documents;
  /** The number of words. */
  uint64_t total_words;
  /** The number of distinct terms (words in lower case). */
  uint64_t unique_words;
  /** The number of distinct words as they are written. */
  uint64_t distinct_types;
  /** The length of all documents together, in bytes. */
  uint64_t bytes;
} tp_statistics;

/**
 * Tells figures of the whole corpus, all of one moment.
 * @param analyzer Not NULL.
 * @param[in,out] statistics Not NULL. As many members are filled as its `struct_size` has room for.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT where `struct_size` has room for none.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_statistics(const tp_analyzer *analyzer, tp_statistics *statistics);

/**
 * Words good, great, excellent count +1, bad, terrible, awful -1; the sum is divided by the number of documents.
 * @param analyzer Not NULL.
 * @param[out] sentiment Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_NO_DOCUMENTS.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_sentiment(const tp_analyzer *analyzer, double *sentiment);

/* ---- Bulk results: Arrow streams of record batches, none of whose values is null ---- */

/**
 * How often each term occurs, in order of first appearance: (term: utf8, count: uint64).
 * @param analyzer Not NULL.
 * @param batch_rows The most rows a batch has (0: as many as there are); it has less than 2 GiB of text too.
 * @param[out] stream Not NULL. The caller's, to be released; it outlives the analyzer. What it held before is
 * overwritten.
 * @return TP_OK, or a common error.
 * @threads Any; the stream serves one at a time.
 */
TP_API tp_status tp_analyzer_term_frequencies(const tp_analyzer *analyzer, size_t batch_rows,
                                              struct ArrowArrayStream *stream);

/**
 * The same, most frequent first, equal counts in order of first appearance. Each batch is made when it is asked for, so
 * the first rows come early.
 * @param analyzer Not NULL.
 * @param batch_rows As in tp_analyzer_term_frequencies().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, or a common error.
 * @threads Any; the stream serves one at a time.
 */
TP_API tp_status tp_analyzer_top_terms(const tp_analyzer *analyzer, size_t batch_rows, struct ArrowArrayStream *stream);

/**
 * The documents: (text: large_utf8, word_count: uint64). The text is the library's own memory, not a copy.
 * @param analyzer Not NULL.
 * @param first The number of the first document wanted, counted from 0.
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, a common error, or TP_ERROR_TEXT_NOT_STORED.
 * @threads Any; the stream serves one at a time.
 */
TP_API tp_status tp_analyzer_documents(const tp_analyzer *analyzer, uint64_t first, struct ArrowArrayStream *stream);

/**
 * Writes the strings of a column one behind the other, `separator` between them: for hosts that split one string faster
 * than they make many.
 * @param offsets `count` + 1 integers of `offset_size` bytes, aligned as such: where in the text each string begins,
 * and where the last one ends. Not NULL.
 * @param offset_size 4 in utf8, 8 in large_utf8.
 * @param text What the offsets refer to; NULL where they refer to nothing.
 * @param count The number of strings.
 * @param separator Any byte.
 * @param[out] joined Room for the text and `count` - 1 separators, which is the caller's. NULL where there are no
 * strings.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT.
 * @threads Any; other threads must not use what is written to.
 */
TP_API tp_status tp_join_strings(const void *offsets, size_t offset_size, const char *text, size_t count,
                                 char separator, char *joined);

/* ---- Small things ---- */

/**
 * The number of words of a text, without an analyzer and at the speed of memory; a text without any has 0.
 * @param text `length` bytes of UTF-8. NULL where there are none.
 * @param length Bytes.
 * @param[out] words Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8 (with the offset).
 * @threads Any.
 */
TP_API tp_status tp_count_words(const char *text, size_t length, uint64_t *words);

/**
 * Says "Hello, NAME!".
 * @param name `name_length` bytes of UTF-8. NULL where there are none.
 * @param name_length Bytes.
 * @param[out] greeting Not NULL. `greeting_length` bytes and a zero behind them: the caller's, to be freed with
 * tp_string_free().
 * @param[out] greeting_length Not NULL. Bytes, without the zero.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8.
 * @threads Any.
 */
TP_API tp_status tp_hello(const char *name, size_t name_length, char **greeting, size_t *greeting_length);

/**
 * Frees a string that the library gave to the caller.
 * @param string NULL is allowed. Dies with this call.
 * @param length The length that was given with it, in bytes.
 * @threads Any, but not while another uses the string.
 */
TP_API void tp_string_free(char *string, size_t length);

/**
 * Reads numbers where they lie and gives as many, each times `factor`, as an Arrow array of float64.
 * @param values `length` numbers, aligned as such, which must not change meanwhile. NULL where there are none.
 * @param length The number of them.
 * @param factor What each is multiplied with.
 * @param[out] scaled Not NULL. The caller's, to be released. What it held before is overwritten.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_scale_f64(const double *values, size_t length, double factor, struct ArrowArray *scaled);

#ifdef __cplusplus
}
#endif

#endif
