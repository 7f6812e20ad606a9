/**
 * @file text_processor_instruments.h
 * The functions that only the instrumented core of text_processor has: they tell what this core has seen.
 *
 * Use the instrumented core in tests, and while you write a binding to the library. It has the same functions with the
 * same answers, and it looks up every handle before it touches anything. A call that breaks a rule of text_processor.h
 * is undefined behaviour in any other core; here it fails with TP_ERROR_MISUSE and changes nothing, and
 * tp_last_error_message() says what was wrong, in which function, on which thread, and what happened to the handle
 * before. The core detects:
 *
 *   - a handle that was freed, also if it is freed again;
 *   - a handle of another kind or of another core, or a pointer that is not a handle;
 *   - a handle that is freed while another thread uses it;
 *   - an Arrow stream that two threads use at the same time; an Arrow structure that is released twice through a copy;
 *   - a draft that one thread uses while another thread has its room. A thread has the room until its next call for the
 *     draft, or until any thread takes the room;
 *   - a string that is freed twice or with another length, or that the library did not give.
 *
 * Functions without a result keep the error for tp_last_error_message() and for the report. A call from a stream fails
 * with EINVAL. In this core a handle is a number, not an address; the memory of Arrow streams and strings is memory as
 * in other cores. The core is slower, because every call looks up its handle under a single lock.
 *
 * To find out which core a program has loaded, look up one of these functions with dlsym().
 */
#ifndef TEXT_PROCESSOR_INSTRUMENTS_H
#define TEXT_PROCESSOR_INSTRUMENTS_H

#include "text_processor.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Returns the number of handles that the library gave and that were not freed.
 * @param kind A name with a zero after it: "tp_analyzer", "tp_draft", "tp_indexer", "tp_events", "tp_string" (for
 * tp_string_free()), "ArrowArrayStream", "ArrowArray" or "ArrowSchema". NULL for all kinds.
 * @return 0 for an unknown kind.
 * @threads Any.
 */
TP_API uint64_t tp_instruments_live(const char *kind);

/**
 * Returns the number of calls of a function. Functions that only return a constant or the last error are not counted.
 * @param function Its name with a zero after it, such as "tp_analyzer_new" or "ArrowArrayStream.get_next". NULL for all
 * functions.
 * @return 0 for an unknown function.
 * @threads Any.
 */
TP_API uint64_t tp_instruments_calls(const char *function);

/**
 * Returns the number of calls that were refused with TP_ERROR_MISUSE since the library was loaded.
 * @return The number.
 * @threads Any.
 */
TP_API uint64_t tp_instruments_misuses(void);

/**
 * Returns a report in UTF-8: the live handles and where they were made, the last hundred misuses, and the calls by
 * function.
 * @return Never NULL. Ends with a zero, belongs to the library and is valid until the next call of this function on
 * this thread, or until the thread ends.
 * @threads Any; each thread has its own report.
 */
TP_API const char *tp_instruments_report(void);

#ifdef __cplusplus
}
#endif

#endif
