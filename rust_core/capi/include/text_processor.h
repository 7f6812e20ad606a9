/*
 * text_processor.h: the C ABI of text_processor, a corpus engine.
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
 * WORDS
 *   A word is a maximal run of characters that are not whitespace, as Python's str.split() has it (U+001C to U+001F are
 *   whitespace). A term is a word in lower case, as Python's str.lower() has it.
 *
 * STATUS AND ERRORS
 *   Every function that can fail returns a tp_status. 0 is TP_OK; numbers are never reused, and new ones are appended.
 *   Out-parameters are written only on success, except those described as counters. After a failure, the tp_last_error_
 *   functions tell more, on the same thread, until the next failure there. A success does not reset them.
 *   A panic inside the library never leaves it: it becomes TP_ERROR_PANIC with its message, and can be the status of any
 *   function that returns one, as can TP_ERROR_NULL_POINTER, and, where an analyzer, a draft or events are given,
 *   TP_ERROR_FORKED.
 *   Memory that cannot be had is TP_ERROR_OUT_OF_MEMORY from any function, and ENOMEM from an Arrow stream. What was there
 *   before is whole then, and the same call succeeds once there is memory; only a stream that has failed is to be asked
 *   for anew. Functions that free or clear never fail for it. What the C library itself needs for a thread (its first call
 *   into this library, too) ends the process where it cannot be had.
 *
 * TEXT
 *   Text is a pointer and a length in bytes, UTF-8, without a terminating zero. It is read during the call only and must
 *   not change meanwhile. NULL is allowed where the length is 0.
 *
 * OWNERSHIP
 *   What a function named _new gives is freed by the function named _free; NULL is allowed there. Arrow structures that
 *   the library fills belong to the caller, who calls their `release` member once; they stay valid after the analyzer
 *   they came from has changed or was freed. Strings that are returned directly belong to the library.
 *
 * THREADS
 *   Any function may be called from several threads at once, on the same analyzer too, except that an analyzer must not
 *   be freed while another thread uses it. The library starts threads only within a call, and joins them before it
 *   returns; but for tp_indexer_start. An Arrow stream may move between threads but serves one at a time.
 *
 * FORKS
 *   A forked child can use everything that no other thread was changing at the moment of the fork. An analyzer or a draft
 *   that another thread, an indexer included, had locked then is lost in the child, and whole in the parent: every call
 *   for it gives TP_ERROR_FORKED, and freeing it is allowed and frees nothing. An indexer of the parent is stopped in the
 *   child by tp_indexer_stop, which only forgets it.
 *
 * CALLBACKS
 *   A callback runs on the thread that made the call, during the call, and no lock is held: it may use the analyzer,
 *   change it, replace or clear its own callback, and even free the analyzer; then it must not return 0, which would go
 *   on with what is left of a batch.
 *
 * STRUCTURES
 *   A structure that begins with `struct_size` may get more members at its end. Set it to sizeof before use.
 */
#ifndef TEXT_PROCESSOR_H
#define TEXT_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html) ---- */

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

/* ---- Versions ---- */

/* The version of this ABI, major << 16 | minor. A newer minor only adds; another major is another library. */
uint32_t tp_abi_version(void);

/* The version of the library, as "0.2.0". Lives as long as the library. */
const char *tp_version(void);

/* How text is scanned on this processor: "portable", "avx2", "avx512", "neon". Lives as long as the library. */
const char *tp_simd_level(void);

/* The number of threads an analyzer uses where its options name none: what the environment variable
 * TEXT_PROCESSOR_NUM_THREADS says, and otherwise one a processor. */
uint32_t tp_default_threads(void);

/* ---- Status and errors ---- */

typedef int32_t tp_status;

enum {
  TP_OK = 0,
  /* A pointer that must not be NULL is. */
  TP_ERROR_NULL_POINTER = 1,
  /* An argument has a value that makes no sense. */
  TP_ERROR_INVALID_ARGUMENT = 2,
  /* Text is not UTF-8; tp_last_error_offset() tells where. */
  TP_ERROR_INVALID_UTF8 = 3,
  /* A document holds no word. */
  TP_ERROR_NO_WORDS = 4,
  /* The analyzer holds no document, and the answer needs one. */
  TP_ERROR_NO_DOCUMENTS = 5,
  /* A callback returned something else than 0. */
  TP_ERROR_STOPPED_BY_CALLBACK = 6,
  /* Memory could not be had. */
  TP_ERROR_OUT_OF_MEMORY = 7,
  /* A defect in the library; please report the message. */
  TP_ERROR_PANIC = 8,
  /* The text of the documents is asked for, and it was not stored. */
  TP_ERROR_TEXT_NOT_STORED = 9,
  /* A handle is used against its rules: after it was freed, as another kind, by two threads where one is allowed. Only the
   * instrumented core looks; with any other core this is undefined. Since 1.1. */
  TP_ERROR_MISUSE = 10,
  /* Another thread was using the analyzer when this process was forked, so it is lost in this process. Since 1.1. */
  TP_ERROR_FORKED = 11
};

/* The name of a status, as "TP_ERROR_NO_WORDS", or "TP_ERROR_UNKNOWN" for a number that has none. Never NULL; lives as
 * long as the library. */
const char *tp_status_name(tp_status status);

/* What went wrong in the last call that failed on this thread, as a sentence in UTF-8; empty when none has. Never NULL;
 * valid until the next call fails on this thread, or the thread ends. */
const char *tp_last_error_message(void);

/* Where in the text it went wrong, in bytes from the beginning of the document; -1 where that says nothing. */
int64_t tp_last_error_offset(void);

/* Which text of a batch it was, counted from 0; -1 where that says nothing. */
int64_t tp_last_error_document(void);

/* ---- Analyzers ---- */

/* Documents, and what can be asked of them. */
typedef struct tp_analyzer tp_analyzer;

typedef struct tp_analyzer_options {
  /* sizeof(tp_analyzer_options) */
  size_t struct_size;
  /* The number of threads to index on; 0 for tp_default_threads(). Results do not depend on it. */
  size_t threads;
  /* Not 0: text is let go once it is counted, some megabytes at a time, so that memory grows with the distinct words only.
   * What needs the documents fails with TP_ERROR_TEXT_NOT_STORED then. */
  size_t counts_only;
} tp_analyzer_options;

/* Makes an analyzer without documents. `options` may be NULL; members this library does not know must be 0.
 * Errors: TP_ERROR_INVALID_ARGUMENT, also where the environment names a number of threads that makes no sense. */
tp_status tp_analyzer_new(const tp_analyzer_options *options, tp_analyzer **analyzer);

/* Frees an analyzer and its documents. NULL is allowed. */
void tp_analyzer_free(tp_analyzer *analyzer);

/* ---- Adding documents ---- */

/* Adds a document: copies `length` bytes. Then the callback runs, if one is set.
 * Errors: TP_ERROR_INVALID_UTF8 (with the offset), TP_ERROR_NO_WORDS, TP_ERROR_OUT_OF_MEMORY, and nothing was added;
 * TP_ERROR_STOPPED_BY_CALLBACK, and the document stays added. */
tp_status tp_analyzer_add_document(tp_analyzer *analyzer, const char *text, size_t length);

/* Adds `count` documents; the callback runs after each. Stops at the first error: what came before stays added, nothing
 * after it is, and tp_last_error_document() tells which text it was.
 * `added` is a counter: the number of documents added is written to it in any case. It may be NULL.
 * Errors: as tp_analyzer_add_document. */
tp_status tp_analyzer_add_documents(tp_analyzer *analyzer, const char *const *texts, const size_t *lengths, size_t count,
                                    uint64_t *added);

/* Adds the parts of a text between separators, each a document: lines, for example, with '\n'. The separator is a byte
 * of ASCII. `parts` is the number of parts there must be, for hosts that join documents and cannot know whether one of
 * them holds the separator; with another number nothing is added; 0 for any number. With `skip_blank`, parts without a
 * word are passed over; otherwise they are errors, an empty part behind the last separator too. Everything else is as in
 * tp_analyzer_add_documents; parts are counted with the blank ones.
 * Errors: as tp_analyzer_add_document; TP_ERROR_INVALID_ARGUMENT. */
tp_status tp_analyzer_add_separated(tp_analyzer *analyzer, const char *text, size_t length, char separator, size_t parts,
                                    bool skip_blank, uint64_t *added);

/* A document that is given piece by piece: one so long that one wants to stop or to show progress meanwhile, or that never
 * lies in memory as a whole, as a file. */
typedef struct tp_draft tp_draft;

/* Makes an empty draft of a document of `analyzer`, with room for `capacity` bytes, which is a hint: more may be appended.
 * Where the analyzer only counts, and has no callback that wants to see the text, the draft lets text go as it comes.
 * Errors: TP_ERROR_OUT_OF_MEMORY. */
tp_status tp_draft_new(const tp_analyzer *analyzer, size_t capacity, tp_draft **draft);

/* Frees a draft. NULL is allowed. */
void tp_draft_free(tp_draft *draft);

/* Appends a copy of `length` bytes; characters may lie across pieces. On failure nothing has changed.
 * Errors: TP_ERROR_INVALID_UTF8 (with the offset in the whole document), TP_ERROR_OUT_OF_MEMORY. */
tp_status tp_draft_append(tp_draft *draft, const char *text, size_t length);

/* Gives room for `length` bytes behind what was appended, to be written to and then taken: for what can be read straight
 * into the document's memory, as a file. It dies with the next call for this draft; while it is written to, no other
 * thread may use the draft.
 * Errors: TP_ERROR_OUT_OF_MEMORY. */
tp_status tp_draft_room(tp_draft *draft, size_t length, char **room);

/* Appends the first `length` bytes of the room, as tp_draft_append does. There is no room afterwards.
 * Errors: as there; TP_ERROR_INVALID_ARGUMENT where there is less room. */
tp_status tp_draft_take(tp_draft *draft, size_t length);

/* Adds what was appended as a document, without another copy, and leaves the draft empty. Then the callback runs, if one
 * is set. The draft must be freed as well.
 * Errors: TP_ERROR_INVALID_UTF8, TP_ERROR_NO_WORDS, TP_ERROR_TEXT_NOT_STORED (the draft was made for an analyzer that only
 * counts, and this one keeps text), and nothing was added; TP_ERROR_STOPPED_BY_CALLBACK, and the document stays added. */
tp_status tp_analyzer_add_draft(tp_analyzer *analyzer, tp_draft *draft);

/* Indexes on a thread of its own what is added to an analyzer, until it is stopped: for hosts that add much in a row, so
 * that the first query finds most of the work done. No answer depends on it. */
typedef struct tp_indexer tp_indexer;

/* Starts to index. Does nothing where the analyzer has one thread or only counts. The analyzer may be freed meanwhile. */
tp_status tp_indexer_start(tp_analyzer *analyzer, tp_indexer **indexer);

/* Stops, within some milliseconds, and frees the indexer, whatever is returned. */
tp_status tp_indexer_stop(tp_indexer *indexer);

/* Removes all documents. */
tp_status tp_analyzer_clear(tp_analyzer *analyzer);

/* ---- The document callback ---- */

/* A document that was just added. Everything in it is valid only during the callback, or as tp_events_next says. */
typedef struct tp_document_event {
  /* Empty for a draft whose text was let go before the callback was set. */
  const char *text;
  size_t text_length;
  /* The number of words in the document. */
  uint64_t word_count;
  /* The number of documents in the analyzer, this one included. */
  uint64_t total_documents;
} tp_document_event;

/* Return 0 to go on; anything else ends the call that added the document with TP_ERROR_STOPPED_BY_CALLBACK. */
typedef int32_t (*tp_document_callback)(void *user_data, const tp_document_event *event);

/* Sets the callback that runs for each added document, in place of any other. `destroy` may be NULL; it is called once
 * with `user_data`, on any thread, when the callback is replaced, cleared or freed with its analyzer and is not running.
 * It is called as well when this function fails. Where a callback is replaced or cleared, its destructor may use the
 * analyzer, and even free it. Hosts without closures use tp_events. */
tp_status tp_analyzer_set_callback(tp_analyzer *analyzer, tp_document_callback callback, void *user_data,
                                   void (*destroy)(void *user_data));

/* Removes the callback, if one is set; tp_events as well. */
tp_status tp_analyzer_clear_callback(tp_analyzer *analyzer);

/* What a callback is told, kept until somebody asks for it: for hosts without closures. Since 1.1. */
typedef struct tp_events tp_events;

/* From now on keeps an event for each document that is added, in place of any callback or other events, and until
 * another takes its place. It has a copy of the text, but for drafts, until it was read. Where there is no memory for it,
 * the document is not added: TP_ERROR_OUT_OF_MEMORY. Clearing or freeing the analyzer leaves the events as they are.
 * Since 1.1. */
tp_status tp_events_new(tp_analyzer *analyzer, tp_events **events);

/* Gives the event that has waited longest, or NULL where none does. It is valid until the next call for these events, or
 * until they are freed: so one thread at a time asks, while others may add. Since 1.1. */
tp_status tp_events_next(tp_events *events, const tp_document_event **event);

/* Frees the events, those that wait as well; the analyzer goes on without. NULL is allowed. Since 1.1. */
void tp_events_free(tp_events *events);

/* ---- Asking ---- */

/* The number of documents. */
tp_status tp_analyzer_document_count(const tp_analyzer *analyzer, uint64_t *count);

/* The number of words in all documents. */
tp_status tp_analyzer_total_words(const tp_analyzer *analyzer, uint64_t *words);

/* Whether one of the documents is exactly this text.
 * Errors: TP_ERROR_TEXT_NOT_STORED. */
tp_status tp_analyzer_contains_document(const tp_analyzer *analyzer, const char *text, size_t length, bool *contains);

/* Brings the index up to date. Queries below this line do it by themselves, in one go; this function does it in steps of
 * about `milliseconds` (0: all at once), between which one can show progress, or stop. Done when `done` is `total`;
 * both are bytes of text, and either may be NULL. */
tp_status tp_analyzer_update(tp_analyzer *analyzer, uint32_t milliseconds, uint64_t *done, uint64_t *total);

/* The number of distinct terms. */
tp_status tp_analyzer_unique_words(const tp_analyzer *analyzer, uint64_t *words);

/* Figures of the whole corpus, all of one moment. */
typedef struct tp_statistics {
  /* sizeof(tp_statistics) */
  size_t struct_size;
  uint64_t documents;
  /* The number of words. */
  uint64_t total_words;
  /* The number of distinct terms (words in lower case). */
  uint64_t unique_words;
  /* The number of distinct words as they are written. */
  uint64_t distinct_types;
  /* The length of all documents together, in bytes. */
  uint64_t bytes;
} tp_statistics;

/* Fills `statistics`, as many members as its struct_size has room for.
 * Errors: TP_ERROR_INVALID_ARGUMENT where struct_size has room for none. */
tp_status tp_analyzer_statistics(const tp_analyzer *analyzer, tp_statistics *statistics);

/* Words good, great, excellent count +1, bad, terrible, awful -1; the sum is divided by the number of documents.
 * Errors: TP_ERROR_NO_DOCUMENTS. */
tp_status tp_analyzer_sentiment(const tp_analyzer *analyzer, double *sentiment);

/* ---- Bulk results: Arrow streams of record batches, none of whose values is null ---- */

/* How often each term occurs, in order of first appearance: (term: utf8, count: uint64). A batch has at most
 * `batch_rows` rows (0: as many as there are) and less than 2 GiB of text. */
tp_status tp_analyzer_term_frequencies(const tp_analyzer *analyzer, size_t batch_rows, struct ArrowArrayStream *stream);

/* The same, most frequent first, equal counts in order of first appearance. Each batch is made when it is asked for, so
 * the first rows come early. */
tp_status tp_analyzer_top_terms(const tp_analyzer *analyzer, size_t batch_rows, struct ArrowArrayStream *stream);

/* The documents from number `first` on, counted from 0: (text: large_utf8, word_count: uint64). The text is the library's
 * own memory, not a copy.
 * Errors: TP_ERROR_TEXT_NOT_STORED. */
tp_status tp_analyzer_documents(const tp_analyzer *analyzer, uint64_t first, struct ArrowArrayStream *stream);

/* Writes the strings of a column one behind the other, `separator` between them: for hosts that split one string faster
 * than they make many. `offsets` are `count` + 1 integers of `offset_size` bytes (4 in utf8, 8 in large_utf8), aligned
 * as such, `text` is what they refer to, and `joined` has room for the text and `count` - 1 separators.
 * Errors: TP_ERROR_INVALID_ARGUMENT. */
tp_status tp_join_strings(const void *offsets, size_t offset_size, const char *text, size_t count, char separator,
                          char *joined);

/* ---- Small things ---- */

/* The number of words of a text, without an analyzer and at the speed of memory; a text without any has 0.
 * Errors: TP_ERROR_INVALID_UTF8 (with the offset). */
tp_status tp_count_words(const char *text, size_t length, uint64_t *words);

/* "Hello, NAME!", a string of `greeting_length` bytes and a zero behind them, to be freed with tp_string_free.
 * Errors: TP_ERROR_INVALID_UTF8. */
tp_status tp_hello(const char *name, size_t name_length, char **greeting, size_t *greeting_length);

/* Frees a string that the library gave, with its length. NULL is allowed. */
void tp_string_free(char *string, size_t length);

/* Reads `length` numbers where they lie and gives as many, each times `factor`, as an Arrow array of float64.
 * Errors: TP_ERROR_OUT_OF_MEMORY. */
tp_status tp_scale_f64(const double *values, size_t length, double factor, struct ArrowArray *scaled);

#ifdef __cplusplus
}
#endif

#endif
