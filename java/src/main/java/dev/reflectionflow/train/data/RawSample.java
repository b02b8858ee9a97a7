package dev.reflectionflow.train.data;

import dev.reflectionflow.RgbImage;

/**
 * A sample as it stands in a shard, its pictures undecoded.
 *
 * @param good the picture to draw, a JPEG or PNG file
 * @param bad the earlier picture, likewise
 */
record RawSample(Texts texts, byte[] good, byte[] bad) {
    /** Decodes a picture; the name is for messages. */
    interface Decoder {
        RgbImage decode(String name, byte[] bytes);
    }

    /** The pictures, each decoded when it is asked for. */
    PicturePair pictures(Decoder decoder) {
        return new PicturePair() {
            @Override
            public RgbImage good() {
                return decoder.decode(texts.origin() + " good_image", good);
            }

            @Override
            public RgbImage bad() {
                return decoder.decode(texts.origin() + " bad_image", bad);
            }
        };
    }

    String subset() {
        return texts.subset();
    }

    /** Bytes that it holds in memory, about. */
    int size() {
        return good.length + bad.length;
    }
}
