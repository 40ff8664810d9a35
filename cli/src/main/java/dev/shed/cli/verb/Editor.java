package dev.shed.cli.verb;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.server.Server;
import dev.shed.cli.text.Printable;
import java.net.URLEncoder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The editors that `shed open` can start, and their arguments.
enum Editor {
    CODE,
    CURSOR,
    ZED,
    /// IntelliJ IDEA, or JetBrains Gateway alone.
    IDEA;

    /// The directory to open.
    ///
    /// @param alias the shed's name in `~/.ssh/config`, if it has one
    /// @param server the shed's server
    /// @param shed the shed
    /// @param directory an absolute path
    record Place(Optional<String> alias, Server server, String shed, String directory) {}

    static Editor parse(String name) {
        return Stream.of(values())
                .filter(editor -> editor.word().equals(name))
                .findFirst()
                .orElseThrow(() -> CliFailure.usage(
                        "unknown editor '" + Printable.of(name) + "'; the editors are " + String.join(", ", words()),
                        "shed open --help"));
    }

    static List<String> words() {
        return Stream.of(values()).map(Editor::word).toList();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The possible names of its program.
    List<String> programs() {
        return switch (this) {
            case CODE, CURSOR -> List.of(word());
            case ZED -> List.of("zed", "zeditor", "zedit"); // the name depends on the distribution
            case IDEA -> List.of("idea", "gateway", "jetbrains-gateway");
        };
    }

    /// Whether it reads port, login name and host key from `~/.ssh/config` only.
    boolean needsAlias() {
        return this == CODE || this == CURSOR;
    }

    List<String> arguments(Place place) {
        return switch (this) {
            case CODE, CURSOR ->
                List.of("--remote", "ssh-remote+" + place.alias().orElse("shed-" + place.shed()), place.directory());
            case ZED -> List.of("ssh://" + place.alias().orElseGet(() -> authority(place)) + path(place.directory()));
            case IDEA ->
                List.of("jetbrains-gateway://connect#type=ssh&deploy=false&host="
                        + encoded(place.server().host()) + "&port="
                        + place.server().port() + "&user="
                        + encoded(place.shed()) + "&projectPath=" + encoded(place.directory()));
        };
    }

    private static String authority(Place place) {
        var host = place.server().host();
        return place.shed() + "@" + (host.contains(":") ? "[" + host.replace("%", "%25") + "]" : host) + ":"
                + place.server().port();
    }

    private static String path(String directory) {
        return Stream.of(directory.split("/", -1)).map(Editor::encoded).collect(Collectors.joining("/"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
