package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.train.data.TensorCache;
import dev.reflectionflow.train.nn.Compute;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What frozen networks make of pictures and texts, in float32 on the disk, by the networks' weights and the pictures' and
 * texts' own contents. Chance has no part in it: latents are drawn from the kept distribution anew each time.
 */
final class EncodingCache {
    private final TensorCache cache;
    private final String autoencoder;
    private final String encoders;

    EncodingCache(Path folder, StartingModel model, Compute compute) {
        cache = new TensorCache(folder);
        autoencoder = compute + model.hash(AutoencoderStage.COMPONENT);
        encoders = compute
                + model.hash(TextEncoders.CLIP)
                + model.hash("tokenizer")
                + model.hash(TextEncoders.T5)
                + model.hash("tokenizer_2");
    }

    /** A picture's {@link FrozenAutoencoder#posterior}. */
    Tensor posterior(RgbImage image, Supplier<Tensor> make) {
        return find(TensorCache.key("posterior", autoencoder, image.sha256()), () -> List.of(make.get()))
                .get(0);
    }

    /** A text's {@link TextEncoders#encode}. */
    TextEncoders.Encoded texts(String prompt, String description, int length, Supplier<TextEncoders.Encoded> make) {
        String key = TensorCache.key("texts", encoders, Integer.toString(length), prompt, description);
        List<Tensor> found = find(key, () -> {
            TextEncoders.Encoded made = make.get();
            return List.of(made.pooled(), made.embeds());
        });
        return new TextEncoders.Encoded(found.get(0), found.get(1));
    }

    private List<Tensor> find(String key, Supplier<List<Tensor>> make) {
        List<TensorData> kept = cache.get(key).orElseGet(() -> {
            List<TensorData> made = new ArrayList<>();
            for (Tensor tensor : make.get()) {
                made.add(Tensors.data(Integer.toString(made.size()), tensor, DType.F32));
            }
            cache.put(key, made);
            return made;
        });
        return kept.stream().map(EncodingCache::tensor).toList();
    }

    private static Tensor tensor(TensorData data) {
        return Tensors.ofBytes(data.data(), ScalarType.Float, data.shape());
    }
}
