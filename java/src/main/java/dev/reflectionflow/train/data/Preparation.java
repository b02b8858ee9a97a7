package dev.reflectionflow.train.data;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.TextMode;
import dev.reflectionflow.image.Resize;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

/**
 * From texts and pictures to a sample, as the released training does it: the earlier picture takes the good one's size,
 * both are scaled until the shorter edge has the target size, the same square is cut from both, and the earlier one is
 * scaled to the condition's size.
 */
final class Preparation {
    /** A reflection shorter than this says nothing. */
    private static final int SHORTEST_REFLECTION = 5;

    /** The split whose reflections only make sense beside the earlier picture. */
    private static final String EDITING = "editing";

    private final int targetSize;
    private final int conditionSize;
    private final Drops drops;

    Preparation(DataConfig config, Drops drops) {
        this.targetSize = config.targetSize();
        this.conditionSize = config.conditionSize();
        this.drops = drops;
    }

    /**
     * The sample of these texts and pictures.
     *
     * @param random decides crop and drops; empty for the middle and none
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} where a picture cannot be decoded
     */
    Sample prepare(Texts texts, PicturePair pictures, Optional<Random> random) {
        boolean noText = happens(random, drops.text());
        boolean noImage = happens(random, drops.image()) && !texts.subset().equals(EDITING);
        boolean noReflection = happens(random, drops.reflection()) || isShort(texts.reflection());
        String description =
                noReflection || noImage ? texts.prompt() : TextMode.TRAIN.join(texts.prompt(), texts.reflection());
        RgbImage good = pictures.good();
        Crop crop = Crop.of(good, targetSize, random);
        return new Sample(
                texts.origin(),
                crop.cut(good),
                Optional.of(noImage ? black() : condition(pictures.bad(), good, crop)),
                noText && drops.prompt() ? "" : texts.prompt(),
                noText ? "" : description,
                crop.isWhole(),
                texts.subset());
    }

    private RgbImage condition(RgbImage bad, RgbImage good, Crop crop) {
        RgbImage fitted = Resize.resize(bad, good.width(), good.height(), Resize.Filter.BICUBIC);
        return Resize.resize(crop.cut(fitted), conditionSize, conditionSize, Resize.Filter.BICUBIC);
    }

    private RgbImage black() {
        return new RgbImage(conditionSize, conditionSize, ByteBuffer.allocate(conditionSize * conditionSize * 3));
    }

    private static boolean happens(Optional<Random> random, double share) {
        return random.isPresent() && random.get().nextDouble() < share;
    }

    private static boolean isShort(String reflection) {
        return reflection.codePointCount(0, reflection.length()) < SHORTEST_REFLECTION;
    }
}
