package dev.shed.gateway.container;

import java.util.List;
import java.util.Optional;

/// The settings of a container for processes in it, beyond its own files.
///
/// @param user whom it is set up for, as its image or its maker named it; empty for root
/// @param groups of every user, by name or number, beside those in the container's group file
/// @param home the variable `HOME`, where image or maker set it
public record ExecDefaults(Optional<String> user, List<String> groups, Optional<String> home) {
    /// A container that was made with nothing of this.
    public static final ExecDefaults NONE = new ExecDefaults(Optional.empty(), List.of(), Optional.empty());

    public ExecDefaults {
        groups = List.copyOf(groups);
    }
}
