package dev.reflectionflow.train.data;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.TextMode;
import dev.reflectionflow.image.PictureDecoder;
import dev.reflectionflow.image.Resize;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;

/**
 * From files to a sample, as the released training does it: the earlier picture takes the good one's size, both are scaled
 * until the shorter edge has the target size, the same square is cut from both, and the earlier one is scaled to the
 * condition's size.
 */
final class Preparation {
    /** A reflection shorter than this says nothing. */
    private static final int SHORTEST_REFLECTION = 5;

    /** The split whose reflections only make sense beside the earlier picture. */
    private static final String EDITING = "editing";

    private final int targetSize;
    private final int conditionSize;
    private final Drops drops;
    private final Decoder decoder;

    /** Decodes a picture; the name is for messages. */
    interface Decoder {
        RgbImage decode(String name, byte[] bytes);
    }

    Preparation(DataConfig config, Drops drops) {
        this(config, drops, PictureDecoder::decode);
    }

    Preparation(DataConfig config, Drops drops, Decoder decoder) {
        this.targetSize = config.targetSize();
        this.conditionSize = config.conditionSize();
        this.drops = drops;
        this.decoder = decoder;
    }

    /**
     * The sample of these files.
     *
     * @param random decides crop and drops; empty for the middle and none
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} where a picture cannot be decoded
     */
    Sample prepare(RawSample raw, Optional<Random> random) {
        boolean noText = happens(random, drops.text());
        boolean noImage = happens(random, drops.image()) && !raw.subset().equals(EDITING);
        boolean noReflection = happens(random, drops.reflection()) || isShort(raw.reflection());
        String description =
                noReflection || noImage ? raw.prompt() : TextMode.TRAIN.join(raw.prompt(), raw.reflection());
        RgbImage good = decoder.decode(raw.origin() + " good_image", raw.good());
        Crop crop = Crop.of(good, targetSize, random);
        return new Sample(
                raw.origin(),
                crop.cut(good),
                Optional.of(noImage ? black() : condition(raw, good, crop)),
                noText && drops.prompt() ? "" : raw.prompt(),
                noText ? "" : description,
                raw.subset());
    }

    private RgbImage condition(RawSample raw, RgbImage good, Crop crop) {
        RgbImage bad = decoder.decode(raw.origin() + " bad_image", raw.bad());
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
