package dev.shed.gateway.picker;

import java.util.List;
import java.util.Optional;

/// What the chosen session's screen showed a moment ago.
///
/// @param of the session; empty for none
/// @param lines as text, or why there are none
record Preview(Optional<Item> of, List<String> lines) {
    static final Preview NONE = new Preview(Optional.empty(), List.of());

    Preview {
        lines = List.copyOf(lines);
    }

    boolean isOf(Item item) {
        return of.filter(item::sameAs).isPresent();
    }
}
