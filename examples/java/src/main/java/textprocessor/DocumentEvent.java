package textprocessor;

/**
 * A document that was just added.
 *
 * @param text the text
 * @param textLength its length as it was added, in bytes of UTF-8
 * @param wordCount the number of words in it
 * @param totalDocuments the number of documents in the analyzer, this one included
 */
public record DocumentEvent(String text, long textLength, long wordCount, long totalDocuments) {}
