package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.image.ImageMetadata;
import dev.reflectionflow.image.PngFile;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.image.Similarity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A pair of pictures, and how alike they are.
 *
 * @param a how the first was made, where it is ours
 * @param b how the second was made
 */
record ComparedPicture(
        PicturePairs.Pair pair, Similarity similarity, Optional<ImageMetadata> a, Optional<ImageMetadata> b) {
    /** @throws EngineException {@code INVALID_FILE} naming a file that is no picture, or two that cannot be compared */
    static ComparedPicture of(PicturePairs.Pair pair) {
        PngFile a = PngReader.read(pair.a());
        PngFile b = PngReader.read(pair.b());
        try {
            Similarity similarity = Similarity.of(a.image(), b.image());
            return new ComparedPicture(pair, similarity, metadata(pair.a(), a), metadata(pair.b(), b));
        } catch (IllegalArgumentException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, pair.a() + " and " + pair.b() + ": " + e.getMessage(), e);
        }
    }

    /** Whether both say what was asked for, and it is not the same. */
    boolean isOfDifferentRequests() {
        return a.isPresent()
                && b.isPresent()
                && !(a.get().request().equals(b.get().request())
                        && a.get().condition().equals(b.get().condition()));
    }

    /** Whether both say what they were drawn with, and it is another model, LoRA, computing type or kind of device. */
    boolean isOfDifferentEngines() {
        return a.isPresent() && b.isPresent() && !engine(a.get()).equals(engine(b.get()));
    }

    /** All that decides about pixels beside request and mode. */
    private static List<Object> engine(ImageMetadata picture) {
        String kind = picture.computed().device().replaceFirst(":.*", "");
        return List.of(picture.model(), picture.loras(), picture.computed().dtype(), kind);
    }

    private static Optional<ImageMetadata> metadata(Path file, PngFile png) {
        return ImageMetadata.fromText(file, png.text());
    }
}
