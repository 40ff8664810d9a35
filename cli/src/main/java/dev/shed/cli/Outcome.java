package dev.shed.cli;

import java.nio.file.Path;
import java.util.Set;

/// What a verb comes to: it is done, or ssh is to be run, in one of three ways.
public sealed interface Outcome {
    Outcome SUCCESS = new Done(0);

    /// The answer has been given.
    record Done(int status) implements Outcome {}

    /// ssh takes the place of this process.
    record Replace(SshCommand command) implements Outcome {}

    /// ssh runs; on one of these statuses the client is asked again, with `SHED_FAILED` set to it.
    record Watch(SshCommand command, Set<Integer> failures) implements Outcome {
        public Watch {
            failures = Set.copyOf(failures);
        }
    }

    /// ssh runs and writes its own messages to `log`; when the link is lost the client is asked again, with
    /// `SHED_AGAIN` naming the log.
    record Keep(SshCommand command, Path log) implements Outcome {}
}
