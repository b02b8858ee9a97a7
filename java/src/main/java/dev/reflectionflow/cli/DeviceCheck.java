package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.engine.Device;
import dev.reflectionflow.engine.PerformanceMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Computes the same on a device and on the CPU: a picture of the small model that comes along, and one of a random network of
 * FLUX.1-dev's widths. In bf16 the device may be twice as far from the CPU's float32 as the CPU's own bf16 is.
 */
final class DeviceCheck {
    /** Of the values' size, for what is the same on both but for a rounding or two. */
    private static final double ROUNDING = 0.002;

    private static final String SHAPE = "flux-dev:1,1";
    private static final GenerationRequest PICTURE =
            GenerationRequest.builder("a red star above a blue square").seed(1L).build();
    // Noise level and guidance that bf16 holds exactly a thousandfold: random weights make much of their rounding.
    private static final GenerationRequest RANDOM = GenerationRequest.builder("")
            .size(256, 256)
            .steps(1)
            .guidance(4.0)
            .seed(1L)
            .build();

    private final Console console;
    private final EngineOpener opener;
    private final Device device;

    DeviceCheck(Console console, EngineOpener opener, Device device) {
        this.console = console;
        this.opener = opener;
        this.device = device;
    }

    /** Adds what was found; returns the failure of the first that is too far away or cannot be computed, else null. */
    EngineException addTo(Map<String, Object> facts) {
        try {
            EngineException failure = compare("check_small_model", null, PICTURE, facts);
            return failure == null ? compare("check_flux_widths", SHAPE, RANDOM, facts) : failure;
        } catch (EngineException e) {
            return e;
        } finally {
            console.clear();
        }
    }

    private EngineException compare(String name, String shape, GenerationRequest request, Map<String, Object> facts) {
        console.progress(name.replace('_', ' ') + " ...");
        double[] truth = pixels(shape, request, Device.CPU, Dtype.FP32);
        double usual = apart(pixels(shape, request, Device.CPU, Dtype.BF16), truth);
        double found = apart(pixels(shape, request, device, Dtype.BF16), truth);
        boolean right = found <= 2 * usual + ROUNDING;
        facts.put(
                name,
                String.format(
                        Locale.ROOT,
                        "%s: bf16 of %s is %.2f %% from the CPU's float32, the CPU's own %.2f %%",
                        right ? "right" : "WRONG",
                        device,
                        100 * found,
                        100 * usual));
        return right
                ? null
                : new EngineException(ErrorCode.DEVICE, device + " computes otherwise than the CPU: do not use it");
    }

    /** @param shape of random weights; null for the model that comes along */
    private double[] pixels(String shape, GenerationRequest request, Device where, Dtype dtype) {
        Computing computing = new Computing(dtype, where, Set.of(), PerformanceMode.EXACT, 0, null);
        try (OpenEngine engine =
                opener.open(new EngineSettings(null, null, shape, computing, 1, List.of(), Optional.empty()))) {
            byte[] bytes = engine.generate(List.of(request), GenerationListener.NONE)
                    .get(0)
                    .image()
                    .toByteArray();
            double[] values = new double[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                values[i] = bytes[i] & 0xff;
            }
            return values;
        }
    }

    /** Root mean square of the difference, relative to that of the truth. */
    private static double apart(double[] values, double[] truth) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < truth.length; i++) {
            difference += (values[i] - truth[i]) * (values[i] - truth[i]);
            size += truth[i] * truth[i];
        }
        return Math.sqrt(difference / size);
    }
}
