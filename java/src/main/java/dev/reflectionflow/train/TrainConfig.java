package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.train.nn.Compute;
import dev.reflectionflow.weights.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A run of training: the released {@code config.yaml} as it is, with the published values for what it leaves out, and keys
 * of ours beside them.
 *
 * @param file where it is from
 * @param stage what is trained; the released files say nothing of it and mean the corrector
 * @param modelPath diffusers folder or Hugging Face id to start from, or the folder of an earlier run
 * @param compute type of matrix products
 * @param seed decides weights, noise and order of the data
 * @param threads of the network; 0 for as many as there are processors
 * @param stored type of the weights that a run makes; checkpoints are float32
 * @param savePath folder of the run
 * @param notes lines about keys that are not known or change nothing here
 */
public record TrainConfig(
        Path file,
        StageKind stage,
        String modelPath,
        Compute compute,
        long seed,
        int threads,
        DType stored,
        Path savePath,
        LoopConfig loop,
        OptimizerConfig optimizer,
        ObjectiveConfig objective,
        DatasetConfig dataset,
        CorrectorConfig corrector,
        SampleConfig samples,
        List<String> notes) {
    private enum Type {
        BFLOAT16,
        FLOAT32
    }

    /** Keys of the released files that change nothing here. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "cache_dir",
            "train.dataloader_workers",
            "train.condition_type",
            "train.dataset.root_dir",
            "train.dataset.val_root_dir",
            "train.wandb.project",
            "train.wandb.name");

    /**
     * Reads a configuration.
     *
     * @param settings {@code key=value} texts that come before what the file says
     * @throws EngineException {@code INVALID_FILE} naming file and key, {@code INVALID_ARGUMENT} for a setting
     */
    public static TrainConfig read(Path file, List<String> settings) {
        ConfigTree tree = ConfigTree.read(file, settings);
        StageKind stage = tree.choice("stage", StageKind.class, StageKind.CORRECTOR);
        TrainConfig config = new TrainConfig(
                file,
                stage,
                tree.text("model_path", "black-forest-labs/FLUX.1-dev"),
                tree.choice("dtype", Type.class, Type.BFLOAT16) == Type.BFLOAT16 ? Compute.BFLOAT16 : Compute.AS_STORED,
                tree.integer("seed", 0, 0),
                tree.integer("threads", 0, 0),
                tree.choice("train.save_dtype", Type.class, Type.FLOAT32) == Type.BFLOAT16 ? DType.BF16 : DType.F32,
                tree.path("train.save_path", "runs/" + stage.name().toLowerCase(Locale.ROOT)),
                LoopConfig.read(tree),
                OptimizerConfig.read(tree),
                ObjectiveConfig.read(tree),
                DatasetConfig.read(tree, stage),
                CorrectorConfig.read(tree),
                SampleConfig.read(tree),
                new ArrayList<>());
        for (String key : tree.unasked()) {
            boolean known = WITHOUT_EFFECT.contains(key) || key.startsWith("train.dataset.val_path.");
            if (!known && tree.isSet(key)) {
                throw tree.bad(key, "is not known");
            }
            config.notes.add(file + ": " + key + (known ? " changes nothing here" : " is not known, and ignored"));
        }
        return config;
    }

    /** The same run, going on from its last checkpoint. */
    public TrainConfig resuming() {
        return new TrainConfig(
                file,
                stage,
                modelPath,
                compute,
                seed,
                threads,
                stored,
                savePath,
                loop.resuming(),
                optimizer,
                objective,
                dataset,
                corrector,
                samples,
                notes);
    }
}
