package dev.shed.gateway.container;

import java.util.List;
import java.util.Optional;

/// The settings of a container for the processes in it.
///
/// @param user as configured by the image or at creation; empty for root
/// @param groups additional groups of every user, by name or number, beside those in the container's group
/// file
/// @param home the variable `HOME`, if the image or the creation sets it
public record ExecDefaults(Optional<String> user, List<String> groups, Optional<String> home) {
    /// A container without any of these settings.
    public static final ExecDefaults NONE = new ExecDefaults(Optional.empty(), List.of(), Optional.empty());

    public ExecDefaults {
        groups = List.copyOf(groups);
    }
}
