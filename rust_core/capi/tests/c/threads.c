/* Many threads use one analyzer or many analyzers. At the end, the answers are the same as on one thread. */

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

enum { THREADS = 8, ROUNDS = 150 };

/* In each round a thread adds 4 documents with 9 words in total. */
static void add_a_round(tp_analyzer *analyzer, size_t thread, size_t round) {
  char own[48];
  snprintf(own, sizeof own, "Thread%zu Round%zu", thread, round);
  CHECK_OK(add(analyzer, own));
  const char *texts[] = {"shared words", own};
  const size_t lengths[] = {12, strlen(own)};
  uint64_t added = 0;
  CHECK_OK(tp_analyzer_add_documents(analyzer, texts, lengths, 2, &added));
  CHECK(added == 2);
  tp_draft *draft = NULL;
  CHECK_OK(tp_draft_new(analyzer, 0, &draft));
  CHECK_OK(tp_draft_append(draft, "a shared", 8));
  CHECK_OK(tp_draft_append(draft, " draft", 6));
  CHECK_OK(tp_analyzer_add_draft(analyzer, draft));
  tp_draft_free(draft);
}

static void check_answers(const tp_analyzer *analyzer, uint64_t threads, uint64_t rounds) {
  CHECK(document_count(analyzer) == 4 * threads * rounds && total_words(analyzer) == 9 * threads * rounds);
  CHECK(unique_words(analyzer) == 4 + threads + rounds);
  rows terms = term_frequencies(analyzer);
  CHECK(terms.count == 4 + threads + rounds);
  CHECK(number_of(&terms, "shared") == 2 * threads * rounds && number_of(&terms, "draft") == threads * rounds);
  for (uint64_t thread = 0; thread < threads; thread++) {
    char term[32];
    snprintf(term, sizeof term, "thread%zu", (size_t)thread);
    CHECK(number_of(&terms, term) == 2 * rounds);
  }
  CHECK(number_of(&terms, "round0") == 2 * threads);
  free_rows(&terms);
}

/* Makes several queries. Other threads add documents in between, and clear the analyzer if `may_be_cleared`. */
static void ask(tp_analyzer *analyzer, bool may_be_cleared) {
  tp_statistics statistics = {.struct_size = sizeof statistics};
  CHECK_OK(tp_analyzer_statistics(analyzer, &statistics));
  CHECK(statistics.unique_words <= statistics.distinct_types && statistics.distinct_types <= statistics.total_words);
  struct ArrowArrayStream stream;
  CHECK_OK(tp_analyzer_top_terms(analyzer, 5, &stream));
  rows terms = read_rows(&stream);
  uint64_t sum = 0;
  for (size_t place = 0; place < terms.count; place++) {
    CHECK(place == 0 || terms.rows[place].number <= terms.rows[place - 1].number);
    sum += terms.rows[place].number;
  }
  CHECK(may_be_cleared || sum >= statistics.total_words);
  free_rows(&terms);
  uint64_t done = 0, total = 0;
  CHECK_OK(tp_analyzer_update(analyzer, 1, &done, &total));
  CHECK(done <= total);
}

static void add_and_ask(size_t number, void *shared) {
  for (size_t round = 0; round < ROUNDS; round++) {
    add_a_round(shared, number, round);
    if ((round + number) % 10 == 0) {
      ask(shared, false);
    }
  }
}

static void threads_may_add_to_one_analyzer_and_query_it(void) {
  for (int counts_only = 0; counts_only < 2; counts_only++) {
    tp_analyzer *analyzer = new_analyzer_with(3, counts_only);
    tp_indexer *indexer = NULL;
    CHECK_OK(tp_indexer_start(analyzer, &indexer));
    on_threads(THREADS, add_and_ask, analyzer);
    CHECK_OK(tp_indexer_stop(indexer));
    check_answers(analyzer, THREADS, ROUNDS);
    tp_analyzer_free(analyzer);
  }
}

static void use_many_analyzers(size_t number, void *shared) {
  tp_analyzer **analyzers = shared;
  for (size_t round = 0; round < ROUNDS; round++) {
    tp_analyzer *own = new_analyzer_with(1 + round % 2, round % 3 == 0);
    add_a_round(own, number, round);
    CHECK(document_count(own) == 4 && total_words(own) == 9 && unique_words(own) == 6);
    tp_analyzer_free(own);
    add_a_round(analyzers[(number + round) % THREADS], number, round / THREADS);
  }
}

static void threads_may_use_many_analyzers(void) {
  tp_analyzer *analyzers[THREADS];
  for (size_t number = 0; number < THREADS; number++) {
    analyzers[number] = new_analyzer_with(2, false);
  }
  on_threads(THREADS, use_many_analyzers, analyzers);
  uint64_t documents = 0, words = 0;
  for (size_t number = 0; number < THREADS; number++) {
    documents += document_count(analyzers[number]);
    words += total_words(analyzers[number]);
    tp_analyzer_free(analyzers[number]);
  }
  CHECK(documents == 4 * THREADS * ROUNDS && words == 9 * THREADS * ROUNDS);
}

static atomic_size_t set_callbacks, told, destroyed;

/* The user data of a callback: one thread writes it, other threads read it, and the last of them frees it. */
typedef struct owned {
  size_t thread;
  char note[16];
} owned;

static int32_t tell(void *user_data, const tp_document_event *event) {
  const owned *mine = user_data;
  CHECK_TEXT(mine->note, "still there");
  CHECK(event->total_documents > 0 && event->word_count > 0);
  atomic_fetch_add(&told, 1);
  return 0;
}

static void destroy(void *user_data) {
  memset(user_data, 0, sizeof(owned));
  free(user_data);
  atomic_fetch_add(&destroyed, 1);
}

static void set_and_add(size_t number, void *shared) {
  tp_analyzer *analyzer = shared;
  for (size_t round = 0; round < ROUNDS; round++) {
    if ((number + round) % 3 == 0) {
      owned *mine = malloc(sizeof *mine);
      CHECK(mine != NULL);
      *mine = (owned){number, "still there"};
      CHECK_OK(tp_analyzer_set_callback(analyzer, tell, mine, destroy));
      atomic_fetch_add(&set_callbacks, 1);
    } else if ((number + round) % 17 == 0) {
      CHECK_OK(tp_analyzer_clear_callback(analyzer));
    }
    add_a_round(analyzer, number, round);
  }
}

static void a_callback_may_be_replaced_while_other_threads_run_it(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  on_threads(THREADS, set_and_add, analyzer);
  check_answers(analyzer, THREADS, ROUNDS);
  CHECK(atomic_load(&told) > 0);
  tp_analyzer_free(analyzer);
  CHECK(atomic_load(&set_callbacks) == atomic_load(&destroyed));
}

static void clear_or_use(size_t number, void *shared) {
  for (size_t round = 0; round < ROUNDS; round++) {
    if (number == 0 && round % 5 == 0) {
      CHECK_OK(tp_analyzer_clear(shared));
    } else if (number < 3) {
      add_a_round(shared, number, round);
    } else {
      rows kept = documents(shared);
      for (size_t place = 0; place < kept.count; place++) {
        CHECK(kept.rows[place].number == 2 || kept.rows[place].number == 3);
      }
      free_rows(&kept);
      ask(shared, true);
    }
  }
}

static void an_analyzer_may_be_cleared_while_other_threads_use_it(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  on_threads(5, clear_or_use, analyzer);
  CHECK_OK(tp_analyzer_clear(analyzer));
  CHECK(document_count(analyzer) == 0 && unique_words(analyzer) == 0);
  tp_analyzer_free(analyzer);
}

static void append_and_add(size_t number, void *shared) {
  void **both = shared;
  for (size_t round = 0; round < ROUNDS; round++) {
    CHECK_OK(tp_draft_append(both[1], "word ", 5));
    if (number == 0 && round % 10 == 0) {
      CHECK_OK(tp_analyzer_add_draft(both[0], both[1]));
      CHECK_OK(tp_draft_append(both[1], "word ", 5));
    }
  }
}

static void threads_may_append_to_one_draft(void) {
  tp_analyzer *analyzer = new_analyzer();
  tp_draft *draft = NULL;
  CHECK_OK(tp_draft_new(analyzer, 0, &draft));
  void *both[] = {analyzer, draft};
  on_threads(THREADS, append_and_add, both);
  CHECK_OK(tp_analyzer_add_draft(analyzer, draft));
  tp_draft_free(draft);
  CHECK(total_words(analyzer) == THREADS * ROUNDS + ROUNDS / 10 && unique_words(analyzer) == 1);
  tp_analyzer_free(analyzer);
}

static void read_batches(size_t number, void *shared) {
  struct ArrowArrayStream *streams = shared;
  rows all = read_rows(&streams[number]);
  CHECK(all.count == 5000);
  free_rows(&all);
}

static void other_threads_may_read_streams_after_the_analyzer_is_freed(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  char text[32];
  for (int number = 0; number < 5000; number++) {
    snprintf(text, sizeof text, "Word%d", number);
    CHECK_OK(add(analyzer, text));
  }
  struct ArrowArrayStream streams[THREADS];
  for (size_t number = 0; number < THREADS; number++) {
    CHECK_OK(number % 2 ? tp_analyzer_top_terms(analyzer, 700, &streams[number])
                        : tp_analyzer_documents(analyzer, 0, &streams[number]));
  }
  tp_analyzer_free(analyzer);
  on_threads(THREADS, read_batches, streams);
}

int main(void) {
  RUN(threads_may_add_to_one_analyzer_and_query_it);
  RUN(threads_may_use_many_analyzers);
  RUN(a_callback_may_be_replaced_while_other_threads_run_it);
  RUN(an_analyzer_may_be_cleared_while_other_threads_use_it);
  RUN(threads_may_append_to_one_draft);
  RUN(other_threads_may_read_streams_after_the_analyzer_is_freed);
  return tests_done("threads");
}
