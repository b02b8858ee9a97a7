package dev.reflectionflow;

/**
 * One generated picture with the request that reproduces it.
 *
 * @param image the pixels, in a direct buffer that lives as long as this object
 * @param request the request with every default filled in
 * @param modelHash hash of the weights and LoRAs that drew it, see {@link ImageGenerator#modelHash()}
 * @param timings of the batch that this image was part of
 * @param execution of that batch's steps
 */
public record GeneratedImage(
        RgbImage image, GenerationRequest request, String modelHash, Timings timings, Execution execution) {}
