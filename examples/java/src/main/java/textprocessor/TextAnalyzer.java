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
 * A set of documents that answers questions about them.
 *
 * <p>Several threads may use it at the same time, and any of them may close it: calls that run end as usual, and later
 * calls throw {@link IllegalStateException}. If you never close it, it is freed some time after it became unreachable.
 * Errors of the library are a {@link TextProcessorException}.
 */
public final class TextAnalyzer implements AutoCloseable {
    static final Cleaner CLEANER = Cleaner.create();

    private static final NativeLibrary LIBRARY = NativeLibrary.INSTANCE;

    final Handle handle;
    private final Cleaner.Cleanable cleanable;
    /** Guards {@code callback}, so that it and the callback of the library change together. */
    private final Object listening = new Object();

    private volatile Consumer<? super DocumentEvent> callback;

    /** Makes an analyzer without documents. */
    public TextAnalyzer() {
        PointerByReference analyzer = new PointerByReference();
        NativeLibrary.check(LIBRARY.tp_analyzer_new(null, analyzer));
        handle = new Handle(analyzer.getValue(), "analyzer", LIBRARY::tp_analyzer_free);
        cleanable = CLEANER.register(this, handle::close);
    }

    /** Adds a document in UTF-8; the library copies it. Then the callback runs, if one is set. */
    public void addDocument(byte[] text) {
        SizeT length = new SizeT(text.length);
        call(analyzer -> Callbacks.during(
                () -> LIBRARY.tp_analyzer_add_document(analyzer, text, length), () -> callback));
    }

    /**
     * Adds a document. Then the callback runs, if one is set.
     *
     * @throws IllegalArgumentException if the text has a lone surrogate, which UTF-8 cannot encode
     */
    public void addDocument(String text) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            addDocument(bytes);
        } catch (CharacterCodingException exception) {
            throw new IllegalArgumentException("the text has a lone surrogate", exception);
        }
    }

    /**
     * Sets a function that is called with each added document, on the thread that adds it. It replaces any other
     * callback. It may use the analyzer, and close it. Its exceptions reach the caller of addDocument unchanged; the
     * document stays added.
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

    /** Starts to store an event for each document that is added from now on. Replaces the callback. */
    public DocumentEvents events() {
        PointerByReference events = new PointerByReference();
        synchronized (listening) {
            call(analyzer -> LIBRARY.tp_events_new(analyzer, events));
            callback = null;
        }
        return new DocumentEvents(events.getValue());
    }

    /** Returns statistics of all documents. */
    public Statistics statistics() {
        NativeLibrary.StatisticsStructure found = new NativeLibrary.StatisticsStructure();
        call(analyzer -> LIBRARY.tp_analyzer_statistics(analyzer, found));
        return new Statistics(
                found.documentCount,
                found.totalWords,
                found.uniqueWords,
                found.distinctTypes,
                found.totalBytes,
                found.averageWords);
    }

    /** Returns the number of good words minus the number of bad words, divided by the number of documents. */
    public double sentiment() {
        DoubleByReference sentiment = new DoubleByReference();
        call(analyzer -> LIBRARY.tp_analyzer_sentiment(analyzer, sentiment));
        return sentiment.getValue();
    }

    /** Returns the most frequent terms, at most {@code limit}. Equal counts are in order of first appearance. */
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

    /** Frees the documents as soon as no call uses them. A second call does nothing. */
    @Override
    public void close() {
        cleanable.clean();
    }

    private void call(ToIntFunction<Pointer> function) {
        try {
            handle.call(function);
        } finally {
            // Without it, the garbage collector could close the analyzer during its last call.
            Reference.reachabilityFence(this);
        }
    }
}
