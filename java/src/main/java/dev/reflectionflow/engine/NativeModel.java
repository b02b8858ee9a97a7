package dev.reflectionflow.engine;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.internal.NativeEngine;
import dev.reflectionflow.engine.internal.NativeLibraries;
import dev.reflectionflow.weights.DType;
import dev.reflectionflow.weights.LoraFile;
import dev.reflectionflow.weights.LoraView;
import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.WeightView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model in the native engine; every method runs on the engine's one thread. */
final class NativeModel implements AutoCloseable {
    private static final Map<DType, String> NATIVE_TYPES =
            Map.of(DType.F32, "float32", DType.BF16, "bfloat16", DType.F16, "float16");

    private static final float RANDOM_DEVIATION = 0.02f;

    private final NativeEngine engine;
    private final Map<Path, Long> files = new HashMap<>();
    private final boolean corrector;

    /**
     * @param corrector whether the LoRAs are a corrector's, which leave images without a condition alone
     */
    NativeModel(ModelWeights model, List<LoadedLora> loras, boolean corrector, ComputeSettings settings) {
        this.corrector = corrector;
        load(settings.device());
        engine = new NativeEngine(ModelDescription.of(model, settings));
        try {
            model.views().values().forEach(this::addWeight);
            for (int i = 0; i < loras.size(); i++) {
                addLora("lora." + i + ".", loras.get(i));
            }
            engine.load();
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** The native code that a device needs; an error comes before anything else is opened. */
    static void load(Device device) {
        if (device.cuda()) {
            NativeLibraries.loadCuda();
        } else {
            NativeLibraries.load();
        }
    }

    /** A LoRA file read and matched, with the scale that the user gave. */
    record LoadedLora(LoraFile file, double scale) {}

    NativeEngine engine() {
        return engine;
    }

    boolean hasCorrector() {
        return corrector;
    }

    @Override
    public void close() {
        engine.close();
    }

    /** A condition image's handle; the posterior's mean is taken. */
    long encodeImage(RgbImage image) {
        ByteBuffer pixels = image.pixels();
        float[] values = new float[pixels.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(pixels.get(i)) / 255f * 2 - 1;
        }
        return engine.encodeImage(values, image.width(), image.height(), null);
    }

    /** Copies of what was recorded since recording started. */
    List<RecordedTensor> recorded() {
        List<RecordedTensor> tensors = new ArrayList<>();
        for (int i = 0; i < engine.recorded(); i++) {
            long[] shape = new long[engine.recordedRank(i)];
            for (int d = 0; d < shape.length; d++) {
                shape[d] = engine.recordedSize(i, d);
            }
            DType dtype = storedType(engine.recordedType(i));
            WeightView size = new WeightView("", null, 0, dtype, shape);
            ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(size.byteLength()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            engine.readRecorded(i, data);
            tensors.add(new RecordedTensor(engine.recordedName(i), dtype, shape, data));
        }
        return tensors;
    }

    private void addWeight(WeightView view) {
        if (view.file() == null) {
            addRandomWeight(view.name(), view.shape());
            return;
        }
        long file = files.computeIfAbsent(view.file(), path -> engine.mapFile(path.toString()));
        engine.addWeight(
                view.name(), NATIVE_TYPES.get(view.dtype()), view.shape(), view.shape().length, file, view.offset());
    }

    /** Norms start at 1, as trained ones nearly are: what passes them keeps its size. */
    private void addRandomWeight(String name, long[] shape) {
        boolean norm = name.contains("norm") && name.endsWith(".weight");
        engine.addRandomWeight(name, shape, shape.length, norm ? 1 : 0, norm ? 0 : RANDOM_DEVIATION);
    }

    private void addLora(String prefix, LoadedLora lora) {
        for (LoraView view : lora.file().views()) {
            String a = prefix + view.module() + ".a";
            String b = prefix + view.module() + ".b";
            addWeight(view.a().named(a));
            addWeight(view.b().named(b));
            engine.addAdapter(view.module(), a, b, view.scale() * lora.scale());
        }
    }

    private static DType storedType(String nativeName) {
        return NATIVE_TYPES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(nativeName))
                .findFirst()
                .orElseThrow()
                .getKey();
    }
}
