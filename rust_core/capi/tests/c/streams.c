/* Arrow structures stay valid after their analyzer is freed, and can be released in any order. */

#include <string.h>

#include "support.h"

enum { TERMS, RANKED, DOCUMENTS, KINDS };

static struct ArrowArrayStream stream_of(const tp_analyzer *analyzer, int kind, size_t batch_rows) {
  struct ArrowArrayStream stream;
  switch (kind) {
    case TERMS:
      CHECK_OK(tp_analyzer_term_frequencies(analyzer, batch_rows, &stream));
      break;
    case RANKED:
      CHECK_OK(tp_analyzer_top_terms(analyzer, batch_rows, &stream));
      break;
    default:
      CHECK_OK(tp_analyzer_documents(analyzer, 0, &stream));
  }
  return stream;
}

static tp_analyzer *analyzer_with_words(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  CHECK_OK(add(analyzer, "b a c"));
  CHECK_OK(add(analyzer, "C d a"));
  CHECK_OK(add(analyzer, "c \xce\xa3\xce\x8a\xce\xa3\xce\xa5\xce\xa6\xce\x9f\xce\xa3"));
  return analyzer;
}

static void rows_of_streams_are_in_order(void) {
  tp_analyzer *analyzer = analyzer_with_words();
  const char *expected[KINDS][6] = {
      {"b", "a", "c", "d", "\xcf\x83\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82", NULL},
      {"c", "a", "b", "d", "\xcf\x83\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82", NULL},
      {"b a c", "C d a", "c \xce\xa3\xce\x8a\xce\xa3\xce\xa5\xce\xa6\xce\x9f\xce\xa3", NULL},
  };
  for (int kind = 0; kind < KINDS; kind++) {
    for (size_t batch_rows = 0; batch_rows < 7; batch_rows++) {
      struct ArrowArrayStream stream = stream_of(analyzer, kind, batch_rows);
      rows all = read_rows(&stream);
      for (size_t place = 0; place < all.count; place++) {
        CHECK(expected[kind][place] != NULL);
        CHECK_TEXT(all.rows[place].text, expected[kind][place]);
      }
      CHECK(expected[kind][all.count] == NULL);
      free_rows(&all);
    }
  }
  tp_analyzer_free(analyzer);
}

static void a_stream_stays_valid_after_its_analyzer_is_changed_and_freed(void) {
  for (int kind = 0; kind < KINDS; kind++) {
    tp_analyzer *analyzer = analyzer_with_words();
    struct ArrowArrayStream before = stream_of(analyzer, kind, 2);
    struct ArrowArrayStream after = stream_of(analyzer, kind, 1);
    CHECK_OK(add(analyzer, "new words"));
    CHECK(unique_words(analyzer) == 7);
    rows seen = read_rows(&before);
    CHECK_OK(tp_analyzer_clear(analyzer));
    CHECK_OK(add(analyzer, "other"));
    CHECK(unique_words(analyzer) == 1);
    tp_analyzer_free(analyzer);
    rows later = read_rows(&after);
    CHECK(seen.count == later.count && seen.count == (kind == DOCUMENTS ? 3 : 5));
    for (size_t place = 0; place < seen.count; place++) {
      CHECK_TEXT(later.rows[place].text, seen.rows[place].text);
      CHECK(later.rows[place].number == seen.rows[place].number);
    }
    free_rows(&seen);
    free_rows(&later);
  }
}

/* Releases an analyzer, a stream, a schema and two batches in the order number `order`, and reads the rest in between. */
static void release_in_order(int kind, size_t order) {
  enum { ANALYZER, STREAM, SCHEMA, FIRST, SECOND, PARTS };
  tp_analyzer *analyzer = analyzer_with_words();
  struct ArrowArrayStream stream = stream_of(analyzer, kind, 2);
  struct ArrowSchema schema, kept_schema;
  struct ArrowArray batches[2];
  CHECK(stream.get_schema(&stream, &schema) == 0 && stream.get_schema(&stream, &kept_schema) == 0);
  CHECK(stream.get_next(&stream, &batches[0]) == 0 && batches[0].release != NULL);
  CHECK(stream.get_next(&stream, &batches[1]) == 0);
  bool is_released[PARTS] = {false};
  for (size_t left = PARTS; left > 0; left--) {
    size_t place = order % left;
    order /= left;
    size_t part = 0;
    for (; is_released[part] || place > 0; part++) {
      place -= !is_released[part];
    }
    is_released[part] = true;
    if (part == ANALYZER) {
      tp_analyzer_free(analyzer);
    } else if (part == STREAM) {
      stream.release(&stream);
    } else if (part == SCHEMA) {
      schema.release(&schema);
      CHECK(schema.release == NULL);
    } else if (batches[part - FIRST].release != NULL) {
      batches[part - FIRST].release(&batches[part - FIRST]);
      CHECK(batches[part - FIRST].release == NULL);
    }
    rows still_there = {NULL, 0};
    for (size_t batch = 0; batch < 2; batch++) {
      if (batches[batch].release != NULL) {
        append_batch(&still_there, &kept_schema, &batches[batch]);
      }
    }
    for (size_t row = 0; row < still_there.count; row++) {
      CHECK(still_there.rows[row].number > 0 && strlen(still_there.rows[row].text) > 0);
    }
    free_rows(&still_there);
  }
  kept_schema.release(&kept_schema);
}

static void structures_can_be_released_in_every_order(void) {
  for (int kind = 0; kind < KINDS; kind++) {
    for (size_t order = 0; order < 5 * 4 * 3 * 2; order++) {
      release_in_order(kind, order);
    }
  }
}

/* A consumer may take a column out of a batch, as Arrow allows: it moves the child and marks it as released. */
static void a_column_stays_valid_after_its_batch_is_released(void) {
  tp_analyzer *analyzer = analyzer_with_words();
  for (int kind = 0; kind < KINDS; kind++) {
    struct ArrowArrayStream stream = stream_of(analyzer, kind, 0);
    struct ArrowArray batch;
    CHECK(stream.get_next(&stream, &batch) == 0);
    struct ArrowArray numbers = *batch.children[1];
    batch.children[1]->release = NULL;
    batch.release(&batch);
    stream.release(&stream);
    const uint64_t *values = (const uint64_t *)numbers.buffers[1] + numbers.offset;
    CHECK(values[0] > 0 && values[numbers.length - 1] > 0);
    numbers.release(&numbers);
  }
  tp_analyzer_free(analyzer);
}

static void an_unread_stream_can_be_released(void) {
  tp_analyzer *analyzer = analyzer_with_words();
  for (int kind = 0; kind < KINDS; kind++) {
    struct ArrowArrayStream stream = stream_of(analyzer, kind, 1);
    stream.release(&stream);
    CHECK(stream.release == NULL);
  }
  tp_analyzer_free(analyzer);
}

static void a_stream_at_its_end_stays_at_its_end(void) {
  tp_analyzer *analyzer = new_analyzer();
  for (int kind = 0; kind < KINDS; kind++) {
    struct ArrowArrayStream stream = stream_of(analyzer, kind, 0);
    for (int round = 0; round < 3; round++) {
      struct ArrowArray batch;
      CHECK(stream.get_next(&stream, &batch) == 0 && batch.release == NULL);
      CHECK(stream.get_last_error(&stream) == NULL);
    }
    stream.release(&stream);
  }
  tp_analyzer_free(analyzer);
}

int main(void) {
  RUN(rows_of_streams_are_in_order);
  RUN(a_stream_stays_valid_after_its_analyzer_is_changed_and_freed);
  RUN(structures_can_be_released_in_every_order);
  RUN(a_column_stays_valid_after_its_batch_is_released);
  RUN(an_unread_stream_can_be_released);
  RUN(a_stream_at_its_end_stays_at_its_end);
  return tests_done("streams");
}
