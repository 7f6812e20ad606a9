/* Vectorizers: options and known features. */

#include <stdint.h>
#include <string.h>

#include "support.h"

static void each_option_has_an_effect(void) {
  const struct {
    tp_features features;
    bool keeps_case;
    tp_accents accents;
    const char *terms;
  } expected[] = {
      {TP_FEATURES_WORDS, false, TP_ACCENTS_KEEP, "ab|\xc3\xa9t\xc3\xa9"},
      {TP_FEATURES_WORDS, true, TP_ACCENTS_KEEP, "Ab|\xc3\xa9t\xc3\xa9"},
      {TP_FEATURES_WORDS, false, TP_ACCENTS_UNICODE, "ab|ete"},
      {TP_FEATURES_WORDS, false, TP_ACCENTS_ASCII, "ab|ete"},
      {TP_FEATURES_ALL_WORDS, false, TP_ACCENTS_KEEP, "ab|\xc3\xa9t\xc3\xa9|c"},
      {TP_FEATURES_CHARACTERS, false, TP_ACCENTS_UNICODE, "a|b| |e|t|c"},
      {TP_FEATURES_CHARACTERS_IN_WORDS, false, TP_ACCENTS_UNICODE, " |a|b|e|t|c"},
      {TP_FEATURES_ALL_WORDS, true, TP_ACCENTS_ASCII, "Ab|ete|c"},
  };
  const char *text = "Ab  \xc3\xa9t\xc3\xa9 c";
  for (size_t place = 0; place < sizeof expected / sizeof *expected; place++) {
    tp_vectorizer_options options = VECTORIZER_DEFAULTS;
    options.features = expected[place].features, options.keeps_case = expected[place].keeps_case;
    options.accents = expected[place].accents;
    tp_vectorizer *vectorizer = new_vectorizer(options), *fitted = NULL;
    tp_matrix *matrix = new_matrix(vectorizer, true);
    CHECK_OK(add_lines(matrix, text));
    CHECK_OK(tp_matrix_vectorizer(matrix, &fitted));
    check_terms(fitted, expected[place].terms);
    tp_matrix_free(matrix);
    tp_vectorizer_free(vectorizer);
    tp_vectorizer_free(fitted);
  }
}

static void options_of_any_size_are_read_or_refused(void) {
  size_t members[sizeof(tp_vectorizer_options) / sizeof(size_t) + 2] = {0};
  const size_t known = sizeof(tp_vectorizer_options) / sizeof(size_t);
  for (size_t size = 0; size <= sizeof members; size++) {
    for (size_t set = 1; set < known + 2; set++) {
      memset(members, 0, sizeof members);
      members[0] = size;
      members[set] = 1;
      bool is_seen = set * sizeof(size_t) < size;
      tp_vectorizer *vectorizer = NULL;
      tp_status status = tp_vectorizer_new((const tp_vectorizer_options *)members, &vectorizer);
      if (size < sizeof(size_t) || (is_seen && set >= known)) {
        CHECK(status == TP_ERROR_INVALID_ARGUMENT && vectorizer == NULL);
      } else if (is_seen && set == known - 1) {
        CHECK(status == TP_ERROR_NULL_POINTER && vectorizer == NULL);
      } else {
        CHECK_OK(status);
        tp_vectorizer_free(vectorizer);
      }
    }
  }
}

static void invalid_options_are_refused(void) {
  const char *words[] = {"a", "\xff"};
  const size_t size = sizeof(tp_vectorizer_options), lengths[] = {1, 1};
  const tp_vectorizer_options wrong[] = {
      {.struct_size = size, .features = TP_FEATURES_CHARACTERS_IN_WORDS + 1},
      {.struct_size = size, .features = SIZE_MAX},
      {.struct_size = size, .accents = TP_ACCENTS_ASCII + 1},
      {.struct_size = size, .ngrams_from = 3, .ngrams_to = 2},
      {.struct_size = size, .stop_words = words, .stop_word_lengths = lengths, .stop_word_count = SIZE_MAX},
  };
  tp_vectorizer *vectorizer = NULL;
  for (size_t place = 0; place < sizeof wrong / sizeof *wrong; place++) {
    CHECK_STATUS(tp_vectorizer_new(&wrong[place], &vectorizer), TP_ERROR_INVALID_ARGUMENT);
    CHECK(vectorizer == NULL);
  }
  tp_vectorizer_options not_text = wrong[4];
  not_text.stop_word_count = 2;
  CHECK_STATUS(tp_vectorizer_new(&not_text, &vectorizer), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_document() == 1 && vectorizer == NULL);
}

static void a_vectorizer_never_changes(void) {
  tp_vectorizer *vectorizer = new_vectorizer(VECTORIZER_DEFAULTS), *fixed = NULL;
  const char *terms[] = {"dog", NULL, "cat"};
  const size_t lengths[] = {3, 0, 3};
  CHECK_OK(tp_vectorizer_with_terms(vectorizer, terms, lengths, 3, &fixed));
  uint64_t count = 0;
  CHECK_OK(tp_vectorizer_term_count(fixed, &count));
  CHECK(count == 3 && find_term(fixed, "dog") == 0 && find_term(fixed, "") == 1 && find_term(fixed, "cat") == 2);
  check_terms(fixed, "dog||cat");
  tp_matrix *known = new_matrix(fixed, false), *grown = new_matrix(fixed, true);
  tp_vectorizer_free(fixed);
  tp_vectorizer_free(vectorizer);
  CHECK_OK(add_lines(known, "a cat and a Cat\nno whale"));
  CHECK_OK(add_lines(grown, "a cat and a Cat\nno whale"));
  check_shape(known, 2, 3, 1);
  check_shape(grown, 2, 6, 4);
  tp_matrix_free(known);
  tp_matrix_free(grown);
}

static void a_merged_vectorizer_has_the_features_of_both(void) {
  tp_vectorizer *vectorizer = new_vectorizer(VECTORIZER_DEFAULTS), *first = NULL, *second = NULL, *merged = NULL;
  const char *terms[] = {"dog", "cat", "ant", "dog"};
  const size_t lengths[] = {3, 3, 3, 3};
  CHECK_OK(tp_vectorizer_with_terms(vectorizer, terms, lengths, 2, &first));
  CHECK_OK(tp_vectorizer_with_terms(vectorizer, &terms[2], lengths, 2, &second));
  const tp_vectorizer *both[] = {first, second};
  struct ArrowArray columns = {0}, order = {0};
  CHECK_OK(tp_vectorizer_merge(both, 2, &merged, &columns));
  check_terms(merged, "ant|cat|dog");
  const int64_t *numbers = columns.buffers[1];
  CHECK(columns.length == 4 && numbers[0] == 2 && numbers[1] == 1 && numbers[2] == 0 && numbers[3] == 2);
  columns.release(&columns);
  CHECK_OK(tp_vectorizer_first_seen_order(merged, &order));
  numbers = order.buffers[1];
  CHECK(order.length == 3 && numbers[0] == 2 && numbers[1] == 1 && numbers[2] == 0);
  order.release(&order);
  tp_vectorizer_free(merged);
  merged = NULL;
  CHECK_STATUS(tp_vectorizer_merge(both, 0, &merged, &columns), TP_ERROR_INVALID_ARGUMENT);
  tp_vectorizer_options options = VECTORIZER_DEFAULTS;
  options.features = TP_FEATURES_CHARACTERS;
  tp_vectorizer *other = new_vectorizer(options);
  both[1] = other;
  CHECK_STATUS(tp_vectorizer_merge(both, 2, &merged, &columns), TP_ERROR_INVALID_ARGUMENT);
  CHECK(tp_last_error_document() == 1);
  both[1] = NULL;
  check_null(tp_vectorizer_merge(both, 2, &merged, &columns), "vectorizers[i]");
  check_null(tp_vectorizer_merge(NULL, 2, &merged, &columns), "vectorizers");
  check_null(tp_vectorizer_merge(both, 1, NULL, &columns), "merged");
  check_null(tp_vectorizer_merge(both, 1, &merged, NULL), "columns");
  CHECK(merged == NULL && columns.release == NULL);
  tp_vectorizer_free(other);
  tp_vectorizer_free(first);
  tp_vectorizer_free(second);
  tp_vectorizer_free(vectorizer);
}

static void errors_in_terms_name_their_index(void) {
  tp_vectorizer *vectorizer = new_vectorizer(VECTORIZER_DEFAULTS), *fixed = NULL;
  const char *twice[] = {"dog", "cat", "dog"}, *wrong[] = {"dog", "\xff"};
  const size_t lengths[] = {3, 3, 3}, short_lengths[] = {3, 1};
  CHECK_STATUS(tp_vectorizer_with_terms(vectorizer, twice, lengths, 3, &fixed), TP_ERROR_INVALID_ARGUMENT);
  CHECK(tp_last_error_document() == 2 && fixed == NULL);
  CHECK_STATUS(tp_vectorizer_with_terms(vectorizer, wrong, short_lengths, 2, &fixed), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_document() == 1 && tp_last_error_offset() == 0 && fixed == NULL);
  int64_t id = -7;
  CHECK_STATUS(tp_vectorizer_find(vectorizer, "a\xff", 2, &id), TP_ERROR_INVALID_UTF8);
  CHECK(id == -7 && tp_last_error_offset() == 1);
  tp_vectorizer_free(vectorizer);
}

static void errors_name_the_required_pointer_that_is_null(void) {
  tp_vectorizer *vectorizer = new_vectorizer(VECTORIZER_DEFAULTS), *fixed = NULL;
  struct ArrowArray array = {0};
  int64_t id = 7;
  check_null(tp_vectorizer_new(NULL, NULL), "vectorizer");
  check_null(tp_vectorizer_with_terms(NULL, NULL, NULL, 0, &fixed), "vectorizer");
  check_null(tp_vectorizer_with_terms(vectorizer, NULL, NULL, 1, &fixed), "terms");
  check_null(tp_vectorizer_with_terms(vectorizer, NULL, NULL, 0, NULL), "fixed");
  check_null(tp_vectorizer_term_count(vectorizer, NULL), "count");
  check_null(tp_vectorizer_find(NULL, "a", 1, &id), "vectorizer");
  check_null(tp_vectorizer_find(vectorizer, NULL, 1, &id), "term");
  check_null(tp_vectorizer_terms(vectorizer, NULL), "terms");
  check_null(tp_vectorizer_first_seen_order(NULL, &array), "vectorizer");
  CHECK(fixed == NULL && id == 7 && array.release == NULL);
  tp_vectorizer_free(vectorizer);
  tp_vectorizer_free(NULL);
}

int main(void) {
  RUN(each_option_has_an_effect);
  RUN(options_of_any_size_are_read_or_refused);
  RUN(invalid_options_are_refused);
  RUN(a_vectorizer_never_changes);
  RUN(a_merged_vectorizer_has_the_features_of_both);
  RUN(errors_in_terms_name_their_index);
  RUN(errors_name_the_required_pointer_that_is_null);
  return tests_done("vectorizers");
}
