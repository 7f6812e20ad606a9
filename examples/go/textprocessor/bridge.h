// What Go cannot do by itself: pass functions to C, keep something for a thread, call through pointers.
#include <text_processor.h>

// Sets runCallback(key, …) as the callback of an analyzer. deleteCallback(key) follows, whatever is returned.
tp_status tp_go_set_callback(tp_analyzer *analyzer, uintptr_t key);

// What runCallback gave during the last call on this thread, or 0; it is 0 afterwards.
uintptr_t tp_go_take_failure(void);

int tp_go_stream_next(struct ArrowArrayStream *stream, struct ArrowArray *array);
const char *tp_go_stream_error(struct ArrowArrayStream *stream);
void tp_go_stream_release(struct ArrowArrayStream *stream);
void tp_go_array_release(struct ArrowArray *array);
