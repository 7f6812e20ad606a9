package textprocessor;

/**
 * A document that was just added.
 *
 * @param text the text
 * @param textLength the length of the added text, in bytes of UTF-8
 * @param wordCount the number of words in the document
 * @param totalDocuments the number of documents in the analyzer, including this one
 */
public record DocumentEvent(String text, long textLength, long wordCount, long totalDocuments) {}
