package dev.shed.gateway.shed;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ExecSpec;
import java.util.Map;
import java.util.regex.Pattern;

/// The mount point of a shed's volume, and the directory in it where sessions start.
///
/// @param root an absolute path inside the container
public record Workspace(String root) {
    /// The label with the directory where sessions start, if that is not the root.
    public static final String LABEL = "shed.directory";

    private static final String MARK = "@workspace";
    private static final Pattern ABSOLUTE = Pattern.compile("/[^\\p{Cntrl}]*");

    /// The directory where a session of `shed` starts: the cloned repository if there is one, the root
    /// otherwise.
    public String directory(Shed shed) {
        return directory(shed.container());
    }

    /// Resolves a client's name of a directory. `@workspace` is where sessions start, or the home directory
    /// if that does not exist; `@workspace/…` is a path below it. All other names are paths in the container.
    public ExecSpec.Directory named(String name, Shed shed) {
        return switch (name) {
            case MARK -> new ExecSpec.Directory(directory(shed), false);
            case String path
            when path.startsWith(MARK + "/") ->
                ExecSpec.Directory.required(directory(shed) + path.substring(MARK.length()));
            default -> ExecSpec.Directory.required(name);
        };
    }

    String directory(Container container) {
        var label = container.labels().getOrDefault(LABEL, root);
        return ABSOLUTE.matcher(label).matches() ? label : root;
    }

    /// The labels of a container whose sessions start in the clone of `repository`.
    public Map<String, String> labels(Repository repository) {
        return Map.of(LABEL, clone(repository));
    }

    public String clone(Repository repository) {
        return root + "/" + repository.directory();
    }
}
