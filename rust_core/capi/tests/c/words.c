/* Words: what a token is, sentences, how words become terms, and n-grams of them. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* The parts of a text that spans tell, separated by `|`; releases the spans. */
static void check_spans(struct ArrowArray *spans, const char *text, const char *expected) {
  CHECK(spans->n_children == 2 && spans->null_count == 0);
  const struct ArrowArray *starts = spans->children[0], *ends = spans->children[1];
  CHECK(starts->length == spans->length && ends->length == spans->length);
  char all[512] = "";
  for (int64_t place = 0; place < spans->length; place++) {
    uint64_t start = ((const uint64_t *)starts->buffers[1])[starts->offset + place];
    uint64_t end = ((const uint64_t *)ends->buffers[1])[ends->offset + place];
    CHECK(start < end && end <= strlen(text));
    strcat(all, place == 0 ? "" : "|");
    strncat(all, text + start, end - start);
  }
  CHECK_TEXT(all, expected);
  spans->release(spans);
  CHECK(spans->release == NULL);
}

static void each_number_stands_for_a_tokenizer(void) {
  const struct {
    size_t tokenizer;
    const char *pattern, *text, *expected;
  } all[] = {
      {0, "", "I can't, a_b", "I|can't,|a_b"},
      {1, "", "I can't, a_b", "I|can't|a_b"},
      {2, "", "I can't, a_b", "I| |can't|,| |a_b"},
      {3, "", "I can't, a_b", "can|a_b"},
      {4, "", "a\xc3\xa9\n", "a|\xc3\xa9|\n"},
      {5, "[a-z]+", "I can't, a_b", "can|t|a|b"},
      {5, "[a-z](_|')", "I can't, a_b", "'|_"},
      {5, "", "anything", ""},
      {1, "", "", ""},
  };
  for (size_t place = 0; place < sizeof all / sizeof *all; place++) {
    struct ArrowArray spans;
    const char *text = all[place].text, *pattern = all[place].pattern;
    CHECK_OK(tp_tokenize(text, strlen(text), all[place].tokenizer, pattern, strlen(pattern), &spans));
    check_spans(&spans, text, all[place].expected);
  }
}

static void a_pattern_of_python_has_its_word_characters_before_it(void) {
  static const char pattern[] = "[a-z]\0\\b[a-z]|x*";
  const char *text = "ab c1d";
  struct ArrowArray spans;
  CHECK_OK(tp_tokenize(text, strlen(text), 6, pattern, sizeof pattern - 1, &spans));
  check_spans(&spans, text, "a|c|d");
  CHECK(tp_tokenize(text, strlen(text), 6, "[a-z]", 5, &spans) == TP_ERROR_INVALID_ARGUMENT);
}

static void sentences_are_found_and_counted(void) {
  const char *text = "One. Two!\n\nThree";
  struct ArrowArray spans;
  CHECK_OK(tp_sentences(text, strlen(text), false, &spans));
  check_spans(&spans, text, "One. |Two!\n|Three");
  CHECK_OK(tp_sentences(NULL, 0, true, &spans));
  check_spans(&spans, "", "");
  tp_analyzer *analyzer = new_analyzer(), *counting = new_analyzer_with(1, true);
  CHECK_OK(add(analyzer, "One. Two!"));
  CHECK_OK(add(analyzer, "Three"));
  uint64_t count = 7;
  CHECK_OK(tp_analyzer_sentence_count(analyzer, false, &count));
  CHECK(count == 3);
  CHECK_STATUS(tp_analyzer_sentence_count(counting, false, &count), TP_ERROR_TEXT_NOT_STORED);
  CHECK(count == 3);
  tp_analyzer_free(analyzer);
  tp_analyzer_free(counting);
}

static void lines_of_a_paragraph_are_unwrapped(void) {
  const char *text = "One is\nlong. Two\r\nis not!\n\nThree";
  struct ArrowArray spans;
  CHECK_OK(tp_sentences(text, strlen(text), false, &spans));
  check_spans(&spans, text, "One is\n|long. |Two\r\n|is not!\n|Three");
  CHECK_OK(tp_sentences(text, strlen(text), true, &spans));
  check_spans(&spans, text, "One is\nlong. |Two\r\nis not!\n|Three");
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, text));
  uint64_t count = 0;
  CHECK_OK(tp_analyzer_sentence_count(analyzer, false, &count));
  CHECK(count == 5);
  CHECK_OK(tp_analyzer_sentence_count(analyzer, true, &count));
  CHECK(count == 3);
  tp_analyzer_free(analyzer);
}

static void patterns_that_cannot_be_used_are_shown(void) {
  const struct {
    const char *pattern;
    int64_t offset;
  } wrong[] = {{"ab(c", 2}, {"ab\xff", 2}, {"(a)(b)", -1}, {"\\w{1000}{1000}", -1}, {"(?=a)", 0}};
  struct ArrowArray spans = {0};
  tp_analyzer *analyzer = NULL;
  for (size_t place = 0; place < sizeof wrong / sizeof *wrong; place++) {
    size_t length = strlen(wrong[place].pattern);
    const tp_analyzer_options options = {sizeof options, 0, 0, 5, wrong[place].pattern, length};
    CHECK_STATUS(tp_tokenize("a", 1, 5, wrong[place].pattern, length, &spans), TP_ERROR_INVALID_PATTERN);
    CHECK(tp_last_error_offset() == wrong[place].offset && strlen(tp_last_error_message()) > 0);
    CHECK_STATUS(tp_analyzer_new(&options, &analyzer), TP_ERROR_INVALID_PATTERN);
    CHECK(tp_last_error_offset() == wrong[place].offset);
  }
  CHECK_STATUS(tp_tokenize("a", 1, 6, NULL, 0, &spans), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_tokenize("a", 1, 1, "x", 1, &spans), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_tokenize("a", SIZE_MAX, 1, NULL, 0, &spans), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_tokenize("a\xff", 2, 1, NULL, 0, &spans), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_offset() == 1);
  CHECK_STATUS(tp_sentences("ab\xff", 3, true, &spans), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_offset() == 2);
  CHECK(spans.release == NULL && analyzer == NULL);
}

/* A tokenizer that looks beyond the end is seen by a sanitizer here: each text lies in memory that ends with it. */
static void texts_of_every_length_end_where_they_end(void) {
  for (size_t tokenizer = 0; tokenizer < 6; tokenizer++) {
    const char *pattern = tokenizer == 5 ? "[a-z]+" : NULL;
    const tp_analyzer_options options = {sizeof options, 2, tokenizer % 2, tokenizer, pattern, pattern == NULL ? 0 : 6};
    tp_analyzer *analyzer = NULL;
    CHECK_OK(tp_analyzer_new(&options, &analyzer));
    for (size_t length = 1; length <= 150; length++) {
      char *text = malloc(length);
      CHECK(text != NULL);
      for (size_t place = 0; place < length; place++) {
        text[place] = place % 7 == 6 ? ' ' : place % 29 == 28 ? '.' : (char)('a' + place % 26);
      }
      struct ArrowArray spans;
      CHECK_OK(tp_tokenize(text, length, tokenizer, pattern, options.pattern_length, &spans));
      CHECK(spans.length > 0 || (tokenizer == 3 && length == 1));
      spans.release(&spans);
      CHECK_OK(tp_sentences(text, length, length % 2 == 0, &spans));
      CHECK(spans.length > 0);
      spans.release(&spans);
      CHECK_OK(tp_analyzer_add_document(analyzer, text, length));
      free(text);
    }
    CHECK(unique_words(analyzer) > 0);
    tp_analyzer_free(analyzer);
  }
}

/* The terms of an analyzer, separated by `|`. */
static void check_all_terms(const tp_analyzer *analyzer, const char *expected) {
  rows terms = term_frequencies(analyzer);
  char all[512] = "";
  for (size_t place = 0; place < terms.count; place++) {
    strcat(strcat(all, place == 0 ? "" : "|"), terms.rows[place].text);
  }
  CHECK_TEXT(all, expected);
  free_rows(&terms);
}

static void options_change_terms_and_null_is_lower_case(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  CHECK_OK(add(analyzer, "The CATS and the caf\xc3\xa9s \xef\xac\x81ne Stra\xc3\x9f" "e"));
  const char *stop_words[] = {"Cafes", NULL};
  const size_t lengths[] = {5, 0};
  tp_term_options options = {.struct_size = sizeof options, .normal_form = 2, .letter_case = 1, .accents = 1};
  CHECK_OK(tp_analyzer_set_terms(analyzer, &options));
  check_all_terms(analyzer, "the|cats|and|cafes|fine|strasse");
  options.stop_words = stop_words, options.stop_word_lengths = lengths, options.stop_word_count = 2;
  options.stop_list = "english", options.stop_list_length = 7;
  options.stemmer = "en", options.stemmer_length = 2;
  CHECK_OK(tp_analyzer_set_terms(analyzer, &options));
  check_all_terms(analyzer, "cat|fine|strass");
  options = (tp_term_options){.struct_size = sizeof options, .letter_case = 2, .min_length = 4, .max_length = 5};
  CHECK_OK(tp_analyzer_set_terms(analyzer, &options));
  check_all_terms(analyzer, "CATS|caf\xc3\xa9s");
  CHECK_OK(tp_analyzer_set_terms(analyzer, NULL));
  check_all_terms(analyzer, "the|cats|and|caf\xc3\xa9s|\xef\xac\x81ne|stra\xc3\x9f" "e");
  tp_analyzer_free(analyzer);
}

static void term_options_that_make_no_sense_change_nothing(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "A b"));
  const size_t size = sizeof(tp_term_options), lengths[] = {1, 1}, too_long[] = {SIZE_MAX};
  const char *words[] = {"x", "\xff"};
  const tp_term_options wrong[] = {
      {.struct_size = size, .normal_form = 3},
      {.struct_size = size, .letter_case = 3},
      {.struct_size = size, .accents = SIZE_MAX},
      {.struct_size = size, .stemmer = "klingon", .stemmer_length = 7},
      {.struct_size = size, .stop_list = "klingon", .stop_list_length = 7},
      {.struct_size = size, .stop_words = words, .stop_word_lengths = lengths, .stop_word_count = SIZE_MAX},
      {.struct_size = size, .stop_words = words, .stop_word_lengths = too_long, .stop_word_count = 1},
      {.struct_size = 7},
  };
  for (size_t place = 0; place < sizeof wrong / sizeof *wrong; place++) {
    CHECK_STATUS(tp_analyzer_set_terms(analyzer, &wrong[place]), TP_ERROR_INVALID_ARGUMENT);
  }
  tp_term_options not_text = {.struct_size = size, .stop_words = words, .stop_word_lengths = lengths};
  not_text.stop_word_count = 2;
  CHECK_STATUS(tp_analyzer_set_terms(analyzer, &not_text), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_document() == 1);
  not_text = (tp_term_options){.struct_size = size, .stop_word_count = 1};
  check_null(tp_analyzer_set_terms(analyzer, &not_text), "stop_words");
  not_text.struct_size = offsetof(tp_term_options, stop_word_count);
  CHECK_OK(tp_analyzer_set_terms(analyzer, &not_text));
  check_all_terms(analyzer, "a|b");
  tp_analyzer_free(analyzer);
}

/* The word that is pending first; releases the words. */
static uint64_t check_pending(const tp_analyzer *analyzer, int64_t number, const char *first) {
  uint64_t begin = UINT64_MAX;
  struct ArrowArray words;
  CHECK_OK(tp_analyzer_pending_terms(analyzer, 2, &begin, &words));
  CHECK(words.length == number && words.null_count == 0);
  const int64_t *offsets = (const int64_t *)words.buffers[1] + words.offset;
  if (number > 0) {
    CHECK((size_t)(offsets[1] - offsets[0]) == strlen(first));
    CHECK(memcmp((const char *)words.buffers[2] + offsets[0], first, strlen(first)) == 0);
  }
  words.release(&words);
  return begin;
}

static void terms_are_given_by_polling(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "The cat sat"));
  const tp_term_options options = {.struct_size = sizeof options, .given = 1};
  CHECK_OK(tp_analyzer_set_terms(analyzer, &options));
  uint64_t words = 7;
  CHECK_STATUS(tp_analyzer_unique_words(analyzer, &words), TP_ERROR_TERMS_PENDING);
  struct ArrowArrayStream stream = {0};
  CHECK_STATUS(tp_analyzer_ngrams(analyzer, 2, 0, 0, &stream), TP_ERROR_TERMS_PENDING);
  CHECK(words == 7 && stream.release == NULL);
  uint64_t begin = check_pending(analyzer, 2, "the");
  const char *terms[] = {NULL, "X", "passed over"}, *wrong[] = {"\xff"};
  const size_t lengths[] = {0, 1, 11};
  CHECK_STATUS(tp_analyzer_give_terms(analyzer, begin, wrong, &lengths[1], 1), TP_ERROR_INVALID_UTF8);
  CHECK_OK(tp_analyzer_give_terms(analyzer, UINT64_MAX, terms, lengths, 2));
  CHECK_OK(tp_analyzer_give_terms(analyzer, begin, NULL, NULL, 0));
  CHECK_OK(tp_analyzer_give_terms(analyzer, begin, terms, lengths, 2));
  uint64_t next = check_pending(analyzer, 1, "sat");
  CHECK_OK(tp_analyzer_give_terms(analyzer, next, &terms[1], &lengths[1], 2));
  check_all_terms(analyzer, "X");
  check_pending(analyzer, 0, NULL);
  CHECK_OK(tp_analyzer_clear(analyzer));
  CHECK_OK(add(analyzer, "dog"));
  CHECK_OK(tp_analyzer_give_terms(analyzer, begin, &terms[1], &lengths[1], 1));
  check_pending(analyzer, 1, "dog");
  tp_analyzer_free(analyzer);
}

static bool has_line(const char *text, size_t length, const char *line) {
  size_t wanted = strlen(line);
  for (const char *at = text; at < text + length; at++) {
    size_t left = (size_t)(text + length - at);
    if ((at == text || at[-1] == '\n') && left >= wanted && memcmp(at, line, wanted) == 0 &&
        (left == wanted || at[wanted] == '\n')) {
      return true;
    }
  }
  return false;
}

static void lists_and_stemmers_have_names(void) {
  char *text = NULL;
  size_t length = 0;
  CHECK_OK(tp_stop_words(NULL, 0, &text, &length));
  CHECK(has_line(text, length, "english") && has_line(text, length, "iso-de") && text[length] == '\0');
  tp_string_free(text, length);
  CHECK_OK(tp_stop_words("de", 2, &text, &length));
  CHECK(has_line(text, length, "und") && !has_line(text, length, "the"));
  tp_string_free(text, length);
  CHECK_OK(tp_stemmers(&text, &length));
  CHECK(has_line(text, length, "english") && has_line(text, length, "german"));
  tp_string_free(text, length);
  text = NULL, length = 7;
  CHECK_STATUS(tp_stop_words("klingon", 7, &text, &length), TP_ERROR_INVALID_ARGUMENT);
  CHECK(strstr(tp_last_error_message(), "english") != NULL);
  CHECK_STATUS(tp_stop_words("\xff", 1, &text, &length), TP_ERROR_INVALID_UTF8);
  CHECK(text == NULL && length == 7);
}

/* How many rows a stream of n-grams has, and that the first has this count; releases it. */
static void check_ngrams(struct ArrowArrayStream *stream, int64_t n, int64_t rows, uint64_t count) {
  struct ArrowSchema schema;
  CHECK(stream->get_schema(stream, &schema) == 0 && schema.n_children == n + 1);
  CHECK_TEXT(schema.children[0]->name, "term_1");
  CHECK_TEXT(schema.children[n]->name, "count");
  schema.release(&schema);
  int64_t found = 0;
  for (;;) {
    struct ArrowArray batch;
    CHECK(stream->get_next(stream, &batch) == 0);
    if (batch.release == NULL) {
      break;
    }
    const struct ArrowArray *counts = batch.children[n];
    CHECK(batch.n_children == n + 1 && batch.length <= 2);
    CHECK(found > 0 || ((const uint64_t *)counts->buffers[1])[counts->offset + batch.offset] == count);
    found += batch.length;
    batch.release(&batch);
  }
  CHECK(found == rows);
  stream->release(stream);
}

static void ngrams_outlive_their_analyzer(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false), *counting = new_analyzer_with(1, true);
  CHECK_OK(add(analyzer, "or not to be To be"));
  CHECK_OK(add(analyzer, "to be"));
  struct ArrowArrayStream pairs, top, skips, ones, longest, refused = {0};
  CHECK_OK(tp_analyzer_ngrams(analyzer, 2, 0, 2, &pairs));
  CHECK_OK(tp_analyzer_top_ngrams(analyzer, 2, 0, 2, &top));
  CHECK_OK(tp_analyzer_ngrams(analyzer, 2, 1, 1, &skips));
  CHECK_OK(tp_analyzer_top_ngrams(analyzer, 1, 0, 2, &ones));
  CHECK_OK(tp_analyzer_ngrams(analyzer, 1000, 0, 2, &longest));
  const size_t wrong[][2] = {{0, 0}, {1001, 0}, {20, 100}, {2, SIZE_MAX}, {SIZE_MAX, 1}};
  for (size_t place = 0; place < sizeof wrong / sizeof *wrong; place++) {
    tp_status status = tp_analyzer_ngrams(analyzer, wrong[place][0], wrong[place][1], 0, &refused);
    CHECK_STATUS(status, TP_ERROR_INVALID_ARGUMENT);
  }
  CHECK_OK(add(counting, "to be"));
  CHECK_STATUS(tp_analyzer_top_ngrams(counting, 2, 0, 0, &refused), TP_ERROR_TEXT_NOT_STORED);
  CHECK(refused.release == NULL);
  tp_analyzer_free(analyzer);
  tp_analyzer_free(counting);
  check_ngrams(&pairs, 2, 4, 1);
  check_ngrams(&top, 2, 4, 3);
  check_ngrams(&skips, 2, 8, 1);
  check_ngrams(&ones, 1, 4, 3);
  check_ngrams(&longest, 1000, 0, 0);
}

static void pointers_that_must_not_be_null_are_named(void) {
  tp_analyzer *analyzer = new_analyzer();
  struct ArrowArray array = {0};
  struct ArrowArrayStream stream = {0};
  uint64_t number = 7;
  char *text = NULL;
  size_t length = 7;
  check_null(tp_tokenize(NULL, 1, 0, NULL, 0, &array), "text");
  check_null(tp_tokenize("a", 1, 5, NULL, 1, &array), "pattern");
  check_null(tp_tokenize("a", 1, 0, NULL, 0, NULL), "spans");
  check_null(tp_sentences(NULL, 1, false, &array), "text");
  check_null(tp_sentences("a", 1, false, NULL), "spans");
  check_null(tp_analyzer_sentence_count(NULL, false, &number), "analyzer");
  check_null(tp_analyzer_set_terms(NULL, NULL), "analyzer");
  check_null(tp_analyzer_pending_terms(analyzer, 1, NULL, &array), "begin");
  check_null(tp_analyzer_pending_terms(analyzer, 1, &number, NULL), "words");
  check_null(tp_analyzer_give_terms(analyzer, 0, NULL, NULL, 1), "terms");
  check_null(tp_stop_words(NULL, 1, &text, &length), "name");
  check_null(tp_stop_words(NULL, 0, &text, NULL), "words_length");
  check_null(tp_stemmers(NULL, &length), "names");
  check_null(tp_analyzer_ngrams(NULL, 2, 0, 0, &stream), "analyzer");
  check_null(tp_analyzer_top_ngrams(analyzer, 2, 0, 0, NULL), "stream");
  CHECK(array.release == NULL && stream.release == NULL && number == 7 && text == NULL && length == 7);
  tp_analyzer_free(analyzer);
}

/* Some change how words become terms, others ask: each answer is that of one of the ways. */
static void change_or_ask(size_t number, void *shared) {
  const tp_term_options stems = {.struct_size = sizeof stems, .stemmer = "english", .stemmer_length = 7};
  for (size_t round = 0; round < 60; round++) {
    if (number < 2) {
      CHECK_OK(tp_analyzer_set_terms(shared, (number + round) % 2 ? &stems : NULL));
    } else {
      struct ArrowArrayStream stream;
      CHECK_OK(tp_analyzer_ngrams(shared, 1, 0, 2, &stream));
      uint64_t words = unique_words(shared);
      CHECK(words == 2 || words == 4);
      rows terms = read_rows(&stream);
      CHECK(terms.count == 2 || terms.count == 4);
      free_rows(&terms);
      CHECK_OK(add(shared, "running walks"));
    }
  }
}

static void terms_change_while_others_ask(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  CHECK_OK(add(analyzer, "run running walk walks"));
  on_threads(6, change_or_ask, analyzer);
  tp_analyzer_free(analyzer);
}

int main(void) {
  RUN(each_number_stands_for_a_tokenizer);
  RUN(a_pattern_of_python_has_its_word_characters_before_it);
  RUN(sentences_are_found_and_counted);
  RUN(lines_of_a_paragraph_are_unwrapped);
  RUN(patterns_that_cannot_be_used_are_shown);
  RUN(texts_of_every_length_end_where_they_end);
  RUN(options_change_terms_and_null_is_lower_case);
  RUN(term_options_that_make_no_sense_change_nothing);
  RUN(terms_are_given_by_polling);
  RUN(lists_and_stemmers_have_names);
  RUN(ngrams_outlive_their_analyzer);
  RUN(pointers_that_must_not_be_null_are_named);
  RUN(terms_change_while_others_ask);
  return tests_done("words");
}
