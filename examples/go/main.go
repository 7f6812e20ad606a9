// Command words prints an event for each line of a file, statistics, and the twenty most frequent words.
//
// Each line is a document. If the library refuses a line, the program prints the error and goes on with the next line.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/text_processor/textprocessor"
)

type options struct {
	path   string
	poll   bool
	failAt uint64
}

var errUsage = errors.New("usage: words [--poll] [--fail-at N] FILE")

// parse accepts options before and after the file.
func parse(arguments []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("words", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.poll, "poll", false, "")
	flags.Uint64Var(&o.failAt, "fail-at", 0, "")
	for len(arguments) > 0 {
		if err := flags.Parse(arguments); err != nil {
			return o, errUsage
		}
		arguments = flags.Args()
		if len(arguments) == 0 {
			break
		}
		if o.path != "" {
			return o, errUsage
		}
		o.path, arguments = arguments[0], arguments[1:]
	}
	set := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if o.path == "" || set["fail-at"] && o.failAt == 0 {
		return o, errUsage
	}
	return o, nil
}

// describe returns the parts of an error of the library, and the message of any other error.
func describe(err error) string {
	var refused *textprocessor.Error
	switch {
	case !errors.As(err, &refused):
		return err.Error()
	case refused.Offset >= 0:
		return fmt.Sprintf("%v at byte %d: %s", refused.Code, refused.Offset, refused.Message)
	default:
		return fmt.Sprintf("%v: %s", refused.Code, refused.Message)
	}
}

// addLines adds each line of the text and prints its event or its error.
func addLines(out io.Writer, analyzer *textprocessor.Analyzer, o options, text string) error {
	onDocument := func(event textprocessor.DocumentEvent) error {
		if event.TotalDocuments == o.failAt {
			return fmt.Errorf("the callback failed at document %d", event.TotalDocuments)
		}
		_, err := fmt.Fprintf(out, "document %d: %d words, %d bytes\n", event.TotalDocuments, event.WordCount, len(event.Text))
		return err
	}
	add := analyzer.AddDocument
	if o.poll {
		events, err := analyzer.Events()
		if err != nil {
			return err
		}
		defer events.Close()
		add = func(line string) error {
			if err := analyzer.AddDocument(line); err != nil {
				return err
			}
			for {
				event, waiting, err := events.Next()
				if err != nil || !waiting {
					return err
				}
				if err := onDocument(event); err != nil {
					return err
				}
			}
		}
	} else if err := analyzer.SetCallback(onDocument); err != nil {
		return err
	}

	number := 0
	for line := range strings.Lines(text) {
		number++
		if err := add(strings.TrimSuffix(line, "\n")); err != nil {
			fmt.Fprintf(out, "line %d: %s\n", number, describe(err))
		}
	}
	return nil
}

func printSummary(out io.Writer, analyzer *textprocessor.Analyzer) error {
	statistics, err := analyzer.Statistics()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "documents: %d\nwords: %d\ndistinct words: %d\n",
		statistics.DocumentCount, statistics.TotalWords, statistics.UniqueWords)
	if sentiment, err := analyzer.Sentiment(); err == nil {
		fmt.Fprintf(out, "sentiment: %.6f\n", sentiment)
	} else {
		fmt.Fprintf(out, "sentiment: %s\n", describe(err))
	}
	terms, err := analyzer.TopTerms(20)
	if err != nil {
		return err
	}
	for _, term := range terms {
		fmt.Fprintf(out, "%d\t%s\n", term.Count, term.Term)
	}
	return nil
}

func run(o options) error {
	text, err := os.ReadFile(o.path)
	if err != nil {
		return err
	}
	analyzer, err := textprocessor.New()
	if err != nil {
		return err
	}
	defer analyzer.Close()
	out := bufio.NewWriter(os.Stdout)
	if err := addLines(out, analyzer, o, string(text)); err != nil {
		return err
	}
	if err := printSummary(out, analyzer); err != nil {
		return err
	}
	return out.Flush()
}

func main() {
	o, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(1)
	}
}
