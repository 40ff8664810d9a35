package dev.shed.gateway.event;

import dev.shed.gateway.event.Happening.Kind;
import dev.shed.gateway.name.ShedName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Sheds that this gateway makes: a container is there long before its shed is finished. The engine's news of it and
/// the
/// maker's come in any order; what is told is `shed-creating`, then `shed-created` once.
final class Making {
    private enum State {
        /// the engine has not told yet
        BEGUN,
        /// told as being created
        TOLD,
        /// told as created, before the engine told anything
        AHEAD
    }

    private final Map<ShedName, State> sheds = new HashMap<>();

    void begins(ShedName shed) {
        sheds.put(shed, State.BEGUN);
    }

    /// The shed is finished: to be told as created.
    Happening finished(ShedName shed) {
        var before = sheds.remove(shed);
        if (before == State.BEGUN) {
            sheds.put(shed, State.AHEAD);
        }
        return Happening.shed(Kind.SHED_CREATED);
    }

    void failed(ShedName shed) {
        sheds.remove(shed);
    }

    /// Nobody has listened so far: what the engine has not told it will not tell.
    void forget() {
        sheds.values().removeIf(state -> state == State.AHEAD);
    }

    /// What the engine's news are here; empty when it was told already.
    Optional<Happening> told(ShedName shed, Happening what) {
        return switch (what.kind()) {
            case SHED_CREATED -> created(shed, what);
            case SHED_DELETED -> {
                sheds.remove(shed, State.AHEAD);
                yield Optional.of(what);
            }
            default -> Optional.of(what);
        };
    }

    private Optional<Happening> created(ShedName shed, Happening what) {
        if (sheds.remove(shed, State.AHEAD)) {
            return Optional.empty();
        }
        if (sheds.replace(shed, State.BEGUN, State.TOLD)) {
            return Optional.of(Happening.shed(Kind.SHED_CREATING));
        }
        return Optional.of(what);
    }
}
