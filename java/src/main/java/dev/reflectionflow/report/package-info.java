/** What is made of finished runs: the report with its curves, and pairs to train on. */
package dev.reflectionflow.report;
