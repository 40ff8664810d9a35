package dev.shed.gateway.config;

import dev.shed.gateway.failure.Failure;
import dev.shed.gateway.failure.ShedException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// A configuration file as scalars with their lines. YAML is parsed into nodes and never into Java objects.
/// Anchors, aliases, tags and multiple documents are refused.
final class YamlDocument {
    /// Limit on the nesting depth, of which a configuration uses two. The parser's time grows with the square
    /// of the depth.
    private static final int DEEPEST = 10;

    private final String file;
    private final List<String> known;
    private final List<String> lists;
    private final Map<String, ScalarNode> values = new HashMap<>();
    private final Map<String, List<ScalarNode>> listed = new HashMap<>();

    private YamlDocument(String file, List<String> known, List<String> lists) {
        this.file = file;
        this.known = known;
        this.lists = lists;
    }

    /// Parses `text`; fails with `CONFIG` if it is not a mapping of known keys.
    ///
    /// @param file the file's name, for messages
    /// @param known the paths of all keys
    /// @param lists the paths of the keys whose values are lists
    static YamlDocument parse(String file, String text, List<String> known, List<String> lists) {
        var document = new YamlDocument(file, known, lists);
        try {
            document.compose(new Yaml(new SafeConstructor(new LoaderOptions())), text);
        } catch (YAMLException e) {
            throw new ShedException(document.broken(e), e);
        } catch (NumberFormatException e) {
            // SnakeYAML throws this if the text ends within an escape, as in "\x.
            throw new ShedException(document.broken(new YAMLException("an escape is not complete")), e);
        }
        return document;
    }

    /// The value of `key` in the file, or its default; fails with `CONFIG` if the value is invalid.
    <T> T get(Key<T> key, DefaultPaths paths) {
        @Nullable ScalarNode node = values.get(key.path());
        if (node == null) {
            return key.fallback().apply(paths);
        }
        return value(node, key.path(), key.type(), key.rule());
    }

    /// The values of `key` in the file, or its default; fails with `CONFIG` if one is invalid.
    <T> List<T> getAll(ListKey<T> key) {
        @Nullable List<ScalarNode> nodes = listed.get(key.path());
        return nodes == null
                ? key.fallback()
                : nodes.stream()
                        .map(node -> value(node, key.path(), key.type(), key.rule()))
                        .toList();
    }

    private <T> T value(ScalarNode node, String path, ValueType<T> type, Rule<T> rule) {
        var where = where(node.getStartMark(), path);
        var value = type.read(node).orElseThrow(() -> failure(where, notOfType(node, type.noun()), rule.expected()));
        if (!rule.test().test(value)) {
            throw failure(where, "'" + node.getValue() + "' is not allowed", rule.expected());
        }
        return value;
    }

    private void compose(Yaml yaml, String text) {
        int documents = 0;
        int depth = 0;
        for (var event : yaml.parse(new StringReader(text))) {
            refuseAnchorsAndTags(event);
            depth += deeper(event);
            if (depth > DEEPEST) {
                throw failure(where(event.getStartMark()), "nested too deeply", sample());
            }
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                throw failure(where(event.getStartMark()), "a second document begins here", "one document");
            }
        }
        @Nullable Node root = yaml.compose(new StringReader(text));
        if (root != null) {
            addAll("", root);
        }
    }

    private static int deeper(Event event) {
        return switch (event) {
            case CollectionStartEvent _ -> 1;
            case CollectionEndEvent _ -> -1;
            default -> 0;
        };
    }

    private void refuseAnchorsAndTags(Event event) {
        if (event instanceof AliasEvent || (event instanceof NodeEvent node && node.getAnchor() != null)) {
            throw failure(
                    where(event.getStartMark()),
                    "anchors and aliases ('&', '*') are not supported",
                    "the value itself");
        }
        @Nullable
        String tag = switch (event) {
            case ScalarEvent scalar -> scalar.getTag();
            case CollectionStartEvent collection -> collection.getTag();
            default -> null;
        };
        if (tag != null) {
            throw failure(
                    where(event.getStartMark()), "tags ('" + tag + "') are not supported", "the value without a tag");
        }
    }

    private void addAll(String section, Node node) {
        // A file or section whose keys are all commented out is valid.
        if (isEmpty(node)) {
            return;
        }
        if (!(node instanceof MappingNode mapping)) {
            throw failure(
                    where(node.getStartMark(), section),
                    "this is not a mapping",
                    "keys and values, such as " + sample());
        }
        for (var entry : mapping.getValue()) {
            add(section, entry);
        }
    }

    private void add(String section, NodeTuple entry) {
        if (!(entry.getKeyNode() instanceof ScalarNode name)) {
            throw failure(where(entry.getKeyNode().getStartMark(), section), "this is not a key", sample());
        }
        var path = section.isEmpty() ? name.getValue() : section + "." + name.getValue();
        var where = where(name.getStartMark(), path);
        if (lists.contains(path)) {
            addList(path, where, entry.getValueNode());
        } else if (known.contains(path)) {
            addValue(path, where, entry.getValueNode());
        } else if (known.stream().anyMatch(key -> key.startsWith(path + "."))) {
            addAll(path, entry.getValueNode());
        } else {
            throw failure(where, "unknown key", suggestion(section, path));
        }
    }

    private void addList(String path, String where, Node node) {
        if (!(node instanceof SequenceNode sequence)) {
            throw failure(where, "this is not a list", "a list: lines that begin with '-', or [] for none");
        }
        var elements = new ArrayList<ScalarNode>();
        for (var element : sequence.getValue()) {
            if (!(element instanceof ScalarNode scalar)) {
                throw failure(where(element.getStartMark(), path), "this is a list or a section", "a single value");
            }
            elements.add(scalar);
        }
        if (listed.put(path, elements) != null) {
            throw failure(where, "the key is given twice", "each key once");
        }
    }

    private void addValue(String path, String where, Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            throw failure(where, "this is a list or a section", "a single value");
        }
        if (values.put(path, scalar) != null) {
            throw failure(where, "the key is given twice", "each key once");
        }
    }

    private String suggestion(String section, String path) {
        return NearestKey.of(path, known).orElseGet(() -> "one of " + names(section));
    }

    private String names(String section) {
        var prefix = section.isEmpty() ? "" : section + ".";
        return known.stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()).replaceFirst("\\..*", ""))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String notOfType(ScalarNode node, String noun) {
        return isEmpty(node) ? "the key has no value" : "'" + node.getValue() + "' is not " + noun;
    }

    private static boolean isEmpty(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private static String sample() {
        return "'listen:' and below it, indented, 'port: 2222'";
    }

    private Failure broken(YAMLException e) {
        var expected = "YAML: 'key: value' lines, those of a section indented by spaces";
        if (e instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            var mark = marked.getProblemMark();
            return Failure.config(
                    where(mark),
                    "not YAML, at column " + (mark.getColumn() + 1) + ": " + marked.getProblem(),
                    expected);
        }
        return Failure.config(file, "not YAML: " + e.getMessage(), expected);
    }

    private String where(Mark mark) {
        return file + ":" + (mark.getLine() + 1);
    }

    private String where(Mark mark, String path) {
        return path.isEmpty() ? where(mark) : where(mark) + ": " + path;
    }

    private static ShedException failure(String where, String problem, String expected) {
        return new ShedException(Failure.config(where, problem, expected));
    }
}
