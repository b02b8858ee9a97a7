package dev.reflectionflow.train;

import dev.reflectionflow.text.ClipTokenizer;
import dev.reflectionflow.text.T5Tokenizer;
import dev.reflectionflow.train.nn.ClipTextEncoder;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.T5Encoder;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.ClipConfig;
import dev.reflectionflow.weights.GenerationDefaults;
import dev.reflectionflow.weights.T5Config;
import dev.reflectionflow.weights.TransformerConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Both text encoders of a model with their tokenizers. */
final class TextEncoders implements AutoCloseable {
    static final String CLIP = "text_encoder";
    static final String T5 = "text_encoder_2";

    /** Prompts of a grammar come again and again; those of the world need no memory. */
    private static final int MOST_REMEMBERED = 100_000;

    /**
     * What a transformer reads of a batch of texts.
     *
     * @param pooled CLIP's (B, pooled width)
     * @param embeds T5's (B, S_txt, text width)
     */
    record Encoded(Tensor pooled, Tensor embeds) {}

    private final ClipTokenizer clipTokenizer;
    private final T5Tokenizer t5Tokenizer;
    private final Parameters clipParameters;
    private final Parameters t5Parameters;
    private final ClipTextEncoder clip;
    private final T5Encoder t5;
    private final List<Integer> lengths;
    private final Map<String, int[]> clipIds = new HashMap<>();
    private final Map<Integer, Map<String, int[]>> t5Ids = new HashMap<>();

    /** @param learning whether gradients of both are wanted */
    TextEncoders(StartingModel model, TrainConfig config, boolean learning) {
        clipTokenizer = ClipTokenizer.open(model.folder().resolve("tokenizer"));
        t5Tokenizer = T5Tokenizer.open(model.folder().resolve("tokenizer_2"));
        clipParameters = learning ? model.parameters(CLIP, config.seed() + 1) : model.trained(CLIP, ScalarType.Float);
        t5Parameters = learning ? model.parameters(T5, config.seed() + 2) : model.trained(T5, ScalarType.Float);
        clip = new ClipTextEncoder(ClipConfig.read(model.config(CLIP)), clipParameters, config.compute());
        t5 = new T5Encoder(T5Config.read(model.config(T5)), t5Parameters, config.compute());
        clipParameters.train(name -> learning);
        t5Parameters.train(name -> learning);
        boolean guided =
                TransformerConfig.read(model.config(TransformerStage.COMPONENT)).guidance();
        int usual = GenerationDefaults.read(model.folder(), guided).maxSequenceLength();
        List<Integer> asked = config.objective().textTokens();
        lengths = asked.isEmpty() ? List.of(usual) : asked;
    }

    /** One of the lengths to train with, in T5 tokens, by chance. */
    int length(Noise random) {
        return lengths.size() == 1 ? lengths.get(0) : lengths.get(random.below(lengths.size()));
    }

    /** Encodes a batch; T5 reads and pads to {@code length} tokens. */
    Encoded encode(List<String> forClip, List<String> forT5, int length) {
        Tensor pooled = clip.forward(
                        ids(forClip, clipIds, text -> clipTokenizer.encode(text).ids(), ClipTokenizer.LENGTH))
                .pooled();
        Map<String, int[]> known = t5Ids.computeIfAbsent(length, any -> new HashMap<>());
        Tensor embeds = t5.forward(
                ids(forT5, known, text -> t5Tokenizer.encode(text, length).ids(), length));
        return new Encoded(pooled, embeds);
    }

    private static Tensor ids(
            List<String> texts, Map<String, int[]> known, Function<String, int[]> tokenize, int length) {
        if (known.size() > MOST_REMEMBERED) {
            known.clear();
        }
        long[] all = new long[texts.size() * length];
        for (int i = 0; i < texts.size(); i++) {
            int[] ids = known.computeIfAbsent(texts.get(i), tokenize);
            for (int j = 0; j < length; j++) {
                all[i * length + j] = ids[j];
            }
        }
        return Tensors.ofLongs(all, texts.size(), length);
    }

    /** The parameters that learn, each with its component before its name. */
    Map<String, Tensor> trainable() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        clipParameters.trainable().forEach((name, tensor) -> all.put(CLIP + "." + name, tensor));
        t5Parameters.trainable().forEach((name, tensor) -> all.put(T5 + "." + name, tensor));
        return all;
    }

    /** Writes both encoders' weights into a diffusers folder. */
    void write(Path product, TrainConfig config) {
        Products.weights(product, CLIP, clipParameters, config);
        Products.weights(product, T5, t5Parameters, config);
    }

    @Override
    public void close() {
        clipTokenizer.close();
        t5Tokenizer.close();
        clipParameters.close();
        t5Parameters.close();
    }
}
