package dev.shed.gateway.e2e;

import static dev.shed.gateway.e2e.Place.utf8;

import java.util.Base64;

/// A program in a shed that asks questions as a coding agent with a hook does, and as one without. Its
/// interpreter is a shell that is named as the agent.
final class FakeAgent {
    /// Asks as many questions as `$1` says, one after the other, each named by `$2` and its
    /// number. It writes each down as a hook does, and is answered by that file or by a key at
    /// its terminal, whichever is first. What it was answered it writes into `~/NAME.log`.
    private static final String WITH_HOOK = """
        #!/home/dev/lib/claude
        directory=${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents
        mkdir -p "$directory"
        chmod 700 "$directory"
        start=$(cut -d' ' -f22 /proc/$$/stat)
        log=$HOME/$2.log
        saved=$(stty -g)
        stty -icanon -echo min 0 time 1
        number=1
        while [ "$number" -le "$1" ]; do
            id=$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \\n')
            printf 'may I run command %s of %s?\\n' "$number" "$2"
            printf '{"version":1,"id":"%s","agent":"claude","pid":%s,"procStart":"%s","pane":"%s","kind":"permission",' \\
                "$id" $$ "$start" "$TMUX_PANE" >"$directory/.$id.new"
            printf '"title":"Bash","detail":"%s %s","options":["Yes","Yes, always","No"],"since":%s}' \\
                "$2" "$number" "$(date +%s%3N)" >>"$directory/.$id.new"
            mv "$directory/.$id.new" "$directory/$id.question"
            answered=
            while [ -z "$answered" ]; do
                key=$(dd bs=1 count=1 2>/dev/null)
                if [ -n "$key" ]; then
                    answered="key $key"
                elif text=$(cat "$directory/$id.answer" 2>/dev/null) && rm "$directory/$id.answer" 2>/dev/null; then
                    answered="file $text"
                fi
            done
            printf '%s %s\\n' "$number" "$answered" >>"$log"
            rm -f "$directory/$id.question"
            number=$((number + 1))
        done
        stty "$saved"
        echo "that was all"
        """;

    /// Keeps a record as Claude Code does and shows a dialog for each question; a key answers it. What it got
    /// it writes into `~/NAME.log`. It ends after `$1` questions. With `$3` the record comes so many
    /// seconds before the dialog.
    private static final String WITHOUT_HOOK = """
        #!/home/dev/lib/claude
        records=${CLAUDE_CONFIG_DIR:-$HOME/.claude}/sessions
        mkdir -p "$records"
        start=$(cut -d' ' -f22 /proc/$$/stat)
        record() {
            printf '{"pid":%s,"procStart":"%s","startedAt":1,"status":"%s","waitingFor":"%s","statusUpdatedAt":%s}' \\
                $$ "$start" "$1" "$2" "$(date +%s%3N)" >"$records/$$.new"
            mv "$records/$$.new" "$records/$$.json"
        }
        saved=$(stty -g)
        stty -icanon -icrnl -echo min 1 time 0
        number=1
        while [ "$number" -le "$1" ]; do
            [ -z "$3" ] || { record waiting "permission prompt"; sleep "$3"; }
            printf '\\033[2J\\033[H Bash command\\r\\n   touch /workspace/%s-%s\\r\\n Do you want to proceed?\\r\\n' "$2" "$number"
            printf ' \\342\\235\\257 1. Yes\\r\\n   2. Yes, always\\r\\n   3. No (esc)\\r\\n'
            [ -n "$3" ] || record waiting "permission prompt"
            key=$(dd bs=1 count=1 2>/dev/null | od -An -tx1 | tr -d ' \\n')
            record busy ""
            printf '%s key %s\\n' "$number" "$key" >>"$HOME/$2.log"
            number=$((number + 1))
        done
        stty "$saved"
        printf '\\033[2J\\033[Hthat was all\\r\\n'
        """;

    private FakeAgent() {}

    /// Puts both into a shed: `~/bin/hooked` and `~/bin/claude`.
    static void install(LiveGateway gateway, String shed) throws Exception {
        install(gateway, shed, "hooked", WITH_HOOK);
        install(gateway, shed, "claude", WITHOUT_HOOK);
    }

    private static void install(LiveGateway gateway, String shed, String name, String script) throws Exception {
        var coded = Base64.getEncoder().encodeToString(utf8(script));
        var file = "~/bin/" + name;
        gateway.ssh(
                        shed + "@gw",
                        "mkdir -p ~/bin ~/lib; cp /bin/sh ~/lib/claude; echo " + coded + " | base64 -d >" + file
                                + "; chmod +x " + file)
                .orFail();
    }
}
