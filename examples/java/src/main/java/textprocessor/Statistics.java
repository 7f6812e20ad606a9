package textprocessor;

/**
 * Statistics of all documents, taken at the same moment.
 *
 * @param documentCount the number of documents
 * @param totalWords the number of words
 * @param uniqueWords the number of distinct terms, which are words in lower case
 * @param distinctTypes the number of distinct words as they are written
 * @param totalBytes the length of all documents, in bytes of UTF-8
 * @param averageWords the number of words for each document on average; 0 without documents
 */
public record Statistics(
        long documentCount,
        long totalWords,
        long uniqueWords,
        long distinctTypes,
        long totalBytes,
        double averageWords) {}
