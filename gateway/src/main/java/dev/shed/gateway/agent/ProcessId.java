package dev.shed.gateway.agent;

/// A process of a container. Process numbers are used again, so the number alone is not enough.
///
/// @param number its number there
/// @param start when it began, as field 22 of /proc/PID/stat tells it
public record ProcessId(int number, String start) {}
