/* Tokens, sentences, terms and n-grams. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* Checks the parts of a text at these spans, joined by `|`, and releases the spans. */
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

static void each_tokenizer_finds_its_tokens(void) {
  const struct {
    tp_tokenizer tokenizer;
    const char *pattern, *text, *expected;
  } all[] = {
      {TP_TOKENIZER_WHITESPACE, "", "I can't, a_b", "I|can't,|a_b"},
      {TP_TOKENIZER_UNICODE, "", "I can't, a_b", "I|can't|a_b"},
      {TP_TOKENIZER_UNICODE_SEGMENTS, "", "I can't, a_b", "I| |can't|,| |a_b"},
      {TP_TOKENIZER_WORD, "", "I can't, a_b", "can|a_b"},
      {TP_TOKENIZER_CHARACTERS, "", "a\xc3\xa9\n", "a|\xc3\xa9|\n"},
      {TP_TOKENIZER_PATTERN, "[a-z]+", "I can't, a_b", "can|t|a|b"},
      {TP_TOKENIZER_PATTERN, "[a-z](_|')", "I can't, a_b", "'|_"},
      {TP_TOKENIZER_PATTERN, "", "anything", ""},
      {TP_TOKENIZER_UNICODE, "", "", ""},
  };
  for (size_t place = 0; place < sizeof all / sizeof *all; place++) {
    struct ArrowArray spans;
    const char *text = all[place].text, *pattern = all[place].pattern;
    CHECK_OK(tp_tokenize(text, strlen(text), all[place].tokenizer, pattern, strlen(pattern), &spans));
    check_spans(&spans, text, all[place].expected);
  }
}

static void a_python_pattern_begins_with_its_word_characters(void) {
  static const char pattern[] = "[a-z]\0\\b[a-z]|x*";
  const char *text = "ab c1d";
  struct ArrowArray spans;
  CHECK_OK(tp_tokenize(text, strlen(text), TP_TOKENIZER_PYTHON_PATTERN, pattern, sizeof pattern - 1, &spans));
  check_spans(&spans, text, "a|c|d");
  CHECK_STATUS(tp_tokenize(text, strlen(text), TP_TOKENIZER_PYTHON_PATTERN, "[a-z]", 5, &spans),
               TP_ERROR_INVALID_ARGUMENT);
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

static void errors_in_patterns_name_the_place(void) {
  const struct {
    const char *pattern;
    int64_t offset;
  } wrong[] = {{"ab(c", 2}, {"ab\xff", 2}, {"(a)(b)", -1}, {"\\w{1000}{1000}", -1}, {"(?=a)", 0}};
  struct ArrowArray spans = {0};
  tp_analyzer *analyzer = NULL;
  for (size_t place = 0; place < sizeof wrong / sizeof *wrong; place++) {
    size_t length = strlen(wrong[place].pattern);
    const tp_analyzer_options options = {sizeof options, 0, 0, TP_TOKENIZER_PATTERN, wrong[place].pattern, length};
    CHECK_STATUS(tp_tokenize("a", 1, TP_TOKENIZER_PATTERN, wrong[place].pattern, length, &spans),
                 TP_ERROR_INVALID_PATTERN);
    CHECK(tp_last_error_offset() == wrong[place].offset && strlen(tp_last_error_message()) > 0);
    CHECK_STATUS(tp_analyzer_new(&options, &analyzer), TP_ERROR_INVALID_PATTERN);
    CHECK(tp_last_error_offset() == wrong[place].offset);
  }
  CHECK_STATUS(tp_tokenize("a", 1, TP_TOKENIZER_PYTHON_PATTERN, NULL, 0, &spans), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_tokenize("a", 1, TP_TOKENIZER_UNICODE, "x", 1, &spans), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_tokenize("a", SIZE_MAX, TP_TOKENIZER_UNICODE, NULL, 0, &spans), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_tokenize("a\xff", 2, TP_TOKENIZER_UNICODE, NULL, 0, &spans), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_offset() == 1);
  CHECK_STATUS(tp_sentences("ab\xff", 3, true, &spans), TP_ERROR_INVALID_UTF8);
  CHECK(tp_last_error_offset() == 2);
  CHECK(spans.release == NULL && analyzer == NULL);
}

/* Each text ends at the end of its memory, so that a sanitizer reports a tokenizer that reads beyond it. */
static void texts_of_every_length_are_read_to_their_end_only(void) {
  for (tp_tokenizer tokenizer = 0; tokenizer <= TP_TOKENIZER_PATTERN; tokenizer++) {
    const char *pattern = tokenizer == TP_TOKENIZER_PATTERN ? "[a-z]+" : NULL;
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
      CHECK(spans.length > 0 || (tokenizer == TP_TOKENIZER_WORD && length == 1));
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

/* Checks the terms of an analyzer, joined by `|`. */
static void check_all_terms(const tp_analyzer *analyzer, const char *expected) {
  rows terms = term_frequencies(analyzer);
  char all[512] = "";
  for (size_t place = 0; place < terms.count; place++) {
    strcat(strcat(all, place == 0 ? "" : "|"), terms.rows[place].text);
  }
  CHECK_TEXT(all, expected);
  free_rows(&terms);
}

static void options_change_terms_and_null_means_lower_case(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  CHECK_OK(add(analyzer, "The CATS and the caf\xc3\xa9s \xef\xac\x81ne Stra\xc3\x9f" "e"));
  const char *stop_words[] = {"Cafes", NULL};
  const size_t lengths[] = {5, 0};
  tp_term_options options = {.struct_size = sizeof options};
  options.normal_form = TP_NORMAL_FORM_NFKC, options.letter_case = TP_CASE_FOLD, options.accents = TP_ACCENTS_UNICODE;
  CHECK_OK(tp_analyzer_set_terms(analyzer, &options));
  check_all_terms(analyzer, "the|cats|and|cafes|fine|strasse");
  options.stop_words = stop_words, options.stop_word_lengths = lengths, options.stop_word_count = 2;
  options.stop_list = "english", options.stop_list_length = 7;
  options.stemmer = "en", options.stemmer_length = 2;
  CHECK_OK(tp_analyzer_set_terms(analyzer, &options));
  check_all_terms(analyzer, "cat|fine|strass");
  options = (tp_term_options){.struct_size = sizeof options, .letter_case = TP_CASE_KEEP};
  options.min_length = 4, options.max_length = 5;
  CHECK_OK(tp_analyzer_set_terms(analyzer, &options));
  check_all_terms(analyzer, "CATS|caf\xc3\xa9s");
  CHECK_OK(tp_analyzer_set_terms(analyzer, NULL));
  check_all_terms(analyzer, "the|cats|and|caf\xc3\xa9s|\xef\xac\x81ne|stra\xc3\x9f" "e");
  tp_analyzer_free(analyzer);
}

static void invalid_term_options_change_nothing(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "A b"));
  const size_t size = sizeof(tp_term_options), lengths[] = {1, 1}, too_long[] = {SIZE_MAX};
  const char *words[] = {"x", "\xff"};
  const tp_term_options wrong[] = {
      {.struct_size = size, .normal_form = TP_NORMAL_FORM_NFKC + 1},
      {.struct_size = size, .letter_case = TP_CASE_KEEP + 1},
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

/* Checks the number of pending words, at most 2, and the first of them. Returns where they begin. */
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

static void a_program_gives_pending_terms(void) {
  tp_analyzer *analyzer = new_analyzer();
  CHECK_OK(add(analyzer, "The cat sat"));
  const tp_term_options options = {.struct_size = sizeof options, .external_terms = true};
  CHECK_OK(tp_analyzer_set_terms(analyzer, &options));
  uint64_t words = 7;
  CHECK_STATUS(tp_analyzer_unique_words(analyzer, &words), TP_ERROR_TERMS_PENDING);
  struct ArrowArrayStream stream = {0};
  CHECK_STATUS(tp_analyzer_ngrams(analyzer, 2, 0, 0, &stream), TP_ERROR_TERMS_PENDING);
  CHECK(words == 7 && stream.release == NULL);
  uint64_t begin = check_pending(analyzer, 2, "the");
  const char *terms[] = {NULL, "X", "too many"}, *wrong[] = {"\xff"};
  const size_t lengths[] = {0, 1, 8};
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

static bool has(const struct ArrowArray *strings, const char *string) {
  CHECK(strings->null_count == 0);
  const int64_t *offsets = (const int64_t *)strings->buffers[1] + strings->offset;
  for (int64_t place = 0; place < strings->length; place++) {
    size_t length = (size_t)(offsets[place + 1] - offsets[place]);
    if (length == strlen(string) && memcmp((const char *)strings->buffers[2] + offsets[place], string, length) == 0) {
      return true;
    }
  }
  return false;
}

static void stop_words_and_stemmers_are_found_by_name(void) {
  struct ArrowArray strings;
  CHECK_OK(tp_stop_word_lists(&strings));
  CHECK(has(&strings, "english") && has(&strings, "iso-de") && !has(&strings, ""));
  strings.release(&strings);
  CHECK_OK(tp_stop_words("de", 2, &strings));
  CHECK(has(&strings, "und") && !has(&strings, "the"));
  strings.release(&strings);
  CHECK_OK(tp_stemmers(&strings));
  CHECK(has(&strings, "english") && has(&strings, "german"));
  strings.release(&strings);
  CHECK_STATUS(tp_stop_words("klingon", 7, &strings), TP_ERROR_INVALID_ARGUMENT);
  CHECK(strstr(tp_last_error_message(), "english") != NULL);
  CHECK_STATUS(tp_stop_words(NULL, 0, &strings), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_stop_words("\xff", 1, &strings), TP_ERROR_INVALID_UTF8);
  CHECK(strings.release == NULL);
}

/* Checks the number of rows of a stream of n-grams and the count of the first row, and releases the stream. */
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

static void ngrams_stay_valid_after_their_analyzer_is_freed(void) {
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

static void errors_name_the_required_pointer_that_is_null(void) {
  tp_analyzer *analyzer = new_analyzer();
  struct ArrowArray array = {0};
  struct ArrowArrayStream stream = {0};
  uint64_t number = 7;
  check_null(tp_tokenize(NULL, 1, TP_TOKENIZER_WHITESPACE, NULL, 0, &array), "text");
  check_null(tp_tokenize("a", 1, TP_TOKENIZER_PATTERN, NULL, 1, &array), "pattern");
  check_null(tp_tokenize("a", 1, TP_TOKENIZER_WHITESPACE, NULL, 0, NULL), "spans");
  check_null(tp_sentences(NULL, 1, false, &array), "text");
  check_null(tp_sentences("a", 1, false, NULL), "spans");
  check_null(tp_analyzer_sentence_count(NULL, false, &number), "analyzer");
  check_null(tp_analyzer_set_terms(NULL, NULL), "analyzer");
  check_null(tp_analyzer_pending_terms(analyzer, 1, NULL, &array), "begin");
  check_null(tp_analyzer_pending_terms(analyzer, 1, &number, NULL), "words");
  check_null(tp_analyzer_give_terms(analyzer, 0, NULL, NULL, 1), "terms");
  check_null(tp_stop_words(NULL, 1, &array), "name");
  check_null(tp_stop_words("en", 2, NULL), "words");
  check_null(tp_stop_word_lists(NULL), "names");
  check_null(tp_stemmers(NULL), "names");
  check_null(tp_analyzer_ngrams(NULL, 2, 0, 0, &stream), "analyzer");
  check_null(tp_analyzer_top_ngrams(analyzer, 2, 0, 0, NULL), "stream");
  CHECK(array.release == NULL && stream.release == NULL && number == 7);
  tp_analyzer_free(analyzer);
}

/* Two threads change the options, and the others make queries. Each answer uses one of the two normalizations. */
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

static void options_may_change_while_other_threads_make_queries(void) {
  tp_analyzer *analyzer = new_analyzer_with(2, false);
  CHECK_OK(add(analyzer, "run running walk walks"));
  on_threads(6, change_or_ask, analyzer);
  tp_analyzer_free(analyzer);
}

int main(void) {
  RUN(each_tokenizer_finds_its_tokens);
  RUN(a_python_pattern_begins_with_its_word_characters);
  RUN(sentences_are_found_and_counted);
  RUN(lines_of_a_paragraph_are_unwrapped);
  RUN(errors_in_patterns_name_the_place);
  RUN(texts_of_every_length_are_read_to_their_end_only);
  RUN(options_change_terms_and_null_means_lower_case);
  RUN(invalid_term_options_change_nothing);
  RUN(a_program_gives_pending_terms);
  RUN(stop_words_and_stemmers_are_found_by_name);
  RUN(ngrams_stay_valid_after_their_analyzer_is_freed);
  RUN(errors_name_the_required_pointer_that_is_null);
  RUN(options_may_change_while_other_threads_make_queries);
  return tests_done("words");
}
