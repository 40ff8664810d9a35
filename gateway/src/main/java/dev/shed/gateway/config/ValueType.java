package dev.shed.gateway.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/// The syntax of a value.
///
/// @param noun completes the sentence "… is not"
/// @param tags the YAML types that are accepted: `image: 5` is a number, so it is not a text
/// @param syntax the pattern of the text; bounded, so that no number overflows
/// @param parse converts a text that matches; throws [IllegalArgumentException] for an invalid value
record ValueType<T>(String noun, Set<Tag> tags, Pattern syntax, Function<String, T> parse) {
    private static final Set<Tag> TEXTS = Set.of(Tag.STR);

    static final ValueType<String> TEXT = new ValueType<>(
            "a text (put it in quotes if it looks like something else)",
            TEXTS,
            Pattern.compile(".*", Pattern.DOTALL),
            Function.identity());
    static final ValueType<Integer> NUMBER = new ValueType<>(
            "a whole number", Set.of(Tag.INT), Pattern.compile("-?(0|[1-9][0-9]{0,8})"), Integer::valueOf);

    /// YAML reads some of these values as numbers of base 60.
    static final ValueType<String> NUMBERS = new ValueType<>(
            "numbers joined by ':'", Set.of(Tag.STR, Tag.INT), Pattern.compile("[0-9:]{1,30}"), Function.identity());

    static final ValueType<Duration> DURATION =
            new ValueType<>("a duration", TEXTS, Pattern.compile("[0-9]{1,9}(ms|s|m|h)"), ValueType::duration);
    static final ValueType<Long> SIZE = new ValueType<>(
            "a size", Set.of(Tag.STR, Tag.INT), Pattern.compile("[0-9]{1,9}(KiB|MiB|GiB)?"), ValueType::size);
    static final ValueType<Path> PATH = new ValueType<>("a path", TEXTS, Pattern.compile(".+"), Path::of);
    static final ValueType<Optional<Path>> PATH_OR_NONE =
            new ValueType<>("a path", TEXTS, Pattern.compile(".+"), text -> Optional.of(Path.of(text)));
    static final ValueType<URI> ADDRESS = new ValueType<>("an address", TEXTS, Pattern.compile(".+"), URI::create);
    static final ValueType<Optional<URI>> ADDRESS_OR_NONE =
            new ValueType<>("an address", TEXTS, Pattern.compile(".+"), text -> Optional.of(URI.create(text)));
    static final ValueType<Optional<String>> TEXT_OR_NONE =
            new ValueType<>(TEXT.noun, TEXTS, Pattern.compile(".+"), Optional::of);

    /// Reads the value of `node`; empty if it is not of this type.
    Optional<T> read(ScalarNode node) {
        if (!tags.contains(node.getTag()) || !syntax.matcher(node.getValue()).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(node.getValue()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Duration duration(String text) {
        long amount = number(text);
        return switch (unit(text)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static long size(String text) {
        long amount = number(text);
        return switch (unit(text)) {
            case "" -> amount;
            case "KiB" -> amount << 10;
            case "MiB" -> amount << 20;
            case "GiB" -> amount << 30;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static long number(String text) {
        return Long.parseLong(text, 0, text.length() - unit(text).length(), 10);
    }

    private static String unit(String text) {
        return text.replaceFirst("^[0-9]+", "");
    }
}
