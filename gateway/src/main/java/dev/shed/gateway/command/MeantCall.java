package dev.shed.gateway.command;

import dev.shed.gateway.access.Action;
import dev.shed.gateway.access.Grant.Role;
import dev.shed.gateway.name.LoginName;
import dev.shed.gateway.name.LoginName.ToShed;
import dev.shed.gateway.name.ShedName;
import dev.shed.gateway.text.Spelling;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A call with a misspelt name, from which the command that was probably meant is made. A verb that ends or changes
/// something is never part of that command: who pastes it without reading it loses nothing.
///
/// @param words the arguments of the verb, as they were given
record MeantCall(LoginName address, List<String> words) {
    /// The beginning of the line of a hint.
    static final String LINE = "did you mean: ";

    /// Words that need no quotes, neither in a shell nor for the gateway.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.,:/=+-]{1,80}");

    static final int MOST_WORDS = 8;

    /// What verbs do that need more than the role viewer, and change nothing that there is.
    private static final Set<Action> HARMLESS =
            EnumSet.of(Action.START, Action.RESUME, Action.SHELL, Action.MONITOR, Action.READ_RECORDINGS);

    /// The verb that was probably meant: the same call of it, or its help.
    static Optional<String> verb(LoginName address, List<String> line, List<Entry> entries) {
        var call = new MeantCall(address, line.subList(1, line.size()));
        return nearest(line.getFirst(), entries)
                .map(entry -> call.isHarmless(entry) && entry.reachableFrom(address)
                        ? line(entry.verb(), address, call.words)
                        : help(entry));
    }

    /// The call of a verb that was given to a shed as a command. Nothing in it is guessed, so it may change something.
    ///
    /// @param line the verb and its arguments, as they were given
    static String called(Entry entry, ToShed shed, List<String> line) {
        var arguments = line.subList(1, line.size());
        var address = entry.scope() == Entry.Scope.SHED ? shed : new LoginName.Lobby();
        return line(entry.verb(), address, isPlain(arguments) ? arguments : List.of());
    }

    /// The help for the verb that was probably meant.
    static Optional<String> help(String verb, List<Entry> entries) {
        return nearest(verb, entries).map(MeantCall::help);
    }

    private static String help(Entry entry) {
        return "ssh shed@HOST help " + entry.verb();
    }

    private static Optional<Entry> nearest(String verb, List<Entry> entries) {
        var verbs = entries.stream().map(Entry::verb).toList();
        var word = verb.toLowerCase(Locale.ROOT);
        var near = verbs.contains(word) ? Optional.of(word) : Spelling.nearest(word, verbs, Spelling.MOST_EDITS);
        return near.flatMap(name ->
                entries.stream().filter(entry -> entry.verb().equals(name)).findFirst());
    }

    /// The same call about the shed `meant` instead of `asked`, or what shows that shed.
    String about(Entry entry, ShedName asked, String meant) {
        if (!isHarmless(entry)) {
            return "ssh -s " + meant + "@HOST info";
        }
        var others = words.stream()
                .map(word -> word.equals(asked.value()) ? meant : word)
                .toList();
        return switch (address) {
            case ToShed to -> line(entry.verb(), new ToShed(ShedName.parse(meant), to.session()), words);
            case LoginName.Lobby lobby -> line(entry.verb(), lobby, others);
        };
    }

    /// A login to the shed `meant`, with the session of the address.
    static String login(LoginName address, String meant) {
        var session = address instanceof ToShed to ? session(to) : "";
        return "ssh " + meant + session + "@HOST";
    }

    private static String session(ToShed address) {
        return address.session().map(name -> "+" + name).orElse("");
    }

    private boolean isHarmless(Entry entry) {
        return entry.rule()
                        .filter(action -> action.least() == Role.VIEWER || HARMLESS.contains(action))
                        .isPresent()
                && isPlain(words);
    }

    private static boolean isPlain(List<String> words) {
        return words.size() <= MOST_WORDS
                && words.stream().allMatch(word -> PLAIN.matcher(word).matches());
    }

    private static String line(String verb, LoginName to, List<String> arguments) {
        var call = String.join(
                " ", Stream.concat(Stream.of(verb), arguments.stream()).toList());
        return switch (to) {
            case LoginName.Lobby _ -> "ssh shed@HOST " + call;
            case ToShed shed ->
                "ssh -s " + shed.shed() + session(shed) + "@HOST " + (arguments.isEmpty() ? call : '"' + call + '"');
        };
    }
}
