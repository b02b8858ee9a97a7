/**
 * The metric of the shapes domain: a judge by templates, which shares nothing with the judge that searches select by but
 * what prompts mean.
 */
package dev.reflectionflow.scenes.evaluator;
