package dev.shed.gateway.command;

import java.util.function.Supplier;

/// The data of the verb `version`.
///
/// @param gateway the gateway's own version
/// @param engine asks the engine for its name and version; may fail with `ENGINE_UNAVAILABLE`
public record Versions(String gateway, Supplier<String> engine) {}
