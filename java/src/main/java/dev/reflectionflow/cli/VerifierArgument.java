package dev.reflectionflow.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A verifier and its weight among others, as {@code NAME} or {@code NAME:WEIGHT}. */
record VerifierArgument(Name name, double weight) {
    /** The verifiers by name. */
    enum Name {
        SCENE,
        OPENAI,
        YES_NO;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static final class Converter implements ITypeConverter<VerifierArgument> {
        @Override
        public VerifierArgument convert(String text) {
            int colon = text.indexOf(':');
            String name = colon < 0 ? text : text.substring(0, colon);
            for (Name known : Name.values()) {
                if (known.toString().equalsIgnoreCase(name)) {
                    return new VerifierArgument(known, colon < 0 ? 1 : weight(text.substring(colon + 1)));
                }
            }
            throw new TypeConversionException("'" + name + "' is not scene, openai or yes-no");
        }

        private static double weight(String text) {
            try {
                double weight = Double.parseDouble(text);
                if (weight > 0 && Double.isFinite(weight)) {
                    return weight;
                }
            } catch (NumberFormatException e) {
                // The message below says it better.
            }
            throw new TypeConversionException("'" + text + "' is not a weight above 0; write NAME:WEIGHT");
        }
    }
}
