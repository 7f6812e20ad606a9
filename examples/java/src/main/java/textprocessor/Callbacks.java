package textprocessor;

import com.sun.jna.Pointer;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Runs Java callbacks for native calls, and rethrows their exceptions in the caller.
 *
 * <p>One native function pointer serves all analyzers. It is never collected, so it stays valid for a call on another
 * thread while the callback is replaced. It runs on the thread that made the native call. That thread knows the Java
 * callback; the library does not, so an analyzer and a callback that refers to it can be collected together.
 */
final class Callbacks {
    static final NativeLibrary.DocumentCallback TRAMPOLINE = (userData, event) -> Callbacks.CURRENT.get().run(event);

    /** The innermost native call of this thread during which a callback may run. */
    private static final ThreadLocal<Callbacks> CURRENT = new ThreadLocal<>();

    private final Supplier<Consumer<? super DocumentEvent>> callback;
    private Throwable thrown;

    private Callbacks(Supplier<Consumer<? super DocumentEvent>> callback) {
        this.callback = callback;
    }

    /** Makes a native call during which the current callback may run, and rethrows the exception of the callback. */
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
            throw Callbacks.<RuntimeException>unchecked(current.thrown);
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

    /** Hides a checked exception from the compiler: other languages of the JVM may throw one without declaring it. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
