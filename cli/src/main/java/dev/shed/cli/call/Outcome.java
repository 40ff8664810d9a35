package dev.shed.cli.call;

import dev.shed.cli.ssh.SshCommand;
import dev.shed.cli.text.Quoted;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/// What a verb comes to: it is done, or ssh is to be run, in one of three ways.
public sealed interface Outcome {
    Outcome SUCCESS = new Done(0);

    /// The variable that has the status of an ssh that failed, when the client is asked again.
    String FAILED = "SHED_FAILED";

    /// The variable that names the log of a link that was lost, when the client is asked again.
    String AGAIN = "SHED_AGAIN";

    /// As a line of shell, with the launcher's words. Not a `switch` over the forms: what that needs at run time
    /// costs a tenth of the start.
    String line();

    /// The answer has been given.
    record Done(int status) implements Outcome {
        @Override
        public String line() {
            return "exit " + status;
        }
    }

    /// ssh takes the place of this process.
    record Replace(SshCommand command) implements Outcome {
        @Override
        public String line() {
            return command.exports() + "replace " + Quoted.line(command.words());
        }
    }

    /// ssh runs; on one of these statuses the client is asked again, with [#FAILED] set to it.
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

    /// ssh runs and writes its own messages to `log`; when the link is lost the client is asked again, with
    /// [#AGAIN] naming the log.
    record Keep(SshCommand command, Path log) implements Outcome {
        @Override
        public String line() {
            return command.exports() + "keep " + Quoted.word(log.toString()) + " " + Quoted.line(command.words());
        }
    }
}
