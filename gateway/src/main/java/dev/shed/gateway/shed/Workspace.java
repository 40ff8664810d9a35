package dev.shed.gateway.shed;

import dev.shed.gateway.container.Container;
import dev.shed.gateway.container.ExecSpec;
import java.util.Map;
import java.util.regex.Pattern;

/// The mount point of a shed's volume, and the directory in it where sessions start.
///
/// @param root an absolute path inside the container
public record Workspace(String root) {
    /// The label that names another directory than the root for sessions to start in.
    public static final String LABEL = "shed.directory";

    private static final String MARK = "@workspace";
    private static final Pattern ABSOLUTE = Pattern.compile("/[^\\p{Cntrl}]*");

    /// The directory in which a session of `shed` starts: the repository that it was made from, where there is one.
    public String directory(Shed shed) {
        return directory(shed.container());
    }

    /// What a client means by the name of a directory: `@workspace` is where sessions start, or home where that
    /// is not there, and `@workspace/…` what is below it. Others are paths in the container.
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

    /// What marks a container whose sessions start in the clone of `repository`.
    public Map<String, String> labels(Repository repository) {
        return Map.of(LABEL, clone(repository));
    }

    public String clone(Repository repository) {
        return root + "/" + repository.directory();
    }
}
