package dev.reflectionflow.cli;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.ImageGenerator;
import dev.reflectionflow.weights.TensorData;
import dev.reflectionflow.weights.TransformerConfig;
import java.util.List;

/** A generator with what the commands tell of it. */
interface OpenEngine extends ImageGenerator, AutoCloseable {
    /** An image with the tensors that led to it. */
    record Recorded(GeneratedImage image, List<TensorData> tensors) {}

    /** How the model was named. */
    String model();

    /** The type it computes in. */
    Dtype dtype();

    /** The shape of the network that draws. */
    TransformerConfig transformer();

    /** What the user should know of the model's files. */
    List<String> warnings();

    /** One image with every tensor on its way. */
    Recorded generateRecorded(GenerationRequest request, GenerationListener listener);

    @Override
    void close();
}
