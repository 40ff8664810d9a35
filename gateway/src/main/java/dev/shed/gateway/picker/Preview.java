package dev.shed.gateway.picker;

import java.util.List;
import java.util.Optional;

/// The last known screen of the chosen session.
///
/// @param of the session; empty for none
/// @param lines its text, or why there is none
record Preview(Optional<Item> of, List<String> lines) {
    static final Preview NONE = new Preview(Optional.empty(), List.of());

    Preview {
        lines = List.copyOf(lines);
    }

    boolean isOf(Item item) {
        return of.filter(item::sameAs).isPresent();
    }
}
