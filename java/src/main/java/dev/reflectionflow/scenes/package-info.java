/** The shapes domain: prompts about coloured shapes, and reading such scenes back from pixels. */
package dev.reflectionflow.scenes;
