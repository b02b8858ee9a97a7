package dev.reflectionflow.weights;

import java.nio.file.Path;

/**
 * How the noise levels of a FlowMatchEuler schedule are spaced.
 *
 * @param trainTimesteps what a sigma of 1 is embedded as, 1000
 * @param dynamicShift whether the shift grows with the image (dev) or is {@code shift} (schnell)
 * @param shift the static shift
 * @param baseShift mu at {@code baseTokens}
 * @param maxShift mu at {@code maxTokens}
 * @param baseTokens image tokens where mu is {@code baseShift}
 * @param maxTokens image tokens where mu is {@code maxShift}
 */
public record SchedulerConfig(
        int trainTimesteps,
        boolean dynamicShift,
        double shift,
        double baseShift,
        double maxShift,
        int baseTokens,
        int maxTokens) {

    /**
     * Reads {@code scheduler/scheduler_config.json}.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} naming file and key
     */
    public static SchedulerConfig read(Path file) {
        JsonConfig json = JsonConfig.read(file);
        json.requireText("_class_name", "FlowMatchEulerDiscreteScheduler");
        json.requireText("time_shift_type", "exponential");
        json.requireNumber("num_train_timesteps", 1000);
        json.requireAbsent("shift_terminal");
        for (String key : new String[] {
            "invert_sigmas", "stochastic_sampling", "use_beta_sigmas", "use_exponential_sigmas", "use_karras_sigmas"
        }) {
            json.requireFlag(key, false);
        }
        SchedulerConfig config = new SchedulerConfig(
                1000,
                json.flag("use_dynamic_shifting", false),
                json.positive("shift", 1.0),
                json.number("base_shift", 0.5),
                json.number("max_shift", 1.15),
                json.integer("base_image_seq_len", 1, 1 << 24, 256),
                json.integer("max_image_seq_len", 1, 1 << 24, 4096));
        if (config.baseTokens == config.maxTokens) {
            throw json.bad("max_image_seq_len", "must differ from base_image_seq_len");
        }
        return config;
    }
}
