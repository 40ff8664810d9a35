package dev.shed.gateway.config;

/// A key of the configuration file whose value is a list; empty when the file does not have the key.
///
/// @param path section and name, joined by a dot
/// @param rule what each of its elements may be
record ListKey<T>(String path, ValueType<T> type, Rule<T> rule) {}
