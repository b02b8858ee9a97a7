package dev.reflectionflow.engine.plan;

import dev.reflectionflow.weights.AutoencoderConfig;
import java.util.List;

/**
 * The most that the autoencoder's activations take at once on a device, where each convolution returns a new tensor; images
 * are decoded one by one, large ones in tiles that are put together in float32 beside the tile being decoded.
 */
final class AutoencoderMemory {
    /** Tiles of the native decoder: up to this many latents a side nothing is cut, neighbours share so many. */
    private static final int TILE_SIDE = 256;

    private static final int TILE_OVERLAP = 32;
    private static final int PIXELS_PER_LATENT = 8;
    private static final int COLOURS = 3;
    private static final int FLOAT = 4;

    private AutoencoderMemory() {}

    /** Pixels of a side above which an image is decoded in tiles. */
    static int untiledPixels() {
        return TILE_SIDE * PIXELS_PER_LATENT;
    }

    static long decode(AutoencoderConfig vae, PlanRequest request) {
        int rows = request.height() / PIXELS_PER_LATENT;
        int columns = request.width() / PIXELS_PER_LATENT;
        if (rows <= TILE_SIDE && columns <= TILE_SIDE) {
            return decoded(vae, (long) rows * columns, request.bytes());
        }
        long latents = (long) rows * columns * vae.latentChannels() * request.bytes();
        long image = (long) request.height() * request.width() * COLOURS * FLOAT;
        return latents + image + decoded(vae, (long) tileSide(rows) * tileSide(columns), request.bytes());
    }

    /** Of the condition image; never tiled. */
    static long encode(AutoencoderConfig vae, PlanRequest request) {
        long side = request.conditionSide() / PIXELS_PER_LATENT;
        long image = side * side * PIXELS_PER_LATENT * PIXELS_PER_LATENT * COLOURS * request.bytes();
        return side == 0 ? 0 : image + walk(vae, side * side, request.bytes(), false);
    }

    /** The side of the equal tiles that cover so many latents. */
    static int tileSide(int latents) {
        if (latents <= TILE_SIDE) {
            return latents;
        }
        int step = TILE_SIDE - TILE_OVERLAP;
        int tiles = (latents - TILE_OVERLAP + step - 1) / step;
        return (latents + (tiles - 1) * TILE_OVERLAP + tiles - 1) / tiles;
    }

    private static long decoded(AutoencoderConfig vae, long latents, int bytes) {
        return walk(vae, latents, bytes, true);
    }

    /** The largest of all levels' needs; {@code latents} is the area at the innermost level. */
    private static long walk(AutoencoderConfig vae, long latents, int bytes, boolean decoding) {
        List<Integer> channels = vae.blockChannels();
        int inner = channels.size() - 1;
        long most = middle(latents, channels.get(inner), bytes);
        for (int level = 0; level <= inner; level++) {
            long area = latents << 2 * (inner - level);
            long own = channels.get(level);
            int before = decoding ? Math.min(level + 1, inner) : Math.max(level - 1, 0);
            // The first residual block: its normed input, its output, a convolution's input and what it returns.
            long resnet = area * (Math.max(channels.get(before), own) + 3 * own);
            // The image itself, the one that a convolution reads - repeated or padded - and what it returns.
            long resampled = decoding ? (1 + 4 + 4) * area * own : area * own * 9 / 4;
            most = Math.max(most, (level == (decoding ? 0 : inner) ? resnet : Math.max(resnet, resampled)) * bytes);
        }
        return most + vae.latentChannels() * latents * bytes;
    }

    /** Attention in the middle: input, normed, q, k, v, output and its projection; scores and their softmax in parts. */
    private static long middle(long tokens, long channels, int bytes) {
        return 7 * tokens * channels * bytes + 2 * Math.min(TextMemory.SCORE_BYTES, tokens * tokens * bytes);
    }
}
