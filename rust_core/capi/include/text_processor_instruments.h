/**
 * @file text_processor_instruments.h
 * What the instrumented core of text_processor has seen.
 *
 * The instrumented core is for tests, and for those who write bindings to the library: the same functions, with the same
 * answers, and every handle is looked up before anything is touched. What text_processor.h forbids, and would be undefined
 * with any other core, fails with TP_ERROR_MISUSE and changes nothing; tp_last_error_message() says what was wrong, in which
 * function, on which thread, and what became of the handle before:
 *
 *   - a handle that was freed, also when it is freed once more;
 *   - a handle of another kind, or of another core, or no handle at all;
 *   - an analyzer, or any other handle, that is freed while another thread uses it;
 *   - an Arrow stream that two threads use at once; an Arrow structure that is released twice by way of a copy;
 *   - a draft that one thread uses while another one has its room, which is its own until its next call for that draft, or
 *     until somebody takes the room;
 *   - a string that is freed twice, or with another length, or that the library did not give.
 *
 * Functions that return nothing keep the error for tp_last_error_message() and the report. A call from a stream fails with
 * EINVAL. A handle is a number here, not an address; memory that Arrow streams and strings give is memory as ever. The
 * core is slower: every call looks things up under one lock.
 *
 * No other core has these functions: look one up (dlsym) to know which core it is.
 */
#ifndef TEXT_PROCESSOR_INSTRUMENTS_H
#define TEXT_PROCESSOR_INSTRUMENTS_H

#include "text_processor.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The number of handles that were given and not freed.
 * @param kind "tp_analyzer", "tp_draft", "tp_indexer", "tp_events", "tp_string" (what tp_string_free() frees),
 * "ArrowArrayStream", "ArrowArray" or "ArrowSchema", with a zero behind it. NULL: of any kind.
 * @return 0 for a kind that there is not.
 * @threads Any.
 */
TP_API uint64_t tp_instruments_live(const char *kind);

/**
 * How often a function was called. Those that only tell a constant, or the last error, are not counted.
 * @param function Its name with a zero behind it, as "tp_analyzer_new", or "ArrowArrayStream.get_next". NULL: any function.
 * @return 0 for a function that there is not.
 * @threads Any.
 */
TP_API uint64_t tp_instruments_calls(const char *function);

/**
 * The number of misuses.
 * @return Those that were refused since the library was loaded.
 * @threads Any.
 */
TP_API uint64_t tp_instruments_misuses(void);

/**
 * All of it in words, UTF-8: what is live and where it was made, each misuse (the last hundred), and the calls by function.
 * @return Never NULL; ends with a zero, belongs to the library and is valid until this function is called again on this
 * thread, or the thread ends.
 * @threads Any; each has its own.
 */
TP_API const char *tp_instruments_report(void);

#ifdef __cplusplus
}
#endif

#endif
