package dev.reflectionflow.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A LoRA as the command line names it: {@code PATH} or {@code PATH:SCALE}. */
record LoraArgument(Path file, double scale) {
    /** Reads the argument; a colon is part of the path where such a file exists. */
    static final class Converter implements ITypeConverter<LoraArgument> {
        @Override
        public LoraArgument convert(String text) {
            if (text.isEmpty()) {
                throw new TypeConversionException("'' is no file; write PATH or PATH:SCALE");
            }
            int colon = text.lastIndexOf(':');
            if (colon <= 0 || Files.exists(Path.of(text))) {
                return new LoraArgument(Path.of(text), 1);
            }
            try {
                double scale = Double.parseDouble(text.substring(colon + 1));
                if (Double.isFinite(scale)) {
                    return new LoraArgument(Path.of(text.substring(0, colon)), scale);
                }
            } catch (NumberFormatException e) {
                // The message below says it better.
            }
            throw new TypeConversionException("'" + text.substring(colon + 1) + "' is not a scale; write PATH:SCALE");
        }
    }
}
