package dev.reflectionflow.engine.plan;

import dev.reflectionflow.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What must be on a device together, stage by stage, and which devices suffice. Of the model only shapes are used, never a
 * weight. Assumed beyond the engine's own buffers: {@link #RESERVE} for the CUDA context, the libraries' workspaces and
 * what the allocator cannot use; attention that returns one new tensor; one
 * prompt, and no image guidance, which has the tables twice.
 * Not counted: memory that is left in pieces where products are joined or quantised while they are loaded; a model of LibTorch's
 * allocator puts it at 0.1 to 0.7 GiB, and at 1.0 to 1.7 GiB in eight bits.
 *
 * @param request what is drawn
 * @param weights bytes of each network
 * @param loras bytes of what is beside the weights and never leaves
 * @param workspace bytes that a run's steps write to
 * @param tables bytes of modulation vectors and other constants of a run
 * @param stages in the order of drawing
 */
public record ResidencyPlan(
        PlanRequest request, WeightBytes weights, long loras, long workspace, long tables, List<Stage> stages) {
    /** Bytes that a device has beside what is planned. */
    public static final long RESERVE = 1L << 30;

    /** Sizes of usual devices in GiB. */
    public static final List<Integer> DEVICES = List.of(24, 40, 80);

    public static ResidencyPlan of(ModelWeights model, PlanRequest request, PlanAdditions additions) {
        WeightBytes weights = WeightBytes.of(model, request);
        long workspace = TransformerMemory.workspace(model.transformer(), request)
                + additions.workspace(model.transformer(), request);
        long tables = TransformerMemory.modulationTables(model.transformer(), request)
                + TransformerMemory.constants(model.transformer(), request);
        List<Stage> stages = new ArrayList<>();
        // The tables of the last run are kept for the next of its prompt, also while another text is encoded.
        if (model.t5().layers() > 0) {
            stages.add(new Stage(
                    "encode text", Stage.Uses.TEXT, tables + TextMemory.encode(model.clip(), model.t5(), request)));
        }
        if (request.conditionSide() > 0) {
            stages.add(new Stage(
                    "encode condition",
                    Stage.Uses.AUTOENCODER,
                    tables + AutoencoderMemory.encode(model.autoencoder(), request)));
        }
        stages.add(new Stage("prepare", Stage.Uses.MODULATION, tables));
        stages.add(new Stage("denoise", Stage.Uses.BLOCKS, tables + workspace));
        // The run keeps its buffers until its pixels are there: a preview may be followed by more steps.
        stages.add(new Stage(
                "decode",
                Stage.Uses.AUTOENCODER,
                tables + workspace + AutoencoderMemory.decode(model.autoencoder(), request)));
        return new ResidencyPlan(request, weights, additions.weights(request), workspace, tables, List.copyOf(stages));
    }

    /** Bytes on the device during a stage, without {@link #RESERVE}. */
    public long needed(Stage stage, Residency residency) {
        return residency.resident(weights, stage.uses()) + loras + stage.besides();
    }

    /** Bytes on the device during the stage that needs most, {@link #RESERVE} included. */
    public long peak(Residency residency) {
        return RESERVE
                + stages.stream()
                        .mapToLong(stage -> needed(stage, residency))
                        .max()
                        .orElseThrow();
    }

    /** The fastest way to draw on a device of so many bytes; empty where there is none. */
    public Optional<Residency> fitting(long deviceBytes) {
        for (Residency residency : Residency.values()) {
            if (peak(residency) <= deviceBytes) {
                return Optional.of(residency);
            }
        }
        return Optional.empty();
    }

    /** Whether the image is decoded in tiles. */
    public boolean tiled() {
        return Math.max(request.width(), request.height()) > AutoencoderMemory.untiledPixels();
    }
}
