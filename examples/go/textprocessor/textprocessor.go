// Package textprocessor wraps the C ABI of text_processor, a corpus engine.
//
// Any number of goroutines may use an [Analyzer] at the same time, and any of them may close it.
package textprocessor

// #cgo pkg-config: text_processor
// #include "bridge.h"
import "C"

import (
	"errors"
	"runtime"
	"unsafe"
)

// ErrClosed is the error of the methods of an [Analyzer] or [Events] after Close.
var ErrClosed = errors.New("textprocessor: the object is closed")

// An Analyzer is a set of documents that answers questions about their words.
//
// A word is a run of characters that are not whitespace. Words are counted in lower case.
type Analyzer struct {
	handle    *handle[*C.tp_analyzer]
	callbacks *callbacks
}

// New makes an analyzer without documents. Close frees it; if you never call Close, the garbage collector frees it.
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

// Close frees the documents. Calls that are running end as usual, and later calls return [ErrClosed]. A second Close
// does nothing. The error is always nil.
func (a *Analyzer) Close() error {
	a.handle.close()
	return nil
}

// call runs a function of the library, and keeps the analyzer and its callbacks alive until the function has returned.
func (a *Analyzer) call(function func(*C.tp_analyzer) C.tp_status) error {
	defer runtime.KeepAlive(a)
	return a.handle.call(function)
}

// AddDocument adds a document in UTF-8. Then the callback runs, if one is set.
//
// The error is an [*Error], or the error of the callback; then the document stays added.
func (a *Analyzer) AddDocument(text string) error {
	return a.call(func(native *C.tp_analyzer) C.tp_status {
		return C.tp_analyzer_add_document(native, (*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.size_t(len(text)))
	})
}

// Statistics are numbers for all documents, taken at the same moment.
type Statistics struct {
	DocumentCount uint64
	TotalWords    uint64
	UniqueWords   uint64 // distinct words in lower case
	DistinctTypes uint64 // distinct words as they are written
	TotalBytes    uint64
	AverageWords  float64 // words for each document on average
}

// Statistics returns statistics of all documents.
func (a *Analyzer) Statistics() (Statistics, error) {
	var s C.tp_statistics
	s.struct_size = C.sizeof_tp_statistics
	err := a.call(func(native *C.tp_analyzer) C.tp_status { return C.tp_analyzer_statistics(native, &s) })
	if err != nil {
		return Statistics{}, err
	}
	return Statistics{
		DocumentCount: uint64(s.document_count),
		TotalWords:    uint64(s.total_words),
		UniqueWords:   uint64(s.unique_words),
		DistinctTypes: uint64(s.distinct_types),
		TotalBytes:    uint64(s.total_bytes),
		AverageWords:  float64(s.average_words),
	}, nil
}

// Sentiment returns the number of good words minus the number of bad words, divided by the number of documents. Without
// documents the error is [ErrNoDocuments].
func (a *Analyzer) Sentiment() (float64, error) {
	var sentiment C.double
	err := a.call(func(native *C.tp_analyzer) C.tp_status { return C.tp_analyzer_sentiment(native, &sentiment) })
	return float64(sentiment), err
}

// TopTerms returns the most frequent terms, at most limit. Terms with equal counts are in order of first appearance.
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
