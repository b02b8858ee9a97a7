/**
 * Verifiers, reflectors and prompt refiners: offline ones for scenes of shapes, and those that ask a chat service. They know
 * nothing of the engine that draws the images.
 */
package dev.reflectionflow.feedback;
