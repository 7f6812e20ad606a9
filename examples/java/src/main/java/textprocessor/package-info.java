/** Wraps the C ABI of text_processor, a corpus engine. Begin with {@link textprocessor.TextAnalyzer}. */
package textprocessor;
