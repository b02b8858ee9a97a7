package dev.reflectionflow.train.data;

/**
 * What a sample says.
 *
 * @param origin where it came from, for messages
 * @param prompt what both pictures should show
 * @param reflection what mends the earlier one
 * @param subset the split that it belongs to
 */
record Texts(String origin, String prompt, String reflection, String subset) {}
