package dev.reflectionflow.engine;

import dev.reflectionflow.engine.internal.NativeEngine;
import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.TransformerConfig;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Where a prompt's conditioning comes from: the text encoders, or chance where a model has none. */
interface TextSource extends AutoCloseable {
    /** The native handle of a conditioning made anew; what the encoders do not see is said to {@code warnings}. */
    long conditioning(PromptTokens.Text text, Consumer<String> warnings);

    @Override
    void close();

    static TextSource of(ModelWeights model, NativeEngine engine) {
        return model.random()
                ? new Drawn(engine, model.transformer())
                : new Encoded(engine, PromptTokens.open(model.files()));
    }

    /** Tokenizers and native encoders. */
    record Encoded(NativeEngine engine, PromptTokens tokens) implements TextSource {
        @Override
        public long conditioning(PromptTokens.Text text, Consumer<String> warnings) {
            PromptTokens.Ids ids = tokens.of(text, warnings);
            return engine.encodeText(ids.clip(), ids.clip().length, ids.t5(), ids.t5().length);
        }

        @Override
        public void close() {
            tokens.close();
        }
    }

    /** Embeddings in [-1, 1), the same for the same prompt. */
    record Drawn(NativeEngine engine, TransformerConfig network) implements TextSource {
        @Override
        public long conditioning(PromptTokens.Text text, Consumer<String> warnings) {
            SplittableRandom random = new SplittableRandom(text.t5().hashCode());
            int tokens = text.maxSequenceLength();
            return engine.putText(
                    values(random, tokens * network.textWidth()), tokens, values(random, network.pooledWidth()));
        }

        private static float[] values(SplittableRandom random, int count) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = random.nextInt() * 0x1p-31f;
            }
            return values;
        }

        @Override
        public void close() {}
    }
}
