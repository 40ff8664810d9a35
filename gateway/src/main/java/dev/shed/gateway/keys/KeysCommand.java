package dev.shed.gateway.keys;

import dev.shed.gateway.access.KeyLine;
import dev.shed.gateway.access.KeyLine.Refused;
import dev.shed.gateway.access.KeyLine.Usable;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.FailureText;
import dev.shed.gateway.failure.ShedException;
import dev.shed.gateway.text.ProgramName;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/// `shed-gateway keys …`: changes the file of authorized keys. A change takes effect with the next login.
public final class KeysCommand {
    static final String SYNOPSIS = """
            shed-gateway keys add --role ROLE [--sheds GLOB,…] [--verbs VERB,…] [--from PATTERN,…]
                [--expiry YYYYMMDD[HHMM][Z]] [--restrict] [--comment TEXT] FILE|-
            shed-gateway keys list [--json]
            shed-gateway keys remove FINGERPRINT|COMMENT
            shed-gateway keys check
            shed-gateway keys import github:USER --role ROLE [the options of add]
            All take --config FILE.""";

    private static final int CONFIG = 78;

    private static final List<String> LINE_OPTIONS = List.of("role", "sheds", "verbs", "from", "expiry");
    private static final Set<String> VALUED = Set.of("--role", "--sheds", "--verbs", "--from", "--expiry", "--comment");
    private static final Set<String> NONE = Set.of();

    private final AuthorizedKeysEditor file;
    private final GithubKeys github;
    private final InputStream in;
    private final PrintStream out;

    /// Works on one file.
    ///
    /// @param in from which keys given as `-` are read
    public KeysCommand(AuthorizedKeysEditor file, GithubKeys github, InputStream in, PrintStream out) {
        this.file = file;
        this.github = github;
        this.in = in;
        this.out = out;
    }

    /// Runs the command.
    ///
    /// @param words the arguments after `keys`
    /// @return the exit status
    public int run(List<String> words) throws IOException, InterruptedException {
        var rest = words.isEmpty() ? words : words.subList(1, words.size());
        return switch (words.isEmpty() ? "" : words.getFirst()) {
            case "add" -> add(rest);
            case "list" -> list(rest);
            case "remove" -> remove(rest);
            case "check" -> check(rest);
            case "import" -> importFrom(rest);
            case "" -> throw Arguments.usage("the command is missing: add, list, remove, check or import", SYNOPSIS);
            default -> throw Arguments.usage("'keys " + words.getFirst() + "' is not a command", SYNOPSIS);
        };
    }

    private int add(List<String> words) throws IOException, InterruptedException {
        var arguments = Arguments.parse(words, VALUED, Set.of("--restrict"), SYNOPSIS);
        var name = arguments.operands(1, SYNOPSIS).getFirst();
        var options = options(arguments);
        var comment = arguments.option("--comment").orElse("");
        var keys = name.equals("-")
                ? NewKeys.read(name, NewKeys.text(in), options, comment, file)
                : NewKeys.readFile(name, options, comment, file);
        file.change(text -> keys.appendedTo(text, file));
        keys.described(file).forEach(key -> out.println("added " + key));
        return 0;
    }

    private int importFrom(List<String> words) throws IOException, InterruptedException {
        var arguments = Arguments.parse(words, VALUED, Set.of("--restrict"), SYNOPSIS);
        var source = arguments.operands(1, SYNOPSIS).getFirst();
        var options = options(arguments);
        var user = GithubKeys.user(source);
        var comment = arguments.option("--comment").orElse("github:" + user);
        var fetched = github.fetch(user);
        var keys = NewKeys.read(source, fetched, options, comment, file);
        github.keep(user, fetched);
        var added = keys.addMissingTo(file);
        added.forEach(key -> out.println("added " + key));
        int before = keys.lines().size() - added.size();
        out.println(before + " of " + keys.lines().size() + (before == 1 ? " was" : " were") + " already in the file");
        return 0;
    }

    /// The options of a new line. The role must be given: a line without one would be an administrator's.
    private static String options(Arguments arguments) {
        if (arguments.option("--role").isEmpty()) {
            throw Arguments.usage("--role is missing: admin, user, responder or viewer", SYNOPSIS);
        }
        var options = new StringJoiner(",");
        for (var name : LINE_OPTIONS) {
            arguments.option("--" + name).ifPresent(value -> options.add(option(name, value)));
        }
        if (arguments.has("--restrict")) {
            options.add("restrict");
        }
        return options.toString();
    }

    private static String option(String name, String value) {
        if (value.indexOf('"') >= 0 || value.indexOf('\\') >= 0 || value.chars().anyMatch(c -> c < ' ')) {
            throw Arguments.usage("--" + name + " contains a quote, a backslash or a control character", SYNOPSIS);
        }
        return (name.equals("expiry") ? "expiry-time" : name) + "=\"" + value + "\"";
    }

    private int list(List<String> words) {
        var arguments = Arguments.parse(words, NONE, Set.of("--json"), SYNOPSIS);
        arguments.operands(0, SYNOPSIS);
        out.print(new KeyList(file.keys()).text(arguments.has("--json")));
        return 0;
    }

    private int remove(List<String> words) throws InterruptedException {
        var name = Arguments.parse(words, NONE, NONE, SYNOPSIS)
                .operands(1, SYNOPSIS)
                .getFirst();
        var removed = new ArrayList<Usable>();
        file.change(text -> {
            removed.clear();
            removed.addAll(named(name, file.keys(text)));
            return without(text, removed);
        });
        removed.forEach(key -> out.println("removed " + AuthorizedKeysEditor.described(key)));
        return 0;
    }

    private List<Usable> named(String name, List<KeyLine> keys) {
        var found = file.named(name, keys);
        if (found.isEmpty()) {
            throw new ShedException(Failure.config(
                    file.path().toString(),
                    "no key has the fingerprint or the comment '" + name + "'",
                    "a fingerprint or comment from: " + ProgramName.with("keys list")));
        }
        return found;
    }

    private static String without(String text, List<Usable> removed) {
        var numbers = removed.stream().map(KeyLine::number).collect(Collectors.toSet());
        var lines = text.split("(?<=\n)", -1);
        var rest = new StringBuilder();
        for (int i = 0; i < lines.length; i++) {
            if (!numbers.contains(i + 1)) {
                rest.append(lines[i]);
            }
        }
        return rest.toString();
    }

    private int check(List<String> words) {
        Arguments.parse(words, NONE, NONE, SYNOPSIS).operands(0, SYNOPSIS);
        var unusable = file.objection();
        if (unusable.isPresent()) {
            out.println(file.path() + ": all logins are refused: " + unusable.get());
            return CONFIG;
        }
        var refused = file.keys().stream()
                .filter(Refused.class::isInstance)
                .map(Refused.class::cast)
                .toList();
        refused.forEach(line ->
                out.println(file.path() + ":" + line.number() + ": not used: " + FailureText.printable(line.reason())));
        if (refused.isEmpty()) {
            out.println(file.path() + ": " + used(file.keys().size()));
        }
        return refused.isEmpty() ? 0 : CONFIG;
    }

    private static String used(int keys) {
        return switch (keys) {
            case 0 -> "no keys, so nobody can log in; add one with: " + ProgramName.with("keys add --role admin FILE");
            case 1 -> "1 key, which is used";
            default -> keys + " keys, all of which are used";
        };
    }
}
