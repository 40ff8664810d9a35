package dev.shed.gateway.e2e;

import java.nio.file.Path;

/// Where a person's programs run: a directory, and an environment that is not this process's own.
interface Seat {
    Path path(String name);

    /// A builder for a program in this environment.
    ProcessBuilder program(String... words);
}
