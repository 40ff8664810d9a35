package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.name.ShedName;
import java.util.Map;
import java.util.Optional;

/// The parameters of a new shed.
///
/// @param image another image than the usual one
/// @param source what is cloned into its workspace
/// @param environment variables of every process in it, beside the configured ones
/// @param labels beside our own
/// @param owner who wants it; may be empty
/// @param ownerKeys the fingerprints of the keys that it belongs to, joined by commas; may be empty
public record NewShed(
        ShedName name,
        Optional<String> image,
        Optional<Source> source,
        Limits limits,
        Map<String, String> environment,
        Map<String, String> labels,
        String owner,
        String ownerKeys) {
    /// What is to be cloned.
    ///
    /// @param repository `owner/repo` or an address
    /// @param branch a branch or tag other than the repository's own choice
    /// @param submodules whether its submodules are cloned as well
    public record Source(String repository, Optional<String> branch, boolean submodules) {}

    public NewShed {
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
    }

    /// One with nothing but a name.
    public NewShed(ShedName name) {
        this(name, Optional.empty(), Optional.empty(), Limits.NONE, Map.of(), Map.of(), "", "");
    }
}
