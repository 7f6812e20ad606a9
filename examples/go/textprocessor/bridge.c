#include "bridge.h"

#include "_cgo_export.h"

static _Thread_local uintptr_t failure;

static int32_t on_document(void *user_data, const tp_document_event *event) {
  failure = runCallback((uintptr_t)user_data, (tp_document_event *)event);
  return failure != 0;
}

static void destroy(void *user_data) { deleteCallback((uintptr_t)user_data); }

tp_status tp_go_set_callback(tp_analyzer *analyzer, uintptr_t key) {
  return tp_analyzer_set_callback(analyzer, on_document, (void *)key, destroy);
}

uintptr_t tp_go_take_failure(void) {
  uintptr_t taken = failure;
  failure = 0;
  return taken;
}

int tp_go_stream_next(struct ArrowArrayStream *stream, struct ArrowArray *array) {
  return stream->get_next(stream, array);
}

const char *tp_go_stream_error(struct ArrowArrayStream *stream) { return stream->get_last_error(stream); }

void tp_go_stream_release(struct ArrowArrayStream *stream) { stream->release(stream); }

void tp_go_array_release(struct ArrowArray *array) { array->release(array); }
