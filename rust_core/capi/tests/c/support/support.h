/* Shared by the tests in C: checks that print the place of a failure, and calls that most tests make. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text_processor.h"

/* Ends the program and prints the place if the condition is false. Any thread may check. */
#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)
#define CHECK_STATUS(call, expected) check_status((call), (expected), #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_STATUS(call, TP_OK)
#define CHECK_TEXT(text, expected) check_text((text), (expected), #text, __FILE__, __LINE__)

/* Runs one test of a program and counts it; `tests_done` prints the number of tests. */
#define RUN(test) run_test(test, #test)

void check(bool holds, const char *condition, const char *file, int line);
void check_status(tp_status status, tp_status expected, const char *call, const char *file, int line);
void check_text(const char *text, const char *expected, const char *what, const char *file, int line);
/* Ends the program unless the error of the call is that this argument is NULL. */
void check_null(tp_status status, const char *argument);
void run_test(void (*test)(void), const char *name);
int tests_done(const char *program);

tp_analyzer *new_analyzer(void);
tp_analyzer *new_analyzer_with(size_t threads, bool counts_only);
/* Adds a document, which ends with a zero byte. */
tp_status add(tp_analyzer *analyzer, const char *text);
uint64_t document_count(const tp_analyzer *analyzer);
uint64_t total_words(const tp_analyzer *analyzer);
uint64_t unique_words(const tp_analyzer *analyzer);

/* A row of a stream: a copy of a text, and a number. */
typedef struct row {
  char *text;
  uint64_t number;
} row;

typedef struct rows {
  row *rows;
  size_t count;
} rows;

/* Reads a stream to its end, and releases it and its batches. */
rows read_rows(struct ArrowArrayStream *stream);
/* Appends the rows of a batch of (utf8 or large_utf8, uint64). Does not release the batch. */
void append_batch(rows *all, const struct ArrowSchema *schema, const struct ArrowArray *batch);
rows term_frequencies(const tp_analyzer *analyzer);
rows documents(const tp_analyzer *analyzer);
/* The number in the row of a text; ends the program if no row has the text. */
uint64_t number_of(const rows *rows, const char *text);
void free_rows(rows *rows);

extern const tp_vectorizer_options VECTORIZER_DEFAULTS;
tp_vectorizer *new_vectorizer(tp_vectorizer_options options);
tp_matrix *new_matrix(const tp_vectorizer *vectorizer, bool grows);
/* Adds each line of a text as a document. */
tp_status add_lines(tp_matrix *matrix, const char *text);
/* The number of a feature; -1 if it is not known. */
int64_t find_term(const tp_vectorizer *vectorizer, const char *term);
void check_shape(tp_matrix *matrix, uint64_t rows, uint64_t columns, uint64_t entries);
/* Checks the names of all features, joined by `|`. */
void check_terms(const tp_vectorizer *vectorizer, const char *expected);

/* Runs `work` on threads that begin at the same time. Each gets its number, from 0, and the shared argument. */
typedef void (*thread_work)(size_t number, void *shared);
void on_threads(size_t threads, thread_work work, void *shared);

#endif
