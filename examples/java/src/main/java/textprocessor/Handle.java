package textprocessor;

import com.sun.jna.Pointer;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Owns a native object that must not be freed while a call uses it. {@code close} does not wait for calls, because it
 * may run in a callback of such a call: the last call to end frees the object.
 */
final class Handle {
    private final Pointer pointer;
    private final String name;
    private final Consumer<Pointer> free;
    private int calls;
    private boolean closed;

    Handle(Pointer pointer, String name, Consumer<Pointer> free) {
        this.pointer = pointer;
        this.name = name;
        this.free = free;
    }

    /** Calls a function of the library that returns a status. */
    void call(ToIntFunction<Pointer> function) {
        enter();
        try {
            NativeLibrary.check(function.applyAsInt(pointer));
        } finally {
            leave();
        }
    }

    void close() {
        boolean last;
        synchronized (this) {
            last = !closed && calls == 0;
            closed = true;
        }
        if (last) {
            free.accept(pointer);
        }
    }

    private synchronized void enter() {
        if (closed) {
            throw new IllegalStateException("the " + name + " is closed");
        }
        calls++;
    }

    private void leave() {
        boolean last;
        synchronized (this) {
            calls--;
            last = closed && calls == 0;
        }
        if (last) {
            free.accept(pointer);
        }
    }
}
