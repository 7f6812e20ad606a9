package textprocessor;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The documents that are added to an analyzer, asked for one after the other: in place of a callback. May be used by
 * several threads.
 */
public final class DocumentEvents implements AutoCloseable {
    private final Handle handle;
    private final Cleaner.Cleanable cleanable;

    DocumentEvents(Pointer events) {
        handle = new Handle(events, "event queue", NativeLibrary.INSTANCE::tp_events_free);
        cleanable = TextAnalyzer.CLEANER.register(this, handle::close);
    }

    /** The next event, if one is waiting. */
    public synchronized Optional<DocumentEvent> next() {
        AtomicReference<DocumentEvent> found = new AtomicReference<>();
        try {
            // The library's event dies when another is asked for or all are freed: hence the copy, within the call.
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

    /** Forgets the events that are waiting; the analyzer goes on without. Does nothing the second time. */
    @Override
    public void close() {
        cleanable.clean();
    }
}
