package textprocessor_test

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/text_processor/textprocessor"
)

func open(t *testing.T) *textprocessor.Analyzer {
	t.Helper()
	analyzer, err := textprocessor.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { analyzer.Close() })
	return analyzer
}

func add(t *testing.T, analyzer *textprocessor.Analyzer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := analyzer.AddDocument(text); err != nil {
			t.Fatal(err)
		}
	}
}

func setCallback(t *testing.T, analyzer *textprocessor.Analyzer, function func(textprocessor.DocumentEvent) error) {
	t.Helper()
	if err := analyzer.SetCallback(function); err != nil {
		t.Fatal(err)
	}
}

func documents(t *testing.T, analyzer *textprocessor.Analyzer) uint64 {
	t.Helper()
	statistics, err := analyzer.Statistics()
	if err != nil {
		t.Fatal(err)
	}
	return statistics.DocumentCount
}

func TestStatisticsSentimentAndTerms(t *testing.T) {
	analyzer := open(t)
	add(t, analyzer, "A rose is a good ROSE", "zero\x00inside")
	statistics, err := analyzer.Statistics()
	want := textprocessor.Statistics{
		DocumentCount: 2, TotalWords: 7, UniqueWords: 5, DistinctTypes: 7, TotalBytes: 32, AverageWords: 3.5,
	}
	if err != nil || statistics != want {
		t.Errorf("Statistics() = %+v, %v; want %+v", statistics, err, want)
	}
	if sentiment, err := analyzer.Sentiment(); err != nil || sentiment != 0.5 {
		t.Errorf("Sentiment() = %v, %v; want 0.5", sentiment, err)
	}
	all := []textprocessor.TermCount{{"a", 2}, {"rose", 2}, {"is", 1}, {"good", 1}, {"zero\x00inside", 1}}
	for limit, want := range map[int][]textprocessor.TermCount{-1: nil, 0: nil, 2: all[:2], 5: all, 100: all} {
		if terms, err := analyzer.TopTerms(limit); err != nil || !reflect.DeepEqual(terms, want) {
			t.Errorf("TopTerms(%d) = %v, %v; want %v", limit, terms, err, want)
		}
	}
}

func TestAnEmptyAnalyzerHasNoTermsAndNoSentiment(t *testing.T) {
	analyzer := open(t)
	if terms, err := analyzer.TopTerms(20); err != nil || len(terms) != 0 {
		t.Errorf("TopTerms() = %v, %v; want no terms", terms, err)
	}
	if _, err := analyzer.Sentiment(); !errors.Is(err, textprocessor.ErrNoDocuments) {
		t.Errorf("Sentiment() gives %v, want ErrNoDocuments", err)
	}
}

func TestAnErrorHasCodeOffsetAndMessage(t *testing.T) {
	analyzer := open(t)
	err := analyzer.AddDocument("good until \xff")
	var refused *textprocessor.Error
	if !errors.As(err, &refused) || !errors.Is(err, textprocessor.ErrInvalidUTF8) || refused.Offset != 11 {
		t.Fatalf("AddDocument() gives %#v", err)
	}
	if want := "textprocessor: the text is not valid UTF-8: wrong byte at offset 11"; err.Error() != want {
		t.Errorf("the message is %q, want %q", err, want)
	}
	for _, blank := range []string{"", " \n"} {
		if err := analyzer.AddDocument(blank); !errors.Is(err, textprocessor.ErrNoWords) || errors.Is(err, textprocessor.ErrInvalidUTF8) {
			t.Errorf("AddDocument(%q) gives %v, want ErrNoWords", blank, err)
		}
	}
	if name := textprocessor.ErrNoWords.Error(); name != "TP_ERROR_NO_WORDS" {
		t.Errorf("the name of the code is %q", name)
	}
}

// Goroutines move between threads, and the last error of the library belongs to a thread.
func TestEachGoroutineHasItsOwnErrors(t *testing.T) {
	analyzer := open(t)
	setCallback(t, analyzer, func(event textprocessor.DocumentEvent) error { return errors.New(event.Text) })
	var group sync.WaitGroup
	for worker := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range 300 {
				offset := worker*1000 + i
				err := analyzer.AddDocument(strings.Repeat("x", offset) + "\xff")
				var refused *textprocessor.Error
				if !errors.As(err, &refused) || refused.Offset != int64(offset) || !strings.HasSuffix(refused.Message, fmt.Sprint(" ", offset)) {
					t.Errorf("wrong byte %d: %v", offset, err)
				}
				text := fmt.Sprint("document ", offset)
				if err := analyzer.AddDocument(text); err == nil || err.Error() != text {
					t.Errorf("the callback's error %q became %v", text, err)
				}
			}
		}()
	}
	group.Wait()
	if n := documents(t, analyzer); n != 8*300 {
		t.Errorf("the analyzer has %d documents", n)
	}
}

func TestTheCallbackGetsEachDocumentUntilItIsCleared(t *testing.T) {
	analyzer := open(t)
	var heard []textprocessor.DocumentEvent
	setCallback(t, analyzer, func(textprocessor.DocumentEvent) error { panic("it was replaced") })
	setCallback(t, analyzer, func(event textprocessor.DocumentEvent) error {
		heard = append(heard, event)
		return nil
	})
	add(t, analyzer, "one", "two words")
	if err := analyzer.ClearCallback(); err != nil {
		t.Fatal(err)
	}
	add(t, analyzer, "three")
	want := []textprocessor.DocumentEvent{{"one", 1, 1}, {"two words", 2, 2}}
	if !reflect.DeepEqual(heard, want) {
		t.Errorf("the callback got %v, want %v", heard, want)
	}
}

func TestOneCallbackGetsEachDocumentWhileCallbacksAreReplaced(t *testing.T) {
	const documents = 2000
	analyzer := open(t)
	var heard atomic.Int64
	replace := func() {
		setCallback(t, analyzer, func(textprocessor.DocumentEvent) error {
			heard.Add(1)
			return nil
		})
	}
	replace()
	var adding sync.WaitGroup
	for range 4 {
		adding.Add(1)
		go func() {
			defer adding.Done()
			for range documents / 4 {
				if err := analyzer.AddDocument("one"); err != nil {
					t.Errorf("AddDocument() gives %v", err)
				}
			}
		}()
	}
	done := make(chan struct{})
	go func() {
		adding.Wait()
		close(done)
	}()
	for {
		replace()
		runtime.GC()
		select {
		case <-done:
			if n := heard.Load(); n != documents {
				t.Errorf("callbacks got %d of %d documents", n, documents)
			}
			return
		default:
		}
	}
}

func TestTheErrorOfACallbackIsReturnedUnchanged(t *testing.T) {
	analyzer := open(t)
	mine := errors.New("mine")
	setCallback(t, analyzer, func(textprocessor.DocumentEvent) error { return mine })
	if err := analyzer.AddDocument("one"); err != mine {
		t.Errorf("AddDocument() gives %v", err)
	}
	if n := documents(t, analyzer); n != 1 {
		t.Errorf("the analyzer has %d documents, want the one that was added", n)
	}
}

func TestThePanicOfACallbackContinuesInTheCaller(t *testing.T) {
	analyzer := open(t)
	setCallback(t, analyzer, func(textprocessor.DocumentEvent) error { panic("mine") })
	func() {
		defer func() {
			if value := recover(); value != "mine" {
				t.Errorf("recovered %v", value)
			}
		}()
		err := analyzer.AddDocument("one")
		t.Errorf("AddDocument() gives %v", err)
	}()
	if n := documents(t, analyzer); n != 1 {
		t.Errorf("the analyzer has %d documents, want the one that was added", n)
	}
}

func TestACallbackMayUseAndReplaceAndCloseItsAnalyzer(t *testing.T) {
	analyzer := open(t)
	inner := errors.New("inner")
	setCallback(t, analyzer, func(textprocessor.DocumentEvent) error {
		setCallback(t, analyzer, func(event textprocessor.DocumentEvent) error {
			if event.TotalDocuments == 2 {
				return inner
			}
			return analyzer.Close()
		})
		if err := analyzer.AddDocument("two"); err != inner {
			t.Errorf("AddDocument() in a callback gives %v", err)
		}
		return nil
	})
	add(t, analyzer, "one", "three")
	if err := analyzer.AddDocument("four"); !errors.Is(err, textprocessor.ErrClosed) {
		t.Errorf("AddDocument() after Close() gives %v", err)
	}
}

func TestMethodsReturnErrClosedAfterClose(t *testing.T) {
	analyzer := open(t)
	events, err := analyzer.Events()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := errors.Join(events.Close(), analyzer.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for name, use := range map[string]func() error{
		"AddDocument":   func() error { return analyzer.AddDocument("one") },
		"SetCallback":   func() error { return analyzer.SetCallback(func(textprocessor.DocumentEvent) error { return nil }) },
		"ClearCallback": analyzer.ClearCallback,
		"Statistics":    func() error { _, err := analyzer.Statistics(); return err },
		"Sentiment":     func() error { _, err := analyzer.Sentiment(); return err },
		"TopTerms":      func() error { _, err := analyzer.TopTerms(1); return err },
		"Events":        func() error { _, err := analyzer.Events(); return err },
		"Next":          func() error { _, _, err := events.Next(); return err },
	} {
		if err := use(); !errors.Is(err, textprocessor.ErrClosed) {
			t.Errorf("%s() gives %v", name, err)
		}
	}
}

func TestAnAnalyzerMayBeClosedWhileOthersUseIt(t *testing.T) {
	for range 20 {
		analyzer := open(t)
		var group sync.WaitGroup
		started := make(chan struct{}, 4)
		for worker := range 4 {
			group.Add(1)
			go func() {
				defer group.Done()
				setCallback := analyzer.SetCallback(func(textprocessor.DocumentEvent) error { return nil })
				for i := 0; ; i++ {
					err := analyzer.AddDocument(fmt.Sprintf("worker %d document %d", worker, i))
					if err == nil {
						_, err = analyzer.TopTerms(3)
					}
					if i == 0 {
						started <- struct{}{}
					}
					if err := errors.Join(setCallback, err); err != nil {
						if !errors.Is(err, textprocessor.ErrClosed) {
							t.Errorf("worker %d got %v", worker, err)
						}
						return
					}
				}
			}()
		}
		for range cap(started) {
			<-started
		}
		analyzer.Close()
		group.Wait()
	}
}

// The callback refers to its analyzer, and the library refers to the callback.
func TestTheGarbageCollectorFreesAnAnalyzer(t *testing.T) {
	forgotten := make(chan struct{})
	func() {
		analyzer, err := textprocessor.New()
		if err != nil {
			t.Fatal(err)
		}
		setCallback(t, analyzer, func(textprocessor.DocumentEvent) error { return analyzer.ClearCallback() })
		runtime.AddCleanup(analyzer, func(done chan struct{}) { close(done) }, forgotten)
	}()
	for {
		runtime.GC()
		select {
		case <-forgotten:
			return
		default:
		}
	}
}

func TestEventsHaveTheInformationOfACallback(t *testing.T) {
	analyzer := open(t)
	setCallback(t, analyzer, func(textprocessor.DocumentEvent) error { panic("it was replaced") })
	events, err := analyzer.Events()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	add(t, analyzer, "one", "two words")
	for _, want := range []textprocessor.DocumentEvent{{"one", 1, 1}, {"two words", 2, 2}} {
		if event, waiting, err := events.Next(); event != want || !waiting || err != nil {
			t.Errorf("Next() = %v, %v, %v; want %v", event, waiting, err, want)
		}
	}
	if event, waiting, err := events.Next(); waiting || err != nil {
		t.Errorf("Next() = %v, %v, %v; want no event", event, waiting, err)
	}
}

func TestManyGoroutinesMayAddDocumentsAndReadEvents(t *testing.T) {
	const workers, each = 4, 250
	analyzer := open(t)
	events, err := analyzer.Events()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	var heard sync.Map
	next := func() bool {
		event, waiting, err := events.Next()
		if err != nil {
			t.Errorf("Next() gives %v", err)
		}
		if _, twice := heard.LoadOrStore(event.Text, true); waiting && twice {
			t.Errorf("%q came twice", event.Text)
		}
		return waiting
	}
	var group sync.WaitGroup
	for worker := range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range each {
				if err := analyzer.AddDocument(fmt.Sprintf("worker %d document %d", worker, i)); err != nil {
					t.Errorf("AddDocument() gives %v", err)
				}
				next()
			}
		}()
	}
	group.Wait()
	for next() {
	}
	for worker := range workers {
		for i := range each {
			text := fmt.Sprintf("worker %d document %d", worker, i)
			if _, found := heard.Load(text); !found {
				t.Errorf("%q never came", text)
			}
		}
	}
}
