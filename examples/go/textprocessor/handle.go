package textprocessor

// #include "bridge.h"
import "C"

import "sync"

// A handle owns a native object that must not be freed while a call uses it. close does not wait for calls, because it
// may run in a callback of such a call: the last call to end frees the object.
type handle[T any] struct {
	free func(T)

	mu     sync.Mutex
	native T
	calls  int
	closed bool
}

func newHandle[T any](native T, free func(T)) *handle[T] {
	return &handle[T]{native: native, free: free}
}

// call runs a function of the library and returns the error for its status.
func (h *handle[T]) call(function func(T) C.tp_status) error {
	if !h.enter() {
		return ErrClosed
	}
	defer h.leave()
	return check(func() C.tp_status { return function(h.native) })
}

func (h *handle[T]) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.calls++
	return true
}

func (h *handle[T]) leave() {
	h.mu.Lock()
	h.calls--
	last := h.closed && h.calls == 0
	h.mu.Unlock()
	if last {
		h.free(h.native)
	}
}

func (h *handle[T]) close() {
	h.mu.Lock()
	free := !h.closed && h.calls == 0
	h.closed = true
	h.mu.Unlock()
	if free {
		h.free(h.native)
	}
}
