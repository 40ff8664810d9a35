package dev.shed.gateway.config;

import java.util.function.Function;

/// A key of the configuration file.
///
/// @param path section and name, joined by a dot
/// @param fallback the default
record Key<T>(String path, ValueType<T> type, Rule<T> rule, Function<DefaultPaths, T> fallback) {
    static <T> Key<T> of(String path, ValueType<T> type, Rule<T> rule, T fallback) {
        return new Key<>(path, type, rule, _ -> fallback);
    }
}
