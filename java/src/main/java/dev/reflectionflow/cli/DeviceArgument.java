package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.engine.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A device as the command line names it. */
final class DeviceArgument implements ITypeConverter<Device> {
    @Override
    public Device convert(String text) {
        try {
            return Device.of(text);
        } catch (EngineException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
