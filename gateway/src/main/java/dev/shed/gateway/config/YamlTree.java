package dev.shed.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// YAML of other programs, such as a kubeconfig, as a tree of values. Its text is bounded by whoever reads the
/// file; nesting and aliases are bounded here.
public final class YamlTree {
    private static final int DEEPEST = 50;
    private static final int MOST_ALIASES = 50;

    private static final ObjectMapper JSON = new ObjectMapper();

    private YamlTree() {}

    /// The tree of one document.
    ///
    /// @throws IOException if it is not YAML
    public static JsonNode parse(String text) throws IOException {
        var options = new LoaderOptions();
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setAllowRecursiveKeys(false);
        try {
            Object tree = new Yaml(new SafeConstructor(options)).load(text);
            requireTree(tree, 0);
            return JSON.valueToTree(tree);
        } catch (YAMLException | IllegalArgumentException e) {
            var problem = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
            throw new IOException("it is not YAML: " + problem, e);
        }
    }

    /// Fails if the value contains itself, by an alias.
    private static void requireTree(@Nullable Object value, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("it is nested too deeply");
        }
        var parts = switch (value) {
            case Map<?, ?> map -> map.values();
            case Collection<?> list -> list;
            case null, default -> List.of();
        };
        for (var part : parts) {
            requireTree(part, depth + 1);
        }
    }
}
