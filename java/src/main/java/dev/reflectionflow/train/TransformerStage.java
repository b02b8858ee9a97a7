package dev.reflectionflow.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Trains all of a transformer by flow matching on scenes, and the text encoders along with it where asked. */
final class TransformerStage implements Stage {
    static final String COMPONENT = "transformer";

    private final TrainConfig config;
    private final FlowTraining flow;

    TransformerStage(TrainConfig config, StartingModel model, Sampler sampler, TrainingListener listener) {
        this.config = config;
        flow = new FlowTraining(config, model, true, sampler, listener);
    }

    @Override
    public Map<String, Tensor> parameters() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        flow.weights().forEach((name, tensor) -> all.put(COMPONENT + "." + name, tensor));
        all.putAll(flow.text().trainable());
        return all;
    }

    @Override
    public Loss loss(long step, Noise random) {
        ObjectiveConfig objective = config.objective();
        LatentPool.Drawn drawn = flow.draw(random);
        List<String> texts = new ArrayList<>(drawn.texts());
        List<String> descriptions = new ArrayList<>(drawn.descriptions());
        dropSome(texts, descriptions, random);
        TextEncoders.Encoded encoded =
                flow.text().encode(texts, descriptions, flow.text().length(random));
        FlowBatch batch = FlowBatch.of(drawn.tokens(), random, objective.timestepShift());
        Tensor guidance = flow.shape().guidance() ? FlowBatch.constant(objective.guidance(), texts.size()) : null;
        return flow.loss(flow.inputs(batch, encoded, guidance), batch.velocity());
    }

    /** Leaves both texts out now and then, so that there is something to guide away from. */
    private void dropSome(List<String> texts, List<String> descriptions, Noise random) {
        for (int i = 0; i < texts.size(); i++) {
            if (random.uniform() < config.dataset().drops().text()) {
                texts.set(i, "");
                descriptions.set(i, "");
            }
        }
    }

    @Override
    public void write(Path folder) {
        flow.write(folder);
    }

    @Override
    public List<Picture> samples(Path folder) {
        return flow.samples(folder);
    }

    @Override
    public void close() {
        flow.close();
    }
}
