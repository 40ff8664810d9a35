package dev.shed.gateway.config;

import java.util.List;

/// A key of the configuration file whose value is a list.
///
/// @param path section and name, joined by a dot
/// @param rule the rule for each element
/// @param fallback the default
record ListKey<T>(String path, ValueType<T> type, Rule<T> rule, List<T> fallback) {
    /// A key whose default is an empty list.
    ListKey(String path, ValueType<T> type, Rule<T> rule) {
        this(path, type, rule, List.of());
    }
}
