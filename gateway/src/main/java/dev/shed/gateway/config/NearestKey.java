package dev.shed.gateway.config;

import dev.shed.gateway.text.Spelling;
import java.util.List;
import java.util.Optional;

/// Suggests a known key for a misspelt one.
final class NearestKey {
    private static final int MOST_EDITS = 4;

    private NearestKey() {}

    /// The known path that is closest to `path`, or that has the same last name in another section.
    static Optional<String> of(String path, List<String> known) {
        return Spelling.nearest(path, known, MOST_EDITS)
                .or(() -> known.stream()
                        .filter(candidate -> Spelling.edits(name(path), name(candidate)) <= 1)
                        .findFirst());
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
