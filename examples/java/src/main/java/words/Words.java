package words;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import textprocessor.DocumentEvent;
import textprocessor.DocumentEvents;
import textprocessor.Statistics;
import textprocessor.TermCount;
import textprocessor.TextAnalyzer;
import textprocessor.TextProcessorException;

/**
 * Prints an event for each line of a file, statistics, and the twenty most frequent words.
 *
 * <p>Each line is a document. If the library refuses a line, the program prints the error and goes on with the next.
 */
public final class Words {
    private record Arguments(String path, boolean poll, long failAt) {
        /** Returns nothing if the arguments are wrong. */
        static Optional<Arguments> parse(String[] arguments) {
            String path = null;
            boolean poll = false;
            long failAt = 0;
            for (int i = 0; i < arguments.length; i++) {
                String argument = arguments[i];
                if (argument.equals("--poll")) {
                    poll = true;
                } else if (argument.equals("--fail-at")) {
                    String number = i + 1 < arguments.length ? arguments[++i] : "";
                    if (!number.matches("0*[1-9]\\d{0,17}")) {
                        return Optional.empty();
                    }
                    failAt = Long.parseLong(number);
                } else if (argument.isEmpty() || argument.startsWith("-") || path != null) {
                    return Optional.empty();
                } else {
                    path = argument;
                }
            }
            return path == null ? Optional.empty() : Optional.of(new Arguments(path, poll, failAt));
        }
    }

    /** The exception of the callback; the library does not know it. */
    private static final class CallbackFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        CallbackFailed(long document) {
            super("the callback failed at document " + document);
        }
    }

    private final Arguments arguments;
    private final PrintStream out;

    private Words(Arguments arguments, PrintStream out) {
        this.arguments = arguments;
        this.out = out;
    }

    /** Runs the program. */
    public static void main(String[] arguments) {
        Optional<Arguments> parsed = Arguments.parse(arguments);
        if (parsed.isEmpty()) {
            System.err.println("usage: words [--poll] [--fail-at N] FILE");
            System.exit(2);
        }
        byte[] text;
        try (InputStream file = new FileInputStream(parsed.get().path())) {
            text = file.readAllBytes();
        } catch (IOException exception) {
            System.err.println("words: " + exception.getMessage());
            System.exit(1);
            return;
        }
        // System.out writes in the encoding of the locale.
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, StandardCharsets.UTF_8);
        new Words(parsed.get(), out).run(text);
        if (out.checkError()) {
            System.err.println("words: standard output cannot be written to");
            System.exit(1);
        }
    }

    private void run(byte[] text) {
        try (TextAnalyzer analyzer = new TextAnalyzer()) {
            if (arguments.poll()) {
                try (DocumentEvents events = analyzer.events()) {
                    addLines(text, line -> {
                        analyzer.addDocument(line);
                        for (Optional<DocumentEvent> event; (event = events.next()).isPresent(); ) {
                            onDocument(event.get());
                        }
                    });
                }
            } else {
                analyzer.setCallback(this::onDocument);
                addLines(text, analyzer::addDocument);
            }
            printSummary(analyzer);
        }
    }

    private void onDocument(DocumentEvent event) {
        if (event.totalDocuments() == arguments.failAt()) {
            throw new CallbackFailed(event.totalDocuments());
        }
        long number = event.totalDocuments();
        print("document " + number + ": " + event.wordCount() + " words, " + event.textLength() + " bytes");
    }

    private void addLines(byte[] text, Consumer<byte[]> add) {
        int number = 1;
        for (int begin = 0, end; begin < text.length; begin = end + 1, number++) {
            for (end = begin; end < text.length && text[end] != '\n'; end++) {}
            try {
                add.accept(Arrays.copyOfRange(text, begin, end));
            } catch (TextProcessorException refused) {
                print("line " + number + ": " + describe(refused));
            } catch (CallbackFailed failed) {
                print("line " + number + ": " + failed.getMessage());
            }
        }
    }

    private void printSummary(TextAnalyzer analyzer) {
        Statistics statistics = analyzer.statistics();
        print("documents: " + statistics.documentCount());
        print("words: " + statistics.totalWords());
        print("distinct words: " + statistics.uniqueWords());
        try {
            print("sentiment: " + sixDigits(analyzer.sentiment()));
        } catch (TextProcessorException refused) {
            print("sentiment: " + describe(refused));
        }
        for (TermCount term : analyzer.topTerms(20)) {
            print(term.count() + "\t" + term.term());
        }
    }

    private static String describe(TextProcessorException refused) {
        String place = refused.offset().isPresent() ? " at byte " + refused.offset().getAsLong() : "";
        return refused.name() + place + ": " + refused.getMessage();
    }

    /** Formats as {@code %.6f} in C. Java rounds the shortest decimal of a number, not the number, and 5 always up. */
    private static String sixDigits(double number) {
        String digits = new BigDecimal(Math.abs(number)).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
        return number < 0 ? "-" + digits : digits;
    }

    private void print(String line) {
        out.print(line);
        out.print('\n');
    }
}
