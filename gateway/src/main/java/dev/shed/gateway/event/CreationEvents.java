package dev.shed.gateway.event;

import dev.shed.gateway.event.EventDetails.Kind;
import dev.shed.gateway.name.ShedName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The sheds that this gateway creates. The container exists long before its shed is finished. The events
/// of the engine and of the creation come in any order; `shed-creating`, `shed-started` and `shed-created`
/// are each reported once.
final class CreationEvents {
    private enum State {
        /// begun while nobody followed events: the engine's events of it are not known
        UNHEARD,
        /// begun, but the engine has not reported its container yet
        BEGUN,
        /// reported as being created
        TOLD,
        /// reported as started
        STARTED,
        /// creation is complete, but the engine's start event has not arrived
        FINISHED
    }

    private final Map<ShedName, State> sheds = new HashMap<>();

    void begins(ShedName shed) {
        sheds.put(shed, State.BEGUN);
    }

    /// The shed is finished: the events to report now.
    List<EventDetails> finished(ShedName shed) {
        var before = sheds.remove(shed);
        if (before == State.BEGUN || before == State.TOLD) {
            sheds.put(shed, State.FINISHED);
            return List.of();
        }
        return List.of(EventDetails.shed(Kind.SHED_CREATED));
    }

    /// Its creation failed, or nobody follows events.
    void drop(ShedName shed) {
        sheds.remove(shed);
    }

    /// Nobody has followed events until now. The engine will not repeat those that it has sent.
    void unheard() {
        sheds.values().removeIf(state -> state == State.FINISHED);
        sheds.replaceAll((_, _) -> State.UNHEARD);
    }

    /// The events to report for an event of the engine.
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
