/* Matrices: from documents to compressed rows. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* Checks that an array of int64 has exactly these numbers, and releases it. */
static void check_numbers(struct ArrowArray *array, const int64_t *expected, int64_t length) {
  CHECK(array->length == length && array->null_count == 0);
  const int64_t *numbers = (const int64_t *)array->buffers[1] + array->offset;
  for (int64_t place = 0; place < length; place++) {
    CHECK(numbers[place] == expected[place]);
  }
  array->release(array);
  CHECK(array->release == NULL);
}

/* The rows of a matrix whose values are float64. */
typedef struct csr {
  size_t offset_size;
  struct ArrowArray row_ends, columns, values;
} csr;

static csr arrays(tp_matrix *matrix) {
  csr all;
  CHECK_OK(tp_matrix_arrays(matrix, TP_VALUE_FLOAT64, false, &all.offset_size, &all.row_ends, &all.columns,
                            &all.values));
  CHECK(all.offset_size == 4 && all.columns.length == all.values.length);
  return all;
}

static void release(csr *all) {
  all->row_ends.release(&all->row_ends);
  all->columns.release(&all->columns);
  all->values.release(&all->values);
  CHECK(all->row_ends.release == NULL && all->columns.release == NULL && all->values.release == NULL);
}

/* The value in a row and a column; 0 if the row has no entry there. */
static double at(const csr *all, int64_t row, int64_t column) {
  const int32_t *ends = all->row_ends.buffers[1], *columns = all->columns.buffers[1];
  const double *values = all->values.buffers[1];
  CHECK(row + 1 < all->row_ends.length);
  for (int32_t place = ends[row]; place < ends[row + 1]; place++) {
    if (columns[place] == column) {
      return values[place];
    }
  }
  return 0;
}

static bool is_close(double found, double expected) {
  return found > expected - 1e-12 && found < expected + 1e-12;
}

static void documents_become_rows_and_features_become_columns(void) {
  tp_vectorizer_options options = VECTORIZER_DEFAULTS;
  options.ngrams_from = 1, options.ngrams_to = 2;
  const char *stop_words[] = {"the", "of"};
  const size_t stop_word_lengths[] = {3, 2};
  options.stop_words = stop_words, options.stop_word_lengths = stop_word_lengths, options.stop_word_count = 2;
  tp_vectorizer *vectorizer = new_vectorizer(options);
  tp_matrix *matrix = new_matrix(vectorizer, true);
  const char *texts[] = {"The time of the Times", NULL};
  const size_t lengths[] = {21, 0};
  CHECK_OK(tp_matrix_add_documents(matrix, texts, lengths, 2));
  CHECK_OK(tp_matrix_add_documents(matrix, NULL, NULL, 0));
  CHECK_OK(tp_matrix_add_separated(matrix, "best times\nbest times best", 26, '\n', 2));
  check_shape(matrix, 4, 6, 10);
  CHECK_OK(tp_matrix_shape(matrix, NULL, NULL, NULL));
  CHECK_OK(tp_matrix_sort(matrix));
  tp_vectorizer *fitted = NULL;
  CHECK_OK(tp_matrix_vectorizer(matrix, &fitted));
  check_terms(fitted, "best|best times|time|time times|times|times best");
  CHECK(find_term(fitted, "times") == 4 && find_term(fitted, "of") == -1 && find_term(vectorizer, "times") == -1);
  struct ArrowArray order;
  CHECK_OK(tp_vectorizer_first_seen_order(fitted, &order));
  check_numbers(&order, (const int64_t[]){2, 4, 3, 0, 1, 5}, 6);
  csr all = arrays(matrix);
  CHECK(all.row_ends.length == 5 && all.values.length == 10);
  CHECK(is_close(at(&all, 0, 3), 1) && is_close(at(&all, 1, 3), 0) && is_close(at(&all, 3, 0), 2));
  release(&all);
  check_shape(matrix, 4, 6, 0);
  CHECK_STATUS(add_lines(matrix, "more"), TP_ERROR_INVALID_ARGUMENT);
  tp_matrix_free(matrix);
  tp_vectorizer_free(vectorizer);
  tp_vectorizer_free(fitted);
}

static void the_terms_of_an_analyzer_become_columns(void) {
  tp_analyzer *analyzer = NULL;
  tp_matrix *matrix = NULL;
  CHECK_OK(tp_analyzer_new(NULL, &analyzer));
  CHECK_OK(tp_analyzer_add_document(analyzer, "to be or not to be", 18));
  CHECK_OK(tp_analyzer_add_document(analyzer, "To do", 5));
  CHECK_STATUS(tp_analyzer_document_term_matrix(analyzer, 2, 1, &matrix), TP_ERROR_INVALID_ARGUMENT);
  CHECK_OK(tp_analyzer_document_term_matrix(analyzer, 1, 2, &matrix));
  uint64_t done = 0, total = 1;
  while (done < total) {
    CHECK_OK(tp_matrix_update(matrix, 1, &done, &total));
  }
  CHECK_OK(tp_matrix_update(matrix, 0, NULL, NULL));
  CHECK_STATUS(add_lines(matrix, "more"), TP_ERROR_INVALID_ARGUMENT);
  tp_analyzer_free(analyzer);
  check_shape(matrix, 2, 10, 11);
  CHECK_OK(tp_matrix_sort(matrix));
  tp_vectorizer *names = NULL;
  CHECK_OK(tp_matrix_vectorizer(matrix, &names));
  check_terms(names, "be|be or|do|not|not to|or|or not|to|to be|to do");
  tp_matrix *refused = NULL;
  CHECK_STATUS(tp_matrix_new(names, false, &refused), TP_ERROR_INVALID_ARGUMENT);
  csr all = arrays(matrix);
  CHECK(is_close(at(&all, 0, 7), 2) && is_close(at(&all, 0, 8), 2) && is_close(at(&all, 1, 9), 1));
  release(&all);
  tp_matrix_free(matrix);
  tp_vectorizer_free(names);
}

static void columns_are_kept_or_removed(void) {
  tp_vectorizer *vectorizer = new_vectorizer(VECTORIZER_DEFAULTS), *fitted = NULL;
  tp_matrix *matrix = new_matrix(vectorizer, true);
  CHECK_OK(add_lines(matrix, "dd bb aa bb\ncc bb\naa"));
  const uint8_t is_kept[] = {1, 1, 0, 7};
  CHECK_STATUS(tp_matrix_keep(matrix, is_kept, 3), TP_ERROR_INVALID_ARGUMENT);
  CHECK_OK(tp_matrix_sort(matrix));
  struct ArrowArray documents, counts;
  CHECK_OK(tp_matrix_totals(matrix, &documents, &counts));
  check_numbers(&documents, (const int64_t[]){2, 2, 1, 1}, 4);
  check_numbers(&counts, (const int64_t[]){2, 3, 1, 1}, 4);
  CHECK_OK(tp_matrix_keep(matrix, is_kept, 4));
  check_shape(matrix, 3, 3, 5);
  CHECK_OK(tp_matrix_vectorizer(matrix, &fitted));
  check_terms(fitted, "aa|bb|dd");
  tp_vectorizer_free(fitted);
  CHECK_OK(tp_matrix_keep(matrix, (const uint8_t[]){0, 1, 0}, 3));
  csr all = arrays(matrix);
  CHECK(all.values.length == 2 && is_close(at(&all, 0, 0), 2) && is_close(at(&all, 1, 0), 1));
  release(&all);
  CHECK_OK(tp_matrix_keep(matrix, (const uint8_t[]){0}, 1));
  CHECK_OK(tp_matrix_keep(matrix, NULL, 0));
  CHECK_OK(tp_matrix_totals(matrix, &documents, &counts));
  check_numbers(&documents, NULL, 0);
  check_numbers(&counts, NULL, 0);
  tp_matrix_free(matrix);
  tp_vectorizer_free(vectorizer);
}

static void hashed_features_share_columns(void) {
  tp_vectorizer *vectorizer = new_vectorizer(VECTORIZER_DEFAULTS);
  tp_matrix *matrix = NULL;
  CHECK_STATUS(tp_matrix_new_hashed(vectorizer, 0, false, &matrix), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_matrix_new_hashed(vectorizer, (size_t)1 << 31, false, &matrix), TP_ERROR_INVALID_ARGUMENT);
  CHECK(matrix == NULL);
  CHECK_OK(tp_matrix_new_hashed(vectorizer, 1, false, &matrix));
  CHECK_OK(add_lines(matrix, "one two two\n\nthree"));
  check_shape(matrix, 3, 1, 2);
  CHECK_OK(tp_matrix_sort(matrix));
  CHECK_STATUS(tp_matrix_keep(matrix, (const uint8_t[]){1}, 1), TP_ERROR_INVALID_ARGUMENT);
  struct ArrowArray documents, counts;
  CHECK_OK(tp_matrix_totals(matrix, &documents, &counts));
  check_numbers(&documents, (const int64_t[]){2}, 1);
  check_numbers(&counts, (const int64_t[]){4}, 1);
  csr all = arrays(matrix);
  CHECK(is_close(at(&all, 0, 0), 3) && is_close(at(&all, 1, 0), 0) && is_close(at(&all, 2, 0), 1));
  release(&all);
  tp_matrix_free(matrix);
  CHECK_OK(tp_matrix_new_hashed(vectorizer, INT32_MAX, true, &matrix));
  CHECK_OK(add_lines(matrix, "many different words"));
  check_shape(matrix, 1, INT32_MAX, 3);
  all = arrays(matrix);
  for (int64_t place = 0; place < 3; place++) {
    double value = ((const double *)all.values.buffers[1])[place];
    CHECK(is_close(value, 1) || is_close(value, -1));
  }
  release(&all);
  tp_matrix_free(matrix);
  tp_vectorizer_free(vectorizer);
}

static double value_at(const struct ArrowArray *values, tp_value_type type, size_t place) {
  const void *all = values->buffers[1];
  switch (type) {
    case TP_VALUE_INT32:
      return ((const int32_t *)all)[place];
    case TP_VALUE_INT64:
      return (double)((const int64_t *)all)[place];
    case TP_VALUE_FLOAT32:
      return ((const float *)all)[place];
    default:
      return ((const double *)all)[place];
  }
}

static void values_have_the_requested_type(void) {
  tp_vectorizer *vectorizer = new_vectorizer(VECTORIZER_DEFAULTS);
  for (tp_value_type type = TP_VALUE_INT32; type <= TP_VALUE_FLOAT64; type++) {
    for (int is_binary = 0; is_binary < 2; is_binary++) {
      tp_matrix *matrix = new_matrix(vectorizer, true);
      CHECK_OK(add_lines(matrix, "one two two"));
      csr all = {.offset_size = 7};
      CHECK_STATUS(tp_matrix_arrays(matrix, TP_VALUE_FLOAT64 + 1, false, &all.offset_size, &all.row_ends, &all.columns,
                                    &all.values),
                   TP_ERROR_INVALID_ARGUMENT);
      CHECK(all.offset_size == 7 && all.row_ends.release == NULL);
      CHECK_OK(tp_matrix_arrays(matrix, type, is_binary, &all.offset_size, &all.row_ends, &all.columns, &all.values));
      CHECK(all.values.length == 2 && is_close(value_at(&all.values, type, 0), 1));
      CHECK(is_close(value_at(&all.values, type, 1), is_binary ? 1 : 2));
      release(&all);
      tp_matrix_free(matrix);
    }
  }
  tp_vectorizer_free(vectorizer);
}

/* The caller owns the arrays, and may use, change and release them in any order after the matrix is freed. */
static void arrays_may_be_changed_and_stay_valid_after_their_matrix_is_freed(void) {
  for (size_t order = 0; order < 6; order++) {
    tp_vectorizer *vectorizer = new_vectorizer(VECTORIZER_DEFAULTS);
    tp_matrix *matrix = new_matrix(vectorizer, true);
    CHECK_OK(add_lines(matrix, "one two two\nthree one"));
    csr all = arrays(matrix), none = arrays(matrix);
    CHECK(none.row_ends.length == 3 && none.values.length == 0);
    release(&none);
    tp_matrix_free(matrix);
    tp_vectorizer_free(vectorizer);
    struct ArrowArray *parts[] = {&all.row_ends, &all.columns, &all.values};
    for (size_t left = 3; left > 0; left--) {
      size_t place = left == 3 ? order / 2 : left == 2 ? order % 2 : 0;
      struct ArrowArray *part = parts[place];
      size_t bytes = (size_t)part->length * (part == &all.values ? 8 : 4);
      memset((void *)(uintptr_t)part->buffers[1], 0x55, bytes);
      part->release(part);
      CHECK(part->release == NULL);
      parts[place] = parts[left - 1];
    }
  }
}

static void an_error_names_the_text_and_all_later_calls_fail(void) {
  tp_vectorizer *vectorizer = new_vectorizer(VECTORIZER_DEFAULTS), *fitted = NULL;
  tp_matrix *matrix = new_matrix(vectorizer, true);
  const char *texts[] = {"good", "", "bad \xff"};
  const size_t lengths[] = {4, 0, 5};
  CHECK_STATUS(tp_matrix_add_separated(matrix, "one", 3, 'e', 0), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_matrix_add_separated(matrix, "one", 3, '\xff', 0), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_matrix_add_separated(matrix, "a\nb", 3, '\n', 3), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_matrix_add_separated(matrix, "one", SIZE_MAX, '\n', 0), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_matrix_add_documents(matrix, texts, lengths, SIZE_MAX), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_matrix_add_documents(matrix, texts, lengths, 3), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_document() == 2 && tp_last_error_offset() == 4);
  CHECK_STATUS(add_lines(matrix, "good"), TP_ERROR_INVALID_UTF8);
  CHECK_STATUS(tp_matrix_sort(matrix), TP_ERROR_INVALID_UTF8);
  CHECK_STATUS(tp_matrix_vectorizer(matrix, &fitted), TP_ERROR_INVALID_UTF8);
  CHECK(fitted == NULL);
  tp_matrix_free(matrix);
  tp_vectorizer_free(vectorizer);
}

static void errors_name_the_required_pointer_that_is_null(void) {
  tp_vectorizer *vectorizer = new_vectorizer(VECTORIZER_DEFAULTS);
  tp_matrix *matrix = new_matrix(vectorizer, true), *hashed = NULL;
  struct ArrowArray array = {0}, other = {0}, third = {0};
  size_t size = 0;
  check_null(tp_matrix_new(NULL, true, &hashed), "vectorizer");
  check_null(tp_matrix_new(vectorizer, true, NULL), "matrix");
  check_null(tp_matrix_new_hashed(NULL, 1, true, &hashed), "vectorizer");
  check_null(tp_matrix_add_documents(NULL, NULL, NULL, 0), "matrix");
  check_null(tp_matrix_add_documents(matrix, NULL, NULL, 1), "texts");
  check_null(tp_matrix_add_separated(matrix, NULL, 1, '\n', 0), "text");
  check_null(tp_matrix_shape(NULL, NULL, NULL, NULL), "matrix");
  check_null(tp_matrix_sort(NULL), "matrix");
  check_null(tp_matrix_totals(matrix, &array, NULL), "counts");
  check_null(tp_matrix_totals(matrix, NULL, &array), "documents");
  check_null(tp_matrix_keep(matrix, NULL, 1), "is_kept");
  check_null(tp_matrix_vectorizer(matrix, NULL), "vectorizer");
  check_null(tp_matrix_arrays(matrix, TP_VALUE_INT32, false, NULL, &array, &other, &third), "offset_size");
  check_null(tp_matrix_arrays(matrix, TP_VALUE_INT32, false, &size, &array, NULL, &third), "columns");
  CHECK(hashed == NULL && size == 0);
  CHECK(array.release == NULL && other.release == NULL && third.release == NULL);
  check_shape(matrix, 0, 0, 0);
  tp_matrix_free(matrix);
  tp_vectorizer_free(vectorizer);
  tp_matrix_free(NULL);
}

/* Each text ends at the end of its memory, so that a sanitizer reports a tokenizer that reads beyond it. */
static void texts_of_every_length_are_read_to_their_end_only(void) {
  for (tp_features features = 0; features <= TP_FEATURES_CHARACTERS_IN_WORDS; features++) {
    tp_vectorizer_options options = VECTORIZER_DEFAULTS;
    options.features = features, options.threads = 2;
    options.ngrams_from = 1, options.ngrams_to = 1 + features % 3, options.accents = features % 3;
    tp_vectorizer *vectorizer = new_vectorizer(options);
    tp_matrix *matrix = new_matrix(vectorizer, true);
    for (size_t length = 1; length <= 150; length++) {
      char *text = malloc(length);
      CHECK(text != NULL);
      for (size_t place = 0; place < length; place++) {
        text[place] = place % 7 == 6 ? ' ' : (char)('A' + place % 26);
      }
      const char *texts[] = {text};
      CHECK_OK(tp_matrix_add_documents(matrix, texts, &length, 1));
      CHECK_OK(tp_matrix_add_separated(matrix, text, length, '\n', 1));
      free(text);
    }
    uint64_t rows = 0;
    CHECK_OK(tp_matrix_shape(matrix, &rows, NULL, NULL));
    CHECK(rows == 300);
    tp_matrix_free(matrix);
    tp_vectorizer_free(vectorizer);
  }
}

enum { THREADS = 6, ROUNDS = 40 };

/* Each thread makes its own matrices with a shared vectorizer, and adds to a shared matrix. */
static void count_and_add(size_t number, void *shared) {
  void **both = shared;
  const tp_vectorizer *vectorizer = both[0];
  char text[] = "shared words, of thread 0x0";
  text[sizeof text - 2] = (char)('0' + number);
  for (size_t round = 0; round < ROUNDS; round++) {
    tp_matrix *own = new_matrix(vectorizer, round % 2);
    CHECK_OK(add_lines(own, text));
    check_shape(own, 1, 3 + 2 * (round % 2), 3 + 2 * (round % 2));
    csr all = arrays(own);
    CHECK(is_close(at(&all, 0, 0), 1));
    release(&all);
    tp_matrix_free(own);
    CHECK(find_term(vectorizer, "words") == 1);
    CHECK_OK(add_lines(both[1], text));
  }
}

static void ask_and_sort(size_t number, void *shared) {
  struct ArrowArray documents, counts;
  tp_vectorizer *fitted = NULL;
  for (size_t round = 0; round < ROUNDS; round++) {
    CHECK_OK(tp_matrix_sort(shared));
    CHECK_OK(tp_matrix_totals(shared, &documents, &counts));
    CHECK(documents.length == 4 + THREADS && counts.length == documents.length);
    documents.release(&documents);
    counts.release(&counts);
    CHECK_OK(tp_matrix_vectorizer(shared, &fitted));
    CHECK(find_term(fitted, "words") == 3 + THREADS);
    tp_vectorizer_free(fitted);
  }
  csr all = arrays(shared);
  CHECK(all.values.length == 0 || all.values.length == 5 * ROUNDS * THREADS);
  release(&all);
  (void)number;
}

static void threads_share_a_vectorizer_and_a_matrix(void) {
  tp_vectorizer *empty = new_vectorizer(VECTORIZER_DEFAULTS), *vectorizer = NULL;
  const char *terms[] = {"shared", "words", "of"};
  const size_t lengths[] = {6, 5, 2};
  CHECK_OK(tp_vectorizer_with_terms(empty, terms, lengths, 3, &vectorizer));
  void *both[] = {vectorizer, new_matrix(vectorizer, true)};
  on_threads(THREADS, count_and_add, both);
  check_shape(both[1], THREADS * ROUNDS, 4 + THREADS, 5 * ROUNDS * THREADS);
  on_threads(THREADS, ask_and_sort, both[1]);
  check_shape(both[1], THREADS * ROUNDS, 4 + THREADS, 0);
  tp_matrix_free(both[1]);
  tp_vectorizer_free(vectorizer);
  tp_vectorizer_free(empty);
}

/* Enough text for the library to start threads. */
static void rows_are_the_same_on_any_number_of_threads(void) {
  enum { LENGTH = 5 << 18 };
  char *text = malloc(LENGTH);
  CHECK(text != NULL);
  uint64_t state = 1;
  for (size_t place = 0; place < LENGTH; place++) {
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    unsigned kind = (unsigned)(state >> 58);
    text[place] = kind == 0 ? '\n' : kind < 12 ? ' ' : (char)('a' + kind % 5);
  }
  csr expected = {.offset_size = 0};
  const size_t threads[] = {1, 3, 1000, SIZE_MAX};
  for (size_t place = 0; place < sizeof threads / sizeof *threads; place++) {
    tp_vectorizer_options options = VECTORIZER_DEFAULTS;
    options.threads = threads[place];
    tp_vectorizer *vectorizer = new_vectorizer(options);
    tp_matrix *matrix = new_matrix(vectorizer, true);
    CHECK_OK(tp_matrix_add_separated(matrix, text, LENGTH, '\n', 0));
    CHECK_OK(tp_matrix_sort(matrix));
    csr found = arrays(matrix);
    if (place == 0) {
      expected = found;
    } else {
      CHECK(found.row_ends.length == expected.row_ends.length && found.values.length == expected.values.length);
      size_t rows = (size_t)found.row_ends.length, entries = (size_t)found.values.length;
      CHECK(memcmp(found.row_ends.buffers[1], expected.row_ends.buffers[1], rows * 4) == 0);
      CHECK(memcmp(found.columns.buffers[1], expected.columns.buffers[1], entries * 4) == 0);
      CHECK(memcmp(found.values.buffers[1], expected.values.buffers[1], entries * 8) == 0);
      release(&found);
    }
    tp_matrix_free(matrix);
    tp_vectorizer_free(vectorizer);
  }
  release(&expected);
  free(text);
}

int main(void) {
  RUN(documents_become_rows_and_features_become_columns);
  RUN(the_terms_of_an_analyzer_become_columns);
  RUN(columns_are_kept_or_removed);
  RUN(hashed_features_share_columns);
  RUN(values_have_the_requested_type);
  RUN(arrays_may_be_changed_and_stay_valid_after_their_matrix_is_freed);
  RUN(an_error_names_the_text_and_all_later_calls_fail);
  RUN(errors_name_the_required_pointer_that_is_null);
  RUN(texts_of_every_length_are_read_to_their_end_only);
  RUN(threads_share_a_vectorizer_and_a_matrix);
  RUN(rows_are_the_same_on_any_number_of_threads);
  return tests_done("matrices");
}
