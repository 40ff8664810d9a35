package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.utf8;

import dev.shed.gateway.Await;
import java.io.IOException;
import java.util.Base64;

/// Scripts that keep records as real agents do, and print how they were called.
final class FakeAgents {
    /// That of the fake Claude Code.
    static final String CONVERSATION = "0b7d2f0e-1111-2222-3333-444455556666";

    /// Keeps a record as Claude Code does, and removes it when it is told to end. It stores a conversation at the first
    /// prompt, which nobody gives it if there is a file `untold`, and continues none that is not stored.
    private static final String CLAUDE = """
            #!/bin/sh
            id=%s
            while [ -e ~/slow ]; do echo starting; sleep 0.2; done
            [ "$1" != --resume ] || id=$2
            home=${CLAUDE_CONFIG_DIR:-$HOME/.claude} records=$home/sessions stored=$home/projects/-workspace/$id.jsonl
            mkdir -p "$records" "${stored%%/*}"
            [ "$1" != --resume ] || [ -e "$stored" ] || { echo "No conversation found with session ID: $id"; exit 1; }
            [ -e ~/untold ] || : >"$stored"
            start=$(cut -d' ' -f22 /proc/$$/stat)
            trap 'rm -f "$records/$$.json"; exit 0' HUP TERM INT
            printf '{"pid":%%s,"procStart":"%%s","sessionId":"%%s","cwd":"%%s","status":"idle","tmux":"%%s","updatedAt":%%s}' \\
                $$ "$start" "$id" "$PWD" "$(tmux display-message -p '#{session_name}:#{window_id}.#{pane_id}')" \\
                "$(date +%%s%%3N)" >"$records/$$.json"
            printf '%%s\\n' "$*" >~/called
            echo "conversation $id in $PWD, called with: $*"
            while :; do sleep 0.2; done
            """.formatted(CONVERSATION);

    /// Has a plugin that keeps a record.
    private static final String OPENCODE = """
            #!/bin/sh
            records=$HOME/.local/state/shed/agents
            mkdir -p "$records"
            printf '{"version":1,"agent":"opencode","pid":%s,"procStart":"%s","state":"idle","conversation":"ses_4f"' \\
                $$ "$(cut -d' ' -f22 /proc/$$/stat)" >"$records/$$.json"
            printf ',"session":"%s","directory":"%s","since":1}' \\
                "$(tmux display-message -p -t "$TMUX_PANE" '#{session_name}')" "$PWD" >>"$records/$$.json"
            echo "called with: $*"
            while :; do sleep 0.2; done
            """;

    private FakeAgents() {}

    /// A shed that has them.
    static String newShed(LiveGateway gateway) throws IOException {
        var shed = gateway.place().newShed();
        install(gateway, shed, "claude", CLAUDE);
        install(gateway, shed, "opencode", OPENCODE);
        return shed;
    }

    private static void install(LiveGateway gateway, String shed, String name, String script) throws IOException {
        var coded = Base64.getEncoder().encodeToString(utf8(script));
        var line = "echo " + coded + " | base64 -d >~/.local/bin/" + name + "; chmod +x ~/.local/bin/" + name;
        gateway.ssh(shed + "@gw", line).orFail();
    }

    static void awaitShown(LiveGateway gateway, String shed, String session, String text) throws Exception {
        Await.get(
                session + " shows " + text,
                Await.PATIENCE,
                () -> gateway.ssh("shed@gw", "peek " + shed + " " + session + " --join")
                        .out(),
                screen -> screen.contains(text));
    }
}
