/* Lexicons, and sentiment by the rules of VADER. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static const char LEXICON[] = "good\t1.9\nbad\t-2.5\n";

static tp_lexicon *new_lexicon(const char *text) {
  tp_lexicon *lexicon = NULL;
  CHECK_OK(tp_lexicon_new(text, strlen(text), &lexicon));
  CHECK(lexicon != NULL);
  return lexicon;
}

static tp_vader *new_vader(const tp_vader_options *options) {
  tp_vader *vader = NULL;
  CHECK_OK(tp_vader_new(LEXICON, strlen(LEXICON), NULL, 0, options, &vader));
  CHECK(vader != NULL);
  return vader;
}

static bool is_same(double found, double expected) {
  return !(found < expected) && !(found > expected);
}

static double compound(const tp_vader *vader, const char *text) {
  tp_vader_scores scores = {7, 7, 7, 7};
  CHECK_OK(tp_vader_score(vader, text, strlen(text), &scores));
  return scores.compound;
}

static void a_lexicon_has_the_values_of_its_words(void) {
  tp_lexicon *lexicon = new_lexicon("good\t1.5\n\nbad\t-1\tpassed over\n good\t2 \n");
  uint64_t words = 0;
  double value = 7;
  bool found = false;
  CHECK_OK(tp_lexicon_word_count(lexicon, &words));
  CHECK(words == 2);
  CHECK_OK(tp_lexicon_find(lexicon, "good", 4, &value, &found));
  CHECK(found && is_same(value, 2));
  CHECK_OK(tp_lexicon_find(lexicon, "Good", 4, &value, &found));
  CHECK(!found && is_same(value, 0));
  CHECK_OK(tp_lexicon_find(lexicon, NULL, 0, &value, &found));
  CHECK(!found);
  tp_lexicon_free(lexicon);
  CHECK_OK(tp_lexicon_new(NULL, 0, &lexicon));
  CHECK_OK(tp_lexicon_word_count(lexicon, &words));
  CHECK(words == 0);
  tp_lexicon_free(lexicon);
  tp_lexicon_free(NULL);
}

static void invalid_lists_are_refused(void) {
  const char *wrong[] = {"good", "good\t", "good\tx", "good\tinf", "good\tnan", "good\t1\nfed up\t-1"};
  tp_lexicon *lexicon = NULL;
  for (size_t place = 0; place < sizeof wrong / sizeof *wrong; place++) {
    CHECK_STATUS(tp_lexicon_new(wrong[place], strlen(wrong[place]), &lexicon), TP_ERROR_INVALID_LEXICON);
    CHECK(lexicon == NULL && strstr(tp_last_error_message(), "line") != NULL);
  }
  CHECK_STATUS(tp_lexicon_new("go\xffod\t1", 7, &lexicon), TP_ERROR_INVALID_UTF8);
  CHECK(lexicon == NULL && tp_last_error_offset() == 2);
  CHECK_STATUS(tp_lexicon_new("a", SIZE_MAX, &lexicon), TP_ERROR_INVALID_ARGUMENT);
  tp_vader *vader = NULL;
  CHECK_STATUS(tp_vader_new("good", 4, NULL, 0, NULL, &vader), TP_ERROR_INVALID_LEXICON);
  CHECK_STATUS(tp_vader_new(LEXICON, 18, "\xff\ta", 3, NULL, &vader), TP_ERROR_INVALID_UTF8);
  CHECK(vader == NULL && strstr(tp_last_error_message(), "emoji") != NULL);
}

static void a_lexicon_gives_the_sentiment_of_an_analyzer(void) {
  tp_lexicon *lexicon = new_lexicon("cat\t1.5\ndog\t-0.5");
  tp_analyzer *analyzer = new_analyzer(), *counting = new_analyzer_with(1, true);
  double sentiment = 7;
  CHECK_STATUS(tp_analyzer_sentiment_with(analyzer, lexicon, &sentiment), TP_ERROR_NO_DOCUMENTS);
  CHECK(is_same(sentiment, 7));
  CHECK_OK(add(analyzer, "The Cat and the good dog"));
  CHECK_OK(add(analyzer, "cat CAT awful"));
  CHECK_OK(tp_analyzer_sentiment_with(analyzer, lexicon, &sentiment));
  CHECK(is_same(sentiment, 2));
  struct ArrowArray own, listed, refused = {0};
  CHECK_OK(tp_analyzer_document_sentiments(analyzer, NULL, &own));
  CHECK_OK(tp_analyzer_document_sentiments(analyzer, lexicon, &listed));
  CHECK_STATUS(tp_analyzer_document_sentiments(counting, lexicon, &refused), TP_ERROR_TEXT_NOT_STORED);
  tp_analyzer_free(analyzer);
  tp_analyzer_free(counting);
  tp_lexicon_free(lexicon);
  const double *values = (const double *)own.buffers[1] + own.offset;
  CHECK(own.length == 2 && is_same(values[0], 1) && is_same(values[1], -1) && refused.release == NULL);
  values = (const double *)listed.buffers[1] + listed.offset;
  CHECK(listed.length == 2 && is_same(values[0], 1) && is_same(values[1], 3));
  own.release(&own);
  listed.release(&listed);
  CHECK(own.release == NULL && listed.release == NULL);
}

static void a_text_has_four_scores(void) {
  tp_vader *vader = NULL;
  CHECK_OK(tp_vader_new(LEXICON, strlen(LEXICON), "\xe2\x98\x83\tgood snow", 13, NULL, &vader));
  tp_vader_scores scores = {7, 7, 7, 7};
  CHECK_OK(tp_vader_score(vader, NULL, 0, &scores));
  CHECK(is_same(scores.neg, 0) && is_same(scores.neu, 0) && is_same(scores.pos, 0) && is_same(scores.compound, 0));
  CHECK_OK(tp_vader_score(vader, "a good day", 10, &scores));
  CHECK(is_same(scores.neg, 0) && scores.neu > 0 && scores.pos > scores.neu && scores.compound > 0);
  CHECK(is_same(compound(vader, "\xe2\x98\x83"), compound(vader, "good snow")));
  CHECK(compound(vader, "not bad") > 0 && compound(vader, "BAD day!!!") < compound(vader, "bad day"));
  CHECK_STATUS(tp_vader_score(vader, "go\xffod", 5, &scores), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_offset() == 2 && scores.compound > 0);
  tp_vader_free(vader);
  tp_vader_free(NULL);
}

static void options_extend_vader(void) {
  tp_vader_options options = {.struct_size = sizeof options, .threads = 2};
  options.boosters = "mega\t0.293", options.boosters_length = 10;
  const char *negations[] = {"nix", NULL};
  const size_t negation_lengths[] = {3, 0};
  options.negations = negations, options.negation_lengths = negation_lengths, options.negation_count = 2;
  options.idioms = "on the ball\t2", options.idioms_length = 13;
  tp_vader *plain = new_vader(NULL), *own = new_vader(&options);
  CHECK(is_same(compound(own, "mega good"), compound(plain, "very good")));
  CHECK(is_same(compound(own, "nix good"), compound(plain, "not good")));
  CHECK(compound(own, "On the ball") > 0 && is_same(compound(plain, "on the ball"), 0));
  tp_vader_free(plain);
  tp_vader_free(own);
}

static void options_of_any_size_are_read_or_refused(void) {
  size_t members[sizeof(tp_vader_options) / sizeof(size_t) + 2] = {0};
  const size_t known = sizeof(tp_vader_options) / sizeof(size_t);
  for (size_t size = 0; size <= sizeof members; size++) {
    for (size_t set = 1; set < known + 2; set++) {
      memset(members, 0, sizeof members);
      members[0] = size;
      members[set] = 1;
      bool is_seen = set * sizeof(size_t) < size;
      size_t place = set * sizeof(size_t);
      bool is_length = place == offsetof(tp_vader_options, boosters_length) ||
                       place == offsetof(tp_vader_options, negation_count) ||
                       place == offsetof(tp_vader_options, idioms_length);
      tp_vader *vader = NULL;
      tp_status status = tp_vader_new(NULL, 0, NULL, 0, (const tp_vader_options *)members, &vader);
      if (size < sizeof(size_t) || (is_seen && set >= known)) {
        CHECK(status == TP_ERROR_INVALID_ARGUMENT && vader == NULL);
      } else if (is_seen && is_length) {
        CHECK(status == TP_ERROR_NULL_POINTER && vader == NULL);
      } else {
        CHECK_OK(status);
        tp_vader_free(vader);
      }
    }
  }
  tp_vader *vader = NULL;
  tp_vader_options wrong = {.struct_size = sizeof wrong, .summation = TP_SUMMATION_COMPENSATED + 1};
  CHECK_STATUS(tp_vader_new(NULL, 0, NULL, 0, &wrong, &vader), TP_ERROR_INVALID_ARGUMENT);
  const char *not_words[] = {"nix", "no\nway"};
  const size_t lengths[] = {3, 6};
  wrong = (tp_vader_options){.struct_size = sizeof wrong, .negations = not_words, .negation_lengths = lengths};
  wrong.negation_count = 2;
  CHECK_STATUS(tp_vader_new(NULL, 0, NULL, 0, &wrong, &vader), TP_ERROR_INVALID_LEXICON);
  CHECK(tp_last_error_document() == 1 && vader == NULL);
}

/* Checks that a stream has one batch of four columns, whose last column repeats these values. */
static void check_compounds(struct ArrowArrayStream *stream, const double *expected, int64_t distinct, int64_t length) {
  struct ArrowSchema schema;
  struct ArrowArray batch, end;
  CHECK(stream->get_schema(stream, &schema) == 0 && schema.n_children == 4);
  CHECK_TEXT(schema.children[3]->name, "compound");
  CHECK_TEXT(schema.children[3]->format, "g");
  schema.release(&schema);
  CHECK(stream->get_next(stream, &batch) == 0 && batch.release != NULL);
  CHECK(stream->get_next(stream, &end) == 0 && end.release == NULL);
  stream->release(stream);
  CHECK(batch.length == length && batch.n_children == 4 && batch.null_count == 0);
  const struct ArrowArray *column = batch.children[3];
  const double *values = (const double *)column->buffers[1] + column->offset + batch.offset;
  for (int64_t place = 0; place < length; place++) {
    CHECK(is_same(values[place], expected[place % distinct]));
  }
  batch.release(&batch);
}

static void many_texts_have_the_same_scores_as_single_texts(void) {
  enum { DISTINCT = 3, MANY = 9000 };
  const char *distinct[DISTINCT] = {"a good day", "", "not bad!"};
  const size_t threads[] = {1, 3, SIZE_MAX};
  static const char *texts[MANY];
  static size_t lengths[MANY];
  char *joined = malloc(MANY * 12), *end = joined;
  CHECK(joined != NULL);
  for (size_t place = 0; place < MANY; place++) {
    texts[place] = place % 2 && distinct[place % DISTINCT][0] == '\0' ? NULL : distinct[place % DISTINCT];
    lengths[place] = strlen(distinct[place % DISTINCT]);
    memcpy(end, distinct[place % DISTINCT], lengths[place]);
    end += lengths[place];
    *end++ = '\n';
  }
  size_t length = (size_t)(end - joined) - 1;
  for (size_t place = 0; place < sizeof threads / sizeof *threads; place++) {
    tp_vader_options options = {.struct_size = sizeof options, .threads = threads[place]};
    tp_vader *vader = new_vader(&options);
    double expected[DISTINCT];
    for (size_t text = 0; text < DISTINCT; text++) {
      expected[text] = compound(vader, distinct[text]);
    }
    struct ArrowArrayStream stream, parts;
    CHECK_OK(tp_vader_score_texts(vader, texts, lengths, MANY, &stream));
    CHECK_OK(tp_vader_score_separated(vader, joined, length, '\n', MANY, &parts));
    tp_vader_free(vader);
    check_compounds(&stream, expected, DISTINCT, MANY);
    check_compounds(&parts, expected, DISTINCT, MANY);
  }
  free(joined);
}

static void an_error_names_the_text_that_is_refused(void) {
  tp_vader *vader = new_vader(NULL);
  struct ArrowArrayStream stream = {0};
  const char *texts[] = {"good", "b\xff"};
  const size_t lengths[] = {4, 2}, too_long[] = {4, SIZE_MAX};
  CHECK_STATUS(tp_vader_score_texts(vader, texts, lengths, 2, &stream), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_document() == 1 && tp_last_error_offset() == 1);
  CHECK_STATUS(tp_vader_score_texts(vader, texts, too_long, 2, &stream), TP_ERROR_INVALID_ARGUMENT);
  CHECK(tp_last_error_document() == 1);
  CHECK_STATUS(tp_vader_score_separated(vader, "a\nb\xff", 4, '\n', 0, &stream), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_document() == 1 && tp_last_error_offset() == 1);
  CHECK_STATUS(tp_vader_score_separated(vader, "a\nb", 3, '\n', 3, &stream), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_vader_score_separated(vader, "a\nb", 3, '\xff', 0, &stream), TP_ERROR_INVALID_ARGUMENT);
  CHECK(stream.release == NULL);
  CHECK_OK(tp_vader_score_texts(vader, NULL, NULL, 0, &stream));
  check_compounds(&stream, NULL, 1, 0);
  tp_vader_free(vader);
}

static void errors_name_the_required_pointer_that_is_null(void) {
  tp_vader *vader = new_vader(NULL), *other = NULL;
  tp_lexicon *lexicon = new_lexicon(LEXICON);
  tp_analyzer *analyzer = new_analyzer();
  tp_vader_scores scores = {7, 7, 7, 7};
  struct ArrowArrayStream stream = {0};
  struct ArrowArray array = {0};
  double value = 7;
  bool found = true;
  check_null(tp_lexicon_new("", 0, NULL), "lexicon");
  check_null(tp_lexicon_word_count(NULL, NULL), "words");
  check_null(tp_lexicon_find(lexicon, NULL, 1, &value, &found), "word");
  check_null(tp_lexicon_find(NULL, "a", 1, &value, &found), "lexicon");
  check_null(tp_lexicon_find(lexicon, "a", 1, &value, NULL), "found");
  check_null(tp_analyzer_sentiment_with(analyzer, NULL, &value), "lexicon");
  check_null(tp_analyzer_document_sentiments(NULL, lexicon, &array), "analyzer");
  check_null(tp_vader_new(NULL, 1, NULL, 0, NULL, &other), "lexicon");
  check_null(tp_vader_new(NULL, 0, NULL, 1, NULL, &other), "emoji");
  check_null(tp_vader_new(NULL, 0, NULL, 0, NULL, NULL), "vader");
  check_null(tp_vader_score(NULL, "a", 1, &scores), "vader");
  check_null(tp_vader_score(vader, NULL, 1, &scores), "text");
  check_null(tp_vader_score(vader, "a", 1, NULL), "scores");
  check_null(tp_vader_score_texts(vader, NULL, NULL, 1, &stream), "texts");
  check_null(tp_vader_score_separated(vader, "a", 1, '\n', 0, NULL), "stream");
  CHECK(is_same(value, 7) && found && is_same(scores.neg, 7) && other == NULL);
  CHECK(stream.release == NULL && array.release == NULL);
  tp_vader_free(vader);
  tp_lexicon_free(lexicon);
  tp_analyzer_free(analyzer);
}

/* Each text ends at the end of its memory, so that a sanitizer reports a reader that reads beyond it. */
static void texts_of_every_length_are_read_to_their_end_only(void) {
  const char words[] = "GOOD not very bad!!! don't :) but at least \xe2\x98\x83 good??? ";
  tp_vader *vader = new_vader(NULL);
  for (size_t length = 1; length < sizeof words; length++) {
    char *text = malloc(length);
    CHECK(text != NULL);
    memcpy(text, words, length);
    tp_vader_scores scores;
    tp_status status = tp_vader_score(vader, text, length, &scores);
    CHECK(status == TP_OK || (status == TP_ERROR_INVALID_UTF8 && tp_last_error_offset() == 43));
    free(text);
  }
  tp_vader_free(vader);
}

static void score_and_find(size_t number, void *shared) {
  void **both = shared;
  for (size_t round = 0; round < 200; round++) {
    bool is_found = false;
    double value = 0;
    CHECK_OK(tp_lexicon_find(both[1], (number + round) % 2 ? "good" : "fair", 4, &value, &is_found));
    CHECK(is_found == ((number + round) % 2 == 1));
    CHECK(compound(both[0], "a good day") > 0 && compound(both[0], "a bad day") < 0);
  }
}

static void threads_share_a_lexicon_and_a_vader(void) {
  void *both[] = {new_vader(NULL), new_lexicon(LEXICON)};
  on_threads(6, score_and_find, both);
  tp_vader_free(both[0]);
  tp_lexicon_free(both[1]);
}

int main(void) {
  RUN(a_lexicon_has_the_values_of_its_words);
  RUN(invalid_lists_are_refused);
  RUN(a_lexicon_gives_the_sentiment_of_an_analyzer);
  RUN(a_text_has_four_scores);
  RUN(options_extend_vader);
  RUN(options_of_any_size_are_read_or_refused);
  RUN(many_texts_have_the_same_scores_as_single_texts);
  RUN(an_error_names_the_text_that_is_refused);
  RUN(errors_name_the_required_pointer_that_is_null);
  RUN(texts_of_every_length_are_read_to_their_end_only);
  RUN(threads_share_a_lexicon_and_a_vader);
  return tests_done("sentiment");
}
