package textprocessor

// #include "bridge.h"
import "C"

import (
	"errors"
	"runtime/cgo"
	"sync"
	"unsafe"
	"weak"
)

// A DocumentEvent describes a document that was just added.
type DocumentEvent struct {
	Text           string
	WordCount      uint64
	TotalDocuments uint64 // including this one
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

// callbacks are the callbacks of an analyzer that the library may still call. They live as long as the analyzer: the
// library has weak pointers to them, because a callback may refer to its analyzer, and the garbage collector cannot see
// a cycle through native memory.
type callbacks struct {
	mu  sync.Mutex
	set map[*callback]bool
}

type callback struct {
	function func(DocumentEvent) error
	owner    *callbacks
}

// add returns the key of a callback for the library, valid until the library calls deleteCallback.
func (c *callbacks) add(function func(DocumentEvent) error) C.uintptr_t {
	added := &callback{function, c}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set[added] = true
	return C.uintptr_t(cgo.NewHandle(weak.Make(added)))
}

func (c *callbacks) remove(removed *callback) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.set, removed)
}

// find returns nil if the analyzer of the callback is gone; this never happens during a call.
func find(key C.uintptr_t) *callback {
	return cgo.Handle(key).Value().(weak.Pointer[callback]).Value()
}

//export deleteCallback
func deleteCallback(key C.uintptr_t) {
	if found := find(key); found != nil {
		found.owner.remove(found)
	}
	cgo.Handle(key).Delete()
}

// SetCallback sets a function that is called after each document was added. It replaces any other callback. It runs
// during the call that adds the document, and may use the analyzer, and close it. That call returns the error of the
// function unchanged; a panic of the function continues in that call.
func (a *Analyzer) SetCallback(function func(DocumentEvent) error) error {
	key := a.callbacks.add(function)
	err := a.call(func(native *C.tp_analyzer) C.tp_status { return C.tp_go_set_callback(native, key) })
	if errors.Is(err, ErrClosed) {
		deleteCallback(key)
	}
	return err
}

// ClearCallback removes the callback, if one is set.
func (a *Analyzer) ClearCallback() error {
	return a.call(func(native *C.tp_analyzer) C.tp_status { return C.tp_analyzer_clear_callback(native) })
}

// A callbackPanic is the value of a panic that must pass through the library.
type callbackPanic struct{ value any }

// runCallback runs a callback. It returns 0, or a handle of the error or panic of the callback.
//
//export runCallback
func runCallback(key C.uintptr_t, event *C.tp_document_event) (failure C.uintptr_t) {
	defer func() {
		if value := recover(); value != nil {
			failure = C.uintptr_t(cgo.NewHandle(callbackPanic{value}))
		}
	}()
	if err := find(key).function(newEvent(event)); err != nil {
		return C.uintptr_t(cgo.NewHandle(err))
	}
	return 0
}

// takeFailure returns the error of a callback, or continues its panic.
func takeFailure(failure cgo.Handle) error {
	value := failure.Value()
	failure.Delete()
	if panicked, ok := value.(callbackPanic); ok {
		panic(panicked.value)
	}
	return value.(error)
}
