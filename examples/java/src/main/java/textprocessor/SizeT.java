package textprocessor;

import com.sun.jna.IntegerType;
import com.sun.jna.Native;

/** A {@code size_t}, as wide as on this machine. JNA's NativeLong is C's {@code long}, which is narrower on Windows. */
public final class SizeT extends IntegerType {
    private static final long serialVersionUID = 1;

    /** Zero; JNA needs a constructor without arguments. */
    public SizeT() {
        this(0);
    }

    /** The given number. */
    public SizeT(long value) {
        super(Native.SIZE_T_SIZE, value, true);
    }
}
