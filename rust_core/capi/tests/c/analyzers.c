/* Analyzers, their options and statistics, and functions without an analyzer. */

#include <stddef.h>
#include <string.h>

#include "support.h"

static void the_macros_are_the_versions_of_the_library(void) {
  CHECK(tp_abi_version() >> 16 == TP_ABI_VERSION_MAJOR && (tp_abi_version() & 0xffff) == TP_ABI_VERSION_MINOR);
  CHECK_TEXT(tp_version(), TP_VERSION);
  CHECK(tp_abi_version() == TP_ABI_VERSION);
  CHECK(strlen(tp_simd_level()) > 0);
  CHECK(tp_default_threads() >= 1);
}

static void options_may_be_null(void) {
  tp_analyzer *analyzer = NULL;
  CHECK_OK(tp_analyzer_new(NULL, &analyzer));
  CHECK(document_count(analyzer) == 0 && total_words(analyzer) == 0 && unique_words(analyzer) == 0);
  tp_analyzer_free(analyzer);
  tp_analyzer_free(NULL);
}

static void options_of_any_size_are_read_or_refused(void) {
  size_t members[8] = {0};
  for (size_t size = 0; size <= sizeof members; size++) {
    for (size_t set = 1; set < 8; set++) {
      memset(members, 0, sizeof members);
      members[0] = size;
      members[set] = 1;
      bool is_seen = set * sizeof(size_t) < size;
      bool is_known = (set + 1) * sizeof(size_t) <= sizeof(tp_analyzer_options);
      tp_analyzer *analyzer = NULL;
      tp_status status = tp_analyzer_new((const tp_analyzer_options *)members, &analyzer);
      if (size < sizeof(size_t) || (is_seen && !is_known)) {
        CHECK(status == TP_ERROR_INVALID_ARGUMENT && analyzer == NULL);
      } else if (is_seen && set * sizeof(size_t) == offsetof(tp_analyzer_options, pattern_length)) {
        CHECK(status == TP_ERROR_NULL_POINTER && analyzer == NULL);
      } else {
        CHECK_OK(status);
        tp_analyzer_free(analyzer);
      }
    }
  }
}

static void answers_are_the_same_on_any_number_of_threads_and_without_text(void) {
  for (size_t threads = 1; threads <= 5; threads++) {
    for (int counts_only = 0; counts_only < 2; counts_only++) {
      tp_analyzer *analyzer = new_analyzer_with(threads, counts_only);
      CHECK_OK(add(analyzer, "The cat and the HAT"));
      CHECK_OK(add(analyzer, "a great cat"));
      CHECK(document_count(analyzer) == 2 && total_words(analyzer) == 8 && unique_words(analyzer) == 6);
      rows terms = term_frequencies(analyzer);
      CHECK(terms.count == 6);
      CHECK_TEXT(terms.rows[0].text, "the");
      CHECK(number_of(&terms, "the") == 2 && number_of(&terms, "cat") == 2 && number_of(&terms, "hat") == 1);
      free_rows(&terms);
      double sentiment = 0;
      CHECK_OK(tp_analyzer_sentiment(analyzer, &sentiment));
      CHECK(sentiment > 0.49 && sentiment < 0.51);
      tp_analyzer_free(analyzer);
    }
  }
}

static void statistics_fill_the_members_that_fit(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "One one two"));
  tp_statistics statistics;
  for (size_t size = 0; size <= sizeof statistics; size++) {
    memset(&statistics, 0x77, sizeof statistics);
    statistics.struct_size = size;
    unsigned char before[sizeof statistics];
    memcpy(before, &statistics, sizeof statistics);
    tp_status status = tp_analyzer_statistics(analyzer, &statistics);
    CHECK(memcmp((char *)&statistics + size, before + size, sizeof statistics - size) == 0);
    CHECK(status == TP_OK || (status == TP_ERROR_INVALID_ARGUMENT && size < 2 * sizeof(uint64_t)));
  }
  CHECK(statistics.document_count == 1 && statistics.total_words == 3 && statistics.unique_words == 2);
  CHECK(statistics.distinct_types == 3 && statistics.total_bytes == strlen("One one two"));
  CHECK(statistics.average_words > 2.9 && statistics.average_words < 3.1);
  tp_analyzer_free(analyzer);
}

static void a_cleared_analyzer_is_like_a_new_one(void) {
  tp_analyzer *analyzer = new_analyzer();
  for (int round = 0; round < 3; round++) {
    CHECK_OK(add(analyzer, "some words"));
    CHECK(unique_words(analyzer) == 2);
    CHECK_OK(tp_analyzer_clear(analyzer));
    CHECK(document_count(analyzer) == 0 && unique_words(analyzer) == 0);
    double sentiment = 7;
    CHECK_STATUS(tp_analyzer_sentiment(analyzer, &sentiment), TP_ERROR_NO_DOCUMENTS);
  }
  tp_analyzer_free(analyzer);
}

static void there_may_be_many_analyzers_at_the_same_time(void) {
  enum { MANY = 1000 };
  static tp_analyzer *analyzers[MANY];
  for (size_t number = 0; number < MANY; number++) {
    analyzers[number] = new_analyzer_with(1, number % 2);
    CHECK_OK(add(analyzers[number], "a word"));
  }
  for (size_t number = 0; number < MANY; number++) {
    /* Free the analyzers in another order. */
    tp_analyzer *analyzer = analyzers[number * 7 % MANY];
    CHECK(unique_words(analyzer) == 2);
    tp_analyzer_free(analyzer);
  }
}

static void the_words_of_a_text_are_counted(void) {
  uint64_t words = 7;
  CHECK_OK(tp_count_words("one two\xc2\xa0three", 14, &words));
  CHECK(words == 3);
  CHECK_OK(tp_count_words(NULL, 0, &words));
  CHECK(words == 0);
  CHECK_STATUS(tp_count_words("ab\xff", 3, &words), TP_ERROR_INVALID_UTF8);
  CHECK(words == 0 && tp_last_error_offset() == 2);
}

static void a_greeting_is_a_string_that_the_caller_frees(void) {
  char *greeting = NULL;
  size_t length = 0;
  CHECK_OK(tp_hello("Zo\xc3\xab", 4, &greeting, &length));
  CHECK_TEXT(greeting, "Hello, Zo\xc3\xab!");
  CHECK(length == strlen(greeting));
  tp_string_free(greeting, length);
  CHECK_OK(tp_hello(NULL, 0, &greeting, &length));
  CHECK_TEXT(greeting, "Hello, !");
  tp_string_free(greeting, length);
  tp_string_free(NULL, 0);
}

static void scaled_numbers_are_a_new_array(void) {
  double values[] = {1.5, -2, 0};
  struct ArrowArray scaled;
  CHECK_OK(tp_scale_f64(values, 3, 2, &scaled));
  memset(values, 0, sizeof values);
  CHECK(scaled.length == 3 && scaled.null_count == 0);
  const double *results = (const double *)scaled.buffers[1] + scaled.offset;
  CHECK(results[0] > 2.9 && results[0] < 3.1 && results[1] < -3.9 && results[1] > -4.1);
  scaled.release(&scaled);
  CHECK(scaled.release == NULL);
  CHECK_OK(tp_scale_f64(NULL, 0, 2, &scaled));
  CHECK(scaled.length == 0);
  scaled.release(&scaled);
}

static void strings_of_a_column_are_joined(void) {
  const int32_t small[] = {2, 5, 5, 8};
  const int64_t large[] = {2, 5, 5, 8};
  char joined[9] = "????????";
  CHECK_OK(tp_join_strings(small, sizeof *small, "--onetwo", 3, ' ', joined));
  CHECK_TEXT(joined, "one  two");
  memset(joined, '?', 8);
  CHECK_OK(tp_join_strings(large, sizeof *large, "--onetwo", 3, '\0', joined));
  CHECK(memcmp(joined, "one\0\0two", 9) == 0);
  CHECK_OK(tp_join_strings(small, sizeof *small, NULL, 0, ' ', NULL));
}

static void invalid_offsets_are_refused(void) {
  const int64_t backwards[] = {0, 3, 2};
  const int64_t negative[] = {-1, 3};
  char joined[8];
  CHECK_STATUS(tp_join_strings(backwards, 8, "abcdef", 2, ' ', joined), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_join_strings(negative, 8, "abcdef", 1, ' ', joined), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_join_strings(negative, 2, "abcdef", 1, ' ', joined), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_join_strings(negative, 8, "abcdef", SIZE_MAX, ' ', joined), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_join_strings((const char *)backwards + 1, 4, "abcdef", 1, ' ', joined), TP_ERROR_INVALID_ARGUMENT);
}

int main(void) {
  RUN(the_macros_are_the_versions_of_the_library);
  RUN(options_may_be_null);
  RUN(options_of_any_size_are_read_or_refused);
  RUN(answers_are_the_same_on_any_number_of_threads_and_without_text);
  RUN(statistics_fill_the_members_that_fit);
  RUN(a_cleared_analyzer_is_like_a_new_one);
  RUN(there_may_be_many_analyzers_at_the_same_time);
  RUN(the_words_of_a_text_are_counted);
  RUN(a_greeting_is_a_string_that_the_caller_frees);
  RUN(scaled_numbers_are_a_new_array);
  RUN(strings_of_a_column_are_joined);
  RUN(invalid_offsets_are_refused);
  return tests_done("analyzers");
}
