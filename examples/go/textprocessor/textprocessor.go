// Package textprocessor counts, profiles and scores text: text_processor's C ABI for Go.
//
// An [Analyzer] may be used by any number of goroutines at once, closing it included.
package textprocessor

// #cgo pkg-config: text_processor
// #include "bridge.h"
import "C"

import (
	"errors"
	"runtime"
	"unsafe"
)

// ErrClosed is what methods of an [Analyzer] or [Events] return after Close.
var ErrClosed = errors.New("textprocessor: it was closed")

// An Analyzer holds documents and answers questions about the words in them.
//
// A word is a run of characters that are not whitespace; words are counted in lower case.
type Analyzer struct {
	handle    *handle[*C.tp_analyzer]
	callbacks *callbacks
}

// New makes an analyzer without documents. Close frees it; one that is forgotten is freed by the garbage collector.
func New() (*Analyzer, error) {
	var native *C.tp_analyzer
	if err := check(func() C.tp_status { return C.tp_analyzer_new(nil, &native) }); err != nil {
		return nil, err
	}
	a := &Analyzer{
		handle:    newHandle(native, func(native *C.tp_analyzer) { C.tp_analyzer_free(native) }),
		callbacks: &callbacks{set: map[*callback]bool{}},
	}
	runtime.AddCleanup(a, (*handle[*C.tp_analyzer]).close, a.handle)
	return a, nil
}

// Close frees the documents. Calls that are running end as usual, and later ones return [ErrClosed]. Closing again does
// nothing. The error is always nil.
func (a *Analyzer) Close() error {
	a.handle.close()
	return nil
}

// call runs a function of the library, and keeps the analyzer, with its callbacks, until it has returned.
func (a *Analyzer) call(function func(*C.tp_analyzer) C.tp_status) error {
	defer runtime.KeepAlive(a)
	return a.handle.call(function)
}

// AddDocument adds a document of UTF-8. Then the callback runs, if one is set.
//
// The error is an [*Error], or what the callback returned; in that case the document stays added.
func (a *Analyzer) AddDocument(text string) error {
	return a.call(func(native *C.tp_analyzer) C.tp_status {
		return C.tp_analyzer_add_document(native, (*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.size_t(len(text)))
	})
}

// Statistics are figures of a whole corpus, all of one moment.
type Statistics struct {
	Documents     uint64
	TotalWords    uint64
	UniqueWords   uint64 // in lower case
	DistinctTypes uint64 // as they are written
	Bytes         uint64
}

// Statistics returns the figures of the corpus.
func (a *Analyzer) Statistics() (Statistics, error) {
	var s C.tp_statistics
	s.struct_size = C.sizeof_tp_statistics
	err := a.call(func(native *C.tp_analyzer) C.tp_status { return C.tp_analyzer_statistics(native, &s) })
	if err != nil {
		return Statistics{}, err
	}
	return Statistics{
		Documents:     uint64(s.documents),
		TotalWords:    uint64(s.total_words),
		UniqueWords:   uint64(s.unique_words),
		DistinctTypes: uint64(s.distinct_types),
		Bytes:         uint64(s.bytes),
	}, nil
}

// Sentiment returns the number of good words less that of bad ones, for each document on average. Without documents the
// error is [ErrNoDocuments].
func (a *Analyzer) Sentiment() (float64, error) {
	var sentiment C.double
	err := a.call(func(native *C.tp_analyzer) C.tp_status { return C.tp_analyzer_sentiment(native, &sentiment) })
	return float64(sentiment), err
}

// TopTerms returns the most frequent terms, at most limit; equal counts in order of first appearance.
func (a *Analyzer) TopTerms(limit int) ([]TermCount, error) {
	if limit <= 0 {
		return nil, nil
	}
	var stream C.struct_ArrowArrayStream
	err := a.call(func(native *C.tp_analyzer) C.tp_status {
		return C.tp_analyzer_top_terms(native, C.size_t(limit), &stream)
	})
	if err != nil {
		return nil, err
	}
	return readTerms(&stream, limit)
}
