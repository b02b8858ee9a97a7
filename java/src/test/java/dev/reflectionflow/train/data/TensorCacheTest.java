package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.weights.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorCacheTest {
    @TempDir
    Path folder;

    /** T10: the released training runs autoencoder and text encoders anew on inputs that never change. */
    @Test
    void whatWasComputedOnceIsFoundAgainByItsContent() {
        String key = TensorCache.key("text", "model", "a red circle");
        new TensorCache(folder)
                .put(
                        key,
                        List.of(
                                TensorData.ofFloats("prompt_embeds", new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3),
                                TensorData.ofFloats("pooled_projections", new float[] {-1, Float.MIN_VALUE}, 1, 2)));
        List<TensorData> found = new TensorCache(folder).get(key).orElseThrow();
        assertThat(found).extracting(TensorData::name).containsExactly("prompt_embeds", "pooled_projections");
        assertThat(found.get(0).shape()).containsExactly(1, 2, 3);
        assertThat(found.get(1).data().getFloat(4)).isEqualTo(Float.MIN_VALUE);
        assertThat(new TensorCache(folder).get(TensorCache.key("text", "model", "a blue circle")))
                .isEmpty();
    }

    @Test
    void keysKeepTheirPartsApart() {
        assertThat(TensorCache.key("ab", "c")).isNotEqualTo(TensorCache.key("a", "bc"));
        assertThat(TensorCache.key("a", "b")).isNotEqualTo(TensorCache.key("b", "a"));
        assertThat(TensorCache.key("a", "b"))
                .isEqualTo(TensorCache.key("a", "b"))
                .matches("[0-9a-f]{64}");
    }

    @Test
    void aDamagedEntryCountsAsAbsentAndIsReplaced() throws IOException {
        TensorCache cache = new TensorCache(folder);
        String key = TensorCache.key("latents", "model", "x");
        List<TensorData> tensors = List.of(TensorData.ofFloats("latents", new float[] {1, 2}, 2));
        cache.put(key, tensors);
        Path file = folder.resolve(key.substring(0, 2)).resolve(key + ".safetensors");
        byte[] whole = Files.readAllBytes(file);
        byte[] flipped = whole.clone();
        flipped[flipped.length - 1] ^= 1;
        for (byte[] damaged : List.of(flipped, java.util.Arrays.copyOf(whole, whole.length - 3), new byte[0])) {
            Files.write(file, damaged);
            assertThat(cache.get(key)).isEmpty();
        }
        cache.put(key, tensors);
        assertThat(cache.get(key)).isPresent();
    }
}
