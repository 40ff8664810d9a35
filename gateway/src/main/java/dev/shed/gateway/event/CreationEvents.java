package dev.shed.gateway.event;

import dev.shed.gateway.event.EventDetails.Kind;
import dev.shed.gateway.name.ShedName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Sheds that this gateway makes: a container is there long before its shed is finished. The engine's news of it and
/// the maker's come in any order; what is told is `shed-creating`, `shed-started`, `shed-created`, each once.
final class CreationEvents {
    private enum State {
        /// begun while nobody listened: what the engine said of it is not known
        UNHEARD,
        /// the engine has yet to say that its container is there
        BEGUN,
        /// told as being created
        TOLD,
        /// told as started
        STARTED,
        /// creation is complete, but the engine's start event has not arrived
        FINISHED
    }

    private final Map<ShedName, State> sheds = new HashMap<>();

    void begins(ShedName shed) {
        sheds.put(shed, State.BEGUN);
    }

    /// The shed is finished: what is to be told of that now.
    List<EventDetails> finished(ShedName shed) {
        var before = sheds.remove(shed);
        if (before == State.BEGUN || before == State.TOLD) {
            sheds.put(shed, State.FINISHED);
            return List.of();
        }
        return List.of(EventDetails.shed(Kind.SHED_CREATED));
    }

    /// It failed, or nobody wants to know.
    void drop(ShedName shed) {
        sheds.remove(shed);
    }

    /// Nobody has listened so far: what the engine has said it will not say again.
    void unheard() {
        sheds.values().removeIf(state -> state == State.FINISHED);
        sheds.replaceAll((_, _) -> State.UNHEARD);
    }

    /// What the engine's news are here.
    List<EventDetails> told(ShedName shed, EventDetails what) {
        return switch (what.kind()) {
            case SHED_CREATED -> created(shed, what);
            case SHED_STARTED -> started(shed, what);
            case SHED_DELETED -> {
                sheds.remove(shed, State.FINISHED);
                yield List.of(what);
            }
            default -> List.of(what);
        };
    }

    private List<EventDetails> created(ShedName shed, EventDetails what) {
        if (!sheds.containsKey(shed)) {
            return List.of(what);
        }
        sheds.computeIfPresent(shed, (_, state) -> state == State.FINISHED ? state : State.TOLD);
        return List.of(EventDetails.shed(Kind.SHED_CREATING));
    }

    private List<EventDetails> started(ShedName shed, EventDetails what) {
        if (sheds.remove(shed, State.FINISHED)) {
            return List.of(what, EventDetails.shed(Kind.SHED_CREATED));
        }
        sheds.computeIfPresent(shed, (_, _) -> State.STARTED);
        return List.of(what);
    }
}
