package textprocessor;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stores an event for each document that is added to an analyzer, in place of a callback. Several threads may use it.
 */
public final class DocumentEvents implements AutoCloseable {
    private final Handle handle;
    private final Cleaner.Cleanable cleanable;

    DocumentEvents(Pointer events) {
        handle = new Handle(events, "event queue", NativeLibrary.INSTANCE::tp_events_free);
        cleanable = TextAnalyzer.CLEANER.register(this, handle::close);
    }

    /** Returns the next event, if one waits. */
    public synchronized Optional<DocumentEvent> next() {
        AtomicReference<DocumentEvent> found = new AtomicReference<>();
        try {
            // Copies the event within the call: the library frees it at the next call, or with all events.
            handle.call(events -> {
                PointerByReference event = new PointerByReference();
                int status = NativeLibrary.INSTANCE.tp_events_next(events, event);
                if (event.getValue() != null) {
                    found.set(new NativeLibrary.EventStructure(event.getValue()).copy());
                }
                return status;
            });
        } finally {
            Reference.reachabilityFence(this);
        }
        return Optional.ofNullable(found.get());
    }

    /** Frees the events that wait; the analyzer stops storing events. A second call does nothing. */
    @Override
    public void close() {
        cleanable.clean();
    }
}
