/* Events: the data that a callback gets, stored until the program reads it. */

#include <stdatomic.h>
#include <string.h>

#include "support.h"

static tp_events *new_events(tp_analyzer *analyzer) {
  tp_events *events = NULL;
  CHECK_OK(tp_events_new(analyzer, &events));
  CHECK(events != NULL);
  return events;
}

static void check_next(tp_events *events, const char *text, uint64_t words, uint64_t total) {
  const tp_document_event *event = NULL;
  CHECK_OK(tp_events_next(events, &event));
  CHECK(event != NULL && event->word_count == words && event->total_documents == total);
  CHECK(event->text_length == strlen(text) && memcmp(event->text, text, event->text_length) == 0);
}

static void check_none(tp_events *events) {
  const tp_document_event *event = (const tp_document_event *)"something";
  CHECK_OK(tp_events_next(events, &event));
  CHECK(event == NULL);
}

static void events_are_read_in_order(void) {
  for (int counts_only = 0; counts_only < 2; counts_only++) {
    tp_analyzer *analyzer = new_analyzer_with(2, counts_only);
    CHECK_OK(add(analyzer, "no listener"));
    tp_events *events = new_events(analyzer);
    check_none(events);
    const char *texts[] = {"one two", "\xff", "never"};
    const size_t lengths[] = {7, 1, 5};
    CHECK_STATUS(tp_analyzer_add_documents(analyzer, texts, lengths, 3, NULL), TP_ERROR_INVALID_UTF8);
    CHECK_OK(tp_analyzer_add_separated(analyzer, "a\n\nb", 4, '\n', 0, true, NULL));
    tp_draft *draft = NULL;
    CHECK_OK(tp_draft_new(analyzer, 0, &draft));
    CHECK_OK(tp_draft_append(draft, "in pieces", 9));
    CHECK_OK(tp_analyzer_add_draft(analyzer, draft));
    tp_draft_free(draft);
    check_next(events, "one two", 2, 2);
    check_next(events, "a", 1, 3);
    CHECK_OK(tp_analyzer_clear(analyzer));
    CHECK_OK(add(analyzer, "from new"));
    check_next(events, "b", 1, 4);
    check_next(events, "in pieces", 2, 5);
    check_next(events, "from new", 2, 1);
    check_none(events);
    check_none(events);
    tp_events_free(events);
    CHECK_OK(add(analyzer, "without events"));
    tp_analyzer_free(analyzer);
  }
  tp_events_free(NULL);
}

static void events_stay_valid_after_their_analyzer_is_freed(void) {
  tp_analyzer *analyzer = new_analyzer();
  tp_events *read = new_events(analyzer);
  CHECK_OK(add(analyzer, "first"));
  CHECK_OK(add(analyzer, "second"));
  tp_draft *draft = NULL;
  CHECK_OK(tp_draft_new(analyzer, 3 << 20, &draft));
  CHECK_OK(tp_draft_append(draft, "in pieces", 9));
  CHECK_OK(tp_analyzer_add_draft(analyzer, draft));
  tp_draft_free(draft);
  check_next(read, "first", 1, 1);
  /* New events replace the old ones, whose unread events stay. */
  tp_events *unread = new_events(analyzer);
  CHECK_OK(add(analyzer, "third"));
  tp_analyzer_free(analyzer);
  check_next(read, "second", 1, 2);
  check_next(read, "in pieces", 2, 3);
  check_none(read);
  tp_events_free(read);
  tp_events_free(unread);
}

static void destroy(void *user_data) {
  ++*(size_t *)user_data;
}

static int32_t count(void *user_data, const tp_document_event *event) {
  *(size_t *)user_data += 100 * event->word_count;
  return 0;
}

static void a_callback_and_events_replace_each_other(void) {
  size_t seen = 0;
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(tp_analyzer_set_callback(analyzer, count, &seen, destroy));
  CHECK_OK(add(analyzer, "to the callback"));
  tp_events *events = new_events(analyzer);
  CHECK(seen == 301);
  CHECK_OK(add(analyzer, "to the events"));
  CHECK_OK(tp_analyzer_set_callback(analyzer, count, &seen, destroy));
  CHECK_OK(add(analyzer, "back"));
  CHECK(seen == 401);
  check_next(events, "to the events", 3, 2);
  check_none(events);
  tp_events_free(events);
  CHECK_OK(add(analyzer, "still"));
  CHECK_OK(tp_analyzer_clear_callback(analyzer));
  CHECK(seen == 502);
  tp_analyzer_free(analyzer);
}

enum { ADDING = 4, EACH = 500 };

typedef struct queue {
  tp_analyzer *analyzer;
  tp_events *events;
  atomic_size_t finished;
  size_t read;
} queue;

static void add_or_read(size_t number, void *shared) {
  queue *queue = shared;
  if (number < ADDING) {
    for (int round = 0; round < EACH; round++) {
      CHECK_OK(add(queue->analyzer, "two words"));
    }
    atomic_fetch_add(&queue->finished, 1);
    return;
  }
  /* The last round begins after the other threads end, so that it reads all their events. */
  for (bool is_last = false;; is_last = atomic_load(&queue->finished) == ADDING) {
    const tp_document_event *event = NULL;
    do {
      CHECK_OK(tp_events_next(queue->events, &event));
      if (event != NULL) {
        CHECK(event->word_count == 2 && memcmp(event->text, "two words", event->text_length) == 0);
        queue->read++;
      }
    } while (event != NULL);
    if (is_last) {
      return;
    }
  }
}

static void one_thread_reads_while_other_threads_add(void) {
  queue shared = {.analyzer = new_analyzer()};
  shared.events = new_events(shared.analyzer);
  on_threads(ADDING + 1, add_or_read, &shared);
  CHECK(shared.read == ADDING * EACH);
  tp_events_free(shared.events);
  tp_analyzer_free(shared.analyzer);
}

int main(void) {
  RUN(events_are_read_in_order);
  RUN(events_stay_valid_after_their_analyzer_is_freed);
  RUN(a_callback_and_events_replace_each_other);
  RUN(one_thread_reads_while_other_threads_add);
  return tests_done("events");
}
