package textprocessor;

/**
 * A term, which is a word in lower case.
 *
 * @param term the term
 * @param count the number of its occurrences
 */
public record TermCount(String term, long count) {}
