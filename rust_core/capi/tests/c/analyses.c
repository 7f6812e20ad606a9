/* Analyses of a corpus: patterns, concordance, collocations, collocates, keyness, dispersion and association. */

#include <math.h>
#include <string.h>

#include "support.h"

/* The first batch of a stream. */
typedef struct table {
  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  struct ArrowArray batch;
} table;

static void read_table(table *table) {
  CHECK(table->stream.get_schema(&table->stream, &table->schema) == 0);
  CHECK(table->stream.get_next(&table->stream, &table->batch) == 0 && table->batch.release != NULL);
}

static void free_table(table *table) {
  table->batch.release(&table->batch);
  table->schema.release(&table->schema);
  table->stream.release(&table->stream);
}

static const struct ArrowArray *column(const table *table, const char *name, const char *format) {
  for (int64_t i = 0; i < table->schema.n_children; i++) {
    if (strcmp(table->schema.children[i]->name, name) == 0) {
      CHECK_TEXT(table->schema.children[i]->format, format);
      return table->batch.children[i];
    }
  }
  CHECK(false);
  return NULL;
}

static uint64_t count_at(const table *table, const char *name, int64_t row) {
  const struct ArrowArray *array = column(table, name, "L");
  return ((const uint64_t *)array->buffers[1])[array->offset + row];
}

static double score_at(const table *table, const char *name, int64_t row) {
  const struct ArrowArray *array = column(table, name, "g");
  return ((const double *)array->buffers[1])[array->offset + row];
}

static bool is_text_at(const table *table, const char *name, int64_t row, const char *expected) {
  const struct ArrowArray *array = column(table, name, "u");
  const int32_t *ends = (const int32_t *)array->buffers[1] + array->offset + row;
  size_t length = (size_t)(ends[1] - ends[0]);
  return length == strlen(expected) && memcmp((const char *)array->buffers[2] + ends[0], expected, length) == 0;
}

static bool is_near(double found, double expected) {
  return fabs(found - expected) < 1e-9;
}

static tp_analyzer *cats_and_dogs(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "the cat sat on the mat the cat ran"));
  CHECK_OK(add(analyzer, "a dog sat on the log"));
  CHECK_OK(add(analyzer, "the dog and the cat ran to the log"));
  return analyzer;
}

static tp_patterns *pattern(const char *phrase) {
  tp_patterns *patterns = NULL;
  CHECK_OK(tp_patterns_new(TP_PATTERN_BASE_TERMS, &patterns));
  CHECK_OK(tp_patterns_add_phrase(patterns, phrase, strlen(phrase), phrase, strlen(phrase)));
  return patterns;
}

static void matches_are_quoted_sorted_and_counted(void) {
  tp_analyzer *analyzer = cats_and_dogs();
  tp_patterns *patterns = pattern("the c*");
  const tp_sort_key keys[] = {TP_SORT_RIGHT, TP_SORT_RANK};
  const size_t numbers[] = {1, 0};
  const uint32_t ranks[] = {2, 1, 0};
  tp_concordance_options options = {.struct_size = sizeof options, .left = 1, .right = 1};
  options.sort_keys = keys, options.sort_numbers = numbers, options.sort_key_count = 2;
  options.ranks = ranks, options.rank_list_count = 1, options.rank_list_length = 3;
  table lines;
  CHECK_OK(tp_analyzer_concordance(analyzer, patterns, &options, 0, &lines.stream));
  tp_patterns_free(patterns);
  read_table(&lines);
  CHECK(lines.batch.length == 3);
  CHECK(count_at(&lines, "document", 0) == 2 && count_at(&lines, "from", 0) == 3 && count_at(&lines, "to", 0) == 5);
  CHECK(is_text_at(&lines, "left", 0, "and") && is_text_at(&lines, "match", 0, "the cat"));
  CHECK(is_text_at(&lines, "right", 2, "sat") && is_text_at(&lines, "pattern", 2, "the c*"));

  /* The lines are the only owner of the texts. */
  tp_patterns *words = NULL;
  CHECK_OK(tp_patterns_new(TP_PATTERN_BASE_TOKENS, &words));
  CHECK_OK(tp_patterns_add(words, "pets", 4));
  const tp_word_kind kinds[] = {TP_WORD_LITERAL, TP_WORD_REGEX};
  const char *const alternatives[] = {"cat", "^d.g$"};
  const size_t lengths[] = {3, 5};
  CHECK_OK(tp_patterns_add_slot(words, kinds, alternatives, lengths, 2));
  CHECK_OK(tp_patterns_add_slot(words, NULL, NULL, NULL, 0));
  const uint32_t codes[] = {0, 1, 0};
  table counts;
  CHECK_OK(tp_analyzer_count_matches(analyzer, words, NULL, codes, 3, 2, &counts.stream));
  tp_patterns_free(words);
  tp_analyzer_free(analyzer);
  read_table(&counts);
  CHECK(counts.batch.length == 2 && count_at(&counts, "count", 0) == 4 && count_at(&counts, "count", 1) == 1);
  CHECK(is_text_at(&counts, "pattern", 1, "pets") && count_at(&counts, "documents", 0) == 2);
  free_table(&counts);
  CHECK(is_text_at(&lines, "match", 1, "the cat"));
  free_table(&lines);
}

static void wrong_patterns_and_options_are_errors(void) {
  tp_analyzer *analyzer = cats_and_dogs();
  tp_patterns *patterns = NULL;
  struct ArrowArrayStream stream;
  CHECK_STATUS(tp_patterns_new(7, &patterns), TP_ERROR_INVALID_ARGUMENT);
  CHECK_OK(tp_patterns_new(TP_PATTERN_BASE_TERMS, &patterns));
  CHECK_STATUS(tp_patterns_add_slot(patterns, NULL, NULL, NULL, 0), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_patterns_add_phrase(patterns, NULL, 0, " \n", 2), TP_ERROR_INVALID_PATTERN);
  CHECK_STATUS(tp_patterns_add_phrase(patterns, NULL, 0, "\xff", 1), TP_ERROR_INVALID_UTF8);
  CHECK_OK(tp_patterns_add(patterns, NULL, 0));
  const tp_word_kind kind = TP_WORD_REGEX;
  const char *const wrong = "(";
  const size_t length = 1;
  CHECK_STATUS(tp_patterns_add_slot(patterns, &kind, &wrong, &length, 1), TP_ERROR_INVALID_PATTERN);
  CHECK(tp_last_error_document() == 0);
  CHECK_STATUS(tp_analyzer_concordance(analyzer, patterns, NULL, 0, &stream), TP_ERROR_INVALID_PATTERN);
  tp_patterns_free(patterns);

  const tp_measure measures[] = {TP_MEASURE_G2, TP_MEASURE_G2};
  tp_collocation_options options = {.struct_size = sizeof options, .measures = measures, .measure_count = 2};
  CHECK_STATUS(tp_analyzer_collocations(analyzer, NULL, 0, &options, 0, &stream), TP_ERROR_INVALID_ARGUMENT);
  const uint32_t codes[] = {TP_TARGET, TP_TARGET, TP_NO_GROUP};
  CHECK_STATUS(tp_analyzer_keyness(analyzer, codes, 3, NULL, NULL, 0, NULL, 0, &stream), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_analyzer_dispersion(analyzer, codes, 2, NULL, 0, &stream), TP_ERROR_INVALID_ARGUMENT);
  check_null(tp_analyzer_keyness(NULL, codes, 3, NULL, NULL, 0, NULL, 0, &stream), "analyzer");
  check_null(tp_analyzer_collocates(analyzer, NULL, NULL, NULL, 0, NULL, 0, &stream), "node");
  tp_patterns_free(NULL);
  tp_analyzer_free(analyzer);
}

static void words_that_occur_together_have_scores(void) {
  tp_analyzer *analyzer = cats_and_dogs();
  const tp_measure measures[] = {TP_MEASURE_PMI, TP_MEASURE_LAMBDA};
  tp_collocation_options options = {.struct_size = sizeof options, .measures = measures, .measure_count = 2};
  options.min_count = 3;
  table pairs;
  CHECK_OK(tp_analyzer_collocations(analyzer, NULL, 0, &options, 0, &pairs.stream));
  read_table(&pairs);
  CHECK(pairs.batch.length == 1 && is_text_at(&pairs, "term_1", 0, "the") && is_text_at(&pairs, "term_2", 0, "cat"));
  CHECK(count_at(&pairs, "count", 0) == 3 && count_at(&pairs, "documents", 0) == 2);
  CHECK(is_near(score_at(&pairs, "pmi", 0), 1.584962500721156));
  CHECK(is_near(score_at(&pairs, "lambda", 0), 3.1159814017057));
  free_table(&pairs);

  tp_patterns *node = pattern("cat"), *barriers = pattern("sat");
  tp_collocate_options near = {.struct_size = sizeof near, .left = 2, .right = 2, .measures = measures};
  near.measure_count = 1;
  table words;
  CHECK_OK(tp_analyzer_collocates(analyzer, node, barriers, NULL, 0, &near, 0, &words.stream));
  tp_patterns_free(node);
  tp_patterns_free(barriers);
  tp_analyzer_free(analyzer);
  read_table(&words);
  CHECK(is_text_at(&words, "term", 0, "ran") && count_at(&words, "count", 0) == 2);
  CHECK(count_at(&words, "frequency", 0) == 2);
  free_table(&words);
}

static void documents_are_compared(void) {
  tp_analyzer *target = new_analyzer(), *reference = new_analyzer();
  CHECK_OK(add(target, "a a a b b c c c c c c d e f g h h"));
  CHECK_OK(add(reference, "a a b c c d d d d e f h"));
  const uint32_t first[] = {TP_TARGET}, second[] = {TP_REFERENCE};
  const tp_measure measures[] = {TP_MEASURE_G2};
  tp_keyness_options options = {.struct_size = sizeof options, .measures = measures, .measure_count = 1};
  options.correction = TP_CORRECTION_HOLM;
  table terms;
  CHECK_OK(tp_analyzer_keyness(target, first, 1, reference, second, 1, &options, 0, &terms.stream));
  tp_analyzer_free(target);
  read_table(&terms);
  CHECK(terms.batch.length == 8 && is_text_at(&terms, "term", 0, "c"));
  CHECK(count_at(&terms, "target_count", 0) == 6 && count_at(&terms, "reference_documents", 0) == 1);
  CHECK(fabs(score_at(&terms, "g2", 0) - 1.2742380096) < 1e-6 && score_at(&terms, "p", 0) == 1);
  free_table(&terms);

  CHECK_OK(add(reference, "b b b"));
  const uint32_t codes[] = {0, 1};
  options.limit = 1;
  CHECK_OK(tp_analyzer_grouped_keyness(reference, codes, 2, &options, 0, &terms.stream));
  read_table(&terms);
  CHECK(terms.batch.length == 2 && is_text_at(&terms, "term", 1, "b"));
  free_table(&terms);
  tp_analyzer_free(reference);
}

static void terms_have_a_dispersion(void) {
  tp_analyzer *analyzer = cats_and_dogs();
  const tp_dispersion measures[] = {TP_DISPERSION_DP, TP_DISPERSION_ARF};
  const char *const wanted[] = {"cat", "absent"};
  const size_t lengths[] = {3, 6};
  tp_dispersion_options options = {.struct_size = sizeof options, .measures = measures, .measure_count = 2};
  options.terms = wanted, options.term_lengths = lengths, options.term_count = 2;
  const uint32_t codes[] = {0, 3, 0};
  table terms;
  CHECK_OK(tp_analyzer_dispersion(analyzer, codes, 3, &options, 0, &terms.stream));
  read_table(&terms);
  CHECK(terms.batch.length == 1 && is_text_at(&terms, "term", 0, "cat") && count_at(&terms, "count", 0) == 3);
  CHECK(is_near(score_at(&terms, "dp", 0), 0.25));
  free_table(&terms);
  options.runs = 4;
  CHECK_OK(tp_analyzer_dispersion(analyzer, NULL, 0, &options, 0, &terms.stream));
  read_table(&terms);
  CHECK(terms.batch.length == 1);
  free_table(&terms);
  tp_analyzer_free(analyzer);
}

static void counts_of_the_caller_have_scores(void) {
  const double o11[] = {110, 0}, o12[] = {2442, 0}, o21[] = {111, 0}, o22[] = {29114, 0};
  tp_association_options options = {.struct_size = sizeof options, .is_signed = 1};
  struct ArrowArray scores, p_values;
  CHECK_OK(tp_association(TP_MEASURE_G2, o11, o12, o21, o22, 2, &options, &scores));
  const double *values = (const double *)scores.buffers[1] + scores.offset;
  CHECK(scores.length == 2 && fabs(values[0] - 270.72187694) < 1e-6 && values[1] == 0);
  CHECK_OK(tp_association_p_values(TP_MEASURE_G2, values, 2, TP_CORRECTION_BH, &p_values));
  const double *p = (const double *)p_values.buffers[1] + p_values.offset;
  CHECK(p[0] > 0 && p[0] < 1e-50 && p[1] == 1);
  scores.release(&scores);
  p_values.release(&p_values);
  CHECK_STATUS(tp_association_p_values(TP_MEASURE_PMI, o11, 2, TP_CORRECTION_NONE, &p_values),
               TP_ERROR_INVALID_ARGUMENT);
}

int main(void) {
  RUN(matches_are_quoted_sorted_and_counted);
  RUN(wrong_patterns_and_options_are_errors);
  RUN(words_that_occur_together_have_scores);
  RUN(documents_are_compared);
  RUN(terms_have_a_dispersion);
  RUN(counts_of_the_caller_have_scores);
  return tests_done("analyses");
}
