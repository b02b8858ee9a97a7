package dev.reflectionflow.feedback;

import java.util.Locale;

/** How closely a service should look at a picture; it decides what the picture costs in tokens. */
public enum ImageDetail {
    /** The service's own choice; nothing is sent. */
    AUTO,
    LOW,
    HIGH;

    /** As the protocol spells it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
