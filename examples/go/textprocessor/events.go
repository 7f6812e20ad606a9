package textprocessor

// #include "bridge.h"
import "C"

import (
	"runtime"
	"sync"
)

// Events are the documents that are added to an analyzer, asked for one after the other: in place of a callback.
type Events struct {
	handle *handle[*C.tp_events]

	// An event is the library's until the next one is asked for.
	mu sync.Mutex
}

// Events begins to keep an event for each document that is added from now on. It takes the place of the callback.
func (a *Analyzer) Events() (*Events, error) {
	var native *C.tp_events
	err := a.call(func(analyzer *C.tp_analyzer) C.tp_status { return C.tp_events_new(analyzer, &native) })
	if err != nil {
		return nil, err
	}
	e := &Events{handle: newHandle(native, func(native *C.tp_events) { C.tp_events_free(native) })}
	runtime.AddCleanup(e, (*handle[*C.tp_events]).close, e.handle)
	return e, nil
}

// Next returns the next event; false when none is waiting.
func (e *Events) Next() (DocumentEvent, bool, error) {
	defer runtime.KeepAlive(e)
	e.mu.Lock()
	defer e.mu.Unlock()
	var event DocumentEvent
	var waiting bool
	err := e.handle.call(func(native *C.tp_events) C.tp_status {
		var next *C.tp_document_event
		status := C.tp_events_next(native, &next)
		if status == C.TP_OK && next != nil {
			event, waiting = newEvent(next), true
		}
		return status
	})
	return event, waiting, err
}

// Close frees the events that are waiting; the analyzer goes on without. The error is always nil.
func (e *Events) Close() error {
	e.handle.close()
	return nil
}
