#define _POSIX_C_SOURCE 200809L

#include "support.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t done = 0;
static const char *running = "";

void check(bool holds, const char *condition, const char *file, int line) {
  if (!holds) {
    fprintf(stderr, "%s:%d: %s: does not hold: %s\n", file, line, running, condition);
    exit(1);
  }
}

void check_status(tp_status status, tp_status expected, const char *call, const char *file, int line) {
  if (status != expected) {
    fprintf(stderr, "%s:%d: %s: %s gave %s, not %s: %s\n", file, line, running, call, tp_status_name(status),
            tp_status_name(expected), tp_last_error_message());
    exit(1);
  }
}

void check_text(const char *text, const char *expected, const char *what, const char *file, int line) {
  if (strcmp(text, expected) != 0) {
    fprintf(stderr, "%s:%d: %s: %s is \"%s\", not \"%s\"\n", file, line, running, what, text, expected);
    exit(1);
  }
}

void check_null(tp_status status, const char *argument) {
  CHECK_STATUS(status, TP_ERROR_NULL_POINTER);
  CHECK(strstr(tp_last_error_message(), argument) != NULL);
  CHECK(tp_last_error_offset() == -1 && tp_last_error_document() == -1);
}

void run_test(void (*test)(void), const char *name) {
  running = name;
  test();
  done++;
}

int tests_done(const char *program) {
  CHECK(done > 0);
  printf("%s: %zu tests\n", program, done);
  return 0;
}

tp_analyzer *new_analyzer(void) {
  return new_analyzer_with(0, false);
}

tp_analyzer *new_analyzer_with(size_t threads, bool counts_only) {
  const tp_analyzer_options options = {.struct_size = sizeof options, .threads = threads, .counts_only = counts_only};
  tp_analyzer *analyzer = NULL;
  CHECK_OK(tp_analyzer_new(&options, &analyzer));
  CHECK(analyzer != NULL);
  return analyzer;
}

tp_status add(tp_analyzer *analyzer, const char *text) {
  return tp_analyzer_add_document(analyzer, text, strlen(text));
}

uint64_t document_count(const tp_analyzer *analyzer) {
  uint64_t count = UINT64_MAX;
  CHECK_OK(tp_analyzer_document_count(analyzer, &count));
  return count;
}

uint64_t total_words(const tp_analyzer *analyzer) {
  uint64_t words = UINT64_MAX;
  CHECK_OK(tp_analyzer_total_words(analyzer, &words));
  return words;
}

uint64_t unique_words(const tp_analyzer *analyzer) {
  uint64_t words = UINT64_MAX;
  CHECK_OK(tp_analyzer_unique_words(analyzer, &words));
  return words;
}

/* The offset at an index of a column of strings. */
static size_t text_place(bool is_large, const struct ArrowArray *texts, int64_t place) {
  const void *offsets = texts->buffers[1];
  int64_t at = texts->offset + place;
  return is_large ? (size_t)((const int64_t *)offsets)[at] : (size_t)((const int32_t *)offsets)[at];
}

void append_batch(rows *all, const struct ArrowSchema *schema, const struct ArrowArray *batch) {
  CHECK_TEXT(schema->format, "+s");
  CHECK(schema->n_children == 2 && batch->n_children == 2);
  CHECK_TEXT(schema->children[1]->format, "L");
  const struct ArrowArray *texts = batch->children[0];
  const struct ArrowArray *numbers = batch->children[1];
  CHECK(texts->length >= batch->length && numbers->length >= batch->length);
  CHECK(texts->null_count == 0 && numbers->null_count == 0);
  bool is_large = schema->children[0]->format[0] == 'U';
  CHECK_TEXT(schema->children[0]->format, is_large ? "U" : "u");
  size_t count = all->count + (size_t)batch->length;
  row *larger = realloc(all->rows, (count + 1) * sizeof *larger);
  CHECK(larger != NULL);
  all->rows = larger;
  for (int64_t place = 0; place < batch->length; place++) {
    size_t start = text_place(is_large, texts, batch->offset + place);
    size_t end = text_place(is_large, texts, batch->offset + place + 1);
    char *text = malloc(end - start + 1);
    CHECK(text != NULL);
    memcpy(text, (const char *)texts->buffers[2] + start, end - start);
    text[end - start] = '\0';
    const uint64_t *values = numbers->buffers[1];
    all->rows[all->count++] = (row){text, values[numbers->offset + batch->offset + place]};
  }
}

rows read_rows(struct ArrowArrayStream *stream) {
  rows all = {NULL, 0};
  struct ArrowSchema schema;
  CHECK(stream->get_schema(stream, &schema) == 0);
  for (;;) {
    struct ArrowArray batch;
    CHECK(stream->get_next(stream, &batch) == 0);
    if (batch.release == NULL) {
      break;
    }
    append_batch(&all, &schema, &batch);
    batch.release(&batch);
  }
  schema.release(&schema);
  stream->release(stream);
  CHECK(stream->release == NULL);
  return all;
}

rows term_frequencies(const tp_analyzer *analyzer) {
  struct ArrowArrayStream stream;
  CHECK_OK(tp_analyzer_term_frequencies(analyzer, 0, &stream));
  return read_rows(&stream);
}

rows documents(const tp_analyzer *analyzer) {
  struct ArrowArrayStream stream;
  CHECK_OK(tp_analyzer_documents(analyzer, 0, &stream));
  return read_rows(&stream);
}

uint64_t number_of(const rows *rows, const char *text) {
  for (size_t place = 0; place < rows->count; place++) {
    if (strcmp(rows->rows[place].text, text) == 0) {
      return rows->rows[place].number;
    }
  }
  fprintf(stderr, "%s: no row has the text \"%s\"\n", running, text);
  exit(1);
}

void free_rows(rows *rows) {
  for (size_t place = 0; place < rows->count; place++) {
    free(rows->rows[place].text);
  }
  free(rows->rows);
  rows->rows = NULL;
  rows->count = 0;
}

const tp_vectorizer_options VECTORIZER_DEFAULTS = {.struct_size = sizeof(tp_vectorizer_options)};

tp_vectorizer *new_vectorizer(tp_vectorizer_options options) {
  tp_vectorizer *vectorizer = NULL;
  CHECK_OK(tp_vectorizer_new(&options, &vectorizer));
  CHECK(vectorizer != NULL);
  return vectorizer;
}

tp_matrix *new_matrix(const tp_vectorizer *vectorizer, bool grows) {
  tp_matrix *matrix = NULL;
  CHECK_OK(tp_matrix_new(vectorizer, grows, &matrix));
  CHECK(matrix != NULL);
  return matrix;
}

tp_status add_lines(tp_matrix *matrix, const char *text) {
  return tp_matrix_add_separated(matrix, text, strlen(text), '\n', 0);
}

int64_t find_term(const tp_vectorizer *vectorizer, const char *term) {
  int64_t id = -7;
  CHECK_OK(tp_vectorizer_find(vectorizer, term, strlen(term), &id));
  return id;
}

void check_shape(tp_matrix *matrix, uint64_t rows, uint64_t columns, uint64_t entries) {
  uint64_t found[3] = {UINT64_MAX, UINT64_MAX, UINT64_MAX};
  CHECK_OK(tp_matrix_shape(matrix, &found[0], &found[1], &found[2]));
  CHECK(found[0] == rows && found[1] == columns && found[2] == entries);
}

void check_terms(const tp_vectorizer *vectorizer, const char *expected) {
  struct ArrowArray terms;
  CHECK_OK(tp_vectorizer_terms(vectorizer, &terms));
  CHECK(terms.null_count == 0 && terms.offset == 0);
  const int64_t *offsets = terms.buffers[1];
  char all[512] = "";
  for (int64_t place = 0; place < terms.length; place++) {
    strcat(all, place == 0 ? "" : "|");
    strncat(all, (const char *)terms.buffers[2] + offsets[place], (size_t)(offsets[place + 1] - offsets[place]));
  }
  CHECK_TEXT(all, expected);
  terms.release(&terms);
  CHECK(terms.release == NULL);
}

typedef struct thread_start {
  pthread_t thread;
  pthread_barrier_t *begin;
  thread_work work;
  size_t number;
  void *shared;
} thread_start;

static void *run_thread(void *argument) {
  thread_start *start = argument;
  pthread_barrier_wait(start->begin);
  start->work(start->number, start->shared);
  return NULL;
}

void on_threads(size_t threads, thread_work work, void *shared) {
  pthread_barrier_t begin;
  CHECK(pthread_barrier_init(&begin, NULL, (unsigned)threads) == 0);
  thread_start *starts = calloc(threads, sizeof *starts);
  CHECK(starts != NULL);
  for (size_t number = 0; number < threads; number++) {
    starts[number] = (thread_start){.begin = &begin, .work = work, .number = number, .shared = shared};
    CHECK(pthread_create(&starts[number].thread, NULL, run_thread, &starts[number]) == 0);
  }
  for (size_t number = 0; number < threads; number++) {
    CHECK(pthread_join(starts[number].thread, NULL) == 0);
  }
  pthread_barrier_destroy(&begin);
  free(starts);
}
