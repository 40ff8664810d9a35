package dev.shed.cli.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shed.cli.failure.CliFailure;
import dev.shed.cli.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads and writes `config.yaml`. Only a part of YAML is supported: maps of plain or quoted scalars on lines
/// of their own, and comments. All else is refused with its line number. A complete YAML parser would take a
/// third of a verb's start-up time (ADR-0019).
public final class SettingsFile {
    private static final Pattern LINE = Pattern.compile("( *)([A-Za-z0-9._-]+|\"[^\"\\\\]*\"|'[^']*') *:(?:"
            + " +(\"[^\"\\\\]*\"|'[^']*'|[^\\s#\"'&*!|>%@`{}\\[\\],][^#]*?))?(?: *| +#.*)");

    private static final List<String> KEYS = List.of("host", "port", "identity");

    private final Path file;
    private final Map<String, Map<String, String>> servers = new LinkedHashMap<>();
    private final Map<String, String> top = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final List<Integer> indents = new ArrayList<>();
    private String section = "";
    private Map<String, String> server = new LinkedHashMap<>();
    private String serverName = "";
    private int number;

    private SettingsFile(Path file) {
        this.file = file;
    }

    public static Settings read(Path file) throws IOException {
        return new SettingsFile(file).parse();
    }

    /// The line number of each setting: `default`, `servers.NAME.host` and so on.
    public static Map<String, Integer> origins(Path file) throws IOException {
        var reader = new SettingsFile(file);
        reader.parse();
        return reader.lines;
    }

    public static void write(Path file, Settings settings) throws IOException {
        AtomicFile.write(file, text(settings).getBytes(UTF_8));
    }

    static String text(Settings settings) {
        var text = new StringBuilder("# The servers that shed knows: shed server add, list, remove, set-default.\n");
        settings.defaultServer()
                .ifPresent(name -> text.append("default: ").append(name).append('\n'));
        text.append("servers:\n");
        for (var server : settings.servers().values()) {
            text.append("  ").append(server.name()).append(":\n    host: \"").append(server.host());
            text.append("\"\n    port: ").append(server.port()).append('\n');
            server.identity()
                    .ifPresent(
                            key -> text.append("    identity: \"").append(key).append("\"\n"));
        }
        return text.toString();
    }

    private Settings parse() {
        for (var line : text().split("\r?\n", -1)) {
            number++;
            if (!line.isBlank() && !line.strip().startsWith("#") && !line.equals("---")) {
                var match = LINE.matcher(line);
                if (!match.matches()) {
                    throw wrong("expected 'key: value'");
                }
                take(level(match.group(1).length()), match);
            }
        }
        return settings();
    }

    /// The file's text; empty if the file is missing.
    private String text() {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw CliFailure.file(file, e);
        }
    }

    /// The depth of a line: how many of the enclosing indentations are smaller than its own.
    private int level(int indent) {
        while (!indents.isEmpty() && indents.getLast() > indent) {
            indents.removeLast();
        }
        if (indents.isEmpty() || indents.getLast() < indent) {
            indents.add(indent);
        }
        return indents.size() - 1;
    }

    private void take(int level, Matcher match) {
        var key = bare(match.group(2));
        var value = Optional.ofNullable(match.group(3)).map(SettingsFile::bare);
        if (level == 0) {
            section = key;
            takeTop(key, value);
        } else if (level == 1 && section.equals("servers") && value.isEmpty()) {
            server = new LinkedHashMap<>();
            serverName = key;
            if (servers.put(key, server) != null) {
                throw wrong("the server '" + key + "' is defined twice");
            }
        } else if (level == 2 && section.equals("servers") && value.isPresent()) {
            takeServer(key, value.get());
        } else {
            throw wrong("'" + key + "' is not allowed here");
        }
    }

    private void takeTop(String key, Optional<String> value) {
        switch (key) {
            case "servers" -> {
                if (value.isPresent()) {
                    throw wrong("'servers' must be a map of names");
                }
            }
            case "default" -> {
                top.put(key, value.orElseThrow(() -> wrong("'" + key + "' has no value")));
                lines.put(key, number);
            }
            default -> throw wrong("unknown key '" + key + "'; known are default and servers");
        }
    }

    private void takeServer(String key, String value) {
        if (!KEYS.contains(key)) {
            throw wrong("unknown key '" + key + "'; a server has " + String.join(", ", KEYS));
        }
        if (key.equals("port") && !value.matches("[0-9]{1,5}")) {
            throw wrong("'port' must be a number from 1 to 65535");
        }
        server.put(key, value);
        lines.put("servers." + serverName + "." + key, number);
    }

    private Settings settings() {
        var known = new LinkedHashMap<String, Server>();
        servers.forEach((name, values) -> {
            var host = Optional.ofNullable(values.get("host"))
                    .orElseThrow(() -> wrong("the server '" + name + "' has no host"));
            int port = Integer.parseInt(values.getOrDefault("port", "" + Server.DEFAULT_PORT));
            known.put(
                    name,
                    new Server(
                            name,
                            host,
                            port,
                            Optional.ofNullable(values.get("identity")).map(Path::of)));
        });
        return new Settings(known, Optional.ofNullable(top.get("default")));
    }

    private static String bare(String value) {
        boolean quoted = value.startsWith("\"") || value.startsWith("'");
        return quoted ? value.substring(1, value.length() - 1) : value.strip();
    }

    private CliFailure wrong(String what) {
        return new CliFailure(CliFailure.Code.CONFIG, file + ":" + number + ": " + what);
    }
}
