package textprocessor

// #include "bridge.h"
import "C"

import (
	"errors"
	"unsafe"
)

// A TermCount is a term and its number of occurrences.
type TermCount struct {
	Term  string
	Count uint64
}

// readTerms reads at most limit rows of a stream of (term: utf8, count: uint64) of the Arrow C data interface, and
// releases the stream.
func readTerms(stream *C.struct_ArrowArrayStream, limit int) ([]TermCount, error) {
	defer C.tp_go_stream_release(stream)
	var found []TermCount
	for len(found) < limit {
		var batch C.struct_ArrowArray
		if C.tp_go_stream_next(stream, &batch) != 0 {
			return nil, errors.New("textprocessor: " + C.GoString(C.tp_go_stream_error(stream)))
		}
		if batch.release == nil {
			break
		}
		found = appendRows(found, &batch, limit)
		C.tp_go_array_release(&batch)
	}
	return found, nil
}

func appendRows(found []TermCount, batch *C.struct_ArrowArray, limit int) []TermCount {
	rows := min(int(batch.length), limit-len(found))
	if rows == 0 {
		return found
	}
	columns := unsafe.Slice(batch.children, 2)
	terms, counts := columns[0], columns[1]
	offsets := values[int32](terms, int(batch.offset), rows+1)
	text := unsafe.Slice((*byte)(buffer(terms, 2)), offsets[rows])
	for row, count := range values[uint64](counts, int(batch.offset), rows) {
		found = append(found, TermCount{string(text[offsets[row]:offsets[row+1]]), count})
	}
	return found
}

// values returns the numbers of an array from start on; they are valid as long as the array.
func values[T any](array *C.struct_ArrowArray, start, length int) []T {
	start += int(array.offset)
	return unsafe.Slice((*T)(buffer(array, 1)), start+length)[start:]
}

func buffer(array *C.struct_ArrowArray, number int) unsafe.Pointer {
	return unsafe.Slice(array.buffers, array.n_buffers)[number]
}
