package dev.reflectionflow.feedback;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.net.URI;
import java.time.Duration;

/** Makes {@link ServiceSettings}, whose components the methods are named after; {@link #build} checks them. */
public final class ServiceSettingsBuilder {
    private final URI baseUrl;
    private final String model;
    private int attempts = 5;
    private Duration firstDelay = Duration.ofSeconds(1);
    private Duration patience = Duration.ofMinutes(1);
    private Duration deadline = Duration.ofMinutes(3);
    private int concurrency = 4;
    private long seed;
    private double temperature;
    private ImageDetail detail = ImageDetail.AUTO;
    private ImageEncoding encoding = ImageEncoding.PNG;
    private boolean structured = true;
    private String keyVariable = ServiceSettings.KEY_VARIABLE;

    ServiceSettingsBuilder(String baseUrl, String model) {
        try {
            this.baseUrl = URI.create(baseUrl);
        } catch (IllegalArgumentException e) {
            // the text of this exception quotes the address, which may hold a secret
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "a service's address must be an http(s) URL, not "
                            + (baseUrl.contains("@") ? "what was given" : "\"" + baseUrl + "\""));
        }
        this.model = model;
    }

    public ServiceSettingsBuilder attempts(int value) {
        attempts = value;
        return this;
    }

    public ServiceSettingsBuilder firstDelay(Duration value) {
        firstDelay = value;
        return this;
    }

    public ServiceSettingsBuilder patience(Duration value) {
        patience = value;
        return this;
    }

    public ServiceSettingsBuilder deadline(Duration value) {
        deadline = value;
        return this;
    }

    public ServiceSettingsBuilder concurrency(int value) {
        concurrency = value;
        return this;
    }

    public ServiceSettingsBuilder seed(long value) {
        seed = value;
        return this;
    }

    public ServiceSettingsBuilder temperature(double value) {
        temperature = value;
        return this;
    }

    public ServiceSettingsBuilder detail(ImageDetail value) {
        detail = value;
        return this;
    }

    public ServiceSettingsBuilder encoding(ImageEncoding value) {
        encoding = value;
        return this;
    }

    public ServiceSettingsBuilder structured(boolean value) {
        structured = value;
        return this;
    }

    public ServiceSettingsBuilder keyVariable(String value) {
        keyVariable = value;
        return this;
    }

    /**
     * The settings.
     *
     * @throws EngineException {@code INVALID_ARGUMENT} naming the value that cannot be
     */
    public ServiceSettings build() {
        return new ServiceSettings(
                baseUrl,
                model,
                attempts,
                firstDelay,
                patience,
                deadline,
                concurrency,
                seed,
                temperature,
                detail,
                encoding,
                structured,
                keyVariable);
    }
}
