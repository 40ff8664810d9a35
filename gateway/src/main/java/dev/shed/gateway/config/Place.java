package dev.shed.gateway.config;

import java.nio.file.Path;

/// What defaults depend on.
///
/// @param directory where the configuration file is, or would be
/// @param state where state goes unless configured
record Place(Path directory, Path state) {}
