package textprocessor

// #include "bridge.h"
import "C"

import (
	"fmt"
	"runtime"
	"runtime/cgo"
)

// A Code is the kind of an error; [errors.Is] compares an error with it.
type Code int32

// The codes, as described in text_processor.h.
const (
	ErrNullPointer     Code = C.TP_ERROR_NULL_POINTER
	ErrInvalidArgument Code = C.TP_ERROR_INVALID_ARGUMENT
	ErrInvalidUTF8     Code = C.TP_ERROR_INVALID_UTF8
	ErrNoWords         Code = C.TP_ERROR_NO_WORDS
	ErrNoDocuments     Code = C.TP_ERROR_NO_DOCUMENTS
	ErrOutOfMemory     Code = C.TP_ERROR_OUT_OF_MEMORY
	ErrPanic           Code = C.TP_ERROR_PANIC
	ErrMisuse          Code = C.TP_ERROR_MISUSE
	ErrForked          Code = C.TP_ERROR_FORKED
)

// Error returns the name of the code in C, such as "TP_ERROR_NO_WORDS".
func (c Code) Error() string { return C.GoString(C.tp_status_name(C.tp_status(c))) }

// An Error is an error of the library.
type Error struct {
	Code    Code
	Offset  int64 // the first wrong byte of the document; -1 if the error has no place
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("textprocessor: %s", e.Message) }

// Unwrap returns the code.
func (e *Error) Unwrap() error { return e.Code }

// check runs a function of the library and returns the error for its status. The last error of the library, and the
// error of a callback, belong to the thread, so the goroutine stays on its thread.
func check(function func() C.tp_status) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	status := function()
	if status == C.TP_OK {
		return nil
	}
	if failure := C.tp_go_take_failure(); failure != 0 {
		return takeFailure(cgo.Handle(failure))
	}
	return &Error{
		Code:    Code(status),
		Offset:  int64(C.tp_last_error_offset()),
		Message: C.GoString(C.tp_last_error_message()),
	}
}
