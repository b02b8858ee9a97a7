package dev.reflectionflow.train.nn;

import dev.reflectionflow.Golden;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Golden tensors for the networks in Java, and what a network's blocks gave. */
final class GoldenTensors {
    private GoldenTensors() {}

    static Tensor floats(String file, String name) {
        Golden.Tensor golden = Golden.input(file, name);
        return Tensors.ofFloats(golden.values(), golden.shape());
    }

    /** Token ids, which files hold as int32. */
    static Tensor ids(String file, String name) {
        Golden.Tensor golden = Golden.input(file, name);
        long[] values = new long[golden.values().length];
        Arrays.setAll(values, i -> (long) golden.values()[i]);
        return Tensors.ofLongs(values, golden.shape());
    }

    static FluxInputs fluxInputs(String file, String prefix, String ids, boolean guidance) {
        // Pipelines hand over t / 1000 and the network multiplies by 1000 again.
        return new FluxInputs(
                floats(file, prefix + ".hidden_states"),
                floats(file, ids + ".img_ids"),
                floats(file, prefix + ".encoder_hidden_states"),
                floats(file, prefix + ".pooled_projections"),
                floats(file, prefix + ".timestep"),
                guidance ? floats(file, prefix + ".guidance") : null);
    }

    /** Runs blocks plainly and keeps what they give, by name. */
    static final class Recording implements BlockRunner {
        final Map<String, float[][]> rows = new LinkedHashMap<>();

        @Override
        public Tensor[] run(String name, Block block, Tensor[] in, Tensor[] conditioning) {
            Tensor[] results = BlockRunner.plain(name, block, in, conditioning);
            try (PointerScope scope = new PointerScope()) {
                rows.put(name, Arrays.stream(results).map(Tensors::toFloats).toArray(float[][]::new));
            }
            return results;
        }
    }
}
