package dev.reflectionflow.train.data;

/**
 * A sample as it stands in a shard, its pictures undecoded.
 *
 * @param origin the shard and the sample's key in it
 * @param good the picture to draw, a JPEG or PNG file
 * @param bad the earlier picture, likewise
 */
record RawSample(String origin, byte[] good, byte[] bad, String reflection, String prompt, String subset) {
    /** Bytes that it holds in memory, about. */
    int size() {
        return good.length + bad.length;
    }
}
