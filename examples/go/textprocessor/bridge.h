// Functions in C for tasks that Go cannot do: pass functions to C, store a value for each thread, call through
// pointers.
#include <text_processor.h>

// Sets runCallback(key, …) as the callback of an analyzer. The library calls deleteCallback(key) later, also after an
// error.
tp_status tp_go_set_callback(tp_analyzer *analyzer, uintptr_t key);

// Returns the result of runCallback in the last call on this thread, or 0, and resets it to 0.
uintptr_t tp_go_take_failure(void);

int tp_go_stream_next(struct ArrowArrayStream *stream, struct ArrowArray *array);
const char *tp_go_stream_error(struct ArrowArrayStream *stream);
void tp_go_stream_release(struct ArrowArrayStream *stream);
void tp_go_array_release(struct ArrowArray *array);
