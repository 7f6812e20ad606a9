/* The document callback: its arguments, what it may do, and when its user data is destroyed. */

#include <stdlib.h>
#include <string.h>

#include "support.h"

/* The user data of a callback: the last event, and the value to return. */
typedef struct witness {
  tp_analyzer *analyzer;
  size_t calls;
  char last[32];
  uint64_t words;
  uint64_t total_documents;
  int32_t answer;
  /* The number of calls of its destructor; stays valid after the witness is freed. */
  size_t *destroyed;
} witness;

static witness *new_witness(tp_analyzer *analyzer, size_t *destroyed) {
  witness *new = calloc(1, sizeof *new);
  CHECK(new != NULL);
  new->analyzer = analyzer;
  new->destroyed = destroyed;
  return new;
}

static void destroy(void *user_data) {
  witness *witness = user_data;
  ++*witness->destroyed;
  free(witness);
}

static int32_t look(void *user_data, const tp_document_event *event) {
  witness *witness = user_data;
  witness->calls++;
  size_t length = event->text_length < sizeof witness->last - 1 ? event->text_length : sizeof witness->last - 1;
  memcpy(witness->last, event->text, length);
  witness->last[length] = '\0';
  witness->words = event->word_count;
  witness->total_documents = event->total_documents;
  return witness->answer;
}

static void set(tp_analyzer *analyzer, tp_document_callback callback, witness *witness) {
  CHECK_OK(tp_analyzer_set_callback(analyzer, callback, witness, destroy));
}

static void a_callback_gets_each_document(void) {
  size_t destroyed = 0;
  tp_analyzer *analyzer = new_analyzer();
  witness *seen = new_witness(analyzer, &destroyed);
  set(analyzer, look, seen);
  CHECK_OK(add(analyzer, "one two"));
  CHECK(seen->calls == 1 && seen->words == 2 && seen->total_documents == 1);
  CHECK_TEXT(seen->last, "one two");
  const char *texts[] = {"a", "b c"};
  const size_t lengths[] = {1, 3};
  CHECK_OK(tp_analyzer_add_documents(analyzer, texts, lengths, 2, NULL));
  CHECK(seen->calls == 3 && seen->total_documents == 3);
  CHECK_OK(tp_analyzer_add_separated(analyzer, "x\n\ny", 4, '\n', 0, true, NULL));
  CHECK(seen->calls == 5);
  CHECK_TEXT(seen->last, "y");
  tp_draft *draft = NULL;
  CHECK_OK(tp_draft_new(analyzer, 0, &draft));
  CHECK_OK(tp_draft_append(draft, "in pieces", 9));
  CHECK_OK(tp_analyzer_add_draft(analyzer, draft));
  tp_draft_free(draft);
  CHECK_TEXT(seen->last, "in pieces");
  CHECK_STATUS(add(analyzer, " "), TP_ERROR_NO_WORDS);
  CHECK(seen->calls == 6 && destroyed == 0);
  tp_analyzer_free(analyzer);
  CHECK(destroyed == 1);
}

static void a_callback_stops_the_call_and_documents_stay_added(void) {
  size_t destroyed = 0;
  tp_analyzer *analyzer = new_analyzer();
  witness *seen = new_witness(analyzer, &destroyed);
  seen->answer = 7;
  set(analyzer, look, seen);
  uint64_t added = 77;
  CHECK_STATUS(tp_analyzer_add_separated(analyzer, "x\ny\nz", 5, '\n', 0, true, &added), TP_ERROR_STOPPED_BY_CALLBACK);
  CHECK(added == 1 && document_count(analyzer) == 1 && tp_last_error_document() == 0);
  CHECK_STATUS(add(analyzer, "alone"), TP_ERROR_STOPPED_BY_CALLBACK);
  CHECK(document_count(analyzer) == 2);
  CHECK_OK(tp_analyzer_clear_callback(analyzer));
  CHECK(destroyed == 1);
  CHECK_OK(add(analyzer, "no listener"));
  tp_analyzer_free(analyzer);
  CHECK(destroyed == 1);
}

static void user_data_is_destroyed_exactly_once(void) {
  size_t destroyed = 0;
  tp_analyzer *analyzer = new_analyzer();
  for (size_t round = 1; round <= 5; round++) {
    set(analyzer, look, new_witness(analyzer, &destroyed));
    CHECK(destroyed == round - 1);
  }
  CHECK_OK(tp_analyzer_clear(analyzer));
  CHECK(destroyed == 4);
  CHECK_OK(tp_analyzer_clear_callback(analyzer));
  CHECK_OK(tp_analyzer_clear_callback(analyzer));
  CHECK(destroyed == 5);
  /* The user data is also destroyed if the callback cannot be set. */
  CHECK_STATUS(tp_analyzer_set_callback(NULL, look, new_witness(NULL, &destroyed), destroy), TP_ERROR_NULL_POINTER);
  CHECK_STATUS(tp_analyzer_set_callback(analyzer, NULL, new_witness(NULL, &destroyed), destroy), TP_ERROR_NULL_POINTER);
  CHECK(destroyed == 7);
  tp_analyzer_free(analyzer);
  CHECK(destroyed == 7);
}

static int32_t use(void *user_data, const tp_document_event *event) {
  witness *witness = user_data;
  tp_analyzer *analyzer = witness->analyzer;
  if (++witness->calls <= 3) {
    /* This call runs this callback again, inside itself. */
    CHECK_OK(add(analyzer, "from inside"));
  }
  CHECK(document_count(analyzer) >= event->total_documents);
  rows terms = term_frequencies(analyzer);
  CHECK(number_of(&terms, "inside") == 4);
  free_rows(&terms);
  bool contains = false;
  CHECK_OK(tp_analyzer_contains_document(analyzer, event->text, event->text_length, &contains));
  CHECK(contains);
  return 0;
}

static void a_callback_may_use_and_change_its_analyzer(void) {
  size_t destroyed = 0;
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  set(analyzer, use, new_witness(analyzer, &destroyed));
  CHECK_OK(add(analyzer, "inside"));
  CHECK(document_count(analyzer) == 4);
  tp_analyzer_free(analyzer);
  CHECK(destroyed == 1);
}

static int32_t replace_itself(void *user_data, const tp_document_event *event) {
  witness *witness = user_data;
  size_t *destroyed = witness->destroyed;
  set(witness->analyzer, look, new_witness(witness->analyzer, destroyed));
  /* The user data stays valid while the callback runs. */
  CHECK(*destroyed == 0);
  return look(witness, event);
}

static void a_callback_may_replace_itself(void) {
  size_t destroyed = 0;
  tp_analyzer *analyzer = new_analyzer();
  set(analyzer, replace_itself, new_witness(analyzer, &destroyed));
  const char *texts[] = {"a", "b c"};
  const size_t lengths[] = {1, 3};
  CHECK_OK(tp_analyzer_add_documents(analyzer, texts, lengths, 2, NULL));
  CHECK(destroyed == 1);
  tp_analyzer_free(analyzer);
  CHECK(destroyed == 2);
}

static int32_t clear_itself(void *user_data, const tp_document_event *event) {
  witness *witness = user_data;
  CHECK_OK(tp_analyzer_clear_callback(witness->analyzer));
  CHECK_OK(tp_analyzer_clear(witness->analyzer));
  CHECK(*witness->destroyed == 0);
  return look(witness, event);
}

static void a_callback_may_clear_itself_and_the_documents(void) {
  size_t destroyed = 0;
  tp_analyzer *analyzer = new_analyzer();
  set(analyzer, clear_itself, new_witness(analyzer, &destroyed));
  const char *texts[] = {"a", "b c", "d"};
  const size_t lengths[] = {1, 3, 1};
  uint64_t added = 0;
  CHECK_OK(tp_analyzer_add_documents(analyzer, texts, lengths, 3, &added));
  CHECK(destroyed == 1 && added == 3 && document_count(analyzer) == 2);
  tp_analyzer_free(analyzer);
  CHECK(destroyed == 1);
}

static int32_t free_analyzer(void *user_data, const tp_document_event *event) {
  witness *witness = user_data;
  tp_analyzer_free(witness->analyzer);
  CHECK(*witness->destroyed == 0);
  /* Text and user data stay valid until this callback returns. */
  look(witness, event);
  CHECK_TEXT(witness->last, "the last one");
  return 1;
}

static void a_callback_may_free_its_analyzer(void) {
  const char *text = "the last one";
  const size_t length = strlen(text);
  for (int way = 0; way < 4; way++) {
    size_t destroyed = 0;
    tp_analyzer *analyzer = new_analyzer_with(0, way % 2);
    CHECK_OK(add(analyzer, "before"));
    set(analyzer, free_analyzer, new_witness(analyzer, &destroyed));
    if (way == 0) {
      CHECK_STATUS(add(analyzer, text), TP_ERROR_STOPPED_BY_CALLBACK);
    } else if (way == 1) {
      CHECK_STATUS(tp_analyzer_add_documents(analyzer, &text, &length, 1, NULL), TP_ERROR_STOPPED_BY_CALLBACK);
    } else if (way == 2) {
      CHECK_STATUS(tp_analyzer_add_separated(analyzer, text, length, '\n', 0, false, NULL),
                   TP_ERROR_STOPPED_BY_CALLBACK);
    } else {
      tp_draft *draft = NULL;
      CHECK_OK(tp_draft_new(analyzer, length, &draft));
      CHECK_OK(tp_draft_append(draft, text, length));
      CHECK_STATUS(tp_analyzer_add_draft(analyzer, draft), TP_ERROR_STOPPED_BY_CALLBACK);
      tp_draft_free(draft);
    }
    CHECK(destroyed == 1);
  }
}

static void destroy_and_use(void *user_data) {
  witness *witness = user_data;
  if (witness->analyzer != NULL) {
    CHECK_OK(tp_analyzer_clear_callback(witness->analyzer));
    CHECK_OK(add(witness->analyzer, "from the destructor"));
  }
  destroy(witness);
}

static void a_destructor_may_use_the_analyzer(void) {
  size_t destroyed = 0;
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(tp_analyzer_set_callback(analyzer, look, new_witness(analyzer, &destroyed), destroy_and_use));
  set(analyzer, look, new_witness(analyzer, &destroyed));
  CHECK(destroyed == 2 && document_count(analyzer) == 1);
  tp_analyzer_free(analyzer);
  CHECK(destroyed == 2);
}

static void destroy_and_free(void *user_data) {
  witness *witness = user_data;
  tp_analyzer_free(witness->analyzer);
  destroy(witness);
}

/* A callback that owns its analyzer: its destructor frees the handle. */
static void a_destructor_may_free_the_analyzer(void) {
  size_t destroyed = 0;
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "before"));
  CHECK_OK(tp_analyzer_set_callback(analyzer, look, new_witness(analyzer, &destroyed), destroy_and_free));
  CHECK_OK(tp_analyzer_clear_callback(analyzer));
  CHECK(destroyed == 1);
  analyzer = new_analyzer();
  CHECK_OK(tp_analyzer_set_callback(analyzer, look, new_witness(analyzer, &destroyed), destroy_and_free));
  CHECK_OK(tp_analyzer_set_callback(analyzer, look, new_witness(NULL, &destroyed), destroy));
  CHECK(destroyed == 3);
}

int main(void) {
  RUN(a_callback_gets_each_document);
  RUN(a_callback_stops_the_call_and_documents_stay_added);
  RUN(user_data_is_destroyed_exactly_once);
  RUN(a_callback_may_use_and_change_its_analyzer);
  RUN(a_callback_may_replace_itself);
  RUN(a_callback_may_clear_itself_and_the_documents);
  RUN(a_callback_may_free_its_analyzer);
  RUN(a_destructor_may_use_the_analyzer);
  RUN(a_destructor_may_free_the_analyzer);
  return tests_done("callbacks");
}
