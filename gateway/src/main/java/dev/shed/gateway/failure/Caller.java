package dev.shed.gateway.failure;

import java.util.List;
import java.util.Optional;
import org.slf4j.MDC;

/// Who made a request, and what it was, for the log.
///
/// @param shed empty in the lobby
/// @param verb the verb with its arguments, without secrets, or the kind of the request
public record Caller(String identity, String shed, String verb) {
    private static final String IDENTITY = "identity";
    private static final String SHED = "shed";
    private static final String VERB = "verb";

    /// From now on, this is the caller of what the present thread logs.
    public void enter() {
        MDC.put(IDENTITY, identity);
        MDC.put(SHED, shed);
        MDC.put(VERB, verb);
    }

    /// From now on, the present thread serves nobody.
    public static void leave() {
        List.of(IDENTITY, SHED, VERB).forEach(MDC::remove);
    }

    /// The caller whom the present thread serves; empty words if it serves nobody.
    static Caller current() {
        return new Caller(word(IDENTITY), word(SHED), word(VERB));
    }

    private static String word(String key) {
        return Optional.ofNullable(MDC.get(key)).orElse("");
    }
}
