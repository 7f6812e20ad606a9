package textprocessor;

/**
 * Figures of a corpus, all of one moment.
 *
 * @param documents the number of documents
 * @param totalWords the number of words
 * @param uniqueWords the number of distinct terms, which are words in lower case
 * @param distinctTypes the number of distinct words as they are written
 * @param bytes the length of all documents together, in bytes of UTF-8
 */
public record Statistics(long documents, long totalWords, long uniqueWords, long distinctTypes, long bytes) {}
