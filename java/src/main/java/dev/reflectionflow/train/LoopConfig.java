package dev.reflectionflow.train;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How long and how a run goes.
 *
 * @param batchSize samples that go through the network together
 * @param accumulate such batches whose gradients make one step
 * @param maxSteps steps of the whole run; -1 until it is stopped
 * @param saveInterval steps from checkpoint to checkpoint
 * @param sampleInterval steps from one set of validation samples, and a checkpoint, to the next; 0 for none but the last
 * @param logInterval steps from log row to log row
 * @param keep how many checkpoints are kept; 0 for all
 * @param gradientCheckpointing whether blocks are computed again for their gradients, which saves memory
 * @param clip most norm of all gradients together; 0 for no limit
 * @param averageDecay decay of the average of weights that is saved in the place of the weights; 0 for none
 * @param resume whether to go on from the run's last checkpoint, where there is one
 * @param resumeFrom checkpoint to go on from where the run has none yet, or empty
 */
public record LoopConfig(
        int batchSize,
        int accumulate,
        int maxSteps,
        int saveInterval,
        int sampleInterval,
        int logInterval,
        int keep,
        boolean gradientCheckpointing,
        double clip,
        double averageDecay,
        boolean resume,
        Optional<Path> resumeFrom) {
    static LoopConfig read(ConfigTree tree) {
        int steps = tree.integer("train.max_steps", -1, -1);
        if (steps == 0) {
            throw tree.bad("train.max_steps", "must be -1, for no end, or at least 1");
        }
        return new LoopConfig(
                tree.integer("train.batch_size", 1, 8),
                tree.integer("train.accumulate_grad_batches", 1, 1),
                steps,
                tree.integer("train.save_interval", 1, 2000),
                tree.integer("train.sample_interval", 0, 2000),
                tree.integer("train.log_interval", 1, 10),
                tree.integer("train.keep_checkpoints", 0, 0),
                tree.flag("train.gradient_checkpointing", true),
                tree.number("train.gradient_clip_val", 0, 1e9, 0.5),
                tree.number("train.ema_decay", 0, 0.999999999, 0),
                tree.flag("train.resume_training_from_last_checkpoint", false),
                Optional.of(tree.path("train.resume_training_from_checkpoint_path", ""))
                        .filter(path -> !path.toString().isEmpty()));
    }

    LoopConfig resuming() {
        return new LoopConfig(
                batchSize,
                accumulate,
                maxSteps,
                saveInterval,
                sampleInterval,
                logInterval,
                keep,
                gradientCheckpointing,
                clip,
                averageDecay,
                true,
                resumeFrom);
    }
}
