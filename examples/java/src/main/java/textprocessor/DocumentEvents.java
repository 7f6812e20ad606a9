package textprocessor;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Optional;

/**
 * The documents that are added to an analyzer, asked for one after the other: in place of a callback. May be used by several
 * threads.
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
        // The library's event lives until the next one is asked for, hence the copy, and one thread at a time.
        PointerByReference event = new PointerByReference();
        try {
            handle.call(events -> NativeLibrary.INSTANCE.tp_events_next(events, event));
        } finally {
            Reference.reachabilityFence(this);
        }
        return Optional.ofNullable(event.getValue()).map(NativeLibrary.EventStructure::new).map(NativeLibrary.EventStructure::copy);
    }

    /** Forgets the events that are waiting; the analyzer goes on without. Does nothing the second time. */
    @Override
    public void close() {
        cleanable.clean();
    }
}
