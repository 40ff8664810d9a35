package dev.shed.gateway.doctor;

import java.util.List;
import java.util.function.Supplier;

/// The host keys and their certificates.
///
/// @param fingerprints reads those that exist; fails with `CONFIG` if one cannot be used
public record HostKeysCheck(Supplier<List<String>> fingerprints) implements Check {
    @Override
    public String about() {
        return "host keys";
    }

    @Override
    public List<Finding> examine() {
        var found = fingerprints.get();
        return List.of(Finding.ok(found.isEmpty() ? "there are none yet; serve makes them" : String.join(", ", found)));
    }
}
