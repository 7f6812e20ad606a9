package textprocessor;

import com.sun.jna.Pointer;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * How a native call reaches a Java callback, and what that throws comes back.
 *
 * <p>One native function pointer serves all analyzers. It is never collected, so a call on another thread that still
 * holds it when the callback is replaced finds it alive. It runs on the thread that made the native call: which
 * callback is meant is kept there, not in the library, so that an analyzer and a callback that refers to it can be
 * collected together.
 */
final class Callbacks {
    static final NativeLibrary.DocumentCallback TRAMPOLINE = (userData, event) -> Callbacks.CURRENT.get().run(event);

    /** The innermost native call of this thread that may run a callback. */
    private static final ThreadLocal<Callbacks> CURRENT = new ThreadLocal<>();

    private final Supplier<Consumer<? super DocumentEvent>> callback;
    private Throwable thrown;

    private Callbacks(Supplier<Consumer<? super DocumentEvent>> callback) {
        this.callback = callback;
    }

    /** Makes a native call during which the callback may run, as it is set then; throws what that threw. */
    static int during(IntSupplier nativeCall, Supplier<Consumer<? super DocumentEvent>> callback) {
        Callbacks outer = CURRENT.get();
        Callbacks current = new Callbacks(callback);
        CURRENT.set(current);
        int status;
        try {
            status = nativeCall.getAsInt();
        } finally {
            CURRENT.set(outer);
        }
        if (current.thrown != null) {
            throw Callbacks.<RuntimeException>asItself(current.thrown);
        }
        return status;
    }

    private int run(Pointer event) {
        try {
            Consumer<? super DocumentEvent> function = callback.get();
            if (function != null) {
                function.accept(new NativeLibrary.EventStructure(event).copy());
            }
            return 0;
        } catch (Throwable thrown) {
            this.thrown = thrown;
            return 1;
        }
    }

    /** Makes the compiler believe that something is unchecked: other languages of the JVM throw what they like. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T asItself(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
