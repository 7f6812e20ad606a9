package textprocessor;

import java.util.OptionalLong;

/** An error of the library. */
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

    /** Returns the status, as in text_processor.h. */
    public int code() {
        return code;
    }

    /** Returns the name of the status, such as {@code TP_ERROR_NO_WORDS}. */
    public String name() {
        return name;
    }

    /** Returns the first wrong byte of the document, if the error has a place. */
    public OptionalLong offset() {
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }
}
