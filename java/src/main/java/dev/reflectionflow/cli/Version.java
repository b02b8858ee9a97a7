package dev.reflectionflow.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints, without a look at native code. */
final class Version implements IVersionProvider {
    /** Maven puts it into every jar. */
    private static final String BUILD = "/META-INF/maven/dev.reflectionflow/reflectionflow/pom.properties";

    @Override
    public String[] getVersion() {
        return new String[] {"reflectionflow " + text(), "Java " + Runtime.version()};
    }

    /** The version that the jar was built as. */
    static String text() {
        Properties built = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(BUILD)) {
            if (in != null) {
                built.load(in);
            }
        } catch (IOException e) {
            // Then it is not known, which is no reason to fail.
        }
        return built.getProperty("version", "(not packaged)");
    }
}
