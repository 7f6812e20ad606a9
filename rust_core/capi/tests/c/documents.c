/* Documents: one, many, parts of a text, and drafts. */

#include <stdlib.h>
#include <string.h>

#include "support.h"

static void a_document_is_copied(void) {
  tp_analyzer *analyzer = new_analyzer();
  char text[] = "one two";
  CHECK_OK(add(analyzer, text));
  memset(text, 'x', sizeof text - 1);
  rows kept = documents(analyzer);
  CHECK(kept.count == 1 && kept.rows[0].number == 2);
  CHECK_TEXT(kept.rows[0].text, "one two");
  free_rows(&kept);
  tp_analyzer_free(analyzer);
}

/* Each text ends at the end of its memory, so that a sanitizer reports a scanner that reads beyond it. */
static void texts_of_every_length_are_read_to_their_end_only(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  for (size_t length = 1; length <= 600; length++) {
    for (size_t shift = 0; shift < 2; shift++) {
      char *memory = malloc(length + shift);
      CHECK(memory != NULL);
      char *text = memory + shift;
      for (size_t place = 0; place < length; place++) {
        text[place] = place % 7 == 6 ? ' ' : (char)('a' + place % 26);
      }
      CHECK_OK(tp_analyzer_add_document(analyzer, text, length));
      uint64_t words = 0;
      CHECK_OK(tp_count_words(text, length, &words));
      CHECK(words == (length + 6) / 7);
      bool contains = false;
      CHECK_OK(tp_analyzer_contains_document(analyzer, text, length, &contains));
      CHECK(contains);
      free(memory);
    }
  }
  CHECK(unique_words(analyzer) > 0);
  tp_analyzer_free(analyzer);
}

static void a_batch_stops_at_the_first_refused_text(void) {
  tp_analyzer *analyzer = new_analyzer();
  const char *texts[] = {"one", "two", "bad \xff", "four"};
  const size_t lengths[] = {3, 3, 5, 4};
  uint64_t added = 77;
  CHECK_STATUS(tp_analyzer_add_documents(analyzer, texts, lengths, 4, &added), TP_ERROR_INVALID_UTF8);
  CHECK(added == 2 && document_count(analyzer) == 2);
  CHECK(tp_last_error_document() == 2 && tp_last_error_offset() == 4);
  CHECK_OK(tp_analyzer_add_documents(analyzer, texts, lengths, 2, NULL));
  CHECK_OK(tp_analyzer_add_documents(analyzer, NULL, NULL, 0, &added));
  CHECK(added == 0 && document_count(analyzer) == 4);
  tp_analyzer_free(analyzer);
}

static void parts_of_a_text_are_documents(void) {
  tp_analyzer *analyzer = new_analyzer();
  const char *lines = "one\n\ntwo three\n";
  uint64_t added = 77;
  CHECK_OK(tp_analyzer_add_separated(analyzer, lines, strlen(lines), '\n', 4, true, &added));
  CHECK(added == 2 && document_count(analyzer) == 2);
  CHECK_STATUS(tp_analyzer_add_separated(analyzer, lines, strlen(lines), '\n', 0, false, &added), TP_ERROR_NO_WORDS);
  CHECK(added == 1 && tp_last_error_document() == 1);
  CHECK_STATUS(tp_analyzer_add_separated(analyzer, lines, strlen(lines), '\n', 3, true, &added),
               TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_analyzer_add_separated(analyzer, lines, strlen(lines), '\xe9', 0, true, &added),
               TP_ERROR_INVALID_ARGUMENT);
  CHECK(added == 0 && document_count(analyzer) == 3);
  tp_analyzer_free(analyzer);
}

static void texts_without_a_word_are_refused_skipped_or_kept(void) {
  const char *texts[] = {"one", NULL, " \n", "two three"};
  const size_t lengths[] = {3, 0, 2, 9};
  const char *lines = "one\n\n \ntwo three";
  uint64_t added = 77;
  bool contains = false;
  for (size_t counts_only = 0; counts_only < 2; counts_only++) {
    const tp_analyzer_options options = {.struct_size = sizeof(options), .counts_only = counts_only};
    tp_analyzer *analyzer = NULL;
    CHECK_OK(tp_analyzer_new(&options, &analyzer));
    CHECK_STATUS(tp_analyzer_add_texts(analyzer, texts, lengths, 4, TP_BLANK_REFUSE, &added), TP_ERROR_NO_WORDS);
    CHECK(added == 1 && tp_last_error_document() == 1);
    CHECK_OK(tp_analyzer_add_texts(analyzer, texts, lengths, 4, TP_BLANK_SKIP, &added));
    CHECK(added == 2 && document_count(analyzer) == 3);
    CHECK_OK(tp_analyzer_add_texts(analyzer, texts, lengths, 4, TP_BLANK_KEEP, &added));
    CHECK(added == 4 && document_count(analyzer) == 7 && unique_words(analyzer) == 3);
    CHECK_STATUS(tp_analyzer_add_parts(analyzer, lines, strlen(lines), '\n', 4, TP_BLANK_REFUSE, &added),
                 TP_ERROR_NO_WORDS);
    CHECK(added == 1 && tp_last_error_document() == 1);
    CHECK_OK(tp_analyzer_add_parts(analyzer, lines, strlen(lines), '\n', 4, TP_BLANK_SKIP, &added));
    CHECK(added == 2 && document_count(analyzer) == 10);
    CHECK_OK(tp_analyzer_add_parts(analyzer, lines, strlen(lines), '\n', 0, TP_BLANK_KEEP, &added));
    CHECK_OK(tp_analyzer_add_parts(analyzer, NULL, 0, '\n', 0, TP_BLANK_KEEP, &added));
    CHECK(added == 1 && document_count(analyzer) == 15 && unique_words(analyzer) == 3);
    CHECK_STATUS(tp_analyzer_add_texts(analyzer, texts, lengths, 4, 3, &added), TP_ERROR_INVALID_ARGUMENT);
    CHECK_STATUS(tp_analyzer_add_parts(analyzer, lines, 3, '\n', 0, -1, &added), TP_ERROR_INVALID_ARGUMENT);
    CHECK(added == 0 && document_count(analyzer) == 15);
    if (counts_only == 0) {
      CHECK_OK(tp_analyzer_contains_document(analyzer, "", 0, &contains));
      CHECK(contains);
    }
    tp_analyzer_free(analyzer);
  }
}

static void large_documents_are_stored_separately(void) {
  enum { LARGE = 5 << 20 };
  char *text = malloc(LARGE);
  CHECK(text != NULL);
  for (size_t place = 0; place < LARGE; place++) {
    text[place] = place % 8 == 7 ? ' ' : (char)('a' + place / 8 % 26);
  }
  tp_analyzer *analyzer = new_analyzer_with(3, false);
  for (int number = 0; number < 2; number++) {
    CHECK_OK(tp_analyzer_add_document(analyzer, text, LARGE));
    CHECK(unique_words(analyzer) == 26);
  }
  CHECK(total_words(analyzer) == 2 * (LARGE / 8));
  struct ArrowArrayStream stream;
  CHECK_OK(tp_analyzer_documents(analyzer, 1, &stream));
  tp_analyzer_free(analyzer);
  rows kept = read_rows(&stream);
  CHECK(kept.count == 1 && memcmp(kept.rows[0].text, text, LARGE) == 0);
  free_rows(&kept);
  free(text);
}

static void a_draft_is_one_document(void) {
  tp_analyzer *analyzer = new_analyzer();
  tp_draft *draft = NULL;
  CHECK_OK(tp_draft_new(analyzer, 0, &draft));
  CHECK_STATUS(tp_analyzer_add_draft(analyzer, draft), TP_ERROR_NO_WORDS);
  /* A character is split between two pieces. */
  CHECK_OK(tp_draft_append(draft, "caf\xc3", 4));
  CHECK_STATUS(tp_analyzer_add_draft(analyzer, draft), TP_ERROR_INVALID_UTF8);
  CHECK_OK(tp_draft_append(draft, "\xa9 noir", 6));
  CHECK_STATUS(tp_draft_append(draft, "\xff", 1), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_offset() == 10);
  char *room = NULL;
  CHECK_OK(tp_draft_room(draft, 100, &room));
  memcpy(room, " tard", 5);
  CHECK_STATUS(tp_draft_take(draft, 1000), TP_ERROR_INVALID_ARGUMENT);
  CHECK_OK(tp_draft_take(draft, 5));
  CHECK_OK(tp_analyzer_add_draft(analyzer, draft));
  CHECK_STATUS(tp_analyzer_add_draft(analyzer, draft), TP_ERROR_NO_WORDS);
  tp_draft_free(draft);
  rows kept = documents(analyzer);
  CHECK(kept.count == 1 && number_of(&kept, "caf\xc3\xa9 noir tard") == 3);
  free_rows(&kept);
  tp_analyzer_free(analyzer);
}

static void a_draft_may_be_blank_if_the_caller_allows_it(void) {
  for (int counts_only = 0; counts_only < 2; counts_only++) {
    tp_analyzer *analyzer = new_analyzer_with(1, counts_only == 1);
    tp_draft *draft = NULL;
    CHECK_OK(tp_draft_new(analyzer, 0, &draft));
    CHECK_OK(tp_draft_append(draft, " \n", 2));
    CHECK_STATUS(tp_analyzer_add_draft(analyzer, draft), TP_ERROR_NO_WORDS);
    CHECK_OK(tp_draft_allow_blank(draft));
    CHECK_OK(tp_analyzer_add_draft(analyzer, draft));
    CHECK(document_count(analyzer) == 1 && unique_words(analyzer) == 0);
    CHECK_STATUS(tp_analyzer_add_draft(analyzer, draft), TP_ERROR_NO_WORDS);
    CHECK_OK(tp_draft_allow_blank(draft));
    CHECK_OK(tp_analyzer_add_draft(analyzer, draft));
    CHECK(document_count(analyzer) == 2);
    tp_draft_free(draft);
    tp_analyzer_free(analyzer);
  }
}

static void a_draft_can_be_used_and_freed_after_its_analyzer(void) {
  for (int counts_only = 0; counts_only < 2; counts_only++) {
    tp_analyzer *analyzer = new_analyzer_with(1, counts_only);
    tp_draft *draft = NULL;
    CHECK_OK(tp_draft_new(analyzer, 3 << 20, &draft));
    CHECK_OK(tp_draft_append(draft, "never added", 11));
    tp_analyzer_free(analyzer);
    CHECK_OK(tp_draft_append(draft, " anywhere", 9));
    tp_draft_free(draft);
  }
  tp_draft_free(NULL);
}

static void room_beyond_the_memory_is_an_error(void) {
  tp_analyzer *analyzer = new_analyzer();
  tp_draft *draft = NULL;
  CHECK_STATUS(tp_draft_new(analyzer, SIZE_MAX, &draft), TP_ERROR_OUT_OF_MEMORY);
  CHECK(draft == NULL);
  CHECK_OK(tp_draft_new(analyzer, 0, &draft));
  CHECK_OK(tp_draft_append(draft, "before", 6));
  char *room = NULL;
  CHECK_STATUS(tp_draft_room(draft, SIZE_MAX / 2, &room), TP_ERROR_OUT_OF_MEMORY);
  CHECK_STATUS(tp_draft_room(draft, SIZE_MAX, &room), TP_ERROR_OUT_OF_MEMORY);
  CHECK(room == NULL);
  CHECK_OK(tp_analyzer_add_draft(analyzer, draft));
  CHECK(total_words(analyzer) == 1);
  tp_draft_free(draft);
  tp_analyzer_free(analyzer);
}

static void long_drafts_are_counted_without_storing_text(void) {
  enum { PIECES = 3000, PIECE = 4096 };
  static char piece[PIECE];
  for (size_t place = 0; place < PIECE; place++) {
    piece[place] = place % 16 == 15 ? ' ' : (char)('a' + place / 16 % 26);
  }
  tp_analyzer *analyzer = new_analyzer_with(2, true);
  tp_draft *draft = NULL;
  CHECK_OK(tp_draft_new(analyzer, 0, &draft));
  for (size_t number = 0; number < PIECES; number++) {
    CHECK_OK(tp_draft_append(draft, piece, PIECE));
  }
  CHECK_OK(tp_analyzer_add_draft(analyzer, draft));
  tp_draft_free(draft);
  CHECK(document_count(analyzer) == 1 && total_words(analyzer) == PIECES * (PIECE / 16));
  CHECK(unique_words(analyzer) == 26);
  bool contains = false;
  CHECK_STATUS(tp_analyzer_contains_document(analyzer, piece, PIECE, &contains), TP_ERROR_TEXT_NOT_STORED);
  tp_analyzer_free(analyzer);
}

static void the_index_is_updated_in_steps(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  char text[64];
  for (int number = 0; number < 20000; number++) {
    memset(text, 'a' + number % 26, sizeof text);
    text[number % (sizeof text - 2) + 1] = ' ';
    CHECK_OK(tp_analyzer_add_document(analyzer, text, sizeof text));
  }
  uint64_t done = 0, total = 1, before = 0;
  while (done < total) {
    CHECK_OK(tp_analyzer_update(analyzer, 1, &done, &total));
    CHECK(done >= before && total == 20000 * sizeof text);
    before = done;
  }
  CHECK_OK(tp_analyzer_update(analyzer, 0, NULL, NULL));
  CHECK(unique_words(analyzer) <= 26 * 64);
  tp_analyzer_free(analyzer);
}

int main(void) {
  RUN(a_document_is_copied);
  RUN(texts_of_every_length_are_read_to_their_end_only);
  RUN(a_batch_stops_at_the_first_refused_text);
  RUN(parts_of_a_text_are_documents);
  RUN(texts_without_a_word_are_refused_skipped_or_kept);
  RUN(large_documents_are_stored_separately);
  RUN(a_draft_is_one_document);
  RUN(a_draft_may_be_blank_if_the_caller_allows_it);
  RUN(a_draft_can_be_used_and_freed_after_its_analyzer);
  RUN(room_beyond_the_memory_is_an_error);
  RUN(long_drafts_are_counted_without_storing_text);
  RUN(the_index_is_updated_in_steps);
  return tests_done("documents");
}
