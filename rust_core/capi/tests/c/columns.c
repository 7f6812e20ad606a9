/* Columns of text: from a stream, as in the example of the header, and from an array that a program makes. */

#include <string.h>

#include "support.h"

/* Adds the column `name` of all tables of a stream; returns the number of documents added. */
static uint64_t add_stream(tp_analyzer *analyzer, struct ArrowArrayStream *stream, const char *name) {
  struct ArrowSchema schema;
  struct ArrowArray array;
  uint64_t all = 0;
  tp_column column;
  memset(&column, 0, sizeof column);
  column.struct_size = sizeof column;
  column.schema = &schema;
  column.array = &array;
  column.name = name;
  column.name_length = strlen(name);
  CHECK(stream->get_schema(stream, &schema) == 0);
  while (stream->get_next(stream, &array) == 0 && array.release != NULL) {
    uint64_t added = 0;
    CHECK_OK(tp_analyzer_add_column(analyzer, &column, &added));
    all += added;
    array.release(&array);
  }
  schema.release(&schema);
  stream->release(stream);
  return all;
}

static void the_documents_of_one_analyzer_are_a_column_for_another(void) {
  tp_analyzer *from = new_analyzer(), *to = new_analyzer();
  struct ArrowArrayStream stream;
  CHECK_OK(add(from, "to be"));
  CHECK_OK(add(from, "or not to be"));
  CHECK_OK(tp_analyzer_documents(from, 0, &stream));
  CHECK(add_stream(to, &stream, "text") == 2);
  /* The stream of words has a batch for each word. */
  CHECK_OK(tp_analyzer_term_frequencies(from, 1, &stream));
  CHECK(add_stream(to, &stream, "term") == 4);
  CHECK(document_count(to) == 6 && total_words(to) == 10);
  tp_analyzer_free(from);
  tp_analyzer_free(to);
}

static void keep_schema(struct ArrowSchema *schema) { schema->release = NULL; }
static void keep_array(struct ArrowArray *array) { array->release = NULL; }

static void an_array_of_the_program_is_borrowed_and_not_released(void) {
  const int32_t offsets[] = {0, 5, 5, 5, 8};
  const uint8_t valid[] = {0x0D};
  const void *buffers[] = {valid, offsets, "to be or"};
  struct ArrowSchema schema;
  struct ArrowArray array;
  tp_column column;
  tp_analyzer *analyzer = new_analyzer();
  uint64_t added = 9, rows = 0, bytes = 0, nulls = 0;
  memset(&schema, 0, sizeof schema);
  memset(&array, 0, sizeof array);
  memset(&column, 0, sizeof column);
  schema.format = "u";
  schema.release = keep_schema;
  array.length = 4;
  array.null_count = -1;
  array.n_buffers = 3;
  array.buffers = buffers;
  array.release = keep_array;
  CHECK_STATUS(tp_column_shape(&column, &rows, &bytes, &nulls), TP_ERROR_INVALID_ARGUMENT);
  column.struct_size = sizeof column;
  check_null(tp_column_shape(&column, &rows, &bytes, &nulls), "schema");
  column.schema = &schema;
  check_null(tp_analyzer_add_column(analyzer, &column, &added), "array");
  CHECK(added == 0);
  column.array = &array;
  CHECK_OK(tp_column_shape(&column, &rows, &bytes, &nulls));
  CHECK(rows == 4 && bytes == 8 && nulls == 1);
  CHECK_STATUS(tp_analyzer_add_column(analyzer, &column, &added), TP_ERROR_MISSING_TEXT);
  CHECK(added == 1 && tp_last_error_document() == 1);
  column.missing = TP_BLANK_SKIP;
  CHECK_OK(tp_analyzer_add_column(analyzer, &column, &added));
  CHECK(added == 2 && document_count(analyzer) == 3);
  column.missing = TP_BLANK_KEEP;
  CHECK_OK(tp_analyzer_add_column(analyzer, &column, &added));
  CHECK(added == 4 && document_count(analyzer) == 7);
  schema.format = "g";
  CHECK_STATUS(tp_analyzer_add_column(analyzer, &column, &added), TP_ERROR_INVALID_ARGUMENT);
  CHECK(strstr(tp_last_error_message(), "\"g\"") != NULL);
  CHECK(schema.release != NULL && array.release != NULL);
  tp_analyzer_free(analyzer);
}

int main(void) {
  RUN(the_documents_of_one_analyzer_are_a_column_for_another);
  RUN(an_array_of_the_program_is_borrowed_and_not_released);
  return tests_done("columns");
}
