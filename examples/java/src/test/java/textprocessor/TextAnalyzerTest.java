package textprocessor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TextAnalyzerTest {
    private static final int THREADS = 4;

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void statisticsSentimentAndTerms() {
        try (TextAnalyzer analyzer = new TextAnalyzer()) {
            analyzer.addDocument("Good Γειά 👍 good");
            analyzer.addDocument("bad\0 good");

            assertEquals(new Statistics(2, 6, 4, 5, 32, 3), analyzer.statistics());
            assertEquals(1.5, analyzer.sentiment());
            assertEquals(
                    List.of(
                            new TermCount("good", 3),
                            new TermCount("γειά", 1),
                            new TermCount("👍", 1),
                            new TermCount("bad\0", 1)),
                    analyzer.topTerms(10));
            assertEquals(List.of(new TermCount("good", 3)), analyzer.topTerms(1));
            assertEquals(List.of(), analyzer.topTerms(0));
            assertThrows(IllegalArgumentException.class, () -> analyzer.topTerms(-1));
        }
    }

    @Test
    void anAnalyzerWithoutDocumentsHasNoTermsAndNoSentiment() {
        try (TextAnalyzer analyzer = new TextAnalyzer()) {
            assertEquals(List.of(), analyzer.topTerms(20));
            TextProcessorException refused = assertThrows(TextProcessorException.class, analyzer::sentiment);
            assertEquals("TP_ERROR_NO_DOCUMENTS", refused.name());
            assertEquals(5, refused.code());
            assertEquals(OptionalLong.empty(), refused.offset());
        }
    }

    @Test
    void invalidTextIsRefusedWithItsOffset() {
        try (TextAnalyzer analyzer = new TextAnalyzer()) {
            TextProcessorException refused =
                    assertThrows(TextProcessorException.class, () -> analyzer.addDocument(bytes('o', 'k', ' ', 0xFF)));
            assertEquals("TP_ERROR_INVALID_UTF8", refused.name());
            assertEquals(OptionalLong.of(3), refused.offset());
            assertTrue(refused.getMessage().contains("not valid UTF-8"), refused.getMessage());
            assertThrows(TextProcessorException.class, () -> analyzer.addDocument(new byte[0]));
            assertThrows(IllegalArgumentException.class, () -> analyzer.addDocument("half a pair: \uD83D"));
            assertEquals(0, analyzer.statistics().documentCount());
        }
    }

    @Test
    void aClosedAnalyzerRefusesCallsAndCanBeClosedAgain() {
        TextAnalyzer analyzer = new TextAnalyzer();
        analyzer.close();
        analyzer.close();
        assertThrows(IllegalStateException.class, () -> analyzer.addDocument("late"));
        assertThrows(IllegalStateException.class, analyzer::statistics);
    }

    @Test
    void theCallbackGetsEachDocumentUntilItIsCleared() {
        List<DocumentEvent> events = new ArrayList<>();
        try (TextAnalyzer analyzer = new TextAnalyzer()) {
            analyzer.setCallback(events::add);
            analyzer.addDocument("\uFEFFone Γειά");
            analyzer.clearCallback();
            analyzer.addDocument("two");
        }
        assertEquals(List.of(new DocumentEvent("\uFEFFone Γειά", 15, 2, 1)), events);
    }

    @Test
    void anExceptionOfTheCallbackReachesTheCallerUnchanged() {
        try (TextAnalyzer analyzer = new TextAnalyzer()) {
            List<Throwable> mine = List.of(new IllegalStateException(), new AssertionError(), new IOException());
            for (Throwable thrown : mine) {
                analyzer.setCallback(event -> TextAnalyzerTest.<RuntimeException>sneak(thrown));
                assertSame(thrown, assertThrows(Throwable.class, () -> analyzer.addDocument("a document")));
            }
            assertEquals(3, analyzer.statistics().documentCount());
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void aCallbackMayUseOtherAnalyzersWhoseCallbacksFail() {
        try (TextAnalyzer outer = new TextAnalyzer();
                TextAnalyzer inner = new TextAnalyzer()) {
            IllegalStateException thrown = new IllegalStateException("inner");
            List<Throwable> caught = new ArrayList<>();
            inner.setCallback(event -> {
                throw thrown;
            });
            outer.setCallback(event -> caught.add(
                    assertThrows(IllegalStateException.class, () -> inner.addDocument(event.text()))));
            outer.addDocument("a document");
            outer.addDocument("another");
            assertEquals(List.of(thrown, thrown), caught);
            assertEquals(2, inner.statistics().documentCount());
        }
    }

    @Test
    void aCallbackMayCloseItsOwnAnalyzer() {
        TextAnalyzer analyzer = new TextAnalyzer();
        analyzer.setCallback(event -> analyzer.close());
        analyzer.addDocument("the last one");
        assertThrows(IllegalStateException.class, analyzer::statistics);
    }

    @Test
    void eventsReplaceACallback() {
        try (TextAnalyzer analyzer = new TextAnalyzer()) {
            DocumentEvents events = analyzer.events();
            analyzer.addDocument("one two");
            analyzer.addDocument("three");
            assertEquals(Optional.of(new DocumentEvent("one two", 7, 2, 1)), events.next());
            assertEquals(Optional.of(new DocumentEvent("three", 5, 1, 2)), events.next());
            assertEquals(Optional.empty(), events.next());
            events.close();
            assertThrows(IllegalStateException.class, events::next);
            analyzer.addDocument("four");
            assertEquals(3, analyzer.statistics().documentCount());
        }
    }

    @Test
    void eventsOutliveTheirAnalyzer() {
        TextAnalyzer analyzer = new TextAnalyzer();
        try (DocumentEvents events = analyzer.events()) {
            analyzer.addDocument("one two");
            analyzer.close();
            assertEquals(Optional.of(new DocumentEvent("one two", 7, 2, 1)), events.next());
        }
    }

    @Test
    void anAnalyzerCanBeClosedWhileOtherThreadsUseIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < 50; round++) {
                TextAnalyzer analyzer = new TextAnalyzer();
                CountDownLatch inside = new CountDownLatch(THREADS);
                analyzer.setCallback(event -> inside.countDown());
                List<Future<?>> adding = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    adding.add(threads.submit(() -> {
                        while (true) {
                            analyzer.addDocument("some words of a document");
                        }
                    }));
                }
                inside.await();
                analyzer.close();
                for (Future<?> ended : adding) {
                    Throwable cause = assertThrows(Exception.class, ended::get).getCause();
                    assertEquals("the analyzer is closed", cause.getMessage());
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void callbacksCanBeReplacedWhileOtherThreadsAdd() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (TextAnalyzer analyzer = new TextAnalyzer()) {
            int each = 200;
            List<Future<?>> adding = new ArrayList<>();
            var seen = ConcurrentHashMap.<Long>newKeySet();
            analyzer.setCallback(event -> seen.add(event.totalDocuments()));
            for (int thread = 0; thread < THREADS; thread++) {
                adding.add(threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        Consumer<DocumentEvent> another = event -> seen.add(event.totalDocuments());
                        analyzer.setCallback(another);
                        analyzer.addDocument("a document");
                    }
                }));
            }
            for (Future<?> ended : adding) {
                ended.get();
            }
            assertEquals(THREADS * each, seen.size());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anUnreachableAnalyzerIsClosedThoughItsCallbackRefersToIt() throws InterruptedException {
        Handle forgotten = handleOfOneWhoseCallbackRefersToIt();
        while (!isClosed(forgotten)) {
            System.gc();
            Thread.sleep(1);
        }
    }

    private static Handle handleOfOneWhoseCallbackRefersToIt() {
        TextAnalyzer analyzer = new TextAnalyzer();
        analyzer.setCallback(event -> analyzer.statistics());
        analyzer.addDocument("a document");
        return analyzer.handle;
    }

    private static boolean isClosed(Handle handle) {
        try {
            handle.call(pointer -> 0);
            return false;
        } catch (IllegalStateException closed) {
            return true;
        }
    }
}
