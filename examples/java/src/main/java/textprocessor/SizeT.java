package textprocessor;

import com.sun.jna.IntegerType;
import com.sun.jna.Native;

/** A {@code size_t} of this machine. JNA's NativeLong is a {@code long} of C, which is narrower on Windows. */
public final class SizeT extends IntegerType {
    private static final long serialVersionUID = 1;

    /** Makes a zero; JNA needs a constructor without arguments. */
    public SizeT() {
        this(0);
    }

    /** Makes a number. */
    public SizeT(long value) {
        super(Native.SIZE_T_SIZE, value, true);
    }
}
