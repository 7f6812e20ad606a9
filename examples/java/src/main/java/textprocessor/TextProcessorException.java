package textprocessor;

import java.util.OptionalLong;

/** What the library refused, and why. */
public final class TextProcessorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String name;
    private final long offset;

    TextProcessorException(int code, String name, long offset, String message) {
        super(message);
        this.code = code;
        this.name = name;
        this.offset = offset;
    }

    /** The status, as text_processor.h has it. */
    public int code() {
        return code;
    }

    /** The name of the status, as {@code TP_ERROR_NO_WORDS}. */
    public String name() {
        return name;
    }

    /** The first wrong byte of the document, where that says something. */
    public OptionalLong offset() {
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }
}
