package dev.shed.gateway.container.kubernetes;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A verb that the gateway's role must have for a resource of its namespace. docs/kubernetes.md has the role.
///
/// @param subresource such as `exec`
record Right(String verb, String resource, Optional<String> subresource) {
    static final List<Right> NEEDED = Stream.of(
                    of("pods", "get", "list", "watch", "create", "delete"),
                    of("persistentvolumeclaims", "get", "list", "watch", "create", "delete", "patch"),
                    of("configmaps", "get", "create"),
                    // A WebSocket begins with a GET; newer servers want to see both.
                    of("pods/exec", "get", "create"),
                    of("events", "list"))
            .flatMap(List::stream)
            .toList();

    private static List<Right> of(String resource, String... verbs) {
        var parts = resource.split("/", 2);
        return Stream.of(verbs)
                .map(verb -> new Right(verb, parts[0], parts.length > 1 ? Optional.of(parts[1]) : Optional.empty()))
                .toList();
    }

    /// For people.
    String words() {
        return verb + " " + resource + subresource.map(part -> "/" + part).orElse("");
    }
}
