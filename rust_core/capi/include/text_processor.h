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
 * whitespace). The options of an analyzer may say that its words are something else; a document still needs a visible
 * character, and then may have no word. A term is what a word becomes: itself in lower case, as Python's str.lower() has
 * it, unless tp_analyzer_set_terms() has said something else. A word may become no term; it is counted among the words
 * then, and nowhere else.
 *
 * @par STATUS AND ERRORS
 * Every function that can fail returns a tp_status. 0 is TP_OK; numbers are never reused, and new ones are appended.
 * Out-parameters are written only on success, except those described as counters. After a failure, the tp_last_error_
 * functions tell more, on the same thread, until the next failure there. A success does not reset them.
 *
 * @par COMMON ERRORS
 * These can come from any function that returns a status: TP_ERROR_NULL_POINTER, for a pointer that is not said to be
 * NULL sometimes; TP_ERROR_OUT_OF_MEMORY; TP_ERROR_FORKED, from a handle that was lost in a fork; TP_ERROR_MISUSE, from
 * the instrumented core; and TP_ERROR_PANIC, since a panic inside the library never leaves it. Where the terms of an
 * analyzer are given, all that depends on terms may be TP_ERROR_TERMS_PENDING: distinct words, statistics, frequencies,
 * n-grams, sentiment. Each function names the errors that it has besides, and those of them that mean something more there.
 *
 * @par MEMORY
 * Memory that cannot be had is TP_ERROR_OUT_OF_MEMORY, and ENOMEM from an Arrow stream. What was there before is whole
 * then, and the same call succeeds once there is memory; only a stream that has failed is to be asked for anew.
 * Functions that free or clear never fail for it. What the C library itself needs for a thread (its first call into this
 * library, too) ends the process where it cannot be had. Patterns, very long words that are not ASCII, and n-grams of
 * dozens of terms take memory that the library has made sure of before: where others take that meanwhile, too.
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
 * A forked child can use everything that no other thread was changing at the moment of the fork. An analyzer, a draft,
 * events or a matrix that another thread, an indexer included, had locked then are lost in the child, and whole in the
 * parent: every call for them gives TP_ERROR_FORKED, and freeing them is allowed and frees nothing. An Arrow stream that
 * another thread was reading then fails in the child, and its release frees nothing. A lexicon, a vectorizer and a tp_vader
 * are whole in every child. An indexer of the parent is stopped in the child by tp_indexer_stop(), which only forgets it.
 * fork() waits while the library starts a thread, some microseconds. _Fork() and clone() do not run the handlers of
 * pthread_atfork(): none of this holds for their children.
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
  TP_ERROR_FORKED = 11,
  /** A regular expression for tokens is none, or cannot be used; the message shows where, and tp_last_error_offset() tells
   * it. Since 1.1. */
  TP_ERROR_INVALID_PATTERN = 12,
  /** A list of words makes no sense; the message tells the line. Since 1.1. */
  TP_ERROR_INVALID_LEXICON = 13,
  /** There are words whose terms are to be given, by tp_analyzer_give_terms(), before this can be answered. Since 1.1. */
  TP_ERROR_TERMS_PENDING = 14
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
 * @return Bytes from the beginning of the document, or of the pattern; -1 where that says nothing.
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
  /** What a token is, and with it a word in all that is asked of the analyzer. 0: what stands between whitespace; 1: the
   * segments between the word boundaries of UAX #29 that have a letter or a number in them; 2: all these segments; 3:
   * runs of two or more letters, digits and underscores in the text in lower case, as scikit-learn has it; 4: each
   * character; 5: what `pattern` finds; 6: what a `pattern` translated from Python finds. Since 1.1. */
  size_t tokenizer;
  /** A regular expression in UTF-8, in the language of the Rust crate `regex`: what it matches, or what its group does where
   * it has one that captures, as Python's re.findall() has it; what is empty is no token. It must be empty with another
   * tokenizer. NULL where its length is 0.
   *
   * With tokenizer 6, it is a class, such as "[a-z_]", a zero byte, and a regular expression with these differences: word
   * boundaries are at the ends of runs of characters of the class; (?mR:$) matches at the end of the text, and before a
   * line feed that ends the text; and no match is empty: if the first match at a place is empty, the first one there that
   * is not empty counts. Since 1.1. */
  const char *pattern;
  /** Its length in bytes. Since 1.1. */
  size_t pattern_length;
} tp_analyzer_options;

/**
 * Makes an analyzer without documents.
 * @param options May be NULL; members this library does not know must be 0.
 * @param[out] analyzer Not NULL. The caller's, to be freed with tp_analyzer_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_PATTERN (with the offset in the pattern), or
 * TP_ERROR_INVALID_ARGUMENT, also where the environment names a number of threads that makes no sense.
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

/** What to do with texts without a word. Since 1.1. */
typedef int32_t tp_blank;

enum {
  /** They are errors: TP_ERROR_NO_WORDS. */
  TP_BLANK_REFUSE = 0,
  /** The call skips them. */
  TP_BLANK_SKIP = 1,
  /** They become documents without words: one document for each text. Bytes that are not UTF-8 are still errors. */
  TP_BLANK_KEEP = 2
};

/**
 * Adds documents as tp_analyzer_add_documents() does; `blank` says what to do with texts without a word. Pass a missing
 * text with length 0.
 * @param analyzer Not NULL.
 * @param texts As in tp_analyzer_add_documents().
 * @param lengths As in tp_analyzer_add_documents().
 * @param count The number of texts.
 * @param blank TP_BLANK_REFUSE, TP_BLANK_SKIP or TP_BLANK_KEEP.
 * @param[out] added May be NULL. A counter: the number of documents added is written to it in any case.
 * @return As tp_analyzer_add_document(), and TP_ERROR_INVALID_ARGUMENT for another value of `blank`: nothing was added.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_analyzer_add_texts(tp_analyzer *analyzer, const char *const *texts, const size_t *lengths,
                                       size_t count, tp_blank blank, uint64_t *added);

/**
 * Adds the parts of a text as tp_analyzer_add_separated() does; `blank` says what to do with parts without a word.
 * @param analyzer Not NULL.
 * @param text As in tp_analyzer_add_separated().
 * @param length Bytes.
 * @param separator A byte of ASCII.
 * @param parts As in tp_analyzer_add_separated().
 * @param blank TP_BLANK_REFUSE, TP_BLANK_SKIP or TP_BLANK_KEEP. A text of no bytes has one part.
 * @param[out] added May be NULL. A counter: the number of documents added is written to it in any case.
 * @return As tp_analyzer_add_separated(), and TP_ERROR_INVALID_ARGUMENT for another value of `blank`: nothing was added.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_analyzer_add_parts(tp_analyzer *analyzer, const char *text, size_t length, char separator,
                                       size_t parts, tp_blank blank, uint64_t *added);

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
 * Allows the next document of a draft to have no words, as TP_BLANK_KEEP does.
 * @param draft Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any, but not while another has the room. Since 1.1.
 */
TP_API tp_status tp_draft_allow_blank(tp_draft *draft);

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

/**
 * The number of sentences in all documents, as tp_sentences() finds them. They are counted anew by each call. Since 1.1.
 * @param analyzer Not NULL.
 * @param unwrap As in tp_sentences().
 * @param[out] count Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_TEXT_NOT_STORED.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_sentence_count(const tp_analyzer *analyzer, bool unwrap, uint64_t *count);

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

/* ---- Terms ---- */

/**
 * How words become terms. This is done in the order of the members, and once for each distinct word: normal form, case,
 * the normal form again (a change of case may leave it), accents; then words are dropped by their length and as stop
 * words; what is left becomes its stem; and then terms may be given. A word of which nothing is left becomes no term.
 * Since 1.1.
 */
typedef struct tp_term_options {
  /** sizeof(tp_term_options) */
  size_t struct_size;
  /** 0: as they are; 1: NFC; 2: NFKC. */
  size_t normal_form;
  /** 0: lower case, as Python's str.lower(); 1: case folding, as str.casefold(); 2: as they are. */
  size_t letter_case;
  /** 0: as they are; 1: decomposed (NFKD), without combining characters; 2: decomposed, without all that is not ASCII. */
  size_t accents;
  /** The fewest characters of a word. */
  size_t min_length;
  /** The most characters of a word; 0: any number. */
  size_t max_length;
  /** The name of a list of stop words, of those that tp_stop_words() tells, in UTF-8; NULL: none. "english" drops the
   * words of "english-contractions" as well. In stop words and in words, the apostrophe U+2019 counts as "'". */
  const char *stop_list;
  /** Its length in bytes. */
  size_t stop_list_length;
  /** Further stop words in UTF-8, which are spelled as words are by the members above; NULL among them is passed over. */
  const char *const *stop_words;
  /** Their lengths in bytes. */
  const size_t *stop_word_lengths;
  /** Their number. */
  size_t stop_word_count;
  /** The name of a stemmer, of those that tp_stemmers() tells, in UTF-8; NULL: none. Words of more than 1024 bytes stay as
   * they are. */
  const char *stemmer;
  /** Its length in bytes. */
  size_t stemmer_length;
  /** Not 0: what is left of words is given its terms, by tp_analyzer_give_terms(). */
  size_t given;
} tp_term_options;

/**
 * Has words become terms in another way, those of documents that were added before as well; no text is read again.
 * Results that were handed out stay as they are, and every query sees all of the options of one moment. Since 1.1.
 * @param analyzer Not NULL.
 * @param options NULL for lower case alone; members this library does not know must be 0.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (of stop words, tp_last_error_document() tells which), or
 * TP_ERROR_INVALID_ARGUMENT, whose message tells the names there are; nothing has changed then.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_set_terms(tp_analyzer *analyzer, const tp_term_options *options);

/**
 * The distinct words that are to be given their terms, in order of first appearance, where the options say `given`:
 * large_utf8. What depends on terms is TP_ERROR_TERMS_PENDING as long as there are some, so a host asks, and when it is
 * told so, gives the terms of all pending words and asks again. Since 1.1.
 * @param analyzer Not NULL.
 * @param most The most words wanted.
 * @param[out] begin Not NULL. What tp_analyzer_give_terms() is told.
 * @param[out] words Not NULL. An array without nulls, of length 0 when no word is pending. The caller's, to be released.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_pending_terms(const tp_analyzer *analyzer, size_t most, uint64_t *begin,
                                           struct ArrowArray *words);

/**
 * Gives the terms of pending words, or of the first of them. Where somebody else has given them since, or options have
 * been set or the analyzer cleared, they are passed over. Since 1.1.
 * @param analyzer Not NULL.
 * @param begin What tp_analyzer_pending_terms() has told with the words.
 * @param terms `count` terms in UTF-8; NULL, and an empty one, for a word that becomes none.
 * @param lengths Their lengths in bytes.
 * @param count Their number, at most that of the pending words.
 * @return TP_OK, TP_ERROR_INVALID_UTF8 (tp_last_error_document() tells which; none was taken), or a common error: the same
 * call can be made again.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_give_terms(tp_analyzer *analyzer, uint64_t begin, const char *const *terms,
                                        const size_t *lengths, size_t count);

/**
 * The words of a list of stop words, one a line. "english" and "scikit-learn" both name the list of scikit-learn;
 * "english-contractions" has contractions ("don't"); "iso-" with an ISO 639-1 code ("iso-de"), or the code alone, names
 * the list of Stopwords ISO for a language. Since 1.1.
 * @param name The name of a list in UTF-8; NULL for the names of all lists, one a line.
 * @param name_length Its length in bytes.
 * @param[out] words Not NULL. UTF-8 without a terminating zero, the caller's, to be freed with tp_string_free().
 * @param[out] words_length Not NULL. In bytes.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8, or TP_ERROR_INVALID_ARGUMENT: there is no such list.
 * @threads Any.
 */
TP_API tp_status tp_stop_words(const char *name, size_t name_length, char **words, size_t *words_length);

/**
 * The names of the stemmers, one a line: the algorithms of Snowball. Those that belong to a language answer to its ISO 639
 * codes as well ("en", "eng"). Since 1.1.
 * @param[out] names Not NULL. UTF-8 without a terminating zero, the caller's, to be freed with tp_string_free().
 * @param[out] names_length Not NULL. In bytes.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_stemmers(char **names, size_t *names_length);

/* ---- N-grams ---- */

/**
 * How often terms follow each other in a document, in order of first appearance: (term_1: utf8, ..., term_n: utf8, count:
 * uint64). Words that become no term are as if they were not there. With `skip`, those that leave out others count too:
 * each choice of n terms from a document, in their order, between the first and the last of which at most `skip` others
 * stand. Those that begin at the same word are in the order of the places of their further words. Since 1.1.
 * @param analyzer Not NULL.
 * @param n The number of terms, from 1 to 1000.
 * @param skip The most terms that may be left out in all; 0 for n-grams in the proper sense.
 * @param batch_rows The most rows a batch has (0: as many as there are); a column has less than 2 GiB of text too.
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, a common error, TP_ERROR_TEXT_NOT_STORED, or TP_ERROR_INVALID_ARGUMENT, also
 * where more than a million would begin at each word.
 * @threads Any; the stream serves one at a time.
 */
TP_API tp_status tp_analyzer_ngrams(const tp_analyzer *analyzer, size_t n, size_t skip, size_t batch_rows,
                                    struct ArrowArrayStream *stream);

/**
 * The same, most frequent first, equal counts in order of first appearance. Since 1.1.
 * @param analyzer Not NULL.
 * @param n As in tp_analyzer_ngrams().
 * @param skip As in tp_analyzer_ngrams().
 * @param batch_rows As in tp_analyzer_ngrams().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return As tp_analyzer_ngrams().
 * @threads Any; the stream serves one at a time.
 */
TP_API tp_status tp_analyzer_top_ngrams(const tp_analyzer *analyzer, size_t n, size_t skip, size_t batch_rows,
                                        struct ArrowArrayStream *stream);

/* ---- Lexicons ---- */

/** Words, and what each is worth. Never changes. Since 1.1. */
typedef struct tp_lexicon tp_lexicon;

/**
 * Makes a lexicon. Since 1.1.
 * @param text `length` bytes of UTF-8: an entry a line, a word, a tab and a finite number, as "good\t1.5"; what comes
 * behind another tab, whitespace around lines and blank lines are passed over. Of entries for the same word, the last
 * one counts. NULL where there are none.
 * @param length Bytes.
 * @param[out] lexicon Not NULL. The caller's, to be freed with tp_lexicon_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the offset), or TP_ERROR_INVALID_LEXICON: a line has no
 * tab, a value is no finite number, or there is whitespace in a word.
 * @threads Any.
 */
TP_API tp_status tp_lexicon_new(const char *text, size_t length, tp_lexicon **lexicon);

/**
 * Frees a lexicon. Since 1.1.
 * @param lexicon NULL is allowed. Dies with this call.
 * @threads Any, but not while another uses the lexicon.
 */
TP_API void tp_lexicon_free(tp_lexicon *lexicon);

/**
 * The number of distinct words. Since 1.1.
 * @param lexicon Not NULL.
 * @param[out] words Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_lexicon_word_count(const tp_lexicon *lexicon, uint64_t *words);

/**
 * What a word is worth, exactly as it is written in the lexicon. Since 1.1.
 * @param lexicon Not NULL.
 * @param word `length` bytes. NULL where there are none.
 * @param length Bytes.
 * @param[out] value Not NULL. 0 where the word is not listed.
 * @param[out] found Not NULL. Whether it is.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_lexicon_find(const tp_lexicon *lexicon, const char *word, size_t length, double *value,
                                 bool *found);

/**
 * The sum of what all words of an analyzer are worth, divided by the number of documents. The words of the lexicon are
 * compared with terms. Since 1.1.
 * @param analyzer Not NULL.
 * @param lexicon Not NULL.
 * @param[out] sentiment Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_NO_DOCUMENTS.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_sentiment_with(const tp_analyzer *analyzer, const tp_lexicon *lexicon, double *sentiment);

/**
 * The sum of what the words of each document are worth, in the order of the documents, as an Arrow array of float64.
 * Since 1.1.
 * @param analyzer Not NULL.
 * @param lexicon As in tp_analyzer_sentiment_with(); NULL for the words of tp_analyzer_sentiment().
 * @param[out] sentiments Not NULL. The caller's, to be released; it outlives the analyzer. What it held before is
 * overwritten.
 * @return TP_OK, a common error, or TP_ERROR_TEXT_NOT_STORED.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_document_sentiments(const tp_analyzer *analyzer, const tp_lexicon *lexicon,
                                                 struct ArrowArray *sentiments);

/* ---- Sentiment by the rules of VADER ---- */

/** What texts are scored by: the rules of VADER (C. J. Hutto, E. Gilbert, 2014), valences and descriptions of emoji. The
 * numbers are those of vaderSentiment 3.3.2. Never changes. Since 1.1. */
typedef struct tp_vader tp_vader;

/** What goes beyond VADER, and how the work is done. Since 1.1. */
typedef struct tp_vader_options {
  /** sizeof(tp_vader_options) */
  size_t struct_size;
  /** The number of threads that many texts are scored on; 0 for tp_default_threads(). Results do not depend on it. */
  size_t threads;
  /** Further boosters and dampeners, UTF-8: an entry a line, up to three words, a tab, and what they add to the valence
   * of a word behind them, as "mega\t0.293". NULL where there are none. */
  const char *boosters;
  /** Bytes. */
  size_t boosters_length;
  /** Further words that negate, UTF-8: one a line. NULL where there are none. */
  const char *negations;
  /** Bytes. */
  size_t negations_length;
  /** Idioms, UTF-8: an entry a line, several words, a tab and a valence, as "on the ball\t2". Where these words follow
   * each other, whatever their case, they count as one word that the lexicon lists. NULL where there are none. */
  const char *idioms;
  /** Bytes. */
  size_t idioms_length;
  /** Not 0: of emoji of several code points, the longest that is known is described; otherwise, as in VADER, each code
   * point by itself. */
  size_t long_emoji;
  /** How valences are added up, which can decide whether their sum is exactly 0. 0: one after the other, as Python's
   * sum() does up to 3.11; 1: what is rounded off is kept, but where an integer is added, which valences of idioms are;
   * 2: there too. */
  size_t summation;
} tp_vader_options;

/** What VADER says of a text. All are 0 where it has no word. Since 1.1. */
typedef struct tp_vader_scores {
  /** How much of the text is negative, from 0 to 1, to three digits. */
  double neg;
  /** How much is neutral. */
  double neu;
  /** How much is positive. */
  double pos;
  /** The sum of the valences of all words, made a number from -1 to 1, to four digits. */
  double compound;
} tp_vader_scores;

/**
 * Reads what texts are to be scored by. What is passed is not used after the call. Since 1.1.
 * @param lexicon `lexicon_length` bytes of UTF-8, as vader_lexicon.txt of vaderSentiment: an entry a line, a word in
 * lower case, a tab and its valence; what comes behind another tab is passed over. NULL where there are none.
 * @param lexicon_length Bytes.
 * @param emoji `emoji_length` bytes of UTF-8, as emoji_utf8_lexicon.txt: an emoji, a tab and its description a line.
 * NULL where there are none.
 * @param emoji_length Bytes.
 * @param options May be NULL; members this library does not know must be 0.
 * @param[out] vader Not NULL. The caller's, to be freed with tp_vader_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the offset), TP_ERROR_INVALID_LEXICON, or
 * TP_ERROR_INVALID_ARGUMENT, also where the environment names a number of threads that makes no sense.
 * @threads Any.
 */
TP_API tp_status tp_vader_new(const char *lexicon, size_t lexicon_length, const char *emoji, size_t emoji_length,
                              const tp_vader_options *options, tp_vader **vader);

/**
 * Frees it. Since 1.1.
 * @param vader NULL is allowed. Dies with this call.
 * @threads Any, but not while another uses it.
 */
TP_API void tp_vader_free(tp_vader *vader);

/**
 * Scores a text, in time that grows with its length. Since 1.1.
 * @param vader Not NULL.
 * @param text `length` bytes of UTF-8. NULL where there are none.
 * @param length Bytes.
 * @param[out] scores Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8 (with the offset).
 * @threads Any.
 */
TP_API tp_status tp_vader_score(const tp_vader *vader, const char *text, size_t length, tp_vader_scores *scores);

/**
 * Scores many texts, on all threads: (neg: float64, neu: float64, pos: float64, compound: float64), a row for each text.
 * Since 1.1.
 * @param vader Not NULL.
 * @param texts `count` pointers to UTF-8. NULL where there are none; one of them, where its length is 0.
 * @param lengths The length of each, in bytes. NULL where there are none.
 * @param count The number of texts.
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies(); one batch.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8 (with the offset); tp_last_error_document() tells which text
 * it was.
 * @threads Any; the stream serves one at a time.
 */
TP_API tp_status tp_vader_score_texts(const tp_vader *vader, const char *const *texts, const size_t *lengths,
                                      size_t count, struct ArrowArrayStream *stream);

/**
 * The same for the parts of a text between separators, one more than there are of these: lines, for example. Since 1.1.
 * @param vader Not NULL.
 * @param text `length` bytes of UTF-8. NULL where there are none.
 * @param length Bytes.
 * @param separator A byte of ASCII.
 * @param parts The number of parts there must be, for hosts that join texts and cannot know whether one of them holds
 * the separator. 0 for any number.
 * @param[out] stream Not NULL. As in tp_vader_score_texts().
 * @return As tp_vader_score_texts(), and TP_ERROR_INVALID_ARGUMENT.
 * @threads Any; the stream serves one at a time.
 */
TP_API tp_status tp_vader_score_separated(const tp_vader *vader, const char *text, size_t length, char separator,
                                          size_t parts, struct ArrowArrayStream *stream);

/* ---- Document-term matrices, as scikit-learn counts them ---- */

/**
 * How documents become features, and which ones are known, each with a number: its column. A feature is a term, or
 * several that follow each other (an n-gram). It never changes. Since 1.1.
 */
typedef struct tp_vectorizer tp_vectorizer;

/**
 * How often each feature stands in each document: a row for each document, a column for each feature. First documents
 * are added; the first question makes the matrix of them, and none is added any more. After any error but
 * TP_ERROR_NULL_POINTER and TP_ERROR_INVALID_ARGUMENT from adding or making it, it can only be freed. Since 1.1.
 */
typedef struct tp_matrix tp_matrix;

/** Options of a vectorizer. Set them to 0, then struct_size, then what is wanted. Since 1.1. */
typedef struct tp_vectorizer_options {
    size_t struct_size;  /**< sizeof(tp_vectorizer_options). */
    size_t threads;      /**< The number of threads; 0 for tp_default_threads(). No answer depends on it. */
    size_t analyzer;     /**< Terms are 0: words of two or more letters, digits and underscores, exactly what
                              scikit-learn finds; 1: also those of one; 2: characters, several of whitespace together
                              being one space; 3: characters of what stands between whitespace, with a space on either
                              side. */
    size_t ngrams_from;  /**< The least number of terms in a feature; 0 for 1. */
    size_t ngrams_to;    /**< The greatest; 0 for the least. */
    size_t keeps_case;   /**< Not 0: text is not brought into lower case, as Python's str.lower() does it. */
    size_t accents;      /**< 0: they stay; 1: text is decomposed (NFKD) and marks that combine are left out; 2: it is
                              decomposed and what is not ASCII is left out. */
    const char *stop_words;    /**< Words that are passed over, in UTF-8, with bytes of zero between them. NULL where
                                    there are none. */
    size_t stop_words_length;  /**< Bytes. */
} tp_vectorizer_options;

/**
 * Makes a vectorizer that knows no feature.
 * @param options NULL for the defaults.
 * @param[out] vectorizer Not NULL. The caller's, to be freed with tp_vectorizer_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_vectorizer_new(const tp_vectorizer_options *options, tp_vectorizer **vectorizer);

/**
 * Frees a vectorizer; matrices made with it go on.
 * @param vectorizer NULL is allowed. Dies with this call.
 * @threads Any, but not while another uses it. Since 1.1.
 */
TP_API void tp_vectorizer_free(tp_vectorizer *vectorizer);

/**
 * Makes a vectorizer with the options of another one, which knows these features, in this order.
 * @param vectorizer Not NULL.
 * @param terms `count` pointers to the names of features, in UTF-8: their terms, between words a space. NULL where there
 * are none, as is each whose length is 0.
 * @param lengths `count` lengths in bytes. NULL where there are none.
 * @param count The number of features.
 * @param[out] fixed Not NULL. The caller's, to be freed with tp_vectorizer_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 or, for one that stands twice, TP_ERROR_INVALID_ARGUMENT; with the
 * place as that of a document.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_vectorizer_with_terms(const tp_vectorizer *vectorizer, const char *const *terms,
                                          const size_t *lengths, size_t count, tp_vectorizer **fixed);

/**
 * The number of features that are known.
 * @param vectorizer Not NULL.
 * @param[out] count Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_vectorizer_term_count(const tp_vectorizer *vectorizer, uint64_t *count);

/**
 * The number of a feature.
 * @param vectorizer Not NULL.
 * @param term Its name, `length` bytes of UTF-8. NULL where there are none.
 * @param length Bytes.
 * @param[out] id Not NULL. -1 if it is not known.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_vectorizer_find(const tp_vectorizer *vectorizer, const char *term, size_t length, int64_t *id);

/**
 * The names of the features in the order of their numbers, as an Arrow array of large_utf8.
 * @param vectorizer Not NULL.
 * @param[out] terms Not NULL. The caller's, to be released. What it held before is overwritten.
 * @return TP_OK, or a common error.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_vectorizer_terms(const tp_vectorizer *vectorizer, struct ArrowArray *terms);

/**
 * The numbers of the features in the order in which these first appeared, as an Arrow array of int64.
 * @param vectorizer Not NULL.
 * @param[out] ids Not NULL. The caller's, to be released. What it held before is overwritten.
 * @return TP_OK, or a common error.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_vectorizer_appearance(const tp_vectorizer *vectorizer, struct ArrowArray *ids);

/**
 * Begins a matrix.
 * @param vectorizer Not NULL.
 * @param grows Whether features that are not known become so, in order of first appearance, behind those that are; in a
 * document, those of fewer terms come first. Otherwise they are passed over.
 * @param[out] matrix Not NULL. The caller's, to be freed with tp_matrix_free().
 * @return TP_OK, or a common error.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_matrix_new(const tp_vectorizer *vectorizer, bool grows, tp_matrix **matrix);

/**
 * Begins a matrix of so many columns, where that of a feature is the absolute value of the signed MurmurHash3_x86_32 of
 * its name, modulo `columns`. Features that share a column are summed.
 * @param vectorizer Not NULL. What it knows does not matter.
 * @param columns From 1 to 2^31 - 1.
 * @param alternates Whether features with a negative hash count downwards.
 * @param[out] matrix Not NULL. The caller's, to be freed with tp_matrix_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_matrix_new_hashed(const tp_vectorizer *vectorizer, uint32_t columns, bool alternates,
                                      tp_matrix **matrix);

/**
 * Frees a matrix; arrays that it gave stay.
 * @param matrix NULL is allowed. Dies with this call.
 * @threads Any, but not while another uses it. Since 1.1.
 */
TP_API void tp_matrix_free(tp_matrix *matrix);

/**
 * Adds documents, which may be empty. They are counted during the call, on all threads where they are many.
 * @param matrix Not NULL.
 * @param texts `count` pointers to UTF-8, each NULL where its length is 0. NULL where there are none.
 * @param lengths `count` lengths in bytes. NULL where there are none.
 * @param count The number of documents.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the document and the offset in it), or
 * TP_ERROR_INVALID_ARGUMENT, if the matrix was made.
 * @threads Any; the order of the rows is that of the calls. Since 1.1.
 */
TP_API tp_status tp_matrix_add_documents(tp_matrix *matrix, const char *const *texts, const size_t *lengths,
                                         size_t count);

/**
 * Adds the documents of one text: for hosts where crossing the border takes longer than a document does.
 * @param matrix Not NULL.
 * @param text `length` bytes of UTF-8. NULL where there are none.
 * @param length Bytes.
 * @param separator What stands between two documents: a byte of ASCII that belongs to no word.
 * @param parts How many documents there must be, or nothing is added; 0 for any number.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the document and the offset in it), or
 * TP_ERROR_INVALID_ARGUMENT.
 * @threads Any; the order of the rows is that of the calls. Since 1.1.
 */
TP_API tp_status tp_matrix_add_separated(tp_matrix *matrix, const char *text, size_t length, char separator,
                                         size_t parts);

/**
 * The size of a matrix.
 * @param matrix Not NULL.
 * @param[out] rows The number of documents. NULL is allowed.
 * @param[out] columns The number of features. NULL is allowed.
 * @param[out] entries How many of the counts are stored; 0 once they are given away. NULL is allowed.
 * @return TP_OK, or a common error.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_matrix_shape(tp_matrix *matrix, uint64_t *rows, uint64_t *columns, uint64_t *entries);

/**
 * Puts the columns in the order of the names of their features, byte by byte. Hashed ones stay as they are.
 * @param matrix Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_matrix_sort(tp_matrix *matrix);

/**
 * In how many documents each feature is, and the sum of its counts, by column, as Arrow arrays of int64.
 * @param matrix Not NULL.
 * @param[out] documents Not NULL. The caller's, to be released. What it held before is overwritten.
 * @param[out] counts Not NULL. As `documents`.
 * @return TP_OK, or a common error.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_matrix_totals(tp_matrix *matrix, struct ArrowArray *documents, struct ArrowArray *counts);

/**
 * Keeps some of the columns, which are numbered anew in the same order.
 * @param matrix Not NULL.
 * @param is_kept `columns` bytes: 0 for a column that goes. NULL where there are none.
 * @param columns How many there are.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT: there are not so many, or they are hashes.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_matrix_keep(tp_matrix *matrix, const char *is_kept, size_t columns);

/**
 * Makes a vectorizer with the same options that knows what the columns are now.
 * @param matrix Not NULL.
 * @param[out] vectorizer Not NULL. The caller's, to be freed with tp_vectorizer_free().
 * @return TP_OK, or a common error.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_matrix_vectorizer(tp_matrix *matrix, tp_vectorizer **vectorizer);

/**
 * Gives the rows away, as compressed rows (CSR) in three Arrow arrays, whose memory may be written to. The entries of a
 * row are in the order in which their features became known, which is that of the columns but where these were sorted.
 * @param matrix Not NULL. Its rows are empty afterwards.
 * @param value_type Values are 0: int32, 1: int64, 2: float32, 3: float64.
 * @param is_binary Whether each value is 1.
 * @param[out] offset_size Not NULL. 4 or 8: `row_ends` and `columns` are int32, or int64 where there are 2^31 entries
 * or more.
 * @param[out] row_ends Not NULL. Where in the others each row begins, and the last one ends: one more than there are
 * rows. The caller's, to be released. What it held before is overwritten.
 * @param[out] columns Not NULL. As `row_ends`.
 * @param[out] values Not NULL. As `row_ends`.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT. When there is no memory, rows may be lost.
 * @threads Any. Since 1.1.
 */
TP_API tp_status tp_matrix_arrays(tp_matrix *matrix, uint32_t value_type, bool is_binary, size_t *offset_size,
                                  struct ArrowArray *row_ends, struct ArrowArray *columns, struct ArrowArray *values);

/** What becomes of counts, one step after the other. Set it to 0, then struct_size, then what is wanted. Since 1.1. */
typedef struct tp_weights {
    size_t struct_size;        /**< sizeof(tp_weights). */
    size_t threads;            /**< The number of threads; 0 for tp_default_threads(). */
    size_t sublinear;          /**< Not 0: a value becomes one and its natural logarithm. */
    const double *of_columns;  /**< What each column is multiplied with. NULL for nothing. */
    size_t columns;            /**< The number of these. */
    size_t norm;               /**< A row is divided by 0: nothing, 1: the sum of its absolute values, 2: the square root
                                    of the sum of its squares; unless that is zero. */
} tp_weights;

/**
 * Weighs the values of compressed rows where they lie, on all threads where they are many.
 * @param weights Not NULL but where nothing is to be done.
 * @param offset_size 4 or 8: the bytes of an integer in `row_ends` and `columns`.
 * @param row_ends `rows` + 1 integers, aligned as such: where each row begins, and the last one ends. Not NULL.
 * @param rows The number of rows.
 * @param columns `entries` integers, aligned as such. NULL where there are none.
 * @param value_size 4 for float32, 8 for float64.
 * @param[in,out] values `entries` numbers, aligned as such. NULL where there are none.
 * @param entries The number of them.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT: the arrays do not fit each other, or a column has no
 * weight. Some values may be changed then.
 * @threads Any; other threads must not use what is written to. Since 1.1.
 */
TP_API tp_status tp_weigh(const tp_weights *weights, size_t offset_size, const void *row_ends, size_t rows,
                          const void *columns, size_t value_size, void *values, size_t entries);

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
 * Finds the tokens of a text, as it is: nothing is brought into lower case before. Since 1.1.
 * @param text `length` bytes of UTF-8. NULL where there are none.
 * @param length Bytes.
 * @param tokenizer As in tp_analyzer_options.
 * @param pattern As there.
 * @param pattern_length As there.
 * @param[out] spans Not NULL. An Arrow array of structures (start: uint64, end: uint64): where each token begins and where
 * it ends, in bytes. The caller's, to be released. What it held before is overwritten.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the offset), TP_ERROR_INVALID_PATTERN (with the offset in the
 * pattern), or TP_ERROR_INVALID_ARGUMENT.
 * @threads Any.
 */
TP_API tp_status tp_tokenize(const char *text, size_t length, size_t tokenizer, const char *pattern,
                             size_t pattern_length, struct ArrowArray *spans);

/**
 * Finds the sentences of a text: what lies between the sentence boundaries of UAX #29, with the whitespace that ends it;
 * except what is blank, such as empty lines between paragraphs. A line end ends a sentence, unless `unwrap` is true.
 * Since 1.1.
 * @param text `length` bytes of UTF-8. NULL where there are none.
 * @param length Bytes.
 * @param unwrap True for text whose lines are wrapped, such as e-mail and many books: a line end (LF, CR or CRLF) between
 * two lines with text counts as a space. A blank line still ends a sentence.
 * @param[out] spans Not NULL. As in tp_tokenize().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8 (with the offset).
 * @threads Any.
 */
TP_API tp_status tp_sentences(const char *text, size_t length, bool unwrap, struct ArrowArray *spans);

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
