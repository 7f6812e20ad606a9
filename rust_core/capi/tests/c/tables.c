/* Tables can be read many times, and the library keeps structures for objects of other languages. */

#include <string.h>

#include "support.h"

static tp_table *table_of(const tp_analyzer *analyzer) {
  struct ArrowArrayStream stream;
  struct ArrowArrayStream *streams[] = {&stream};
  tp_table *table = NULL;
  CHECK_OK(tp_analyzer_term_frequencies(analyzer, 2, &stream));
  CHECK_OK(tp_table_new(streams, 1, NULL, NULL, 0, &table));
  stream.release(&stream);
  return table;
}

static void a_table_can_be_read_many_times_after_its_analyzer_is_freed(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "b a c"));
  CHECK_OK(add(analyzer, "C d a"));
  tp_table *table = table_of(analyzer);
  tp_analyzer_free(analyzer);
  const char *expected[] = {"b", "a", "c", "d"};
  for (uint64_t first = 0; first < 4; first++) {
    struct ArrowArrayStream stream;
    CHECK_OK(tp_table_stream(table, first, UINT64_MAX, &stream));
    rows part = read_rows(&stream);
    CHECK(part.count == 4 - first);
    for (size_t row = 0; row < part.count; row++) {
      CHECK_TEXT(part.rows[row].text, expected[first + row]);
    }
    free_rows(&part);
  }
  uint64_t count = 0;
  CHECK_OK(tp_table_row_count(table, &count));
  CHECK(count == 4);
  struct ArrowArrayStream last;
  CHECK_OK(tp_table_stream(table, 3, 1, &last));
  tp_table_free(table);
  rows part = read_rows(&last);
  CHECK(part.count == 1 && strcmp(part.rows[0].text, "d") == 0);
  free_rows(&part);
  tp_table_free(NULL);
}

static void a_table_can_be_written_to_bytes_and_read_back(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "to be or not to be"));
  tp_table *table = table_of(analyzer);
  struct ArrowArray ipc;
  CHECK_OK(tp_table_to_ipc(table, 1, 2, &ipc));
  tp_table *other = NULL;
  CHECK_OK(tp_table_from_ipc((const char *)ipc.buffers[1] + ipc.offset, (size_t)ipc.length, &other));
  ipc.release(&ipc);
  struct ArrowArrayStream stream;
  CHECK_OK(tp_table_stream(other, 0, UINT64_MAX, &stream));
  rows part = read_rows(&stream);
  CHECK(part.count == 2 && part.rows[0].number == 2 && strcmp(part.rows[1].text, "or") == 0);
  free_rows(&part);
  tp_table_free(table);
  tp_table_free(other);
  CHECK_STATUS(tp_table_from_ipc("bytes", 5, &other), TP_ERROR_INVALID_ARGUMENT);
  tp_analyzer_free(analyzer);
}

static void a_kept_stream_is_released_with_its_owner_unless_it_is_moved(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "to be or not to be"));
  tp_table *table = table_of(analyzer);
  int owner;
  for (int is_moved = 0; is_moved < 2; is_moved++) {
    struct ArrowArrayStream stream, *kept = NULL;
    CHECK_OK(tp_table_stream(table, 0, UINT64_MAX, &stream));
    CHECK_OK(tp_stream_keep(&owner, &stream, &kept));
    CHECK(stream.release == NULL && kept->release != NULL);
    CHECK_OK(tp_table_stream(table, 0, UINT64_MAX, &stream));
    CHECK_STATUS(tp_stream_keep(&owner, &stream, &kept), TP_ERROR_INVALID_ARGUMENT);
    stream.release(&stream);
    if (is_moved) {
      struct ArrowArrayStream mine = *kept;
      kept->release = NULL;
      rows all = read_rows(&mine);
      CHECK(all.count == 4);
      free_rows(&all);
    }
    tp_kept_free(&owner);
    tp_kept_free(&owner);
  }
  struct ArrowSchema schema, *kept = NULL;
  CHECK_OK(tp_table_schema(table, &schema));
  CHECK_OK(tp_schema_keep(&owner, &schema, &kept));
  CHECK(schema.release == NULL && kept->n_children == 2);
  CHECK_TEXT(kept->children[0]->name, "term");
  tp_kept_free(&owner);
  tp_table_free(table);
  tp_analyzer_free(analyzer);
}

int main(void) {
  RUN(a_table_can_be_read_many_times_after_its_analyzer_is_freed);
  RUN(a_table_can_be_written_to_bytes_and_read_back);
  RUN(a_kept_stream_is_released_with_its_owner_unless_it_is_moved);
  return tests_done("tables");
}
