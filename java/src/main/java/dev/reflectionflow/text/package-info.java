/** Prompts to token ids, as the two text encoders were trained to read them. */
package dev.reflectionflow.text;
