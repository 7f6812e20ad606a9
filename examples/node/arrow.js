/** The structures of the Arrow C data interface; reads rows of (term: utf8, count: uint64) from them. */
import koffi from 'koffi';

const ArrowSchema = koffi.struct('ArrowSchema', {
  format: 'const char *',
  name: 'const char *',
  metadata: 'void *',
  flags: 'int64_t',
  n_children: 'int64_t',
  children: 'void *',
  dictionary: 'void *',
  release: 'void *',
  private_data: 'void *',
});
const ArrowArray = koffi.struct('ArrowArray', {
  length: 'int64_t',
  null_count: 'int64_t',
  offset: 'int64_t',
  n_buffers: 'int64_t',
  n_children: 'int64_t',
  buffers: 'void *',
  children: 'void *',
  dictionary: 'void *',
  release: 'void *',
  private_data: 'void *',
});
const ArrowArrayStream = koffi.struct('ArrowArrayStream', {
  get_schema: 'void *',
  get_next: 'void *',
  get_last_error: 'void *',
  release: 'void *',
  private_data: 'void *',
});
const Fill = koffi.proto('int ArrowFill(ArrowArrayStream *stream, void *filled)');
const LastError = koffi.proto('const char *ArrowLastError(ArrowArrayStream *stream)');
const Release = koffi.proto('void ArrowRelease(void *structure)');

/**
 * A term, which is a word in lower case, and its number of occurrences.
 *
 * @typedef {{ term: string, count: number }} TermCount
 */

/**
 * Returns the first rows of a stream.
 *
 * @param {(stream: bigint) => void} fill lets the library fill the stream
 * @param {number} limit
 * @returns {TermCount[]}
 */
export function readTerms(fill, limit) {
  return withStructure(ArrowArrayStream, (stream) => {
    fill(stream);
    checkSchema(stream);
    /** @type {TermCount[]} */
    const terms = [];
    while (terms.length < limit && withStructure(ArrowArray, (batch) => appendBatch(stream, batch, terms))) {}
    return terms.slice(0, limit);
  });
}

/**
 * Allocates a structure, and releases it after its use.
 *
 * @template Result
 * @param {import('koffi').TypeObject} type
 * @param {(pointer: bigint) => Result} use
 */
function withStructure(type, use) {
  const pointer = koffi.alloc(type, 1);
  try {
    return use(pointer);
  } finally {
    const { release } = koffi.decode(pointer, type);
    if (release !== null) koffi.call(release, Release, pointer);
    koffi.free(pointer);
  }
}

/** @param {bigint} stream */
function checkSchema(stream) {
  withStructure(ArrowSchema, (pointer) => {
    next(stream, 'get_schema', pointer);
    const schema = koffi.decode(pointer, ArrowSchema);
    const formats = children(schema).map((child) => koffi.decode(child, ArrowSchema).format);
    if (formats.join() !== 'u,L') throw new Error(`columns of utf8 and uint64 (u,L) were expected, not ${formats}`);
  });
}

/**
 * Appends the rows of the next batch; returns false at the end of the stream.
 *
 * @param {bigint} stream
 * @param {bigint} pointer
 * @param {TermCount[]} terms
 */
function appendBatch(stream, pointer, terms) {
  next(stream, 'get_next', pointer);
  const batch = koffi.decode(pointer, ArrowArray);
  if (batch.release === null) return false;
  const [termColumn, countColumn] = children(batch).map((child) => koffi.decode(child, ArrowArray));
  const [, ends, text] = pointers(termColumn.buffers, 3);
  const [, counts] = pointers(countColumn.buffers, 2);
  for (let row = batch.offset; row < batch.offset + batch.length; row++) {
    const [begin, end] = koffi.decode(ends, 4 * (row + termColumn.offset), 'int32_t', 2);
    terms.push({
      term: koffi.decode.string(text + BigInt(begin), end - begin),
      count: koffi.decode(counts, 8 * (row + countColumn.offset), 'uint64_t'),
    });
  }
  return true;
}

/**
 * Calls a member of a stream that fills a structure.
 *
 * @param {bigint} stream
 * @param {'get_schema' | 'get_next'} member
 * @param {bigint} filled
 */
function next(stream, member, filled) {
  const members = koffi.decode(stream, ArrowArrayStream);
  const error = koffi.call(members[member], Fill, stream, filled);
  if (error !== 0) {
    const reason = koffi.call(members.get_last_error, LastError, stream) ?? `error ${error}`;
    throw new Error(`the stream ended early: ${reason}`);
  }
}

/** @param {{ children: bigint, n_children: number }} structure */
function children(structure) {
  return pointers(structure.children, structure.n_children);
}

/**
 * @param {bigint} pointer
 * @param {number} count
 * @returns {bigint[]}
 */
function pointers(pointer, count) {
  return Array.from({ length: count }, (_, i) => koffi.decode(pointer, i * koffi.sizeof('void *'), 'void *'));
}
