package dev.shed.gateway.shed.create;

import dev.shed.gateway.container.ContainerSpec.Limits;
import dev.shed.gateway.name.ShedName;
import java.util.Map;
import java.util.Optional;

/// The parameters of a new shed.
///
/// @param image an image other than the configured one
/// @param source the repository to clone into its workspace
/// @param environment variables of every process in it, in addition to the configured ones
/// @param labels in addition to the gateway's own
/// @param owner the identity of the client; may be empty
/// @param ownerKeys the fingerprints of the keys that own it, joined by commas; may be empty
public record NewShed(
        ShedName name,
        Optional<String> image,
        Optional<Source> source,
        Limits limits,
        Map<String, String> environment,
        Map<String, String> labels,
        String owner,
        String ownerKeys) {
    /// A repository to clone.
    ///
    /// @param repository `owner/repo` or an address
    /// @param branch a branch or tag; empty for the repository's default
    /// @param submodules whether submodules are cloned as well
    public record Source(String repository, Optional<String> branch, boolean submodules) {}

    public NewShed {
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
    }

    /// A shed with defaults only.
    public NewShed(ShedName name) {
        this(name, Optional.empty(), Optional.empty(), Limits.NONE, Map.of(), Map.of(), "", "");
    }
}
