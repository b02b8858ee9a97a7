package dev.reflectionflow.search;

import dev.reflectionflow.ImageGenerator;
import dev.reflectionflow.run.RunFolder;

/**
 * What all prompts of a run share; thread-safe.
 *
 * @param config how to search
 * @param generator draws
 * @param modelHash of its model
 * @param codec writes and reads images
 * @param folder holds them
 * @param listener hears one event at a time
 * @param services asks verifier and advisers
 */
record FlowRun(
        FlowConfig config,
        ImageGenerator generator,
        String modelHash,
        ImageCodec codec,
        RunFolder folder,
        SharedListener listener,
        Services services) {}
