/* Prints an event for each line of a file, statistics, and the twenty most frequent words.
 * Each line is a document. If the library refuses a line, the program prints the error and continues with the next
 * line. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <text_processor.h>

enum { TOP = 20 };

/* The state of the callback, or of the loop that polls. */
struct watch {
  uint64_t fail_at;
  bool failed;
};

/* Prints an event; returns false at the document at which the example must fail. */
static bool print_event(struct watch *watch, const tp_document_event *event) {
  if (event->total_documents == watch->fail_at) {
    watch->failed = true;
    return false;
  }
  printf("document %" PRIu64 ": %" PRIu64 " words, %zu bytes\n", event->total_documents, event->word_count,
         event->text_length);
  return true;
}

static int32_t on_document(void *user_data, const tp_document_event *event) {
  return print_event(user_data, event) ? 0 : 1;
}

/* Prints all events that wait. */
static tp_status poll(tp_events *events, struct watch *watch) {
  for (;;) {
    const tp_document_event *event = NULL;
    tp_status status = tp_events_next(events, &event);
    if (status != TP_OK || event == NULL) return status;
    if (!print_event(watch, event)) return TP_ERROR_STOPPED_BY_CALLBACK;
  }
}

/* Prints the error of the last call. */
static void print_error(FILE *out, tp_status status) {
  int64_t offset = tp_last_error_offset();
  fprintf(out, "%s", tp_status_name(status));
  if (offset >= 0) fprintf(out, " at byte %" PRId64, offset);
  fprintf(out, ": %s\n", tp_last_error_message());
}

static void add_lines(tp_analyzer *analyzer, tp_events *events, struct watch *watch, const char *text, size_t length) {
  const char *end = text + length;
  for (size_t number = 1; text < end; number++) {
    const char *newline = memchr(text, '\n', (size_t)(end - text));
    const char *line_end = newline != NULL ? newline : end;
    tp_status status = tp_analyzer_add_document(analyzer, text, (size_t)(line_end - text));
    if (status == TP_OK && events != NULL) status = poll(events, watch);
    if (watch->failed) {
      watch->failed = false;
      printf("line %zu: the callback failed at document %" PRIu64 "\n", number, watch->fail_at);
    } else if (status != TP_OK) {
      printf("line %zu: ", number);
      print_error(stdout, status);
    }
    text = line_end + 1;
  }
}

/* Prints the first batch of a stream of (term: utf8, count: uint64). */
static bool print_terms(struct ArrowArrayStream *stream) {
  struct ArrowArray batch;
  if (stream->get_next(stream, &batch) != 0) {
    fprintf(stderr, "words: %s\n", stream->get_last_error(stream));
    return false;
  }
  /* At the end of a stream, the batch has no `release`. */
  if (batch.release == NULL) return true;
  const struct ArrowArray *terms = batch.children[0];
  const struct ArrowArray *counts = batch.children[1];
  const int32_t *offsets = (const int32_t *)terms->buffers[1] + terms->offset;
  const char *text = terms->buffers[2];
  const uint64_t *count = (const uint64_t *)counts->buffers[1] + counts->offset;
  for (int64_t row = batch.offset; row < batch.offset + batch.length; row++) {
    printf("%" PRIu64 "\t", count[row]);
    fwrite(text + offsets[row], 1, (size_t)(offsets[row + 1] - offsets[row]), stdout);
    putchar('\n');
  }
  batch.release(&batch);
  return true;
}

static bool print_summary(const tp_analyzer *analyzer) {
  tp_statistics statistics = {.struct_size = sizeof statistics};
  tp_status status = tp_analyzer_statistics(analyzer, &statistics);
  if (status != TP_OK) {
    print_error(stderr, status);
    return false;
  }
  printf("documents: %" PRIu64 "\nwords: %" PRIu64 "\ndistinct words: %" PRIu64 "\nsentiment: ",
         statistics.document_count, statistics.total_words, statistics.unique_words);
  double sentiment = 0;
  status = tp_analyzer_sentiment(analyzer, &sentiment);
  if (status == TP_OK) {
    printf("%.6f\n", sentiment);
  } else {
    print_error(stdout, status);
  }
  struct ArrowArrayStream stream;
  status = tp_analyzer_top_terms(analyzer, TOP, &stream);
  if (status != TP_OK) {
    print_error(stderr, status);
    return false;
  }
  bool printed = print_terms(&stream);
  stream.release(&stream);
  return printed;
}

/* Returns the bytes of a file, which the caller must free, or NULL if the file cannot be read. */
static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  size_t room = 1 << 16;
  char *text = malloc(room);
  *length = 0;
  while (text != NULL) {
    *length += fread(text + *length, 1, room - *length, file);
    if (*length < room) break;
    char *larger = realloc(text, room *= 2);
    if (larger == NULL) free(text);
    text = larger;
  }
  if (ferror(file)) {
    free(text);
    text = NULL;
  }
  fclose(file);
  return text;
}

struct arguments {
  const char *path;
  uint64_t fail_at;
  bool poll;
};

static bool parse(int argc, char **argv, struct arguments *arguments) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--poll") == 0) {
      arguments->poll = true;
    } else if (strcmp(argv[i], "--fail-at") == 0) {
      const char *digits = i + 1 < argc ? argv[++i] : "";
      if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0') return false;
      arguments->fail_at = strtoull(digits, NULL, 10);
      if (arguments->fail_at == 0) return false;
    } else if (argv[i][0] == '-' || arguments->path != NULL) {
      return false;
    } else {
      arguments->path = argv[i];
    }
  }
  return arguments->path != NULL;
}

int main(int argc, char **argv) {
  struct arguments arguments = {0};
  if (!parse(argc, argv, &arguments)) {
    fprintf(stderr, "usage: words [--poll] [--fail-at N] FILE\n");
    return 2;
  }
  size_t length;
  char *text = read_file(arguments.path, &length);
  if (text == NULL) {
    perror(arguments.path);
    return 1;
  }
  struct watch watch = {.fail_at = arguments.fail_at};
  tp_analyzer *analyzer = NULL;
  tp_events *events = NULL;
  tp_status status = tp_analyzer_new(NULL, &analyzer);
  if (status == TP_OK) {
    status = arguments.poll ? tp_events_new(analyzer, &events)
                            : tp_analyzer_set_callback(analyzer, on_document, &watch, NULL);
  }
  bool done = false;
  if (status == TP_OK) {
    add_lines(analyzer, events, &watch, text, length);
    done = print_summary(analyzer);
    if (fflush(stdout) != 0) {
      perror("standard output");
      done = false;
    }
  } else {
    print_error(stderr, status);
  }
  tp_events_free(events);
  tp_analyzer_free(analyzer);
  free(text);
  return done ? 0 : 1;
}
