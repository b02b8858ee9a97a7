package dev.reflectionflow.train.data;

import dev.reflectionflow.RgbImage;

/** The two pictures of a sample; each call makes one, so ask once and only for what is needed. */
interface PicturePair {
    /** The picture to draw. */
    RgbImage good();

    /** The earlier picture. */
    RgbImage bad();
}
