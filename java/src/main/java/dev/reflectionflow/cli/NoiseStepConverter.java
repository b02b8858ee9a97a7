package dev.reflectionflow.cli;

import dev.reflectionflow.GenerationRequest.NoiseStep;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code SEED:DISTANCE}. */
final class NoiseStepConverter implements ITypeConverter<NoiseStep> {
    @Override
    public NoiseStep convert(String text) {
        int colon = text.indexOf(':');
        try {
            return new NoiseStep(
                    Long.parseLong(text.substring(0, Math.max(colon, 0))),
                    Double.parseDouble(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not SEED:DISTANCE, such as 7:0.3");
        }
    }
}
