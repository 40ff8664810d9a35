package dev.shed.cli.complete;

import dev.shed.cli.call.Call;
import dev.shed.cli.call.Verb;
import dev.shed.cli.failure.CliFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/// Answers a completion request of a shell: prints a line for each word, with a tab and its description. It
/// never takes long and prints no errors, since the user is typing.
public final class Completer {
    /// Time limit for all queries together; SHED_COMPLETION_PATIENCE overrides it.
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private static final String VARIABLE = "SHED_COMPLETION_PATIENCE";

    private final Call call;
    private final Iterable<String> names;
    private final Function<String, Optional<Verb>> verbs;
    private final Duration patience;
    private final Live live;

    /// @param names the names of the verbs to offer
    /// @param verbs finds a verb by its name
    public Completer(Call call, Iterable<String> names, Function<String, Optional<Verb>> verbs) {
        this.call = call;
        this.names = names;
        this.verbs = verbs;
        this.patience = call.variable(VARIABLE)
                .filter(seconds -> seconds.matches("[1-9][0-9]?"))
                .map(seconds -> Duration.ofSeconds(Integer.parseInt(seconds)))
                .orElse(PATIENCE);
        // A server that does not answer must leave time to print the answers of the others.
        this.live = new Live(call, patience.multipliedBy(2).dividedBy(3));
    }

    /// Prints the words that complete the last of `words`.
    public void print(List<String> words) throws IOException, InterruptedException {
        for (var word : offered(words.isEmpty() ? List.of("") : words)) {
            call.out().print(word.meaning().isEmpty() ? word.text() : word.text() + "\t" + word.meaning());
            call.out().print('\n');
        }
        call.out().flush();
    }

    List<Candidates.Word> offered(List<String> words) throws IOException, InterruptedException {
        var current = words.getLast();
        return resolve(candidates(words, verbs), current).stream()
                .filter(word -> word.text().startsWith(current))
                .toList();
    }

    static Candidates candidates(List<String> words, Function<String, Optional<Verb>> verbs) {
        if (words.size() == 1 || (words.size() == 2 && words.getFirst().equals("help"))) {
            return new Candidates.Verbs();
        }
        if (words.getFirst().equals("help")) {
            return verbs.apply(words.get(1))
                    .filter(_ -> words.size() == 3)
                    .map(verb -> Line.subcommands(verb.spec()))
                    .orElse(Candidates.NOTHING);
        }
        return verbs.apply(words.getFirst())
                .map(verb -> Line.candidates(verb.spec(), words.subList(1, words.size())))
                .orElse(Candidates.NOTHING);
    }

    private List<Candidates.Word> resolve(Candidates candidates, String current)
            throws IOException, InterruptedException {
        return switch (candidates) {
            case Candidates.Words(var words) -> words;
            case Candidates.Either(var first, var second) -> {
                var words = new ArrayList<>(resolve(first, current));
                words.addAll(resolve(second, current));
                yield words;
            }
            case Candidates.Verbs() -> verbs();
            case Candidates.Value(var option, var value) ->
                resolve(value, current.substring(option.length())).stream()
                        .map(word -> new Candidates.Word(option + word.text(), word.meaning()))
                        .toList();
            case Candidates.Servers() -> words(call.settings().servers().keySet());
            case Candidates.Sheds(var server) ->
                inTime(() -> live.sheds(server, current), () -> live.knownSheds(server, current));
            case Candidates.Sessions(var shed) -> inTime(() -> live.sessions(shed), List::of);
            case Candidates.Questions(var server) -> inTime(() -> live.questions(server), List::of);
            case Candidates.Ports(var shed) -> inTime(() -> live.ports(shed), List::of);
        };
    }

    private List<Candidates.Word> verbs() {
        var all = new LinkedHashMap<String, CommandSpec>();
        for (var name : names) {
            verbs.apply(name).ifPresent(verb -> all.put(name, verb.spec()));
        }
        var words = new ArrayList<>(Line.verbs(all));
        words.add(new Candidates.Word("help", "Explain a verb"));
        words.add(new Candidates.Word("--help", "Explain the client"));
        words.add(new Candidates.Word("--version", "Print the client's version"));
        return words;
    }

    /// A query to servers.
    @FunctionalInterface
    private interface Question {
        Iterable<String> ask() throws IOException, InterruptedException;
    }

    /// The query's answer, or that of `otherwise` if it takes too long. The thread that waits for a server
    /// ends with this process.
    private List<Candidates.Word> inTime(Question question, Question otherwise)
            throws IOException, InterruptedException {
        var task = new FutureTask<>(() -> words(question.ask()));
        Thread.ofVirtual().start(task);
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return words(otherwise.ask());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CliFailure || e.getCause() instanceof IOException) {
                return List.of();
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static List<Candidates.Word> words(Iterable<String> texts) {
        var words = new ArrayList<Candidates.Word>();
        texts.forEach(text -> words.add(new Candidates.Word(text)));
        return words;
    }
}
