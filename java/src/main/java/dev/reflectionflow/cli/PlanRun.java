package dev.reflectionflow.cli;

import dev.reflectionflow.engine.plan.PlanAdditions;
import dev.reflectionflow.engine.plan.PlanRequest;
import dev.reflectionflow.engine.plan.Products;
import dev.reflectionflow.engine.plan.ResidencyPlan;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.DrawingLimits;
import dev.reflectionflow.weights.GenerationDefaults;
import dev.reflectionflow.weights.LoraFile;
import dev.reflectionflow.weights.ModelFolder;
import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.RandomModel;

/** What {@code doctor --plan} does with its options. */
final class PlanRun {
    private final PlanOptions options;
    private final ModelWeights model;

    /**
     * Reads the model's shapes, no weight of it.
     *
     * @param name of the model; null for the one that comes along
     */
    PlanRun(PlanOptions options, String name) {
        this.options = options;
        model = options.shape == null
                ? ModelWeights.open(ModelFolder.find(name, null))
                : RandomModel.withTextEncoders(options.shape, DType.BF16);
    }

    PlanReport report() {
        DrawingLimits.checkCacheThreshold(options.cacheThreshold);
        DrawingLimits.checkCachedBatch(options.cacheThreshold, options.batch);
        return new PlanReport(
                model.files().id(), ResidencyPlan.of(model, request(), additions()), options.cacheThreshold);
    }

    private PlanRequest request() {
        GenerationDefaults defaults = model.defaults();
        return new PlanRequest(
                options.width == null ? defaults.width() : options.width,
                options.height == null ? defaults.height() : options.height,
                options.batch,
                options.steps == null ? defaults.steps() : options.steps,
                defaults.maxSequenceLength(),
                options.conditionSize,
                isFloat32() ? DType.F32.bytes() : DType.BF16.bytes(),
                Products.valueOf(options.mode.name()));
    }

    private PlanAdditions additions() {
        return new PlanAdditions(
                options.loras.stream()
                        .map(lora -> LoraFile.open(lora.file(), model.transformer()))
                        .toList(),
                options.cacheThreshold > 0);
    }

    private boolean isFloat32() {
        return options.dtype == null
                ? model.views().get("transformer.image_in.weight").dtype() == DType.F32
                : options.dtype == Dtype.FP32;
    }
}
