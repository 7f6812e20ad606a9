/**
 * @file text_processor_instruments.h
 * The functions that only the instrumented core of text_processor has: they report handles, calls and misuses.
 *
 * Use the instrumented core in tests, and while you write a wrapper of the library. It has the functions of
 * text_processor.h, with the same answers. It looks up every handle before it does anything else. In any other core, a
 * call that breaks a rule of text_processor.h is undefined behaviour. In this core, the call fails with TP_ERROR_MISUSE
 * and changes nothing, and tp_last_error_message() says what was wrong, in which function, on which thread, and what
 * happened to the handle before. The core detects:
 *
 *   - a handle that was freed, also if it is freed again;
 *   - a handle of another kind or of another core, or a pointer that is not a handle;
 *   - a handle that is freed while another thread uses it;
 *   - an Arrow stream that two threads use at the same time; an Arrow structure that was copied and is released twice;
 *   - a draft that one thread uses while another thread uses its room: a thread uses the room from tp_draft_room() to
 *     its next call for the draft, or until any thread calls tp_draft_take();
 *   - a string that is freed twice, or with another length, or that did not come from the library.
 *
 * If a function without a result is misused, you find the error with tp_last_error_message() and in the report. A
 * misused function of a stream returns EINVAL. In this core a handle is a number, not an address. Arrow streams and
 * strings have ordinary memory, as in other cores. The core is slower, because all calls look up their handles under
 * one lock.
 *
 * To find out whether a program has loaded this core, look up one of these functions with dlsym().
 */
#ifndef TEXT_PROCESSOR_INSTRUMENTS_H
#define TEXT_PROCESSOR_INSTRUMENTS_H

#include "text_processor.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Returns the number of handles that the library has given and that are not yet freed.
 * @param kind A name with a zero after it: "tp_analyzer", "tp_draft", "tp_indexer", "tp_events", "tp_lexicon",
 * "tp_vader", "tp_vectorizer", "tp_matrix", "tp_table", "tp_patterns", "tp_string" (for tp_string_free()),
 * "ArrowArrayStream", "ArrowArray" or "ArrowSchema". NULL for all kinds.
 * @return 0 for an unknown kind.
 * @threads Any.
 */
TP_API uint64_t tp_instruments_live(const char *kind);

/**
 * Returns the number of calls of a function. It does not count functions that only return a constant or the last error.
 * @param function The name of the function, with a zero after it, such as "tp_analyzer_new" or
 * "ArrowArrayStream.get_next". NULL for all functions.
 * @return 0 for an unknown function.
 * @threads Any.
 */
TP_API uint64_t tp_instruments_calls(const char *function);

/**
 * Returns the number of calls that failed with TP_ERROR_MISUSE since the library was loaded.
 * @return The number.
 * @threads Any.
 */
TP_API uint64_t tp_instruments_misuses(void);

/**
 * Returns a report in UTF-8: the handles that are not yet freed and where they were made, the last hundred misuses, and
 * the number of calls of each function.
 * @return Never NULL. Ends with a zero, belongs to the library and is valid until the next call of this function on
 * this thread, or until the thread ends.
 * @threads Any; each thread has its own report.
 */
TP_API const char *tp_instruments_report(void);

#ifdef __cplusplus
}
#endif

#endif
