package textprocessor;

/**
 * A term, which is a word in lower case.
 *
 * @param term the term
 * @param count how often it occurs
 */
public record TermCount(String term, long count) {}
