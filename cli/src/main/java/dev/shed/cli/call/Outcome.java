package dev.shed.cli.call;

import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.text.Quoted;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/// The result of a verb: it is done, or ssh must be run in one of three ways.
public sealed interface Outcome {
    Outcome SUCCESS = new Done(0);

    /// The variable with the exit status of a failed ssh, set when the client runs again.
    String FAILED = "SHED_FAILED";

    /// The variable with the log of a lost connection, set when the client runs again.
    String AGAIN = "SHED_AGAIN";

    /// The result as a line of shell, with functions of the launcher. This is not a `switch` over the types:
    /// setting up that switch would take a tenth of the start-up time.
    String line();

    /// The verb has printed its answer.
    record Done(int status) implements Outcome {
        @Override
        public String line() {
            return "exit " + status;
        }
    }

    /// ssh replaces this process.
    record Replace(SshCommand command) implements Outcome {
        @Override
        public String line() {
            return command.exports() + "replace " + Quoted.line(command.words());
        }
    }

    /// ssh runs. If it exits with one of these statuses, the client runs again with [#FAILED] set to it.
    record Watch(SshCommand command, Set<Integer> failures) implements Outcome {
        public Watch {
            failures = Set.copyOf(failures);
        }

        @Override
        public String line() {
            var statuses = failures.stream().sorted().map(String::valueOf).collect(Collectors.joining(" "));
            return command.exports() + "watch '" + statuses + "' " + Quoted.line(command.words());
        }
    }

    /// ssh runs and writes its own messages to `log`. If the connection is lost, the client runs again with
    /// [#AGAIN] set to the log's path.
    record Keep(SshCommand command, Path log) implements Outcome {
        @Override
        public String line() {
            return command.exports() + "keep " + Quoted.word(log.toString()) + " " + Quoted.line(command.words());
        }
    }
}
