/* A corpus with ratings: counts by rating, a part, a saved file, and a merge. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* The structures belong to this program, so nothing needs to be released. */
static void release_array(struct ArrowArray *array) {
  array->release = NULL;
}

static void release_schema(struct ArrowSchema *schema) {
  schema->release = NULL;
}

/* A table with a column of integers. */
static tp_table *table_of(const char *name, const int64_t *values, int64_t count) {
  const void *buffers[] = {NULL, values};
  struct ArrowArray array = {.length = count, .n_buffers = 2, .buffers = buffers, .release = release_array};
  struct ArrowSchema schema = {.format = "l", .release = release_schema};
  tp_table *table = NULL;
  CHECK_OK(tp_table_copy(&schema, &array, name, strlen(name), &table));
  CHECK(array.release != NULL && schema.release != NULL);
  return table;
}

static const uint32_t *codes_of(const struct ArrowArray *codes) {
  return (const uint32_t *)codes->buffers[1] + codes->offset;
}

static void documents_are_counted_by_rating_chosen_saved_and_merged(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "good food"));
  CHECK_OK(add(analyzer, "bad food"));
  CHECK_OK(add(analyzer, "good coffee"));
  const int64_t values[] = {5, 1, 5};
  tp_table *stars = table_of("stars", values, 3);

  /* Counts by rating. */
  struct ArrowArray codes;
  tp_table *ratings = NULL;
  CHECK_OK(tp_table_codes(stars, &codes, &ratings));
  CHECK(codes.length == 3 && codes_of(&codes)[0] == 0 && codes_of(&codes)[1] == 1 && codes_of(&codes)[2] == 0);
  struct ArrowArrayStream stream;
  struct ArrowArray batch;
  CHECK_OK(tp_analyzer_grouped_terms(analyzer, codes_of(&codes), 3, TP_ORDER_FREQUENCY, 1, 0, &stream));
  CHECK(stream.get_next(&stream, &batch) == 0 && batch.length == 2);
  CHECK(((const uint64_t *)batch.children[2]->buffers[1])[0] == 2);
  batch.release(&batch);
  stream.release(&stream);

  /* The documents with the best rating, with their ratings. */
  const uint8_t is_wanted[] = {1, 0};
  struct ArrowArray rows;
  CHECK_OK(tp_rows_of_groups(codes_of(&codes), 3, is_wanted, 2, &rows));
  const uint64_t *numbers = (const uint64_t *)rows.buffers[1] + rows.offset;
  size_t count = (size_t)rows.length;
  CHECK(count == 2 && numbers[0] == 0 && numbers[1] == 2);
  tp_analyzer *best = NULL;
  tp_table *kept = NULL;
  CHECK_OK(tp_analyzer_choose(analyzer, numbers, count, &best));
  CHECK_OK(tp_table_take(stars, numbers, count, &kept));
  rows.release(&rows);
  codes.release(&codes);
  CHECK(document_count(best) == 2 && unique_words(best) == 3);

  /* Saved, loaded, and merged with another analyzer. */
  const char *folder = getenv("TMPDIR");
  char path[4096];
  CHECK(snprintf(path, sizeof path, "%s/corpus-in-c.arrow", folder ? folder : "/tmp") < (int)sizeof path);
  CHECK_OK(tp_analyzer_save(best, kept, path, strlen(path)));
  tp_analyzer *loaded = NULL;
  tp_table *again = NULL;
  CHECK_OK(tp_analyzer_load(path, strlen(path), NULL, &loaded, &again));
  CHECK(remove(path) == 0);
  struct ArrowArray settings;
  CHECK_OK(tp_analyzer_settings(loaded, &settings));
  CHECK(settings.length == 2 && settings.n_children == 2);
  settings.release(&settings);
  CHECK_OK(tp_analyzer_merge(loaded, analyzer));
  const tp_table *both[] = {again, stars};
  tp_table *merged = NULL;
  CHECK_OK(tp_table_concat(both, 2, &merged));
  uint64_t documents = 0;
  CHECK_OK(tp_table_row_count(merged, &documents));
  CHECK(documents == 5 && document_count(loaded) == 5);
  const char *name = "stars";
  size_t length = strlen(name);
  tp_table *selected = NULL, *joined = NULL;
  CHECK_OK(tp_table_select(merged, &name, &length, 1, &selected));
  const tp_table *twice[] = {selected, merged};
  CHECK_STATUS(tp_table_join(twice, 2, &joined), TP_ERROR_INVALID_ARGUMENT);
  CHECK_OK(tp_table_join(twice, 1, &joined));

  tp_table *tables[] = {stars, ratings, kept, again, merged, selected, joined};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    tp_table_free(tables[i]);
  }
  tp_analyzer_free(loaded);
  tp_analyzer_free(best);
  tp_analyzer_free(analyzer);
}

int main(void) {
  RUN(documents_are_counted_by_rating_chosen_saved_and_merged);
  return tests_done("corpus");
}
