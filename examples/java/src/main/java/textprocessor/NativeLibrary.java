package textprocessor;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import com.sun.jna.ptr.DoubleByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;

/** The functions of text_processor.h that this wrapper uses; the header is their manual. Text is passed as bytes. */
interface NativeLibrary extends Library {
    /** The SONAME; the name without the number is for compiling C programs. */
    String NAME = "libtext_processor.so.1";

    /** The version of the ABI that this wrapper needs. */
    int ABI_MAJOR = 1;
    int ABI_MINOR = 1;

    NativeLibrary INSTANCE = load();

    int tp_abi_version();

    Pointer tp_status_name(int status);

    Pointer tp_last_error_message();

    long tp_last_error_offset();

    int tp_analyzer_new(Pointer options, PointerByReference analyzer);

    void tp_analyzer_free(Pointer analyzer);

    int tp_analyzer_add_document(Pointer analyzer, byte[] text, SizeT length);

    int tp_analyzer_set_callback(Pointer analyzer, DocumentCallback callback, Pointer userData, Callback destroy);

    int tp_analyzer_clear_callback(Pointer analyzer);

    int tp_events_new(Pointer analyzer, PointerByReference events);

    int tp_events_next(Pointer events, PointerByReference event);

    void tp_events_free(Pointer events);

    int tp_analyzer_statistics(Pointer analyzer, StatisticsStructure statistics);

    int tp_analyzer_sentiment(Pointer analyzer, DoubleByReference sentiment);

    int tp_analyzer_top_terms(Pointer analyzer, SizeT batchRows, Arrow.Stream stream);

    /** {@code tp_document_callback} */
    interface DocumentCallback extends Callback {
        int invoke(Pointer userData, Pointer event);
    }

    /** {@code tp_document_event} */
    @FieldOrder({"text", "textLength", "wordCount", "totalDocuments"})
    final class EventStructure extends Structure {
        public Pointer text;
        public SizeT textLength;
        public long wordCount;
        public long totalDocuments;

        EventStructure(Pointer event) {
            super(event);
            read();
        }

        /** Returns a copy, which outlives the event. A document from Java fits into an array. */
        DocumentEvent copy() {
            int length = textLength.intValue();
            String copied = length == 0 ? "" : new String(text.getByteArray(0, length), StandardCharsets.UTF_8);
            return new DocumentEvent(copied, length, wordCount, totalDocuments);
        }
    }

    /** {@code tp_statistics} */
    @FieldOrder({
        "structSize", "documentCount", "totalWords", "uniqueWords", "distinctTypes", "totalBytes", "averageWords"
    })
    final class StatisticsStructure extends Structure {
        public SizeT structSize = new SizeT();
        public long documentCount;
        public long totalWords;
        public long uniqueWords;
        public long distinctTypes;
        public long totalBytes;
        public double averageWords;

        StatisticsStructure() {
            structSize.setValue(size());
        }
    }

    /**
     * Throws the exception for a status. The library keeps the last error for each platform thread, so this must run on
     * the thread that made the call, before any other call.
     */
    static void check(int status) {
        if (status != 0) {
            String name = string(INSTANCE.tp_status_name(status));
            String message = string(INSTANCE.tp_last_error_message());
            throw new TextProcessorException(status, name, INSTANCE.tp_last_error_offset(), message);
        }
    }

    private static String string(Pointer utf8) {
        return utf8.getString(0, "UTF-8");
    }

    private static NativeLibrary load() {
        NativeLibrary library = Native.load(NAME, NativeLibrary.class);
        int version = library.tp_abi_version();
        int major = version >>> 16;
        int minor = version & 0xFFFF;
        if (major != ABI_MAJOR || minor < ABI_MINOR) {
            throw new UnsatisfiedLinkError(String.format(
                    "%s has ABI %d.%d, and %d.%d or a newer minor is needed",
                    NAME, major, minor, ABI_MAJOR, ABI_MINOR));
        }
        return library;
    }
}
