package dev.shed.gateway.config;

import java.util.List;

/// A key of the configuration file whose value is a list.
///
/// @param path section and name, joined by a dot
/// @param rule what each of its elements may be
/// @param fallback the value when the file does not have the key
record ListKey<T>(String path, ValueType<T> type, Rule<T> rule, List<T> fallback) {
    /// One that is empty unless the file says otherwise.
    ListKey(String path, ValueType<T> type, Rule<T> rule) {
        this(path, type, rule, List.of());
    }
}
