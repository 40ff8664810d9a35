package dev.shed.gateway.keys;

import dev.shed.gateway.access.KeyLine;
import dev.shed.gateway.access.KeyLine.Refused;
import dev.shed.gateway.access.KeyLine.Usable;
import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Public keys to add to a file, without the options they came with.
///
/// @param where their source, for messages
/// @param lines the lines for the file
public record NewKeys(String where, List<String> lines) {
    /// Limit on the keys to read, in bytes: far more than a key takes.
    private static final int MAX_BYTES = 64 * 1024;

    /// Parses keys. Options in the text are refused, since its author would give rights to himself.
    ///
    /// @param options of the new lines; may be empty
    /// @param comment replaces the keys' own comments unless it is empty
    public static NewKeys read(String where, String text, String options, String comment, AuthorizedKeysEditor file) {
        var lines = new ArrayList<String>();
        for (var line : text.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            lines.add(line(where, line, options, comment, file));
        }
        if (lines.isEmpty()) {
            throw wrong(where, "there is no public key in it");
        }
        return new NewKeys(where, List.copyOf(lines));
    }

    /// The same for the keys in a file.
    ///
    /// @param name of the file
    public static NewKeys readFile(String name, String options, String comment, AuthorizedKeysEditor file)
            throws IOException {
        var path = Path.of(name);
        if (!Files.isRegularFile(path)) {
            throw new ShedException(Failure.usage("there is no file '" + name + "'", "ls -l ~/.ssh/*.pub"));
        }
        try (var in = Files.newInputStream(path)) {
            return read(name, text(in), options, comment, file);
        }
    }

    /// The text that a program was given. Fails with `USAGE` if it is too long for keys.
    static String text(InputStream from) throws IOException {
        byte[] bytes = from.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new ShedException(Failure.usage(
                    "the input has more than " + MAX_BYTES + " bytes; a public key is shorter",
                    "a file with public keys"));
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String line(String where, String line, String options, String comment, AuthorizedKeysEditor file) {
        if (!line.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f))) {
            throw wrong(where, "a line has control characters");
        }
        var words = line.split("[ \t]+", 3);
        if (words.length < 2 || !(file.keys(words[0] + " " + words[1]).getFirst() instanceof Usable)) {
            var why = file.keys(line).stream()
                    .map(key -> key instanceof Refused refused ? refused.reason() : "it has options of its own")
                    .findFirst()
                    .orElse("it is not a key");
            throw wrong(where, why);
        }
        var own = words.length == 3 ? words[2].strip() : "";
        var named = comment.isEmpty() ? own : comment;
        var whole = (options.isEmpty() ? "" : options + " ") + words[0] + " " + words[1]
                + (named.isEmpty() ? "" : " " + named);
        if (file.keys(whole).getFirst() instanceof Refused refused) {
            throw Arguments.usage("the gateway would not use this line: " + refused.reason(), whole);
        }
        return whole;
    }

    /// Appends the keys that a file does not have to it.
    ///
    /// @return fingerprint and comment of each key that was added
    public List<String> addMissingTo(AuthorizedKeysEditor file) throws InterruptedException {
        var added = new ArrayList<String>();
        file.change(text -> {
            var missing = without(text, file);
            added.clear();
            added.addAll(missing.described(file));
            return missing.lines.isEmpty() ? text : missing.appendedTo(text, file);
        });
        return added;
    }

    /// Fingerprint and comment of each key.
    List<String> described(AuthorizedKeysEditor file) {
        return lines.stream()
                .map(line ->
                        AuthorizedKeysEditor.described((Usable) file.keys(line).getFirst()))
                .toList();
    }

    /// Appends these keys to a text.
    ///
    /// @throws ShedException if the text already has one of them
    String appendedTo(String text, AuthorizedKeysEditor file) {
        requireNew(file.keys(text), text, file);
        var end = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
        return text + end + String.join("\n", lines) + "\n";
    }

    /// These keys without those that a text already has.
    NewKeys without(String text, AuthorizedKeysEditor file) {
        var there = fingerprints(file.keys(text));
        return new NewKeys(
                where,
                lines.stream()
                        .filter(line -> !there.contains(fingerprint(file, line)) && !hasUnused(text, line))
                        .toList());
    }

    private void requireNew(List<KeyLine> known, String text, AuthorizedKeysEditor file) {
        var there = fingerprints(known);
        for (var line : lines) {
            if (!there.add(fingerprint(file, line))) {
                throw wrong(where, "the key " + fingerprint(file, line) + " is already in the file");
            }
            if (hasUnused(text, line)) {
                throw wrong(where, "the key is already in the file, on a line that the gateway does not use");
            }
        }
    }

    private static Set<String> fingerprints(List<KeyLine> keys) {
        var found = new HashSet<String>();
        keys.forEach(key -> {
            if (key instanceof Usable usable) {
                found.add(usable.identity().fingerprint());
            }
        });
        return found;
    }

    private static String fingerprint(AuthorizedKeysEditor file, String line) {
        return ((Usable) file.keys(line).getFirst()).identity().fingerprint();
    }

    /// Whether an active line contains the key, even one that the gateway ignores.
    private static boolean hasUnused(String text, String line) {
        var key = base64(line);
        return text.lines().map(String::strip).anyMatch(other -> !other.startsWith("#") && other.contains(key));
    }

    /// The base64 text of a key, which identifies it: no option can contain it by chance.
    private static String base64(String line) {
        for (var word : line.split(" ", -1)) {
            if (word.startsWith("AAAA")) {
                return word;
            }
        }
        throw new IllegalStateException("a key without base64");
    }

    private static ShedException wrong(String where, String problem) {
        return new ShedException(Failure.config(
                where, problem, "public keys as ssh-keygen(1) writes them to NAME.pub, a line each, without options"));
    }
}
