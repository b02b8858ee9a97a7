/**
 * FLUX's networks written plainly on LibTorch's operators with their gradients: what training runs on, and the readable
 * reference for the native engine. Parameters keep the names of diffusers and transformers, so that files need no
 * renaming.
 *
 * <p>Every method leaves its temporaries to the caller's {@link org.bytedeco.javacpp.PointerScope}: open one for each
 * training step. {@link dev.reflectionflow.train.nn.Parameters} survive any scope.
 */
package dev.reflectionflow.train.nn;
