/** Judges of images; they know nothing of the engine that draws them. */
package dev.reflectionflow.feedback;
