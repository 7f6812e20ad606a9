package textprocessor;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The structures of the Arrow C data interface; reads rows of (term: utf8, count: uint64) from them. */
final class Arrow {
    private Arrow() {}

    /** {@code struct ArrowArrayStream} */
    @FieldOrder({"getSchema", "getNext", "getLastError", "release", "privateData"})
    public static final class Stream extends Structure implements AutoCloseable {
        public Pointer getSchema;
        public Pointer getNext;
        public Pointer getLastError;
        public Pointer release;
        public Pointer privateData;

        List<TermCount> readTerms(int limit) {
            checkSchema();
            List<TermCount> terms = new ArrayList<>();
            boolean ended = false;
            while (!ended && terms.size() < limit) {
                try (Array batch = new Array()) {
                    check(Function.getFunction(getNext).invokeInt(new Object[] {this, batch}));
                    ended = batch.release == null;
                    if (!ended) {
                        batch.appendTerms(terms, limit);
                    }
                }
            }
            return terms;
        }

        @Override
        public void close() {
            if (release != null) {
                Function.getFunction(release).invokeVoid(new Object[] {this});
            }
        }

        private void checkSchema() {
            try (Schema schema = new Schema()) {
                check(Function.getFunction(getSchema).invokeInt(new Object[] {this, schema}));
                List<String> formats = schema.childFormats();
                if (!formats.equals(List.of("u", "L"))) {
                    throw new IllegalStateException("columns of utf8 and uint64 (u, L) were expected, not " + formats);
                }
            }
        }

        private void check(int error) {
            if (error != 0) {
                Pointer message = Function.getFunction(getLastError).invokePointer(new Object[] {this});
                String reason = message == null ? "error " + error : message.getString(0, "UTF-8");
                throw new IllegalStateException("the stream ended early: " + reason);
            }
        }
    }

    /** {@code struct ArrowSchema} */
    @FieldOrder({
        "format", "name", "metadata", "flags", "childCount", "children", "dictionary", "release", "privateData"
    })
    public static final class Schema extends Structure implements AutoCloseable {
        public Pointer format;
        public Pointer name;
        public Pointer metadata;
        public long flags;
        public long childCount;
        public Pointer children;
        public Pointer dictionary;
        public Pointer release;
        public Pointer privateData;

        public Schema() {}

        private Schema(Pointer schema) {
            super(schema);
            read();
        }

        List<String> childFormats() {
            List<String> formats = new ArrayList<>();
            for (int child = 0; child < childCount; child++) {
                Schema column = new Schema(children.getPointer((long) child * Native.POINTER_SIZE));
                formats.add(column.format.getString(0, "UTF-8"));
            }
            return formats;
        }

        @Override
        public void close() {
            if (release != null) {
                Function.getFunction(release).invokeVoid(new Object[] {this});
            }
        }
    }

    /** {@code struct ArrowArray} */
    @FieldOrder({
        "length", "nullCount", "offset", "bufferCount", "childCount", "buffers", "children", "dictionary", "release",
        "privateData"
    })
    public static final class Array extends Structure implements AutoCloseable {
        public long length;
        public long nullCount;
        public long offset;
        public long bufferCount;
        public long childCount;
        public Pointer buffers;
        public Pointer children;
        public Pointer dictionary;
        public Pointer release;
        public Pointer privateData;

        public Array() {}

        private Array(Pointer array) {
            super(array);
            read();
        }

        void appendTerms(List<TermCount> terms, int limit) {
            Array termColumn = child(0);
            Array countColumn = child(1);
            Pointer ends = termColumn.buffer(1);
            Pointer text = termColumn.buffer(2);
            Pointer counts = countColumn.buffer(1);
            for (long row = offset; row < offset + length && terms.size() < limit; row++) {
                long place = (row + termColumn.offset) * Integer.BYTES;
                int begin = ends.getInt(place);
                int end = ends.getInt(place + Integer.BYTES);
                String term = new String(text.getByteArray(begin, end - begin), StandardCharsets.UTF_8);
                terms.add(new TermCount(term, counts.getLong((row + countColumn.offset) * Long.BYTES)));
            }
        }

        @Override
        public void close() {
            if (release != null) {
                Function.getFunction(release).invokeVoid(new Object[] {this});
            }
        }

        private Array child(int number) {
            return new Array(children.getPointer((long) number * Native.POINTER_SIZE));
        }

        private Pointer buffer(int number) {
            return buffers.getPointer((long) number * Native.POINTER_SIZE);
        }
    }
}
