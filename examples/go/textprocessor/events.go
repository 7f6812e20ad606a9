package textprocessor

// #include "bridge.h"
import "C"

import (
	"runtime"
	"sync"
)

// Events store an event for each document that is added to an analyzer, in place of a callback.
type Events struct {
	handle *handle[*C.tp_events]

	// The library frees an event when Next is called again.
	mu sync.Mutex
}

// Events starts to store an event for each document that is added from now on. It replaces the callback.
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

// Next returns the next event, and false if no event waits.
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

// Close frees the events that wait; the analyzer stops storing events. The error is always nil.
func (e *Events) Close() error {
	e.handle.close()
	return nil
}
