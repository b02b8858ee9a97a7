package dev.reflectionflow.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints, without a look at native code. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"reflectionflow " + text(), "Java " + Runtime.version()};
    }

    /** The version that the jar was built as. */
    static String text() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged build)" : version;
    }
}
