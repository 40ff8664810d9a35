package dev.shed.gateway.config;

import java.nio.file.Path;

/// The directories on which defaults depend.
///
/// @param directory of the configuration file, or its default
/// @param state the default state directory
record DefaultPaths(Path directory, Path state) {}
