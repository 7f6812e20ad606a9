package textprocessor

// #include "bridge.h"
import "C"

import (
	"errors"
	"runtime"
	"runtime/cgo"
	"unsafe"
	"weak"
)

// A DocumentEvent tells of a document that was just added.
type DocumentEvent struct {
	Text           string
	WordCount      uint64
	TotalDocuments uint64 // this one included
}

func newEvent(native *C.tp_document_event) DocumentEvent {
	return DocumentEvent{
		Text:           copied(native.text, native.text_length),
		WordCount:      uint64(native.word_count),
		TotalDocuments: uint64(native.total_documents),
	}
}

func copied(text *C.char, length C.size_t) string {
	return string(unsafe.Slice((*byte)(unsafe.Pointer(text)), int(length)))
}

type callback struct {
	function func(DocumentEvent) error
}

// SetCallback sets a function that is called with each document after it was added, in place of any other. It runs during
// the call that adds, and may use the analyzer, and close it. The error it returns is returned by that call, as it is;
// a panic goes on there.
func (a *Analyzer) SetCallback(function func(DocumentEvent) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	set := &callback{function}
	// The library deletes it: when another takes its place, or with the analyzer, or at once if this fails.
	key := cgo.NewHandle(weak.Make(set))
	err := a.call(func(native *C.tp_analyzer) C.tp_status {
		return C.tp_go_set_callback(native, C.uintptr_t(key))
	})
	if err == nil {
		a.callback = set
	} else if errors.Is(err, ErrClosed) {
		key.Delete()
	}
	return err
}

// ClearCallback removes the callback, if one is set.
func (a *Analyzer) ClearCallback() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.callback = nil
	return a.call(func(native *C.tp_analyzer) C.tp_status { return C.tp_analyzer_clear_callback(native) })
}

// A callbackPanic is a panic on its way through the library.
type callbackPanic struct{ value any }

// runCallback runs a callback; 0, or a handle of what went wrong in it.
//
//export runCallback
func runCallback(key C.uintptr_t, event *C.tp_document_event) (failure C.uintptr_t) {
	defer func() {
		if value := recover(); value != nil {
			failure = C.uintptr_t(cgo.NewHandle(callbackPanic{value}))
		}
	}()
	set := cgo.Handle(key).Value().(weak.Pointer[callback]).Value()
	if set == nil {
		return 0
	}
	defer runtime.KeepAlive(set)
	if err := set.function(newEvent(event)); err != nil {
		return C.uintptr_t(cgo.NewHandle(err))
	}
	return 0
}

//export deleteCallback
func deleteCallback(key C.uintptr_t) { cgo.Handle(key).Delete() }

// takeFailure returns the error that a callback returned, or goes on with its panic.
func takeFailure(failure cgo.Handle) error {
	value := failure.Value()
	failure.Delete()
	if panicked, ok := value.(callbackPanic); ok {
		panic(panicked.value)
	}
	return value.(error)
}
