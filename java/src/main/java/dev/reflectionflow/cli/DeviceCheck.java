package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.Device;
import dev.reflectionflow.engine.PerformanceMode;
import dev.reflectionflow.image.Similarity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Draws the same pictures on a device and on the CPU, by the small model that comes along and by a network of FLUX.1-dev's widths. In
 * bf16 the device may be twice as far from the CPU's float32 as the CPU's own bf16 is.
 */
final class DeviceCheck {
    /** Grey levels that pixels may lie apart because they are rounded. */
    private static final double ROUNDING = 0.5;

    private static final int PICTURES = 4;

    /**
     * @param name of the finding
     * @param shape of random weights; null for the model that comes along
     * @param request without a seed
     */
    private record Subject(String name, String shape, GenerationRequest request) {}

    private static final List<Subject> SUBJECTS = List.of(
            new Subject(
                    "check_small_model",
                    null,
                    GenerationRequest.builder("a red star above a blue square").build()),
            new Subject(
                    "check_flux_widths",
                    "flux-dev:1,1",
                    GenerationRequest.builder("").size(256, 256).steps(2).build()));

    private final Console console;
    private final EngineOpener opener;
    private final Device device;

    DeviceCheck(Console console, EngineOpener opener, Device device) {
        this.console = console;
        this.opener = opener;
        this.device = device;
    }

    /** Adds what was found; returns the failure where a picture is too far away, else null. */
    EngineException addTo(Map<String, Object> facts) {
        EngineException failure = null;
        try {
            for (Subject subject : SUBJECTS) {
                console.progress(subject.name().replace('_', ' ') + " ...");
                List<RgbImage> truth = draw(subject, Device.CPU, Dtype.FP32);
                double usual = apart(draw(subject, Device.CPU, Dtype.BF16), truth);
                double found = apart(draw(subject, device, Dtype.BF16), truth);
                boolean right = found <= 2 * usual + ROUNDING;
                facts.put(
                        subject.name(),
                        String.format(
                                Locale.ROOT,
                                "%s: bf16 of %s is %.2f grey levels from the CPU's float32, the CPU's own %.2f",
                                right ? "right" : "WRONG",
                                device,
                                found,
                                usual));
                if (!right && failure == null) {
                    failure = new EngineException(
                            ErrorCode.DEVICE, device + " draws other pictures than the CPU: do not use it");
                }
            }
        } finally {
            console.clear();
        }
        return failure;
    }

    private List<RgbImage> draw(Subject subject, Device where, Dtype dtype) {
        Computing computing = new Computing(dtype, where, Set.of(), PerformanceMode.EXACT, 0, null);
        EngineSettings settings =
                new EngineSettings(null, null, subject.shape(), computing, 1, List.of(), Optional.empty());
        List<RgbImage> pictures = new ArrayList<>();
        try (OpenEngine engine = opener.open(settings)) {
            for (long seed = 1; seed <= PICTURES; seed++) {
                GenerationRequest request =
                        subject.request().toBuilder().seed(seed).build();
                pictures.add(engine.generate(List.of(request), GenerationListener.NONE)
                        .get(0)
                        .image());
            }
        }
        return pictures;
    }

    /** Root of the mean squared difference of bytes over all pictures. */
    private static double apart(List<RgbImage> pictures, List<RgbImage> truth) {
        double sum = 0;
        for (int i = 0; i < truth.size(); i++) {
            sum += Similarity.of(pictures.get(i), truth.get(i)).squaredError();
        }
        return Math.sqrt(sum / truth.size());
    }
}
