/* Errors: their messages and places, and the parameters that they do not change. */

#include <string.h>

#include "support.h"

static void statuses_have_names(void) {
  CHECK_TEXT(tp_status_name(TP_OK), "TP_OK");
  CHECK_TEXT(tp_status_name(TP_ERROR_TEXT_NOT_STORED), "TP_ERROR_TEXT_NOT_STORED");
  CHECK_TEXT(tp_status_name(-1), "TP_ERROR_UNKNOWN");
  CHECK_TEXT(tp_status_name(INT32_MAX), "TP_ERROR_UNKNOWN");
}

static void errors_name_the_required_pointer_that_is_null(void) {
  tp_analyzer *analyzer = new_analyzer();
  tp_draft *draft = NULL;
  uint64_t number = 7;
  bool contains = true;
  double sentiment = 7;
  struct ArrowArrayStream stream = {0};
  check_null(tp_analyzer_new(NULL, NULL), "analyzer");
  check_null(tp_analyzer_add_document(NULL, "a", 1), "analyzer");
  check_null(tp_analyzer_add_document(analyzer, NULL, 1), "text");
  check_null(tp_analyzer_add_documents(analyzer, NULL, NULL, 1, &number), "texts");
  CHECK(number == 0);
  number = 7;
  check_null(tp_analyzer_clear(NULL), "analyzer");
  check_null(tp_analyzer_total_words(NULL, &number), "analyzer");
  check_null(tp_analyzer_total_words(analyzer, NULL), "words");
  check_null(tp_analyzer_unique_words(NULL, &number), "analyzer");
  check_null(tp_analyzer_document_count(analyzer, NULL), "count");
  check_null(tp_analyzer_contains_document(analyzer, NULL, 1, &contains), "text");
  check_null(tp_analyzer_sentiment(NULL, &sentiment), "analyzer");
  check_null(tp_analyzer_statistics(analyzer, NULL), "statistics");
  check_null(tp_analyzer_documents(NULL, 0, &stream), "analyzer");
  check_null(tp_analyzer_top_terms(analyzer, 0, NULL), "stream");
  check_null(tp_draft_new(NULL, 0, &draft), "analyzer");
  check_null(tp_draft_append(NULL, "a", 1), "draft");
  check_null(tp_analyzer_add_draft(analyzer, NULL), "draft");
  check_null(tp_indexer_start(NULL, NULL), "indexer");
  check_null(tp_indexer_stop(NULL), "indexer");
  CHECK(number == 7 && contains && sentiment > 6 && draft == NULL && stream.release == NULL);
  CHECK(document_count(analyzer) == 0);
  tp_analyzer_free(analyzer);
}

static void an_error_names_the_place_and_a_success_does_not_reset_it(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_STATUS(add(analyzer, "caf\xc3"), TP_ERROR_INVALID_UTF8);
  CHECK_OK(add(analyzer, "fine"));
  CHECK(tp_last_error_offset() == 3 && tp_last_error_document() == -1);
  CHECK(strstr(tp_last_error_message(), "UTF-8") != NULL);
  CHECK_STATUS(tp_analyzer_clear(NULL), TP_ERROR_NULL_POINTER);
  CHECK(tp_last_error_offset() == -1);
  tp_analyzer_free(analyzer);
}

static void every_kind_of_invalid_text_is_refused_at_every_place(void) {
  const char *wrong[] = {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\xe2\x82"};
  tp_analyzer *analyzer = new_analyzer();
  char text[400];
  for (size_t sort = 0; sort < sizeof wrong / sizeof *wrong; sort++) {
    size_t length = strlen(wrong[sort]);
    for (size_t place = 0; place + length <= sizeof text; place += place < 140 ? 1 : 17) {
      memset(text, 'a', sizeof text);
      memcpy(text + place, wrong[sort], length);
      CHECK_STATUS(tp_analyzer_add_document(analyzer, text, sizeof text), TP_ERROR_INVALID_UTF8);
      CHECK(tp_last_error_offset() == (int64_t)place);
      CHECK_STATUS(tp_analyzer_add_document(analyzer, text, place + length), TP_ERROR_INVALID_UTF8);
      CHECK(tp_last_error_offset() == (int64_t)place);
    }
  }
  CHECK(document_count(analyzer) == 0);
  tp_analyzer_free(analyzer);
}

static void a_length_that_no_memory_has_is_refused(void) {
  tp_analyzer *analyzer = new_analyzer();
  uint64_t words = 7;
  bool contains = true;
  struct ArrowArray scaled = {0};
  double value = 1;
  CHECK_STATUS(tp_analyzer_add_document(analyzer, "a", SIZE_MAX), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_analyzer_contains_document(analyzer, "a", SIZE_MAX, &contains), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_count_words("a", SIZE_MAX / 2 + 1, &words), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_scale_f64(&value, SIZE_MAX / 8, 1, &scaled), TP_ERROR_INVALID_ARGUMENT);
  CHECK(words == 7 && contains && scaled.release == NULL);
  tp_analyzer_free(analyzer);
}

static void fail_differently(size_t number, void *shared) {
  tp_analyzer *analyzer = shared;
  char text[64];
  memset(text, 'a', sizeof text);
  CHECK_TEXT(tp_last_error_message(), "");
  for (int round = 0; round < 50; round++) {
    text[number] = '\xff';
    CHECK_STATUS(tp_analyzer_add_document(analyzer, text, sizeof text), TP_ERROR_INVALID_UTF8);
    CHECK(tp_last_error_offset() == (int64_t)number);
  }
}

static void each_thread_has_its_own_last_error(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_STATUS(add(analyzer, ""), TP_ERROR_NO_WORDS);
  on_threads(8, fail_differently, analyzer);
  CHECK(tp_last_error_offset() == -1 && strstr(tp_last_error_message(), "no word") != NULL);
  tp_analyzer_free(analyzer);
}

int main(void) {
  RUN(statuses_have_names);
  RUN(errors_name_the_required_pointer_that_is_null);
  RUN(an_error_names_the_place_and_a_success_does_not_reset_it);
  RUN(every_kind_of_invalid_text_is_refused_at_every_place);
  RUN(a_length_that_no_memory_has_is_refused);
  RUN(each_thread_has_its_own_last_error);
  return tests_done("errors");
}
