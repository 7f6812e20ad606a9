/**
 * @file text_processor.h
 * The C ABI of text_processor, a library that analyzes documents. This file is the manual of the ABI.
 *
 * A complete program:
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
 * @par Documents, words and terms
 * You add documents to an analyzer. A query is a call that returns an answer about all these documents. By default,
 * whitespace separates words, exactly as in Python's str.split(): U+001C to U+001F are whitespace too. If the options
 * of an analyzer choose another tokenizer, its tokens are the words. A document must contain a character that is not
 * whitespace, unless you allow blank documents (TP_BLANK_KEEP). Other tokenizers may still find no words in such a
 * document. A term is the normalized form of a word. By default, it is the word in lower case, exactly as in Python's
 * str.lower(). tp_analyzer_set_terms() chooses another normalization. If normalization drops a word, the word still
 * counts as a word, but not as a term.
 *
 * @par Status and errors
 * Every function that can fail returns a tp_status: TP_OK, which is 0, or an error. The library writes an out-parameter
 * only if the call succeeds, except `added`, which it always writes. After an error, tp_last_error_message(),
 * tp_last_error_offset() and tp_last_error_document() describe the error. Call them on the same thread, before the next
 * error on that thread. A call that succeeds does not reset them. In this manual, "with the offset" means that
 * tp_last_error_offset() returns the place of the error. The number of an error never gets another meaning. A newer
 * library may return new errors: treat an unknown number as an error.
 *
 * @par Common errors
 * Any function that returns a status can return these errors: TP_ERROR_NULL_POINTER if a required pointer is NULL;
 * TP_ERROR_OUT_OF_MEMORY; TP_ERROR_FORKED if the handle was lost in a fork; TP_ERROR_MISUSE from the instrumented core;
 * and TP_ERROR_PANIC after a panic, which is a defect of the library: a panic never leaves the library. If your program
 * gives the terms of an analyzer, each query that depends on terms can also return TP_ERROR_TERMS_PENDING: unique
 * words, statistics, frequencies, n-grams, sentiment. If you set a checkpoint, a long call can also return
 * TP_ERROR_STOPPED_BY_CALLBACK. The description of a function names its other errors. It names a common error only if
 * the error has a special meaning there.
 *
 * @par Text
 * You pass a text as a pointer and a length in bytes. It is UTF-8, and needs no zero byte at its end. The pointer may
 * be NULL if the length is 0. The library reads the text only during the call. The text must not change during the
 * call. All lengths and offsets are in bytes.
 *
 * @par Lists of strings
 * You pass a list as an array of pointers, an array of lengths, and the number of strings. The arrays may be NULL if
 * this number is 0; the pointer to a string may be NULL if the length of the string is 0. If a string causes an error,
 * tp_last_error_document() returns the index of the string. The library returns a list as an Arrow array of large_utf8
 * without nulls. If your strings are parts of one text, such as lines, use the functions with `_separated` or `_parts`
 * in their names. These functions need no arrays. If your strings are in an Arrow array, use tp_column.
 *
 * @par Numbers
 * - size_t: a size or length in bytes, the number of elements of an array that you pass, and any number that you
 *   choose, such as threads, rows of a batch or terms of an n-gram.
 * - uint64_t: a count that the library returns, and the index of a document, from 0.
 * - int64_t: a number that can be -1, which stands for "none".
 * - Option values: each kind has its own name for size_t, such as tp_tokenizer, and an enumerator for each value. For
 *   any other value, functions return TP_ERROR_INVALID_ARGUMENT. An option value is as wide as a pointer, so structures
 *   of options have no padding.
 * - Yes or no: a parameter is a `bool`. A member of a structure is a size_t: 0 is no, any other value is yes.
 * - Versions, milliseconds and tp_default_threads() are uint32_t; tp_status and the result of a callback are int32_t.
 *
 * @par Ownership
 * You own every handle that a function gives you. The description of that function names the function that frees the
 * handle. Do not use a handle after you freed it. A function whose name ends with `_free` accepts NULL, and then does
 * nothing. You own the Arrow structures that the library fills: call the `release` member of each one once. They stay
 * valid if their analyzer changes or is freed. A `const char *` that a function returns belongs to the library. You
 * still own everything that you pass. The library uses it only during the call, except a callback and its user data.
 *
 * @par Structures
 * A structure that begins with `struct_size` may get more members at its end in a newer version. First set the complete
 * structure to 0, then set `struct_size` to the sizeof of the structure, then set the members that you need. In
 * options, 0 stands for the default, and an older library returns TP_ERROR_INVALID_ARGUMENT if a member that it does
 * not know is not 0.
 *
 * @par Arrow
 * Results with many values are structures of the Arrow C data interface. An ArrowArrayStream gives record batches: call
 * `get_next` until it gives an array whose `release` is NULL. No value is null, unless the description of a function
 * allows nulls. In a column of utf8 or large_utf8, buffers[2] has the text of all strings, and buffers[1] has offsets
 * in this text: int32_t for utf8, int64_t for large_utf8. String i begins at the offset with the index `offset + i` in
 * buffers[1], and ends at the next offset; `offset` is a member of the array. Other columns have their values in
 * buffers[1]. Release each array, each schema and the stream. If a function of a stream fails, it returns an errno:
 * ENOMEM if there is not enough memory. A function overwrites the Arrow structure that you pass as an out-parameter:
 * release its old content before the call.
 *
 * @par Threads
 * "Any" in a description means: any number of threads may call the function at the same time, also for the same handle,
 * and also while other functions use that handle. Do not free a handle while another thread uses it. The library starts
 * threads only during a call, and joins them before the call returns. The only exception is the thread of
 * tp_indexer_start(). You may move an Arrow stream between threads, but only one thread may use it at a time.
 *
 * @par Forks
 * After fork(), the child can use every handle that no other thread was changing at the moment of the fork. If another
 * thread, such as the thread of an indexer, held the lock of an analyzer, a draft, events or a matrix at that moment,
 * the handle is lost in the child, and intact in the parent. In the child, every call with a lost handle returns
 * TP_ERROR_FORKED. The child may free the handle, and this frees nothing. If another thread was reading an Arrow stream
 * at that moment, the stream fails in the child, and its `release` frees nothing there. Each tp_lexicon, tp_vectorizer,
 * tp_vader and tp_table stays intact in every child. In the child, call tp_indexer_stop() for each indexer of the
 * parent: this only frees the handle. While the library starts a thread, fork() waits for some microseconds. _Fork()
 * and clone() do not run the handlers of pthread_atfork(), so this section is not true for their children.
 *
 * @par Long calls
 * By default, a call works until it is complete. With tp_set_checkpoint(), you set a function for a thread, its
 * checkpoint. Then long calls on this thread work in steps, and run the checkpoint between two steps: it can handle
 * signals, or end the call. A call that it ends returns TP_ERROR_STOPPED_BY_CALLBACK and changes nothing, except calls
 * for a matrix; `get_next` of a stream returns an errno. Each of these functions runs the checkpoint, if its work takes
 * longer than a step: tp_analyzer_ngrams(), tp_analyzer_top_ngrams(), tp_analyzer_top_terms(),
 * tp_analyzer_grouped_terms(), tp_analyzer_grouped_ngrams(), tp_analyzer_grouped_statistics(),
 * tp_analyzer_collocations(), tp_analyzer_collocates(), tp_analyzer_concordance(), tp_analyzer_count_matches(),
 * tp_analyzer_keyness(), tp_analyzer_grouped_keyness(), tp_analyzer_dispersion(), tp_analyzer_document_term_matrix(),
 * tp_analyzer_sentence_count(), tp_analyzer_choose(), tp_analyzer_keep(), tp_analyzer_merge(), tp_tokenize(),
 * tp_sentences(), tp_count_words(), tp_vader_score(), tp_vader_score_texts(), tp_vader_score_separated(),
 * tp_vader_score_column(), tp_matrix_add_documents(), tp_matrix_add_separated(), tp_matrix_add_column(),
 * tp_matrix_sort(), tp_matrix_totals(), tp_matrix_sum_groups(), tp_matrix_arrays(), tp_matrix_vectorizer(),
 * tp_vectorizer_merge(), tp_vectorizer_terms(), tp_vectorizer_first_seen_order(), tp_analyzer_save(),
 * tp_analyzer_load(), tp_analyzer_to_ipc(), tp_analyzer_from_ipc(), `get_next` of tables, and functions that read the
 * text of chosen documents for the first time. If the checkpoint ends a call that adds documents to a matrix, each later
 * call for this matrix returns TP_ERROR_STOPPED_BY_CALLBACK. A query that must first complete the index or a matrix also
 * does this work in steps; tp_analyzer_update() and tp_matrix_update() are other ways to work in steps. If the
 * checkpoint uses the matrix of the call that runs it, this use returns TP_ERROR_INVALID_ARGUMENT. To add a long
 * document in steps, use tp_draft.
 *
 * @par Callbacks
 * Instead of a document callback, you can always use tp_events, which gives the same information. A document callback
 * runs on the thread that adds a document, during the call that adds it. The library holds no lock at that time, so the
 * callback may use the analyzer, change it, replace or clear the callback, and even free the analyzer. A callback that
 * frees the analyzer must not return 0, because after 0 the call continues with the rest of the batch. The callback
 * must return: an exception of C++ must not leave the callback. If the callback calls pthread_exit(), its thread stays
 * in the call forever.
 *
 * @par Memory
 * If there is not enough memory, or if there are more distinct words than 32 bits can number, a function returns
 * TP_ERROR_OUT_OF_MEMORY, and an Arrow stream gives ENOMEM. Everything that existed before the call stays intact,
 * except a tp_matrix: see its description. The same call succeeds later, when there is enough memory. If a stream
 * failed, request a new stream. Functions that free or clear never fail because memory is missing. In two cases, the
 * process ends. In the first case, the C library gets no memory for a new thread, or for the first call of a thread
 * into this library. In the second case, other threads take memory that the library has checked, but not yet taken. The
 * library checks memory in this way for patterns, for very long words that are not ASCII, for n-grams of dozens of
 * terms, for tables that are copied, become bytes or are made from bytes, and for saved analyzers.
 *
 * @par Versions
 * tp_abi_version() is the version of this ABI, major and minor. A new minor version only adds things; a new major
 * version is incompatible. "Since 1.1" in a description names the first version that has a function, type, member or
 * value. When you compile, compare the macros, which are the versions of this header. When your program runs, compare
 * the results of the functions, which are the versions of the library.
 *
 * @par Linking
 * `pkg-config --cflags --libs text_processor` prints the flags for your compiler; add `--static` for the static
 * library. If you use the static library on Windows, define TP_STATIC before you include this header.
 */
#ifndef TEXT_PROCESSOR_H
#define TEXT_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @cond */
/* Marks a function that the library exports. */
#if defined(_WIN32) && !defined(TP_STATIC)
#define TP_API __declspec(dllimport)
#elif defined(__GNUC__) && !defined(_WIN32)
#define TP_API __attribute__((visibility("default")))
#else
#define TP_API
#endif
/** @endcond */

/** The version of the library that this header belongs to, as a string. Since 1.1. */
#define TP_VERSION "0.2.0"
/** The first number of TP_VERSION. Since 1.1. */
#define TP_VERSION_MAJOR 0
/** The second number of TP_VERSION. Since 1.1. */
#define TP_VERSION_MINOR 2
/** The third number of TP_VERSION. Since 1.1. */
#define TP_VERSION_PATCH 0
/** The major version of the ABI that this header declares. Since 1.1. */
#define TP_ABI_VERSION_MAJOR 1
/** The minor version of the ABI that this header declares. Since 1.1. */
#define TP_ABI_VERSION_MINOR 1
/** The two versions of the ABI in one number, as tp_abi_version() returns them. Since 1.1. */
#define TP_ABI_VERSION ((TP_ABI_VERSION_MAJOR << 16) | TP_ABI_VERSION_MINOR)

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
 * Returns the version of the ABI of the library; compare it with TP_ABI_VERSION.
 * @return major << 16 | minor
 * @threads Any.
 */
TP_API uint32_t tp_abi_version(void);

/**
 * Returns the version of the library, such as "0.2.0".
 * @return Never NULL. Ends with a zero, belongs to the library and lives as long as the library is loaded.
 * @threads Any.
 */
TP_API const char *tp_version(void);

/**
 * Returns the kind of instructions with which the library scans text on this processor: "portable", "avx2", "avx512" or
 * "neon".
 * @return Never NULL. Ends with a zero, belongs to the library and lives as long as the library is loaded.
 * @threads Any.
 */
TP_API const char *tp_simd_level(void);

/**
 * Returns the number of threads that an analyzer uses by default: the value of the environment variable
 * TEXT_PROCESSOR_NUM_THREADS, or one thread for each processor if the variable is not set.
 * @return At least 1. If the value of the variable is not valid, one thread for each processor.
 * @threads Any, but not while another thread changes the environment.
 */
TP_API uint32_t tp_default_threads(void);

/* ---- Status and errors ---- */

/** The result of a call: TP_OK, or an error. */
typedef int32_t tp_status;

/** The values of tp_status. */
enum {
  /** The call succeeded. */
  TP_OK = 0,
  /** A required pointer is NULL. */
  TP_ERROR_NULL_POINTER = 1,
  /** An argument has a value that is not valid. */
  TP_ERROR_INVALID_ARGUMENT = 2,
  /** A text is not UTF-8; tp_last_error_offset() returns the place. */
  TP_ERROR_INVALID_UTF8 = 3,
  /** A document is blank: it is empty, or has only whitespace. */
  TP_ERROR_NO_WORDS = 4,
  /** The analyzer has no documents, and the answer needs one. */
  TP_ERROR_NO_DOCUMENTS = 5,
  /** A callback returned a value other than 0. */
  TP_ERROR_STOPPED_BY_CALLBACK = 6,
  /** There is not enough memory. */
  TP_ERROR_OUT_OF_MEMORY = 7,
  /** The library has a defect; please report the message. */
  TP_ERROR_PANIC = 8,
  /** The answer needs the text of the documents, and the analyzer does not store it. */
  TP_ERROR_TEXT_NOT_STORED = 9,
  /** Your program broke a rule for a handle. For example, it used a handle that it had freed, or a handle of another
   * kind, or it used a handle on two threads where only one is allowed. Only the instrumented core detects this. In any
   * other core, it is undefined behaviour. Since 1.1. */
  TP_ERROR_MISUSE = 10,
  /** Another thread was using the handle when your program forked this process, so the handle is lost in this process.
   * Since 1.1. */
  TP_ERROR_FORKED = 11,
  /** The pattern of a tokenizer is not a valid regular expression, or it uses a feature that the library does not
   * support. If the error has a place, the message shows the place, and tp_last_error_offset() returns the place. Since
   * 1.1. */
  TP_ERROR_INVALID_PATTERN = 12,
  /** A list of words is not valid; the message names the line. Since 1.1. */
  TP_ERROR_INVALID_LEXICON = 13,
  /** The answer needs the terms of new words. Your program must give these terms first: see tp_analyzer_give_terms().
   * Since 1.1. */
  TP_ERROR_TERMS_PENDING = 14,
  /** A row of a column is null, and `missing` of tp_column is TP_BLANK_REFUSE; tp_last_error_document() returns the
   * number of the row. Since 1.1. */
  TP_ERROR_MISSING_TEXT = 15,
  /** The system cannot read or write a file; tp_last_error_errno() returns its reason. Since 1.1. */
  TP_ERROR_IO = 16,
  /** A file is not a saved analyzer, is damaged, or has the format of another version of the library. Since 1.1. */
  TP_ERROR_INVALID_FILE = 17
};

/**
 * Returns the name of a status, such as "TP_ERROR_NO_WORDS".
 * @param status Any number. The name of an unknown number is "TP_ERROR_UNKNOWN".
 * @return Never NULL. Ends with a zero, belongs to the library and lives as long as the library is loaded.
 * @threads Any.
 */
TP_API const char *tp_status_name(tp_status status);

/**
 * Returns the message of the last error on this thread: a sentence in UTF-8, empty if there was no error.
 * @return Never NULL. Ends with a zero, belongs to the library and is valid until the next error on this thread, or
 * until the thread ends.
 * @threads Any; each thread has its own last error.
 */
TP_API const char *tp_last_error_message(void);

/**
 * Returns the place in a text where the last error on this thread was found.
 * @return The offset in bytes from the beginning of the text, document or pattern; -1 if the error has no such place.
 * @threads Any; each thread has its own last error.
 */
TP_API int64_t tp_last_error_offset(void);

/**
 * Returns which text of a batch, or which string of a list, caused the last error on this thread.
 * @return The index of the text or string, from 0; -1 if the error is not about one text of a batch, or one string of a
 * list.
 * @threads Any; each thread has its own last error.
 */
TP_API int64_t tp_last_error_document(void);

/**
 * Returns the number of the system for the last error on this thread, if that error is TP_ERROR_IO.
 * @return A value of errno, such as ENOSPC; 0 if the error has no such number.
 * @threads Any; each thread has its own last error.
 * @since 1.1
 */
TP_API int32_t tp_last_error_errno(void);

/* ---- Long calls ---- */

/** A function that long calls run between two steps, with the `user_data` that you set. Return 0 to continue; any other
 * value ends the call with TP_ERROR_STOPPED_BY_CALLBACK. @since 1.1 */
typedef int32_t (*tp_checkpoint)(void *user_data);

/**
 * Sets the checkpoint of this thread. It replaces the earlier checkpoint of this thread. The checkpoint runs on this
 * thread, during long calls. At that time, the library holds no lock, and none of its other threads runs for this call.
 * So the checkpoint may use the library and its handles, set another checkpoint, and fork. It must not free a handle
 * that the call uses. Like every callback, it must return.
 * @param checkpoint NULL removes the checkpoint: then each call is one step.
 * @param user_data The argument of the checkpoint. May be NULL. It must stay valid until you set another checkpoint on
 * this thread, or the thread ends.
 * @param milliseconds The approximate time of a step; 0 for steps as short as possible.
 * @return TP_OK, or a common error.
 * @threads Any; each thread has its own checkpoint.
 * @since 1.1
 */
TP_API tp_status tp_set_checkpoint(tp_checkpoint checkpoint, void *user_data, uint32_t milliseconds);

/* ---- Analyzers ---- */

/** An object to which you add documents, and which answers queries about all of them. */
typedef struct tp_analyzer tp_analyzer;

/** A tokenizer: it finds the tokens in a text. @since 1.1 */
typedef size_t tp_tokenizer;

/** The values of tp_tokenizer, each with its kind of token. */
enum {
  /** The characters between whitespace, as in Python's str.split(). */
  TP_TOKENIZER_WHITESPACE = 0,
  /** A segment between word boundaries of UAX #29 that contains a letter or a number. */
  TP_TOKENIZER_UNICODE = 1,
  /** Every segment between word boundaries of UAX #29. */
  TP_TOKENIZER_UNICODE_SEGMENTS = 2,
  /** Two or more letters, digits or underscores that follow each other, as in scikit-learn. An analyzer finds them in
   * the text in lower case; tp_tokenize() finds them in the text as it is. */
  TP_TOKENIZER_WORD = 3,
  /** Every character. */
  TP_TOKENIZER_CHARACTERS = 4,
  /** A match of a regular expression, in the syntax of the Rust crate `regex`. If the expression has a capturing group,
   * the token is the match of this group, as in Python's re.findall(). More than one capturing group is an error. An
   * empty match is not a token. */
  TP_TOKENIZER_PATTERN = 5,
  /** A match of a regular expression that was translated from Python. The pattern has three parts: a class of word
   * characters, such as "[a-z_]"; a zero byte; a regular expression as for TP_TOKENIZER_PATTERN. There are three
   * differences. A word boundary is where a series of characters of the class begins or ends. (?mR:$) matches at the
   * end of the text, and before a line feed that ends the text. If the first match at a place is empty, the library
   * takes the first match there that is not empty. */
  TP_TOKENIZER_PYTHON_PATTERN = 6
};

/** Options of an analyzer. */
typedef struct tp_analyzer_options {
  /** sizeof(tp_analyzer_options) */
  size_t struct_size;
  /** The number of threads for indexing; 0 for tp_default_threads(). Results do not depend on it. */
  size_t threads;
  /** Yes: the analyzer only counts. It counts the words of a text and then frees the text, some megabytes at a time, so
   * the memory grows only with the number of distinct words. Functions that need the text return
   * TP_ERROR_TEXT_NOT_STORED. */
  size_t counts_only;
  /** The tokenizer. Its tokens are the words in all answers of the analyzer. Since 1.1. */
  tp_tokenizer tokenizer;
  /** The pattern, in UTF-8. TP_TOKENIZER_PATTERN and TP_TOKENIZER_PYTHON_PATTERN need one; for any other tokenizer, it
   * must be empty. May be NULL if its length is 0. Since 1.1. */
  const char *pattern;
  /** The length of `pattern` in bytes. Since 1.1. */
  size_t pattern_length;
} tp_analyzer_options;

/**
 * Makes an analyzer without documents.
 * @param options NULL for the defaults.
 * @param[out] analyzer Not NULL. Free it with tp_analyzer_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_PATTERN (with the offset in the pattern), or
 * TP_ERROR_INVALID_ARGUMENT if an option is not valid, or TEXT_PROCESSOR_NUM_THREADS is not a valid number of threads.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_new(const tp_analyzer_options *options, tp_analyzer **analyzer);

/**
 * Frees an analyzer and its documents. Its drafts, events, indexers and Arrow structures stay valid.
 * @param analyzer May be NULL. Invalid after this call.
 * @threads Any, but not while another thread uses the analyzer.
 */
TP_API void tp_analyzer_free(tp_analyzer *analyzer);

/* ---- Adding documents ---- */

/**
 * Adds a document. Then the callback runs, if one is set.
 * @param analyzer Not NULL.
 * @param text `length` bytes of UTF-8, which the library copies. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @return TP_OK; a common error, TP_ERROR_INVALID_UTF8 (with the offset) or TP_ERROR_NO_WORDS, and the document is not
 * added; or TP_ERROR_STOPPED_BY_CALLBACK, and the document stays added.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_add_document(tp_analyzer *analyzer, const char *text, size_t length);

/**
 * Adds documents. If a callback is set, it runs after each document. The call stops at the first error: the documents
 * before it stay added, no later document is added, and tp_last_error_document() returns the index of the wrong text.
 * @param analyzer Not NULL.
 * @param texts `count` pointers to UTF-8, which the library copies. May be NULL if `count` is 0; each may be NULL if
 * its length is 0.
 * @param lengths The length of each text in bytes. May be NULL if `count` is 0.
 * @param count The number of texts.
 * @param[out] added The number of documents that were added, also after an error. May be NULL.
 * @return As tp_analyzer_add_document().
 * @threads Any.
 */
TP_API tp_status tp_analyzer_add_documents(tp_analyzer *analyzer, const char *const *texts, const size_t *lengths,
                                           size_t count, uint64_t *added);

/**
 * Splits a text at each separator, for example into lines, and adds each part as a document. Everything else is as in
 * tp_analyzer_add_documents(). If a part is wrong, tp_last_error_document() counts all parts, also blank parts.
 * @param analyzer Not NULL.
 * @param text `length` bytes of UTF-8, which the library copies. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @param separator A byte of ASCII.
 * @param parts The number of parts that the text must have; 0 for any number. If the text has another number, no
 * document is added. Use it if you join documents and one of them may contain the separator.
 * @param skip_blank If true, the call skips blank parts. If false, a blank part is an error, also an empty part after
 * the last separator.
 * @param[out] added The number of documents that were added, also after an error. May be NULL.
 * @return As tp_analyzer_add_document(), or TP_ERROR_INVALID_ARGUMENT if `separator` is not ASCII or the number of
 * parts is not `parts`: then no document is added.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_add_separated(tp_analyzer *analyzer, const char *text, size_t length, char separator,
                                           size_t parts, bool skip_blank, uint64_t *added);

/** The treatment of blank texts: texts that are empty or have only whitespace. @since 1.1 */
typedef size_t tp_blank;

/** The values of tp_blank. */
enum {
  /** A blank text is an error: TP_ERROR_NO_WORDS. */
  TP_BLANK_REFUSE = 0,
  /** The call skips blank texts. */
  TP_BLANK_SKIP = 1,
  /** A blank text becomes a document without words, so there is one document for each text. A text that is not UTF-8 is
   * still an error. */
  TP_BLANK_KEEP = 2
};

/**
 * Adds documents as tp_analyzer_add_documents() does; `blank` says how to treat blank texts. For a missing text, pass
 * the length 0.
 * @param analyzer Not NULL.
 * @param texts As in tp_analyzer_add_documents().
 * @param lengths As in tp_analyzer_add_documents().
 * @param count The number of texts.
 * @param blank A value of tp_blank.
 * @param[out] added The number of documents that were added, also after an error. May be NULL.
 * @return As tp_analyzer_add_document(), or TP_ERROR_INVALID_ARGUMENT for another value of `blank`: no document is
 * added.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_add_texts(tp_analyzer *analyzer, const char *const *texts, const size_t *lengths,
                                       size_t count, tp_blank blank, uint64_t *added);

/**
 * Adds the parts of a text as tp_analyzer_add_separated() does; `blank` says how to treat blank parts.
 * @param analyzer Not NULL.
 * @param text As in tp_analyzer_add_separated(). A text of 0 bytes has one part.
 * @param length The length of `text` in bytes.
 * @param separator A byte of ASCII.
 * @param parts As in tp_analyzer_add_separated().
 * @param blank A value of tp_blank.
 * @param[out] added The number of documents that were added, also after an error. May be NULL.
 * @return As tp_analyzer_add_separated(), or TP_ERROR_INVALID_ARGUMENT for another value of `blank`: no document is
 * added.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_add_parts(tp_analyzer *analyzer, const char *text, size_t length, char separator,
                                       size_t parts, tp_blank blank, uint64_t *added);

/** A document that you write in pieces. Use a draft if a document is so long that you want to show progress or to stop
 * early. Use it also if the complete document is never in your memory, for example if you read a file in pieces. */
typedef struct tp_draft tp_draft;

/**
 * Makes an empty draft of a document. If the analyzer only counts, and no callback and no events are set, the draft
 * counts and frees its text while you append.
 * @param analyzer Not NULL. You may free it before the draft.
 * @param capacity The length in bytes that you expect. It is only a hint: you may append more.
 * @param[out] draft Not NULL. Free it with tp_draft_free().
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_draft_new(const tp_analyzer *analyzer, size_t capacity, tp_draft **draft);

/**
 * Frees a draft.
 * @param draft May be NULL. The draft and its room are invalid after this call.
 * @threads Any, but not while another thread uses the draft.
 */
TP_API void tp_draft_free(tp_draft *draft);

/**
 * Appends text to a draft; a character may be split between two pieces. After an error the draft is unchanged.
 * @param draft Not NULL.
 * @param text `length` bytes of UTF-8, which the library copies. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8 (with the offset in the complete document).
 * @threads Any, but not while another thread uses the room.
 */
TP_API tp_status tp_draft_append(tp_draft *draft, const char *text, size_t length);

/**
 * Gives room: memory of the document, after the appended text. Write text to the room, then append this text with
 * tp_draft_take(). In this way you can read a file directly into the memory of the document.
 * @param draft Not NULL.
 * @param length The length of the room in bytes.
 * @param[out] room Not NULL. Belongs to the draft, and is valid until the next call for the draft.
 * @return TP_OK, or a common error.
 * @threads Any, but no other thread may use the draft while you write to the room.
 */
TP_API tp_status tp_draft_room(tp_draft *draft, size_t length, char **room);

/**
 * Appends the first `length` bytes of the room, as tp_draft_append() does. The room is invalid after this call.
 * @param draft Not NULL.
 * @param length The number of bytes that you wrote to the room.
 * @return As tp_draft_append(), or TP_ERROR_INVALID_ARGUMENT if the room is smaller than `length`.
 * @threads Any, but not while another thread uses the room.
 */
TP_API tp_status tp_draft_take(tp_draft *draft, size_t length);

/**
 * Allows the next document from this draft to be blank, as TP_BLANK_KEEP does.
 * @param draft Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any, but not while another thread uses the room.
 * @since 1.1
 */
TP_API tp_status tp_draft_allow_blank(tp_draft *draft);

/**
 * Adds the text of a draft as a document, without another copy. After this, the draft is empty. Then the callback runs,
 * if one is set.
 * @param analyzer Not NULL.
 * @param draft Not NULL. It stays yours: you must still free it.
 * @return TP_OK; a common error, TP_ERROR_INVALID_UTF8, TP_ERROR_NO_WORDS or TP_ERROR_TEXT_NOT_STORED (the draft was
 * made for an analyzer that only counts, but this analyzer stores text), and the document is not added; or
 * TP_ERROR_STOPPED_BY_CALLBACK, and the document stays added.
 * @threads Any, but not while another thread uses the room.
 */
TP_API tp_status tp_analyzer_add_draft(tp_analyzer *analyzer, tp_draft *draft);

/** A background thread that indexes new documents of an analyzer until you stop it. Use it if you add many documents
 * one after the other: then most of the work is done before the first query. It does not change any answer. */
typedef struct tp_indexer tp_indexer;

/**
 * Starts an indexer. The indexer does nothing if the analyzer has only one thread, or only counts.
 * @param analyzer Not NULL. You may free it before the indexer.
 * @param[out] indexer Not NULL. Free it with tp_indexer_stop().
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_indexer_start(tp_analyzer *analyzer, tp_indexer **indexer);

/**
 * Stops an indexer within some milliseconds and frees it. It is freed even if this call returns an error.
 * @param indexer Not NULL. Invalid after this call.
 * @return TP_OK, or a common error.
 * @threads Any, but not while another thread uses the indexer.
 */
TP_API tp_status tp_indexer_stop(tp_indexer *indexer);

/**
 * Removes all documents. The callback and the events stay set.
 * @param analyzer Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_clear(tp_analyzer *analyzer);

/* ---- Some of the documents, and more analyzers ---- */

/**
 * Makes an analyzer of some documents of another analyzer. All its answers, and the order of first appearance, are
 * those of an analyzer to which you added only these documents, in this order. It has the options and the terms of the
 * other analyzer, but no callback and no events. No text is tokenized again, and the external terms that you gave stay.
 * Both analyzers share the texts until a function needs the text of the new one, for example tp_analyzer_documents():
 * then it copies the texts once. You may change or free either analyzer.
 * @param analyzer Not NULL.
 * @param documents The indexes of the documents, from 0, in any order. An index may be there more than once. May be
 * NULL if `count` is 0.
 * @param count The number of indexes.
 * @param[out] chosen Not NULL. Free it with tp_analyzer_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_ARGUMENT if there is no document with one of the indexes, or
 * TP_ERROR_TEXT_NOT_STORED.
 * @threads Any. If another thread calls tp_analyzer_clear() or tp_analyzer_keep() for `analyzer` during the call, the
 * indexes may be those before or after that call.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_choose(const tp_analyzer *analyzer, const uint64_t *documents, size_t count,
                                    tp_analyzer **chosen);

/**
 * Keeps only some documents, in the order of `documents`, as tp_analyzer_choose() does, and removes all others. The
 * callback and the events stay set. Documents that other threads add during the call stay, after the others. If another
 * thread removes documents during the call, the call begins again: `documents` are then the new indexes. The call frees
 * the texts of removed documents, except texts that a chosen analyzer shares. It may leave other texts in memory, but
 * not more bytes than the texts that it keeps.
 * @param analyzer Not NULL.
 * @param documents As in tp_analyzer_choose().
 * @param count The number of indexes.
 * @return As tp_analyzer_choose(). After an error, the documents are unchanged.
 * @threads As tp_analyzer_choose().
 * @since 1.1
 */
TP_API tp_status tp_analyzer_keep(tp_analyzer *analyzer, const uint64_t *documents, size_t count);

/**
 * Adds the documents of another analyzer after those of this one, without tokenizing them again. Then all answers, and
 * the order of first appearance, are those of an analyzer to which you added all these documents. The options of
 * `analyzer` decide the terms. The callback does not run, and there are no events. An analyzer that only counts adds
 * the counts of the other one. If there are many types, the next query looks them up, step by step.
 * @param analyzer Not NULL.
 * @param other Not NULL. It does not change. It may be the same as `analyzer`.
 * @return TP_OK, a common error, TP_ERROR_INVALID_ARGUMENT if the analyzers have different tokenizers or patterns, or
 * TP_ERROR_TEXT_NOT_STORED if `other` only counts and `analyzer` does not. After an error, the documents are unchanged.
 * @threads Any. Two threads may also merge two analyzers into each other at the same time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_merge(tp_analyzer *analyzer, const tp_analyzer *other);

/* ---- Text from tables ---- */

/**
 * A column of texts in an Arrow array, for example of a table of pandas, polars or DuckDB. The library reads the texts
 * where they are, so your program needs no pointer and no length for each text. The library uses the members only
 * during the call, and releases nothing.
 *
 * The formats are u, U, vu (strings), z, Z, vz (bytes, which must be UTF-8), n (every row is null), and a dictionary
 * whose values have one of these formats. An extension type has the format of its storage. An array may have an offset,
 * and its buffers may begin at any address. The library checks the numbers of buffers and children, and each offset. It
 * cannot check the lengths of most buffers, because the Arrow C data interface does not give them.
 *
 * If a stream gives you the text, call a function once for each array of the stream:
 *
 *     struct ArrowSchema schema;
 *     struct ArrowArray array;
 *     tp_column column = {0};
 *     column.struct_size = sizeof column;
 *     column.schema = &schema;
 *     column.array = &array;
 *     column.name = "text";
 *     column.name_length = 4;
 *     column.missing = TP_BLANK_SKIP;
 *     if (stream->get_schema(stream, &schema) != 0) return;
 *     while (stream->get_next(stream, &array) == 0 && array.release != NULL) {
 *         tp_status status = tp_analyzer_add_column(analyzer, &column, NULL);
 *         array.release(&array);
 *         if (status != TP_OK) break;
 *     }
 *     schema.release(&schema);
 *
 * The producer of a stream runs in `get_next`, which your program calls. So it may use the same analyzer.
 * @since 1.1
 */
typedef struct tp_column {
  /** sizeof(tp_column) */
  size_t struct_size;
  /** The schema of `array`. Not NULL. */
  const struct ArrowSchema *schema;
  /** The array. Not NULL. */
  const struct ArrowArray *array;
  /** NULL if `array` is the column. If `array` has the columns of a table (its format is +s), the name of the column in
   * UTF-8. */
  const char *name;
  /** The length of `name` in bytes. */
  size_t name_length;
  /** The number of the first row to read; the first row of the array is 0. */
  size_t first;
  /** The number of rows to read; 0 for all rows from `first` on. */
  size_t count;
  /** How to treat nulls; in tp_analyzer_add_column(), also blank texts. */
  tp_blank missing;
} tp_column;

/**
 * Gives the size of a column, for example to choose `count` for a call of about a megabyte. The call reads no text. It
 * may skip the check of each row; functions that read the texts check the rows.
 * @param column Not NULL. The value of `missing` has no effect.
 * @param[out] rows May be NULL. The number of rows, which includes nulls.
 * @param[out] bytes May be NULL. The length of all texts in bytes.
 * @param[out] nulls May be NULL. The number of nulls.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if a member of `column` is not valid: then the message
 * says what is wrong, for example the name of the format. For a wrong row, tp_last_error_document() returns its number
 * in the array.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_column_shape(const tp_column *column, uint64_t *rows, uint64_t *bytes, uint64_t *nulls);

/**
 * Gives the rows of a column that are not null and not blank: with TP_BLANK_SKIP, tp_analyzer_add_column() adds these
 * rows, up to the first one that is not UTF-8. Use it to keep other columns in step with the documents.
 * @param column Not NULL. Its member `missing` is ignored.
 * @param[out] rows Not NULL. An array of uint64: the numbers of the rows in the array of the column. Release it.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT as in tp_column_shape().
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_column_rows_with_words(const tp_column *column, struct ArrowArray *rows);

/**
 * Adds the rows of a column as documents, as tp_analyzer_add_texts() does. `missing` says how to treat nulls and blank
 * texts; TP_BLANK_KEEP adds an empty document for each null.
 * @param analyzer Not NULL.
 * @param column Not NULL.
 * @param[out] added The number of documents that were added, also after an error. May be NULL.
 * @return As tp_analyzer_add_document(), TP_ERROR_MISSING_TEXT, or TP_ERROR_INVALID_ARGUMENT as in tp_column_shape().
 * tp_last_error_document() returns the number of the wrong row in the array; the rows before it stay added.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_add_column(tp_analyzer *analyzer, const tp_column *column, uint64_t *added);

/* ---- Events ---- */

/** A document that was just added. Its members are valid only during the callback, or as tp_events_next() says. */
typedef struct tp_document_event {
  /** UTF-8, without a terminating zero. Empty if the document was a draft that freed its text before the callback or
   * the events were set. */
  const char *text;
  /** The length of the text in bytes. */
  size_t text_length;
  /** The number of words in the document. */
  uint64_t word_count;
  /** The number of documents in the analyzer, including this one. */
  uint64_t total_documents;
} tp_document_event;

/** A function that the library calls for each added document, with the `user_data` that you set and an event, which is
 * never NULL. Return 0 to continue; any other value ends the call that added the document with
 * TP_ERROR_STOPPED_BY_CALLBACK. */
typedef int32_t (*tp_document_callback)(void *user_data, const tp_document_event *event);

/**
 * Sets the callback that runs for each added document. It replaces an earlier callback or tp_events.
 * @param analyzer Not NULL.
 * @param callback Not NULL. It runs on any thread that adds documents, also on several threads at the same time.
 * @param user_data The first argument of the callback. May be NULL. It must stay valid while the callback is set or
 * runs.
 * @param destroy A function that frees `user_data`. May be NULL. The library calls it once with `user_data`, on any
 * thread, when the callback was replaced, cleared, or freed with its analyzer, and no longer runs. The library also
 * calls it if tp_analyzer_set_callback() fails. If the callback was replaced or cleared, `destroy` may use the
 * analyzer, and even free it.
 * @return TP_OK, or a common error: the previous callback stays set.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_set_callback(tp_analyzer *analyzer, tp_document_callback callback, void *user_data,
                                          void (*destroy)(void *user_data));

/**
 * Removes the callback or the tp_events, if one is set.
 * @param analyzer Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_clear_callback(tp_analyzer *analyzer);

/** A queue that stores the events of added documents until you read them, instead of a callback. Use it in languages
 * without closures. @since 1.1 */
typedef struct tp_events tp_events;

/**
 * Makes a tp_events, which stores an event for each document that you add after this call. It replaces an earlier
 * callback or tp_events, until a later one replaces it. An event keeps a copy of the text until you read the event; the
 * event of a draft needs no copy. If there is not enough memory for an event, the call that adds the document returns
 * TP_ERROR_OUT_OF_MEMORY, and the document is not added. The events stay if the analyzer is cleared or freed.
 * @param analyzer Not NULL. You may free it before the events.
 * @param[out] events Not NULL. Free it with tp_events_free().
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_events_new(tp_analyzer *analyzer, tp_events **events);

/**
 * Removes the oldest event from the queue, and gives it to you. The events of one thread are in the order of its calls.
 * @param events Not NULL.
 * @param[out] event Not NULL. The library writes NULL if no event waits. The event belongs to `events`, and is valid
 * until the next call for `events`, or until you free `events`.
 * @return TP_OK, or a common error.
 * @threads Any, also while other threads add documents; but no other thread may call this function while you read the
 * event.
 * @since 1.1
 */
TP_API tp_status tp_events_next(tp_events *events, const tp_document_event **event);

/**
 * Frees a tp_events and its events, also those that wait. The analyzer stops storing events.
 * @param events May be NULL. It and its last event are invalid after this call.
 * @threads Any, but not while another thread uses the events. Other threads may add documents at the same time.
 * @since 1.1
 */
TP_API void tp_events_free(tp_events *events);

/* ---- Answers for all documents ---- */

/**
 * Gives the number of documents.
 * @param analyzer Not NULL.
 * @param[out] count Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_document_count(const tp_analyzer *analyzer, uint64_t *count);

/**
 * Gives the number of words in all documents.
 * @param analyzer Not NULL.
 * @param[out] words Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_total_words(const tp_analyzer *analyzer, uint64_t *words);

/**
 * Tells you whether the text of one of the documents is exactly this text.
 * @param analyzer Not NULL.
 * @param text `length` bytes. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @param[out] contains Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_TEXT_NOT_STORED.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_contains_document(const tp_analyzer *analyzer, const char *text, size_t length,
                                               bool *contains);

/**
 * Updates the index in steps: each call is one step. Between two steps you can show progress, or stop. The index is
 * complete when `done` equals `total`. This function is optional: the functions below update the index themselves,
 * without steps.
 * @param analyzer Not NULL.
 * @param milliseconds The approximate time of a step; 0 for one step that does everything.
 * @param[out] done May be NULL. The number of bytes of text that are indexed.
 * @param[out] total May be NULL. The number of bytes of text in all documents.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_update(tp_analyzer *analyzer, uint32_t milliseconds, uint64_t *done, uint64_t *total);

/**
 * Gives the number of distinct terms.
 * @param analyzer Not NULL.
 * @param[out] words Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_unique_words(const tp_analyzer *analyzer, uint64_t *words);

/** Statistics of all documents, taken at the same moment. The Python package uses the same names. */
typedef struct tp_statistics {
  /** sizeof(tp_statistics) */
  size_t struct_size;
  /** The number of documents. Named `documents` in 1.0. */
  uint64_t document_count;
  /** The number of words. */
  uint64_t total_words;
  /** The number of distinct terms. */
  uint64_t unique_words;
  /** The number of types: distinct words, as written. */
  uint64_t distinct_types;
  /** The length of all documents in bytes. Named `bytes` in 1.0. */
  uint64_t total_bytes;
  /** The average number of words in a document; 0 if there are no documents. Since 1.1. */
  double average_words;
} tp_statistics;

/**
 * Gives the statistics of all documents, taken at the same moment.
 * @param analyzer Not NULL.
 * @param[in,out] statistics Not NULL. The library fills the members that fit into the `struct_size` that you set.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if `struct_size` is too small for `document_count`.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_statistics(const tp_analyzer *analyzer, tp_statistics *statistics);

/**
 * Gives a simple sentiment. Each term "good", "great" or "excellent" adds 1, and each term "bad", "terrible" or "awful"
 * subtracts 1. The result is this sum, divided by the number of documents.
 * @param analyzer Not NULL.
 * @param[out] sentiment Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_NO_DOCUMENTS.
 * @threads Any.
 */
TP_API tp_status tp_analyzer_sentiment(const tp_analyzer *analyzer, double *sentiment);

/**
 * Gives the number of sentences in all documents, as tp_sentences() finds them. Each call reads all documents again.
 * @param analyzer Not NULL.
 * @param unwrap As in tp_sentences().
 * @param[out] count Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_TEXT_NOT_STORED.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_sentence_count(const tp_analyzer *analyzer, bool unwrap, uint64_t *count);

/* ---- Tables: Arrow streams of record batches, without nulls ---- */

/**
 * Gives the number of occurrences of each term, in order of first appearance. The columns are (term: utf8, count:
 * uint64).
 * @param analyzer Not NULL.
 * @param batch_rows The maximal number of rows in a batch; 0 for no maximum. A batch has less than 2 GiB of text, so it
 * may have fewer rows.
 * @param[out] stream Not NULL. Release it. It stays valid if the analyzer is freed.
 * @return TP_OK, or a common error.
 * @threads Any; only one thread may use the stream at a time.
 */
TP_API tp_status tp_analyzer_term_frequencies(const tp_analyzer *analyzer, size_t batch_rows,
                                              struct ArrowArrayStream *stream);

/**
 * Gives the same table as tp_analyzer_term_frequencies(), but with the most frequent terms first. Terms with equal
 * counts are in order of first appearance. The stream makes each batch when you request the batch, so you get the first
 * rows early.
 * @param analyzer Not NULL.
 * @param batch_rows As in tp_analyzer_term_frequencies().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, or a common error.
 * @threads Any; only one thread may use the stream at a time.
 */
TP_API tp_status tp_analyzer_top_terms(const tp_analyzer *analyzer, size_t batch_rows, struct ArrowArrayStream *stream);

/**
 * Gives the documents. The columns are (text: large_utf8, word_count: uint64). The texts are in the memory of the
 * library: they are not copied.
 * @param analyzer Not NULL.
 * @param first The index of the first document to give, from 0.
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, a common error, or TP_ERROR_TEXT_NOT_STORED.
 * @threads Any; only one thread may use the stream at a time.
 */
TP_API tp_status tp_analyzer_documents(const tp_analyzer *analyzer, uint64_t first, struct ArrowArrayStream *stream);

/**
 * Joins the strings of a column into one text, with `separator` between them. Use it in languages that can split one
 * string faster than they can make many strings.
 * @param offsets `count` + 1 aligned integers of `offset_size` bytes: the places in the text where each string begins,
 * and where the last string ends. Not NULL.
 * @param offset_size The bytes of an offset: 4 in utf8, 8 in large_utf8.
 * @param text The text that the offsets refer to. May be NULL if all strings are empty.
 * @param count The number of strings.
 * @param separator Any byte.
 * @param[out] joined Your memory, large enough for the strings and `count` - 1 separators. May be NULL if `count` is 0.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if `offset_size` or an offset is not valid: then the
 * content of `joined` is undefined.
 * @threads Any, but no other thread may use `joined` during the call.
 */
TP_API tp_status tp_join_strings(const void *offsets, size_t offset_size, const char *text, size_t count,
                                 char separator, char *joined);

/* ---- Tables that are read more than once ---- */

/** The record batches of one or more Arrow streams, without a copy. A stream gives its rows once; a table gives all or
 * some of its rows as often as you like. It never changes. Use it for a tool that needs more than one stream of the
 * same rows, such as DuckDB. @since 1.1 */
typedef struct tp_table tp_table;

/**
 * Makes a table of the rows of streams. The table uses the memory of their record batches.
 *
 * With DuckDB in C, each query on the view "counts" needs a stream that was not read yet. From Go, pass the stream to
 * `cdata.ImportCRecordReader`; from Node, copy the buffers of each batch, then release it.
 *
 *     struct ArrowArrayStream made, rows;
 *     struct ArrowArrayStream *streams[] = {&made};
 *     tp_table *table = NULL;
 *     tp_analyzer_term_frequencies(analyzer, 0, &made);
 *     tp_table_new(streams, 1, NULL, NULL, 0, &table);
 *     made.release(&made);
 *     tp_table_stream(table, 0, UINT64_MAX, &rows);
 *     duckdb_arrow_scan(connection, "counts", (duckdb_arrow_stream)&rows);
 *
 * @param streams `stream_count` streams with the same columns, in the order of their rows. They may be of any library.
 * Not NULL. The function reads each stream to its end; you still release it.
 * @param stream_count At least 1.
 * @param names New names of the columns: a list of strings. May be NULL.
 * @param name_lengths The lengths of the names.
 * @param name_count The number of columns, or 0 to keep the names of the streams.
 * @param[out] table Not NULL. Free it with tp_table_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 for a name, or TP_ERROR_INVALID_ARGUMENT if a stream was
 * released or fails (also because a checkpoint ended its `get_next`), if the streams have different columns, or if
 * `name_count` is wrong. After an error, some rows of the streams may have been read.
 * @threads Any, but no other thread may use the streams.
 * @since 1.1
 */
TP_API tp_status tp_table_new(struct ArrowArrayStream *const *streams, size_t stream_count, const char *const *names,
                              const size_t *name_lengths, size_t name_count, tp_table **table);

/**
 * Frees a table. Its streams and their record batches stay valid.
 * @param table May be NULL. Invalid after this call.
 * @threads Any, but not while another thread uses the table.
 * @since 1.1
 */
TP_API void tp_table_free(tp_table *table);

/**
 * Gives the number of rows.
 * @param table Not NULL.
 * @param[out] rows Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_table_row_count(const tp_table *table, uint64_t *rows);

/**
 * Gives the names and types of the columns: the schema that the streams of the table have.
 * @param table Not NULL.
 * @param[out] schema Not NULL. Release it.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_table_schema(const tp_table *table, struct ArrowSchema *schema);

/**
 * Gives some rows as a new stream, over the memory of the table. The time does not depend on the number of rows.
 * @param table Not NULL.
 * @param first The index of the first row, from 0.
 * @param rows The maximal number of rows; UINT64_MAX for all.
 * @param[out] stream Not NULL. Release it. It stays valid if the table is freed.
 * @return TP_OK, or a common error.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_table_stream(const tp_table *table, uint64_t first, uint64_t rows, struct ArrowArrayStream *stream);

/**
 * Gives some rows as bytes in the streaming format of Arrow IPC, which many tools read from files: pyarrow, polars,
 * DuckDB, Arrow for JavaScript.
 * @param table Not NULL.
 * @param first As in tp_table_stream().
 * @param rows As in tp_table_stream().
 * @param[out] ipc Not NULL. An array of uint8. Release it.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if Arrow IPC does not support the type of a column.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_table_to_ipc(const tp_table *table, uint64_t first, uint64_t rows, struct ArrowArray *ipc);

/**
 * Makes a table from bytes of tp_table_to_ipc(), in the same process or another one.
 * @param ipc The bytes, from a source that you trust: wrong bytes may contain any size, and the function may need that
 * much memory.
 * @param length The number of bytes.
 * @param[out] table Not NULL. Free it with tp_table_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if the bytes are not a stream of Arrow IPC, or are damaged.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_table_from_ipc(const char *ipc, size_t length, tp_table **table);

/* ---- Columns beside the documents: ids, authors, dates ---- */

/* The library does not know ids and variables of documents: they are tables with a row for each document, which you keep
 * in step with the analyzer. This example counts words by author, makes an analyzer of the documents of the first
 * author, and saves it with their authors:
 *
 *     tp_table_copy(&schema, &array, "author", 6, &authors);
 *     tp_table_codes(authors, &codes, &names);
 *     const uint32_t *of = (const uint32_t *)codes.buffers[1] + codes.offset;
 *     tp_analyzer_grouped_terms(analyzer, of, codes.length, TP_ORDER_FREQUENCY, 10, 0, &counts);
 *
 *     uint8_t is_wanted[] = {1};
 *     tp_rows_of_groups(of, codes.length, is_wanted, 1, &rows);
 *     const uint64_t *numbers = (const uint64_t *)rows.buffers[1] + rows.offset;
 *     tp_analyzer_choose(analyzer, numbers, rows.length, &chosen);
 *     tp_table_take(authors, numbers, rows.length, &taken);
 *     tp_analyzer_save(chosen, taken, "corpus.arrow", 12);
 *
 * tp_analyzer_merge() and tp_table_concat() append documents and their rows; tp_analyzer_keep() and tp_table_take()
 * remove them. */

/**
 * Makes a table of a copy of an array of any library, for example of the authors or dates of documents. The columns of
 * the table may contain nulls. Their types do not depend on the library, so tables of several libraries have the same
 * types: texts and dictionaries of texts become large_utf8; integers of at most 32 bits become int64, smaller floats
 * float64, date64 becomes date32. Other integers, floats, decimals, dates, times and booleans keep their types. A
 * dictionary becomes its values, an extension type its storage.
 * @param schema The type of the array. Not NULL, and not released.
 * @param array Not NULL, and not released. It still belongs to you.
 * @param name The name of the column in the table. NULL if the array is a table (struct): then the table has the same
 * columns.
 * @param name_length The length of the name.
 * @param[out] table Not NULL. Free it with tp_table_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 for the name, or TP_ERROR_INVALID_ARGUMENT if the array is not
 * valid, if a column has another type (such as lists or bytes), or if two columns have the same name.
 * @threads Any, but no other thread may change the array.
 * @since 1.1
 */
TP_API tp_status tp_table_copy(const struct ArrowSchema *schema, const struct ArrowArray *array, const char *name,
                               size_t name_length, tp_table **table);

/**
 * Makes a table of some columns of a table, over the same memory.
 * @param table Not NULL.
 * @param names The names of the columns, in the order of the new table: a list of strings. Not NULL.
 * @param name_lengths The lengths of the names.
 * @param name_count The number of names.
 * @param[out] selected Not NULL. Free it with tp_table_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 for a name, or TP_ERROR_INVALID_ARGUMENT if the table has no
 * column with one of these names, or two of them.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_table_select(const tp_table *table, const char *const *names, const size_t *name_lengths,
                                 size_t name_count, tp_table **selected);

/**
 * Makes a table with the columns of several tables side by side, over the same memory: for example the ids of documents
 * and the documents.
 * @param tables `count` tables with the same number of rows. Not NULL.
 * @param count At least 1.
 * @param[out] joined Not NULL. Free it with tp_table_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if the numbers of rows differ, or if two columns have the
 * same name.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_table_join(const tp_table *const *tables, size_t count, tp_table **joined);

/**
 * Makes a table with the rows of several tables, one after the other, in new memory. A column that a table lacks is
 * null in the rows of that table.
 * @param tables `count` tables. Columns with the same name have the same type, or the type null. Not NULL.
 * @param count At least 1.
 * @param[out] whole Not NULL. Its columns are in order of first appearance. Free it with tp_table_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if a column has two types, or a table has two columns
 * with the same name.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_table_concat(const tp_table *const *tables, size_t count, tp_table **whole);

/**
 * Makes a table of some rows of a table, in new memory.
 * @param table Not NULL.
 * @param rows `count` numbers of rows, from 0, in any order and as often as you like; UINT64_MAX for a row of nulls.
 * May be NULL if `count` is 0.
 * @param count The number of rows of the new table.
 * @param[out] taken Not NULL. Free it with tp_table_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if the table has no such row.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_table_take(const tp_table *table, const uint64_t *rows, size_t count, tp_table **taken);

/**
 * Divides the rows of a table into groups with equal values in all columns. Each group has a code, from 0, in the order
 * in which the groups first appear. Null is a value of its own, equal to null; NaN is equal to NaN, and 0.0 to -0.0.
 * @param table Not NULL. To group by some of its columns, select them with tp_table_select().
 * @param[out] codes Not NULL. An array of uint32: the code of each row. Release it.
 * @param[out] values Not NULL. A table with a row for each group: its values. Free it with tp_table_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if the values of a column are not text, numbers, dates,
 * times or booleans.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_table_codes(const tp_table *table, struct ArrowArray *codes, tp_table **values);

/**
 * Gives the rows of some groups: for example, the documents to pass to tp_analyzer_choose().
 * @param codes The group of each row. A row whose code is `group_count` or more is in no group.
 * @param code_count The number of rows.
 * @param is_wanted A byte for each group: 0 is no, any other value is yes.
 * @param group_count The number of groups.
 * @param[out] rows Not NULL. An array of uint64: the numbers of the rows, in ascending order. Release it.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_rows_of_groups(const uint32_t *codes, size_t code_count, const uint8_t *is_wanted,
                                   size_t group_count, struct ArrowArray *rows);

/* ---- Saved analyzers ---- */

/**
 * Saves an analyzer as a file: its documents, their tokens, the words with their counts, the tokenizer, and the options
 * of terms. tp_analyzer_load() makes an equal analyzer of it, without tokenizing again. The number of threads, the
 * callback and the events are not saved. Terms that your program gave are saved; a program that loads the file gives
 * only the terms of other words.
 *
 * The file is an Arrow IPC file, not compressed, which other tools can read: the columns that you pass; then `text`, of
 * large_utf8; then `tokens`, of large_list of a dictionary of large_utf8, which has the words in order of first
 * appearance. The file of an analyzer that only counts has the columns `type` and `count`. The footer has the settings
 * as metadata, and checksums of all bytes. The bytes depend only on the documents, the settings and the version of the
 * library.
 *
 * The library writes a temporary file in the same folder, waits until it is on the disk, and then gives it the name. So
 * if the process is killed, or the disk is full, the old file stays. After an error, the temporary file is removed; a
 * process that is killed leaves a file whose name begins with ".text_processor-". A new file keeps the permissions of
 * the file that it replaces. Documents that other threads add during the call are not saved. If another thread removes
 * documents, the call begins again.
 * @param analyzer Not NULL.
 * @param columns A table with a row for each document, such as names and dates; NULL for no columns.
 * @param path The path of the file, in the bytes of the system. It needs no zero at its end.
 * @param path_length The length of `path` in bytes.
 * @return TP_OK; TP_ERROR_IO; TP_ERROR_INVALID_ARGUMENT if the number of rows is not the number of documents, if there
 * are columns and the analyzer only counts, or if the path names something that is not a regular file; or a common
 * error. If the checkpoint forks while the file is written, the call returns TP_ERROR_FORKED in the child, and the
 * parent continues to write.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_save(const tp_analyzer *analyzer, const tp_table *columns, const char *path,
                                  size_t path_length);

/** Options of tp_analyzer_load(). @since 1.1 */
typedef struct tp_load_options {
  /** sizeof(tp_load_options) */
  size_t struct_size;
  /** The number of threads that load, and that index later; 0 for tp_default_threads(). */
  size_t threads;
  /** Yes: the texts and the tokens stay in the file, and the system reads them when they are needed. No process may
   * change the file while the analyzer, or data from it, exists. If another file gets the same name, the mapped file does
   * not change. The library checks all bytes except the texts when it loads the file. It checks the texts when it first
   * reads them: a function that reads texts then returns TP_ERROR_INVALID_FILE if they were changed. */
  size_t mmap;
} tp_load_options;

/**
 * Makes an analyzer of a file of tp_analyzer_save().
 *
 * The library checks the complete file. A file that was changed in any byte, or that is too short, is an error.
 * @param path The path of the file, in the bytes of the system. It needs no zero at its end.
 * @param path_length The length of `path` in bytes.
 * @param options NULL for the defaults.
 * @param[out] analyzer Not NULL. Free it with tp_analyzer_free().
 * @param[out] columns The table that was saved, or NULL if there is no table in the file. Free it with tp_table_free().
 * May be NULL.
 * @return TP_OK; TP_ERROR_IO; TP_ERROR_INVALID_FILE; TP_ERROR_INVALID_ARGUMENT if an option is not valid, or the path
 * names something that is not a regular file; TP_ERROR_INVALID_PATTERN if this version refuses the pattern of the
 * tokenizer; or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_load(const char *path, size_t path_length, const tp_load_options *options,
                                  tp_analyzer **analyzer, tp_table **columns);

/**
 * Writes an analyzer as bytes, for another process: the bytes of the file of tp_analyzer_save().
 * @param analyzer Not NULL.
 * @param columns As in tp_analyzer_save().
 * @param[out] ipc Not NULL. An array of uint8: its bytes are in buffers[1].
 * @return TP_OK, TP_ERROR_INVALID_ARGUMENT, or a common error, as in tp_analyzer_save().
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_to_ipc(const tp_analyzer *analyzer, const tp_table *columns, struct ArrowArray *ipc);

/**
 * Makes an analyzer from bytes of tp_analyzer_to_ipc(), or of a file of tp_analyzer_save().
 * @param ipc The bytes. The library copies what it needs.
 * @param length The length of `ipc` in bytes.
 * @param options As in tp_analyzer_load(); `mmap` has no effect.
 * @param[out] analyzer Not NULL. Free it with tp_analyzer_free().
 * @param[out] columns As in tp_analyzer_load().
 * @return TP_OK, TP_ERROR_INVALID_FILE, TP_ERROR_INVALID_ARGUMENT, TP_ERROR_INVALID_PATTERN, or a common error, as in
 * tp_analyzer_load().
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_from_ipc(const char *ipc, size_t length, const tp_load_options *options,
                                      tp_analyzer **analyzer, tp_table **columns);

/**
 * Gives the options of an analyzer, for example to show them after tp_analyzer_load(). An option with its default value
 * is not given, except "kind" and "tokenizer".
 * @param analyzer Not NULL.
 * @param[out] settings Not NULL. An array of structures (key: large_utf8, value: large_utf8). Release it. The keys are
 * those of the footer of a saved file, without "text_processor.": "kind" is "documents" or "counts"; "tokenizer" is
 * "whitespace", "unicode", "unicode-segments", "word", "characters", "pattern" or "python-pattern", and "pattern" is the
 * regular expression; the others are members of tp_term_options. "stop_words" has a word in each line, after the steps
 * that change words; a backslash and a line end in a word are written as "\\\\" and "\\n".
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_settings(const tp_analyzer *analyzer, struct ArrowArray *settings);

/**
 * Moves a stream into memory of the library, where it stays until tp_kept_free(). Use this function if an object of
 * another language owns the stream, but the finalizer of the object cannot call `release`. For a capsule of Python,
 * pass the address of the capsule as `owner`, and tp_kept_free() as the destructor of the capsule: it has the type
 * PyCapsule_Destructor.
 * @param owner Any address that is not in use as `owner`. Not NULL. The library does not read memory there.
 * @param stream Not NULL. Its `release` becomes NULL, because it is moved.
 * @param[out] kept Not NULL. The stream in its new place. You may read it or move it out; release it only if you move
 * it out.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if the library already keeps a structure for `owner`.
 * After an error, the stream is still in its place.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_stream_keep(const void *owner, struct ArrowArrayStream *stream, struct ArrowArrayStream **kept);

/**
 * The same as tp_stream_keep(), for a schema.
 * @param owner As in tp_stream_keep().
 * @param schema Not NULL. Its `release` becomes NULL, because it is moved.
 * @param[out] kept Not NULL. The schema in its new place.
 * @return As tp_stream_keep().
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_schema_keep(const void *owner, struct ArrowSchema *schema, struct ArrowSchema **kept);

/**
 * Frees the structure that the library keeps for an owner, and releases the structure unless you have moved it out.
 * @param owner An owner. If the library keeps nothing for it, or if it is NULL, the function does nothing.
 * @threads Any, but no other thread may use the structure.
 * @since 1.1
 */
TP_API void tp_kept_free(void *owner);

/* ---- Terms ---- */

/** A normal form of Unicode. @since 1.1 */
typedef size_t tp_normal_form;

/** The values of tp_normal_form. */
enum {
  /** Words stay as they are. */
  TP_NORMAL_FORM_KEEP = 0,
  /** NFC */
  TP_NORMAL_FORM_NFC = 1,
  /** NFKC */
  TP_NORMAL_FORM_NFKC = 2
};

/** The treatment of upper case. @since 1.1 */
typedef size_t tp_letter_case;

/** The values of tp_letter_case. */
enum {
  /** Lower case, as in Python's str.lower(). */
  TP_CASE_LOWER = 0,
  /** Case folding, as in Python's str.casefold(). */
  TP_CASE_FOLD = 1,
  /** Words stay as they are. */
  TP_CASE_KEEP = 2
};

/** The treatment of accents. @since 1.1 */
typedef size_t tp_accents;

/** The values of tp_accents. */
enum {
  /** Accents stay. */
  TP_ACCENTS_KEEP = 0,
  /** Decompose (NFKD) and remove combining characters. */
  TP_ACCENTS_UNICODE = 1,
  /** Decompose (NFKD) and remove everything that is not ASCII. */
  TP_ACCENTS_ASCII = 2
};

/**
 * How to normalize words into terms. The library does this once for each distinct word, in this order: normal form,
 * case, the normal form again (because a change of case can undo it), accents, stop words, length, stemmer, external
 * terms. If nothing is left of a word, it has no term.
 * @since 1.1
 */
typedef struct tp_term_options {
  /** sizeof(tp_term_options) */
  size_t struct_size;
  /** The normal form of Unicode. */
  tp_normal_form normal_form;
  /** The treatment of upper case. */
  tp_letter_case letter_case;
  /** The treatment of accents. */
  tp_accents accents;
  /** The minimal number of characters; shorter words are dropped. */
  size_t min_length;
  /** The maximal number of characters; longer words are dropped. 0 for any number. */
  size_t max_length;
  /** The name of a list of stop words to drop, as tp_stop_word_lists() gives it; NULL for no list. "english" also drops
   * the words of "english-contractions". In stop words and in words, the apostrophe U+2019 is treated as "'". */
  const char *stop_list;
  /** The length of `stop_list` in bytes. */
  size_t stop_list_length;
  /** More stop words to drop. The library normalizes them with the members above, as it normalizes words, and skips a
   * NULL among them. May be NULL if `stop_word_count` is 0. */
  const char *const *stop_words;
  /** The lengths of `stop_words` in bytes. */
  const size_t *stop_word_lengths;
  /** The number of `stop_words`. */
  size_t stop_word_count;
  /** The name of a stemmer, as tp_stemmers() gives it; NULL for no stemmer. Words of more than 1024 bytes stay as they
   * are. */
  const char *stemmer;
  /** The length of `stemmer` in bytes. */
  size_t stemmer_length;
  /** Yes: your program gives the term of each word that is left after these steps, with tp_analyzer_give_terms(). */
  size_t external_terms;
} tp_term_options;

/**
 * Changes how words are normalized into terms, also the words of documents that are already added. The library does not
 * read their text again. The next query normalizes the words, or tp_analyzer_update() in steps. Results that you
 * already have do not change. A query uses the same options from its beginning to its end.
 * @param analyzer Not NULL.
 * @param options NULL for lower case only.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (in a stop word: tp_last_error_document() returns its index), or
 * TP_ERROR_INVALID_ARGUMENT if a member is not valid; if a name is unknown, the message lists the known names. After an
 * error nothing has changed.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_set_terms(tp_analyzer *analyzer, const tp_term_options *options);

/**
 * Gives the pending words, in order of first appearance. If the options have `external_terms`, a distinct word is
 * pending until your program gives its term. While a word is pending, queries that depend on terms return
 * TP_ERROR_TERMS_PENDING: give the terms of all pending words, and call the query again.
 * @param analyzer Not NULL.
 * @param most The maximal number of words to give.
 * @param[out] begin Not NULL. Pass it to tp_analyzer_give_terms().
 * @param[out] words Not NULL. An array of large_utf8, empty if no word is pending. Release it.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_pending_terms(const tp_analyzer *analyzer, size_t most, uint64_t *begin,
                                           struct ArrowArray *words);

/**
 * Gives the library the terms of the words that tp_analyzer_pending_terms() gave you, in the same order; you may give
 * only the first ones. The library skips terms that another thread has already given. It skips all terms if you set
 * options or cleared the analyzer after you got the words.
 * @param analyzer Not NULL.
 * @param begin The value from tp_analyzer_pending_terms().
 * @param terms `count` terms in UTF-8; NULL or an empty term for a word that has no term. May be NULL if `count` is 0.
 * @param lengths The lengths of `terms` in bytes. May be NULL if `count` is 0.
 * @param count The number of terms, at most the number of pending words.
 * @return TP_OK; TP_ERROR_INVALID_UTF8 (tp_last_error_document() returns the index of the term, and the library takes
 * no term), or a common error. After an error you can make the same call again.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_give_terms(tp_analyzer *analyzer, uint64_t begin, const char *const *terms,
                                        const size_t *lengths, size_t count);

/**
 * Gives the words of a list of stop words.
 * @param name The name of the list, in UTF-8. "english" and "scikit-learn" both name the list of scikit-learn;
 * "english-contractions" has contractions ("don't"); "iso-" with an ISO 639-1 code ("iso-de"), or only the code ("de"),
 * names the list of the project Stopwords ISO for a language. May be NULL if `name_length` is 0.
 * @param name_length The length of `name` in bytes.
 * @param[out] words Not NULL. An array of large_utf8. Release it.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8, or TP_ERROR_INVALID_ARGUMENT if no list has this name.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_stop_words(const char *name, size_t name_length, struct ArrowArray *words);

/**
 * Gives the names of the lists of stop words.
 * @param[out] names Not NULL. An array of large_utf8. Release it.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_stop_word_lists(struct ArrowArray *names);

/**
 * Gives the names of the stemmers, which are the algorithms of Snowball. As the name of a stemmer, you can also use an
 * ISO 639 code of its language ("en", "eng").
 * @param[out] names Not NULL. An array of large_utf8. Release it.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_stemmers(struct ArrowArray *names);

/* ---- N-grams ---- */

/**
 * Gives the number of occurrences of each n-gram, in order of first appearance. The columns are (term_1: utf8, ...,
 * term_n: utf8, count: uint64). An n-gram is n terms that follow each other in a document; words without a term are
 * ignored. If `skip` is not 0, an n-gram may leave out terms: at most `skip` other terms, in total, are between its
 * first and its last term. If several n-grams begin at the same word, they are in the order of the places of their
 * second words, then of their third words, and so on.
 * @param analyzer Not NULL.
 * @param n The number of terms, from 1 to 1000.
 * @param skip The maximal number of terms to leave out in total; 0 for plain n-grams.
 * @param batch_rows The maximal number of rows in a batch; 0 for no maximum. A column of a batch has less than 2 GiB of
 * text, so a batch may have fewer rows.
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, a common error, TP_ERROR_TEXT_NOT_STORED, or TP_ERROR_INVALID_ARGUMENT if `n` is not from 1 to 1000,
 * or if more than a million n-grams could begin at one word.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_ngrams(const tp_analyzer *analyzer, size_t n, size_t skip, size_t batch_rows,
                                    struct ArrowArrayStream *stream);

/**
 * Gives the same table as tp_analyzer_ngrams(), but with the most frequent n-grams first. N-grams with equal counts are
 * in order of first appearance.
 * @param analyzer Not NULL.
 * @param n As in tp_analyzer_ngrams().
 * @param skip As in tp_analyzer_ngrams().
 * @param batch_rows As in tp_analyzer_ngrams().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return As tp_analyzer_ngrams().
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_top_ngrams(const tp_analyzer *analyzer, size_t n, size_t skip, size_t batch_rows,
                                        struct ArrowArrayStream *stream);

/* ---- Groups of documents ---- */

/** The code of a document that is in no group. Since 1.1. */
#define TP_NO_GROUP UINT32_MAX

/** The order of the rows of one group. @since 1.1 */
typedef size_t tp_order;

/** The values of tp_order. */
enum {
  /** The order of first appearance in the group. */
  TP_ORDER_FIRST_SEEN = 0,
  /** The most frequent rows first. Rows with equal counts are in order of first appearance in the group. */
  TP_ORDER_FREQUENCY = 1
};

/**
 * Gives the number of occurrences of each term in each group of documents. Documents with the same code are one group.
 * The columns are (group: uint32, term: utf8, count: uint64). The rows are in the order of the codes of their groups. In
 * each group they are the rows that an analyzer of the documents of this group alone would give.
 *
 *     const uint32_t party[] = {0, 1, 0, TP_NO_GROUP};
 *     tp_analyzer_grouped_terms(analyzer, party, 4, TP_ORDER_FREQUENCY, 20, 0, &stream);
 *
 * @param analyzer Not NULL.
 * @param codes The code of each document: any number, or TP_NO_GROUP to leave the document out. May be NULL if
 * `code_count` is 0.
 * @param code_count The number of documents.
 * @param order The order of the rows of a group.
 * @param limit The maximal number of rows of a group; 0 for all rows.
 * @param batch_rows As in tp_analyzer_term_frequencies().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, a common error, TP_ERROR_TEXT_NOT_STORED, TP_ERROR_TERMS_PENDING, or TP_ERROR_INVALID_ARGUMENT if
 * `code_count` is not the number of documents, or `order` is not a value of tp_order.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_grouped_terms(const tp_analyzer *analyzer, const uint32_t *codes, size_t code_count,
                                           tp_order order, size_t limit, size_t batch_rows,
                                           struct ArrowArrayStream *stream);

/**
 * Gives the number of occurrences of each n-gram in each group of documents, as tp_analyzer_grouped_terms() does for
 * terms. The columns are (group: uint32, term_1: utf8, ..., term_n: utf8, count: uint64).
 * @param analyzer Not NULL.
 * @param codes As in tp_analyzer_grouped_terms().
 * @param code_count As in tp_analyzer_grouped_terms().
 * @param n As in tp_analyzer_ngrams().
 * @param skip As in tp_analyzer_ngrams().
 * @param order As in tp_analyzer_grouped_terms().
 * @param limit As in tp_analyzer_grouped_terms().
 * @param batch_rows As in tp_analyzer_ngrams().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return As tp_analyzer_grouped_terms(), or TP_ERROR_INVALID_ARGUMENT as in tp_analyzer_ngrams().
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_grouped_ngrams(const tp_analyzer *analyzer, const uint32_t *codes, size_t code_count,
                                            size_t n, size_t skip, tp_order order, size_t limit, size_t batch_rows,
                                            struct ArrowArrayStream *stream);

/**
 * Gives the statistics of each group of documents, taken at the same moment. The columns are (group: uint32,
 * document_count: uint64, total_words: uint64, unique_words: uint64, distinct_types: uint64, total_bytes: uint64,
 * average_words: double), with the meanings of tp_statistics. There is one row for each group, in one batch. A group
 * without documents has zeros.
 * @param analyzer Not NULL.
 * @param codes The code of each document: a number below `group_count`, or TP_NO_GROUP to leave the document out. May be
 * NULL if `code_count` is 0.
 * @param code_count The number of documents.
 * @param group_count The number of groups, at most UINT32_MAX.
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, a common error, TP_ERROR_TEXT_NOT_STORED, TP_ERROR_TERMS_PENDING, or TP_ERROR_INVALID_ARGUMENT if
 * `code_count` is not the number of documents, or a code is too large: tp_last_error_document() returns its document.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_grouped_statistics(const tp_analyzer *analyzer, const uint32_t *codes, size_t code_count,
                                                size_t group_count, struct ArrowArrayStream *stream);

/* ---- Patterns of words ---- */

/* A pattern describes words and phrases: it has a slot for each token of a match. tp_analyzer_concordance(),
 * tp_analyzer_count_matches() and tp_analyzer_collocates() search for patterns:
 *
 *     tp_patterns_new(TP_PATTERN_BASE_TERMS, &patterns);
 *     tp_patterns_add_phrase(patterns, "cats", 4, "the * cat*", 10);
 *
 *     const char *words[] = {"dog", "wolf"};
 *     const size_t lengths[] = {3, 4};
 *     const tp_word_kind kinds[] = {TP_WORD_LITERAL, TP_WORD_LITERAL};
 *     tp_patterns_add(patterns, "dogs", 4);
 *     tp_patterns_add_slot(patterns, kinds, words, lengths, 2);
 *
 * A token that has no term leaves a gap. So "to or" does not match "to be or", even if "be" is a stop word. */

/** Labeled patterns. @since 1.1 */
typedef struct tp_patterns tp_patterns;

/** The strings that are compared with patterns. @since 1.1 */
typedef size_t tp_pattern_base;

/** The values of tp_pattern_base. */
enum {
  /** The terms of the analyzer. A string of a pattern is normalized in the same way as the words of the analyzer. */
  TP_PATTERN_BASE_TERMS = 0,
  /** The tokens as they are written. */
  TP_PATTERN_BASE_TOKENS = 1
};

/** A way to describe words. @since 1.1 */
typedef size_t tp_word_kind;

/** The values of tp_word_kind. */
enum {
  /** A string in which "*" stands for any number of characters, "?" for one character, and a backslash before a
   * character means this character. It matches complete words. It is compared with terms twice: unchanged, and in the
   * normal form, case and accents of terms. A string without "*" and "?" is the same as TP_WORD_LITERAL. */
  TP_WORD_GLOB = 0,
  /** Exactly this string. With TP_PATTERN_BASE_TERMS, it matches the term that is equal to it, and the term that it
   * becomes by normalization. */
  TP_WORD_LITERAL = 1,
  /** A regular expression in the syntax of the Rust crate `regex`, with at most one capturing group. It matches a word
   * if it is found anywhere in the word. */
  TP_WORD_REGEX = 2,
  /** A regular expression that was translated from Python, as for TP_TOKENIZER_PYTHON_PATTERN. It matches a word if it
   * is found anywhere in the word; the part that it finds may be empty. */
  TP_WORD_PYTHON_REGEX = 3
};

/**
 * Makes an empty list of patterns.
 * @param base The strings that are compared with the patterns.
 * @param[out] patterns Not NULL. Free it with tp_patterns_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if `base` is not a value of tp_pattern_base.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_patterns_new(tp_pattern_base base, tp_patterns **patterns);

/**
 * Frees patterns. Results of earlier calls stay valid.
 * @param patterns May be NULL. Invalid after this call.
 * @threads Any, but not while another thread uses the patterns.
 * @since 1.1
 */
TP_API void tp_patterns_free(tp_patterns *patterns);

/**
 * Adds a pattern without slots. Then add its slots with tp_patterns_add_slot(). A pattern must have a slot before you
 * search for it.
 * @param patterns Not NULL.
 * @param label The label of the pattern. Several patterns may have the same label: if they match the same tokens, this
 * is one match.
 * @param label_length The length of the label.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_patterns_add(tp_patterns *patterns, const char *label, size_t label_length);

/**
 * Adds a pattern from strings with whitespace between them. The pattern has a slot for each string, of the kind
 * TP_WORD_GLOB. Whitespace after a backslash belongs to the string.
 * @param patterns Not NULL.
 * @param label As in tp_patterns_add().
 * @param label_length The length of the label.
 * @param phrase The strings, with whitespace between them.
 * @param phrase_length The length of the phrase.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8, or TP_ERROR_INVALID_PATTERN if there is no string.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_patterns_add_phrase(tp_patterns *patterns, const char *label, size_t label_length,
                                        const char *phrase, size_t phrase_length);

/**
 * Adds a slot to the last pattern. A token matches the slot if it matches one of the words.
 * @param patterns Not NULL.
 * @param kinds The kind of each word. May be NULL if `word_count` is 0.
 * @param words The words: a list of strings. May be NULL if `word_count` is 0.
 * @param word_lengths The lengths of the words.
 * @param word_count The number of words. If it is 0, every token matches, also a token that has no term.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8, TP_ERROR_INVALID_PATTERN for a regular expression, or
 * TP_ERROR_INVALID_ARGUMENT if there is no pattern, or if a kind is not a value of tp_word_kind. After an error in a
 * word, tp_last_error_document() returns the place of this word in the list.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_patterns_add_slot(tp_patterns *patterns, const tp_word_kind *kinds, const char *const *words,
                                      const size_t *word_lengths, size_t word_count);

/* ---- Concordances ---- */

/** The unit of the size of a window. @since 1.1 */
typedef size_t tp_window_unit;

/** The values of tp_window_unit. */
enum {
  /** Tokens. */
  TP_WINDOW_TOKENS = 0,
  /** Characters. */
  TP_WINDOW_CHARACTERS = 1,
  /** Sentences before and after that of the match, which is always in the window. */
  TP_WINDOW_SENTENCES = 2
};

/** A property by which the lines of a concordance are sorted. Words are compared in lower case, by their code points. A
 * place without a word comes first. @since 1.1 */
typedef size_t tp_sort_key;

/** The values of tp_sort_key. */
enum {
  /** A word before the match. The number of the key is its distance from the match, from 1 to 65536. */
  TP_SORT_LEFT = 0,
  /** A word after the match. The number of the key is its distance from the match, from 1 to 65536. */
  TP_SORT_RIGHT = 1,
  /** The words of the match. */
  TP_SORT_MATCH = 2,
  /** The label of the pattern, in the order in which labels were added. */
  TP_SORT_LABEL = 3,
  /** The number of the document. */
  TP_SORT_DOCUMENT = 4,
  /** The place of the match in its document. */
  TP_SORT_POSITION = 5,
  /** The number of lines that have the same words at the places of all keys of words, the largest number first. Keys of
   * words are LEFT, RIGHT and MATCH. If there is no such key, the three words after the match are added as the last
   * keys. */
  TP_SORT_FREQUENCY = 6,
  /** The rank of the document. The number of the key is the place of its list in `ranks`, from 0. */
  TP_SORT_RANK = 7
};

/** Options of tp_analyzer_concordance(). @since 1.1 */
typedef struct tp_concordance_options {
  /** sizeof(tp_concordance_options) */
  size_t struct_size;
  /** The unit of `left` and `right`. */
  tp_window_unit unit;
  /** The size of the window before the match. */
  size_t left;
  /** The size of the window after the match. */
  size_t right;
  /** Yes: matches and windows do not cross the end of a sentence. A token belongs to the sentence in which it
   * begins. */
  size_t within_sentences;
  /** Yes: a line end inside a paragraph counts as a space when sentences are found, as in tp_sentences(). */
  size_t unwrap;
  /** The keys by which lines are sorted, the most important one first. Lines with equal keys are in the order of the
   * text. May be NULL if `sort_key_count` is 0. */
  const tp_sort_key *sort_keys;
  /** The number of each key; only some keys use it. May be NULL if `sort_key_count` is 0. */
  const size_t *sort_numbers;
  /** The number of keys. */
  size_t sort_key_count;
  /** Lists for TP_SORT_RANK, one after the other. A list has a rank for each document: documents are sorted by it. May
   * be NULL if `rank_list_count` is 0. */
  const uint32_t *ranks;
  /** The number of lists. */
  size_t rank_list_count;
  /** The length of each list: the number of documents. */
  size_t rank_list_length;
  /** The number of matches to choose at random before lines are sorted; 0 for all matches. */
  size_t sample;
  /** The seed of the choice: the same seed gives the same choice. */
  size_t seed;
  /** The number of lines that are left out before the first one. */
  size_t offset;
  /** The maximal number of lines; 0 for all lines. */
  size_t limit;
  /** Yes: the columns `start` and `end` count bytes. No: they count characters. */
  size_t byte_offsets;
} tp_concordance_options;

/**
 * Gives each match of patterns with the text before and after it, as a concordance (KWIC). The columns are (document:
 * uint64, from: uint64, to: uint64, start: uint64, end: uint64, left: utf8, match: utf8, right: utf8, pattern: utf8).
 * `from` is the place of the first token of the match in its document, and `to` the place of the token after the match.
 * `start` and `end` are the place of the match in the text, in characters. `left`, `match` and `right` are parts of the
 * unchanged text, without whitespace at their ends. `pattern` is the label. Matches may overlap. Without keys, the
 * lines are in the order of the text.
 * @param analyzer Not NULL.
 * @param patterns Not NULL.
 * @param options NULL for no options: no window, and all lines in the order of the text.
 * @param batch_rows As in tp_analyzer_term_frequencies().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies(). It holds the texts of the documents.
 * @return TP_OK, a common error, TP_ERROR_TEXT_NOT_STORED, TP_ERROR_TERMS_PENDING, TP_ERROR_INVALID_PATTERN if a
 * pattern has no slot, or TP_ERROR_INVALID_ARGUMENT if an option has a value that is not valid, or the length of the
 * lists of ranks is not the number of documents.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_concordance(const tp_analyzer *analyzer, const tp_patterns *patterns,
                                         const tp_concordance_options *options, size_t batch_rows,
                                         struct ArrowArrayStream *stream);

/**
 * Gives the number of matches for each label, and the number of documents that have such a match: of all documents, or
 * of each group. The columns are (group: uint32, pattern: utf8, count: uint64, documents: uint64), in one record batch,
 * with a row for each group and label. Without groups, there is no column `group`. If the analyzer does not store text,
 * `group_count` must be 0, each pattern must have one slot, and `documents` is null.
 * @param analyzer Not NULL.
 * @param patterns Not NULL.
 * @param options NULL for no options. Only `within_sentences` and `unwrap` have an effect.
 * @param codes As in tp_analyzer_grouped_statistics(). Not used if `group_count` is 0.
 * @param code_count The number of documents.
 * @param group_count The number of groups, at most UINT32_MAX; 0 for the numbers of all documents together.
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return As tp_analyzer_concordance() and tp_analyzer_grouped_statistics().
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_count_matches(const tp_analyzer *analyzer, const tp_patterns *patterns,
                                           const tp_concordance_options *options, const uint32_t *codes,
                                           size_t code_count, size_t group_count, struct ArrowArrayStream *stream);

/* ---- Association: measures for tables of two rows and two columns ---- */

/**
 * A measure of association for a table with the cells O11, O12, O21 and O22. R1 and R2 are the sums of the rows, C1
 * and C2 those of the columns, N is the sum of all cells, and E11 to E22 are the expected counts: E11 = R1 C1 / N.
 * Logarithms have base 2, except ln. For keyness, row 1 is the target, row 2 is the reference, and column 1 is the
 * term.
 * @since 1.1
 */
typedef size_t tp_measure;

/** The values of tp_measure. The comments give the formulas. */
enum {
  /** Pointwise mutual information: log(O11/E11). */
  TP_MEASURE_PMI = 0,
  /** log(O11 squared / E11). */
  TP_MEASURE_PMI2 = 1,
  /** log(O11 cubed / E11). */
  TP_MEASURE_MI3 = 2,
  /** Normalized pointwise mutual information: ln(O11/E11) / -ln(O11/N), from -1 to 1. */
  TP_MEASURE_NPMI = 3,
  /** log(O11/E11) ln(O11 + 1). */
  TP_MEASURE_MI_LOG_F = 4,
  /** (O11 - E11) / sqrt(O11). */
  TP_MEASURE_T = 5,
  /** (O11 - E11) / sqrt(E11). */
  TP_MEASURE_Z = 6,
  /** The log-likelihood ratio of Dunning: 2 times the sum of O ln(O/E) over the four cells. */
  TP_MEASURE_G2 = 7,
  /** 2 (O11 ln(O11/E11) - (O11 - E11)). */
  TP_MEASURE_SIMPLE_LL = 8,
  /** Pearson's chi-squared. */
  TP_MEASURE_CHI2 = 9,
  /** Chi-squared with the correction of Yates. */
  TP_MEASURE_CHI2_YATES = 10,
  /** 2 O11 / (R1 + C1). */
  TP_MEASURE_DICE = 11,
  /** 14 + log(dice). */
  TP_MEASURE_LOG_DICE = 12,
  /** O11 / (O11 + O12 + O21). */
  TP_MEASURE_JACCARD = 13,
  /** Minimum sensitivity: the smaller of O11/R1 and O11/C1. */
  TP_MEASURE_MS = 14,
  /** O11/R1 - O21/R2. */
  TP_MEASURE_DELTA_P21 = 15,
  /** O11/C1 - O12/C2. */
  TP_MEASURE_DELTA_P12 = 16,
  /** (O11 O22 - O12 O21) / (C1 C2). */
  TP_MEASURE_LIDDELL = 17,
  /** The odds ratio, with 1/2 added to each cell. */
  TP_MEASURE_ODDS_RATIO_DISC = 18,
  /** log(((O11 + 1/2) / (R1 + 1/2)) / ((O21 + 1/2) / (R2 + 1/2))). */
  TP_MEASURE_LOG_RATIO_WALTER = 19,
  /** Fisher's exact test: the probability of O11 or more. */
  TP_MEASURE_FISHER = 20,
  /** O11 (log(O11/E11) - 1). */
  TP_MEASURE_POISSON_STIRLING = 21,
  /** The natural logarithm of TP_MEASURE_ODDS_RATIO_DISC. */
  TP_MEASURE_LAMBDA = 22,
  /** TP_MEASURE_LAMBDA divided by its standard error. */
  TP_MEASURE_LAMBDA_Z = 23,
  /** The log-likelihood of Rayson and Garside: the two terms of column 1 of TP_MEASURE_G2. */
  TP_MEASURE_G2_RAYSON = 24,
  /** The log ratio of Hardie: log((O11/R1) / (O21/R2)), where an O of 0 counts as 1/2. */
  TP_MEASURE_LOG_RATIO = 25,
  /** 100 (O11/R1 - O21/R2) / (O21/R2). */
  TP_MEASURE_PERCENT_DIFF = 26,
  /** TP_MEASURE_G2 - ln(N). */
  TP_MEASURE_BIC = 27,
  /** TP_MEASURE_G2 / (N ln(the smallest E)). NaN if the smallest E is at most 1. */
  TP_MEASURE_ELL = 28,
  /** (O11/R1) / (O21/R2). */
  TP_MEASURE_RELATIVE_RISK = 29,
  /** (O11 O22) / (O12 O21). */
  TP_MEASURE_ODDS_RATIO = 30,
  /** The ratio of the rates per million after `smoothing` is added to both. */
  TP_MEASURE_SIMPLE_MATHS = 31,
  /** The weighted log-odds ratio with a Dirichlet prior, of Monroe, Colaresi and Quinn. */
  TP_MEASURE_LOG_ODDS = 32,
  /** TP_MEASURE_LOG_ODDS divided by its standard error. */
  TP_MEASURE_LOG_ODDS_Z = 33,
  /** Fisher's exact test: the probability of all tables that are at most as likely. */
  TP_MEASURE_FISHER_TWO_SIDED = 34,
  /** O11/E11 (Mikolov et al. 2013). With TP_CONVENTION_GENSIM, the formula of gensim: `min_count` is subtracted from
   * O11, and N is the number of distinct words and pairs. */
  TP_MEASURE_MIKOLOV = 35
};

/** How p-values are adjusted for the number of tests. @since 1.1 */
typedef size_t tp_correction;

/** The values of tp_correction. */
enum {
  /** p-values stay as they are. */
  TP_CORRECTION_NONE = 0,
  /** The method of Bonferroni: each p-value is multiplied by the number of tests; the largest result is 1. */
  TP_CORRECTION_BONFERRONI = 1,
  /** The method of Holm: it controls the same error rate as the method of Bonferroni. */
  TP_CORRECTION_HOLM = 2,
  /** The method of Benjamini and Hochberg: it controls the false discovery rate. */
  TP_CORRECTION_BH = 3
};

/** Options of tp_association(). @since 1.1 */
typedef struct tp_association_options {
  /** sizeof(tp_association_options) */
  size_t struct_size;
  /** Yes: statistics that are never negative (G2, SIMPLE_LL, CHI2, CHI2_YATES, G2_RAYSON) get the sign of O11 - E11. */
  size_t is_signed;
  /** The number that TP_MEASURE_SIMPLE_MATHS adds to both rates. NULL for 1. */
  const double *smoothing;
  /** The prior count of a term, for TP_MEASURE_LOG_ODDS and TP_MEASURE_LOG_ODDS_Z. NULL for 0.01. */
  const double *prior;
  /** The sum of the prior counts of all terms. NULL for `prior` times the number of tables. */
  const double *prior_total;
} tp_association_options;

/**
 * Gives the score of each table. A count of 0 is not an error: zero divided by zero gives NaN, and a positive number
 * divided by zero gives infinity. If a row or a column of a table has only zeros, G2, SIMPLE_LL, CHI2 and CHI2_YATES
 * are 0, and measures of mutual information are NaN. Fisher's tests are NaN if a cell is not a whole number.
 * @param measure A value of tp_measure.
 * @param o11 `count` aligned numbers that are not negative. May be NULL if `count` is 0.
 * @param o12 As `o11`.
 * @param o21 As `o11`.
 * @param o22 As `o11`.
 * @param count The number of tables.
 * @param options NULL for defaults.
 * @param[out] scores Not NULL. An array of float64. Release it.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if there is no such measure.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_association(tp_measure measure, const double *o11, const double *o12, const double *o21,
                                const double *o22, size_t count, const tp_association_options *options,
                                struct ArrowArray *scores);

/**
 * Gives the p-value of each score. For TP_MEASURE_G2, G2_RAYSON, CHI2 and CHI2_YATES, it is the p-value of chi-squared
 * with one degree of freedom. For TP_MEASURE_Z, LAMBDA_Z and LOG_ODDS_Z, it is the two-sided p-value of the normal
 * distribution. Scores of TP_MEASURE_FISHER and FISHER_TWO_SIDED are p-values already: use one of these measures to
 * adjust your own p-values.
 * @param measure A value of tp_measure.
 * @param scores `count` aligned numbers. May be NULL if `count` is 0.
 * @param count The number of scores.
 * @param correction How to adjust the p-values. A score of NaN gives NaN, and does not count as a test.
 * @param[out] p_values Not NULL. An array of float64. Release it.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if there is no such measure or correction, or the measure
 * has no p-values.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_association_p_values(tp_measure measure, const double *scores, size_t count,
                                         tp_correction correction, struct ArrowArray *p_values);

/* ---- Keyness and dispersion ---- */

/** The code of a document of the target, for tp_analyzer_keyness(). Since 1.1. */
#define TP_TARGET 0

/** The code of a document of the reference, for tp_analyzer_keyness(). Since 1.1. */
#define TP_REFERENCE 1

/** Options of tp_analyzer_keyness(). @since 1.1 */
typedef struct tp_keyness_options {
  /** sizeof(tp_keyness_options) */
  size_t struct_size;
  /** The measures, in the order of their columns; all different. NULL for no measures. */
  const tp_measure *measures;
  /** The number of measures. */
  size_t measure_count;
  /** The minimal number of tokens of a term in the target and the reference together; 0 for 1. */
  size_t min_count;
  /** The maximal number of rows of a comparison; 0 for all rows. */
  size_t limit;
  /** Yes: statistics that are never negative get no sign. No: they get the sign of O11 - E11. */
  size_t is_unsigned;
  /** How p-values are adjusted. Each term that has `min_count` tokens is a test. */
  tp_correction correction;
  /** As in tp_association_options. */
  const double *smoothing;
  /** The prior count of each term, as in tp_association_options. */
  const double *prior;
} tp_keyness_options;

/**
 * Compares how often terms occur in a target and in a reference. Each term that occurs in one of them has a row. The
 * columns are (term: utf8, target_count: uint64, reference_count: uint64, target_per_million: double,
 * reference_per_million: double, target_documents: uint64, reference_documents: uint64), then a column of double for
 * each measure, with the name of the measure in lower case ("g2"). If a measure has p-values, the last column is (p:
 * double): the p-values of the first such measure. Rows are sorted by the first measure, the largest score first, or
 * the smallest p-value of Fisher's tests; then by the sum of both counts, and then by first appearance.
 *
 *     const uint32_t codes[] = {TP_TARGET, TP_REFERENCE, TP_NO_GROUP, TP_TARGET};
 *     const tp_measure measures[] = {TP_MEASURE_G2, TP_MEASURE_LOG_RATIO};
 *     tp_keyness_options options = {.struct_size = sizeof options, .measures = measures, .measure_count = 2};
 *     tp_analyzer_keyness(analyzer, codes, 4, NULL, NULL, 0, &options, 0, &stream);
 *
 * @param analyzer Not NULL.
 * @param codes The code of each document: TP_TARGET, TP_REFERENCE, or TP_NO_GROUP to leave the document out. May be
 * NULL if `code_count` is 0.
 * @param code_count The number of documents.
 * @param other Another analyzer with documents of the target or the reference; terms are compared as strings. NULL for
 * no other analyzer.
 * @param other_codes The code of each document of `other`. May be NULL if `other_code_count` is 0.
 * @param other_code_count The number of documents of `other`.
 * @param options NULL for defaults: no measures. Without measures, rows are sorted by the sum of both counts.
 * @param batch_rows As in tp_analyzer_term_frequencies().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, a common error, TP_ERROR_TEXT_NOT_STORED, TP_ERROR_TERMS_PENDING (of `analyzer` or of `other`), or
 * TP_ERROR_INVALID_ARGUMENT if a number of codes is not the number of documents, a code is not valid, the target or the
 * reference has no tokens, an option is not valid, or there is a correction but no measure that has p-values.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_keyness(const tp_analyzer *analyzer, const uint32_t *codes, size_t code_count,
                                     const tp_analyzer *other, const uint32_t *other_codes, size_t other_code_count,
                                     const tp_keyness_options *options, size_t batch_rows,
                                     struct ArrowArrayStream *stream);

/**
 * Compares each group of documents with all other groups, as tp_analyzer_keyness() compares a target with a reference.
 * The first column is (group: uint32), the code of the target. The rows are in the order of the codes. A group without
 * tokens has no rows.
 * @param analyzer Not NULL.
 * @param codes As in tp_analyzer_grouped_terms().
 * @param code_count As in tp_analyzer_grouped_terms().
 * @param options As in tp_analyzer_keyness(); `limit` is the maximal number of rows of a group.
 * @param batch_rows As in tp_analyzer_term_frequencies().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return As tp_analyzer_keyness(); TP_ERROR_INVALID_ARGUMENT also if only one group has tokens.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_grouped_keyness(const tp_analyzer *analyzer, const uint32_t *codes, size_t code_count,
                                             const tp_keyness_options *options, size_t batch_rows,
                                             struct ArrowArrayStream *stream);

/**
 * A measure of dispersion: how evenly a term occurs. There are n parts. For each part, s is its share of all tokens, f
 * is the count of the term in it, v is f / F, and p is f divided by the number of tokens of the part. F is the sum of
 * all f, and N is the number of all tokens. The numbers d are the distances between an occurrence and the next one; the
 * last distance is that from the last occurrence to the first one, as if the text were a circle.
 * @since 1.1
 */
typedef size_t tp_dispersion;

/** The values of tp_dispersion. The comments give the formulas. */
enum {
  /** The number of parts that have the term. */
  TP_DISPERSION_RANGE = 0,
  /** The deviation of proportions of Gries: half the sum of |v - s|. */
  TP_DISPERSION_DP = 1,
  /** TP_DISPERSION_DP / (1 - the smallest s). */
  TP_DISPERSION_DPNORM = 2,
  /** Juilland's D: 1 - (standard deviation of p / mean of p) / sqrt(n - 1). */
  TP_DISPERSION_D = 3,
  /** Carroll's D2: the entropy of p / sum of p, divided by log(n). */
  TP_DISPERSION_D2 = 4,
  /** Rosengren's S: the square of the sum of sqrt(s f), divided by F. */
  TP_DISPERSION_S = 5,
  /** Lyne's D3: 1 - chi-squared / (4 F). */
  TP_DISPERSION_D3 = 6,
  /** The distributional consistency: the square of the sum of sqrt(f), divided by n F. */
  TP_DISPERSION_DC = 7,
  /** 1 - (mean of |p - p'| over all pairs of parts) / (2 mean of p). */
  TP_DISPERSION_DA = 8,
  /** The divergence of Kullback and Leibler: the sum of v log2(v / s). */
  TP_DISPERSION_KLD = 9,
  /** 1 - exp(-TP_DISPERSION_KLD). */
  TP_DISPERSION_KLDNORM = 10,
  /** The average reduced frequency: the sum of min(d, N/F), divided by N/F. */
  TP_DISPERSION_ARF = 11,
  /** The average logarithmic distance: the sum of (d/N) log10(d). */
  TP_DISPERSION_ALD = 12,
  /** The average waiting time: (1 + the sum of d squared / N) / 2. */
  TP_DISPERSION_AWT = 13
};

/** Options of tp_analyzer_dispersion(). @since 1.1 */
typedef struct tp_dispersion_options {
  /** sizeof(tp_dispersion_options) */
  size_t struct_size;
  /** The measures, in the order of their columns; all different. NULL for no measures. */
  const tp_dispersion *measures;
  /** The number of measures. */
  size_t measure_count;
  /** The terms to list, in UTF-8; terms that do not occur are not listed. NULL for all terms. */
  const char *const *terms;
  /** The length of each term in bytes. */
  const size_t *term_lengths;
  /** The number of terms. */
  size_t term_count;
  /** The minimal number of tokens of a term; 0 for 1. */
  size_t min_count;
  /** The number of parts that follow each other in the text of all documents; their numbers of tokens differ by at most
   * one. 0 if there are codes, or if each document is a part. Less than UINT32_MAX. */
  size_t runs;
  /** Yes: all parts count as equally large, as in the older literature. */
  size_t equal_parts;
} tp_dispersion_options;

/**
 * Gives the dispersion of terms over the parts of the documents. The columns are (term: utf8, count: uint64, parts:
 * uint32, empty_parts: uint32), and then a column of double for each measure, with the name of the measure in lower
 * case ("dpnorm"); the type of TP_DISPERSION_RANGE is uint32. `parts` is the number of parts that have tokens;
 * `empty_parts` is the number of parts without tokens, which are left out. If only one part has tokens, only RANGE,
 * ARF, ALD and AWT are numbers; the other measures are NaN. Rows are sorted by count, the largest first, and then by
 * first appearance.
 * @param analyzer Not NULL.
 * @param codes The code of the part of each document, or TP_NO_GROUP to leave the document out. NULL if each document
 * is a part, or if `runs` is not 0.
 * @param code_count The number of documents; 0 if `codes` is NULL.
 * @param options NULL for defaults: each document is a part, and there are no measures.
 * @param batch_rows As in tp_analyzer_term_frequencies().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, a common error, TP_ERROR_TEXT_NOT_STORED, TP_ERROR_TERMS_PENDING, or TP_ERROR_INVALID_ARGUMENT if
 * `code_count` is not the number of documents, an option is not valid, or there are both codes and `runs`.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_dispersion(const tp_analyzer *analyzer, const uint32_t *codes, size_t code_count,
                                        const tp_dispersion_options *options, size_t batch_rows,
                                        struct ArrowArrayStream *stream);

/* ---- Terms that occur together ---- */

/** How windows or tokens are counted, and which formulas the measures have. @since 1.1 */
typedef size_t tp_convention;

/** The values of tp_convention. */
enum {
  /** Counts all windows of n tokens, and each term only at its place in a window. */
  TP_CONVENTION_EXACT = 0,
  /** As in NLTK: counts all tokens, and each term at every place in the text. */
  TP_CONVENTION_NLTK = 1,
  /** As in Phrases of gensim: counts all tokens, and each term at every place in the text. */
  TP_CONVENTION_GENSIM = 2,
  /** As in textstat_collocations() of quanteda: counts in the same way as TP_CONVENTION_EXACT. */
  TP_CONVENTION_QUANTEDA = 3
};

/** Options of tp_analyzer_collocations(). @since 1.1 */
typedef struct tp_collocation_options {
  /** sizeof(tp_collocation_options) */
  size_t struct_size;
  /** The number of terms, from 2 to 5; at most 4 with TP_CONVENTION_NLTK, and 2 with TP_CONVENTION_GENSIM. 0 stands for
   * 2. */
  size_t n;
  /** The measures; all different. The first measure sorts the rows. May be NULL if `measure_count` is 0. */
  const tp_measure *measures;
  /** The number of `measures`. */
  size_t measure_count;
  /** The minimal count of a row. */
  size_t min_count;
  /** The minimal number of documents in which the terms of a row follow each other. */
  size_t min_documents;
  /** Yes: the words before and after a word without a term are adjacent. No: the word leaves a gap. */
  size_t closes_gaps;
  /** Yes: the terms of a row must be in one sentence. No: they must be in one document. */
  size_t within_sentences;
  /** Yes: a line end inside a paragraph counts as a space when sentences are found, as in tp_sentences(). */
  size_t unwrap;
  /** The counts and formulas. */
  tp_convention convention;
  /** The maximal number of rows, of each group if documents are in groups; 0 for all rows. */
  size_t limit;
} tp_collocation_options;

/**
 * Gives adjacent terms, and scores for how much more often they occur together than by chance. The columns are (term_1:
 * utf8, ..., term_n: utf8, count: uint64, documents: uint64), and a column of type double for each measure, with its
 * name. The rows are sorted by the first measure, the largest score first, or the smallest p-value; then by count, then
 * by first appearance. Without measures, they are sorted by count. A score that is not defined is NaN, and its row
 * comes last. Statistics that are never negative, such as G2, get a minus if O11 is smaller than E11, except with
 * TP_CONVENTION_NLTK.
 *
 * The counts of a row are in a table with a cell for each set of places from 1 to n: the number of windows of n tokens
 * that have the terms of the row at exactly these places. Windows with gaps count too, so dropped words do not change
 * the scores of other words.
 *
 *     const tp_measure measures[] = {TP_MEASURE_G2, TP_MEASURE_PMI};
 *     tp_collocation_options options = {sizeof options, 2, measures, 2, 5};
 *     tp_analyzer_collocations(analyzer, NULL, 0, &options, 0, &stream);
 *
 * @param analyzer Not NULL.
 * @param codes NULL for all documents together. Otherwise the code of each document, as in tp_analyzer_grouped_terms():
 * each group is counted separately, and the first column is (group: uint32).
 * @param code_count The number of documents; 0 if `codes` is NULL.
 * @param options NULL for the defaults.
 * @param batch_rows As in tp_analyzer_ngrams().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return TP_OK, a common error, TP_ERROR_TEXT_NOT_STORED, TP_ERROR_TERMS_PENDING, or TP_ERROR_INVALID_ARGUMENT if
 * `code_count` is not the number of documents, or an option is not valid, such as a measure that is only for two terms.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_collocations(const tp_analyzer *analyzer, const uint32_t *codes, size_t code_count,
                                          const tp_collocation_options *options, size_t batch_rows,
                                          struct ArrowArrayStream *stream);

/** Options of tp_analyzer_collocates(). @since 1.1 */
typedef struct tp_collocate_options {
  /** sizeof(tp_collocate_options) */
  size_t struct_size;
  /** The number of words of the window before a node. */
  size_t left;
  /** The number of words of the window after a node. */
  size_t right;
  /** As in tp_collocation_options. */
  const tp_measure *measures;
  /** The number of `measures`. */
  size_t measure_count;
  /** The minimal count of a row; 0 for 1. */
  size_t min_count;
  /** Yes: a word without a term has no place in a window. No: the word keeps its place. */
  size_t closes_gaps;
  /** Yes: windows do not cross the end of a sentence. */
  size_t within_sentences;
  /** As in tp_collocation_options. */
  size_t unwrap;
  /** TP_CONVENTION_EXACT or TP_CONVENTION_NLTK. */
  tp_convention convention;
  /** The maximal number of rows, of each group if documents are in groups; 0 for all rows. */
  size_t limit;
} tp_collocate_options;

/**
 * Gives the terms near a node, and scores for how much more often they occur there than elsewhere. A node is a match of
 * a pattern; the words before and after it are its window. The columns are (term: utf8, count: uint64, frequency:
 * uint64, documents: uint64), and a column of type double for each measure, with its name. The rows are sorted as in
 * tp_analyzer_collocations().
 *
 * With TP_CONVENTION_EXACT, `count` is the number of tokens of the term that are in windows; a token in the windows of
 * two nodes counts once. `frequency` is the number of tokens of the term outside nodes. The scores compare the tokens
 * in windows with the other tokens outside nodes (Evert's surface co-occurrence). With TP_CONVENTION_NLTK, `count` is
 * the number of pairs of a node and a token of the term in its window. After `term`, there is a column (side: utf8)
 * with the side of the node on which the term is, "left" or "right". `frequency` is the number of all tokens of the
 * term. The scores are those of NLTK's BigramCollocationFinder, whose window has one word more than this window.
 * @param analyzer Not NULL.
 * @param node The patterns of the node. Not NULL.
 * @param barriers Patterns of words at which windows end: a word that matches one is the last word of a window. May be
 * NULL.
 * @param codes As in tp_analyzer_collocations().
 * @param code_count As in tp_analyzer_collocations().
 * @param options NULL for the defaults: windows without words.
 * @param batch_rows As in tp_analyzer_ngrams().
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies().
 * @return As tp_analyzer_collocations(), or TP_ERROR_INVALID_PATTERN if a pattern has no slot.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_collocates(const tp_analyzer *analyzer, const tp_patterns *node,
                                        const tp_patterns *barriers, const uint32_t *codes, size_t code_count,
                                        const tp_collocate_options *options, size_t batch_rows,
                                        struct ArrowArrayStream *stream);

/* ---- Sentiment by a lexicon ---- */

/** Words, and a value for each word. A lexicon never changes. @since 1.1 */
typedef struct tp_lexicon tp_lexicon;

/**
 * Makes a lexicon.
 * @param text `length` bytes of UTF-8 with one entry per line: a word, a tab and a finite number, such as "good\t1.5".
 * The library ignores text after a second tab, whitespace at the beginning and the end of a line, and blank lines. If a
 * word has several entries, the library uses the last entry. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @param[out] lexicon Not NULL. Free it with tp_lexicon_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the offset), or TP_ERROR_INVALID_LEXICON if a line has no
 * tab, a value is not a finite number, or a word contains whitespace.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_lexicon_new(const char *text, size_t length, tp_lexicon **lexicon);

/**
 * Frees a lexicon.
 * @param lexicon May be NULL. Invalid after this call.
 * @threads Any, but not while another thread uses the lexicon.
 * @since 1.1
 */
TP_API void tp_lexicon_free(tp_lexicon *lexicon);

/**
 * Gives the number of distinct words of a lexicon.
 * @param lexicon Not NULL.
 * @param[out] words Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_lexicon_word_count(const tp_lexicon *lexicon, uint64_t *words);

/**
 * Gives the value of a word. It finds the word only if you write it exactly as in the lexicon.
 * @param lexicon Not NULL.
 * @param word `length` bytes. May be NULL if `length` is 0.
 * @param length The length of `word` in bytes.
 * @param[out] value Not NULL. 0 if the lexicon does not have the word.
 * @param[out] found Not NULL. Whether the lexicon has the word.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_lexicon_find(const tp_lexicon *lexicon, const char *word, size_t length, double *value,
                                 bool *found);

/**
 * Gives the sum of the values of all words of an analyzer, divided by the number of documents. The value of a word is
 * the value of its term in the lexicon; 0 if the lexicon does not have the term.
 * @param analyzer Not NULL.
 * @param lexicon Not NULL.
 * @param[out] sentiment Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_NO_DOCUMENTS.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_sentiment_with(const tp_analyzer *analyzer, const tp_lexicon *lexicon, double *sentiment);

/**
 * Gives one sum for each document, in the order of the documents: the sum of the values of its words.
 * @param analyzer Not NULL.
 * @param lexicon As in tp_analyzer_sentiment_with(). NULL for the six words of tp_analyzer_sentiment().
 * @param[out] sentiments Not NULL. An array of float64. Release it. It stays valid if the analyzer is freed.
 * @return TP_OK, a common error, or TP_ERROR_TEXT_NOT_STORED.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_document_sentiments(const tp_analyzer *analyzer, const tp_lexicon *lexicon,
                                                 struct ArrowArray *sentiments);

/* ---- Sentiment by the rules of VADER ---- */

/** A scorer with the rules of VADER (C. J. Hutto, E. Gilbert, 2014), valences of words and descriptions of emoji. It
 * gives the same scores as vaderSentiment 3.3.2. A scorer never changes. @since 1.1 */
typedef struct tp_vader tp_vader;

/** How to add up the valences of a text. This can decide whether their sum is exactly 0. @since 1.1 */
typedef size_t tp_summation;

/** The values of tp_summation. */
enum {
  /** One after the other, as in Python's sum() up to 3.11. */
  TP_SUMMATION_PLAIN = 0,
  /** One after the other, but the rounding errors are added at the end, except the error of adding an integer. Valences
   * of idioms are integers. */
  TP_SUMMATION_COMPENSATED_FLOATS = 1,
  /** One after the other, but all rounding errors are added at the end. */
  TP_SUMMATION_COMPENSATED = 2
};

/** Options of a tp_vader: extensions of VADER, threads and summation. @since 1.1 */
typedef struct tp_vader_options {
  /** sizeof(tp_vader_options) */
  size_t struct_size;
  /** The number of threads for scoring many texts; 0 for tp_default_threads(). Results do not depend on it. */
  size_t threads;
  /** More boosters and dampeners: words that make the next word stronger or weaker. A text in UTF-8 with one entry per
   * line: one to three words, a tab, and the number that these words add to the valence of the next word, such as
   * "mega\t0.293". May be NULL if its length is 0. */
  const char *boosters;
  /** The length of `boosters` in bytes. */
  size_t boosters_length;
  /** More words that negate, such as "not". May be NULL if `negation_count` is 0. */
  const char *const *negations;
  /** The lengths of `negations` in bytes. */
  const size_t *negation_lengths;
  /** The number of `negations`. */
  size_t negation_count;
  /** Idioms: a text in UTF-8 with one entry per line: several words, a tab and a valence, such as "on the ball\t2". If
   * these words follow each other in a text, in upper or lower case, they count as one word of the lexicon. May be NULL
   * if its length is 0. */
  const char *idioms;
  /** The length of `idioms` in bytes. */
  size_t idioms_length;
  /** Yes: the library replaces the longest known emoji by its description, also an emoji of several code points. No: it
   * replaces each code point separately, as in VADER. */
  size_t long_emoji;
  /** How to add up valences. */
  tp_summation summation;
} tp_vader_options;

/** The scores of a text. All are 0 if the text has no words. @since 1.1 */
typedef struct tp_vader_scores {
  /** The negative share of the text, from 0 to 1, rounded to three digits. */
  double neg;
  /** The neutral share of the text, as `neg`. */
  double neu;
  /** The positive share of the text, as `neg`. */
  double pos;
  /** The sum of the valences of all words, scaled to a number from -1 to 1, rounded to four digits. */
  double compound;
} tp_vader_scores;

/**
 * Makes a tp_vader from lists of words. The library uses the lists only during the call.
 * @param lexicon `lexicon_length` bytes of UTF-8 in the format of vader_lexicon.txt of vaderSentiment, with one entry
 * per line: a word in lower case, a tab and its valence. The library ignores text after a second tab. May be NULL if
 * `lexicon_length` is 0.
 * @param lexicon_length The length of `lexicon` in bytes.
 * @param emoji `emoji_length` bytes of UTF-8 in the format of emoji_utf8_lexicon.txt of vaderSentiment, with one entry
 * per line: an emoji, a tab and its description. May be NULL if `emoji_length` is 0.
 * @param emoji_length The length of `emoji` in bytes.
 * @param options NULL for the defaults.
 * @param[out] vader Not NULL. Free it with tp_vader_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the offset), TP_ERROR_INVALID_LEXICON, or
 * TP_ERROR_INVALID_ARGUMENT if an option is not valid, or TEXT_PROCESSOR_NUM_THREADS is not a valid number of threads.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_vader_new(const char *lexicon, size_t lexicon_length, const char *emoji, size_t emoji_length,
                              const tp_vader_options *options, tp_vader **vader);

/**
 * Frees a tp_vader.
 * @param vader May be NULL. Invalid after this call.
 * @threads Any, but not while another thread uses it.
 * @since 1.1
 */
TP_API void tp_vader_free(tp_vader *vader);

/**
 * Scores a text. The time is proportional to its length.
 * @param vader Not NULL.
 * @param text `length` bytes of UTF-8. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @param[out] scores Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8 (with the offset).
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_vader_score(const tp_vader *vader, const char *text, size_t length, tp_vader_scores *scores);

/**
 * Scores many texts on all threads of the tp_vader. The table has one row per text, and the columns (neg: float64, neu:
 * float64, pos: float64, compound: float64).
 * @param vader Not NULL.
 * @param texts `count` pointers to UTF-8. May be NULL if `count` is 0; each may be NULL if its length is 0.
 * @param lengths The length of each text in bytes. May be NULL if `count` is 0.
 * @param count The number of texts.
 * @param[out] stream Not NULL. As in tp_analyzer_term_frequencies(). The stream has one batch.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8 (with the offset; tp_last_error_document() returns the index
 * of the text).
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_vader_score_texts(const tp_vader *vader, const char *const *texts, const size_t *lengths,
                                      size_t count, struct ArrowArrayStream *stream);

/**
 * Scores the rows of a column, as tp_vader_score_texts() does. With TP_BLANK_KEEP, all scores of a null are NaN, so
 * there are scores for each row. With TP_BLANK_SKIP, nulls have no scores. A blank text is not missing: its scores are
 * 0.
 * @param vader Not NULL.
 * @param column Not NULL.
 * @param[out] stream Not NULL. As in tp_vader_score_texts().
 * @return As tp_vader_score_texts(), TP_ERROR_MISSING_TEXT, or TP_ERROR_INVALID_ARGUMENT as in tp_column_shape().
 * tp_last_error_document() returns the number of the wrong row in the array.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_vader_score_column(const tp_vader *vader, const tp_column *column,
                                       struct ArrowArrayStream *stream);

/**
 * Splits a text at each separator, for example into lines, and scores each part. The number of parts is the number of
 * separators plus 1.
 * @param vader Not NULL.
 * @param text `length` bytes of UTF-8. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @param separator A byte of ASCII.
 * @param parts The number of parts that the text must have; 0 for any number. Use it if you join texts and one of them
 * may contain the separator.
 * @param[out] stream Not NULL. As in tp_vader_score_texts().
 * @return As tp_vader_score_texts(), or TP_ERROR_INVALID_ARGUMENT if `separator` is not ASCII or the number of parts is
 * not `parts`.
 * @threads Any; only one thread may use the stream at a time.
 * @since 1.1
 */
TP_API tp_status tp_vader_score_separated(const tp_vader *vader, const char *text, size_t length, char separator,
                                          size_t parts, struct ArrowArrayStream *stream);

/* ---- Document-term matrices, with the counts of scikit-learn ---- */

/**
 * The rules that find features in documents, and the known features, each with the number of its column. A feature is a
 * term, or several terms that follow each other (an n-gram). A vectorizer never changes.
 * @since 1.1
 */
typedef struct tp_vectorizer tp_vectorizer;

/**
 * The count of each feature in each document: one row per document, one column per feature. First add documents. The
 * first call of another function, such as tp_matrix_shape(), makes the matrix; after this call you cannot add
 * documents. If you get an error when you add documents or when the matrix is made, you can only free the matrix,
 * except after TP_ERROR_NULL_POINTER and TP_ERROR_INVALID_ARGUMENT.
 * @since 1.1
 */
typedef struct tp_matrix tp_matrix;

/** The kind of terms that features consist of. @since 1.1 */
typedef size_t tp_features;

/** The values of tp_features. */
enum {
  /** Words of two or more letters, digits or underscores, exactly as scikit-learn finds them. */
  TP_FEATURES_WORDS = 0,
  /** The same words, and also words of one letter, digit or underscore. */
  TP_FEATURES_ALL_WORDS = 1,
  /** Characters. Whitespace characters that follow each other count as one space. */
  TP_FEATURES_CHARACTERS = 2,
  /** Characters within words. Words are separated by whitespace, and each one gets a space before and after it. */
  TP_FEATURES_CHARACTERS_IN_WORDS = 3
};

/** Options of a vectorizer. @since 1.1 */
typedef struct tp_vectorizer_options {
  /** sizeof(tp_vectorizer_options) */
  size_t struct_size;
  /** The number of threads; 0 for tp_default_threads(). Results do not depend on it. */
  size_t threads;
  /** The kind of terms. */
  tp_features features;
  /** The minimal number of terms in a feature; 0 for 1. */
  size_t ngrams_from;
  /** The maximal number of terms in a feature; 0 for the minimal number. */
  size_t ngrams_to;
  /** Yes: upper case stays. No: the library converts text to lower case, as in Python's str.lower(). */
  size_t keeps_case;
  /** The treatment of accents. */
  tp_accents accents;
  /** Words to skip. May be NULL if `stop_word_count` is 0. */
  const char *const *stop_words;
  /** The lengths of `stop_words` in bytes. */
  const size_t *stop_word_lengths;
  /** The number of `stop_words`. */
  size_t stop_word_count;
} tp_vectorizer_options;

/**
 * Makes a vectorizer without known features.
 * @param options NULL for the defaults.
 * @param[out] vectorizer Not NULL. Free it with tp_vectorizer_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (in a stop word: tp_last_error_document() returns its index), or
 * TP_ERROR_INVALID_ARGUMENT if an option is not valid, or TEXT_PROCESSOR_NUM_THREADS is not a valid number of threads.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_vectorizer_new(const tp_vectorizer_options *options, tp_vectorizer **vectorizer);

/**
 * Frees a vectorizer. Its matrices stay valid.
 * @param vectorizer May be NULL. Invalid after this call.
 * @threads Any, but not while another thread uses it.
 * @since 1.1
 */
TP_API void tp_vectorizer_free(tp_vectorizer *vectorizer);

/**
 * Makes a vectorizer that knows exactly these features, in this order. It has the options of another vectorizer.
 * @param vectorizer Not NULL.
 * @param terms `count` pointers to the names of features, in UTF-8. Separate the terms of an n-gram by a space. May be
 * NULL if `count` is 0; each may be NULL if its length is 0.
 * @param lengths The lengths of `terms` in bytes. May be NULL if `count` is 0.
 * @param count The number of features.
 * @param[out] fixed Not NULL. Free it with tp_vectorizer_free().
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8, or TP_ERROR_INVALID_ARGUMENT if a name occurs twice.
 * tp_last_error_document() returns the index of the name.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_vectorizer_with_terms(const tp_vectorizer *vectorizer, const char *const *terms,
                                          const size_t *lengths, size_t count, tp_vectorizer **fixed);

/**
 * Makes a vectorizer that knows the features of several vectorizers, sorted by their names. It has the options of the
 * first one. Features that first appear in the documents of an earlier vectorizer precede the others in the order of
 * tp_vectorizer_first_seen_order().
 * @param vectorizers `count` vectorizers, which do not change. Not NULL; none may be NULL.
 * @param count At least 1.
 * @param[out] merged Not NULL. Free it with tp_vectorizer_free().
 * @param[out] columns Not NULL. An array of int64: for each feature of the first vectorizer, then of the second one and
 * so on, the number of its column in `merged`. Release it.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if `count` is 0, or if the option `features` is not the
 * same in all vectorizers.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_vectorizer_merge(const tp_vectorizer *const *vectorizers, size_t count, tp_vectorizer **merged,
                                     struct ArrowArray *columns);

/**
 * Gives the number of known features.
 * @param vectorizer Not NULL.
 * @param[out] count Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_vectorizer_term_count(const tp_vectorizer *vectorizer, uint64_t *count);

/**
 * Gives the number of the column of a feature.
 * @param vectorizer Not NULL.
 * @param term The name of the feature, `length` bytes of UTF-8. May be NULL if `length` is 0.
 * @param length The length of `term` in bytes.
 * @param[out] id Not NULL. -1 if the feature is not known.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_vectorizer_find(const tp_vectorizer *vectorizer, const char *term, size_t length, int64_t *id);

/**
 * Gives the names of the features, in the order of their columns.
 * @param vectorizer Not NULL.
 * @param[out] terms Not NULL. An array of large_utf8. Release it.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_vectorizer_terms(const tp_vectorizer *vectorizer, struct ArrowArray *terms);

/**
 * Gives the numbers of the columns of the features, in the order in which the features first appear in the documents.
 * @param vectorizer Not NULL.
 * @param[out] ids Not NULL. An array of int64. Release it.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_vectorizer_first_seen_order(const tp_vectorizer *vectorizer, struct ArrowArray *ids);

/**
 * Makes an empty matrix.
 * @param vectorizer Not NULL.
 * @param grows If true, the matrix adds unknown features after the known ones, in order of first appearance; within a
 * document, features of fewer terms come first. If false, it skips unknown features.
 * @param[out] matrix Not NULL. Free it with tp_matrix_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if the vectorizer has the terms of an analyzer.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_matrix_new(const tp_vectorizer *vectorizer, bool grows, tp_matrix **matrix);

/**
 * Makes an empty matrix with a fixed number of columns. The column of a feature is the absolute value of the signed
 * MurmurHash3_x86_32 of its name, modulo `columns`. The matrix adds the counts of features with the same column.
 * @param vectorizer Not NULL. Only its options matter, not its known features.
 * @param columns From 1 to 2^31 - 1.
 * @param alternates If true, the matrix subtracts the counts of features with a negative hash. If false, it adds them.
 * @param[out] matrix Not NULL. Free it with tp_matrix_free().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if `columns` is not in this range, or if the vectorizer
 * has the terms of an analyzer.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_matrix_new_hashed(const tp_vectorizer *vectorizer, size_t columns, bool alternates,
                                      tp_matrix **matrix);

/**
 * Gives the count of each term, or of each n-gram of terms, in each document of an analyzer. The library does not read
 * the text again. The matrix is a copy: later changes of the analyzer do not change it. Columns are in order of first
 * appearance; call tp_matrix_sort() for the order of their names. You cannot add documents to the matrix.
 * tp_matrix_vectorizer() gives a vectorizer with the names of the columns, which cannot count other texts.
 *
 * This call indexes the documents, and copies the terms of their words. The next call for the matrix counts them;
 * tp_analyzer_update() and tp_matrix_update() do the same work in steps.
 * @param analyzer Not NULL.
 * @param ngrams_from The minimal number of terms in a feature; 0 for 1. Words without a term are ignored.
 * @param ngrams_to The maximal number of terms in a feature; 0 for the minimal number.
 * @param[out] matrix Not NULL. Free it with tp_matrix_free().
 * @return TP_OK, a common error, TP_ERROR_TEXT_NOT_STORED, TP_ERROR_TERMS_PENDING, or TP_ERROR_INVALID_ARGUMENT if
 * `ngrams_to` is less than `ngrams_from`.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_analyzer_document_term_matrix(const tp_analyzer *analyzer, size_t ngrams_from, size_t ngrams_to,
                                                  tp_matrix **matrix);

/**
 * Makes the matrix in steps, so that you can show progress or stop between two steps. Without this call, the next query
 * of the matrix does all of this work. If the features of a vectorizer are single words, the rows are made by the call
 * that needs them, such as tp_matrix_arrays(). You cannot add documents after this call.
 * @param matrix Not NULL.
 * @param milliseconds The approximate time of the step; 0 to do all of the work. The shortest step counts one document,
 * or some n-grams of a long document.
 * @param[out] done May be NULL. The work that is done.
 * @param[out] total May be NULL. All work, in the same unit. If it is equal to `done`, the matrix is made.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_matrix_update(tp_matrix *matrix, uint32_t milliseconds, uint64_t *done, uint64_t *total);

/**
 * Frees a matrix. The arrays that it gave you stay valid.
 * @param matrix May be NULL. Invalid after this call.
 * @threads Any, but not while another thread uses it.
 * @since 1.1
 */
TP_API void tp_matrix_free(tp_matrix *matrix);

/**
 * Adds documents. A document may be empty. The call finds the words of the documents, on all threads of the vectorizer
 * if the documents are long enough.
 * @param matrix Not NULL.
 * @param texts `count` pointers to UTF-8. May be NULL if `count` is 0; each may be NULL if its length is 0. If a
 * longer text is NULL, no document is added.
 * @param lengths The length of each text in bytes. May be NULL if `count` is 0.
 * @param count The number of documents.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the index of the document, and the offset in it), or
 * TP_ERROR_INVALID_ARGUMENT if the matrix is already made.
 * @threads Any; the order of the rows is the order of the calls.
 * @since 1.1
 */
TP_API tp_status tp_matrix_add_documents(tp_matrix *matrix, const char *const *texts, const size_t *lengths,
                                         size_t count);

/**
 * Adds the rows of a column as documents. A text may be blank. With TP_BLANK_KEEP, a null is a document without words,
 * so there is one row of the matrix for each row of the column. With TP_BLANK_SKIP, the call skips nulls.
 * @param matrix Not NULL.
 * @param column Not NULL. If a null is refused, or the column is not valid, no document is added.
 * @return As tp_matrix_add_documents(), TP_ERROR_MISSING_TEXT, or TP_ERROR_INVALID_ARGUMENT as in tp_column_shape().
 * tp_last_error_document() returns the number of the wrong row in the array.
 * @threads Any; the order of the rows is the order of the calls.
 * @since 1.1
 */
TP_API tp_status tp_matrix_add_column(tp_matrix *matrix, const tp_column *column);

/**
 * Splits a text at each separator, and adds each part as a document. Use it in languages in which a call takes more
 * time than the counting of one document.
 * @param matrix Not NULL.
 * @param text `length` bytes of UTF-8. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @param separator A byte of ASCII that is not a letter, a digit or an underscore.
 * @param parts The number of parts that the text must have; 0 for any number. If the text has another number, no
 * document is added.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the index of the document, and the offset in it), or
 * TP_ERROR_INVALID_ARGUMENT if the matrix is already made, the separator is not allowed, or the number of parts is not
 * `parts`.
 * @threads Any; the order of the rows is the order of the calls.
 * @since 1.1
 */
TP_API tp_status tp_matrix_add_separated(tp_matrix *matrix, const char *text, size_t length, char separator,
                                         size_t parts);

/**
 * Gives the size of a matrix.
 * @param matrix Not NULL.
 * @param[out] rows May be NULL. The number of documents.
 * @param[out] columns May be NULL. The number of features.
 * @param[out] entries May be NULL. The number of stored counts; 0 after tp_matrix_arrays().
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_matrix_shape(tp_matrix *matrix, uint64_t *rows, uint64_t *columns, uint64_t *entries);

/**
 * Sorts the columns by the bytes of the names of their features. Hashed columns do not change.
 * @param matrix Not NULL.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_matrix_sort(tp_matrix *matrix);

/**
 * Gives two numbers for each column: how many documents contain its feature, and the sum of its counts.
 * @param matrix Not NULL.
 * @param[out] documents Not NULL. An array of int64. Release it.
 * @param[out] counts Not NULL. As `documents`.
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_matrix_totals(tp_matrix *matrix, struct ArrowArray *documents, struct ArrowArray *counts);

/**
 * Removes columns. The other columns keep their order, and get new numbers.
 * @param matrix Not NULL.
 * @param is_kept One byte per column: 0 removes the column. May be NULL if `columns` is 0.
 * @param columns The number of columns of the matrix.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if the matrix has another number of columns, or hashed
 * columns.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_matrix_keep(tp_matrix *matrix, const uint8_t *is_kept, size_t columns);

/**
 * Replaces the rows of documents by the rows of groups of documents. The row of a group has the sums of the rows of its
 * documents; a group without documents has an empty row. The columns do not change.
 * @param matrix Not NULL. After an error, its rows have not changed.
 * @param codes The code of the group of each row: a number below `group_count`, or TP_NO_GROUP to leave the row out. May
 * be NULL if `code_count` is 0.
 * @param code_count The number of rows of the matrix.
 * @param group_count The number of groups, at most UINT32_MAX.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if the matrix has another number of rows, or a code is too
 * large: tp_last_error_document() returns its row.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_matrix_sum_groups(tp_matrix *matrix, const uint32_t *codes, size_t code_count, size_t group_count);

/**
 * Makes a vectorizer that has the same options, and knows the features of the columns that the matrix has now.
 * @param matrix Not NULL.
 * @param[out] vectorizer Not NULL. Free it with tp_vectorizer_free().
 * @return TP_OK, or a common error.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_matrix_vectorizer(tp_matrix *matrix, tp_vectorizer **vectorizer);

/** The type of the values of a matrix. @since 1.1 */
typedef size_t tp_value_type;

/** The values of tp_value_type. */
enum {
  /** int32 */
  TP_VALUE_INT32 = 0,
  /** int64 */
  TP_VALUE_INT64 = 1,
  /** float32 */
  TP_VALUE_FLOAT32 = 2,
  /** float64 */
  TP_VALUE_FLOAT64 = 3
};

/**
 * Moves the rows out of a matrix, as compressed rows (CSR) in three Arrow arrays. You may write to the memory of these
 * arrays. The entries of a row are in the order in which their features became known. This is the order of the columns,
 * unless you sorted the columns.
 * @param matrix Not NULL. Its rows are empty after the call.
 * @param value_type The type of the values.
 * @param is_binary If true, each value is 1 instead of a count.
 * @param[out] offset_size Not NULL. The bytes of an integer in `row_ends` and `columns`: 4 (int32), or 8 (int64) if
 * there are 2^31 entries or more.
 * @param[out] row_ends Not NULL. The places in the other two arrays where each row begins, and where the last row ends.
 * The number of integers is the number of rows plus 1. Release it.
 * @param[out] columns Not NULL. The column of each entry. Release it.
 * @param[out] values Not NULL. The value of each entry. Release it.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if `value_type` is not a value of tp_value_type. After
 * TP_ERROR_OUT_OF_MEMORY or TP_ERROR_STOPPED_BY_CALLBACK, rows may be lost.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_matrix_arrays(tp_matrix *matrix, tp_value_type value_type, bool is_binary, size_t *offset_size,
                                  struct ArrowArray *row_ends, struct ArrowArray *columns, struct ArrowArray *values);

/** The norm of a row. The library divides each row by its norm, except a row whose norm is 0. @since 1.1 */
typedef size_t tp_norm;

/** The values of tp_norm. */
enum {
  /** No norm: rows do not change. */
  TP_NORM_NONE = 0,
  /** The sum of the absolute values of the row. */
  TP_NORM_L1 = 1,
  /** The square root of the sum of the squares of the row. */
  TP_NORM_L2 = 2
};

/** How to make weights from counts. The library applies the members in their order. @since 1.1 */
typedef struct tp_weights {
  /** sizeof(tp_weights) */
  size_t struct_size;
  /** The number of threads; 0 for tp_default_threads(). */
  size_t threads;
  /** Yes: a value becomes 1 plus its natural logarithm. */
  size_t sublinear;
  /** A factor for each column: each value is multiplied by the factor of its column. NULL for no factors. */
  const double *column_weights;
  /** The number of factors. */
  size_t column_count;
  /** The kind of norm by which each row is divided. */
  tp_norm norm;
} tp_weights;

/**
 * Replaces the values of compressed rows by weights. The call uses all threads of `weights` if there are enough values.
 * @param weights The steps. NULL for no steps: then no value changes.
 * @param offset_size The bytes of an integer in `row_ends` and `columns`: 4 or 8.
 * @param row_ends `rows` + 1 aligned integers: the places where each row begins, and where the last row ends. Not NULL.
 * @param rows The number of rows.
 * @param columns The column of each value: `entries` aligned integers. May be NULL if `entries` is 0.
 * @param value_size The bytes of a value: 4 for float32, 8 for float64.
 * @param[in,out] values `entries` aligned numbers. May be NULL if `entries` is 0.
 * @param entries The number of values.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_ARGUMENT if a parameter or a member is not valid, the arrays do
 * not fit each other, a column has no factor, or TEXT_PROCESSOR_NUM_THREADS is not a valid number of threads. After an
 * error, some values may be changed.
 * @threads Any, but no other thread may use `values` during the call.
 * @since 1.1
 */
TP_API tp_status tp_weigh(const tp_weights *weights, size_t offset_size, const void *row_ends, size_t rows,
                          const void *columns, size_t value_size, void *values, size_t entries);

/* ---- Single texts, strings and numbers ---- */

/**
 * Gives the number of words of a text, without an analyzer, as fast as the processor can read memory. The number is 0
 * for a blank text.
 * @param text `length` bytes of UTF-8. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @param[out] words Not NULL.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8 (with the offset).
 * @threads Any.
 */
TP_API tp_status tp_count_words(const char *text, size_t length, uint64_t *words);

/**
 * Finds the tokens of a text. The library does not change the case of the text first.
 * @param text `length` bytes of UTF-8. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @param tokenizer As in tp_analyzer_options.
 * @param pattern As in tp_analyzer_options.
 * @param pattern_length The length of `pattern` in bytes.
 * @param[out] spans Not NULL. An array of structures (start: uint64, end: uint64): the places where each token begins
 * and ends, in bytes. Release it.
 * @return TP_OK, a common error, TP_ERROR_INVALID_UTF8 (with the offset), TP_ERROR_INVALID_PATTERN (with the offset in
 * the pattern), or TP_ERROR_INVALID_ARGUMENT if `tokenizer` is unknown, or `pattern` does not have the form that it
 * needs.
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_tokenize(const char *text, size_t length, tp_tokenizer tokenizer, const char *pattern,
                             size_t pattern_length, struct ArrowArray *spans);

/**
 * Finds the sentences of a text: the segments between sentence boundaries of UAX #29. A sentence includes the
 * whitespace at its end. Blank segments, such as empty lines between paragraphs, are not sentences. A line end ends a
 * sentence, unless `unwrap` is true.
 * @param text `length` bytes of UTF-8. May be NULL if `length` is 0.
 * @param length The length of `text` in bytes.
 * @param unwrap Pass true if a sentence can continue on the next line, as in e-mails and many books. Then a line end
 * (LF, CR or CRLF) between two lines with text counts as a space. A blank line still ends a sentence.
 * @param[out] spans Not NULL. As in tp_tokenize().
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8 (with the offset).
 * @threads Any.
 * @since 1.1
 */
TP_API tp_status tp_sentences(const char *text, size_t length, bool unwrap, struct ArrowArray *spans);

/**
 * Makes the greeting "Hello, NAME!".
 * @param name `name_length` bytes of UTF-8. May be NULL if `name_length` is 0.
 * @param name_length The length of `name` in bytes.
 * @param[out] greeting Not NULL. `greeting_length` bytes with a zero after them. Free it with tp_string_free().
 * @param[out] greeting_length Not NULL. The length of the greeting in bytes, without the zero.
 * @return TP_OK, a common error, or TP_ERROR_INVALID_UTF8.
 * @threads Any.
 */
TP_API tp_status tp_hello(const char *name, size_t name_length, char **greeting, size_t *greeting_length);

/**
 * Frees a string that tp_hello() gave you.
 * @param string May be NULL. Invalid after this call.
 * @param length The length that the library gave with the string, in bytes.
 * @threads Any, but not while another thread uses the string.
 */
TP_API void tp_string_free(char *string, size_t length);

/**
 * Multiplies numbers by a factor.
 * @param values `length` aligned numbers, which must not change during the call. May be NULL if `length` is 0.
 * @param length The number of values.
 * @param factor The factor.
 * @param[out] scaled Not NULL. An array of float64. Release it.
 * @return TP_OK, or a common error.
 * @threads Any.
 */
TP_API tp_status tp_scale_f64(const double *values, size_t length, double factor, struct ArrowArray *scaled);

#ifdef __cplusplus
}
#endif

#endif
