/* Vectorizers: their options, and the features that they know. */

#include <stdint.h>
#include <string.h>

#include "support.h"

static void each_option_has_a_meaning(void) {
  const struct {
    size_t analyzer, keeps_case, accents;
    const char *terms;
  } expected[] = {
      {0, 0, 0, "ab|\xc3\xa9t\xc3\xa9"},    {0, 1, 0, "Ab|\xc3\xa9t\xc3\xa9"},  {0, 0, 1, "ab|ete"},
      {0, 0, 2, "ab|ete"},                  {1, 0, 0, "ab|\xc3\xa9t\xc3\xa9|c"}, {2, 0, 1, "a|b| |e|t|c"},
      {3, 0, 1, " |a|b|e|t|c"},             {1, 1, 2, "Ab|ete|c"},
  };
  const char *text = "Ab  \xc3\xa9t\xc3\xa9 c";
  for (size_t place = 0; place < sizeof expected / sizeof *expected; place++) {
    tp_vectorizer_options options = VECTORIZER_DEFAULTS;
    options.analyzer = expected[place].analyzer, options.keeps_case = expected[place].keeps_case;
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

static void options_of_any_size_are_understood_or_refused(void) {
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

static void options_that_make_no_sense_are_refused(void) {
  tp_vectorizer_options wrong[5] = {VECTORIZER_DEFAULTS, VECTORIZER_DEFAULTS, VECTORIZER_DEFAULTS, VECTORIZER_DEFAULTS, VECTORIZER_DEFAULTS};
  wrong[0].analyzer = 4, wrong[1].accents = 3;
  wrong[2].ngrams_from = 3, wrong[2].ngrams_to = 2;
  wrong[3].analyzer = SIZE_MAX;
  wrong[4].stop_words = "x", wrong[4].stop_words_length = SIZE_MAX;
  for (size_t place = 0; place < 5; place++) {
    tp_vectorizer *vectorizer = NULL;
    CHECK_STATUS(tp_vectorizer_new(&wrong[place], &vectorizer), TP_ERROR_INVALID_ARGUMENT);
    CHECK(vectorizer == NULL);
  }
}

static void what_a_vectorizer_knows_is_fixed(void) {
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

static void terms_that_cannot_be_known_are_named_by_their_place(void) {
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

static void pointers_that_must_not_be_null_are_named(void) {
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
  check_null(tp_vectorizer_appearance(NULL, &array), "vectorizer");
  CHECK(fixed == NULL && id == 7 && array.release == NULL);
  tp_vectorizer_free(vectorizer);
  tp_vectorizer_free(NULL);
}

int main(void) {
  RUN(each_option_has_a_meaning);
  RUN(options_of_any_size_are_understood_or_refused);
  RUN(options_that_make_no_sense_are_refused);
  RUN(what_a_vectorizer_knows_is_fixed);
  RUN(terms_that_cannot_be_known_are_named_by_their_place);
  RUN(pointers_that_must_not_be_null_are_named);
  return tests_done("vectorizers");
}
