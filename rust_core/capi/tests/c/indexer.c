/* Indexing in the background while documents are added. */

#include <stdio.h>
#include <string.h>

#include "support.h"

static void add_many(tp_analyzer *analyzer, int documents) {
  char text[64];
  for (int number = 0; number < documents; number++) {
    snprintf(text, sizeof text, "Document %d of many %d", number, number % 97);
    CHECK_OK(add(analyzer, text));
  }
}

static void answers_do_not_depend_on_an_indexer(void) {
  tp_analyzer *alone = new_analyzer_with(1, false);
  tp_analyzer *accompanied = new_analyzer_with(2, false);
  tp_indexer *first = NULL, *second = NULL;
  CHECK_OK(tp_indexer_start(accompanied, &first));
  CHECK_OK(tp_indexer_start(accompanied, &second));
  for (int round = 0; round < 3; round++) {
    add_many(alone, 3000);
    add_many(accompanied, 3000);
    CHECK(unique_words(accompanied) == unique_words(alone));
  }
  CHECK_OK(tp_indexer_stop(first));
  add_many(alone, 3000);
  add_many(accompanied, 3000);
  CHECK_OK(tp_indexer_stop(second));
  rows expected = term_frequencies(alone);
  rows found = term_frequencies(accompanied);
  CHECK(expected.count == found.count);
  for (size_t place = 0; place < found.count; place++) {
    CHECK_TEXT(found.rows[place].text, expected.rows[place].text);
    CHECK(found.rows[place].number == expected.rows[place].number);
  }
  free_rows(&expected);
  free_rows(&found);
  tp_analyzer_free(alone);
  tp_analyzer_free(accompanied);
}

static void an_analyzer_may_be_freed_or_cleared_while_it_is_indexed(void) {
  for (int is_cleared = 0; is_cleared < 2; is_cleared++) {
    tp_analyzer *analyzer = new_analyzer_with(2, false);
    tp_indexer *indexer = NULL;
    CHECK_OK(tp_indexer_start(analyzer, &indexer));
    add_many(analyzer, 5000);
    if (is_cleared) {
      CHECK_OK(tp_analyzer_clear(analyzer));
      CHECK(unique_words(analyzer) == 0);
    }
    tp_analyzer_free(analyzer);
    CHECK_OK(tp_indexer_stop(indexer));
  }
}

static void an_indexer_without_work_can_be_stopped(void) {
  for (size_t threads = 1; threads <= 2; threads++) {
    for (int counts_only = 0; counts_only < 2; counts_only++) {
      tp_analyzer *analyzer = new_analyzer_with(threads, counts_only);
      tp_indexer *indexer = NULL;
      CHECK_OK(tp_indexer_start(analyzer, &indexer));
      CHECK_OK(add(analyzer, "a word"));
      CHECK_OK(tp_indexer_stop(indexer));
      CHECK(unique_words(analyzer) == 2);
      tp_analyzer_free(analyzer);
    }
  }
}

int main(void) {
  RUN(answers_do_not_depend_on_an_indexer);
  RUN(an_analyzer_may_be_freed_or_cleared_while_it_is_indexed);
  RUN(an_indexer_without_work_can_be_stopped);
  return tests_done("indexer");
}
