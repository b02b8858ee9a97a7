package dev.reflectionflow.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** One run of the command line: its exit code and what it printed. */
record Cli(int exitCode, String out, String err) {
    static Cli run(EngineOpener opener, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine(opener);
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return new Cli(line.execute(args), out.toString(), err.toString());
    }

    List<String> outLines() {
        return out.lines().toList();
    }

    List<String> errLines() {
        return err.lines().toList();
    }
}
