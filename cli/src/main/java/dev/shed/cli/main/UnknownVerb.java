package dev.shed.cli.main;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.server.ShedCache;
import dev.shed.cli.server.Target;
import dev.shed.cli.text.Printable;
import dev.shed.cli.text.Spelling;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The failure for a first word that is no verb: a misspelt verb, or an address of a shed. No server
/// is asked.
final class UnknownVerb {
    /// The addresses that gateways accept, and that need no quotes in a shell.
    private static final String ADDRESS =
            "([A-Za-z0-9][A-Za-z0-9._-]*/)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\+[A-Za-z0-9][A-Za-z0-9_-]*)?";

    private static final String MEANT = "did you mean: shed ";

    /// Verbs that change nothing: who pastes a call of one without reading it loses nothing.
    private static final Set<String> HARMLESS =
            Set.of("attach", "doctor", "inbox", "info", "list", "peek", "sessions", "wait", "whoami");

    /// Words that need no quotes in a shell.
    private static final String PLAIN = "[A-Za-z0-9_.,:/=+-]{1,80}";

    private UnknownVerb() {}

    /// @param words the call
    /// @param verbs the names of all verbs
    /// @param cache the sheds that servers had when they last answered
    static CliFailure of(List<String> words, Collection<String> verbs, ShedCache cache) {
        var given = words.getFirst();
        boolean isAddress = given.matches(ADDRESS);
        boolean isKnown = isAddress && cache.knows(Target.parse(given));
        var verb = Spelling.nearest(given, verbs);
        boolean isOther = isAddress && !isKnown && verb.isEmpty();
        var hints = Stream.of(
                        Stream.of(MEANT + "attach " + given).filter(_ -> isKnown),
                        verb.map(meant -> MEANT + call(meant, words)).stream(),
                        Stream.of("shed --help"),
                        Stream.of("to log in to a shed of that name: shed attach " + given)
                                .filter(_ -> isOther))
                .flatMap(hint -> hint);
        return CliFailure.usage("there is no verb '" + Printable.of(given) + "'", hints.toArray(String[]::new));
    }

    /// The same call of that verb, or the verb alone.
    private static String call(String verb, List<String> words) {
        var rest = words.subList(1, words.size());
        boolean isSame = HARMLESS.contains(verb) && rest.stream().allMatch(word -> word.matches(PLAIN));
        return isSame ? (verb + " " + String.join(" ", rest)).strip() : verb;
    }
}
