package dev.shed.gateway.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A gateway for those who follow the documents. Its sheds can clone `owner/repo`, and have a
/// program `claude` that asks as that agent does with a hook.
final class DocumentGateway implements AutoCloseable {
    /// Asks for a permission, and again for each line that is typed after an answer. `ASKS` is what it asks for; with
    /// `MAY_REMEMBER` there are three options. Its interpreter is a shell that is named as the agent.
    private static final String CLAUDE = """
        #!/bin/sh
        if [ -z "${AS_CLAUDE:-}" ]; then
            [ -x ~/lib/claude ] || { mkdir -p ~/lib && cp /bin/sh ~/lib/claude; }
            AS_CLAUDE=yes exec ~/lib/claude "$0"
        fi
        directory=${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents
        mkdir -p "$directory" && chmod 700 "$directory"
        start=$(cut -d' ' -f22 /proc/$$/stat)
        again="Yes, and don't ask again"
        options='"Yes","No"'
        [ -z "${MAY_REMEMBER:-}" ] || options="\\"Yes\\",\\"$again\\",\\"No\\""
        while :; do
            printf ' Do you want to proceed?\\n \\342\\235\\257 1. Yes\\n   2. %s for npm install commands in %s\\n   3. No\\n' "$again" "$PWD"
            id=$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \\n')
            printf '{"version":1,"id":"%s","agent":"claude","pid":%s,"procStart":"%s","pane":"%s","kind":"permission",' \\
                "$id" $$ "$start" "$TMUX_PANE" >"$directory/.$id.new"
            printf '"title":"Bash","detail":"%s","options":[%s],"since":%s}' \\
                "${ASKS:-npm install left-pad}" "$options" "$(date +%s%3N)" >>"$directory/.$id.new"
            mv "$directory/.$id.new" "$directory/$id.question"
            until rm "$directory/$id.answer" 2>/dev/null; do sleep 0.1; done
            rm -f "$directory/$id.question"
            read -r line || exit 0
        done
        """;

    private static final String REPOSITORY = """
        set -e
        cd /srv
        git init -q --initial-branch=main work
        git -C work -c user.name=Ada -c user.email=ada@example.org commit -q --allow-empty -m first
        git clone -q --bare work owner/repo.git
        rm -rf work
        chown -R 1000:1000 owner
        """;

    private final ChildGateway gateway;
    private final Path files;
    private final int metrics;

    private DocumentGateway(ChildGateway gateway, Path files, int metrics) {
        this.gateway = gateway;
        this.files = files;
        this.metrics = metrics;
    }

    static DocumentGateway start() throws IOException {
        var place = Place.make();
        var files = Files.createDirectories(place.path("files"));
        var claude = Files.writeString(files.resolve("claude"), CLAUDE);
        Files.setPosixFilePermissions(claude, PosixFilePermissions.fromString("rwxr-xr-x"));
        asRoot(files, REPOSITORY);
        int metrics = ChildGateway.freePort();
        var settings = """
                metrics:
                  listen: 127.0.0.1:%1$d
                shed:
                  image: %2$s
                  stop-grace: 2s
                create:
                  forge: /srv/
                  mounts:
                    - %3$s/owner:/srv/owner
                    - %3$s/claude:/usr/local/bin/claude
                """.formatted(metrics, Place.IMAGE, files);
        return new DocumentGateway(ChildGateway.configured(place, settings), files, metrics);
    }

    private static void asRoot(Path files, String script) throws IOException {
        Place.docker(
                        "run",
                        "--rm",
                        "--user",
                        "root",
                        "-v",
                        files + ":/srv",
                        "--entrypoint",
                        "sh",
                        Place.IMAGE,
                        "-c",
                        script)
                .orFail();
    }

    Place place() {
        return gateway.place();
    }

    /// The port of its metrics.
    int metrics() {
        return metrics;
    }

    @Override
    public void close() throws IOException {
        try (gateway) {
            asRoot(files, "rm -rf /srv/owner");
        }
    }
}
