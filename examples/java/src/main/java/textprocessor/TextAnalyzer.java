package textprocessor;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.DoubleByReference;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Documents, and what can be asked of them.
 *
 * <p>May be used by several threads at once, and closed by any of them at any time: a call that is under way ends as if
 * nothing had happened, and every later one throws {@link IllegalStateException}. What was never closed is freed some
 * time after nothing refers to it any more. What the library refuses is a {@link TextProcessorException}.
 */
public final class TextAnalyzer implements AutoCloseable {
    static final Cleaner CLEANER = Cleaner.create();

    private static final NativeLibrary LIBRARY = NativeLibrary.INSTANCE;

    final Handle handle;
    private final Cleaner.Cleanable cleanable;
    /** What is set here and in the library changes together. */
    private final Object listening = new Object();

    private volatile Consumer<? super DocumentEvent> callback;

    /** Makes an analyzer without documents. */
    public TextAnalyzer() {
        PointerByReference analyzer = new PointerByReference();
        NativeLibrary.check(LIBRARY.tp_analyzer_new(null, analyzer));
        handle = new Handle(analyzer.getValue(), "analyzer", LIBRARY::tp_analyzer_free);
        cleanable = CLEANER.register(this, handle::close);
    }

    /** Adds a document of UTF-8; it is copied. Then the callback runs, if one is set. */
    public void addDocument(byte[] text) {
        SizeT length = new SizeT(text.length);
        call(analyzer -> Callbacks.during(
                () -> LIBRARY.tp_analyzer_add_document(analyzer, text, length), () -> callback));
    }

    /**
     * Adds a document. Then the callback runs, if one is set.
     *
     * @throws IllegalArgumentException if the text holds half of a surrogate pair, which no UTF-8 can say
     */
    public void addDocument(String text) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            addDocument(bytes);
        } catch (CharacterCodingException exception) {
            throw new IllegalArgumentException("the text holds half of a surrogate pair", exception);
        }
    }

    /**
     * Sets what is called with each document that is added, on the thread that adds it, in place of any other callback.
     * It may use the analyzer, and close it. What it throws reaches the caller of addDocument as itself; the document
     * stays added.
     */
    public void setCallback(Consumer<? super DocumentEvent> callback) {
        Objects.requireNonNull(callback, "callback");
        synchronized (listening) {
            call(analyzer -> LIBRARY.tp_analyzer_set_callback(analyzer, Callbacks.TRAMPOLINE, null, null));
            this.callback = callback;
        }
    }

    /** Removes the callback, if one is set. */
    public void clearCallback() {
        synchronized (listening) {
            call(LIBRARY::tp_analyzer_clear_callback);
            callback = null;
        }
    }

    /** Begins to keep an event for each document that is added from now on. Takes the place of the callback. */
    public DocumentEvents events() {
        PointerByReference events = new PointerByReference();
        synchronized (listening) {
            call(analyzer -> LIBRARY.tp_events_new(analyzer, events));
            callback = null;
        }
        return new DocumentEvents(events.getValue());
    }

    /** Figures of the whole corpus. */
    public Statistics statistics() {
        NativeLibrary.StatisticsStructure found = new NativeLibrary.StatisticsStructure();
        call(analyzer -> LIBRARY.tp_analyzer_statistics(analyzer, found));
        return new Statistics(found.documents, found.totalWords, found.uniqueWords, found.distinctTypes, found.bytes);
    }

    /** Good words less bad words, by the number of documents. */
    public double sentiment() {
        DoubleByReference sentiment = new DoubleByReference();
        call(analyzer -> LIBRARY.tp_analyzer_sentiment(analyzer, sentiment));
        return sentiment.getValue();
    }

    /** The most frequent terms, at most {@code limit}; equal counts in order of first appearance. */
    public List<TermCount> topTerms(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative, and is " + limit);
        }
        if (limit == 0) {
            return List.of();
        }
        try (Arrow.Stream stream = new Arrow.Stream()) {
            call(analyzer -> LIBRARY.tp_analyzer_top_terms(analyzer, new SizeT(limit), stream));
            return stream.readTerms(limit);
        }
    }

    /** Frees the documents, as soon as no call uses them any more. Does nothing the second time. */
    @Override
    public void close() {
        cleanable.clean();
    }

    private void call(ToIntFunction<Pointer> function) {
        try {
            handle.call(function);
        } finally {
            // Otherwise the analyzer might be collected, and so closed, once its handle was read for its last call.
            Reference.reachabilityFence(this);
        }
    }
}
