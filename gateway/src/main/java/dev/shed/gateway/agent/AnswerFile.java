package dev.shed.gateway.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;

/// The answer to a [QuestionFile]: a file beside it, `ID.answer`, which the hook or plugin takes.
public final class AnswerFile {
    /// The exit statuses of the script, beside 0 for an answer that was taken.
    public static final int STALE = 3;

    public static final int NOT_TAKEN = 5;
    public static final int REFUSED = 6;

    /// The most bytes that a hook reads.
    public static final int MAX_BYTES = 8192;

    private static final JsonMapper MAPPER = new JsonMapper();

    /// `$1` is the id, `$2` the number of the agent's process, `$3` when that began; the answer comes on
    /// stdin.
    ///
    /// The file is made by a link, so of several answers the first one is the answer. Whoever unlinks the
    /// file has it: the hook, which then gives it to the agent, or this script, which has waited for ten
    /// seconds or has seen that the question is gone. So an answer that is called stale is never used.
    private static final String SCRIPT = """
        exec 2>/dev/null
        directory=${XDG_STATE_HOME:-$HOME/.local/state}/shed/agents
        question=$directory/$1.question answer=$directory/$1.answer
        refused=$directory/$1.refused new=$directory/.$1.$$
        is_own() {
            [ -f "$1" ] && [ ! -h "$1" ] && [ -O "$1" ]
        }
        pause() {
            sleep 0.05 || sleep 1
        }
        IFS= read -r stat <"/proc/$2/stat" || exit 3
        set -- "$3" ${stat##*) }
        [ "$1" = "${21}" ] && is_own "$question" || exit 3
        umask 077
        set -C
        rm -f "$refused"
        head -c 8192 >"$new" || exit 4
        ln "$new" "$answer"
        made=$?
        rm -f "$new"
        [ "$made" -eq 0 ] || exit 3
        left=200
        while [ -e "$answer" ] && is_own "$question" && [ "$left" -gt 0 ]; do
            left=$((left - 1))
            pause
        done
        if rm "$answer" </dev/null; then
            is_own "$question" && exit 5
            exit 3
        fi
        left=100
        while is_own "$question" && [ ! -e "$refused" ] && [ "$left" -gt 0 ]; do
            left=$((left - 1))
            pause
        done
        is_own "$refused" || exit 0
        head -c 512 "$refused"
        rm -f "$refused"
        exit 6
        """;

    private AnswerFile() {}

    /// The program that writes the answer and waits until it is taken.
    public static List<String> argv(QuestionFile file) {
        var process = file.process();
        return List.of(
                "sh", "-c", SCRIPT, "shed-answer", file.id(), Integer.toString(process.number()), process.start());
    }

    /// The content of the file.
    public static byte[] content(QuestionFile file, Reply reply) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("version", 1);
        answer.put("id", file.id());
        switch (reply) {
            case Reply.Allow _ -> answer.put("decision", "allow");
            case Reply.Deny(var reason) -> {
                answer.put("decision", "deny");
                if (!reason.isEmpty()) {
                    answer.put("text", reason);
                }
            }
            case Reply.Choose(int number) -> {
                answer.put("decision", "option");
                answer.put("option", number);
            }
            case Reply.Say(var text) -> {
                answer.put("decision", "option");
                answer.put("text", text);
            }
        }
        try {
            return MAPPER.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings and numbers is always JSON", e);
        }
    }
}
