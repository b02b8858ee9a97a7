package dev.reflectionflow.train;

import dev.reflectionflow.weights.ClipConfig;
import dev.reflectionflow.weights.T5Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Warms the text encoders up: linear heads on their outputs must tell what a prompt means. */
final class TextStage implements Stage {
    private final TrainConfig config;
    private final StartingModel model;
    private final TextEncoders encoders;
    private final LabelHead clipHead;
    private final LabelHead t5Head;
    private final MixedScenes scenes;
    private long next;

    TextStage(TrainConfig config, StartingModel model) {
        this.config = config;
        this.model = model;
        encoders = new TextEncoders(model, config, true);
        clipHead = new LabelHead(
                ClipConfig.read(model.config(TextEncoders.CLIP)).width(), new Noise(config.seed(), -1, 0));
        t5Head = new LabelHead(T5Config.read(model.config(TextEncoders.T5)).width(), new Noise(config.seed(), -1, 1));
        scenes = new MixedScenes(config.seed());
    }

    @Override
    public Map<String, Tensor> parameters() {
        Map<String, Tensor> all = encoders.trainable();
        clipHead.addTo(all, "head");
        t5Head.addTo(all, "head_2");
        return all;
    }

    @Override
    public Loss loss(long step, Noise random) {
        int size = config.loop().batchSize();
        List<String> prompts = new ArrayList<>();
        List<String> descriptions = new ArrayList<>();
        List<List<long[]>> labels = new ArrayList<>();
        for (int i = 0; i < size; i++, next++) {
            MixedScenes.Example scene = scenes.at(next);
            String text = scene.sample().text();
            prompts.add(text);
            descriptions.add(MixedScenes.description(text, scene.reflection()));
            // with a reflection or without: what the prompt means stays the same
            labels.add(SceneLabels.of(scene.sample().prompt()));
        }
        TextEncoders.Encoded encoded = encoders.encode(prompts, descriptions, encoders.length(random));
        LabelHead.Answer clip = clipHead.ask(encoded.pooled(), labels);
        LabelHead.Answer t5 = t5Head.ask(encoded.embeds().mean(1), labels);
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("clip_accuracy", clip.accuracy());
        parts.put("t5_accuracy", t5.accuracy());
        return new Loss(clip.loss().add(t5.loss()), size, parts);
    }

    @Override
    public String position() {
        return Long.toString(next);
    }

    @Override
    public void restore(String position) {
        next = Long.parseLong(position);
    }

    @Override
    public void write(Path folder) {
        Path product = folder.resolve(StartingModel.PRODUCT);
        encoders.write(product, config);
        model.copyTo(product, config.stored());
    }

    @Override
    public List<Picture> samples(Path folder) {
        return List.of();
    }

    @Override
    public void close() {
        encoders.close();
        clipHead.close();
        t5Head.close();
    }
}
